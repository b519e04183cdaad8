//! What has to go for texts to be forgotten: what was served, what was read of it, and whatever quotes it.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::forget::NotForgotten;
use crate::model::{
    AlertId, Digest, Entry, EntryNo, Fact, Landed, Look, LookOutcome, Point, VersionNo, WatchId,
};
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
    /// The sentences that summed up the steps to and from the texts: they stay in their entries, and are shown no more.
    pub sentences: Vec<String>,
    /// How many messages that were sent lose their words here; where they were sent they stay.
    pub messages: usize,
}

impl Plan {
    /// What has to go for these texts to be forgotten. Nothing is done yet.
    ///
    /// # Errors
    /// Where there is no such text, it was forgotten before, or somebody is still to be told of it.
    pub async fn of(store: &Store, of: &[(WatchId, Point)]) -> Result<Plan, NotForgotten> {
        let mut search = Search {
            store,
            called: BTreeMap::new(),
            wanted: of.iter().cloned().collect(),
            found: BTreeSet::new(),
            texts: BTreeSet::new(),
            quotes: BTreeSet::new(),
            owners: BTreeSet::new(),
            steps: BTreeSet::new(),
            sentences: Vec::new(),
        };
        search.look(of).await?;
        search.finish(of).await
    }
}

/// What was found on the way through the journal.
struct Search<'a> {
    store: &'a Store,
    called: BTreeMap<WatchId, WatchId>,
    wanted: BTreeSet<(WatchId, Point)>,
    found: BTreeSet<(WatchId, Point)>,
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
    async fn look(&mut self, of: &[(WatchId, Point)]) -> Result<(), NotForgotten> {
        let mut journal = Journal::of(self.store);
        while let Some(entries) = journal.some().await? {
            for entry in &entries {
                self.take(entry).await?;
            }
        }
        for (watch, point) in of {
            if !self.found.contains(&(watch.clone(), *point)) {
                let (watch, point) = (watch.clone(), *point);
                return Err(NotForgotten::NoText { watch, point });
            }
        }
        Ok(())
    }

    async fn take(&mut self, entry: &Entry) -> Result<(), StoreError> {
        match &entry.fact {
            Fact::Landed(landed) => self.landed(entry.no, landed).await?,
            Fact::Reread {
                watch,
                version,
                document,
                names,
                ..
            } if self.wants(watch, Point::Own(*version)).await? => {
                self.texts.insert(*document);
                self.quotes.extend(*names);
                self.owners.insert(entry.no);
            }
            Fact::Backfilled(copy) => {
                if let Some(text) = copy.text()
                    && self.wants(&copy.watch, Point::Past(text.no)).await?
                {
                    self.texts.extend([text.body, text.document]);
                    self.quotes.extend(text.names);
                    self.owners.insert(entry.no);
                }
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

    async fn landed(&mut self, no: EntryNo, landed: &Landed) -> Result<(), StoreError> {
        let (to, from) = (Point::Own(landed.span.to), Point::Own(landed.span.from));
        let comes = landed.span.to > 0 && self.wants(&landed.watch, to).await?;
        let goes = landed.span.from > 0 && self.wants(&landed.watch, from).await?;
        if comes {
            self.texts.extend(landed.body);
            self.texts.extend(landed.document);
            self.texts.extend(&landed.beside);
            self.quotes.extend(landed.names);
        }
        if comes || goes {
            self.quotes.extend(landed.findings);
            self.quotes.extend(landed.strands);
            self.owners.insert(no);
            self.steps.insert(no);
            self.sentences.push(landed.sentence.clone());
        }
        Ok(())
    }

    /// The bytes of a visit that found the same words, where they are kept.
    async fn seen(&mut self, look: &Look) -> Result<(), StoreError> {
        let LookOutcome::Unchanged {
            body: Some(body), ..
        } = &look.outcome
        else {
            return Ok(());
        };
        let watch = self.now(&look.watch).await?;
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

    async fn wants(&mut self, watch: &WatchId, point: Point) -> Result<bool, StoreError> {
        let text = (self.now(watch).await?, point);
        let wanted = self.wanted.contains(&text);
        if wanted {
            self.found.insert(text);
        }
        Ok(wanted)
    }

    /// What a watch is called now.
    async fn now(&mut self, watch: &WatchId) -> Result<WatchId, StoreError> {
        if let Some(now) = self.called.get(watch) {
            return Ok(now.clone());
        }
        let now = self.store.called(watch).await?;
        self.called.insert(watch.clone(), now.clone());
        Ok(now)
    }

    /// Goes through the journal once more, and leaves out what somebody else needs.
    async fn finish(mut self, of: &[(WatchId, Point)]) -> Result<Plan, NotForgotten> {
        let (mut with_them, mut watches) = (BTreeSet::new(), BTreeSet::new());
        watches.extend(of.iter().map(|(watch, _)| watch.clone()));
        let (mut journal, mut messages) = (Journal::of(self.store), 0);
        while let Some(entries) = journal.some().await? {
            for entry in &entries {
                if self.owners.contains(&entry.no) {
                    messages += usize::from(matches!(entry.fact, Fact::Composed(_)));
                    continue;
                }
                for (digest, _) in Store::bodies_in(entry) {
                    self.quotes.remove(&digest);
                    if self.texts.contains(&digest)
                        && let Some((watch, text)) = self.text_in(&entry.fact).await?
                    {
                        watches.insert(watch);
                        with_them.insert(text);
                    }
                }
            }
        }
        self.hold_unsent().await?;
        Ok(Plan {
            of: of.to_vec(),
            watches: watches.into_iter().collect(),
            bodies: self.bodies(of).await?,
            with_them: with_them.into_iter().collect(),
            sentences: self.sentences,
            messages,
        })
    }

    /// What was found and is kept still.
    async fn bodies(&self, of: &[(WatchId, Point)]) -> Result<Vec<Digest>, NotForgotten> {
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

    /// Which text an entry brought, as ID@VERSION.
    async fn text_in(&mut self, fact: &Fact) -> Result<Option<(WatchId, String)>, StoreError> {
        let own = |no: VersionNo| (no > 0).then_some(Point::Own(no));
        let (watch, point) = match fact {
            Fact::Landed(landed) => (&landed.watch, own(landed.span.to)),
            Fact::Reread { watch, version, .. } => (watch, own(*version)),
            Fact::Backfilled(copy) => {
                let text = copy.text();
                (&copy.watch, text.map(|text| Point::Past(text.no)))
            }
            _ => return Ok(None),
        };
        let watch = self.now(watch).await?;
        Ok(point.map(|point| (watch.clone(), format!("{watch}@{point}"))))
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
