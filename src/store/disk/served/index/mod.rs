//! The index of the search in tables: words as `tsvector`, with GIN indexes over them.
//!
//! It follows from the journal, some moments behind it, and is no part of an entry's transaction. A batch is one transaction
//! that holds the row of `search_reach`, so that one member writes at a time and a crash leaves the batch out as a whole.

mod asked;
mod find;
mod write;

use crate::store::disk::served::locks::Lock;
use crate::store::disk::served::{Served, Session};
use crate::store::error::StoreError;
use crate::store::index::{Column, ReachRow};

pub use write::IndexWriter;

/// Every table of it.
pub(super) const TABLES: [&str; 5] = [
    "search_reach",
    "search_stays",
    "search_past",
    "search_turns",
    "search_words",
];
/// The shape of the tables. Those of another one are made anew, and filled from the journal.
const SHAPE: i32 = 1;
const SCHEMA: &str = include_str!("tables.sql");
/// A number that no index had before: microseconds by the clock of the database.
const NOW: &str = "(extract(epoch from clock_timestamp()) * 1000000)::bigint";

/// The tables of an archive.
#[derive(Clone, Copy)]
pub(in crate::store) struct IndexTables<'a>(&'a Served);

/// The number under which the words of a column are counted.
fn field(column: Column) -> i16 {
    match column {
        Column::Words => 0,
        Column::Fresh => 1,
        Column::Lost => 2,
        Column::Past => 3,
    }
}

impl<'a> IndexTables<'a> {
    /// Those of this database.
    pub(in crate::store::disk) fn of(base: &'a Served) -> IndexTables<'a> {
        IndexTables(base)
    }

    /// Makes them where they are missing or of another shape; how far they go.
    pub(in crate::store) fn open(self) -> Result<ReachRow, StoreError> {
        if let Some(reach) = self.reach()? {
            return Ok(reach);
        }
        self.whole("opened", make)?;
        let made = self.reach()?;
        made.ok_or_else(|| {
            StoreError::damaged(self.0.name(), "the tables of the search are missing")
        })
    }

    /// How far they go; absent where there are none of today's shape.
    pub(in crate::store) fn reach(self) -> Result<Option<ReachRow>, StoreError> {
        self.0.run("read", standing)
    }

    /// Takes everything out of them. Whoever writes is waited for.
    pub(in crate::store) fn clear(self) -> Result<(), StoreError> {
        if self.reach()?.is_none() {
            return Ok(());
        }
        let [reach, others @ ..] = TABLES;
        let sql = format!(
            "select 1 from {reach} for update; truncate {};
             update {reach} set mark = null, made = {NOW}, written = written + 1",
            others.join(", ")
        );
        self.whole("written", |session| session.client.batch_execute(&sql))
    }

    /// Does all of it or nothing.
    fn whole(
        self,
        verb: &'static str,
        work: impl Fn(&mut Session) -> Result<(), postgres::Error>,
    ) -> Result<(), StoreError> {
        self.0.run(verb, |session| {
            let done = (session.client.batch_execute("begin"))
                .and_then(|()| work(session))
                .and_then(|()| session.client.batch_execute("commit"));
            if done.is_err() {
                // The connection is given back as it was; where it is gone, so is what was begun.
                session.client.batch_execute("rollback").ok();
            }
            done
        })
    }
}

/// How far they go; absent where there are none of today's shape.
fn standing(session: &mut Session) -> Result<Option<ReachRow>, postgres::Error> {
    let there = session.query("select to_regclass('search_reach') is not null", &[])?;
    if !there.first().is_some_and(|row| row.get(0)) {
        return Ok(None);
    }
    let sql = "select mark, made, written from search_reach where shape = $1";
    let rows = session.query(sql, &[&SHAPE])?;
    Ok(rows.first().map(reach))
}

/// Makes them, unless somebody else just did.
fn make(session: &mut Session) -> Result<(), postgres::Error> {
    Lock::Tables.ask(session, "pg_advisory_xact_lock")?;
    if standing(session)?.is_some() {
        return Ok(());
    }
    session.client.batch_execute(&format!(
        "drop table if exists {}; {SCHEMA}
         insert into search_reach (shape, made, written) values ({SHAPE}, {NOW}, 0)",
        TABLES.join(", ")
    ))
}

fn reach(row: &postgres::Row) -> ReachRow {
    ReachRow {
        mark: row.get(0),
        made: row.get(1),
        written: row.get(2),
    }
}
