//! What a text and the pages of a known scheme hold both, word for word.

use std::collections::HashSet;
use std::sync::LazyLock;

use regex::Regex;

use crate::findings::passages::Passages;
use crate::findings::resemblance::{day, parted, stands, traits::Read};
use crate::findings::{Step, sentences};
use crate::model::{ChangeKind, Facts};
use crate::prose::{compile, cut, fold};
use crate::rulebook::Dossier;

/// The most reference numbers and addresses that are asked after.
const MARKS: usize = 60;

/// Something that ties a text to a scheme.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Tie {
    /// The publisher keeps both under one id.
    SameId(Page),
    /// The address of its page led to the text.
    LedHere(Page),
    /// The same long sentences, as they stand in the text.
    Sentences(Page, Vec<String>),
    /// The same reference number or address to write to.
    Marks(Page, Vec<String>),
    /// A reference number or address to write to that its dossier has.
    Written(Vec<String>),
}

/// A page of a scheme, in words: "“care.data”, seen on 5 May 2014".
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Page(String);

impl Tie {
    /// Whether it says of the page itself that it is the same one.
    pub fn is_of_the_page(&self) -> bool {
        matches!(self, Tie::SameId(_) | Tie::LedHere(_))
    }

    /// It, as a sentence.
    pub fn said(&self) -> String {
        match self {
            Tie::SameId(Page(page)) => {
                format!("Its publisher keeps it under the same id as {page}.")
            }
            Tie::LedHere(Page(page)) => format!("The address of {page} led here."),
            Tie::Sentences(Page(page), shared) => match shared.len() {
                1 => format!("A long sentence of it stood on {page}."),
                many => format!("{many} long sentences of it stood on {page}."),
            },
            Tie::Marks(Page(page), marks) => {
                format!("“{}” stands in it and stood on {page}.", marks[0])
            }
            Tie::Written(marks) => format!("“{}” stands in it, as in that scheme.", marks[0]),
        }
    }

    /// It, as the beginning of a clause.
    pub fn short(&self) -> String {
        match self {
            Tie::SameId(_) => "the publisher’s id is the same as".to_owned(),
            Tie::LedHere(_) => "a redirect led here".to_owned(),
            Tie::Sentences(..) => "the same long sentences stood".to_owned(),
            Tie::Marks(..) | Tie::Written(_) => "the same reference or contact stands".to_owned(),
        }
    }

    /// The sentences that both hold.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        let sentences = match self {
            Tie::Sentences(_, sentences) => &sentences[..],
            _ => &[],
        };
        sentences.iter().map(String::as_str)
    }
}

/// What ties the text to a scheme: to the page as it stood before, to the pages in the archive, to the dossier.
pub(super) fn between(
    step: &Step,
    dossier: &Dossier,
    read: &Read,
    passages: &Passages,
    facts: &Facts,
) -> Vec<Tie> {
    let mut ties = before(step, dossier, read, passages);
    for page in facts.schemes.get(&dossier.id).into_iter().flatten() {
        let day = page.at.with_timezone(&step.zone).format("%-d %B %Y");
        let called = Page(format!("“{}”, seen on {day}", cut(&page.title, 80)));
        if page.same_id {
            ties.push(Tie::SameId(called.clone()));
        }
        if page.led_here {
            ties.push(Tie::LedHere(called.clone()));
        }
        let shared = page.sentences.iter();
        let shared = shared.filter_map(|one| read.as_it_stands(one).map(str::to_owned));
        let shared: Vec<String> = shared.collect();
        if !shared.is_empty() {
            ties.push(Tie::Sentences(called.clone(), shared));
        }
        if !page.marks.is_empty() {
            ties.push(Tie::Marks(called, page.marks.clone()));
        }
    }
    let written = written(dossier, &passages.after.text);
    if !written.is_empty() {
        ties.push(Tie::Written(written));
    }
    ties.sort_by_key(|tie| match tie {
        Tie::SameId(_) => 0,
        Tie::LedHere(_) => 1,
        Tie::Sentences(_, shared) => 100 - shared.len().min(90),
        Tie::Marks(..) | Tie::Written(_) => 100,
    });
    ties
}

