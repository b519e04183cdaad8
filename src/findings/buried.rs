//! Says that a name stands deep in a long document, where hardly anybody will come upon it.

use std::collections::HashSet;

use crate::findings::Step;
use crate::findings::fold;
use crate::findings::passages::Passages;
use crate::findings::resemblance::{parted, stands};
use crate::findings::terms::Whole;
use crate::model::{BlockKind, Document, Finding, Kind, Quoted, Severity, Weighed};
use crate::prose::{listed, quote, split};

/// A document of so many words is long.
const LONG: usize = 1_500;
/// What stands beyond this share of the words is deep, in percent.
const DEEP: usize = 10;
/// How much it matters where a known scheme stands there, or a name of which the grammar is not sure.
const LESS: Severity = Severity(2);

/// Why a name is looked for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Sort {
    /// It was never seen before.
    New,
    /// Somebody watches for it.
    Watched,
    /// It is a known scheme.
    Known,
    /// It may be a name never seen before.
    Unsure,
}

/// A name, and where it stands first.
struct Deep {
    sort: Sort,
    name: String,
    block: usize,
    /// What share of the words stands before it, in percent.
    depth: usize,
    words: Whole,
}

/// The names that came with this step and stand deep in a long document only, in one finding.
pub(super) fn judge(step: &Step, passages: &Passages, findings: &[Finding]) -> Option<Finding> {
    let after = step.after?;
    let words = after.words();
    if words < LONG || is_list(step, after) {
        return None;
    }
    let names = names(step, passages, findings);
    if names.is_empty() {
        return None;
    }
    let on_top = on_top(step, after);
    let blocks: Vec<String> = after.blocks.iter().map(|block| fold(&block.text)).collect();
    let placed = names.into_iter();
    let mut deep: Vec<Deep> = placed
        .filter_map(|name| name.placed(after, &on_top, (&blocks, words)))
        .collect();
    deep.sort_by_key(|one| one.sort);
    let first = deep.first()?;
    let rule = step.book.rule("buried");
    let (severity, because) = match first.sort {
        Sort::New => (rule.severity, "the name was never seen before"),
        Sort::Watched => (rule.severity, "somebody watches for the term"),
        Sort::Known => (
            rule.severity.min(LESS),
            "it is a known scheme, neither new nor watched for",
        ),
        Sort::Unsure => (rule.severity.min(LESS), "it may be no name, or an old one"),
    };
    let text = &after.blocks[first.block].text;
    let sentences = split(text);
    let says = sentences.iter().find(|one| first.is_in(one));
    Some(Finding {
        why: format!(
            "“{}” stands {}, and in neither title, headings, first tenth nor change note.{}",
            first.name,
            place(after, first),
            others(&deep[1..]),
        ),
        severity,
        names: deep.iter().map(|one| one.name.clone()).take(20).collect(),
        after: quote(says.map(String::as_str).or(Some(text))),
        stands: Quoted {
            before: Vec::new(),
            after: vec![first.block],
        },
        weighed: vec![Weighed {
            to: severity,
            because: because.to_owned(),
        }],
        ..rule.finding()
    })
}

/// Whether a document is a list or a table more than a text: its rows are news by themselves.
fn is_list(step: &Step, after: &Document) -> bool {
    let rows = after.blocks.iter();
    let rows = rows.filter(|block| matches!(block.kind, BlockKind::Row(..)));
    step.watch.reading.kind != Kind::Page || after.rolling || rows.count() * 2 > after.blocks.len()
}

impl Deep {
    fn is_in(&self, text: &str) -> bool {
        self.words.is_in(&fold(text))
    }

    /// Where it stands, if it stands deep in the text only. The texts are folded.
    fn placed(
        mut self,
        after: &Document,
        on_top: &[String],
        (blocks, words): (&[String], usize),
    ) -> Option<Deep> {
        let is_in = |text: &String| self.words.is_in(text);
        if on_top.iter().any(is_in) {
            return None;
        }
        self.block = blocks.iter().position(is_in)?;
        let above = after.blocks[..self.block].iter();
        let above: usize = above
            .map(|block| block.text.split_whitespace().count())
            .sum();
        self.depth = above * 100 / words;
        (self.depth >= DEEP).then_some(self)
    }
}

/// The names that came with this step: new ones, watched terms, known schemes.
fn names(step: &Step, passages: &Passages, findings: &[Finding]) -> Vec<Deep> {
    let named = |rule: &'static str| findings.iter().filter(move |one| one.rule == rule);
    let mut names: Vec<(Sort, String)> = Vec::new();
    for finding in named("new-dataset") {
        let sort = match finding.severity > LESS {
            true => Sort::New,
            false => Sort::Unsure,
        };
        names.extend(finding.names.iter().map(|name| (sort, name.clone())));
    }
    for finding in named("term-added") {
        names.extend((finding.names.iter()).map(|name| (Sort::Watched, name.clone())));
    }
    let day = step.bounds.by.with_timezone(&step.zone).date_naive();
    let text = parted(&passages.after.text);
    if let Some(after) = step.after {
        let known = step.book.dossiers.perhaps_named_in(&text).iter();
        let known = known.flat_map(|dossier| dossier.names_on(day));
        let known = known.filter(|name| stands(name, after, &text));
        names.extend(known.map(|name| (Sort::Known, name.to_owned())));
    }
    let mut seen = HashSet::new();
    names.retain(|(_, name)| seen.insert(name.to_ascii_lowercase()));
    let named = names.into_iter().map(|(sort, name)| Deep {
        sort,
        words: Whole::of(&name),
        name,
        block: 0,
        depth: 0,
    });
    named
        .filter(|one| !one.words.is_in(&passages.before.text))
        .collect()
}

/// What everybody reads of a document, folded: its title, headings and files, and the notes that came with this step.
fn on_top(step: &Step, after: &Document) -> Vec<String> {
    let files = after.attachments.iter().map(|file| file.title.as_str());
    let had = step.before.map_or(&[][..], |before| &before.stated.history);
    let notes = after.stated.history.iter();
    let notes = notes.filter(|note| !had.contains(note));
    let headings = after.blocks.iter();
    let headings = headings.filter(|block| matches!(block.kind, BlockKind::Heading(_)));
    std::iter::once(after.title.as_str())
        .chain(headings.map(|block| block.text.as_str()))
        .chain(files)
        .chain(notes.map(|note| note.note.as_str()))
        .map(fold)
        .collect()
}

/// "on page 38 of 52, after 71 % of the text".
fn place(after: &Document, deep: &Deep) -> String {
    let depth = format!("after {} % of the text", deep.depth);
    match after.page_of(deep.block) {
        Some(page) => format!("on page {page} of {}, {depth}", after.pages.len()),
        None => depth,
    }
}

/// The other names that stand so.
fn others(deep: &[Deep]) -> String {
    let names: Vec<String> = deep.iter().map(|one| one.name.clone()).collect();
    match names.len() {
        0 => String::new(),
        1 => format!(" So does {}.", listed(&names, 4)),
        _ => format!(" So do {}.", listed(&names, 4)),
    }
}
