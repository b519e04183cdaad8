//! A paragraph without the names of the places in it, so that it is known again where it comes to another place.

use crate::findings::lexicon::LEXICON;
use crate::findings::names::in_sentence;
use crate::prose::fold;

/// The fewest words by which a paragraph is known again.
const WORDS: usize = 12;
/// What stands for a place.
const PLACE: &str = "◊";
/// Words after which a name may be a place though no list has it.
const WHERE: [&str; 6] = ["in", "across", "throughout", "within", "around", "near"];
/// Words inside the name of a place, or between two.
const BETWEEN: [&str; 9] = ["and", "with", "upon", "on", "under", "the", "of", "&", "by"];
/// What is no place though it has a capital.
const NO_PLACE: [&str; 34] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "trust",
    "hospital",
    "hospitals",
    "university",
    "college",
    "limited",
    "council",
    "directions",
    "regulations",
    "act",
    "regulation",
    "section",
    "schedule",
    "parliament",
    "secretary",
];

/// The folded words of a paragraph with its places left out, and those places; `None` where it is too short to be known again.
pub(super) fn masked(text: &str) -> Option<(String, Vec<String>)> {
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.len() < WORDS {
        return None;
    }
    let named: Vec<String> = in_sentence(text)
        .into_iter()
        .map(|name| name.text)
        .collect();
    let mut masked: Vec<String> = Vec::new();
    let mut places = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let end = run(&words, at);
        let place = (end > at).then(|| bare(&words[at..end].join(" ")).to_owned());
        match place.filter(|place| is_place(place, &words, at, &named)) {
            Some(place) => {
                let last = words[end - 1];
                let marks = &last[last.trim_end_matches(is_mark).len()..];
                masked.push(format!("{PLACE}{marks}"));
                places.push(place);
                at = end;
            }
            None => {
                masked.push(words[at].to_owned());
                at += 1;
            }
        }
    }
    Some((fold(&masked.join(" ")), places))
}

/// Where the run of names ends that begins at this word; the word itself where none does.
fn run(words: &[&str], at: usize) -> usize {
    if !is_named(words[at]) {
        return at;
    }
    let mut end = at + 1;
    while end < words.len() && !words[end - 1].ends_with(['.', ';', ':', ')', '?', '!']) {
        if is_named(words[end]) {
            end += 1;
            continue;
        }
        let joins = BETWEEN.contains(&words[end]) && !words[end - 1].ends_with(is_mark);
        let listed = words[end] == "and";
        let next = words[end + 1..]
            .iter()
            .position(|word| !BETWEEN.contains(word))
            .map(|more| end + 1 + more)
            .filter(|next| *next <= end + 2 && is_named(words[*next]));
        match next.filter(|_| joins || listed) {
            Some(next) => end = next + 1,
            None => break,
        }
    }
    end
}

/// Whether a word is part of a name: a capital and then small letters, and no month or day.
fn is_named(word: &str) -> bool {
    let word = bare(word);
    let mut letters = word.chars();
    let capital = letters.next().is_some_and(char::is_uppercase);
    let small = letters.next().is_some_and(char::is_lowercase);
    capital && small && !NO_PLACE.contains(&word.to_lowercase().as_str())
}

fn is_place(place: &str, words: &[&str], at: usize, named: &[String]) -> bool {
    let inside = |name: &String| name.contains(place) || place.contains(name.as_str());
    if named.iter().any(inside) {
        return false;
    }
    let known = place
        .split_whitespace()
        .any(|word| LEXICON.places.words.contains(bare(word)));
    let where_it_is = || {
        let before = at.checked_sub(1).map(|before| words[before].to_lowercase());
        before.is_some_and(|before| WHERE.contains(&before.as_str()))
    };
    // What opens a sentence has a capital in any case.
    let opens = at == 0 || words[at - 1].ends_with(['.', '?', '!']);
    known && !(opens && opener(words[at])) || where_it_is()
}

/// Whether a word that opens a sentence is no part of a name.
fn opener(word: &str) -> bool {
    LEXICON.names.openers.contains(&word.to_lowercase())
}

fn bare(word: &str) -> &str {
    word.trim_matches(is_mark)
}

fn is_mark(c: char) -> bool {
    ".,;:!?()[]“”\"'‘’".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words_of(text: &str) -> String {
        masked(text).expect("a paragraph long enough").0
    }

    /// Whether two paragraphs are one but for their places.
    #[track_caller]
    fn case(one: &str, other: &str, expected: bool) {
        assert_eq!(words_of(one) == words_of(other), expected, "{one}\n{other}");
    }

    #[test]
    fn a_paragraph_is_known_again_in_another_place() {
        case(
            "From the first of May, practices in Kent and Medway will send their records to the new platform every night.",
            "From the first of May, practices in Leeds will send their records to the new platform every night.",
            true,
        );
        // A place that no list has, by where it stands.
        case(
            "From the first of May, practices across Oakhollow will send their records to the new platform every night.",
            "From the first of May, practices across Saltmere, Fenwick and Thornby will send their records to the new platform every night.",
            true,
        );
        case(
            "The pilot begins in Somerset; patients who object can write to their practice at any time before.",
            "The pilot begins in Devon; patients who object can write to their practice at any time before.",
            true,
        );
    }

    #[test]
    fn what_differs_in_more_than_a_place_is_another_paragraph() {
        // Another day.
        case(
            "From the first of May, practices in Kent will send their records to the new platform every night.",
            "From the first of June, practices in Kent will send their records to the new platform every night.",
            false,
        );
        // Another receiver.
        case(
            "Practices in Kent will send their records every night to be processed by Palantir for planning and research.",
            "Practices in Kent will send their records every night to be processed by Oracle for planning and research.",
            false,
        );
        // Another name.
        case(
            "Every night the records of practices are copied into the Cohort Explorer Dataset for planning and research.",
            "Every night the records of practices are copied into the Imaging Pathway Dataset for planning and research.",
            false,
        );
        // Another promise.
        case(
            "Practices in Kent will send their records every night and patients can opt out at any time.",
            "Practices in Kent will send their records every night and patients cannot opt out at any time.",
            false,
        );
    }

    #[test]
    fn the_places_are_told() {
        let (_, places) = masked(
            "From now on practices in Kent and Medway, and those around Swindon, send their records to the platform.",
        )
        .expect("a paragraph long enough");
        assert_eq!(places, ["Kent and Medway", "Swindon"]);
        assert!(masked("Practices in Kent send records.").is_none());
    }
}
