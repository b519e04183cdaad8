//! What an earlier export left in a directory.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;

use crate::export::folder::state::State;
use crate::export::folder::{PACKAGE, Subject, UNFINISHED};
use crate::house::NotDone;
use crate::model::Digest;

/// What an earlier export left in a directory.
pub(super) enum Earlier {
    Unfinished(Box<State>),
    Finished(BTreeMap<String, Digest>),
}

/// What of a finished export tells whose it is.
#[derive(Deserialize)]
pub(in crate::export) struct Finished {
    pub(in crate::export) smallprint: Subject,
    pub(in crate::export) resources: Vec<Resource>,
}

/// A file of it.
#[derive(Deserialize)]
pub(in crate::export) struct Resource {
    pub(in crate::export) path: String,
    hash: String,
}

impl Resource {
    /// Its digest, where it has one of the sort that is known here.
    pub(in crate::export) fn sha256(&self) -> Option<Digest> {
        self.hash.strip_prefix("sha256:")?.parse().ok()
    }
}

/// Reads what an earlier export left; a directory in which something else lies is somebody's.
pub(super) fn read(dir: &Path, subject: &Subject) -> Result<Earlier, NotDone> {
    let foreign = || {
        NotDone::refused(
            format!("{} is not empty, and holds no export.", dir.display()),
            "Name a new directory, or an empty one.",
        )
    };
    let file = |name: &str| fs::read(dir.join(name)).ok();
    let (archive, earlier) = match file(UNFINISHED) {
        Some(bytes) => {
            let state: State = serde_json::from_slice(&bytes).map_err(|_| foreign())?;
            (state.subject.archive, Earlier::Unfinished(Box::new(state)))
        }
        None => {
            let bytes = file(PACKAGE).ok_or_else(foreign)?;
            let finished: Finished = serde_json::from_slice(&bytes).map_err(|_| foreign())?;
            let mut left = BTreeMap::new();
            for resource in finished.resources {
                let digest = resource.sha256().ok_or_else(foreign)?;
                left.insert(resource.path, digest);
            }
            (finished.smallprint.archive, Earlier::Finished(left))
        }
    };
    if archive != subject.archive {
        return Err(NotDone::refused(
            format!("{} holds the export of another archive.", dir.display()),
            "Name a new directory, or an empty one.",
        ));
    }
    let paths: Vec<&String> = match &earlier {
        Earlier::Unfinished(state) => state.made.keys().chain(state.earlier.keys()).collect(),
        Earlier::Finished(left) => left.keys().collect(),
    };
    // Whoever wrote the description, it leads to nothing outside.
    match paths.iter().all(|path| is_inside(path)) {
        true => Ok(earlier),
        false => Err(foreign()),
    }
}

/// Whether a path leads to nothing outside.
pub(in crate::export) fn is_inside(path: &str) -> bool {
    path.split('/').all(|part| !matches!(part, "" | "." | "..")) && !path.contains('\\')
}
