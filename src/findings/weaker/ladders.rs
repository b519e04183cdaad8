//! Steps on the ladders of form, circle, choice and asking.

use std::sync::LazyLock;

use regex::Regex;

use crate::findings::slots::Slot;
use crate::findings::weaker::{Pair, Shift, Way};
use crate::prose::{compile, negated};

impl Pair<'_> {
    /// Steps on the other ladders: the words that went against those that came.
    pub(super) fn steps(&self) -> Vec<Shift> {
        let mut found = Vec::new();
        for (ladder, of) in self.strength.ladders.iter().enumerate() {
            // "Cannot be identified" is a step of its own; any other "not" turns the sentence round.
            let turned = || besides(&self.beside.old, ladder) || besides(&self.beside.new, ladder);
            if of.of == "duty" || (of.of != "choice" && turned()) {
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
}

/// Whether a sentence is negated outside the words of a ladder.
fn besides(slots: &[Slot], ladder: usize) -> bool {
    let mut others = slots
        .iter()
        .filter(|slot| slot.step.is_none_or(|(on, _)| on != ladder));
    others.any(|slot| negated(slot.text))
}

static ACCESS: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        r"\b(?:access\w*|see|seen|view\w*|us(?:e|ed|es|ing)|shar\w+|process\w*|disclos\w+|available|limited|restricted|handle\w*|receiv\w+|hold|held)\b",
    )
});
