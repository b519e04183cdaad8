//! How a message looks in a terminal: a card with a bar on its left.

use crate::model::{Colour, Message, MessageText};
use crate::wording::{fit, redline::Paint};

/// The narrowest and the widest card, in columns.
const NARROWEST: usize = 40;
const WIDEST: usize = 100;

const BOLD: &str = "\x1b[1m";
const DIM: &str = "\x1b[2m";
const RED: &str = "\x1b[31m";
const GREEN: &str = "\x1b[32m";
const YELLOW: &str = "\x1b[33m";
const RESET: &str = "\x1b[0m";

/// A message for a terminal of this many columns, with a line feed at its end.
pub fn plain(message: &Message, width: usize, colour: Paint) -> String {
    let card = Card {
        width: width.clamp(NARROWEST, WIDEST),
        paint: colour,
    };
    let mut lines = Vec::new();
    if let Some(above) = &message.above {
        card.markdown(above, "", "", &mut lines);
        lines.push(String::new());
    }
    card.markdown(&message.content, BOLD, "", &mut lines);
    if let Some(text) = &message.text {
        card.body(text, &mut lines);
    }
    for (label, url) in &message.links {
        lines.push(card.painted(DIM, &format!("{label}: {url}")));
    }
    if let Some((name, text)) = &message.file {
        let size = text.lines().count();
        lines.push(card.painted(DIM, &format!("Attached: {name}, {size} lines")));
    }
    if let Some(rows) = message.rows.as_ref().filter(|rows| rows.more > 0) {
        let (more, rows_are) = (rows.more, if rows.more == 1 { "row" } else { "rows" });
        let said = format!("and {more} more {rows_are} ({})", shown(&rows.command));
        let parts = fit::lines(&said, card.width).into_iter();
        lines.extend(parts.map(|part| card.painted(DIM, &part)));
    }
    lines.push(String::new());
    lines.join("\n")
}

struct Card {
    width: usize,
    paint: Paint,
}

impl Card {
    fn body(&self, text: &MessageText, lines: &mut Vec<String>) {
        let bar = self.painted(hue(text.colour), "┃") + " ";
        let line = |style: &str, words: &str, lines: &mut Vec<String>| {
            for part in fit::lines(&unescaped(words), self.width - 2) {
                lines.push(format!("{bar}{}", self.painted(style, &part)));
            }
        };
        line(BOLD, &text.title, lines);
        if let Some(author) = &text.author {
            line(DIM, author, lines);
        }
        if !text.description.is_empty() {
            lines.push(bar.clone());
            self.markdown(&text.description, "", &bar, lines);
        }
        for field in &text.fields {
            lines.push(bar.clone());
            line(BOLD, &field.name, lines);
            self.markdown(&field.value, "", &bar, lines);
        }
        lines.push(bar.clone());
        line(DIM, &text.footer, lines);
    }

    /// The markdown we write ourselves: whole lines in bold or italics, quotes, subtext and fences.
    fn markdown(&self, text: &str, style: &str, bar: &str, lines: &mut Vec<String>) {
        let mut fenced = false;
        for line in text.lines() {
            if line.starts_with("```") {
                fenced = !fenced;
                continue;
            }
            let (style, front, words) = match line {
                _ if fenced && line.is_char_boundary(2) && line.len() > 2 => {
                    (sign(line), &line[..2], shown(&line[2..]))
                }
                _ if fenced => (sign(line), "", shown(line)),
                _ if line.starts_with("**") && line.ends_with("**") && line.len() > 4 => {
                    (BOLD, "", unescaped(&line[2..line.len() - 2]))
                }
                _ if line.starts_with('*') && line.ends_with('*') && line.len() > 2 => {
                    (DIM, "  ", unescaped(&line[1..line.len() - 1]))
                }
                _ if line.starts_with("> ") => ("", "│ ", unescaped(&line[2..])),
                _ if line.starts_with("-# ") => (DIM, "", unescaped(&line[3..])),
                _ => (style, "", unescaped(line)),
            };
            let used = front.chars().count() + usize::from(!bar.is_empty()) * 2;
            for part in fit::lines(&words, self.width - used) {
                let part = match fenced {
                    true => self.painted(style, &format!("{front}{part}")),
                    false => format!("{front}{}", self.painted(style, &part)),
                };
                lines.push(format!("{bar}{part}"));
            }
        }
    }

    fn painted(&self, style: &str, text: &str) -> String {
        if self.paint == Paint::Plain || style.is_empty() {
            return text.to_owned();
        }
        format!("{style}{text}{RESET}")
    }
}

