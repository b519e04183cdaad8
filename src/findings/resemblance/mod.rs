//! Says that a text resembles a known scheme whose name does not stand in it.

mod ties;
mod traits;

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::findings::Step;
use crate::findings::passages::Passages;
use crate::model::{Document, Facts, Finding, Quoted, Scheme, Severity, Weighed};
use crate::prose::{fold, quote};
use crate::rulebook::{Book, Dossier};

use ties::Tie;
use traits::{Read, Traits};

/// With so many facets fewer than are enough, something that both texts hold word for word makes up for them.
const SHORT: usize = 2;
/// With so many facets more than are enough, the text alone counts as much as something that both hold.
const BEYOND: usize = 2;
/// So many facets agree at least, where both texts hold something.
const LEAST: usize = 2;
/// So many facets are told in words.
const TOLD: usize = 4;

/// A text, as it agrees with one dossier.
#[derive(Clone, Debug)]
pub(super) struct Likeness<'a> {
    dossier: &'a Dossier,
    traits: Traits,
    ties: Vec<Tie>,
}

/// What to ask the archive: of the schemes that the text may be another name of, their pages.
pub(super) fn asked(step: &Step, passages: &Passages, likely: &[Likeness]) -> Vec<Scheme> {
    let Some(after) = step.after else {
        return Vec::new();
    };
    let read = Read::of(&passages.after);
    let mut likely: Vec<&Likeness> = likely.iter().collect();
    likely.retain(|one| one.is_near() || has_mark(one.dossier, passages));
    if likely.is_empty() {
        return Vec::new();
    }
    let marks = ties::marks(&passages.after.text);
    let scheme = |likeness: &&Likeness| Scheme {
        dossier: likeness.dossier.id.clone(),
        name: likeness.dossier.name.clone(),
        names: (likeness.dossier.names_on(day(step))).map(named).collect(),
        sentences: read.telling(likeness.dossier),
        marks: marks.clone(),
        content_id: after.stated.content_id.clone(),
        address: step.watch.url.to_string(),
    };
    likely.iter().map(scheme).collect()
}

/// The resemblance that is strongest, with the other schemes it holds of too; none where one was told before.
pub(super) fn judge(
    step: &Step,
    passages: &Passages,
    likely: &[Likeness],
    facts: &Facts,
) -> Option<Finding> {
    let read = Read::of(&passages.after);
    let mut likely = likely.to_vec();
    for likeness in &mut likely {
        likeness.ties = ties::between(step, likeness.dossier, &read, passages, facts);
    }
    likely.retain(|likeness| likeness.holds() && !facts.resembled.contains(&likeness.dossier.id));
    likely.sort_by_key(|likeness| {
        std::cmp::Reverse((likeness.severity(), likeness.ties.len(), likeness.margin()))
    });
    let (best, others) = likely.split_first()?;
    Some(best.finding(step.book, &read, others))
}

/// The schemes that the text does much of, and that it does not name; not those of which the text before did so already.
pub(super) fn likely<'a>(step: &'a Step<'a>, passages: &Passages) -> Vec<Likeness<'a>> {
    let Some(after) = step.after else {
        return Vec::new();
    };
    let read = Read::of(&passages.after);
    let dossiers = &step.book.dossiers;
    let day = day(step);
    let known = dossiers.all.iter().filter(|one| one.is_known_on(day));
    let mut likely: Vec<Likeness> = known
        .map(|dossier| Likeness {
            dossier,
            traits: read.traits(dossier),
            ties: Vec::new(),
        })
        .filter(|likeness| {
            likeness.traits.agreed.len() >= LEAST || has_mark(likeness.dossier, passages)
        })
        .collect();
    if likely.is_empty() {
        return likely;
    }
    let text = parted(&passages.after.text);
    let names = Named::of(step.book, day, after, &text);
    likely.retain(|likeness| !names.hold(likeness.dossier));
    if let Some(before) = step.before.filter(|_| !likely.is_empty()) {
        let stood = Read::of(&passages.before);
        let text = parted(&passages.before.text);
        let names = Named::of(step.book, day, before, &text);
        likely.retain(|likeness| {
            let held = stood.traits(likeness.dossier).margin(likeness.dossier) >= 0;
            names.hold(likeness.dossier) || !held
        });
    }
    likely
}

/// Whether a reference number or contact of the scheme stands in the text.
fn has_mark(dossier: &Dossier, passages: &Passages) -> bool {
    !ties::written(dossier, &passages.after.text).is_empty()
}

/// The day of a step.
fn day(step: &Step) -> NaiveDate {
    step.bounds.by.with_timezone(&step.zone).date_naive()
}

/// Text in which names are looked for: folded, hyphens as spaces.
pub(super) fn named(text: &str) -> String {
    parted(&fold(text))
}

/// The same of text that is folded already.
pub(super) fn parted(folded: &str) -> String {
    folded.replace('-', " ")
}

/// The dossiers that a text names.
struct Named(BTreeSet<String>);

