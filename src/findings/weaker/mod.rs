//! What makes a promise weaker, or stronger, in the sentence it became.

mod lists;
mod soft;

use std::sync::LazyLock;

use regex::Regex;

use crate::findings::slots::{Beside, Slot};
use crate::model::Severity;
use crate::prose::{compile, negated};
use crate::rulebook::{Book, Strength};

pub(super) use lists::gained;

/// So much of two sentences must be alike, by place, for single words to tell.
const ALIKE: f64 = 0.5;
/// So much of a promise must still stand for a word added to it to tell.
const KEPT: f64 = 0.7;
/// Of promises about what could not be told.
const UNSURE: Severity = Severity(3);

/// One way in which a promise changed.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Shift {
    /// The old words and the new ones, as a clause: "“will not” became “may”".
    pub said: String,
    /// Which way.
    pub way: Way,
    /// How much it matters.
    pub severity: Severity,
}

/// Which way a promise went.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Way {
    /// It protects less.
    Weaker,
    /// It protects more.
    Stronger,
}

/// What a promise is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum About {
    /// Something that may harm.
    Risk,
    /// Something that protects.
    Protection,
    /// Either, by how it is said.
    Both,
    /// It cannot be told.
    Unknown,
}

/// The ways in which a folded sentence and the one it became differ in strength.
pub(super) fn shifts(book: &Book, was: &str, is: &str) -> Vec<Shift> {
    let rule = book.rule("safeguard-weakened");
    let Some(strength) = &rule.patterns.strength else {
        return Vec::new();
    };
    let Some(beside) = Beside::lay(strength, was, is) else {
        return Vec::new();
    };
    let pair = Pair {
        strength,
        was,
        is,
        severity: rule.severity,
        beside,
    };
    if pair.beside.alike() < ALIKE {
        return pair.steps();
    }
    let mut shifts = pair.duties();
    shifts.extend(pair.steps());
    if !shifts.iter().any(|shift| shift.way == Way::Weaker) {
        shifts.extend(pair.prohibition_gone());
    }
    shifts.extend(pair.items_gone());
    if pair.beside.kept() >= KEPT && pair.promises() {
        shifts.extend(pair.softened());
        shifts.extend(pair.terms());
    }
    shifts
}

/// An old sentence and the new one.
struct Pair<'t> {
    strength: &'t Strength,
    was: &'t str,
    is: &'t str,
    severity: Severity,
    beside: Beside<'t>,
}

