//! The picture a reader sees: the views in force together with the looks not yet sealed.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use url::Url;

use crate::model::{
    Alert, AlertId, Composed, Coverage, Digest, EntryNo, Facts, Follow, KnownName, Look, Member,
    Muted, Questions, Said, Span, Standing, State, Trail, Version, VersionNo, VolumeAsked, WatchId,
};
use crate::store::{
    ChangeFilter,
    error::StoreError,
    looks::Numbered,
    views::history::Recorded,
    views::outbox::Delivered,
    views::watches::fold,
    views::{Briefs, Sort, View, coverage, keys},
};

/// The views in force together with the looks not yet sealed. The writer changes it whole, under a lock.
pub(in crate::store) struct Picture {
    /// The views in force.
    pub(in crate::store) view: View,
    /// The looks not yet sealed, in the order they were made, each under what its watch is called now. All of them came
    /// after the last entry about their watch, and no watch is renamed while looks wait.
    pub(in crate::store) waiting: Vec<Numbered>,
}

impl Picture {
    fn waiting_for<'a>(&'a self, called: &'a WatchId) -> impl DoubleEndedIterator<Item = &'a Look> {
        let looks = self.waiting.iter().map(|(_, look)| look);
        looks.filter(move |look| look.watch == *called)
    }

    /// Whether a look at this watch waits.
    pub(in crate::store) fn waits(&self, watch: &WatchId) -> Result<bool, StoreError> {
        let called = self.view.now_called(watch)?;
        Ok(self.waiting_for(&called).next().is_some())
    }

    /// Where the history of a watch stands.
    pub(in crate::store) fn state(&self, watch: &WatchId) -> Result<State, StoreError> {
        let called = self.view.now_called(watch)?;
        let mut state = self.view.journaled(&called)?;
        self.waiting_for(&called)
            .for_each(|look| fold(&mut state, look));
        if let Some(current) = &mut state.current {
            current.watch = called;
        }
        Ok(state)
    }

    /// Every watch ever visited, with its state, by id.
    pub(in crate::store) fn states(&self) -> Result<Vec<(WatchId, State)>, StoreError> {
        let mut states = BTreeMap::new();
        for (number, watch) in self.view.all()? {
            let mut state = self.view.state_row(number)?.state;
            if let Some(current) = &mut state.current {
                current.watch = watch.clone();
            }
            states.insert(watch, state);
        }
        for (_, look) in &self.waiting {
            fold(states.entry(look.watch.clone()).or_default(), look);
        }
        Ok(states.into_iter().collect())
    }

    /// The versions of a watch, oldest first.
    pub(in crate::store) fn versions(&self, watch: &WatchId) -> Result<Vec<Version>, StoreError> {
        let state = self.state(watch)?;
        let called = self.view.now_called(watch)?;
        let mut versions = self.view.versions(watch)?;
        for version in &mut versions {
            version.watch = called.clone();
            if let Some(current) = &state.current
                && current.no == version.no
            {
                *version = current.clone();
            }
        }
        Ok(versions)
    }

    /// One version.
    pub(in crate::store) fn version(
        &self,
        watch: &WatchId,
        no: VersionNo,
    ) -> Result<Version, StoreError> {
        if let Some(current) = self.state(watch)?.current.filter(|now| now.no == no) {
            return Ok(current);
        }
        let mut version = self
            .view
            .version(watch, no)?
            .ok_or_else(|| StoreError::Missing(format!("version {no} of {watch}")))?;
        version.watch = self.view.now_called(watch)?;
        Ok(version)
    }

    /// The document of a version: the one it was last reread as, or the first.
    pub(in crate::store) fn document_of(&self, version: &Version) -> Result<Digest, StoreError> {
        self.view.document_of(version)
    }

    /// The watches that go on with this one, each with the version of this one that it goes on from.
    pub(in crate::store) fn continuations(
        &self,
        watch: &WatchId,
    ) -> Result<Vec<(WatchId, VersionNo)>, StoreError> {
        self.view.continuations(watch)
    }

    /// Changes, newest first.
    pub(in crate::store) fn changes(
        &self,
        filter: &ChangeFilter,
    ) -> Result<Vec<Recorded>, StoreError> {
        let mut rows = self.view.changes(filter)?;
        for row in &mut rows {
            row.change.watch = self.view.now_called(&row.change.watch)?;
        }
        Ok(rows)
    }

    /// One change.
    pub(in crate::store) fn change(
        &self,
        watch: &WatchId,
        span: Span,
    ) -> Result<Recorded, StoreError> {
        let mut row = self
            .view
            .change(watch, span)?
            .ok_or_else(|| StoreError::Missing(format!("the change {span} of {watch}")))?;
        row.change.watch = self.view.now_called(watch)?;
        Ok(row)
    }

