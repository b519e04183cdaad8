//! What tells that a coined word is a name: the words that stand before and after it.

use std::collections::HashSet;

use crate::findings::lexicon::LEXICON;
use crate::findings::names::known::spelled_out;
use crate::findings::names::words::Word;
use crate::model::NameKind;

/// What a coined word is the name of, where the words around it tell that it is one.
pub(super) fn told(words: &[Word], at: usize) -> Option<NameKind> {
    followed(words, at)
        .or_else(|| preceded(words, at, at))
        .or_else(|| acting(words, at))
        .or_else(|| beside(words, at))
        .or_else(|| known(words, at))
        .or_else(|| called(words, at))
}

/// By the word after it: "HES data", "the EPIC-Oxford cohort", "the Zilean tool".
fn followed(words: &[Word], at: usize) -> Option<NameKind> {
    let word = &words[at];
    let next = words
        .get(at + 1)
        .filter(|next| !word.closes && !next.opens)?;
    // A capital ends a longer name, which is judged as a whole.
    if next.is_proper() {
        return None;
    }
    let long = is_long(word);
    let before = at.checked_sub(1).map(|before| &words[before]);
    let inside = before.is_some_and(|before| before.is_proper() && !before.closes && at > 1);
    Some(match next.lower.as_str() {
        "data" => {
            let after = words.get(at + 2).map(|after| after.lower.as_str());
            let other = matches!(
                after,
                Some(
                    "protection"
                        | "sharing"
                        | "subject"
                        | "subjects"
                        | "controller"
                        | "controllers"
                        | "set"
                )
            );
            if other || inside {
                return None;
            }
            NameKind::Dataset
        }
        "dataset" | "datasets" | "database" | "databases" | "extract" | "extracts" => {
            NameKind::Dataset
        }
        "results" | "records" | "linkage" | "submissions" | "submission" if long => {
            NameKind::Dataset
        }
        "registry" | "register" => NameKind::Register,
        "cohort" | "cohorts" | "trial" | "trials" | "study" | "audit" | "survey"
        | "questionnaire" => NameKind::Survey,
        "participants" if long => NameKind::Survey,
        "tool" | "app" | "software" | "dashboard" | "portal" | "platform" | "website" if long => {
            NameKind::Platform
        }
        "system" | "systems" if long => NameKind::Platform,
        "programme" | "project" | "scheme" | "initiative" if long => NameKind::Programme,
        "collection" | "return" | "feed" => NameKind::Collection,
        "standard" if long => NameKind::Standard,
        _ => return None,
    })
}

/// Whether a word is told from others by its length, or because it is known: HES, SUS.
fn is_long(word: &Word) -> bool {
    word.text.chars().count() >= 4 || spelled_out(&word.lower).is_some()
}

/// By the list of known names, where it stands after a small word: "in HES", "of the NDA".
fn known(words: &[Word], at: usize) -> Option<NameKind> {
    let word = &words[at];
    let next = words.get(at + 1).filter(|next| !word.closes && !next.opens);
    let mut before = at.checked_sub(1)?;
    if words[before].lower == "the" {
        before = before.checked_sub(1)?;
    }
    let small = matches!(
        words[before].lower.as_str(),
        "in" | "into"
            | "within"
            | "from"
            | "to"
            | "with"
            | "of"
            | "via"
            | "using"
            | "through"
            | "on"
    );
    let stands =
        small && !words[before].closes && !word.opens && !next.is_some_and(Word::is_proper);
    (stands && spelled_out(&word.lower).is_some()).then_some(NameKind::Dataset)
}

/// By the words before it: "data from NELA", "submitted to the SSNAP", "recruiting to BRIGHTLIGHT".
pub(super) fn preceded(words: &[Word], at: usize, to: usize) -> Option<NameKind> {
    let mut before = at.checked_sub(1)?;
    if words[at].opens {
        return None;
    }
    if matches!(
        words[before].lower.as_str(),
        "the" | "their" | "our" | "its" | "both" | "either"
    ) {
        before = before.checked_sub(1)?;
    }
    if words[before].closes {
        return None;
    }
    // "data from NELA Board" is of the board.
    let next = words
        .get(to + 1)
        .filter(|next| !words[to].closes && !next.opens);
    if next.is_some_and(Word::is_proper) {
        return None;
    }
    let long = is_long(&words[to]);
    let cues = &LEXICON.cues;
    let leads = |table: &HashSet<String>| {
        let from = before.saturating_sub(3);
        words[from..before]
            .iter()
            .rev()
            .take_while(|word| !word.closes)
            .take(2)
            .any(|word| table.contains(&word.lower))
    };
    let told = match words[before].lower.as_str() {
        "to" => leads(&cues.to),
        "from" => long && leads(&cues.from),
        "with" => leads(&cues.with),
        "in" | "into" | "within" => leads(&cues.within),
        "on" => long && leads(&cues.on),
        "via" | "using" | "through" => long && next.is_none_or(|next| !is_verb(next)),
        "of" => long && leads(&cues.of),
        "against" => leads(&cues.with),
        // "the study BRIGHTLIGHT", "the database SEER".
        kind if long && before > 0 => {
            let article = matches!(
                words[before - 1].lower.as_str(),
                "the" | "a" | "cohort" | "this"
            );
            return kind_of(kind).filter(|_| article);
        }
        _ => false,
    };
    told.then_some(NameKind::Dataset)
}

/// Whether a word is a verb that makes of the name before it the one who acts.
fn is_verb(word: &Word) -> bool {
    matches!(word.lower.as_str(), "to" | "will" | "has" | "is" | "was")
}

