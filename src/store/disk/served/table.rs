//! A table of a database that is served: keys and values, in order of the keys.

use std::collections::VecDeque;
use std::ops::Bound;
use std::sync::Arc;

use postgres::types::ToSql;

use crate::store::disk::served::Served;
use crate::store::disk::tree::{Bytes, Pair};
use crate::store::error::StoreError;

/// So many rows are read at first, and at most, of a range.
const PAGES: (i64, i64) = (8, 2_048);

/// A table of it.
#[derive(Clone)]
pub(in crate::store) struct Table {
    pub(super) base: Arc<Served>,
    pub(super) name: Arc<str>,
}

impl Table {
    pub(in crate::store::disk) fn get(&self, key: &[u8]) -> Result<Option<Bytes>, StoreError> {
        let sql = format!("select value from \"{}\" where key = $1", self.name);
        let rows = self.base.rows(&sql, &[&key])?;
        Ok(rows.first().map(|row| Bytes::from(row.get::<_, &[u8]>(0))))
    }

    pub(in crate::store::disk) fn insert(
        &self,
        key: &[u8],
        value: &[u8],
    ) -> Result<(), StoreError> {
        // An entry is never altered: whoever comes second, with another one for its place, has not seen the first.
        let same = match &*self.name {
            "journal" => "where journal.value = excluded.value",
            _ => "",
        };
        let sql = format!(
            "insert into \"{}\" values ($1, $2)
             on conflict (key) do update set value = excluded.value {same} returning 1",
            self.name
        );
        let done = (self.base).run("written", |session| session.query(&sql, &[&key, &value]))?;
        match done.is_empty() {
            false => Ok(()),
            true => Err(StoreError::Disk {
                dir: self.base.name.clone(),
                verb: "written",
                why: "another smallprint wrote the same entry of its journal".to_owned(),
            }),
        }
    }

    pub(in crate::store::disk) fn remove(&self, key: &[u8]) -> Result<(), StoreError> {
        let sql = format!("delete from \"{}\" where key = $1", self.name);
        let done = (self.base).run("written", |session| session.query(&sql, &[&key]));
        done.map(drop)
    }

    pub(in crate::store::disk) fn count(&self) -> Result<u64, StoreError> {
        let sql = format!("select count(*) from \"{}\"", self.name);
        let rows = self.base.rows(&sql, &[])?;
        let count = rows.first().map_or(0, |row| row.get::<_, i64>(0));
        Ok(u64::try_from(count).unwrap_or_default())
    }

    pub(in crate::store::disk) fn range(
        &self,
        (low, high): (Bound<Vec<u8>>, Bound<Vec<u8>>),
    ) -> Range {
        Range {
            table: self.clone(),
            low,
            high,
            front: VecDeque::new(),
            back: VecDeque::new(),
            page: PAGES.0,
            ended: false,
        }
    }
}

/// The pairs of a range, read some at a time from either end.
pub(in crate::store::disk) struct Range {
    table: Table,
    // What was not read yet.
    low: Bound<Vec<u8>>,
    high: Bound<Vec<u8>>,
    front: VecDeque<Pair>,
    back: VecDeque<Pair>,
    page: i64,
    ended: bool,
}

impl Range {
    /// Reads the next pairs at one end, as far as there are any.
    fn read(&mut self, from_back: bool) -> Result<(), StoreError> {
        let (above, low) = match &self.low {
            Bound::Included(key) => (">=", key.as_slice()),
            Bound::Excluded(key) => (">", key.as_slice()),
            Bound::Unbounded => (">=", &[][..]),
        };
        let (below, high) = match &self.high {
            Bound::Included(key) => ("and key <= $3", Some(key.as_slice())),
            Bound::Excluded(key) => ("and key < $3", Some(key.as_slice())),
            Bound::Unbounded => ("", None),
        };
        let order = if from_back { "desc" } else { "asc" };
        let sql = format!(
            "select key, value from \"{}\" where key {above} $1 {below} order by key {order} limit $2",
            self.table.name
        );
        let mut values: Vec<&(dyn ToSql + Sync)> = vec![&low, &self.page];
        if let Some(high) = &high {
            values.push(high);
        }
        let rows = self.table.base.rows(&sql, &values)?;
        self.ended = (rows.len() as i64) < self.page;
        self.page = (self.page * 4).min(PAGES.1);
        let pairs = rows.iter().map(|row| {
            (
                Bytes::from(row.get::<_, &[u8]>(0)),
                Bytes::from(row.get::<_, &[u8]>(1)),
            )
        });
        match from_back {
            true => self.back.extend(pairs),
            false => self.front.extend(pairs),
        }
        let last = if from_back { &self.back } else { &self.front };
        if let Some((key, _)) = last.back() {
            let key = Bound::Excluded(key.to_vec());
            match from_back {
                true => self.high = key,
                false => self.low = key,
            }
        }
        Ok(())
    }

    fn take(&mut self, from_back: bool) -> Option<Result<Pair, StoreError>> {
        let (own, other) = match from_back {
            true => (&mut self.back, &mut self.front),
            false => (&mut self.front, &mut self.back),
        };
        if let Some(pair) = own.pop_front() {
            return Some(Ok(pair));
        }
        if self.ended {
            // What is left lies at the other end, in the order of that end.
            return other.pop_back().map(Ok);
        }
        if let Err(error) = self.read(from_back) {
            self.ended = true;
            return Some(Err(error));
        }
        self.take(from_back)
    }
}

impl Iterator for Range {
    type Item = Result<Pair, StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.take(false)
    }
}

impl DoubleEndedIterator for Range {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.take(true)
    }
}
