//! Tells what is no page at all: a gate, a maintenance notice, a placeholder, a "not found" served as a page.

mod collapse;
mod phrases;
mod products;

#[cfg(test)]
mod tests;

pub use collapse::collapsed;

use regex::Regex;

use crate::extract::verdict::phrases::{
    BLOCKED, BLOCKED_GOES_ON, GATE, MAINTENANCE, NOT_FOUND, NOT_FOUND_GOES_ON, PLACEHOLDER,
    PLACEHOLDER_GOES_ON, UNAVAILABLE, UNAVAILABLE_GOES_ON,
};
use crate::model::{BlockKind, Capture, Document, Failure, FailureKind};

/// The longest text, in words, that can be one of these and nothing else, when its title says so.
const SHORT: usize = 150;

/// The same when both its title and its first heading say that there is no such page: such pages list where else to go.
const LISTED: usize = 400;

/// The same when only a sentence of it says so.
const SHORTEST: usize = 40;

/// The longest text that need not go on as such pages do.
const BARE: usize = 12;

/// What was read, with all that a verdict is made of.
struct Answer<'a> {
    /// What the page calls itself: its `<title>`, part by part, and its first headings.
    titles: Vec<&'a str>,
    /// How many of these are parts of the `<title>`.
    heads: usize,
    /// The whole text.
    text: String,
    words: usize,
}

/// Why what was read is no page, if so; `head` is its `<title>`.
pub fn not_a_page(
    capture: &Capture,
    raw: &str,
    head: &str,
    document: &Document,
) -> Option<Failure> {
    let url = capture.landed();
    let answer = Answer::of(head, document);
    let (kind, why) = if let Some(maker) = products::gate(capture, raw, answer.words) {
        let why = format!("{url} answered with a gate of {maker}, not with the page");
        (FailureKind::Blocked, why)
    } else if answer.is_gate() {
        let why = format!("{url} answered with a gate for robots, not with the page");
        (FailureKind::Blocked, why)
    } else if answer.is(&BLOCKED, &BLOCKED_GOES_ON) {
        let why = format!("{url} refused us with a page that says so");
        (FailureKind::Blocked, why)
    } else if answer.is_missing() {
        let why = format!("{url} answered with a page that says there is no such page");
        (FailureKind::NotFound, why)
    } else if answer.is(&UNAVAILABLE, &UNAVAILABLE_GOES_ON)
        || answer.words <= SHORTEST && untitled(document) && MAINTENANCE.is_match(&answer.text)
    {
        let why = format!("{url} answered with a maintenance page");
        (FailureKind::Unavailable, why)
    } else if placeholder(document, answer.words) {
        let why = format!("{url} answered with a placeholder that a script would fill");
        (FailureKind::Unreadable, why)
    } else if document.blocks.is_empty() && document.attachments.is_empty() {
        (FailureKind::Unreadable, empty(capture, raw, document))
    } else {
        return None;
    };
    Some(Failure::new(kind, why))
}

impl<'a> Answer<'a> {
    fn of(head: &'a str, document: &'a Document) -> Answer<'a> {
        let mut titles: Vec<&str> = parts(head);
        let heads = titles.len();
        titles.push(document.title.trim());
        let first = document.blocks.iter().take(2);
        titles.extend(
            first
                .filter(|block| matches!(block.kind, BlockKind::Heading(_)))
                .map(|block| block.text.trim()),
        );
        Answer {
            titles,
            heads,
            text: document.plain(),
            words: document.words(),
        }
    }

    /// Whether a part of the title or a first heading says it as a whole, and the text goes on like that.
    fn is(&self, title: &Regex, goes_on: &Regex) -> bool {
        self.words <= SHORT
            && self.titles.iter().any(|part| title.is_match(part))
            && (self.words <= BARE || goes_on.is_match(&self.text))
    }

    fn is_gate(&self) -> bool {
        let called = self.titles.iter().any(|part| BLOCKED.is_match(part));
        let likely = self.words <= SHORTEST || self.words <= SHORT && called;
        likely && GATE.is_match(&self.text)
    }

    fn is_missing(&self) -> bool {
        let (head, headings) = self.titles.split_at(self.heads);
        let says = |titles: &[&str]| titles.iter().any(|part| NOT_FOUND.is_match(part));
        self.is(&NOT_FOUND, &NOT_FOUND_GOES_ON)
            || self.words <= LISTED
                && says(head)
                && says(headings)
                && NOT_FOUND_GOES_ON.is_match(&self.text)
                && !self.is_prose()
    }

    /// Whether the text is mostly long sentences, as a page about something has them.
    fn is_prose(&self) -> bool {
        let long = |line: &&str| line.split_whitespace().count() >= 10;
        let words = |line: &str| line.split_whitespace().count();
        let prose: usize = self.text.lines().filter(long).map(words).sum();
        prose * 2 > self.words
    }
}

/// The parts of a `<title>`: the page, the section, the site.
fn parts(title: &str) -> Vec<&str> {
    let mut parts = vec![title.trim()];
    for mark in [" | ", " - ", " – ", " — ", " :: ", " · ", " » ", ": "] {
        if title.contains(mark) {
            parts.extend(title.split(mark).map(str::trim));
        }
    }
    parts
}

fn untitled(document: &Document) -> bool {
    document.words() < 25 || document.title.is_empty()
}

fn placeholder(document: &Document, words: usize) -> bool {
    let mut lines = document
        .blocks
        .iter()
        .filter(|block| !matches!(block.kind, BlockKind::Heading(1)))
        .map(|block| block.text.as_str())
        .peekable();
    words <= SHORTEST
        && document.attachments.is_empty()
        && lines.peek().is_some()
        && lines.all(stands_in)
}

/// Whether a line stands where text will be: one of its sentences says so, and the others go with it.
fn stands_in(line: &str) -> bool {
    let mut sentences = line.split_inclusive(['.', '!', '?']).map(str::trim);
    PLACEHOLDER.is_match(line)
        && sentences.all(|said| {
            PLACEHOLDER.is_match(said) || is_short(said) || PLACEHOLDER_GOES_ON.is_match(said)
        })
}

fn is_short(sentence: &str) -> bool {
    sentence.split_whitespace().count() <= 4
}

fn empty(capture: &Capture, raw: &str, document: &Document) -> String {
    let url = capture.landed();
    if raw.trim().is_empty() {
        format!("{url} answered with nothing")
    } else if document.surroundings.is_empty() {
        format!("{url} answered with an empty shell that a script would fill")
    } else {
        format!("nothing but furniture was found on {url}")
    }
}
