//! Says once what changed the same way on several pages.

use std::collections::BTreeSet;

use chrono::TimeDelta;

use crate::findings::{self, Parted};
use crate::model::{
    ChangeKind, Diff, Digest, Document, Finding, Questions, Said, Severity, Swap, Version, WatchId,
};
use crate::store::StoreError;
use crate::visit::judged::{Judged, Seen, Silence, called};
use crate::visit::landing::{Arrival, Landing};
use crate::visit::swapped::Swapped;
use crate::wording::times;

/// For how long what was said of one page is not said again of another.
const REMEMBERED: TimeDelta = TimeDelta::days(7);
/// On how many pages of a host a block stood, at the least, that is taken for one they share.
pub(super) const PAGES: usize = 3;
/// What a page says of its dates, and what a step says of itself, goes with what changed on it.
pub(super) const GOES_WITH_IT: [&str; 5] = [
    "announced",
    "announced-without-change",
    "date-only",
    "reverted",
    "timing",
];

/// A step without what was said of other pages.
struct LeftOut {
    /// The page as it would have stood with nothing else done to it.
    before: Document,
    /// What differs besides.
    rest: Diff,
    /// The marks of the edits that are left out, and the words put for others.
    marks: Vec<Digest>,
    swaps: Vec<Swap>,
    /// Why.
    reason: String,
}

