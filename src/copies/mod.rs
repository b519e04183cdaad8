//! Looks into an independent archive for copies of what changed, made after ours and with the same text; where that is wished,
//! it is asked to make one.

mod archive;
mod save;

pub use archive::{Robots, fetch};
pub use save::{Asked, Saver};

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use url::{Host, Url};

use crate::deliver;
use crate::findings;
use crate::house::{House, InForce};
use crate::model::{
    Capture, Change, Copy, Document, EntryNo, Fact, Landed, Memento, Severity, Watch,
};
use crate::reread;
use crate::store::{ChangeFilter, StoreError};
use crate::visit;
use crate::watchlist::Copies;
use crate::wire::Guard;

/// How long after our capture an archive is asked, in hours; then no more until the last day.
const AFTER: [i64; 6] = [1, 6, 24, 72, 168, 336];

/// Looks for copies again and again, and knows when it last asked for each.
#[derive(Debug, Default)]
pub struct Seeker {
    asked: BTreeMap<EntryNo, DateTime<Utc>>,
}

/// What came of a look into the archive.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Sought {
    /// For how many changes a copy with the same text was found.
    pub found: usize,
    /// For how many none was found in time.
    pub given_up: usize,
    /// How many are looked for again later.
    pub open: usize,
}

impl Seeker {
    /// Asks for every change that people were told of and that it is time to ask for. Nothing is asked where the watchlist
    /// names no archive.
    ///
    /// # Errors
    /// Only where our own archive fails. What the other one says is no error of ours.
    pub async fn look(&mut self, house: &House) -> Result<Sought, StoreError> {
        let mut sought = Sought::default();
        let in_force = house.in_force();
        let Some(copies) = in_force.watchlist.copies.clone() else {
            return Ok(sought);
        };
        let (now, most) = (house.clock.now(), TimeDelta::days(i64::from(copies.days)));
        let filter = ChangeFilter {
            // Those whose time is just over are given up.
            since: Some(now - most - TimeDelta::days(1)),
            min_severity: Some(Severity::RECORD),
            ..ChangeFilter::default()
        };
        for change in house.store.changes(&filter).await? {
            let entry = change.entry;
            let Some(landed) = wanted(house, &change).await? else {
                continue;
            };
            let by = change.bounds.by;
            let over = now - by >= most;
            if !over && !self.is_time(entry, by, now) {
                sought.open += 1;
                continue;
            }
            self.asked.insert(entry, now);
            let held = self.held(house, &in_force, &copies, &change).await?;
            if held.is_none() && !over {
                sought.open += 1;
                continue;
            }
            self.asked.remove(&entry);
            match held {
                Some(_) => sought.found += 1,
                None => sought.given_up += 1,
            }
            note(house, &copies, entry, &landed, held).await?;
        }
        Ok(sought)
    }

    /// Whether one of the times to ask has come since it was asked last.
    fn is_time(&self, entry: EntryNo, by: DateTime<Utc>, now: DateTime<Utc>) -> bool {
        let asked = self.asked.get(&entry);
        let times = AFTER.map(|hours| by + TimeDelta::hours(hours));
        let mut times = times.into_iter();
        times.any(|time| time <= now && asked.is_none_or(|asked| *asked < time))
    }

