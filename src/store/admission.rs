//! What an entry must be like to be written.

use crate::model::{
    Alarm, AlertId, Backfilled, Became, Came, Copy, Decided, Digest, EntryNo, Fact, Forgetting,
    Landed, Point, Save, Says, WatchId,
};
use crate::store::{
    bodies,
    error::StoreError,
    journal,
    looks::{shorten, trim_validators},
    rooms::Rooms,
};

const LONGEST_TITLE: usize = 500;
const LONGEST_SENTENCE: usize = 2_000;

/// Cuts what a page can make as long as it likes; the whole of it stands in the bodies.
pub(super) fn trim(mut fact: Fact) -> Fact {
    if let Fact::Landed(landed) = &mut fact {
        shorten(&mut landed.title, LONGEST_TITLE);
        shorten(&mut landed.sentence, LONGEST_SENTENCE);
        landed
            .silence
            .iter_mut()
            .for_each(|silence| shorten(silence, LONGEST_SENTENCE));
        landed
            .aside
            .iter_mut()
            .for_each(|aside| shorten(aside, LONGEST_SENTENCE));
        trim_validators(&mut landed.validators);
        if let Some(imported) = &mut landed.imported {
            shorten(&mut imported.file, LONGEST_TITLE);
            if let Some(note) = &mut imported.note {
                shorten(note, LONGEST_SENTENCE);
            }
        }
    }
    if let Fact::NameRuled { by, why, .. } = &mut fact {
        by.iter_mut().for_each(|by| shorten(by, LONGEST_TITLE));
        why.iter_mut()
            .for_each(|why| shorten(why, LONGEST_SENTENCE));
    }
    if let Fact::Annotated { annotation, .. } = &mut fact {
        shorten(&mut annotation.by, LONGEST_TITLE);
    }
    if let Fact::Backfilled(copy) = &mut fact {
        if let Some(imported) = &mut copy.imported {
            shorten(&mut imported.file, LONGEST_TITLE);
            if let Some(note) = &mut imported.note {
                shorten(note, LONGEST_SENTENCE);
            }
        }
        match &mut copy.came {
            Came::Text(text) => shorten(&mut text.title, LONGEST_TITLE),
            Came::Elsewhere { to: said } | Came::Nothing { why: said } => {
                shorten(said, LONGEST_SENTENCE);
            }
            Came::Absent { .. } | Came::Another { .. } => {}
        }
    }
    if let Fact::Reread {
        became: Some(Became::Unreadable { why }),
        ..
    } = &mut fact
    {
        shorten(why, LONGEST_SENTENCE);
    }
    if let Fact::RereadPast(again) = &mut fact
        && let Became::Unreadable { why } = &mut again.became
    {
        shorten(why, LONGEST_SENTENCE);
    }
    fact
}

