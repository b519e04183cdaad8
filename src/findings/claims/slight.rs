//! Tells a correction of spelling, punctuation or white space from another word.

use crate::prose::words;

/// The fewest letters of a word in which a letter may be a slip.
const LONG: usize = 5;

/// Whether two folded texts have the same words, but for spelling, punctuation and white space.
pub(super) fn is_slight(one: &str, other: &str) -> bool {
    if count(one) == count(other) && letters(one) == letters(other) {
        return true;
    }
    let (one, other) = (words(one), words(other));
    one.len() == other.len() && one.iter().zip(&other).all(|(a, b)| is_same_word(a, b))
}

/// How many letters and digits a text has.
fn count(text: &str) -> usize {
    text.chars().filter(|char| char.is_alphanumeric()).count()
}

/// What is left of a text without white space and punctuation; signs that make another number or sum of it stay.
fn letters(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let digit = |at: Option<usize>| {
        let char = at.and_then(|at| chars.get(at));
        char.is_some_and(|char| char.is_numeric())
    };
    let kept = |(at, char): (usize, &char)| {
        let between = digit(at.checked_sub(1)) && digit(at.checked_add(1));
        let counts = char.is_alphanumeric() || "£$€%+<>=".contains(*char);
        // A blank between two numbers parts them, a point makes a fraction.
        (counts || between && *char != ',').then_some(*char)
    };
    chars.iter().enumerate().filter_map(kept).collect()
}

/// Whether a word is another one with a slip: the beginning the same, a letter more, less, other or two exchanged; in long
/// words two letters at the end of British and American spelling. A beginning makes another word of it: "include" and
/// "exclude", "legal" and "illegal".
fn is_same_word(one: &str, other: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    if a == b {
        return true;
    }
    let numbers = a.iter().chain(&b).any(|char| char.is_numeric());
    if numbers || a.len().min(b.len()) < LONG || a[..2] != b[..2] || is_other_form(one, other) {
        return false;
    }
    let same = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[same..], &b[same..]);
    let end = a.iter().rev().zip(b.iter().rev());
    let same_end = end.take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[..a.len() - same_end], &b[..b.len() - same_end]);
    match (a, b) {
        ([_], []) | ([], [_]) | ([_], [_]) => true,
        ([a, c], [d, b]) => a == b && c == d,
        ([], ['m', 'e']) | (['m', 'e'], []) => one.starts_with("program"),
        _ => false,
    }
}

/// Whether two words are forms of one word that say something else: "patient" and "patients", "share" and "shared".
fn is_other_form(one: &str, other: &str) -> bool {
    let (short, long) = match one.len() < other.len() {
        true => (one, other),
        false => (other, one),
    };
    let grown = long.strip_prefix(short);
    let ends = |word: &str| word.chars().next_back();
    let turned = one.len() == other.len()
        && one[..one.len() - ends(one).map_or(0, char::len_utf8)]
            == other[..other.len() - ends(other).map_or(0, char::len_utf8)];
    matches!(grown, Some("s" | "d" | "r" | "n" | "y")) || turned
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(one: &str, other: &str, expected: bool) {
        assert_eq!(is_slight(one, other), expected, "{one} / {other}");
        assert_eq!(is_slight(other, one), expected, "{other} / {one}");
    }

    #[test]
    fn spelling_punctuation_and_white_space_are_slight() {
        case("we recieve your letter", "we receive your letter", true);
        case("a seperate organisation", "a separate organization", true);
        case("the national program", "the national programme", true);
        case("you can opt-out online", "you can opt out, online.", true);
        case("it occured", "it occurred", true);
        case("patients’ data: yours", "patients data - yours", true);
        case("1,000 records", "1000 records", true);
        case("", "", true);
    }

    #[test]
    fn another_word_is_not() {
        case("we include your notes", "we exclude your notes", false);
        case("it is legal to share", "it is illegal to share", false);
        case("for internal use", "for external use", false);
        case("data is anonymised", "data is pseudonymised", false);
        case("shared with a patient", "shared with a patients", false);
        case("data we share", "data we shared", false);
        case("we may collect it", "we must collect it", false);
        case("by 23 june", "by 25 june", false);
        case("a fee of £5", "a fee of 5", false);
        case("1.5 million", "15 million", false);
        case("1 500 people", "1500 people", false);
        case("it is now shared", "it is not shared", false);
        case("", "we collect names", false);
    }
}
