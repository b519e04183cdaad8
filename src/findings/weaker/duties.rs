//! Words of duty: who must, must not, may, and about what.

use std::sync::LazyLock;

use regex::Regex;

use crate::findings::slots::Slot;
use crate::findings::weaker::{Pair, Shift, UNSURE, Way};
use crate::prose::{compile, negated};

/// What a promise is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum About {
    /// Something that may harm.
    Risk,
    /// Something that protects.
    Protection,
    /// Either, by how it is said.
    Both,
    /// It cannot be told.
    Unknown,
}

impl Pair<'_> {
    /// Words of duty in the same place.
    pub(super) fn duties(&self) -> Vec<Shift> {
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
    pub(super) fn about(&self, text: &str, duty: &Slot) -> About {
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

    /// A "do not" that is gone from before the same verb.
    pub(super) fn prohibition_gone(&self) -> Option<Shift> {
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
    pub(super) fn promises(&self) -> bool {
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
}

/// Whether it is the reader who must or must not, not somebody who promises: "you will be told" is a promise.
pub(super) fn of_the_reader(text: &str, duty: &Slot) -> bool {
    let before = text[..duty.at.start].trim_end();
    let last = before.rsplit(' ').next().unwrap_or_default();
    let asked = matches!(duty.text, "do not" | "don't" | "never" | "must");
    let promised = (duty.text.starts_with("will") || duty.text == "'ll")
        && PROMISED.is_match(&text[duty.at.end..]);
    before.is_empty() && asked || matches!(last, "you" | "i") && !promised
}

static FORM: LazyLock<Regex> = LazyLock::new(|| {
    compile(r"\b(?:anonymi[sz]ed|pseudonymi[sz]ed|de-?identified|encrypted|deleted|destroyed)\b")
});
static PROMISED: LazyLock<Regex> =
    LazyLock::new(|| compile(r"^ (?:\w+ )?(?:be|receive|have|get|still|always|hear)\b"));
