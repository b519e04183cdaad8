//! What passes between an archive and a mirror of it: how far the journal is, and bodies with their hashes.

use serde::{Deserialize, Serialize};

use crate::model::{Digest, EntryNo};

/// The media type of an answer that holds bodies.
pub const LETTER: &str = "application/x-smallprint-bodies";

/// How far the journal of an archive is.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct SourceHead {
    /// Its last entry that is durable; 0 where there is none.
    pub last: EntryNo,
    /// Its hash; of nothing where there is none.
    pub hash: Digest,
    /// The newest checkpoint over no more than that, as a signed note.
    pub checkpoint: Option<String>,
}

/// What an archive has of a body.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Kept {
    /// The bytes.
    Here(Vec<u8>),
    /// Nothing: some may be named without being kept.
    Nowhere,
    /// No more than its hash: it was forgotten, as this entry tells.
    Forgotten(EntryNo),
}

impl Kept {
    /// Adds it to an answer: a line with the hash and what is there (the length, `-`, or `forgotten` and the entry), then
    /// the bytes.
    pub fn write(&self, digest: Digest, into: &mut Vec<u8>) {
        match self {
            Kept::Here(bytes) => {
                into.extend(format!("{digest} {}\n", bytes.len()).bytes());
                into.extend_from_slice(bytes);
            }
            Kept::Nowhere => into.extend(format!("{digest} -\n").bytes()),
            Kept::Forgotten(entry) => into.extend(format!("{digest} forgotten {entry}\n").bytes()),
        }
    }

    /// The bodies of an answer, in order.
    ///
    /// # Errors
    /// Why it is none, in a clause.
    pub fn read_all(mut letter: &[u8]) -> Result<Vec<(Digest, Kept)>, &'static str> {
        let mut read = Vec::new();
        while !letter.is_empty() {
            let end = letter.iter().take(LONGEST_LINE).position(|b| *b == b'\n');
            let end = end.ok_or("a line of it does not end")?;
            let line =
                std::str::from_utf8(&letter[..end]).map_err(|_| "a line of it is no text")?;
            letter = &letter[end + 1..];
            let (digest, rest) = line.split_once(' ').ok_or("a line of it names no body")?;
            let digest = digest.parse().map_err(|_| "a line of it names no body")?;
            let kept = match (rest, rest.strip_prefix("forgotten ")) {
                ("-", _) => Kept::Nowhere,
                (_, Some(entry)) => {
                    let entry = entry.parse().map_err(|_| "a line of it names no entry")?;
                    Kept::Forgotten(entry)
                }
                (length, None) => {
                    let length: usize = length.parse().map_err(|_| "a length in it is none")?;
                    let cut = "it is cut short";
                    let (bytes, more) = letter.split_at_checked(length).ok_or(cut)?;
                    letter = more;
                    Kept::Here(bytes.to_vec())
                }
            };
            read.push((digest, kept));
        }
        Ok(read)
    }
}

/// The longest line before a body, in bytes: a hash, a word and a number.
const LONGEST_LINE: usize = 100;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_reads_back_and_what_is_cut_does_not() {
        let bodies = [
            (Digest::of(b"a"), Kept::Here(b"a\nb".to_vec())),
            (Digest::of(b"b"), Kept::Nowhere),
            (Digest::of(b"c"), Kept::Forgotten(7)),
            (Digest::of(b""), Kept::Here(Vec::new())),
        ];
        let mut letter = Vec::new();
        for (digest, kept) in &bodies {
            kept.write(*digest, &mut letter);
        }
        assert_eq!(Kept::read_all(&letter), Ok(bodies.to_vec()));
        let mut whole = 0;
        for cut in 0..letter.len() {
            whole += usize::from(Kept::read_all(&letter[..cut]).is_ok());
        }
        // Only between two of them.
        assert_eq!(whole, bodies.len());
    }

    #[test]
    fn a_letter_of_somebody_else_is_refused() {
        let name = Digest::of(b"a");
        for letter in [
            "x".repeat(1_000),
            format!("{name}\n"),
            format!("{name} \n"),
            format!("{name} -1\n"),
            format!("{name} 18446744073709551615\n"),
            format!("{name} forgotten\n"),
            "<html>\n".to_owned(),
        ] {
            assert!(Kept::read_all(letter.as_bytes()).is_err(), "{letter}");
        }
        assert!(Kept::read_all(&[0xff, b' ', b'\n']).is_err());
    }
}
