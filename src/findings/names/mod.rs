//! Finds the names of datasets, registers, programmes, directions and standards by their grammar.

mod also;
mod called;
mod canonical;
mod coded;
mod coined;
mod cues;
mod described;
mod known;
mod run;
mod titled;
mod words;

pub(crate) use canonical::{canonical, is_short, resemble};
pub(crate) use known::{is_known, spelled_out};

use std::sync::LazyLock;

use regex::Regex;

use crate::findings::names::words::{Word, cut};
use crate::model::{NameKind, Named};
use crate::prose::{Text, compile, plain};

/// Raised whenever more or other names are found: what was named before is then looked for afresh, quietly.
pub const GRAMMAR: u32 = 4;

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
    /// What it is the name of.
    pub kind: NameKind,
    /// What else it is called there, as it stands.
    pub aliases: Vec<String>,
}

impl Name {
    /// Whether this is one of its names.
    fn is_also(&self, canonical: &str) -> bool {
        let aliases = self.aliases.iter().map(|alias| self::canonical(alias));
        self.canonical == canonical || aliases.into_iter().any(|alias| alias == canonical)
    }

    /// As the archive keeps it.
    pub fn named(self) -> Named {
        Named {
            canonical: self.canonical,
            text: self.text,
            kind: self.kind,
            aliases: self.aliases,
        }
    }
}

/// Every name in a sentence, in order, each once.
pub(crate) fn in_sentence(sentence: &str) -> Vec<Name> {
    in_text(&Text::of(plain(sentence)))
}

/// The same of a sentence that is as patterns read it.
pub(crate) fn in_text(text: &Text) -> Vec<Name> {
    let words = cut(text);
    // What is found first keeps its place: the surest grammar leads.
    let mut found = apart(Vec::new(), run::names(text, &words));
    found = apart(found, called::names(text, &words));
    if found.is_empty() {
        found = apart(found, described::names(text, &words));
    }
    found = apart(found, known::names(text, &words));
    found = apart(found, titled::names(text, &words));
    found = apart(found, called::defined(text, &words));
    found = apart(found, called::beside(text, &words));
    found = apart(found, called::quoted(text, &words));
    found = apart(found, coined::names(text, &words));
    let mut names: Vec<Name> = Vec::new();
    for span in &found {
        let name = span.name(text);
        let alias = names.iter().any(|had| had.is_also(&name.canonical));
        if !alias && !name.canonical.is_empty() {
            names.push(name);
        }
    }
    // A direction is named after what it is about, and both are names.
    let directions = coded::directions(text);
    let codes = coded::names(text);
    for span in directions.iter().chain(&codes) {
        let name = span.name(text);
        if !names.iter().any(|had| had.is_also(&name.canonical)) {
            names.push(name);
        }
    }
    names
}

/// Spans with those others that touch none of them, in order.
fn apart(mut found: Vec<Span>, mut others: Vec<Span>) -> Vec<Span> {
    others.sort_by_key(|span| (span.start, std::cmp::Reverse(span.end)));
    for span in others {
        let touches = |had: &Span| span.start < had.end && had.start < span.end;
        if !found.iter().any(touches) {
            found.push(span);
        }
    }
    found.sort_by_key(|span| (span.start, std::cmp::Reverse(span.end)));
    found
}

/// Where a name stands in its sentence, in bytes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Span {
    start: usize,
    end: usize,
    sure: bool,
    kind: NameKind,
}

impl Span {
    /// The span from one word to another.
    fn of(words: &[Word], from: usize, to: usize, sure: bool, kind: NameKind) -> Span {
        Span {
            start: words[from].start,
            end: words[to].end,
            sure,
            kind,
        }
    }

    /// What else stands there for it; an acronym with a general word is also the acronym alone.
    fn aliases(&self, text: &str) -> Vec<String> {
        let mut aliases = also::names(text, self.start, self.end);
        let inner = also::within(&text[self.start..self.end]);
        aliases.extend(inner.map(|(_, acronym, _)| acronym.to_owned()));
        let mut words = text[self.start..self.end].split(' ');
        let first = words.next().unwrap_or_default();
        let capitals = first.chars().filter(|c| c.is_uppercase()).count();
        if capitals >= 3
            && words.next().is_some()
            && is_short(
                &canonical(&text[self.start..self.end]),
                &first.to_lowercase(),
            )
        {
            aliases.push(first.to_owned());
        }
        aliases
    }

