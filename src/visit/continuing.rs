//! The first version of a page that goes on with others: it is compared with what stood on them last.

use std::collections::HashSet;

use chrono::{DateTime, Utc};

use crate::diff;
use crate::findings;
use crate::model::{
    Block, ChangeKind, Continued, Diff, Document, Finding, ReaderId, Span, Version, VisitReport,
};
use crate::reread;
use crate::store::StoreError;
use crate::visit::judged::{Judged, Seen, Silence, called};
use crate::visit::landing::{Arrival, Found, Landing};
use crate::visit::read::{page_beside, read_beside};
use crate::visit::{bounds, plain};
use crate::wording;

/// A page that went on as this one.
struct Gone {
    version: Version,
    /// Its text, as the reader of what arrived reads it; `None` where that cannot read it.
    document: Option<Document>,
    last_seen: Option<DateTime<Utc>>,
}

impl Landing<'_> {
    /// The first version, where the watch continues others that were read; `None` where none ever was.
    pub(super) async fn continued(
        &self,
        arrival: &mut Box<Arrival>,
    ) -> Result<Option<Judged>, StoreError> {
        let known = self.last_stood().await?;
        if known.is_empty() {
            return Ok(None);
        }
        let own = arrival.document.reader.clone();
        let mut gone = self.read_all(&known, &own).await?;
        let page = matches!(&arrival.page, Some(Ok(page)) if page.reader != own);
        if page && gone.iter().any(|gone| gone.document.is_none()) {
            // What an interface told cannot be compared with what was read from pages; the page beside it can.
            let reader = arrival.compared().reader.clone();
            gone = self.read_all(&known, &reader).await?;
        } else {
            arrival.page = None;
        }
        let after = arrival.compared();
        let alike = |gone: &Gone| gone.document.as_ref().map_or(0, |old| shared(old, after));
        let best =
            (gone.iter()).max_by_key(|gone| (alike(gone), std::cmp::Reverse(gone.version.no)));
        let before = match best.and_then(|best| best.document.as_ref()) {
            Some(best) => Some(self.joined(best, &gone, after).await?),
            None => None,
        };
        gone.sort_by_key(|gone| std::cmp::Reverse(alike(gone)));
        self.judge_continued(arrival, &gone, before).await.map(Some)
    }

    /// Appends the first version of a page that goes on with others.
    pub(super) async fn go_on(
        &self,
        arrival: Box<Arrival>,
        mut judged: Judged,
    ) -> Result<VisitReport, StoreError> {
        let at = arrival.capture.landed();
        judged.leads = self.leads(at, None, &arrival.document, &judged).await?;
        let title = arrival.document.title.clone();
        self.append(&Found::Page(arrival), judged, title).await
    }

    /// The last versions of the pages it continues, with the time each was last seen.
    async fn last_stood(&self) -> Result<Vec<(Version, Option<DateTime<Utc>>)>, StoreError> {
        let mut known: Vec<(Version, Option<DateTime<Utc>>)> = Vec::new();
        for old in &self.watch.continues {
            let state = self.house.store.state(old).await?;
            let Some(version) = state.current else {
                continue;
            };
            if version.watch != self.watch.id
                && known.iter().all(|(other, _)| other.watch != version.watch)
            {
                known.push((version, state.last_seen));
            }
        }
        Ok(known)
    }

    async fn read_all(
        &self,
        known: &[(Version, Option<DateTime<Utc>>)],
        reader: &ReaderId,
    ) -> Result<Vec<Gone>, StoreError> {
        let mut gone = Vec::new();
        for (version, last_seen) in known {
            gone.push(Gone {
                document: self.read_as(version, reader).await?,
                version: version.clone(),
                last_seen: *last_seen,
            });
        }
        Ok(gone)
    }

    /// A version of another watch as this reader reads it. It is not kept: the other watch has rules of its own.
    async fn read_as(
        &self,
        version: &Version,
        reader: &ReaderId,
    ) -> Result<Option<Document>, StoreError> {
        let store = &self.house.store;
        let stored = store.document(version).await?;
        if stored.reader == *reader {
            return Ok(Some(stored));
        }
        if stored.is_forgotten() {
            return Ok(None);
        }
        let (capture, body) = reread::brought(store, version).await?;
        let workers = &self.in_force.workers;
        let read = workers.read(&capture, &body, &self.watch.reading).await;
        if let Some(document) = read.ok().filter(|read| read.reader == *reader) {
            return Ok(Some(document));
        }
        let Some(page) = page_beside(&capture) else {
            return Ok(None);
        };
        let body = store.body(page.body).await?;
        let read = read_beside(self.in_force, self.watch, page, body).await;
        Ok(read.ok().filter(|read| read.reader == *reader))
    }

    /// The text of all of them in their order, under the title of the one that is most alike, without what stands on a
    /// sibling now: another page that goes on with one of them.
    async fn joined(
        &self,
        best: &Document,
        gone: &[Gone],
        after: &Document,
    ) -> Result<Document, StoreError> {
        let documents = || gone.iter().filter_map(|gone| gone.document.as_ref());
        let mut joined = Document {
            blocks: documents().flat_map(|old| old.blocks.clone()).collect(),
            attachments: documents()
                .flat_map(|old| old.attachments.clone())
                .collect(),
            surroundings: Vec::new(),
            pages: Vec::new(),
            ..best.clone()
        };
        let own: HashSet<String> = findings::sentences(after).into_iter().collect();
        for sibling in self.siblings().await? {
            let there: HashSet<String> = findings::sentences(&sibling).into_iter().collect();
            joined.blocks.retain(|block| {
                let sentences = sentences(block);
                let all_in =
                    |place: &HashSet<String>| sentences.iter().all(|one| place.contains(one));
                sentences.is_empty() || all_in(&own) || !all_in(&there)
            });
            joined.attachments.retain(|file| {
                let stands = |document: &Document| {
                    document.attachments.iter().any(|one| one.url == file.url)
                };
                stands(after) || !stands(&sibling)
            });
        }
        Ok(joined)
    }

    /// What stands now on the other pages that go on with one of those this one goes on with.
    async fn siblings(&self) -> Result<Vec<Document>, StoreError> {
        let watches = &self.in_force.watchlist.watches;
        let is_sibling = |watch: &&crate::model::Watch| {
            watch.id != self.watch.id
                && watch
                    .continues
                    .iter()
                    .any(|old| self.watch.continues.contains(old))
        };
        let mut documents = Vec::new();
        for sibling in watches.iter().filter(is_sibling) {
            let state = self.house.store.state(&sibling.id).await?;
            if let Some(current) = state.current.filter(|_| !state.away) {
                documents.push(self.house.store.document(&current).await?);
            }
        }
        Ok(documents)
    }

    async fn judge_continued(
        &self,
        arrival: &Arrival,
        gone: &[Gone],
        before: Option<Document>,
    ) -> Result<Judged, StoreError> {
        let last_seen = gone.iter().filter_map(|gone| gone.last_seen).max();
        let seen = Seen {
            kind: ChangeKind::Moved,
            span: Span { from: 0, to: 1 },
            bounds: bounds(last_seen, arrival.capture.at),
            same_text_as: None,
        };
        let named = called(self.watch, &arrival.document.title);
        let mut judged = match &before {
            Some(before) => {
                let diff = diff::between(before, arrival.compared());
                let mut judged = self.judge(seen, Some(before), Some(arrival), &diff).await?;
                for finding in &mut judged.findings {
                    if finding.rule == "moved" {
                        explain(finding, gone, arrival);
                    }
                }
                judged.sentence = sentence(&named, &judged, &diff, gone);
                judged
            }
            None => Judged {
                sentence: format!("{} continues {}.", named.name(), links(gone)),
                silence: Some(Silence::otherwise(
                    "the pages it continues cannot be read by its rules",
                )),
                ..Judged::quiet(seen)
            },
        };
        let document = match &before {
            Some(before) => {
                let like = gone.first().map(|gone| gone.version.document);
                Some(self.house.store.keep(plain::write(before), like).await?)
            }
            None => None,
        };
        let of = gone
            .iter()
            .map(|gone| (gone.version.watch.clone(), gone.version.no));
        judged.continues = Some(Continued {
            of: of.collect(),
            document,
        });
        Ok(judged)
    }
}

