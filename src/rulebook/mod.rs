//! What the program looks for: its rules, the names it knows and the days of note, shipped with it or written by the user.
//!
//! A rule is a table of TOML, in the files of `rules/`. Its patterns are Rust regexes, read sentence by sentence after NFKC,
//! with the hyphens of broken lines joined and white space collapsed:
//!
//! - `on`: which side is read: `added`, `removed`, or `none` where code decides and only looks patterns up.
//! - `patterns` count at the rule's severity, `weak` at `weak_severity`; a capture group `name` gives the finding its names.
//! - `unless`: a sentence that matches one of these is left alone; `about`: what it must speak of.
//! - `fresh`: only words that stood nowhere on the page before.
//! - `strength`: ladders of words, for rules over an old sentence and the new one it became.
//! - `matches`, `ignores`: sentences that the patterns must and must not match; `pairs_match`, `pairs_ignore`: the same
//!   for an old sentence and a new one; they are tested.

mod days;
mod rules;
mod strength;

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use serde::Deserialize;

pub use days::Days;
pub use rules::{Patterns, Rule, Side};
pub use strength::{Ladder, Strength};

/// The shipped rules, in the order in which findings of one severity stand.
const RULES: [&str; 9] = [
    include_str!("rules/names.toml"),
    include_str!("rules/safeguards.toml"),
    include_str!("rules/flows.toml"),
    include_str!("rules/pages.toml"),
    include_str!("rules/registers.toml"),
    include_str!("rules/claims.toml"),
    include_str!("rules/steps.toml"),
    include_str!("rules/memory.toml"),
    include_str!("rules/reading.toml"),
];

/// Everything judgement looks things up in.
#[derive(Clone, Debug)]
pub struct Book {
    /// The rules, in the order in which findings of one severity stand.
    pub rules: Vec<Rule>,
    /// Days of note.
    pub days: Days,
    /// Names that are known besides those compiled in.
    pub known: Vec<String>,
    /// Where each rule stands, by its id.
    places: BTreeMap<String, usize>,
}

impl Book {
    /// The book as it is shipped.
    pub fn shipped() -> Arc<Book> {
        static SHIPPED: LazyLock<Arc<Book>> = LazyLock::new(|| Arc::new(Book::read()));
        Arc::clone(&SHIPPED)
    }

    fn read() -> Book {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct File {
            rule: Vec<rules::Written>,
        }
        let rules = RULES.iter().flat_map(|text| {
            let file: File = toml::from_str(text).expect("the shipped rules are well formed");
            file.rule.into_iter().map(rules::Written::rule)
        });
        let days = toml::from_str(include_str!("days.toml")).expect("days.toml is well formed");
        Book::of(rules.collect(), days)
    }

    fn of(rules: Vec<Rule>, days: Days) -> Book {
        let ids = rules.iter().enumerate();
        Book {
            places: ids.map(|(at, rule)| (rule.id.clone(), at)).collect(),
            rules,
            days,
            known: Vec::new(),
        }
    }

    /// The same book, with more names known.
    pub fn knowing(&self, names: Vec<String>) -> Book {
        Book {
            known: names,
            ..self.clone()
        }
    }

    /// The rule of that id.
    ///
    /// # Panics
    /// Where there is none: ids are literals of this crate, and a test holds them to the table.
    pub fn rule(&self, id: &str) -> &Rule {
        self.find(id)
            .unwrap_or_else(|| panic!("no rule is called “{id}”"))
    }

    /// The rule of that id, if there is one.
    pub fn find(&self, id: &str) -> Option<&Rule> {
        self.places.get(id).map(|at| &self.rules[*at])
    }

    /// The patterns of the rule of that id.
    ///
    /// # Panics
    /// As [`Book::rule`] does.
    pub fn patterns(&self, id: &str) -> &Patterns {
        &self.rule(id).patterns
    }

    /// Where a rule stands in the table; after all others where it is in none.
    pub fn place(&self, id: &str) -> usize {
        self.places.get(id).copied().unwrap_or(self.rules.len())
    }

    /// The rules that are nothing but patterns over the added text.
    pub fn sweeping(&self) -> impl Iterator<Item = &Rule> {
        self.rules.iter().filter(|rule| rule.on == Side::Added)
    }
}

#[cfg(test)]
mod tests;
