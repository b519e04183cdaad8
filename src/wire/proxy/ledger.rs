//! What a page asked of the proxy, and what it may still ask.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::model::Asked;

/// How many hosts are listed; what is asked of others is counted under one line.
const MOST: usize = 200;

/// What was asked, host by host, and how many bytes may still pass.
pub(super) struct Ledger {
    left: AtomicU64,
    rows: Mutex<BTreeMap<(String, Option<String>), Asked>>,
}

impl Ledger {
    pub(super) fn new(bytes: u64) -> Ledger {
        Ledger {
            left: AtomicU64::new(bytes),
            rows: Mutex::default(),
        }
    }

    pub(super) fn asked(&self) -> Vec<Asked> {
        self.rows().values().cloned().collect()
    }

    /// Notes that a connection to this host was asked for, and why it was refused, if it was.
    pub(super) fn note(&self, host: &str, refused: Option<&str>) {
        let mut rows = self.rows();
        let key = (host.to_owned(), refused.map(str::to_owned));
        let full = rows.len() >= MOST && !rows.contains_key(&key);
        let key = match full {
            true => ("others".to_owned(), key.1.map(|_| "various".to_owned())),
            false => key,
        };
        let row = rows.entry(key.clone()).or_insert_with(|| Asked {
            host: key.0,
            times: 0,
            bytes: 0,
            refused: key.1,
        });
        row.times = row.times.saturating_add(1);
    }

    /// Takes these bytes off what may still pass; false where no more may.
    pub(super) fn pass(&self, host: &str, bytes: usize) -> bool {
        let bytes = bytes as u64;
        if let Some(row) = self.rows().get_mut(&(host.to_owned(), None)) {
            row.bytes = row.bytes.saturating_add(bytes);
        }
        let take = |left: u64| left.checked_sub(bytes);
        let order = Ordering::Relaxed;
        self.left.fetch_update(order, order, take).is_ok()
    }

    fn rows(&self) -> MutexGuard<'_, BTreeMap<(String, Option<String>), Asked>> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_counted_until_no_more_may_pass() {
        let ledger = Ledger::new(10);
        ledger.note("a:80", None);
        assert!(ledger.pass("a:80", 10));
        assert!(!ledger.pass("a:80", 1));
        assert_eq!(ledger.asked()[0].bytes, 11);
    }

    #[test]
    fn a_page_that_asks_everybody_does_not_make_the_list_long() {
        let ledger = Ledger::new(0);
        for host in 0..1_000 {
            ledger.note(&format!("{host}:80"), Some(&format!("for reason {host}")));
        }
        let asked = ledger.asked();
        assert_eq!(asked.len(), MOST + 1);
        assert_eq!(asked.iter().map(|asked| asked.times).sum::<u32>(), 1_000);
    }
}
