//! The index on the disk, beside an archive that is in no database.

use std::fs;
use std::path::Path;

use serde::de::DeserializeOwned;
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

use crate::model::WatchId;
use crate::passages::{Stay, Turn};
use crate::search::index::terms;
use crate::search::index::{Mark, NEVER, Unusable, number, order, order_of_turn};
use crate::search::past::{PastPassage, PastStanding};
use crate::search::words::words;

/// How much memory a writer takes before it writes, in bytes.
const ARENA: usize = 16 << 20;
/// How many blocks of stored passages (16 KB before they are packed) are kept in memory, of each segment: many are read in the
/// order in which they lie.
const STORED_BLOCKS: usize = 32;

impl From<tantivy::TantivyError> for Unusable {
    fn from(error: tantivy::TantivyError) -> Unusable {
        match error {
            tantivy::TantivyError::LockFailure(..) => Unusable::Busy,
            other => Unusable::Damaged(other.to_string()),
        }
    }
}

/// The fields of what is written.
#[derive(Clone, Copy)]
pub(in crate::search) struct Fields {
    pub(in crate::search) text: Field,
    pub(in crate::search) fresh: Field,
    pub(in crate::search) lost: Field,
    pub(in crate::search) order: Field,
    pub(in crate::search) watch: Field,
    pub(in crate::search) standing: Field,
    pub(in crate::search) ended: Field,
    pub(in crate::search) came: Field,
    pub(in crate::search) went: Field,
    pub(in crate::search) after: Field,
    pub(in crate::search) turn: Field,
    /// The words of backfilled texts, which no question for those of our own meets.
    pub(in crate::search) before: Field,
    /// Whose backfilled texts a passage is of.
    pub(in crate::search) past: Field,
    stay: Field,
}

/// The index, open. There may be several of one directory; only one writes at a time.
#[derive(Clone)]
pub(in crate::search) struct Files {
    index: tantivy::Index,
    reader: IndexReader,
    pub(in crate::search) fields: Fields,
}

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

impl Files {
    /// Opens the index in this directory, or makes an empty one there.
    ///
    /// # Errors
    /// Where it is damaged, or of another format.
    pub(super) fn open(dir: &Path) -> Result<Files, Unusable> {
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
        Ok(Files {
            index,
            reader,
            fields,
        })
    }

    /// How far it goes, as it was written.
    ///
    /// # Errors
    /// Where that cannot be read, or it is of another format.
    pub(super) fn mark(&self) -> Result<Mark, Unusable> {
        Mark::read(self.index.load_metas()?.payload.as_deref())
    }

    /// Which state of it is read.
    pub(super) fn generation(&self) -> u64 {
        self.searcher().generation().generation_id()
    }

    /// Whether every file of it is as it was written.
    ///
    /// # Errors
    /// Where it is not, or cannot be read.
    pub(super) fn check(&self) -> Result<(), Unusable> {
        let damaged = self.index.validate_checksum()?;
        match damaged.iter().next() {
            None => Ok(()),
            Some(file) => Err(Unusable::Damaged(format!("{} is damaged", file.display()))),
        }
    }

    /// What is in it now.
    pub(in crate::search) fn searcher(&self) -> Searcher {
        self.reader.searcher()
    }

    /// The stay that lies there.
    pub(in crate::search) fn stay(
        &self,
        searcher: &Searcher,
        at: DocAddress,
    ) -> Result<Stay, Unusable> {
        self.stored(searcher, at)
    }

    /// The passage of backfilled texts that lies there.
    pub(in crate::search) fn past(
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

/// Writes into it.
pub(in crate::search) struct Writer<'a> {
    index: &'a Files,
    searcher: Searcher,
    writer: IndexWriter,
}

impl Writer<'_> {
    pub(super) fn mark(&self) -> Result<Mark, Unusable> {
        self.index.mark()
    }

