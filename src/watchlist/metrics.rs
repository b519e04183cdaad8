//! Where figures about the program are served, for those who watch over it.

use crate::watchlist::{Metrics, collect, found::Found, section::Section};

/// Reads `[metrics]`.
pub(super) fn read(mut section: Section<'_>, found: &mut Found<'_>) -> Option<Metrics> {
    let listen = section.require("listen", found);
    let text = listen.and_then(|value| value.text(found));
    let listen = (text.as_ref()).and_then(|text| collect::address(text, found));
    let anyone = section.take("anyone");
    let anyone = anyone.is_some_and(|value| value.truth(found).unwrap_or_default());
    section.finish(found);
    let listen = listen?;
    if let Some(text) = text.filter(|_| !anyone && !listen.ip().is_loopback()) {
        let what = format!(
            "whoever reaches {listen} could read the figures, and there is no password for them"
        );
        let suggestion =
            "listen on 127.0.0.1, or add a line anyone = true where only those reach it who may"
                .to_owned();
        found.note(&text.place, what, Some(suggestion));
    }
    Some(Metrics { listen })
}
