//! Finds passages in the index: the newest first, bounded, each as often as it stood.

mod newest;
mod stays;

use std::collections::{BTreeSet, HashSet};
use std::sync::{Arc, PoisonError};

use chrono::{DateTime, Utc};
use tantivy::collector::DocSetCollector;
use tantivy::query::{BooleanQuery, Occur, PhraseQuery, Query, TermQuery, TermSetQuery};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocAddress, Searcher, Term};

use crate::model::{EntryNo, WatchId};
use crate::passages::Stay;
use crate::search::find::newest::{AllSeen, Newest};
use crate::search::index::{Index, PART, Unusable, number};
use crate::search::marks::marks;
use crate::search::past::PastPassage;
use crate::search::query::{Clause, Within};

/// The most words that a beginning may stand for.
const ENOUGH_WORDS: usize = 1_000;
/// How many passages are looked at for one answer whose words must be touched by a change.
const LOOKED_AT: usize = 5_000;
/// How many more than asked for are counted among them.
const COUNTED: usize = 200;

/// Where it is looked.
#[derive(Clone, Default, Debug)]
pub struct Scope {
    /// In what.
    pub within: Within,
    /// On these pages only.
    pub only: Option<HashSet<WatchId>>,
    /// Not on these.
    pub except: HashSet<WatchId>,
    /// What stood, came or went from then on.
    pub from: Option<DateTime<Utc>>,
    /// What stood, came or went before then.
    pub until: Option<DateTime<Utc>>,
    /// As the archive stood after this entry.
    pub as_of: Option<EntryNo>,
    /// What comes after this place in an earlier answer.
    pub after: Option<u64>,
    /// No more than so many.
    pub limit: usize,
}

/// What was found.
#[derive(Clone, Default, Debug)]
pub struct Found {
    /// The passages, newest first.
    pub stays: Vec<Stay>,
    /// How many there are, whatever the limit; where not all were looked at, at least so many.
    pub count: usize,
    /// Whether `count` is exact.
    pub counted: bool,
    /// On how many pages they stand.
    pub pages: usize,
    /// Where the next answer goes on; absent where there is nothing more.
    pub next: Option<u64>,
}

/// What was found in backfilled texts.
#[derive(Clone, Default, Debug)]
pub struct FoundPast {
    /// The passages.
    pub passages: Vec<PastPassage>,
    /// Whether these are all of them.
    pub counted: bool,
}

/// Why nothing can be found.
#[derive(Clone, Debug, thiserror::Error)]
pub enum NotFound {
    /// The index cannot be used.
    #[error("{0}")]
    Unusable(#[from] Unusable),
    /// So many words begin so that they are not all looked for.
    #[error("more than {ENOUGH_WORDS} words begin with “{0}”")]
    TooMany(String),
}

impl From<tantivy::TantivyError> for NotFound {
    fn from(error: tantivy::TantivyError) -> NotFound {
        NotFound::Unusable(error.into())
    }
}

/// When a page was seen in another state than before.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Seen {
    /// The entry of the journal that holds it.
    pub entry: EntryNo,
    /// The number of the page (only good to tell pages apart).
    pub page: u64,
    /// The last sight of the state before, in seconds; absent for the first sight.
    pub after: Option<i64>,
    /// The first sight of this state, in seconds.
    pub by: i64,
    /// Whether there was no page.
    pub away: bool,
}

