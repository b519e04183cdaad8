//! How a page was watched: every visit counted, the longest gap, and when it was there, gone, or nobody knows.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::answers::history::whereabouts;
use crate::answers::presence::{self, Spell};
use crate::answers::renamed::Renamed;
use crate::answers::{NoAnswer, Response};
use crate::house::House;
use crate::model::{EntryNo, WatchId};
use crate::store::Sort;
use crate::witness;

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
    /// The visit before it; the beginning of what is told where there was none.
    pub from: DateTime<Utc>,
    /// The visit after it; the end of what is told where there was none.
    pub until: DateTime<Utc>,
    /// How long it is.
    pub seconds: i64,
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
    let mut visits = presence::visits(house, known, presence::VISITS).await?;
    let in_force = house.in_force();
    let patience = presence::patience(in_force.watchlist.watch(&asked.id));
    let spells = presence::spells(&visits, patience, now);
    let spells = presence::within(spells, &visits, asked.from, to);
    visits.retain(|(at, _)| asked.from.is_none_or(|from| *at >= from) && *at <= to);
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
        longest_gap: longest(&visits, asked.from, to),
        spells,
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

/// The longest time without a visit that told something of the page, from the beginning where one is asked for, to the end.
fn longest(
    visits: &[(DateTime<Utc>, Sort)],
    from: Option<DateTime<Utc>>,
    to: DateTime<Utc>,
) -> Option<Gap> {
    let told = visits.iter().filter(|(_, sort)| *sort != Sort::Failed);
    let told: Vec<DateTime<Utc>> = from.into_iter().chain(told.map(|(at, _)| *at)).collect();
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

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn the_longest_gap_is_between_visits_that_told_something() {
        use Sort::{Changed, Failed, Same};
        let visits = [(1, Changed), (2, Failed), (4, Same), (5, Same)];
        let visits: Vec<_> = visits.iter().map(|(at, sort)| (day(*at), *sort)).collect();
        let gap = |from: Option<i64>, to| {
            let gap = longest(&visits, from.map(day), day(to));
            gap.map(|gap| (gap.from, gap.until, gap.seconds))
        };
        assert_eq!(gap(None, 6), Some((day(1), day(4), 3 * 86_400)));
        assert_eq!(gap(None, 9), Some((day(5), day(9), 4 * 86_400)));
        assert_eq!(gap(Some(-9), 9), Some((day(-9), day(1), 10 * 86_400)));
        assert_eq!(longest(&visits[1..2], None, day(9)), None);
    }

    fn day(day: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::days(day)
    }
}
