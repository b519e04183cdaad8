//! Checkpoints: the size and root of a tree as a note, as <https://c2sp.org/tlog-checkpoint> describes them.

use crate::model::{Checkpoint, Digest};
use crate::proof::tree::Head;
use crate::proof::{Key, Public, note};
use crate::wire::{base64, from_base64};

/// The signed checkpoint of a tree; the key's name is the name of the log.
pub fn sign(head: Head, key: &Key) -> Checkpoint {
    let origin = key.public().name.clone();
    let text = format!("{origin}\n{}\n{}\n", head.size, base64(&head.root.0));
    Checkpoint {
        size: head.size,
        root: head.root,
        key: key.public().id_text(),
        note: note::sign(&text, key),
        origin,
    }
}

/// The tree that a note speaks of, where this key has signed it for the log of its own name.
///
/// # Errors
/// Why it is not believed, in a clause.
pub fn open(text: &str, public: &Public) -> Result<Head, String> {
    let text = note::open(text, public).map_err(|error| error.to_string())?;
    let mut lines = text.lines();
    let (origin, size, root) = (lines.next(), lines.next(), lines.next());
    if origin != Some(public.name.as_str()) {
        return Err("it is of another log".to_owned());
    }
    let size = size.and_then(number).ok_or("it names no size")?;
    let root = root.and_then(from_base64);
    let root = root.and_then(|root| root.try_into().ok());
    Ok(Head {
        size,
        root: Digest(root.ok_or("it names no root")?),
    })
}

/// A number in decimal, as it is written: without a sign or leading zeros.
fn number(text: &str) -> Option<u64> {
    let number: u64 = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkpoint_is_three_lines_and_a_signature_and_reads_back() {
        let key = Key::of("example.org/log", [7; 32]).expect("a key");
        let head = Head {
            size: 20_852_163,
            root: Digest::of(b"root"),
        };
        let signed = sign(head, &key);
        let lines: Vec<&str> = signed.note.lines().collect();
        assert_eq!(lines[..2], ["example.org/log", "20852163"]);
        assert_eq!((lines[2], lines[3]), (base64(&head.root.0).as_str(), ""));
        assert!(lines[4].starts_with("— example.org/log "), "{}", lines[4]);
        assert_eq!(open(&signed.note, key.public()), Ok(head));
    }

    #[test]
    fn a_checkpoint_of_another_log_or_form_is_refused() {
        let key = Key::of("example.org/log", [7; 32]).expect("a key");
        for text in [
            "elsewhere.example/log\n1\n4uKn3gP0lS9zR3Gf2hYFv4bLVxnJkT0fMZ2xqXb5q1Y=\n",
            "example.org/log\n01\n4uKn3gP0lS9zR3Gf2hYFv4bLVxnJkT0fMZ2xqXb5q1Y=\n",
            "example.org/log\n1\nshort\n",
            "example.org/log\n",
        ] {
            let signed = note::sign(text, &key);
            assert!(open(&signed, key.public()).is_err(), "{text}");
        }
    }
}
