//! Known schemes by what they do, so that a text can be told that is one of them under another name.
//!
//! Patterns are read on folded text (`prose::fold`), sentence by sentence, whatever the case. They are compiled when they
//! are first asked for, and then kept.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, OnceLock};

use chrono::NaiveDate;
use regex::Regex;
use serde::Deserialize;

use crate::prose::{Pattern, compile, fold, pattern};

/// The facet that stands for the legal hooks of a scheme.
const HOOK: &str = "legal power";

/// Every dossier.
#[derive(Clone, Default, Debug)]
pub struct Dossiers {
    /// The dossiers, the shipped ones first.
    pub all: Vec<Dossier>,
    /// All their names in one; made when it is first asked for.
    names: OnceLock<Regex>,
}

/// What is known of one scheme.
#[derive(Clone, Debug)]
pub struct Dossier {
    /// Its id: a shipped one gives way to a person's own of the same id.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Its name and aliases, as they are looked for.
    pub called: Vec<Called>,
    /// The ids of schemes that are one idea with it.
    pub kin: Vec<String>,
    /// What it does.
    pub facets: Vec<Arc<Facet>>,
    /// The names of the facets without which nothing resembles it.
    pub must: Vec<String>,
    /// What speaks for something else.
    pub unlike: Vec<Arc<Facet>>,
    /// So many facets are enough.
    pub enough: usize,
    /// Reference numbers in its papers.
    pub references: Vec<String>,
    /// Addresses and numbers to write to or to call.
    pub contacts: Vec<String>,
    /// Sentences that say what it does.
    pub seeds: Vec<String>,
    /// Whether a person wrote it.
    pub own: bool,
}

/// A name of a scheme, and the day after which it is known.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Called {
    /// The name as it is written.
    pub name: String,
    /// The day it came up; known at all times where absent.
    pub since: Option<NaiveDate>,
}

/// Something that a scheme does.
#[derive(Debug)]
pub struct Facet {
    /// Its name.
    pub name: String,
    /// What it says of a scheme, after "it": "takes data out of GP practices".
    pub says: String,
    /// Parts of words of which one stands in every sentence that has it, folded; empty where that is not known.
    words: Vec<String>,
    patterns: Vec<String>,
    compiled: OnceLock<Pattern>,
}

impl Dossiers {
    /// The shipped ones.
    pub fn shipped() -> Arc<Dossiers> {
        static SHIPPED: LazyLock<Arc<Dossiers>> = LazyLock::new(|| Arc::new(Library::get().read()));
        Arc::clone(&SHIPPED)
    }

    /// The shipped facet of that name.
    pub fn shipped_facet(name: &str) -> Option<Arc<Facet>> {
        Library::get().facets.get(name).cloned()
    }

    /// The names of the shipped facets, by name.
    pub fn shipped_facets() -> impl Iterator<Item = &'static str> {
        Library::get().facets.keys().map(String::as_str)
    }

    /// The same with a person's own dossiers: each takes the place of the one that has its id.
    pub fn with(&self, own: Vec<Dossier>) -> Dossiers {
        let replaced = |one: &&Dossier| !own.iter().any(|new| new.id == one.id);
        let mut all: Vec<Dossier> = self.all.iter().filter(replaced).cloned().collect();
        all.extend(own);
        Dossiers::of(all)
    }

    fn of(all: Vec<Dossier>) -> Dossiers {
        Dossiers {
            all,
            names: OnceLock::new(),
        }
    }

    /// Those of which a name may stand in a text, folded and with its hyphens as blanks: none at all, as a rule. Cheap.
    pub fn perhaps_named_in(&self, text: &str) -> &[Dossier] {
        let names = || {
            let called = self.all.iter().flat_map(|dossier| &dossier.called);
            let names = called.map(|one| regex::escape(&fold(&one.name).replace('-', " ")));
            compile(&names.collect::<Vec<String>>().join("|"))
        };
        match self.names.get_or_init(names).is_match(text) {
            true => &self.all,
            false => &[],
        }
    }

    /// How many a person wrote.
    pub fn own(&self) -> usize {
        self.all.iter().filter(|dossier| dossier.own).count()
    }

    /// The dossier of that id.
    pub fn find(&self, id: &str) -> Option<&Dossier> {
        self.all.iter().find(|dossier| dossier.id == id)
    }
}

