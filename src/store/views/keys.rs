//! The keys of the views: one letter for the table, then numbers, big-endian so that they sort.

use chrono::{DateTime, Utc};
use url::Url;

use crate::model::{AlertId, Destination, Digest, EntryNo, VersionNo, WatchId};

/// The number the views give to a watch, whatever it is called at the time.
pub(super) type WatchNo = u32;

pub(super) const APPLIED: &[u8] = b"m-applied";
pub(super) const WATCHLIST: &[u8] = b"m-watchlist";
pub(super) const MOVES_TOLD: &[u8] = b"m-moves";
pub(super) const HEARTBEAT: &[u8] = b"m-heartbeat";
pub(super) const SINCE: &[u8] = b"m-since";
pub(super) const STATES: &[u8] = b"s";
pub(super) const REREAD: &[u8] = b"r";
pub(super) const TIMELINE: &[u8] = b"t";
pub(super) const OWED: &[u8] = b"o";
pub(super) const DELIVERIES: &[u8] = b"d";
pub(super) const CALLED: &[u8] = b"p";
pub(super) const TRAILS: &[u8] = b"f";
pub(super) const NAMES: &[u8] = b"nn";
pub(super) const NAME_RULINGS: &[u8] = b"nr";
pub(super) const NAME_DECISIONS: &[u8] = b"nd";
pub(super) const WATCHLISTS: &[u8] = b"xw";
pub(super) const FIRED: &[u8] = b"xf";
pub(super) const SHARED: &[u8] = b"e";
pub(super) const MUTES: &[u8] = b"b";
pub(super) const ANNOTATIONS: &[u8] = b"j";
pub(super) const ALARMS: &[u8] = b"xa";
pub(super) const SUGGESTIONS: &[u8] = b"xs";
pub(super) const SIGNING: &[u8] = b"xk";
pub(super) const CHECKPOINTS: &[u8] = b"xh";
pub(super) const PARKED: &[u8] = b"xp";
pub(super) const READ_AT: &[u8] = b"xu";
pub(super) const PASTS: &[u8] = b"xb";
pub(super) const STREAKS: &[u8] = b"xv";
pub(super) const ALERTS: &[u8] = b"a";

fn key(table: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    let mut key = table.to_vec();
    parts.iter().for_each(|part| key.extend_from_slice(part));
    key
}

/// The first key after those of a table.
pub(super) fn after(table: &[u8]) -> Vec<u8> {
    let mut after = table.to_vec();
    if let Some(last) = after.last_mut() {
        *last += 1;
    }
    after
}

/// The watch that a key of a table begins with.
pub(super) fn watch_of(table: &[u8], key: &[u8]) -> WatchNo {
    let rest = key.get(table.len()..);
    let number = rest.and_then(|rest| rest.first_chunk().copied());
    number.map(u32::from_be_bytes).unwrap_or_default()
}

/// Id of a watch to its number.
pub(super) fn id(watch: &WatchId) -> Vec<u8> {
    key(b"i", &[watch.0.as_bytes()])
}

/// Number of a watch to what it is called now.
pub(super) fn called(watch: WatchNo) -> Vec<u8> {
    key(CALLED, &[&watch.to_be_bytes()])
}

/// Watch to its state.
pub(super) fn state(watch: WatchNo) -> Vec<u8> {
    key(STATES, &[&watch.to_be_bytes()])
}

/// Watch to its versions.
pub(super) fn versions(watch: WatchNo) -> Vec<u8> {
    key(b"v", &[&watch.to_be_bytes()])
}

/// Watch and number to a version.
pub(super) fn version(watch: WatchNo, no: VersionNo) -> Vec<u8> {
    key(&versions(watch), &[&no.to_be_bytes()])
}

/// Watch and an address at which a version of it was read.
pub(super) fn read_at(watch: WatchNo, url: &Url) -> Vec<u8> {
    key(READ_AT, &[&watch.to_be_bytes(), url.as_str().as_bytes()])
}

