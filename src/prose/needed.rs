//! The letters without which a pattern cannot match.

use std::collections::BTreeSet;

use regex_syntax::hir::{Class, Hir, HirKind};

use crate::prose::threes::{Threes, folded, places};

/// More words than these are not told apart.
const MOST: usize = 64;
/// So many words may be made of others that stand side by side.
const CROSSED: usize = 24;
/// Shorter words tell nothing.
const SHORT: usize = 3;

/// Words of which one stands in whatever a pattern matches, by the places of their threes; empty where none is known.
#[derive(Clone, Default, Debug)]
pub(super) struct Needed(Vec<Vec<u16>>);

/// A set of words, in small letters.
type Words = BTreeSet<Vec<u8>>;

/// What is known of a part of a pattern.
struct Known {
    /// All that it matches, where that is few words.
    all: Option<Words>,
    /// Words of which one stands in all that it matches.
    one: Option<Words>,
}

impl Needed {
    /// What a pattern needs.
    pub fn by(pattern: &str) -> Needed {
        let Ok(hir) = regex_syntax::parse(pattern) else {
            return Needed::default();
        };
        let words = known(&hir).best();
        let words = words.iter().flatten();
        Needed(
            words
                .map(|word| places(&String::from_utf8_lossy(word)))
                .collect(),
        )
    }

    /// Whether the pattern can match in a text with these threes.
    pub fn may_be_in(&self, threes: &Threes) -> bool {
        let stands = |word: &Vec<u16>| word.iter().all(|place| threes.has(*place));
        self.0.is_empty() || self.0.iter().any(stands)
    }
}

impl Known {
    fn nothing() -> Known {
        Known {
            all: None,
            one: None,
        }
    }

    fn just(word: Vec<u8>) -> Known {
        Known {
            all: Some(Words::from([word])),
            one: None,
        }
    }

    /// The words that tell most.
    fn best(self) -> Option<Words> {
        better(self.all.filter(tells), self.one)
    }
}

fn tells(words: &Words) -> bool {
    !words.is_empty() && words.len() <= MOST && words.iter().all(|word| word.len() >= SHORT)
}

/// Of two sets the one whose shortest word is longer; of equals the smaller one.
fn better(one: Option<Words>, other: Option<Words>) -> Option<Words> {
    let rank = |words: &Words| {
        let shortest = words.iter().map(Vec::len).min().unwrap_or_default();
        // Beyond some letters fewer words are worth more than longer ones.
        (shortest.min(6), std::cmp::Reverse(words.len()))
    };
    match (one, other) {
        (Some(one), Some(other)) if rank(&one) < rank(&other) => Some(other),
        (Some(one), _) => Some(one),
        (None, other) => other,
    }
}

fn known(hir: &Hir) -> Known {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Known::just(Vec::new()),
        HirKind::Literal(literal) => {
            match std::str::from_utf8(&literal.0)
                .ok()
                .filter(|text| text.is_ascii())
            {
                Some(text) => Known::just(text.to_ascii_lowercase().into_bytes()),
                None => Known::nothing(),
            }
        }
        HirKind::Class(class) => Known {
            all: letters(class),
            one: None,
        },
        HirKind::Capture(group) => known(&group.sub),
        HirKind::Repetition(repeated) => {
            let inner = known(&repeated.sub);
            match (repeated.min, repeated.max) {
                (0, Some(1)) => Known {
                    all: inner.all.map(|mut all| {
                        all.insert(Vec::new());
                        all
                    }),
                    one: None,
                },
                (0, _) => Known::nothing(),
                _ => Known {
                    all: None,
                    one: inner.best(),
                },
            }
        }
        HirKind::Concat(parts) => in_a_row(parts),
        HirKind::Alternation(branches) => one_of(branches),
    }
}

/// Parts that stand side by side: words grow as long as all that stands there is known.
fn in_a_row(parts: &[Hir]) -> Known {
    let mut all = Some(Words::from([Vec::new()]));
    let mut run = Words::from([Vec::new()]);
    let mut one = None;
    for part in parts {
        let part = known(part);
        let crossed = part.all.as_ref().map(|next| crossed(&run, next));
        match crossed.filter(|crossed| crossed.len() <= CROSSED) {
            Some(crossed) => run = crossed,
            None => {
                all = None;
                let next = part.all.clone();
                let next = next.unwrap_or_else(|| Words::from([Vec::new()]));
                let ended = std::mem::replace(&mut run, next);
                one = better(one, Some(ended).filter(tells));
                one = better(one, part.best());
            }
        }
    }
    one = better(one, Some(run.clone()).filter(tells));
    Known {
        all: all.map(|_: Words| run),
        one,
    }
}

fn crossed(run: &Words, next: &Words) -> Words {
    let pairs = run
        .iter()
        .flat_map(|one| next.iter().map(move |two| (one, two)));
    pairs
        .map(|(one, two)| [one.as_slice(), two].concat())
        .collect()
}

/// One of several: whatever is needed, each of them must need.
fn one_of(branches: &[Hir]) -> Known {
    let mut all = Some(Words::new());
    let mut one = Some(Words::new());
    for branch in branches {
        let branch = known(branch);
        all = all.zip(branch.all.clone()).map(|(all, more)| &all | &more);
        one = one.zip(branch.best()).map(|(one, more)| &one | &more);
    }
    Known {
        all: all.filter(|all| all.len() <= MOST),
        one: one.filter(tells),
    }
}

/// The signs of a class, where they are few letters.
fn letters(class: &Class) -> Option<Words> {
    let mut words = Words::new();
    let Class::Unicode(class) = class else {
        return None;
    };
    for range in class.ranges() {
        if range.end() as u32 - range.start() as u32 > CROSSED as u32 {
            return None;
        }
        for c in range.start()..=range.end() {
            words.insert(vec![folded(c)?]);
        }
    }
    (words.len() <= CROSSED && !words.is_empty()).then_some(words)
}