/// By what it does: "NHAIS consists of 83 databases", "NABCOP was commissioned by …".
fn acting(words: &[Word], at: usize) -> Option<NameKind> {
    let word = &words[at];
    let alone = at == 0
        || words[at - 1].closes
        || word.opens
        || matches!(
            words[at - 1].lower.as_str(),
            "the" | "that" | "which" | "where" | "when" | "because" | "and" | "as" | "currently"
        );
    if !alone || word.closes {
        return None;
    }
    let mut verb = at + 1;
    while let Some(next) = words.get(verb)
        && matches!(
            next.lower.as_str(),
            "will" | "also" | "currently" | "now" | "only" | "has" | "had"
        )
    {
        verb += 1;
    }
    let next = |ahead: usize| {
        words
            .get(verb + ahead)
            .map_or("", |word| word.lower.as_str())
    };
    let made = || {
        let from = if next(1) == "be" || next(1) == "been" {
            2
        } else {
            1
        };
        LEXICON.cues.made.contains(next(from))
    };
    match next(0) {
        "consists" | "comprises" | "contains" | "recruited" | "recruits" | "enrolled"
        | "captures" => Some(NameKind::Dataset),
        "covers" | "holds" | "records" | "includes" | "links" | "collects" | "collected" => {
            let ahead = (1..=4).any(|ahead| LEXICON.cues.about.contains(next(ahead)));
            ahead.then_some(NameKind::Dataset)
        }
        "is" | "was" | "be" | "been" if made() => Some(NameKind::Dataset),
        "gives" | "allows" | "lets" if next(1) == "access" || next(1) == "users" => {
            Some(NameKind::Platform)
        }
        "is" | "was" => {
            // "SHeS is a longstanding annual survey".
            let article = matches!(next(1), "a" | "an" | "the");
            let kind = article.then(|| kind_ahead(words, verb + 2)).flatten();
            kind.filter(|_| article)
        }
        _ => None,
    }
}

/// The kind that the words from one on say first, before anything stands between: "a longstanding annual survey".
fn kind_ahead(words: &[Word], from: usize) -> Option<NameKind> {
    for word in words.iter().skip(from).take(7) {
        if let Some(kind) = kind_of(&word.lower) {
            return Some(kind);
        }
        let breaks = matches!(
            word.lower.as_str(),
            "of" | "for"
                | "to"
                | "by"
                | "in"
                | "on"
                | "that"
                | "which"
                | "who"
                | "and"
                | "from"
                | "with"
        );
        if word.closes || breaks {
            return None;
        }
    }
    None
}

/// What a word in prose is the kind of.
pub(super) fn kind_of(word: &str) -> Option<NameKind> {
    Some(match word {
        "dataset" | "database" | "biobank" | "databank" => NameKind::Dataset,
        "register" | "registry" => NameKind::Register,
        "survey" | "study" | "trial" | "cohort" | "audit" | "census" => NameKind::Survey,
        "collection" | "extract" | "return" => NameKind::Collection,
        "tool" | "platform" | "app" | "application" | "software" | "dashboard" | "system"
        | "portal" => NameKind::Platform,
        "programme" | "project" | "scheme" => NameKind::Programme,
        "standard" => NameKind::Standard,
        _ => return None,
    })
}

/// By the kind before or after a comma, and by "such as": "the tool, Intake24,", "cohorts such as ARTISTIC".
fn beside(words: &[Word], at: usize) -> Option<NameKind> {
    let word = &words[at];
    if let Some(before) = at.checked_sub(1).map(|before| &words[before]) {
        let alone = word.closes || at + 1 == words.len();
        if before.closes
            && !word.bracketed
            && alone
            && let Some(kind) = kind_of(&before.lower)
        {
            return Some(kind);
        }
        let mut listed = before.lower == "as" && at >= 2 && words[at - 2].lower == "such";
        listed |= matches!(
            before.lower.as_str(),
            "including" | "e.g" | "eg" | "namely" | "like"
        );
        let from = at.saturating_sub(5);
        let several = || {
            words[from..at].iter().rev().find_map(|word| {
                let one = word.lower.strip_suffix('s')?;
                kind_of(one)
                    .or((one == "registrie").then_some(NameKind::Register))
                    .or((one == "studie").then_some(NameKind::Survey))
            })
        };
        if listed && let Some(kind) = several() {
            return Some(kind);
        }
    }
    // "Intake24, an online dietary recall tool".
    let article = words
        .get(at + 1)
        .is_some_and(|next| matches!(next.lower.as_str(), "a" | "an" | "the"));
    (word.closes && article)
        .then(|| kind_ahead(words, at + 2))
        .flatten()
}

/// By "called", "known as" or "named" after a kind: "an IT system, known as NHAIS", "software called ‘Splink’".
pub(super) fn called(words: &[Word], at: usize) -> Option<NameKind> {
    let word = &words[at];
    let one = |back: usize| {
        at.checked_sub(back)
            .map_or("", |at| words[at].lower.as_str())
    };
    let back = match (one(2), one(1)) {
        (_, "called" | "named" | "titled" | "entitled") => 2,
        ("known", "as") => 3,
        _ => return None,
    };
    let capital = word.text.starts_with(char::is_uppercase) && word.text.chars().count() >= 3;
    let lexicon = &LEXICON.names;
    let ordinary = lexicon.openers.contains(&word.lower)
        || lexicon.acronyms.contains(&word.lower)
        || lexicon.bodies.contains(&word.lower);
    let longer = words
        .get(at + 1)
        .is_some_and(|next| !word.closes && !next.opens && next.is_proper());
    if !capital || ordinary || longer {
        return None;
    }
    let last = at.checked_sub(back)?;
    let near = words[last.saturating_sub(4)..=last].iter().rev();
    let mut kinds = near.filter_map(|word| kind_of(&word.lower));
    kinds.next()
}
