//! At which hosts something is under way.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use url::Url;

use crate::fetch;

/// How much is under way at each host.
#[derive(Clone, Default)]
pub(super) struct Stays(Arc<Mutex<HashMap<String, usize>>>);

/// Something under way at a host, until it is dropped.
pub struct Stay {
    host: String,
    of: Stays,
}

impl Stays {
    /// Something begins at the host of this address.
    pub(super) fn begin(&self, url: &Url) -> Stay {
        let host = fetch::host_of(url);
        *self.table().entry(host.clone()).or_default() += 1;
        let of = self.clone();
        Stay { host, of }
    }

    /// Whether anything is under way at this host.
    pub(super) fn is_at(&self, host: &str) -> bool {
        self.table().contains_key(host)
    }

    fn table(&self) -> MutexGuard<'_, HashMap<String, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Stay {
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
        let (stays, url) = (
            Stays::default(),
            Url::parse("http://a.example/b").expect("a URL"),
        );
        let (one, other) = (stays.begin(&url), stays.begin(&url));
        assert!(stays.is_at("a.example"));
        drop(one);
        assert!(stays.is_at("a.example"));
        drop(other);
        assert!(!stays.is_at("a.example"));
    }
}
