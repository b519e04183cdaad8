//! Writes into the tables of the search: one batch is one transaction.

use std::collections::BTreeMap;
use std::mem::take;

use postgres::Row;
use postgres::error::SqlState;
use r2d2::PooledConnection;

use crate::store::disk::served::connect::{Manager, Session, said};
use crate::store::disk::served::index::{IndexTables, SHAPE, field, reach};
use crate::store::error::StoreError;
use crate::store::index::{Column, Lexemes, PastRow, ReachRow, StayRow, TurnRow};

/// So many rows are written at once.
const AT_ONCE: usize = 1_000;
/// For so long it is waited for somebody else who writes.
const PATIENCE: &str = "set local lock_timeout to '1s'";
/// That this process was not fenced. Nobody waits for what is written here: it is held to the row of `search_reach`.
const LIVES: &str = "select 1 from members where no = $1 and not fenced";

/// A batch that is written; without its end, nothing of it is.
pub struct IndexWriter {
    session: PooledConnection<Manager>,
    /// What the database is called in messages.
    name: String,
    reach: ReachRow,
    stays: Vec<StayRow>,
    turns: Vec<TurnRow>,
    gone: Vec<(i64, i64)>,
    /// In how many rows more, or fewer, a word stands.
    words: BTreeMap<(i16, String), i64>,
    ended: bool,
}

impl Drop for IndexWriter {
    fn drop(&mut self) {
        if !self.ended {
            // Where the connection is gone, so is what was begun.
            self.session.client.batch_execute("rollback").ok();
        }
    }
}

impl IndexTables<'_> {
    /// Begins a batch; `None` where somebody else is at one.
    pub(in crate::store) fn writer(self) -> Result<Option<IndexWriter>, StoreError> {
        let mut session = self.0.connection("written")?;
        let begun = begin(&mut session, self.0.member.no);
        let refused = match begun {
            Ok(Some(reach)) => return Ok(Some(IndexWriter::of(session, self.0.name(), reach))),
            Ok(None) => Err(self.0.member.gone(self.0.name())),
            Err(error) if error.code() == Some(&SqlState::LOCK_NOT_AVAILABLE) => Ok(None),
            Err(error) => Err(self.0.trouble("written", &error)),
        };
        // The connection is given back as it was; where it is gone, so is what was begun.
        session.client.batch_execute("rollback").ok();
        refused
    }
}

/// Locks the row that says how far the index goes; `None` where this process may write nothing.
fn begin(session: &mut Session, member: i64) -> Result<Option<ReachRow>, postgres::Error> {
    session.client.batch_execute("begin")?;
    session.client.batch_execute(PATIENCE)?;
    if session.query(LIVES, &[&member])?.is_empty() {
        return Ok(None);
    }
    let sql = "select mark, made, written from search_reach where shape = $1 for update";
    let rows = session.query(sql, &[&SHAPE])?;
    Ok(Some(rows.first().map_or_else(ReachRow::default, reach)))
}

impl IndexWriter {
    fn of(session: PooledConnection<Manager>, name: &str, reach: ReachRow) -> IndexWriter {
        IndexWriter {
            session,
            name: name.to_owned(),
            reach,
            stays: Vec::new(),
            turns: Vec::new(),
            gone: Vec::new(),
            words: BTreeMap::new(),
            ended: false,
        }
    }

    /// How far the index went when this began.
    pub fn reach(&self) -> &ReachRow {
        &self.reach
    }

    /// The stays that stand on a page, each as JSON.
    pub fn standing(&mut self, page: u64) -> Result<Vec<String>, StoreError> {
        let sql = "select stay::text from search_stays where page = $1 and ended is null";
        self.texts(sql, page)
    }

    /// The passages of the backfilled texts of a page, each as JSON.
    pub fn past(&mut self, page: u64) -> Result<Vec<String>, StoreError> {
        let sql = "select passage::text from search_past where page = $1 order by no";
        self.texts(sql, page)
    }

    fn texts(&mut self, sql: &str, page: u64) -> Result<Vec<String>, StoreError> {
        let rows = self.asked(|session| session.query(sql, &[&(page as i64)]))?;
        Ok(rows.iter().map(|row| row.get(0)).collect())
    }

