//! What the archive says of a capture, as a metadata record.

use chrono::{DateTime, Utc};
use url::Url;

use crate::export::walk::Arrived;
use crate::export::warc::arrived::Common;
use crate::export::warc::record::{Record, date, fields};
use crate::export::warc::shelf::Shelf;
use crate::house::NotDone;
use crate::model::Provenance;

/// How the fields of a metadata record begin that say where a capture is held which another archive made.
const HELD: &str = "held-";

/// What is said of every capture.
pub(super) fn told(common: &Common) -> Vec<(&'static str, String)> {
    let Arrived { page, landed, .. } = common.arrived;
    vec![
        ("archive", common.archive.to_string()),
        ("document", page.id.to_string()),
        ("title", landed.title.clone()),
        ("change", landed.span.to_string()),
        ("journal-entry", common.entry.to_string()),
        ("capture-sha256", landed.capture.to_string()),
    ]
}

/// How a capture came.
pub(super) fn provenance(provenance: &Provenance) -> Vec<(&'static str, String)> {
    let mut told = Vec::new();
    match provenance {
        Provenance::Fetched => told.push(("provenance", "fetched".to_owned())),
        Provenance::Rendered { browser, asked } => {
            told.push(("provenance", "rendered by a browser".to_owned()));
            told.push(("browser", browser.clone()));
            told.extend(asked.iter().map(|asked| ("asked", asked.host.clone())));
        }
        Provenance::Imported { file, note, origin } => {
            let how = match origin {
                Some(_) => "taken in with a whole archive",
                None => "a file that somebody had saved",
            };
            told.push(("provenance", how.to_owned()));
            told.push(("file", file.clone()));
            told.extend(note.iter().map(|note| ("note", note.clone())));
            told.extend(
                origin
                    .iter()
                    .map(|origin| ("record", origin.record.clone())),
            );
        }
        Provenance::Backfilled { archive, memento } => {
            told.push(("provenance", "served by an archive of the web".to_owned()));
            told.push(("web-archive", archive.clone()));
            told.push(("memento", memento.url.clone()));
            told.push(("memento-datetime", date(memento.at)));
        }
        Provenance::Collected {
            collector,
            received,
            moved_ms,
        } => {
            told.push(("provenance", "brought by another machine".to_owned()));
            told.push(("collector", collector.clone()));
            told.push(("received", date(*received)));
            told.push(("clock-moved-ms", moved_ms.to_string()));
        }
    }
    told
}

impl Shelf<'_> {
    /// What the archive says of a capture. Of one that another archive of this program made, what that one said, and after it
    /// where it is held now.
    pub(super) fn metadata(
        &mut self,
        common: &Common,
        (url, at): (&Url, DateTime<Utc>),
        main: Option<String>,
        (told, file): (Vec<(&str, String)>, Option<&String>),
    ) -> Result<(), NotDone> {
        let origin = common.origin.filter(|origin| origin.made_by().is_some());
        let block = match origin {
            Some(origin) => {
                let said = origin.told.iter();
                let said = said.filter(|(name, _)| !name.starts_with(HELD));
                let mut told: Vec<(&str, String)> = said
                    .map(|(name, value)| (name.as_str(), value.clone()))
                    .collect();
                told.push(("held-by-archive", common.archive.to_string()));
                told.push(("held-as-entry", common.entry.to_string()));
                told.extend(file.map(|file| ("held-from-file", file.clone())));
                fields(&told)
            }
            None => fields(&told),
        };
        let mut fields = vec![("WARC-Target-URI", url.to_string())];
        fields.extend(main.map(|main| ("WARC-Concurrent-To", main)));
        self.put(
            common.entry,
            Record {
                kind: "metadata",
                id: common.named("metadata", 0),
                at,
                fields,
                media: Some("application/warc-fields"),
                block,
            },
        )
    }
}
