//! What has to go for texts to be forgotten: what was served, what was read of it, and whatever quotes it.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::forget::NotForgotten;
use crate::forget::same::{Text, Texts};
use crate::model::{
    AlertId, Digest, Entry, EntryNo, Fact, Landed, Look, LookOutcome, Point, WatchId,
};
use crate::prose;
use crate::store::{Store, StoreError};

/// How many entries are read at once.
const AT_ONCE: usize = 500;

/// What goes.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Debug)]
pub struct Plan {
    /// The texts that were asked for.
    pub of: Vec<(WatchId, Point)>,
    /// Every page of which something goes.
    pub watches: Vec<WatchId>,
    /// What goes, by its hash.
    pub bodies: Vec<Digest>,
    /// Other texts that are the same bytes or words, and go with them, as ID@VERSION.
    pub with_them: Vec<String>,
    /// Texts that stay, and in which sentences of these stand.
    pub still: Vec<Still>,
    /// The sentences that summed up the steps to and from the texts: they stay in their entries, and are shown no more.
    pub sentences: Vec<String>,
    /// How many messages that were sent lose their words here; where they were sent they stay.
    pub messages: usize,
}

/// A text that stays, and in which sentences of what goes stand.
#[derive(Clone, PartialEq, Eq, Serialize, Debug)]
pub struct Still {
    /// Which text, as ID@VERSION.
    pub text: String,
    /// How many sentences of what goes stand in it.
    pub sentences: usize,
    /// How many sentences what goes has.
    pub of: usize,
}

impl Plan {
    /// What has to go for these texts to be forgotten. Nothing is done yet.
    ///
    /// # Errors
    /// Where there is no such text, it was forgotten before, or somebody is still to be told of it.
    pub async fn of(store: &Store, of: &[(WatchId, Point)]) -> Result<Plan, NotForgotten> {
        let (texts, called) = texts(store).await?;
        if let Some((watch, point)) = of.iter().find(|text| !texts.has(text)) {
            let (watch, point) = (watch.clone(), *point);
            return Err(NotForgotten::NoText { watch, point });
        }
        let mut search = Search {
            store,
            called,
            wanted: texts.same(of.iter().cloned().collect()),
            pages: BTreeSet::new(),
            texts: BTreeSet::new(),
            quotes: BTreeSet::new(),
            owners: BTreeSet::new(),
            steps: BTreeSet::new(),
            sentences: Vec::new(),
        };
        search.look().await?;
        // Bytes that a later visit found may be those of another text, which then goes too.
        while let Some(more) = texts.others_with(&search.texts, &search.wanted) {
            search.wanted = texts.same(more);
            search.sentences.clear();
            search.look().await?;
        }
        let still = still(store, &texts, &search.wanted).await?;
        search.finish(of, still).await
    }
}

/// What watches are called now, by what they were called.
type Called = BTreeMap<WatchId, WatchId>;

/// Every text of the archive.
async fn texts(store: &Store) -> Result<(Texts, Called), StoreError> {
    let (mut texts, mut called) = (Texts::default(), Called::new());
    let mut journal = Journal::of(store);
    while let Some(entries) = journal.some().await? {
        for entry in &entries {
            for watch in watches_of(&entry.fact) {
                if !called.contains_key(watch) {
                    called.insert(watch.clone(), store.called(watch).await?);
                }
            }
            texts.take(&entry.fact, |watch| now(&called, watch));
        }
    }
    Ok((texts, called))
}

/// The watches whose texts a fact tells of.
fn watches_of(fact: &Fact) -> Vec<&WatchId> {
    match fact {
        Fact::Landed(landed) => {
            let before = landed.continues.iter().flat_map(|before| &before.of);
            let before = before.map(|(watch, _)| watch);
            before.chain([&landed.watch]).collect()
        }
        Fact::Reread { watch, .. } => vec![watch],
        Fact::Backfilled(copy) => vec![&copy.watch],
        Fact::RereadPast(again) => vec![&again.watch],
        Fact::Looks { looks } => looks.iter().map(|look| &look.watch).collect(),
        _ => Vec::new(),
    }
}

fn now(called: &Called, watch: &WatchId) -> WatchId {
    called.get(watch).unwrap_or(watch).clone()
}

