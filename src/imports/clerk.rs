//! Puts what was found into the archive, each record once, and counts what became of it.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::backfill::{self, Stood};
use crate::house::{House, InForce};
use crate::imports::OfWatch;
use crate::model::{
    Backfilled, Came, Capture, Fact, Failure, Imported, Memento, PastText, Watch, WatchId,
};
use crate::store::StoreError;
use crate::visit::{self, Placed, Recorded, page_beside};
use crate::wording::harmless;

/// How many of the reasons why something could not be taken are told.
const REASONS: usize = 5;

/// Takes records in.
pub(super) struct Clerk<'a> {
    house: &'a House,
    in_force: Arc<InForce>,
    /// The text that was brought before, small beside which the next one is kept.
    before: HashMap<WatchId, PastText>,
    tallies: BTreeMap<WatchId, OfWatch>,
}

impl<'a> Clerk<'a> {
    pub(super) fn new(house: &'a House) -> Clerk<'a> {
        Clerk {
            house,
            in_force: house.in_force(),
            before: HashMap::new(),
            tallies: BTreeMap::new(),
        }
    }

    /// What became of the records, watch by watch.
    pub(super) fn tallies(self) -> Vec<OfWatch> {
        self.tallies.into_values().collect()
    }

    fn tally(&mut self, watch: &WatchId) -> &mut OfWatch {
        let tally = self.tallies.entry(watch.clone());
        tally.or_insert_with(|| OfWatch::of(watch.clone()))
    }

    /// Whether a record was taken in before; it is counted.
    pub(super) async fn is_known(
        &mut self,
        watch: &WatchId,
        record: &str,
    ) -> Result<bool, StoreError> {
        let known = self.house.store.has_record(watch, record).await?;
        if known {
            self.tally(watch).known += 1;
        }
        Ok(known)
    }

    /// Counts a record that could not be taken, with the reason in a clause.
    pub(super) fn unread(&mut self, watch: &WatchId, at: DateTime<Utc>, why: &str) {
        let tally = self.tally(watch);
        tally.unread += 1;
        if tally.reasons.len() < REASONS {
            let at = at.format("%Y-%m-%d %H:%M");
            tally.reasons.push(format!("{at}: {}", harmless::line(why)));
        }
    }

    /// Takes a record in: as a version where it is newer than all that is known of the page, else into the past.
    pub(super) async fn take(
        &mut self,
        watch: &WatchId,
        recorded: Recorded,
    ) -> Result<(), StoreError> {
        let in_force = self.in_force.clone();
        let at = recorded.at();
        let Some(watch) = in_force.watchlist.watch(watch) else {
            self.unread(watch, at, "its watch is gone from the watchlist");
            return Ok(());
        };
        let placed = match &recorded {
            // That others found no page once is no end of it.
            Recorded::Missing { failure, .. } if !is_of_another_archive(failure) => {
                self.missing_elsewhere(watch, recorded).await?
            }
            _ => visit::place(self.house, &in_force, watch, recorded).await?,
        };
        match placed {
            Placed::Landed(report) => {
                let tally = self.tally(&watch.id);
                match report.change {
                    Some(span) if span.to == 0 => tally.gone += 1,
                    Some(_) => tally.versions += 1,
                    None => tally.again += 1,
                }
                tally.reaches(at);
            }
            Placed::Earlier(recorded) => self.earlier(watch, recorded).await?,
            Placed::Unread(failure) => self.unread(&watch.id, at, &failure.why),
            Placed::Nothing => self.tally(&watch.id).nothing += 1,
        }
        Ok(())
    }

    /// That another program found no page: of use only for a time before the last sight of it.
    async fn missing_elsewhere(
        &self,
        watch: &Watch,
        recorded: Recorded,
    ) -> Result<Placed, StoreError> {
        let state = self.house.store.state(&watch.id).await?;
        let last = state.last_seen.max(state.last_change);
        Ok(match last.is_some_and(|last| recorded.at() < last) {
            true => Placed::Earlier(recorded),
            false => Placed::Nothing,
        })
    }

    /// Keeps what is older than the last sight of the page: a text of the past, or that there was none.
    async fn earlier(&mut self, watch: &Watch, recorded: Recorded) -> Result<(), StoreError> {
        let at = recorded.at();
        let (came, imported) = match recorded {
            Recorded::Missing {
                failure, imported, ..
            } => {
                let status = failure.status.unwrap_or(404);
                (Came::Absent { status }, imported)
            }
            Recorded::Page {
                capture,
                body,
                beside,
            } => {
                let Some(imported) = capture.provenance.imported() else {
                    return Ok(());
                };
                match self.text(watch, *capture, (body, beside)).await? {
                    Ok(text) => (Came::Text(Box::new(text)), imported),
                    Err(failure) => {
                        self.unread(&watch.id, at, &failure.why);
                        return Ok(());
                    }
                }
            }
        };
        let is_text = matches!(came, Came::Text(_));
        let fact = backfilled(watch, at, came, imported);
        let now = self.house.clock.now();
        self.house.store.append(fact, now, None).await?;
        let tally = self.tally(&watch.id);
        match is_text {
            true => tally.texts += 1,
            false => tally.absent += 1,
        }
        tally.reaches(at);
        Ok(())
    }

    /// Reads a text of the past as people saw it, and keeps its bodies.
    async fn text(
        &mut self,
        watch: &Watch,
        capture: Capture,
        (body, beside): (Vec<u8>, Vec<Vec<u8>>),
    ) -> Result<Result<PastText, Failure>, StoreError> {
        let page = capture.url.clone();
        let (capture, body) = match page_beside(&capture).zip(beside.into_iter().next()) {
            Some((seen, bytes)) => (seen, bytes),
            None => (capture, body),
        };
        let workers = &self.in_force.workers;
        let as_of_page = capture.as_of_page(&page);
        let document = match workers.read(&as_of_page, &body, &watch.reading).await {
            Ok(document) => document,
            Err(failure) => return Ok(Err(failure)),
        };
        let stood = Stood {
            capture,
            body,
            page,
            document,
        };
        let before = self.before.get(&watch.id);
        let text = backfill::keep_text(&self.house.store, watch, stood, before).await?;
        self.before.insert(watch.id.clone(), text.clone());
        Ok(Ok(text))
    }
}

/// Whether another archive of this program says so.
fn is_of_another_archive(failure: &Failure) -> bool {
    let origin = failure.origin.as_ref();
    origin.is_some_and(|origin| origin.made_by().is_some())
}

fn backfilled(watch: &Watch, at: DateTime<Utc>, came: Came, imported: Imported) -> Fact {
    let record = imported.record.clone().unwrap_or_default();
    let url = record.trim_start_matches('<').trim_end_matches('>');
    Fact::Backfilled(Box::new(Backfilled {
        watch: watch.id.clone(),
        archive: imported.file.clone(),
        memento: Memento {
            url: url.to_owned(),
            at,
        },
        came,
        imported: Some(imported),
    }))
}