/// The colour of a line of a diff.
fn sign(line: &str) -> &'static str {
    match line.as_bytes().first() {
        Some(b'-') => RED,
        Some(b'+') => GREEN,
        _ => DIM,
    }
}

fn hue(colour: Colour) -> &'static str {
    match colour {
        Colour::New | Colour::Gone => RED,
        Colour::Changed => YELLOW,
    }
}

/// Markdown's escapes undone, and our own links spelled out: what a page says has no bracket that opens one.
pub(super) fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match (c, rest.peek()) {
            ('[', _) => plain.push_str(&linked(&mut rest)),
            ('\\', Some(next)) if next.is_ascii_punctuation() => {
                plain.extend(rest.next());
            }
            _ => plain.push(c),
        }
    }
    shown(&plain)
}

/// The rest of a link as "The page: https://…", where a bracket opens one.
fn linked(rest: &mut std::iter::Peekable<std::str::Chars<'_>>) -> String {
    let ahead: String = rest.clone().collect();
    let link = ahead.split_once("](").and_then(|(label, after)| {
        let (url, _) = after.split_once(')')?;
        (!label.contains(['[', '\\'])).then_some((label, url))
    });
    match link {
        Some((label, url)) => {
            let long = label.chars().count() + url.chars().count() + 3;
            rest.nth(long - 1);
            format!("{label}: {url}")
        }
        None => "[".to_owned(),
    }
}

/// Without what is not seen, and without what would drive the terminal.
pub(super) fn shown(text: &str) -> String {
    text.chars()
        .filter(|c| *c != '\u{200B}' && !c.is_control())
        .collect()
}

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthStr;

    use crate::model::{Field, Rows};

    use super::*;

    fn message() -> Message {
        Message {
            content: r"NHS: “we \*never\* sell” is no longer on the page".to_owned(),
            text: Some(MessageText {
                title: "GPDPR".to_owned(),
                url: None,
                author: Some("NHS England".to_owned()),
                description:
                    "**Before**\n> we \\*never\\* sell it to anybody, anywhere, at any time, for any price\n**Now**\n*no longer on this page*\n```diff\n  Uses\n- never\n+ may\n```"
                        .to_owned(),
                fields: vec![Field {
                    name: "When".to_owned(),
                    value: "Changed".to_owned(),
                }],
                footer: "gpdpr · alert 1-0".to_owned(),
                at: "2016-07-06T10:00:00Z".parse().expect("a time"),
                colour: Colour::Gone,
            }),
            silent: false,
            file: Some(("a.txt".to_owned(), "one\ntwo\n".to_owned())),
            rows: Some(Rows {
                file: Some(("rows.csv".to_owned(), "change\r\n".to_owned())),
                more: 37,
                command: "smallprint diff gpdpr 1..2".to_owned(),
            }),
            links: vec![("The page".to_owned(), "https://a.example/".to_owned())],
            buttons: Vec::new(),
            mentions: None,
            particulars: Vec::new(),
            above: None,
            replies: None,
        }
    }

    #[test]
    fn a_card_reads_without_colour_or_markdown() {
        let expected = "\
NHS: “we *never* sell” is no longer on
the page
┃ GPDPR
┃ NHS England
┃ 
┃ Before
┃ │ we *never* sell it to anybody,
┃ │ anywhere, at any time, for any price
┃ Now
┃   no longer on this page
┃   Uses
┃ - never
┃ + may
┃ 
┃ When
┃ Changed
┃ 
┃ gpdpr · alert 1-0
The page: https://a.example/
Attached: a.txt, 2 lines
and 37 more rows (smallprint diff gpdpr
1..2)
";
        let card = plain(&message(), 40, Paint::Plain);
        assert_eq!(card, expected);
        assert!(card.lines().all(|line| line.width() <= 40));
    }

    #[test]
    fn a_page_cannot_drive_the_terminal() {
        let mut message = message();
        message.content = "a\u{1b}[2Jb\u{9b}c\u{7}".to_owned();
        assert!(plain(&message, 80, Paint::Plain).starts_with("a[2Jbc\n"));
    }

    #[test]
    fn colour_is_only_added() {
        let coloured = plain(&message(), 60, Paint::Colour);
        let codes = regex::Regex::new("\x1b\\[\\d+m").expect("a pattern");
        assert_eq!(
            codes.replace_all(&coloured, ""),
            plain(&message(), 60, Paint::Plain)
        );
    }
}
