//! Says that a name stands deep in a long document, where hardly anybody will come upon it.

use regex::Regex;

use crate::findings::Step;
use crate::findings::passages::Passages;
use crate::findings::terms::whole_words;
use crate::model::{BlockKind, Document, Finding, Kind, Quoted, Severity, Weighed};
use crate::prose::{listed, quote, split};

/// A document of so many words is long.
const LONG: usize = 1_500;
/// What stands beyond this share of the words is deep, in percent.
const DEEP: usize = 10;
/// How much it matters where a known scheme stands there.
const KNOWN: Severity = Severity(2);

/// Why a name is looked for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Sort {
    /// It was never seen before.
    New,
    /// Somebody watches for it.
    Watched,
    /// It is a known scheme.
    Known,
}

/// A name, and where it stands first.
struct Deep {
    sort: Sort,
    name: String,
    block: usize,
    /// What share of the words stands before it, in percent.
    depth: usize,
    pattern: Regex,
}

/// The names that came with this step and stand deep in a long document only, in one finding.
pub(super) fn judge(step: &Step, passages: &Passages, findings: &[Finding]) -> Option<Finding> {
    let after = step.after?;
    let is_list = step.watch.reading.kind != Kind::Page || after.rolling;
    let words = after.words();
    if is_list || words < LONG {
        return None;
    }
    let mut deep: Vec<Deep> = Vec::new();
    for (sort, name) in names(step, passages, findings) {
        let same = |one: &Deep| one.name.eq_ignore_ascii_case(&name);
        if !deep.iter().any(same) {
            deep.extend(deep_in(step, after, words, sort, name));
        }
    }
    deep.sort_by_key(|one| one.sort);
    let first = deep.first()?;
    let rule = step.book.rule("buried");
    let (severity, because) = match first.sort {
        Sort::New => (rule.severity, "the name was never seen before"),
        Sort::Watched => (rule.severity, "somebody watches for the term"),
        Sort::Known => (
            rule.severity.min(KNOWN),
            "it is a known scheme, neither new nor watched for",
        ),
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

impl Deep {
    fn is_in(&self, text: &str) -> bool {
        self.pattern.is_match(&crate::findings::fold(text))
    }
}

/// The names that came with this step: new ones, watched terms, known schemes.
fn names(step: &Step, passages: &Passages, findings: &[Finding]) -> Vec<(Sort, String)> {
    let of = |rule: &str, sort: Sort| -> Vec<(Sort, String)> {
        let findings = findings.iter().filter(|finding| finding.rule == rule);
        let names = findings.flat_map(|finding| finding.names.iter().cloned());
        names.map(|name| (sort, name)).collect()
    };
    let mut names = of("new-dataset", Sort::New);
    names.extend(of("term-added", Sort::Watched));
    let day = step.bounds.by.with_timezone(&step.zone).date_naive();
    let text = crate::findings::resemblance::named(&passages.after.text);
    for dossier in &step.book.dossiers.all {
        for name in dossier.names_on(day) {
            if step
                .after
                .is_some_and(|after| crate::findings::resemblance::stands(name, after, &text))
            {
                names.push((Sort::Known, name.to_owned()));
            }
        }
    }
    names.retain(|(_, name)| !whole_words(name).is_match(&passages.before.text));
    names
}

/// Where a name stands, if it stands deep in the text only.
fn deep_in(step: &Step, after: &Document, words: usize, sort: Sort, name: String) -> Option<Deep> {
    let mut deep = Deep {
        sort,
        pattern: whole_words(&name),
        name,
        block: 0,
        depth: 0,
    };
    let files = after.attachments.iter().map(|file| file.title.as_str());
    let had = step.before.map_or(&[][..], |before| &before.stated.history);
    let notes = after.stated.history.iter();
    let notes = notes.filter(|note| !had.contains(note));
    let headings = after.blocks.iter();
    let headings = headings.filter(|block| matches!(block.kind, BlockKind::Heading(_)));
    let mut on_top = std::iter::once(after.title.as_str())
        .chain(headings.map(|block| block.text.as_str()))
        .chain(files)
        .chain(notes.map(|note| note.note.as_str()));
    if on_top.any(|text| deep.is_in(text)) {
        return None;
    }
    deep.block = after
        .blocks
        .iter()
        .position(|block| deep.is_in(&block.text))?;
    let above = after.blocks[..deep.block].iter();
    let above: usize = above
        .map(|block| block.text.split_whitespace().count())
        .sum();
    deep.depth = above * 100 / words;
    (deep.depth >= DEEP).then_some(deep)
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