/// Watch and number of a version to the document it was last reread as.
pub(super) fn reread(watch: WatchNo, no: VersionNo) -> Vec<u8> {
    key(REREAD, &[&watch.to_be_bytes(), &no.to_be_bytes()])
}

/// Watch to the watches that go on with it.
pub(super) fn continuations(watch: WatchNo) -> Vec<u8> {
    key(b"k", &[&watch.to_be_bytes()])
}

/// Watch, entry and place in it to a watch that goes on with it from there.
pub(super) fn continuation(watch: WatchNo, entry: EntryNo, index: u32) -> Vec<u8> {
    let (entry, index) = (entry.to_be_bytes(), index.to_be_bytes());
    key(&continuations(watch), &[&entry, &index])
}

/// Watch to its changes.
pub(super) fn changes(watch: WatchNo) -> Vec<u8> {
    key(b"c", &[&watch.to_be_bytes()])
}

/// Watch and entry to a change.
pub(super) fn change(watch: WatchNo, entry: EntryNo) -> Vec<u8> {
    key(&changes(watch), &[&entry.to_be_bytes()])
}

/// Entry to the watch that changed in it.
pub(super) fn timeline(entry: EntryNo) -> Vec<u8> {
    key(TIMELINE, &[&entry.to_be_bytes()])
}

/// Changes by the time they were first seen.
pub(super) fn changed_since(at: DateTime<Utc>) -> Vec<u8> {
    key(b"y", &[&time(at)])
}

/// Time and entry of a change to the watch that changed.
pub(super) fn changed(at: DateTime<Utc>, entry: EntryNo) -> Vec<u8> {
    key(&changed_since(at), &[&entry.to_be_bytes()])
}

/// The time that the key of a change by its time holds.
pub(super) fn read_changed(key: &[u8]) -> Option<DateTime<Utc>> {
    let (_, rest) = key.split_first()?;
    let (time, _) = rest.split_first_chunk::<8>()?;
    Some(read_time(*time))
}

/// Entry of a change to what people said of it.
pub(super) fn annotations(of: EntryNo) -> Vec<u8> {
    key(ANNOTATIONS, &[&of.to_be_bytes()])
}

/// Entry of a change and that of an annotation to the annotation.
pub(super) fn annotation(of: EntryNo, entry: EntryNo) -> Vec<u8> {
    key(&annotations(of), &[&entry.to_be_bytes()])
}

/// A promise of which it was said that its day has passed.
pub(super) fn promise(promise: Digest) -> Vec<u8> {
    key(b"z", &[&promise.0])
}

/// Canonical name to what is known of it; hashed, since a page can make a name as long as it likes.
pub(super) fn name(canonical: &str) -> Vec<u8> {
    key(NAMES, &[&Digest::of(canonical.as_bytes()).0])
}

/// Canonical form of an alias to the name it stands for.
pub(super) fn alias(canonical: &str) -> Vec<u8> {
    key(b"na", &[&Digest::of(canonical.as_bytes()).0])
}

/// Canonical name to the pages it stands or stood on.
pub(super) fn name_places(canonical: &str) -> Vec<u8> {
    key(b"np", &[&Digest::of(canonical.as_bytes()).0])
}

/// Canonical name and watch to the first and last version that has it.
pub(super) fn name_place(canonical: &str, watch: WatchNo) -> Vec<u8> {
    key(&name_places(canonical), &[&watch.to_be_bytes()])
}

/// The watch that the key of a place of a name ends with.
pub(super) fn read_name_place(key: &[u8]) -> Option<WatchNo> {
    let (_, watch) = key.split_last_chunk::<4>()?;
    Some(u32::from_be_bytes(*watch))
}

/// Canonical name to what somebody decided on it.
pub(super) fn name_ruling(canonical: &str) -> Vec<u8> {
    key(NAME_RULINGS, &[&Digest::of(canonical.as_bytes()).0])
}

