//! Whether what is written where the archive is stays there.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use crate::doctor::{CheckUp, nearest};

/// A disk that takes longer to make some bytes durable holds up whatever is stored.
const SLOW: Duration = Duration::from_secs(1);

/// Whether the archive in this directory can be written, and what is written be made durable.
pub(super) fn archive(data: &Path) -> CheckUp {
    if data.exists() && !data.is_dir() {
        let says = format!(
            "{} is no directory, so no archive can be there.",
            data.display()
        );
        return CheckUp::wrong("writing", says, "Name a directory with --data DIR.");
    }
    let dir = nearest(data);
    let there = match dir == data {
        true => format!("in {}", data.display()),
        false => format!(
            "in {}, where {} would be made,",
            dir.display(),
            data.display()
        ),
    };
    match tried(dir) {
        Err(error) => CheckUp::wrong(
            "writing",
            format!("Nothing can be written {there} and made durable: {error}."),
            "Give the directory to the user that runs the program (chown), mount its disk for writing, or name another with \
             --data DIR.",
        ),
        Ok(took) if took > SLOW => CheckUp::warning(
            "writing",
            format!(
                "What is written {there} takes {} ms to be durable.",
                took.as_millis()
            ),
            "Look what else keeps the disk busy, or use another: a write that hangs for half a minute ends the program.",
        ),
        Ok(took) => CheckUp::ok(
            "writing",
            format!(
                "What is written {there} is durable after {} ms.",
                took.as_millis()
            ),
        ),
    }
}

/// Whether there is a folder for what is written for a moment only.
pub(super) fn temporary(dir: &Path) -> CheckUp {
    match tried(dir) {
        Ok(_) => CheckUp::ok(
            "temporary folder",
            format!("{} can be written.", dir.display()),
        ),
        Err(error) => CheckUp::warning(
            "temporary folder",
            format!(
                "{} cannot be written: {error}; browsers, imports and evidence need it.",
                dir.display()
            ),
            "Name one that this user may write to in TMPDIR.",
        ),
    }
}

/// Writes a file, makes it durable, and removes it; how long that took.
fn tried(dir: &Path) -> io::Result<Duration> {
    let path = dir.join(format!(".smallprint-doctor-{}", std::process::id()));
    let began = Instant::now();
    let file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&path)?;
    let written = durable(file, dir);
    let took = began.elapsed();
    fs::remove_file(&path)?;
    written.map(|()| took)
}

fn durable(mut file: File, dir: &Path) -> io::Result<()> {
    file.write_all(&[b'.'; 4096])?;
    file.sync_all()?;
    File::open(dir)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::Health;

    #[test]
    fn what_is_tried_leaves_nothing_behind() {
        let dir = tempfile::tempdir().expect("a folder");
        assert_eq!(archive(dir.path()).remedy, None);
        assert_eq!(archive(&dir.path().join("new")).remedy, None);
        assert_eq!(fs::read_dir(dir.path()).expect("a folder").count(), 0);
    }

    #[test]
    fn a_file_in_the_place_of_the_archive_is_named() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("archive");
        fs::write(&path, "").expect("written");
        let found = archive(&path);
        assert_eq!(found.standing, Health::Wrong);
        assert!(found.says.contains("is no directory"), "{}", found.says);
        let gone = temporary(&dir.path().join("not-there"));
        assert_eq!(gone.standing, Health::Warning);
        assert!(gone.remedy.is_some_and(|remedy| remedy.contains("TMPDIR")));
    }
}
