//! Cuts text into sentences, compares them and quotes them.

mod letters;
mod needed;
mod pattern;
mod spelling;
mod threes;

pub use pattern::{Hit, Pattern, Searched, Text};
pub use spelling::same_but_spelling;
pub use threes::Threes;

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

use crate::diff;

/// The longest quote, in characters.
const LONGEST: usize = 400;

/// A pattern of our own; a test compiles them all.
///
/// # Panics
/// Where it is none.
pub fn compile(pattern: &str) -> Regex {
    Regex::new(pattern).unwrap_or_else(|error| panic!("{pattern}: {error}"))
}

/// A pattern of our own that is looked for in many sentences; a test compiles them all.
pub fn pattern(pattern: &str) -> Pattern {
    Pattern::known(pattern)
}

/// The sentences of a block, as they stand. A bare "Yes." or "No." stays with the sentence after it.
pub fn split(text: &str) -> Vec<String> {
    let joined = match text.contains("-\n") {
        true => Cow::Owned(text.replace("-\n", "- ")),
        false => Cow::Borrowed(text),
    };
    let mut sentences: Vec<String> = Vec::new();
    for range in diff::sentences(&joined) {
        let said = spaced(&joined[range]);
        let bare =
            |last: &str| last.eq_ignore_ascii_case("no.") || last.eq_ignore_ascii_case("yes.");
        match sentences.last_mut() {
            Some(last) if bare(last) => {
                last.push(' ');
                last.push_str(&said);
            }
            _ => sentences.push(said),
        }
    }
    sentences
}

/// Text as patterns read it: NFKC, hyphens of broken lines joined, white space collapsed.
pub fn plain(text: &str) -> String {
    static BROKEN: LazyLock<Regex> =
        LazyLock::new(|| compile(r"(\p{L})[-\u{2010}\u{ad}]\s+(\p{Ll}+)"));
    // Whole pages are read so, and nearly all of a page is in that form already.
    let ascii = text.is_ascii();
    let text = match ascii || is_nfkc_quick(text.chars()) == IsNormalized::Yes {
        true => spaced(text),
        false => spaced(&text.nfkc().collect::<String>()),
    };
    let marks: &[&str] = match ascii {
        true => &["- "],
        false => &["- ", "\u{2010} ", "\u{ad}"],
    };
    if !marks.iter().any(|mark| text.contains(mark)) {
        return text;
    }
    let joined = BROKEN.replace_all(&text, |broken: &regex::Captures| match &broken[2] {
        "and" | "or" | "to" => broken[0].to_owned(),
        word => format!("{}{word}", &broken[1]),
    });
    joined.replace('\u{ad}', "")
}

/// Text with its white space collapsed.
fn spaced(text: &str) -> String {
    if is_spaced(text) {
        return text.to_owned();
    }
    let mut spaced = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !spaced.is_empty() {
            spaced.push(' ');
        }
        spaced.push_str(word);
    }
    spaced
}

/// Whether the white space of a text is collapsed already, as that of nearly every sentence is.
fn is_spaced(text: &str) -> bool {
    let bytes = text.as_bytes();
    // Looked at without a stop on the way, many bytes are looked at together.
    let printed = bytes
        .iter()
        .fold(true, |all, byte| all & (b' '..=b'~').contains(byte));
    let twice = bytes
        .windows(2)
        .fold(false, |any, two| any | (two == b"  "));
    if printed {
        return !twice && !text.starts_with(' ') && !text.ends_with(' ');
    }
    let mut last = ' ';
    for c in text.chars() {
        let sign = c.is_ascii_graphic() || !c.is_ascii() && !c.is_whitespace();
        if !sign && (c != ' ' || last == ' ') {
            return false;
        }
        last = c;
    }
    last != ' ' || text.is_empty()
}

/// A sentence as it is compared: folded case, quotes and white space.
pub fn fold(sentence: &str) -> String {
    folded(plain(sentence))
}

/// The same of text that is as patterns read it.
pub fn folded(mut plain: String) -> String {
    if plain.is_ascii() {
        plain.make_ascii_lowercase();
        return match plain.contains('`') {
            true => plain.replace('`', "'"),
            false => plain,
        };
    }
    let folded: String = plain
        .chars()
        .map(|c| match c {
            '‘' | '’' | 'ʼ' | '`' => '\'',
            '“' | '”' | '„' => '"',
            '‐' | '‑' | '–' | '—' => '-',
            other => other,
        })
        .collect();
    folded.to_lowercase()
}

/// The words of a folded sentence.
pub fn words(folded: &str) -> Vec<&str> {
    folded
        .split(|c: char| !(c.is_alphanumeric() || matches!(c, '\'' | '-' | '£' | '%')))
        .filter(|word| !word.is_empty())
        .collect()
}

