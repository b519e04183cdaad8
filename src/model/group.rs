//! A group: changes of several pages that have something in common.

use serde::{Deserialize, Serialize};

use crate::model::{Bounds, Destination, Digest, EntryNo, Severity, Span, WatchId};

/// What a change can have in common with others, known again by its mark.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Strand {
    /// The same on every page that has it.
    pub mark: Digest,
    /// What it is, in the words of this page.
    pub what: Alike,
    /// The names of places in which it may differ from page to page.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<String>,
}

/// What is alike.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case", tag = "alike")]
pub enum Alike {
    /// The same words for the same words, inside sentences that differ.
    Substitution {
        /// The words that were put for others.
        swap: Swap,
        /// The same with the rest of the name they are part of.
        whole: Swap,
        /// The block in which they stand first: in one block alone they are an edit of it.
        within: Digest,
    },
    /// The same block, reworded or gone.
    Edit {
        /// The words before.
        before: String,
        /// The words after, where there are any.
        after: Option<String>,
    },
    /// The same new paragraph, perhaps with the name of another place in it.
    Paragraph {
        /// Its words.
        text: String,
    },
}

/// Words that were put for other words.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Debug)]
pub struct Swap {
    /// The words before.
    pub old: String,
    /// The words after.
    pub new: String,
}

/// A change that has a strand, as the archive remembers it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Member {
    /// The entry that holds the change.
    pub entry: EntryNo,
    /// Whose change.
    pub watch: WatchId,
    /// What the page was called.
    pub title: String,
    /// Where it stands.
    pub host: String,
    /// From which version to which.
    pub span: Span,
    /// Between which times.
    pub bounds: Bounds,
    /// How much it mattered.
    pub severity: Severity,
    /// To whom it was said; empty where nothing was.
    pub to: Vec<Destination>,
    /// The strand, in the words of this page.
    pub strand: Strand,
}
