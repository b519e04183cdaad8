//! Names without a telling head: what something is called, and what a system is for the collection of.

use std::sync::LazyLock;

use regex::Regex;

use crate::findings::lexicon::{COMPILED, LEXICON};
use crate::findings::names::Span;
use crate::findings::names::words::Word;
use crate::prose::compile;

/// The names a sentence introduces by "known as", "called" and the like.
pub(super) fn names(text: &str, words: &[Word]) -> Vec<Span> {
    static CALLED: LazyLock<Regex> = LazyLock::new(|| {
        compile(
            r"(?i)\b(?:(?:(?P<past>formerly|previously) )?(?:known|referred to(?: in this \w+)?|branded|rebranded|delivered|established) as|called|titled|entitled|named|renamed(?: as| to)?)\s+(?:the |an? )?",
        )
    });
    static SYSTEM: LazyLock<Regex> =
        LazyLock::new(|| compile(r"(?i)\bsystems? for the collection(?: and analysis)? of "));
    if !COMPILED.about_data.is_match(text) {
        return Vec::new();
    }
    let called = CALLED
        .captures_iter(text)
        .filter(|c| c.name("past").is_none());
    let mut found: Vec<Span> = called
        .filter_map(|introduced| {
            let whole = introduced.get(0)?;
            let sure = is_about_data(&text[..whole.start()], text)?;
            title_from(words, first_at(words, whole.end())?, sure)
        })
        .collect();
    found.extend(SYSTEM.find_iter(text).filter_map(|introduced| {
        let from = first_at(words, introduced.end())?;
        phrase_from(words, from)
    }));
    found
}

/// Whether what is called something holds data, by the words before; `None` where it is a page, a person and the like.
fn is_about_data(before: &str, text: &str) -> Option<bool> {
    static OTHER: LazyLock<Regex> = LazyLock::new(|| {
        compile(
            r"(?i)\b(?:sections?|pages?|documents?|leaflets?|forms?|guides?|polic(?:y|ies)|tabs?|buttons?|reports?|papers?|chapters?|videos?|columns?|fields?|sheets?|teams?|groups?|compan(?:y|ies)|person|people|collectively|annex|letters?|blogs?|events?|posters?|campaigns?)\W+(?:\w+\W+){0,2}$",
        )
    });
    static STORE: LazyLock<Regex> = LazyLock::new(|| {
        compile(
            r"(?i)\b(?:data ?-?sets?|collections?|extracts?|extractions?|regist(?:er|ry|ries)|databases?|returns?|information (?:system|service)s?|data (?:asset|product|flow|platform|store|service|programme)s?)\b",
        )
    });
    static WORK: LazyLock<Regex> = LazyLock::new(|| {
        compile(
            r"(?i)\b(?:programmes?|services?|systems?|schemes?|platforms?|records?|projects?)\b",
        )
    });
    static DATA: LazyLock<Regex> =
        LazyLock::new(|| compile(r"(?i)\b(?:data|records?|databases?)\b"));
    if OTHER.is_match(before) {
        return None;
    }
    match (STORE.is_match(before), WORK.is_match(before)) {
        (true, _) => Some(true),
        (false, true) => Some(DATA.is_match(text)),
        (false, false) => None,
    }
}

/// The word that stands at or after a byte.
fn first_at(words: &[Word], byte: usize) -> Option<usize> {
    words.iter().position(|word| word.start >= byte)
}

/// Two capitalised words or more, joined by small ones.
fn title_from(words: &[Word], from: usize, sure: bool) -> Option<Span> {
    let small = |word: &Word| {
        word.is_joint()
            || matches!(
                word.lower.as_str(),
                "in" | "on" | "to" | "with" | "at" | "by"
            )
    };
    let mut to = from;
    let mut last_proper = None;
    let mut proper = 0;
    while let Some(word) = words.get(to) {
        let marked = word.text.contains(['[', ']', '(', ')', '#', '<', '>']);
        if marked || !(word.is_proper() || (small(word) && proper > 0)) || (to > from && word.opens)
        {
            break;
        }
        if word.is_proper() && word.text.starts_with(char::is_alphabetic) {
            proper += 1;
            last_proper = Some(to);
        }
        if word.closes {
            break;
        }
        to += 1;
    }
    let last = last_proper?;
    let lowered: Vec<&str> = words[from..=last]
        .iter()
        .map(|w| w.lower.as_str())
        .collect();
    let body = LEXICON.names.bodies.contains(&lowered.join(" "));
    (proper >= 2 && !body).then(|| Span::of(words, from, last, sure))
}

/// Up to six words, to the next mark.
fn phrase_from(words: &[Word], from: usize) -> Option<Span> {
    let mut to = from;
    while to < from + 5 && to + 1 < words.len() && !words[to].closes {
        let next = &words[to + 1].lower;
        if matches!(
            next.as_str(),
            "from" | "to" | "by" | "in" | "which" | "that" | "is" | "will" | "for"
        ) {
            break;
        }
        to += 1;
    }
    (to > from).then(|| Span::of(words, from, to, true))
}
