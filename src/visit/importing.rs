//! A page that somebody saved: judged as if a visit had brought it, and told apart for good.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::house::{House, InForce};
use crate::model::{
    Capture, ChangeKind, Digest, Failure, Hop, Outcome, Provenance, Span, State, Version,
    VersionNo, VisitReport, Watch,
};
use crate::store::StoreError;
use crate::visit::bounds;
use crate::visit::bring::Brought;
use crate::visit::following::{self, Company};
use crate::visit::judged::{Judged, Seen, called};
use crate::visit::landing::{Arrival, Found, Landing, land};
use crate::visit::read::read;
use crate::watchlist;
use crate::wording::times;

/// A file that somebody saved, and what they say of it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Saved {
    /// The name of the file.
    pub file: String,
    /// A word about it.
    pub note: Option<String>,
    /// The address it was saved from; that of the watch where nothing is said.
    pub url: Option<Url>,
    /// The earliest time at which it may have been saved: the beginning of the day, where only that is known.
    pub since: DateTime<Utc>,
    /// The time by which it was saved.
    pub by: DateTime<Utc>,
    /// What sort of file it is (a media type).
    pub media: Option<String>,
    /// The bytes; they travel beside the question.
    #[serde(skip)]
    pub bytes: Vec<u8>,
}

/// What came of it.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case", tag = "import", content = "of")]
pub enum Import {
    /// It was judged like a visit, and stored.
    Landed(Box<VisitReport>),
    /// These very bytes were seen at that time already; nothing was stored.
    Known(VersionNo),
    /// It was not taken.
    Refused {
        /// Why.
        why: String,
        /// What to do.
        remedy: Option<String>,
    },
}

impl Import {
    fn refused(why: impl Into<String>, remedy: &str) -> Import {
        Import::Refused {
            why: why.into(),
            remedy: Some(remedy.to_owned()),
        }
    }
}

/// Takes a file that somebody saved as a capture of a watch.
///
/// # Errors
/// The archive's.
pub async fn import(
    house: &House,
    in_force: &InForce,
    watch: &Watch,
    saved: Saved,
) -> Result<Import, StoreError> {
    let limit = in_force.watchlist.settings.max_body;
    if saved.bytes.len() as u64 > limit {
        let why = format!("{} is longer than {limit} bytes.", saved.file);
        return Ok(Import::refused(why, "Raise max_body in the watchlist."));
    }
    if saved.by > house.clock.now() {
        let why = format!("{} lies in the future.", saved.by.to_rfc3339());
        return Ok(Import::refused(
            why,
            "Say with --at when the file was saved.",
        ));
    }
    let _alone = house.alone_at(&watch.id).await;
    let state = house.store.state(&watch.id).await?;
    let digest = Digest::of(&saved.bytes);
    let versions = house.store.versions(&watch.id).await?;
    if let Some(known) = known(&state, &versions, &saved, digest) {
        return Ok(Import::Known(known));
    }
    if let Some(refusal) = out_of_order(in_force, watch, &state, &saved) {
        return Ok(refusal);
    }
    let brought = Brought {
        capture: capture(in_force, watch, &saved, digest),
        body: saved.bytes,
        beside: Vec::new(),
    };
    let arrival = match read(in_force, watch, brought).await {
        Ok(arrival) => arrival,
        Err(failure) => return Ok(unread(&saved.file, &failure)),
    };
    following::begin(house, in_force, watch, &state).await?;
    // What the page leads to has its turn when it is visited.
    let nobody = (&Company::default(), None);
    let report = land(house, in_force, watch, Found::Page(arrival), nobody).await?;
    Ok(match report {
        VisitReport {
            outcome: Outcome::Failed,
            failure: Some(failure),
            ..
        } => unread(&saved.file, &failure),
        report => Import::Landed(Box::new(report)),
    })
}

fn unread(file: &str, failure: &Failure) -> Import {
    Import::refused(
        format!("{file} cannot be taken: {}.", failure.why),
        "Save the page once more when it shows its text, or say with --type what the file is.",
    )
}

/// The version that is known to have stood with these very bytes when the file was saved.
fn known(state: &State, versions: &[Version], saved: &Saved, digest: Digest) -> Option<VersionNo> {
    let stood = |version: &&Version| {
        let current = state
            .current
            .as_ref()
            .is_some_and(|now| now.no == version.no);
        let same = version.body == digest || current && state.body == Some(digest);
        same && version.at <= saved.by && version.last_seen >= saved.since
    };
    versions.iter().rev().find(stood).map(|version| version.no)
}

/// Numbers never move: what was saved before the last sight of the page would have to stand between versions.
fn out_of_order(in_force: &InForce, watch: &Watch, state: &State, saved: &Saved) -> Option<Import> {
    state.current.as_ref()?;
    let last = state.last_seen.max(state.last_change)?;
    (saved.by <= last).then(|| {
        let zone = in_force.watchlist.settings.timezone;
        let why = format!(
            "{} was saved before {}, when the archive last saw the page of {}; versions are numbered in the order in which \
             they were seen.",
            saved.file,
            times::moment(last, zone),
            watch.id
        );
        Import::refused(
            why,
            "Only what was saved after that can be taken yet; keep the file, captures from before are for a later release.",
        )
    })
}

/// The file as a capture: nothing is said of an answer that nobody saw.
fn capture(in_force: &InForce, watch: &Watch, saved: &Saved, digest: Digest) -> Capture {
    let zone = in_force.watchlist.settings.timezone;
    let day = saved.by.with_timezone(&zone).date_naive();
    let own = || watchlist::address_on(&watch.url, day);
    let url = saved.url.clone().unwrap_or_else(own);
    let said = saved.media.iter();
    Capture {
        at: saved.by,
        url: url.clone(),
        hops: vec![Hop {
            url,
            status: 0,
            headers: said
                .map(|media| ("content-type".to_owned(), media.clone()))
                .collect(),
            address: None,
            certificate: None,
            at: saved.by,
        }],
        body: digest,
        length: saved.bytes.len() as u64,
        provenance: Provenance::Imported {
            file: saved.file.clone(),
            note: saved.note.clone(),
            origin: None,
        },
        beside: Vec::new(),
    }
}

impl Landing<'_> {
    /// The same text in a saved file: kept as evidence that it stood then, and no visit.
    pub(super) async fn same_by_hand(
        &self,
        current: &Version,
        arrival: Box<Arrival>,
    ) -> Result<VisitReport, StoreError> {
        let seen = Seen {
            kind: ChangeKind::Edited,
            span: Span {
                from: current.no,
                to: current.no,
            },
            bounds: bounds(self.state.last_seen, arrival.capture.at),
            same_text_as: None,
        };
        let judged = Judged {
            sentence: format!(
                "A saved file shows {} in the words of version {}.",
                called(self.watch, &current.title).name(),
                current.no
            ),
            ..Judged::quiet(seen)
        };
        let title = current.title.clone();
        self.append(&Found::Page(arrival), judged, title).await
    }
}
