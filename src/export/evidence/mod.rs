//! Evidence: all there is of one change or version, in one file that anybody can check without this program.

mod container;
mod proofs;
mod sides;
mod texts;
mod wacz;
mod warc;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;

use crate::house::House;
use crate::model::{Digest, EntryNo, Fact, Landed, Span, WatchId};
use crate::store::StoreError;
use crate::witness::{self, NotSigned};

/// The scripts that check the file, in two languages.
const VERIFY_SH: &str = include_str!("verify.sh");
const VERIFY_PY: &str = include_str!("verify.py");

/// What the evidence is of.
#[derive(Clone, Debug)]
pub struct Case {
    /// Which watch, as it is called.
    pub watch: WatchId,
    /// What its page is called.
    pub title: String,
    /// Its address.
    pub url: String,
    /// The change, where it is of one.
    pub span: Option<Span>,
    /// The entry of the version before, where there is one.
    pub before: Option<EntryNo>,
    /// The entry of the change, or of the version.
    pub entry: EntryNo,
    /// The redline as a page, where there are two texts.
    pub redline: Option<String>,
    /// The change in one sentence, with what was found to matter, what people said of it and what was put right.
    pub change: Value,
    /// How the page was watched around it.
    pub coverage: Value,
    /// Every visit around it, newest first.
    pub visits: Vec<VisitTold>,
    /// Entries of the journal that say something of it: annotations, looks, copies.
    pub entries: Vec<EntryNo>,
}

/// A visit, as the table has it.
#[derive(Clone, Serialize, Debug)]
pub struct VisitTold {
    /// When.
    pub at: DateTime<Utc>,
    /// What came of it.
    pub outcome: String,
    /// The bytes that came, where they were as before.
    pub body: Option<Digest>,
    /// Why it failed.
    pub why: Option<String>,
}

/// A file of evidence.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Evidence {
    /// What to call it.
    pub name: String,
    /// The ZIP file.
    pub bytes: Vec<u8>,
}

/// The files so far, by path, in order.
#[derive(Default)]
struct Files(Vec<(String, Vec<u8>)>);

impl Files {
    fn put(&mut self, path: impl Into<String>, bytes: impl Into<Vec<u8>>) {
        self.0.push((path.into(), bytes.into()));
    }

    fn json(&mut self, path: impl Into<String>, value: &impl Serialize) {
        let mut bytes =
            serde_json::to_vec_pretty(value).expect("plain data can be written as JSON");
        bytes.push(b'\n');
        self.put(path, bytes);
    }
}

/// Puts the evidence together; where no checkpoint covers the entry yet, one is made.
///
/// # Errors
/// Where there is no key to sign with, or the archive fails.
pub async fn of(house: &House, case: &Case) -> Result<Evidence, NotSigned> {
    let made = witness::covering(house, case.entry).await?;
    let mut files = Files::default();
    let mut bindings = Vec::new();
    let mut captured = Vec::new();
    for (name, entry) in [("before", case.before), ("after", Some(case.entry))] {
        let Some(entry) = entry else { continue };
        let landed = landed(house, entry).await?;
        let side = sides::side(house, name, entry, &landed).await?;
        side.write(&mut files, &mut bindings);
        files.json(format!("{name}/way.json"), &side.told());
        captured.push(side);
    }
    if let Some(redline) = &case.redline {
        files.put("redline.html", redline.as_bytes());
    }
    files.json("change.json", &case.change);
    files.json("coverage.json", &case.coverage);
    files.put("visits.csv", texts::visits(&case.visits));
    let public = proofs::write(house, case, &made, &mut files).await?;
    files.put("bindings.txt", bindings.concat());
    let records = warc::records(case, &captured);
    files.put("capture.warc.gz", records.bytes.clone());
    let wacz = wacz::packed(case, &records).map_err(unpacked)?;
    files.put("capture.wacz", wacz);
    let configuration = house.store.watchlist_before(case.entry + 1).await?;
    let told = texts::Told {
        case,
        captured: &captured,
        made: &made,
        public: &public,
        configuration,
        at: house.clock.now(),
    };
    files.put("README.txt", told.readme());
    files.put("WITNESS-STATEMENT.txt", told.statement());
    files.put("verify.sh", VERIFY_SH);
    files.put("verify.py", VERIFY_PY);
    files.0.sort();
    let lines = files
        .0
        .iter()
        .map(|(path, bytes)| format!("{}  {path}\n", Digest::of(bytes)));
    let manifest: String = lines.collect();
    let signed = format!(
        "{}\nevidence\n{}\n",
        made.what.origin,
        Digest::of(manifest.as_bytes())
    );
    let signed = witness::sign(house, &signed).await?;
    // Whoever checks it begins with these.
    files
        .0
        .insert(0, ("MANIFEST.sha256".to_owned(), manifest.into_bytes()));
    files
        .0
        .insert(1, ("MANIFEST.note".to_owned(), signed.into_bytes()));
    let of = match case.span {
        Some(span) => format!("{}-{}-{}", case.watch, span.from, span.to),
        None => format!("{}-entry-{}", case.watch, case.entry),
    };
    Ok(Evidence {
        name: format!("evidence-{of}.zip"),
        bytes: container::packed(&files.0).map_err(unpacked)?,
    })
}

async fn landed(house: &House, entry: EntryNo) -> Result<Landed, NotSigned> {
    match house.store.entry(entry).await?.fact {
        Fact::Landed(landed) => Ok(*landed),
        _ => Err(StoreError::Missing(format!("a change in entry {entry}")).into()),
    }
}

fn unpacked(why: &'static str) -> NotSigned {
    NotSigned::refused(
        format!("The evidence cannot be packed: {why}."),
        "Take the evidence of one version at a time, or export the archive as WARC.",
    )
}
