//! What almost became a finding, noted while a step is judged by those who want to know.

use std::cell::RefCell;

use crate::findings::passages::Passage;
use crate::model::Almost;
use crate::prose::cut;

/// The most that is noted of one step, and the longest sentence, in characters.
const MOST: usize = 200;
const LONGEST: usize = 400;

/// Whether what almost became a finding is noted.
#[derive(Default, Debug)]
pub(super) enum Trace {
    /// Nobody wants to know.
    #[default]
    Off,
    /// It is noted here.
    On(RefCell<Vec<Almost>>),
}

impl Trace {
    /// One that notes.
    pub fn on() -> Trace {
        Trace::On(RefCell::default())
    }

    /// Whether anybody wants to know.
    pub fn is_on(&self) -> bool {
        matches!(self, Trace::On(_))
    }

    /// Notes that a rule left a sentence alone. `because` is asked only where somebody wants to know.
    pub fn note(&self, rule: &str, passage: &Passage, because: impl FnOnce() -> String) {
        let Trace::On(noted) = self else {
            return;
        };
        let mut noted = noted.borrow_mut();
        if noted.len() < MOST {
            noted.push(Almost {
                rule: rule.to_owned(),
                sentence: cut(&passage.text, LONGEST),
                because: because(),
            });
        }
    }

    /// What was noted, each thing once.
    pub fn noted(self) -> Vec<Almost> {
        let Trace::On(noted) = self else {
            return Vec::new();
        };
        let mut kept: Vec<Almost> = Vec::new();
        for almost in noted.into_inner() {
            if !kept.contains(&almost) {
                kept.push(almost);
            }
        }
        kept
    }
}
