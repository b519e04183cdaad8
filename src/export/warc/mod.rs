//! Captures as WARC files, in the order of the journal.

mod again;
mod answer;
mod answered;
mod arrived;
mod past;
mod record;
mod shelf;
mod told;

use crate::export::folder::Folder;
use crate::export::walk::{Step, Walk};
use crate::export::warc::shelf::Shelf;
use crate::house::NotDone;

pub use answer::ORIGINAL;
pub(super) use answer::{Body, message};
pub use record::CERTIFICATE;
pub(super) use record::{Record, date, fields, labelled, named, server};

/// The profile of a record whose payload another one has (ISO 28500:2017, 6.7.2).
pub(super) const SAME_PAYLOAD: &str =
    "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest";

/// The field that says of which watch a record is, where nothing beside it does.
pub const DOCUMENT: &str = "Smallprint-Document";

/// Writes the captures, in files of about this size.
pub(super) fn write(walk: &mut Walk, folder: &mut Folder, size: u64) -> Result<(), NotDone> {
    let until = folder.until();
    if folder.warc_from() > until {
        walk.skip();
        return Ok(());
    }
    let mut shelf = Shelf::new(folder, size);
    let mut before = Vec::new();
    walk.steps(|walk, step| match step {
        Step::Backfilled(text) => {
            before.extend(text.text.is_some().then_some(text));
            Ok(())
        }
        step => shelf.step(walk, step),
    })?;
    past::write(walk, shelf.folder, &before)?;
    shelf.close(until + 1)
}
