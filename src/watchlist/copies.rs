//! In which archive independent copies are looked for.

use crate::watchlist::{Copies, address, found::Found, secrets::Placed, section::Section};

/// For how many days a copy is looked for where nothing else is said, and at most.
const DAYS: u32 = 14;
const MOST_DAYS: u64 = 90;

/// Reads `[copies]`.
pub(super) fn read(mut section: Section<'_>, found: &mut Found<'_>) -> Option<Copies> {
    let archive = section.require("archive", found);
    let archive = archive.and_then(|value| value.text(found));
    let archive = archive.and_then(|text| address::read(&text, found));
    let save = section.take("save");
    let save = save.and_then(|value| value.truth(found));
    let keys = Placed {
        what: "the key of the archive",
        env: "save_env",
        file: "save_file",
        example: "SMALLPRINT_ARCHIVE_KEY",
    };
    let (save_env, save_file) = keys.read(&mut section, found);
    let days = section.take("days");
    let days = days.and_then(|value| value.number(1..=MOST_DAYS, found));
    section.finish(found);
    Some(Copies {
        archive: archive?,
        days: days
            .and_then(|days| u32::try_from(days).ok())
            .unwrap_or(DAYS),
        save: save.unwrap_or(false),
        save_env,
        save_file,
    })
}
