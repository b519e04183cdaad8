//! A rule as somebody wrote it: what it says, and what it leaves as it was.

use serde::Deserialize;

use crate::model::Severity;
use crate::rulebook::flaws::{Flaw, Part, examined};
use crate::rulebook::rules::{Example, Origin, Patterns, Rule, Side};
use crate::rulebook::strength;

/// A rule as it is written, in the shipped files and in those of the user. Where it has the id of a rule that is there, it
/// overrides what it names.
#[derive(Clone, Default, Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub struct Written {
    /// Its id.
    pub id: String,
    /// What people read for it.
    pub label: Option<String>,
    /// How much it matters, 1 to 5.
    pub severity: Option<u8>,
    /// One sentence that says why it matters.
    pub why: Option<String>,
    /// Which side of a change it reads.
    pub on: Option<Side>,
    /// Whether only words count that stood nowhere on the page before.
    pub fresh: Option<bool>,
    /// Whether it is in force.
    pub enabled: Option<bool>,
    /// Patterns of its severity.
    pub patterns: Option<Vec<String>>,
    /// Patterns of lesser severity.
    pub weak: Option<Vec<String>>,
    /// Which severity those have.
    pub weak_severity: Option<u8>,
    /// What leaves a sentence alone.
    pub unless: Option<Vec<String>>,
    /// Old words and new ones.
    pub pairs: Option<Vec<(String, String)>>,
    /// What a sentence must speak of.
    pub about: Option<String>,
    /// From least to most.
    pub scale: Option<Vec<String>>,
    /// What it must match.
    pub matches: Option<Vec<Example>>,
    /// What it must not match.
    pub ignores: Option<Vec<Example>>,
    /// Old and new sentences of which it must say something.
    pub pairs_match: Option<Vec<(String, String)>>,
    /// Those of which it must not say anything above severity 2.
    pub pairs_ignore: Option<Vec<(String, String)>>,
    /// How strong a promise is.
    pub strength: Option<strength::Written>,
}

impl Written {
    /// The shipped rule.
    ///
    /// # Panics
    /// Where it lacks something. Its patterns are compiled when they are asked for; a test compiles them all.
    pub(super) fn shipped(self) -> Rule {
        let mut flaws = Vec::new();
        let rule = self.understood(None, Origin::Shipped, &mut flaws);
        assert!(flaws.is_empty(), "{}: {flaws:?}", rule.id);
        rule
    }

    /// The rule of the user, over the one of the same id where there is one; what is wrong with it is noted.
    pub(super) fn over(self, base: Option<&Rule>, at: &str, flaws: &mut Vec<Flaw>) -> Rule {
        let origin = match base.map(|base| &base.origin) {
            Some(Origin::Shipped | Origin::Overridden(_)) => Origin::Overridden(at.to_owned()),
            Some(Origin::Written(_)) | None => Origin::Written(at.to_owned()),
        };
        self.refuse_what_code_decides(base, flaws);
        self.ask_for_what_is_missing(base, flaws);
        let written = self.clone();
        let rule = self.understood(base, origin, flaws);
        if flaws.is_empty() {
            examined(&rule, &written, base, flaws);
        }
        rule
    }

    /// Of a rule that code decides people set how it is called, how much it matters and whether it is in force.
    fn refuse_what_code_decides(&self, base: Option<&Rule>, flaws: &mut Vec<Flaw>) {
        let Some(base) = base.filter(|base| base.is_shipped()) else {
            return;
        };
        let set = [
            (self.on.is_some(), Part::Key("on")),
            (self.fresh.is_some(), Part::Key("fresh")),
            (self.patterns.is_some(), Part::Key("patterns")),
            (self.weak.is_some(), Part::Key("weak")),
            (self.weak_severity.is_some(), Part::Key("weak_severity")),
            (self.unless.is_some(), Part::Key("unless")),
            (self.pairs.is_some(), Part::Key("pairs")),
            (self.about.is_some(), Part::Key("about")),
            (self.matches.is_some(), Part::Key("matches")),
            (self.ignores.is_some(), Part::Key("ignores")),
        ];
        let coded = base.on == Side::None;
        for (_, part) in set.into_iter().filter(|(set, _)| *set) {
            if !coded && part != Part::Key("on") {
                continue;
            }
            let Part::Key(key) = part else { continue };
            flaws.push(Flaw {
                part,
                what: match coded {
                    true => format!(
                        "`{key}` cannot be set for “{}”: no pattern decides it, the program does",
                        self.id
                    ),
                    false => format!("`on` cannot be changed for “{}”", self.id),
                },
                remedy: Some(match coded {
                    true => "set label, severity, why or enabled".to_owned(),
                    false => "write a rule of your own, under another id".to_owned(),
                }),
            });
        }
    }

