//! One rule: what people read of it, its patterns, and the sentences it must and must not match.

use regex::Regex;
use serde::Deserialize;

use crate::model::{Finding, Severity};
use crate::prose::{self, compile};
use crate::rulebook::strength::{self, Strength};

/// One rule.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Its id in code and JSON.
    pub id: String,
    /// How much it matters, where nothing makes it more or less.
    pub severity: Severity,
    /// What people read for it.
    pub label: String,
    /// One sentence that says why it matters.
    pub why: String,
    /// Which side of a change it reads by its patterns alone.
    pub on: Side,
    /// Its patterns.
    pub patterns: Patterns,
    /// Sentences its patterns must match.
    pub matches: Vec<String>,
    /// Sentences they must not match.
    pub ignores: Vec<String>,
    /// An old sentence and a new one of which it must say something.
    pub pairs_match: Vec<(String, String)>,
    /// An old sentence and a new one of which it must not say anything above severity 2.
    pub pairs_ignore: Vec<(String, String)>,
}

impl Rule {
    /// A finding of this rule that quotes nothing yet.
    pub fn finding(&self) -> Finding {
        Finding {
            rule: self.id.clone(),
            severity: self.severity,
            why: self.why.clone(),
            ..Finding::default()
        }
    }

    /// Whether the patterns match a sentence, guards counted.
    pub fn hits(&self, sentence: &str) -> bool {
        let plain = prose::plain(sentence);
        let mut graded = self.patterns.graded.iter();
        graded.any(|(pattern, _)| pattern.is_match(&plain)) && !self.patterns.leaves(&plain)
    }
}

/// Which side of a change a rule reads.
#[derive(Clone, Copy, PartialEq, Eq, Default, Deserialize, Debug)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// Text that was not there.
    Added,
    /// Text that is gone.
    Removed,
    /// Neither: code decides.
    #[default]
    None,
}

/// The patterns of a rule.
#[derive(Clone, Debug)]
pub struct Patterns {
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
    /// How strong a promise is.
    pub strength: Option<Strength>,
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

/// A rule as `rules.toml` has it.
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
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
    matches: Vec<String>,
    /// Sentences they must not match.
    #[serde(default)]
    ignores: Vec<String>,
    /// Old and new sentences of which it must, and must not, say something.
    #[serde(default)]
    pairs_match: Vec<(String, String)>,
    #[serde(default)]
    pairs_ignore: Vec<(String, String)>,
    strength: Option<strength::Written>,
}

impl Written {
    /// The rule, its patterns compiled.
    pub(super) fn rule(self) -> Rule {
        Rule {
            patterns: self.compiled(),
            id: self.id,
            severity: Severity(self.severity),
            label: self.label,
            why: self.why,
            on: self.on,
            matches: self.matches,
            ignores: self.ignores,
            pairs_match: self.pairs_match,
            pairs_ignore: self.pairs_ignore,
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
            strength: self.strength.as_ref().map(strength::Written::compiled),
        }
    }
}

/// A pattern that does not mind case.
fn folding(pattern: &str) -> Regex {
    compile(&format!("(?i)(?:{pattern})"))
}
