//! A ZIP file in one form only: entries stored as they are, in order, with nothing in it that depends on when or where it was made.

use flate2::Crc;

/// 1 January 1980, the first day a ZIP file knows: what was made when stands in the files.
const DAY: u16 = 0x0021;
/// Names are UTF-8 (APPNOTE 4.4.4, bit 11).
const FLAGS: u16 = 0x0800;
/// What it takes to read it: version 2.0.
const VERSION: u16 = 20;

/// These files, by path, as one ZIP file; together below 4 GiB.
///
/// # Errors
/// Where they are too long together, in a clause.
pub(super) fn packed(files: &[(String, Vec<u8>)]) -> Result<Vec<u8>, &'static str> {
    const TOO_LONG: &str = "the files are longer together than a ZIP file can hold";
    let number = |length: usize| u32::try_from(length).map_err(|_| TOO_LONG);
    let (mut zip, mut directory) = (Vec::new(), Vec::new());
    for (path, bytes) in files {
        let at = number(zip.len())?;
        let mut crc = Crc::new();
        crc.update(bytes);
        let length = number(bytes.len())?;
        let mut told = Vec::new();
        for field in [VERSION, FLAGS, 0, 0, DAY] {
            told.extend(field.to_le_bytes());
        }
        for field in [crc.sum(), length, length] {
            told.extend(field.to_le_bytes());
        }
        let name = u16::try_from(path.len()).map_err(|_| "a name is too long")?;
        told.extend(name.to_le_bytes());
        told.extend(0u16.to_le_bytes());
        zip.extend(b"PK\x03\x04");
        zip.extend(&told);
        zip.extend(path.bytes());
        zip.extend(bytes);
        directory.extend(b"PK\x01\x02");
        // Made by version 2.0 on Unix, so that the mode of the files is told.
        directory.extend((3 << 8 | VERSION).to_le_bytes());
        directory.extend(&told);
        directory.extend([0; 6]);
        let mode: u32 = match path.rsplit('.').next() {
            Some("sh" | "py") => 0o100_755,
            _ => 0o100_644,
        };
        directory.extend((mode << 16).to_le_bytes());
        directory.extend(at.to_le_bytes());
        directory.extend(path.bytes());
    }
    let count = u16::try_from(files.len()).map_err(|_| "there are too many files")?;
    let (at, length) = (number(zip.len())?, number(directory.len())?);
    zip.extend(directory);
    zip.extend(b"PK\x05\x06\0\0\0\0");
    zip.extend(count.to_le_bytes());
    zip.extend(count.to_le_bytes());
    zip.extend(length.to_le_bytes());
    zip.extend(at.to_le_bytes());
    zip.extend([0; 2]);
    Ok(zip)
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read};

    use super::*;

    #[test]
    fn another_program_reads_it_and_it_is_the_same_each_time() {
        let files = [
            ("a.txt".to_owned(), b"one".to_vec()),
            ("b/verify.sh".to_owned(), Vec::new()),
        ];
        let zip = packed(&files).expect("packed");
        assert_eq!(packed(&files), Ok(zip.clone()));
        let mut archive = zip::ZipArchive::new(Cursor::new(zip)).expect("a ZIP file");
        for (path, bytes) in &files {
            let mut file = archive.by_name(path).expect("a file");
            let mut read = Vec::new();
            file.read_to_end(&mut read).expect("read");
            assert_eq!(&read, bytes);
        }
        let mode = archive.by_name("b/verify.sh").expect("a file").unix_mode();
        assert_eq!(mode.map(|mode| mode & 0o777), Some(0o755));
    }
}