/// Host to what was said of its pages; hashed, since a host is as long as it likes.
pub(super) fn host(host: &str) -> Vec<u8> {
    key(b"h", &[&Digest::of(host.as_bytes()).0])
}

/// Host and entry to what was said of one of its pages.
pub(super) fn said(host: &str, entry: EntryNo) -> Vec<u8> {
    key(&self::host(host), &[&entry.to_be_bytes()])
}

/// Host to its habit; hashed, since a host is as long as it likes.
pub(super) fn habit_of_host(host: &str) -> Vec<u8> {
    key(b"q", &[&Digest::of(host.as_bytes()).0])
}

/// Watch to the habit of its page.
pub(super) fn habit_of(watch: WatchNo) -> Vec<u8> {
    key(b"u", &[&watch.to_be_bytes()])
}

/// Mark of a strand to the changes that have it.
pub(super) fn strand(mark: Digest) -> Vec<u8> {
    key(b"w", &[&mark.0])
}

/// Mark of a strand and entry to the change that has it there.
pub(super) fn member(mark: Digest, entry: EntryNo) -> Vec<u8> {
    key(&strand(mark), &[&entry.to_be_bytes()])
}

/// Mark of a strand that more than one page has.
pub(super) fn shared(mark: Digest) -> Vec<u8> {
    key(SHARED, &[&mark.0])
}

/// Number of a mute to all that is known of it.
pub(super) fn mute(no: u32) -> Vec<u8> {
    key(MUTES, &[&no.to_be_bytes()])
}

/// Alert to all that is known of it.
pub(super) fn alert(alert: AlertId) -> Vec<u8> {
    key(ALERTS, &[&alert_key(alert)])
}

/// Alerts neither paid nor given up.
pub(super) fn owed(alert: AlertId) -> Vec<u8> {
    key(OWED, &[&alert_key(alert)])
}

/// Entry of a delivery, and alert it settled.
pub(super) fn delivery(entry: EntryNo, alert: AlertId) -> Vec<u8> {
    key(DELIVERIES, &[&entry.to_be_bytes(), &alert_key(alert)])
}

/// Name of a route to the time up to which its last digest told.
pub(super) fn digest(route: &str) -> Vec<u8> {
    key(b"xd", &[&Digest::of(route.as_bytes()).0])
}

/// Alarm that rings, as JSON, to since when and why; hashed, since a destination is as long as it likes.
pub(super) fn alarm(alarm: &[u8]) -> Vec<u8> {
    key(ALARMS, &[&Digest::of(alarm).0])
}

/// Channel to why it takes no messages; hashed, since an address is as long as it likes.
pub(super) fn parked(to: &str) -> Vec<u8> {
    key(PARKED, &[&Digest::of(to.as_bytes()).0])
}

/// Channel and what a message lacked there to when that was last seen first.
pub(super) fn lack(to: &str, lack: &str) -> Vec<u8> {
    let of = Digest::of(format!("{lack}|{to}").as_bytes());
    key(b"xl", &[&of.0])
}

/// Lead to all that is known of it.
pub(super) fn trail(watch: &WatchId) -> Vec<u8> {
    key(TRAILS, &[watch.0.as_bytes()])
}

/// Watch to what of it was followed last.
pub(super) fn followed(watch: &WatchId) -> Vec<u8> {
    key(b"g", &[watch.0.as_bytes()])
}

/// Entry to the watchlist that came into force with it.
pub(super) fn watchlist(entry: EntryNo) -> Vec<u8> {
    key(WATCHLISTS, &[&entry.to_be_bytes()])
}

/// Watch and forum to the thread of the page there.
pub(super) fn thread(watch: WatchNo, forum: &Destination) -> Vec<u8> {
    key(b"xt", &[&watch.to_be_bytes(), forum.to_string().as_bytes()])
}

/// Entry of a change to what archives hold of its text.
pub(super) fn copies(of: EntryNo) -> Vec<u8> {
    key(b"xc", &[&of.to_be_bytes()])
}

