//! How much room is left where the archive is, and on what sort of disk.

use std::path::Path;

use rustix::fs::{statfs, statvfs};

use crate::alarms::size;
use crate::doctor::{CheckUp, nearest};

/// With less than this nothing more is stored soon.
const NEARLY_NOTHING: u64 = 64 << 20;
/// File systems on other machines, as Linux numbers them: NFS, CIFS, SMB2, 9P, FUSE.
const ELSEWHERE: [u32; 5] = [0x6969, 0xFF53_4D42, 0xFE53_4D42, 0x0102_1997, 0x6573_5546];
/// One in memory: what is there is gone at the next start.
const IN_MEMORY: u32 = 0x0102_1994;

/// What is to be said of the disk of the archive in this directory.
pub(super) fn room(data: &Path, below: Option<u64>) -> CheckUp {
    let dir = nearest(data);
    let (room, kind) = match (statvfs(dir), statfs(dir)) {
        (Ok(room), Ok(kind)) => (room, kind),
        (Err(error), _) | (_, Err(error)) => {
            let says = format!("The disk of {} cannot be measured: {error}.", dir.display());
            return CheckUp::wrong(
                "disk",
                says,
                "Name a directory on a local disk with --data DIR.",
            );
        }
    };
    let free = room.f_bavail.saturating_mul(room.f_frsize);
    // Some file systems number no files.
    let full_of_files = room.f_files > 0 && room.f_favail == 0;
    if full_of_files {
        let says = format!(
            "No more files can be made on the disk of {}.",
            data.display()
        );
        return CheckUp::wrong(
            "disk",
            says,
            "Remove small files there; `df -i` counts them.",
        );
    }
    let found = judged(data, free, below);
    // Of other widths on other machines.
    let kind = u32::try_from(kind.f_type).unwrap_or_default();
    match (found.remedy.is_none(), kind) {
        (true, IN_MEMORY) => CheckUp::warning(
            "disk",
            format!(
                "{} is in memory: the archive is gone when the machine starts again.",
                data.display()
            ),
            "Name a directory on a local disk with --data DIR.",
        ),
        (true, kind) if ELSEWHERE.contains(&kind) => CheckUp::warning(
            "disk",
            format!(
                "{} seems to be on another machine, where locks and writes may not hold.",
                data.display()
            ),
            "Keep the archive on a local disk, and copy it elsewhere with `smallprint backup`.",
        ),
        _ => found,
    }
}

fn judged(data: &Path, free: u64, below: Option<u64>) -> CheckUp {
    let left = format!(
        "{} is free where the archive is, {}.",
        size(free),
        data.display()
    );
    let remedy = "Make room there, or move the archive to a larger disk with `smallprint backup` and `restore`.";
    match below {
        _ if free < NEARLY_NOTHING => CheckUp::wrong("disk", left, remedy),
        Some(below) if free < below => CheckUp::warning("disk", left, remedy),
        _ => CheckUp::ok("disk", left),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::Health;

    #[test]
    fn room_is_held_against_what_the_operators_want() {
        let standing = |free, below| judged(Path::new("/srv/a"), free, below).standing;
        assert_eq!(standing(2 << 30, Some(1 << 30)), Health::Ok);
        assert_eq!(standing(1 << 29, Some(1 << 30)), Health::Warning);
        assert_eq!(standing(1 << 29, None), Health::Ok);
        assert_eq!(standing(1 << 20, None), Health::Wrong);
    }

    #[test]
    fn an_archive_that_is_not_there_yet_is_measured_where_it_would_be() {
        let dir = tempfile::tempdir().expect("a folder");
        let found = room(&dir.path().join("not/there/yet"), None);
        assert!(found.says.contains("not/there/yet"), "{}", found.says);
    }
}
