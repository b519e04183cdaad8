//! Protections that are gone, weaker, or about other data than before.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use crate::findings::Step;
use crate::findings::evidence::{Evidence, finding, weighed};
use crate::findings::passages::{Part, Passage, Passages};
use crate::findings::weaker::{self, Shift, Way};
use crate::findings::wordings::added;
use crate::model::{Facts, Finding, Severity, Watch, WatchId};
use crate::prose::{compile, cut, fold, negated, similarity};

/// From so much likeness on two sentences say the same.
const SAME: f64 = 0.85;
/// So many lost sentences are looked for on the page by likeness; the others word for word.
const COMPARED: usize = 200;
/// In longer sentences single words tell too little to be compared.
const LONGEST: usize = 60;
/// How much a denial matters that is gone.
const DENIED: Severity = Severity(5);
/// So many of the words that differ are said.
const SAID: usize = 4;
/// How much a safeguard matters that still stands elsewhere on the page.
const STANDING: Severity = Severity(3);

/// The findings about safeguards.
pub(super) fn judge(step: &Step, passages: &Passages, facts: &Facts) -> Vec<Finding> {
    let mut pairs = Pairs::of(passages);
    pairs.take_items(passages);
    let mut findings = Vec::new();
    findings.extend(pairs.weakened(passages));
    findings.extend(gone(step, passages, facts, &pairs));
    let mut identifiable = raised(passages);
    identifiable.extend(added("identifiability", passages));
    let why = passages.book.rule("identifiability").why.clone();
    findings.extend(finding("identifiability", why, identifiable));
    findings.extend(denials(step, passages, facts));
    findings
}

/// The removed sentences, folded, whose loss matters at 4 or more.
pub(super) fn at_stake(passages: &Passages) -> Vec<String> {
    let gone = removed(passages, &Pairs::of(passages)).into_iter();
    let grave = gone.filter(|(_, evidence)| evidence.severity >= Severity(4));
    let mut folded: Vec<String> = grave
        .filter_map(|(_, evidence)| evidence.before)
        .map(|passage| passage.folded.clone())
        .collect();
    for (_, passage) in lost_denials(passages) {
        folded.push(passage.folded.clone());
    }
    folded
}

/// Safeguards that are gone, with their place among the removed sentences.
fn removed<'a>(passages: &'a Passages, pairs: &Pairs) -> Vec<(usize, Evidence<'a>)> {
    let patterns = passages.book.patterns("safeguard-removed");
    let promise = |passage: &Passage| {
        let words = passage.folded.split(' ').count();
        words >= 4
            && matches!(passage.part, Part::Text | Part::Row)
            && !patterns.leaves(&passage.plain)
    };
    let mut gone = Vec::new();
    for (at, passage) in passages
        .removed
        .iter()
        .enumerate()
        .filter(|(at, p)| promise(p) && !pairs.told.contains(at))
    {
        let became = passages.became(at);
        let kept = |hit: &str| {
            became.is_some_and(|now| {
                now.folded.contains(&fold(hit)) && similarity(&now.folded, &passage.folded) >= 0.5
            })
        };
        let lost = patterns.graded.iter().filter(|(pattern, _)| {
            pattern.is_match(&passage.plain)
                && !pattern
                    .find_iter(&passage.plain)
                    .all(|hit| kept(hit.as_str()))
                && !became.is_some_and(|now| {
                    pattern.is_match(&now.plain) && similarity(&now.folded, &passage.folded) >= 0.6
                })
        });
        let Some(severity) = lost.map(|(_, severity)| *severity).max() else {
            continue;
        };
        let standing = match gone.len() {
            0..COMPARED => passages.after.holds(&passage.folded, SAME),
            _ => passages.after.holds_exactly(&passage.folded),
        };
        gone.push((
            at,
            Evidence {
                severity: if standing {
                    STANDING.min(severity)
                } else {
                    severity
                },
                before: Some(passage),
                after: became,
                names: Vec::new(),
            },
        ));
    }
    gone
}

/// What is gone, weighed by where it still stands.
fn gone(step: &Step, passages: &Passages, facts: &Facts, pairs: &Pairs) -> Option<Finding> {
    let book = &passages.book;
    let mut gone: Vec<Evidence> = removed(passages, pairs)
        .into_iter()
        .map(|(_, evidence)| evidence)
        .collect();
    let full = gone.iter().map(|one| one.severity).max()?;
    let here = gone.iter().all(|one| one.severity <= STANDING);
    let elsewhere = Elsewhere::of(step, facts, &gone);
    for evidence in &mut gone {
        if elsewhere.moved(evidence) {
            evidence.severity = evidence.severity.min(STANDING);
        }
    }
    let mut why = match here {
        true => "Words that protect people’s data are gone from one place; almost the same sentence still stands on this page.".to_owned(),
        false => book.rule("safeguard-removed").why.clone(),
    };
    why.push_str(&elsewhere.said());
    let rule = book.rule("safeguard-removed").severity;
    let found = finding("safeguard-removed", why, gone)?;
    let to = found.severity;
    let because = match (here, to < full) {
        (true, _) => "almost the same sentence still stands on this page",
        (_, true) => "the same words stand on another page that is watched",
        _ => return Some(found),
    };
    let from = Finding {
        severity: if here { rule } else { full },
        ..found
    };
    Some(weighed(from, to, because))
}

/// Where sentences that are gone from this page stand now.
struct Elsewhere<'a> {
    step: &'a Step<'a>,
    facts: &'a Facts,
    pages: BTreeSet<&'a WatchId>,
}

