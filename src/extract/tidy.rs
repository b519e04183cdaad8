//! Brings text into one form: Unicode NFC, white space collapsed, invisible characters gone.

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// The text in its one form.
pub fn tidy(text: &str) -> String {
    let mut run = Run::default();
    run.push(text);
    run.take()
}

/// A run of text that grows piece by piece, collapsed as it grows.
#[derive(Default)]
pub struct Run {
    text: String,
    /// Whether white space stands after what is there.
    space: bool,
}

impl Run {
    /// Adds text; white space at its ends counts.
    pub fn push(&mut self, text: &str) {
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            if is_space(first) {
                self.space = true;
                rest = &rest[first.len_utf8()..];
            } else if is_invisible(first) {
                rest = &rest[first.len_utf8()..];
            } else {
                let end = rest
                    .find(|c: char| is_space(c) || is_invisible(c))
                    .unwrap_or(rest.len());
                self.word(&rest[..end]);
                rest = &rest[end..];
            }
        }
    }

    /// Adds a place where a line could break.
    pub fn space(&mut self) {
        self.space = true;
    }

    /// Adds text as it stands, line breaks and all.
    pub fn push_verbatim(&mut self, text: &str) {
        let shown = |c: &char| !is_invisible(*c) && (!c.is_control() || matches!(c, '\n' | '\t'));
        self.text.extend(text.chars().filter(shown));
    }

    /// Whether the text ends in a digit, with no space after it.
    pub fn ends_in_digit(&self) -> bool {
        !self.space && self.text.ends_with(|c: char| c.is_ascii_digit())
    }

    /// How long the text is so far, in bytes.
    pub fn len(&self) -> usize {
        self.text.len()
    }

    /// The text from a place on.
    pub fn since(&self, start: usize) -> String {
        composed(self.text.get(start..).unwrap_or_default().trim())
    }

    /// The text so far; the run starts anew.
    pub fn take(&mut self) -> String {
        self.space = false;
        composed(&std::mem::take(&mut self.text))
    }

    fn word(&mut self, word: &str) {
        if self.space && !self.text.is_empty() {
            self.text.push(' ');
        }
        self.space = false;
        self.text.push_str(word);
    }
}

fn composed(text: &str) -> String {
    if text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes {
        text.to_owned()
    } else {
        text.nfc().collect()
    }
}

fn is_space(c: char) -> bool {
    c == ' ' || c.is_whitespace() || c.is_control()
}

/// Soft hyphens, zero-width spaces and joiners, marks of direction, the byte order mark.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_has_one_form() {
        for (text, expected) in [
            ("  a \n\t b\u{a0}c ", "a b c"),
            (
                "inter\u{ad}national\u{200b} care\u{feff}",
                "international care",
            ),
            ("cafe\u{301}", "café"),
            ("\u{2003}em\u{2009}thin\u{3000}wide", "em thin wide"),
            ("a\u{0}b\u{8e}c\u{9b}31m", "a b c 31m"),
            ("", ""),
        ] {
            assert_eq!(tidy(text), expected);
        }
    }

    #[test]
    fn of_control_characters_only_breaks_stand_as_they_are() {
        let mut run = Run::default();
        run.push_verbatim("a\r\n\tb\u{0}\u{1b}[31m\u{9b}c");
        assert_eq!(run.take(), "a\n\tb[31mc");
    }

    #[test]
    fn pieces_join_as_they_stand() {
        let mut run = Run::default();
        for piece in ["opt", "-out ", " rate", "\u{a0}", "s"] {
            run.push(piece);
        }
        assert_eq!(run.take(), "opt-out rate s");
    }
}