impl Landing<'_> {
    /// Judges a step, and leaves out what was said of other pages in the last days. Where that is all, nothing is said of
    /// this page.
    pub(super) async fn judge_but_said(
        &self,
        seen: Seen,
        was: (&Document, &Version),
        arrival: &Arrival,
        diff: &Diff,
    ) -> Result<Judged, StoreError> {
        let judged = self.judge_but_groups(seen, was, arrival, diff).await?;
        let strands = match may_be_shared(seen.kind) {
            true => findings::strands(diff),
            false => Vec::new(),
        };
        Ok(Judged { strands, ..judged })
    }

    async fn judge_but_groups(
        &self,
        seen: Seen,
        (before, current): (&Document, &Version),
        arrival: &Arrival,
        diff: &Diff,
    ) -> Result<Judged, StoreError> {
        let was = (before, current);
        let whole = self.judge_but_noise(seen, was, arrival, diff).await?;
        if !may_be_shared(seen.kind) {
            return Ok(whole);
        }
        if whole.owed.is_empty() {
            return self
                .but_spreading(seen, Some(was), arrival, diff, whole)
                .await;
        }
        let said = self.said_lately(seen, arrival).await?;
        let parted = self.parted(seen, before, arrival, diff, &said).await?;
        let swapped = match seen.kind {
            ChangeKind::Edited => self.swapped(seen, was, arrival, diff).await?,
            _ => None,
        };
        let Some(left) = self.left_out(before, parted, swapped) else {
            return self
                .but_spreading(seen, Some(was), arrival, diff, whole)
                .await;
        };
        let before = &left.before;
        if !left.rest.is_empty() {
            let was = (before, current);
            let rest = self.judge_but_noise(seen, was, arrival, &left.rest).await?;
            let mut rest = self
                .but_spreading(seen, Some(was), arrival, &left.rest, rest)
                .await?;
            match &mut rest.silence {
                Some(silence) => silence.why = format!("{}; {}", left.reason, silence.why),
                None => rest.aside(left.reason),
            }
            return Ok(Judged {
                edits: whole.edits,
                told: left.marks,
                swapped: left.swaps,
                ..rest
            });
        }
        let own = self
            .judge(seen, Some(before), Some(arrival), &left.rest)
            .await?;
        if own.findings.iter().any(is_own) {
            return Ok(whole);
        }
        Ok(Judged {
            severity: Severity::RECORD,
            silence: Some(Silence::otherwise(left.reason)),
            owed: Vec::new(),
            second_look: None,
            told: left.marks,
            swapped: left.swaps,
            ..whole
        })
    }

    /// What both leave of a step; `None` where neither has a part in it.
    fn left_out(
        &self,
        before: &Document,
        parted: Option<Parted<'_>>,
        swapped: Option<Swapped>,
    ) -> Option<LeftOut> {
        let said = parted.as_ref().map(|parted| self.said_already(parted));
        let Some(swapped) = swapped else {
            return parted.map(|parted| LeftOut {
                before: before.clone(),
                rest: parted.rest,
                marks: parted.marks,
                swaps: Vec::new(),
                reason: said.unwrap_or_default(),
            });
        };
        let marks = parted.map_or(Vec::new(), |parted| parted.marks);
        let mut rest = findings::without(swapped.rest, &marks);
        rest.quiet.clear();
        let reasons: Vec<String> = said.into_iter().chain([swapped.reason]).collect();
        Some(LeftOut {
            before: swapped.before,
            rest,
            marks,
            swaps: swapped.swaps,
            reason: reasons.join("; "),
        })
    }

    /// What changed on other pages of this host, newest first.
    async fn said_lately(&self, seen: Seen, arrival: &Arrival) -> Result<Vec<Said>, StoreError> {
        let Some(host) = arrival.capture.landed().host_str() else {
            return Ok(Vec::new());
        };
        let since = seen.bounds.by - REMEMBERED;
        self.house.store.said(host, &self.watch.id, since).await
    }

    /// The step in what was said of other pages and what was not: said at least as loudly, to everybody who would hear of
    /// it now, and of a block that stood on several pages.
    async fn parted<'a>(
        &self,
        seen: Seen,
        before: &Document,
        arrival: &Arrival,
        diff: &Diff,
        said: &'a [Said],
    ) -> Result<Option<Parted<'a>>, StoreError> {
        let part = |said: Vec<&'a Said>| findings::part(diff, seen.kind, seen.bounds, said);
        let aloud = said.iter().filter(|one| !one.to.is_empty());
        let Some(first) = part(aloud.clone().collect()) else {
            return Ok(None);
        };
        let judged = self
            .judge(seen, Some(before), Some(arrival), &first.shared)
            .await?;
        let timed = |finding: &Finding| finding.rule == "timing";
        let lasting: Vec<Finding> = judged.findings.into_iter().filter(|f| !timed(f)).collect();
        let severity = findings::severity(&lasting);
        let owed = self.owed(severity, &lasting);
        let heard = |one: &&Said| {
            one.severity >= severity && owed.iter().all(|owed| one.to.contains(&owed.to))
        };
        let Some(parted) = part(aloud.filter(heard).collect()) else {
            return Ok(None);
        };
        // A page that reads again as it did is one step, not two.
        let whole = seen.kind == ChangeKind::Edited || parted.rest.is_empty();
        let shared = self.pages_sharing(&parted, said).await? >= PAGES;
        Ok(Some(parted).filter(|_| whole && shared))
    }

    /// On how many pages of the host the block stood: this one, those that changed the same way, and those that have its
    /// words still.
    async fn pages_sharing(&self, parted: &Parted<'_>, said: &[Said]) -> Result<usize, StoreError> {
        let changed = |one: &&Said| parted.marks.iter().all(|mark| one.edits.contains(mark));
        let changed = said.iter().filter(changed).chain(parted.of.iter().copied());
        let mut pages: BTreeSet<WatchId> = changed.map(|one| one.watch.clone()).collect();
        let questions = Questions {
            sentences: findings::lost(&parted.shared),
            ..Questions::default()
        };
        if pages.len() + 1 < PAGES && !questions.sentences.is_empty() {
            let facts = self.house.store.facts(&self.watch.id, &questions).await?;
            let standing = facts.standing.into_values().flatten();
            pages.extend(standing.filter(|page| self.is_of_this_host(page)));
        }
        Ok(pages.len() + 1)
    }

    fn is_of_this_host(&self, page: &WatchId) -> bool {
        let watch = self.in_force.watchlist.watch(page);
        watch.is_some_and(|watch| watch.url.host_str() == self.watch.url.host_str())
    }

    /// Why nothing is said of this page.
    fn said_already(&self, parted: &Parted<'_>) -> String {
        let zone = self.in_force.watchlist.settings.timezone;
        let said: Vec<String> = parted
            .of
            .iter()
            .map(|one| {
                let title = match self.in_force.watchlist.watch(&one.watch) {
                    Some(watch) => called(watch, &one.title).name().to_owned(),
                    None => one.title.clone(),
                };
                let at = times::moment(one.bounds.by, zone);
                format!("“{title}” ({} {}) on {at}", one.watch, one.span)
            })
            .collect();
        format!("the same change was said of {}", said.join(" and "))
    }
}

/// Whether a step of this sort is in the words of a page alone.
fn may_be_shared(kind: ChangeKind) -> bool {
    matches!(kind, ChangeKind::Edited | ChangeKind::Reverted)
}

/// Whether a finding is about more than the words that changed.
fn is_own(finding: &Finding) -> bool {
    finding.severity > Severity::RECORD && !GOES_WITH_IT.contains(&finding.rule.as_str())
}
