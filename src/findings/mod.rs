//! Says why a change matters.

mod around;
mod back;
mod buried;
mod claims;
mod dates;
mod evidence;
mod items;
mod judging;
mod lexicon;
mod links;
mod names;
mod newnames;
mod numbers;
mod own;
mod page;
mod passages;
mod periods;
mod places;
mod promises;
mod registers;
mod resemblance;
mod safeguards;
mod schedules;
mod settled;
mod shared;
mod slots;
mod steps;
mod strands;
mod terms;
mod timing;
mod trace;
mod volume;
mod weaker;
mod wordings;

pub use around::{around, stood_around, suspect};
pub use back::{Gone, all_stand, are_back, gone, is_removal};
pub use claims::restates;
pub use judging::{Judging, judge, questions, traced};
pub use names::GRAMMAR;
pub use promises::promises;
pub use resemblance::{is_named, is_whole_in};
pub use settled::settled;
pub use shared::{Parted, lost, marks, part, without};
pub use strands::{applied, is_name, paragraphs, paragraphs_apart, strands};

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use chrono_tz::Tz;
use url::Url;

use crate::model::{
    Bounds, ChangeKind, Diff, Document, Finding, NameKind, Named, Names, Severity, VersionNo, Watch,
};
use crate::prose;
use crate::rulebook::Book;

/// The most names of one document, and the most aliases of one name in it: a page can be as long as it likes.
const NAMES: usize = 20_000;
const ALIASES: usize = 8;

/// One step to be judged: everything about it that is known without asking the archive.
#[derive(Clone, Debug)]
pub struct Step<'a> {
    /// Whose step.
    pub watch: &'a Watch,
    /// What sort of step.
    pub kind: ChangeKind,
    /// The document before; `None` where the page was not there, or a first version is news.
    pub before: Option<&'a Document>,
    /// The document after; `None` where the page is gone.
    pub after: Option<&'a Document>,
    /// What differs. Against nothing, the whole text counts as added (or removed).
    pub diff: &'a Diff,
    /// Where a redirect led, where that is the step.
    pub redirected_to: Option<&'a Url>,
    /// The address at which the text before was read.
    pub stood_at: Option<&'a Url>,
    /// The earlier version whose text stands here again.
    pub same_text_as: Option<VersionNo>,
    /// Between which times.
    pub bounds: Bounds,
    /// The time zone for days and hours.
    pub zone: Tz,
    /// What is looked for.
    pub book: &'a Arc<Book>,
    /// All watches, so that a page can be called by its title.
    pub watches: &'a [Watch],
}

/// The severity of a change with these findings: the highest of them, raised by one where a `timing` finding that weighs
/// stands beside it, at most 5; `Severity::RECORD` where there are none. A time that is only that of a visit weighs nothing.
pub fn severity(findings: &[Finding]) -> Severity {
    let others = findings.iter().filter(|finding| finding.rule != "timing");
    let highest = others
        .map(|finding| finding.severity)
        .max()
        .unwrap_or_default();
    let weighs = |finding: &Finding| finding.rule == "timing" && !finding.weighed.is_empty();
    let timed = findings.iter().any(weighs);
    if timed && highest >= Severity(2) {
        return highest.raised();
    }
    highest.max(Severity::RECORD)
}

/// Every name a document mentions, with what else it is called there.
pub fn names(document: &Document) -> Names {
    let mut names: Vec<Named> = Vec::new();
    let mut at: HashMap<String, usize> = HashMap::new();
    let texts = document.blocks.iter().map(|block| block.text.as_str());
    let found = std::iter::once(document.title.as_str())
        .chain(texts)
        .chain(document.attachments.iter().map(|file| file.title.as_str()))
        .flat_map(prose::split)
        .flat_map(|sentence| names::in_sentence(&sentence));
    for name in found {
        match at.get(&name.canonical) {
            Some(had) => {
                let had = &mut names[*had];
                for alias in name.aliases {
                    if !had.aliases.contains(&alias) && had.aliases.len() < ALIASES {
                        had.aliases.push(alias);
                    }
                }
            }
            None if names.len() < NAMES => {
                at.insert(name.canonical.clone(), names.len());
                names.push(name.named());
            }
            None => {}
        }
    }
    Names {
        grammar: names::GRAMMAR,
        names,
    }
}

/// What a name is the name of, by its own words.
pub fn kind_of_name(name: &str) -> NameKind {
    let found = names::in_sentence(&format!("The {name} is one."));
    found.first().map_or(NameKind::Dataset, |name| name.kind)
}

/// Whether a name in its canonical form is an acronym and a general word: "pcsds dataset" of "pcsds".
pub fn is_short(canonical: &str, acronym: &str) -> bool {
    names::is_short(canonical, acronym)
}

/// Whether two names share most of the words that tell what they are about.
pub fn resemble(one: &str, other: &str) -> bool {
    names::resemble(one, other)
}

/// A name as it is compared: case, quotes, hyphens, article, version and the spelling of "data set" forgotten.
pub fn canonical(name: &str) -> String {
    names::canonical(name)
}

/// A sentence as it is compared: folded case, quotes and white space.
pub fn fold(sentence: &str) -> String {
    prose::fold(sentence)
}

/// The sentences of a document, folded.
pub fn sentences(document: &Document) -> Vec<String> {
    let mut seen = HashSet::new();
    let texts = document.blocks.iter().map(|block| block.text.as_str());
    texts
        .flat_map(prose::split)
        .map(|sentence| fold(&sentence))
        .filter(|sentence| seen.insert(sentence.clone()))
        .collect()
}

/// The findings in their order, highest first, and one of each rule where two rooms found the same.
fn once(book: &Book, findings: Vec<Finding>) -> Vec<Finding> {
    let mut kept: Vec<Finding> = Vec::new();
    let mut at: BTreeMap<String, usize> = BTreeMap::new();
    for finding in findings {
        match at.get(&finding.rule) {
            Some(first) if finding.rule != "new-dataset" => merge(&mut kept[*first], finding),
            _ => {
                at.insert(finding.rule.clone(), kept.len());
                kept.push(finding);
            }
        }
    }
    kept.sort_by_key(|finding| {
        (
            std::cmp::Reverse(finding.severity),
            book.place(&finding.rule),
        )
    });
    kept
}

/// Joins two findings of one rule: the stronger one's words, both ones' names.
fn merge(kept: &mut Finding, mut other: Finding) {
    if other.severity > kept.severity {
        std::mem::swap(kept, &mut other);
    }
    for name in other.names {
        if !kept.names.contains(&name) {
            kept.names.push(name);
        }
    }
    kept.stands.before.extend(other.stands.before);
    kept.stands.after.extend(other.stands.after);
    if kept.why != other.why {
        kept.why = format!("{} {}", kept.why, other.why);
    }
}

#[cfg(test)]
mod tests;
