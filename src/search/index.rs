//! The index on the disk: what is written into it, and how far it goes.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tantivy::collector::DocSetCollector;
use tantivy::query::TermQuery;
use tantivy::schema::{
    BytesOptions, Field, IndexRecordOption, NumericOptions, Schema, TextFieldIndexing, TextOptions,
    Value,
};
use tantivy::tokenizer::{PreTokenizedString, Token};
use tantivy::{
    DocAddress, IndexReader, IndexWriter, ReloadPolicy, Searcher, TantivyDocument, Term,
};

use crate::model::{Digest, EntryNo, WatchId};
use crate::passages::{Stay, Step, Turn};
use crate::search::find::Seen;
use crate::search::marks::touches;
use crate::search::past::{PastPassage, PastStanding};
use crate::search::words::{Word, parts, words};

/// The format of what is written. An index of another one is made afresh.
const FORMAT: u32 = 2;
/// How much memory a writer takes before it writes, in bytes.
const ARENA: usize = 16 << 20;
/// What the parts of joined words begin with, so that no phrase meets them.
pub(super) const PART: char = '\u{1}';
/// The order of what has not ended.
pub(super) const NEVER: u64 = u64::MAX;
/// How many blocks of stored passages (16 KB before they are packed) are kept in memory, of each segment: many are read in the
/// order in which they lie.
const STORED_BLOCKS: usize = 32;
/// How many passages may come by one entry.
const PLACES: u64 = 1 << 20;

/// Why the index cannot be used.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Unusable {
    /// Another program, or a former part of this one, writes to it.
    #[error(
        "the index of the search is being opened, or written to by another; try again in a moment"
    )]
    Busy,
    /// It is damaged, or the disk is.
    #[error("{0}")]
    Damaged(String),
}

impl From<tantivy::TantivyError> for Unusable {
    fn from(error: tantivy::TantivyError) -> Unusable {
        match error {
            tantivy::TantivyError::LockFailure(..) => Unusable::Busy,
            other => Unusable::Damaged(other.to_string()),
        }
    }
}

/// How far an index goes.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Mark {
    /// The format of the index.
    format: u32,
    /// The last entry of the journal that is in it.
    pub entry: EntryNo,
    /// The hash of that entry; absent where none is.
    pub hash: Option<Digest>,
}

impl Mark {
    /// Up to this entry.
    pub fn at(entry: EntryNo, hash: Option<Digest>) -> Mark {
        Mark {
            format: FORMAT,
            entry,
            hash,
        }
    }
}

/// The fields of what is written.
#[derive(Clone, Copy)]
pub(super) struct Fields {
    pub(super) text: Field,
    pub(super) fresh: Field,
    pub(super) lost: Field,
    pub(super) order: Field,
    pub(super) watch: Field,
    pub(super) standing: Field,
    pub(super) ended: Field,
    pub(super) came: Field,
    pub(super) went: Field,
    pub(super) after: Field,
    pub(super) turn: Field,
    /// The words of backfilled texts, which no question for those of our own meets.
    pub(super) before: Field,
    /// Whose backfilled texts a passage is of.
    pub(super) past: Field,
    stay: Field,
}

/// The index, open. There may be several of one directory; only one writes at a time.
#[derive(Clone)]
pub struct Index {
    index: tantivy::Index,
    reader: IndexReader,
    /// Up to where the journal was looked through; further than what was written where nothing was to be written.
    reached: Arc<Mutex<Mark>>,
    /// What was seen when, as it was read last, and the generation of the index that it was read from.
    pub(super) seen: Arc<Mutex<Remembered>>,
    pub(super) fields: Fields,
}

/// What was seen when, for one generation of the index.
pub(super) type Remembered = Option<(u64, Arc<Vec<Seen>>)>;

