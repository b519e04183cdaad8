//! Proper names of what is no store of data by its kind: a programme, a survey, a platform, a service, a standard.

use crate::findings::lexicon::LEXICON;
use crate::findings::names::Span;
use crate::findings::names::run::{beginning, follows_as_other, is_title_case, nationally_before};
use crate::findings::names::words::Word;
use crate::model::NameKind;

/// The titled names of a sentence.
pub(super) fn names(text: &str, words: &[Word]) -> Vec<Span> {
    let mut found: Vec<Span> = (0..words.len())
        .filter_map(|at| titled(text, words, at))
        .collect();
    found.extend(codes_of_practice(words));
    found
}

/// What a word is the head of.
pub(super) fn kind_of(word: &str) -> Option<NameKind> {
    Some(match word {
        "audit" | "survey" | "study" | "census" | "cohort" | "trial" | "surveys" | "audits" => {
            NameKind::Survey
        }
        "programme" | "program" | "project" | "scheme" | "initiative" => NameKind::Programme,
        "platform" | "environment" | "system" | "toolkit" => NameKind::Platform,
        "dashboard" | "portal" | "app" | "tool" | "directory" | "explorer" | "viewer" | "view"
        | "tracker" | "navigator" | "analytics" => NameKind::Platform,
        "service" | "datalink" => NameKind::Service,
        "standard" | "framework" => NameKind::Standard,
        "directions" => NameKind::Direction,
        "feed" => NameKind::Collection,
        _ => return None,
    })
}

fn titled(text: &str, words: &[Word], at: usize) -> Option<Span> {
    let head = &words[at];
    let kind = kind_of(&head.lower)?;
    let capital = head.is_proper();
    // The name goes on: "Melanoma Lifestyle Study Cohort".
    let next = words.get(at + 1).filter(|next| !head.closes && !next.opens);
    let dated = kind == NameKind::Direction
        && next.is_some_and(|next| next.text.starts_with(|c: char| c.is_ascii_digit()));
    if dated
        || next.is_some_and(|next| next.is_proper() && kind_of(&next.lower).is_some())
        || capital && follows_as_other(words, at)
    {
        return None;
    }
    let to = complement(words, at, kind).unwrap_or(at);
    let mut from = beginning(words, at).unwrap_or(at);
    if from == at {
        let national = || nationally_before(words, at);
        return fronted(words, at, kind)
            .or_else(|| Some(Span::of(words, national()?, at, false, kind)));
    }
    // "Intensive Care National Audit and Research Centre" is a centre.
    if capital && goes_on_as_office(words, at) {
        return None;
    }
    match last_office(words, from, at) {
        // "UK Statistics Authority Code of Practice" is a code of the authority.
        Some(office) if words[office + 1..at].iter().any(is_telling) => from = office + 1,
        Some(office)
            if office + 1 == at && !LEXICON.names.founders.contains(&words[office].lower) =>
        {
            return None;
        }
        _ => {}
    }
    let run = &words[from..at];
    let proper: Vec<&Word> = run.iter().filter(|word| word.is_proper()).collect();
    let telling = proper.iter().filter(|word| is_telling(word)).count()
        + words[at + 1..=to].iter().filter(|w| is_telling(w)).count();
    let bare: Vec<&str> = run.iter().map(|word| word.lower.as_str()).collect();
    if LEXICON.names.bodies.contains(&bare.join(" ")) || run.is_empty() || run[0].is_joint() {
        return None;
    }
    let acronym = text[words[to].end..].trim_start().starts_with('(')
        && crate::findings::names::also::bracketed(text, words[from].start, words[to].end)
            .is_some();
    let one = proper.len() == 1 && to == at;
    let initials = one && proper[0].is_acronym() && proper[0].text.chars().count() >= 3;
    let product = weight(&head.lower) == Weight::Product;
    let named = match (capital, kind) {
        (true, NameKind::Platform) if product && one => {
            telling == 1 && !offices_say(run) || is_used(words, from, at)
        }
        (true, _) if one => {
            let begins = from == 0 || words[from].opens;
            !begins && telling == 1 && weight(&head.lower) == Weight::Plain
                || acronym
                || initials && telling == 1 && weight(&head.lower) == Weight::Plain
        }
        (true, _) => match weight(&head.lower) {
            Weight::Plain => telling >= 1 || proper.len() >= 2,
            Weight::Product => telling >= 1 && !offices_say(run),
            Weight::Careful => {
                (acronym && kind == NameKind::Platform || of_data(run)) && telling >= 1
            }
        },
        (false, NameKind::Survey) if head.lower.ends_with('s') => proper.len() >= 3 && telling >= 2,
        (false, NameKind::Survey | NameKind::Programme) => {
            proper.len() >= 2 && telling >= 1 || initials
        }
        (false, NameKind::Platform) => {
            proper.len() >= 2 && telling >= 1 && head.lower == "platform"
        }
        (false, _) => false,
    };
    let whole: Vec<&str> = words[from..=to]
        .iter()
        .map(|word| word.lower.as_str())
        .collect();
    let office = LEXICON.names.bodies.contains(&whole.join(" "));
    if !named || office || capital && to == at && is_in_title(words, at) {
        return None;
    }
    Some(Span::of(
        words,
        from,
        to,
        capital && telling >= 1 && !one && !product,
        kind,
    ))
}