/// How alike two folded sentences are: the share of words they have in common, from 0 to 1.
pub fn similarity(one: &str, other: &str) -> f64 {
    let sorted = |text| {
        let mut words = words(text);
        words.sort_unstable();
        words
    };
    alike(&sorted(one), &sorted(other))
}

/// How alike two sentences are by their words, which are sorted.
pub fn alike(one: &[&str], other: &[&str]) -> f64 {
    match one.len() + other.len() {
        0 => 0.0,
        all => 2.0 * common(one, other) as f64 / all as f64,
    }
}

/// How many of these two, both sorted, have in common, each as often as both have it.
pub fn common<T: Ord>(one: &[T], other: &[T]) -> usize {
    let mut others = other.iter().peekable();
    let has = |wanted: &&T| {
        while others.next_if(|other| other < wanted).is_some() {}
        others.next_if(|other| other == wanted).is_some()
    };
    one.iter().filter(has).count()
}

/// Whether a sentence says that something is not so.
pub fn negated(plain: &str) -> bool {
    static NOT: LazyLock<Regex> =
        LazyLock::new(|| compile(r"(?i)\b(?:not|never|no|nor|neither|cannot|without)\b|n['’]t\b"));
    NOT.is_match(plain)
}

/// Sentences as a quote: as many whole ones as fit, the first one cut on a word where it alone is too long.
pub fn quote<'a>(sentences: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let mut quoted: Option<String> = None;
    for sentence in sentences {
        match &mut quoted {
            None => quoted = Some(cut(sentence, LONGEST)),
            Some(so_far) => {
                if so_far.chars().count() + sentence.chars().count() + 3 <= LONGEST {
                    so_far.push_str(" … ");
                    so_far.push_str(sentence);
                }
            }
        }
    }
    quoted
}

/// Text of at most so many characters, cut after a word.
pub fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let short: String = text.chars().take(most - 1).collect();
    let end = short.rfind(char::is_whitespace).unwrap_or(short.len());
    format!("{}…", short[..end].trim_end())
}

/// Names in a sentence: "a", “b” and “c”; at most so many, then how many more.
pub fn listed(names: &[String], most: usize) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("“{name}”")).collect();
    match quoted.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        many if many.len() > most => {
            format!("{} and {} more", many[..most].join(", "), many.len() - most)
        }
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(text: &str, sentences: &[&str]) {
        assert_eq!(split(text), sentences, "{text}");
    }

    #[test]
    fn a_block_is_cut_into_sentences() {
        case("One. Two? Three", &["One.", "Two?", "Three"]);
        case(
            "The care.data programme closed. It ended.",
            &["The care.data programme closed.", "It ended."],
        );
        case(
            "See e.g. Dr. A. Smith at St. Mary’s, No. 5. Then go.",
            &["See e.g. Dr. A. Smith at St. Mary’s, No. 5.", "Then go."],
        );
        case("No. It is new.", &["No. It is new."]);
        case("Why? No. It is new.", &["Why?", "No. It is new."]);
        case(
            "Regard to the data. Set against this, costs rose.",
            &["Regard to the data.", "Set against this, costs rose."],
        );
    }

    #[test]
    fn broken_lines_are_joined() {
        assert_eq!(
            plain("The Digital Exclusion Data-\nset"),
            "The Digital Exclusion Dataset"
        );
        assert_eq!(plain("pre- and post-term"), "pre- and post-term");
    }

    #[test]
    fn folding_forgets_case_quotes_and_space() {
        assert_eq!(fold("The  “Single”\u{a0}GP’s"), "the \"single\" gp's");
        assert_eq!(fold(" The\t`Single` GP\n"), "the 'single' gp");
        assert_eq!(fold("Data-\nset and re- use ﬁle"), "dataset and reuse file");
        assert_eq!(fold("e\u{301}LAN"), "élan");
    }

    #[test]
    fn words_count_as_often_as_both_have_them() {
        assert_eq!(common(&[1, 1, 2, 3], &[1, 1, 1, 2, 2]), 3);
        assert_eq!(common(&["a"], &["b"]), 0);
        assert!((similarity("a b b c", "b a d") - 4.0 / 7.0).abs() < 1e-9);
    }

    #[test]
    fn a_quote_keeps_to_whole_sentences_and_its_length() {
        let long = "word ".repeat(200);
        let quoted = quote([long.as_str()]).expect("a quote");
        assert!(quoted.chars().count() <= 400 && quoted.ends_with("word…"));
        assert_eq!(quote(["One.", "Two."]).as_deref(), Some("One. … Two."));
    }
}
