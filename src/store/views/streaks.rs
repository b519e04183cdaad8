//! Visits to a page one after the other that saw the same of it, so that nobody walks all visits to know when it was there.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use chrono::{DateTime, TimeDelta, Utc};

use crate::model::{EntryNo, WatchId};
use crate::store::{
    error::StoreError,
    views::View,
    views::coverage::{Mark, Sort},
    views::keys::{self, WatchNo},
    views::picture::Picture,
};

/// How far apart two visits may be whatever the schedule of their page, and still tell of the time between them.
pub const CLOSE: TimeDelta = TimeDelta::days(2);

/// As many streaks can change by a visit that is later than all others.
const TAIL: usize = 4;

/// Visits one after the other that saw the same of a page: some that were never further apart than [`CLOSE`], or some that
/// always were, in one rhythm. A single visit that read the page between others that failed tells of no time around it, and
/// is among these.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Streak {
    /// What they saw: the same page, that it was gone, or nothing.
    pub saw: Sort,
    /// The first of them.
    pub from: DateTime<Utc>,
    /// The last of them.
    pub until: DateTime<Utc>,
    /// How far apart two of them were at most, where they did not fail.
    pub apart: TimeDelta,
    /// How far apart two of them were at least, in whole seconds.
    pub least: TimeDelta,
}

/// The streaks of every page, kept in memory from the first time on that somebody asks for all of them.
#[derive(Default)]
pub(super) struct Streaks(RwLock<Option<HashMap<WatchNo, Vec<Streak>>>>);

impl Streaks {
    /// Lets go of all that is kept.
    pub(super) fn forget(&self) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Puts streaks in the place of the last ones of a page, where they are kept.
    fn turn(&self, number: WatchNo, before: usize, after: &[Streak]) {
        let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(all) = kept.as_mut() {
            let streaks = all.entry(number).or_default();
            streaks.truncate(streaks.len().saturating_sub(before));
            streaks.extend_from_slice(after);
        }
    }
}

/// The same as a row, under its page and its beginning; the longest gap and the shortest in seconds.
type Row = (Sort, DateTime<Utc>, i64, i64);

impl Streak {
    /// Whether a visit that saw the same, so much later, belongs to it.
    fn goes_on_after(&self, gap: TimeDelta) -> bool {
        match (self.from == self.until, self.apart > CLOSE) {
            _ if self.saw == Sort::Failed => true,
            (true, _) => true,
            (false, false) => gap <= CLOSE,
            (false, true) => gap > CLOSE && gap <= self.apart * 2 && gap * 2 >= self.apart,
        }
    }
}

/// What a visit that is later than all others makes of the streaks of a page.
fn join(streaks: &mut Vec<Streak>, at: DateTime<Utc>, sort: Sort) {
    let known = streaks.iter().rev().find(|one| one.saw != Sort::Failed);
    let saw = match sort {
        Sort::Same | Sort::Changed => Sort::Same,
        Sort::Away => Sort::Away,
        // It is still gone where it was found gone before, else nothing is sure yet.
        Sort::Missing if known.is_some_and(|one| one.saw == Sort::Away) => Sort::Away,
        Sort::Missing | Sort::Failed => Sort::Failed,
    };
    match streaks.last_mut() {
        Some(last) if last.saw == saw && last.goes_on_after(at - last.until) => {
            if saw != Sort::Failed {
                let (gap, alone) = (at - last.until, last.from == last.until);
                let least = TimeDelta::seconds(gap.num_seconds());
                last.apart = last.apart.max(seconds(gap));
                last.least = if alone { least } else { last.least.min(least) };
            }
            last.until = at;
        }
        _ => streaks.push(Streak {
            saw,
            from: at,
            until: at,
            apart: TimeDelta::zero(),
            least: TimeDelta::zero(),
        }),
    }
    // A page that fails every other time would have as many streaks as visits.
    if let [.., before, failed, once, again] = streaks.as_mut_slice()
        && (before.saw, failed.saw, once.saw) == (Sort::Same, Sort::Failed, Sort::Same)
        && once.from == once.until
        && again.saw == Sort::Failed
    {
        failed.until = again.until;
        streaks.truncate(streaks.len() - 2);
    }
}

