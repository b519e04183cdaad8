//! Proper names: a run of capitalised words that ends in "data set", "register", "extract" and the like.

use std::sync::LazyLock;

use regex::Regex;

use crate::findings::lexicon::{COMPILED, LEXICON};
use crate::findings::names::Span;
use crate::findings::names::titled::proper_complement;
use crate::findings::names::words::Word;
use crate::model::NameKind;
use crate::prose::compile;

/// The proper names of a sentence.
pub(super) fn names(text: &str, words: &[Word]) -> Vec<Span> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let Some(head) = head_at(words, at) else {
            at += 1;
            continue;
        };
        let head = extended(words, head);
        if let Some(from) = beginning(words, head.from)
            && let Some(sure) = judged(text, words, from, &head)
        {
            let to = whole(words, &head);
            found.push(Span::of(words, from, to, sure, head.kind()));
        } else if let Some(from) = loosely_before(words, &head)
            .or_else(|| nationally_before(words, head.from).filter(|_| head.strong && !head.plural))
        {
            found.push(Span::of(words, from, head.to, false, head.kind()));
        }
        at = head.to + 1;
    }
    found
}

/// The words a name ends in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Head {
    /// Its first word.
    pub from: usize,
    /// Its last word.
    pub to: usize,
    /// Whether it can mean nothing else: "data set", but not "return".
    pub strong: bool,
    /// Whether it is several: "datasets".
    pub plural: bool,
    /// What it is the head of.
    kind: NameKind,
}

impl Head {
    /// What it is the head of.
    pub fn kind(&self) -> NameKind {
        self.kind
    }
}

/// The head that begins at a word, if one does.
pub(super) fn head_at(words: &[Word], at: usize) -> Option<Head> {
    let word = words.get(at)?;
    let head = |to: usize, strong: bool, plural: bool| {
        Some(Head {
            from: at,
            to,
            strong,
            plural,
            kind: kind_of(&words[to].lower),
        })
    };
    if let Some(next) = words.get(at + 1)
        && !word.closes
        && !next.opens
    {
        let proper = word.is_proper() && next.is_proper();
        match (word.lower.as_str(), next.lower.as_str()) {
            ("data", "set") if next.text == "set" && is_verb(words, at + 1) => return None,
            ("data", "set" | "collection" | "asset" | "product" | "flow" | "feed" | "extract") => {
                return head(at + 1, true, false);
            }
            ("data", "extraction" | "return" | "archive" | "bank" | "repository" | "linkage") => {
                return head(at + 1, true, false);
            }
            ("data", "sets" | "collections" | "assets" | "products" | "flows" | "extracts") => {
                return head(at + 1, true, true);
            }
            ("data", "platform" | "library" | "store" | "hub" | "lake" | "warehouse") if proper => {
                return head(at + 1, true, false);
            }
            ("data", "environment" | "exchange" | "spine" | "index" | "trust") if proper => {
                return head(at + 1, false, false);
            }
            ("data", "requirement" | "standard" | "catalogue") if proper => {
                return head(at + 1, true, false);
            }
            ("level", "data") if proper && head_at(words, at + 1).is_none() => {
                return head(at + 1, false, false);
            }
            _ => {}
        }
    }
    match word.lower.as_str() {
        "dataset" | "data-set" | "registry" | "database" | "databank" | "biobank" => {
            head(at, true, false)
        }
        "datasets" | "data-sets" | "databases" | "registries" => head(at, true, true),
        "collection" | "extract" | "extraction" | "register" | "record" | "return" | "archive"
        | "repository" | "statistics" => head(at, false, false),
        "data" if word.text == "Data" => head(at, false, false),
        _ => None,
    }
}

/// What a head is the head of, by its last word.
fn kind_of(last: &str) -> NameKind {
    match last.strip_suffix('s').unwrap_or(last) {
        "register" | "registry" | "registrie" => NameKind::Register,
        "record" => NameKind::Record,
        "collection" | "extract" | "extraction" | "return" | "flow" | "feed" | "linkage" => {
            NameKind::Collection
        }
        "platform" | "environment" | "hub" | "lake" | "exchange" | "spine" => NameKind::Platform,
        _ => NameKind::Dataset,
    }
}

