//! What is asked of corrections.

use clap::{Args, ValueEnum};

use crate::model::{EntryNo, Says, Span};

/// What stands below the help of `correct`.
pub(super) const CORRECT: &str = "The words stand above the message of the change from then on, with the day; what was said first stays below them.
Channels that can alter a message do so, and it is answered where it was said; the others are sent a second message.
`smallprint correct ID A..B --undo` takes the last correction back, and that is told in the same way.
`smallprint corrections` lists them all. The words of a publisher's reply are shown as they are, and named as theirs.";

/// What is put right.
#[derive(Args, Debug)]
pub struct CorrectWhat {
    /// The watch
    pub id: String,
    /// The change, such as 3..4; the last one if left out
    #[arg(value_name = "A..B")]
    pub span: Option<Span>,
    /// What it is
    #[arg(
        long,
        env = "SMALLPRINT_KIND",
        value_enum,
        required_unless_present = "undo",
        conflicts_with = "undo"
    )]
    pub kind: Option<CorrectionKind>,
    /// Its words, at most 900 characters (of a reply 20,000); with --undo the reason
    #[arg(
        long,
        env = "SMALLPRINT_TEXT",
        value_name = "TEXT",
        required_unless_present = "undo"
    )]
    pub text: Option<String>,
    /// Who says it; it is kept, and not shown in messages
    #[arg(
        long,
        env = "SMALLPRINT_BY",
        value_name = "NAME",
        default_value = "who keeps the archive"
    )]
    pub by: String,
    /// Take back the last correction of this change that stands, or the one of this number
    #[arg(
        long,
        env = "SMALLPRINT_UNDO",
        value_name = "N",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "0"
    )]
    pub undo: Option<EntryNo>,
}

/// What sort of correction it is.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum, Debug)]
pub enum CorrectionKind {
    /// What was said was wrong, by our own fault
    OurError,
    /// Somebody disputes what was said
    Disputed,
    /// There is an explanation for what was said
    Explained,
    /// What the publisher replied, word for word
    Reply,
}

impl CorrectionKind {
    /// What such an annotation says.
    pub fn says(self) -> Says {
        match self {
            CorrectionKind::OurError => Says::OurError,
            CorrectionKind::Disputed => Says::Disputed,
            CorrectionKind::Explained => Says::Explained,
            CorrectionKind::Reply => Says::Reply,
        }
    }
}
