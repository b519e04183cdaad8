//! The form in which names are compared.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use crate::findings::lexicon::LEXICON;
use crate::prose::compile;
use crate::prose::fold;
use crate::prose::words;

/// A name as it is compared: case, quotes, hyphens, article, version, plural and the spelling of "data set" forgotten.
pub(crate) fn canonical(name: &str) -> String {
    static SETS: LazyLock<Regex> = LazyLock::new(|| compile(r"\bdata[ -]?sets?\b"));
    static VERSION: LazyLock<Regex> = LazyLock::new(|| {
        compile(r"[\s,:(–-]*\b(?:v(?:ersion)?\.? ?\d+(?:\.\d+)*|amd \d+/\d{4})(?: draft)?\)?\s*$")
    });
    const ARTICLES: [&str; 6] = ["the ", "a ", "an ", "our ", "its ", "this "];
    static PLURAL: LazyLock<Regex> = LazyLock::new(|| {
        compile(
            r"\b(collection|register|record|extract|return|asset|product|flow|feed|archive|database)s$",
        )
    });
    static CODES: LazyLock<Regex> =
        LazyLock::new(|| compile(r"\b(dapb|dcb|scci|isb|prn)[ -](\d{3,6})\b"));
    // Nearly all that is compared so has none of this, and a look at it is quicker than a pattern.
    let mut folded = fold(name);
    if folded.contains("registries") {
        folded = folded.replace("registries", "registry");
    }
    let numbered = folded.contains(char::is_numeric);
    if numbered {
        folded = CODES.replace_all(&folded, "$1$2").into_owned();
    }
    if folded.contains("data") {
        folded = SETS.replace_all(&folded, "dataset").into_owned();
    }
    if numbered {
        folded = VERSION.replace(&folded, "").into_owned();
    }
    let bare = folded.trim_matches(|c: char| !(c.is_alphanumeric() || c == ')' || c == '+'));
    let article = ARTICLES.iter().find_map(|one| bare.strip_prefix(one));
    let bare = article.unwrap_or(bare);
    match bare.ends_with('s') {
        true => PLURAL.replace(bare, "$1").into_owned(),
        false => bare.to_owned(),
    }
}

/// The name without the general words at its end: "x data collection" is known where "x" is.
pub(super) fn stems(canonical: &str) -> impl Iterator<Item = &str> {
    const GENERAL: [&str; 12] = [
        " dataset",
        " data",
        " collection",
        " extract",
        " extraction",
        " register",
        " record",
        " return",
        " flow",
        " feed",
        " service",
        " programme",
    ];
    std::iter::successors(Some(canonical), |name| {
        GENERAL.iter().find_map(|end| name.strip_suffix(end))
    })
}

/// Whether a name is an acronym and a general word at most: "pcsds dataset" of "pcsds".
pub(crate) fn is_short(canonical: &str, acronym: &str) -> bool {
    stems(canonical).any(|stem| stem == acronym)
}

/// Whether two names share most of the words that tell what they are about.
pub(crate) fn resemble(one: &str, other: &str) -> bool {
    let (one, other) = (canonical(one), canonical(other));
    let (ones, others) = (telling(&one), telling(&other));
    let shared = ones.intersection(&others).count();
    one != other && shared > 0 && shared * 2 > ones.len().max(others.len())
}

/// The words of a name that tell what it is about; all of them where none does.
fn telling(canonical: &str) -> BTreeSet<&str> {
    let lexicon = &LEXICON.names;
    let said = || {
        words(canonical)
            .into_iter()
            .filter(|word| !matches!(*word, "of" | "for" | "and" | "in" | "the"))
    };
    let general = |word: &&str| {
        lexicon.plain.contains(*word)
            || lexicon.works.contains(*word)
            || lexicon.kinds.contains(*word)
    };
    let telling: BTreeSet<&str> = said().filter(|word| !general(word)).collect();
    match telling.is_empty() {
        true => said().collect(),
        false => telling,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn same(one: &str, other: &str) {
        assert_eq!(canonical(one), canonical(other));
    }

    #[test]
    fn a_name_is_the_same_however_it_is_written() {
        same("The Single GP Data Set", "single GP dataset");
        same("Single GP data-set", "Single GP Dataset");
        same(
            "“Women’s Health Hub Data Set”",
            "Women's Health Hub Dataset",
        );
        same(
            "Community Outcomes Data Set v1.0",
            "Community Outcomes Data Set",
        );
        same(
            "National Workforce Data set, Version 2.9",
            "National Workforce dataset",
        );
        same("Digital Exclusion Data-\nset", "Digital Exclusion Dataset");
        same("Data Uses Registers", "Data Uses Register");
    }

    #[test]
    fn other_names_stay_apart() {
        assert_ne!(canonical("GP Data Asset"), canonical("GP Data Flow"));
        assert_ne!(
            canonical("Obesity Extract"),
            canonical("Obesity Pathway Extract")
        );
    }
}
