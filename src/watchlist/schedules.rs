//! Named schedules and the schedules of watches.

use std::collections::BTreeMap;

use chrono_tz::Tz;

use crate::model::When;
use crate::schedule::Plan;
use crate::watchlist::{
    amounts,
    found::{Found, Place},
    names::did_you_mean,
    quotes::{list, shortened},
    section::{Section, Text, Value},
    settings::duration_ms,
};

/// Schedules by name: where each is named, and its cron expressions; none where they are mistaken, which has been said.
pub(super) type Schedules = BTreeMap<String, (Place, Vec<String>)>;

/// The schedule of a watch that says nothing where there is no `work`.
const SIX_HOURS: When = When::Every(6 * 60 * 60);

/// Reads `[schedules]`.
pub(super) fn read(value: &Value<'_>, zone: Tz, schedules: &mut Schedules, found: &mut Found<'_>) {
    let Some(section) = value.section("`schedules`", found) else {
        return;
    };
    for (name, place, value) in section.all() {
        if let Some((earlier, _)) = schedules.get(name) {
            let what = format!(
                "the schedule `{}` is there already: {}",
                shortened(name),
                found.told(earlier)
            );
            found.note(&place, what, Some("choose another name".to_owned()));
            continue;
        }
        if is_cron(name) {
            found.note(
                &place,
                "a schedule has a name without spaces",
                Some("write name = \"the cron expression\"".to_owned()),
            );
        }
        let texts = value.texts(found);
        let good = texts.into_iter().filter(|text| check(text, zone, found));
        let expressions = good.map(|text| text.text).collect();
        schedules.insert(name.to_owned(), (place, expressions));
    }
}

/// When a watch is visited: by `schedule`, by `every`, else on the schedule `work`, else every six hours.
pub(super) fn of_watch(
    section: &mut Section<'_>,
    zone: Tz,
    schedules: &Schedules,
    found: &mut Found<'_>,
) -> When {
    let schedule = section.take("schedule");
    let every = section.take("every");
    if let (Some(_), Some(every)) = (&schedule, &every) {
        let suggestion = Some("leave one of them out".to_owned());
        found.note(
            &every.place,
            "`schedule` and `every` both say when",
            suggestion,
        );
    }
    if let Some(every) = every {
        return interval(&every, found).unwrap_or(SIX_HOURS);
    }
    let Some(schedule) = schedule else {
        let work = schedules.get("work").filter(|(_, list)| !list.is_empty());
        return work.map_or(SIX_HOURS, |(_, list)| When::Cron(list.clone()));
    };
    let mut expressions = Vec::new();
    for text in schedule.texts(found) {
        expressions.extend(meant(text, zone, schedules, found));
    }
    if expressions.is_empty() {
        SIX_HOURS
    } else {
        When::Cron(expressions)
    }
}

fn interval(value: &Value<'_>, found: &mut Found<'_>) -> Option<When> {
    let milliseconds = duration_ms(value, found)?;
    if milliseconds < 1_000 {
        return value.wrong("at least a second", found);
    }
    Some(When::Every(milliseconds / 1_000))
}

/// The expressions a text of `schedule` stands for: those of the schedule so named, or itself.
fn meant(text: Text, zone: Tz, schedules: &Schedules, found: &mut Found<'_>) -> Vec<String> {
    if let Some((_, expressions)) = schedules.get(&text.text) {
        return expressions.clone();
    }
    if is_cron(&text.text) {
        let good = check(&text, zone, found);
        return good.then_some(text.text).into_iter().collect();
    }
    let written = shortened(&text.text);
    if amounts::duration_ms(&text.text).is_ok() {
        let suggestion = Some(format!("write every = \"{written}\""));
        found.note(
            &text.place,
            format!("“{written}” is an interval, not a schedule"),
            suggestion,
        );
        return Vec::new();
    }
    let names: Vec<&str> = schedules.keys().map(String::as_str).collect();
    let known = || match names.as_slice() {
        [] => "name one in [schedules], or write a cron expression or every = \"30m\"".to_owned(),
        names => format!("there are {}", list(names)),
    };
    let suggestion = did_you_mean(&text.text, names.iter().copied()).unwrap_or_else(known);
    found.note_missing(
        &text.place,
        format!("there is no schedule `{written}`"),
        Some(suggestion),
    );
    Vec::new()
}

/// A cron expression has several fields or begins with @; a name does neither.
fn is_cron(text: &str) -> bool {
    text.trim().contains(char::is_whitespace) || text.starts_with('@')
}

fn check(text: &Text, zone: Tz, found: &mut Found<'_>) -> bool {
    let plan = Plan::of(&When::Cron(vec![text.text.clone()]), zone);
    for (_, why) in plan.as_ref().err().into_iter().flatten() {
        found.note(&text.place, why, None);
    }
    plan.is_ok()
}
