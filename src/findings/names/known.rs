//! Tells which names were known on a given day.

use std::collections::HashMap;
use std::sync::LazyLock;

use chrono::NaiveDate;

use crate::findings::names::Span;
use crate::findings::names::canonical::{canonical, stems};
use crate::findings::names::words::Word;
use crate::model::NameKind;

/// Whether a name, by its canonical form, was known before that day; `more` are known names besides those compiled in.
pub(crate) fn is_known(name: &str, day: NaiveDate, more: &[String]) -> bool {
    let listed = |stem: &str| {
        let since = KNOWN.get(stem);
        since.is_some_and(|since| since.is_none_or(|since| since < day))
    };
    let unbracketed = name.split(" (").next().unwrap_or(name);
    stems(name).chain(stems(unbracketed)).any(|stem| {
        let unowned = ["nhs england ", "nhs england's ", "nhs digital ", "nhs "]
            .iter()
            .find_map(|owner| stem.strip_prefix(owner));
        listed(stem)
            || unowned.is_some_and(listed)
            || more.iter().any(|known| canonical(known) == stem)
    })
}

/// The known names that a sentence mentions, by the list alone.
pub(super) fn names(text: &str, words: &[Word]) -> Vec<Span> {
    let mut found = Vec::new();
    let dotted = words.iter().any(|word| word.text.contains('.'));
    let mut at = 0;
    while at < words.len() {
        if words[at].lower == "the" || !dotted && !words[at].is_proper() {
            at += 1;
            continue;
        }
        let most = STARTS.most(&words[at..]).min(words.len() - at);
        let longest = (1..=most).rev().find_map(|count| {
            let last = at + count - 1;
            let broken = words[at..last].iter().any(|word| word.closes)
                || words[at + 1..=last].iter().any(|word| word.opens);
            let stands = &text[words[at].start..words[last].end];
            if broken
                || !words[at].is_proper() && !stands.contains('.')
                || count == 1 && !is_singular(stands)
            {
                return None;
            }
            let (kind, _) = KINDS.get(&canonical(stands))?;
            Some(Span::of(words, at, last, true, *kind))
        });
        at = longest.as_ref().map_or(at + 1, |span| {
            words
                .iter()
                .rposition(|word| word.end <= span.end)
                .map_or(at + 1, |last| last + 1)
        });
        found.extend(longest);
    }
    found
}

/// The known name that an alias stands for, both in canonical form.
pub(crate) fn spelled_out(alias: &str) -> Option<&'static str> {
    KINDS.get(alias).map(|(_, name)| name.as_str())
}

/// Whether one word alone is told from all others: GDPPR, OpenSAFELY, care.data.
fn is_singular(word: &str) -> bool {
    let capitals = word.chars().filter(|c| c.is_uppercase()).count();
    // "PROMs" are measures of any kind; only the data of them is the dataset.
    if word.ends_with('s') && capitals + 1 == word.chars().count() {
        return false;
    }
    word.chars().count() >= 4 && (capitals >= 4 || capitals >= 2 && word.chars().count() >= 6)
        || word == "care.data"
}

/// The most words of a known name.
const LONGEST: usize = 9;

/// With which letters and digits known names begin, and of how many words those are at most.
struct Starts(HashMap<Vec<u8>, usize>);

/// So many letters and digits are looked at.
const LETTERS: usize = 6;

static STARTS: LazyLock<Starts> = LazyLock::new(|| {
    let mut starts = HashMap::new();
    for name in KINDS.keys() {
        // One word of it may stand there as two ("data set", "DCB 3099"), and a version after it.
        let words = 2 * name.split(' ').count() + 4;
        let letters = name.bytes().filter(u8::is_ascii_alphanumeric);
        let most: &mut usize = starts.entry(letters.take(LETTERS).collect()).or_default();
        *most = words.min(LONGEST).max(*most);
    }
    Starts(starts)
});

