//! Judgement on steps made by hand.

mod named;
mod pages;
mod takedown;
mod texts;

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use url::Url;

use crate::diff;
use crate::findings::passages::{self, Passages};
use crate::findings::{Step, fold, judge, names, questions, severity};
use crate::model::{
    Attachment, Block, BlockKind, Bounds, ChangeKind, ChangeNote, Diff, Document, Facts, Finding,
    Kind, Link, ReaderId, Severity, Sighting, Watch, WatchId, Weighed,
};
use crate::rulebook::Book;

/// Words of motive that nothing said may hold.
pub(crate) const MOTIVE: [&str; 7] = [
    "buried", "sneak", "quiet", "stealth", "silent", "admit", "scandal",
];

fn time(text: &str) -> DateTime<Utc> {
    text.parse().expect("a time")
}

fn watch() -> Watch {
    let url = Url::parse("https://www.gov.uk/page").expect("an address");
    Watch::bare("page", url)
}

/// A page of paragraphs; a line that starts with # is a heading, one with * an item.
pub(super) fn page(lines: &[&str]) -> Document {
    let block = |line: &&str| {
        let (kind, text) = match line.split_once(' ') {
            Some(("#", text)) => (BlockKind::Heading(2), text),
            Some(("*", text)) => (BlockKind::Item(1), text),
            _ => (BlockKind::Paragraph, *line),
        };
        Block {
            kind,
            text: text.to_owned(),
            links: Vec::new(),
        }
    };
    Document {
        blocks: lines.iter().map(block).collect(),
        ..Document::empty(ReaderId("by hand".to_owned()), "Page")
    }
}

/// What is made of the step between two pages.
pub(super) fn step_between<T>(
    before: &Document,
    after: &Document,
    f: impl FnOnce(&Step) -> T,
) -> T {
    Case::of(before, after).with(f)
}

/// What is made of the sentences that came and went between two pages.
pub(super) fn with_passages<T>(
    before: &Document,
    after: &Document,
    f: impl FnOnce(&Passages) -> T,
) -> T {
    step_between(before, after, |step| f(&passages::read(step)))
}

/// A list of links.
fn index(items: &[&str]) -> Document {
    let mut document = page(items);
    for block in &mut document.blocks {
        block.kind = BlockKind::Item(1);
        block.links = vec![Link {
            text: block.text.clone(),
            url: format!(
                "https://www.gov.uk/news/{}",
                block.text.to_lowercase().replace(' ', "-")
            ),
        }];
    }
    document
}

/// A step between two pages, on a Wednesday morning.
struct Case {
    watch: Watch,
    kind: ChangeKind,
    before: Option<Document>,
    after: Option<Document>,
    led: Option<Url>,
    by: DateTime<Utc>,
    facts: Facts,
    book: Arc<Book>,
}

impl Case {
    fn of(before: &Document, after: &Document) -> Case {
        Case {
            watch: watch(),
            kind: ChangeKind::Edited,
            before: Some(before.clone()),
            after: Some(after.clone()),
            led: None,
            by: time("2026-03-11T10:00:00Z"),
            facts: Facts {
                pages: 26,
                since: Some(time("2025-01-06T10:00:00Z")),
                ..Facts::default()
            },
            book: Book::shipped(),
        }
    }

    fn with<T>(&self, f: impl FnOnce(&Step) -> T) -> T {
        let nothing = page(&[]);
        let diff = match &self.after {
            Some(after) => diff::between(self.before.as_ref().unwrap_or(&nothing), after),
            None => Diff::default(),
        };
        f(&Step {
            watch: &self.watch,
            kind: self.kind,
            before: self.before.as_ref(),
            after: self.after.as_ref(),
            diff: &diff,
            redirected_to: self.led.as_ref(),
            stood_at: None,
            same_text_as: None,
            bounds: Bounds {
                after: Some(self.by - chrono::Duration::hours(2)),
                by: self.by,
            },
            zone: chrono_tz::Europe::London,
            book: &self.book,
            watches: std::slice::from_ref(&self.watch),
        })
    }

    /// The findings, held to what is true of all of them.
    fn judged(&self) -> Vec<Finding> {
        let found = self.with(|step| judge(step, &self.facts, self.by));
        let again = self.with(|step| judge(step, &self.facts, self.by));
        assert_eq!(found, again, "the same step is judged the same");
        for pair in found.windows(2) {
            assert!(
                pair[0].severity >= pair[1].severity,
                "highest first: {found:?}"
            );
        }
        for finding in &found {
            let said = finding.why.to_lowercase();
            assert!(MOTIVE.iter().all(|word| !said.contains(word)), "{said}");
            assert!(finding.why.ends_with('.'), "{said}");
            for quote in finding.before.iter().chain(&finding.after) {
                assert!(quote.chars().count() <= 400, "{quote}");
            }
        }
        found
    }

    #[track_caller]
    fn finds(&self, rule: &str) -> Finding {
        let found = self.judged();
        let one = found.iter().find(|finding| finding.rule == rule);
        one.unwrap_or_else(|| panic!("no {rule} in {found:#?}"))
            .clone()
    }

    #[track_caller]
    fn lacks(&self, rule: &str) {
        let found = self.judged();
        assert!(
            found.iter().all(|finding| finding.rule != rule),
            "{found:#?}"
        );
    }
}

const PROMISE: &str = "Your name and address will not be collected.";

const NAMED: &str = "It is proposed that a Frailty Waits Data Set should flow to the centre.";
