//! Cuts a long passage down to the words around what changed.

use std::ops::Range;

/// One side of a passage.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Side {
    pub(super) text: String,
    /// What changed, as byte ranges of the text.
    pub(super) changed: Vec<Range<usize>>,
}

impl Side {
    pub(super) fn whole(text: &str) -> Side {
        Side {
            text: text.to_owned(),
            changed: std::iter::once(0..text.len()).collect(),
        }
    }

    /// The words that changed.
    pub(super) fn changed_words(&self) -> impl Iterator<Item = &str> {
        let parts = self.changed.iter().map(|range| &self.text[range.clone()]);
        parts.flat_map(str::split_whitespace)
    }

    /// At most so many characters around the first change, cut between words, with … where it goes on.
    pub(super) fn excerpt(&self, most: usize) -> String {
        let chars = self.text.chars().count();
        if chars <= most {
            return self.text.clone();
        }
        let first = self.changed.first().map_or(0, |range| range.start);
        let first = self.text[..first].chars().count();
        let room = most.saturating_sub(4).max(1);
        let lead = room / 3;
        let start = if first <= lead {
            0
        } else {
            (first - lead).min(chars - room)
        };
        let start = self.byte(start);
        let start = if start == 0 {
            0
        } else {
            start + to_space(&self.text[start..], 0)
        };
        let end = self.text[start..]
            .char_indices()
            .nth(room)
            .map_or(self.text.len(), |(at, _)| start + at);
        let part = &self.text[start..end];
        let part = match part.rfind(char::is_whitespace) {
            Some(at) if end < self.text.len() && at > 0 => &part[..at],
            _ => part,
        };
        let before = if start == 0 { "" } else { "… " };
        let after = if end == self.text.len() { "" } else { " …" };
        format!("{before}{}{after}", part.trim())
    }

    fn byte(&self, chars: usize) -> usize {
        let mut places = self.text.char_indices().map(|(at, _)| at);
        places.nth(chars).unwrap_or(self.text.len())
    }
}

/// How far it is to the next word, when that is not far.
fn to_space(text: &str, otherwise: usize) -> usize {
    match text.find(char::is_whitespace) {
        Some(at) if at < 60 => at,
        _ => otherwise,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_is_cut_between_words_around_the_change() {
        let text = format!("{}CHANGED {}", "before ".repeat(60), "after ".repeat(60));
        let at = text.find("CHANGED").expect("it is there");
        let side = Side {
            text: text.trim_end().to_owned(),
            changed: std::iter::once(at..at + 7).collect(),
        };
        for most in [20, 50, 120, 300] {
            let cut = side.excerpt(most);
            assert!(cut.chars().count() <= most, "{cut}");
            assert!(cut.contains("CHANGED"), "{cut}");
            assert!(cut.starts_with("… ") && cut.ends_with(" …"), "{cut}");
            let words = cut.trim_matches(['…', ' ']).split(' ');
            assert!(
                words
                    .clone()
                    .all(|word| ["before", "CHANGED", "after"].contains(&word)),
                "{cut}"
            );
        }
        assert_eq!(side.excerpt(2000), side.text);
        assert_eq!(Side::whole(&"é".repeat(50)).excerpt(10).chars().count(), 8);
    }
}
