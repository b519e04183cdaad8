//! Finds passages in the index of a database, by PostgreSQL's own full text.

use std::collections::{HashSet, VecDeque};
use std::iter;

use crate::model::WatchId;
use crate::passages::Stay;
use crate::search::find::{
    ENOUGH_WORDS, Found, LOOKED_AT, NotFound, PastPassage, Scope, Unusable, touched,
};
use crate::search::index::{PART, Tables, end_of, number, read};
use crate::search::query::{Clause, Within};
use crate::store::{Asked, Column, Hits, ServedIndex, Wanted, Which};

/// So many passages are read at a time whose words must be touched by a change.
const AT_ONCE: usize = 500;

impl Tables {
    /// Finds the passages that have what is looked for.
    pub(super) fn find(&self, clause: &Clause, scope: &Scope) -> Result<Found, NotFound> {
        let compiler = Compiler {
            column: Column::Words,
            tables: &self.tables,
        };
        match scope.within {
            Within::Added => {
                let asked = compiler.touched(clause, Column::Fresh)?;
                self.touched(clause, scope, wanted(scope, Which::Came, asked))
            }
            Within::Removed => {
                let asked = compiler.touched(clause, Column::Lost)?;
                self.touched(clause, scope, wanted(scope, Which::Went, asked))
            }
            Within::History => self.all(wanted(scope, Which::Ever, compiler.compile(clause)?)),
            _ => self.all(wanted(scope, Which::Standing, compiler.compile(clause)?)),
        }
    }

    /// All that a question finds, whatever a change touched of it.
    fn all(&self, mut wanted: Wanted) -> Result<Found, NotFound> {
        let limit = wanted.limit;
        wanted.limit += 1;
        let hits = self.hits(&wanted)?;
        let last = hits.top.get(limit.saturating_sub(1));
        let next = last.map(|(order, _)| *order);
        let more = hits.top.len() > limit;
        let stays = hits.top.iter().take(limit).map(|(_, stay)| read(stay));
        Ok(Found {
            stays: stays.collect::<Result<_, _>>()?,
            count: hits.count,
            counted: true,
            pages: hits.pages,
            next: next.filter(|_| more),
        })
    }

    /// Those in which what is looked for was touched by the change; the others are read in vain.
    fn touched(
        &self,
        clause: &Clause,
        scope: &Scope,
        mut wanted: Wanted,
    ) -> Result<Found, NotFound> {
        wanted.limit = AT_ONCE;
        let mut waiting: VecDeque<(u64, Stay)> = VecDeque::new();
        let mut ended = false;
        let stays = iter::from_fn(|| {
            if waiting.is_empty() && !ended {
                let more = self.hits(&wanted).and_then(placed);
                match more {
                    Ok(more) => waiting.extend(more),
                    Err(error) => {
                        ended = true;
                        return Some(Err(error));
                    }
                }
                ended = waiting.len() < AT_ONCE;
                wanted.before = waiting.back().map(|(order, _)| *order);
            }
            waiting.pop_front().map(Ok)
        });
        Ok(touched(clause, scope, stays)?)
    }

    fn hits(&self, wanted: &Wanted) -> Result<Hits, Unusable> {
        let hits = self.tables.find(wanted)?;
        self.is(hits.made)?;
        Ok(hits)
    }

    /// The passages of backfilled texts that have what is looked for; one more than are looked at, where there are more.
    pub(super) fn find_past(
        &self,
        clause: &Clause,
        only: Option<&HashSet<WatchId>>,
    ) -> Result<Vec<PastPassage>, NotFound> {
        let compiler = Compiler {
            column: Column::Past,
            tables: &self.tables,
        };
        let asked = compiler.compile(clause)?;
        let only = only.map(numbers);
        let hits = (self.tables).find_past(&asked, only.as_deref(), LOOKED_AT + 1)?;
        self.is(hits.made)?;
        let passages = hits.top.iter().map(|(_, passage)| Ok(read(passage)?));
        passages.collect()
    }
}

