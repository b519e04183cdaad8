//! Lines of JSON that several commands print alike.

use serde_json::{Value, json};

use crate::deliver::Paid;
use crate::model::{Change, Collected};
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
    })
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
