//! What was read again, written down in groups: whatever has come since the last was durable is the next.

use tokio::sync::mpsc;

use crate::house::House;
use crate::model::{Fact, Version};
use crate::reread::{Heard, Report, Summary};
use crate::store::StoreError;

/// The most versions that are written down together: a visit that is due waits for no more than these.
pub(super) const LARGEST: usize = 64;

/// A version that is done with.
pub(super) enum Done {
    /// It was left as it is.
    Passed,
    /// It was read again: the version as it stood, what became of it, and what is to be appended, if it is.
    Read(Box<(Version, Report, Option<Fact>)>),
}

/// Appends all that is done with, group by group, and tells of each version once it is durable.
pub(super) async fn keep(
    house: &House,
    mut done: mpsc::Receiver<Done>,
    heard: mpsc::Sender<Heard>,
) -> Result<Summary, StoreError> {
    let mut summary = Summary::default();
    let mut group = Vec::with_capacity(LARGEST);
    while done.recv_many(&mut group, LARGEST).await > 0 {
        append(house, &mut group).await?;
        for done in group.drain(..) {
            summary.versions += 1;
            let news = match done {
                Done::Passed => Heard::Passed,
                Done::Read(read) => {
                    let (_, report, _) = *read;
                    summary.count(&report.outcome);
                    Heard::Read(Box::new(report))
                }
            };
            heard.send(news).await.ok();
        }
    }
    Ok(summary)
}

/// Appends what is to be appended of a group, in the one lane and with one wait for the disk.
async fn append(house: &House, group: &mut [Done]) -> Result<(), StoreError> {
    let mut read: Vec<(&Version, Fact)> = Vec::new();
    for done in group {
        if let Done::Read(done) = done {
            let (version, _, fact) = &mut **done;
            read.extend(fact.take().map(|fact| (&*version, fact)));
        }
    }
    if read.is_empty() {
        return Ok(());
    }
    let _lane = house.lane().await?;
    let mut facts = Vec::with_capacity(read.len());
    for (version, fact) in read {
        // A visit may have come first: what it read again is not read again twice.
        let now = house.store.version_at(&version.watch, version.point());
        let now = now.await?;
        if now.reread == version.reread {
            facts.push(fact);
        }
    }
    house.store.append_all(facts, house.clock.now()).await
}