    /// The change that an entry holds.
    pub(in crate::store) fn change_in(&self, entry: EntryNo) -> Result<Recorded, StoreError> {
        let row = self.view.change_in(entry)?;
        let mut row =
            row.ok_or_else(|| StoreError::Missing(format!("the change of entry {entry}")))?;
        row.change.watch = self.view.now_called(&row.change.watch)?;
        Ok(row)
    }

    /// What is known without reading a document, and the documents to be searched for the sentences.
    pub(in crate::store) fn facts(
        &self,
        watch: &WatchId,
        questions: &Questions,
    ) -> Result<(Facts, Vec<(WatchId, Digest)>), StoreError> {
        let mut facts = Facts {
            since: self.view.row(keys::SINCE)?,
            ..Facts::default()
        };
        for name in &questions.names {
            if let Some(sighting) = self.view.sighting(name)? {
                facts.seen.insert(name.clone(), sighting);
                if self.view.is_dismissed(name, None)? {
                    facts.dismissed.insert(name.clone());
                }
            }
        }
        if let Some(asked) = &questions.volume {
            facts.volume = self.view.volume(asked)?;
        }
        if let Some(host) = &questions.habit {
            facts.host = self.view.habit_of_host(host)?;
            facts.own = self.view.habit_of(watch)?;
        }
        let called = self.view.now_called(watch)?;
        let mut documents = Vec::new();
        for place in self.view.places()? {
            facts.pages += 1;
            if questions.addresses.contains(&place.url) {
                let state = self.state(&place.watch)?;
                let seen = state.last_seen.or(state.current.map(|one| one.last_seen));
                let standing = seen.map(|seen| Standing {
                    watch: place.watch.clone(),
                    away: state.away,
                    seen,
                });
                let address = place.url.clone();
                facts.addresses.extend(standing.map(|one| (address, one)));
            }
            // Who was looked at is watched again.
            let retired = place.retired && self.waiting_for(&place.watch).next().is_none();
            let stands = !place.away && !retired && place.watch != called;
            if stands && !questions.sentences.is_empty() {
                documents.push((place.watch.clone(), place.document));
            }
        }
        Ok((facts, documents))
    }

    /// How many changes some watches had on some days.
    pub(in crate::store) fn volume(&self, asked: &VolumeAsked) -> Result<Vec<u32>, StoreError> {
        self.view.volume(asked)
    }

    /// Whether it was said of a promise that its day has passed.
    pub(in crate::store) fn was_said_overdue(&self, promise: Digest) -> Result<bool, StoreError> {
        let entry: Option<EntryNo> = self.view.row(&keys::promise(promise))?;
        Ok(entry.is_some())
    }

    /// Every name, with where it stands and what was decided on it; those seen first come first.
    pub(in crate::store) fn names(&self) -> Result<Vec<KnownName>, StoreError> {
        let current: BTreeMap<WatchId, State> = self.states()?.into_iter().collect();
        self.view.names(&current)
    }

    /// What changed on the other pages of a host since a time, newest first.
    pub(in crate::store) fn said(
        &self,
        host: &str,
        watch: &WatchId,
        since: DateTime<Utc>,
    ) -> Result<Vec<Said>, StoreError> {
        let called = self.view.now_called(watch)?;
        let mut said = self.view.said(host, since)?;
        said.retain(|one| one.watch != called);
        Ok(said)
    }

    /// The changes of other pages that have these strands, by mark, oldest first; only those since a time.
    pub(in crate::store) fn kin(
        &self,
        watch: &WatchId,
        marks: &[Digest],
        since: DateTime<Utc>,
    ) -> Result<BTreeMap<Digest, Vec<Member>>, StoreError> {
        let called = self.view.now_called(watch)?;
        let mut kin = BTreeMap::new();
        for mark in marks {
            let mut members = self.view.strand(*mark)?;
            members.retain(|one| one.watch != called && one.bounds.by >= since);
            if !members.is_empty() {
                kin.insert(*mark, members);
            }
        }
        Ok(kin)
    }

    /// The marks of strands that more than one page has, the last of them since a time.
    pub(in crate::store) fn shared_since(
        &self,
        since: DateTime<Utc>,
    ) -> Result<Vec<Digest>, StoreError> {
        self.view.shared_since(since)
    }

    /// The changes that have a strand, oldest first.
    pub(in crate::store) fn strand(&self, mark: Digest) -> Result<Vec<Member>, StoreError> {
        self.view.strand(mark)
    }

    /// Every mute there ever was, in order.
    pub(in crate::store) fn mutes(&self) -> Result<Vec<Muted>, StoreError> {
        self.view.mutes()
    }

    /// How a watch was covered since a time.
    pub(in crate::store) fn coverage(
        &self,
        watch: &WatchId,
        since: Option<DateTime<Utc>>,
    ) -> Result<Coverage, StoreError> {
        let called = self.view.now_called(watch)?;
        let mut covered = self.view.coverage(watch, since)?;
        self.waiting_for(&called)
            .filter(|look| since.is_none_or(|since| look.at >= since))
            .for_each(|look| coverage::count(&mut covered, look.at, coverage::read(look)));
        Ok(covered)
    }

