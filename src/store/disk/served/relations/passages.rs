//! The stays of passages: which come and which go with each step of a page.

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::store::disk::served::relations::{Read, Relations};
use crate::store::error::StoreError;
use crate::store::relations::{Passages, clean};

/// So many rows are added at once.
const AT_ONCE: usize = 1_000;

impl Relations<'_> {
    /// Goes on to the next version of a page, which has these passages.
    pub(super) fn step(self, watch: &str, entry: i64, found: Passages) -> Result<(), StoreError> {
        let found: Vec<_> = found
            .into_iter()
            .map(|(kind, text)| (kind, clean(&text)))
            .collect();
        let wanted: HashSet<&str> = found.iter().map(|(_, text)| text.as_str()).collect();
        let sql = "select came, place, text from passages where watch = $1 and went is null and came < $2";
        let mut standing: HashSet<String> = HashSet::new();
        let (mut came, mut places): (Vec<i64>, Vec<i32>) = (Vec::new(), Vec::new());
        for row in self.0.rows(sql, &[&watch, &entry])? {
            let text: String = row.get(2);
            match wanted.contains(text.as_str()) {
                true => drop(standing.insert(text)),
                false => {
                    came.push(row.get(0));
                    places.push(row.get(1));
                }
            }
        }
        if !came.is_empty() {
            self.run(
                "update passages p set went = $3 from unnest($1::bigint[], $2::integer[]) as gone (came, place)
                 where p.came = gone.came and p.place = gone.place",
                &[&came, &places, &entry],
            )?;
        }
        let begun = found.iter().filter(|(_, text)| !standing.contains(text));
        let rows = (0..).zip(begun).map(|(place, (kind, text))| {
            let place: usize = place;
            json!({ "came": entry, "place": place, "watch": watch, "kind": kind, "text": text, "went": null })
        });
        let rows: Vec<Value> = rows.collect();
        (rows.chunks(AT_ONCE)).try_for_each(|rows| self.add("passages", rows.to_vec()))
    }

    /// Steps once more to a version that later rules read otherwise, and on to the next one; what follows stays as it is.
    pub(super) fn step_anew(
        self,
        watch: &str,
        version: i32,
        read: Read<'_>,
    ) -> Result<(), StoreError> {
        let sql = "select v.entry, (select min(c.entry) from changes c where c.watch = v.watch and c.entry > v.entry)
                   from versions v where v.watch = $1 and v.no = $2";
        let rows = self.0.rows(sql, &[&watch, &version])?;
        match rows.first() {
            Some(row) => {
                let (first, next): (i64, Option<i64>) = (row.get(0), row.get(1));
                self.step_through(watch, first, next.unwrap_or(i64::MAX), read)
            }
            None => Ok(()),
        }
    }

    /// Steps once more through all of a page.
    pub(super) fn step_all(self, watch: &str, read: Read<'_>) -> Result<(), StoreError> {
        self.step_through(watch, 0, i64::MAX, read)
    }

    /// Steps once more through these entries. What stands after the last of them must be what stood there before.
    fn step_through(
        self,
        watch: &str,
        first: i64,
        last: i64,
        read: Read<'_>,
    ) -> Result<(), StoreError> {
        let sql = "select text, went from passages where watch = $1 and came <= $2 and went > $2";
        let later = self.0.rows(sql, &[&watch, &last])?;
        self.run(
            "delete from passages where watch = $1 and came between $2 and $3",
            &[&watch, &first, &last],
        )?;
        self.run(
            "update passages set went = null where watch = $1 and came < $2 and went >= $2",
            &[&watch, &first],
        )?;
        let sql = "select c.entry, case when c.kind <> 'vanished' then v.reading_sha256 end
                   from changes c left join versions v on v.watch = c.watch and v.no = c.span_to
                   where c.watch = $1 and c.entry between $2 and $3 order by c.entry";
        for row in self.0.rows(sql, &[&watch, &first, &last])? {
            let document = row.get::<_, Option<String>>(1);
            let document = document.and_then(|digest| digest.parse().ok());
            let found = document.map_or_else(|| Ok(Passages::new()), read)?;
            self.step(watch, row.get(0), found)?;
        }
        let texts: Vec<String> = later.iter().map(|row| row.get(0)).collect();
        let went: Vec<i64> = later.iter().map(|row| row.get(1)).collect();
        self.run(
            "update passages p set went = later.went from unnest($2::text[], $3::bigint[]) as later (text, went)
             where p.watch = $1 and p.came <= $4 and p.went is null and p.text = later.text",
            &[&watch, &texts, &went, &last],
        )
    }
}
