//! The shipped book, held to what it says of itself.

use regex::Regex;

use super::*;
use crate::model::Severity;
use crate::prose::{Pattern, Text};

/// Words of motive that nothing said may hold.
const MOTIVE: [&str; 7] = [
    "buried", "sneak", "quiet", "stealth", "silent", "admit", "scandal",
];

/// The ids the rest of the house relies on.
const IDS: &[&str] = &[
    "announced",
    "announced-without-change",
    "around-changed",
    "backdated",
    "backdated-edit",
    "baseline",
    "blocked",
    "buried",
    "column-removed",
    "consent-dispensed",
    "consultation-shortened",
    "contract",
    "correction",
    "count-changed",
    "data-item-added",
    "dataset-retired",
    "dataset-version",
    "date-changed",
    "date-moved-back",
    "date-only",
    "delisted",
    "denial",
    "end-date-extended",
    "fee-changed",
    "file-replaced",
    "gone",
    "hidden-from-search",
    "history-rewritten",
    "identifiability",
    "lead",
    "moved",
    "new-dataset",
    "new-document",
    "new-legal-basis",
    "new-purpose",
    "new-recipient",
    "notice-dispensed",
    "opt-out-both",
    "opt-out-flipped",
    "overdue",
    "place-added",
    "reading-suspect",
    "redirected",
    "register-commercial",
    "register-legal-basis",
    "register-missing",
    "register-pair",
    "register-recipient",
    "register-sub-licence",
    "renamed",
    "replaced",
    "retention-changed",
    "returned",
    "reverted",
    "row-altered",
    "rows-removed",
    "safeguard-removed",
    "safeguard-weakened",
    "silent-edit",
    "slipped",
    "spreading",
    "term-added",
    "term-removed",
    "timing",
    "title-changed",
    "transparency-reduced",
    "withdrawn",
];

#[test]
fn every_rule_stands_once_in_the_table() {
    let book = Book::shipped();
    let mut ids: Vec<&str> = book.rules.iter().map(|rule| rule.id.as_str()).collect();
    ids.sort_unstable();
    assert_eq!(ids, IDS);
}

#[test]
fn no_pattern_is_graded_above_five() {
    for rule in &Book::shipped().rules {
        let graded = &rule.patterns.graded;
        assert!(graded.iter().all(|(_, s)| *s <= Severity(5)), "{}", rule.id);
    }
}

#[test]
fn every_rule_matches_and_ignores_what_it_says() {
    for rule in &Book::shipped().rules {
        for sentence in &rule.matches {
            assert!(rule.hits(sentence), "{} must match: {sentence:?}", rule.id);
        }
        for sentence in &rule.ignores {
            assert!(
                !rule.hits(sentence),
                "{} must ignore: {sentence:?}",
                rule.id
            );
        }
    }
}

#[test]
fn every_pattern_finds_in_a_sentence_what_its_expression_finds() {
    let rules = &Book::shipped().rules;
    let said = rules.iter().flat_map(|rule| {
        let single = rule.matches.iter().chain(&rule.ignores).map(Example::shown);
        let pairs = rule.pairs_match.iter().chain(&rule.pairs_ignore);
        single.chain(pairs.flat_map(|(old, new)| [old.clone(), new.clone()]))
    });
    // As it is written by hand, as it is set in type, and in a language of other letters.
    let set = |said: String| {
        let typed = format!("“{}” – £5", said.replace('\'', "’"));
        let other = format!("Café {said}");
        [said, typed, other]
    };
    let said: Vec<Text> = said.flat_map(set).map(Text::of).collect();
    assert!(said.len() > 900);
    for rule in rules {
        let patterns = &rule.patterns;
        let graded = patterns.graded.iter().map(|(pattern, _)| pattern);
        let pairs = patterns.pairs.iter().flat_map(|(old, new)| [old, new]);
        let others = patterns.unless.iter().chain(&patterns.scale);
        for pattern in graded.chain(pairs).chain(others).chain(&patterns.about) {
            let expression = Regex::new(pattern.as_str()).expect("a pattern");
            for sentence in &said {
                let found = pattern.find(sentence).map(|hit| hit.range());
                let expected = expression.find(sentence).map(|hit| hit.range());
                assert_eq!(found, expected, "{}: {sentence}", pattern.as_str());
            }
        }
    }
}

