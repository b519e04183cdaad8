//! One side of a change: what the server sent, and the text as read.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};

use crate::export::evidence::Files;
use crate::house::House;
use crate::model::{
    BesideKind, Capture, Digest, Document, EntryNo, Failure, Hop, Landed, Provenance,
};
use crate::store::StoreError;
use crate::wording::{harmless, times};

/// One side, with its bytes.
pub(super) struct Side {
    /// "before" or "after".
    pub(super) name: &'static str,
    /// The entry that brought it.
    pub(super) entry: EntryNo,
    /// What the entry says.
    pub(super) landed: Landed,
    /// What the server sent, where it was a page.
    pub(super) capture: Option<Capture>,
    /// The answers, whatever came of them.
    pub(super) hops: Vec<Hop>,
    /// The bytes as served, where there were some.
    pub(super) body: Option<Vec<u8>>,
    /// The text as read.
    pub(super) text: Option<String>,
    /// The files that are named by the entry: the key there, the digest, the path here, the bytes.
    named: Vec<(&'static str, Digest, String, Vec<u8>)>,
    /// What was kept beside the capture.
    beside: Vec<(String, Vec<u8>)>,
}

/// Reads one side from the archive.
pub(super) async fn side(
    house: &House,
    name: &'static str,
    entry: EntryNo,
    landed: &Landed,
) -> Result<Side, StoreError> {
    let told = house.store.body(landed.capture).await?;
    let capture: Option<Capture> = serde_json::from_slice(&told).ok();
    let failure: Option<Failure> = serde_json::from_slice(&told).ok();
    let hops = match (&capture, failure) {
        (Some(capture), _) => capture.hops.clone(),
        (None, Some(failure)) => failure.hops,
        (None, None) => Vec::new(),
    };
    let mut named = vec![(
        "capture",
        landed.capture,
        format!("{name}/capture.json"),
        told,
    )];
    let mut body = None;
    if let Some(digest) = landed.body {
        let bytes = house.store.body(digest).await?;
        named.push(("body", digest, format!("{name}/body.bin"), bytes.clone()));
        body = Some(bytes);
    }
    let mut text = None;
    if let Some(digest) = landed.document {
        let bytes = house.store.body(digest).await?;
        let document: Option<Document> = serde_json::from_slice(&bytes).ok();
        text = document.map(|document| document.plain());
        named.push(("document", digest, format!("{name}/document.json"), bytes));
    }
    if let Some(digest) = landed.findings.filter(|_| name == "after") {
        let bytes = house.store.body(digest).await?;
        named.push(("findings", digest, format!("{name}/findings.json"), bytes));
    }
    let mut beside = Vec::new();
    for (place, one) in capture
        .iter()
        .flat_map(|capture| &capture.beside)
        .enumerate()
    {
        let what = match one.what {
            BesideKind::Page => "page.bin",
            BesideKind::Source => "source.bin",
            BesideKind::Screenshot => "picture.png",
        };
        let bytes = house.store.body(one.body).await?;
        beside.push((format!("{name}/beside-{}-{what}", place + 1), bytes));
    }
    Ok(Side {
        name,
        entry,
        landed: landed.clone(),
        capture,
        hops,
        body,
        text,
        named,
        beside,
    })
}

impl Side {
    /// Puts its files among the others, and notes which entry names which of them.
    pub(super) fn write(&self, files: &mut Files, bindings: &mut Vec<String>) {
        for (key, digest, path, bytes) in &self.named {
            files.put(path.clone(), bytes.clone());
            bindings.push(format!("{} {key} {digest} {path}\n", self.entry));
        }
        for (path, bytes) in &self.beside {
            files.put(path.clone(), bytes.clone());
        }
        if let Some(text) = &self.text {
            files.put(format!("{}/text.txt", self.name), text.as_bytes());
        }
        files.put(format!("{}/way.txt", self.name), self.way());
    }

