//! The words of a text as they are looked for: folded, each with its place in the text.

use std::ops::Range;

use crate::prose;

/// The longest word that is looked for, in bytes; longer runs are no words.
const LONGEST: usize = 120;

/// A word with its place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Word {
    /// As it is compared: lower case, typographic quotes and hyphens folded.
    pub folded: String,
    /// Where it stands, in bytes.
    pub range: Range<usize>,
}

/// The words of a text, in order. “opt-out”, “patient's”, “care.data”, “1,000” and “2016–17” are one word each.
pub fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut chars = text.char_indices().peekable();
    let mut last = ' ';
    let mut begun: Option<usize> = None;
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map_or(' ', |(_, next)| *next);
        let goes_on = is_letter(c) || begun.is_some() && joins(last, c, next);
        match (goes_on, begun) {
            (true, None) => begun = Some(at),
            (false, Some(from)) => {
                words.extend(word(text, from..at));
                begun = None;
            }
            _ => {}
        }
        last = c;
    }
    if let Some(from) = begun {
        words.extend(word(text, from..text.len()));
    }
    words
}

/// The words that a joined word is made of: “opt” and “out” of “opt-out”; none of a plain word.
pub fn parts(folded: &str) -> impl Iterator<Item = &str> {
    let parts = folded.split(|c: char| !c.is_alphanumeric());
    let letter =
        |part: &str| part.chars().nth(1).is_none() && !part.contains(|c: char| c.is_numeric());
    parts.filter(move |part| !part.is_empty() && *part != folded && !letter(part))
}

fn word(text: &str, range: Range<usize>) -> Option<Word> {
    let found = &text[range.clone()];
    if found.len() > LONGEST {
        return None;
    }
    let folded = match found.is_ascii() {
        true => found.to_ascii_lowercase(),
        false => prose::fold(found).replace(['\u{ad}', ' '], ""),
    };
    (!folded.is_empty()).then_some(Word { folded, range })
}

fn is_letter(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '£' | '$' | '€' | '%' | '\u{300}'..='\u{36f}')
}

/// Whether a mark between two letters joins them to one word.
fn joins(before: char, mark: char, after: char) -> bool {
    let digits = before.is_ascii_digit() && after.is_ascii_digit();
    let letters = is_letter(before) && is_letter(after);
    match mark {
        '\'' | '’' | 'ʼ' | '‘' | '-' | '‐' | '‑' | '.' | '_' | '\u{ad}' => letters,
        ',' | '–' => digits,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(text: &str, expected: &[&str]) {
        let found = words(text);
        let folded: Vec<&str> = found.iter().map(|word| word.folded.as_str()).collect();
        assert_eq!(folded, expected, "{text}");
        assert!(
            found
                .iter()
                .all(|word| !text[word.range.clone()].contains(' '))
        );
    }

    #[test]
    fn a_text_is_cut_into_words() {
        case("Patients may OPT OUT.", &["patients", "may", "opt", "out"]);
        case(
            "The opt-out, and the opt‑out",
            &["the", "opt-out", "and", "the", "opt-out"],
        );
        case(
            "a patient’s ‘data’ – “sold”",
            &["a", "patient's", "data", "sold"],
        );
        case(
            "care.data ended. It did.",
            &["care.data", "ended", "it", "did"],
        );
        case("£1,000 or 5%; 2016–17", &["£1,000", "or", "5%", "2016-17"]);
        case("and/or—ever", &["and", "or", "ever"]);
        case("the ﬁle ÉLAN", &["the", "file", "élan"]);
        case("da\u{ad}ta", &["data"]);
        case("-- ... ’", &[]);
        case(&"x".repeat(200), &[]);
    }

    #[test]
    fn a_joined_word_has_parts() {
        let of = |word: &'static str| parts(word).collect::<Vec<_>>();
        assert_eq!(of("opt-out"), ["opt", "out"]);
        assert_eq!(of("patient's"), ["patient"]);
        assert_eq!(of("£1,000"), ["1", "000"]);
        assert!(of("data").is_empty());
    }
}
