//! The index of the search where the archive is in a database: what is written into it and asked of it, in plain types.

use std::collections::BTreeMap;

use crate::store::disk::IndexTables;
use crate::store::{IndexWriter, Store, StoreError};

/// As many places of a word in one passage are kept by PostgreSQL for sure.
const MOST_PLACES: usize = 255;

/// The words of a passage, each with its places from 1 on; one without places meets no phrase.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Lexemes(pub BTreeMap<String, Vec<usize>>);

impl Lexemes {
    /// Whether a word stands more often than PostgreSQL keeps its places.
    pub fn is_crowded(&self) -> bool {
        self.0.values().any(|places| places.len() > MOST_PLACES)
    }

    /// As PostgreSQL writes them, with as many places as are kept.
    pub fn text(&self) -> String {
        let lexeme = |(word, places): (&String, &Vec<usize>)| {
            let places = places.iter().take(MOST_PLACES).map(usize::to_string);
            let places: Vec<String> = places.collect();
            match places.is_empty() {
                true => quoted(word),
                false => format!("{}:{}", quoted(word), places.join(",")),
            }
        };
        let lexemes: Vec<String> = self.0.iter().map(lexeme).collect();
        lexemes.join(" ")
    }
}

/// A word as it stands in a `tsvector` and in a `tsquery`.
pub(super) fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\\', "\\\\").replace('\'', "''"))
}

/// The stay of a passage, to be written.
#[derive(Clone, Debug)]
pub struct StayRow {
    /// The number of its page.
    pub page: u64,
    /// Where its coming stands in the order of all that came or went.
    pub place: u64,
    /// Where its going stands there; absent while it stands.
    pub ended: Option<u64>,
    /// When it was seen first, in seconds.
    pub came: i64,
    /// When it was seen to be gone, in seconds.
    pub went: Option<i64>,
    /// Its words.
    pub words: Lexemes,
    /// Those that the change touched by which it came; absent where nothing was added by it.
    pub fresh: Option<Lexemes>,
    /// Those that the change touched by which it went.
    pub lost: Option<Lexemes>,
    /// Its words one after the other, between spaces, where they are crowded.
    pub said: Option<String>,
    /// All of it, as JSON.
    pub stay: String,
}

/// A passage of backfilled texts, to be written.
#[derive(Clone, Debug)]
pub struct PastRow {
    /// The number of its page.
    pub page: u64,
    /// Its words.
    pub words: Lexemes,
    /// Its words one after the other, between spaces, where they are crowded.
    pub said: Option<String>,
    /// All of it, as JSON.
    pub passage: String,
}

/// A stay as it lies there; what [`StayRow::stored`] says it should be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredStay {
    /// The number of its page, and its place.
    pub key: (i64, i64),
    /// Where its end stands, when it came, and when it went.
    pub times: (Option<i64>, i64, Option<i64>),
    /// Its words, those that came fresh, those that were lost, and all in a row.
    pub words: [Option<String>; 4],
    /// All of it, as JSON.
    pub stay: String,
}

impl StayRow {
    /// As it lies in the database.
    pub fn stored(&self) -> StoredStay {
        let signed = |number: u64| number as i64;
        let text = |words: &Option<Lexemes>| words.as_ref().map(Lexemes::text);
        StoredStay {
            key: (signed(self.page), signed(self.place)),
            times: (self.ended.map(signed), self.came, self.went),
            words: [
                Some(self.words.text()),
                text(&self.fresh),
                text(&self.lost),
                self.said.clone(),
            ],
            stay: self.stay.clone(),
        }
    }
}

/// A step of a page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TurnRow {
    /// The number of its page.
    pub page: u64,
    /// Where it stands in the order of all that came or went.
    pub place: u64,
    /// The last sight of the state before, in seconds; absent for the first sight.
    pub after: Option<i64>,
    /// The first sight of this state, in seconds.
    pub by: i64,
    /// Whether there was no page.
    pub away: bool,
}

/// Where words are looked for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Column {
    /// In all of a passage.
    Words,
    /// In what came fresh.
    Fresh,
    /// In what was lost.
    Lost,
    /// In passages of backfilled texts.
    Past,
}

/// What must stand in a row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Asked {
    /// This word.
    Word(Column, String),
    /// A word that begins so.
    Beginning(Column, String),
    /// These words, one after the other, in all of a passage.
    Phrase(Vec<String>),
    /// All of these.
    All(Vec<Asked>),
    /// At least one of these.
    Any(Vec<Asked>),
    /// Not this.
    Not(Box<Asked>),
}

