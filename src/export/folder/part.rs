//! A file of an export while it is written.

use std::fs::File;
use std::io::{self, BufWriter, Write};

use sha2::{Digest as _, Sha256};

/// A file that is being written, under a name of its own.
pub(in crate::export) struct Part {
    pub(super) path: String,
    pub(super) file: BufWriter<File>,
    pub(super) hash: Sha256,
    pub(super) bytes: u64,
}

impl Part {
    /// How many bytes were written so far.
    pub(in crate::export) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The path it was begun as.
    pub(in crate::export) fn path(&self) -> &str {
        &self.path
    }
}

impl Write for Part {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.hash.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
