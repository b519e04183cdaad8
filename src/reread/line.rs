//! The captures being read, in a line: side by side, and taken from it in order.

use std::collections::VecDeque;
use std::sync::Arc;

use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::house::{House, InForce};
use crate::model::{Digest, Document, Failure, FailureKind, ReaderId, Version, VersionNo, Watch};
use crate::reread::again::{self, keep};
use crate::reread::{Heard, Outcome, Purpose, Report, Summary};
use crate::store::StoreError;

/// One version in the line.
pub(super) struct Place {
    /// Whose it is.
    pub(super) watch: Arc<Watch>,
    /// The version.
    pub(super) version: Version,
    /// The version before it.
    pub(super) after: Option<Version>,
    /// Who read it, where it is to be read again.
    pub(super) read_by: Option<ReaderId>,
}

type Reading = JoinHandle<Result<Result<Document, Failure>, StoreError>>;

/// Versions on their way, the first to be done with in front.
pub(super) struct Line<'a> {
    house: &'a Arc<House>,
    in_force: Arc<InForce>,
    purpose: Purpose,
    heard: mpsc::Sender<Heard>,
    most: usize,
    places: VecDeque<(Place, Option<Reading>)>,
    /// The last version done with, and the digest of its text as it is read today.
    last: Option<(VersionNo, Digest)>,
    summary: Summary,
}

impl<'a> Line<'a> {
    /// An empty line in which at most so many are read at once.
    pub(super) fn new(
        house: &'a Arc<House>,
        purpose: Purpose,
        heard: mpsc::Sender<Heard>,
        most: usize,
    ) -> Line<'a> {
        Line {
            house,
            in_force: house.in_force(),
            purpose,
            heard,
            most,
            places: VecDeque::new(),
            last: None,
            summary: Summary::default(),
        }
    }

    /// Begins to read a version, once there is room in the line.
    pub(super) async fn take(&mut self, place: Place) -> Result<(), StoreError> {
        while self.places.len() >= self.most {
            self.settle().await?;
        }
        let reading = place.read_by.is_some().then(|| {
            let (store, in_force) = (self.house.store.clone(), self.in_force.clone());
            let (watch, version) = (place.watch.clone(), place.version.clone());
            tokio::spawn(async move { again::read(store, in_force, &watch, version).await })
        });
        self.places.push_back((place, reading));
        Ok(())
    }

    /// Waits for all that are in the line.
    pub(super) async fn end(mut self) -> Result<Summary, StoreError> {
        while !self.places.is_empty() {
            self.settle().await?;
        }
        Ok(self.summary)
    }

    /// Is done with the first in the line.
    async fn settle(&mut self) -> Result<(), StoreError> {
        let Some((place, reading)) = self.places.pop_front() else {
            return Ok(());
        };
        self.summary.versions += 1;
        let Place {
            watch,
            version,
            after,
            read_by,
        } = place;
        let (Some(reading), Some(read_by)) = (reading, read_by) else {
            self.last = Some((version.no, version.compared()));
            self.heard.send(Heard::Passed).await.ok();
            return Ok(());
        };
        let made = reading.await.unwrap_or_else(|_| {
            let why = format!("version {} of {} could not be read", version.no, watch.id);
            Ok(Err(Failure::new(FailureKind::Unreadable, why)))
        })?;
        let before = after
            .zip(self.last)
            .filter(|(after, (no, _))| after.no == *no);
        let outcome = outcome(&version, before, &made);
        if self.purpose == Purpose::Keep {
            let _lane = self.house.lane().await;
            keep(self.house, &watch, &version, &made).await?;
        }
        let text = (made.as_ref()).map_or_else(|_| version.compared(), Document::text_digest);
        self.last = Some((version.no, text));
        self.summary.count(&outcome);
        let report = Report {
            watch: watch.id.clone(),
            version: version.no,
            read_by,
            outcome,
        };
        self.heard.send(Heard::Read(Box::new(report))).await.ok();
        Ok(())
    }
}

/// What became of a version; `before` is the one before it with the digest of its text as it is read today.
fn outcome(
    version: &Version,
    before: Option<(Version, (VersionNo, Digest))>,
    made: &Result<Document, Failure>,
) -> Outcome {
    let document = match made {
        Ok(document) => document,
        Err(failure) => {
            let why = failure.why.clone();
            return Outcome::Unreadable { why };
        }
    };
    let text = document.text_digest();
    let vanishes =
        before.filter(|(before, (_, read))| before.text != version.text && *read == text);
    match vanishes {
        Some((before, _)) => Outcome::Vanishes { same_as: before.no },
        None if text == version.text => Outcome::Same,
        None => Outcome::Differs,
    }
}