impl Index {
    /// Finds the passages that have what is looked for.
    ///
    /// # Errors
    /// Where too much would have to be looked for, or the index cannot be used.
    pub fn find(&self, clause: &Clause, scope: &Scope) -> Result<Found, NotFound> {
        let searcher = self.searcher();
        let compiler = Compiler {
            text: self.fields.text,
            searcher: &searcher,
        };
        match scope.within {
            Within::Now | Within::History => {
                let query = compiler.compile(clause)?;
                let fruit = searcher.search(&*query, &Newest::of(scope, scope.limit + 1))?;
                let next = fruit
                    .top
                    .get(scope.limit.saturating_sub(1))
                    .map(|(order, _)| *order);
                let more = fruit.top.len() > scope.limit;
                let top = fruit.top.iter().take(scope.limit);
                let top: Vec<DocAddress> = top.map(|(_, at)| *at).collect();
                Ok(Found {
                    stays: self.stays(&searcher, &top)?,
                    count: fruit.count,
                    counted: true,
                    pages: fruit.pages.len(),
                    next: next.filter(|_| more),
                })
            }
            Within::Added => self.touched(
                &searcher,
                clause,
                &*compiler.touched(clause, self.fields.fresh)?,
                scope,
            ),
            Within::Removed => self.touched(
                &searcher,
                clause,
                &*compiler.touched(clause, self.fields.lost)?,
                scope,
            ),
            Within::Past => Ok(Found::default()),
        }
    }

    /// Those of the passages that a query finds in which what is looked for was touched by the change.
    fn touched(
        &self,
        searcher: &Searcher,
        clause: &Clause,
        query: &dyn Query,
        scope: &Scope,
    ) -> Result<Found, NotFound> {
        let fruit = searcher.search(query, &Newest::of(scope, LOOKED_AT + 1))?;
        let mut found = Found {
            counted: fruit.top.len() <= LOOKED_AT,
            ..Found::default()
        };
        let mut pages = HashSet::new();
        let mut last = None;
        for (order, at) in fruit.top.into_iter().take(LOOKED_AT) {
            if found.stays.len() >= scope.limit && found.count >= scope.limit + COUNTED {
                found.counted = false;
                break;
            }
            let stay = self.stay(searcher, at)?;
            let step = match scope.within {
                Within::Removed => stay.went.as_ref(),
                _ => Some(&stay.came),
            };
            let edited = step.and_then(|step| step.edited.as_deref());
            if marks(clause, &stay.text, edited).is_none() {
                continue;
            }
            found.count += 1;
            pages.insert(stay.watch.clone());
            if found.stays.len() < scope.limit {
                found.stays.push(stay);
                last = Some(order);
            } else {
                found.next = last;
            }
        }
        found.pages = pages.len();
        Ok(found)
    }

    /// Finds the passages of backfilled texts that have what is looked for.
    ///
    /// # Errors
    /// As for [`Index::find`].
    pub fn find_past(&self, clause: &Clause, scope: &Scope) -> Result<FoundPast, NotFound> {
        let searcher = self.searcher();
        let compiler = Compiler {
            text: self.fields.before,
            searcher: &searcher,
        };
        let mut query = compiler.compile(clause)?;
        if let Some(only) = &scope.only {
            let pages = only
                .iter()
                .map(|watch| Term::from_field_u64(self.fields.past, number(watch)));
            let pages = Box::new(TermSetQuery::new(pages.collect::<Vec<_>>()));
            query = Box::new(BooleanQuery::intersection(vec![query, pages]));
        }
        let found = searcher.search(&*query, &DocSetCollector)?;
        let mut found: Vec<DocAddress> = found.into_iter().collect();
        found.sort_unstable();
        let counted = found.len() <= LOOKED_AT;
        let passages = found.into_iter().take(LOOKED_AT);
        let passages = passages.map(|at| self.past(&searcher, at));
        Ok(FoundPast {
            passages: passages.collect::<Result<_, _>>()?,
            counted,
        })
    }

    /// Every time at which a page was seen in another state, in the order of the journal.
    ///
    /// # Errors
    /// Where the index cannot be used.
    pub fn seen(&self) -> Result<Arc<Vec<Seen>>, Unusable> {
        let searcher = self.searcher();
        let generation = searcher.generation().generation_id();
        let mut remembered = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((of, seen)) = &*remembered
            && *of == generation
        {
            return Ok(seen.clone());
        }
        let term = Term::from_field_u64(self.fields.turn, 1);
        let query = TermQuery::new(term, IndexRecordOption::Basic);
        let seen = Arc::new(searcher.search(&query, &AllSeen)?);
        *remembered = Some((generation, seen.clone()));
        Ok(seen)
    }
}