/// Refuses a fact that was judged against something older, contradicts what is kept, or names a body that is not kept.
pub(super) fn check(rooms: &Rooms, fact: &Fact, after: Option<EntryNo>) -> Result<(), StoreError> {
    match fact {
        Fact::Landed(landed) => check_landed(rooms, landed, after)?,
        Fact::Watchlist { renamed, .. } => check_renamed(rooms, renamed)?,
        Fact::Reread { watch, version, .. } => {
            rooms.picture().version(watch, *version)?;
        }
        Fact::RereadPast(again) => {
            let past = rooms.picture().view.past(&again.watch, EntryNo::MAX)?;
            if !past.texts().any(|(_, text)| text.no == again.no) {
                return Err(StoreError::Missing(format!(
                    "the backfilled text {} of {}",
                    Point::Past(again.no),
                    again.watch
                )));
            }
        }
        Fact::Looks { .. } => {
            return Err(StoreError::refused(
                "a batch of looks",
                "looks are noted one by one, and sealed by the archive itself",
            ));
        }
        Fact::Composed(composed) => owed(rooms, composed.id)?,
        Fact::Delivery { message, .. }
        | Fact::OwedAgain { message }
        | Fact::ReadBack { message, .. } => owed(rooms, *message)?,
        Fact::Parked(parked) => owed(rooms, parked.message)?,
        Fact::Copied {
            copy: Copy { of, .. },
            ..
        }
        | Fact::Saved(Save { of, .. }) => {
            let of = *of;
            if rooms.picture().view.change_in(of)?.is_none() {
                return Err(StoreError::Missing(format!("a change in entry {of}")));
            }
        }
        Fact::Decided { watch, .. } => {
            if rooms.picture().view.trail(watch)?.is_none() {
                return Err(StoreError::Missing(format!("the lead {watch}")));
            }
        }
        Fact::NameRuled { name, ruled, .. } => {
            let view = &rooms.picture().view;
            let into = match ruled {
                Decided::Merged { into } => Some(into),
                Decided::Dismissed | Decided::Restored => None,
            };
            for name in into.into_iter().chain([name]) {
                if view.sighting(name)?.is_none() {
                    return Err(StoreError::Missing(format!("the name “{name}”")));
                }
            }
        }
        Fact::Muted(mute) => {
            if rooms.picture().view.mute(mute.no)?.is_some() {
                return Err(StoreError::refused(
                    format!("mute {}", mute.no),
                    "there is one of this number",
                ));
            }
        }
        Fact::Unmuted { no, .. } => {
            if rooms.picture().view.mute(*no)?.is_none() {
                return Err(StoreError::Missing(format!("mute {no}")));
            }
        }
        Fact::Annotated { annotation, .. } => {
            let view = &rooms.picture().view;
            let of = annotation.of;
            if view.change_in(of)?.is_none() {
                return Err(StoreError::Missing(format!("a change in entry {of}")));
            }
            if let Says::Undone { entry } = annotation.says
                && view.annotation(of, entry)?.is_none()
            {
                return Err(StoreError::Missing(format!(
                    "an annotation of entry {of} in entry {entry}"
                )));
            }
        }
        Fact::Forgotten(forgetting) => check_forgetting(rooms, forgetting)?,
        Fact::Listed(listed) => visited(rooms, &listed.watch)?,
        Fact::Backfilled(copy) => check_backfilled(rooms, copy)?,
        Fact::Notice { .. }
        | Fact::Digest { .. }
        | Fact::Heartbeat { .. }
        | Fact::Alarmed { .. }
        | Fact::HostMoved { .. }
        | Fact::Led { .. }
        | Fact::Threaded { .. }
        | Fact::Key(_)
        | Fact::Checkpoint(_)
        | Fact::Stamped(_)
        | Fact::Suggested(_) => {}
    }
    for (what, digest) in journal::bodies(fact) {
        kept(rooms, what, digest)?;
    }
    Ok(())
}

/// Whether looks must be sealed before this fact, so that the order of the journal is the order of events.
pub(super) fn must_seal(rooms: &Rooms, fact: &Fact) -> Result<bool, StoreError> {
    match fact {
        // What becomes of a lead comes after the looks that were made at it.
        Fact::Landed(landed) if landed.leads.is_none() => rooms.picture().waits(&landed.watch),
        Fact::Reread { watch, .. } => rooms.picture().waits(watch),
        // That it was told is noted of a failure that is on record.
        Fact::Notice { about, .. } => Ok(!about.is_empty() && !rooms.picture().waiting.is_empty()),
        Fact::Alarmed { begun, .. } => {
            let unread = begun
                .iter()
                .any(|one| matches!(one.alarm, Alarm::Unread(_)));
            Ok(unread && !rooms.picture().waiting.is_empty())
        }
        Fact::Watchlist { .. } | Fact::Landed(_) | Fact::Led { .. } | Fact::Decided { .. } => {
            Ok(!rooms.picture().waiting.is_empty())
        }
        _ => Ok(false),
    }
}

