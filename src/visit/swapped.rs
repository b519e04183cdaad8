//! Leaves out of what is said words put for other words on many pages, once that was said.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;

use crate::diff;
use crate::findings;
use crate::model::{
    Alike, Diff, Digest, Document, Finding, Member, Severity, Strand, Swap, Version, WatchId,
};
use crate::store::StoreError;
use crate::visit::edition;
use crate::visit::judged::{Seen, called};
use crate::visit::landing::{Arrival, Landing};
use crate::visit::shared::{GOES_WITH_IT, PAGES};
use crate::wording::times;

/// How far apart pages may have changed and still belong together.
const WITHIN: TimeDelta = TimeDelta::days(14);
/// From this severity on only a name put for a name is left out.
const NAMES_ONLY: Severity = Severity(4);
/// What a page says or does not say of a change is no part of the swap.
const BESIDE: &str = "silent-edit";

/// A step in which words were put for others as on other pages.
pub(super) struct Swapped {
    /// The page as it would have stood with that alone done.
    pub(super) before: Document,
    /// What differs besides.
    pub(super) rest: Diff,
    /// The words.
    pub(super) swaps: Vec<Swap>,
    /// Why they are left out.
    pub(super) reason: String,
}

impl Landing<'_> {
    /// What remains of a step after the swaps that were said of other pages, at least as loudly and to everybody who would
    /// hear of them now.
    pub(super) async fn swapped(
        &self,
        seen: Seen,
        (before, current): (&Document, &Version),
        arrival: &Arrival,
        diff: &Diff,
    ) -> Result<Option<Swapped>, StoreError> {
        let after = arrival.compared();
        let mut swaps = Vec::new();
        let mut reasons = Vec::new();
        let own = findings::strands(diff);
        for (mark, members) in self.swaps_elsewhere(seen, &own).await? {
            let Some((swap, whole)) = members.last().and_then(|last| swap_of(&last.strand)) else {
                continue;
            };
            // In one block alone it is an edit of that block.
            let here = own.iter().find(|one| one.mark == mark);
            let strands = members.iter().map(|one| &one.strand).chain(here);
            let blocks: BTreeSet<Digest> = strands.filter_map(block_of).collect();
            if blocks.len() < 2 {
                continue;
            }
            let ways = [whole.clone(), swap.clone()];
            let done = findings::applied(before, after, &ways);
            let step = diff::between(before, &done);
            if step.is_empty() {
                continue;
            }
            let Some(first) = self
                .heard(seen, before, arrival, (&step, swap), &members)
                .await?
            else {
                continue;
            };
            let pages = self.pages_with(whole, &members).await?;
            if pages + 1 < PAGES {
                continue;
            }
            reasons.push(self.reason(whole, first, &members));
            swaps.extend(ways);
        }
        if swaps.is_empty() {
            return Ok(None);
        }
        let before_swapped = findings::applied(before, after, &swaps);
        let mut rest = diff::between(&before_swapped, after);
        edition::without_file_name(
            &mut rest,
            self.watch,
            (&current.url, &before_swapped),
            (&arrival.capture, after),
        );
        Ok(Some(Swapped {
            before: before_swapped,
            rest,
            swaps,
            reason: reasons.join("; "),
        }))
    }

    /// The changes of other pages in which words were put for words lately: those of this step, and those that many pages
    /// have, since a step may have them among other words.
    async fn swaps_elsewhere(
        &self,
        seen: Seen,
        own: &[Strand],
    ) -> Result<BTreeMap<Digest, Vec<Member>>, StoreError> {
        let store = &self.house.store;
        let since = seen.bounds.by - WITHIN;
        let own = own.iter().filter(|strand| swap_of(strand).is_some());
        let mut marks: BTreeSet<Digest> = own.map(|strand| strand.mark).collect();
        marks.extend(store.shared_since(since).await?);
        let marks = marks.into_iter().collect();
        let mut kin = store.kin(&self.watch.id, marks, since).await?;
        kin.retain(|_, members| members.iter().all(|one| swap_of(&one.strand).is_some()));
        Ok(kin)
    }

    /// The first change that said these words as loudly as they would be said here.
    async fn heard<'m>(
        &self,
        seen: Seen,
        before: &Document,
        arrival: &Arrival,
        (step, swap): (&Diff, &Swap),
        members: &'m [Member],
    ) -> Result<Option<&'m Member>, StoreError> {
        if members.iter().all(|one| one.to.is_empty()) {
            return Ok(None);
        }
        let judged = self.judge(seen, Some(before), Some(arrival), step).await?;
        let beside = |finding: &Finding| {
            let rule = finding.rule.as_str();
            rule == BESIDE || GOES_WITH_IT.contains(&rule)
        };
        let lasting: Vec<Finding> = judged.findings.into_iter().filter(|f| !beside(f)).collect();
        let severity = findings::severity(&lasting);
        if severity >= NAMES_ONLY && !findings::is_name(swap) {
            return Ok(None);
        }
        let owed = self.owed(severity, &lasting);
        Ok(members.iter().find(|one| {
            !one.to.is_empty()
                && one.severity >= severity
                && owed.iter().all(|owed| one.to.contains(&owed.to))
        }))
    }

    /// How many other pages have the swap, or have the old words still and may have it next.
    async fn pages_with(&self, whole: &Swap, members: &[Member]) -> Result<usize, StoreError> {
        let pages: BTreeSet<&WatchId> = members.iter().map(|one| &one.watch).collect();
        let known = pages.len();
        if known + 1 >= PAGES {
            return Ok(known);
        }
        let mut except: Vec<WatchId> = pages.into_iter().cloned().collect();
        except.push(self.watch.id.clone());
        let store = &self.house.store;
        let more = store.saying(&whole.old, except, PAGES - known - 1).await?;
        Ok(known + more.len())
    }

    fn reason(&self, whole: &Swap, first: &Member, members: &[Member]) -> String {
        let pages: BTreeSet<&WatchId> = members.iter().map(|one| &one.watch).collect();
        let (pages, noun) = (pages.len(), if pages.len() == 1 { "page" } else { "pages" });
        format!(
            "the same substitution as on {pages} other {noun}, “{}” for “{}”, which was said of {}",
            whole.new,
            whole.old,
            self.told_of(first)
        )
    }

    /// A change of another page, with the time it was seen.
    pub(super) fn told_of(&self, one: &Member) -> String {
        let zone = self.in_force.watchlist.settings.timezone;
        let title = match self.in_force.watchlist.watch(&one.watch) {
            Some(watch) => called(watch, &one.title).name().to_owned(),
            None => one.title.clone(),
        };
        let at = times::moment(one.bounds.by, zone);
        format!("“{title}” ({} {}) on {at}", one.watch, one.span)
    }
}

fn swap_of(strand: &Strand) -> Option<(&Swap, &Swap)> {
    match &strand.what {
        Alike::Substitution { swap, whole, .. } => Some((swap, whole)),
        _ => None,
    }
}

fn block_of(strand: &Strand) -> Option<Digest> {
    match &strand.what {
        Alike::Substitution { within, .. } => Some(*within),
        _ => None,
    }
}
