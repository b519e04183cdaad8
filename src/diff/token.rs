//! Cuts a text into words and marks, so that a comma that came or went is a comma and no word.

use std::collections::HashMap;
use std::ops::Range;

/// Words that say little on their own: common to any two English sentences.
const LITTLE: &[&str] = &[
    "a", "about", "also", "an", "and", "any", "are", "as", "at", "be", "been", "being", "but",
    "by", "can", "do", "does", "for", "from", "had", "has", "have", "how", "if", "in", "into",
    "is", "it", "its", "may", "more", "no", "not", "of", "on", "or", "our", "so", "such", "than",
    "that", "the", "their", "them", "then", "there", "these", "they", "this", "those", "to", "up",
    "us", "was", "we", "were", "what", "when", "where", "which", "who", "will", "with", "would",
    "you", "your",
];

/// What a word or mark weighs when texts are compared: a mark, a little word or a number, a word that tells.
pub(super) const MARK: u8 = 0;
const SMALL: u8 = 1;
pub(super) const TELLING: u8 = 4;

/// A word or a mark.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Token {
    /// Where it stands in its text, in bytes.
    pub(super) at: Range<usize>,
    /// The same number for the same word.
    pub(super) id: u32,
    pub(super) weight: u8,
    /// Whether it can end a sentence.
    pub(super) stop: bool,
}

/// Gives every word its number, and weighs it once.
#[derive(Default)]
pub(super) struct Lexicon<'a> {
    words: HashMap<&'a str, Entry>,
}

/// What is known of a word.
#[derive(Clone, Copy)]
struct Entry {
    id: u32,
    weight: u8,
    stop: bool,
}

impl<'a> Lexicon<'a> {
    /// The words and marks of a text, in order; white space is what lies between them.
    pub(super) fn tokens(&mut self, text: &'a str) -> Vec<Token> {
        let mut tokens = Vec::with_capacity(text.len() / 5);
        let mut at = 0;
        for chunk in text.split(char::is_whitespace) {
            cut(chunk, |part| {
                let Entry { id, weight, stop } = self.entry(&chunk[part.clone()]);
                tokens.push(Token {
                    at: at + part.start..at + part.end,
                    id,
                    weight,
                    stop,
                });
            });
            at += chunk.len();
            at += text[at..].chars().next().map_or(0, char::len_utf8);
        }
        tokens
    }

    fn entry(&mut self, word: &'a str) -> Entry {
        let id = u32::try_from(self.words.len()).unwrap_or(u32::MAX);
        *self.words.entry(word).or_insert_with(|| Entry {
            id,
            weight: weight(word),
            stop: matches!(word, "." | "?" | "!" | "…"),
        })
    }
}

/// The parts of a chunk without white space: marks before, the word (with what stands inside it), marks after.
fn cut(chunk: &str, mut part: impl FnMut(Range<usize>)) {
    // Most chunks are plain words.
    if chunk.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        if !chunk.is_empty() {
            part(0..chunk.len());
        }
        return;
    }
    let first = chunk.find(wordlike);
    let end = chunk
        .char_indices()
        .rfind(|(_, c)| wordlike(*c))
        .map_or(0, |(at, c)| at + c.len_utf8());
    let core = first.unwrap_or(end)..end;
    let each = |range: Range<usize>, part: &mut dyn FnMut(Range<usize>)| {
        for (at, mark) in chunk[range.clone()].char_indices() {
            part(range.start + at..range.start + at + mark.len_utf8());
        }
    };
    if core.is_empty() {
        each(0..chunk.len(), &mut part);
        return;
    }
    each(0..core.start, &mut part);
    words_of(&chunk[core.clone()], core.start, &mut part);
    each(core.end..chunk.len(), &mut part);
}

/// Scripts that put no space between words are cut character by character.
fn words_of(core: &str, start: usize, part: &mut dyn FnMut(Range<usize>)) {
    let mut from = 0;
    for (at, c) in core.char_indices() {
        if unspaced(c) {
            if from < at {
                part(start + from..start + at);
            }
            from = at + c.len_utf8();
            part(start + at..start + from);
        }
    }
    if from < core.len() {
        part(start + from..start + core.len());
    }
}

fn wordlike(c: char) -> bool {
    c.is_alphanumeric() || "£$€%#@&+_".contains(c)
}

fn unspaced(c: char) -> bool {
    matches!(c, '\u{0E00}'..='\u{0EFF}' | '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{20000}'..='\u{3FFFF}')
}

fn weight(word: &str) -> u8 {
    if !word.contains(wordlike) {
        return MARK;
    }
    if !word.contains(char::is_alphabetic) {
        return SMALL;
    }
    if word.len() > 6 {
        return TELLING;
    }
    let mut lower = [0u8; 6];
    let lower = &mut lower[..word.len()];
    lower.copy_from_slice(word.as_bytes());
    lower.make_ascii_lowercase();
    let known = LITTLE.binary_search_by(|little| little.as_bytes().cmp(lower));
    if known.is_ok() { SMALL } else { TELLING }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(text: &str, expected: &[&str]) {
        let mut lexicon = Lexicon::default();
        let tokens = lexicon.tokens(text);
        let found: Vec<&str> = tokens.iter().map(|token| &text[token.at.clone()]).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn words_and_marks_are_told_apart() {
        case("", &[]);
        case("by June 2014.", &["by", "June", "2014", "."]);
        case(
            "(“care.data”), 10,000",
            &["(", "“", "care.data", "”", ")", ",", "10,000"],
        );
        case("opt-out/opt out", &["opt-out/opt", "out"]);
        case(
            "£1.14m  50%;\tA | B",
            &["£1.14m", "50%", ";", "A", "|", "B"],
        );
        case("don’t …", &["don’t", "…"]);
        case("--", &["-", "-"]);
        case("患者 data", &["患", "者", "data"]);
        case("a\u{a0}é\u{2003}b ", &["a", "é", "b"]);
    }

    #[test]
    fn the_same_word_has_the_same_number() {
        let mut lexicon = Lexicon::default();
        let tokens = lexicon.tokens("data, Data, data");
        assert_eq!(tokens[0].id, tokens[4].id);
        assert_ne!(tokens[0].id, tokens[2].id);
    }

    #[test]
    fn little_words_weigh_little() {
        assert!(LITTLE.is_sorted(), "the list is searched by halves");
        assert_eq!(weight("The"), SMALL);
        assert_eq!(weight("2014"), SMALL);
        assert_eq!(weight("NHS"), TELLING);
        assert_eq!(weight("—"), MARK);
    }
}
