//! Whether a page was there: what two visits next to each other tell of the time between them.
//!
//! Whatever says "present, absent, unknown" of a page says it from here.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::answers::pages::Pages;
use crate::house::House;
use crate::model::{Watch, WatchId, When};
use crate::store::{CLOSE, Sort, StoreError, Streak};

/// How many visits are looked at, the latest of them, where all are wanted.
pub(super) const VISITS: usize = 1_000_000;
/// So long without a visit nothing is known of a page, whatever its schedule.
const LONGEST: TimeDelta = CLOSE;
/// As many times its schedule, where that is longer.
const MISSED: i32 = 3;

/// A stretch of time in which a page was there, was not, or nobody knows.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Spell {
    /// What is known of it.
    pub was: Was,
    /// From when.
    pub from: DateTime<Utc>,
    /// Until when.
    pub until: DateTime<Utc>,
    /// How many visits were made in it.
    pub visits: usize,
    /// How many of these failed.
    pub failed: usize,
}

/// Whether a page was there.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum Was {
    /// It was read at both ends, and at every visit between.
    Present,
    /// It was found gone at both ends, and at every visit between.
    Absent,
    /// Visits failed, or there were none for long; or it went or came back between two visits.
    Unknown,
}

impl Was {
    /// What a visit tells of its own moment.
    fn seen(sort: Sort) -> Was {
        match sort {
            Sort::Same | Sort::Changed => Was::Present,
            Sort::Away => Was::Absent,
            Sort::Missing | Sort::Failed => Was::Unknown,
        }
    }
}

/// The latest visits to a page, oldest first.
pub(super) async fn visits(
    house: &House,
    watch: &WatchId,
    most: usize,
) -> Result<Vec<(DateTime<Utc>, Sort)>, StoreError> {
    let mut visits = house.store.visits(watch, most).await?;
    settle(&mut visits);
    Ok(visits)
}

/// Where a page was found gone, and was not there at the next visits either, these found it gone too; a page that is
/// missing for the first time may be there again in a minute.
fn settle(visits: &mut [(DateTime<Utc>, Sort)]) {
    let mut gone = false;
    for (_, sort) in visits {
        match sort {
            Sort::Same | Sort::Changed => gone = false,
            Sort::Away => gone = true,
            Sort::Missing if gone => *sort = Sort::Away,
            Sort::Missing => *sort = Sort::Failed,
            Sort::Failed => {}
        }
    }
}

/// How far apart two visits to a page that is visited so may be for the time between them to be known.
pub(super) fn patience(watch: Option<&Watch>) -> TimeDelta {
    let rhythm = match watch.map(|watch| &watch.when) {
        Some(When::Every(seconds)) => {
            TimeDelta::seconds(i64::try_from(*seconds).unwrap_or(0)) * MISSED
        }
        _ => TimeDelta::days(8),
    };
    rhythm.max(LONGEST)
}

/// What visits tell of a page up to `now`, oldest first and without a break: of its own moment each visit tells what it
/// saw; two that saw the same, no further apart than `longest`, tell it of the time between them too. Of all else, and of
/// the time since the last visit, nothing is known.
pub(super) fn spells(
    visits: &[(DateTime<Utc>, Sort)],
    longest: TimeDelta,
    now: DateTime<Utc>,
) -> Vec<Spell> {
    let seen = visits.iter().map(|(at, sort)| (Was::seen(*sort), *at, *at));
    joined(seen, longest, now)
}

/// What is known of every page of which that is wanted, under the names that the archive knows, without a walk through all
/// visits.
pub(super) async fn of_all(
    house: &House,
    pages: &Pages,
    only: Option<&HashSet<WatchId>>,
    now: DateTime<Utc>,
) -> Result<HashMap<WatchId, Vec<Spell>>, StoreError> {
    let mut known = HashMap::new();
    for (watch, streaks) in house.store.streaks().await? {
        if only.is_some_and(|only| !only.contains(&watch)) {
            continue;
        }
        let longest = patience(pages.watch(&watch));
        let spells = match of_streaks(&streaks, longest, now) {
            Some(spells) => spells,
            None => spells(&visits(house, &watch, VISITS).await?, longest, now),
        };
        known.insert(watch, spells);
    }
    Ok(known)
}

/// What the streaks of a page tell, whose visits are not counted: each counts as one. `None` where only the visits
/// themselves tell which gaps between them are too long.
fn of_streaks(streaks: &[Streak], longest: TimeDelta, now: DateTime<Utc>) -> Option<Vec<Spell>> {
    let mut seen = Vec::new();
    for streak in streaks {
        let (was, from, until) = (Was::seen(streak.saw), streak.from, streak.until);
        match streak.apart <= longest {
            true => seen.push((was, from, until)),
            // Visits each of which tells of its own moment: two, or some all of which were too far apart.
            false if until - from <= streak.apart || streak.least > longest => {
                seen.extend([(was, from, from), (was, until, until)]);
            }
            false => return None,
        }
    }
    Some(joined(seen.into_iter(), longest, now))
}

