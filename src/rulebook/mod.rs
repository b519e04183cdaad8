//! What the program looks for: its rules, the names it knows and the days of note, shipped with it or written by the user.
//!
//! A rule is a table of TOML, in the files of `rules/`. Its patterns are Rust regexes, read sentence by sentence after NFKC,
//! with the hyphens of broken lines joined and white space collapsed:
//!
//! - `on`: which side is read: `added`, `removed`, `changed` (reworded sentences, by `pairs`), or `none` where code decides
//!   and only looks patterns up.
//! - `patterns` count at the rule's severity, `weak` at `weak_severity`; a capture group `name` gives the finding its names.
//! - `unless`: a sentence that matches one of these is left alone; `about`: what it must speak of.
//! - `fresh`: only words that stood nowhere on the page before.
//! - `strength`: ladders of words, for rules over an old sentence and the new one it became.
//! - `matches`, `ignores`: sentences that the patterns must and must not match; `pairs_match`, `pairs_ignore`: the same
//!   for an old sentence and a new one; they are tested, the user's when they are loaded.
//!
//! The user's rules are added to the book; one with the id of a shipped rule overrides what it names.

mod days;
mod dossiers;
mod flaws;
mod rules;
mod strength;
mod written;

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use serde::Deserialize;

pub use days::{Days, Recess};
pub use dossiers::{Called, Dossier, Dossiers, Facet};
pub use flaws::{Flaw, Part};
pub use rules::{Example, Origin, Patterns, Rule, Side};
pub use strength::{Ladder, Strength};
pub use written::Written;

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
    /// Known schemes by what they do.
    pub dossiers: Arc<Dossiers>,
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
            rule: Vec<Written>,
        }
        let rules = RULES.iter().flat_map(|text| {
            let file: File = toml::from_str(text).expect("the shipped rules are well formed");
            file.rule.into_iter().map(Written::shipped)
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
            dossiers: Dossiers::shipped(),
        }
    }

    /// The same book, with more names known.
    pub fn knowing(&self, names: Vec<String>) -> Book {
        Book {
            known: names,
            ..self.clone()
        }
    }

    /// The same book, with a person's own dossiers: each takes the place of the one that has its id.
    pub fn holding(&self, own: Vec<Dossier>) -> Book {
        Book {
            dossiers: Arc::new(self.dossiers.with(own)),
            ..self.clone()
        }
    }

    /// The same book with a rule of the user more, or one overridden. `at` is where it was written.
    ///
    /// # Errors
    /// What is wrong with the rule.
    pub fn with_rule(&self, written: Written, at: &str) -> Result<Book, Vec<Flaw>> {
        let mut flaws = Vec::new();
        let base = self.find(&written.id);
        let rule = written.over(base, at, &mut flaws);
        if !flaws.is_empty() {
            return Err(flaws);
        }
        let mut rules = self.rules.clone();
        match self.places.get(&rule.id) {
            Some(place) => rules[*place] = rule,
            None => rules.push(rule),
        }
        Ok(Book {
            known: self.known.clone(),
            dossiers: Arc::clone(&self.dossiers),
            ..Book::of(rules, self.days.clone())
        })
    }

    /// The same book with more days of note.
    pub fn with_days(&self, more: Days) -> Book {
        Book {
            days: self.days.clone().and(more),
            ..self.clone()
        }
    }

    /// Whether findings of this rule are made: of every rule that nobody switched off.
    pub fn is_in_force(&self, id: &str) -> bool {
        self.find(id).is_none_or(|rule| rule.enabled)
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

    /// The rules in force that are nothing but patterns over the added text.
    pub fn sweeping(&self) -> impl Iterator<Item = &Rule> {
        let swept = |rule: &&Rule| rule.on == Side::Added && rule.enabled;
        self.rules.iter().filter(swept)
    }

    /// The rules of the user that read what went, or what was reworded.
    pub fn written(&self, on: Side) -> impl Iterator<Item = &Rule> {
        let read = move |rule: &&Rule| rule.on == on && rule.enabled && !rule.is_shipped();
        self.rules.iter().filter(read)
    }
}

#[cfg(test)]
mod tests;