impl Dossier {
    /// The names that are known on a day: those that came up before it. Empty where the scheme itself is not known yet.
    pub fn names_on(&self, day: NaiveDate) -> impl Iterator<Item = &str> {
        let known = move |called: &&Called| called.since.is_none_or(|since| since < day);
        self.called
            .iter()
            .filter(known)
            .map(|called| called.name.as_str())
    }

    /// Whether the scheme is known on a day, by its own name.
    pub fn is_known_on(&self, day: NaiveDate) -> bool {
        self.names_on(day).any(|name| name == self.name)
    }

    /// The seed that says this of it, if one does.
    pub fn seed(&self, facet: &Facet) -> Option<&str> {
        let says = |seed: &&String| facet.is_in(&fold(seed));
        self.seeds.iter().find(says).map(String::as_str)
    }
}

impl Facet {
    /// A facet of these patterns, which are regular expressions.
    pub fn of(name: &str, says: &str, words: Vec<String>, patterns: Vec<String>) -> Facet {
        Facet {
            name: name.to_owned(),
            says: says.to_owned(),
            words,
            patterns,
            compiled: OnceLock::new(),
        }
    }

    /// The facet that stands for the power a scheme rests on.
    pub fn hook(patterns: Vec<String>) -> Facet {
        Facet::of(HOOK, "rests on the same legal power", Vec::new(), patterns)
    }

    /// Whether a folded text can have it at all; cheap.
    pub fn may_be_in(&self, folded: &str) -> bool {
        self.words.is_empty() || self.words.iter().any(|word| folded.contains(word.as_str()))
    }

    /// Whether a folded sentence has it.
    pub fn is_in(&self, folded: &str) -> bool {
        self.may_be_in(folded) && self.pattern().is_match(folded)
    }

    fn pattern(&self) -> &Pattern {
        self.compiled
            .get_or_init(|| pattern(&format!("(?i)(?:{})", self.patterns.join(")|(?:"))))
    }
}

/// A name as it is written in `dossiers.toml`.
#[derive(Clone, Deserialize)]
#[serde(untagged)]
enum Name {
    Plain(String),
    Since { name: String, since: NaiveDate },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenFacet {
    says: String,
    words: Vec<String>,
    patterns: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    id: String,
    name: String,
    since: NaiveDate,
    aliases: Vec<Name>,
    #[serde(default)]
    kin: Vec<String>,
    must: Vec<String>,
    enough: usize,
    facets: Vec<String>,
    unlike: Vec<String>,
    #[serde(default)]
    hooks: Vec<String>,
    #[serde(default)]
    references: Vec<String>,
    #[serde(default)]
    contacts: Vec<String>,
    seeds: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    facets: BTreeMap<String, WrittenFacet>,
    dossier: Vec<Written>,
}

/// `dossiers.toml`, read.
struct Library {
    facets: BTreeMap<String, Arc<Facet>>,
    written: Vec<Written>,
}

impl Library {
    fn get() -> &'static Library {
        static LIBRARY: LazyLock<Library> = LazyLock::new(|| {
            let file: File = toml::from_str(include_str!("dossiers.toml"))
                .expect("dossiers.toml is well formed");
            let facets = file.facets.into_iter().map(|(name, facet)| {
                let patterns = facet.patterns.iter().map(|one| lean(one)).collect();
                let facet = Facet::of(&name, &facet.says, facet.words, patterns);
                (name, Arc::new(facet))
            });
            Library {
                facets: facets.collect(),
                written: file.dossier,
            }
        });
        &LIBRARY
    }

    fn read(&self) -> Dossiers {
        Dossiers::of(self.written.iter().map(|one| self.dossier(one)).collect())
    }

