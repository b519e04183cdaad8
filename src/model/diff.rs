//! A diff: what differs between two documents, block by block and word by word.

use serde::{Deserialize, Serialize};

use crate::model::{Attachment, BlockKind, Link, TableDiff};

/// What differs between two documents. Empty when nothing that is compared differs.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize, Debug)]
pub struct Diff {
    /// The title before and after, where it differs.
    pub title: Option<(String, String)>,
    /// Runs of neighbouring edits in the order of the new text, with the unchanged blocks around them.
    pub hunks: Vec<Hunk>,
    /// The same for what changes on nearly every visit: kept and shown, but not judged.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub quiet: Vec<Hunk>,
    /// Files that came, went or were replaced.
    pub attachments: Vec<AttachmentEdit>,
    /// Links whose target changed while the words around them did not.
    pub links: Vec<LinkEdit>,
    /// What became of the tables that stand in both, row by row; their rows are edits of the hunks too, up to some
    /// thousands of them. A table of which only the order of the rows differs is here as well.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tables: Vec<TableDiff>,
    /// The share of the words of both texts that was added or removed, in thousandths (moved words not counted).
    pub changed_per_mille: u16,
    /// Whether the texts were so large that words were not compared everywhere.
    pub coarse: bool,
}

impl Diff {
    /// Whether nothing differs, or no more than the order of a table's rows.
    pub fn is_empty(&self) -> bool {
        self.title.is_none()
            && self.tables.iter().all(TableDiff::is_empty)
            && self.hunks.is_empty()
            && self.attachments.is_empty()
            && self.links.is_empty()
    }

    /// Every edit, in order.
    pub fn edits(&self) -> impl Iterator<Item = &Edit> {
        self.hunks.iter().flat_map(|hunk| &hunk.edits)
    }
}

/// A run of neighbouring edits.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Hunk {
    /// The headings above it, outermost first (of the new text; of the old one where the section is gone).
    pub path: Vec<String>,
    /// The unchanged block just before, if any.
    pub above: Option<String>,
    /// The edits.
    pub edits: Vec<Edit>,
    /// The unchanged block just after, if any.
    pub below: Option<String>,
}

/// One block that differs.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case", tag = "edit")]
pub enum Edit {
    /// A block that was not there.
    Added {
        /// The block.
        after: Place,
    },
    /// A block that is gone.
    Removed {
        /// The block.
        before: Place,
    },
    /// A block whose words changed.
    Reworded {
        /// As it was.
        before: Place,
        /// As it is.
        after: Place,
        /// The words of both, in reading order.
        words: Vec<Words>,
    },
    /// The same block in another place.
    Moved {
        /// Where it stood.
        before: Place,
        /// Where it stands.
        after: Place,
    },
}

impl Edit {
    /// The block before, if there was one.
    pub fn before(&self) -> Option<&Place> {
        match self {
            Edit::Removed { before }
            | Edit::Reworded { before, .. }
            | Edit::Moved { before, .. } => Some(before),
            Edit::Added { .. } => None,
        }
    }

    /// The block after, if there is one.
    pub fn after(&self) -> Option<&Place> {
        match self {
            Edit::Added { after } | Edit::Reworded { after, .. } | Edit::Moved { after, .. } => {
                Some(after)
            }
            Edit::Removed { .. } => None,
        }
    }
}

/// A block with its place in its document.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Place {
    /// Its index among the document's blocks.
    pub index: usize,
    /// What it is.
    pub kind: BlockKind,
    /// Its words.
    pub text: String,
    /// Its links.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<Link>,
}

/// A stretch of words inside a reworded block.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Words {
    /// What happened to it.
    pub piece: Piece,
    /// The words with their spaces; the pieces that are not `Added` make up the old text, those not `Removed` the new.
    pub text: String,
}

/// What happened to a stretch of words.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum Piece {
    /// In both.
    Kept,
    /// Only in the old text.
    Removed,
    /// Only in the new text.
    Added,
}

/// A file that came, went or was replaced.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct AttachmentEdit {
    /// As it was.
    pub before: Option<Attachment>,
    /// As it is.
    pub after: Option<Attachment>,
}

/// A link whose target changed while its words did not.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct LinkEdit {
    /// The link's words.
    pub text: String,
    /// Where it led.
    pub before: String,
    /// Where it leads.
    pub after: String,
}
