//! The index with the archive in its database, where every process that is at work on it finds it.

use serde::de::DeserializeOwned;

use crate::model::WatchId;
use crate::passages::{Stay, Turn};
use crate::search::find::Seen;
use crate::search::index::terms::{self, Term};
use crate::search::index::{Mark, Unusable, entry_of, number, order, order_of_turn};
use crate::search::past::{PastPassage, PastStanding};
use crate::search::words::{Word, words};
use crate::store::{IndexWriter, Lexemes, PastRow, ReachRow, ServedIndex, StayRow, TurnRow};

/// So many stays are checked at a time.
const AT_ONCE: usize = 1_000;

/// The index, open.
#[derive(Clone)]
pub(in crate::search) struct Tables {
    pub(in crate::search) tables: ServedIndex,
    /// When it was begun.
    made: i64,
}

impl Tables {
    /// Opens it; where there is none, it is made, and empty.
    pub(super) fn open(tables: ServedIndex) -> Result<Tables, Unusable> {
        let made = tables.open()?.made;
        Ok(Tables { tables, made })
    }

    /// That it is the one that was opened still.
    pub(in crate::search) fn is(&self, made: i64) -> Result<(), Unusable> {
        match made == self.made {
            true => Ok(()),
            false => Err(Unusable::Renewed),
        }
    }

    fn reach(&self) -> Result<ReachRow, Unusable> {
        let reach = self.tables.reach()?.unwrap_or_default();
        self.is(reach.made)?;
        Ok(reach)
    }

    /// How far it goes.
    pub(super) fn mark(&self) -> Result<Mark, Unusable> {
        Mark::read(self.reach()?.mark.as_deref())
    }

    /// How often it was written.
    pub(super) fn generation(&self) -> Result<u64, Unusable> {
        Ok(self.reach()?.written.unsigned_abs())
    }

    /// Whether every stay has the words that stand in it.
    pub(super) fn check(&self) -> Result<(), Unusable> {
        self.reach()?;
        let mut after = (i64::MIN, i64::MIN);
        loop {
            let stays = self.tables.stays(after, AT_ONCE)?;
            for lies in &stays {
                let stay: Stay = read(&lies.stay)?;
                if row(&stay).stored() != *lies {
                    let what = format!("a passage of {} is damaged", stay.watch);
                    return Err(Unusable::Damaged(what));
                }
            }
            match stays.last() {
                Some(last) => after = last.key,
                None => return Ok(()),
            }
        }
    }

    /// Every time at which a page was seen in another state, in the order of the journal.
    pub(super) fn seen(&self) -> Result<Vec<Seen>, Unusable> {
        let turns = self.tables.turns()?.into_iter();
        let seen = turns.map(|turn| Seen {
            entry: entry_of(turn.place),
            page: turn.page,
            after: turn.after,
            by: turn.by,
            away: turn.away,
        });
        Ok(seen.collect())
    }

    /// Begins to write.
    pub(super) fn writer(&self) -> Result<Writer, Unusable> {
        let rows = self.tables.writer()?.ok_or(Unusable::Busy)?;
        self.is(rows.reach().made)?;
        Ok(Writer { rows })
    }
}

/// What was stored as JSON.
pub(in crate::search) fn read<T: DeserializeOwned>(json: &str) -> Result<T, Unusable> {
    serde_json::from_str(json).map_err(|error| Unusable::Damaged(error.to_string()))
}

fn lexemes(terms: Vec<Term<'_>>) -> Lexemes {
    let mut lexemes = Lexemes::default();
    for term in terms {
        let places = lexemes.0.entry(term.text).or_default();
        if !term.is_part {
            places.push(term.place + 1);
        }
    }
    lexemes
}

/// What stands in a passage, and the words themselves where they are crowded.
fn all(found: &[Word]) -> (Lexemes, Option<String>) {
    let lexemes = lexemes(terms::all(found));
    let said = lexemes.is_crowded().then(|| {
        let words: Vec<&str> = found.iter().map(|word| word.folded.as_str()).collect();
        format!(" {} ", words.join(" "))
    });
    (lexemes, said)
}

/// A stay as it is written.
fn row(stay: &Stay) -> StayRow {
    let found = words(&stay.text);
    let (all, said) = all(&found);
    let fresh = (!stay.came.is_first_sight()).then(|| lexemes(terms::edited(&found, &stay.came)));
    let went = stay.went.as_ref();
    StayRow {
        page: number(&stay.watch),
        place: order(&stay.came),
        ended: went.map(order),
        came: stay.came.bounds.by.timestamp(),
        went: went.map(|went| went.bounds.by.timestamp()),
        words: all,
        fresh,
        lost: went.map(|went| lexemes(terms::edited(&found, went))),
        said,
        stay: serde_json::to_string(stay).expect("a stay is plain data"),
    }
}

/// Writes into it.
pub(in crate::search) struct Writer {
    rows: IndexWriter,
}

impl Writer {
    pub(super) fn mark(&self) -> Result<Mark, Unusable> {
        Mark::read(self.rows.reach().mark.as_deref())
    }

    pub(super) fn standing(&mut self, watch: &WatchId) -> Result<Vec<Stay>, Unusable> {
        let stays = self.rows.standing(number(watch))?;
        stays.iter().map(|stay| read(stay)).collect()
    }

    pub(super) fn past(&mut self, watch: &WatchId) -> Result<Vec<PastPassage>, Unusable> {
        let passages = self.rows.past(number(watch))?;
        passages.iter().map(|passage| read(passage)).collect()
    }

    pub(super) fn put_past(
        &mut self,
        watch: &WatchId,
        past: &PastStanding,
    ) -> Result<(), Unusable> {
        let rows: Vec<PastRow> = past
            .passages()
            .map(|passage| {
                let (words, said) = all(&words(&passage.text));
                PastRow {
                    page: number(watch),
                    words,
                    said,
                    passage: serde_json::to_string(passage).expect("a passage is plain data"),
                }
            })
            .collect();
        Ok(self.rows.put_past(number(watch), &rows)?)
    }

    pub(super) fn forget(&mut self, watch: &WatchId) -> Result<(), Unusable> {
        Ok(self.rows.forget(number(watch))?)
    }

    pub(super) fn replace(&mut self, stay: &Stay) {
        self.rows.remove(number(&stay.watch), order(&stay.came));
    }

    pub(super) fn add(&mut self, stay: &Stay) -> Result<(), Unusable> {
        Ok(self.rows.add(row(stay))?)
    }

    pub(super) fn add_turn(&mut self, turn: &Turn) {
        let bounds = turn.step.bounds;
        self.rows.add_turn(TurnRow {
            page: number(&turn.watch),
            place: order_of_turn(turn),
            after: bounds.after.map(|after| after.timestamp()),
            by: bounds.by.timestamp(),
            away: turn.step.span.to == 0,
        });
    }

    pub(super) fn finish(self, mark: Mark) -> Result<(), Unusable> {
        Ok(self.rows.finish(&mark.written())?)
    }
}
