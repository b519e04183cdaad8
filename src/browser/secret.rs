//! Secrets that last as long as a page.

use std::fs::File;
use std::io::{self, Read};

/// 128 bits that nobody can guess, as 32 hexadecimal digits.
pub(super) fn fresh() -> io::Result<String> {
    let mut bytes = [0_u8; 16];
    File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
