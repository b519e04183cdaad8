//! The lines of a message without their markdown, for channels that write otherwise.

use crate::model::Message;
use crate::wording::fit;
use crate::wording::message::card::{shown, unescaped};

/// One line of a message: what it is, and its words as people read them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// What it is.
    pub form: Form,
    /// Its words: no markdown, nothing that drives a terminal.
    pub words: String,
}

/// What a line of a message is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// A line like any other.
    Plain,
    /// A heading: Before, Now.
    Bold,
    /// What is said in place of words that are not there.
    Faint,
    /// Words of the page.
    Quote,
    /// What stands below: the mark of an alert.
    Small,
    /// A line of the diff, its sign first.
    Diff,
}

/// The lines of one part of a message, written in the markdown that we write ourselves.
pub fn lines(markdown: &str) -> Vec<Line> {
    let mut fenced = false;
    let mut lines = Vec::new();
    for line in markdown.lines() {
        if line.starts_with("```") {
            fenced = !fenced;
            continue;
        }
        let (form, words) = match line {
            _ if fenced => (Form::Diff, line),
            _ if line.starts_with("**") && line.ends_with("**") && line.len() > 4 => {
                (Form::Bold, &line[2..line.len() - 2])
            }
            _ if line.starts_with('*') && line.ends_with('*') && line.len() > 2 => {
                (Form::Faint, &line[1..line.len() - 1])
            }
            _ if line.starts_with("> ") => (Form::Quote, &line[2..]),
            _ if line.starts_with("-# ") => (Form::Small, &line[3..]),
            _ => (Form::Plain, line),
        };
        let words = match form {
            Form::Diff => shown(words),
            _ => unescaped(words),
        };
        lines.push(Line { form, words });
    }
    lines
}

/// The words of one part of a message, a line each.
pub fn words(markdown: &str) -> String {
    let lines: Vec<String> = lines(markdown).into_iter().map(|line| line.words).collect();
    lines.join("\n")
}

/// The first line of a message in at most so many characters, for where one line is all there is.
pub fn subject(message: &Message, limit: usize) -> String {
    let first = lines(&message.content).into_iter().next();
    fit::cut(&first.map_or(String::new(), |line| line.words), limit)
}
