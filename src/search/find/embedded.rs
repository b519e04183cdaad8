//! Finds passages in the index on the disk.

use std::collections::{BTreeSet, HashSet};

use tantivy::collector::DocSetCollector;
use tantivy::query::{BooleanQuery, Occur, PhraseQuery, Query, TermQuery, TermSetQuery};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocAddress, Searcher, Term};

use crate::model::WatchId;
use crate::search::find::newest::{AllSeen, Newest};
use crate::search::find::{
    ENOUGH_WORDS, Found, LOOKED_AT, NotFound, PastPassage, Scope, Seen, touched,
};
use crate::search::index::{Files, PART, Unusable, number};
use crate::search::query::{Clause, Within};

impl Files {
    /// Finds the passages that have what is looked for.
    pub(super) fn find(&self, clause: &Clause, scope: &Scope) -> Result<Found, NotFound> {
        let searcher = self.searcher();
        let compiler = Compiler {
            text: self.fields.text,
            searcher: &searcher,
        };
        let field = match scope.within {
            Within::Added => self.fields.fresh,
            Within::Removed => self.fields.lost,
            _ => return self.all(&searcher, &*compiler.compile(clause)?, scope),
        };
        let query = compiler.touched(clause, field)?;
        let fruit = searcher.search(&*query, &Newest::of(scope, LOOKED_AT + 1))?;
        let stays = fruit.top.into_iter();
        let stays = stays.map(|(order, at)| Ok((order, self.stay(&searcher, at)?)));
        Ok(touched(clause, scope, stays)?)
    }

    /// All that a query finds, whatever a change touched of it.
    fn all(
        &self,
        searcher: &Searcher,
        query: &dyn Query,
        scope: &Scope,
    ) -> Result<Found, NotFound> {
        let fruit = searcher.search(query, &Newest::of(scope, scope.limit + 1))?;
        let next = fruit
            .top
            .get(scope.limit.saturating_sub(1))
            .map(|(order, _)| *order);
        let more = fruit.top.len() > scope.limit;
        let top = fruit.top.iter().take(scope.limit);
        let top: Vec<DocAddress> = top.map(|(_, at)| *at).collect();
        Ok(Found {
            stays: self.stays(searcher, &top)?,
            count: fruit.count,
            counted: true,
            pages: fruit.pages.len(),
            next: next.filter(|_| more),
        })
    }

    /// The passages of backfilled texts that have what is looked for; one more than are looked at, where there are more.
    pub(super) fn find_past(
        &self,
        clause: &Clause,
        only: Option<&HashSet<WatchId>>,
    ) -> Result<Vec<PastPassage>, NotFound> {
        let searcher = self.searcher();
        let compiler = Compiler {
            text: self.fields.before,
            searcher: &searcher,
        };
        let mut query = compiler.compile(clause)?;
        if let Some(only) = only {
            let pages = only
                .iter()
                .map(|watch| Term::from_field_u64(self.fields.past, number(watch)));
            let pages = Box::new(TermSetQuery::new(pages.collect::<Vec<_>>()));
            query = Box::new(BooleanQuery::intersection(vec![query, pages]));
        }
        let found = searcher.search(&*query, &DocSetCollector)?;
        let mut found: Vec<DocAddress> = found.into_iter().collect();
        found.sort_unstable();
        let passages = found.into_iter().take(LOOKED_AT + 1);
        let passages = passages.map(|at| Ok(self.past(&searcher, at)?));
        passages.collect()
    }

    /// Every time at which a page was seen in another state, in the order of the journal.
    pub(in crate::search) fn seen(&self) -> Result<Vec<Seen>, Unusable> {
        let term = Term::from_field_u64(self.fields.turn, 1);
        let query = TermQuery::new(term, IndexRecordOption::Basic);
        Ok(self.searcher().search(&query, &AllSeen)?)
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
                        Clause::Not(inner) => (Occur::MustNot, self.left_out(inner)?),
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

    /// What must not stand there. What has a phrase is asked for passages before the one it is at, which tantivy 0.27 asserts
    /// never to do (where a build checks that); a union of several is not.
    fn left_out(&self, clause: &Clause) -> Result<Box<dyn Query>, NotFound> {
        let query = self.compile(clause)?;
        Ok(match clause {
            Clause::Word(_) | Clause::Beginning(_) => query,
            _ => Box::new(BooleanQuery::union(vec![query.box_clone(), query])),
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
