//! The weekday field, in which 1 is Monday here and Sunday to the `cron` crate.

const NAMES: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/// The same days by name, as a list the `cron` crate reads as meant; `*` where any day will do.
///
/// # Errors
/// A sentence that quotes what is no weekday.
pub(super) fn named(field: &str) -> Result<String, String> {
    if field == "*" || field == "?" {
        return Ok("*".to_owned());
    }
    let mut days = [false; 7];
    for item in field.split(',') {
        mark(item, &mut days).ok_or_else(|| wrong(item))?;
    }
    let named: Vec<&str> = (0..7)
        .filter(|&day| days[day])
        .map(|day| NAMES[day])
        .collect();
    Ok(named.join(","))
}

/// Refuses weekdays by number, which every program counts from another day.
///
/// # Errors
/// A sentence with the names to write instead.
pub(super) fn refuse_numbers(field: &str) -> Result<(), String> {
    let items: Vec<String> = field.split(',').map(with_names).collect();
    let written = items.join(",");
    if written == field {
        return Ok(());
    }
    Err(format!(
        "weekday numbers mean different days to different programs; write {written} instead of {field}"
    ))
}

fn with_names(item: &str) -> String {
    let (days, step) = match item.split_once('/') {
        Some((days, step)) => (days, format!("/{step}")),
        None => (item, String::new()),
    };
    let name = |day: &str| match number(day) {
        Some(number) => NAMES[number % 7].to_owned(),
        None => day.to_owned(),
    };
    let days: Vec<String> = days.split('-').map(name).collect();
    days.join("-") + &step
}

fn mark(item: &str, days: &mut [bool; 7]) -> Option<()> {
    let (range, step) = match item.split_once('/') {
        Some((range, step)) => (
            range,
            step.parse().ok().filter(|step| (1..=7).contains(step))?,
        ),
        None => (item, 1),
    };
    let (first, last) = match range.split_once('-') {
        _ if range == "*" => (0, 6),
        Some((first, last)) => ends(first, last)?,
        None if item.contains('/') => (day(range)?, 6),
        None => (day(range)?, day(range)?),
    };
    for day in (first..=last).step_by(step) {
        days[day % 7] = true;
    }
    Some(())
}

/// The ends of a range; one that runs over the end of the week (`Fri-Mon`) ends in the next.
fn ends(first: &str, last: &str) -> Option<(usize, usize)> {
    let by_name = number(first).is_none() && number(last).is_none();
    match (day(first)?, day(last)?) {
        (first, last) if first <= last => Some((first, last)),
        (first, last) if by_name || last == 0 => Some((first, last + 7)),
        _ => None,
    }
}

fn day(text: &str) -> Option<usize> {
    let lower = text.to_ascii_lowercase();
    let named = || {
        let full = [
            "sunday",
            "monday",
            "tuesday",
            "wednesday",
            "thursday",
            "friday",
            "saturday",
        ];
        full.iter()
            .position(|name| lower.len() >= 3 && name.starts_with(&lower))
    };
    number(text).or_else(named)
}

fn number(text: &str) -> Option<usize> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|number| digits && *number <= 7)
}

fn wrong(item: &str) -> String {
    format!(
        "“{item}” is no weekday; write Mon to Sun, a range as in Mon-Fri or a list as in Sat,Sun"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(field: &str, expected: &str) {
        assert_eq!(named(field).as_deref(), Ok(expected), "{field}");
    }

    #[test]
    fn weekdays_are_translated_as_crontab_means_them() {
        case("*", "*");
        case("?", "*");
        case("0", "Sun");
        case("7", "Sun");
        case("1-5", "Mon,Tue,Wed,Thu,Fri");
        case("5-7", "Sun,Fri,Sat");
        case("5-0", "Sun,Fri,Sat");
        case("0-7", "Sun,Mon,Tue,Wed,Thu,Fri,Sat");
        case("*/2", "Sun,Tue,Thu,Sat");
        case("1-5/2", "Mon,Wed,Fri");
        case("sun", "Sun");
        case("Thurs,saturday", "Thu,Sat");
        case("Fri-Mon", "Sun,Mon,Fri,Sat");
    }

    #[test]
    fn what_is_no_weekday_is_refused() {
        for field in [
            "8", "", "x", "su", "Mon-", "1,,2", "*/0", "*/8", "4-2", "1#2", "5L", "-1",
        ] {
            assert!(named(field).is_err(), "{field}");
        }
    }

    #[test]
    fn numbers_are_refused_with_the_name_to_write() {
        let why = refuse_numbers("1-5").expect_err("numbers");
        assert!(why.ends_with("write Mon-Fri instead of 1-5"), "{why}");
        let why = refuse_numbers("0,6").expect_err("numbers");
        assert!(why.ends_with("write Sun,Sat instead of 0,6"), "{why}");
        assert_eq!(refuse_numbers("Mon-Fri"), Ok(()));
        assert_eq!(refuse_numbers("*/2"), Ok(()));
    }
}
