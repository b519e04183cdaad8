//! One document as a person is shown it: what it is, when it was seen, how it went on.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::answers::annotations::{self, AnnotatedOne, WhichChange};
use crate::answers::found::{self, FoundOne};
use crate::answers::history::{Address, addresses, whereabouts};
use crate::answers::presence::{self, Spell, patience, spells};
use crate::answers::{NoAnswer, corrections, renamed::Renamed};
use crate::backfill::{self, Told};
use crate::house::House;
use crate::model::{Attachment, Change, EntryNo, State, Stated, Version, VersionNo, WatchId};
use crate::store::{ChangeFilter, Sort};

/// How many visits are looked at, the latest of them.
const VISITS: usize = 20_000;
/// How many changes and versions are shown at once.
const MOST: usize = 25;

/// Which document, and from where on.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct WatchedAsked {
    /// Which watch.
    pub id: WatchId,
    /// Only versions below this number.
    #[serde(default)]
    pub versions_below: Option<VersionNo>,
    /// Only changes of entries below this one.
    #[serde(default)]
    pub changes_below: Option<EntryNo>,
}

/// One document.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
pub struct Watched {
    /// Its name.
    pub id: WatchId,
    /// What people call it.
    pub title: String,
    /// Its address.
    pub url: String,
    /// Who publishes it; its host where nobody says.
    pub publisher: String,
    /// Its topics, by what people call them.
    pub topics: Vec<(String, String)>,
    /// Whether it is in the watchlist.
    pub kept: bool,
    /// How it stands.
    pub state: State,
    /// Where its text was read, oldest first.
    pub addresses: Vec<Address>,
    /// What it says of itself, as the last version has it.
    pub stated: Stated,
    /// The files it offers.
    pub attachments: Vec<Attachment>,
    /// How many tables stand in it, with their numbers of rows.
    pub tables: Vec<usize>,
    /// Whether it was there, oldest first.
    pub spells: Vec<Spell>,
    /// How many visits these are of, how many of them failed, and whether there were earlier ones that are not among them.
    pub visits: (usize, usize, bool),
    /// When it changed and how much that mattered, oldest first; first sights left out.
    pub steps: Vec<(DateTime<Utc>, u8)>,
    /// Its changes, newest first.
    pub changes: Vec<Change>,
    /// Below which entry there are more.
    pub older: Option<EntryNo>,
    /// Its versions, newest first.
    pub versions: Vec<Version>,
    /// Below which number there are more.
    pub earlier: Option<VersionNo>,
    /// What people said of its changes.
    pub annotations: Vec<AnnotatedOne>,
    /// What it leads to.
    pub found: Vec<FoundOne>,
    /// The watches that go on with it, each with the version it goes on from.
    pub continued_by: Vec<(WatchId, VersionNo)>,
    /// What archives of the web hold of it from before, as far as that was brought.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub past: Option<Told>,
}

