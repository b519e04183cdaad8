//! A passage as it is quoted: where it stands, and its words around what was looked for.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::answers::pages::Pages;
use crate::model::WatchId;
use crate::passages::Passage;

/// How much of a passage is told, in bytes.
const LONGEST: usize = 1_200;
/// How much of that stands before the first words that were looked for.
const BEFORE: usize = 300;
/// A passage that has what was looked for.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
pub struct Quote {
    /// On which page.
    pub watch: WatchId,
    /// What the page is called.
    pub title: String,
    /// Who publishes it; its host where the watch names nobody.
    pub publisher: String,
    /// What the passage is.
    pub kind: Passage,
    /// Its words, or the part of them around what was found.
    pub text: String,
    /// Where in `text` stands what was looked for: the first character and the one after the last, counted in Unicode
    /// characters, in order.
    pub marks: Vec<(usize, usize)>,
    /// Whether words are left out before `text`.
    pub cut_before: bool,
    /// Whether words are left out after it.
    pub cut_after: bool,
}

/// A piece of a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Part {
    /// What stands around what was looked for.
    Plain(String),
    /// What was looked for.
    Marked(String),
}

impl Quote {
    /// Quotes a passage of a page, known by what the archive calls its watch and by the last title that was read.
    pub(super) fn of(
        pages: &Pages,
        (watch, title): (&WatchId, &str),
        (kind, text): (Passage, &str),
        marks: Option<Vec<Range<usize>>>,
    ) -> Quote {
        let shown = around(text, marks.unwrap_or_default());
        Quote {
            watch: pages.now(watch).clone(),
            title: pages.title(watch, title),
            publisher: pages.publisher(watch),
            kind,
            text: shown.text,
            marks: shown.marks,
            cut_before: shown.cut_before,
            cut_after: shown.cut_after,
        }
    }

    /// The text in pieces, in order.
    pub fn parts(&self) -> Vec<Part> {
        parts(&self.text, &self.marks)
    }
}

/// A text in pieces, by its marks.
pub(in crate::answers) fn parts(text: &str, marks: &[(usize, usize)]) -> Vec<Part> {
    let chars: Vec<char> = text.chars().collect();
    let piece = |from: usize, to: usize| {
        chars
            .get(from..to)
            .unwrap_or_default()
            .iter()
            .collect::<String>()
    };
    let mut parts = Vec::new();
    let mut at = 0;
    for (from, to) in marks {
        parts.extend([
            Part::Plain(piece(at, *from)),
            Part::Marked(piece(*from, *to)),
        ]);
        at = *to;
    }
    parts.push(Part::Plain(piece(at, chars.len())));
    parts.retain(|part| !matches!(part, Part::Plain(text) if text.is_empty()));
    parts
}

/// A part of a text with its marks in characters.
pub(in crate::answers) struct Excerpt {
    pub(in crate::answers) text: String,
    pub(in crate::answers) marks: Vec<(usize, usize)>,
    pub(in crate::answers) cut_before: bool,
    pub(in crate::answers) cut_after: bool,
}

/// The part of a text around the first of these marks, which are in bytes.
pub(in crate::answers) fn around(text: &str, marks: Vec<Range<usize>>) -> Excerpt {
    let first = marks.first().map_or(0, |range| range.start);
    let mut from = 0;
    if text.len() > LONGEST && first > BEFORE {
        let near = text.floor_char_boundary(first - BEFORE);
        let space = text[near..first].find(char::is_whitespace);
        from = near + space.map_or(0, |space| space + 1);
        from = text.ceil_char_boundary(from);
    }
    let to = text.floor_char_boundary((from + LONGEST).min(text.len()));
    let count = |to: usize| text[from..to].chars().count();
    let inside = marks
        .into_iter()
        .filter(|range| range.start >= from && range.end <= to);
    Excerpt {
        marks: inside
            .map(|range| (count(range.start), count(range.end)))
            .collect(),
        text: text[from..to].to_owned(),
        cut_before: from > 0,
        cut_after: to < text.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(text: &str, word: &str) {
        let ranges = text.match_indices(word).map(|(at, _)| at..at + word.len());
        let shown = around(text, ranges.collect());
        assert!(shown.text.len() <= LONGEST && !shown.marks.is_empty());
        let marked = parts(&shown.text, &shown.marks);
        let all = marked.iter().map(|part| match part {
            Part::Plain(text) => text.as_str(),
            Part::Marked(text) => {
                assert_eq!(text, word);
                text.as_str()
            }
        });
        assert_eq!(all.collect::<String>(), shown.text);
        assert_eq!(shown.cut_before || shown.cut_after, shown.text != text);
    }

    #[test]
    fn a_passage_is_shown_around_what_was_found() {
        case("Data are sold.", "sold");
        case("sold sold", "sold");
        case(
            &format!("{} sold {}", "ä ".repeat(2000), "b ".repeat(2000)),
            "sold",
        );
        case(
            &format!("{}sold{}", "ä".repeat(2000), "ö".repeat(2000)),
            "sold",
        );
    }
}