    /// Adds a stay.
    pub fn add(&mut self, stay: StayRow) -> Result<(), StoreError> {
        self.count(Column::Words, &stay.words);
        for (column, words) in [(Column::Fresh, &stay.fresh), (Column::Lost, &stay.lost)] {
            if let Some(words) = words {
                self.count(column, words);
            }
        }
        self.stays.push(stay);
        match self.stays.len() < AT_ONCE {
            true => Ok(()),
            false => self.flush(),
        }
    }

    /// Adds a step of a page.
    pub fn add_turn(&mut self, turn: TurnRow) {
        self.turns.push(turn);
    }

    /// Takes a stay out that was there before.
    pub fn remove(&mut self, page: u64, place: u64) {
        self.gone.push((page as i64, place as i64));
    }

    /// Takes all of a page out.
    pub fn forget(&mut self, page: u64) -> Result<(), StoreError> {
        self.flush()?;
        let gone = "delete from search_stays where page = $1
             returning tsvector_to_array(words), tsvector_to_array(fresh), tsvector_to_array(lost)";
        let rows = self.asked(|session| session.query(gone, &[&(page as i64)]))?;
        self.discount(&rows, &[Column::Words, Column::Fresh, Column::Lost]);
        let turns = "delete from search_turns where page = $1";
        self.asked(|session| session.query(turns, &[&(page as i64)]))?;
        self.forget_past(page)
    }

    fn forget_past(&mut self, page: u64) -> Result<(), StoreError> {
        let gone = "delete from search_past where page = $1 returning tsvector_to_array(words)";
        let rows = self.asked(|session| session.query(gone, &[&(page as i64)]))?;
        self.discount(&rows, &[Column::Past]);
        Ok(())
    }

    /// Puts these passages of backfilled texts of a page in the place of those that were there.
    pub fn put_past(&mut self, page: u64, rows: &[PastRow]) -> Result<(), StoreError> {
        self.forget_past(page)?;
        for row in rows {
            self.count(Column::Past, &row.words);
        }
        let sql = "insert into search_past (page, words, said, passage)
             select $1, words::tsvector, said, passage::json from unnest($2::text[], $3::text[], $4::text[])
                 with ordinality as new (words, said, passage, no) order by no";
        for rows in rows.chunks(AT_ONCE) {
            let words: Vec<String> = rows.iter().map(|row| row.words.text()).collect();
            let said: Vec<&Option<String>> = rows.iter().map(|row| &row.said).collect();
            let passages: Vec<&str> = rows.iter().map(|row| row.passage.as_str()).collect();
            self.asked(|session| session.query(sql, &[&(page as i64), &words, &said, &passages]))?;
        }
        Ok(())
    }

    /// Ends the batch: it is there from now on, with this mark.
    pub fn finish(mut self, mark: &str) -> Result<(), StoreError> {
        self.flush()?;
        self.settle_words()?;
        let sql = "update search_reach set mark = $1, written = written + 1";
        self.asked(|session| session.query(sql, &[&mark]))?;
        self.asked(|session| session.client.batch_execute("commit"))?;
        self.ended = true;
        Ok(())
    }

    /// Writes what waits: first what goes, then what is there in its place.
    fn flush(&mut self) -> Result<(), StoreError> {
        let gone = take(&mut self.gone);
        if !gone.is_empty() {
            let (pages, places): (Vec<i64>, Vec<i64>) = gone.into_iter().unzip();
            let sql = "delete from search_stays s using unnest($1::bigint[], $2::bigint[]) as gone (page, place)
                 where s.page = gone.page and s.place = gone.place
                 returning tsvector_to_array(words), tsvector_to_array(fresh), tsvector_to_array(lost)";
            let rows = self.asked(|session| session.query(sql, &[&pages, &places]))?;
            self.discount(&rows, &[Column::Words, Column::Fresh, Column::Lost]);
        }
        let stays = take(&mut self.stays);
        for stays in stays.chunks(AT_ONCE) {
            self.asked(|session| insert(session, stays))?;
        }
        let turns = take(&mut self.turns);
        for turns in turns.chunks(AT_ONCE) {
            self.asked(|session| insert_turns(session, turns))?;
        }
        Ok(())
    }

