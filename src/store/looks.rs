//! Looks not yet sealed: each is a row of its own until an entry of the journal holds it.

use std::ops::Range;

use crate::model::{Look, LookOutcome, Validators};
use crate::store::{
    disk::{Disk, Pair},
    error::StoreError,
};

/// As many looks wait at most before they are sealed.
pub(super) const MOST: usize = 500;

// What a hostile server sends must neither fill an entry nor stop the program.
const LONGEST_VALIDATOR: usize = 1_000;
const LONGEST_WHY: usize = 500;

/// A look with its number: how many looks were made before it in the whole archive.
pub(super) type Numbered = (u64, Look);

/// Notes a look.
pub(super) fn put(disk: &Disk, number: u64, look: &Look) -> Result<(), StoreError> {
    let json = serde_json::to_vec(look)
        .map_err(|error| StoreError::refused(format!("a look at {}", look.watch), error))?;
    disk.looks.insert(number.to_be_bytes(), &json)
}

/// Forgets a look that an entry holds.
pub(super) fn forget(disk: &Disk, number: u64) -> Result<(), StoreError> {
    disk.looks.remove(number.to_be_bytes())
}

/// The looks that no entry holds, in the order they were made. `sealed` looks are in the journal: a row below that
/// number is what a crash left between sealing and forgetting, and is forgotten now.
pub(super) fn load(disk: &Disk, sealed: u64) -> Result<Vec<Numbered>, StoreError> {
    let mut waiting = Vec::new();
    for row in disk.looks.iter() {
        let (number, look) = read(row?)?;
        if number < sealed {
            forget(disk, number)?;
            continue;
        }
        waiting.push((number, look));
    }
    Ok(waiting)
}

/// The looks of these numbers that no entry holds, in the order they were made.
pub(super) fn among(disk: &Disk, numbers: Range<u64>) -> Result<Vec<Numbered>, StoreError> {
    let range = numbers.start.to_be_bytes()..numbers.end.to_be_bytes();
    disk.looks.range(range).map(|row| read(row?)).collect()
}

fn read((key, value): Pair) -> Result<Numbered, StoreError> {
    let number = key.as_ref().try_into().map(u64::from_be_bytes);
    let number = number.map_err(|_| StoreError::damaged("a look", "its key is no number"))?;
    let look = serde_json::from_slice(&value)
        .map_err(|error| StoreError::damaged(format!("look {number}"), error))?;
    Ok((number, look))
}

/// Cuts what a server can make as long as it likes.
pub(super) fn trim(mut look: Look) -> Look {
    match &mut look.outcome {
        LookOutcome::Unchanged { validators, .. } => trim_validators(validators),
        LookOutcome::Failed { why, .. } => shorten(why, LONGEST_WHY),
    }
    look
}

/// Drops a validator too long to be one.
pub(super) fn trim_validators(validators: &mut Validators) {
    for field in [&mut validators.etag, &mut validators.last_modified] {
        *field = field.take().filter(|text| text.len() <= LONGEST_VALIDATOR);
    }
}

/// Cuts a text to so many characters, the last of them “…”.
pub(super) fn shorten(text: &mut String, longest: usize) {
    if let Some((cut, _)) = text.char_indices().nth(longest) {
        let before = text[..cut].char_indices().last().map_or(0, |(at, _)| at);
        text.truncate(before);
        text.push('…');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_between_characters() {
        let mut text = "ééééé".to_owned();
        shorten(&mut text, 5);
        assert_eq!(text, "ééééé");
        shorten(&mut text, 3);
        assert_eq!(text, "éé…");
    }

    #[test]
    fn a_validator_too_long_to_be_one_is_dropped() {
        let outcome = LookOutcome::Unchanged {
            body: None,
            validators: Validators {
                etag: Some("e".repeat(1_001)),
                last_modified: Some("Mon, 06 Jul 2026 09:15:00 GMT".into()),
                of: None,
            },
        };
        let at = "2026-07-06T09:15:00Z".parse().expect("a time");
        let watch = "a".into();
        let look = Look {
            watch,
            at,
            outcome,
            collector: None,
            served: None,
        };
        let LookOutcome::Unchanged { validators, .. } = trim(look).outcome else {
            panic!("the outcome stays what it was");
        };
        assert_eq!(validators.etag, None);
        assert!(validators.last_modified.is_some());
    }
}