/// What the finding says that a page moved, where the watchlist says from where.
fn explain(finding: &mut Finding, gone: &[Gone], arrival: &Arrival) {
    let addresses: Vec<&str> = gone.iter().map(|gone| gone.version.url.as_str()).collect();
    finding.why = format!(
        "The watchlist says that this page continues {}.",
        links(gone)
    );
    finding.names = Vec::new();
    finding.before = Some(addresses.join(" "));
    finding.after = Some(arrival.capture.landed().to_string());
}

fn sentence(named: &crate::model::Watch, judged: &Judged, diff: &Diff, gone: &[Gone]) -> String {
    let links = links(gone);
    if diff.is_empty() {
        let who = wording::sentence::who(named);
        return format!(
            "{who}: the page “{}” continues {links}, in the same words",
            named.name()
        );
    }
    let about_the_text: Vec<Finding> = (judged.findings.iter())
        .filter(|finding| finding.rule != "moved")
        .cloned()
        .collect();
    let edited = wording::sentence::of(
        named,
        ChangeKind::Edited,
        judged.seen.span,
        &about_the_text,
        Some(diff),
    );
    format!("{edited}; it continues {links}")
}

/// The pages that went on: `old-id (version 3) and other-id (version 1)`.
fn links(gone: &[Gone]) -> String {
    let links: Vec<String> = (gone.iter())
        .map(|gone| format!("{} (version {})", gone.version.watch, gone.version.no))
        .collect();
    links.join(" and ")
}

/// How many letters of sentences two documents share.
fn shared(one: &Document, other: &Document) -> usize {
    let there: HashSet<String> = findings::sentences(other).into_iter().collect();
    let common = findings::sentences(one);
    let common = common.iter().filter(|sentence| there.contains(*sentence));
    common.map(String::len).sum()
}

/// The sentences of one block, folded.
fn sentences(block: &Block) -> Vec<String> {
    findings::sentences(&Document {
        blocks: vec![block.clone()],
        ..Document::empty(ReaderId(String::new()), "")
    })
}