    /// Brings up to date how often words stand; those that stand nowhere go.
    fn settle_words(&mut self) -> Result<(), StoreError> {
        let words: Vec<((i16, String), i64)> = take(&mut self.words).into_iter().collect();
        for words in words.chunks(AT_ONCE * 10) {
            let fields: Vec<i16> = words.iter().map(|((field, _), _)| *field).collect();
            let texts: Vec<&str> = words.iter().map(|((_, text), _)| text.as_str()).collect();
            let counts: Vec<i64> = words.iter().map(|(_, count)| *count).collect();
            let sql = "insert into search_words select * from unnest($1::smallint[], $2::text[], $3::bigint[])
                 on conflict (field, word) do update set rows = search_words.rows + excluded.rows";
            self.asked(|session| session.query(sql, &[&fields, &texts, &counts]))?;
            let sql = "delete from search_words w using unnest($1::smallint[], $2::text[]) as one (field, word)
                 where w.field = one.field and w.word = one.word and w.rows <= 0";
            self.asked(|session| session.query(sql, &[&fields, &texts]))?;
        }
        Ok(())
    }

    fn count(&mut self, column: Column, words: &Lexemes) {
        for word in words.0.keys() {
            *self.words.entry((field(column), word.clone())).or_default() += 1;
        }
    }

    /// Counts the words of rows that went, which name them column by column.
    fn discount(&mut self, rows: &[Row], columns: &[Column]) {
        for row in rows {
            for (place, column) in columns.iter().enumerate() {
                for word in row
                    .get::<_, Option<Vec<String>>>(place)
                    .into_iter()
                    .flatten()
                {
                    *self.words.entry((field(*column), word)).or_default() -= 1;
                }
            }
        }
    }

    fn asked<T>(
        &mut self,
        work: impl FnOnce(&mut Session) -> Result<T, postgres::Error>,
    ) -> Result<T, StoreError> {
        work(&mut self.session).map_err(|error| StoreError::Disk {
            dir: self.name.clone(),
            verb: "written",
            why: said(&error),
        })
    }
}

fn insert(session: &mut Session, stays: &[StayRow]) -> Result<(), postgres::Error> {
    let stored: Vec<_> = stays.iter().map(StayRow::stored).collect();
    let pages: Vec<i64> = stored.iter().map(|stay| stay.key.0).collect();
    let places: Vec<i64> = stored.iter().map(|stay| stay.key.1).collect();
    let ended: Vec<Option<i64>> = stored.iter().map(|stay| stay.times.0).collect();
    let came: Vec<i64> = stored.iter().map(|stay| stay.times.1).collect();
    let went: Vec<Option<i64>> = stored.iter().map(|stay| stay.times.2).collect();
    let words = |column: usize| -> Vec<Option<&str>> {
        let words = stored.iter().map(|stay| stay.words[column].as_deref());
        words.collect()
    };
    let whole: Vec<&str> = stored.iter().map(|stay| stay.stay.as_str()).collect();
    let sql = "insert into search_stays (page, place, ended, came, went, words, fresh, lost, said, stay)
         select page, place, ended, came, went, words::tsvector, fresh::tsvector, lost::tsvector, said, stay::json
         from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::text[], $7::text[],
             $8::text[], $9::text[], $10::text[])
             as new (page, place, ended, came, went, words, fresh, lost, said, stay)";
    let (words, fresh, lost, said) = (words(0), words(1), words(2), words(3));
    session
        .query(
            sql,
            &[
                &pages, &places, &ended, &came, &went, &words, &fresh, &lost, &said, &whole,
            ],
        )
        .map(drop)
}

fn insert_turns(session: &mut Session, turns: &[TurnRow]) -> Result<(), postgres::Error> {
    let pages: Vec<i64> = turns.iter().map(|turn| turn.page as i64).collect();
    let places: Vec<i64> = turns.iter().map(|turn| turn.place as i64).collect();
    let after: Vec<Option<i64>> = turns.iter().map(|turn| turn.after).collect();
    let by: Vec<i64> = turns.iter().map(|turn| turn.by).collect();
    let away: Vec<bool> = turns.iter().map(|turn| turn.away).collect();
    let sql = "insert into search_turns (page, place, after, by, away)
         select * from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::boolean[])";
    session
        .query(sql, &[&pages, &places, &after, &by, &away])
        .map(drop)
}