    /// What a new rule must say.
    fn ask_for_what_is_missing(&self, base: Option<&Rule>, flaws: &mut Vec<Flaw>) {
        let tidy = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if base.is_none() && (!self.id.chars().all(tidy) || self.id.chars().count() > 60) {
            flaws.push(Flaw {
                part: Part::Key("id"),
                what: "the id of a rule is short, in small letters, digits and hyphens".to_owned(),
                remedy: Some("write one such as \"research-access\"".to_owned()),
            });
        }
        let mut need = |missing: bool, key: &str, example: &str| {
            if missing {
                flaws.push(Flaw {
                    part: Part::Rule,
                    what: format!("the rule “{}” needs `{key}`", self.id),
                    remedy: Some(format!("add a line {example}")),
                });
            }
        };
        if base.is_some() {
            return;
        }
        let on = self.on.unwrap_or(Side::Added);
        let none = |list: &Option<Vec<String>>| list.as_ref().is_none_or(Vec::is_empty);
        need(
            self.label.is_none(),
            "label",
            "label = \"what people read for it\"",
        );
        need(
            self.severity.is_none(),
            "severity",
            "severity = 3, or another from 1 to 5",
        );
        match on {
            Side::Added | Side::Removed => need(
                none(&self.patterns) && none(&self.weak),
                "patterns",
                "patterns = ['(?i)\\bwords to look for\\b']",
            ),
            Side::Changed => need(
                self.pairs.as_ref().is_none_or(Vec::is_empty),
                "pairs",
                "pairs = [['old words', 'new words']]",
            ),
            Side::None => {}
        }
        if on == Side::None {
            flaws.push(Flaw {
                part: Part::Key("on"),
                what: "a rule of the watchlist reads one side of a change".to_owned(),
                remedy: Some("write on = \"added\", \"removed\" or \"changed\"".to_owned()),
            });
        }
    }

    /// The rule, its patterns compiled.
    fn understood(self, base: Option<&Rule>, origin: Origin, flaws: &mut Vec<Flaw>) -> Rule {
        let was = base.cloned().unwrap_or_else(Rule::blank);
        let mut changed_label = was.own_label;
        changed_label |= self.label.is_some() && origin != Origin::Shipped;
        let on = self.on.unwrap_or(match base {
            Some(base) => base.on,
            None if origin == Origin::Shipped => Side::None,
            None => Side::Added,
        });
        let asked = self.severity.map_or(was.severity, Severity);
        // What code decides it decides as shipped; the difference is made up for afterwards.
        let by_code = origin != Origin::Shipped && was.is_shipped() && on != Side::Added;
        let (severity, instead) = match by_code && base.is_some() {
            true => (was.severity, self.severity.map(Severity).or(was.instead)),
            false => (asked, None),
        };
        let patterns = Patterns::of(&self, &was.patterns, severity, &origin, flaws);
        let label = self.label.unwrap_or(was.label);
        Rule {
            id: self.id,
            severity,
            instead,
            why: self.why.unwrap_or(match base {
                Some(_) => was.why,
                None => format!("It matches the rule “{}”.", label.trim_end_matches('.')),
            }),
            label,
            own_label: changed_label,
            on,
            patterns,
            enabled: self.enabled.unwrap_or(was.enabled),
            origin,
            matches: self.matches.unwrap_or(was.matches),
            ignores: self.ignores.unwrap_or(was.ignores),
            pairs_match: self.pairs_match.unwrap_or(was.pairs_match),
            pairs_ignore: self.pairs_ignore.unwrap_or(was.pairs_ignore),
        }
    }
}
