//! The rows of the tables that an export holds.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use url::Url;

use crate::export::cells::{perhaps, time};
use crate::export::choice::{Choice, Page};
use crate::export::walk::{Arrived, Before, Walk};
use crate::house::NotDone;
use crate::model::{
    Came as ArchiveCame, Capture, Change, Correction, Decided, Digest, Document, EntryNo, Failure,
    Finding, KnownName, Landed, Look, LookOutcome, Point, Provenance, Verdict, Version, VersionNo,
};

/// The id of a version: that of its page, and its number.
pub(super) fn named(page: &Page, no: VersionNo) -> Value {
    match no {
        0 => Value::Null,
        no => Value::String(format!("{}@{no}", page.id)),
    }
}

/// A page.
pub(super) fn document(page: &Page) -> Vec<Value> {
    vec![
        json!(page.id),
        json!(page.title),
        json!(page.publisher),
        json!(page.topics),
        json!(page.address),
        json!(page.found_by),
        json!(page.versions),
        json!(page.visits),
        perhaps(page.last_seen),
        json!(page.away),
        json!(page.retired),
    ]
}

/// A version.
pub(super) fn version(walk: &Walk, page: &Page, version: &Version, read: &Document) -> Vec<Value> {
    let stated = &read.stated;
    let of = version.continues.iter().flat_map(|continued| &continued.of);
    // A page that is not taken is named all the same.
    let continues: Vec<String> = of
        .map(|(watch, no)| match walk.choice.page(watch) {
            Some(page) => format!("{}@{no}", page.id),
            None => format!("{watch}@{no}"),
        })
        .collect();
    vec![
        named(page, version.no),
        json!(page.id),
        json!(version.no),
        perhaps(version.after),
        time(version.at),
        time(version.last_seen),
        json!(version.url),
        json!(version.title),
        json!(read.lang),
        json!(read.words()),
        json!(read.attachments.len()),
        json!(stated.published),
        json!(stated.updated),
        json!(stated.withdrawn),
        json!(stated.noindex),
        version
            .same_text_as
            .map_or(Value::Null, |no| named(page, no)),
        json!(continues),
        json!(version.body),
        json!(version.capture),
        json!(read.reader),
        json!(version.imported.as_ref().map(|imported| &imported.file)),
    ]
}

/// A version as it was read.
pub(super) fn text(page: &Page, no: VersionNo, document: &Document) -> Vec<Value> {
    vec![named(page, no), json!(page.id), json!(document)]
}

/// A change.
pub(super) fn change(page: &Page, change: &Change) -> Vec<Value> {
    let verdict = change.second_look.as_ref().and_then(|look| look.verdict);
    let verdict = verdict.map(|verdict| match verdict {
        Verdict::StillSo => "still-so",
        Verdict::WasBack => "was-back",
    });
    vec![
        json!(change.entry),
        json!(page.id),
        json!(change.span),
        named(page, change.span.from),
        named(page, change.span.to),
        json!(change.kind.word()),
        perhaps(change.bounds.after),
        time(change.bounds.by),
        json!(change.severity),
        json!(change.sentence),
        json!(change.silence),
        json!(change.aside),
        json!(change.claim),
        json!(verdict),
        perhaps(change.back.map(|back| back.bounds.by)),
        json!(
            change
                .collected
                .as_ref()
                .map(|collected| &collected.collector)
        ),
    ]
}

/// A finding of a change, at this place from 1.
pub(super) fn finding(page: &Page, change: &Change, place: usize, finding: &Finding) -> Vec<Value> {
    vec![
        json!(format!("{}.{place}", change.entry)),
        json!(change.entry),
        json!(page.id),
        json!(finding.rule),
        json!(finding.severity),
        json!(finding.why),
        json!(finding.names),
        json!(finding.before),
        json!(finding.after),
    ]
}

/// What a visit brought, or a saved file. Where a page was found gone, the answers alone were kept.
pub(super) fn capture(walk: &Walk, arrived: &Arrived) -> Result<Vec<Value>, NotDone> {
    let (page, landed) = (&arrived.page, &arrived.landed);
    let came = match landed.body {
        Some(_) => Came::with(&walk.read(landed.capture)?),
        None => Came::without(&walk.read(landed.capture)?, landed),
    };
    Ok(vec![
        json!(arrived.entry),
        json!(page.id),
        named(page, landed.span.to),
        time(came.at),
        json!(landed.url),
        json!(came.landed),
        json!(came.status),
        json!(came.hops),
        json!(came.media),
        json!(came.length),
        json!(came.body),
        json!(landed.capture),
        json!(came.provenance),
        json!(came.from),
        perhaps(came.received),
        json!(came.note),
    ])
}

/// How something came here.
struct Came {
    at: DateTime<Utc>,
    landed: Option<Url>,
    status: Option<u16>,
    hops: usize,
    media: Option<String>,
    length: Option<u64>,
    body: Option<Digest>,
    provenance: &'static str,
    from: Option<String>,
    received: Option<DateTime<Utc>>,
    note: Option<String>,
}