fn numbers(watches: &HashSet<WatchId>) -> Vec<u64> {
    watches.iter().map(number).collect()
}

fn placed(hits: Hits) -> Result<Vec<(u64, Stay)>, Unusable> {
    let stays = hits.top.iter();
    stays
        .map(|(order, stay)| Ok((*order, read(stay)?)))
        .collect()
}

fn wanted(scope: &Scope, which: Which, asked: Asked) -> Wanted {
    Wanted {
        which,
        asked,
        only: scope.only.as_ref().map(numbers),
        except: numbers(&scope.except),
        from: scope.from.map(|from| from.timestamp()),
        until: scope.until.map(|until| until.timestamp()),
        as_of: scope.as_of.map(end_of),
        before: scope.after,
        limit: scope.limit,
    }
}

/// Writes questions for the index.
struct Compiler<'a> {
    /// Where whole passages stand.
    column: Column,
    tables: &'a ServedIndex,
}

impl Compiler<'_> {
    fn compile(&self, clause: &Clause) -> Result<Asked, NotFound> {
        Ok(match clause {
            Clause::Word(word) => either(self.column, word),
            Clause::Beginning(word) => self.beginning(self.column, word)?,
            Clause::Phrase(words) => Asked::Phrase(words.clone()),
            Clause::All(clauses) => Asked::All(
                (clauses.iter())
                    .map(|one| match one {
                        Clause::Not(inner) => Ok(Asked::Not(Box::new(self.compile(inner)?))),
                        other => self.compile(other),
                    })
                    .collect::<Result<_, NotFound>>()?,
            ),
            Clause::Any(clauses) => Asked::Any(
                (clauses.iter())
                    .map(|one| self.compile(one))
                    .collect::<Result<_, _>>()?,
            ),
            // The reader of questions lets none stand by itself.
            Clause::Not(_) => Asked::Any(Vec::new()),
        })
    }

    /// Everything that may have what is looked for in what a change touched, and more.
    fn touched(&self, clause: &Clause, column: Column) -> Result<Asked, NotFound> {
        let each = |clauses: &mut dyn Iterator<Item = &Clause>| {
            clauses
                .map(|one| self.touched(one, column))
                .collect::<Result<Vec<_>, _>>()
        };
        Ok(match clause {
            Clause::Word(word) => either(column, word),
            Clause::Beginning(word) => self.beginning(column, word)?,
            Clause::Phrase(words) => {
                let any = words.iter().map(|word| Asked::Word(column, word.clone()));
                Asked::All(vec![Asked::Any(any.collect()), self.compile(clause)?])
            }
            Clause::All(clauses) => {
                let mut must = clauses.iter().filter(|one| !matches!(one, Clause::Not(_)));
                Asked::All(each(&mut must)?)
            }
            Clause::Any(clauses) => Asked::Any(each(&mut clauses.iter())?),
            Clause::Not(_) => Asked::Any(Vec::new()),
        })
    }

    /// The words of the index that begin so.
    fn beginning(&self, column: Column, word: &str) -> Result<Asked, NotFound> {
        let begin = [word.to_owned(), part(word)];
        let most = ENOUGH_WORDS + 1;
        if self.tables.beginnings(column, &begin, most)? > ENOUGH_WORDS {
            return Err(NotFound::TooMany(word.to_owned()));
        }
        let begin = begin.map(|begin| Asked::Beginning(column, begin));
        Ok(Asked::Any(begin.to_vec()))
    }
}

fn part(word: &str) -> String {
    format!("{PART}{word}")
}

/// A word, or a joined word that has it as a part.
fn either(column: Column, word: &str) -> Asked {
    Asked::Any(vec![
        Asked::Word(column, word.to_owned()),
        Asked::Word(column, part(word)),
    ])
}