/// Nothing is forgotten without a reason, or that was never kept.
fn check_forgetting(rooms: &Rooms, forgetting: &Forgetting) -> Result<(), StoreError> {
    let refused = |why: &str| StoreError::refused("what is to be forgotten", why);
    if forgetting.why.trim().is_empty() {
        return Err(refused("it has no reason"));
    }
    if forgetting.bodies.is_empty() {
        return Err(refused("it names no bodies"));
    }
    for digest in &forgetting.bodies {
        if bodies::tombstone(&rooms.disk, *digest)?.is_some() {
            return Err(refused("some of it was forgotten before"));
        }
        kept(rooms, "a body", *digest)?;
    }
    Ok(())
}

fn check_landed(rooms: &Rooms, landed: &Landed, after: Option<EntryNo>) -> Result<(), StoreError> {
    let (head, versions) = rooms.picture().view.head_of(&landed.watch)?;
    if head != after {
        return Err(StoreError::Overtaken {
            watch: landed.watch.clone(),
        });
    }
    let span = landed.span;
    let refused = |why: String| {
        let what = format!("the change {span} of {}", landed.watch);
        Err(StoreError::refused(what, why))
    };
    if span.from > versions {
        return refused(format!("there are {versions} versions so far"));
    }
    if span.to == 0 || span.to == span.from {
        return Ok(());
    }
    if span.to != versions + 1 {
        let next = versions + 1;
        return refused(format!("the next version has the number {next}"));
    }
    match (landed.body, landed.document, landed.text) {
        (Some(_), Some(_), Some(_)) => Ok(()),
        _ => refused("a version has a body, a document and the digest of its text".to_owned()),
    }
}

/// A past has a page that is ours, a copy is asked for once, and numbers are given in order.
fn check_backfilled(rooms: &Rooms, copy: &Backfilled) -> Result<(), StoreError> {
    visited(rooms, &copy.watch)?;
    let view = &rooms.picture().view;
    let record = (copy.imported.as_ref()).and_then(|imported| imported.record.as_ref());
    let known = match record {
        Some(record) => view.record_taken(&copy.watch, record)?,
        None => {
            let asked = (&copy.archive, &copy.memento);
            let past = view.past(&copy.watch, EntryNo::MAX)?;
            let mut brought = past.brought.iter();
            let known = brought.find(|known| (&known.copy.archive, &known.copy.memento) == asked);
            known.map(|known| known.entry)
        }
    };
    let what = || format!("the copy {} of {}", copy.memento.url, copy.watch);
    if let Some(known) = known {
        let why = format!("it is in entry {known} already");
        return Err(StoreError::refused(what(), why));
    }
    let next = view.next_past(&copy.watch)?;
    match copy.text() {
        Some(text) if text.no != next => {
            let why = format!("the next backfilled text has the number b{next}");
            Err(StoreError::refused(what(), why))
        }
        _ => Ok(()),
    }
}

fn visited(rooms: &Rooms, watch: &WatchId) -> Result<(), StoreError> {
    match rooms.picture().view.is_known(watch)? {
        true => Ok(()),
        false => Err(StoreError::Missing(format!("the watch {watch}"))),
    }
}

fn check_renamed(rooms: &Rooms, renamed: &[(WatchId, WatchId)]) -> Result<(), StoreError> {
    match rooms.picture().view.joins(renamed)? {
        Some((old, new)) => Err(StoreError::refused(
            format!("the history of {old} as that of {new}"),
            format!("{new} has a history of its own"),
        )),
        None => Ok(()),
    }
}

fn kept(rooms: &Rooms, what: &str, digest: Digest) -> Result<(), StoreError> {
    match bodies::is_kept(&rooms.disk, digest)? {
        true => Ok(()),
        false => Err(StoreError::Missing(format!("{what} {digest}"))),
    }
}

fn owed(rooms: &Rooms, alert: AlertId) -> Result<(), StoreError> {
    match rooms.picture().view.knows(alert)? {
        true => Ok(()),
        false => Err(StoreError::Missing(format!("the alert {alert}"))),
    }
}