impl Named {
    fn of(book: &Book, day: NaiveDate, document: &Document, text: &str) -> Named {
        let stands = |dossier: &&Dossier| {
            let mut names = dossier.names_on(day);
            names.any(|name| stands(name, document, text))
        };
        let named = book.dossiers.perhaps_named_in(text).iter().filter(stands);
        Named(named.map(|dossier| dossier.id.clone()).collect())
    }

    /// Whether the scheme is named, or one that is the same idea.
    fn hold(&self, dossier: &Dossier) -> bool {
        self.0.contains(&dossier.id) || dossier.kin.iter().any(|kin| self.0.contains(kin))
    }
}

/// Whether a name stands in a text as whole words; an acronym in capitals.
pub(super) fn stands(name: &str, document: &Document, text: &str) -> bool {
    let acronym = !name.chars().any(char::is_lowercase);
    if !acronym {
        return is_whole_in(&named(name), text);
    }
    let blocks = document.blocks.iter().map(|block| block.text.as_str());
    let files = document.attachments.iter().map(|file| file.title.as_str());
    std::iter::once(document.title.as_str())
        .chain(blocks)
        .chain(files)
        .any(|text| is_whole_in(name, text))
}

/// Whether one of these names, folded with hyphens as spaces, stands in a title.
pub fn is_named(names: &[String], title: &str) -> bool {
    let title = named(title);
    names.iter().any(|name| is_whole_in(name, &title))
}

/// Whether these words stand in a text with no letter or digit around them.
pub fn is_whole_in(words: &str, text: &str) -> bool {
    let mut found = text.match_indices(words);
    let apart = |c: Option<char>| !c.is_some_and(char::is_alphanumeric);
    !words.is_empty()
        && found.any(|(at, _)| {
            apart(text[..at].chars().next_back()) && apart(text[at + words.len()..].chars().next())
        })
}

impl Likeness<'_> {
    /// How many facets more agree than are enough.
    fn margin(&self) -> isize {
        self.traits.margin(self.dossier)
    }

    /// Whether so much agrees that a sentence which both texts hold would make it enough.
    fn is_near(&self) -> bool {
        self.traits.agreed.len() >= LEAST && self.margin() >= -(SHORT as isize)
    }

    /// Whether it is enough to be told.
    fn holds(&self) -> bool {
        let facets = self.traits.agreed.len();
        let written = |tie: &Tie| matches!(tie, Tie::Written(_));
        let is_asked_for = facets > 0 || self.dossier.facets.is_empty();
        self.margin() >= 0 && facets > 0
            || !self.ties.is_empty() && self.is_near()
            || facets >= LEAST && self.ties.iter().any(Tie::is_of_the_page)
            || is_asked_for && self.ties.iter().any(written)
    }

    /// Three where both texts hold something, or many facets agree; two else.
    fn severity(&self) -> Severity {
        let much = !self.ties.is_empty() || self.margin() >= BEYOND as isize;
        Severity(if much { 3 } else { 2 })
    }

    fn finding(&self, book: &Book, read: &Read, others: &[Likeness]) -> Finding {
        let name = &self.dossier.name;
        let rule = book.rule("lead");
        let severity = rule.severity.min(self.severity());
        let agreed = &self.traits.agreed;
        let mut why = format!("Resembles “{name}”; the publisher states no link.");
        for tie in self.ties.iter().take(2) {
            why += &format!(" {}", tie.said());
        }
        let says: Vec<&str> = agreed.iter().map(|one| one.facet.says.as_str()).collect();
        let more = match says.len().saturating_sub(TOLD) {
            0 => String::new(),
            more => format!("; and {more} more"),
        };
        if !says.is_empty() {
            why += &format!(
                " {} of the {} facets of that scheme agree: it {}{more}.",
                says.len(),
                self.dossier.facets.len(),
                says[..says.len().min(TOLD)].join("; it ")
            );
        }
        let seeds = agreed
            .iter()
            .filter_map(|one| self.dossier.seed(&one.facet));
        let mut both: Vec<&str> = self.ties.iter().flat_map(Tie::words).collect();
        let here = read.quotes(&self.traits, &both);
        for seed in seeds {
            if !both.contains(&seed) {
                both.push(seed);
            }
        }
        let because = match (self.ties.first(), severity) {
            (Some(tie), _) => format!("{} on a page of that scheme", tie.short()),
            (None, Severity(3)) => "many facets agree, in the text alone".to_owned(),
            (None, _) => "just enough facets agree, in the text alone".to_owned(),
        };
        let names = std::iter::once(self).chain(others);
        Finding {
            why,
            severity,
            names: names.map(|one| one.dossier.name.clone()).take(4).collect(),
            before: quote(both),
            after: quote(here.iter().map(|(text, _)| text.as_str())),
            stands: Quoted {
                before: Vec::new(),
                after: here.iter().filter_map(|(_, block)| *block).collect(),
            },
            weighed: vec![Weighed {
                to: severity,
                because,
            }],
            ..rule.finding()
        }
    }
}

#[cfg(test)]
mod tests;
