//! Which version brought each paragraph of a text, and which sentences came and went.

use serde::{Deserialize, Serialize};

use crate::answers::{NoAnswer, Which, renamed::Renamed, show};
use crate::backfill;
use crate::diff::{Gone, Origin, Tracer};
use crate::house::{House, InForce};
use crate::model::{Document, Version, WatchId};

/// So many versions are followed, the last ones.
const VERSIONS: usize = 200;
/// So many sentences are told that came and went.
const SENTENCES: usize = 400;

/// A text with the origin of each of its blocks.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
pub struct Blamed {
    /// Which watch.
    pub id: WatchId,
    /// The versions that were followed, oldest first; the last is the one that is told. Origins count them from 0.
    pub versions: Vec<Version>,
    /// How many versions there are before them.
    pub earlier: usize,
    /// The text of the last of them.
    pub text: Document,
    /// The origin of each of its blocks.
    pub origins: Vec<Origin>,
    /// Sentences that stood in one of these versions and do not stand in the last.
    pub gone: Vec<Gone>,
}

pub(super) async fn blame(house: &House, id: &WatchId, which: Which) -> Result<Blamed, NoAnswer> {
    let renamed = Renamed::since(house).await?;
    let known = renamed.in_archive(id);
    let last = show::find(house, id, known, which).await?;
    let mut versions = house.store.versions(known).await?;
    let in_force = house.in_force();
    versions.extend(comparable(house, &in_force, known, &versions).await?);
    // What was imported later may be older than what was there.
    versions.sort_by_key(|version| (version.at, version.no));
    let point = last.point();
    let end = versions.iter().position(|version| version.point() == point);
    versions.truncate(end.map_or(0, |at| at + 1));
    let earlier = versions.len().saturating_sub(VERSIONS);
    versions.drain(..earlier);
    let mut tracer = Tracer::default();
    for version in &versions {
        let text = match version.backfilled {
            Some(_) => backfill::page_text(house, &in_force, version).await?,
            None => house.store.document(version).await?,
        };
        if text.is_forgotten() {
            continue;
        }
        tracer = follow(tracer, text).await?;
    }
    let Some((text, origins, gone)) = tracer.told(SENTENCES) else {
        return Err(NoAnswer::Archive(format!("{id} has no text to follow")));
    };
    Ok(Blamed {
        id: id.clone(),
        versions: renamed.versions(versions),
        earlier,
        text,
        origins,
        gone,
    })
}

/// The backfilled texts that the same reader reads as our own first version; what another one reads differs for its own sake.
async fn comparable(
    house: &House,
    in_force: &InForce,
    known: &WatchId,
    own: &[Version],
) -> Result<Vec<Version>, NoAnswer> {
    let past = house.store.past_versions(known).await?;
    let (Some(last), Some(first)) = (past.last(), own.first()) else {
        return Ok(past);
    };
    let before = backfill::page_text(house, in_force, last).await?;
    let after = house.store.document(first).await?;
    match before.reader == after.reader {
        true => Ok(past),
        false => Ok(Vec::new()),
    }
}

/// Compares on a thread where long work holds nobody up.
async fn follow(mut tracer: Tracer, text: Document) -> Result<Tracer, NoAnswer> {
    let followed = tokio::task::spawn_blocking(move || {
        tracer.next(text);
        tracer
    });
    (followed.await).map_err(|error| NoAnswer::Archive(format!("a text was not compared: {error}")))
}