/// Writes questions for the index.
struct Compiler<'a> {
    /// Where whole passages stand.
    text: Field,
    searcher: &'a Searcher,
}

impl Compiler<'_> {
    fn compile(&self, clause: &Clause) -> Result<Box<dyn Query>, NotFound> {
        let text = self.text;
        Ok(match clause {
            Clause::Word(word) => Box::new(either(text, word)),
            Clause::Beginning(word) => Box::new(self.beginning(text, word)?),
            Clause::Phrase(words) => {
                let terms = words.iter().map(|word| Term::from_field_text(text, word));
                Box::new(PhraseQuery::new(terms.collect()))
            }
            Clause::All(clauses) => {
                let part = |clause: &Clause| {
                    Ok(match clause {
                        Clause::Not(inner) => (Occur::MustNot, self.compile(inner)?),
                        other => (Occur::Must, self.compile(other)?),
                    })
                };
                let parts: Result<Vec<_>, NotFound> = clauses.iter().map(part).collect();
                Box::new(BooleanQuery::new(parts?))
            }
            Clause::Any(clauses) => {
                let parts: Result<Vec<_>, NotFound> =
                    clauses.iter().map(|one| self.compile(one)).collect();
                Box::new(BooleanQuery::union(parts?))
            }
            // The reader of questions lets none stand by itself.
            Clause::Not(_) => Box::new(tantivy::query::EmptyQuery),
        })
    }

    /// Everything that may have what is looked for in what a change touched, and more.
    fn touched(&self, clause: &Clause, field: Field) -> Result<Box<dyn Query>, NotFound> {
        Ok(match clause {
            Clause::Word(word) => Box::new(either(field, word)),
            Clause::Beginning(word) => Box::new(self.beginning(field, word)?),
            Clause::Phrase(words) => {
                let any = words.iter().map(|word| {
                    let term = Term::from_field_text(field, word);
                    Box::new(TermQuery::new(term, IndexRecordOption::Basic)) as Box<dyn Query>
                });
                let any = Box::new(BooleanQuery::union(any.collect()));
                Box::new(BooleanQuery::intersection(vec![self.compile(clause)?, any]))
            }
            Clause::All(clauses) => {
                let must = clauses.iter().filter(|one| !matches!(one, Clause::Not(_)));
                let must: Result<Vec<_>, NotFound> =
                    must.map(|one| self.touched(one, field)).collect();
                Box::new(BooleanQuery::intersection(must?))
            }
            Clause::Any(clauses) => {
                let any: Result<Vec<_>, NotFound> =
                    clauses.iter().map(|one| self.touched(one, field)).collect();
                Box::new(BooleanQuery::union(any?))
            }
            Clause::Not(_) => Box::new(tantivy::query::EmptyQuery),
        })
    }

    /// The words of the index that begin so.
    fn beginning(&self, field: Field, word: &str) -> Result<TermSetQuery, NotFound> {
        let mut terms = BTreeSet::new();
        for segment in self.searcher.segment_readers() {
            let inverted = segment.inverted_index(field)?;
            for begin in [word.to_owned(), format!("{PART}{word}")] {
                let range = inverted.terms().range().ge(begin.as_bytes());
                let mut stream = range.into_stream().map_err(tantivy::TantivyError::from)?;
                while stream.advance() && stream.key().starts_with(begin.as_bytes()) {
                    let text = String::from_utf8_lossy(stream.key()).into_owned();
                    terms.insert(text);
                    if terms.len() > ENOUGH_WORDS {
                        return Err(NotFound::TooMany(word.to_owned()));
                    }
                }
            }
        }
        let terms = terms.iter().map(|text| Term::from_field_text(field, text));
        Ok(TermSetQuery::new(terms.collect::<Vec<_>>()))
    }
}

/// A word, or a joined word that has it as a part.
fn either(field: Field, word: &str) -> BooleanQuery {
    let term = |text: &str| {
        let term = Term::from_field_text(field, text);
        Box::new(TermQuery::new(term, IndexRecordOption::Basic)) as Box<dyn Query>
    };
    BooleanQuery::union(vec![term(word), term(&format!("{PART}{word}"))])
}
