//! What archives hold of a page that the tests of charts draw.

use chrono::{DateTime, Utc};

use crate::model::{Digest, Point};
use crate::past::{Stretch, Stretches};

/// A time.
pub(super) fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("a time")
}

/// A text for two years; two years later there was no page.
pub(super) fn past() -> Stretches {
    let stretch = |text: Option<&[u8]>, from: &str, until: &str| Stretch {
        text: text.map(Digest::of),
        first: Point::Past(1),
        last: Point::Past(2),
        from: at(from),
        until: at(until),
        read: vec![1, 2],
        by_word: 0,
        assumed: 0,
        archives: vec!["wayback".to_owned()],
    };
    Stretches {
        stretches: vec![
            stretch(Some(b"one"), "2010-01-01T00:00:00Z", "2012-01-01T00:00:00Z"),
            stretch(None, "2014-01-01T00:00:00Z", "2014-01-01T00:00:00Z"),
        ],
        ..Stretches::default()
    }
}
