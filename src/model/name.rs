//! A name: of a dataset, a register, a programme and the like.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::model::{Bounds, VersionNo, WatchId};

/// What a name is the name of.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize, Debug,
)]
#[serde(rename_all = "kebab-case")]
pub enum NameKind {
    /// A dataset, a database, a data asset.
    #[default]
    Dataset,
    /// A register or registry.
    Register,
    /// A record system: one record for each patient.
    Record,
    /// A collection, an extract, a return, a data flow.
    Collection,
    /// A survey, an audit, a study, a census.
    Survey,
    /// A programme, a scheme, a project.
    Programme,
    /// A platform, an environment, a system.
    Platform,
    /// A service.
    Service,
    /// A direction by which data is asked for.
    Direction,
    /// A standard or a code of practice.
    Standard,
    /// A number that stands for an approval, an agreement or a standard.
    Reference,
}

impl NameKind {
    /// Every kind, in the order in which they are told.
    pub const ALL: [NameKind; 11] = [
        NameKind::Dataset,
        NameKind::Register,
        NameKind::Record,
        NameKind::Collection,
        NameKind::Survey,
        NameKind::Programme,
        NameKind::Platform,
        NameKind::Service,
        NameKind::Direction,
        NameKind::Standard,
        NameKind::Reference,
    ];

    /// The word for it, as in JSON.
    pub fn word(self) -> &'static str {
        match self {
            NameKind::Dataset => "dataset",
            NameKind::Register => "register",
            NameKind::Record => "record",
            NameKind::Collection => "collection",
            NameKind::Survey => "survey",
            NameKind::Programme => "programme",
            NameKind::Platform => "platform",
            NameKind::Service => "service",
            NameKind::Direction => "direction",
            NameKind::Standard => "standard",
            NameKind::Reference => "reference",
        }
    }

    /// Whether what bears such a name is a store or a flow of data by its very kind.
    pub fn holds_data(self) -> bool {
        matches!(
            self,
            NameKind::Dataset | NameKind::Register | NameKind::Record | NameKind::Collection
        )
    }
}

impl fmt::Display for NameKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// Text that names no kind of name.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error(
    "“{0}” is no kind of name: dataset, register, record, collection, survey, programme, platform, service, \
     direction, standard or reference"
)]
pub struct NotAKind(String);

impl std::str::FromStr for NameKind {
    type Err = NotAKind;

    fn from_str(text: &str) -> Result<NameKind, NotAKind> {
        let singular = text.strip_suffix('s').unwrap_or(text).to_lowercase();
        let mut kinds = NameKind::ALL.into_iter();
        kinds
            .find(|kind| kind.word() == singular)
            .ok_or_else(|| NotAKind(text.to_owned()))
    }
}

/// A name in a document.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize, Debug)]
pub struct Named {
    /// The form in which it is compared.
    pub canonical: String,
    /// The form in which it stands there.
    pub text: String,
    /// What it is the name of.
    pub kind: NameKind,
    /// What else it is called there: its acronym, its number, another name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
}

/// The names of a document, with the grammar that found them.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize, Debug)]
pub struct Names {
    /// Raised whenever more or other names are found.
    pub grammar: u32,
    /// The names, in the order of the document, each once.
    pub names: Vec<Named>,
}

/// Where and when a name was mentioned.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Mention {
    /// On which page.
    pub watch: WatchId,
    /// In which version.
    pub version: VersionNo,
    /// Between which times that version came.
    pub bounds: Bounds,
}

/// A page on which a name stands, or stood.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct NamePlace {
    /// Which page.
    pub watch: WatchId,
    /// The first version that has it, and when it came.
    pub first: (VersionNo, Bounds),
    /// The last version that has it, and when it came.
    pub last: (VersionNo, Bounds),
    /// Whether it stands there now, as far as is known.
    pub now: bool,
    /// Between which times the version came that has it no more; absent where it stands there, or the page is gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gone: Option<Bounds>,
}

/// A name as the archive knows it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct KnownName {
    /// The name as it stood when it was first seen, spelled out where it ever was.
    pub name: String,
    /// The form in which it is compared.
    pub canonical: String,
    /// What it is the name of.
    pub kind: NameKind,
    /// What else it is called: acronyms, numbers, names that were merged into it.
    pub aliases: Vec<String>,
    /// Where it was seen first.
    pub first: Mention,
    /// The version that came last of those that have it.
    pub last: Mention,
    /// The pages it stands or stood on.
    pub places: Vec<NamePlace>,
    /// What somebody decided on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ruling: Option<Ruling>,
}

/// What a person decided on a name.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Ruling {
    /// What.
    pub decided: Decided,
    /// Who, as they call themselves.
    pub by: Option<String>,
    /// Why.
    pub why: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
}

/// What becomes of a name.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case", tag = "decided")]
pub enum Decided {
    /// It is no name, or none that matters: nothing is said of it again.
    Dismissed,
    /// It is another name of something.
    Merged {
        /// Of what, in the form in which names are compared.
        into: String,
    },
    /// What was decided before holds no more.
    Restored,
}
