//! Text cut to a length without breaking a word, or a character, in two.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// The length of a text as the strictest reader counts it, in UTF-16 units: never less than its characters.
pub fn length(text: &str) -> usize {
    text.encode_utf16().count()
}

/// The text, or as many whole words as fit into `limit` with "…" behind them; inside a word only where one word is longer
/// than half of it.
pub fn cut(text: &str, limit: usize) -> String {
    if length(text) <= limit {
        return text.to_owned();
    }
    let mut used = 0;
    let mut whole = 0;
    let mut word = 0;
    for (at, grapheme) in text.grapheme_indices(true) {
        if grapheme.chars().all(char::is_whitespace) {
            word = at;
        }
        used += length(grapheme);
        if used + 1 > limit {
            break;
        }
        whole = at + grapheme.len();
    }
    let end = if length(&text[..word]) * 2 > limit {
        word
    } else {
        whole
    };
    let kept = text[..end].trim_end();
    if limit == 0 {
        return String::new();
    }
    format!("{}…", without_half_an_escape(kept))
}

/// A text cut after a backslash would escape what follows.
fn without_half_an_escape(text: &str) -> &str {
    let backslashes = text.len() - text.trim_end_matches('\\').len();
    if backslashes % 2 == 1 {
        &text[..text.len() - 1]
    } else {
        text
    }
}

/// Two texts narrowed down to where they differ, a few words around it, each at most `limit` long.
pub fn narrowed(before: &str, after: &str, limit: usize) -> (String, String) {
    const AROUND: usize = 5;
    let (old, new): (Vec<&str>, Vec<&str>) = (
        before.split_whitespace().collect(),
        after.split_whitespace().collect(),
    );
    let same = |(a, b): &(&&str, &&str)| a == b;
    let head = old.iter().zip(&new).take_while(same).count();
    let most = old.len().min(new.len()) - head;
    let ends = old.iter().rev().zip(new.iter().rev());
    let tail = ends.take(most).take_while(same).count();
    let around = |words: &[&str]| {
        let start = if head > AROUND + 2 { head - AROUND } else { 0 };
        let end = if tail > AROUND + 2 {
            words.len() - tail + AROUND
        } else {
            words.len()
        };
        let front = if start > 0 { "…" } else { "" };
        let back = if end < words.len() { "…" } else { "" };
        cut(
            &format!("{front}{}{back}", words[start..end].join(" ")),
            limit,
        )
    };
    if head == old.len() && head == new.len() {
        return (cut(before, limit), cut(after, limit));
    }
    (around(&old), around(&new))
}

/// How many columns of a terminal a text takes.
pub fn wide(text: &str) -> usize {
    text.width()
}

/// A text in exactly this many columns of a terminal: cut with "…", or with spaces behind it.
pub fn column(text: &str, width: usize) -> String {
    let mut shown = String::new();
    if text.width() <= width {
        shown.push_str(text);
    } else {
        for grapheme in text.graphemes(true) {
            if shown.width() + grapheme.width() + 1 > width {
                break;
            }
            shown.push_str(grapheme);
        }
        shown.push('…');
    }
    let left = width.saturating_sub(shown.width());
    shown.extend(std::iter::repeat_n(' ', left));
    shown
}

/// A text in lines of at most this many columns, broken between words; a longer word has a line for itself.
pub fn lines(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split(' ') {
        let wide = line.width() + 1 + word.width() > width;
        if wide && !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.push(line);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(text: &str, limit: usize, expected: &str) {
        let cut = cut(text, limit);
        assert_eq!(cut, expected);
        assert!(length(&cut) <= limit, "{} > {limit}", length(&cut));
    }

    #[test]
    fn a_text_is_cut_between_words() {
        case("patients can opt out", 20, "patients can opt out");
        case("patients can opt out", 19, "patients can opt…");
        case("patients can opt out", 13, "patients can…");
        case("", 5, "");
        case("abc", 0, "");
    }

    #[test]
    fn a_word_longer_than_the_room_is_cut_inside() {
        case("abcdefghij", 5, "abcd…");
        case("a abcdefghijklmnop", 10, "a abcdefg…");
    }

    #[test]
    fn what_readers_see_as_one_character_stays_whole() {
        case("👩‍👩‍👧‍👦👩‍👩‍👧‍👦", 12, "👩‍👩‍👧‍👦…");
        case("👩‍👩‍👧‍👦", 5, "…");
        case("e\u{301}e\u{301}e\u{301}", 4, "e\u{301}…");
    }

    #[test]
    fn an_escape_is_not_cut_in_two() {
        case(r"ab\*cd\*ef", 4, "ab…");
        case(r"ab\\cdefgh", 5, r"ab\\…");
    }

    #[test]
    fn two_sentences_are_narrowed_down_to_what_differs() {
        let same = "We will keep your data safe and we will tell every household by letter that it";
        let before = format!("{same} will never be sold to anyone at all under any circumstance.");
        let after = format!("{same} may be sold to anyone at all under any circumstance.");
        let (old, new) = narrowed(&before, &after, 200);
        assert_eq!(
            old,
            "…household by letter that it will never be sold to anyone at…"
        );
        assert_eq!(
            new,
            "…household by letter that it may be sold to anyone at…"
        );
    }

    #[test]
    fn equal_and_empty_texts_can_be_narrowed_too() {
        assert_eq!(narrowed("a b", "a b", 9), ("a b".into(), "a b".into()));
        assert_eq!(narrowed("", "a b", 9), (String::new(), "a b".into()));
        assert_eq!(narrowed("a a", "a", 9), ("a a".into(), "a".into()));
    }
}
