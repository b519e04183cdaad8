//! Holds an export against its own description: every file against its SHA-256, and the description against its own.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::export::folder::{self, Finished, PACKAGE, Resource, SEAL};
use crate::house::NotDone;
use crate::model::Digest;

/// How many faults are named.
const MOST: usize = 100;
/// How deep an export is looked through.
const DEEPEST: usize = 12;

/// What came of it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Checked {
    /// How many files were held against their digests.
    pub files: usize,
    /// How many bytes they have.
    pub bytes: u64,
    /// Of which archive it says it is: the hash of its first entry.
    pub archive: Digest,
    /// The last entry that it says it holds.
    pub entry: u64,
    /// What is not as it was exported, each in a sentence that names the file.
    pub faults: Vec<String>,
}

/// Checks an export. What somebody altered together with both descriptions cannot be told from it alone: that takes the
/// archive, or a digest of the description that was kept elsewhere.
///
/// # Errors
/// Where there is no finished export, or it cannot be read.
pub fn check(dir: &Path) -> Result<Checked, NotDone> {
    let path = dir.join(PACKAGE);
    let package = fs::read(&path).map_err(|error| unread(&path, &error))?;
    let mut faults = Vec::new();
    match fs::read(dir.join(SEAL)) {
        Ok(seal) if seal == folder::seal(&package).into_bytes() => {}
        Ok(_) => faults.push(format!(
            "{PACKAGE} and {SEAL} do not match: one of them was altered since it was exported."
        )),
        Err(error) => faults.push(format!(
            "{SEAL} cannot be read ({error}), so that nothing says whether {PACKAGE} is as it was exported."
        )),
    }
    let described: Finished = match serde_json::from_slice(&package) {
        Ok(described) => described,
        Err(error) => {
            return Err(NotDone::refused(
                format!("{PACKAGE} cannot be read as the description of an export: {error}."),
                "Export once more; what is in the directory cannot be told from what was altered.",
            ));
        }
    };
    let mut checked = Checked {
        files: 0,
        bytes: 0,
        archive: described.smallprint.archive,
        entry: described.smallprint.entry,
        faults,
    };
    let mut known: BTreeSet<String> = [PACKAGE, SEAL].map(str::to_owned).into();
    for resource in &described.resources {
        known.insert(resource.path.clone());
        if let Some(fault) = checked.file(dir, resource)? {
            checked.faults.push(fault);
        }
    }
    let mut found = Vec::new();
    below(dir, "", DEEPEST, &mut found).map_err(|error| unread(dir, &error))?;
    for path in found.into_iter().filter(|path| !known.contains(path)) {
        let path = path.escape_debug();
        let fault = format!("{path} is no file of this export: it was put there since.");
        checked.faults.push(fault);
    }
    checked.faults.truncate(MOST);
    Ok(checked)
}

impl Checked {
    /// What is wrong with a file.
    fn file(&mut self, dir: &Path, resource: &Resource) -> Result<Option<String>, NotDone> {
        let shown = resource.path.escape_debug();
        if !folder::is_inside(&resource.path) {
            return Ok(Some(format!(
                "{PACKAGE} names {shown}, which is no file of it."
            )));
        }
        let own = dir.join(&resource.path);
        let found = folder::digest_of(&own).map_err(|error| unread(&own, &error))?;
        self.files += 1;
        self.bytes += fs::metadata(&own).map_or(0, |about| about.len());
        Ok(match (resource.sha256(), found) {
            (_, None) => Some(format!("{shown} is missing.")),
            (None, _) => Some(format!("{PACKAGE} gives {shown} no SHA-256.")),
            (Some(digest), Some(found)) if digest != found => Some(format!(
                "{shown} was altered since it was exported: its SHA-256 is {found}, and was {digest}."
            )),
            _ => None,
        })
    }
}

/// Every file below a folder, by its path within.
fn below(dir: &Path, within: &str, deep: usize, found: &mut Vec<String>) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = match within {
            "" => name,
            within => format!("{within}/{name}"),
        };
        // A link leads elsewhere; it is no file of an export.
        match entry.file_type()?.is_dir() && deep > 0 {
            true => below(&entry.path(), &path, deep - 1, found)?,
            false => found.push(path),
        }
    }
    found.sort();
    Ok(())
}

fn unread(path: &Path, error: &io::Error) -> NotDone {
    let what = format!("{} cannot be read: {error}.", path.display());
    NotDone::refused(what, "Name the directory of a finished export.")
}
