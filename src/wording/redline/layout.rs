//! Lays text with inks into lines of a width.

use crate::model::{Piece, Words};
use crate::wording::redline::safe::visible;

/// What a stretch of text is shown as.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Ink {
    Plain,
    Removed,
    Added,
    Moved,
    /// Around what matters.
    Faint,
    Strong,
}

/// A stretch of text in one ink.
pub(super) type Span = (Ink, String);

/// A line to be painted.
pub(super) type Line = Vec<Span>;

/// How changed words are told from the others where there is no colour.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Marks {
    None,
    /// `[-removed-]` and `{+added+}`, as wdiff writes them.
    Wdiff,
}

/// A changed or unchanged stretch of page text; the white space at its ends stays outside the marks.
pub(super) fn inked(ink: Ink, text: &str, marks: Marks, spans: &mut Vec<Span>) {
    let text = visible(text);
    let (open, close) = match (marks, ink) {
        (Marks::Wdiff, Ink::Removed) => ("[-", "-]"),
        (Marks::Wdiff, Ink::Added) => ("{+", "+}"),
        _ => {
            spans.push((ink, text));
            return;
        }
    };
    let core = text.trim();
    if core.is_empty() {
        spans.push((ink, format!("{open}{text}{close}")));
        return;
    }
    let start = text.len() - text.trim_start().len();
    spans.push((Ink::Plain, text[..start].to_owned()));
    spans.push((ink, format!("{open}{core}{close}")));
    spans.push((Ink::Plain, text[start + core.len()..].to_owned()));
}

/// The pieces of a reworded block. Where a paragraph was split or merged the break is shown as ¶.
pub(super) fn pieces(words: &[Words], marks: Marks) -> Vec<Span> {
    let mut spans = Vec::new();
    for piece in words {
        let (ink, text) = match piece.piece {
            Piece::Kept => (Ink::Plain, piece.text.clone()),
            Piece::Removed => (Ink::Removed, piece.text.replace('\n', "¶ ")),
            Piece::Added => (Ink::Added, piece.text.replace('\n', "¶\n")),
        };
        inked(ink, &text, marks, &mut spans);
    }
    spans
}

/// The spans in lines of at most `width` characters, the first begun with `first`, the others with `rest`.
pub(super) fn wrap(spans: &[Span], width: usize, first: &str, rest: &str) -> Vec<Line> {
    let room = width.saturating_sub(rest.chars().count()).max(8);
    let mut page = Paragraph {
        room,
        lines: vec![vec![(Ink::Plain, first.to_owned())]],
        used: 0,
        rest: rest.to_owned(),
        word: Vec::new(),
        space: None,
    };
    for (ink, text) in spans {
        for c in text.chars() {
            match c {
                '\n' => page.end_line(),
                c if c.is_whitespace() && c != '\u{a0}' => page.end_word(*ink),
                c => page.push(*ink, c),
            }
        }
    }
    page.set_word();
    page.lines
}

struct Paragraph {
    room: usize,
    lines: Vec<Line>,
    used: usize,
    rest: String,
    word: Vec<(Ink, char)>,
    /// The space before the word, in the ink it was written in.
    space: Option<Ink>,
}

impl Paragraph {
    fn push(&mut self, ink: Ink, c: char) {
        self.word.push((ink, c));
    }

    fn end_word(&mut self, ink: Ink) {
        self.set_word();
        if self.used > 0 {
            self.space = Some(ink);
        }
    }

    fn end_line(&mut self) {
        self.set_word();
        self.new_line();
    }

    fn new_line(&mut self) {
        self.lines.push(vec![(Ink::Plain, self.rest.clone())]);
        (self.used, self.space) = (0, None);
    }

    /// Sets the word on this line, or the next; a word longer than a line is cut.
    fn set_word(&mut self) {
        let word = std::mem::take(&mut self.word);
        let Some((first, _)) = word.first().copied() else {
            return;
        };
        let gap = usize::from(self.space.is_some());
        if self.used > 0 && self.used + gap + word.len() > self.room {
            self.new_line();
        }
        if let Some(ink) = self.space.take() {
            let ink = if ink == first { ink } else { Ink::Plain };
            self.set(ink, ' ');
        }
        for (ink, c) in word {
            if self.used >= self.room {
                self.new_line();
            }
            self.set(ink, c);
        }
    }

    fn set(&mut self, ink: Ink, c: char) {
        self.used += 1;
        let Some(line) = self.lines.last_mut() else {
            return;
        };
        match line.last_mut() {
            Some((last, text)) if *last == ink => text.push(c),
            _ => line.push((ink, c.to_string())),
        }
    }
}

/// The lines without any ink.
pub(super) fn unpainted(lines: &[Line]) -> String {
    let mut text = String::new();
    for line in lines {
        let whole: String = line.iter().map(|(_, part)| part.as_str()).collect();
        text.push_str(whole.trim_end());
        text.push('\n');
    }
    text
}

/// The first words of a text, at most so many characters, with … where it goes on.
pub(super) fn beginning(text: &str, most: usize) -> String {
    let text = visible(text).replace('\n', " ");
    if text.chars().count() <= most {
        return text;
    }
    let cut: String = text.chars().take(most.saturating_sub(1)).collect();
    let end = cut.rfind(' ').filter(|end| *end > 0).unwrap_or(cut.len());
    format!("{} …", cut[..end].trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(text: &str, width: usize, expected: &str) {
        let spans = [(Ink::Plain, text.to_owned())];
        assert_eq!(unpainted(&wrap(&spans, width, "> ", "  ")), expected);
    }

    #[test]
    fn lines_break_between_words_and_only_long_words_are_cut() {
        case("", 20, ">\n");
        case("one two three four", 12, "> one two\n  three four\n");
        case("one  two\nthree", 20, "> one two\n  three\n");
        case("abcdefghijklmnop q", 12, "> abcdefghij\n  klmnop q\n");
    }

    #[test]
    fn a_word_of_two_inks_stays_together() {
        let spans = [
            (Ink::Plain, "in 2014".to_owned()),
            (Ink::Removed, ".".to_owned()),
        ];
        let lines = wrap(&spans, 10, "", "");
        assert_eq!(unpainted(&lines), "in 2014.\n");
        assert_eq!(lines[0].last(), Some(&(Ink::Removed, ".".to_owned())));
    }

    #[test]
    fn marks_hold_words_and_leave_spaces_outside() {
        let mut spans = Vec::new();
        inked(Ink::Added, " not ", Marks::Wdiff, &mut spans);
        inked(Ink::Removed, "\x1b[2J", Marks::Wdiff, &mut spans);
        assert_eq!(unpainted(&[spans]), " {+not+} [-[2J-]\n");
    }

    #[test]
    fn a_long_text_is_begun_and_not_finished() {
        assert_eq!(beginning("one two three", 20), "one two three");
        assert_eq!(beginning("one two three", 9), "one two …");
        assert_eq!(beginning("ééééééééé", 5), "éééé …");
    }
}