/// Entry of a change and that of a copy to the copy.
pub(super) fn copy(of: EntryNo, entry: EntryNo) -> Vec<u8> {
    key(&copies(of), &[&entry.to_be_bytes()])
}

/// Entry of a change to the asking of an archive to keep the page.
pub(super) fn save(of: EntryNo) -> Vec<u8> {
    key(b"xs", &[&of.to_be_bytes()])
}

/// Name and entry to what was known of the name from that entry on, until more was.
pub(super) fn name_before(canonical: &str, entry: EntryNo) -> Vec<u8> {
    let name = Digest::of(canonical.as_bytes()).0;
    key(b"nb", &[&name, &entry.to_be_bytes()])
}

/// Entry to what was decided on a name in it.
pub(super) fn name_ruled(entry: EntryNo) -> Vec<u8> {
    key(NAME_DECISIONS, &[&entry.to_be_bytes()])
}

/// Entry to what it says of a key.
pub(super) fn signing(entry: EntryNo) -> Vec<u8> {
    key(SIGNING, &[&entry.to_be_bytes()])
}

/// Entry to the checkpoint in it.
pub(super) fn checkpoint(entry: EntryNo) -> Vec<u8> {
    key(CHECKPOINTS, &[&entry.to_be_bytes()])
}

/// Entry of a checkpoint to its stamps.
pub(super) fn stamps(checkpoint: EntryNo) -> Vec<u8> {
    key(b"xz", &[&checkpoint.to_be_bytes()])
}

/// Entry of a checkpoint and that of a stamp to the stamp.
pub(super) fn stamp(checkpoint: EntryNo, entry: EntryNo) -> Vec<u8> {
    key(&stamps(checkpoint), &[&entry.to_be_bytes()])
}

/// Sort of anchor to the checkpoints that have one.
pub(super) fn anchors(sort: u8) -> Vec<u8> {
    key(b"xy", &[&[sort]])
}

/// Sort of anchor, size of the checkpoint and entry that tells of it to an anchor.
pub(super) fn anchor(sort: u8, size: EntryNo, entry: EntryNo) -> Vec<u8> {
    key(&anchors(sort), &[&size.to_be_bytes(), &entry.to_be_bytes()])
}

/// Entry to the suggestion in it.
pub(super) fn suggestion(entry: EntryNo) -> Vec<u8> {
    key(SUGGESTIONS, &[&entry.to_be_bytes()])
}

/// Watch to the copies that were backfilled of it.
pub(super) fn pasts(watch: WatchNo) -> Vec<u8> {
    key(PASTS, &[&watch.to_be_bytes()])
}

/// Watch and entry to a copy that was backfilled.
pub(super) fn past(watch: WatchNo, entry: EntryNo) -> Vec<u8> {
    key(&pasts(watch), &[&entry.to_be_bytes()])
}

/// Watch to the lists that archives gave of it.
pub(super) fn past_lists(watch: WatchNo) -> Vec<u8> {
    key(b"xi", &[&watch.to_be_bytes()])
}

/// Watch and entry to the list that an archive gave of it then.
pub(super) fn past_list(watch: WatchNo, entry: EntryNo) -> Vec<u8> {
    key(&past_lists(watch), &[&entry.to_be_bytes()])
}

/// Watch to the number of the last text that was backfilled of it.
pub(super) fn past_last(watch: WatchNo) -> Vec<u8> {
    key(b"xn", &[&watch.to_be_bytes()])
}

/// Watch and name of a record of a whole archive to the entry that took it in; hashed, since names are as long as they like.
pub(super) fn record(watch: WatchNo, name: &str) -> Vec<u8> {
    let of = Digest::of(name.as_bytes());
    key(b"xr", &[&watch.to_be_bytes(), &of.0])
}

/// Rule to how often it fired.
pub(super) fn fired(rule: &str) -> Vec<u8> {
    key(FIRED, &[rule.as_bytes()])
}

