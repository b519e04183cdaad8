//! Where phrases stood, from when to when, and on how many pages over time.

mod before;
mod counting;
mod turning;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;

use crate::answers::announced::Per;
use crate::answers::pages::{Narrowed, Pages};
use crate::answers::phrase::before::Before;
use crate::answers::phrase::counting::Timeline;
use crate::answers::phrase::turning::{interval, runs};
use crate::answers::presence;
use crate::answers::search::{Part, Patience, Reached, not_found, parts, reached, unreadable};
use crate::answers::{Happening, NoAnswer, Progress};
use crate::house::House;
use crate::model::{EntryNo, Span, WatchId};
use crate::passages::Stay;
use crate::search::Scope;
use crate::search::query::{self, Within};

pub use before::{IntervalBefore, SpreadBefore};

/// How many phrases are compared at the most.
const PHRASES: usize = 8;
/// How many passages that have a phrase are looked at.
const STAYS: usize = 5_000;

/// Which phrases, and where.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize, Debug)]
#[serde(default)]
pub struct PhraseAsked {
    /// The phrases that are compared; `|` parts several of them too.
    pub phrases: Vec<String>,
    /// Only pages in whose publisher's name (or host) this stands.
    pub publisher: Option<String>,
    /// Only pages of this topic.
    pub topic: Option<String>,
    /// Only this page.
    pub document: Option<WatchId>,
    /// As the archive stood after this entry.
    pub as_of: Option<EntryNo>,
    /// The stretches of time that are counted.
    pub per: Per,
    /// How long to wait where the index is behind the journal.
    pub patience: Patience,
}

/// Where phrases stood.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
pub struct Phrased {
    /// The phrases, as asked.
    pub phrases: Vec<PhraseOne>,
    /// How far the answer is complete.
    pub reached: Reached,
}

/// Where one phrase stood.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
pub struct PhraseOne {
    /// The phrase.
    pub phrase: String,
    /// The pages it stood on, the one on which it was seen first first.
    pub found: Vec<Spread>,
    /// On how many pages it stands now.
    pub now: usize,
    /// On how many pages it stood over time. What is counted is pages.
    pub counts: Vec<Stretch>,
    /// Whether there are more places than were looked at.
    pub cut_short: bool,
    /// The pages on which it stood before they were watched, by the word of archives of the web; they are not counted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub before: Vec<SpreadBefore>,
}

/// Where a phrase stood on one page.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
pub struct Spread {
    /// On which page.
    pub watch: WatchId,
    /// What the page is called.
    pub title: String,
    /// Who publishes it; its host where the watch names nobody.
    pub publisher: String,
    /// From when to when, in order; between two of them it did not stand there.
    pub intervals: Vec<Interval>,
    /// Whether the page is watched still.
    pub watched: bool,
}

/// A time in which a phrase stood on a page without a break.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
pub struct Interval {
    /// How it came.
    pub came: Turned,
    /// How it went; absent while it stands.
    pub went: Option<Turned>,
    /// The last time it was seen there.
    pub last_seen: Option<DateTime<Utc>>,
    /// The passage in which it stands, or stood last, or the part of it around the phrase.
    pub quote: String,
    /// Where in the quote the phrase stands, in characters.
    pub marks: Vec<(usize, usize)>,
}

impl Interval {
    /// The quote in pieces, in order.
    pub fn parts(&self) -> Vec<Part> {
        parts(&self.quote, &self.marks)
    }
}

/// The change by which a phrase came to a page or went from it.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
pub struct Turned {
    /// Which change.
    #[serde(flatten)]
    pub happening: Happening,
    /// The sentence that stood there before; absent where the passage is new.
    pub before: Option<String>,
    /// The sentence that stood there after; absent where nothing was put in its place.
    pub after: Option<String>,
}

/// On how many pages a phrase stood in a stretch of time.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
pub struct Stretch {
    /// The year (2016) or month (2016-07) in the time zone of the watchlist.
    pub period: String,
    /// When it ends, or now.
    pub until: DateTime<Utc>,
    /// The pages on which the phrase stood at its end, as far as is known.
    pub pages: usize,
    /// Those of them of which that is known from a file that somebody had saved.
    pub imported: usize,
    /// The pages to which it came in this time; those where it stood at first sight are not among them.
    pub came: usize,
    /// The pages from which it went in this time.
    pub went: usize,
    /// The pages that had been seen by its end and were not gone: those on which the phrase could have stood.
    pub watched: usize,
    /// The share of their time in it in which it is not known which text stood there, from 0 to 1.
    pub unknown: f64,
}

/// What a phrase did on a page: one row of a table.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
pub struct Shown {
    /// The phrase.
    pub phrase: String,
    /// On which page.
    pub watch: WatchId,
    /// What the page is called.
    pub title: String,
    /// Who publishes it.
    pub publisher: String,
    /// `first-seen`, `came` or `went`.
    pub event: String,
    /// By which change.
    pub change: Span,
    /// The entry of the journal that holds it.
    pub entry: EntryNo,
    /// The last time it was as before.
    pub after: Option<DateTime<Utc>>,
    /// The first time it was as it is then.
    pub by: DateTime<Utc>,
    /// Whether it was found in a file that somebody had saved.
    pub imported: bool,
    /// The sentence that stood there before.
    pub sentence_before: Option<String>,
    /// The sentence that stood there after.
    pub sentence_after: Option<String>,
}

