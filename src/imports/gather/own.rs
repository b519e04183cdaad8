//! Records that another archive of this program wrote: those of one capture stand together, and are one item.

use std::sync::Arc;

use crate::export::DOCUMENT;
use crate::imports::gather::fields::{said, target, time};
use crate::imports::gather::{
    At, BESIDE, By, DESCRIBES, FUTURE, Halt, Item, LOST, Part, Reader, Sort, TIMELESS, TOO_LONG,
    UNKNOWN,
};
use crate::imports::stream::Head;
use crate::model::{Origin, RecordKind};

impl Reader<'_> {
    /// A record of another archive of this program. Those of one capture stand together, and the one that describes them
    /// comes last.
    pub(super) fn own(
        &mut self,
        head: &Head,
        at: At<'_, '_>,
        group: &mut Vec<Part>,
    ) -> Result<(), Halt> {
        let kind = head.field("WARC-Type").unwrap_or_default();
        if kind == "metadata" && head.length <= DESCRIBES {
            let file = at.file.clone();
            let told = at.stream.block(head)?;
            self.close(head, &told, file, std::mem::take(group));
            return Ok(());
        }
        let (Some(target), Some(_)) = (target(head), time(head)) else {
            return Ok(self.skip(head, at, TIMELESS)?);
        };
        if let ("revisit", Some(document), 0) = (kind, head.field(DOCUMENT), head.length) {
            let document = document.to_owned();
            let file = at.file.clone();
            if let Some(part) = self.part(head, at, target)? {
                self.again(&document, part, file);
            }
            return Ok(());
        }
        let media = head.field("Content-Type").unwrap_or_default();
        let is_text = kind == "conversion" && media.starts_with("text/plain");
        if is_text || !matches!(kind, "response" | "revisit" | "resource" | "conversion") {
            // What was read out of a page is read again.
            at.stream.skip(head)?;
            return Ok(());
        }
        if head.length > self.most + BESIDE {
            return Ok(self.skip(head, at, TOO_LONG)?);
        }
        if let Some(part) = self.part(head, at, target)? {
            self.index(&part, head, By::Us);
            group.push(part);
        }
        Ok(())
    }

    /// That a document was served again with bytes that another record has.
    fn again(&mut self, document: &str, part: Part, file: Arc<str>) {
        let Some(watch) = self.wanted.named(document).cloned() else {
            return self.found.pass(UNKNOWN);
        };
        let url = self.urls.get(document).unwrap_or(&part.target).clone();
        if part.at > self.now {
            return self.found.pass(FUTURE);
        }
        self.found.items.push(Item {
            watch,
            at: part.at,
            url,
            file,
            origin: Origin {
                record: part.id.clone(),
                kind: RecordKind::Again,
                path: None,
                told: Vec::new(),
            },
            hops: vec![part],
            beside: Vec::new(),
            by: By::Us,
            missing: false,
        });
    }

    /// The records of one capture are together.
    fn close(&mut self, head: &Head, told: &[u8], file: Arc<str>, mut group: Vec<Part>) {
        let told = said(told);
        let field = |name: &str| {
            let mut told = told.iter();
            told.find(|(own, _)| own == name)
                .map(|(_, value)| value.clone())
        };
        let (Some(url), Some(at)) = (target(head), time(head)) else {
            return self.found.pass(TIMELESS);
        };
        let document = field("document").unwrap_or_default();
        let Some(watch) = self.wanted.named(&document).cloned() else {
            return self.found.pass(UNKNOWN);
        };
        if at > self.now {
            return self.found.pass(FUTURE);
        }
        let missing = field("failure").is_some();
        let main = head.field("WARC-Concurrent-To").map(str::to_owned);
        let main_at = group
            .iter()
            .position(|part| Some(&part.id) == main.as_ref());
        let beside = match (main_at, missing) {
            (Some(at), _) => group.split_off(at + 1),
            (None, true) => Vec::new(),
            (None, false) => return self.found.pass(LOST),
        };
        // Whatever else stands before is of a capture that nothing describes.
        group.retain(|part| Some(&part.id) == main.as_ref() || part.with == main);
        let is_file = group.last().is_some_and(|part| part.sort == Sort::File);
        // Files are told by their names: that under which it was saved, or that in the history it was taken from.
        let in_history = field("record").filter(|record| !record.starts_with('<'));
        let in_history = in_history.and_then(|record| Some(record.split_once(':')?.1.to_owned()));
        let path = in_history.or(field("file")).filter(|_| is_file);
        let record = main.or(head.field("WARC-Record-ID").map(str::to_owned));
        self.urls.insert(document, url.clone());
        self.found.items.push(Item {
            watch,
            at,
            url,
            file,
            origin: Origin {
                record: record.unwrap_or_default(),
                kind: match is_file {
                    true => RecordKind::File,
                    false => RecordKind::Answer,
                },
                path,
                told,
            },
            hops: group,
            beside,
            by: By::Us,
            missing,
        });
    }
}
