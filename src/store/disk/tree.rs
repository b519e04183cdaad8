//! A table of keys and values in the order of their keys, wherever the archive is kept.

use std::ops::{Bound, RangeBounds};
use std::sync::Arc;

use crate::store::disk::{embedded, served::Table};
use crate::store::error::StoreError;

/// Bytes as they lie in a table, cheap to clone.
pub(in crate::store) type Bytes = sled::IVec;

/// A key and its value.
pub(in crate::store) type Pair = (Bytes, Bytes);

/// A table, open.
#[derive(Clone)]
pub(in crate::store) enum Tree {
    /// In sled's file; with the directory of the archive, for messages.
    Embedded(sled::Tree, Arc<str>),
    /// In PostgreSQL.
    Served(Table),
}

/// Pairs in order, from either end.
pub(in crate::store) type Rows<'a> =
    Box<dyn DoubleEndedIterator<Item = Result<Pair, StoreError>> + 'a>;

impl Tree {
    /// The value of a key.
    pub(in crate::store) fn get(&self, key: impl AsRef<[u8]>) -> Result<Option<Bytes>, StoreError> {
        match self {
            Tree::Embedded(tree, dir) => tree.get(key).map_err(|error| read(dir, error)),
            Tree::Served(table) => table.get(key.as_ref()),
        }
    }

    /// Whether a key has a value.
    pub(in crate::store) fn contains_key(&self, key: impl AsRef<[u8]>) -> Result<bool, StoreError> {
        match self {
            Tree::Embedded(tree, dir) => tree.contains_key(key).map_err(|error| read(dir, error)),
            Tree::Served(table) => Ok(table.get(key.as_ref())?.is_some()),
        }
    }

    /// Puts a value under a key, in the place of the one that is there.
    ///
    /// One insert is atomic; the order of inserts is the commit protocol of the embedded store, since `transaction` and
    /// `apply_batch` of sled 0.34 can hang for ever.
    pub(in crate::store) fn insert(
        &self,
        key: impl AsRef<[u8]>,
        value: &[u8],
    ) -> Result<(), StoreError> {
        match self {
            Tree::Embedded(tree, dir) => match tree.insert(key, value) {
                Ok(_) => Ok(()),
                Err(error) => Err(embedded::refused(dir, "written", error)),
            },
            Tree::Served(table) => table.insert(key.as_ref(), value),
        }
    }

    /// Takes a key away, and its value.
    pub(in crate::store) fn remove(&self, key: impl AsRef<[u8]>) -> Result<(), StoreError> {
        match self {
            Tree::Embedded(tree, dir) => match tree.remove(key) {
                Ok(_) => Ok(()),
                Err(error) => Err(embedded::refused(dir, "written", error)),
            },
            Tree::Served(table) => table.remove(key.as_ref()),
        }
    }

    /// The last key, and its value.
    pub(in crate::store) fn last(&self) -> Result<Option<Pair>, StoreError> {
        self.iter().next_back().transpose()
    }

    /// How many keys there are. All of them are looked at.
    pub(in crate::store) fn count(&self) -> Result<u64, StoreError> {
        match self {
            Tree::Embedded(tree, _) => Ok(tree.len() as u64),
            Tree::Served(table) => table.count(),
        }
    }

    /// All pairs.
    pub(in crate::store) fn iter(&self) -> Rows<'_> {
        self.range::<&[u8]>(..)
    }

    /// The pairs of a range of keys.
    pub(in crate::store) fn range<K: AsRef<[u8]>>(&self, range: impl RangeBounds<K>) -> Rows<'_> {
        let bytes = |bound: Bound<&K>| bound.map(|key| key.as_ref().to_vec());
        let range = (bytes(range.start_bound()), bytes(range.end_bound()));
        match self {
            Tree::Embedded(tree, dir) => {
                Box::new((tree.range(range)).map(move |row| row.map_err(|error| read(dir, error))))
            }
            Tree::Served(table) => Box::new(table.range(range)),
        }
    }

    /// The pairs whose keys begin so.
    pub(in crate::store) fn scan_prefix(&self, prefix: &[u8]) -> Rows<'_> {
        let end = match after(prefix) {
            Some(end) => Bound::Excluded(end),
            None => Bound::Unbounded,
        };
        self.range((Bound::Included(prefix.to_vec()), end))
    }
}

/// The first key after all that begin so; `None` where there is none.
fn after(prefix: &[u8]) -> Option<Vec<u8>> {
    let mut after = prefix.to_vec();
    while let Some(last) = after.pop() {
        if let Some(next) = last.checked_add(1) {
            after.push(next);
            return Some(after);
        }
    }
    None
}

fn read(dir: &str, error: sled::Error) -> StoreError {
    embedded::refused(dir, "read", error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_so_ends_before_the_next_key() {
        let ends: [(&[u8], Option<&[u8]>); 4] = [
            (b"a", Some(b"b")),
            (b"a\xff", Some(b"b")),
            (b"\xff\xff", None),
            (b"", None),
        ];
        for (prefix, end) in ends {
            assert_eq!(after(prefix).as_deref(), end, "{prefix:?}");
        }
    }
}
