//! Lines of JSON that several commands print alike.

use serde_json::{Value, json};

use crate::deliver::Paid;
use crate::model::{Became, Change, Collected, Imported, Version, VersionNo, WatchId};
use crate::wording::{harmless, times};

/// A change: `watch`, `change` as `A..B`, `after` and `by` for its bounds, and what was found.
pub(super) fn change(change: &Change) -> Value {
    json!({
        "watch": change.watch,
        "title": change.title,
        "change": change.span,
        "kind": change.kind,
        "after": change.bounds.after,
        "by": change.bounds.by,
        "severity": change.severity,
        "sentence": change.sentence,
        "findings": change.findings,
        "silence": change.silence,
        "second_look": change.second_look,
        "entry": change.entry,
        "collected": change.collected,
        "claim": change.claim,
        "aside": change.aside,
    })
}

/// Why nothing was said of a change, or what of it was left out.
pub(super) fn unsaid(change: &Change) -> Option<String> {
    match (&change.silence, &change.aside) {
        (Some(silence), _) => Some(format!("nothing was said: {}", harmless::line(silence))),
        (None, Some(aside)) => Some(format!(
            "left out of what was said: {}",
            harmless::line(aside)
        )),
        (None, None) => None,
    }
}

/// Versions of other watches: `old-id version 3 and other-id version 1`.
pub(super) fn links(of: &[(WatchId, VersionNo)]) -> String {
    let links: Vec<String> = of
        .iter()
        .map(|(watch, no)| format!("{watch} version {no}"))
        .collect();
    links.join(" and ")
}

/// What must be known of a version besides its text: that somebody saved it, what it continues, and what later rules made
/// of it. `before` is the version before it.
pub(super) fn asides(version: &Version, before: Option<&Version>) -> Vec<String> {
    let mut asides = Vec::new();
    if let Some(imported) = &version.imported {
        asides.push(saved(imported));
    }
    if let Some(went_on) = &version.continues {
        asides.push(format!("continues {}", links(&went_on.of)));
    }
    if let Some(reread) = &version.reread {
        let on = times::moment(reread.at, chrono_tz::Europe::London);
        asides.push(match &reread.became {
            Some(Became::Unreadable { why }) => format!(
                "read again on {on}: today's rules cannot read it ({}); it stands as read before",
                harmless::line(why)
            ),
            _ if reread.text == version.text => format!("read again on {on}, with the same text"),
            _ => format!("read again on {on}, the text differs technically"),
        });
    }
    if let Some(before) = before.filter(|before| version.vanishes_after(before)) {
        asides.push(format!(
            "vanishes under today's reading: same as version {}",
            before.no
        ));
    }
    asides
}

/// That no server was asked.
pub(super) fn saved(imported: &Imported) -> String {
    let note = (imported.note.as_deref())
        .map(|note| format!(" ({})", harmless::line(note)))
        .unwrap_or_default();
    format!(
        "as imported from the file “{}”{note}; no answer of a server was seen",
        harmless::line(&imported.file)
    )
}

/// What came of paying; `next` in seconds.
pub(super) fn paid(paid: &Paid) -> Value {
    let sent = paid.sent.iter();
    let given_up = paid.given_up.iter();
    let waiting = paid.waiting.iter();
    json!({
        "sent": sent.map(|(alert, to)| json!({ "alert": alert.to_string(), "to": to })).collect::<Vec<_>>(),
        "given_up": given_up
            .map(|(alert, to, why)| json!({ "alert": alert.to_string(), "to": to, "why": why }))
            .collect::<Vec<_>>(),
        "waiting": waiting.map(|(to, why)| json!({ "to": to, "why": why })).collect::<Vec<_>>(),
        "held": paid.held,
        "next": paid.next.map(|next| next.as_secs_f64()),
    })
}

/// Who brought what was found, and when.
pub(super) fn brought(collected: &Collected) -> String {
    let zone = chrono_tz::Europe::London;
    format!(
        "brought by collector {}, seen there {}, received {}",
        harmless::line(&collected.collector),
        times::moment(collected.at, zone),
        times::moment(collected.received, zone)
    )
}
