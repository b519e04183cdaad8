//! How many of their edits publishers announced, over time.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Datelike, Utc};
use serde::{Deserialize, Serialize};

use crate::answers::publishers::Publishers;
use crate::answers::{NoAnswer, renamed::Renamed};
use crate::house::House;
use crate::model::WatchId;
use crate::store::Brief;

/// What is counted, by whom and by what time.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize, Debug)]
#[serde(default)]
pub struct AnnouncedAsked {
    /// Whose edits are counted together.
    pub by: By,
    /// The stretches of time.
    pub per: Per,
    /// Only what was seen at or after.
    pub since: Option<DateTime<Utc>>,
}

/// Whose edits are counted together.
#[derive(Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum By {
    /// Those of a publisher; of a host, where a watch names no publisher.
    #[default]
    Publisher,
    /// Those of a watch.
    Watch,
}

/// The stretches of time that are counted.
#[derive(Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum Per {
    /// Years.
    #[default]
    Year,
    /// Months.
    Month,
}

/// The edits of one publisher or watch in one stretch of time.
#[derive(Clone, PartialEq, Default, Serialize, Deserialize, Debug)]
pub struct Tally {
    /// The publisher, or the host of a page whose watch names none.
    pub publisher: String,
    /// The watch, where they are counted by watch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub watch: Option<WatchId>,
    /// The year (2016) or month (2016-07) in the time zone of the watchlist; absent for all of it.
    pub period: Option<String>,
    /// The edits that a page can be held to: announced, unannounced, minor and back-dated.
    pub edits: usize,
    /// Those that were announced by a date or a note.
    pub announced: usize,
    /// Of the announced, those whose note mentions words that changed.
    pub mentioned: usize,
    /// Those of which the page says nothing.
    pub unannounced: usize,
    /// The same on GOV.UK, which allows small edits without a note.
    pub minor: usize,
    /// Those dated to a day after which the old text was still seen.
    pub back_dated: usize,
    /// The announced among the edits, from 0 to 1; absent where there are none.
    pub share: Option<f64>,
    /// Edits that no claim can be held against: nothing is stated, or the site is not known to move it. Not among `edits`.
    pub no_claim: usize,
    /// Edits of spelling, punctuation and order of which nothing was said. Not among `edits`.
    pub slight: usize,
    /// How often a date or note moved and nothing else did. Not among `edits`.
    pub date_only: usize,
    /// How often a past note was altered or taken out. Not among `edits`.
    pub history_rewritten: usize,
    /// How often a date moved back. Not among `edits`.
    pub date_moved_back: usize,
}

impl Tally {
    /// Counts a change of which its page says something, or of which nothing can be said.
    pub(super) fn count(&mut self, brief: &Brief) {
        let one = match brief.claim {
            Some("announced") => {
                self.mentioned += usize::from(brief.mentions);
                &mut self.announced
            }
            Some("unannounced") => &mut self.unannounced,
            Some("minor") => &mut self.minor,
            Some("back-dated") => &mut self.back_dated,
            Some("slight") => &mut self.slight,
            Some("date-only") => &mut self.date_only,
            Some("history-rewritten") => &mut self.history_rewritten,
            Some("date-moved-back") => &mut self.date_moved_back,
            Some(_) => &mut self.no_claim,
            None => return,
        };
        *one += 1;
        self.edits = self.announced + self.unannounced + self.minor + self.back_dated;
        self.share = (self.edits > 0).then(|| self.announced as f64 / self.edits as f64);
    }
}

/// The tallies by publisher or watch, the whole of each first, then its years or months.
pub(super) async fn announced(
    house: &House,
    asked: &AnnouncedAsked,
) -> Result<Vec<Tally>, NoAnswer> {
    let renamed = Renamed::since(house).await?;
    let publishers = Publishers::of(house).await?;
    let zone = house.in_force().watchlist.settings.timezone;
    let briefs = house.store.briefs().await?;
    // Counted by numbers: there may be very many changes.
    type Period = Option<(i32, u32)>;
    let mut tallies: BTreeMap<(&str, Option<u32>, Period), Tally> = BTreeMap::new();
    let watches = briefs.watches.iter();
    let who: HashMap<u32, &str> = watches
        .map(|(number, id)| (*number, publishers.who(renamed.now(id))))
        .collect();
    for brief in &briefs.rows {
        let Some(publisher) = who.get(&brief.watch).copied() else {
            continue;
        };
        let late = asked.since.is_none_or(|since| brief.by >= since);
        if brief.claim.is_none() || !late {
            continue;
        }
        let one = (asked.by == By::Watch).then_some(brief.watch);
        let here = brief.by.with_timezone(&zone);
        let period = match asked.per {
            Per::Year => (here.year(), 0),
            Per::Month => (here.year(), here.month()),
        };
        for period in [None, Some(period)] {
            let tally = tallies.entry((publisher, one, period)).or_default();
            tally.count(brief);
        }
    }
    let named = tallies
        .into_iter()
        .map(|((publisher, one, period), tally)| {
            let watch = one.and_then(|number| briefs.watches.get(&number));
            Tally {
                publisher: publisher.to_owned(),
                watch: watch.map(|id| renamed.now(id).clone()),
                period: period.map(|(year, month)| match month {
                    0 => year.to_string(),
                    month => format!("{year}-{month:02}"),
                }),
                ..tally
            }
        });
    let mut named: Vec<Tally> = named.collect();
    let order = |one: &Tally| (one.publisher.clone(), one.watch.clone(), one.period.clone());
    named.sort_by_cached_key(order);
    Ok(named)
}