fn schema() -> (Schema, Fields) {
    let mut schema = Schema::builder();
    let terms = |record| {
        let indexing = TextFieldIndexing::default().set_tokenizer("raw");
        let indexing = indexing.set_index_option(record).set_fieldnorms(false);
        TextOptions::default().set_indexing_options(indexing)
    };
    let fast = NumericOptions::default().set_fast();
    let key = NumericOptions::default().set_indexed();
    let fields = Fields {
        text: schema.add_text_field("text", terms(IndexRecordOption::WithFreqsAndPositions)),
        fresh: schema.add_text_field("fresh", terms(IndexRecordOption::Basic)),
        lost: schema.add_text_field("lost", terms(IndexRecordOption::Basic)),
        order: schema.add_u64_field("order", fast.clone().set_indexed()),
        watch: schema.add_u64_field("watch", fast.clone().set_indexed()),
        standing: schema.add_u64_field("standing", key.clone()),
        ended: schema.add_u64_field("ended", fast.clone()),
        came: schema.add_i64_field("came", fast.clone()),
        went: schema.add_i64_field("went", fast.clone()),
        after: schema.add_i64_field("after", fast),
        turn: schema.add_u64_field("turn", key.clone()),
        before: schema.add_text_field("before", terms(IndexRecordOption::WithFreqsAndPositions)),
        past: schema.add_u64_field("past", key),
        stay: schema.add_bytes_field("stay", BytesOptions::default().set_stored()),
    };
    (schema.build(), fields)
}

/// The number under which a watch is indexed.
pub(super) fn number(watch: &WatchId) -> u64 {
    let Digest(bytes) = Digest::of(watch.0.as_bytes());
    bytes.first_chunk().copied().map_or(0, u64::from_be_bytes)
}

/// Where a step stands in the order of all of them: entry by entry, and within an entry from the first passage on.
pub(super) fn order(step: &Step) -> u64 {
    step.entry * PLACES + (PLACES - 2 - u64::from(step.place).min(PLACES - 2))
}

/// The entry of an order.
pub(super) fn entry_of(order: u64) -> EntryNo {
    order / PLACES
}

impl Index {
    /// Opens the index in this directory, or makes an empty one there.
    ///
    /// # Errors
    /// Where it is damaged, or of another format.
    pub fn open(dir: &Path) -> Result<Index, Unusable> {
        let trouble = |error: std::io::Error| Unusable::Damaged(error.to_string());
        fs::create_dir_all(dir).map_err(trouble)?;
        let (schema, fields) = schema();
        let directory = tantivy::directory::MmapDirectory::open(dir)
            .map_err(|error| Unusable::Damaged(error.to_string()))?;
        let index = tantivy::Index::open_or_create(directory, schema)?;
        let reader = index
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .doc_store_cache_num_blocks(STORED_BLOCKS)
            .try_into()?;
        let opened = Index {
            index,
            reader,
            reached: Arc::new(Mutex::new(Mark::at(0, None))),
            seen: Arc::default(),
            fields,
        };
        opened.reach(opened.mark()?);
        Ok(opened)
    }

