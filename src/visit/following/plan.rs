//! What a page leads to from now on, compared with what it led to before.

use std::collections::{BTreeMap, HashMap, HashSet};

use url::Url;

use crate::model::{Attachment, Document, Fate, First, Follow, How, Lead, Trail, Watch, WatchId};
use crate::visit::following::listing::{address, listed};
use crate::visit::following::naming::{lead, short};
use crate::watchlist::{Trails, Watchlist};

/// The most leads that one step of a page adds.
const MOST: usize = 5_000;
/// What is known of leads and of the watchlist when a page is looked at.
pub(in crate::visit) struct Known<'a> {
    watchlist: &'a Watchlist,
    /// Every lead.
    pub(super) trails: Trails,
    addresses: HashMap<Url, WatchId>,
}

/// What becomes of one file of a page.
pub(super) struct Offered {
    /// The lead from now on.
    pub(super) lead: Lead,
    /// In what way it is new.
    pub(super) turn: Turn,
}

/// In what way a file of a page is new.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Turn {
    /// It stood there already, and was not followed.
    Found,
    /// The page did not offer it before.
    Added,
    /// The page says other things of it than before, or gives another address for it.
    Altered,
    /// The page offers it again.
    Back,
    /// The page offers it no longer.
    Removed,
}

impl<'a> Known<'a> {
    pub(super) fn new(watchlist: &'a Watchlist, trails: Vec<Trail>) -> Known<'a> {
        let addresses = trails
            .iter()
            .map(|trail| (trail.lead.url.clone(), trail.lead.watch.clone()))
            .collect();
        let trails: BTreeMap<WatchId, Trail> = trails
            .into_iter()
            .map(|trail| (trail.lead.watch.clone(), trail))
            .collect();
        Known {
            watchlist,
            trails,
            addresses,
        }
    }

    /// The lead that is visited as this watch, if it is one.
    pub(super) fn lead(&self, id: &WatchId) -> Option<&Lead> {
        Some(&self.trails.get(id)?.lead)
    }

    /// Whether an address is that of a lead, or of a watch of the watchlist.
    fn has(&self, url: &Url) -> bool {
        let own = |watch: &Watch| watch.found_by.is_none() && watch.url == *url;
        self.addresses.contains_key(url) || self.watchlist.watches.iter().any(own)
    }

    fn files_of(&self, watch: &Watch) -> impl Iterator<Item = &Lead> {
        let leads = self.trails.values().map(|trail| &trail.lead);
        leads.filter(move |lead| {
            let of_it = lead.parent == watch.id || watch.was.contains(&lead.parent);
            of_it && lead.how == How::Attachment
        })
    }

    /// What becomes of the files of a page at this address that offered those before, and offers these now.
    pub(super) fn files(
        &self,
        watch: &Watch,
        at: &Url,
        before: Option<&Document>,
        after: &Document,
    ) -> Vec<Offered> {
        if !watch.follow.contains(&Follow::Attachments) {
            return Vec::new();
        }
        let had = before.map_or(&[][..], |before| &before.attachments[..]);
        let mut offered: Vec<Offered> = Vec::new();
        let mut kept = HashSet::new();
        for file in after.attachments.iter().take(MOST) {
            let Some(url) = address(&file.url).filter(|url| *url != watch.url && url != at) else {
                continue;
            };
            let was = had.iter().find(|was| was.url == file.url);
            let known = self.addresses.get(&url).and_then(|id| self.lead(id));
            let next = match known {
                Some(lead) => {
                    kept.insert(lead.watch.clone());
                    again(watch, lead, was, file)
                }
                None => match self.other_address(watch, file, after) {
                    Some(lead) => {
                        kept.insert(lead.watch.clone());
                        let (lead, turn) = (Lead { url, ..lead }, Turn::Altered);
                        Some(Offered { lead, turn })
                    }
                    None if self.has(&url) => None,
                    None => Some(self.new_file(watch, file, url, was)),
                },
            };
            offered.extend(next);
        }
        let gone = self.files_of(watch).filter(|lead| {
            !kept.contains(&lead.watch) && matches!(lead.fate, Fate::Watched | Fate::Unread)
        });
        offered.extend(gone.map(|lead| Offered {
            lead: Lead {
                fate: Fate::Gone,
                why: Some("the page that led to it offers it no longer".to_owned()),
                ..lead.clone()
            },
            turn: Turn::Removed,
        }));
        offered
    }

    fn new_file(
        &self,
        watch: &Watch,
        file: &Attachment,
        url: Url,
        was: Option<&Attachment>,
    ) -> Offered {
        let (turn, first) = match was {
            Some(_) => (Turn::Found, First::Baseline),
            None => (Turn::Added, First::News),
        };
        let lead = lead(watch, url, &file.title, How::Attachment, first);
        Offered { lead, turn }
    }

    /// The file of the same title that stood at another address, which the page gives no longer: another edition of it.
    fn other_address(&self, watch: &Watch, file: &Attachment, after: &Document) -> Option<Lead> {
        let title = short(&file.title);
        if title.is_empty()
            || after
                .attachments
                .iter()
                .filter(|one| short(&one.title) == title)
                .count()
                > 1
        {
            return None;
        }
        let offered = |url: &Url| after.attachments.iter().any(|one| one.url == url.as_str());
        let mut same = self.files_of(watch).filter(|lead| {
            lead.title == title
                && !offered(&lead.url)
                && matches!(lead.fate, Fate::Watched | Fate::Unread)
        });
        let one = same.next()?;
        same.next().is_none().then(|| one.clone())
    }

    /// The entries and links that a page did not lead to before, and nobody knows.
    pub(super) fn others(&self, watch: &Watch, before: &Document, after: &Document) -> Vec<Lead> {
        let had: HashSet<Url> = listed(watch, before)
            .into_iter()
            .map(|(url, ..)| url)
            .collect();
        let new = listed(watch, after).into_iter();
        let new = new.filter(|(url, ..)| !had.contains(url) && !self.has(url) && *url != watch.url);
        new.take(MOST)
            .map(|(url, title, how)| lead(watch, url, &title, how, First::News))
            .collect()
    }
}

/// A file that is known: there again, altered, or as it was.
fn again(watch: &Watch, lead: &Lead, was: Option<&Attachment>, is: &Attachment) -> Option<Offered> {
    let lead = lead.clone();
    if lead.fate == Fate::Gone {
        let lead = Lead {
            parent: watch.id.clone(),
            fate: Fate::Watched,
            why: Some("the page that led to it offers it again".to_owned()),
            ..lead
        };
        return Some(Offered {
            lead,
            turn: Turn::Back,
        });
    }
    let altered = was.is_some_and(|was| was.facts != is.facts);
    let turn = Turn::Altered;
    let of_it = lead.parent == watch.id || watch.was.contains(&lead.parent);
    (altered && of_it && lead.fate == Fate::Watched).then_some(Offered { lead, turn })
}
