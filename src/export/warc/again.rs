//! Bytes that were served again, as records that say where they stand.

use chrono::{DateTime, Utc};
use url::Url;

use crate::export::walk::Walk;
use crate::export::warc::answered::Original;
use crate::export::warc::record::{Record, labelled, named};
use crate::export::warc::shelf::Shelf;
use crate::export::warc::{DOCUMENT, SAME_PAYLOAD};
use crate::house::NotDone;
use crate::model::{Digest, EntryNo, Look, LookOutcome, WatchId};

impl Shelf<'_> {
    /// A visit that brought bytes that are here already. Where they differed and the text did not, they were not kept.
    pub(super) fn looked(
        &mut self,
        walk: &Walk,
        (entry, place): (EntryNo, usize),
        known: &WatchId,
        look: &Look,
    ) -> Result<(), NotDone> {
        let LookOutcome::Unchanged {
            body: Some(body), ..
        } = look.outcome
        else {
            return Ok(());
        };
        let last = self.last.get(known).filter(|(last, _)| *last == body);
        let original = self.payloads.get(&body).cloned();
        let (Some((_, at)), Some(original), Some(page)) =
            (last.cloned(), original, walk.choice.page(known))
        else {
            return Ok(());
        };
        let archive = self.folder.subject().archive;
        let id = named(&[&archive, &entry, &"look", &place]);
        let told = (&at, &page.id);
        self.again((entry, id), look.at, told, (body, &original))
    }

    /// That bytes which another record has were served again to a visit of this page; nothing else of the answer was kept.
    pub(super) fn again(
        &mut self,
        (entry, id): (EntryNo, String),
        at: DateTime<Utc>,
        (url, document): (&Url, &WatchId),
        (body, original): (Digest, &Original),
    ) -> Result<(), NotDone> {
        let mut fields = vec![
            ("WARC-Target-URI", url.to_string()),
            ("WARC-Payload-Digest", labelled(body)),
            ("WARC-Profile", SAME_PAYLOAD.to_owned()),
            ("WARC-Truncated", "length".to_owned()),
        ];
        fields.extend(original.referred());
        fields.push((DOCUMENT, document.to_string()));
        self.put(
            entry,
            Record {
                kind: "revisit",
                id,
                at,
                fields,
                media: None,
                block: Vec::new(),
            },
        )
    }
}
