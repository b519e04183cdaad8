//! How a page was watched: every visit counted, the longest gap, and when it was there, gone, or nobody knows.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::answers::history::whereabouts;
use crate::answers::renamed::Renamed;
use crate::answers::{NoAnswer, Response};
use crate::house::House;
use crate::model::{EntryNo, Watch, WatchId, When};
use crate::store::Sort;
use crate::witness;

/// How many visits are looked at, the latest of them.
const VISITS: usize = 1_000_000;
/// So long without a visit nothing is known of a page, whatever its schedule.
const LONGEST: TimeDelta = TimeDelta::days(2);
/// As many times its schedule, where that is longer.
const MISSED: i32 = 3;

/// Of what, from when to when, and in which form.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct CoverageAsked {
    /// Which watch.
    pub id: WatchId,
    /// From when on; from the first visit on where absent.
    pub from: Option<DateTime<Utc>>,
    /// Until when; until now where absent.
    pub to: Option<DateTime<Utc>>,
    /// In which form.
    pub form: CoverageForm,
}

/// In which form coverage is told.
#[derive(Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum CoverageForm {
    /// As it is.
    #[default]
    Plain,
    /// With a signed note of it.
    Signed,
}

/// How a page was watched.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Covered {
    /// Which watch.
    pub id: WatchId,
    /// What its page is called.
    pub title: String,
    /// Its address.
    pub url: String,
    /// From when on this tells; absent where it tells from the first visit on.
    pub from: Option<DateTime<Utc>>,
    /// Until when.
    pub to: DateTime<Utc>,
    /// In one sentence.
    pub said: String,
    /// How many visits there were.
    pub visits: usize,
    /// On how many of them the page was read and was as before.
    pub unchanged: usize,
    /// On how many it was read and had changed.
    pub changed: usize,
    /// On how many it was found gone.
    pub gone: usize,
    /// How many failed: they tell nothing of the page.
    pub failures: usize,
    /// The first visit.
    pub first: Option<DateTime<Utc>>,
    /// The last one.
    pub last: Option<DateTime<Utc>>,
    /// The longest time between two visits that told something of the page.
    pub longest_gap: Option<Gap>,
    /// Whether it was there, oldest first.
    pub spells: Vec<Spell>,
    /// The last entry of the journal when this was asked.
    pub as_of_entry: EntryNo,
    /// All of this in a signed note, where that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// A time without a visit that told something of the page.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Gap {
    /// The visit before it.
    pub from: DateTime<Utc>,
    /// The visit after it; the end of what is told where there was none.
    pub until: DateTime<Utc>,
    /// How long it is.
    pub seconds: i64,
}

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
    /// It was found gone, and not read since.
    Absent,
    /// Visits failed, or there were none for long.
    Unknown,
}

/// To `Coverage`.
pub(super) async fn coverage(house: &House, asked: &CoverageAsked) -> Result<Response, NoAnswer> {
    let renamed = Renamed::since(house).await?;
    let known = renamed.in_archive(&asked.id);
    let state = house.store.state(known).await?;
    let (title, url) = whereabouts(house, &asked.id, &state)?;
    let now = house.clock.now();
    let to = asked.to.map_or(now, |to| to.min(now));
    if asked.from.is_some_and(|from| from >= to) {
        return Err(NoAnswer::Unknown {
            what: "This time ends before it begins.".to_owned(),
            remedy: Some("Write the earlier day with --from.".to_owned()),
        });
    }
    let mut visits = house.store.visits(known, VISITS).await?;
    visits.retain(|(at, _)| asked.from.is_none_or(|from| *at >= from) && *at <= to);
    let in_force = house.in_force();
    let watch = in_force.watchlist.watch(&asked.id);
    let away = visits
        .iter()
        .rev()
        .find(|(_, sort)| *sort != Sort::Failed)
        .is_some_and(|(_, sort)| *sort == Sort::Away);
    let count = |wanted: Sort| visits.iter().filter(|(_, sort)| *sort == wanted).count();
    let mut covered = Covered {
        id: asked.id.clone(),
        title,
        url,
        from: asked.from,
        to,
        said: String::new(),
        visits: visits.len(),
        unchanged: count(Sort::Same),
        changed: count(Sort::Changed),
        gone: count(Sort::Away),
        failures: count(Sort::Failed),
        first: visits.first().map(|(at, _)| *at),
        last: visits.last().map(|(at, _)| *at),
        longest_gap: longest(&visits, to),
        spells: spells(&visits, patience(watch), to, away),
        as_of_entry: house.store.last_entry().await?,
        note: None,
    };
    covered.said = covered.sentence();
    if asked.form == CoverageForm::Signed {
        let json = serde_json::to_string(&covered)
            .map_err(|error| NoAnswer::Archive(error.to_string()))?;
        covered.note = Some(witness::sign(house, &format!("{json}\n")).await?);
    }
    Ok(Response::Coverage(Box::new(covered)))
}

