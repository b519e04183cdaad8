//! One cron expression, in five fields or six, understood as crontab(5) understands it.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use cron::{Schedule, TimeUnitSpec};

use crate::schedule::{wallclock, weekday};

/// One list of times by the wall clock.
#[derive(Clone, Debug)]
pub(super) struct Line {
    schedule: Schedule,
    /// Whether these are times of day, each meant once a day, and not a pace through successive hours.
    once: bool,
}

impl Line {
    /// The first of its times strictly after `after`.
    pub(super) fn next(&self, after: DateTime<Utc>, zone: Tz) -> Option<DateTime<Utc>> {
        if self.once {
            wallclock::next_once(&self.schedule, after, zone)
        } else {
            wallclock::next_paced(&self.schedule, after, zone)
        }
    }
}

/// The fields of a six-field expression: what a field is called, and what may stand in it.
const FIELDS: [(&str, &str); 6] = [
    ("second", "0 to 59"),
    ("minute", "0 to 59"),
    ("hour", "0 to 23"),
    ("day of the month", "1 to 31"),
    ("month", "1 to 12 or Jan to Dec"),
    ("weekday", "Mon to Sun"),
];

/// Understands an expression as one list of times, or two where either of two kinds of day will do.
///
/// # Errors
/// A sentence that says which field is wrong and what to write.
pub(super) fn read(expression: &str) -> Result<Vec<Line>, String> {
    let expression = expression.trim();
    if expression.starts_with('@') {
        return read_five(&fields(shorthand(expression)?));
    }
    let fields = fields(expression);
    match fields.len() {
        5 => read_five(&fields),
        6 => read_six(&fields),
        count => Err(format!(
            "a cron expression has five fields (minute, hour, day of the month, month, weekday) or six (with the second first), not {count}; write them as in 23 7,19 * * *"
        )),
    }
}

fn fields(expression: &str) -> Vec<&str> {
    expression.split_whitespace().collect()
}

fn shorthand(word: &str) -> Result<&'static str, String> {
    match word.to_ascii_lowercase().as_str() {
        "@yearly" | "@annually" => Ok("0 0 1 1 *"),
        "@monthly" => Ok("0 0 1 * *"),
        "@weekly" => Ok("0 0 * * Sun"),
        "@daily" | "@midnight" => Ok("0 0 * * *"),
        "@hourly" => Ok("0 * * * *"),
        _ => Err(format!(
            "“{word}” is no schedule; write @hourly, @daily, @weekly, @monthly or @yearly"
        )),
    }
}

/// crontab(5): where day of month and day of week are both restricted, a day that is either of them will do.
fn read_five(fields: &[&str]) -> Result<Vec<Line>, String> {
    let [minute, hour, day, month, weekdays] = *fields else {
        return Err("five fields are needed".to_owned());
    };
    let both = !is_open(day) && !is_open(weekdays);
    let weekdays = weekday::named(weekdays)?;
    let days = if both {
        vec![(day, "*"), ("*", weekdays.as_str())]
    } else {
        vec![(day, weekdays.as_str())]
    };
    let read = days
        .into_iter()
        .map(|(day, weekdays)| line(["0", minute, hour, day, month, weekdays]));
    possible(read.collect::<Result<_, _>>()?)
}

/// The `cron` crate's own order, where a day must be both.
fn read_six(fields: &[&str]) -> Result<Vec<Line>, String> {
    let [second, minute, hour, day, month, weekdays] = *fields else {
        return Err("six fields are needed".to_owned());
    };
    weekday::refuse_numbers(weekdays)?;
    let weekdays = weekday::named(weekdays)?;
    possible(vec![line([second, minute, hour, day, month, &weekdays])?])
}

/// Whether a day field leaves the choice to the other one, as crontab(5) counts it: by its first character.
fn is_open(field: &str) -> bool {
    field.starts_with('*') || field == "?"
}

fn line(fields: [&str; 6]) -> Result<Line, String> {
    check_fields(&fields)?;
    let schedule: Schedule = fields
        .join(" ")
        .parse()
        .map_err(|_| format!("“{}” is not understood", fields.join(" ")))?;
    let hours = schedule.hours();
    let once = !(0..24).any(|hour| hours.includes(hour) && hours.includes((hour + 1) % 24));
    Ok(Line { schedule, once })
}

/// Tries each field by itself, so that the sentence can name the one that is wrong.
fn check_fields(fields: &[&str; 6]) -> Result<(), String> {
    for (index, field) in fields.iter().enumerate() {
        let mut alone = ["*"; 6];
        alone[index] = field;
        let plain = field
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"*,/-?".contains(&byte));
        if !plain || alone.join(" ").parse::<Schedule>().is_err() {
            let (name, range) = FIELDS[index];
            return Err(format!(
                "“{field}” is no {name}; write {range}, *, a list as in 1,3, a range as in 1-5 or a step as in */2"
            ));
        }
    }
    Ok(())
}

/// Leaves out lists of times that never come, and refuses an expression that has none left.
fn possible(lines: Vec<Line>) -> Result<Vec<Line>, String> {
    let ever = |line: &Line| line.schedule.after(&DateTime::UNIX_EPOCH).next().is_some();
    let possible: Vec<Line> = lines.into_iter().filter(ever).collect();
    if possible.is_empty() {
        return Err("this day never comes; write a date that is in the calendar".to_owned());
    }
    Ok(possible)
}
