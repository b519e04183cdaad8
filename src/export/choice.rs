//! Which watches an export takes, and of which time.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use crate::export::Filter;
use crate::house::{self, House, NotDone};
use crate::model::{State, Watch, WatchId};
use crate::watchlist::address_on;

/// What an export takes.
pub(super) struct Choice {
    /// The watches, by what the archive calls them.
    pages: BTreeMap<WatchId, Page>,
    from: Option<DateTime<Utc>>,
    before: Option<DateTime<Utc>>,
}

/// A watch as it is told of.
#[derive(Clone, Debug)]
pub(super) struct Page {
    /// What it is called now.
    pub(super) id: WatchId,
    /// What people call it.
    pub(super) title: String,
    /// Who publishes it, where its watch says so.
    pub(super) publisher: Option<String>,
    /// Its topics.
    pub(super) topics: Vec<String>,
    /// Where it stands.
    pub(super) address: String,
    /// The watch that led to it.
    pub(super) found_by: Option<WatchId>,
    /// Whether it is gone.
    pub(super) away: bool,
    /// Whether it is watched no more.
    pub(super) retired: bool,
    /// How many versions it has.
    pub(super) versions: u32,
    /// How many visits there were.
    pub(super) visits: u64,
    /// When it was last read.
    pub(super) last_seen: Option<DateTime<Utc>>,
}

impl Choice {
    /// Looks up what is named.
    pub(super) async fn of(house: &House, filter: &Filter) -> Result<Choice, NotDone> {
        let in_force = house.in_force();
        let renamed = house::renamed(house).await?;
        let zone = in_force.watchlist.settings.timezone;
        let today = house.clock.now().with_timezone(&zone).date_naive();
        let mut pages = BTreeMap::new();
        for (known, state) in house.store.states().await? {
            let new = renamed.iter().find(|(old, _)| *old == known);
            let id = new.map_or(&known, |(_, new)| new).clone();
            let watch = in_force.watchlist.watch(&id);
            let address = watch.map(|watch| address_on(&watch.url, today).to_string());
            pages.insert(known, page(id, watch, address, state));
        }
        let wanted = wanted(house, filter, &pages)?;
        pages.retain(|_, page| {
            let publisher = filter.publisher.as_ref();
            let topic = filter.topic.as_ref();
            wanted.as_ref().is_none_or(|ids| ids.contains(&page.id))
                && publisher.is_none_or(|one| page.publisher.as_ref() == Some(one))
                && topic.is_none_or(|one| page.topics.contains(one))
        });
        if pages.is_empty() {
            return Err(NotDone::refused(
                "No page in the archive is all of that.",
                "Leave out one of --watch, --publisher and --topic.",
            ));
        }
        Ok(Choice {
            pages,
            from: filter.from,
            before: filter.before,
        })
    }

    /// The page of a watch, by what the archive calls it, where it is taken.
    pub(super) fn page(&self, known: &WatchId) -> Option<&Page> {
        self.pages.get(known)
    }

    /// Every page that is taken, by what the archive calls it.
    pub(super) fn pages(&self) -> impl Iterator<Item = (&WatchId, &Page)> {
        self.pages.iter()
    }

    /// Whether what was seen at this time is taken.
    pub(super) fn takes(&self, at: DateTime<Utc>) -> bool {
        self.from.is_none_or(|from| at >= from) && self.before.is_none_or(|before| at < before)
    }
}

fn page(id: WatchId, watch: Option<&Watch>, address: Option<String>, state: State) -> Page {
    let current = state.current.as_ref();
    let own = watch.and_then(|watch| watch.title.clone());
    let title = own.or_else(|| current.map(|version| version.title.clone()));
    Page {
        title: title.unwrap_or_else(|| id.0.clone()),
        publisher: watch.and_then(|watch| watch.publisher.clone()),
        topics: watch.map(|watch| watch.topics.clone()).unwrap_or_default(),
        address: (address.or_else(|| current.map(|version| version.url.to_string())))
            .unwrap_or_default(),
        found_by: watch.and_then(|watch| watch.found_by.clone()),
        away: state.away,
        retired: state.retired,
        versions: state.versions,
        visits: state.visits,
        last_seen: state.last_seen,
        id,
    }
}

/// The ids of the watches that were named, where any were. What is named must be there.
fn wanted(
    house: &House,
    filter: &Filter,
    pages: &BTreeMap<WatchId, Page>,
) -> Result<Option<BTreeSet<WatchId>>, NotDone> {
    let in_force = house.in_force();
    let watchlist = &in_force.watchlist;
    for id in &filter.watches {
        if !pages.values().any(|page| page.id == *id) {
            let near = watchlist.suggest(&id.0).filter(|near| near != id);
            return Err(NotDone::refused(
                format!("There is no page “{id}” in the archive."),
                match near {
                    Some(near) => {
                        format!("Did you mean “{near}”? `smallprint list` names them all.")
                    }
                    None => "`smallprint list` names them all.".to_owned(),
                },
            ));
        }
    }
    if let Some(topic) = &filter.topic
        && !pages.values().any(|page| page.topics.contains(topic))
    {
        let topics: Vec<&str> = watchlist.topics.keys().map(String::as_str).collect();
        return Err(NotDone::refused(
            format!("No page in the archive has the topic “{topic}”."),
            match topics.is_empty() {
                true => "The watchlist names no topics.".to_owned(),
                false => format!("The topics are: {}.", topics.join(", ")),
            },
        ));
    }
    if let Some(publisher) = &filter.publisher
        && !(pages.values()).any(|page| page.publisher.as_ref() == Some(publisher))
    {
        let all = pages.values().filter_map(|page| page.publisher.as_deref());
        let all: BTreeSet<&str> = all.collect();
        let all: Vec<&str> = all.into_iter().collect();
        return Err(NotDone::refused(
            format!("No page in the archive is of the publisher “{publisher}”."),
            match all.is_empty() {
                true => "The watchlist names no publishers.".to_owned(),
                false => format!("The publishers are: {}.", all.join(", ")),
            },
        ));
    }
    let named = !filter.watches.is_empty();
    Ok(named.then(|| filter.watches.iter().cloned().collect()))
}
