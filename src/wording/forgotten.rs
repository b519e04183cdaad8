//! Says of a text that it was forgotten, when and why.

use chrono_tz::Tz;

use crate::model::{Tombstone, Version};
use crate::wording::times;

/// When and why: " on Mon 9 March 2026 09:00 GMT because: A request". Nothing where the entry that tells it is not here yet.
pub fn when_and_why(left: &Tombstone, zone: Tz) -> String {
    let when = left.at.map(|at| format!(" on {}", times::moment(at, zone)));
    let why = match left.why.trim().trim_end_matches('.') {
        "" => String::new(),
        why => format!(" because: {why}"),
    };
    format!("{}{why}", when.unwrap_or_default())
}

/// The same of a version in a list, with the entry that tells of it; `None` where nothing of it was forgotten.
pub fn aside(version: &Version, zone: Tz) -> Option<String> {
    let left = version.forgotten.as_ref()?;
    let what = match version.is_readable() {
        true => "its bytes were forgotten",
        false => "forgotten",
    };
    let (why, entry) = (when_and_why(left, zone), left.entry);
    let demanded = left.demanded_by.as_ref();
    let demanded = demanded.map(|who| format!(", demanded by {who}"));
    let demanded = demanded.unwrap_or_default();
    Some(format!("{what}{why} (entry {entry}{demanded})"))
}
