//! Where a file or directory lies that an argument names: whoever holds the archive may stand elsewhere.

use std::path::{Path, PathBuf, absolute};

use crate::cli::Trouble;
use crate::wording::harmless;

/// A directory, as an absolute path.
pub(super) fn directory(path: &Path) -> Result<PathBuf, Trouble> {
    whole(path, "directory")
}

/// A file, as an absolute path.
pub(super) fn file(path: &Path) -> Result<PathBuf, Trouble> {
    whole(path, "file")
}

fn whole(path: &Path, what: &str) -> Result<PathBuf, Trouble> {
    absolute(path).map_err(|error| {
        let path = harmless::line(&path.display().to_string());
        Trouble::sentence(format!("{path} names no {what}: {error}."))
            .with("Write its whole path, from / on.")
    })
}