/// Which stays are meant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Which {
    /// Those that stand.
    Standing,
    /// Those that ever stood.
    Ever,
    /// Those that came, at the time they came.
    Came,
    /// Those that went, at the time they went.
    Went,
}

/// A question.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Which stays.
    pub which: Which,
    /// What must stand in them.
    pub asked: Asked,
    /// On these pages only.
    pub only: Option<Vec<u64>>,
    /// Not on these.
    pub except: Vec<u64>,
    /// What stood, came or went from then on, in seconds.
    pub from: Option<i64>,
    /// What stood, came or went before then.
    pub until: Option<i64>,
    /// As it was before what stands there in the order.
    pub as_of: Option<u64>,
    /// What stands before this in the order.
    pub before: Option<u64>,
    /// No more than so many.
    pub limit: usize,
}

/// What was found.
#[derive(Clone, Default, Debug)]
pub struct Hits {
    /// When the index was begun in which it was found.
    pub made: i64,
    /// How many there are, whatever the limit and wherever they begin.
    pub count: usize,
    /// On how many pages.
    pub pages: usize,
    /// Those that stand last in the order, the last first, each as JSON.
    pub top: Vec<(u64, String)>,
}

/// How far the index goes.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct ReachRow {
    /// What whoever wrote it noted; absent where nothing was written.
    pub mark: Option<String>,
    /// When it was begun; another one where it is made afresh.
    pub made: i64,
    /// How often it was written.
    pub written: i64,
}

/// The index of an archive that is in a database. All of it waits for the database.
#[derive(Clone)]
pub struct ServedIndex(Store);

impl Store {
    /// The index of the search, where it lies with the archive in a database.
    ///
    /// # Errors
    /// Where the archive is closed.
    pub fn index(&self) -> Result<Option<ServedIndex>, StoreError> {
        let there = self.opened()?.rooms.disk.index().is_some();
        Ok(there.then(|| ServedIndex(self.clone())))
    }
}

impl ServedIndex {
    /// Makes its tables where they are missing or of another shape; how far it goes.
    pub fn open(&self) -> Result<ReachRow, StoreError> {
        self.with(|tables| tables.open())
    }

    /// How far it goes; absent where it was never opened.
    pub fn reach(&self) -> Result<Option<ReachRow>, StoreError> {
        self.with(|tables| tables.reach())
    }

    /// Takes everything out of it.
    pub fn clear(&self) -> Result<(), StoreError> {
        self.with(|tables| tables.clear())
    }

    /// Finds stays.
    pub fn find(&self, wanted: &Wanted) -> Result<Hits, StoreError> {
        self.with(|tables| tables.find(wanted))
    }

    /// Finds passages of backfilled texts, on these pages only where some are named, so many at most.
    pub fn find_past(
        &self,
        asked: &Asked,
        only: Option<&[u64]>,
        limit: usize,
    ) -> Result<Hits, StoreError> {
        self.with(|tables| tables.find_past(asked, only, limit))
    }

    /// How many words there are that begin in one of these ways; no more than so many are counted.
    pub fn beginnings(
        &self,
        column: Column,
        begin: &[String],
        most: usize,
    ) -> Result<usize, StoreError> {
        self.with(|tables| tables.beginnings(column, begin, most))
    }

    /// Every step of every page, in the order of the journal.
    pub fn turns(&self) -> Result<Vec<TurnRow>, StoreError> {
        self.with(|tables| tables.turns())
    }

    /// So many stays after the one with this key.
    pub fn stays(&self, after: (i64, i64), many: usize) -> Result<Vec<StoredStay>, StoreError> {
        self.with(|tables| tables.stays(after, many))
    }

    /// Begins to write. Nobody else writes until the writer is dropped; `None` where somebody else does for now.
    pub fn writer(&self) -> Result<Option<IndexWriter>, StoreError> {
        self.with(|tables| tables.writer())
    }

    fn with<T>(
        &self,
        work: impl FnOnce(IndexTables<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let rooms = self.0.opened()?.rooms;
        let tables = rooms.disk.index();
        work(tables.ok_or_else(|| self.0.unusable("it is in no database"))?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_written_as_postgresql_writes_them() {
        let mut lexemes = Lexemes::default();
        for (word, places) in [
            ("patient's", vec![2, 7]),
            ("a\\b", vec![]),
            ("opt", vec![1]),
        ] {
            lexemes.0.insert(word.to_owned(), places);
        }
        assert_eq!(lexemes.text(), "'a\\\\b' 'opt':1 'patient''s':2,7");
        assert!(!lexemes.is_crowded());
        lexemes.0.insert("no".to_owned(), (1..=256).collect());
        assert!(lexemes.is_crowded());
        assert!(lexemes.text().contains(",254,255 "));
    }
}
