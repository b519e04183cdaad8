//! Which watches there are, and what they are called.

use std::collections::HashMap;

use serde_json::Value;

use crate::model::WatchId;
use crate::store::disk::served::relations::{Relations, TABLES};
use crate::store::error::StoreError;
use crate::store::relations::cleaned;

impl Relations<'_> {
    /// Notes that watches were seen, or tried.
    pub(super) fn visited(self, rows: Vec<Value>) -> Result<(), StoreError> {
        self.run(
            "insert into watches (id, since, title, url) select distinct on (id) id, since, title, url
                 from jsonb_populate_recordset(null::watches, $1::text::jsonb) order by id, since
             on conflict (id) do update set retired = false, title = coalesce(excluded.title, watches.title),
                 url = coalesce(excluded.url, watches.url), since = least(excluded.since, watches.since)
             where watches.retired or excluded.title is not null",
            &[&Value::Array(rows).to_string()],
        )
    }

    /// Notes that watches are no longer in the watchlist.
    pub(super) fn retire(self, watches: &[WatchId]) -> Result<(), StoreError> {
        for watch in watches {
            let watch = self.called(watch)?;
            self.run("update watches set retired = true where id = $1", &[&watch])?;
        }
        Ok(())
    }

    /// Lets the history of a watch go on under another id.
    pub(super) fn rename(self, old: &WatchId, new: &WatchId) -> Result<(), StoreError> {
        let (old, new) = (self.called(old)?, &new.0);
        let sql = "select exists (select 1 from watches where id = $1),
            exists (select 1 from entries where kind = 'landed' and watch = $2)";
        let known = self.0.rows(sql, &[&old, new])?;
        let known = known.first().map(|row| (row.get(0), row.get(1)));
        // What has a history of its own is joined with no other one.
        if old == *new || known != Some((true, false)) {
            return Ok(());
        }
        // All but the one of the watches themselves have a column that names one.
        for table in TABLES.into_iter().filter(|table| *table != "watches") {
            let sql = format!("update {table} set watch = $2 where watch = $1");
            self.run(&sql, &[&old, new])?;
        }
        self.run("delete from watches where id = $1", &[new])?;
        self.run(
            "update watches set id = $2, formerly = array_append(array_remove(formerly, $2), $1) where id = $1",
            &[&old, new],
        )
    }

    /// What a watch is called now.
    pub(super) fn called(self, watch: &WatchId) -> Result<String, StoreError> {
        let called = self.all_called(std::slice::from_ref(&watch.0))?;
        Ok(called.get(&watch.0).unwrap_or(&watch.0).clone())
    }

    /// The rows with what their watches are called now.
    pub(super) fn named(self, rows: &[Value], column: &str) -> Result<Vec<Value>, StoreError> {
        let mut rows = rows.to_vec();
        rows.iter_mut().for_each(cleaned);
        let mut names: Vec<String> = rows
            .iter()
            .filter_map(|row| row[column].as_str().map(str::to_owned))
            .collect();
        names.dedup();
        if names.is_empty() {
            return Ok(rows);
        }
        let called = self.all_called(&names)?;
        for row in &mut rows {
            if let Some(now) = row[column].as_str().and_then(|name| called.get(name)) {
                row[column] = now.as_str().into();
            }
        }
        Ok(rows)
    }

    /// What these are called now, as far as they are called otherwise.
    fn all_called(self, names: &[String]) -> Result<HashMap<String, String>, StoreError> {
        let sql = "select name, id from unnest($1::text[]) as name join watches on formerly @> array[name]";
        let rows = self.0.rows(sql, &[&names])?;
        Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
    }
}
