//! What an entry does to the tables that are asked in SQL, as plain data.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde_json::{Value, json};

use crate::model::{
    AlertId, Became, ChangeKind, Composed, DeliveryOutcome, Digest, Entry, EntryNo, Fact, Finding,
    Forgetting, Landed, Look, LookOutcome, MessageId, Outcome, Owed, SecondLook, Verdict,
    VersionNo, WatchId,
};

/// One thing that an entry does to the tables. Watches are called in it as in the entry.
#[derive(Clone, PartialEq, Debug)]
pub(in crate::store) enum Deed {
    /// Rows are added to a table; each has every column that is written, under its name.
    Add(&'static str, Vec<Value>),
    /// Watches were visited: `id`, `since` and, where a page landed, `title` and `url`.
    Visited(Vec<Value>),
    /// Watches are no longer in the watchlist.
    Retired(Vec<WatchId>),
    /// The history of a watch goes on under another id: old, new.
    Renamed(WatchId, WatchId),
    /// A page is at its next version, whose document lies there; no page stands there where it has none.
    Stepped(WatchId, EntryNo, Option<Digest>),
    /// A second look was made at the change in this entry, or waits.
    Looked(EntryNo, &'static str),
    /// What was gone by the change in this entry is back.
    Back(EntryNo),
    /// The words of the change in this entry may be forgotten: they are, or they quote a version that is.
    Quoted {
        /// Whether its findings, or what it was compared with, are.
        forgotten: bool,
    },
    /// The alerts of this entry tell of the change in that one.
    Tells(EntryNo),
    /// A message pays these alerts.
    Composed(Vec<AlertId>),
    /// Something came of a message.
    Delivered(MessageId, DeliveryOutcome),
    /// A message that was given up is owed again.
    OwedAgain(MessageId),
    /// Later rules read a version.
    Reread {
        /// Whose version.
        watch: WatchId,
        /// Which.
        version: VersionNo,
        /// The document.
        document: Digest,
        /// The digest of its compared text.
        text: Digest,
        /// Whether its text may be another one.
        differs: bool,
    },
    /// Bodies were forgotten.
    Forgotten(Forgetting),
}

/// The bodies of an entry that the tables are about.
#[derive(Default)]
pub(in crate::store) struct Held {
    /// What was found, where it was not forgotten.
    pub(in crate::store) findings: Vec<Finding>,
    /// The entry that says that the document of its version was forgotten.
    pub(in crate::store) forgotten_in: Option<EntryNo>,
    /// Whether its findings, or what it was compared with, were forgotten.
    pub(in crate::store) quotes_forgotten: bool,
}

/// What an entry does, in order.
pub(in crate::store) fn of(entry: &Entry, hash: Digest, held: &Held) -> Vec<Deed> {
    let mut deeds = vec![Deed::Add("entries", vec![row(entry, hash)])];
    match &entry.fact {
        Fact::Landed(landed) => deeds.extend(of_landed(entry, landed, held)),
        Fact::Looks { looks } => deeds.extend(of_looks(entry, looks)),
        Fact::Composed(composed) => deeds.push(Deed::Composed(paid_by(composed))),
        Fact::Delivery { message, outcome } => {
            deeds.push(Deed::Delivered(*message, outcome.clone()));
        }
        Fact::OwedAgain { message } => deeds.push(Deed::OwedAgain(*message)),
        Fact::Watchlist {
            retired, renamed, ..
        } => {
            let renamed = renamed.iter().cloned();
            deeds.extend(renamed.map(|(old, new)| Deed::Renamed(old, new)));
            deeds.push(Deed::Retired(retired.clone()));
        }
        Fact::Reread {
            watch,
            version,
            document,
            text,
            became,
            ..
        } => deeds.push(Deed::Reread {
            watch: watch.clone(),
            version: *version,
            document: *document,
            text: *text,
            differs: !matches!(became, Some(Became::Same | Became::Unreadable { .. })),
        }),
        Fact::Forgotten(forgetting) => deeds.push(Deed::Forgotten(forgetting.clone())),
        _ => {}
    }
    let (watch, of) = match &entry.fact {
        Fact::Landed(landed) => (Some(&landed.watch), None),
        Fact::Threaded { watch, .. } => (Some(watch), None),
        Fact::Annotated { annotation, .. } => (None, Some(annotation.of)),
        Fact::Copied { copy, .. } => (None, Some(copy.of)),
        _ => (None, None),
    };
    let owed = entry.fact.owed();
    deeds.push(Deed::Add("alerts", alerts(entry, watch, owed)));
    deeds.extend(of.filter(|_| !owed.is_empty()).map(Deed::Tells));
    deeds
}

fn row(entry: &Entry, hash: Digest) -> Value {
    let mut fact = json!(entry.fact);
    let kind = fact["fact"].take();
    if let Some(fact) = fact.as_object_mut() {
        fact.remove("fact");
        // Each of them is a row of its own.
        fact.retain(|key, _| key != "looks");
    }
    json!({
        "no": entry.no,
        "at": time(entry.at),
        "clock_went_back": entry.clock_went_back,
        "kind": kind,
        "watch": fact["watch"].as_str(),
        "hash": hash,
        "previous": entry.previous,
        "fact": fact,
    })
}

fn of_landed(entry: &Entry, landed: &Landed, held: &Held) -> Vec<Deed> {
    let moved = landed.span.from != landed.span.to;
    let mut deeds = vec![Deed::Visited(vec![json!({
        "id": landed.watch,
        "since": time(landed.bounds.by),
        "title": landed.title,
        "url": landed.url,
    })])];
    if landed.imported.is_none() {
        deeds.push(Deed::Add("visits", vec![visit(entry.no, landed)]));
    }
    if moved {
        let version = version(entry.no, landed, held);
        deeds.push(Deed::Add("versions", version.into_iter().collect()));
        deeds.push(Deed::Add("changes", vec![change(entry.no, landed)]));
        let findings = (0..).zip(&held.findings);
        let findings = findings.map(|(place, one)| finding(entry.no, place, landed, one));
        deeds.push(Deed::Add("findings", findings.collect()));
        deeds.push(Deed::Quoted {
            forgotten: held.quotes_forgotten,
        });
        let there = landed.span.to != 0 && landed.kind != ChangeKind::Vanished;
        let document = landed.document.filter(|_| there);
        deeds.push(Deed::Stepped(landed.watch.clone(), entry.no, document));
    }
    if let Some((earlier, look)) = &landed.answers {
        deeds.push(Deed::Looked(*earlier, second(look)));
    }
    deeds.extend(landed.restores.iter().map(|earlier| Deed::Back(*earlier)));
    deeds
}

fn visit(no: EntryNo, landed: &Landed) -> Value {
    let outcome = match landed.span.from == landed.span.to {
        true => Outcome::Unchanged,
        false if landed.kind == ChangeKind::Appeared => Outcome::Appeared,
        false => Outcome::Changed,
    };
    json!({
        "entry": no,
        "place": 0,
        "watch": landed.watch,
        "at": time(landed.bounds.by),
        "outcome": outcome.word(),
        "failure": null,
        "status": null,
        "why": null,
        "body_sha256": landed.body,
        "collector": landed.collected.as_ref().map(|collected| &collected.collector),
    })
}

fn version(no: EntryNo, landed: &Landed, held: &Held) -> Option<Value> {
    if landed.span.to == 0 {
        return None;
    }
    Some(json!({
        "watch": landed.watch,
        "no": landed.span.to,
        "entry": no,
        "not_before": landed.bounds.after.map(time),
        "seen_by": time(landed.bounds.by),
        "title": landed.title,
        "url": landed.url,
        "text_sha256": landed.text?,
        "body_sha256": landed.body?,
        "document_sha256": landed.document?,
        "reading_sha256": landed.document?,
        "same_text_as": landed.same_text_as,
        "imported": landed.imported.is_some(),
        "reread_in": null,
        "forgotten_in": held.forgotten_in,
    }))
}

fn change(no: EntryNo, landed: &Landed) -> Value {
    json!({
        "entry": no,
        "watch": landed.watch,
        "kind": landed.kind.word(),
        "span_from": landed.span.from,
        "span_to": landed.span.to,
        "not_before": landed.bounds.after.map(time),
        "seen_by": time(landed.bounds.by),
        "severity": landed.severity,
        "title": landed.title,
        "sentence": landed.sentence,
        "claim": landed.claim.as_ref().map(|claim| claim.word()),
        "silence": landed.silence,
        "hushed": landed.hushed,
        "aside": landed.aside,
        "second_look": landed.second_look.as_ref().map(second),
        "back_in": null,
        "imported": landed.imported.is_some(),
        "collector": landed.collected.as_ref().map(|collected| &collected.collector),
        "findings_sha256": landed.findings,
        "continued_sha256": landed.continues.as_ref().and_then(|before| before.document),
    })
}

fn second(look: &SecondLook) -> &'static str {
    match look.verdict {
        None => "awaited",
        Some(Verdict::StillSo) => "still-so",
        Some(Verdict::WasBack) => "was-back",
    }
}

fn finding(no: EntryNo, place: usize, landed: &Landed, finding: &Finding) -> Value {
    json!({
        "entry": no,
        "place": place,
        "watch": landed.watch,
        "rule": finding.rule,
        "severity": finding.severity,
        "why": finding.why,
        "names": finding.names,
        "before": finding.before,
        "after": finding.after,
        "label": finding.label,
        "muted": landed.muted.contains(&place),
    })
}

fn of_looks(entry: &Entry, looks: &[Look]) -> Vec<Deed> {
    let seen = looks.iter().map(
        |look| json!({ "id": look.watch, "since": time(look.at), "title": null, "url": null }),
    );
    let visits = (0_usize..).zip(looks).map(|(place, look)| {
        let mut row = json!({
            "entry": entry.no,
            "place": place,
            "watch": look.watch,
            "at": time(look.at),
            "outcome": Outcome::Unchanged.word(),
            "failure": null,
            "status": null,
            "why": null,
            "body_sha256": null,
            "collector": look.collector,
        });
        match &look.outcome {
            LookOutcome::Unchanged { body, .. } => row["body_sha256"] = json!(body),
            LookOutcome::Failed { kind, status, why } => {
                row["outcome"] = json!(Outcome::Failed.word());
                row["failure"] = json!(kind);
                row["status"] = json!(status);
                row["why"] = json!(why);
            }
        }
        row
    });
    vec![
        Deed::Visited(seen.collect()),
        Deed::Add("visits", visits.collect()),
    ]
}

fn alerts(entry: &Entry, watch: Option<&WatchId>, owed: &[Owed]) -> Vec<Value> {
    let rows = (0_usize..).zip(owed).map(|(place, owed)| {
        json!({
            "entry": entry.no,
            "place": place,
            "watch": watch,
            "route": owed.route,
            "destination": owed.to.to_string(),
            "loud": owed.loud,
            "edits": owed.edits.map(|alert| alert.to_string()),
            "replies": owed.replies.map(|alert| alert.to_string()),
            "owed_at": time(entry.at),
            "message": null,
            "outcome": "owed",
            "settled_at": null,
        })
    });
    rows.collect()
}

fn paid_by(composed: &Composed) -> Vec<AlertId> {
    let mut alerts = composed.alerts.clone();
    if !alerts.contains(&composed.id) {
        alerts.insert(0, composed.id);
    }
    alerts
}

/// A time as a database takes it: of the years that it knows.
fn time(at: DateTime<Utc>) -> Value {
    let ends = [(1, 1, 1), (9999, 12, 31)].map(|(year, month, day)| {
        let day = NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default();
        day.and_time(chrono::NaiveTime::MIN).and_utc()
    });
    match at.year() {
        ..1 => json!(ends[0]),
        1..=9999 => json!(at),
        _ => json!(ends[1]),
    }
}

/// Takes out of a row the one letter that a database does not keep in texts.
pub(in crate::store) fn cleaned(row: &mut Value) {
    match row {
        Value::String(text) if text.contains('\0') => *text = clean(text),
        Value::Array(values) => values.iter_mut().for_each(cleaned),
        Value::Object(fields) => fields.values_mut().for_each(cleaned),
        _ => {}
    }
}

/// The same in a text.
pub(in crate::store) fn clean(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}
