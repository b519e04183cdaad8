//! Holds back a text that has shrunk to a placeholder until it is seen a second time.

use chrono::TimeDelta;

use crate::extract;
use crate::model::{Document, Failure, FailureKind};
use crate::visit::landing::{Arrival, Landing};

/// The least time between the two looks that make a text gone.
const BELIEVED_AFTER: TimeDelta = TimeDelta::hours(1);

/// How the failure begins its end, so that it is known again.
const HELD: &str = "it is looked at again before that is believed";

impl Landing<'_> {
    /// The failure, where next to nothing is left of a long text at the first sight of it, or within an hour of that. A
    /// page that says the same after an hour was really emptied.
    pub(super) fn collapsed(&self, before: &Document, arrival: &Arrival) -> Option<Failure> {
        let after = arrival.compared();
        if self.state.away || !extract::collapsed(before, after) {
            return None;
        }
        let held = self.state.failing.as_ref().filter(|failing| {
            failing.kind == FailureKind::Unreadable && failing.why.ends_with(HELD)
        });
        let at = arrival.capture.at;
        if held.is_some_and(|failing| at - failing.kind_since >= BELIEVED_AFTER) {
            return None;
        }
        let capture = &arrival.capture;
        Some(Failure {
            status: Some(capture.answer().status),
            hops: capture.hops.clone(),
            ..Failure::new(
                FailureKind::Unreadable,
                format!(
                    "{} answered with {} words where {} stood; {HELD}",
                    capture.landed(),
                    after.words(),
                    before.words()
                ),
            )
        })
    }
}