    /// Every answer on the way, for people: addresses, certificates, clocks, header fields.
    fn way(&self) -> String {
        let mut said = format!(
            "The way {} came, entry {} of the journal. Header fields are in the order in which they came, those of one name\n\
             together; their names are in lower case, whatever the server wrote.\n",
            self.name, self.entry
        );
        for (place, hop) in self.hops.iter().enumerate() {
            said.push_str(&format!(
                "\nAnswer {} of {}: {}\n",
                place + 1,
                self.hops.len(),
                harmless::line(hop.url.as_str())
            ));
            let told = match hop.status {
                0 => "no answer of a server was seen".to_owned(),
                status => status.to_string(),
            };
            said.push_str(&format!("  status: {told}\n"));
            let address = hop.address.map(|address| address.to_string());
            said.push_str(&format!(
                "  address: {}\n",
                address.unwrap_or_else(|| "not known".to_owned())
            ));
            said.push_str(&format!(
                "  TLS certificate, SHA-256: {}\n",
                certificate(hop)
            ));
            said.push_str(&format!("  our clock: {}\n", stamp(hop.at)));
            said.push_str(&format!("  the server's clock: {}\n", clock(hop)));
            for (name, value) in &hop.headers {
                said.push_str(&format!("  {name}: {}\n", harmless::line(value)));
            }
        }
        if let Some(failure) = self.capture.is_none().then_some(self.landed.capture) {
            said.push_str(&format!(
                "\nThe answer was no page; what was noted of it is {} in the archive.\n",
                failure.short()
            ));
        }
        said
    }

    /// The same for programs.
    pub(super) fn told(&self) -> Value {
        let provenance = self.capture.as_ref().map(|capture| &capture.provenance);
        let how = match provenance {
            None => "no page came",
            Some(Provenance::Fetched) => "fetched by this program",
            Some(Provenance::Rendered { .. }) => "built by a browser from what the server sent",
            Some(Provenance::Imported { .. }) => "a file that somebody had saved",
            Some(Provenance::Backfilled { .. }) => "served by an independent archive of the web",
            Some(Provenance::Collected { .. }) => "fetched by this program on another machine",
        };
        let answers = self.hops.iter().map(|hop| {
            json!({
                "url": hop.url,
                "status": hop.status,
                "address": hop.address,
                "certificate": hop.certificate,
                "at": hop.at,
                "server_date": hop.header("date"),
                "skew_seconds": skew(hop),
            })
        });
        let answers: Vec<Value> = answers.collect();
        json!({
            "entry": self.entry,
            "how": how,
            "body_sha256": self.landed.body,
            "capture_sha256": self.landed.capture,
            "answers": answers,
        })
    }
}

fn certificate(hop: &Hop) -> String {
    match hop.certificate {
        Some(digest) => digest.to_string(),
        None if hop.url.scheme() != "https" => "none, since it was not asked over TLS".to_owned(),
        None => "not kept with this capture".to_owned(),
    }
}

/// What the server's clock said, and how far it was from ours.
fn clock(hop: &Hop) -> String {
    match (hop.header("date"), skew(hop)) {
        (Some(date), Some(0)) => format!("{}, as ours", harmless::line(date)),
        (Some(date), Some(seconds)) => {
            let way = if seconds > 0 { "behind" } else { "ahead of" };
            let seconds = seconds.unsigned_abs();
            format!("{}, {seconds} s {way} ours", harmless::line(date))
        }
        (Some(date), None) => format!("{} (no date that can be read)", harmless::line(date)),
        (None, _) => "it gave none".to_owned(),
    }
}

/// By how many seconds our clock stood later than the server's.
fn skew(hop: &Hop) -> Option<i64> {
    let date = DateTime::parse_from_rfc2822(hop.header("date")?).ok()?;
    Some((hop.at - date.to_utc()).num_seconds())
}

/// A time to the millisecond, with the hour in London.
fn stamp(at: DateTime<Utc>) -> String {
    let london = times::moment(at, chrono_tz::Europe::London);
    format!(
        "{} ({london})",
        at.to_rfc3339_opts(SecondsFormat::Millis, true)
    )
}