pub(super) async fn watched(house: &House, asked: &WatchedAsked) -> Result<Watched, NoAnswer> {
    let id = &asked.id;
    let in_force = house.in_force();
    let watchlist = &in_force.watchlist;
    let renamed = Renamed::since(house).await?;
    let known = renamed.in_archive(id);
    let state = house.store.state(known).await?;
    let (title, url) = whereabouts(house, id, &state)?;
    let of = WhichWatch { id, known };
    let (changes, older) = of.changes(house, &renamed, asked.changes_below).await?;
    let all = house.store.versions(known).await?;
    let (stated, attachments, tables) = match &state.current {
        Some(current) => {
            let document = house.store.document(current).await?;
            let tables = house.gleaned(current).await?;
            let rows = tables.tables.iter().map(|table| table.rows).collect();
            (document.stated, document.attachments, rows)
        }
        None => (Stated::default(), Vec::new(), Vec::new()),
    };
    let mut visits = presence::visits(house, known, VISITS).await?;
    let more = visits.len() > VISITS;
    visits.drain(..visits.len().saturating_sub(VISITS));
    let failed = visits
        .iter()
        .filter(|(_, sort)| *sort == Sort::Failed)
        .count();
    let watch = watchlist.watch(id);
    let steps = of.steps(house).await?;
    let topic = |name: &String| {
        let described = watchlist.topics.get(name);
        (name.clone(), described.unwrap_or(name).clone())
    };
    let mut continued_by = house.store.continuations(known).await?;
    for (other, _) in &mut continued_by {
        *other = renamed.now(other).clone();
    }
    let host = url::Url::parse(&url).ok();
    let host = host.and_then(|url| url.host_str().map(str::to_owned));
    let publisher = watch.and_then(|watch| watch.publisher.clone());
    let mut found = found::found(house).await?;
    found.retain(|one| one.parent == *id);
    let addresses = addresses(&all);
    let (versions, earlier) = newest(all, asked.versions_below);
    let versions = renamed.versions(house.store.marked(versions).await?);
    Ok(Watched {
        id: id.clone(),
        title,
        publisher: publisher.or(host).unwrap_or_default(),
        url,
        topics: watch.map_or(Vec::new(), |watch| watch.topics.iter().map(topic).collect()),
        kept: watch.is_some_and(|watch| watch.enabled),
        addresses,
        stated,
        attachments,
        tables,
        visits: (visits.len(), failed, more),
        spells: spells(&visits, patience(watch), house.clock.now()),
        steps,
        annotations: of.annotations(house).await?,
        changes,
        older,
        versions,
        earlier,
        found,
        continued_by,
        past: backfill::told(house, &in_force, known, EntryNo::MAX).await?,
        state,
    })
}

/// A watch by its two names.
struct WhichWatch<'a> {
    id: &'a WatchId,
    known: &'a WatchId,
}

impl WhichWatch<'_> {
    async fn changes(
        &self,
        house: &House,
        renamed: &Renamed,
        below: Option<EntryNo>,
    ) -> Result<(Vec<Change>, Option<EntryNo>), NoAnswer> {
        let filter = ChangeFilter {
            watch: Some(self.known.clone()),
            before: below,
            limit: Some(MOST),
            ..ChangeFilter::default()
        };
        let leaf = house.store.leaf(&filter).await?;
        let changes = renamed.changes(leaf.changes);
        Ok((
            corrections::with_corrections(house, changes).await?,
            leaf.older,
        ))
    }

    /// When it changed, and how much that mattered.
    async fn steps(&self, house: &House) -> Result<Vec<(DateTime<Utc>, u8)>, NoAnswer> {
        let briefs = house.store.briefs().await?;
        let number = briefs.watches.iter().find(|(_, id)| *id == self.known);
        let number = number.map(|(number, _)| *number);
        let own = briefs.rows.iter().filter(|row| Some(row.watch) == number);
        let own = own.filter(|row| row.kind != crate::model::ChangeKind::Appeared);
        Ok(own.map(|row| (row.by, row.severity.0)).collect())
    }

    /// What people said of its changes.
    async fn annotations(&self, house: &House) -> Result<Vec<AnnotatedOne>, NoAnswer> {
        let mut said = Vec::new();
        let mut of = BTreeSet::new();
        for one in house.store.annotations(None).await? {
            let entry = one.annotation.of;
            if !of.insert(entry) {
                continue;
            }
            let change = house.store.change_in(entry).await?;
            if change.watch == *self.known || change.watch == *self.id {
                let which = WhichChange::Entry { entry };
                said.extend(annotations::annotations(house, Some(&which)).await?);
            }
        }
        Ok(said)
    }
}

/// The newest of these versions below a number, newest first, and the number below which there are more.
fn newest(versions: Vec<Version>, below: Option<VersionNo>) -> (Vec<Version>, Option<VersionNo>) {
    let mut newest = versions.into_iter().rev();
    let mut wanted: Vec<Version> = newest
        .by_ref()
        .filter(|version| below.is_none_or(|below| version.no < below))
        .take(MOST + 1)
        .collect();
    let more = wanted.len() > MOST;
    wanted.truncate(MOST);
    let last = wanted.last().map(|version| version.no);
    (wanted, last.filter(|_| more))
}
