//! Whether the disk gives back what sled reads first when it opens its file.
//!
//! sled takes what it cannot read then for what was never written, and writes over it: one bad read would cost what was
//! acknowledged. What was read here a moment ago, sled is given from memory.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;

const HEADER: usize = 20;
const PIECE: usize = 1 << 20;

/// Reads what sled will: the header of every segment, and those whole that were written since its last snapshot.
pub(super) fn check(folder: &Path, segment: usize) -> io::Result<()> {
    let file = match File::open(folder.join("db")) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        file => file?,
    };
    let (length, stable) = (file.metadata()?.len(), stable(folder)?);
    let segment = segment as u64;
    let mut piece = vec![0; PIECE];
    for start in (0..length).step_by(segment as usize) {
        let end = length.min(start + segment);
        let mut header = [0; HEADER];
        let known = (end - start).min(HEADER as u64) as usize;
        file.read_exact_at(&mut header[..known], start)?;
        if begins(&header) + segment <= stable {
            continue;
        }
        for at in (start..end).step_by(PIECE) {
            let some = (end - at).min(PIECE as u64) as usize;
            file.read_exact_at(&mut piece[..some], at)?;
        }
    }
    Ok(())
}

/// Up to where the newest snapshot reaches; 0 where there is none.
fn stable(folder: &Path) -> io::Result<u64> {
    let mut newest = 0;
    for file in fs::read_dir(folder)? {
        let name = file?.file_name();
        let number = name.to_str().and_then(|name| name.strip_prefix("snap."));
        let number = number.and_then(|number| u64::from_str_radix(number, 16).ok());
        newest = newest.max(number.unwrap_or(0));
    }
    Ok(newest)
}

/// Where in the log a segment begins, as its header says; a number beyond every log where it says nothing.
fn begins(header: &[u8; HEADER]) -> u64 {
    let mut number = [0; 8];
    number.copy_from_slice(&header[4..12]);
    (u64::from_le_bytes(number) ^ (u64::MAX >> 1)).min(u64::MAX >> 1)
}
