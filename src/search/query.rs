//! What is looked for, read from what somebody wrote: words, phrases, OR, NOT, beginnings of words, brackets, filters.

mod pieces;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::search::query::pieces::{Piece, pieces};
use crate::search::words;

/// The longest question, in characters.
const LONGEST: usize = 500;
/// The most words, phrases and beginnings in one question.
const MOST: usize = 32;
/// The most words of a phrase.
const MOST_OF_PHRASE: usize = 50;
/// How deep brackets may stand within each other.
const DEEPEST: usize = 8;
/// The fewest letters of a beginning.
const FEWEST: usize = 2;
/// The filters there are.
const FILTERS: [&str; 6] = ["in", "publisher", "topic", "after", "before", "within"];

/// What is looked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Query {
    /// What must stand in a passage.
    pub clause: Clause,
    /// Where and when.
    pub filters: Filters,
}

/// What must stand in a passage. Words are folded.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Clause {
    /// This word, or a joined word that has it as a part.
    Word(String),
    /// A word that begins so.
    Beginning(String),
    /// These words, one after the other.
    Phrase(Vec<String>),
    /// All of these.
    All(Vec<Clause>),
    /// At least one of these.
    Any(Vec<Clause>),
    /// Not this.
    Not(Box<Clause>),
}

/// Where and when, as the question itself says.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Filters {
    /// `in:ID`
    pub document: Option<String>,
    /// `publisher:NAME`
    pub publisher: Option<String>,
    /// `topic:NAME`
    pub topic: Option<String>,
    /// `after:DATE`, that day included.
    pub from: Option<NaiveDate>,
    /// `before:DATE`, that day left out.
    pub until: Option<NaiveDate>,
    /// `within:…`
    pub within: Option<Within>,
}

/// In what it is looked.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum Within {
    /// What stands now.
    #[default]
    Now,
    /// Everything that ever stood.
    History,
    /// What a change added.
    Added,
    /// What a change removed.
    Removed,
    /// What archives of the web held before pages were watched.
    Past,
}

impl Within {
    /// Every one of them.
    pub const ALL: [Within; 5] = [
        Within::Now,
        Within::History,
        Within::Added,
        Within::Removed,
        Within::Past,
    ];

    /// The word for it, as in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Within::Now => "now",
            Within::History => "history",
            Within::Added => "added",
            Within::Removed => "removed",
            Within::Past => "past",
        }
    }
}

/// Why a question cannot be read, and where.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{what} (at character {at})")]
pub struct Mistake {
    /// Which character, from 1.
    pub at: usize,
    /// What is wrong, without a stop.
    pub what: String,
    /// What to write instead, a sentence.
    pub remedy: String,
}

/// Reads a question.
///
/// # Errors
/// Where it cannot be read: the first mistake.
pub fn read(text: &str) -> Result<Query, Mistake> {
    let pieces = pieces(text)?;
    let end = text.chars().count().max(1);
    let mut reader = Reader {
        pieces: &pieces,
        filters: Filters::default(),
        leaves: 0,
        end,
    };
    let clause = reader.all(0)?;
    if let Some((at, _)) = reader.pieces.first() {
        return Err(mistake(
            *at,
            "a bracket is closed that was not opened",
            "Take it away, or write “(” before it.",
        ));
    }
    let Some(clause) = clause else {
        return Err(mistake(
            1,
            "nothing is looked for",
            "Write at least one word.",
        ));
    };
    if !says_what(&clause) {
        return Err(mistake(
            1,
            "it says only what must not stand there",
            "Write at least one word that must, on each side of OR.",
        ));
    }
    Ok(Query {
        clause,
        filters: reader.filters,
    })
}

/// Reads words that stand one after the other, whatever signs stand between them.
///
/// # Errors
/// Where there are none, or too many.
pub fn phrase(text: &str) -> Result<Clause, Mistake> {
    if text.chars().count() > LONGEST {
        return Err(too_long());
    }
    phrase_at(1, text)
}

struct Reader<'a> {
    pieces: &'a [(usize, Piece)],
    filters: Filters,
    leaves: usize,
    end: usize,
}