/// Whether what is named is used, or does something for whoever uses it: "using Data View", "Data View shows".
fn is_used(words: &[Word], from: usize, to: usize) -> bool {
    let before = from
        .checked_sub(1)
        .map_or("", |at| words[at].lower.as_str());
    let after = words.get(to + 1).map_or("", |word| word.lower.as_str());
    matches!(
        before,
        "use" | "using" | "uses" | "used" | "via" | "through"
    ) || matches!(
        after,
        "shows" | "provides" | "allows" | "gives" | "lets" | "helps" | "contains" | "displays"
    )
}

/// Whether "and" and the name of an office follow a head.
fn goes_on_as_office(words: &[Word], head: usize) -> bool {
    let joined = words
        .get(head + 1)
        .is_some_and(|next| !words[head].closes && matches!(next.lower.as_str(), "and" | "&"));
    let rest = words.iter().skip(head + 2).take(4);
    joined
        && rest
            .take_while(|word| word.is_proper() && !word.opens)
            .any(|word| {
                let office = LEXICON.names.offices.contains(&word.lower);
                office || matches!(word.lower.as_str(), "service" | "division")
            })
}

/// A name that begins with its head: "the Survey of Adult Carers in England".
fn fronted(words: &[Word], head: usize, kind: NameKind) -> Option<Span> {
    let open = matches!(
        kind,
        NameKind::Survey | NameKind::Programme | NameKind::Standard
    );
    let word = &words[head];
    let article = head > 0 && words[head - 1].lower == "the";
    if !open || !article || !word.is_proper() || word.lower == "framework" {
        return None;
    }
    let to = proper_complement(words, head)?;
    let said = &words[head + 1..=to];
    let proper = said.iter().filter(|word| word.is_proper()).count();
    let telling = said.iter().any(is_telling);
    let office = LEXICON.names.offices.contains(&words[to].lower);
    (proper >= 2 && telling && !office).then(|| Span::of(words, head, to, false, kind))
}

/// Whether a run is of a person or a law: "Secretary of State Directions", "Point of View".
fn offices_say(run: &[Word]) -> bool {
    run.iter().any(|word| {
        matches!(
            word.lower.as_str(),
            "secretary" | "minister" | "practice" | "point" | "prime"
        )
    })
}

/// How freely a head makes a name.
#[derive(PartialEq, Eq)]
enum Weight {
    /// A capital and a word that tells what it is about.
    Product,
    /// A capital is enough.
    Plain,
    /// Offices and everyday things are called so too: data or an acronym must stand with it.
    Careful,
}

