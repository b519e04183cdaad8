//! Which watches the records of a whole archive are for.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use url::Url;

use crate::house::{House, InForce};
use crate::imports::TakeAsked;
use crate::model::WatchId;
use crate::store::StoreError;
use crate::watchlist::address_on;

/// The watches, by their addresses and by their names.
pub(super) struct Wanted {
    addresses: HashMap<String, Vec<WatchId>>,
    /// Those whose address holds a day.
    dated: Vec<(WatchId, Url)>,
    /// Every name that a watch has or had, with its name now.
    names: BTreeMap<WatchId, WatchId>,
    zone: Tz,
}

impl Wanted {
    /// All watches of the watchlist, or the one that is asked for.
    pub(super) async fn of(
        house: &House,
        in_force: &InForce,
        asked: &TakeAsked,
    ) -> Result<Wanted, StoreError> {
        let zone = in_force.watchlist.settings.timezone;
        let mut wanted = Wanted {
            addresses: HashMap::new(),
            dated: Vec::new(),
            names: BTreeMap::new(),
            zone,
        };
        let is_asked = |id: &WatchId| asked.watch.as_ref().is_none_or(|one| one == id);
        for watch in in_force.watchlist.watches.iter() {
            if !is_asked(&watch.id) {
                continue;
            }
            for name in watch.was.iter().chain([&watch.id]) {
                wanted.names.insert(name.clone(), watch.id.clone());
            }
            let today = house.clock.now().with_timezone(&zone).date_naive();
            match address_on(&watch.url, today) == watch.url {
                true => wanted.add(&watch.url, &watch.id),
                false => wanted.dated.push((watch.id.clone(), watch.url.clone())),
            }
            for version in house.store.versions(&watch.id).await? {
                wanted.add(&version.url, &watch.id);
            }
        }
        if let (Some(id), Some(url)) = (&asked.watch, &asked.url) {
            wanted.add(url, id);
        }
        Ok(wanted)
    }

    fn add(&mut self, url: &Url, id: &WatchId) {
        let watches = self.addresses.entry(plain(url)).or_default();
        if !watches.contains(id) {
            watches.push(id.clone());
        }
    }

    /// The watches whose page stood at this address at that time.
    pub(super) fn at(&self, url: &Url, at: DateTime<Utc>) -> Vec<WatchId> {
        let plain = plain(url);
        let mut watches = self.addresses.get(&plain).cloned().unwrap_or_default();
        let day = at.with_timezone(&self.zone).date_naive();
        for (id, pattern) in &self.dated {
            if self::plain(&address_on(pattern, day)) == plain && !watches.contains(id) {
                watches.push(id.clone());
            }
        }
        watches
    }

    /// The watch that has or had this name.
    pub(super) fn named(&self, name: &str) -> Option<&WatchId> {
        self.names.get(&WatchId(name.to_owned()))
    }
}

/// An address without what tells no two pages apart: http or https, a port, a "www.", a slash at the end, a fragment.
fn plain(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    let host = host.strip_prefix("www.").unwrap_or(host);
    let path = url.path().trim_end_matches('/');
    match url.query() {
        Some(query) => format!("{host}{path}?{query}"),
        None => format!("{host}{path}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_archives_do_not_keep_apart_are_one() {
        let of = |text: &str| plain(&text.parse().expect("an address"));
        let page = of("https://www.a.example/b?c=d");
        assert_eq!(of("http://a.example:80/b/?c=d#e"), page);
        for other in ["https://a.example/b", "https://a.example/B?c=d"] {
            assert_ne!(of(other), page, "{other}");
        }
    }
}
