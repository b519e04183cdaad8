//! The archive's holder answers other commands on a socket in its directory.

mod ask;
mod serve;

pub use ask::{ask, is_answered};
pub use serve::{May, Service};

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::answers::{NoAnswer, Progress, Request, Response};
use crate::model::Digest;

/// What a command asks of the holder: one line of JSON.
#[derive(Serialize, Deserialize, Debug)]
pub struct Asked {
    /// The watchlist it was started with, as an absolute path.
    pub watchlist: PathBuf,
    /// Whether it was started with a clock of its own.
    pub own_clock: bool,
    /// What it asks.
    pub request: Request,
    /// How many raw bytes follow the line, for a question that brings some.
    #[serde(default)]
    pub raw: Option<u64>,
}

/// What the holder says: lines of JSON, the last one an answer; raw bytes follow it where it announces them.
#[derive(Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case")]
enum Said {
    Progress(Progress),
    Answer(Result<Response, NoAnswer>, Option<u64>),
}

/// The longest path a socket may have: `sun_path` has 108 bytes, one of them the end.
const LONGEST: usize = 100;

/// Where the socket of this archive is: in its directory, or, where that path is too long, in the runtime directory.
pub fn path(data: &Path, runtime: &Path) -> PathBuf {
    let data = data.canonicalize().unwrap_or_else(|_| data.to_owned());
    let inside = data.join("socket");
    if inside.as_os_str().len() <= LONGEST {
        return inside;
    }
    let name = Digest::of(data.as_os_str().as_encoded_bytes()).short();
    runtime.join(format!("smallprint-{name}.socket"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_path_moves_to_the_runtime_directory() {
        let near = path(Path::new("/nowhere/data"), Path::new("/run/user/1"));
        assert_eq!(near, Path::new("/nowhere/data/socket"));
        let deep = "/nowhere".to_owned() + &"/very-deep".repeat(20);
        let far = path(Path::new(&deep), Path::new("/run/user/1"));
        assert!(far.starts_with("/run/user/1"), "{far:?}");
        assert!(far.as_os_str().len() <= LONGEST);
    }
}
