//! The table of rules, with the patterns that belong to them.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;

use crate::model::Severity;

/// One rule, as people read it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rule {
    /// Its id in code and JSON.
    pub id: String,
    /// How much it matters, where nothing makes it more or less.
    pub severity: Severity,
    /// What people read for it.
    pub label: String,
    /// One sentence that says why it matters.
    pub why: String,
}

/// Every rule there is, in the order in which findings of one severity stand.
pub static RULES: LazyLock<Vec<Rule>> =
    LazyLock::new(|| BOOK.iter().map(Written::as_rule).collect());

/// The rule of that id.
///
/// # Panics
/// Where there is none: ids are literals of this crate, and a test holds them to the table.
pub fn rule(id: &str) -> &'static Rule {
    &RULES[place(id)]
}

/// Where a rule stands in the table.
pub(super) fn place(id: &str) -> usize {
    RULES
        .iter()
        .position(|rule| rule.id == id)
        .unwrap_or_else(|| panic!("no rule is called “{id}”"))
}

/// Which side of a change a rule reads.
#[derive(Clone, Copy, PartialEq, Eq, Default, Deserialize, Debug)]
#[serde(rename_all = "lowercase")]
pub(super) enum Side {
    /// Text that was not there.
    Added,
    /// Text that is gone.
    Removed,
    /// Neither: code decides.
    #[default]
    None,
}

/// The patterns of a rule.
#[derive(Debug)]
pub(super) struct Patterns {
    /// Whether only words count that stood nowhere on the page before.
    pub fresh: bool,
    /// At the rule's severity, then the weaker ones.
    pub graded: Vec<(Regex, Severity)>,
    /// A sentence that matches one of these is left alone.
    pub unless: Vec<Regex>,
    /// Old words and new ones.
    pub pairs: Vec<(Regex, Regex)>,
    /// What a sentence, or both of a pair, must speak of.
    pub about: Option<Regex>,
    /// From least to most.
    pub scale: Vec<Regex>,
}

impl Patterns {
    /// Whether a sentence is left alone.
    pub fn leaves(&self, sentence: &str) -> bool {
        self.unless.iter().any(|guard| guard.is_match(sentence)) || !self.concerns(sentence)
    }

    /// Whether a sentence is about what the rule is about.
    pub fn concerns(&self, sentence: &str) -> bool {
        let about = self.about.as_ref();
        about.is_none_or(|about| about.is_match(sentence))
    }

    /// The patterns of full severity.
    pub fn strong(&self) -> impl Iterator<Item = &Regex> {
        let most = self.graded.first().map(|(_, severity)| *severity);
        let full = move |grade: &&(Regex, Severity)| Some(grade.1) == most;
        self.graded.iter().filter(full).map(|(pattern, _)| pattern)
    }

    /// The patterns of lesser severity.
    pub fn weak(&self) -> impl Iterator<Item = &Regex> {
        let strong = self.strong().count();
        self.graded.iter().skip(strong).map(|(pattern, _)| pattern)
    }
}

/// The patterns of a rule.
pub(super) fn patterns(id: &str) -> &'static Patterns {
    static ALL: LazyLock<BTreeMap<&'static str, Patterns>> = LazyLock::new(|| {
        let compiled = |rule: &'static Written| (rule.id.as_str(), rule.compiled());
        BOOK.iter().map(compiled).collect()
    });
    &ALL[id]
}

/// The rules that are nothing but patterns on one side.
pub(super) fn sweeping() -> impl Iterator<Item = &'static str> {
    let by_pattern = |rule: &&Written| rule.on == Side::Added;
    BOOK.iter().filter(by_pattern).map(|rule| rule.id.as_str())
}

/// A rule as `rules.toml` has it.
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
struct Written {
    id: String,
    label: String,
    severity: u8,
    why: String,
    #[serde(default)]
    on: Side,
    #[serde(default)]
    fresh: bool,
    #[serde(default)]
    patterns: Vec<String>,
    #[serde(default)]
    weak: Vec<String>,
    weak_severity: Option<u8>,
    #[serde(default)]
    unless: Vec<String>,
    #[serde(default)]
    pairs: Vec<(String, String)>,
    about: Option<String>,
    #[serde(default)]
    scale: Vec<String>,
    /// Sentences the patterns must match.
    #[serde(default)]
    #[cfg_attr(not(test), expect(dead_code, reason = "the tests read it"))]
    matches: Vec<String>,
    /// Sentences they must not match.
    #[serde(default)]
    #[cfg_attr(not(test), expect(dead_code, reason = "the tests read it"))]
    ignores: Vec<String>,
}

