//! The second look at a page from which something important is gone, and what it says of the first.

use chrono::{DateTime, TimeDelta, Utc};

use crate::findings::{self, Gone};
use crate::model::{
    AlertId, ChangeKind, Document, EntryNo, Fact, Finding, Owed, SecondLook, Severity, Span,
    Verdict, Version, VisitReport,
};
use crate::store::StoreError;
use crate::visit::judged::{Judged, Seen, Silence, called};
use crate::visit::landing::{Arrival, Found, Landing};
use crate::visit::{bounds, plain};

/// How long after an important removal the page is looked at again.
const AFTER: TimeDelta = TimeDelta::minutes(5);

/// The second look that these findings ask for at this time.
pub(super) fn asked_for(findings: &[Finding], now: DateTime<Utc>) -> Option<SecondLook> {
    findings.iter().any(is_removal).then(|| SecondLook {
        at: now + AFTER,
        verdict: None,
    })
}

/// Whether a finding says that something important is no longer there.
fn is_removal(finding: &Finding) -> bool {
    finding.severity >= Severity(4) && findings::is_removal(finding)
}

impl Landing<'_> {
    /// The same text: a look, or the second look that a removal asked for.
    pub(super) async fn same(
        &self,
        current: &Version,
        arrival: Box<Arrival>,
    ) -> Result<VisitReport, StoreError> {
        let at = arrival.capture.at;
        let Some((entry, _)) = self.state.second_look.filter(|(_, due)| *due <= at) else {
            return match self.by_hand() {
                true => self.same_by_hand(current, arrival).await,
                false => self.unchanged(&arrival).await,
            };
        };
        let seen = Seen {
            kind: ChangeKind::Edited,
            span: Span {
                from: current.no,
                to: current.no,
            },
            bounds: bounds(self.state.last_seen, at),
            same_text_as: None,
        };
        let judged = Judged {
            sentence: format!(
                "A second look at {} found the words still gone.",
                called(self.watch, &current.title).name()
            ),
            owed: self.edits(entry).await?,
            answers: Some(answer(entry, at, Verdict::StillSo)),
            ..Judged::quiet(seen)
        };
        let title = current.title.clone();
        self.append(&Found::Page(arrival), judged, title).await
    }

    /// Where a second look was due, says what this visit found of it: the words that were gone are back, or still gone.
    pub(super) async fn answer_second_look(
        &self,
        now_stands: &Document,
        at: DateTime<Utc>,
        judged: &mut Judged,
    ) -> Result<(), StoreError> {
        let Some((entry, _)) = self.state.second_look else {
            return Ok(());
        };
        let gone = self.removed_sentences(entry).await?;
        let back = findings::all_stand(&gone, &findings::sentences(now_stands));
        let verdict = match back {
            true => Verdict::WasBack,
            false => Verdict::StillSo,
        };
        judged.answers = Some(answer(entry, at, verdict));
        let edits = self.edits(entry).await?;
        if back && judged.seen.kind == ChangeKind::Reverted {
            judged.silence = Some(Silence::otherwise(
                "the message that said the words were gone is corrected instead",
            ));
            judged.owed = edits;
        } else {
            judged.owed.extend(edits);
        }
        Ok(())
    }

    /// The sentences whose removal asked for a second look.
    async fn removed_sentences(&self, entry: EntryNo) -> Result<Vec<Gone>, StoreError> {
        let store = &self.house.store;
        let Fact::Landed(landed) = store.entry(entry).await?.fact else {
            return Ok(Vec::new());
        };
        let Some(digest) = landed.findings else {
            return Ok(Vec::new());
        };
        let Some(findings) = store.body_left(digest).await? else {
            return Ok(Vec::new());
        };
        let findings: Vec<Finding> = plain::read(&findings, "findings")?;
        let removed = findings.iter().filter(|finding| is_removal(finding));
        Ok(findings::gone(removed))
    }

    /// The edits owed to the messages that said "seen once".
    pub(super) async fn edits(&self, entry: EntryNo) -> Result<Vec<Owed>, StoreError> {
        let Fact::Landed(landed) = self.house.store.entry(entry).await?.fact else {
            return Ok(Vec::new());
        };
        let posts = (0..).zip(&landed.owed);
        let posts = posts.filter(|(_, owed)| owed.edits.is_none());
        let edit =
            |(index, owed): (u32, &Owed)| Owed::edit(owed.to.clone(), AlertId { entry, index });
        Ok(posts.map(edit).collect())
    }
}

fn answer(entry: EntryNo, at: DateTime<Utc>, verdict: Verdict) -> (EntryNo, SecondLook) {
    let look = SecondLook {
        at,
        verdict: Some(verdict),
    };
    (entry, look)
}
