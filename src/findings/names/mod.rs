//! Finds the names of datasets, registers and record systems by their grammar.

mod called;
mod canonical;
mod described;
mod known;
mod run;
mod words;

pub(crate) use canonical::canonical;
pub(crate) use known::is_known;

use std::sync::LazyLock;

use regex::Regex;

use crate::findings::names::words::{Word, cut};
use crate::prose::compile;
use crate::prose::plain;

/// A name in a sentence.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Name {
    /// The form in which it is compared.
    pub canonical: String,
    /// The form in which it stands there.
    pub text: String,
    /// Whether the grammar is sure.
    pub sure: bool,
    /// Whether the sentence speaks of it as something old: retired, replaced, formerly so called.
    pub old: bool,
}

/// Every name in a sentence, in order, each once.
pub(crate) fn in_sentence(sentence: &str) -> Vec<Name> {
    let text = plain(sentence);
    let words = cut(&text);
    let mut found = run::names(&text, &words);
    found.extend(called::names(&text, &words));
    if found.is_empty() {
        found.extend(described::names(&text, &words));
    }
    found.sort_by_key(|span| (span.start, std::cmp::Reverse(span.end)));
    let mut names: Vec<Name> = Vec::new();
    let mut reached = 0;
    for span in found {
        let name = span.name(&text);
        let doubled = span.start < reached || names.iter().any(|n| n.canonical == name.canonical);
        if !doubled && !name.canonical.is_empty() {
            reached = span.end;
            names.push(name);
        }
    }
    names
}

/// Where a name stands in its sentence, in bytes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Span {
    start: usize,
    end: usize,
    sure: bool,
}

impl Span {
    /// The span from one word to another.
    fn of(words: &[Word], from: usize, to: usize, sure: bool) -> Span {
        Span {
            start: words[from].start,
            end: words[to].end,
            sure,
        }
    }

    fn name(&self, text: &str) -> Name {
        let stands = &text[self.start..self.end];
        Name {
            canonical: canonical(stands),
            text: stands.to_owned(),
            sure: self.sure && !is_pretend(text),
            old: is_old(&text[..self.start], &text[self.end..]),
        }
    }
}

/// Whether the sentence is about data of nobody.
fn is_pretend(text: &str) -> bool {
    static PRETEND: LazyLock<Regex> = LazyLock::new(|| {
        compile(r"(?i)\b(?:synthetic|dummy|fictitious|artificial data|test data ?sets?)\b")
    });
    PRETEND.is_match(text)
}

/// Whether the words around a name say that it is the old one.
fn is_old(before: &str, after: &str) -> bool {
    static BEFORE: LazyLock<Regex> = LazyLock::new(|| {
        compile(
            r"(?i)\b(?:replac(?:es?|ing)|instead of|rather than|in place of|ceased? to (?:complete|submit|collect|use|send)|retir(?:e|es|ed|ing)|formerly(?: known as| called)?|previously(?: known as| called)?|withdraw\w*|discontinu\w*|decommission\w*|closure of|clos(?:e|ing|ed)|supersed(?:es|ing)|part of)\s+(?:the |our |its |an? )?[“\x22]?$",
        )
    });
    static AFTER: LazyLock<Regex> = LazyLock::new(|| {
        compile(
            r"(?i)^[”\x22]?\s*(?:\([^)]*\)\s*)?(?:data )?(?:(?:was|were|is|are|has been|have been|had been|will be|is being|is now)\s+(?:now )?(?:being )?(?:retired|discontinued|decommissioned|withdrawn|closed|superseded|replaced|renamed|stopped|switched off)|(?:programme )?(?:closed|ceased|ended) (?:in|on))\b",
        )
    });
    BEFORE.is_match(before) || AFTER.is_match(after)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(sentence: &str, expected: &[&str]) {
        let found = in_sentence(sentence);
        let sure = found.iter().filter(|name| name.sure && !name.old);
        let names: Vec<&str> = sure.map(|name| name.text.as_str()).collect();
        assert_eq!(names, expected, "{sentence}");
    }

    #[test]
    fn proper_names_end_in_their_head() {
        case(
            "Practices must submit the Primary Care Sleep Data Set (PCSDS) every month.",
            &["Primary Care Sleep Data Set"],
        );
        case(
            "The Podiatry Waits dataset, and the Dental Outcomes Registry, will be linked.",
            &["Podiatry Waits dataset", "Dental Outcomes Registry"],
        );
        case(
            "DAPB4200 Amd 3/2027 Lung Health Check Data Set v2.1",
            &["Lung Health Check Data Set"],
        );
    }

    #[test]
    fn descriptions_in_lower_case_are_names_too() {
        case(
            "It is proposed that a single GP dataset should flow to the centre.",
            &["single GP dataset"],
        );
        for sentence in [
            "Members discussed the single GP dataset.",
            "From October practices supply the single GP dataset every week, says the annex to the paper.",
            "The single GP dataset begins in May, whatever the practices may have been told before.",
            "The annex sets out the collection of the single GP dataset from practices in the region.",
        ] {
            case(sentence, &["single GP dataset"]);
        }
        case(
            "Practices submit a national GP dataset every week under the terms of the notice.",
            &["national GP dataset"],
        );
        case("There is no single GP dataset.", &[]);
        case(
            "The figures were taken from a large national dataset of the time before.",
            &[],
        );
        case("We looked at the national dataset.", &[]);
    }

    #[test]
    fn what_is_called_something_has_a_name() {
        case(
            "The new data set will be called Frailty at Home Insights.",
            &["Frailty at Home Insights"],
        );
    }

    #[test]
    fn ordinary_prose_names_nothing() {
        for sentence in [
            "The data set out in Table 4 show a fall.",
            "Register with a GP surgery",
            "Return to the top of the page",
            "The department records its thanks.",
            "NHS England publishes datasets every month.",
            "The Office for National Statistics publishes figures.",
            "Your Medical Record",
            "Check your Summary of Care online.",
        ] {
            case(sentence, &[]);
        }
    }

    #[test]
    fn an_old_name_is_marked() {
        let found = in_sentence("This replaces the Hospital Beds Return.");
        assert!(found.iter().all(|name| name.old), "{found:?}");
    }
}
