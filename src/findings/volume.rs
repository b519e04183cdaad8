//! How much a publisher changed on one day, against its other days.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeZone, Utc, Weekday};
use chrono_tz::Tz;

use crate::findings::Step;
use crate::model::{Facts, VolumeAsked, Watch};

/// So many days back are looked at.
const BACK: u64 = 56;
/// A day is busy with more than so many times the usual, and at least so many changes.
const TIMES: u32 = 2;
const LEAST: u32 = 5;
/// Fewer days tell nothing.
const DAYS: usize = 15;

/// How much the publisher of this page changed so far today, and on each of its working days (or weekends) before.
pub(super) fn asked(step: &Step) -> Option<VolumeAsked> {
    let same = |other: &&Watch| match (&step.watch.publisher, &other.publisher) {
        (Some(one), Some(other)) => one == other,
        (None, None) => step.watch.url.host_str() == other.url.host_str(),
        _ => false,
    };
    let mut watches: Vec<_> = step
        .watches
        .iter()
        .filter(same)
        .map(|watch| watch.id.clone())
        .collect();
    watches.retain(|id| *id != step.watch.id);
    if watches.is_empty() {
        return None;
    }
    let by = step.bounds.by;
    let today = by.with_timezone(&step.zone).date_naive();
    let ends = |day: NaiveDate| day.succ_opt().and_then(|next| begins(next, step.zone));
    let before = (1..=BACK)
        .rev()
        .filter_map(|back| today.checked_sub_days(Days::new(back)))
        .filter(|day| is_off(*day) == is_off(today));
    let mut days: Vec<_> = before
        .filter_map(|day| Some((begins(day, step.zone)?, ends(day)?)))
        .collect();
    days.push((begins(today, step.zone)?, by));
    Some(VolumeAsked { watches, days })
}

/// "with 46 other changes by the same publisher so far that day (median 4)", on a day that is busy for it.
pub(super) fn remark(facts: &Facts) -> Option<String> {
    let (today, before) = facts.volume.split_last()?;
    let begun = before.iter().position(|count| *count > 0)?;
    let mut before = before[begun..].to_vec();
    if before.len() < DAYS {
        return None;
    }
    before.sort_unstable();
    let median = before[before.len() / 2];
    (*today >= LEAST && *today > median * TIMES).then(|| {
        format!(
            "with {today} other changes by the same publisher so far that day (median {median})"
        )
    })
}

fn is_off(day: NaiveDate) -> bool {
    matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}

fn begins(day: NaiveDate, zone: Tz) -> Option<DateTime<Utc>> {
    let midnight = zone.from_local_datetime(&day.and_time(NaiveTime::MIN));
    midnight.earliest().map(|at| at.with_timezone(&Utc))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(before: &[u32], today: u32, expected: Option<&str>) {
        let facts = Facts {
            volume: [before, &[today]].concat(),
            ..Facts::default()
        };
        assert_eq!(remark(&facts).as_deref(), expected);
    }

    #[test]
    fn a_busy_day_is_one_of_more_than_twice_the_usual() {
        let usual = [3, 4, 5, 4].repeat(5);
        case(
            &usual,
            46,
            Some("with 46 other changes by the same publisher so far that day (median 4)"),
        );
        case(&usual, 8, None);
        case(&[1].repeat(20), 4, None);
    }

    #[test]
    fn a_short_history_tells_of_no_busy_day() {
        case(&[4].repeat(10), 46, None);
        case(&[[0].repeat(30), vec![4; 10]].concat(), 46, None);
        case(&[], 46, None);
    }
}