impl Covered {
    /// All of it in one sentence.
    fn sentence(&self) -> String {
        let counted = |count: usize, one: &str, many: &str| match count {
            1 => format!("1 {one}"),
            _ => format!("{count} {many}"),
        };
        let visits = counted(self.visits, "visit", "visits");
        let mut said = match (self.visits, self.changed, self.gone) {
            (0, ..) => return "No visits.".to_owned(),
            (_, 0, 0) if self.unchanged > 0 => format!("Unchanged in {visits}"),
            (_, 0, 0) => format!("Never read in {visits}"),
            (_, changed, 0) => format!("New or changed {changed}× in {visits}"),
            (_, 0, gone) => format!("Found gone {gone}× in {visits}"),
            (_, changed, gone) => {
                format!("New or changed {changed}× and found gone {gone}× in {visits}")
            }
        };
        if let Some(gap) = self.longest_gap {
            let long = match gap.seconds {
                seconds @ 0..=5_399 => counted((seconds / 60) as usize, "minute", "minutes"),
                seconds @ 5_400..=431_999 => format!("{} h", seconds / 3_600),
                seconds => counted((seconds / 86_400) as usize, "day", "days"),
            };
            said += &format!(", longest gap {long}");
        }
        let failures = counted(self.failures, "failure", "failures");
        format!("{said}, {failures}.")
    }
}

/// How long a page that is visited so is known to stand after a visit.
pub(super) fn patience(watch: Option<&Watch>) -> TimeDelta {
    let rhythm = match watch.map(|watch| &watch.when) {
        Some(When::Every(seconds)) => {
            TimeDelta::seconds(i64::try_from(*seconds).unwrap_or(0)) * MISSED
        }
        _ => TimeDelta::days(8),
    };
    rhythm.max(LONGEST)
}

/// The longest time without a visit that told something of the page, up to the end.
fn longest(visits: &[(DateTime<Utc>, Sort)], to: DateTime<Utc>) -> Option<Gap> {
    let told = visits.iter().filter(|(_, sort)| *sort != Sort::Failed);
    let told: Vec<DateTime<Utc>> = told.map(|(at, _)| *at).collect();
    let ends = told.iter().skip(1).copied().chain([to]);
    let gaps = told.iter().zip(ends).map(|(from, until)| Gap {
        from: *from,
        until,
        seconds: (until - *from).num_seconds(),
    });
    // The earliest of those that are as long.
    gaps.reduce(|longest, gap| match gap.seconds > longest.seconds {
        true => gap,
        false => longest,
    })
}

