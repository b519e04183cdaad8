//! What a page said: as read, as served, or the way it came.

use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::answers::stood::{self, Known};
use crate::answers::{NoAnswer, no_version, no_watch, renamed::Renamed};
use crate::house::House;
use crate::model::{Capture, Document, PastNo, Point, Version, VersionNo, WatchId};

/// Which version is wanted.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum Which {
    /// The last one.
    Last,
    /// This one.
    No(VersionNo),
    /// This backfilled text.
    Past(PastNo),
    /// The one that stood at this time.
    At(DateTime<Utc>),
}

/// Text that names no version.
#[derive(Debug, thiserror::Error)]
#[error(
    "“{0}” is neither the number of a version nor a day or time; write ID@3, ID@b3 for a backfilled text, ID@2016-07-06 or ID@2016-07-06T12:00:00+01:00"
)]
pub struct NotAVersion(String);

impl FromStr for Which {
    type Err = NotAVersion;

    fn from_str(text: &str) -> Result<Which, NotAVersion> {
        match text.parse() {
            Ok(Point::Own(no)) => return Ok(Which::No(no)),
            Ok(Point::Past(no)) => return Ok(Which::Past(no)),
            Err(_) => {}
        }
        let time = DateTime::parse_from_rfc3339(text).map_err(|_| NotAVersion(text.to_owned()))?;
        Ok(Which::At(time.to_utc()))
    }
}

/// In what form.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// The text as read.
    Text,
    /// The bytes as served.
    Raw,
    /// Status, header fields and every redirect hop.
    Headers,
}

/// A version in the form asked for.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
pub struct Shown {
    /// The version.
    pub version: Version,
    /// The version before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Box<Version>>,
    /// Whether it is known that this text stood there, where a time was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stood: Option<Known>,
    /// The text as read.
    pub document: Option<Document>,
    /// The way it came.
    pub capture: Option<Capture>,
    /// The bytes as served; they travel beside the answer.
    #[serde(skip)]
    pub raw: Option<Vec<u8>>,
}

pub(super) async fn show(
    house: &House,
    id: &WatchId,
    which: Which,
    form: Form,
) -> Result<Shown, NoAnswer> {
    let renamed = Renamed::since(house).await?;
    let known = renamed.in_archive(id);
    let version = find(house, id, known, which).await?;
    // Only what later rules made of the two is of interest.
    let before = match version.point() {
        Point::Own(no @ 2..) => house.store.version(known, no - 1).await.ok(),
        _ => None,
    };
    let vanishes = before.filter(|before| version.vanishes_after(before));
    let stood = match (which, version.point()) {
        (Which::At(at), Point::Own(_)) => Some(stood::stood(house, id, at).await?.known),
        _ => None,
    };
    let mut shown = Shown {
        before: vanishes.map(Box::new),
        version,
        stood,
        document: None,
        capture: None,
        raw: None,
    };
    let store = &house.store;
    shown.version.forgotten = store.left_of(&shown.version).await?;
    match form {
        Form::Text => shown.document = Some(store.readable(&shown.version).await?),
        Form::Raw => shown.raw = Some(store.body(shown.version.body).await?),
        Form::Headers => {
            let bytes = store.body(shown.version.capture).await?;
            let capture = serde_json::from_slice(&bytes);
            shown.capture = Some(
                capture
                    .map_err(|error| NoAnswer::Archive(format!("the capture of {id}: {error}")))?,
            );
        }
    }
    shown.version.watch = renamed.now(&shown.version.watch).clone();
    Ok(shown)
}

pub(super) async fn find(
    house: &House,
    id: &WatchId,
    known: &WatchId,
    which: Which,
) -> Result<Version, NoAnswer> {
    let versions = house.store.versions(known).await?;
    if let Some(past) = past(house, known, &versions, which).await? {
        return Ok(past);
    }
    let last = versions.last().map(|version| version.no);
    let watched = house
        .in_force()
        .watchlist
        .watches
        .iter()
        .any(|watch| watch.id == *id);
    if last.is_none() && !watched {
        return Err(no_watch(house, id));
    }
    let (found, wanted) = match which {
        Which::Last => (versions.last(), "yet".to_owned()),
        Which::No(no) => (
            versions.iter().find(|version| version.no == no),
            no.to_string(),
        ),
        Which::Past(no) => (None, format!("b{no}")),
        Which::At(at) => (
            versions.iter().rev().find(|version| version.at <= at),
            format!("as of {at}"),
        ),
    };
    found.cloned().ok_or_else(|| no_version(id, &wanted, last))
}

/// The backfilled text that is wanted: by its number, or as the last one before a time at which nobody watched yet.
async fn past(
    house: &House,
    known: &WatchId,
    versions: &[Version],
    which: Which,
) -> Result<Option<Version>, NoAnswer> {
    Ok(match which {
        Which::Past(no) => {
            let mut past = house.store.past_versions(known).await?.into_iter();
            past.find(|text| text.no == no)
        }
        Which::At(at) if versions.iter().all(|version| version.at > at) => {
            let past = house.store.past_versions(known).await?;
            past.into_iter().rfind(|text| text.at <= at)
        }
        Which::Last | Which::No(_) | Which::At(_) => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_named_by_number_or_time() {
        assert_eq!("3".parse::<Which>().ok(), Some(Which::No(3)));
        assert_eq!("b3".parse::<Which>().ok(), Some(Which::Past(3)));
        assert!(matches!(
            "2016-07-06T12:00:00+01:00".parse::<Which>(),
            Ok(Which::At(_))
        ));
        let error = "yesterday".parse::<Which>().expect_err("not a version");
        assert!(error.to_string().contains("ID@3"), "{error}");
    }
}
