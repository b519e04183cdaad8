//! The bodies read a moment ago, so that a chain of deltas is not unpacked again and again.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use crate::model::Digest;

const ROOM: usize = 8 << 20;
const LARGEST: usize = 4 << 20;
const PLACES: usize = 256;

/// Verified bodies, newest last.
#[derive(Default)]
pub(in crate::store) struct Cache {
    shelf: Mutex<VecDeque<(Digest, Arc<Vec<u8>>)>>,
}

impl Cache {
    /// A body, if it was read a moment ago.
    pub(super) fn get(&self, digest: Digest) -> Option<Arc<Vec<u8>>> {
        let shelf = self.shelf.lock().unwrap_or_else(PoisonError::into_inner);
        let found = shelf.iter().rev().find(|(name, _)| *name == digest)?;
        Some(found.1.clone())
    }

    /// Forgets a body.
    pub(super) fn drop(&self, digest: Digest) {
        let mut shelf = self.shelf.lock().unwrap_or_else(PoisonError::into_inner);
        shelf.retain(|(name, _)| *name != digest);
    }

    /// Remembers a body whose hash was verified; the oldest make room.
    pub(super) fn put(&self, digest: Digest, bytes: &Arc<Vec<u8>>) {
        if bytes.len() > LARGEST {
            return;
        }
        let mut shelf = self.shelf.lock().unwrap_or_else(PoisonError::into_inner);
        shelf.push_back((digest, bytes.clone()));
        let mut length: usize = shelf.iter().map(|(_, bytes)| bytes.len()).sum();
        while length > ROOM || shelf.len() > PLACES {
            match shelf.pop_front() {
                Some((_, bytes)) => length -= bytes.len(),
                None => break,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_make_room_and_the_largest_are_not_kept() {
        let cache = Cache::default();
        let body = Arc::new(vec![0; 3 << 20]);
        let names: Vec<Digest> = (0..5u8).map(|n| Digest::of(&[n])).collect();
        names.iter().for_each(|name| cache.put(*name, &body));
        assert!(cache.get(names[0]).is_none());
        assert!(cache.get(names[4]).is_some());
        let huge = Digest::of(b"huge");
        cache.put(huge, &Arc::new(vec![0; LARGEST + 1]));
        assert!(cache.get(huge).is_none());
    }
}