fn weight(head: &str) -> Weight {
    match head {
        "service" | "system" | "environment" => Weight::Careful,
        "dashboard" | "portal" | "app" | "tool" | "directory" | "explorer" | "viewer" | "view"
        | "tracker" | "navigator" | "analytics" | "directions" | "surveys" | "audits" => {
            Weight::Product
        }
        _ => Weight::Plain,
    }
}

/// Whether a word says what a name is about.
fn is_telling(word: &Word) -> bool {
    let lexicon = &LEXICON.names;
    let lower = word.lower.as_str();
    word.is_proper()
        && word.text.chars().any(char::is_alphabetic)
        && !word.is_joint()
        && !lexicon.plain.contains(lower)
        && !lexicon.works.contains(lower)
        && !lexicon.bodies.contains(lower)
}

/// Whether a service is one about data.
fn of_data(run: &[Word]) -> bool {
    run.iter().any(|word| {
        matches!(
            word.lower.as_str(),
            "data"
                | "analytics"
                | "record"
                | "records"
                | "extraction"
                | "linkage"
                | "dataset"
                | "demographics"
                | "datalink"
                | "research"
                | "notify"
                | "reporting"
                | "uses"
        )
    })
}

/// Whether a head stands in a line of capitals that goes on with one.
fn is_in_title(words: &[Word], head: usize) -> bool {
    let next = words.get(head + 1);
    let capital = next.is_some_and(|next| next.text.starts_with(char::is_uppercase));
    capital && is_title_case(words, head)
}

/// The last word of an organisation in a run.
fn last_office(words: &[Word], from: usize, head: usize) -> Option<usize> {
    let office = |at: &usize| LEXICON.names.offices.contains(&words[*at].lower);
    (from..head).rev().find(office)
}

/// The last word of "of …", "for …", "in …" after a capital head that has a word of its own before it.
fn complement(words: &[Word], head: usize, kind: NameKind) -> Option<usize> {
    let open = matches!(kind, NameKind::Survey | NameKind::Standard) && words[head].is_proper();
    (open && head > 0)
        .then(|| proper_complement(words, head))
        .flatten()
}

/// The last capitalised word of "of Cancer in Children and Young People" after a head.
pub(super) fn proper_complement(words: &[Word], head: usize) -> Option<usize> {
    let joins = |word: &Word| matches!(word.lower.as_str(), "of" | "for" | "in" | "and" | "on");
    let next = words.get(head + 1)?;
    let begins =
        !words[head].closes && !next.opens && matches!(next.lower.as_str(), "of" | "for" | "on");
    if !begins || next.closes {
        return None;
    }
    let (mut at, mut last, mut proper) = (head + 2, None, 0);
    while let Some(word) = words.get(at).filter(|word| !word.opens) {
        if word.is_proper() && word.text.starts_with(char::is_alphabetic) {
            last = Some(at);
            proper += 1;
        } else if !joins(word) {
            break;
        }
        if word.closes {
            break;
        }
        at += 1;
    }
    let last = last?;
    let said: Vec<&str> = words[head + 2..=last]
        .iter()
        .map(|w| w.lower.as_str())
        .collect();
    let whose = LEXICON.names.bodies.contains(&said.join(" ")) || is_place(&words[head + 2..=last]);
    (proper >= 1 && !whose).then_some(last)
}

fn is_place(words: &[Word]) -> bool {
    let joins = |word: &Word| word.is_joint() || word.lower == "in";
    words.iter().all(|word| {
        joins(word)
            || LEXICON.places.words.contains(word.text)
            || LEXICON.names.bodies.contains(&word.lower)
    })
}

/// "Code of Practice for Official Statistics".
fn codes_of_practice(words: &[Word]) -> Vec<Span> {
    let mut found = Vec::new();
    for at in 0..words.len().saturating_sub(2) {
        let three = [words[at].text, words[at + 1].text, words[at + 2].text];
        if three == ["Code", "of", "Practice"]
            && let Some(to) = proper_complement(words, at + 2)
        {
            found.push(Span::of(words, at, to, true, NameKind::Standard));
        }
    }
    found
}