/// What is known of the time in what was seen, from when to when, and between it.
fn joined(
    seen: impl Iterator<Item = (Was, DateTime<Utc>, DateTime<Utc>)>,
    longest: TimeDelta,
    now: DateTime<Utc>,
) -> Vec<Spell> {
    let mut spells: Vec<Spell> = Vec::new();
    let mut before: Option<(DateTime<Utc>, Was)> = None;
    for (was, from, until) in seen {
        if let Some((last, seen)) = before {
            let known = match seen == was && from - last <= longest {
                true => was,
                false => Was::Unknown,
            };
            extend(&mut spells, known, last, from);
        }
        if let Some(spell) = extend(&mut spells, was, from, until) {
            spell.visits += 1;
            spell.failed += usize::from(was == Was::Unknown);
        }
        before = Some((until, was));
    }
    if let Some((last, _)) = before
        && now > last
    {
        extend(&mut spells, Was::Unknown, last, now);
    }
    spells
}

/// Those that lie between two moments, cut to them, with their visits counted again; from a moment before the first visit
/// on, nothing is known.
pub(super) fn within(
    spells: Vec<Spell>,
    visits: &[(DateTime<Utc>, Sort)],
    from: Option<DateTime<Utc>>,
    to: DateTime<Utc>,
) -> Vec<Spell> {
    let first = spells.first().map(|spell| spell.from);
    let unvisited = from.zip(first).filter(|(from, first)| from < first);
    let unvisited = unvisited.map(|(from, first)| Spell {
        was: Was::Unknown,
        from,
        until: first.min(to),
        visits: 0,
        failed: 0,
    });
    let from = from.unwrap_or(DateTime::<Utc>::MIN_UTC);
    let cut = unvisited.into_iter().chain(spells).filter_map(|spell| {
        let (from, until) = (spell.from.max(from), spell.until.min(to));
        let made = |failed: bool| {
            let made = visits.iter().filter(|(at, _)| (from..=until).contains(at));
            let made = made.filter(|(_, sort)| Was::seen(*sort) == spell.was);
            made.filter(|(_, sort)| !failed || *sort == Sort::Failed)
                .count()
        };
        (from <= until).then(|| Spell {
            was: spell.was,
            from,
            until,
            visits: made(false),
            failed: made(true),
        })
    });
    let mut within: Vec<Spell> = Vec::new();
    for spell in cut {
        match within.last_mut().filter(|last| last.was == spell.was) {
            Some(last) => {
                last.until = spell.until;
                last.visits += spell.visits;
                last.failed += spell.failed;
            }
            // Nothing is known of a stretch without length in which nobody went.
            None if spell.was == Was::Unknown && spell.from == spell.until && spell.visits == 0 => {
            }
            None => within.push(spell),
        }
    }
    within
}

/// What is known of a moment, where it lies within these stretches: what was seen counts before what is not known.
pub(super) fn at(spells: &[Spell], moment: DateTime<Utc>) -> Option<&Spell> {
    let begun = spells.partition_point(|spell| spell.from <= moment);
    let around = spells[..begun].iter().rev();
    let mut around = around.take_while(|spell| spell.until >= moment);
    let latest = around.next()?;
    let mut known = std::iter::once(latest).chain(around);
    known
        .find(|spell| spell.was != Was::Unknown)
        .or(Some(latest))
}

