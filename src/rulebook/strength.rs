//! How strong a promise is: ladders of words from the most protective to the least, and words that soften.

use serde::Deserialize;

use crate::prose::{self, Pattern};

/// Words by which one wording of a promise is held against another. All are read in folded text.
#[derive(Clone, Debug)]
pub struct Strength {
    /// What is held to be in one place of a sentence, step by step.
    pub ladders: Vec<Ladder>,
    /// Words whose arrival makes a promise softer.
    pub hedges: Pattern,
    /// Words whose arrival lets something out of a promise.
    pub exceptions: Pattern,
    /// Words whose loss lets more through: "only".
    pub bounds: Pattern,
    /// Words whose loss makes a promise reach less far: "all", "always".
    pub reach: Pattern,
    /// What may harm those whose data they are.
    pub risks: Pattern,
    /// What protects them.
    pub protects: Pattern,
}

/// Steps from the strongest protection to the weakest.
#[derive(Clone, Debug)]
pub struct Ladder {
    /// What it measures: `duty`, `form`, `who`, `choice`, `asked`.
    pub of: String,
    /// The words of each step.
    pub steps: Vec<Pattern>,
}

/// The same as it is written.
#[derive(Clone, Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub struct Written {
    hedges: String,
    exceptions: String,
    bounds: String,
    reach: String,
    risks: String,
    protects: String,
    ladder: Vec<WrittenLadder>,
}

#[derive(Clone, Deserialize, Debug)]
#[serde(deny_unknown_fields)]
struct WrittenLadder {
    of: String,
    steps: Vec<String>,
}

impl Written {
    /// Compiled.
    pub(super) fn compiled(&self) -> Strength {
        let ladder = |written: &WrittenLadder| Ladder {
            of: written.of.clone(),
            steps: written.steps.iter().map(|step| word(step)).collect(),
        };
        Strength {
            ladders: self.ladder.iter().map(ladder).collect(),
            hedges: word(&self.hedges),
            exceptions: word(&self.exceptions),
            bounds: word(&self.bounds),
            reach: word(&self.reach),
            risks: word(&self.risks),
            protects: word(&self.protects),
        }
    }
}

/// A pattern of whole words.
fn word(pattern: &str) -> Pattern {
    prose::pattern(&format!(r"\b(?:{pattern})\b"))
}
