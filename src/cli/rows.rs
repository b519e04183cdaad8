//! Lines of JSON that several commands print alike.

use serde_json::{Value, json};

use crate::answers::{Corroboration, anchored};
use crate::cli::screen::{Ink, Screen};
use crate::deliver::Paid;
use crate::model::{
    Became, Change, Collected, Correction, Imported, Says, Version, VersionNo, WatchId,
};
use crate::wording::{forgotten, harmless, times};

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
        "corrections": change.corrections.iter().map(correction).collect::<Vec<_>>(),
        "back": change.back,
    })
}

/// A correction as JSON.
pub(super) fn correction(one: &Correction) -> Value {
    json!({
        "id": one.entry,
        "kind": one.says.word(),
        "text": one.text,
        "by": one.by,
        "at": one.at,
        "taken_back": one.taken_back.as_ref().map(|back| json!({
            "id": back.entry,
            "text": back.text,
            "by": back.by,
            "at": back.at,
        })),
    })
}

/// What was put right of a change, and that words are back, a paragraph each.
pub(super) fn put_right(change: &Change) -> Vec<String> {
    let zone = chrono_tz::Europe::London;
    let mut lines: Vec<String> = (change.corrections.iter())
        .map(|one| corrected(one, None))
        .collect();
    lines.extend(change.back.map(|back| {
        let since = times::moment(back.bounds.by, zone);
        format!("back on the page since {since}")
    }));
    lines
}

/// A correction in a line: "our error, Sun 22 November 2026 10:00 GMT, by Ada: “…”".
pub(super) fn corrected(one: &Correction, id: Option<u64>) -> String {
    let zone = chrono_tz::Europe::London;
    let sort = match one.says {
        Says::OurError => "correction, our error",
        Says::Reply => "reply of the publisher",
        other => other.word(),
    };
    let id = id.map_or(String::new(), |id| format!("{id}  "));
    let at = times::moment(one.at, zone);
    let (by, text) = (harmless::line(&one.by), harmless::line(&one.text));
    let mut line = format!("{id}{sort}, {at}, by {by}: “{text}”");
    if let Some(back) = &one.taken_back {
        let at = times::moment(back.at, zone);
        let why = back.text.as_deref();
        let why = why.map_or(String::new(), |why| format!(": “{}”", harmless::line(why)));
        line.push_str(&format!(
            "; taken back {at} by {}{why}",
            harmless::line(&back.by)
        ));
    }
    line
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
    let left = forgotten::aside(version, chrono_tz::Europe::London);
    asides.extend(left.map(|aside| harmless::line(&aside)));
    if let Some(imported) = &version.imported {
        asides.push(saved(imported));
    }
    if let Some(from) = &version.backfilled {
        let came = times::moment(from.came, chrono_tz::Europe::London);
        asides.push(format!(
            "the word of the archive “{}”, brought {came}: {}",
            harmless::line(&from.archive),
            harmless::line(&from.url)
        ));
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

/// What others say of a change, as JSON.
pub(super) fn corroboration(told: &Corroboration) -> Value {
    json!({
        "stands": told.word(),
        "agree": told.agree,
        "disagree": told.disagree,
        "anchors": told.anchors,
        "asked": told.asked,
    })
}

/// The same in lines; a copy that disagrees is shown loudly.
pub(super) fn corroborated(screen: &Screen, told: &Corroboration) -> Vec<String> {
    let ink = match told.disagree.is_empty() {
        true => Ink::Faint,
        false => Ink::Red,
    };
    let sentence = screen.prose("  ", &harmless::line(&told.sentence()));
    let witnesses = told.disagree.iter().chain(&told.agree);
    let copies = witnesses.map(|witness| {
        let at = times::moment(witness.copy.at, chrono_tz::Europe::London);
        let point = (witness.point).map_or(String::new(), |point| format!(" ({point})"));
        let line = format!("copied {at}{point}: {}", harmless::line(&witness.copy.url));
        screen.prose("    ", &line)
    });
    let anchors = (told.anchors.iter())
        .map(|anchor| screen.prose("    ", &anchored(anchor, chrono_tz::Europe::London)));
    std::iter::once(screen.ink(ink, &sentence))
        .chain(copies)
        .chain(anchors)
        .collect()
}

/// That no server was asked.
pub(super) fn saved(imported: &Imported) -> String {
    let note = (imported.note.as_deref())
        .map(|note| format!(" ({})", harmless::line(note)))
        .unwrap_or_default();
    format!(
        "as imported from the file “{}”{note}; {}",
        harmless::line(&imported.file),
        match &imported.record {
            Some(record) => format!("record {}", harmless::line(record)),
            None => "no answer of a server was seen".to_owned(),
        }
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
