//! The pages of the archive with what a search can be narrowed by: publishers, topics, ids.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeZone, Utc};

use crate::answers::{NoAnswer, pinned::Pinned, refused::no_watch, renamed::Renamed};
use crate::house::{House, InForce};
use crate::model::{EntryNo, State, Watch, WatchId};
use crate::prose::fold;

/// Every page of the archive, and the watchlist in force.
pub(super) struct Pages {
    states: Arc<Vec<(WatchId, State)>>,
    in_force: Arc<InForce>,
    renamed: Renamed,
    /// The places of the watches of the watchlist, by id.
    places: HashMap<WatchId, usize>,
    /// The entry that the answer is as of, where one is asked for.
    pinned: Option<Pinned>,
}

/// What of the archive a question is about.
#[derive(Clone, Copy, Default)]
pub(super) struct Narrowed<'a> {
    pub(super) document: Option<&'a WatchId>,
    pub(super) publisher: Option<&'a str>,
    pub(super) topic: Option<&'a str>,
}

impl Pages {
    /// As they stand, or as they stood after an entry.
    pub(super) async fn of(house: &House, as_of: Option<EntryNo>) -> Result<Pages, NoAnswer> {
        let pinned = match as_of {
            Some(entry) => Some(Pinned::to(house, entry).await?),
            None => None,
        };
        let in_force = house.in_force();
        let watches = in_force.watchlist.watches.iter().enumerate();
        Ok(Pages {
            states: house.known().await?,
            renamed: Renamed::since(house).await?,
            places: watches
                .map(|(place, watch)| (watch.id.clone(), place))
                .collect(),
            in_force,
            pinned,
        })
    }

    /// Every page under the name that the archive knows, with its state.
    pub(super) fn states(&self) -> &[(WatchId, State)] {
        &self.states
    }

    /// The name that a page of the archive has in the watchlist.
    pub(super) fn now<'a>(&'a self, watch: &'a WatchId) -> &'a WatchId {
        self.renamed.now(watch)
    }

    /// Those of the archive that are no longer watched.
    pub(super) fn retired(&self) -> HashSet<WatchId> {
        let retired = self.states.iter().map(|(watch, _)| watch);
        retired
            .filter(|watch| self.is_retired(watch))
            .cloned()
            .collect()
    }

    /// Whether a page is no longer watched.
    pub(super) fn is_retired(&self, watch: &WatchId) -> bool {
        let later = |pinned: &Pinned| pinned.retired_later.contains(watch);
        self.state(watch).is_some_and(|state| state.retired)
            && !self.pinned.as_ref().is_some_and(later)
    }

    /// When the page as it stands was seen last.
    pub(super) fn last_seen(&self, watch: &WatchId) -> Option<DateTime<Utc>> {
        match &self.pinned {
            Some(pinned) => pinned.read.get(watch).copied(),
            None => Some(self.state(watch)?.current.as_ref()?.last_seen),
        }
    }

    /// When the answer ends: now, or when the entry was written that it is as of.
    pub(super) fn ends(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        self.pinned.as_ref().map_or(now, |pinned| pinned.at)
    }

    /// What a page is called: as the watchlist says, else as it calls itself.
    pub(super) fn title(&self, watch: &WatchId, own: &str) -> String {
        let given = self.watch(watch).and_then(|watch| watch.title.clone());
        given.unwrap_or_else(|| own.to_owned())
    }

    /// Where the history of a page stood at the last entry of the journal.
    pub(super) fn state(&self, watch: &WatchId) -> Option<&State> {
        let place = self.states.binary_search_by(|(id, _)| id.cmp(watch)).ok()?;
        self.states.get(place).map(|(_, state)| state)
    }

    /// Who publishes a page: as its watch says, else its host.
    pub(super) fn publisher(&self, watch: &WatchId) -> String {
        let known = self.watch(watch);
        if let Some(named) = known.and_then(|known| known.publisher.clone()) {
            return named;
        }
        let version = || {
            self.state(watch)?
                .current
                .as_ref()
                .map(|version| &version.url)
        };
        let url = known.map(|known| &known.url).or_else(version);
        let host = url.and_then(|url| url.host_str());
        host.unwrap_or(&watch.0).to_owned()
    }

