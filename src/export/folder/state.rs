//! How far an export is, noted in its directory while it is not finished.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::export::Made;
use crate::export::folder::Subject;
use crate::model::{Digest, EntryNo};

/// How far an export is.
#[derive(Clone, Serialize, Deserialize, Debug)]
pub(super) struct State {
    #[serde(flatten)]
    pub(super) subject: Subject,
    /// What is done of it, by path.
    pub(super) made: BTreeMap<String, Made>,
    /// What an earlier export left here, which this one may replace.
    pub(super) earlier: BTreeMap<String, Digest>,
    /// The first entry that the WARC files made so far do not hold.
    pub(super) warc_from: EntryNo,
    /// Who read the documents.
    pub(super) readers: BTreeSet<String>,
}

impl State {
    /// The beginning of one, in a directory in which an earlier one left this.
    pub(super) fn after(subject: Subject, earlier: BTreeMap<String, Digest>) -> State {
        State {
            subject,
            made: BTreeMap::new(),
            earlier,
            warc_from: 1,
            readers: BTreeSet::new(),
        }
    }

    /// What it left in the directory.
    pub(super) fn left(self) -> BTreeMap<String, Digest> {
        let mut left = self.earlier;
        left.extend(self.made.into_values().map(|made| (made.path, made.sha256)));
        left
    }
}