    fn name(&self, text: &str) -> Name {
        let stands = &text[self.start..self.end];
        let canonical = match also::within(stands) {
            // "Foot Care (FCA) Audit" is the Foot Care Audit.
            Some((before, _, after)) => canonical(&format!("{before}{after}")),
            None => canonical(stands),
        };
        Name {
            canonical,
            text: stands.to_owned(),
            sure: self.sure && !is_pretend(text),
            old: is_old(&text[..self.start], &text[self.end..]),
            kind: self.kind,
            aliases: self.aliases(text),
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

    #[track_caller]
    fn kinds(sentence: &str, expected: &[(&str, NameKind)]) {
        let found = in_sentence(sentence);
        let names: Vec<(&str, NameKind)> = found
            .iter()
            .map(|name| (name.text.as_str(), name.kind))
            .collect();
        assert_eq!(names, expected, "{sentence}");
    }

    #[test]
    fn every_name_has_its_kind() {
        use NameKind::*;
        kinds(
            "The Northern Stroke Registry feeds the Urgent Access Data Platform.",
            &[
                ("Northern Stroke Registry", Register),
                ("Urgent Access Data Platform", Platform),
            ],
        );
        kinds(
            "Under the Podiatry Waits Directions 2027 the Foot Care Return is due.",
            &[
                ("Foot Care Return", Collection),
                ("Podiatry Waits Directions 2027", Direction),
            ],
        );
        kinds(
            "The National Audit of Foot Care in Older Adults (NAFCOA) ends.",
            &[("National Audit of Foot Care in Older Adults", Survey)],
        );
        kinds(
            "It is funded by the Build Better Clinics programme.",
            &[("Build Better Clinics programme", Programme)],
        );
        kinds(
            "Suppliers follow the Clinic Systems Code of Practice for Foot Care.",
            &[("Code of Practice for Foot Care", Standard)],
        );
        kinds(
            "Comments on the ‘National standard for fitting shoes and boots’ are welcome.",
            &[("National standard for fitting shoes and boots", Standard)],
        );
        kinds("See DAPB4099 for more.", &[("DAPB4099", Reference)]);
        kinds(
            "FootView is a pseudonymised clinical database of clinics.",
            &[("FootView", Dataset)],
        );
        kinds(
            "Data comes from a cohort study, FOOTLIGHT – a look at clinics.",
            &[("FOOTLIGHT", Survey)],
        );
        kinds(
            "The Podiatry Data Analytics Service opens.",
            &[("Podiatry Data Analytics Service", Service)],
        );
    }

    #[test]
    fn names_may_hold_their_acronym_or_begin_with_what_they_are() {
        use NameKind::*;
        kinds(
            "It joins the National Foot Care (NFCA) Audit in May.",
            &[("National Foot Care (NFCA) Audit", Survey)],
        );
        let found = in_sentence("It joins the National Foot Care (NFCA) Audit in May.");
        assert_eq!(found[0].canonical, "national foot care audit");
        assert_eq!(found[0].aliases, ["NFCA"]);
        kinds(
            "It joins the Survey of Foot Care in England.",
            &[("Survey of Foot Care in England", Survey)],
        );
        kinds(
            "The Foot Health of Young Runners surveys go on.",
            &[("Foot Health of Young Runners surveys", Survey)],
        );
        kinds(
            "It joins the National foot and ankle audit.",
            &[("National foot and ankle audit", Survey)],
        );
        kinds("People are counted in HES.", &[("HES", Dataset)]);
        kinds(
            "The Foot Clinics Directions cover it.",
            &[("Foot Clinics Directions", Direction)],
        );
        kinds(
            "The Foot Waits Dashboard is open.",
            &[("Foot Waits Dashboard", Platform)],
        );
        kinds(
            "Read more in the Help to Walk scheme.",
            &[("Help to Walk scheme", Programme)],
        );
    }

    #[test]
    fn offices_boards_and_everyday_words_are_no_names() {
        for sentence in [
            "The Criminal Justice System is slow.",
            "Ask the Programme Board or the Survey Team.",
            "The Civil Service and the Government Digital Service agree.",
            "We may suspend the Service or the Platform at any time.",
            "The study will audit services in the programme.",
            "A Trust database is held by the NHS Trust.",
            "See the European Network of Cancer Registries.",
            "The Foot Care National Audit and Research Centre opens.",
            "The Secretary of State Directions are here.",
            "The National Trust ran a survey.",
            "From a Medical Point of View it is long.",
        ] {
            kinds(sentence, &[]);
        }
    }

    #[test]
    fn an_old_name_is_marked() {
        let found = in_sentence("This replaces the Hospital Beds Return.");
        assert!(found.iter().all(|name| name.old), "{found:?}");
    }
}