#[test]
fn every_pattern_is_one() {
    let compile = |pattern: &Pattern| assert_eq!(pattern.regex().as_str(), pattern.as_str());
    for rule in &Book::shipped().rules {
        let patterns = &rule.patterns;
        patterns.graded.iter().for_each(|(one, _)| compile(one));
        for (old, new) in &patterns.pairs {
            compile(old);
            compile(new);
        }
        let others = patterns.unless.iter().chain(&patterns.scale);
        others.chain(&patterns.about).for_each(compile);
        let Some(strength) = &patterns.strength else {
            continue;
        };
        let steps = strength.ladders.iter().flat_map(|ladder| &ladder.steps);
        steps.for_each(compile);
        let words = [
            &strength.hedges,
            &strength.exceptions,
            &strength.bounds,
            &strength.reach,
            &strength.risks,
            &strength.protects,
        ];
        words.into_iter().for_each(compile);
    }
}

#[test]
fn every_rule_with_patterns_has_three_sentences_or_pairs_of_each_sort() {
    let patterned = |rule: &&Rule| {
        rule.on != Side::None || !rule.patterns.graded.is_empty() || !rule.matches.is_empty()
    };
    let book = Book::shipped();
    for rule in book.rules.iter().filter(patterned) {
        let sentences = rule.matches.len() >= 3 && rule.ignores.len() >= 3;
        let pairs = rule.pairs_match.len() >= 3 && rule.pairs_ignore.len() >= 3;
        assert!(
            sentences || pairs,
            "{}: three of each sort, please",
            rule.id
        );
    }
}

#[test]
fn every_rule_over_pairs_has_three_examples_of_both_sorts() {
    let of_pairs = [
        "safeguard-weakened",
        "data-item-added",
        "retention-changed",
        "fee-changed",
        "identifiability",
        "transparency-reduced",
        "count-changed",
        "date-changed",
        "place-added",
    ];
    for id in of_pairs {
        let book = Book::shipped();
        let rule = book.rule(id);
        assert!(rule.pairs_match.len() >= 3, "{id}");
        assert!(rule.pairs_ignore.len() >= 3, "{id}");
    }
}

#[test]
fn no_rule_speaks_of_motive() {
    for rule in &Book::shipped().rules {
        let said = format!("{} {}", rule.label, rule.why).to_lowercase();
        for word in MOTIVE {
            assert!(!said.contains(word), "{}: {word}", rule.id);
        }
    }
}

fn written(text: &str) -> Written {
    toml::from_str(text).expect("a rule")
}

const OWN: &str = r#"
id = "research-access"
label = "access for research"
severity = 3
patterns = ['(?i)\bresearchers? (?:may|can)\b']
unless = ['(?i)\bnot\b']
matches = ["Researchers may use the records."]
ignores = ["Researchers may not use the records."]
"#;

#[track_caller]
fn flawed(from: &str, to: &str, part: Part, told: &str) {
    let text = OWN.replace(from, to);
    assert_ne!(text, OWN, "{from} stands nowhere");
    let flaws = Book::shipped().with_rule(written(&text), "here");
    let flaws = flaws.expect_err(to);
    assert_eq!(flaws.len(), 1, "{flaws:?}");
    assert_eq!(flaws[0].part, part, "{flaws:?}");
    assert!(flaws[0].what.contains(told), "{flaws:?}");
}

#[test]
fn a_rule_is_held_to_its_own_examples() {
    let book = Book::shipped().with_rule(written(OWN), "here");
    let book = book.expect("a sound rule");
    let rule = book.rule("research-access");
    assert_eq!(rule.origin, Origin::Written("here".to_owned()));
    assert_eq!(
        (rule.on, rule.why.as_str()),
        (Side::Added, "It matches the rule “access for research”.")
    );
    assert!(rule.own_label);
    assert_eq!(
        book.sweeping().last().map(|rule| rule.id.as_str()),
        Some("research-access")
    );
    let matches = "matches = [\"Researchers may use the records.\"";
    flawed(
        matches,
        "matches = [\"Researchers may use them.\", \"Nobody may.\"",
        Part::Item("matches", 1),
        "does not match this example: “Nobody may.”",
    );
    flawed(
        matches,
        "matches = [\"Researchers can, and not only now.\"",
        Part::Item("matches", 0),
        "`unless` leaves it alone: “not”",
    );
    flawed(
        "may not use the",
        "can use the",
        Part::Item("ignores", 0),
        "matches this example, which it must leave alone",
    );
    flawed(
        "ignores = [\"Researchers may not use the records.\"]",
        "",
        Part::Rule,
        "no sentence under `ignores`",
    );
    flawed(
        matches,
        "matches = [",
        Part::Rule,
        "no sentence under `matches`",
    );
}

