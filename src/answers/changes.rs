//! Changes over all watches, by what people look for.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::answers::folded::{self, Folded};
use crate::answers::publishers::Publishers;
use crate::answers::{NoAnswer, corrections, pinned, refused::no_watch, renamed::Renamed};
use crate::house::House;
use crate::model::{Change, ChangeKind, Claim, EntryNo, Severity, TakenBack, WatchId};
use crate::store::{ChangeFilter, StoreError};

/// How many changes a page shows where nobody says how many.
const PAGE: usize = 50;
/// How many changes are read for a page at the most, when words or a rule are looked for.
const ENOUGH: usize = 1_500;
/// The most that a page shows.
const MOST: usize = 500;

/// Which changes are asked for.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize, Debug)]
#[serde(default)]
pub struct ChangesAsked {
    /// Only seen at or after.
    pub since: Option<DateTime<Utc>>,
    /// Only of watches of this topic.
    pub topic: Option<String>,
    /// Only of at least this severity.
    pub min_severity: Option<Severity>,
    /// Only first seen before.
    pub until: Option<DateTime<Utc>>,
    /// Only of pages of this publisher; of this host, where a watch names none.
    pub publisher: Option<String>,
    /// Only those on which this rule fired, by its id.
    pub rule: Option<String>,
    /// Only those of which the page says this, by the word of the claim ("unannounced").
    pub claim: Option<String>,
    /// Only those in whose sentence, title or findings all of these words stand.
    pub words: Option<String>,
    /// Only of this page.
    pub document: Option<WatchId>,
    /// Only of this kind, by its word ("vanished").
    pub kind: Option<String>,
    /// As it was answered when this was the last entry of the journal: what came later is left out.
    pub as_of: Option<EntryNo>,
    /// Only of entries below this one: where the page before ended.
    pub before: Option<EntryNo>,
    /// Only so many, the newest of them.
    pub limit: Option<usize>,
}

/// A page of changes.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
pub struct Paged {
    /// The changes, newest first.
    pub changes: Vec<Change>,
    /// Which of them belong together.
    pub folded: Vec<Folded>,
    /// Below which entry the next ones are looked for; absent where there are none.
    pub older: Option<EntryNo>,
}

pub(super) async fn changes(house: &House, asked: &ChangesAsked) -> Result<Vec<Change>, NoAnswer> {
    let filter = filter(house, asked).await?;
    let renamed = Renamed::since(house).await?;
    let changes = renamed.changes(house.store.changes(&filter).await?);
    Ok(whole(house, changes, asked.as_of).await?)
}

/// The changes with what was said of them, as far as it had been said by then.
async fn whole(
    house: &House,
    changes: Vec<Change>,
    as_of: Option<EntryNo>,
) -> Result<Vec<Change>, StoreError> {
    let mut changes = corrections::with_corrections(house, changes).await?;
    if let Some(as_of) = as_of {
        changes
            .iter_mut()
            .for_each(|change| as_it_stood(change, as_of));
    }
    Ok(changes)
}

/// Leaves out what became of a change after an entry.
fn as_it_stood(change: &mut Change, as_of: EntryNo) {
    change.corrections.retain(|one| one.entry <= as_of);
    for correction in &mut change.corrections {
        let earlier = |back: &TakenBack| back.entry <= as_of;
        correction.taken_back = correction.taken_back.take().filter(earlier);
    }
    change.back = change.back.filter(|back| back.entry <= as_of);
}

/// A page of changes, with those folded that belong together. However many there are, only some are read.
pub(super) async fn paged(house: &House, asked: &ChangesAsked) -> Result<Paged, NoAnswer> {
    let filter = ChangeFilter {
        limit: Some(asked.limit.unwrap_or(PAGE).clamp(1, MOST)),
        enough: Some(ENOUGH),
        ..filter(house, asked).await?
    };
    let leaf = house.store.leaf(&filter).await?;
    let folded = folded::folded(house, &leaf.changes, asked.as_of).await?;
    let changes = Renamed::since(house).await?.changes(leaf.changes);
    Ok(Paged {
        changes: whole(house, changes, asked.as_of).await?,
        folded,
        older: leaf.older,
    })
}

