//! Opens a packed file within limits: many office files are ZIP archives of XML parts.

use std::fmt;
use std::io::{Cursor, Read};

use zip::ZipArchive;
use zip::result::ZipError;

use crate::extract::charset;

/// The most parts a file may have.
const MOST_PARTS: usize = 10_000;

/// The most bytes one part may unpack to, where it is held whole.
const MOST_PART: u64 = 64 * 1024 * 1024;

/// The same for a part that holds a whole workbook.
const MOST_LONG: u64 = 256 * 1024 * 1024;

/// The most bytes all parts together may unpack to.
const MOST_UNPACKED: u64 = 512 * 1024 * 1024;

/// Why the text of a file was not read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unread {
    /// It breaks off, or contradicts itself.
    Damaged,
    /// It asks for a password.
    Encrypted,
    /// It has more parts than any real file.
    Parts,
    /// It unpacks to more than is held.
    Bytes,
    /// Its elements are nested deeper than any real file's.
    Depth,
    /// It has more paragraphs, rows or cells than are held.
    Blocks,
    /// There is no text in it.
    Empty,
    /// There is no reader for its kind.
    Kind,
}

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Unread::Damaged => "it is damaged",
            Unread::Encrypted => "it is encrypted",
            Unread::Parts => "it is packed from more than 10,000 parts",
            Unread::Bytes => "it unpacks to more than is held",
            Unread::Depth => "it is nested deeper than any real file",
            Unread::Blocks => "it has more paragraphs, rows or cells than are kept",
            Unread::Empty => "there is no text in it",
            Unread::Kind => "there is no reader for its kind yet",
        })
    }
}

/// A packed file.
pub struct Package<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    /// How many more bytes may be unpacked.
    left: u64,
}

impl<'a> Package<'a> {
    /// Opens a packed file.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub fn open(bytes: &'a [u8]) -> Result<Package<'a>, Unread> {
        let zip = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Unread::Damaged)?;
        if zip.len() > MOST_PARTS {
            return Err(Unread::Parts);
        }
        Ok(Package {
            zip,
            left: MOST_UNPACKED,
        })
    }

    /// The text of a part; `None` where there is none of this name.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub fn part(&mut self, name: &str) -> Result<Option<String>, Unread> {
        self.unpacked(name, MOST_PART)
    }

    /// The text of a part that may be as long as a whole workbook; `None` where there is none of this name.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub fn long_part(&mut self, name: &str) -> Result<Option<String>, Unread> {
        self.unpacked(name, MOST_LONG)
    }

    fn unpacked(&mut self, name: &str, most: u64) -> Result<Option<String>, Unread> {
        let Some(index) = self.zip.index_for_name(name) else {
            return Ok(None);
        };
        let most = most.min(self.left);
        let mut bytes = Vec::new();
        let part = self.zip.by_index(index).map_err(reason)?;
        part.take(most + 1)
            .read_to_end(&mut bytes)
            .map_err(|_| Unread::Damaged)?;
        let length = bytes.len() as u64;
        if length > most {
            return Err(Unread::Bytes);
        }
        self.left -= length;
        Ok(Some(decoded(bytes)))
    }

    /// Whether a part whose name ends so holds these words.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub fn mentions_in(&mut self, end: &str, words: &str) -> Result<bool, Unread> {
        let names = self.zip.file_names().flatten();
        let names: Vec<String> = names
            .filter(|name| name.ends_with(end))
            .map(Into::into)
            .collect();
        for name in names {
            if self.part(&name)?.is_some_and(|text| text.contains(words)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Unpacks every part that another reader will unpack and keeps none of it, so that the limits hold there too:
    /// what an archive says of its own size is not believed.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub fn measure(&mut self) -> Result<(), Unread> {
        let mut scrap = vec![0; 64 * 1024];
        for index in 0..self.zip.len() {
            let mut part = self.zip.by_index(index).map_err(reason)?;
            if !part.name().is_ok_and(|name| is_read(&name)) {
                continue;
            }
            loop {
                let count = part.read(&mut scrap).map_err(|_| Unread::Damaged)? as u64;
                if count == 0 {
                    break;
                }
                self.left = self.left.checked_sub(count).ok_or(Unread::Bytes)?;
            }
        }
        Ok(())
    }
}

/// Whether a part of this name is more than a picture.
fn is_read(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    [".xml", ".bin", ".rels", ".vml"]
        .iter()
        .any(|end| name.ends_with(end))
}

fn reason(error: ZipError) -> Unread {
    match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => Unread::Encrypted,
        _ => Unread::Damaged,
    }
}

fn decoded(bytes: Vec<u8>) -> String {
    match String::from_utf8(bytes) {
        Ok(text) => match text.strip_prefix('\u{feff}') {
            Some(rest) => rest.to_owned(),
            None => text,
        },
        Err(error) => charset::decode(error.as_bytes(), Some("text/xml; charset=utf-8")).text,
    }
}