#[test]
fn a_pattern_that_is_none_or_matches_everything_is_refused() {
    let pattern = r"'(?i)\bresearchers? (?:may|can)\b'";
    flawed(
        pattern,
        "'(researchers'",
        Part::Item("patterns", 0),
        "unclosed group",
    );
    let also = |more: &str| format!("{pattern}, '{more}'");
    let unless = "unless = ['(?i)\\bnot\\b']";
    assert!(OWN.contains(unless), "the guard stands there");
    flawed(
        pattern,
        &also(r"(?:zebras?)?"),
        Part::Item("patterns", 1),
        "even where there is no word",
    );
    flawed(
        pattern,
        &also(r"\w+"),
        Part::Item("patterns", 1),
        "every sentence",
    );
    flawed(
        "label = \"access for research\"",
        "",
        Part::Rule,
        "needs `label`",
    );
    flawed(
        "patterns = [",
        "on = \"none\"\npatterns = [",
        Part::Key("on"),
        "one side",
    );
}

#[test]
fn a_rule_of_reworded_sentences_has_pairs_for_examples() {
    let rule = r#"
id = "softer"
label = "softer words"
severity = 4
on = "changed"
about = '(?i)\brecords\b'
pairs = [['\bmust\b', '\bshould\b']]
matches = [["They must delete the records.", "They should delete the records."]]
ignores = [["They must go.", "They should go."], "They should keep the records."]
"#;
    let book = Book::shipped().with_rule(written(rule), "here");
    let book = book.expect("a sound rule");
    assert_eq!(book.written(Side::Changed).count(), 1);
    let lone = rule.replace(
        "matches = [[",
        "matches = [\"They must keep the records.\"]\nweak_ = [[",
    );
    assert!(toml::from_str::<Written>(&lone).is_err(), "no such key");
    let lone = rule.replace(
        "matches = [[\"They must delete the records.\", \"They should delete the records.\"]]",
        "matches = [\"They must keep the records.\"]",
    );
    let flaws = Book::shipped().with_rule(written(&lone), "here");
    let flaws = flaws.expect_err("one sentence is no change");
    assert!(flaws[0].what.contains("wants pairs"), "{flaws:?}");
}

#[test]
fn a_shipped_rule_is_overridden_in_what_is_named() {
    let text = "id = \"new-purpose\"\nseverity = 2\nlabel = \"another use\"";
    let book = Book::shipped().with_rule(written(text), "watchlist.toml, line 3");
    let book = book.expect("a sound override");
    let (was, is) = (Book::shipped(), book.rule("new-purpose"));
    let was = was.rule("new-purpose");
    assert_eq!(
        (is.severity, is.label.as_str()),
        (Severity(2), "another use")
    );
    assert_eq!((is.why.as_str(), is.on), (was.why.as_str(), was.on));
    assert_eq!(
        is.origin,
        Origin::Overridden("watchlist.toml, line 3".into())
    );
    assert_eq!(
        book.place("new-purpose"),
        Book::shipped().place("new-purpose")
    );
    assert!(is.patterns.graded.iter().all(|(_, s)| *s <= Severity(2)));

    let off = book.with_rule(written("id = \"new-purpose\"\nenabled = false"), "x");
    let off = off.expect("switched off");
    assert!(!off.is_in_force("new-purpose") && off.sweeping().all(|r| r.id != "new-purpose"));
    assert_eq!(off.rule("new-purpose").label, "another use");

    let coded = Book::shipped().with_rule(written("id = \"gone\"\nseverity = 2"), "x");
    let coded = coded.expect("a rule of code");
    let gone = coded.rule("gone");
    let shipped = Book::shipped().rule("gone").severity;
    assert_eq!((gone.severity, gone.instead), (shipped, Some(Severity(2))));
    let text = "id = \"gone\"\npatterns = ['gone']";
    let flaws = Book::shipped().with_rule(written(text), "x");
    let flaws = flaws.expect_err("code decides it");
    assert_eq!(flaws[0].part, Part::Key("patterns"));
    let text = "id = \"new-purpose\"\npatterns = ['(?i)zebras']";
    let flaws = Book::shipped().with_rule(written(text), "x");
    let flaws = flaws.expect_err("its own examples");
    assert!(
        flaws.iter().all(|f| f.what.contains("its shipped example")),
        "{flaws:?}"
    );
}

#[test]
fn more_days_hold_over_the_shipped_ones() {
    let days: Days = toml::from_str(
        "extra = [\"2020-05-04\"]\nmoved = [\"2020-05-08\"]\nrecess = [[\"2026-07-21\", \"2026-09-01\"]]\n\
         sitting = [\"2026-08-18\"]",
    )
    .expect("days");
    let book = Book::shipped().with_days(days);
    let day = |text: &str| text.parse::<chrono::NaiveDate>().expect("a day");
    assert!(book.days.extra.contains(&day("2020-05-04")));
    assert!(!book.days.moved.contains(&day("2020-05-04")));
    assert!(!book.days.extra.contains(&day("2020-05-08")));
    assert!(book.days.recess_on(day("2026-08-17")).is_some());
    assert!(book.days.recess_on(day("2026-08-18")).is_none());
    assert!(book.days.recess_on(day("2026-09-02")).is_none());
}
