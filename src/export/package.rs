//! What describes an export: a Data Package (version 2, <https://datapackage.org>).

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};

use crate::export::catalogue::{Notation, Table};
use crate::export::folder::Folder;
use crate::export::{ExportAsked, Made};

/// What is said of the rights in what is exported.
const RIGHTS: &str = "The texts and files are those of their publishers, under the terms under which they were published; \
    this export gives no licence to them. What Smallprint adds, which is dates, bounds, findings and digests, are facts. \
    Whoever publishes an export sees to the rights in what it quotes.";

/// How it was made.
const METHOD: &str = "Every page was visited again and again, and each answer that differed was kept with the SHA-256 of its \
    bytes. A text is what a reader (named by its id) took from those bytes. Times are in UTC; when something happened is told \
    by two bounds: after the last sight of the old state, by the first sight of the new one. Absence from this export means \
    not seen, and not that it was not there.";

/// What is done to the cells of comma-separated values.
const CELLS: &str = "In comma-separated values a cell that a spreadsheet would run as a formula (it begins with = + - @, and is \
    no plain number) has an apostrophe before it, and control characters are left out; the lines of JSON have neither. \
    Lists are JSON within their cell.";

/// Describes what was made.
pub(super) fn describe(folder: &Folder, asked: &ExportAsked, now: DateTime<Utc>) -> Value {
    let subject = folder.subject();
    let resources: Vec<Value> = folder.made().map(resource).collect();
    json!({
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": format!("smallprint-{}", subject.archive.short()),
        "title": "Pages of policy and how they changed",
        "description": format!("{METHOD} {CELLS} {RIGHTS}"),
        "created": now.to_rfc3339_opts(SecondsFormat::Secs, true),
        "version": format!("{}.0.0", subject.entry),
        "keywords": ["web archive", "policy", "changes"],
        "resources": resources,
        "smallprint": {
            "program": env!("CARGO_PKG_VERSION"),
            "archive": subject.archive,
            "entry": subject.entry,
            "head": subject.head,
            "formats": asked.formats,
            "filter": asked.filter,
            "warc_size": asked.warc_size,
            "readers": folder.readers(),
            "rights": RIGHTS,
        },
    })
}

/// A file, with what is known of it.
fn resource(made: &Made) -> Value {
    let mut resource = json!({
        "name": name(&made.path),
        "path": made.path,
        "bytes": made.bytes,
        "hash": format!("sha256:{}", made.sha256),
    });
    // What is no table has no rows.
    let (more, counted) = match tabular(&made.path) {
        Some((table, notation)) => (described(table, notation), "rows"),
        None => (other(&made.path), "records"),
    };
    if let (Some(resource), Value::Object(more)) = (resource.as_object_mut(), more) {
        resource.extend(more);
        resource.extend(
            made.records
                .map(|records| (counted.to_owned(), json!(records))),
        );
    }
    resource
}

/// The name of a resource: letters in lower case, digits, dots, hyphens and underscores.
fn name(path: &str) -> String {
    let name = path.strip_suffix(".csv").unwrap_or(path);
    name.to_lowercase().replace('/', "-")
}

/// The table that lies there, where one does.
fn tabular(path: &str) -> Option<(Table, Notation)> {
    let notations = [Notation::Csv, Notation::Jsonl];
    notations.into_iter().find_map(|notation| {
        let mut all = Table::all(notation).iter();
        let found = all.find(|table| table.path(notation) == path)?;
        Some((*found, notation))
    })
}

fn described(table: Table, notation: Notation) -> Value {
    let schema = table.schema();
    let refers = schema.refers.iter().map(|reference| {
        let to = reference.to.schema();
        let other = name(&reference.to.path(notation));
        json!({ "fields": [reference.field], "reference": { "resource": other, "fields": to.key } })
    });
    let (format, media) = match notation {
        Notation::Csv => ("csv", "text/csv"),
        Notation::Jsonl => ("jsonl", "application/jsonl"),
    };
    json!({
        "type": "table",
        "description": schema.about,
        "format": format,
        "mediatype": media,
        "encoding": "utf-8",
        "schema": {
            "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
            "fields": schema.fields,
            "primaryKey": schema.key,
            "foreignKeys": refers.collect::<Vec<_>>(),
            "missingValues": [""],
        },
    })
}

fn other(path: &str) -> Value {
    if path.ends_with(".warc.gz") {
        return json!({
            "format": "warc.gz",
            "mediatype": "application/warc",
            "description": "What servers sent, as WARC 1.1 (ISO 28500:2017). Its first record says what was kept and how it is told.",
        });
    }
    json!({
        "mediatype": "application/octet-stream",
        "description": "A part of the bare git repository history.git: `git clone history.git` makes a copy to work with.",
    })
}