impl Reader<'_> {
    fn next(&mut self) -> Option<(usize, &Piece)> {
        let ((at, piece), rest) = self.pieces.split_first()?;
        self.pieces = rest;
        Some((*at, piece))
    }

    /// Everything up to the end or a closing bracket; absent where only filters stand there.
    fn all(&mut self, depth: usize) -> Result<Option<Clause>, Mistake> {
        let mut clauses = Vec::new();
        loop {
            match self.pieces.first() {
                None | Some((_, Piece::Close)) => break,
                Some((_, Piece::And)) => drop(self.next()),
                Some((at, Piece::Filter(name, value))) => {
                    let (at, name, value) = (*at, name.clone(), value.clone());
                    self.next();
                    if depth > 0 {
                        return Err(misplaced(at));
                    }
                    self.filter(at, &name, &value)?;
                }
                Some(_) => clauses.push(self.any(depth)?),
            }
        }
        Ok(match clauses.len() {
            0 => None,
            1 => clauses.pop(),
            _ => Some(Clause::All(clauses)),
        })
    }

    fn any(&mut self, depth: usize) -> Result<Clause, Mistake> {
        let first = self.one(depth)?;
        let mut clauses = vec![first];
        while let Some((at, Piece::Or)) = self.pieces.first() {
            let at = *at;
            self.next();
            if self.pieces.is_empty() {
                return Err(mistake(
                    at,
                    "nothing stands after OR",
                    "Write a word on both sides of it.",
                ));
            }
            clauses.push(self.one(depth)?);
        }
        Ok(match clauses.len() {
            1 => clauses.remove(0),
            _ => Clause::Any(clauses),
        })
    }

    fn one(&mut self, depth: usize) -> Result<Clause, Mistake> {
        let end = self.end;
        let Some((at, piece)) = self.next() else {
            return Err(mistake(
                end,
                "something is missing at the end",
                "Write a word there.",
            ));
        };
        if depth >= DEEPEST {
            return Err(mistake(
                at,
                "it is nested too deep",
                &format!("Brackets may stand {DEEPEST} deep."),
            ));
        }
        let clause = match piece {
            Piece::Open => {
                let inside = self.all(depth + 1)?;
                if !matches!(self.next(), Some((_, Piece::Close))) {
                    return Err(mistake(
                        at,
                        "a bracket is not closed",
                        "Write “)” where it ends.",
                    ));
                }
                let empty = || {
                    mistake(
                        at,
                        "nothing stands between the brackets",
                        "Write a word there.",
                    )
                };
                return inside.ok_or_else(empty);
            }
            Piece::Not => {
                return Ok(match self.one(depth + 1)? {
                    Clause::Not(twice) => *twice,
                    clause => Clause::Not(Box::new(clause)),
                });
            }
            Piece::Quoted(text) if text.contains('*') => {
                let remedy = "Write * after a single word, outside quotation marks: opt*.";
                return Err(mistake(at, "a * stands in a phrase", remedy));
            }
            Piece::Quoted(text) => phrase_at(at, text)?,
            Piece::Bare(text) => leaf(at, text)?,
            Piece::Filter(..) => return Err(misplaced(at)),
            Piece::Close => {
                return Err(mistake(
                    at,
                    "a bracket is closed too early",
                    "Write a word before it.",
                ));
            }
            Piece::Or | Piece::And => {
                let remedy = "Write a word on both sides of it; put it in quotation marks where the word itself is meant.";
                return Err(mistake(at, "OR or AND stands at the beginning", remedy));
            }
        };
        self.leaves += 1;
        match self.leaves > MOST {
            true => Err(mistake(
                at,
                "too much is looked for",
                &format!("Write at most {MOST} words and phrases."),
            )),
            false => Ok(clause),
        }
    }

    fn filter(&mut self, at: usize, name: &str, value: &str) -> Result<(), Mistake> {
        if value.is_empty() {
            return Err(mistake(
                at,
                &format!("nothing stands after “{name}:”"),
                "Write it without a space: topic:gp-data.",
            ));
        }
        let filters = &mut self.filters;
        let once = |taken: bool| match taken {
            true => Err(mistake(
                at,
                &format!("“{name}:” stands there twice"),
                "Leave one of them.",
            )),
            false => Ok(()),
        };
        let text = || Some(value.to_owned());
        match name.to_ascii_lowercase().as_str() {
            "in" => once(filters.document.is_some()).map(|()| filters.document = text()),
            "publisher" => once(filters.publisher.is_some()).map(|()| filters.publisher = text()),
            "topic" => once(filters.topic.is_some()).map(|()| filters.topic = text()),
            "after" => {
                once(filters.from.is_some())?;
                filters.from = Some(day(at, value)?);
                Ok(())
            }
            "before" => {
                once(filters.until.is_some())?;
                filters.until = Some(day(at, value)?);
                Ok(())
            }
            "within" => {
                once(filters.within.is_some())?;
                let all = [Within::Now, Within::History, Within::Added, Within::Removed];
                let found = all
                    .into_iter()
                    .find(|one| one.word() == value.to_ascii_lowercase());
                let unknown = || {
                    let remedy =
                        "Write within:now, within:history, within:added or within:removed.";
                    mistake(at, &format!("“{value}” is nothing to look in"), remedy)
                };
                filters.within = Some(found.ok_or_else(unknown)?);
                Ok(())
            }
            _ => Err(unknown_filter(at, name, value)),
        }
    }
}