    /// Takes an index away, so that it is made afresh.
    ///
    /// # Errors
    /// The disk's.
    pub fn forget(dir: &Path) -> Result<(), Unusable> {
        match fs::remove_dir_all(dir) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(Unusable::Damaged(error.to_string()))
            }
            _ => Ok(()),
        }
    }

    /// Up to where the journal was looked through.
    pub(super) fn reached(&self) -> Mark {
        *self.reached.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes up to where the journal was looked through.
    pub(super) fn reach(&self, mark: Mark) {
        *self.reached.lock().unwrap_or_else(PoisonError::into_inner) = mark;
    }

    /// How far it goes, as it was written.
    ///
    /// # Errors
    /// Where that cannot be read, or it is of another format.
    pub fn mark(&self) -> Result<Mark, Unusable> {
        let Some(payload) = self.index.load_metas()?.payload else {
            return Ok(Mark::at(0, None));
        };
        let mark: Result<Mark, _> = serde_json::from_str(&payload);
        let mark = mark.map_err(|error| Unusable::Damaged(error.to_string()))?;
        match mark.format {
            FORMAT => Ok(mark),
            other => Err(Unusable::Damaged(format!("it has format {other}"))),
        }
    }

    /// Whether every file of it is as it was written.
    ///
    /// # Errors
    /// Where it is not, or cannot be read.
    pub fn check(&self) -> Result<(), Unusable> {
        let damaged = self.index.validate_checksum()?;
        match damaged.iter().next() {
            None => Ok(()),
            Some(file) => Err(Unusable::Damaged(format!("{} is damaged", file.display()))),
        }
    }

    /// What is in it now.
    pub(super) fn searcher(&self) -> Searcher {
        self.reader.searcher()
    }

    /// The stay that lies there.
    pub(super) fn stay(&self, searcher: &Searcher, at: DocAddress) -> Result<Stay, Unusable> {
        self.stored(searcher, at)
    }

    /// The passage of backfilled texts that lies there.
    pub(super) fn past(
        &self,
        searcher: &Searcher,
        at: DocAddress,
    ) -> Result<PastPassage, Unusable> {
        self.stored(searcher, at)
    }

    fn stored<T: DeserializeOwned>(
        &self,
        searcher: &Searcher,
        at: DocAddress,
    ) -> Result<T, Unusable> {
        let document: TantivyDocument = searcher.doc(at)?;
        let bytes = document
            .get_first(self.fields.stay)
            .and_then(|value| value.as_bytes());
        let bytes = bytes.ok_or_else(|| Unusable::Damaged("a passage is missing".to_owned()))?;
        serde_json::from_slice(bytes).map_err(|error| Unusable::Damaged(error.to_string()))
    }

    /// Begins to write. Nobody else writes until the writer is dropped.
    pub(super) fn writer(&self) -> Result<Writer<'_>, Unusable> {
        let writer = self.index.writer_with_num_threads(1, ARENA)?;
        self.reader.reload()?;
        Ok(Writer {
            index: self,
            searcher: self.reader.searcher(),
            writer,
        })
    }
}

/// Writes into the index; what it wrote is there once it is finished, and not at all otherwise.
pub(super) struct Writer<'a> {
    index: &'a Index,
    searcher: Searcher,
    writer: IndexWriter,
}

