//! An annotation: what a person said of a change.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::model::{Digest, EntryNo};

/// What a person said of a change. It is added to the archive, and never altered there; what was wrong is undone by another.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Annotation {
    /// The entry of the change.
    pub of: EntryNo,
    /// What is said.
    pub says: Says,
    /// In which words, a body; absent where there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<Digest>,
    /// Who said it, as they call themselves or as the channel calls them.
    pub by: String,
    /// Where it was said, where that was not the command line: "discord:123456789012345678", the id of the one who said it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
}

/// What an annotation says.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case", tag = "says")]
pub enum Says {
    /// The change matters.
    Significant,
    /// The change is of no interest.
    Noise,
    /// Something worth knowing of it.
    Note,
    /// What we said of it was wrong, by our own fault.
    OurError,
    /// Somebody disputes what we said of it.
    Disputed,
    /// There is an explanation for it.
    Explained,
    /// What the publisher replied, verbatim.
    Reply,
    /// An earlier annotation of the same change no longer holds.
    Undone {
        /// The entry of the earlier one.
        entry: EntryNo,
    },
}

impl Says {
    /// What corrects in public, in the order in which it is offered.
    pub const CORRECTIONS: [Says; 4] =
        [Says::OurError, Says::Disputed, Says::Explained, Says::Reply];

    /// The word for it, as it is written in commands.
    pub fn word(self) -> &'static str {
        match self {
            Says::Significant => "significant",
            Says::Noise => "noise",
            Says::Note => "note",
            Says::OurError => "our-error",
            Says::Disputed => "disputed",
            Says::Explained => "explained",
            Says::Reply => "reply",
            Says::Undone { .. } => "undone",
        }
    }

    /// Whether it decides on the change: of such annotations one at most holds at a time.
    pub fn decides(self) -> bool {
        matches!(self, Says::Significant | Says::Noise)
    }

    /// Whether it corrects in public what was said in public.
    pub fn corrects(self) -> bool {
        Says::CORRECTIONS.contains(&self)
    }
}

/// An annotation with what became of it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Annotated {
    /// The entry that holds it.
    pub entry: EntryNo,
    /// The annotation.
    #[serde(flatten)]
    pub annotation: Annotation,
    /// When it was made.
    pub at: DateTime<Utc>,
    /// The entry that undid it, where one did.
    pub undone: Option<EntryNo>,
}

impl Annotated {
    /// The decision that holds, of all that was said of a change.
    pub fn decision(said: &[Annotated]) -> Option<&Annotated> {
        let decides = |one: &&Annotated| one.undone.is_none() && one.annotation.says.decides();
        said.iter().find(decides)
    }
}
