//! Names in lower case: "a single GP dataset", "a central register of patients".

use std::sync::LazyLock;

use regex::Regex;

use crate::findings::lexicon::LEXICON;
use crate::findings::names::Span;
use crate::findings::names::run::{Head, head_at};
use crate::findings::names::words::Word;
use crate::prose::compile;

/// The described names of a sentence.
pub(super) fn names(text: &str, words: &[Word]) -> Vec<Span> {
    let mut heads: Vec<Head> = (0..words.len())
        .filter_map(|at| head_at(words, at))
        .collect();
    heads.retain(|head| is_store(words, head));
    if heads.is_empty() || is_denied(text) {
        return Vec::new();
    }
    let heads = heads.iter();
    heads
        .filter_map(|head| described(text, words, head))
        .collect()
}

/// Whether the sentence says that there is no such thing.
fn is_denied(text: &str) -> bool {
    static DENIED: LazyLock<Regex> = LazyLock::new(|| {
        compile(
            r"(?i)\b(?:no plans?|not (?:a|to|be|create|build|an)|never|no (?:single|national|central)|without an?|rather than|is(?:n't| not)|instead of|there (?:is|was) no|does not|do not|in the absence of)\b",
        )
    });
    DENIED.is_match(text)
}

/// Whether a head is one thing that holds data, and is not capitalised.
fn is_store(words: &[Word], head: &Head) -> bool {
    let register = matches!(words[head.to].lower.as_str(), "register" | "record");
    !head.plural && (head.strong || register)
}

fn described(text: &str, words: &[Word], head: &Head) -> Option<Span> {
    let lexicon = &LEXICON.names;
    let mut from = head.from;
    while from > 0 && !words[from].opens && !words[from - 1].closes {
        let word = &words[from - 1];
        if !(lexicon.kinds.contains(&word.lower) || lexicon.scale.contains(&word.lower)) {
            break;
        }
        from -= 1;
    }
    // "one national GP data set" is the national one; "a new linked dataset" a linked one.
    while from < head.from
        && (matches!(words[from].lower.as_str(), "one" | "new")
            || !lexicon.scale.contains(&words[from].lower))
    {
        from += 1;
    }
    if from == head.from {
        return None;
    }
    let to = complement(words, head);
    // Whatever is called single is to be one of many, whichever verb stands beside it.
    let made = is_made(text) || words[from].lower == "single";
    let register = !head.strong;
    let specific = head.from - from >= 2 || to > head.to;
    let sure = specific && made && !(register && to == head.to);
    (specific && (made || head.strong)).then(|| Span::of(words, from, to, sure, head.kind()))
}

/// The last word of "of …", "for …" after a head: up to six words, to the next mark or verb.
fn complement(words: &[Word], head: &Head) -> usize {
    let opens = words.get(head.to + 1).is_some_and(|word| {
        matches!(word.lower.as_str(), "of" | "for") && !words[head.to].closes && !word.opens
    });
    if !opens {
        return head.to;
    }
    let mut to = head.to + 1;
    while to + 1 < words.len() && to < head.to + 8 && !words[to].closes && !words[to + 1].opens {
        let next = words[to + 1].lower.as_str();
        if matches!(
            next,
            "is" | "are"
                | "was"
                | "will"
                | "would"
                | "should"
                | "can"
                | "may"
                | "to"
                | "which"
                | "that"
                | "has"
                | "and"
                | "from"
                | "by"
                | "in"
                | "must"
        ) {
            break;
        }
        to += 1;
    }
    if to == head.to + 1 { head.to } else { to }
}

/// Whether the sentence speaks of something being made, proposed or filled.
fn is_made(text: &str) -> bool {
    static MADE: LazyLock<Regex> = LazyLock::new(|| {
        compile(
            r"(?i)\b(?:creat|buil[dt]|establish|develop|introduc|launch|propos|flow|drawn|disclos|set up|started|work (?:on|is|has|continues)|mandat|publish|into an?|into one|new|will|would|plan|intend|agree|commission|procur|assembl|form a|collect(?:s|ing|ion)?\b|suppl(?:y|ies|ied)\b|submit|upload|transmit)",
        )
    });
    MADE.is_match(text) || text.split_whitespace().count() <= 6
}