impl Writer<'_> {
    /// The passages that stand on a page, as they were before this writer began.
    pub(super) fn standing(&self, watch: &WatchId) -> Result<Vec<Stay>, Unusable> {
        let found = self.of(self.index.fields.standing, watch)?.into_iter();
        found
            .map(|at| self.index.stay(&self.searcher, at))
            .collect()
    }

    /// The passages of the backfilled texts of a page, as they were before this writer began.
    pub(super) fn past(&self, watch: &WatchId) -> Result<PastStanding, Unusable> {
        let found = self.of(self.index.fields.past, watch)?.into_iter();
        let passages: Result<Vec<PastPassage>, Unusable> = found
            .map(|at| self.index.past(&self.searcher, at))
            .collect();
        Ok(PastStanding::of(passages?))
    }

    fn of(&self, field: Field, watch: &WatchId) -> Result<Vec<DocAddress>, Unusable> {
        let term = Term::from_field_u64(field, number(watch));
        let query = TermQuery::new(term, IndexRecordOption::Basic);
        let found = self.searcher.search(&query, &DocSetCollector)?;
        let mut found: Vec<DocAddress> = found.into_iter().collect();
        found.sort_unstable();
        Ok(found)
    }

    /// Puts these passages in the place of those of the backfilled texts of a page that were there.
    pub(super) fn put_past(&self, watch: &WatchId, past: &PastStanding) -> Result<(), Unusable> {
        let fields = &self.index.fields;
        let term = Term::from_field_u64(fields.past, number(watch));
        self.writer.delete_term(term);
        for passage in past.passages() {
            let mut document = TantivyDocument::new();
            let found = words(&passage.text);
            document.add_pre_tokenized_text(fields.before, tokens(&found, |_| true));
            document.add_u64(fields.watch, number(watch));
            document.add_u64(fields.past, number(watch));
            let stored = serde_json::to_vec(passage).expect("a passage is plain data");
            document.add_bytes(fields.stay, &stored);
            self.writer.add_document(document)?;
        }
        Ok(())
    }

    /// Forgets all of a page.
    pub(super) fn forget(&self, watch: &WatchId) {
        let term = Term::from_field_u64(self.index.fields.watch, number(watch));
        self.writer.delete_term(term);
    }

    /// Forgets a stay as it was written before.
    pub(super) fn replace(&self, stay: &Stay) {
        let term = Term::from_field_u64(self.index.fields.order, order(&stay.came));
        self.writer.delete_term(term);
    }

    /// Adds a stay.
    pub(super) fn add(&self, stay: &Stay) -> Result<(), Unusable> {
        let fields = &self.index.fields;
        let mut document = TantivyDocument::new();
        let found = words(&stay.text);
        document.add_pre_tokenized_text(fields.text, tokens(&found, |_| true));
        if !stay.came.is_first_sight() {
            document.add_pre_tokenized_text(fields.fresh, edited(&found, &stay.came));
        }
        let watch = number(&stay.watch);
        document.add_u64(fields.watch, watch);
        document.add_u64(fields.order, order(&stay.came));
        document.add_i64(fields.came, stay.came.bounds.by.timestamp());
        match &stay.went {
            None => {
                document.add_u64(fields.standing, watch);
                document.add_u64(fields.ended, NEVER);
                document.add_i64(fields.went, i64::MAX);
            }
            Some(went) => {
                document.add_pre_tokenized_text(fields.lost, edited(&found, went));
                document.add_u64(fields.ended, order(went));
                document.add_i64(fields.went, went.bounds.by.timestamp());
            }
        }
        let stored = serde_json::to_vec(stay).expect("a stay is plain data");
        document.add_bytes(fields.stay, &stored);
        self.writer.add_document(document)?;
        Ok(())
    }

    /// Adds a step of a page, so that it is known when the page was seen, and when it is not known what it said.
    pub(super) fn add_turn(&self, turn: &Turn) -> Result<(), Unusable> {
        let fields = &self.index.fields;
        let mut document = TantivyDocument::new();
        document.add_u64(fields.turn, 1);
        document.add_u64(fields.watch, number(&turn.watch));
        document.add_u64(fields.order, turn.step.entry * PLACES + PLACES - 1);
        document.add_u64(fields.ended, u64::from(turn.step.span.to == 0));
        document.add_i64(fields.came, turn.step.bounds.by.timestamp());
        let after = turn
            .step
            .bounds
            .after
            .map_or(i64::MIN, |after| after.timestamp());
        document.add_i64(fields.after, after);
        self.writer.add_document(document)?;
        Ok(())
    }

    /// Makes durable what was written, and says how far it goes now.
    pub(super) fn finish(mut self, mark: Mark) -> Result<(), Unusable> {
        let payload = serde_json::to_string(&mark).expect("a mark is plain data");
        let mut commit = self.writer.prepare_commit()?;
        commit.set_payload(&payload);
        commit.commit()?;
        self.index.reader.reload()?;
        self.writer.wait_merging_threads()?;
        self.index.reader.reload()?;
        Ok(())
    }
}

/// The words that a step touched, and those beside its seams: what can be in an occurrence that the step made or ended.
fn edited(found: &[Word], step: &Step) -> PreTokenizedString {
    let Some(edited) = &step.edited else {
        return tokens(found, |_| true);
    };
    let mut near: HashMap<usize, ()> = HashMap::new();
    for seam in edited.iter().filter(|range| range.is_empty()) {
        let after = found.partition_point(|word| word.range.end <= seam.start);
        near.extend([(after, ()), (after.saturating_sub(1), ())]);
    }
    tokens(found, |place| {
        near.contains_key(&place) || touches(edited, &found[place].range)
    })
}

fn tokens(found: &[Word], wanted: impl Fn(usize) -> bool) -> PreTokenizedString {
    let mut tokens = Vec::with_capacity(found.len() + 8);
    for (place, word) in found.iter().enumerate().filter(|(place, _)| wanted(*place)) {
        let token = |text: String| Token {
            offset_from: word.range.start,
            offset_to: word.range.end,
            position: place,
            text,
            position_length: 1,
        };
        tokens.push(token(word.folded.clone()));
        tokens.extend(parts(&word.folded).map(|part| token(format!("{PART}{part}"))));
    }
    PreTokenizedString {
        text: String::new(),
        tokens,
    }
}