impl Written {
    fn as_rule(&self) -> Rule {
        Rule {
            id: self.id.clone(),
            severity: Severity(self.severity),
            label: self.label.clone(),
            why: self.why.clone(),
        }
    }

    fn compiled(&self) -> Patterns {
        let full = Severity(self.severity);
        let weak = Severity(
            self.weak_severity
                .unwrap_or(self.severity.saturating_sub(1)),
        );
        let strong = self.patterns.iter().map(|p| (compile(p), full));
        Patterns {
            fresh: self.fresh,
            graded: strong
                .chain(self.weak.iter().map(|p| (compile(p), weak)))
                .collect(),
            unless: self.unless.iter().map(|p| compile(p)).collect(),
            pairs: self
                .pairs
                .iter()
                .map(|(old, new)| (folding(old), folding(new)))
                .collect(),
            about: self.about.as_deref().map(compile),
            scale: self.scale.iter().map(|p| folding(p)).collect(),
        }
    }
}

/// A pattern of our own data files; a test compiles them all.
pub(super) fn compile(pattern: &str) -> Regex {
    Regex::new(pattern).unwrap_or_else(|error| panic!("{pattern}: {error}"))
}

/// A pattern that does not mind case.
fn folding(pattern: &str) -> Regex {
    compile(&format!("(?i)(?:{pattern})"))
}

static BOOK: LazyLock<Vec<Written>> = LazyLock::new(|| {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        rule: Vec<Written>,
    }
    let file: File = toml::from_str(include_str!("rules.toml")).expect("rules.toml is well formed");
    file.rule
});

#[cfg(test)]
mod tests {
    use super::*;
    use crate::findings::sentences;

    /// The ids the rest of the house relies on.
    const IDS: &str = "new-dataset new-purpose new-legal-basis new-recipient safeguard-removed safeguard-weakened \
        identifiability date-changed place-added withdrawn correction transparency-reduced renamed count-changed contract \
        dataset-retired dataset-version denial file-replaced silent-edit announced-without-change backdated new-document \
        delisted moved gone blocked hidden-from-search register-missing reverted replaced returned redirected date-only \
        history-rewritten date-moved-back buried lead overdue term-added term-removed title-changed baseline timing opt-out-flipped \
        register-recipient register-pair rows-removed row-altered column-removed reading-suspect around-changed";

    #[test]
    fn every_rule_stands_once_in_the_table() {
        let mut ids: Vec<&str> = RULES.iter().map(|rule| rule.id.as_str()).collect();
        let mut expected: Vec<&str> = IDS.split_whitespace().collect();
        ids.sort_unstable();
        expected.sort_unstable();
        assert_eq!(ids, expected);
    }

    #[test]
    fn every_pattern_compiles() {
        for rule in RULES.iter() {
            let patterns = patterns(&rule.id);
            assert!(patterns.graded.iter().all(|(_, s)| *s <= Severity(5)));
        }
    }

    #[test]
    fn every_rule_matches_and_ignores_what_it_says() {
        for written in BOOK.iter() {
            let patterns = patterns(&written.id);
            let hit = |sentence: &str| {
                let plain = sentences::plain(sentence);
                let matched = patterns.graded.iter().any(|(p, _)| p.is_match(&plain));
                matched && !patterns.leaves(&plain)
            };
            for sentence in &written.matches {
                assert!(hit(sentence), "{} must match: {sentence}", written.id);
            }
            for sentence in &written.ignores {
                assert!(!hit(sentence), "{} must ignore: {sentence}", written.id);
            }
        }
    }

    #[test]
    fn every_rule_that_sweeps_has_examples_of_both_sorts() {
        for written in BOOK.iter().filter(|rule| rule.on != Side::None) {
            assert!(!written.matches.is_empty(), "{}", written.id);
            assert!(!written.ignores.is_empty(), "{}", written.id);
        }
    }

    #[test]
    fn no_rule_speaks_of_motive() {
        for rule in RULES.iter() {
            let said = format!("{} {}", rule.label, rule.why).to_lowercase();
            for word in crate::findings::tests::MOTIVE {
                assert!(!said.contains(word), "{}: {word}", rule.id);
            }
        }
    }
}
