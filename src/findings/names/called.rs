//! Names without a telling head: what something is called, and what a system is for the collection of.

use std::sync::LazyLock;

use regex::Regex;

use crate::findings::lexicon::{COMPILED, LEXICON};
use crate::findings::names::Span;
use crate::findings::names::titled;
use crate::findings::names::words::Word;
use crate::model::NameKind;
use crate::prose::{Pattern, Text, compile, pattern};

/// The names a sentence introduces by "known as", "called" and the like.
pub(super) fn names(text: &Text, words: &[Word]) -> Vec<Span> {
    static CALLED: LazyLock<Pattern> = LazyLock::new(|| {
        pattern(
            r"(?i)\b(?:(?:(?P<past>formerly|previously) )?(?:known|referred to(?: in this \w+)?|branded|rebranded|delivered|established) as|called|titled|entitled|named|renamed(?: as| to)?)\s+(?:the |an? )?",
        )
    });
    static SYSTEM: LazyLock<Pattern> =
        LazyLock::new(|| pattern(r"(?i)\bsystem for the collection(?: and analysis)? of "));
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
            let kind = kind_said(&text[..whole.start()]);
            title_from(words, first_at(words, whole.end())?, sure, kind)
        })
        .collect();
    found.extend(SYSTEM.find_iter(text).filter_map(|introduced| {
        let from = first_at(words, introduced.range().end)?;
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
            r"(?i)\b(?:programmes?|services?|systems?|schemes?|platforms?|records?|projects?|tools?|apps?|software|dashboards?)\b",
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
fn title_from(words: &[Word], from: usize, sure: bool, kind: NameKind) -> Option<Span> {
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
    (proper >= 2 && !body).then(|| Span::of(words, from, last, sure, kind))
}

/// Up to six words, to the next mark.
fn phrase_from(words: &[Word], from: usize) -> Option<Span> {
    let mut to = from;
    while to < from + 5 && to + 1 < words.len() && !words[to].closes {
        let next = &words[to + 1].lower;
        if matches!(
            next.as_str(),
            "from" | "to" | "by" | "in" | "which" | "that" | "is" | "will" | "for"
        ) || words[to + 1].opens
        {
            break;
        }
        to += 1;
    }
    (to > from).then(|| Span::of(words, from, to, true, NameKind::Collection))
}

/// What is spoken of before a name, by the last word that says a kind.
fn kind_said(before: &str) -> NameKind {
    let words = before.rsplit(|c: char| !c.is_alphanumeric());
    let lower = words.map(str::to_lowercase);
    let mut kinds = lower.filter_map(|word| kind_of(&word));
    kinds.next().unwrap_or_default()
}

/// The kind a word in prose says, in one or several.
fn kind_of(word: &str) -> Option<NameKind> {
    let one = word.strip_suffix('s').unwrap_or(word);
    Some(match one {
        "dataset" | "database" | "data" | "asset" | "databank" => NameKind::Dataset,
        "register" | "registry" => NameKind::Register,
        "record" => NameKind::Record,
        "collection" | "extract" | "extraction" | "return" | "flow" => NameKind::Collection,
        other => return titled::kind_of(other),
    })
}

/// What a sentence defines: "QResearch is a pseudonymised clinical database …".
pub(super) fn defined(text: &Text, words: &[Word]) -> Vec<Span> {
    static DEFINED: LazyLock<Pattern> = LazyLock::new(|| {
        pattern(
            r"^(?:The )?(?P<name>[A-Z][\w+-]*(?: (?:[A-Z][\w+-]*|of|for|and|in|on|to|with|through|from|the)){0,8}) (?:\([A-Z][A-Za-z]+\) )?(?:is|was|will be) (?:an?|the|our) (?P<what>[^.,;:()]{0,60}?)\b(?P<head>data ?set|database|register|registry|survey|audit|study|programme|platform|data collection|extract)\b",
        )
    });
    let found = DEFINED.captures_iter(text).next().and_then(|found| {
        let (name, head) = (found.name("name")?, found.name("head")?);
        let from = first_at(words, name.start())?;
        let to = words.iter().rposition(|word| word.end <= name.end())?;
        let only = &words[from];
        let camel = only.text.chars().skip(1).any(char::is_uppercase);
        let long = only.text.chars().count() >= 4;
        let body = LEXICON.names.bodies.contains(&name.as_str().to_lowercase());
        let plain = only.text.starts_with(char::is_lowercase) || body;
        let office = LEXICON.names.offices.contains(&words[to].lower);
        let single = from == to;
        let named = (single && camel && long)
            || (!single
                && words[from + 1..=to]
                    .iter()
                    .all(|w| w.is_proper() || w.is_joint() || is_small(w)));
        let kind = kind_of(head.as_str().trim_start_matches("data ")).unwrap_or_default();
        (named && !plain && !office && !is_opener(only))
            .then(|| Span::of(words, from, to, false, kind))
    });
    found.into_iter().collect()
}

/// Whether a word joins the words of a title and is never capital.
fn is_small(word: &Word) -> bool {
    matches!(
        word.lower.as_str(),
        "in" | "on" | "to" | "with" | "through" | "from" | "the"
    )
}

fn is_opener(word: &Word) -> bool {
    LEXICON.names.openers.contains(&word.lower)
}

/// What stands beside the word that says its kind: "a cohort study, BRIGHTLIGHT – a national evaluation", "NABCOP was
/// commissioned by …".
pub(super) fn beside(text: &Text, words: &[Word]) -> Vec<Span> {
    static BESIDE: LazyLock<Pattern> = LazyLock::new(|| {
        pattern(
            r"\b(?P<head>study|trial|survey|audit|database|dataset|data set|register|registry|programme|project|platform)(?:,| –| -|:) (?P<name>[A-Z][A-Z0-9+-]{4,20})(?: –| -|,|;|\.|$)",
        )
    });
    let found = BESIDE.captures_iter(text).filter_map(|found| {
        let from = first_at(words, found.name("name")?.start())?;
        let kind = kind_of(found["head"].trim_start_matches("data "))?;
        Some(Span::of(words, from, from, false, kind))
    });
    found.collect()
}

/// Names in quotation marks that hold a word for what they are: “National standard for riding mopeds”.
pub(super) fn quoted(text: &str, words: &[Word]) -> Vec<Span> {
    static QUOTED: LazyLock<Regex> = LazyLock::new(|| {
        compile(
            r"(?:^|[\s(])(?:“(?P<a>[^“”]{6,90})”|‘(?P<b>[^‘’]{6,90})’|'(?P<c>[^']{6,90})'|\x22(?P<d>[^\x22]{6,90})\x22)",
        )
    });
    static SPOKEN: LazyLock<Regex> = LazyLock::new(|| {
        compile(
            r"(?i)\b(?:is|are|was|were|will|would|should|can|may|must|has|have|we|you|they|i|it|what|how|why|your)\b|[.!?;]",
        )
    });
    if !text.contains(['“', '‘', '\'', '"']) {
        return Vec::new();
    }
    let found = QUOTED.captures_iter(text).filter_map(|found| {
        let quote = ["a", "b", "c", "d"]
            .iter()
            .find_map(|group| found.name(group))?;
        if SPOKEN.is_match(quote.as_str()) || !quote.as_str().starts_with(char::is_uppercase) {
            return None;
        }
        let from = first_at(words, quote.start())?;
        let to = words.iter().rposition(|word| word.end <= quote.end())?;
        let inside = words.get(from..=to)?;
        let kind = inside
            .iter()
            .rev()
            .find_map(|word| match word.lower.as_str() {
                "study" | "system" | "service" | "return" | "data" | "record" | "records" => None,
                word => kind_of(word),
            })?;
        // “Driving Standards Agency” is an agency.
        let last = inside[inside.len() - 1].lower.as_str();
        let office = LEXICON.names.offices.contains(last) || LEXICON.names.others.contains(last);
        (!office && (3..=12).contains(&inside.len()))
            .then(|| Span::of(words, from, to, false, kind))
    });
    found.collect()
}