impl Came {
    fn with(capture: &Capture) -> Came {
        let answer = capture.answer();
        let (provenance, from, received, note) = match &capture.provenance {
            Provenance::Fetched => ("fetched", None, None, None),
            Provenance::Rendered { browser, .. } => ("rendered", Some(browser), None, None),
            Provenance::Imported { file, note, .. } => ("imported", Some(file), None, note.clone()),
            Provenance::Backfilled { archive, memento } => {
                ("backfilled", Some(archive), None, Some(memento.url.clone()))
            }
            Provenance::Collected {
                collector,
                received,
                ..
            } => ("collected", Some(collector), Some(*received), None),
        };
        Came {
            at: capture.at,
            landed: Some(answer.url.clone()),
            // Of a saved file no answer was seen.
            status: (answer.status > 0).then_some(answer.status),
            hops: capture.hops.len(),
            media: answer.header("content-type").map(str::to_owned),
            length: Some(capture.length),
            body: Some(capture.body),
            provenance,
            from: from.cloned(),
            received,
            note,
        }
    }

    fn without(failure: &Failure, landed: &Landed) -> Came {
        let last = failure.hops.last();
        let collected = landed.collected.as_ref();
        Came {
            at: landed.bounds.by,
            landed: last.map(|hop| hop.url.clone()),
            status: failure.status,
            hops: failure.hops.len(),
            media: last.and_then(|hop| hop.header("content-type").map(str::to_owned)),
            length: None,
            body: None,
            provenance: match collected {
                Some(_) => "collected",
                None => "fetched",
            },
            from: collected.map(|one| one.collector.clone()),
            received: collected.map(|one| one.received),
            note: None,
        }
    }
}

/// A visit that brought something.
pub(super) fn visit(arrived: &Arrived) -> Vec<Value> {
    let landed = &arrived.landed;
    let outcome = match arrived.change {
        Some(_) => "changed",
        None => "unchanged",
    };
    vec![
        json!(format!("{}.0", arrived.entry)),
        json!(arrived.page.id),
        time(landed.bounds.by),
        json!(outcome),
        Value::Null,
        Value::Null,
        Value::Null,
        json!(landed.body),
        json!(
            landed
                .collected
                .as_ref()
                .map(|collected| &collected.collector)
        ),
    ]
}

/// A visit that brought nothing new.
pub(super) fn look(page: &Page, entry: EntryNo, place: usize, look: &Look) -> Vec<Value> {
    let (outcome, status, failure, why, body) = match &look.outcome {
        LookOutcome::Unchanged { body, .. } => ("unchanged", None, None, None, *body),
        LookOutcome::Failed { kind, status, why } => {
            ("failed", *status, Some(kind.word()), Some(why), None)
        }
    };
    vec![
        json!(format!("{entry}.{place}")),
        json!(page.id),
        time(look.at),
        json!(outcome),
        json!(status),
        json!(failure),
        json!(why),
        json!(body),
        json!(look.collector),
    ]
}

/// A name on each of the pages that are taken.
pub(super) fn names(choice: &Choice, name: &KnownName) -> Vec<Vec<Value>> {
    let decided = name.ruling.as_ref().map(|ruling| match ruling.decided {
        Decided::Dismissed => "dismissed",
        Decided::Merged { .. } => "merged",
        Decided::Restored => "restored",
    });
    let places = name.places.iter().filter_map(|place| {
        let page = choice.page(&place.watch)?;
        let (first, bounds) = &place.first;
        choice.takes(bounds.by).then(|| {
            vec![
                json!(name.canonical),
                json!(page.id),
                json!(name.name),
                json!(name.kind.word()),
                json!(name.aliases),
                named(page, *first),
                perhaps(bounds.after),
                time(bounds.by),
                named(page, place.last.0),
                json!(place.now),
                perhaps(place.gone.and_then(|gone| gone.after)),
                perhaps(place.gone.map(|gone| gone.by)),
                json!(decided),
            ]
        })
    });
    places.collect()
}

/// What was put right of a change.
pub(super) fn correction(page: &Page, of: EntryNo, correction: &Correction) -> Vec<Value> {
    let back = correction.taken_back.as_ref();
    vec![
        json!(correction.entry),
        json!(of),
        json!(page.id),
        json!(correction.says.word()),
        json!(correction.text),
        time(correction.at),
        perhaps(back.map(|back| back.at)),
        json!(back.and_then(|back| back.text.as_ref())),
    ]
}

/// What an archive answered of a page as it was before, and the document where a text came.
pub(super) fn past(page: &Page, before: &Before, read: Option<&Document>) -> Vec<Value> {
    let copy = &before.brought.copy;
    let text = copy.text();
    let (came, address) = match &copy.came {
        ArchiveCame::Elsewhere { to } => ("elsewhere", Some(to.clone())),
        ArchiveCame::Text(text) => ("text", Some(text.page.to_string())),
        _ => ("absent", None),
    };
    vec![
        json!(before.brought.entry),
        json!(page.id),
        json!(came),
        json!(text.map(|text| format!("{}@{}", page.id, Point::Past(text.no)))),
        time(copy.memento.at),
        json!(copy.archive),
        json!(copy.memento.url),
        time(before.brought.at),
        json!(address),
        json!(text.map(|text| &text.title)),
        json!(read.map(|read| &read.lang)),
        json!(read.map(Document::words)),
        json!(read.map(|read| &read.stated.published)),
        json!(read.map(|read| &read.stated.updated)),
        json!(text.map(|text| text.body)),
        json!(text.map(|text| text.capture)),
        json!(read.map(|read| &read.reader)),
    ]
}

/// A backfilled text as it was read.
pub(super) fn past_text(page: &Page, before: &Before, document: &Document) -> Vec<Value> {
    vec![json!(before.brought.entry), json!(page.id), json!(document)]
}