/// The last word of a name: "Specialist Register of Cancer in Children and Young People" is longer than its head.
fn whole(words: &[Word], head: &Head) -> usize {
    let last = &words[head.to];
    let long = head.kind == NameKind::Register || last.lower == "database";
    let of = words
        .get(head.to + 1)
        .is_some_and(|next| next.lower == "of");
    let goes_on = long && of && last.is_proper();
    let to = goes_on.then(|| proper_complement(words, head.to)).flatten();
    to.unwrap_or(head.to)
}

/// The proper word that begins a name of which the rest is small: "the European cancer incidence database".
fn loosely_before(words: &[Word], head: &Head) -> Option<usize> {
    const STOP: [&str; 14] = [
        "the", "a", "an", "of", "for", "to", "in", "on", "by", "with", "or", "from", "its", "our",
    ];
    let store = head.kind == NameKind::Register || words[head.to].lower == "database";
    if !store || head.plural || !head.strong {
        return None;
    }
    let mut from = head.from;
    while from > 0 && head.from - from < 5 && !words[from].opens && !words[from - 1].closes {
        from -= 1;
        let word = &words[from];
        if word.is_proper() {
            let named = word.text.starts_with(char::is_alphabetic)
                && !LEXICON.names.plain.contains(&word.lower)
                && !LEXICON.names.openers.contains(&word.lower)
                && !LEXICON.names.bodies.contains(&word.lower);
            let the = from > 0 && words[from - 1].lower == "the";
            // "the CPRD and cancer registry" are two.
            let two = words[from + 1].lower == "and";
            return (named && the && !two && from < head.from).then_some(from);
        }
        if STOP.contains(&word.lower.as_str()) {
            return None;
        }
    }
    None
}

/// The "National" that begins a name of which the rest is small: "the National foot and ankle audit".
pub(super) fn nationally_before(words: &[Word], head: usize) -> Option<usize> {
    let mut from = head;
    while from > 0 && head - from < 6 && !words[from].opens && !words[from - 1].closes {
        from -= 1;
        let word = &words[from];
        if word.text == "National" {
            let inside = from > 0 && !words[from - 1].is_proper() || from == 1;
            let audit = matches!(
                words[head].lower.as_str(),
                "audit"
                    | "survey"
                    | "dashboard"
                    | "programme"
                    | "platform"
                    | "standard"
                    | "registry"
                    | "register"
                    | "database"
                    | "dataset"
                    | "data"
            );
            return (inside && audit && head - from >= 2 && !words[from].opens).then_some(from);
        }
        let small = matches!(word.lower.as_str(), "and" | "for" | "of" | "in");
        let stops = word.lower.len() <= 3 && !small && word.lower != "non"
            || word.lower.ends_with("ly")
            || LEXICON.names.offices.contains(&word.lower);
        if stops {
            return None;
        }
    }
    None
}

/// Whether "set" is the verb of "the data set out in Table 4".
fn is_verb(words: &[Word], at: usize) -> bool {
    let after = words.get(at + 1).map(|word| word.lower.as_str());
    matches!(
        after,
        Some("out" | "up" | "aside" | "against" | "forth" | "apart")
    )
}

/// A head with the heads that follow it at once: "Record extract".
fn extended(words: &[Word], mut head: Head) -> Head {
    while !words[head.to].closes
        && let Some(next) = head_at(words, head.to + 1)
        && !words[next.from].opens
        && (words[next.from].is_proper() || words[head.to].is_proper())
    {
        head = Head {
            from: head.from,
            ..next
        };
    }
    head
}

/// The word at which the name before a head begins.
pub(super) fn beginning(words: &[Word], head: usize) -> Option<usize> {
    let mut from = head;
    let mut proper = false;
    // "Foot Care in Adults (FCA) Audit": the acronym in brackets is part of the name.
    if let Some(before) = past_bracket(words, head) {
        from = before;
        proper = true;
    }
    while from > 0 && !words[from].opens && !words[from - 1].closes {
        let word = &words[from - 1];
        let lists = word.lower == "and" && from >= 2 && ends_a_name(words, from - 2);
        let taken = if matches!(word.lower.as_str(), "to" | "in" | "on") {
            proper && is_inside_title(words, from - 1)
        } else if word.is_joint() {
            from >= 2 && words[from - 2].is_proper() && !words[from - 2].closes && !lists && proper
        } else {
            word.is_proper() || (!proper && LEXICON.names.between.contains(&word.lower))
        };
        if !taken {
            break;
        }
        proper |= word.is_proper();
        from -= 1;
    }
    let from = trimmed(words, from, head);
    (from < head).then_some(from)
}