/// Watch to its visits.
pub(super) fn visits(watch: WatchNo) -> Vec<u8> {
    key(b"l", &[&watch.to_be_bytes()])
}

/// Watch and time to its visits from then on.
pub(super) fn visits_since(watch: WatchNo, at: DateTime<Utc>) -> Vec<u8> {
    key(&visits(watch), &[&time(at)])
}

/// Watch, time, entry and place in it to one visit.
pub(super) fn visit(watch: WatchNo, at: DateTime<Utc>, entry: EntryNo, index: u32) -> Vec<u8> {
    let (entry, index) = (entry.to_be_bytes(), index.to_be_bytes());
    key(&visits_since(watch, at), &[&entry, &index])
}

/// Watch to its streaks.
pub(super) fn streaks(watch: WatchNo) -> Vec<u8> {
    key(STREAKS, &[&watch.to_be_bytes()])
}

/// Watch and time to the streak that begins then.
pub(super) fn streak(watch: WatchNo, from: DateTime<Utc>) -> Vec<u8> {
    key(&streaks(watch), &[&time(from)])
}

/// The time that the key of a streak ends with.
pub(super) fn read_streak(key: &[u8]) -> Option<DateTime<Utc>> {
    let (_, time) = key.split_last_chunk::<8>()?;
    Some(read_time(*time))
}

/// The time, entry and place that the key of a visit ends with.
pub(super) fn read_visit(key: &[u8]) -> Option<(DateTime<Utc>, EntryNo, u32)> {
    let (rest, index) = key.split_last_chunk::<4>()?;
    let (rest, entry) = rest.split_last_chunk::<8>()?;
    let (_, time) = rest.split_last_chunk::<8>()?;
    Some((
        read_time(*time),
        u64::from_be_bytes(*entry),
        u32::from_be_bytes(*index),
    ))
}

/// The alert that a key ends with.
pub(super) fn read_alert(key: &[u8]) -> Option<AlertId> {
    let (rest, index) = key.split_last_chunk::<4>()?;
    let (_, entry) = rest.split_last_chunk::<8>()?;
    Some(AlertId {
        entry: u64::from_be_bytes(*entry),
        index: u32::from_be_bytes(*index),
    })
}

const SIGN: u64 = 1 << 63;

// Nanoseconds reach from 1677 to 2262; a time beyond sorts with the last of them.
fn time(at: DateTime<Utc>) -> [u8; 8] {
    let beyond = match at.timestamp() < 0 {
        true => i64::MIN,
        false => i64::MAX,
    };
    let nanoseconds = at.timestamp_nanos_opt().unwrap_or(beyond);
    (nanoseconds as u64 ^ SIGN).to_be_bytes()
}

fn read_time(time: [u8; 8]) -> DateTime<Utc> {
    DateTime::from_timestamp_nanos((u64::from_be_bytes(time) ^ SIGN) as i64)
}

fn alert_key(alert: AlertId) -> [u8; 12] {
    let mut key = [0; 12];
    key[..8].copy_from_slice(&alert.entry.to_be_bytes());
    key[8..].copy_from_slice(&alert.index.to_be_bytes());
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn visits_sort_by_time_even_before_1970() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().expect("a time");
        let times = [
            "1600-01-01T00:00:00Z",
            "1969-12-31T23:59:59Z",
            "1970-01-01T00:00:00Z",
            "2026-07-06T09:15:00.000000001Z",
            "2026-07-06T09:15:00.000000002Z",
        ];
        let keys: Vec<Vec<u8>> = times.iter().map(|text| visit(7, at(text), 3, 0)).collect();
        assert!(keys.is_sorted());
        assert_eq!(read_visit(&keys[3]), Some((at(times[3]), 3, 0)));
    }

    #[test]
    fn an_alert_is_read_back_from_its_keys() {
        let id = AlertId {
            entry: 300,
            index: 2,
        };
        assert_eq!(read_alert(&owed(id)), Some(id));
        assert_eq!(read_alert(&delivery(9, id)), Some(id));
    }
}