/// What ties the text to what stood on this page before, where that named the scheme.
fn before(step: &Step, dossier: &Dossier, read: &Read, passages: &Passages) -> Vec<Tie> {
    let Some(before) = step.before else {
        return Vec::new();
    };
    let text = parted(&passages.before.text);
    let mut names = dossier.names_on(day(step));
    if !names.any(|name| stands(name, before, &text)) {
        return Vec::new();
    }
    let page = Page(format!(
        "“{}”, as it stood here before",
        cut(&before.title, 80)
    ));
    let mut ties = Vec::new();
    let id = &before.stated.content_id;
    if id.is_some()
        && step
            .after
            .is_some_and(|after| after.stated.content_id == *id)
    {
        ties.push(Tie::SameId(page.clone()));
    }
    if step.redirected_to.is_some() && step.kind != ChangeKind::Redirected {
        ties.push(Tie::LedHere(page.clone()));
    }
    let stood: HashSet<String> = sentences(before).into_iter().collect();
    let telling = read.telling(dossier).into_iter();
    let shared = telling.filter(|sentence| stood.contains(sentence));
    let shared = shared.filter_map(|one| read.as_it_stands(&one).map(str::to_owned));
    let shared: Vec<String> = shared.collect();
    if !shared.is_empty() {
        ties.push(Tie::Sentences(page, shared));
    }
    ties
}

/// The reference numbers and contacts of a dossier that stand in a folded text.
pub(super) fn written(dossier: &Dossier, folded: &str) -> Vec<String> {
    let both = dossier.references.iter().chain(&dossier.contacts);
    let stands = |mark: &&String| super::is_whole_in(&fold(mark), folded);
    both.filter(stands).cloned().collect()
}

/// The reference numbers and addresses to write to in a folded text, without those that stand on every page of an office.
pub(super) fn marks(folded: &str) -> Vec<String> {
    static MARK: LazyLock<Regex> = LazyLock::new(|| {
        compile(
            r"\b(?:dars-nic-\d{4,6}(?:-[a-z0-9]{5})?|(?:dapb|dcb|scci|isb) ?\d{4}|amd \d{1,3}/\d{4}|\d{2}/cag/\d{4}|s\.?i\.? ?(?:19|20)\d\d/\d{1,4})\b|[a-z0-9][a-z0-9._%+-]*@[a-z0-9-]+(?:\.[a-z0-9-]+)+",
        )
    });
    static EVERYWHERE: LazyLock<Regex> = LazyLock::new(|| {
        compile(
            r"^(?:dcb ?(?:0129|0160|3058|1596|0086)\b|(?:[a-z]+\.)?(?:enquir(?:y|ies)|info|information|contact\w*|feedback|help\w*|support|press\w*|media\w*|web\w*|complaints?|foi|admin|office|mail|hello|comms|communications)@)",
        )
    });
    let mut seen = HashSet::new();
    let found = MARK.find_iter(folded).map(|found| found.as_str());
    let telling = found.filter(|mark| !EVERYWHERE.is_match(mark) && seen.insert(*mark));
    telling.take(MARKS).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reference_numbers_and_addresses_are_marks_unless_they_stand_everywhere() {
        let text = fold(
            "See DARS-NIC-12345-A1B2C and DCB1521 Amd 74/2016, 19/CAG/0123; write to gp.record.scheme@nhs.net, \
             not to enquiries@nhs.net or england.contactus@nhs.net. DCB0129 applies.",
        );
        assert_eq!(
            marks(&text),
            [
                "dars-nic-12345-a1b2c",
                "dcb1521",
                "amd 74/2016",
                "19/cag/0123",
                "gp.record.scheme@nhs.net"
            ]
        );
    }
}
