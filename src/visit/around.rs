//! Records what changed around a main text that did not, once, and says nothing aloud.

use chrono::TimeDelta;

use crate::diff;
use crate::findings;
use crate::model::{ChangeKind, Document, Finding, Hushed, Severity, Version, VisitReport};
use crate::store::StoreError;
use crate::visit::bounds;
use crate::visit::judged::{Judged, Seen, Silence, called};
use crate::visit::landing::{Arrival, Found, Landing};
use crate::visit::step::Before;
use crate::wording;

/// How many earlier versions are looked through for the same words around the text.
const LOOKED_THROUGH: usize = 10;

/// The most often, in doublings of a day, that a page whose surroundings change all the time has a version for that.
const MOST_DOUBLINGS: u32 = 5;

/// How many such versions in a row make the surroundings restless, so that even a suspicion waits.
const RESTLESS: u32 = 3;

impl Landing<'_> {
    /// What changed around the text, where that is worth a version: not what stood there before, and, where the
    /// surroundings change all the time, ever less often. Who selects the text by hand wants nothing else compared.
    pub(super) async fn around(
        &self,
        was: &Before<'_>,
        after: &Document,
    ) -> Result<Option<Finding>, StoreError> {
        let due = self.state.second_look.is_some();
        let before = was.document;
        let book = &self.in_force.watchlist.book;
        let selected = !self.watch.reading.select.is_empty();
        if due || was.away || selected || before.surroundings == after.surroundings {
            return Ok(None);
        }
        let found = findings::settled(book, findings::around(book, before, after));
        let Some(found) = found.into_iter().next() else {
            return Ok(None);
        };
        let versions = self.house.store.versions(&self.watch.id).await?;
        let in_a_row = in_a_row(&versions);
        let suspect = findings::suspect(book, before, after, &diff::between(before, after));
        let suspect = findings::settled(book, suspect).into_iter().next();
        if suspect.is_some() && in_a_row < RESTLESS {
            return Ok(suspect);
        }
        if in_a_row > 0 {
            let wait = TimeDelta::days(1 << (in_a_row - 1).min(MOST_DOUBLINGS));
            if self.house.clock.now() - was.version.at < wait {
                return Ok(None);
            }
        }
        for version in versions.iter().rev().skip(1).take(LOOKED_THROUGH) {
            let earlier = self.standing(version).await?;
            if earlier.comparable && findings::stood_around(&earlier.document, before, after) {
                return Ok(None);
            }
        }
        Ok(Some(found))
    }

    /// A version that has the same main text, and other words around it.
    pub(super) async fn changed_around(
        &self,
        was: &Before<'_>,
        arrival: Box<Arrival>,
        finding: Finding,
    ) -> Result<VisitReport, StoreError> {
        let seen = Seen {
            kind: ChangeKind::Edited,
            span: self.span(was.version, false),
            bounds: bounds(self.state.last_seen, arrival.capture.at),
            same_text_as: Some(was.version.no),
        };
        let title = arrival.document.title.clone();
        let findings = vec![finding];
        let named = called(self.watch, &title);
        let severity = findings::severity(&findings);
        // A suspicion goes to whoever takes its severity; anything less is for whoever comes and looks.
        let owed = match severity > Severity::RECORD {
            true => self.owed(severity, &findings),
            false => Vec::new(),
        };
        let judged = Judged {
            sentence: wording::sentence::of(&named, seen.kind, seen.span, &findings, None),
            silence: (owed.is_empty())
                .then(|| Silence::of(Hushed::Noise, "only text around the main text changed")),
            severity,
            owed,
            findings,
            ..Judged::quiet(seen)
        };
        self.append(&Found::Page(arrival), judged, title).await
    }
}

/// How many versions at the end have the text of the one before.
pub(super) fn in_a_row(versions: &[Version]) -> u32 {
    let same = |version: &&Version| version.same_text_as == version.no.checked_sub(1);
    let count = versions.iter().rev().take_while(same).count();
    u32::try_from(count).unwrap_or(u32::MAX)
}
