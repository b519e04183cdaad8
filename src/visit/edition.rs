//! Editions of one register, each at an address with its own date.

use url::Url;

use crate::model::{Capture, Diff, Document, FailureKind, State, Watch};
use crate::visit::bring::{Errand, Trip};

/// Goes where the errand leads; where the edition of these days is not there yet, to the last one known. Before a new
/// edition stands at its address the old one is the register: it is gone only when that is gone too.
pub(super) async fn or_the_last(errand: Errand<'_>, state: &State) -> Trip {
    let trip = errand.bring().await;
    let missing = matches!(&trip, Trip::Failed(failure) if failure.kind == FailureKind::NotFound);
    let last = state.current.as_ref().map(|version| &version.url);
    let dated = is_dated(errand.watch, errand.asked);
    match last.filter(|last| missing && dated && *last != errand.asked) {
        Some(last) => {
            let errand = Errand {
                asked: last,
                validators: None,
                ..errand
            };
            errand.bring().await
        }
        None => trip,
    }
}

/// Whether a date stands in the address of a watch.
fn is_dated(watch: &Watch, asked: &Url) -> bool {
    *asked != watch.url
}

/// The name of a file that holds the date of its edition is no title that changed.
pub fn without_file_name(
    diff: &mut Diff,
    watch: &Watch,
    (stood, before): (&Url, &Document),
    (capture, after): (&Capture, &Document),
) {
    let named_so = |document: &Document, url: &Url| {
        let last = url.path_segments().and_then(|mut parts| parts.next_back());
        last.is_some_and(|last| {
            last == document.title || last.replace("%20", " ") == document.title
        })
    };
    let own = named_so(before, stood) && named_so(after, capture.landed());
    if is_dated(watch, &capture.url) && own {
        diff.title = None;
    }
}
