//! Places a scheme comes to, and places that are no longer listed.

use std::sync::LazyLock;

use regex::Regex;

use crate::findings::evidence::{Evidence, finding};
use crate::findings::lexicon::LEXICON;
use crate::findings::passages::{Part, Passage, Passages};
use crate::model::{Finding, Severity};
use crate::prose::compile;
use crate::prose::{fold, listed};

/// Places that came, and places that went.
pub(super) fn judge(passages: &Passages) -> Vec<Finding> {
    let mut findings = Vec::new();
    let added = gather(passages, Side::Added);
    let names = names_of(&added);
    let why = if names.is_empty() {
        passages.book.rule("place-added").why.clone()
    } else {
        format!(
            "{}: named on this page for the first time.",
            plainly(&names)
        )
    };
    findings.extend(finding("place-added", why, added));
    let gone = gather(passages, Side::Removed);
    let names = names_of(&gone);
    if !names.is_empty() {
        let what = gone
            .iter()
            .find_map(|one| kind(one.before?))
            .unwrap_or_default();
        let are = if names.len() == 1 { "is" } else { "are" };
        let why = format!(
            "The {what}areas {} {are} no longer listed on this page.",
            plainly(&names)
        );
        findings.extend(finding("delisted", why, gone));
    }
    findings
}

/// Which way a place went.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Added,
    Removed,
}

/// The sentences of one side that name places the other page does not.
fn gather<'a>(passages: &'a Passages, side: Side) -> Vec<Evidence<'a>> {
    let patterns = passages.book.patterns("place-added");
    let scheme = |text: &str| patterns.strong().any(|pattern| pattern.is_match(text));
    let (sentences, other_page) = match side {
        Side::Added => (&passages.added, &passages.before.text),
        Side::Removed => (&passages.removed, &passages.after.text),
    };
    let mut evidence = Vec::new();
    for (at, passage) in sentences.iter().enumerate() {
        if passage.part == Part::Heading || !(scheme(&passage.plain) || scheme(&passage.heading)) {
            continue;
        }
        let fresh = |mut names: Vec<String>| {
            names.retain(|name| !other_page.contains(&fold(name)));
            names
        };
        let mut names = fresh(places(&passage.plain));
        let mut severity = match side {
            Side::Added => passages.book.rule("place-added").severity,
            Side::Removed => Severity(3),
        };
        if names.is_empty() && side == Side::Added {
            let hits = patterns
                .weak()
                .flat_map(|pattern| pattern.captures_iter(&passage.plain));
            let found = hits.filter_map(|hit| hit.name("name"));
            names = fresh(found.map(|name| name.as_str().to_owned()).collect());
            severity = Severity(3);
        }
        if !names.is_empty() {
            let (before, after) = match side {
                Side::Added => (passages.was(at), Some(passage)),
                Side::Removed => (Some(passage), passages.became(at)),
            };
            evidence.push(Evidence {
                severity,
                before,
                after,
                names,
            });
        }
    }
    evidence
}

fn names_of(evidence: &[Evidence]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in evidence.iter().flat_map(|one| &one.names) {
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    names
}

/// Names in a row, without quotes.
fn plainly(names: &[String]) -> String {
    listed(names, 8).replace(['“', '”'], "")
}

/// What sort of areas: "pathfinder ", "pilot ".
fn kind(passage: &Passage) -> Option<String> {
    static KIND: LazyLock<Regex> = LazyLock::new(|| {
        compile(
            r"(?i)\b(pathfinder|pilot|early adopter|trailblazer|vanguard|trial|demonstrator)s?\b",
        )
    });
    let text = format!("{} {}", passage.heading, passage.plain);
    let found = KIND.captures(&text)?;
    Some(format!("{} ", found[1].to_lowercase()))
}

/// The places of a sentence: lists of capitalised names in which at least half are known to be places.
pub(super) fn places(text: &str) -> Vec<String> {
    static RUN: LazyLock<Regex> = LazyLock::new(|| {
        let word = r"[A-Z][\w’'-]+";
        let name = format!(r"{word}(?:(?: (?:with|upon|on|in|of|under))? {word})*");
        compile(&format!(r"{name}(?:(?:, and |, | and |; | & ){name})*"))
    });
    let mut held = text.to_owned();
    // Whole names are held together while the list is cut.
    for (at, whole) in LEXICON.places.whole.iter().enumerate() {
        held = held.replace(whole, &format!("Place{at}Whole"));
    }
    let mut found: Vec<String> = Vec::new();
    for run in RUN.find_iter(&held) {
        let items: Vec<String> = items(run.as_str())
            .iter()
            .map(|item| restored(item))
            .collect();
        let places = items.iter().filter(|item| is_place(item)).count();
        if places * 2 >= items.len() && places > 0 {
            found.extend(
                items
                    .into_iter()
                    .filter(|item| places > 1 || is_place(item)),
            );
        }
    }
    found.dedup();
    found
}

/// The items of a list; where there is a comma before the last "and", an "and" inside an item stays.
fn items(list: &str) -> Vec<&str> {
    static WITH_AND: LazyLock<Regex> = LazyLock::new(|| compile(r", and |, |; | & "));
    static ALL: LazyLock<Regex> = LazyLock::new(|| compile(r", and |, |; | & | and "));
    let cutter: &Regex = if list.contains(", and ") {
        &WITH_AND
    } else {
        &ALL
    };
    cutter
        .split(list)
        .map(str::trim)
        .filter(|item| !item.is_empty())
        .collect()
}

fn restored(item: &str) -> String {
    let mut item = item.to_owned();
    for (at, whole) in LEXICON.places.whole.iter().enumerate().rev() {
        item = item.replace(&format!("Place{at}Whole"), whole);
    }
    item
}

fn is_place(name: &str) -> bool {
    let organisation = [
        "NHS",
        "Trust",
        "Hospital",
        "University",
        "College",
        "Ltd",
        "Limited",
        "Council",
    ];
    let mut words = name.split(' ');
    LEXICON.places.whole.iter().any(|whole| whole == name)
        || (words
            .clone()
            .any(|word| LEXICON.places.words.contains(word))
            && !words.any(|word| organisation.contains(&word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(text: &str, expected: &[&str]) {
        assert_eq!(places(text), expected, "{text}");
    }

    #[test]
    fn a_list_of_places_is_cut_where_a_reader_would_cut_it() {
        case(
            "in the areas of Leeds North, Leeds West, Leeds South and East, Somerset, West Hampshire, and Blackburn with Darwen.",
            &[
                "Leeds North",
                "Leeds West",
                "Leeds South and East",
                "Somerset",
                "West Hampshire",
                "Blackburn with Darwen",
            ],
        );
        case(
            "begins in the pathfinder areas of Kent, Leeds and Somerset.",
            &["Kent", "Leeds", "Somerset"],
        );
        case(
            "General practices in Cumbria and Devon will be first",
            &["Cumbria", "Devon"],
        );
        case(
            "pilots in Bath and North East Somerset and in Brighton and Hove",
            &["Bath and North East Somerset", "Brighton and Hove"],
        );
    }

    #[test]
    fn organisations_are_no_places() {
        case("The pilot is run by NHS England and Palantir.", &[]);
        case("Leeds Teaching Hospitals NHS Trust takes part.", &[]);
    }
}
