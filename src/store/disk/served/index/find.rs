//! Finds stays and passages in the tables of the search.

use postgres::types::ToSql;

use crate::store::disk::served::index::asked::condition;
use crate::store::disk::served::index::{IndexTables, field};
use crate::store::error::StoreError;
use crate::store::index::{Asked, Column, Hits, StoredStay, TurnRow, Wanted, Which};

/// Greater than every word with the same beginning.
const LAST: char = '\u{10ffff}';

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn pages(pages: &[u64]) -> Vec<i64> {
    // Numbers of pages fill all 64 bits; they are only told apart.
    pages.iter().map(|page| *page as i64).collect()
}

fn count(row: &postgres::Row, column: usize) -> usize {
    usize::try_from(row.get::<_, i64>(column)).unwrap_or_default()
}

/// The place of such stays in the order, and which of them pass. What ended later than the answer is as of stands.
fn passing(which: Which) -> (&'static str, &'static str) {
    match which {
        Which::Standing => (
            "place",
            "(ended is null or ended >= $5) and came < $4 and (went > $3 or ended is null or ended >= $5)",
        ),
        Which::Ever => (
            "place",
            "came < $4 and (ended is null or ended >= $5 or went > $3)",
        ),
        Which::Came => ("place", "came >= $3 and came < $4"),
        Which::Went => ("ended", "ended < $5 and went >= $3 and went < $4"),
    }
}

impl IndexTables<'_> {
    /// Finds stays.
    pub(in crate::store) fn find(self, wanted: &Wanted) -> Result<Hits, StoreError> {
        let mut texts = Vec::new();
        let stands = condition(&wanted.asked, 7, &mut texts);
        let (place, passes) = passing(wanted.which);
        let sql = format!(
            "with hit as materialized (select page, place as own, {place} as place from search_stays
                 where {stands} and {passes} and place < $5
                     and ($1::bigint[] is null or page = any($1)) and page <> all($2::bigint[])),
             top as (select * from hit where place < $6 order by place desc limit $7)
             select r.made, (select count(*) from hit), (select count(*) from (select distinct page from hit) one),
                 top.place, s.stay::text
             from search_reach r left join (top join search_stays s on s.page = top.page and s.place = top.own) on true
             order by top.place desc"
        );
        let only = wanted.only.as_deref().map(pages);
        let except = pages(&wanted.except);
        let (from, until) = (
            wanted.from.unwrap_or(i64::MIN),
            wanted.until.unwrap_or(i64::MAX),
        );
        let as_of = wanted.as_of.map_or(i64::MAX, signed);
        let before = wanted.before.map_or(i64::MAX, signed);
        let limit = i64::try_from(wanted.limit).unwrap_or(i64::MAX);
        let own: [&(dyn ToSql + Sync); 7] =
            [&only, &except, &from, &until, &as_of, &before, &limit];
        self.hits(&sql, &own, &texts)
    }

    /// Finds passages of backfilled texts, on these pages only where some are named, so many at most.
    pub(in crate::store) fn find_past(
        self,
        asked: &Asked,
        only: Option<&[u64]>,
        limit: usize,
    ) -> Result<Hits, StoreError> {
        let mut texts = Vec::new();
        let stands = condition(asked, 2, &mut texts);
        let sql = format!(
            "with hit as (select no, passage from search_past
                 where {stands} and ($1::bigint[] is null or page = any($1)) order by no limit $2)
             select r.made, 0::bigint, 0::bigint, hit.no, hit.passage::text from search_reach r left join hit on true
             order by hit.no"
        );
        let only = only.map(pages);
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.hits(&sql, &[&only, &limit], &texts)
    }

    fn hits(
        self,
        sql: &str,
        own: &[&(dyn ToSql + Sync)],
        texts: &[String],
    ) -> Result<Hits, StoreError> {
        let mut values = own.to_vec();
        values.extend(texts.iter().map(|text| text as &(dyn ToSql + Sync)));
        // Every question is another one, and best planned by itself.
        let rows = (self.0).run("read", |session| session.client.query(sql, &values))?;
        let Some(first) = rows.first() else {
            return Ok(Hits::default());
        };
        let top = rows.iter().filter_map(|row| {
            let place: Option<i64> = row.get(3);
            Some((place? as u64, row.get(4)))
        });
        Ok(Hits {
            made: first.get(0),
            count: count(first, 1),
            pages: count(first, 2),
            top: top.collect(),
        })
    }

    /// How many words there are that begin in one of these ways; no more than so many are counted.
    pub(in crate::store) fn beginnings(
        self,
        column: Column,
        begin: &[String],
        most: usize,
    ) -> Result<usize, StoreError> {
        let sql = "select count(*) from unnest($2::text[], $3::text[]) as begin (first, last),
                lateral (select 1 from search_words where field = $1 and word >= first and word < last limit $4) found";
        let last: Vec<String> = begin.iter().map(|text| format!("{text}{LAST}")).collect();
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let rows = self.0.rows(sql, &[&field(column), &begin, &last, &most])?;
        Ok(rows.first().map_or(0, |row| count(row, 0)))
    }

    /// Every step of every page, in the order of the journal.
    pub(in crate::store) fn turns(self) -> Result<Vec<TurnRow>, StoreError> {
        let sql = "select page, place, after, by, away from search_turns order by place";
        let rows = self.0.rows(sql, &[])?;
        let turns = rows.iter().map(|row| TurnRow {
            page: row.get::<_, i64>(0) as u64,
            place: row.get::<_, i64>(1) as u64,
            after: row.get(2),
            by: row.get(3),
            away: row.get(4),
        });
        Ok(turns.collect())
    }

    /// So many stays after the one with this key.
    pub(in crate::store) fn stays(
        self,
        (page, place): (i64, i64),
        many: usize,
    ) -> Result<Vec<StoredStay>, StoreError> {
        let sql = "select page, place, ended, came, went, words::text, fresh::text, lost::text, said, stay::text
             from search_stays where (page, place) > ($1, $2) order by page, place limit $3";
        let many = i64::try_from(many).unwrap_or(i64::MAX);
        let rows = self.0.rows(sql, &[&page, &place, &many])?;
        let stays = rows.iter().map(|row| StoredStay {
            key: (row.get(0), row.get(1)),
            times: (row.get(2), row.get(3), row.get(4)),
            words: [row.get(5), row.get(6), row.get(7), row.get(8)],
            stay: row.get(9),
        });
        Ok(stays.collect())
    }
}