/// In whole seconds, and never less than it was.
fn seconds(gap: TimeDelta) -> TimeDelta {
    let whole = TimeDelta::seconds(gap.num_seconds());
    match whole < gap {
        true => whole + TimeDelta::seconds(1),
        false => whole,
    }
}

impl View {
    /// Notes a visit and what it makes of the streaks of its page. The visit comes last: where its row is there, all is.
    pub(super) fn visited(
        &self,
        number: WatchNo,
        (at, entry, index): (DateTime<Utc>, EntryNo, u32),
        mark: Mark,
    ) -> Result<(), StoreError> {
        let key = keys::visit(number, at, entry, index);
        if self.tree.contains_key(&key)? {
            return Ok(());
        }
        let mut before = self.last_streaks(number, TAIL)?;
        let mut after = before.clone();
        match before.last() {
            None => join(&mut after, at, mark.into()),
            Some(last) if last.until <= at => join(&mut after, at, mark.into()),
            Some(_) if mark.is_read() && self.was_read_around(number, at)? => {}
            // A visit that is told late may have come between any two.
            Some(_) => {
                before = self.last_streaks(number, usize::MAX)?;
                let mut visits = self.visits_of(number)?;
                visits.insert(
                    visits.partition_point(|(one, _)| *one <= at),
                    (at, mark.into()),
                );
                after.clear();
                for (at, sort) in visits {
                    join(&mut after, at, sort);
                }
            }
        }
        for streak in after.iter().filter(|streak| !before.contains(streak)) {
            let (apart, least) = (streak.apart.num_seconds(), streak.least.num_seconds());
            let row: Row = (streak.saw, streak.until, apart, least);
            self.put(&keys::streak(number, streak.from), &row)?;
        }
        let kept = |from| after.iter().any(|streak| streak.from == from);
        for streak in before.iter().filter(|streak| !kept(streak.from)) {
            self.remove(&keys::streak(number, streak.from))?;
        }
        self.streaks.turn(number, before.len(), &after);
        self.mark(&key, mark)
    }

    /// Whether a page was read before and after a moment, and all the time between.
    fn was_read_around(&self, number: WatchNo, at: DateTime<Utc>) -> Result<bool, StoreError> {
        let begun = keys::streaks(number)..=keys::streak(number, at);
        let Some(row) = self.tree.range(begun).next_back() else {
            return Ok(false);
        };
        let (_, row) = row?;
        let (saw, until, apart, _): Row = self.parse(&row)?;
        Ok(saw == Sort::Same && until >= at && TimeDelta::seconds(apart) <= CLOSE)
    }

    /// Reads the streaks of a page anew, where they are kept.
    pub(super) fn read_streaks(&self, number: WatchNo) -> Result<(), StoreError> {
        let mut kept = (self.streaks.0.write()).unwrap_or_else(PoisonError::into_inner);
        if let Some(all) = kept.as_mut() {
            all.insert(number, self.last_streaks(number, usize::MAX)?);
        }
        Ok(())
    }

    /// So many of the last streaks of a page, in order.
    fn last_streaks(&self, number: WatchNo, most: usize) -> Result<Vec<Streak>, StoreError> {
        let rows = self.rows(&keys::streaks(number)).rev().take(most);
        let mut streaks = Vec::new();
        for row in rows {
            let (key, row) = row?;
            streaks.extend(streak(&key, row));
        }
        streaks.reverse();
        Ok(streaks)
    }
}

impl View {
    /// The streaks of every page, by what it is called now.
    fn streaks(&self) -> Result<HashMap<WatchId, Vec<Streak>>, StoreError> {
        let named = |all: &HashMap<WatchNo, Vec<Streak>>| {
            let watches = self.all()?.into_iter();
            let streaks = |number: &WatchNo| all.get(number).cloned().unwrap_or_default();
            let named = watches.map(|(number, watch)| (watch, streaks(&number)));
            Ok::<HashMap<_, _>, StoreError>(named.collect())
        };
        let kept = &self.streaks.0;
        if let Some(all) = kept.read().unwrap_or_else(PoisonError::into_inner).as_ref() {
            return named(all);
        }
        let mut kept = kept.write().unwrap_or_else(PoisonError::into_inner);
        let mut all: HashMap<WatchNo, Vec<Streak>> = HashMap::new();
        for row in self.rows(keys::STREAKS) {
            let (key, row) = row?;
            let number = keys::watch_of(keys::STREAKS, &key);
            all.entry(number).or_default().extend(streak(&key, row));
        }
        named(kept.insert(all))
    }
}

