//! Where sentences that are gone from a page stand now.

use std::collections::BTreeSet;

use url::Url;

use crate::findings::Step;
use crate::findings::evidence::Evidence;
use crate::model::{Facts, Watch, WatchId};
use crate::prose::cut;

/// Where sentences that are gone from this page stand now.
pub(super) struct Elsewhere<'a> {
    step: &'a Step<'a>,
    facts: &'a Facts,
    pages: BTreeSet<&'a WatchId>,
}

impl<'a> Elsewhere<'a> {
    pub fn of(step: &'a Step<'a>, facts: &'a Facts, gone: &[Evidence]) -> Elsewhere<'a> {
        let lost = gone.iter().filter_map(|evidence| evidence.before);
        let pages = lost.filter_map(|passage| facts.standing.get(&passage.folded));
        Elsewhere {
            step,
            facts,
            pages: pages.flatten().collect(),
        }
    }

    /// Whether a sentence went to a page below this one, to a page or file it links to, or to a file that came with it.
    /// Pages beside it had the sentence before.
    pub fn moved(&self, evidence: &Evidence) -> bool {
        let passage = evidence.before;
        let pages = passage.and_then(|passage| self.facts.standing.get(&passage.folded));
        pages.into_iter().flatten().any(|id| {
            // What is read as a lead of this page is in no watchlist.
            let watch = self.watch(id);
            watch.is_none_or(|watch| self.is_below(&watch.url) || self.links_to(&watch.url))
        })
    }

    fn is_below(&self, url: &Url) -> bool {
        let own = &self.step.watch.url;
        let below = format!("{}/", own.path().trim_end_matches('/'));
        // Everything is below the front page; that tells nothing.
        let page = below.len() > 1 && url.host() == own.host();
        page && url.path().starts_with(&below)
    }

    fn links_to(&self, url: &Url) -> bool {
        let Some(after) = self.step.after else {
            return false;
        };
        let files = after.attachments.iter().map(|file| &file.url);
        let links = after.blocks.iter().flat_map(|block| &block.links);
        let mut leads = files.chain(links.map(|link| &link.url));
        url != &self.step.watch.url && leads.any(|lead| lead == url.as_str())
    }

    fn watch(&self, id: &WatchId) -> Option<&'a Watch> {
        self.step.watches.iter().find(|watch| watch.id == *id)
    }

    /// " They still stand on “…”."
    pub fn said(&self) -> String {
        let called = |id: &&WatchId| match self.watch(id) {
            Some(watch) => format!("“{}”", cut(watch.name(), 90)),
            // A file that came with the page, or a page it leads to.
            None => format!("“{id}”"),
        };
        let pages: Vec<String> = self.pages.iter().take(5).map(called).collect();
        match pages.is_empty() {
            true => String::new(),
            false => format!(" They still stand on {}.", pages.join(", ")),
        }
    }
}
