//! Tables with typed columns that are asked in SQL: how they are made, and how an entry is taken into them.

mod alerts;
mod passages;
mod watches;

use postgres::types::ToSql;
use serde_json::Value;

use crate::model::{Change, Digest, EntryNo, Forgetting};
use crate::store::disk::served::Served;
use crate::store::error::StoreError;
use crate::store::relations::{Deed, Passages};

/// Every table, those that hold no other's words first.
pub(super) const TABLES: [&str; 9] = [
    "entries",
    "watches",
    "versions",
    "changes",
    "findings",
    "visits",
    "alerts",
    "deliveries",
    "passages",
];
/// What brings the tables from one number to the next. A step is never altered once it was published.
const STEPS: [&str; 1] = [include_str!("1.sql")];
/// The setting that says which of them were taken.
const SETTING: &str = "relations";

/// The tables of an archive.
#[derive(Clone, Copy)]
pub(in crate::store) struct Relations<'a>(&'a Served);

/// Reads the passages of a document.
pub(in crate::store) type Read<'a> = &'a dyn Fn(Digest) -> Result<Passages, StoreError>;

/// Makes the tables where they are missing, and brings them up to today's shape where they are older. What is missing in them
/// is taken in afterwards.
pub(super) fn open(base: &Served) -> Result<(), StoreError> {
    let refused = |why: String| StoreError::refused(base.name().to_owned(), why);
    let encoding = base.run("opened", |session| {
        session.query("select current_setting('server_encoding')", &[])
    })?;
    let encoding = encoding.first().map(|row| row.get::<_, String>(0));
    if encoding.as_deref() != Some("UTF8") {
        let encoding = encoding.unwrap_or_default();
        return Err(refused(format!(
            "its texts are encoded as {encoding}; make the database with `create database NAME encoding 'UTF8' template template0`"
        )));
    }
    let known = base.setting(SETTING)?;
    let known = known.map_or(Ok(0), |text| text.parse::<usize>());
    let known = known.map_err(|error| StoreError::damaged(base.name(), error))?;
    if known > STEPS.len() {
        return Err(refused(format!(
            "its tables for SQL were made by a newer smallprint, which has to be used from now on ({known}, and this one knows {})",
            STEPS.len()
        )));
    }
    for (number, step) in (1..).zip(STEPS).skip(known) {
        base.together(|| {
            base.run("opened", |session| session.client.batch_execute(step))?;
            base.set(SETTING, &format!("{number}"))
        })?;
    }
    Ok(())
}