/// The texts that stay and in which sentences of these stand.
async fn still(
    store: &Store,
    texts: &Texts,
    gone: &BTreeSet<Text>,
) -> Result<Vec<Still>, StoreError> {
    let theirs = sentences(store, &texts.documents(gone)).await?;
    let mut still = Vec::new();
    for ((watch, point), documents) in texts.beside(gone) {
        let stand = sentences(store, documents).await?;
        let common = stand.intersection(&theirs).count();
        if common > 0 {
            still.push(Still {
                text: format!("{watch}@{point}"),
                sentences: common,
                of: theirs.len(),
            });
        }
    }
    // Those in which the most of it stands first; the others in the order of their pages.
    still.sort_by_key(|one| std::cmp::Reverse(one.sentences));
    Ok(still)
}

/// The sentences of documents, as they are compared.
async fn sentences(
    store: &Store,
    documents: &BTreeSet<Digest>,
) -> Result<BTreeSet<String>, StoreError> {
    let mut found = BTreeSet::new();
    for document in documents {
        let document = store.read_document(*document).await?;
        for block in &document.blocks {
            let sentences = prose::split(&block.text).into_iter();
            found.extend(sentences.map(|sentence| prose::fold(&sentence)));
        }
    }
    found.remove("");
    Ok(found)
}

/// What was found on the way through the journal.
struct Search<'a> {
    store: &'a Store,
    called: Called,
    /// The texts that were asked for, and all that are the same bytes or words.
    wanted: BTreeSet<Text>,
    /// The pages of which something goes.
    pages: BTreeSet<WatchId>,
    /// The texts themselves: these go wherever else they stand.
    texts: BTreeSet<Digest>,
    /// What quotes them: it goes unless somebody else needs it, who then has the words too.
    quotes: BTreeSet<Digest>,
    /// The entries that name these.
    owners: BTreeSet<EntryNo>,
    /// The entries of the steps to and from the texts.
    steps: BTreeSet<EntryNo>,
    /// What these say in a sentence.
    sentences: Vec<String>,
}