async fn filter(house: &House, asked: &ChangesAsked) -> Result<ChangeFilter, NoAnswer> {
    if let Some(claim) = &asked.claim
        && !Claim::WORDS.contains(&claim.as_str())
    {
        return Err(NoAnswer::Unknown {
            what: format!("“{claim}” is nothing that a page is held to."),
            remedy: Some(format!("It is one of: {}.", Claim::WORDS.join(", "))),
        });
    }
    if let Some(rule) = &asked.rule {
        known_rule(house, rule).await?;
    }
    if let Some(as_of) = asked.as_of {
        pinned::check(house, as_of).await?;
    }
    let kind = asked.kind.as_deref().map(kind).transpose()?;
    let after = asked.as_of.map(|as_of| as_of.saturating_add(1));
    let words = asked.words.as_deref().unwrap_or_default().to_lowercase();
    Ok(ChangeFilter {
        since: asked.since,
        until: asked.until,
        min_severity: asked.min_severity,
        watches: watches(house, asked).await?,
        before: [asked.before, after].into_iter().flatten().min(),
        kinds: kind.into_iter().collect(),
        claim: asked.claim.clone(),
        rule: asked.rule.clone(),
        words: words.split_whitespace().map(str::to_owned).collect(),
        limit: asked.limit,
        ..ChangeFilter::default()
    })
}

/// The watches of the topic and publisher asked for, under the names the archive has for them; `None` for all.
async fn watches(
    house: &House,
    asked: &ChangesAsked,
) -> Result<Option<BTreeSet<WatchId>>, NoAnswer> {
    if asked.topic.is_none() && asked.publisher.is_none() && asked.document.is_none() {
        return Ok(None);
    }
    let renamed = Renamed::since(house).await?;
    let mut wanted: Option<BTreeSet<WatchId>> = None;
    let mut only = |some: BTreeSet<WatchId>| {
        wanted = Some(match wanted.take() {
            Some(before) => before.intersection(&some).cloned().collect(),
            None => some,
        });
    };
    if let Some(topic) = &asked.topic {
        only(of_topic(house, topic)?);
    }
    if let Some(publisher) = &asked.publisher {
        only(Publishers::of(house).await?.pages(publisher)?);
    }
    if let Some(document) = &asked.document {
        if !Publishers::of(house).await?.knows(document) {
            return Err(no_watch(house, document));
        }
        only(BTreeSet::from([document.clone()]));
    }
    let known = |watches: BTreeSet<WatchId>| {
        let known = watches.iter().map(|watch| renamed.in_archive(watch));
        known.cloned().collect()
    };
    Ok(wanted.map(known))
}

fn kind(word: &str) -> Result<ChangeKind, NoAnswer> {
    let found = ChangeKind::ALL.into_iter().find(|kind| kind.word() == word);
    found.ok_or_else(|| NoAnswer::Unknown {
        what: format!("“{word}” is no kind of change."),
        remedy: Some(format!(
            "It is one of: {}.",
            ChangeKind::ALL.map(ChangeKind::word).join(", ")
        )),
    })
}

fn of_topic(house: &House, topic: &String) -> Result<BTreeSet<WatchId>, NoAnswer> {
    let in_force = house.in_force();
    let watchlist = &in_force.watchlist;
    let of_topic = watchlist.watches.iter();
    let of_topic: BTreeSet<WatchId> = of_topic
        .filter(|watch| watch.topics.contains(topic))
        .map(|watch| watch.id.clone())
        .collect();
    if of_topic.is_empty() && !watchlist.topics.contains_key(topic) {
        let topics: Vec<&str> = watchlist.topics.keys().map(String::as_str).collect();
        return Err(NoAnswer::Unknown {
            what: format!("There is no topic “{topic}”."),
            remedy: Some(format!("The topics are: {}.", topics.join(", "))),
        });
    }
    Ok(of_topic)
}

async fn known_rule(house: &House, rule: &str) -> Result<(), NoAnswer> {
    if house.in_force().watchlist.book.find(rule).is_some() {
        return Ok(());
    }
    let fired = house.store.fired().await?;
    match fired.iter().any(|(id, _)| id == rule) {
        true => Ok(()),
        false => Err(NoAnswer::Unknown {
            what: format!("There is no rule “{rule}”, and none of that name ever fired."),
            remedy: Some("`smallprint rules` names them all.".to_owned()),
        }),
    }
}