/// Whether a small word stands inside a title of few words: "a Help to Buy scheme", but not "from Trusts in England".
fn is_inside_title(words: &[Word], at: usize) -> bool {
    let Some(first) = at.checked_sub(2).filter(|_| at + 1 < words.len()) else {
        return false;
    };
    let (left, right) = (&words[at - 1], &words[at + 1]);
    let lexicon = &LEXICON.names;
    let apart = |word: &Word| {
        word.is_acronym()
            || word.text.starts_with(|c: char| c.is_ascii_digit())
            || lexicon.bodies.contains(&word.lower)
            || lexicon.offices.contains(&word.lower)
            || lexicon.openers.contains(&word.lower)
            || lexicon.about.contains(&word.lower)
            || LEXICON.places.words.contains(word.text)
    };
    let article = matches!(
        words[first].lower.as_str(),
        "the" | "a" | "its" | "their" | "our"
    );
    article
        && left.is_proper()
        && !left.closes
        && !apart(left)
        && right.is_proper()
        && !apart(right)
}

/// The last word before an acronym in brackets that stands right before a head.
fn past_bracket(words: &[Word], head: usize) -> Option<usize> {
    let acronym = head.checked_sub(1).map(|at| &words[at])?;
    let before = head.checked_sub(2)?;
    let capitals = acronym.text.chars().filter(|c| c.is_uppercase()).count();
    let named = words[before].is_proper() && !words[before].closes && !words[before].bracketed;
    (acronym.bracketed && capitals >= 2 && named).then_some(before)
}

/// Whether a word before "and" ends a name of its own: an acronym or a head.
fn ends_a_name(words: &[Word], at: usize) -> bool {
    let acronym = words[at].is_acronym() && words[at].text.chars().count() >= 3;
    (acronym && words[at].lower != "nhs") || head_at(words, at).is_some()
}

/// A run without what is no part of the name at its front: openers, standard numbers, "Publication of", an owner.
fn trimmed(words: &[Word], mut from: usize, head: usize) -> usize {
    static CODE: LazyLock<Regex> = LazyLock::new(|| {
        compile(
            r"^(?:(?:DAPB|DCB|SCCI|ISB)-?\d*(?:-\d+)?|Amd|\d+/\d{4}|\d{3,}|\d{1,2}(?:st|nd|rd|th)?)$",
        )
    });
    let lexicon = &LEXICON.names;
    while from < head {
        let word = &words[from];
        let paper = lexicon.about.contains(&word.lower)
            && words.get(from + 1).is_some_and(|next| next.is_joint());
        // "the Build Better Clinics programme": after an article a capital means a name.
        let article = from > 0 && !word.opens && words[from - 1].lower == "the";
        let opener = lexicon.openers.contains(&word.lower)
            && !(word.is_acronym() && from > 0)
            && !(article && word.is_proper());
        let initial = from == 0 && !word.is_acronym() && is_loose_start(words, from, head);
        if !(paper || opener || initial || word.is_joint() || CODE.is_match(word.text)) {
            break;
        }
        from += 1;
    }
    let owner = (from..head).find(|at| {
        let name: Vec<&str> = words[from..=*at].iter().map(|w| w.lower.as_str()).collect();
        let name = name.join(" ");
        name.strip_suffix("'s")
            .or(name.strip_suffix('\''))
            .is_some_and(|body| lexicon.bodies.contains(body))
    });
    owner.map_or(from, |at| at + 1)
}

/// Whether the first word of a sentence is capital only for its place: nothing else in the run is.
fn is_loose_start(words: &[Word], from: usize, head: usize) -> bool {
    let run = &words[from + 1..head];
    !run.iter().any(Word::is_proper) && !words[head].is_proper()
}

