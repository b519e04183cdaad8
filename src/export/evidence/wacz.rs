//! The same captures as a WACZ file, for programs that replay them (<https://specs.webrecorder.net/wacz/1.1.1/>).

use serde_json::json;

use crate::export::evidence::warc::Records;
use crate::export::evidence::{Case, container};
use crate::export::surt;
use crate::model::Digest;
use crate::wire::base64;

/// Packs it.
pub(super) fn packed(case: &Case, records: &Records) -> Result<Vec<u8>, &'static str> {
    let data = ("archive/data.warc.gz".to_owned(), records.bytes.clone());
    // Under this ending the index is found by every program that replays such files; some pass over ".cdxj".
    let index = ("indexes/index.cdx".to_owned(), index(records));
    let pages = ("pages/pages.jsonl".to_owned(), pages(case, records));
    let parts = [data, index, pages];
    let resources = parts.iter().map(|(path, bytes)| {
        json!({
            "name": path.rsplit('/').next().unwrap_or(path),
            "path": path,
            "hash": format!("sha256:{}", Digest::of(bytes)),
            "bytes": bytes.len(),
        })
    });
    let resources: Vec<_> = resources.collect();
    let created = records.found.last().map(|found| found.at);
    let package = json!({
        "profile": "data-package",
        "wacz_version": "1.1.1",
        "title": case.title,
        "created": created,
        "software": format!("Smallprint {}", env!("CARGO_PKG_VERSION")),
        "resources": resources,
    });
    let package = serde_json::to_vec_pretty(&package).unwrap_or_default();
    let digest = json!({
        "path": "datapackage.json",
        "hash": format!("sha256:{}", Digest::of(&package)),
    });
    let digest = serde_json::to_vec_pretty(&digest).unwrap_or_default();
    let mut files = vec![
        ("datapackage.json".to_owned(), package),
        ("datapackage-digest.json".to_owned(), digest),
    ];
    files.extend(parts);
    container::packed(&files)
}

/// A line for each record that can be replayed: key, time, the rest as JSON; sorted.
fn index(records: &Records) -> Vec<u8> {
    let mut lines: Vec<String> = (records.found.iter())
        .map(|found| {
            let told = json!({
                "url": found.url,
                "mime": found.media,
                "status": found.status.to_string(),
                "digest": found.payload.map(|digest| format!("sha256:{digest}")),
                "length": found.place.1.to_string(),
                "offset": found.place.0.to_string(),
                "filename": "data.warc.gz",
            });
            let time = found.at.format("%Y%m%d%H%M%S");
            format!("{} {time} {told}\n", surt::key(&found.url))
        })
        .collect();
    lines.sort();
    lines.concat().into_bytes()
}

fn pages(case: &Case, records: &Records) -> Vec<u8> {
    let head = json!({ "format": "json-pages-1.0", "id": "pages", "title": "Pages" });
    let mut lines = format!("{head}\n");
    for found in records.found.iter().filter(|found| found.payload.is_some()) {
        let id = Digest::of(format!("{} {}", found.url, found.at).as_bytes());
        let page = json!({
            "id": base64(&id.0[..12]),
            "url": found.url,
            "ts": found.at,
            "title": case.title,
        });
        lines.push_str(&format!("{page}\n"));
    }
    lines.into_bytes()
}
