//! Editions of one register, each at an address with its own date.

use url::Url;

use crate::house::InForce;
use crate::model::{Capture, Diff, Document, FailureKind, State, Version, Watch};
use crate::visit::bring::{Trip, bring};

/// What came of the trip; where the edition of these days is not there yet, of a trip to the last one known. Before a
/// new edition stands at its address the old one is the register: it is gone only when that is gone too.
pub(super) async fn or_the_last(
    in_force: &InForce,
    watch: &Watch,
    state: &State,
    asked: &Url,
    trip: Trip,
) -> Trip {
    let missing = matches!(&trip, Trip::Failed(failure) if failure.kind == FailureKind::NotFound);
    let last = state.current.as_ref().map(|version| &version.url);
    match last.filter(|last| missing && is_dated(watch, asked) && *last != asked) {
        Some(last) => bring(in_force, watch, last, None).await,
        None => trip,
    }
}

/// Whether a date stands in the address of a watch.
fn is_dated(watch: &Watch, asked: &Url) -> bool {
    *asked != watch.url
}

/// The name of a file that holds the date of its edition is no title that changed.
pub(super) fn without_file_name(
    diff: &mut Diff,
    watch: &Watch,
    (current, before): (&Version, &Document),
    (capture, after): (&Capture, &Document),
) {
    let named_so = |document: &Document, url: &Url| {
        let last = url.path_segments().and_then(|mut parts| parts.next_back());
        last.is_some_and(|last| {
            last == document.title || last.replace("%20", " ") == document.title
        })
    };
    let own = named_so(before, &current.url) && named_so(after, capture.landed());
    if is_dated(watch, &capture.url) && own {
        diff.title = None;
    }
}
