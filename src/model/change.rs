//! A change: the step from one version to the next.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::model::{
    Back, Claim, Collected, Correction, EntryNo, Finding, Severity, VersionNo, WatchId,
};

/// The step from one version to the next, with why it matters.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
pub struct Change {
    /// The entry of the journal that holds it; with `watch` and `span` its address.
    pub entry: EntryNo,
    /// Whose change.
    pub watch: WatchId,
    /// What the page is called at that time.
    pub title: String,
    /// What sort of step it is.
    pub kind: ChangeKind,
    /// From which version to which.
    pub span: Span,
    /// Between which two times it happened.
    pub bounds: Bounds,
    /// The highest finding, timing counted; 1 where there is none.
    pub severity: Severity,
    /// Why it matters, highest first.
    pub findings: Vec<Finding>,
    /// One sentence that says it.
    pub sentence: String,
    /// Why nothing was said of it, where nothing was.
    pub silence: Option<String>,
    /// The sort of that reason; absent in archives of old, and where something was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hushed: Option<Hushed>,
    /// What the second look found, where one was due.
    pub second_look: Option<SecondLook>,
    /// Who brought what was found, where another machine did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collected: Option<Collected>,
    /// What the page says of it, held against it; absent for what is no edit, and in archives of old.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claim: Option<Claim>,
    /// What of it was left out of what was said, and why, where something was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aside: Option<String>,
    /// What was put right of it in public, in order. Whoever answers fills it in; the entry does not hold it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub corrections: Vec<Correction>,
    /// That what was gone by it is back, where it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub back: Option<Back>,
}

impl Change {
    /// What stands for a sentence that was forgotten.
    pub const FORGOTTEN: &str = "The words of this change were forgotten.";

    /// Says no more than that its words were forgotten: a sentence quotes what came and went.
    pub fn without_words(&mut self) {
        Change::FORGOTTEN.clone_into(&mut self.sentence);
        self.findings.clear();
        self.aside = None;
    }
}

/// Why nothing was said of a change, in four sorts.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum Hushed {
    /// Somebody asked not to be told of it.
    Muted,
    /// It changes on nearly every visit, or goes back and forth.
    Noise,
    /// It mattered less than any route asks for.
    Below,
    /// Something else.
    Otherwise,
}

/// What sort of step a change is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum ChangeKind {
    /// The first version of a watch.
    Appeared,
    /// Other words at the same address.
    Edited,
    /// The words of an earlier version again.
    Reverted,
    /// The same words at another address.
    Moved,
    /// Another document at the same address.
    Replaced,
    /// The address leads somewhere that is not this document.
    Redirected,
    /// The page says that it was withdrawn.
    Withdrawn,
    /// The page answers 404 or 410, seen twice at least an hour apart.
    Vanished,
    /// The page is there again.
    Returned,
}

impl ChangeKind {
    /// All of them.
    pub const ALL: [ChangeKind; 9] = [
        ChangeKind::Appeared,
        ChangeKind::Edited,
        ChangeKind::Reverted,
        ChangeKind::Moved,
        ChangeKind::Replaced,
        ChangeKind::Redirected,
        ChangeKind::Withdrawn,
        ChangeKind::Vanished,
        ChangeKind::Returned,
    ];

    /// The word for it, as in JSON.
    pub fn word(self) -> &'static str {
        match self {
            ChangeKind::Appeared => "appeared",
            ChangeKind::Edited => "edited",
            ChangeKind::Reverted => "reverted",
            ChangeKind::Moved => "moved",
            ChangeKind::Replaced => "replaced",
            ChangeKind::Redirected => "redirected",
            ChangeKind::Withdrawn => "withdrawn",
            ChangeKind::Vanished => "vanished",
            ChangeKind::Returned => "returned",
        }
    }
}

/// From which version to which, written `A..B`; 0 stands for "no page there".
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Span {
    /// The version before.
    pub from: VersionNo,
    /// The version after.
    pub to: VersionNo,
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.from, self.to)
    }
}

/// Text that is not `A..B`.
#[derive(Debug, thiserror::Error)]
#[error("“{0}” is not a pair of versions; write it as A..B, for example 3..4")]
pub struct NotASpan(String);

impl FromStr for Span {
    type Err = NotASpan;

    fn from_str(text: &str) -> Result<Span, NotASpan> {
        let wrong = || NotASpan(text.to_owned());
        let (from, to) = text.split_once("..").ok_or_else(wrong)?;
        Ok(Span {
            from: from.parse().map_err(|_| wrong())?,
            to: to.parse().map_err(|_| wrong())?,
        })
    }
}

impl Serialize for Span {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Span, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

/// Between which two times something happened: after the last sight of the old state, by the first sight of the new.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Bounds {
    /// The last time the old state was seen; `None` where it never was.
    pub after: Option<DateTime<Utc>>,
    /// The first time the new state was seen.
    pub by: DateTime<Utc>,
}

/// A second, unconditional look at a page from which something important is gone.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct SecondLook {
    /// When it is due, or was made.
    pub at: DateTime<Utc>,
    /// What it found; `None` while it is awaited.
    pub verdict: Option<Verdict>,
}

/// What a second look found.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The words are still gone.
    StillSo,
    /// The words are there again.
    WasBack,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_reads_back_as_it_is_written() {
        let span: Span = "3..14".parse().expect("a span");
        assert_eq!(span, Span { from: 3, to: 14 });
        assert_eq!(span.to_string(), "3..14");
    }

    #[test]
    fn what_is_not_a_span_is_refused_with_an_example() {
        for wrong in ["3", "3..", "a..b", "3-4", ""] {
            let error = wrong.parse::<Span>().expect_err(wrong);
            assert!(error.to_string().contains("3..4"), "{error}");
        }
    }
}
