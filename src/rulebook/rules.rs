//! One rule: what people read of it, its patterns, and the sentences it must and must not match.

use serde::{Deserialize, Serialize};

use crate::model::{Finding, Severity};
use crate::prose::{self, Pattern, Searched};
use crate::rulebook::flaws::{Flaw, Part};
use crate::rulebook::strength::{self, Strength};
use crate::rulebook::written::Written;

/// One rule.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Its id in code and JSON.
    pub id: String,
    /// How much it matters, where nothing makes it more or less.
    pub severity: Severity,
    /// How much it matters to the user instead, where code decides by the shipped one.
    pub instead: Option<Severity>,
    /// What people read for it.
    pub label: String,
    /// Whether the label is the user's own, so that a finding carries it.
    pub own_label: bool,
    /// One sentence that says why it matters.
    pub why: String,
    /// Which side of a change it reads by its patterns alone.
    pub on: Side,
    /// Its patterns.
    pub patterns: Patterns,
    /// Whether it is in force.
    pub enabled: bool,
    /// Where it was written.
    pub origin: Origin,
    /// What it must match.
    pub matches: Vec<Example>,
    /// What it must not match.
    pub ignores: Vec<Example>,
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

    /// Whether it was shipped with the program, whatever the user made of it.
    pub fn is_shipped(&self) -> bool {
        !matches!(self.origin, Origin::Written(_))
    }

    /// Whether the patterns match an example, guards counted.
    pub fn hits(&self, example: &Example) -> bool {
        match example {
            Example::Sentence(sentence) => {
                let plain = prose::plain(sentence);
                let mut graded = self.patterns.graded.iter();
                graded.any(|(pattern, _)| pattern.is_match(&plain)) && !self.patterns.leaves(&plain)
            }
            Example::Pair(old, new) => self.patterns.turned(&prose::plain(old), &prose::plain(new)),
        }
    }

    /// Why an example that some pattern matches is left alone, as the end of a sentence; empty where none does.
    pub(super) fn reason(&self, example: &Example) -> String {
        let Example::Sentence(sentence) = example else {
            return String::new();
        };
        if self.on == Side::Changed {
            return "; a rule on = \"changed\" wants pairs, as in [\"old sentence\", \"new sentence\"]".to_owned();
        }
        let plain = prose::plain(sentence);
        let matched = self.patterns.graded.iter().any(|(p, _)| p.is_match(&plain));
        match self.patterns.guard(&plain).filter(|_| matched) {
            Some(guard) => format!("; {guard}"),
            None => String::new(),
        }
    }

    /// A rule of which nothing is said yet.
    pub(super) fn blank() -> Rule {
        Rule {
            id: String::new(),
            severity: Severity::RECORD,
            instead: None,
            label: String::new(),
            own_label: false,
            why: String::new(),
            on: Side::None,
            patterns: Patterns::default(),
            enabled: true,
            origin: Origin::Written(String::new()),
            matches: Vec::new(),
            ignores: Vec::new(),
            pairs_match: Vec::new(),
            pairs_ignore: Vec::new(),
        }
    }
}

/// Where a rule was written.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// With the program.
    Shipped,
    /// With the program, and changed by the user: at this file and line.
    Overridden(String),
    /// By the user: at this file and line.
    Written(String),
}

/// A sentence that a rule must match or leave alone; two of them for a rule on reworded ones.
#[derive(Clone, PartialEq, Eq, Deserialize, Debug)]
#[serde(untagged)]
pub enum Example {
    /// One that came or went.
    Sentence(String),
    /// An old one and what it became.
    Pair(String, String),
}

impl Example {
    /// In one line.
    pub fn shown(&self) -> String {
        match self {
            Example::Sentence(sentence) => sentence.clone(),
            Example::Pair(old, new) => format!("{old} → {new}"),
        }
    }
}

/// Which side of a change a rule reads.
#[derive(Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Debug)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// Text that was not there.
    Added,
    /// Text that is gone.
    Removed,
    /// Sentences that were reworded, the old one and the new one.
    Changed,
    /// Neither: code decides.
    #[default]
    None,
}

impl Side {
    /// The word for it, as in the watchlist.
    pub fn word(self) -> &'static str {
        match self {
            Side::Added => "added",
            Side::Removed => "removed",
            Side::Changed => "changed",
            Side::None => "none",
        }
    }
}

/// The patterns of a rule.
#[derive(Clone, Default, Debug)]
pub struct Patterns {
    /// Whether only words count that stood nowhere on the page before.
    pub fresh: bool,
    /// At the rule's severity, then the weaker ones.
    pub graded: Vec<(Pattern, Severity)>,
    /// A sentence that matches one of these is left alone.
    pub unless: Vec<Pattern>,
    /// Old words and new ones.
    pub pairs: Vec<(Pattern, Pattern)>,
    /// What a sentence, or both of a pair, must speak of.
    pub about: Option<Pattern>,
    /// From least to most.
    pub scale: Vec<Pattern>,
    /// How strong a promise is.
    pub strength: Option<Strength>,
}

impl Patterns {
    /// Whether a sentence is left alone.
    pub fn leaves(&self, sentence: &(impl Searched + ?Sized)) -> bool {
        self.unless.iter().any(|guard| guard.is_match(sentence)) || !self.concerns(sentence)
    }

    /// Whether a sentence is about what the rule is about.
    pub fn concerns(&self, sentence: &(impl Searched + ?Sized)) -> bool {
        let about = self.about.as_ref();
        about.is_none_or(|about| about.is_match(sentence))
    }