/// What visits tell of a page, run together: between two visits that read it, no further apart than `longest`, it was
/// there; from a visit that found it gone to the next that read it, it was not; of all else nothing is known.
pub(super) fn spells(
    visits: &[(DateTime<Utc>, Sort)],
    longest: TimeDelta,
    now: DateTime<Utc>,
    away: bool,
) -> Vec<Spell> {
    let mut spells: Vec<Spell> = Vec::new();
    let mut gone = false;
    let mut before: Option<(DateTime<Utc>, Sort)> = None;
    for (at, sort) in visits {
        if let Some((last, was)) = before {
            let near = *at - last <= longest;
            let known = match (was, sort) {
                _ if gone => Was::Absent,
                (Sort::Same | Sort::Changed, Sort::Same | Sort::Changed | Sort::Away) if near => {
                    Was::Present
                }
                _ => Was::Unknown,
            };
            extend(&mut spells, known, last, *at, *sort);
        }
        gone = match sort {
            Sort::Away => true,
            Sort::Failed => gone,
            Sort::Same | Sort::Changed => false,
        };
        before = Some((*at, *sort));
    }
    // What was seen at the last visit holds until the next one is due; after that nobody knows.
    if let Some((last, sort)) = before
        && now > last
    {
        let known = match sort {
            _ if away && now - last <= longest => Was::Absent,
            Sort::Same | Sort::Changed if now - last <= longest => Was::Present,
            _ => Was::Unknown,
        };
        extend(&mut spells, known, last, now, sort);
        if let Some(last) = spells.last_mut() {
            // The present is no visit.
            last.visits = last.visits.saturating_sub(1);
            last.failed -= usize::from(sort == Sort::Failed && last.failed > 0);
        }
    }
    spells
}

fn extend(
    spells: &mut Vec<Spell>,
    was: Was,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
    ended: Sort,
) {
    let failed = usize::from(ended == Sort::Failed);
    match spells.last_mut() {
        Some(last) if last.was == was => {
            last.until = until;
            last.visits += 1;
            last.failed += failed;
        }
        _ => spells.push(Spell {
            was,
            from,
            until,
            visits: 1,
            failed,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_gap_is_between_visits_that_told_something() {
        use Sort::{Changed, Failed, Same};
        let visits = [(1, Changed), (2, Failed), (4, Same), (5, Same)];
        let visits: Vec<_> = visits.iter().map(|(at, sort)| (day(*at), *sort)).collect();
        let gap = |to| longest(&visits, day(to)).map(|gap| (gap.from, gap.until, gap.seconds));
        assert_eq!(gap(6), Some((day(1), day(4), 3 * 86_400)));
        assert_eq!(gap(9), Some((day(5), day(9), 4 * 86_400)));
        assert_eq!(longest(&visits[1..2], day(9)), None);
    }

    fn day(day: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::days(day)
    }

    #[track_caller]
    fn case(visits: &[(i64, Sort)], now: i64, expected: &[(Was, i64, i64)]) {
        let visits: Vec<_> = visits.iter().map(|(at, sort)| (day(*at), *sort)).collect();
        let away = matches!(visits.last(), Some((_, Sort::Away)));
        let found = spells(&visits, LONGEST, day(now), away);
        let found: Vec<_> = found
            .iter()
            .map(|one| (one.was, one.from, one.until))
            .collect();
        let expected: Vec<_> = expected
            .iter()
            .map(|(was, from, until)| (*was, day(*from), day(*until)))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_page_is_there_between_visits_that_read_it() {
        use Sort::{Changed, Same};
        case(&[], 9, &[]);
        case(&[(1, Changed)], 2, &[(Was::Present, 1, 2)]);
        let all = [(1, Changed), (2, Same), (3, Same)];
        case(&all, 3, &[(Was::Present, 1, 3)]);
    }

    #[test]
    fn of_what_was_not_looked_at_nothing_is_known() {
        use Sort::{Changed, Failed, Same};
        let gap = [(1, Changed), (2, Same), (9, Same)];
        case(&gap, 9, &[(Was::Present, 1, 2), (Was::Unknown, 2, 9)]);
        let failing = [(1, Changed), (2, Failed), (3, Failed), (4, Same), (5, Same)];
        case(&failing, 5, &[(Was::Unknown, 1, 4), (Was::Present, 4, 5)]);
        case(&[(1, Changed)], 9, &[(Was::Unknown, 1, 9)]);
    }

    #[test]
    fn what_was_found_gone_is_absent_until_it_is_read_again() {
        use Sort::{Away, Changed, Failed};
        let back = [(1, Changed), (2, Away), (3, Failed), (4, Changed)];
        case(&back, 4, &[(Was::Present, 1, 2), (Was::Absent, 2, 4)]);
        let gone = [(1, Changed), (2, Away)];
        case(&gone, 3, &[(Was::Present, 1, 2), (Was::Absent, 2, 3)]);
    }
}
