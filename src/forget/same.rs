//! Which texts of the archive are the same bytes or the same words as others.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Digest, Fact, Point, WatchId};

/// A text, by where it stands.
pub(super) type Text = (WatchId, Point);

/// Every text of the archive, with what it can be told by.
#[derive(Default)]
pub(super) struct Texts(BTreeMap<Text, Marks>);

/// What a text can be told by.
#[derive(Default)]
struct Marks {
    /// Its bytes, its documents, and its words as they were first read: where another has one of these, it is the same text.
    whole: BTreeSet<Digest>,
    /// Its words as later rules read them, which may leave out some of them.
    later: BTreeSet<Digest>,
    /// Its documents.
    documents: BTreeSet<Digest>,
}

impl Texts {
    /// Takes what a fact says of a text, if it says something of one.
    pub(super) fn take(&mut self, fact: &Fact, now: impl Fn(&WatchId) -> WatchId) {
        match fact {
            Fact::Landed(landed) if landed.span.to > 0 => {
                let marks = self.marks(now(&landed.watch), Point::Own(landed.span.to));
                marks.whole.extend(landed.body);
                marks.whole.extend(landed.text);
                marks.read(landed.document);
            }
            Fact::Reread {
                watch,
                version,
                document,
                text,
                ..
            } => {
                let marks = self.marks(now(watch), Point::Own(*version));
                marks.later.insert(*text);
                marks.read(Some(*document));
            }
            Fact::Backfilled(copy) => {
                if let Some(text) = copy.text() {
                    let marks = self.marks(now(&copy.watch), Point::Past(text.no));
                    marks.whole.extend([text.body, text.text]);
                    marks.read(Some(text.document));
                }
            }
            Fact::RereadPast(again) => {
                let marks = self.marks(now(&again.watch), Point::Past(again.no));
                marks.later.insert(again.text);
                marks.read(Some(again.document));
            }
            _ => {}
        }
    }

    fn marks(&mut self, watch: WatchId, point: Point) -> &mut Marks {
        self.0.entry((watch, point)).or_default()
    }

    pub(super) fn has(&self, text: &Text) -> bool {
        self.0.contains_key(text)
    }

    /// These, and all that are the same bytes or the same words as one of them.
    pub(super) fn same(&self, mut found: BTreeSet<Text>) -> BTreeSet<Text> {
        let mut marks: BTreeSet<Digest> = BTreeSet::new();
        loop {
            let theirs = self.0.iter().filter(|(text, _)| found.contains(*text));
            marks.extend(theirs.flat_map(|(_, one)| &one.whole));
            let before = found.len();
            let same = self
                .0
                .iter()
                .filter(|(_, one)| !one.whole.is_disjoint(&marks));
            found.extend(same.map(|(text, _)| text.clone()));
            if found.len() == before {
                return found;
            }
        }
    }

    /// The same texts with those that lose one of these bodies; `None` where there is no other.
    pub(super) fn others_with(
        &self,
        bodies: &BTreeSet<Digest>,
        found: &BTreeSet<Text>,
    ) -> Option<BTreeSet<Text>> {
        let others = self
            .0
            .iter()
            .filter(|(text, one)| !found.contains(*text) && !one.whole.is_disjoint(bodies));
        let others: BTreeSet<Text> = others.map(|(text, _)| text.clone()).collect();
        (!others.is_empty()).then(|| found.union(&others).cloned().collect())
    }

    /// The documents of some texts.
    pub(super) fn documents(&self, of: &BTreeSet<Text>) -> BTreeSet<Digest> {
        let marks = of.iter().filter_map(|text| self.0.get(text));
        marks.flat_map(|one| &one.documents).copied().collect()
    }

    /// The others in which words of these may stand still, with their documents: those of the same pages, and those of other
    /// pages that were read as one of these by other rules.
    pub(super) fn beside(&self, gone: &BTreeSet<Text>) -> Vec<(&Text, &BTreeSet<Digest>)> {
        let pages: BTreeSet<&WatchId> = gone.iter().map(|(watch, _)| watch).collect();
        let theirs = gone.iter().filter_map(|text| self.0.get(text));
        let read: BTreeSet<Digest> = theirs.flat_map(Marks::readings).copied().collect();
        let others = self.0.iter().filter(|(text, _)| !gone.contains(*text));
        let near = others.filter(|(text, one)| {
            pages.contains(&text.0) || one.readings().any(|reading| read.contains(reading))
        });
        near.map(|(text, one)| (text, &one.documents)).collect()
    }
}

impl Marks {
    fn read(&mut self, document: Option<Digest>) {
        self.whole.extend(document);
        self.documents.extend(document);
    }

    fn readings(&self) -> impl Iterator<Item = &Digest> {
        self.whole.iter().chain(&self.later)
    }
}
