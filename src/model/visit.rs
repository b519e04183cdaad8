//! A visit: one time we went and looked, whatever came of it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::model::{
    ChangeKind, Digest, EntryNo, Failure, FailureKind, Finding, Served, Severity, Span, Validators,
    VersionNo, WatchId,
};

/// A visit that brought nothing new: kept, and sealed into the journal in batches.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Look {
    /// Which watch.
    pub watch: WatchId,
    /// When.
    pub at: DateTime<Utc>,
    /// What came of it.
    pub outcome: LookOutcome,
    /// What the machine calls itself that looked, where it was another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collector: Option<String>,
    /// How what was read was served; absent where nothing was, and in archives of old.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub served: Option<Served>,
}

/// What came of a look.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case", tag = "outcome")]
pub enum LookOutcome {
    /// The same text as the last version.
    Unchanged {
        /// The digest of the bytes served; `None` for 304 Not Modified.
        body: Option<Digest>,
        /// What to ask with next time.
        validators: Validators,
    },
    /// No document came.
    Failed {
        /// What sort of failure.
        kind: FailureKind,
        /// The status, where there was an answer.
        status: Option<u16>,
        /// One sentence.
        why: String,
    },
}

impl LookOutcome {
    /// The look of a failed visit.
    pub fn failed(failure: &Failure) -> LookOutcome {
        LookOutcome::Failed {
            kind: failure.kind,
            status: failure.status,
            why: failure.why.clone(),
        }
    }
}

/// What came of a visit, in one word.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// The first version of the watch.
    Appeared,
    /// The same text.
    Unchanged,
    /// A change, whatever its kind.
    Changed,
    /// No document came.
    Failed,
}

impl Outcome {
    /// Every one.
    pub const ALL: [Outcome; 4] = [
        Outcome::Appeared,
        Outcome::Unchanged,
        Outcome::Changed,
        Outcome::Failed,
    ];

    /// The word for it, as in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Outcome::Appeared => "appeared",
            Outcome::Unchanged => "unchanged",
            Outcome::Changed => "changed",
            Outcome::Failed => "failed",
        }
    }
}

/// What a visit reports to whoever asked for it; `visit --json` prints one a line.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
pub struct VisitReport {
    /// Which watch.
    pub watch: WatchId,
    /// When.
    pub at: DateTime<Utc>,
    /// What came of it.
    pub outcome: Outcome,
    /// The version that stands now; absent where none was ever read.
    pub version: Option<VersionNo>,
    /// The change, where there was one: `A..B`.
    pub change: Option<Span>,
    /// What sort of change.
    pub kind: Option<ChangeKind>,
    /// How much it matters; absent where nothing changed.
    pub severity: Option<Severity>,
    /// Why it matters.
    pub findings: Vec<Finding>,
    /// One sentence that says it.
    pub sentence: Option<String>,
    /// Why no document came.
    pub failure: Option<Failure>,
    /// The entry of the journal, where one was written.
    pub entry: Option<EntryNo>,
    /// How many alerts the change is owed.
    pub alerts: usize,
}