    /// When a page was last read before a time.
    pub(in crate::store) fn read_before(
        &self,
        watch: &WatchId,
        until: DateTime<Utc>,
    ) -> Result<Option<DateTime<Utc>>, StoreError> {
        let called = self.view.now_called(watch)?;
        let looks = self.waiting_for(&called);
        let read = looks.filter(|look| look.at < until && coverage::read(look));
        Ok(self
            .view
            .read_before(watch, until)?
            .max(read.map(|look| look.at).max()))
    }

    /// The latest looks at a watch, newest first.
    pub(in crate::store) fn looks(
        &self,
        watch: &WatchId,
        limit: usize,
    ) -> Result<Vec<Look>, StoreError> {
        self.looks_before(watch, None, limit)
    }

    /// The latest looks at a watch before a time, newest first.
    pub(in crate::store) fn looks_before(
        &self,
        watch: &WatchId,
        until: Option<DateTime<Utc>>,
        limit: usize,
    ) -> Result<Vec<Look>, StoreError> {
        let called = self.view.now_called(watch)?;
        let waiting = self.waiting_for(&called).rev();
        let waiting = waiting.filter(|look| until.is_none_or(|until| look.at < until));
        let mut looks: Vec<Look> = waiting.cloned().collect();
        looks.extend(self.view.sealed_looks(watch, until, limit)?);
        looks.sort_by_key(|look| std::cmp::Reverse(look.at));
        looks.truncate(limit);
        for look in &mut looks {
            look.watch = called.clone();
        }
        Ok(looks)
    }

    /// A page of changes, newest first, and below which entry the next ones are.
    pub(in crate::store) fn leaf(
        &self,
        filter: &ChangeFilter,
    ) -> Result<(Vec<Recorded>, Option<EntryNo>), StoreError> {
        let (mut rows, older) = self.view.leaf(filter)?;
        for row in &mut rows {
            row.change.watch = self.view.now_called(&row.change.watch)?;
        }
        Ok((rows, older))
    }

    /// Every change in a few bytes.
    pub(in crate::store) fn briefs(&self) -> Result<Briefs, StoreError> {
        self.view.briefs()
    }

    /// Every watch of which a version was read, with the addresses at which that was.
    pub(in crate::store) fn read_at(&self) -> Result<Vec<(WatchId, Vec<Url>)>, StoreError> {
        self.view.read_at()
    }

    /// What came of the latest visits to a watch, oldest first.
    pub(in crate::store) fn visits(
        &self,
        watch: &WatchId,
        limit: usize,
    ) -> Result<Vec<(DateTime<Utc>, Sort)>, StoreError> {
        let called = self.view.now_called(watch)?;
        let mut visits = self.view.visits(watch, limit)?;
        let waiting = self.waiting_for(&called);
        visits.extend(waiting.map(|look| (look.at, coverage::Mark::from(look).into())));
        visits.sort_by_key(|(at, _)| *at);
        Ok(visits)
    }

    /// The alerts owed, oldest first.
    pub(in crate::store) fn owed(&self) -> Result<Vec<Alert>, StoreError> {
        self.view.owed()
    }

    /// The message composed for an alert, and when.
    pub(in crate::store) fn composed(
        &self,
        alert: AlertId,
    ) -> Result<Option<(Composed, DateTime<Utc>)>, StoreError> {
        self.view.message_for(alert)
    }

    /// The id a channel gave to the message that paid an alert.
    pub(in crate::store) fn receipt(&self, alert: AlertId) -> Result<Option<String>, StoreError> {
        self.view.receipt(alert)
    }

    /// What was sent and given up, newest first.
    pub(in crate::store) fn deliveries(&self, limit: usize) -> Result<Vec<Delivered>, StoreError> {
        self.view.deliveries(limit)
    }

    /// The last entry of a move that people were told of; 0 for none.
    pub(in crate::store) fn moves_told(&self) -> Result<EntryNo, StoreError> {
        Ok(self.view.row(keys::MOVES_TOLD)?.unwrap_or_default())
    }

    /// Every lead, by id.
    pub(in crate::store) fn trails(&self) -> Result<Vec<Trail>, StoreError> {
        self.view.trails()
    }

    /// What of a watch was followed last; `None` where it never was.
    pub(in crate::store) fn followed(
        &self,
        watch: &WatchId,
    ) -> Result<Option<Vec<Follow>>, StoreError> {
        self.view.row(&keys::followed(watch))
    }

    /// The digest of the watchlist that came into force last.
    pub(in crate::store) fn last_watchlist(&self) -> Result<Option<Digest>, StoreError> {
        self.view.row(keys::WATCHLIST)
    }
}