impl<'a> Relations<'a> {
    /// Those of this database.
    pub(in crate::store::disk) fn of(base: &'a Served) -> Relations<'a> {
        Relations(base)
    }

    /// The last entry that is in them, with its hash.
    pub(in crate::store) fn upto(self) -> Result<Option<(EntryNo, String)>, StoreError> {
        let rows = self
            .0
            .rows("select no, hash from entries order by no desc limit 1", &[])?;
        let last = rows.first().map(|row| (row.get::<_, i64>(0), row.get(1)));
        Ok(last.map(|(no, hash)| (no as EntryNo, hash)))
    }

    /// Takes everything out of them.
    pub(in crate::store) fn empty(self) -> Result<(), StoreError> {
        let sql = format!("truncate {}", TABLES.join(", "));
        self.0
            .run("written", |session| session.client.batch_execute(&sql))
    }

    /// Does what an entry does.
    pub(in crate::store) fn take(
        self,
        no: EntryNo,
        deeds: &[Deed],
        read: Read<'_>,
    ) -> Result<(), StoreError> {
        let entry = no as i64;
        for deed in deeds {
            match deed {
                Deed::Add(table, rows) => self.add(table, self.named(rows, "watch")?)?,
                Deed::Visited(rows) => self.visited(self.named(rows, "id")?)?,
                Deed::Retired(watches) => self.retire(watches)?,
                Deed::Renamed(old, new) => self.rename(old, new)?,
                Deed::Stepped(watch, entry, document) => {
                    let found = document.map_or_else(|| Ok(Passages::new()), read)?;
                    self.step(&self.called(watch)?, *entry as i64, found)?;
                }
                Deed::Looked(earlier, found) => self.run(
                    "update changes set second_look = $2 where entry = $1",
                    &[&(*earlier as i64), found],
                )?,
                Deed::Back(earlier) => self.run(
                    "update changes set back_in = $2 where entry = $1",
                    &[&(*earlier as i64), &entry],
                )?,
                Deed::Quoted { forgotten } => self.take_words(Some(entry), *forgotten, &[])?,
                Deed::Tells(of) => self.tell_of(entry, *of as i64)?,
                Deed::Composed(alerts) => self.compose(entry, alerts)?,
                Deed::Delivered(message, outcome) => self.deliver(entry, *message, outcome)?,
                Deed::OwedAgain(message) => self.owe_again(*message)?,
                Deed::Reread {
                    watch,
                    version,
                    document,
                    text,
                    differs,
                } => {
                    let watch = self.called(watch)?;
                    let no = i32::try_from(*version).unwrap_or(i32::MAX);
                    self.run(
                        "update versions set reading_sha256 = $3, text_sha256 = $4, reread_in = $5
                         where watch = $1 and no = $2",
                        &[
                            &watch,
                            &no,
                            &document.to_string(),
                            &text.to_string(),
                            &entry,
                        ],
                    )?;
                    if *differs {
                        self.step_anew(&watch, no, read)?;
                    }
                }
                Deed::Forgotten(forgetting) => self.forget(entry, forgetting, read)?,
            }
        }
        Ok(())
    }

    /// Adds rows; those that are there stay.
    fn add(self, table: &str, rows: Vec<Value>) -> Result<(), StoreError> {
        let Some(Value::Object(first)) = rows.first() else {
            return Ok(());
        };
        let columns: Vec<String> = first.keys().map(|name| format!("\"{name}\"")).collect();
        let columns = columns.join(", ");
        let sql = format!(
            "insert into \"{table}\" ({columns}) select {columns}
             from jsonb_populate_recordset(null::\"{table}\", $1::text::jsonb) on conflict do nothing"
        );
        self.run(&sql, &[&Value::Array(rows).to_string()])
    }

    /// Takes the words out of changes that quote what was forgotten: of this entry, or of all.
    fn take_words(
        self,
        entry: Option<i64>,
        forgotten: bool,
        gone: &[String],
    ) -> Result<(), StoreError> {
        self.run(
            "with quoting as (select c.entry from changes c where ($1::bigint is null or c.entry = $1) and ($2
                 or c.findings_sha256 = any($3) or c.continued_sha256 = any($3) or exists (select 1 from versions v
                     where v.watch = c.watch and v.no in (c.span_from, c.span_to) and v.forgotten_in is not null))),
             quotes as (delete from findings where entry in (select entry from quoting)),
             said as (update changes set sentence = $4, aside = null where entry in (select entry from quoting))
             update entries set fact = fact - array['sentence', 'aside', 'claim'] where no in (select entry from quoting)",
            &[&entry, &forgotten, &gone, &Change::FORGOTTEN],
        )
    }

    /// Takes out what was forgotten.
    fn forget(self, entry: i64, forgetting: &Forgetting, read: Read<'_>) -> Result<(), StoreError> {
        let gone: Vec<String> = forgetting.bodies.iter().map(Digest::to_string).collect();
        self.run(
            "update versions set forgotten_in = $2 where document_sha256 = any($1) and forgotten_in is null",
            &[&gone, &entry],
        )?;
        self.take_words(None, false, &gone)?;
        for watch in &forgetting.watches {
            self.step_all(&self.called(watch)?, read)?;
        }
        Ok(())
    }

    fn run(self, sql: &str, values: &[&(dyn ToSql + Sync)]) -> Result<(), StoreError> {
        self.0
            .run("written", |session| session.query(sql, values))
            .map(drop)
    }
}
