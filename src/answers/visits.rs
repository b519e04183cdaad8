//! The visits to a watch, the versions they brought, and what was captured.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::answers::{NoAnswer, Response, no_version, no_watch, renamed::Renamed};
use crate::house::House;
use crate::model::{
    Capture, Change, ChangeKind, EntryNo, FailureKind, Look, LookOutcome, Outcome, Span, Version,
    VersionNo, WatchId,
};
use crate::store::ChangeFilter;

/// One visit to a watch.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Visited {
    /// When.
    pub at: DateTime<Utc>,
    /// What came of it.
    pub outcome: Outcome,
    /// The change it brought.
    pub change: Option<Span>,
    /// What sort of change.
    pub kind: Option<ChangeKind>,
    /// What sort of failure it was.
    pub failure: Option<FailureKind>,
    /// The status of a failure that was an answer.
    pub status: Option<u16>,
    /// Why it failed, in one sentence.
    pub why: Option<String>,
    /// What the machine calls itself that looked, where it was another one.
    pub collector: Option<String>,
}

/// A version with what was captured of it.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
pub struct Captured {
    /// The version.
    pub version: Version,
    /// What the server sent.
    pub capture: Capture,
}

/// To `Versions`.
pub(super) async fn versions(house: &House, id: &WatchId) -> Result<Response, NoAnswer> {
    let renamed = Renamed::since(house).await?;
    let versions = house.store.versions(renamed.in_archive(id)).await?;
    let versions = house.store.marked(versions).await?;
    if versions.is_empty() && house.in_force().watchlist.watch(id).is_none() {
        return Err(no_watch(house, id));
    }
    Ok(Response::Versions(renamed.versions(versions)))
}

/// To `Visits`: so many of the last looks, and every change.
pub(super) async fn visits(house: &House, id: &WatchId, most: usize) -> Result<Response, NoAnswer> {
    let renamed = Renamed::since(house).await?;
    let known = renamed.in_archive(id);
    let state = house.store.state(known).await?;
    if state.visits == 0 && house.in_force().watchlist.watch(id).is_none() {
        return Err(no_watch(house, id));
    }
    let looks = house.store.looks(known, most).await?;
    // What is older than the last look that is told has looks before it that are not.
    let since = (looks.len() >= most).then(|| looks.last().map(|look| look.at));
    let filter = ChangeFilter {
        watch: Some(known.clone()),
        since: since.flatten(),
        ..ChangeFilter::default()
    };
    let changes = house.store.changes(&filter).await?;
    let mut visits: Vec<Visited> = looks.into_iter().map(looked).collect();
    visits.extend(changes.iter().map(changed));
    visits.sort_by_key(|visit| std::cmp::Reverse(visit.at));
    visits.truncate(most);
    Ok(Response::Visits(visits))
}

fn looked(look: Look) -> Visited {
    let (outcome, failure, status, why) = match look.outcome {
        LookOutcome::Unchanged { .. } => (Outcome::Unchanged, None, None, None),
        LookOutcome::Failed { kind, status, why } => {
            (Outcome::Failed, Some(kind), status, Some(why))
        }
    };
    Visited {
        at: look.at,
        outcome,
        change: None,
        kind: None,
        failure,
        status,
        why,
        collector: look.collector,
    }
}

fn changed(change: &Change) -> Visited {
    let collector = change.collected.as_ref();
    Visited {
        at: change.bounds.by,
        outcome: match change.kind {
            ChangeKind::Appeared => Outcome::Appeared,
            _ => Outcome::Changed,
        },
        change: Some(change.span),
        kind: Some(change.kind),
        failure: None,
        status: None,
        why: None,
        collector: collector.map(|collected| collected.collector.clone()),
    }
}

/// To `Captures`: what was captured of these versions, in order.
pub(super) async fn captures(
    house: &House,
    id: &WatchId,
    wanted: &[VersionNo],
) -> Result<Response, NoAnswer> {
    let Response::Versions(versions) = versions(house, id).await? else {
        return Ok(Response::Captures(Vec::new()));
    };
    let last = versions.last().map(|version| version.no);
    let mut captured = Vec::new();
    for no in wanted {
        let version = versions.iter().find(|version| version.no == *no);
        let version = version.ok_or_else(|| no_version(id, &no.to_string(), last))?;
        let bytes = house.store.body(version.capture).await?;
        let capture = serde_json::from_slice(&bytes)
            .map_err(|error| NoAnswer::Archive(format!("the capture of {id}@{no}: {error}")))?;
        captured.push(Captured {
            version: version.clone(),
            capture,
        });
    }
    Ok(Response::Captures(captured))
}

/// To `ReadAt`.
pub(super) async fn read_at(house: &House) -> Result<Response, NoAnswer> {
    let renamed = Renamed::since(house).await?;
    let mut read_at = house.store.read_at().await?;
    for (watch, _) in &mut read_at {
        *watch = renamed.now(watch).clone();
    }
    Ok(Response::ReadAt(read_at))
}

/// To `LastEntry`.
pub(super) async fn last_entry(house: &House) -> Result<Response, NoAnswer> {
    let last: EntryNo = house.store.last_entry().await?;
    Ok(Response::LastEntry(last))
}