impl Starts {
    /// The most words of a known name that begins as these words do; 0 where none does. The canonical form of a name has the
    /// letters of its words, but for an article before them and what ends it.
    fn most(&self, words: &[Word]) -> usize {
        const ARTICLES: [&str; 6] = ["the", "a", "an", "our", "its", "this"];
        if ARTICLES.contains(&words[0].lower.as_str()) {
            return LONGEST;
        }
        let mut letters = Vec::with_capacity(LETTERS);
        for word in words.iter().take(LETTERS) {
            if !word.lower.is_ascii() {
                return LONGEST;
            }
            let told = word.lower.bytes().filter(u8::is_ascii_alphanumeric);
            letters.extend(told.take(LETTERS - letters.len()));
        }
        let starts = (1..=letters.len()).filter_map(|count| self.0.get(&letters[..count]));
        starts.max().copied().unwrap_or(0)
    }
}

/// Every known name and alias, with its kind and the name it stands for.
static KINDS: LazyLock<HashMap<String, (NameKind, String)>> = LazyLock::new(|| {
    let mut kinds = HashMap::new();
    let lines = include_str!("../known.txt").lines();
    for line in lines.filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let fields: Vec<&str> = line.split('|').map(str::trim).collect();
        let kind = match fields.get(2).copied().unwrap_or_default() {
            "scheme" => NameKind::Programme,
            other => other.parse().unwrap_or_default(),
        };
        let aliases = fields.get(1).into_iter().flat_map(|field| field.split(';'));
        for name in aliases.chain([fields[0]]).filter(|name| !name.is_empty()) {
            kinds.insert(canonical(name), (kind, canonical(fields[0])));
        }
    }
    kinds
});

/// Every known name and alias in canonical form, with the day it became known.
static KNOWN: LazyLock<HashMap<String, Option<NaiveDate>>> = LazyLock::new(|| {
    let mut known = HashMap::new();
    let lines = include_str!("../known.txt").lines();
    for line in lines.filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let fields: Vec<&str> = line.split('|').map(str::trim).collect();
        let since = fields.get(3).and_then(|field| field.strip_prefix("since="));
        let since = since.map(|day| day.parse().expect("a date in known.txt"));
        let aliases = fields.get(1).into_iter().flat_map(|field| field.split(';'));
        for name in aliases.chain([fields[0]]).filter(|name| !name.is_empty()) {
            let name = canonical(name);
            let bare = stems(&name).last().unwrap_or_default().to_owned();
            // "Maternity Services Data Set" must not make "maternity" known; two words are enough to tell.
            let telling = bare.split(' ').count() >= 2 || bare == name;
            if telling {
                known.entry(bare).or_insert(since);
            }
            known.entry(name).or_insert(since);
        }
    }
    known
});

#[cfg(test)]
mod tests {
    use super::*;
    use crate::findings::names::words::cut;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[track_caller]
    fn case(name: &str, on: &str, known: bool) {
        assert_eq!(
            is_known(&canonical(name), day(on), &[]),
            known,
            "{name} on {on}"
        );
    }

    #[test]
    fn a_name_is_known_only_after_its_day() {
        let name = "General Practice Data for Planning and Research data collection";
        case(name, "2016-07-06", false);
        case(name, "2021-05-12", false);
        case(name, "2021-05-13", true);
        case("GPDPR", "2021-05-13", true);
    }

    #[test]
    fn aliases_and_general_words_make_no_difference() {
        case("Hospital Episode Statistics", "2013-01-01", true);
        case("the ECDS data set", "2013-01-01", true);
        case("National Diabetes Audit dataset", "2013-01-01", true);
        case("single GP dataset", "2026-01-01", false);
    }

    #[test]
    fn every_known_name_is_looked_for_where_it_begins() {
        let lines = include_str!("../known.txt").lines();
        let listed = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
        let written = listed.flat_map(|line| {
            let mut fields = line.split('|').map(str::trim);
            let name = fields.next();
            let aliases = fields.next().into_iter().flat_map(|field| field.split(';'));
            name.into_iter().chain(aliases.map(str::trim))
        });
        for name in written.filter(|name| !name.is_empty()) {
            let words = cut(name);
            let most = STARTS.most(&words);
            assert!(most >= words.len().min(LONGEST), "{name}: {most}");
        }
    }

    #[test]
    fn names_of_the_watchlist_are_known_too() {
        let more = ["Frailty Extract".to_owned()];
        assert!(is_known("frailty extract", day("2020-01-01"), &more));
    }
}
