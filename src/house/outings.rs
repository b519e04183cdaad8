//! To which hosts something is under way.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use url::Url;

use crate::fetch;

/// How much is under way to each host.
#[derive(Clone, Default)]
pub(super) struct Outings(Arc<Mutex<HashMap<String, usize>>>);

/// Something under way to a host, until it is dropped.
pub struct Outing {
    host: String,
    of: Outings,
}

impl Outings {
    /// Something sets out to the host of this address.
    pub(super) fn begin(&self, url: &Url) -> Outing {
        let host = fetch::host_of(url);
        *self.table().entry(host.clone()).or_default() += 1;
        let of = self.clone();
        Outing { host, of }
    }

    /// Whether anything is under way to this host.
    pub(super) fn is_to(&self, host: &str) -> bool {
        self.table().contains_key(host)
    }

    fn table(&self) -> MutexGuard<'_, HashMap<String, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Outing {
    fn drop(&mut self) {
        let mut table = self.of.table();
        if let Some(many) = table.get_mut(&self.host) {
            *many -= 1;
            if *many == 0 {
                table.remove(&self.host);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_left_when_the_last_of_what_is_under_way_there_ends() {
        let (outings, url) = (
            Outings::default(),
            Url::parse("http://a.example/b").expect("a URL"),
        );
        let (one, other) = (outings.begin(&url), outings.begin(&url));
        assert!(outings.is_to("a.example"));
        drop(one);
        assert!(outings.is_to("a.example"));
        drop(other);
        assert!(!outings.is_to("a.example"));
    }
}
