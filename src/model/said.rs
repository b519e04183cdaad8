//! What changed on a page, edit by edit, and to whom it was said.

use serde::{Deserialize, Serialize};

use crate::model::{Bounds, ChangeKind, Destination, Digest, Severity, Span, WatchId};

/// What changed on a page, edit by edit, and to whom it was said.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Said {
    /// Whose change.
    pub watch: WatchId,
    /// What the page was called.
    pub title: String,
    /// What sort of step it is.
    pub kind: ChangeKind,
    /// From which version to which.
    pub span: Span,
    /// Between which times.
    pub bounds: Bounds,
    /// How much it mattered.
    pub severity: Severity,
    /// Its edits, by their marks (`findings::marks`).
    pub edits: Vec<Digest>,
    /// To whom it was said; empty where nothing was.
    pub to: Vec<Destination>,
}
