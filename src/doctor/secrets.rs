//! Who on this machine may read and write what is nobody's business.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use rustix::process::geteuid;

use crate::doctor::{CheckUp, several};
use crate::house::{self, Opening};
use crate::watchlist::Watchlist;

/// The bits of a mode that let everybody read, write and enter.
const READ: u32 = 0o4;
const WRITE: u32 = 0o2;
const ENTER: u32 = 0o1;

/// What is to be said of the directory of the archive, of files that hold secrets, and of who runs the program.
pub(super) fn permissions(
    data: &Path,
    opening: &Opening,
    watchlist: Option<&Watchlist>,
) -> Vec<CheckUp> {
    let mut found = vec![archive(data)];
    let files = watchlist.map_or_else(Vec::new, |watchlist| {
        house::secret_files(opening, watchlist)
    });
    let files: Vec<_> = files.iter().filter(|file| file.exists()).collect();
    let open: Vec<String> = (files.iter())
        .filter(|file| anybody_may(READ | WRITE, file))
        .map(|file| file.display().to_string())
        .collect();
    let open: Vec<&str> = open.iter().map(String::as_str).collect();
    found.push(match (files.len(), open.len()) {
        (0, _) => CheckUp::ok("secrets", "No file of this set-up holds a secret yet."),
        (_, 0) => CheckUp::ok(
            "secrets",
            "The files that hold secrets are closed to others.",
        ),
        _ => CheckUp::wrong(
            "secrets",
            format!(
                "Anybody on this machine may read or alter {}, and it holds a secret.",
                several(&open)
            ),
            format!(
                "Close it: `chmod 600 {}`, and change the secret if others were there.",
                open[0]
            ),
        ),
    });
    if geteuid().is_root() {
        found.push(CheckUp::warning(
            "user",
            "The program runs as root, which it does not need.",
            "Make a user of its own, who owns the archive, and run it as that one; the unit in `packaging` does.",
        ));
    }
    found
}

fn archive(data: &Path) -> CheckUp {
    if !data.is_dir() {
        return CheckUp::ok(
            "permissions",
            "There is no archive yet that others could read.",
        );
    }
    if anybody_may(WRITE, data) {
        let says = format!(
            "Anybody on this machine may alter the archive in {}.",
            data.display()
        );
        return CheckUp::wrong(
            "permissions",
            says,
            format!("Close it: `chmod 700 {}`.", data.display()),
        );
    }
    match anybody_may(ENTER, data) {
        true => CheckUp::warning(
            "permissions",
            format!(
                "Anybody on this machine may read the archive in {}: to whom messages went, what people noted.",
                data.display()
            ),
            format!(
                "Close it where others use this machine: `chmod 700 {}`.",
                data.display()
            ),
        ),
        false => CheckUp::ok(
            "permissions",
            "The directory of the archive is closed to others.",
        ),
    }
}

/// Whether everybody may do one of these with a file or folder: its own mode says so, and all folders above can be entered.
fn anybody_may(bits: u32, path: &Path) -> bool {
    let Ok(path) = path.canonicalize() else {
        return false;
    };
    let mode = |path: &Path| {
        path.metadata()
            .map_or(0, |facts| facts.permissions().mode())
    };
    let mut above = path.ancestors().skip(1);
    mode(&path) & bits != 0 && above.all(|folder| mode(folder) & ENTER != 0)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::doctor::Health;

    fn set(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("a mode");
    }

    #[test]
    fn an_archive_is_read_by_whoever_may_enter_it_and_all_above() {
        let above = tempfile::tempdir().expect("a folder");
        let data = above.path().join("archive");
        fs::create_dir(&data).expect("made");
        for (outer, inner, standing) in [
            (0o755, 0o700, Health::Ok),
            (0o755, 0o755, Health::Warning),
            (0o755, 0o777, Health::Wrong),
            (0o700, 0o777, Health::Ok),
        ] {
            set(above.path(), outer);
            set(&data, inner);
            let found = archive(&data);
            assert_eq!(
                found.standing, standing,
                "{outer:o} {inner:o}: {}",
                found.says
            );
        }
    }
}