/// Whether a run is a name, and whether that is sure.
fn judged(text: &str, words: &[Word], from: usize, head: &Head) -> Option<bool> {
    let lexicon = &LEXICON.names;
    let run = &words[from..head.from];
    let stands = &text[words[from].start..words[head.to].end];
    let bare: Vec<&str> = run.iter().map(|word| word.lower.as_str()).collect();
    let proper = run.iter().filter(|word| word.is_proper()).count();
    if proper == 0
        || lexicon.bodies.contains(&bare.join(" "))
        || COMPILED
            .other_senses
            .iter()
            .any(|sense| sense.is_match(stands))
        || is_other_thing(words, head)
    {
        return None;
    }
    let telling = run
        .iter()
        .any(|word| word.is_proper() && !lexicon.plain.contains(&word.lower) && !word.is_joint());
    let grand = bare.iter().any(|word| lexicon.grand.contains(*word));
    let capital = words[head.to].is_proper() || words[head.from].is_proper();
    let named = telling || grand && proper >= 2 && (capital || head.strong);
    if !named {
        return None;
    }
    if words[head.to].lower == "data" && !is_all_of_it(words, run, head) {
        return None;
    }
    if is_network(run) {
        return None;
    }
    if words[head.to].lower == "statistics" && !holds_records(text, words, head.to) {
        return None;
    }
    if head.strong {
        let alone = proper == 1 && !capital && !run.iter().any(Word::is_acronym);
        let last = bare.last().copied().unwrap_or_default();
        let owned = !capital && (lexicon.offices.contains(last) || lexicon.bodies.contains(last));
        if owned && !head.plural && words[head.from].lower != "data" {
            return None;
        }
        return Some(!head.plural && !alone && !owned);
    }
    let store = matches!(words[head.to].lower.as_str(), "archive" | "repository");
    let office = run
        .last()
        .is_some_and(|word| lexicon.offices.contains(&word.lower));
    let doubtful =
        !capital && proper < 2 || (!capital || store) && !COMPILED.about_data.is_match(text);
    if doubtful || office {
        return None;
    }
    let enough = proper >= 2 || telling && words[head.to].lower == "register";
    Some(enough && words[head.to].lower != "data" && !is_title_case(words, head.to))
}

/// Whether "X and Y Data" is a name: three capitalised words at least, and nothing capitalised after it.
fn is_all_of_it(words: &[Word], run: &[Word], head: &Head) -> bool {
    let proper = run.iter().filter(|word| word.is_proper()).count();
    let last = &words[head.to];
    let next = words
        .get(head.to + 1)
        .filter(|next| !last.closes && !next.opens);
    proper >= 3 && next.is_some_and(|next| !next.is_proper()) && !is_title_case(words, head.to)
}

/// Whether a run is of an organisation that has to do with many: "European Network of Cancer Registries".
fn is_network(run: &[Word]) -> bool {
    run.windows(2).any(|pair| {
        LEXICON.names.offices.contains(&pair[0].lower)
            && matches!(pair[1].lower.as_str(), "of" | "for")
    })
}

/// Whether what follows a head makes it something else: a Registry Office, a Data Collection Centre.
fn is_other_thing(words: &[Word], head: &Head) -> bool {
    let last = &words[head.to];
    let next = words
        .get(head.to + 1)
        .filter(|next| !last.closes && !next.opens);
    let to = last.lower != "data" && next.is_some_and(|next| next.lower == "to");
    to && !head.strong || follows_as_other(words, head.to)
}

/// Whether a capitalised word follows that makes of a head another thing: an office, a team, a meeting.
pub(super) fn follows_as_other(words: &[Word], head: usize) -> bool {
    let last = &words[head];
    let next = words
        .get(head + 1)
        .filter(|next| !last.closes && !next.opens);
    next.is_some_and(|next| next.is_proper() && LEXICON.names.others.contains(&next.lower))
}

/// Whether "X Statistics" is a store of records: it has an acronym, or is linked, held or collected.
fn holds_records(text: &str, words: &[Word], at: usize) -> bool {
    static LINKS: LazyLock<Regex> = LazyLock::new(|| {
        compile(
            r"(?i)^\W*(?:\([A-Z]{2,}\)\W*)?(?:will |would |can |to )?(?:be )?(?:link|combin|collect|hold|match|join|merge)",
        )
    });
    let rest = &text[words[at].end..];
    let acronym = rest.trim_start().strip_prefix('(').is_some_and(|inner| {
        let inner = inner.split(')').next().unwrap_or_default();
        inner.len() >= 2 && inner.chars().all(|c| c.is_ascii_uppercase())
    });
    acronym || LINKS.is_match(rest)
}

/// Whether nearly every word of a longer line is capitalised, so that capitals tell nothing, and the head stands inside it.
pub(super) fn is_title_case(words: &[Word], to: usize) -> bool {
    let long: Vec<&Word> = words
        .iter()
        .filter(|w| w.text.chars().count() > 3)
        .collect();
    let capital = long.iter().filter(|word| word.is_proper()).count();
    words.get(to + 1).is_some_and(|next| !next.opens)
        && !words[to].closes
        && long.len() >= 5
        && capital == long.len()
}
