//! Between which times a change happened, and what was seen at each of them.

use chrono::DateTime;
use chrono_tz::Tz;

use crate::model::{Bounds, ChangeKind};
use crate::wording::times;

/// Between which two times it happened, the year always said, and what was seen at each of them.
pub(super) fn bounds(kind: ChangeKind, bounds: Bounds, zone: Tz) -> String {
    let place = place(zone);
    if bounds.after.is_none() {
        let by = times::moment(bounds.by, zone);
        return format!("First seen on {by}{place}; not watched before.");
    }
    let between = times::between(&bounds, zone, DateTime::UNIX_EPOCH);
    format!("{} {between}{place}: {}.", verb(kind), seen(kind))
}

fn verb(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Appeared => "Appeared",
        ChangeKind::Edited | ChangeKind::Reverted | ChangeKind::Replaced => "Changed",
        ChangeKind::Moved => "Moved",
        ChangeKind::Redirected => "Redirected",
        ChangeKind::Withdrawn => "Withdrawn",
        ChangeKind::Vanished => "Taken away",
        ChangeKind::Returned => "Put back",
    }
}

fn seen(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Appeared | ChangeKind::Returned => {
            "the last look without it, the first reading"
        }
        ChangeKind::Vanished | ChangeKind::Redirected => {
            "the last reading, the first look without it"
        }
        _ => "the last reading of the old text, the first of the new",
    }
}

/// ", London".
fn place(zone: Tz) -> String {
    match zone.name().rsplit_once('/') {
        Some((_, city)) => format!(", {}", city.replace('_', " ")),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use chrono::Utc;
    use chrono_tz::Europe::London;

    use super::*;

    #[track_caller]
    fn case(kind: ChangeKind, after: Option<&str>, by: &str, expected: &str) {
        let at = |text: &str| text.parse::<DateTime<Utc>>().expect("a time");
        let bounds = Bounds {
            after: after.map(at),
            by: at(by),
        };
        let said = super::bounds(kind, bounds, London);
        assert!(said.starts_with(expected), "{said}");
    }

    #[test]
    fn bounds_are_absolute_and_local() {
        case(
            ChangeKind::Edited,
            Some("2016-07-08T15:02:00Z"),
            "2016-07-08T17:02:00Z",
            "Changed between 16:02 and 18:02 on Fri 8 July 2016 (BST), London: the last reading of the old text",
        );
        case(
            ChangeKind::Vanished,
            Some("2016-07-07T15:02:00Z"),
            "2016-07-08T17:02:00Z",
            "Taken away between Thu 7 July 16:02 and Fri 8 July 2016 18:02 (BST), London: the last reading,",
        );
        case(
            ChangeKind::Appeared,
            None,
            "2016-12-08T17:02:00Z",
            "First seen on Thu 8 December 2016 17:02 GMT, London; not watched before.",
        );
    }
}