impl PhraseOne {
    /// Everything that happened, page by page: a row each.
    pub fn events(&self) -> Vec<Shown> {
        let mut rows = Vec::new();
        for spread in &self.found {
            for interval in &spread.intervals {
                let first = match interval.came.happening.first_sight {
                    true => "first-seen",
                    false => "came",
                };
                let went = interval.went.iter().map(|went| ("went", went));
                for (event, turned) in std::iter::once((first, &interval.came)).chain(went) {
                    rows.push(Shown {
                        phrase: self.phrase.clone(),
                        watch: spread.watch.clone(),
                        title: spread.title.clone(),
                        publisher: spread.publisher.clone(),
                        event: event.to_owned(),
                        change: turned.happening.change,
                        entry: turned.happening.entry,
                        after: turned.happening.bounds.after,
                        by: turned.happening.bounds.by,
                        imported: turned.happening.imported,
                        sentence_before: turned.before.clone(),
                        sentence_after: turned.after.clone(),
                    });
                }
            }
        }
        rows
    }
}

/// To `Phrase`.
pub(super) async fn phrase(
    house: &House,
    asked: &PhraseAsked,
    heard: &mpsc::Sender<Progress>,
) -> Result<Phrased, NoAnswer> {
    let split = asked.phrases.iter().flat_map(|phrases| phrases.split('|'));
    let phrases: Vec<&str> = split
        .map(str::trim)
        .filter(|phrase| !phrase.is_empty())
        .collect();
    if phrases.is_empty() || phrases.len() > PHRASES {
        return Err(NoAnswer::Unknown {
            what: format!(
                "One to {PHRASES} phrases can be looked for, and these are {}.",
                phrases.len()
            ),
            remedy: Some(
                "Write a phrase as it stands on a page; | parts several: opt-out|opt out."
                    .to_owned(),
            ),
        });
    }
    let pages = Pages::of(house, asked.as_of).await?;
    let narrowed = Narrowed {
        document: asked.document.as_ref(),
        publisher: asked.publisher.as_deref(),
        topic: asked.topic.as_deref(),
    };
    let only = pages.meant(house, narrowed)?;
    let reached = reached(house, asked.patience, asked.as_of, heard).await;
    let seen = house.search().seen().await.map_err(not_found)?;
    let seen = &seen[..seen.partition_point(|step| step.entry <= reached.entry)];
    let zone = house.in_force().watchlist.settings.timezone;
    let now = pages.ends(house.clock.now());
    let spells = presence::of_all(house, &pages, only.as_ref(), now).await?;
    let timeline = Timeline::of(
        &pages,
        only.as_ref(),
        (seen, &spells),
        (asked.per, zone),
        now,
    );
    let before = Before::read(house, only.as_ref(), asked.as_of).await?;
    let mut told = Vec::new();
    for phrase in phrases {
        let clause = query::phrase(phrase).map_err(|mistake| unreadable(phrase, &mistake))?;
        let scope = Scope {
            within: Within::History,
            only: only.clone(),
            as_of: Some(reached.entry),
            limit: STAYS,
            ..Scope::default()
        };
        let found = house
            .search()
            .find(clause.clone(), scope)
            .await
            .map_err(not_found)?;
        let cut_short = found.next.is_some() || before.cut_short;
        let spread = spread(&pages, &clause, found.stays, reached.entry);
        let now = spread
            .iter()
            .filter(|one| one.watched && stands(one))
            .count();
        told.push(PhraseOne {
            phrase: phrase.to_owned(),
            counts: timeline.counts(&spread),
            found: spread,
            now,
            cut_short,
            before: before.spread(&pages, &clause),
        });
    }
    Ok(Phrased {
        phrases: told,
        reached,
    })
}

fn stands(spread: &Spread) -> bool {
    spread
        .intervals
        .last()
        .is_some_and(|interval| interval.went.is_none())
}

/// The pages of these passages with the times in which one of them stood.
fn spread(pages: &Pages, clause: &query::Clause, stays: Vec<Stay>, as_of: EntryNo) -> Vec<Spread> {
    let mut by_page: BTreeMap<WatchId, Vec<Stay>> = BTreeMap::new();
    for mut stay in stays {
        stay.went = stay.went.filter(|went| went.entry <= as_of);
        by_page.entry(stay.watch.clone()).or_default().push(stay);
    }
    let mut found: Vec<Spread> = Vec::new();
    for (watch, mut stays) in by_page {
        stays.sort_by_key(|stay| (stay.came.entry, stay.came.place));
        let title = stays
            .last()
            .map_or(String::new(), |stay| stay.title.clone());
        let seen = pages.last_seen(&watch);
        let runs = runs(stays);
        found.push(Spread {
            title: pages.title(&watch, &title),
            publisher: pages.publisher(&watch),
            intervals: runs.iter().map(|run| interval(clause, run, seen)).collect(),
            watched: pages.state(&watch).is_some() && !pages.is_retired(&watch),
            watch: pages.now(&watch).clone(),
        });
    }
    found.sort_by_key(|one| {
        one.intervals
            .first()
            .map(|interval| interval.came.happening.bounds.by)
    });
    found
}