    /// What leaves a sentence alone, as a clause; `None` where nothing does.
    pub fn guard(&self, sentence: &(impl Searched + ?Sized)) -> Option<String> {
        let guards = self.unless.iter();
        let mut found = guards.filter_map(|guard| guard.find(sentence));
        match found.next() {
            Some(hit) => Some(format!("`unless` leaves it alone: “{}”", hit.as_str())),
            None if !self.concerns(sentence) => {
                Some("it does not speak of what the rule is about (`about`)".to_owned())
            }
            None => None,
        }
    }

    /// Whether a sentence became another one by one of the pairs of words, guards counted.
    pub fn turned(&self, old: &(impl Searched + ?Sized), new: &(impl Searched + ?Sized)) -> bool {
        let by = |(before, after): &(Pattern, Pattern)| {
            before.is_match(old)
                && after.is_match(new)
                && !before.is_match(new)
                && !after.is_match(old)
        };
        self.pairs.iter().any(by) && !self.leaves(old) && !self.leaves(new)
    }

    /// The patterns of full severity.
    pub fn strong(&self) -> impl Iterator<Item = &Pattern> {
        let most = self.graded.first().map(|(_, severity)| *severity);
        let full = move |grade: &&(Pattern, Severity)| Some(grade.1) == most;
        self.graded.iter().filter(full).map(|(pattern, _)| pattern)
    }

    /// The patterns of lesser severity.
    pub fn weak(&self) -> impl Iterator<Item = &Pattern> {
        let strong = self.strong().count();
        self.graded.iter().skip(strong).map(|(pattern, _)| pattern)
    }
}

impl Patterns {
    /// The patterns as they are written, over those that stood. What is no pattern is noted.
    pub(super) fn of(
        written: &Written,
        was: &Patterns,
        full: Severity,
        origin: &Origin,
        flaws: &mut Vec<Flaw>,
    ) -> Patterns {
        let mut compiled = |text: &str, part| compiled(text, part, origin, flaws);
        let lesser = written.weak_severity.map(Severity);
        let lesser = lesser.or_else(|| {
            let weak = was.weak().count() > 0;
            was.graded.last().filter(|_| weak).map(|(_, s)| *s)
        });
        let least = lesser
            .unwrap_or(Severity(full.0.saturating_sub(1)))
            .min(full);
        let mut read = |key, list: &Option<Vec<String>>| {
            let list = list.as_ref()?.iter().enumerate();
            let read = |(index, text): (usize, &String)| compiled(text, Part::Item(key, index));
            Some(list.filter_map(read).collect::<Vec<Pattern>>())
        };
        let strong = read("patterns", &written.patterns);
        let weak = read("weak", &written.weak);
        let unless = read("unless", &written.unless);
        let scale = written.scale.as_ref().map(|list| list.iter().map(folding));
        let scale: Option<Vec<String>> = scale.map(Iterator::collect);
        let scale = read("scale", &scale);
        let strong = strong.unwrap_or_else(|| was.strong().cloned().collect());
        let weak = weak.unwrap_or_else(|| was.weak().cloned().collect());
        let strong = strong.into_iter().map(|pattern| (pattern, full));
        let graded = strong
            .chain(weak.into_iter().map(|pattern| (pattern, least)))
            .collect();
        let pairs = written.pairs.as_ref().map(|pairs| {
            let pairs = pairs.iter().enumerate();
            let read = |(index, (old, new)): (usize, &(String, String))| {
                let old = compiled(&folding(old), Part::Item("pairs", index));
                let new = compiled(&folding(new), Part::Item("pairs", index));
                old.zip(new)
            };
            pairs.filter_map(read).collect()
        });
        let about = match &written.about {
            Some(about) => compiled(about, Part::Key("about")),
            None => was.about.clone(),
        };
        Patterns {
            fresh: written.fresh.unwrap_or(was.fresh),
            graded,
            unless: unless.unwrap_or_else(|| was.unless.clone()),
            pairs: pairs.unwrap_or_else(|| was.pairs.clone()),
            about,
            scale: scale.unwrap_or_else(|| was.scale.clone()),
            strength: match &written.strength {
                Some(written) => Some(strength::Written::compiled(written)),
                None => was.strength.clone(),
            },
        }
    }
}

/// A pattern that does not mind case.
fn folding(pattern: &String) -> String {
    format!("(?i)(?:{pattern})")
}

/// A pattern; where it is none, that is noted. Those that were shipped are known to be some.
fn compiled(text: &str, part: Part, origin: &Origin, flaws: &mut Vec<Flaw>) -> Option<Pattern> {
    let read = match origin {
        Origin::Shipped => Ok(Pattern::known(text)),
        Origin::Overridden(_) | Origin::Written(_) => Pattern::new(text),
    };
    match read {
        Ok(pattern) => Some(pattern),
        Err(why) => {
            // The crate draws the place on lines of its own; the last line is the sentence.
            let why = why.to_string();
            let why = why.lines().last().unwrap_or_default();
            let why = why.trim_start_matches("error: ");
            flaws.push(Flaw {
                part,
                what: format!("“{}” is no regular expression: {why}", prose::cut(text, 60)),
                remedy: Some(
                    "put a backslash before each of ( ) [ ] { } . * + ? that stands for itself"
                        .to_owned(),
                ),
            });
            None
        }
    }
}
