//! What the archive could have answered at an earlier moment.

use std::collections::HashMap;
use std::collections::hash_map::Entry::{Occupied, Vacant};

use chrono::{DateTime, Utc};

use crate::model::{Claim, Digest, EntryNo, Facts, Habit, Questions, Sighting, Version, WatchId};
use crate::store::{ChangeFilter, Store, error::StoreError, rooms::Rooms, schemes, sights};

/// A moment of the archive: what the entries from this one on told was not known at it, nor what was seen from this time on.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// The first entry that was not yet written.
    pub entry: EntryNo,
    /// When what it holds was seen.
    pub at: DateTime<Utc>,
}

/// A page as it stood at a moment.
#[derive(Clone, Debug)]
pub struct Stood {
    /// Its version.
    pub version: Version,
    /// Its document, as it was read at that time.
    pub document: Digest,
    /// Whether it was gone.
    pub away: bool,
}

impl Store {
    /// What the archive would have answered at a moment, but for the sentences that stood elsewhere, the pages and the
    /// beginning, which are left out. A decision on a name is known by the last one made on it.
    pub async fn facts_at(
        &self,
        watch: &WatchId,
        questions: &Questions,
        moment: Moment,
    ) -> Result<Facts, StoreError> {
        let (watch, questions) = (watch.clone(), questions.clone());
        self.blocking(move |rooms| {
            let mut facts = Facts::default();
            for name in &questions.names {
                let sighting = rooms.picture().view.sighting(name)?;
                let Some(sighting) = sighting else {
                    continue;
                };
                if !moment.had(rooms, &sighting)? {
                    continue;
                }
                facts.seen.insert(name.clone(), sighting);
                if rooms.picture().view.is_dismissed(name, Some(moment.at))? {
                    facts.dismissed.insert(name.clone());
                }
            }
            if let Some(asked) = &questions.volume {
                facts.volume = rooms.picture().volume(asked)?;
            }
            if let Some(host) = &questions.habit {
                (facts.host, facts.own) = moment.habits(rooms, &watch, host)?;
            }
            if let Some(since) = questions.seen_since {
                facts.sights = sights::since(rooms, &watch, since, Some(moment))?;
            }
            schemes::answer(rooms, &watch, &questions.schemes, Some(moment), &mut facts)?;
            Ok(facts)
        })
        .await
    }

    /// When a page was last read before a time.
    pub async fn read_before(
        &self,
        watch: &WatchId,
        until: DateTime<Utc>,
    ) -> Result<Option<DateTime<Utc>>, StoreError> {
        let watch = watch.clone();
        self.blocking(move |rooms| rooms.picture().read_before(&watch, until))
            .await
    }

    /// Every page as it stood at a moment.
    pub async fn stood(&self, moment: Moment) -> Result<Vec<Stood>, StoreError> {
        self.blocking(move |rooms| {
            let mut pages = Vec::new();
            let states = rooms.picture().states()?;
            for (watch, _) in states {
                let Some(version) = moment.versions(rooms, &watch)?.pop() else {
                    continue;
                };
                let filter = ChangeFilter {
                    watch: Some(watch),
                    ..ChangeFilter::default()
                };
                let changes = rooms.picture().changes(&filter)?;
                let last = changes
                    .iter()
                    .map(|row| &row.change)
                    .find(|change| change.entry < moment.entry);
                pages.push(Stood {
                    away: last.is_some_and(|change| change.span.to == 0),
                    document: moment.document(&version),
                    version,
                });
            }
            Ok(pages)
        })
        .await
    }
}

impl Moment {
    /// The versions that a page had, the last of them last seen as it was then.
    pub(super) fn versions(
        &self,
        rooms: &Rooms,
        watch: &WatchId,
    ) -> Result<Vec<Version>, StoreError> {
        let mut versions = rooms.picture().versions(watch)?;
        versions.retain(|version| version.entry < self.entry);
        if let Some(last) = versions.last_mut().filter(|last| last.last_seen >= self.at) {
            let read = rooms.picture().read_before(watch, self.at)?;
            last.last_seen = read.map_or(last.at, |read| read.max(last.at));
        }
        Ok(versions)
    }

    /// The document a version was read as. Where it was read again more than once, the first reading stands for all that
    /// came before the last.
    pub(super) fn document(&self, version: &Version) -> Digest {
        let again = version.reread.as_ref();
        let again = again.filter(|reread| reread.at <= self.at);
        again.map_or(version.document, |reread| reread.document)
    }

    /// Whether a name had been seen.
    fn had(&self, rooms: &Rooms, sighting: &Sighting) -> Result<bool, StoreError> {
        let versions = rooms.picture().versions(&sighting.watch)?;
        let first = versions.iter().find(|version| version.at == sighting.at);
        Ok(match first {
            Some(version) => version.entry < self.entry,
            None => sighting.at < self.at,
        })
    }

    /// The habits of a host and of a page, from the claims made before.
    fn habits(
        &self,
        rooms: &Rooms,
        watch: &WatchId,
        host: &str,
    ) -> Result<(Habit, Habit), StoreError> {
        let called = rooms.picture().view.now_called(watch)?;
        let rows = rooms.picture().changes(&ChangeFilter::default())?;
        let (mut of_host, mut own) = (Habit::default(), Habit::default());
        let mut hosts: HashMap<WatchId, Vec<Version>> = HashMap::new();
        for change in rows.into_iter().map(|row| row.change) {
            let moved = change.claim.as_ref().and_then(Claim::moved);
            let Some(moved) = moved.filter(|_| change.entry < self.entry) else {
                continue;
            };
            if change.watch == called {
                own = own.and(moved);
            }
            let versions = match hosts.entry(change.watch.clone()) {
                Occupied(known) => known.into_mut(),
                Vacant(free) => free.insert(rooms.picture().versions(&change.watch)?),
            };
            let landed = versions.iter().find(|one| one.entry == change.entry);
            if landed.is_some_and(|landed| landed.url.host_str() == Some(host)) {
                of_host = of_host.and(moved);
            }
        }
        Ok((of_host, own))
    }
}