    /// The pages that a question is about, by the names that the archive knows; absent where it is about all.
    pub(super) fn meant(
        &self,
        house: &House,
        narrowed: Narrowed<'_>,
    ) -> Result<Option<HashSet<WatchId>>, NoAnswer> {
        let Narrowed {
            document,
            publisher,
            topic,
        } = narrowed;
        if document.is_none() && publisher.is_none() && topic.is_none() {
            return Ok(None);
        }
        let document = document.map(|id| self.known(house, id)).transpose()?;
        if let Some(topic) = topic {
            self.check_topic(topic)?;
        }
        let wanted = publisher.map(fold);
        let publishes = |watch: &WatchId| {
            let wanted = wanted.as_ref();
            wanted.is_none_or(|wanted| fold(&self.publisher(watch)).contains(wanted.as_str()))
        };
        let is_about = |watch: &WatchId| match topic {
            None => true,
            Some(topic) => self
                .watch(watch)
                .is_some_and(|watch| watch.topics.iter().any(|one| one == topic)),
        };
        let all = self.states.iter().map(|(watch, _)| watch);
        let meant = all.filter(|watch| document.as_ref().is_none_or(|one| one == *watch));
        let meant: HashSet<WatchId> = meant
            .filter(|watch| is_about(watch) && publishes(watch))
            .cloned()
            .collect();
        if let Some(publisher) =
            publisher.filter(|_| !self.states.iter().any(|(watch, _)| publishes(watch)))
        {
            return Err(self.no_publisher(publisher));
        }
        Ok(Some(meant))
    }

    /// When a day begins, in the time zone of the watchlist.
    pub(super) fn begins(&self, day: NaiveDate) -> DateTime<Utc> {
        let zone = self.in_force.watchlist.settings.timezone;
        let midnight = day.and_time(NaiveTime::MIN);
        let local = zone.from_local_datetime(&midnight).earliest();
        local.map_or_else(|| midnight.and_utc(), |local| local.to_utc())
    }

    /// A page as it is watched, where the watchlist names it.
    pub(super) fn watch(&self, id: &WatchId) -> Option<&Watch> {
        let place = self.places.get(self.now(id))?;
        self.in_force.watchlist.watches.get(*place)
    }

    fn known(&self, house: &House, id: &WatchId) -> Result<WatchId, NoAnswer> {
        let archived = self.renamed.in_archive(id);
        let known =
            self.states.iter().any(|(watch, _)| watch == archived) || self.places.contains_key(id);
        match known {
            true => Ok(archived.clone()),
            false => Err(no_watch(house, id)),
        }
    }

    fn check_topic(&self, topic: &str) -> Result<(), NoAnswer> {
        let watchlist = &self.in_force.watchlist;
        let named = || {
            watchlist
                .watches
                .iter()
                .any(|watch| watch.topics.iter().any(|one| one == topic))
        };
        if watchlist.topics.contains_key(topic) || named() {
            return Ok(());
        }
        let topics: Vec<&str> = watchlist.topics.keys().map(String::as_str).collect();
        Err(NoAnswer::Unknown {
            what: format!("There is no topic “{topic}”."),
            remedy: Some(format!("The topics are: {}.", topics.join(", "))),
        })
    }

    fn no_publisher(&self, wanted: &str) -> NoAnswer {
        let mut all: Vec<String> = self
            .states
            .iter()
            .map(|(watch, _)| self.publisher(watch))
            .collect();
        all.sort();
        all.dedup();
        let more = if all.len() > 12 { ", …" } else { "." };
        all.truncate(12);
        NoAnswer::Unknown {
            what: format!("No publisher is called anything with “{wanted}”."),
            remedy: Some(format!("Publishers are: {}{more}", all.join(", "))),
        }
    }
}
