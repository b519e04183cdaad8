//! Signed notes, as <https://c2sp.org/signed-note> describes them.

use crate::proof::{Key, Public};
use crate::wire::{base64, from_base64};

/// The longest note that is read, in bytes.
const LONGEST: usize = 1_000_000;

/// Why a note is not believed.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Refused {
    /// It is no note.
    #[error("it is no signed note: {0}")]
    Malformed(&'static str),
    /// The key has not signed it.
    #[error("it is not signed with the key {0}")]
    Unsigned(String),
    /// The signature is not that of the text.
    #[error("the signature of the key {0} is not that of the text")]
    Forged(String),
}

/// A text with the signature of this key. The text ends with a line feed.
pub fn sign(text: &str, key: &Key) -> String {
    let public = key.public();
    let signature = key.sign(text.as_bytes());
    let bytes = [&public.id()[..], &signature].concat();
    format!("{text}\n— {} {}\n", public.name, base64(&bytes))
}

/// The text of a note, where this key has signed it; other signatures are not looked at.
///
/// # Errors
/// Why it is not believed.
pub fn open<'n>(note: &'n str, public: &Public) -> Result<&'n str, Refused> {
    let (text, signatures) = parts(note)?;
    let mut own = None;
    for line in signatures.lines() {
        let (name, bytes) = signature(line)?;
        if name == public.name && bytes[..4] == public.id() {
            own = Some(bytes[4..].to_vec());
            break;
        }
    }
    let id = public.id_text();
    let own = own.ok_or_else(|| Refused::Unsigned(id.clone()))?;
    match public.signed(text.as_bytes(), &own) {
        true => Ok(text),
        false => Err(Refused::Forged(id)),
    }
}

/// The text with its last line feed, and the lines of the signatures.
fn parts(note: &str) -> Result<(&str, &str), Refused> {
    if note.len() > LONGEST {
        return Err(Refused::Malformed("it is too long"));
    }
    if note.contains(|c: char| c < ' ' && c != '\n') {
        return Err(Refused::Malformed("it holds control characters"));
    }
    let cut = note.rfind("\n\n");
    let cut = cut.ok_or(Refused::Malformed(
        "no empty line parts text and signatures",
    ))?;
    let (text, signatures) = (&note[..=cut], &note[cut + 2..]);
    match signatures.ends_with('\n') {
        true => Ok((text, signatures)),
        false => Err(Refused::Malformed("its last line does not end")),
    }
}

fn signature(line: &str) -> Result<(&str, Vec<u8>), Refused> {
    let malformed = || Refused::Malformed("a line of its signatures cannot be read");
    let line = line.strip_prefix("— ").ok_or_else(malformed)?;
    let (name, encoded) = line.split_once(' ').ok_or_else(malformed)?;
    let bytes = from_base64(encoded).ok_or_else(malformed)?;
    match bytes.len() > 4 && !name.is_empty() {
        true => Ok((name, bytes)),
        false => Err(malformed()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the note package that the form comes from.
    const TEXT: &str = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
    const PUBLIC: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    const SEED: &str = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
    const SIGNATURE: &str = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

    #[test]
    fn the_known_note_is_signed_as_it_stands_and_believed() {
        let public = Public::read(PUBLIC).expect("a key");
        let seed = from_base64(SEED).expect("base 64");
        let seed: [u8; 32] = seed[1..].try_into().expect("32 bytes");
        let key = Key::of("PeterNeumann", seed).expect("a key");
        assert_eq!(key.public(), &public);
        let note = format!("{TEXT}\n{SIGNATURE}");
        assert_eq!(sign(TEXT, &key), note);
        assert_eq!(open(&note, &public), Ok(TEXT));
        let others = format!(
            "{TEXT}\n— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n{SIGNATURE}"
        );
        assert_eq!(open(&others, &public), Ok(TEXT));
    }

    #[test]
    fn a_note_that_differs_in_anything_is_refused() {
        let public = Public::read(PUBLIC).expect("a key");
        let note = format!("{TEXT}\n{SIGNATURE}");
        for at in 0..note.len() {
            let mut bytes = note.clone().into_bytes();
            bytes[at] ^= 0x02;
            let Ok(text) = String::from_utf8(bytes) else {
                continue;
            };
            assert!(open(&text, &public).is_err(), "byte {at}: {text}");
        }
        assert!(matches!(open(TEXT, &public), Err(Refused::Malformed(_))));
        let other = Key::of("PeterNeumann", [1; 32]).expect("a key");
        let error = open(&note, other.public()).expect_err("another key");
        assert!(matches!(error, Refused::Unsigned(_)), "{error}");
    }
}