impl Search<'_> {
    /// Goes through the journal once, and finds what belongs to the texts.
    async fn look(&mut self) -> Result<(), StoreError> {
        let mut journal = Journal::of(self.store);
        while let Some(entries) = journal.some().await? {
            for entry in &entries {
                self.take(entry).await?;
            }
        }
        Ok(())
    }

    async fn take(&mut self, entry: &Entry) -> Result<(), StoreError> {
        match &entry.fact {
            Fact::Landed(landed) => self.landed(entry.no, landed),
            Fact::Reread {
                watch,
                version,
                document,
                names,
                ..
            } if self.wants(watch, Point::Own(*version)) => {
                self.texts.insert(*document);
                self.quotes.extend(*names);
                self.owners.insert(entry.no);
            }
            Fact::Backfilled(copy) => {
                if let Some(text) = copy.text()
                    && self.wants(&copy.watch, Point::Past(text.no))
                {
                    self.texts.extend([text.body, text.document]);
                    self.quotes.extend(text.names);
                    self.owners.insert(entry.no);
                }
            }
            Fact::RereadPast(again) if self.wants(&again.watch, Point::Past(again.no)) => {
                self.texts.insert(again.document);
                self.quotes.extend(again.names);
                self.owners.insert(entry.no);
            }
            Fact::Composed(composed) => {
                let tells = |alert: &AlertId| self.steps.contains(&alert.entry);
                if composed.alerts.iter().any(tells) {
                    self.quotes.insert(composed.payload);
                    self.owners.insert(entry.no);
                }
            }
            Fact::Looks { looks } => {
                for look in looks {
                    self.seen(look).await?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn landed(&mut self, no: EntryNo, landed: &Landed) {
        let comes = self.wants(&landed.watch, Point::Own(landed.span.to));
        let goes = self.wants(&landed.watch, Point::Own(landed.span.from));
        if comes {
            self.texts.extend(landed.body);
            self.texts.extend(landed.document);
            self.texts.extend(&landed.beside);
            self.quotes.extend(landed.names);
        }
        let before = landed.continues.as_ref().filter(|before| {
            let mut of = before.of.iter();
            of.any(|(watch, no)| self.wants(watch, Point::Own(*no)))
        });
        // What the pages before said, put together: it holds their words.
        self.texts.extend(before.and_then(|before| before.document));
        if comes || goes || before.is_some() {
            self.quotes.extend(landed.findings);
            self.quotes.extend(landed.strands);
            self.owners.insert(no);
            self.steps.insert(no);
            self.sentences.push(landed.sentence.clone());
            self.pages.insert(now(&self.called, &landed.watch));
        }
    }

    /// The bytes of a visit that found the same words, where they are kept.
    async fn seen(&mut self, look: &Look) -> Result<(), StoreError> {
        let LookOutcome::Unchanged {
            body: Some(body), ..
        } = &look.outcome
        else {
            return Ok(());
        };
        let watch = now(&self.called, &look.watch);
        if !self.wanted.iter().any(|(wanted, _)| *wanted == watch) {
            return Ok(());
        }
        let versions = self.store.versions(&watch).await?;
        let stood = versions.iter().rev().find(|one| one.at <= look.at);
        let stood = stood.map(|version| (watch, Point::Own(version.no)));
        if stood.is_some_and(|stood| self.wanted.contains(&stood))
            && self.store.keeps(*body).await?
        {
            self.texts.insert(*body);
        }
        Ok(())
    }

    fn wants(&self, watch: &WatchId, point: Point) -> bool {
        self.wanted.contains(&(now(&self.called, watch), point))
    }

    /// Goes through the journal once more, and leaves out what somebody else needs.
    async fn finish(mut self, of: &[Text], still: Vec<Still>) -> Result<Plan, NotForgotten> {
        let (mut journal, mut messages) = (Journal::of(self.store), 0);
        while let Some(entries) = journal.some().await? {
            for entry in &entries {
                if self.owners.contains(&entry.no) {
                    messages += usize::from(matches!(entry.fact, Fact::Composed(_)));
                    continue;
                }
                for (digest, _) in Store::bodies_in(entry) {
                    self.quotes.remove(&digest);
                }
            }
        }
        self.hold_unsent().await?;
        let mut watches = std::mem::take(&mut self.pages);
        watches.extend(self.wanted.iter().map(|(id, _)| id.clone()));
        let with_them = self.wanted.iter().filter(|text| !of.contains(text));
        Ok(Plan {
            of: of.to_vec(),
            watches: watches.into_iter().collect(),
            bodies: self.bodies(of).await?,
            with_them: with_them
                .map(|(id, point)| format!("{id}@{point}"))
                .collect(),
            still,
            sentences: self.sentences,
            messages,
        })
    }

    /// What was found and is kept still.
    async fn bodies(&self, of: &[Text]) -> Result<Vec<Digest>, NotForgotten> {
        let mut bodies = Vec::new();
        let mut before = None;
        for digest in self.texts.union(&self.quotes) {
            match self.store.tombstone(*digest).await? {
                Some(left) => before = Some(left.entry),
                None if self.store.keeps(*digest).await? => bodies.push(*digest),
                None => {}
            }
        }
        match (bodies.is_empty(), before, of.first()) {
            (true, Some(entry), Some((watch, point))) => Err(NotForgotten::Before {
                watch: watch.clone(),
                point: *point,
                entry,
            }),
            _ => Ok(bodies),
        }
    }

    /// Holds everything while somebody is still to be told of one of the steps.
    async fn hold_unsent(&self) -> Result<(), NotForgotten> {
        let owed = self.store.owed().await?;
        let unsent = owed
            .iter()
            .find(|alert| self.steps.contains(&alert.id.entry));
        match unsent {
            Some(alert) => Err(NotForgotten::Owed(alert.id)),
            None => Ok(()),
        }
    }
}

/// The journal from its first entry on, some entries at a time.
struct Journal<'a> {
    store: &'a Store,
    next: EntryNo,
}

impl<'a> Journal<'a> {
    fn of(store: &'a Store) -> Journal<'a> {
        Journal { store, next: 1 }
    }

    /// The next entries; `None` where it ends.
    async fn some(&mut self) -> Result<Option<Vec<Entry>>, StoreError> {
        let entries = self.store.entries(self.next, AT_ONCE).await?;
        self.next += entries.len() as EntryNo;
        let entries: Vec<Entry> = entries.into_iter().map(|(entry, _)| entry).collect();
        Ok((!entries.is_empty()).then_some(entries))
    }
}