    fn dossier(&self, written: &Written) -> Dossier {
        let named = |names: &[String]| -> Vec<Arc<Facet>> {
            let facet = |name: &String| {
                let facet = self.facets.get(name).cloned();
                facet.unwrap_or_else(|| panic!("dossiers.toml has no facet “{name}”"))
            };
            names.iter().map(facet).collect()
        };
        let since = Some(written.since);
        let alias = |alias: &Name| match alias.clone() {
            Name::Plain(name) => Called { name, since },
            Name::Since { name, since } => Called {
                name,
                since: Some(since),
            },
        };
        let name = Called {
            name: written.name.clone(),
            since,
        };
        let mut facets = named(&written.facets);
        if !written.hooks.is_empty() {
            facets.push(Arc::new(Facet::hook(written.hooks.clone())));
        }
        Dossier {
            id: written.id.clone(),
            name: written.name.clone(),
            called: std::iter::once(name)
                .chain(written.aliases.iter().map(alias))
                .collect(),
            kin: written.kin.clone(),
            facets,
            must: written.must.clone(),
            unlike: named(&written.unlike),
            enough: written.enough,
            references: written.references.clone(),
            contacts: written.contacts.clone(),
            seeds: written.seeds.clone(),
            own: false,
        }
    }
}

/// A pattern whose words are those of English, so that it is smaller, and no other letter makes the search slow.
fn lean(pattern: &str) -> String {
    pattern
        .replace(r"\b", r"(?-u:\b)")
        .replace(r"\w", r"(?-u:\w)")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn every_facet_of_a_dossier_is_said_by_one_of_its_seeds() {
        for dossier in &Dossiers::shipped().all {
            for facet in dossier.facets.iter().filter(|facet| facet.name != HOOK) {
                let seed = dossier.seed(facet);
                assert!(
                    seed.is_some(),
                    "{}: no seed says {}",
                    dossier.id,
                    facet.name
                );
            }
        }
    }

    #[test]
    fn a_dossier_asks_for_what_it_has_and_is_kin_of_what_there_is() {
        let shipped = Dossiers::shipped();
        for dossier in &shipped.all {
            let has = |name: &String| dossier.facets.iter().any(|facet| facet.name == *name);
            assert!(dossier.must.iter().all(has), "{}", dossier.id);
            let most = dossier.facets.len();
            assert!(
                dossier.enough >= 4 && dossier.enough < most,
                "{}",
                dossier.id
            );
            for kin in &dossier.kin {
                assert!(shipped.find(kin).is_some(), "{}: {kin}", dossier.id);
            }
        }
    }

    #[test]
    fn the_words_of_a_facet_stand_in_what_it_says_of_itself_as_folded_text_does() {
        for facet in Library::get().facets.values() {
            assert!(!facet.words.is_empty(), "{}", facet.name);
            for word in &facet.words {
                assert_eq!(*word, word.to_lowercase(), "{}", facet.name);
            }
        }
    }

    #[test]
    fn a_name_is_known_after_its_day() {
        let shipped = Dossiers::shipped();
        let gpdpr = shipped.find("gpdpr").expect("it is shipped");
        assert!(!gpdpr.is_known_on(day("2016-07-06")));
        assert!(!gpdpr.is_known_on(day("2021-05-12")));
        assert!(gpdpr.is_known_on(day("2021-05-13")));
        let level = shipped.find("gp-level-data").expect("it is shipped");
        let names: Vec<&str> = level.names_on(day("2017-01-01")).collect();
        assert_eq!(names, ["GP metrics"]);
        assert!(!level.is_known_on(day("2017-01-01")));
    }

    #[test]
    fn a_persons_own_dossier_takes_the_place_of_the_shipped_one() {
        let shipped = Dossiers::shipped();
        let mut mine = shipped.find("gpdpr").expect("it is shipped").clone();
        mine.own = true;
        mine.name = "My own words for it".to_owned();
        let both = shipped.with(vec![mine]);
        assert_eq!(both.all.len(), shipped.all.len());
        assert_eq!(both.find("gpdpr").map(|one| one.own), Some(true));
        assert_eq!((both.own(), shipped.own()), (1, 0));
    }
}