/// Makes the last stretch longer where it tells the same, or begins another.
fn extend(
    spells: &mut Vec<Spell>,
    was: Was,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Option<&mut Spell> {
    match spells.last_mut() {
        Some(last) if last.was == was => last.until = until,
        _ => spells.push(Spell {
            was,
            from,
            until,
            visits: 0,
            failed: 0,
        }),
    }
    spells.last_mut()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(day: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::days(day)
    }

    fn visited(visits: &[(i64, Sort)]) -> Vec<(DateTime<Utc>, Sort)> {
        let mut visits: Vec<_> = visits.iter().map(|(at, sort)| (day(*at), *sort)).collect();
        settle(&mut visits);
        visits
    }

    #[track_caller]
    fn case(visits: &[(i64, Sort)], now: i64, expected: &[(Was, i64, i64, usize)]) {
        let found = spells(&visited(visits), LONGEST, day(now));
        let found: Vec<_> = found
            .iter()
            .map(|one| (one.was, one.from, one.until, one.visits))
            .collect();
        let expected: Vec<_> = expected
            .iter()
            .map(|(was, from, until, visits)| (*was, day(*from), day(*until), *visits))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_page_is_there_between_visits_that_read_it_and_nothing_is_claimed_of_later() {
        use Sort::{Changed, Same};
        case(&[], 9, &[]);
        case(&[(1, Changed)], 1, &[(Was::Present, 1, 1, 1)]);
        let all = [(1, Changed), (2, Same), (3, Same)];
        case(&all, 3, &[(Was::Present, 1, 3, 3)]);
        let later = [(Was::Present, 1, 3, 3), (Was::Unknown, 3, 4, 0)];
        case(&all, 4, &later);
    }

    #[test]
    fn of_what_was_not_looked_at_nothing_is_known() {
        use Sort::{Changed, Failed, Same};
        let gap = [(1, Changed), (2, Same), (9, Same)];
        let told = [
            (Was::Present, 1, 2, 2),
            (Was::Unknown, 2, 9, 0),
            (Was::Present, 9, 9, 1),
        ];
        case(&gap, 9, &told);
        let failing = [(1, Changed), (2, Failed), (3, Failed), (4, Same), (5, Same)];
        let told = [
            (Was::Present, 1, 1, 1),
            (Was::Unknown, 1, 4, 2),
            (Was::Present, 4, 5, 2),
        ];
        case(&failing, 5, &told);
    }

    #[test]
    fn a_page_is_absent_between_visits_that_found_it_gone_and_when_it_went_is_not_known() {
        use Sort::{Away, Changed, Failed, Missing};
        let back = [(1, Changed), (2, Away), (3, Missing), (4, Changed)];
        let told = [
            (Was::Present, 1, 1, 1),
            (Was::Unknown, 1, 2, 0),
            (Was::Absent, 2, 3, 2),
            (Was::Unknown, 3, 4, 0),
            (Was::Present, 4, 4, 1),
        ];
        case(&back, 4, &told);
        let unsure = [(1, Missing), (2, Away), (3, Failed), (4, Missing)];
        let told = [
            (Was::Unknown, 1, 2, 1),
            (Was::Absent, 2, 2, 1),
            (Was::Unknown, 2, 4, 1),
            (Was::Absent, 4, 4, 1),
        ];
        case(&unsure, 4, &told);
    }

    #[test]
    fn a_part_is_known_by_the_visits_around_it_too() {
        use Sort::{Failed, Same};
        let visits = visited(&[(2, Same), (4, Same), (5, Failed), (6, Same)]);
        let told = |from: i64, to: i64| -> Vec<_> {
            let whole = spells(&visits, LONGEST, day(9));
            let part = within(whole, &visits, Some(day(from)), day(to));
            let told = part.iter();
            told.map(|one| (one.was, one.from, one.until, one.visits, one.failed))
                .collect()
        };
        let there = |from, to, visits| (Was::Present, day(from), day(to), visits, 0);
        assert_eq!(told(3, 3), [there(3, 3, 0)]);
        assert_eq!(told(2, 4), [there(2, 4, 2)]);
        let unknown = (Was::Unknown, day(1), day(2), 0, 0);
        assert_eq!(told(1, 3), [unknown, there(2, 3, 1)]);
        let failed = (Was::Unknown, day(4), day(6), 1, 1);
        assert_eq!(told(3, 6), [there(3, 4, 1), failed, there(6, 6, 1)]);
        assert_eq!(told(7, 8), [(Was::Unknown, day(7), day(8), 0, 0)]);
    }

    #[test]
    fn streaks_tell_what_their_visits_tell() {
        use Sort::{Failed, Same};
        let streak = |saw, from, until, apart| Streak {
            saw,
            from: day(from),
            until: day(until),
            apart: TimeDelta::days(apart),
            least: TimeDelta::days(apart.min(4)),
        };
        let dense = [
            streak(Same, 1, 9, 1),
            streak(Failed, 10, 30, 0),
            streak(Same, 31, 36, 5),
        ];
        let told = |longest| of_streaks(&dense, TimeDelta::days(longest), day(40));
        let was = |longest| -> Option<Vec<(Was, DateTime<Utc>)>> {
            let told = told(longest)?.into_iter();
            Some(told.map(|spell| (spell.was, spell.until)).collect())
        };
        let there = |until| (Was::Present, day(until));
        let unknown = |until| (Was::Unknown, day(until));
        assert_eq!(
            was(8),
            Some(vec![there(9), unknown(31), there(36), unknown(40)])
        );
        let apart = [
            there(9),
            unknown(31),
            there(31),
            unknown(36),
            there(36),
            unknown(40),
        ];
        assert_eq!(was(2), Some(apart.to_vec()));
        let weekly = [streak(Same, 1, 15, 7)];
        assert_eq!(of_streaks(&weekly, TimeDelta::days(5), day(15)), None);
        let told = of_streaks(&weekly, TimeDelta::days(3), day(15));
        let was: Vec<Was> = told.into_iter().flatten().map(|spell| spell.was).collect();
        assert_eq!(was, [Was::Present, Was::Unknown, Was::Present]);
    }

    #[test]
    fn at_the_moment_of_a_visit_stands_what_it_saw() {
        use Sort::{Away, Changed};
        let visits = visited(&[(1, Changed), (2, Away)]);
        let told = spells(&visits, LONGEST, day(3));
        let was = |moment| at(&told, moment).map(|spell| spell.was);
        assert_eq!(was(day(0)), None);
        assert_eq!(was(day(1)), Some(Was::Present));
        assert_eq!(was(day(1) + TimeDelta::hours(1)), Some(Was::Unknown));
        assert_eq!(was(day(2)), Some(Was::Absent));
        assert_eq!(was(day(3)), Some(Was::Unknown));
        assert_eq!(was(day(4)), None);
    }
}
