//! The sort of reason for which nothing was said of a change.

use crate::model::{Change, Hushed};

/// Why nothing was said of a change; `None` where something was.
pub fn hushed(change: &Change) -> Option<Hushed> {
    let why = change.silence.as_deref()?;
    Some(change.hushed.unwrap_or_else(|| worded(why)))
}

/// The sort of a reason in archives of old, which hold its words alone. They are history and do not change with ours.
fn worded(why: &str) -> Hushed {
    let noise = [
        "changes on nearly every visit",
        "goes back and forth",
        "only text around the main text",
    ];
    match why {
        _ if why.starts_with("muted by ") => Hushed::Muted,
        _ if why.starts_with("no route takes severity") => Hushed::Below,
        _ if noise.iter().any(|part| why.contains(part)) => Hushed::Noise,
        _ => Hushed::Otherwise,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_silence_of_old_is_of_one_of_four_sorts() {
        for (why, expected) in [
            (
                "muted by An editor until it is lifted: enough (mute 1)",
                Hushed::Muted,
            ),
            ("no route takes severity 2 of this watch", Hushed::Below),
            (
                "only what changes on nearly every visit changed (`smallprint noise page` shows it)",
                Hushed::Noise,
            ),
            (
                "the page goes back and forth between versions 1 and 2; that it changed so was recorded on",
                Hushed::Noise,
            ),
            ("it moved with its text to another host", Hushed::Otherwise),
        ] {
            assert_eq!(worded(why), expected, "{why}");
        }
    }
}