/// Whether something must stand there: else every passage of the archive would do.
fn says_what(clause: &Clause) -> bool {
    match clause {
        Clause::Word(_) | Clause::Beginning(_) | Clause::Phrase(_) => true,
        Clause::All(clauses) => clauses.iter().any(says_what) && clauses.iter().all(is_whole),
        Clause::Any(clauses) => clauses.iter().all(says_what),
        Clause::Not(_) => false,
    }
}

/// Whether a part of a question can be answered by itself, or is the absence of something that can.
fn is_whole(clause: &Clause) -> bool {
    match clause {
        Clause::Not(inner) => says_what(inner),
        other => says_what(other),
    }
}

fn leaf(at: usize, text: &str) -> Result<Clause, Mistake> {
    let (stem, beginning) = match text.strip_suffix('*') {
        Some(stem) => (stem, true),
        None => (text, false),
    };
    if stem.contains('*') {
        return Err(mistake(
            at,
            "a * stands within a word",
            "Write it at the end: opt*.",
        ));
    }
    let clause = phrase_at(at, stem)?;
    match (clause, beginning) {
        (clause, false) => Ok(clause),
        (Clause::Word(word), true) if word.chars().count() >= FEWEST => Ok(Clause::Beginning(word)),
        (_, true) => Err(mistake(
            at,
            "a * stands after too little",
            &format!("Write at least {FEWEST} letters of one word before it: opt*."),
        )),
    }
}

fn phrase_at(at: usize, text: &str) -> Result<Clause, Mistake> {
    let mut found: Vec<String> = words::words(text)
        .into_iter()
        .map(|word| word.folded)
        .collect();
    match found.len() {
        0 => Err(mistake(
            at,
            &format!("“{text}” is no word"),
            "Write letters or digits.",
        )),
        1 => Ok(Clause::Word(found.remove(0))),
        2..=MOST_OF_PHRASE => Ok(Clause::Phrase(found)),
        _ => Err(mistake(
            at,
            "a phrase is too long",
            &format!("Write at most {MOST_OF_PHRASE} words."),
        )),
    }
}

/// A day, or the first one of a month or year.
fn day(at: usize, value: &str) -> Result<NaiveDate, Mistake> {
    let whole = match value.len() {
        4 => format!("{value}-01-01"),
        7 => format!("{value}-01"),
        _ => value.to_owned(),
    };
    whole.parse().map_err(|_| {
        mistake(
            at,
            &format!("“{value}” is no day"),
            "Write a day as 2016-07-06, a month as 2016-07, or a year.",
        )
    })
}

fn unknown_filter(at: usize, name: &str, value: &str) -> Mistake {
    let lower = name.to_lowercase();
    let near = FILTERS
        .iter()
        .find(|known| known.starts_with(&lower) || lower.starts_with(**known));
    let near = match (lower.as_str(), near) {
        ("since" | "from", _) => Some("after"),
        ("until" | "to" | "by", _) => Some("before"),
        ("id" | "document" | "watch" | "page", _) => Some("in"),
        (_, near) => near.copied(),
    };
    let remedy = match near {
        Some(near) if !lower.is_empty() => {
            format!("Did you mean {near}:{value}? Words with a colon stand in quotation marks.")
        }
        _ => format!(
            "The filters are {}:. Words with a colon stand in quotation marks.",
            FILTERS.join(":, ")
        ),
    };
    mistake(at, &format!("there is no filter “{name}:”"), &remedy)
}

fn misplaced(at: usize) -> Mistake {
    let remedy = "Filters stand by themselves: (opt-out OR \"opt out\") topic:gp-data.";
    mistake(
        at,
        "a filter stands in brackets, or beside OR or NOT",
        remedy,
    )
}

fn too_long() -> Mistake {
    mistake(
        LONGEST,
        "it is too long",
        &format!("Write at most {LONGEST} characters."),
    )
}

fn mistake(at: usize, what: &str, remedy: &str) -> Mistake {
    Mistake {
        at,
        what: what.to_owned(),
        remedy: remedy.to_owned(),
    }
}

#[cfg(test)]
mod tests;