    pub(super) fn standing(&self, watch: &WatchId) -> Result<Vec<Stay>, Unusable> {
        let found = self.of(self.index.fields.standing, watch)?.into_iter();
        found
            .map(|at| self.index.stay(&self.searcher, at))
            .collect()
    }

    pub(super) fn past(&self, watch: &WatchId) -> Result<Vec<PastPassage>, Unusable> {
        let found = self.of(self.index.fields.past, watch)?.into_iter();
        found
            .map(|at| self.index.past(&self.searcher, at))
            .collect()
    }

    fn of(&self, field: Field, watch: &WatchId) -> Result<Vec<DocAddress>, Unusable> {
        let term = Term::from_field_u64(field, number(watch));
        let query = TermQuery::new(term, IndexRecordOption::Basic);
        let found = self.searcher.search(&query, &DocSetCollector)?;
        let mut found: Vec<DocAddress> = found.into_iter().collect();
        found.sort_unstable();
        Ok(found)
    }

    pub(super) fn put_past(&self, watch: &WatchId, past: &PastStanding) -> Result<(), Unusable> {
        let fields = &self.index.fields;
        let term = Term::from_field_u64(fields.past, number(watch));
        self.writer.delete_term(term);
        for passage in past.passages() {
            let mut document = TantivyDocument::new();
            let found = words(&passage.text);
            document.add_pre_tokenized_text(fields.before, tokens(terms::all(&found)));
            document.add_u64(fields.watch, number(watch));
            document.add_u64(fields.past, number(watch));
            let stored = serde_json::to_vec(passage).expect("a passage is plain data");
            document.add_bytes(fields.stay, &stored);
            self.writer.add_document(document)?;
        }
        Ok(())
    }

    pub(super) fn forget(&self, watch: &WatchId) {
        let term = Term::from_field_u64(self.index.fields.watch, number(watch));
        self.writer.delete_term(term);
    }

    pub(super) fn replace(&self, stay: &Stay) {
        let term = Term::from_field_u64(self.index.fields.order, order(&stay.came));
        self.writer.delete_term(term);
    }

    pub(super) fn add(&self, stay: &Stay) -> Result<(), Unusable> {
        let fields = &self.index.fields;
        let mut document = TantivyDocument::new();
        let found = words(&stay.text);
        document.add_pre_tokenized_text(fields.text, tokens(terms::all(&found)));
        if !stay.came.is_first_sight() {
            document
                .add_pre_tokenized_text(fields.fresh, tokens(terms::edited(&found, &stay.came)));
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
                document.add_pre_tokenized_text(fields.lost, tokens(terms::edited(&found, went)));
                document.add_u64(fields.ended, order(went));
                document.add_i64(fields.went, went.bounds.by.timestamp());
            }
        }
        let stored = serde_json::to_vec(stay).expect("a stay is plain data");
        document.add_bytes(fields.stay, &stored);
        self.writer.add_document(document)?;
        Ok(())
    }

    pub(super) fn add_turn(&self, turn: &Turn) -> Result<(), Unusable> {
        let fields = &self.index.fields;
        let mut document = TantivyDocument::new();
        document.add_u64(fields.turn, 1);
        document.add_u64(fields.watch, number(&turn.watch));
        document.add_u64(fields.order, order_of_turn(turn));
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

    pub(super) fn finish(mut self, mark: Mark) -> Result<(), Unusable> {
        let mut commit = self.writer.prepare_commit()?;
        commit.set_payload(&mark.written());
        commit.commit()?;
        self.index.reader.reload()?;
        self.writer.wait_merging_threads()?;
        self.index.reader.reload()?;
        Ok(())
    }
}

fn tokens(terms: Vec<terms::Term<'_>>) -> PreTokenizedString {
    let tokens = terms.into_iter().map(|term| Token {
        offset_from: term.word.range.start,
        offset_to: term.word.range.end,
        position: term.place,
        text: term.text,
        position_length: 1,
    });
    PreTokenizedString {
        text: String::new(),
        tokens: tokens.collect(),
    }
}
