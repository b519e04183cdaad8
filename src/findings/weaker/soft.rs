//! Words that soften a promise: hedges, exceptions, a longer time.

use std::sync::LazyLock;

use regex::Regex;

use crate::findings::periods;
use crate::findings::weaker::{Pair, Shift, UNSURE, Way};
use crate::prose::{Pattern, compile};

impl Pair<'_> {
    /// Words that soften which came, and words that bind which went.
    pub(super) fn softened(&self) -> Vec<Shift> {
        let mut found = Vec::new();
        let fresh = |pattern: &Pattern, text: &str, other: &str| {
            let hit = pattern.find(text)?;
            (!pattern.is_match(other)).then(|| hit.as_str().to_owned())
        };
        let hedges = &self.strength.hedges;
        if let Some(hedge) = fresh(hedges, self.is, self.was) {
            found.push(self.shift(format!("“{hedge}” was added"), Way::Weaker));
        }
        if let Some(hedge) = fresh(hedges, self.was, self.is) {
            found.push(self.shift(format!("“{hedge}” is gone"), Way::Stronger));
        }
        let exceptions = &self.strength.exceptions;
        if !BY_CONSENT.is_match(self.is)
            && let Some(exception) = fresh(exceptions, self.is, self.was)
        {
            found.push(self.shift(format!("“{exception}” was added"), Way::Weaker));
        }
        let bounds = &self.strength.bounds;
        if !exceptions.is_match(self.is)
            && !self.is.contains("without")
            && let Some(bound) = fresh(bounds, self.was, self.is)
            && self.strength.risks.is_match(self.is)
        {
            found.push(self.shift(format!("“{bound}” is gone"), Way::Weaker));
        }
        if let Some(bound) = fresh(bounds, self.is, self.was) {
            found.push(self.shift(format!("“{bound}” was added"), Way::Stronger));
        }
        let reach = fresh(&self.strength.reach, self.was, self.is);
        if let Some(reach) = reach.filter(|_| self.beside.alike() >= 0.8) {
            found.push(Shift {
                severity: UNSURE,
                ..self.shift(format!("“{reach}” is gone"), Way::Weaker)
            });
        }
        found
    }

    /// Times within which something is promised.
    pub(super) fn terms(&self) -> Option<Shift> {
        let (old, new) = periods::swapped(self.was, self.is)?;
        let within = WITHIN.is_match(self.was) && WITHIN.is_match(self.is);
        let notice = AT_LEAST.is_match(self.was) && AT_LEAST.is_match(self.is);
        let longer = new.hours > old.hours;
        let way = match (within, notice) {
            (true, false) if longer => Way::Weaker,
            (false, true) if !longer => Way::Weaker,
            (true, false) | (false, true) => Way::Stronger,
            _ => return None,
        };
        Some(self.shift(format!("“{}” became “{}”", old.text, new.text), way))
    }
}

static BY_CONSENT: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        r"\b(?:unless|except(?: where| when| if)?) (?:you|they|the patient|patients|we have your)\b",
    )
});
static WITHIN: LazyLock<Regex> =
    LazyLock::new(|| compile(r"\b(?:within|no later than|in no more than|at most|up to)\b"));
static AT_LEAST: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        r"\b(?:at least|no less than|a minimum of|minimum)\b.*\b(?:notice|before|prior|advance|consult\w*|ahead)\b",
    )
});
