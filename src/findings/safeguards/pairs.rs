//! The pairs of sentences in which a protection reads weaker.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use crate::findings::evidence::{Evidence, finding, weighed};
use crate::findings::passages::{Part, Passage, Passages};
use crate::findings::safeguards::{SAME, whole, whole_folded};
use crate::findings::weaker::{self, Shift, Way};
use crate::findings::wordings::added;
use crate::model::{Finding, Severity};
use crate::prose::{compile, cut};

/// In longer sentences single words tell too little to be compared.
const LONGEST: usize = 60;
/// So many of the words that differ are said.
const SAID: usize = 4;

/// The pairs of sentences that differ in strength.
#[derive(Default, Debug)]
pub(super) struct Pairs {
    /// Old sentences whose fate is told by a pair, or that became stronger.
    pub told: BTreeSet<usize>,
    /// Which old sentence became which new one, how, and how much that matters.
    weaker: Vec<(usize, Option<usize>, Vec<String>, Severity)>,
}

impl Pairs {
    pub fn of(passages: &Passages) -> Pairs {
        let patterns = passages.book.patterns("safeguard-weakened");
        let about = |passage: &Passage| {
            let words = passage.folded.split(' ').count();
            let said = whole(passage);
            let speaks = patterns.concerns(&*said) && words <= LONGEST;
            speaks && matches!(passage.part, Part::Text | Part::Row)
        };
        let mut pairs = Pairs::default();
        for (old, new) in &passages.pairs {
            let (was, is) = (&passages.removed[*old], &passages.added[*new]);
            if !about(was) || !about(is) {
                left_alone(passages, was, is);
                continue;
            }
            let mut shifts = match (whole_folded(was), whole_folded(is)) {
                (Cow::Borrowed(old), Cow::Borrowed(new)) => {
                    let beside = passages.beside(was, is);
                    beside.map_or(Vec::new(), |beside| {
                        weaker::shifts_between(&passages.book, old, new, beside)
                    })
                }
                (old, new) => weaker::shifts(&passages.book, &old, &new),
            };
            let in_words = patterns.pairs.iter().find(|(before, after)| {
                before.is_match(&was.plain)
                    && after.is_match(&is.plain)
                    && !before.is_match(&is.plain)
                    && !after.is_match(&was.plain)
            });
            shifts.extend(in_words.map(|(before, after)| Shift {
                said: format!(
                    "“{}” became “{}”",
                    before.find(&was.plain).map_or("", |hit| hit.as_str()),
                    after.find(&is.plain).map_or("", |hit| hit.as_str())
                ),
                way: Way::Weaker,
                severity: passages.book.rule("safeguard-weakened").severity,
            }));
            let (weak, strong): (Vec<Shift>, Vec<Shift>) = shifts
                .into_iter()
                .partition(|shift| shift.way == Way::Weaker);
            let severity = weak.iter().map(|shift| shift.severity).max();
            if let Some(severity) = severity {
                let said = weak.into_iter().map(|shift| shift.said).collect();
                pairs.told.insert(*old);
                pairs.weaker.push((*old, Some(*new), said, severity));
            } else if !strong.is_empty() {
                passages.trace.note("safeguard-weakened", is, || {
                    let said: Vec<&str> = strong.iter().map(|shift| shift.said.as_str()).collect();
                    format!("the words protect more than before: {}", said.join("; "))
                });
                pairs.told.insert(*old);
            }
        }
        pairs
    }

    /// Items that went from under "we will not:", while that still stands.
    pub fn take_items(&mut self, passages: &Passages) {
        let rule = passages.book.rule("safeguard-weakened");
        for (at, passage) in passages.removed.iter().enumerate() {
            let under = &passage.under;
            let forbids = !under.is_empty()
                && FORBIDS.is_match(under)
                && !of_the_reader(under)
                && passages.after.text.contains(under.as_str());
            if forbids
                && passage.part == Part::Text
                && passages.became(at).is_none()
                && (rule.patterns.concerns(under) || rule.patterns.concerns(&passage.plain))
                && !passages.after.holds(&passage.folded, SAME)
            {
                let item = passage.text.trim_end_matches(['.', ',', ';']);
                let said = format!("“{}” is no longer named under “{under}”", cut(item, 80));
                self.told.insert(at);
                self.weaker.push((at, None, vec![said], rule.severity));
            }
        }
    }

    /// What reads weaker, and what limits a protection from now on.
    pub fn weakened(&self, passages: &Passages) -> Option<Finding> {
        let rule = passages.book.rule("safeguard-weakened");
        let pairs = self.weaker.iter().map(|(old, new, _, severity)| Evidence {
            severity: *severity,
            before: Some(&passages.removed[*old]),
            after: new.map(|new| &passages.added[new]),
            names: Vec::new(),
        });
        let mut evidence: Vec<Evidence> = pairs.collect();
        evidence.extend(added("safeguard-weakened", passages));
        let said: Vec<&str> = self
            .weaker
            .iter()
            .flat_map(|(_, _, said, _)| said)
            .map(String::as_str)
            .take(SAID)
            .collect();
        let why = match said.is_empty() {
            true => "The text limits a protection, or says that it does not apply.".to_owned(),
            false => format!("{}: {}.", rule.why.trim_end_matches('.'), said.join("; ")),
        };
        let found = finding("safeguard-weakened", why, evidence)?;
        let to = found.severity;
        let from = Finding {
            severity: rule.severity,
            ..found
        };
        Some(weighed(
            from,
            to,
            "it cannot be told how far the words reach",
        ))
    }
}

/// Notes why a pair of sentences was not compared word by word, where that would have said something.
fn left_alone(passages: &Passages, was: &Passage, is: &Passage) {
    if !passages.trace.is_on() || !matches!(is.part, Part::Text | Part::Row) {
        return;
    }
    let shifts = weaker::shifts(&passages.book, &was.folded, &is.folded);
    let Some(shift) = shifts.iter().find(|shift| shift.way == Way::Weaker) else {
        return;
    };
    let long = [was, is].map(|one| one.folded.split(' ').count() > LONGEST);
    let why = match long.contains(&true) {
        true => format!("the sentence has more than {LONGEST} words"),
        false => "it does not speak of what the rule is about (`about`)".to_owned(),
    };
    passages.trace.note("safeguard-weakened", is, || {
        format!("{}, but {why}", shift.said)
    });
}

/// Words above a list of what will not be done.
static FORBIDS: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        r"\b(?:(?:will|must|shall|do|does|can|may|is|are) (?:not|never)|never|cannot|can't|won't|don't)\b[^.]*:$",
    )
});

/// Whether it is the reader who must not.
fn of_the_reader(under: &str) -> bool {
    under.contains("you ") && !under.contains("your ")
        || under.starts_with("do not")
        || under.starts_with("don't")
}
