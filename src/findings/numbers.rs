//! Numbers of practices, patients, records and pounds that changed.

use crate::findings::evidence::{Evidence, finding, weighed};
use crate::findings::passages::{Passage, Passages};
use crate::findings::slots::Slot;
use crate::model::{Finding, Severity};
use crate::prose::Text;
use crate::rulebook::Book;

/// So much of the words must be the same for numbers to be of the same.
const SAME_WORDS: f64 = 0.7;
/// How much a number matters in a sentence that protects.
const IN_A_PROMISE: Severity = Severity(3);

/// What is counted otherwise than before.
pub(super) fn judge(passages: &Passages) -> Option<Finding> {
    let mut evidence = Vec::new();
    let mut said = Vec::new();
    for (old, new) in &passages.pairs {
        let (was, is) = (&passages.removed[*old], &passages.added[*new]);
        let numbered = digits(was).next().is_some() && digits(is).next().is_some();
        if !numbered || is.alike(was) < 0.5 {
            continue;
        }
        let mut changed = counted(&passages.book, was, is);
        if changed.is_empty() && !digits(was).eq(digits(is)) {
            changed = in_place(passages, was, is);
        }
        if !changed.is_empty() {
            said.extend(changed);
            let promise = passages.book.patterns("safeguard-removed");
            let promised = promise.strong().any(|words| words.is_match(&was.plain));
            evidence.push(Evidence {
                severity: match promised && !promise.leaves(&was.plain) {
                    true => IN_A_PROMISE,
                    false => passages.book.rule("count-changed").severity,
                },
                before: Some(was),
                after: Some(is),
                names: Vec::new(),
            });
        }
    }
    said.truncate(4);
    let why = format!("A number has changed: {}.", said.join("; "));
    let found = finding("count-changed", why, evidence)?;
    let to = found.severity;
    let from = Finding {
        severity: passages.book.rule("count-changed").severity,
        ..found
    };
    Some(weighed(
        from,
        to,
        "the number stands in a sentence that protects",
    ))
}

/// The words of a sentence with digits in them.
fn digits(passage: &Passage) -> impl Iterator<Item = &str> {
    let words = passage.folded.split(' ');
    words.filter(|word| word.contains(|c: char| c.is_ascii_digit()))
}

/// Numbers of things that are known to be counted: "1,200 → 300 practices".
fn counted(book: &Book, was: &Passage, is: &Passage) -> Vec<String> {
    let (olds, news) = (counts(book, &was.plain), counts(book, &is.plain));
    let changed = olds.iter().filter_map(|(number, what)| {
        let (other, _) = news.iter().find(|(_, counted)| counted == what)?;
        let still = news.contains(&(number.clone(), what.clone()));
        (other != number && !still).then(|| format!("{number} → {other} {what}").trim().to_owned())
    });
    changed.collect()
}

/// Any other number in the place of another, where the words around them are the same: "3,540 → 3,310 full-time staff".
fn in_place(passages: &Passages, was: &Passage, is: &Passage) -> Vec<String> {
    let Some(beside) = passages.beside(was, is) else {
        return Vec::new();
    };
    if beside.alike() < SAME_WORDS {
        return Vec::new();
    }
    let gaps = beside.gaps().into_iter();
    let changed = gaps.filter_map(|gap| {
        let (old, new) = (&beside.old[gap.old.clone()], &beside.new[gap.new.clone()]);
        let ([old], [new]) = (old, new) else {
            return None;
        };
        let counts = is_count(&was.folded, old) && is_count(&is.folded, new);
        let before = gap.new.start.checked_sub(1).map(|at| beside.new[at].text);
        let after = beside.new.get(gap.new.end).map_or("", |slot| slot.text);
        let dated =
            is_month(after) || before.is_some_and(|word| word == "version" || is_month(word));
        (counts && !dated).then(|| {
            format!("{} → {} {after}", old.text, new.text)
                .trim()
                .to_owned()
        })
    });
    changed.collect()
}

/// Whether a word is a number that counts something: no year, no time of day, no part of a date.
fn is_count(text: &str, slot: &Slot) -> bool {
    let digits = slot.text.trim_start_matches('£').trim_end_matches('%');
    let touches = |c: Option<char>| matches!(c, Some('/' | ':' | '.'));
    let before = text[..slot.at.start].chars().next_back();
    let mut after = text[slot.at.end..].chars();
    let (next, digit) = (after.next(), after.next());
    let joined = touches(next) && digit.is_some_and(|c| c.is_ascii_digit());
    let digits = digits.replacen('.', "", 1).replace(',', "");
    let year = slot.text.len() == 4
        && digits.len() == 4
        && (digits.starts_with("19") || digits.starts_with("20"));
    let all_digits = !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit());
    all_digits && !year && !touches(before) && !joined
}

fn is_month(word: &str) -> bool {
    const MONTHS: [&str; 12] = [
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
    ];
    MONTHS.contains(&word)
}

/// Numbers with what they count; pounds count themselves.
fn counts(book: &Book, text: &Text) -> Vec<(String, String)> {
    let found = book.patterns("count-changed").graded.iter();
    let hits = found.flat_map(|(pattern, _)| pattern.captures_iter(text));
    hits.filter_map(|hit| {
        let number = hit.name("number")?.as_str().trim();
        let number = number.trim_end_matches(['.', ',']).to_owned();
        let what = hit
            .name("what")
            .map_or("", |what| what.as_str())
            .to_lowercase();
        (!what.is_empty() || number.starts_with('£')).then_some((number, what))
    })
    .collect()
}
