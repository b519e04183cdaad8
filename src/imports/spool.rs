//! What was found in whole archives, set aside until it has its turn: a file without a name, gone with the program.

use std::fs::File;
use std::io::{self, Write};
use std::os::unix::fs::FileExt;

/// The most bytes that are set aside at once: 64 GiB.
const MOST: u64 = 64 << 30;

/// Where something is set aside.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    at: u64,
    length: usize,
}

/// What is set aside.
pub(super) struct Spool {
    file: File,
    at: u64,
}

impl Spool {
    /// An empty one, in the temporary folder.
    pub(super) fn new() -> io::Result<Spool> {
        Ok(Spool {
            file: tempfile::tempfile()?,
            at: 0,
        })
    }

    /// Sets bytes aside.
    pub(super) fn put(&mut self, bytes: &[u8]) -> io::Result<Place> {
        let place = Place {
            at: self.at,
            length: bytes.len(),
        };
        if self.at + bytes.len() as u64 > MOST {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.file.write_all(bytes)?;
        self.at += bytes.len() as u64;
        Ok(place)
    }

    /// Reads them.
    pub(super) fn read(&self, place: Place) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; place.length];
        self.file.read_exact_at(&mut bytes, place.at)?;
        Ok(bytes)
    }
}
