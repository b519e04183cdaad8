//! Where the window is opened.

use crate::watchlist::{Window, collect, found::Found, section::Section};

/// Reads `[window]`.
pub(super) fn read(mut section: Section<'_>, found: &mut Found<'_>) -> Option<Window> {
    let listen = section.require("listen", found);
    let listen = listen.and_then(|value| value.text(found));
    let listen = listen.and_then(|text| collect::address(&text, found));
    let requests = section.take("requests_a_minute");
    let requests = requests.and_then(|value| value.number(1..=1_000_000, found));
    section.finish(found);
    Some(Window {
        listen: listen?,
        requests_a_minute: requests.and_then(|requests| u32::try_from(requests).ok()),
    })
}
