//! Judges old changes again, by the rules of today or by others, with what was known then; nothing is stored.

mod memory;
mod names;
mod step;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use tokio::sync::mpsc;

use crate::house::{House, InForce};
use crate::model::{Almost, Change, Fact, Finding, Landed};
use crate::replay::memory::Memory;
use crate::rulebook::Book;
use crate::store::{Moment, Store, StoreError};

/// What is said of a paragraph that came to other pages before: the archive is asked for that at the visit.
const SPREADING: &str = "spreading";

/// What is heard of a walk.
#[derive(Clone, PartialEq, Debug)]
pub enum Heard {
    /// So many entries of so many are done.
    Done(u64, u64),
    /// A change was judged again.
    Judged(Box<Judged>),
    /// One was not: a first reading, or what only changed around the main text.
    Left,
}

/// A change that was judged again.
#[derive(Clone, PartialEq, Debug)]
pub struct Judged {
    /// The change, with the findings that were stored.
    pub change: Change,
    /// The findings by these rules.
    pub findings: Vec<Finding>,
    /// What almost was one.
    pub almost: Vec<Almost>,
}

/// Walks the archive in its order, and judges every change first seen since a time by these rules, with what was known
/// when it was seen. In memory is what the archive knew, in hashes: nothing of it grows with the number of versions but the
/// names.
///
/// # Errors
/// The archive's.
pub async fn walk(
    house: &House,
    book: Arc<Book>,
    since: Option<DateTime<Utc>>,
    heard: mpsc::Sender<Heard>,
) -> Result<(), StoreError> {
    let (store, in_force) = (&house.store, house.in_force());
    let last = store.last_entry().await?;
    let mut memory = Memory::empty();
    for no in 1..=last {
        let entry = store.entry(no).await?;
        if let Fact::Landed(landed) = &entry.fact
            && landed.span.from != landed.span.to
            && since.is_none_or(|since| landed.bounds.by >= since)
        {
            let judging = judge(store, &in_force, &book, &mut memory, (&entry, landed));
            let news = match judging.await? {
                Ok(judged) => Heard::Judged(Box::new(judged)),
                Err(_) => Heard::Left,
            };
            // Whoever asked may have gone: then nobody wants the rest.
            if heard.send(news).await.is_err() {
                return Ok(());
            }
        }
        memory.learn(store, &entry).await?;
        if heard.send(Heard::Done(no, last)).await.is_err() {
            return Ok(());
        }
    }
    Ok(())
}

/// Judges one change again by these rules, as far as the archive still knows what was known then. Where it is not judged,
/// the reason.
///
/// # Errors
/// The archive's.
pub async fn again(
    house: &House,
    change: &Change,
    book: Arc<Book>,
) -> Result<Result<Judged, &'static str>, StoreError> {
    let store = &house.store;
    let entry = store.entry(change.entry).await?;
    let Fact::Landed(landed) = &entry.fact else {
        return Ok(Err("its entry holds no change"));
    };
    // Watches go by the names of today here.
    let mut landed = landed.clone();
    landed.watch = change.watch.clone();
    let moment = Moment {
        entry: entry.no,
        at: landed.bounds.by,
    };
    let mut memory = Memory::before(store, moment).await?;
    let in_force = house.in_force();
    judge(store, &in_force, &book, &mut memory, (&entry, &landed)).await
}

async fn judge(
    store: &Store,
    in_force: &Arc<InForce>,
    book: &Arc<Book>,
    memory: &mut Memory,
    (entry, landed): (&crate::model::Entry, &Landed),
) -> Result<Result<Judged, &'static str>, StoreError> {
    let change = store.change_in(entry.no).await?;
    if let Some(why) = step::left(landed, &change.findings) {
        return Ok(Err(why));
    }
    let Some(old) = step::rebuilt(store, in_force, memory, entry, landed).await? else {
        return Ok(Err("nothing was kept of either side"));
    };
    let mut again = step::judged(old, store, in_force, (book, memory)).await?;
    carry(&mut again.findings, &change.findings, book);
    Ok(Ok(Judged {
        change,
        findings: again.findings,
        almost: again.almost,
    }))
}

/// Keeps the findings that come with the visit and not from the two texts: of the files that came with a page, and that
/// a paragraph came to other pages before, with what that made of the others.
fn carry(judged: &mut Vec<Finding>, stored: &[Finding], book: &Book) {
    let of_the_visit = |finding: &&Finding| {
        let replaced = finding.rule == "file-replaced";
        replaced && judged.iter().all(|one| one.rule != finding.rule)
            || finding.rule == SPREADING
            || finding.why.starts_with("In the file “")
    };
    let kept = stored.iter().filter(of_the_visit);
    let kept = kept.filter(|finding| book.is_in_force(&finding.rule));
    let kept: Vec<Finding> = kept.cloned().collect();
    if kept.iter().any(|finding| finding.rule == SPREADING) {
        for finding in judged.iter_mut() {
            let same = |one: &&Finding| one.rule == finding.rule && one.why == finding.why;
            let was = stored.iter().find(same);
            let lowered = was.filter(|was| was.severity < finding.severity);
            if let Some(was) = lowered.filter(|was| !was.weighed.is_empty()) {
                finding.severity = was.severity;
                finding.weighed.clone_from(&was.weighed);
            }
        }
        let hour = |finding: &Finding| finding.rule == "timing";
        if !stored.iter().any(hour) {
            judged.retain(|finding| !hour(finding));
        }
    }
    judged.extend(kept);
}
