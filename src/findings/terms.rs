//! Watched terms that came or went.

use regex::Regex;

use crate::findings::evidence::{Evidence, finding};
use crate::findings::passages::{Passage, Passages};
use crate::model::Finding;
use crate::prose::compile;
use crate::prose::listed;

/// The watched terms in the added and in the removed text.
pub(super) fn judge(terms: &[String], passages: &Passages) -> Vec<Finding> {
    let patterns: Vec<(&String, Regex)> = terms
        .iter()
        .filter(|term| term.chars().any(char::is_alphanumeric))
        .map(|term| (term, whole_words(term)))
        .collect();
    let added = hits(&patterns, &passages.added, |at| passages.was(at));
    let added = added.into_iter().map(|(names, at)| Evidence {
        severity: passages.book.rule("term-added").severity,
        before: passages.was(at),
        after: Some(&passages.added[at]),
        names,
    });
    let removed = hits(&patterns, &passages.removed, |at| passages.became(at));
    let removed = removed.into_iter().map(|(names, at)| Evidence {
        severity: passages.book.rule("term-removed").severity,
        before: Some(&passages.removed[at]),
        after: passages.became(at),
        names,
    });
    let (added, removed): (Vec<Evidence>, Vec<Evidence>) = (added.collect(), removed.collect());
    let said = |evidence: &[Evidence], end: &str| {
        let mut names: Vec<String> = evidence.iter().flat_map(|one| one.names.clone()).collect();
        names.sort();
        names.dedup();
        format!("{} {end}", listed(&names, 6))
    };
    let came = said(&added, "stands in the text that was added.");
    let went = said(&removed, "stood in text that is no longer on this page.");
    let mut findings = Vec::new();
    findings.extend(finding("term-added", came, added));
    findings.extend(finding("term-removed", went, removed));
    findings
}

/// The sentences that hold a term which their counterpart does not hold.
fn hits<'a>(
    patterns: &[(&String, Regex)],
    side: &'a [Passage],
    partner: impl Fn(usize) -> Option<&'a Passage>,
) -> Vec<(Vec<String>, usize)> {
    let mut found = Vec::new();
    for (at, passage) in side.iter().enumerate() {
        let other = partner(at);
        let holds = |(_, pattern): &&(&String, Regex)| {
            pattern.is_match(&passage.folded)
                && !other.is_some_and(|other| pattern.is_match(&other.folded))
        };
        let terms: Vec<String> = patterns
            .iter()
            .filter(holds)
            .map(|(term, _)| (*term).clone())
            .collect();
        if !terms.is_empty() {
            found.push((terms, at));
        }
    }
    found
}

/// A term as whole words, whatever the case, hyphens or spaces: "opt-out" finds "opt out" and "optout".
pub(super) fn whole_words(term: &str) -> Regex {
    let folded = crate::findings::fold(term);
    let parts: Vec<String> = folded
        .split([' ', '-'])
        .filter(|part| !part.is_empty())
        .map(regex::escape)
        .collect();
    let edge = |c: Option<char>| {
        if c.is_some_and(char::is_alphanumeric) {
            r"\b"
        } else {
            ""
        }
    };
    let (first, last) = (edge(folded.chars().next()), edge(folded.chars().last()));
    compile(&format!("(?i){first}{}{last}", parts.join("[ -]?")))
}

/// A name as [`whole_words`] finds it in folded text, where it is looked for too seldom to make a pattern of it.
#[derive(Debug)]
pub(super) struct Whole(Vec<String>);

impl Whole {
    /// The words of a name.
    pub fn of(name: &str) -> Whole {
        let folded = crate::findings::fold(name);
        let parts = folded.split([' ', '-']).filter(|part| !part.is_empty());
        Whole(parts.map(str::to_owned).collect())
    }

    /// Whether it stands in a folded text as whole words.
    pub fn is_in(&self, folded: &str) -> bool {
        let is_letter = |c: char| c.is_alphanumeric() || c == '_';
        let apart = |inside: Option<char>, outside: Option<char>| {
            !(inside.is_some_and(char::is_alphanumeric) && outside.is_some_and(is_letter))
        };
        let Some((first, rest)) = self.0.split_first() else {
            return false;
        };
        let mut found = folded.match_indices(first.as_str());
        found.any(|(at, _)| {
            let after = rest
                .iter()
                .try_fold(&folded[at + first.len()..], |left, part| {
                    let joined = left.strip_prefix([' ', '-']).unwrap_or(left);
                    joined.strip_prefix(part.as_str())
                });
            let last = rest.last().unwrap_or(first).chars().next_back();
            let before = folded[..at].chars().next_back();
            apart(first.chars().next(), before)
                && after.is_some_and(|after| apart(last, after.chars().next()))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_whole_words_with_or_without_hyphens() {
        let pattern = whole_words("Opt-out");
        for text in ["opt out", "an opt-out.", "the optout"] {
            assert!(pattern.is_match(text), "{text}");
        }
        for text in ["opt outside", "adopt out", "opt-outs"] {
            assert!(!pattern.is_match(text), "{text}");
        }
        assert!(whole_words("care.data").is_match("the care.data programme"));
        assert!(!whole_words("care.data").is_match("the care-data programme"));
    }

    #[test]
    fn a_name_is_found_with_a_pattern_and_without() {
        let names = [
            "Opt-out",
            "care.data",
            "GP Data (new)",
            "(new) set",
            "data set",
        ];
        let texts = [
            "you can opt out of care.data",
            "optout-box, opt--out and the scare.data",
            "the gp-data (new) is (new)set and dataset",
            "the datasets_of the gp data (newer)",
            "",
        ];
        for name in names {
            for text in texts {
                let expected = whole_words(name).is_match(text);
                assert_eq!(Whole::of(name).is_in(text), expected, "{name} in {text}");
            }
        }
    }
}
