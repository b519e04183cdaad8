//! Whether a site is known to move what it states when it changes a page.

use crate::findings::Step;
use crate::findings::claims::is_told;
use crate::model::{Facts, Habit, Stated};

/// At so many edits of a host what it states has moved before an edit without that means anything.
const OFTEN: u32 = 3;

/// What makes a site one that moves what it states.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Known {
    /// Its profile says so.
    Told,
    /// The page keeps a list of its changes.
    List,
    /// The page was seen to do it, or says itself that it was updated after it was published.
    Page,
    /// The pages of its host were seen to do it, at half of their edits or more.
    Host,
}

/// How it is known, if it is.
pub(super) fn why(step: &Step, facts: &Facts, was: &Stated, is: &Stated) -> Option<Known> {
    if is_told(step) {
        return Some(Known::Told);
    }
    if !was.history.is_empty() && !is.history.is_empty() {
        return Some(Known::List);
    }
    let later = is.updated.zip(is.published);
    if facts.own.moved > 0 || later.is_some_and(|(updated, published)| updated > published) {
        return Some(Known::Page);
    }
    is_habit(facts.host).then_some(Known::Host)
}

fn is_habit(host: Habit) -> bool {
    host.moved >= OFTEN && host.moved.saturating_mul(2) >= host.edits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_known_by_several_edits_and_by_half_of_them() {
        for (edits, moved, expected) in [
            (0, 0, false),
            (2, 2, false),
            (3, 3, true),
            (6, 3, true),
            (7, 3, false),
            (u32::MAX, u32::MAX, true),
        ] {
            assert_eq!(
                is_habit(Habit { edits, moved }),
                expected,
                "{moved} of {edits}"
            );
        }
    }
}
