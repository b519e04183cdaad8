//! Watches that stand in no watchlist: leads, watched as the watch that led to them.

use std::collections::BTreeMap;
use std::sync::Arc;

use url::Url;

use crate::model::{Fate, Follow, How, Kind, Lead, Reading, Render, Trail, Watch, WatchId};
use crate::schedule::Plan;
use crate::watchlist::{Watchlist, profiles::for_host};

/// The longest way from a watch of the watchlist to a lead.
const DEEPEST: usize = 8;

/// Every lead by its id.
pub type Trails = BTreeMap<WatchId, Trail>;

impl Watchlist {
    /// The same watchlist with the leads that are watched now among its watches, after its own.
    pub fn with_leads(&self, trails: &Trails) -> Watchlist {
        let own = self.watches.iter().zip(&self.plans);
        let own = own.filter(|(watch, _)| watch.found_by.is_none());
        let (mut watches, mut plans): (Vec<Watch>, Vec<Plan>) = own
            .map(|(watch, plan)| (watch.clone(), plan.clone()))
            .unzip();
        for trail in trails.values() {
            if !self.is_in_force(&trail.lead, trails) {
                continue;
            }
            let (Some(watch), Some(root)) = (
                self.led(&trail.lead, trails),
                self.root(&trail.lead, trails),
            ) else {
                continue;
            };
            if let Some(plan) = self.plan(&root.id) {
                watches.push(watch);
                plans.push(plan.clone());
            }
        }
        Watchlist {
            watches: Arc::new(watches),
            plans,
            ..self.clone()
        }
    }

    /// The watch of a lead: what the watch of the watchlist says from which it came, at the lead's own address. `None`
    /// where that watch is gone or follows such things no longer, or the lead stands in the watchlist itself.
    pub fn led(&self, lead: &Lead, trails: &Trails) -> Option<Watch> {
        if self.own(&lead.watch).is_some() {
            return None;
        }
        let root = self.root(lead, trails)?;
        let same_host = root.url.host() == lead.url.host();
        let follow = match lead.how {
            How::Attachment => Vec::new(),
            How::Entry | How::Link => vec![Follow::Attachments],
        };
        let plain = lead.how == How::Attachment || !same_host;
        Some(Watch {
            // A sitemap gives addresses alone: the page is called by its own title then.
            title: Some(lead.title.clone())
                .filter(|title| !title.is_empty() && *title != lead.url.as_str()),
            publisher: root.publisher.clone(),
            topics: root.topics.clone(),
            when: root.when.clone(),
            reading: self.reading_of(&lead.url, root),
            terms: root.terms.clone(),
            first: lead.first,
            follow,
            render: if plain { Render::Plain } else { root.render },
            found_by: Some(lead.parent.clone()),
            ignore_robots: root.ignore_robots && same_host,
            enabled: root.enabled,
            ..Watch::bare(lead.watch.clone(), lead.url.clone())
        })
    }

    /// The watch of the watchlist from which a lead came, through other leads or not.
    pub fn root(&self, lead: &Lead, trails: &Trails) -> Option<&Watch> {
        let mut lead = lead;
        for _ in 0..DEEPEST {
            if let Some(root) = self.own(&lead.parent) {
                let followed = |follow: &Follow| {
                    matches!(
                        (follow, lead.how),
                        (Follow::Attachments, How::Attachment)
                            | (Follow::Entries, How::Entry)
                            | (Follow::Links(_), How::Link)
                    )
                };
                return Some(root).filter(|root| root.follow.iter().any(followed));
            }
            lead = &trails.get(&lead.parent)?.lead;
        }
        None
    }

    /// Whether a lead is to be watched, and whatever led to it is watched too.
    pub fn is_in_force(&self, lead: &Lead, trails: &Trails) -> bool {
        let mut lead = lead;
        for _ in 0..DEEPEST {
            if !lead.fate.is_watched() {
                return false;
            }
            if self.own(&lead.parent).is_some() {
                return true;
            }
            match trails.get(&lead.parent) {
                Some(parent) => lead = &parent.lead,
                None => return false,
            }
        }
        false
    }

    /// Whether a page whose leads these are is watched: it stands in the watchlist, or is a lead that is in force.
    pub fn watches_parent(&self, lead: &Lead, trails: &Trails) -> bool {
        let as_if = Lead {
            fate: Fate::Watched,
            ..lead.clone()
        };
        self.is_in_force(&as_if, trails)
    }

    /// The watch that the watchlist itself names so, today or formerly.
    pub fn own(&self, id: &WatchId) -> Option<&Watch> {
        let mut own = self.watches.iter().filter(|watch| watch.found_by.is_none());
        own.find(|watch| watch.id == *id || watch.was.contains(id))
    }

    /// How a page is read that a watch led to: by the profile of that watch on its own host, else by that of the host.
    fn reading_of(&self, url: &Url, root: &Watch) -> Reading {
        let of_root = root.reading.profile.as_ref();
        let of_root = of_root.filter(|_| root.url.host() == url.host());
        let named = of_root.and_then(|name| self.profiles.get_key_value(name));
        let profile = named.or_else(|| for_host(&self.profiles, url));
        let reading = profile.map_or_else(Reading::default, |(name, rules)| rules.reading(name));
        Reading {
            kind: Kind::Page,
            ..reading
        }
    }
}