impl<'a> Elsewhere<'a> {
    fn of(step: &'a Step<'a>, facts: &'a Facts, gone: &[Evidence]) -> Elsewhere<'a> {
        let lost = gone.iter().filter_map(|evidence| evidence.before);
        let pages = lost.filter_map(|passage| facts.standing.get(&passage.folded));
        Elsewhere {
            step,
            facts,
            pages: pages.flatten().collect(),
        }
    }

    /// Whether a sentence went to a page of the same site, or to a file that came with this one.
    fn moved(&self, evidence: &Evidence) -> bool {
        let passage = evidence.before;
        let pages = passage.and_then(|passage| self.facts.standing.get(&passage.folded));
        pages.into_iter().flatten().any(|id| {
            // What is read as a lead of this page is in no watchlist.
            self.watch(id)
                .is_none_or(|watch| watch.url.host() == self.step.watch.url.host())
        })
    }

    fn watch(&self, id: &WatchId) -> Option<&'a Watch> {
        self.step.watches.iter().find(|watch| watch.id == *id)
    }

    /// " They still stand on “…”."
    fn said(&self) -> String {
        let called = |id: &&WatchId| match self.watch(id) {
            Some(watch) => format!("“{}”", cut(watch.name(), 90)),
            None => id.to_string(),
        };
        let pages: Vec<String> = self.pages.iter().take(5).map(called).collect();
        match pages.is_empty() {
            true => String::new(),
            false => format!(" They still stand on {}.", pages.join(", ")),
        }
    }
}

/// The pairs of sentences that differ in strength.
#[derive(Default)]
struct Pairs {
    /// Old sentences whose fate is told by a pair, or that became stronger.
    told: BTreeSet<usize>,
    /// Which old sentence became which new one, how, and how much that matters.
    weaker: Vec<(usize, Option<usize>, Vec<String>, Severity)>,
}

impl Pairs {
    fn of(passages: &Passages) -> Pairs {
        let patterns = passages.book.patterns("safeguard-weakened");
        let about = |passage: &Passage| {
            let words = passage.folded.split(' ').count();
            let speaks = patterns.concerns(&passage.plain) && words <= LONGEST;
            speaks && matches!(passage.part, Part::Text | Part::Row)
        };
        let mut pairs = Pairs::default();
        for (old, new) in &passages.pairs {
            let (was, is) = (&passages.removed[*old], &passages.added[*new]);
            if !about(was) || !about(is) {
                continue;
            }
            let mut shifts = weaker::shifts(&passages.book, &was.folded, &is.folded);
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
                pairs.told.insert(*old);
            }
        }
        pairs
    }

    /// Items that went from under "we will not:", while that still stands.
    fn take_items(&mut self, passages: &Passages) {
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
    fn weakened(&self, passages: &Passages) -> Option<Finding> {
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
            false => format!("{} {}.", rule.why, said.join("; ")),
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

/// Pairs of sentences in which the data became more identifiable.
fn raised(passages: &Passages) -> Vec<Evidence<'_>> {
    let patterns = passages.book.patterns("identifiability");
    let highest = |passage: &Passage| {
        let steps = patterns.scale.iter().enumerate();
        steps
            .filter(|(_, step)| step.is_match(&passage.plain))
            .map(|(at, _)| at)
            .max()
    };
    let count = |passage: &Passage| {
        let last = patterns.scale.last();
        last.map_or(0, |step| step.find_iter(&passage.plain).count())
    };
    let top = patterns.scale.len().checked_sub(1);
    let mut found = Vec::new();
    for (old, new) in &passages.pairs {
        let (was, is) = (&passages.removed[*old], &passages.added[*new]);
        let negated = negated(&is.plain) || negated(&was.plain);
        let (low, high) = (highest(was), highest(is));
        let rises = high > low && (low.is_some() || high == top);
        let longer = high == top && low == top && count(is) > count(was);
        if !negated && (rises || longer) && similarity(&was.folded, &is.folded) >= 0.5 {
            found.push(Evidence {
                severity: passages.book.rule("identifiability").severity,
                before: Some(was),
                after: Some(is),
                names: Vec::new(),
            });
        }
    }
    found
}

/// Denials that came, and denials that went.
fn denials(step: &Step, passages: &Passages, facts: &Facts) -> Option<Finding> {
    let rule = passages.book.rule("denial");
    let lost = lost_denials(passages);
    if lost.is_empty() {
        let come = added("denial", passages);
        return finding("denial", rule.why.clone(), come);
    }
    let evidence: Vec<Evidence> = lost
        .into_iter()
        .map(|(at, passage)| Evidence {
            severity: DENIED,
            before: Some(passage),
            after: passages.became(at),
            names: Vec::new(),
        })
        .collect();
    let elsewhere = Elsewhere::of(step, facts, &evidence);
    let moved = evidence.iter().all(|one| elsewhere.moved(one));
    let why = format!("A denial is no longer on this page.{}", elsewhere.said());
    let found = finding("denial", why, evidence)?;
    let found = Finding {
        severity: rule.severity,
        ..found
    };
    let found = weighed(found, DENIED, "what was denied is no longer denied here");
    Some(match moved {
        true => weighed(
            found,
            STANDING,
            "the same words stand on another page that is watched",
        ),
        false => found,
    })
}

fn lost_denials(passages: &Passages) -> Vec<(usize, &Passage)> {
    let patterns = passages.book.patterns("denial");
    let denies = |text: &str| {
        patterns
            .graded
            .iter()
            .any(|(pattern, _)| pattern.is_match(text))
    };
    let gone = passages.removed.iter().enumerate();
    gone.filter(|(_, passage)| passage.part != Part::Link && denies(&passage.plain))
        .filter(|(at, _)| !passages.became(*at).is_some_and(|now| denies(&now.plain)))
        .filter(|(_, passage)| !passages.after.holds(&passage.folded, SAME))
        .collect()
}