    /// The first copy made after ours that holds the same text.
    async fn held(
        &self,
        house: &House,
        in_force: &InForce,
        copies: &Copies,
        change: &Change,
    ) -> Result<Option<Memento>, StoreError> {
        let version = house.store.version(&change.watch, change.span.to).await?;
        let (capture, _) = reread::brought(&house.store, &version).await?;
        let known = in_force.watchlist.watch(&change.watch);
        let bare = || Watch::bare(change.watch.clone(), capture.url.clone());
        let watch = known.cloned().unwrap_or_else(bare);
        let page = visit::page_beside(&capture);
        let address = page.as_ref().unwrap_or(&capture).landed().clone();
        if !may_be_named(&capture, &copies.archive) {
            return Ok(None);
        }
        let found = match archive::mementos(in_force, copies, &address, capture.at).await {
            Ok(found) => found,
            Err(why) => {
                tracing::info!(watch = %change.watch, why, "the archive does not tell of its copies");
                return Ok(None);
            }
        };
        if found.is_empty() {
            return Ok(None);
        }
        let mut ours = vec![house.store.document(&version).await?];
        if let Some(page) = page {
            let Some(body) = house.store.body_left(page.body).await? else {
                return Ok(None);
            };
            let read = in_force.workers.read(&page, &body, &watch.reading).await;
            ours.extend(read.ok());
        }
        for (memento, raw) in found {
            let read = archive::read(in_force, &watch, &raw, &address).await;
            match read {
                Ok(theirs) if ours.iter().any(|ours| says_the_same(ours, &theirs)) => {
                    return Ok(Some(memento));
                }
                Ok(_) => {}
                Err(why) => tracing::debug!(watch = %change.watch, why, "a copy cannot be read"),
            }
        }
        Ok(None)
    }
}

/// What landed, where people were told of it, a page stood there, and no archive was found to have it or not.
async fn wanted(house: &House, change: &Change) -> Result<Option<Box<Landed>>, StoreError> {
    if change.span.to == 0 || !house.store.copies(change.entry).await?.is_empty() {
        return Ok(None);
    }
    Ok(match house.store.entry(change.entry).await?.fact {
        Fact::Landed(landed) if landed.owed.iter().any(|owed| owed.edits.is_none()) => Some(landed),
        _ => None,
    })
}

/// Puts on record what the archive holds, with the messages that are to lead there.
async fn note(
    house: &House,
    copies: &Copies,
    entry: EntryNo,
    landed: &Landed,
    holds: Option<Memento>,
) -> Result<(), StoreError> {
    let owed = match holds {
        Some(_) => deliver::lead_to_copy(&house.store, entry, landed).await?,
        None => Vec::new(),
    };
    let archive = copies.archive.host_str().unwrap_or_default().to_owned();
    let copy = Copy {
        of: entry,
        archive,
        holds,
    };
    let fact = Fact::Copied { copy, owed };
    house.store.append(fact, house.clock.now(), None).await?;
    Ok(())
}

/// Whether two documents have the same sentences in the same order, as sentences are compared.
fn says_the_same(ours: &Document, theirs: &Document) -> bool {
    let sentences = findings::sentences(ours);
    !sentences.is_empty() && sentences == findings::sentences(theirs)
}

/// Whether an archive may be told of this page: one of a private network is no business of an archive outside.
pub fn may_be_named(capture: &Capture, archive: &Url) -> bool {
    let public = Guard::default();
    let inside = |hop: &crate::model::Hop| {
        (hop.address).is_some_and(|address| public.lets_through(address).is_err())
    };
    let archive_inside = match archive.host() {
        Some(Host::Ipv4(address)) => public.lets_through(address.into()).is_err(),
        Some(Host::Ipv6(address)) => public.lets_through(address.into()).is_err(),
        Some(Host::Domain(_)) | None => false,
    };
    archive_inside || !capture.hops.iter().any(inside)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours(count: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::hours(count)
    }

    #[test]
    fn the_waits_grow() {
        let mut seeker = Seeker::default();
        let mut asked = Vec::new();
        for hour in 0..400 {
            if seeker.is_time(7, hours(0), hours(hour)) {
                asked.push(hour);
                seeker.asked.insert(7, hours(hour));
            }
        }
        assert_eq!(asked, AFTER);
        // After a pause of the program all that was missed is one question.
        let mut late = Seeker::default();
        assert!(late.is_time(7, hours(0), hours(100)));
        late.asked.insert(7, hours(100));
        assert!(!late.is_time(7, hours(0), hours(101)));
    }
}