impl Pair<'_> {
    fn shift(&self, said: String, way: Way) -> Shift {
        Shift {
            said,
            way,
            severity: self.severity,
        }
    }

    /// The number of a ladder.
    fn ladder(&self, of: &str) -> Option<usize> {
        self.strength.ladders.iter().position(|one| one.of == of)
    }

    /// Words of duty in the same place.
    fn duties(&self) -> Vec<Shift> {
        let Some(duty) = self.ladder("duty") else {
            return Vec::new();
        };
        let mut found = Vec::new();
        for (i, j) in &self.beside.same {
            let (old, new) = (&self.beside.old[*i], &self.beside.new[*j]);
            let (Some((ladder, from)), Some((_, to))) = (old.step, new.step) else {
                continue;
            };
            if ladder != duty || from == to || (from <= 1 && of_the_reader(self.was, old)) {
                continue;
            }
            let about = match self.about(self.was, old) {
                About::Unknown => self.about(self.is, new),
                known => known,
            };
            let said = format!("“{}” became “{}”", old.text, new.text);
            let (way, severity) = match (about, from, to) {
                (About::Risk | About::Both, 0, _) => (Way::Weaker, self.severity),
                (About::Protection, 0, _) => (Way::Stronger, self.severity),
                (About::Protection | About::Both, _, 0) if from == 1 || from == 3 => {
                    match about == About::Protection {
                        true => (Way::Weaker, self.severity),
                        false => (Way::Stronger, self.severity),
                    }
                }
                (About::Risk, _, 0) => (Way::Stronger, self.severity),
                (About::Protection | About::Both, from, to) if from < to => {
                    (Way::Weaker, self.severity)
                }
                (About::Protection, _, _) => (Way::Stronger, self.severity),
                (About::Unknown, 0, _) => (Way::Weaker, UNSURE),
                _ => continue,
            };
            found.push(Shift {
                said,
                way,
                severity,
            });
        }
        found
    }

    /// What the words after a word of duty are about.
    fn about(&self, text: &str, duty: &Slot) -> About {
        let clause = &text[duty.at.end..];
        let end = clause.find([';', ':', '.']).unwrap_or(clause.len());
        let clause = &clause[..end];
        let risk = self.strength.risks.find(clause).map(|hit| hit.start());
        let shield = self.strength.protects.find(clause).map(|hit| hit.start());
        match (risk, shield) {
            (Some(risk), Some(shield)) if risk == shield => About::Both,
            (Some(risk), Some(shield)) if risk < shield => About::Risk,
            (Some(_), None) => About::Risk,
            (_, Some(_)) => About::Protection,
            (None, None) => About::Unknown,
        }
    }

    /// Steps on the other ladders: the words that went against those that came.
    fn steps(&self) -> Vec<Shift> {
        let mut found = Vec::new();
        let (no, not) = (negated(self.was), negated(self.is));
        for (ladder, of) in self.strength.ladders.iter().enumerate() {
            if of.of == "duty" || (of.of != "choice" && (no || not)) {
                continue;
            }
            let on = |slots: &[Slot]| -> Vec<(usize, String)> {
                let steps = slots.iter().filter_map(|slot| match slot.step {
                    Some((at, step)) if at == ladder => Some((step, slot.text.to_owned())),
                    _ => None,
                });
                steps.collect()
            };
            let (olds, news) = (on(&self.beside.old), on(&self.beside.new));
            let lacks = |all: &[(usize, String)], step: usize| all.iter().all(|(s, _)| *s != step);
            let gone = olds.iter().find(|(step, _)| lacks(&news, *step));
            let came = news.iter().rfind(|(step, _)| lacks(&olds, *step));
            // Whoever is added beside those named before widens the circle; other words must have gone.
            let wider = of.of == "who" && ACCESS.is_match(self.is);
            let (Some((from, old)), Some((to, new))) =
                (gone.or(olds.last().filter(|_| wider)), came)
            else {
                continue;
            };
            let way = match from < to {
                true => Way::Weaker,
                false => Way::Stronger,
            };
            if of.of == "who" && !wider {
                continue;
            }
            let became = match gone {
                Some(_) => format!("“{old}” became “{new}”"),
                None => format!("“{new}” stands beside “{old}”"),
            };
            found.push(self.shift(became, way));
        }
        found
    }

    /// A "do not" that is gone from before the same verb.
    fn prohibition_gone(&self) -> Option<Shift> {
        let duty = self.ladder("duty")?;
        if negated(self.is) {
            return None;
        }
        let gaps = self.beside.gaps();
        let gone = gaps.iter().flat_map(|gap| gap.old.clone());
        let mut gone = gone.map(|at| &self.beside.old[at]);
        let no = gone.find(|slot| {
            slot.step == Some((duty, 0))
                && self.about(self.was, slot) != About::Protection
                && !of_the_reader(self.was, slot)
        })?;
        let verb = self.strength.risks.find(&self.was[no.at.end..])?;
        let still = self
            .beside
            .new
            .iter()
            .any(|slot| slot.text == verb.as_str());
        still.then(|| self.shift(format!("“{}” is gone", no.text), Way::Weaker))
    }

    /// Whether the old sentence promises something that protects.
    fn promises(&self) -> bool {
        let Some(duty) = self.ladder("duty") else {
            return false;
        };
        let mut duties = self.beside.old.iter().filter_map(|slot| match slot.step {
            Some((ladder, step)) if ladder == duty => Some((slot, step)),
            _ => None,
        });
        let bound = self.strength.bounds.is_match(self.was);
        bound
            || duties.any(|(slot, step)| {
                let about = self.about(self.was, slot);
                !of_the_reader(self.was, slot)
                    && match step {
                        0 => about != About::Protection,
                        1 => matches!(about, About::Protection | About::Both),
                        _ => false,
                    }
            })
            || FORM.is_match(self.was)
    }

    /// Items that are no longer in a list of what will not be done.
    fn items_gone(&self) -> Vec<Shift> {
        let Some(duty) = self.ladder("duty") else {
            return Vec::new();
        };
        let forbids = |slots: &[Slot], text: &str| {
            let mut no = slots.iter().filter(|slot| slot.step == Some((duty, 0)));
            no.any(|slot| self.about(text, slot) != About::Protection && !of_the_reader(text, slot))
        };
        if !forbids(&self.beside.old, self.was)
            || !forbids(&self.beside.new, self.is)
            || self.strength.exceptions.is_match(self.was)
        {
            return Vec::new();
        }
        let gone = lists::lost(&self.beside);
        let said = gone
            .iter()
            .map(|item| format!("“{item}” is no longer named"));
        said.map(|said| self.shift(said, Way::Weaker)).collect()
    }
}

