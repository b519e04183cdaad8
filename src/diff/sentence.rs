//! Finds where the sentences of a text begin and end.

use std::ops::Range;

/// Words before a full stop that do not end a sentence.
const SHORTENED: &[&str] = &[
    "approx", "art", "c", "cf", "co", "dept", "dr", "e.g", "ed", "eg", "esp", "etc", "fig", "hon",
    "i.e", "ie", "inc", "ltd", "mr", "mrs", "ms", "no", "nos", "p", "para", "paras", "pp", "prof",
    "reg", "regs", "rev", "rt", "s", "sch", "sec", "ss", "st", "v", "vol", "vs",
];

/// The sentences of a text as byte ranges without the white space around them. A line break ends a sentence too.
pub fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let (mut start, mut read) = (0, 0);
    while let Some((at, mark)) = next_mark(text, read) {
        let closing = |c: char| mark != '\n' && "”’\"')]».?!…".contains(c);
        let after = text[at + mark.len_utf8()..].trim_start_matches(closing);
        read = text.len() - after.len();
        if mark == '\n' || ends_here(&text[start..at], mark, after) {
            push_trimmed(text, start..read, &mut found);
            start = read;
        }
    }
    push_trimmed(text, start..text.len(), &mut found);
    found
}

/// The first mark from a byte on that can end a sentence. Most bytes are none, and are only looked at.
fn next_mark(text: &str, from: usize) -> Option<(usize, char)> {
    const ELLIPSIS: u8 = 0xE2;
    let mut bytes = text.bytes().enumerate().skip(from);
    bytes.find_map(|(at, byte)| match byte {
        b'\n' | b'.' | b'?' | b'!' => Some((at, char::from(byte))),
        ELLIPSIS => text[at..].starts_with('…').then_some((at, '…')),
        _ => None,
    })
}

fn push_trimmed(text: &str, range: Range<usize>, found: &mut Vec<Range<usize>>) {
    let part = &text[range.clone()];
    let start = range.start + (part.len() - part.trim_start().len());
    let end = start + part.trim().len();
    if start < end {
        found.push(start..end);
    }
}

/// Whether a mark between these two stretches of text ends a sentence.
fn ends_here(before: &str, mark: char, after: &str) -> bool {
    if !after.starts_with(char::is_whitespace) {
        return after.is_empty();
    }
    let next = after
        .trim_start()
        .trim_start_matches(|c: char| "“‘\"'([«".contains(c))
        .chars()
        .next();
    if next.is_some_and(char::is_lowercase) {
        return false;
    }
    if mark != '.' {
        return true;
    }
    let word = before
        .rsplit(|c: char| c.is_whitespace() || "(“‘[".contains(c))
        .next()
        .unwrap_or_default();
    let initial = word.chars().count() == 1 && word.chars().all(char::is_uppercase);
    let shortened = SHORTENED
        .binary_search(&word.to_lowercase().as_str())
        .is_ok();
    // “No.” and “etc.” are shortened words only where a number, or nothing new, follows.
    let numbered = next.is_some_and(char::is_numeric);
    !(initial || shortened && (numbered || !matches!(word, "No" | "no" | "etc" | "s" | "p")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(text: &str, expected: &[&str]) {
        let found: Vec<&str> = sentences(text)
            .into_iter()
            .map(|range| &text[range])
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn sentences_end_where_a_reader_would_say() {
        assert!(SHORTENED.is_sorted(), "the list is searched by halves");
        case("", &[]);
        case("One", &["One"]);
        case(" One.  Two? Three! ", &["One.", "Two?", "Three!"]);
        case("See e.g. Article 9. Then", &["See e.g. Article 9.", "Then"]);
        case("Dr. Smith of St. Mary’s.", &["Dr. Smith of St. Mary’s."]);
        case("J. B. Priestley wrote.", &["J. B. Priestley wrote."]);
        case(
            "It costs 1.5 million. More.",
            &["It costs 1.5 million.", "More."],
        );
        case("care.data is closed. Now", &["care.data is closed.", "Now"]);
        case("He said “Stop.” She did.", &["He said “Stop.”", "She did."]);
        case("Will it (really?) end?", &["Will it (really?) end?"]);
        case("One line\nTwo line", &["One line", "Two line"]);
        case("We said no. Nobody knew.", &["We said no.", "Nobody knew."]);
        case("See No. 3 of it.", &["See No. 3 of it."]);
        case("Wait… what? “Yes.”", &["Wait… what?", "“Yes.”"]);
    }
}
