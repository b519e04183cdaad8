//! Records that what a page states of its own changes is another, where its text is the same.

use chrono::{DateTime, TimeDelta, Utc};

use crate::diff;
use crate::findings;
use crate::model::{ChangeKind, Claim, Finding, Severity, VisitReport};
use crate::store::StoreError;
use crate::visit::around::in_a_row;
use crate::visit::bounds;
use crate::visit::judged::{Judged, Seen, Silence, called};
use crate::visit::landing::{Arrival, Found, Landing};
use crate::visit::step::Before;

/// The most often, in doublings of a day, that a page that gives another date all the time has a version for that.
const MOST_DOUBLINGS: u32 = 5;

/// How many such versions in a row make what is stated restless, so that even a date that moved back waits.
const RESTLESS: u32 = 3;

impl Landing<'_> {
    /// The step to other dates or another list of changes, where that is worth a version: where they change all the time,
    /// ever less often. A later edit is held against what the page stated last.
    pub(super) async fn restated(
        &self,
        was: &Before<'_>,
        arrival: &Arrival,
    ) -> Result<Option<Judged>, StoreError> {
        let after = arrival.compared();
        let due = self.state.second_look.is_some();
        if due
            || was.away
            || self.by_hand() && !self.is_of_an_archive()
            || !findings::restates(was.document, after)
        {
            return Ok(None);
        }
        if self.gives_the_day(was, arrival) {
            return Ok(None);
        }
        let seen = Seen {
            kind: ChangeKind::Edited,
            span: self.span(was.version, false),
            bounds: bounds(self.state.last_seen, arrival.capture.at),
            same_text_as: Some(was.version.no),
        };
        let same = diff::between(was.document, after);
        let mut judged = self
            .judge(seen, Some(was.document), Some(arrival), &same)
            .await?;
        let told = match &judged.claim {
            Some(Claim::DateOnly { .. }) => false,
            Some(Claim::HistoryRewritten { .. } | Claim::DateMovedBack { .. }) => true,
            _ => return Ok(None),
        };
        let versions = self.house.store.versions(&self.watch.id).await?;
        let in_a_row = in_a_row(&versions);
        if in_a_row >= RESTLESS || in_a_row > 0 && !told {
            let wait = TimeDelta::days(1 << (in_a_row - 1).min(MOST_DOUBLINGS));
            if self.house.clock.now() - was.version.at < wait {
                return Ok(None);
            }
        }
        if !told {
            judged.sentence = format!(
                "{} gives another date of its last change; its words are the same.",
                called(self.watch, &after.title).name()
            );
        }
        if judged.owed.is_empty() {
            let only = "only what the page states of its own changes is another";
            judged.silence = Some(Silence::otherwise(only));
        }
        judged.second_look = None;
        Ok(Some(judged))
    }

    /// Whether the page gave the day of the visit both times: what it gives is a clock, and no claim.
    fn gives_the_day(&self, was: &Before<'_>, arrival: &Arrival) -> bool {
        let (before, after) = (&was.document.stated, &arrival.compared().stated);
        let zone = self.in_force.watchlist.settings.timezone;
        let on = |at: DateTime<Utc>| Some(at.with_timezone(&zone).date_naive());
        let today = after.updated == on(arrival.capture.at);
        today && before.updated == on(was.version.at) && after.history == before.history
    }

    /// A version that has the same main text, and states something else of it; what changed around it goes with that.
    pub(super) async fn changed_statement(
        &self,
        arrival: Box<Arrival>,
        mut judged: Judged,
        around: Option<Finding>,
    ) -> Result<VisitReport, StoreError> {
        let title = arrival.document.title.clone();
        if let Some(finding) = around {
            judged.findings.retain(|known| known.rule != finding.rule);
            judged.findings.push(finding);
            judged.severity = findings::severity(&judged.findings);
            judged.owed = match judged.severity > Severity::RECORD {
                true => self.owed(judged.severity, &judged.findings),
                false => judged.owed,
            };
        }
        self.append(&Found::Page(arrival), judged, title).await
    }
}