/// Whether it is the reader who must or must not, not somebody who promises: "you will be told" is a promise.
fn of_the_reader(text: &str, duty: &Slot) -> bool {
    let before = text[..duty.at.start].trim_end();
    let last = before.rsplit(' ').next().unwrap_or_default();
    let asked = matches!(duty.text, "do not" | "don't" | "never" | "must");
    let promised = duty.text.starts_with("will") && PROMISED.is_match(&text[duty.at.end..]);
    before.is_empty() && asked || matches!(last, "you" | "i") && !promised
}

static ACCESS: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        r"\b(?:access\w*|see|seen|view\w*|us(?:e|ed|es|ing)|shar\w+|process\w*|disclos\w+|available|limited|restricted|handle\w*|receiv\w+|hold|held)\b",
    )
});
static FORM: LazyLock<Regex> = LazyLock::new(|| {
    compile(r"\b(?:anonymi[sz]ed|pseudonymi[sz]ed|de-?identified|encrypted|deleted|destroyed)\b")
});
static PROMISED: LazyLock<Regex> =
    LazyLock::new(|| compile(r"^ (?:\w+ )?(?:be|receive|have|get|still|always|hear)\b"));

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(was: &str, is: &str, way: Option<Way>) {
        let found = shifts(&Book::shipped(), was, is);
        let ways: Vec<Way> = found.iter().map(|shift| shift.way).collect();
        let way_found = match ways.contains(&Way::Weaker) {
            true => Some(Way::Weaker),
            false => ways.first().copied(),
        };
        assert_eq!(way_found, way, "{was} / {is}: {found:?}");
    }

    #[test]
    fn the_way_a_promise_goes_is_told_by_what_it_is_about() {
        let (weaker, stronger) = (Some(Way::Weaker), Some(Way::Stronger));
        case(
            "we will not sell your data",
            "we will sell your data",
            weaker,
        );
        case(
            "we may sell your data",
            "we will not sell your data",
            stronger,
        );
        case(
            "we will delete your data",
            "we may delete your data",
            weaker,
        );
        case(
            "we should delete your data",
            "we must delete your data",
            stronger,
        );
        case(
            "opt-outs will be respected",
            "opt-outs will not be respected",
            weaker,
        );
        case(
            "opt-outs will not be respected",
            "opt-outs will be respected",
            stronger,
        );
        case("we may share your data", "we will share your data", None);
        case(
            "you must share your data",
            "you should share your data",
            None,
        );
        case("you will be told of it", "you may be told of it", weaker);
    }

    #[test]
    fn a_list_that_became_longer_is_no_loss() {
        let was = "we do not collect names or postcodes";
        case(was, "we do not collect names, addresses or postcodes", None);
        case(was, "we do not collect names", Some(Way::Weaker));
        case(
            "data will not be shared outside the nhs without consent",
            "data will not be shared outside the nhs",
            None,
        );
    }

    #[test]
    fn exceptions_by_consent_are_no_exceptions() {
        let was = "your data will never be sold";
        case(was, "your data will never be sold unless you agree", None);
        case(
            was,
            "your data will never be sold unless we decide so",
            Some(Way::Weaker),
        );
    }
}
