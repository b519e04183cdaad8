//! What is wrong with a rule as it was written, and with which part of it.

use crate::prose;
use crate::rulebook::rules::{Example, Rule, Side};
use crate::rulebook::written::Written;

/// One thing that is wrong with a rule.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Flaw {
    /// With which part of it.
    pub part: Part,
    /// What is wrong, in a sentence without an end.
    pub what: String,
    /// What to write instead.
    pub remedy: Option<String>,
}

/// A part of a rule as it is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    /// The rule as a whole.
    Rule,
    /// The value of a key.
    Key(&'static str),
    /// One item of the list under a key, from 0.
    Item(&'static str, usize),
}

/// Sentences that no rule is about: a pattern that matches all of them matches everything.
const ORDINARY: [&str; 3] = [
    "The office is open from nine to five on working days.",
    "Figures are rounded to the nearest ten.",
    "Contact the team by telephone, or write to us",
];

/// Holds a rule to its own examples.
pub(super) fn examined(rule: &Rule, written: &Written, base: Option<&Rule>, flaws: &mut Vec<Flaw>) {
    if rule.on == Side::None {
        return;
    }
    sweeping(rule, written, flaws);
    let examples = [
        ("matches", &rule.matches, written.matches.is_some()),
        ("ignores", &rule.ignores, written.ignores.is_some()),
    ];
    for (key, examples, own) in examples {
        if base.is_none() && examples.is_empty() {
            flaws.push(Flaw {
                part: Part::Rule,
                what: format!("the rule “{}” has no sentence under `{key}`", rule.id),
                remedy: Some(match key {
                    "matches" => "add one that it must match: matches = [\"…\"]".to_owned(),
                    _ => "add one that it must leave alone: ignores = [\"…\"]".to_owned(),
                }),
            });
        }
        for (index, example) in examples.iter().enumerate() {
            let hit = rule.hits(example);
            if hit == (key == "matches") {
                continue;
            }
            flaws.push(Flaw {
                part: match own {
                    true => Part::Item(key, index),
                    false => Part::Rule,
                },
                what: told(rule, example, hit, own),
                remedy: Some(match (hit, own) {
                    (_, false) => format!("write `{key}` of your own for it"),
                    (true, true) => {
                        "narrow the pattern, or name what it leaves alone under `unless`".to_owned()
                    }
                    (false, true) => "correct the pattern or the sentence".to_owned(),
                }),
            });
        }
    }
}

fn told(rule: &Rule, example: &Example, hit: bool, own: bool) -> String {
    let whose = match own {
        true => "this example",
        false => "its shipped example",
    };
    let shown = prose::cut(&example.shown(), 90);
    match hit {
        true => format!(
            "“{}” matches {whose}, which it must leave alone: “{shown}”",
            rule.id
        ),
        false => format!(
            "“{}” does not match {whose}: “{shown}”{}",
            rule.id,
            rule.reason(example)
        ),
    }
}

/// Patterns that match nothing in particular.
fn sweeping(rule: &Rule, written: &Written, flaws: &mut Vec<Flaw>) {
    let mut note = |part: Part, what: &str| {
        flaws.push(Flaw {
            part,
            what: format!("this pattern of “{}” matches {what}", rule.id),
            remedy: Some("name the words that it is about".to_owned()),
        });
    };
    let strong = written.patterns.as_ref().map_or(0, Vec::len);
    let graded = written.patterns.iter().chain(&written.weak).flatten();
    for (index, pattern) in graded.enumerate() {
        let part = match index < strong {
            true => Part::Item("patterns", index),
            false => Part::Item("weak", index - strong),
        };
        let Ok(pattern) = regex::Regex::new(pattern) else {
            continue;
        };
        if pattern.is_match("") {
            note(part, "even where there is no word");
        } else if ORDINARY.iter().all(|sentence| pattern.is_match(sentence)) {
            note(part, "every sentence");
        }
    }
    for (index, (old, new)) in written.pairs.iter().flatten().enumerate() {
        let everything = [old, new].into_iter().all(|side| {
            regex::Regex::new(side)
                .is_ok_and(|side| ORDINARY.iter().all(|sentence| side.is_match(sentence)))
        });
        if everything {
            note(Part::Item("pairs", index), "every sentence");
        }
    }
}