impl Picture {
    /// The streaks of every page that was visited, in order.
    pub(in crate::store) fn streaks(&self) -> Result<HashMap<WatchId, Vec<Streak>>, StoreError> {
        let mut named = self.view.streaks()?;
        for (_, look) in &self.waiting {
            let streaks = named.entry(look.watch.clone()).or_default();
            // Where the clock went back it is told in its place once it is sealed.
            if streaks.last().is_none_or(|last| last.until <= look.at) {
                join(streaks, look.at, Mark::from(look).into());
            }
        }
        Ok(named)
    }
}

fn streak(key: &[u8], (saw, until, apart, least): Row) -> Option<Streak> {
    let from = keys::read_streak(key)?;
    Some(Streak {
        saw,
        from,
        until,
        apart: TimeDelta::seconds(apart),
        least: TimeDelta::seconds(least),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::views::streaks::Sort::{Away, Changed, Failed, Missing, Same};

    fn hour(hour: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::hours(hour)
    }

    #[track_caller]
    fn case(visits: &[(i64, Sort)], expected: &[(Sort, i64, i64)]) {
        let mut streaks = Vec::new();
        for (at, sort) in visits {
            join(&mut streaks, hour(*at), *sort);
        }
        let told = |one: &Streak| {
            let hours = |at: DateTime<Utc>| (at - hour(0)).num_hours();
            (one.saw, hours(one.from), hours(one.until))
        };
        assert_eq!(streaks.iter().map(told).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn visits_that_saw_the_same_are_one_streak_as_long_as_they_are_close() {
        case(&[(1, Changed), (2, Same), (50, Same)], &[(Same, 1, 50)]);
        let gap = [(1, Same), (2, Same), (51, Same), (52, Same)];
        case(&gap, &[(Same, 1, 2), (Same, 51, 52)]);
        // Those of every week are one too, until there is none for a month, or they become denser.
        let weekly = [
            (1, Same),
            (169, Same),
            (337, Same),
            (1_000, Same),
            (1_024, Same),
        ];
        case(&weekly, &[(Same, 1, 337), (Same, 1_000, 1_024)]);
        let denser = [(1, Same), (169, Same), (170, Same), (171, Same)];
        case(&denser, &[(Same, 1, 169), (Same, 170, 171)]);
        case(&[(1, Failed), (99, Failed)], &[(Failed, 1, 99)]);
    }

    #[test]
    fn the_gaps_of_a_streak_are_known_by_the_longest_and_the_shortest() {
        let mut streaks = Vec::new();
        for at in [0, 100, 180, 300] {
            join(&mut streaks, hour(at), Same);
        }
        let gaps: Vec<_> = (streaks.iter())
            .map(|one| (one.least.num_hours(), one.apart.num_hours()))
            .collect();
        assert_eq!(gaps, [(80, 120)]);
    }

    #[test]
    fn what_is_missing_is_gone_once_it_was_found_gone() {
        let visits = [
            (1, Same),
            (2, Missing),
            (3, Away),
            (4, Failed),
            (5, Missing),
        ];
        let streaks = [
            (Same, 1, 1),
            (Failed, 2, 2),
            (Away, 3, 3),
            (Failed, 4, 4),
            (Away, 5, 5),
        ];
        case(&visits, &streaks);
    }

    #[test]
    fn a_page_that_fails_every_other_time_has_few_streaks() {
        let visits: Vec<(i64, Sort)> = (1..1_000)
            .map(|at| (at, if at % 2 == 0 { Failed } else { Same }))
            .chain([(1_000, Same), (1_001, Same)])
            .collect();
        case(
            &visits,
            &[(Same, 1, 1), (Failed, 2, 998), (Same, 999, 1_001)],
        );
    }
}
