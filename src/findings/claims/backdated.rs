//! Days that a page gives although it was seen otherwise after them.

use chrono::{DateTime, Days, NaiveDate, TimeDelta, TimeZone, Utc};

use crate::findings::Step;
use crate::findings::claims::history;
use crate::findings::claims::said::day;
use crate::model::{ChangeKind, Document, Facts, Finding, Sight, Stated};

/// The furthest that our clock and that of the server may be apart, in seconds.
const APART: i64 = 60;

/// The day a page gives for its edit, where it is a new one, and when that day has ended.
pub(super) fn claimed(
    step: &Step,
    was: &Stated,
    is: &Stated,
) -> Option<(NaiveDate, DateTime<Utc>)> {
    let by_note = || {
        let at = DateTime::parse_from_rfc3339(&history::new_note(was, is)?.at).ok()?;
        Some(at.with_timezone(&step.zone).date_naive())
    };
    let by_date = is.updated.filter(|_| is.updated != was.updated);
    // The later of the two is what the page can be held to.
    let says = by_date.max(by_note())?;
    let next = says.checked_add_days(Days::new(1))?.and_hms_opt(0, 0, 0)?;
    let end = step.zone.from_local_datetime(&next).latest()?;
    Some((says, end.to_utc()))
}

/// The day a page gives for its edit, and the first and the last time the old text was surely seen after that day.
pub(super) fn edit(
    step: &Step,
    was: &Stated,
    is: &Stated,
    facts: &Facts,
) -> Option<(NaiveDate, [DateTime<Utc>; 2])> {
    let (says, end) = claimed(step, was, is)?;
    let sure = facts.sights.iter().filter(|sight| is_sure(sight, end));
    let sure: Vec<DateTime<Utc>> = sure.map(|sight| sight.at).collect();
    match sure.as_slice() {
        [first, .., last] if first < last => Some((says, [*first, *last])),
        _ => None,
    }
}

/// Whether the text was there after that time: the answer was made by then, and the clocks go together.
fn is_sure(sight: &Sight, end: DateTime<Utc>) -> bool {
    let Some(served) = sight.served else {
        return false;
    };
    made(sight) > end && served.ahead.is_none_or(|ahead| ahead.abs() < APART)
}

/// When an answer was made, at the latest, by what it says of the time it lay in a cache.
pub(super) fn made(sight: &Sight) -> DateTime<Utc> {
    let age = sight.served.map_or(0, |served| served.age);
    let age = i64::try_from(age).ok().and_then(TimeDelta::try_seconds);
    age.and_then(|age| sight.at.checked_sub_signed(age))
        .unwrap_or(DateTime::UNIX_EPOCH)
}

/// A page dated more than a week before a visit that did not find it.
pub(super) fn appeared(step: &Step, after: &Document) -> Option<Finding> {
    let absent = step.bounds.after?.with_timezone(&step.zone).date_naive();
    let published = after.stated.published?;
    let fresh = matches!(step.kind, ChangeKind::Appeared) && (absent - published).num_days() > 7;
    fresh.then(|| Finding {
        why: format!(
            "The page says it was published on {}; on {} it was not at this address.",
            day(published),
            day(absent)
        ),
        after: Some(day(published)),
        ..step.book.rule("backdated").finding()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Served;

    #[track_caller]
    fn case(at: &str, age: u64, ahead: Option<i64>, expected: bool) {
        let end: DateTime<Utc> = "2026-07-07T23:00:00Z".parse().expect("a time");
        let sight = Sight {
            at: at.parse().expect("a time"),
            served: Some(Served { age, ahead }),
        };
        assert_eq!(is_sure(&sight, end), expected, "{at} {age} {ahead:?}");
        let unknown = Sight {
            served: None,
            ..sight
        };
        assert!(
            !is_sure(&unknown, end),
            "nothing is known of how it was served"
        );
    }

    #[test]
    fn a_text_was_surely_seen_where_neither_cache_nor_clock_speak_against_it() {
        case("2026-07-10T08:15:00Z", 0, None, true);
        case("2026-07-10T08:15:00Z", 0, Some(59), true);
        case("2026-07-10T08:15:00Z", 0, Some(-60), false);
        case("2026-07-10T08:15:00Z", 300, Some(0), true);
        case("2026-07-10T08:15:00Z", 3 * 86_400, Some(0), false);
        case("2026-07-10T08:15:00Z", u64::MAX, Some(0), false);
        case("2026-07-07T23:00:00Z", 0, Some(0), false);
        case("2026-07-07T23:00:01Z", 0, Some(0), true);
        case("2026-07-07T23:04:59Z", 300, Some(0), false);
    }
}
