//! What stands in the way of watching or telling: which alarms begin, which end, in which words.

mod heartbeat;
mod said;
#[cfg(test)]
mod tests;

use chrono::{DateTime, TimeDelta, Utc};

use crate::model::{Alarm, Destination, Ringing, WatchId};

pub use heartbeat::{Due, Figures, due};
pub use said::{Names, size, text};

/// What was given up longer ago begins no alarm.
const LATELY: TimeDelta = TimeDelta::days(1);

/// From when on something is an alarm; absent where nobody wants to be told of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// How long after it was due a visit is late.
    pub late: Option<TimeDelta>,
    /// How long a page goes unread.
    pub unread: Option<TimeDelta>,
    /// How long a message waits for a channel that may yet take it.
    pub refused: Option<TimeDelta>,
    /// The room that is left on the disk of the archive, in bytes.
    pub disk: Option<u64>,
}

/// What was seen when it was asked whether all is well.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Seen {
    /// When.
    pub now: DateTime<Utc>,
    /// Since when visits could be made: since the program began, the machine woke, or another watchlist came into force.
    pub awake: DateTime<Utc>,
    /// The gap that just ended.
    pub gap: Option<Gap>,
    /// The last visit to any page.
    pub visited: Option<DateTime<Utc>>,
    /// The pages that are visited from here, but for those known to be gone.
    pub pages: Vec<Page>,
    /// Every place to which something goes or is owed.
    pub channels: Vec<Channel>,
    /// The room that is left on the disk of the archive, in bytes, where that is known.
    pub free: Option<u64>,
    /// Whether a bot is to listen in Discord.
    pub bot: bool,
}

/// A time in which nobody went and looked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Gap {
    /// The last sign of life before it.
    pub from: DateTime<Utc>,
    /// The first after it.
    pub until: DateTime<Utc>,
}

/// How a page stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Page {
    /// Whose.
    pub watch: WatchId,
    /// When its next visit is due.
    pub due: Option<DateTime<Utc>>,
    /// The last visit, whatever came of it.
    pub visited: Option<DateTime<Utc>>,
    /// The last visit on which it was read.
    pub read: Option<DateTime<Utc>>,
    /// Since which visit it fails, and why.
    pub failing: Option<(DateTime<Utc>, String)>,
    /// Whether it was said already that it fails.
    pub told: bool,
}

/// How a channel stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Channel {
    /// Which.
    pub to: Destination,
    /// Since when its oldest message waits.
    pub waits: Option<DateTime<Utc>>,
    /// Why, where that is known.
    pub why: String,
    /// Whether it wants to be left alone for long.
    pub refuses: bool,
    /// When its last message was given up, and why, where none was sent since.
    pub given_up: Option<(DateTime<Utc>, String)>,
    /// When a message last got through.
    pub sent: Option<DateTime<Utc>>,
}

/// What becomes of alarms.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Turns {
    /// They begin, and that is said.
    pub begun: Vec<Ringing>,
    /// They begin, and it was said before.
    pub known: Vec<Ringing>,
    /// They end, and that is said.
    pub ended: Vec<Ringing>,
    /// They are nobody's business any more.
    pub dropped: Vec<Ringing>,
}

impl Turns {
    /// Whether nothing changes.
    pub fn is_empty(&self) -> bool {
        *self == Turns::default()
    }
}

/// The gap between two signs of life, where it is longer than visits may be late.
pub fn gap(from: DateTime<Utc>, until: DateTime<Utc>, limits: &Limits) -> Option<Gap> {
    let longest = limits.late?;
    (until - from >= longest).then_some(Gap { from, until })
}

/// Which alarms begin and which end, given those that ring.
pub fn turns(seen: &Seen, ringing: &[Ringing], limits: &Limits) -> Turns {
    let mut turns = Turns::default();
    let rings = |alarm: &Alarm| ringing.iter().find(|one| one.alarm == *alarm);
    asleep(seen, rings(&Alarm::Asleep), &mut turns);
    late(seen, rings(&Alarm::Late), limits, &mut turns);
    disk(seen, rings(&Alarm::Disk), limits, &mut turns);
    for page in &seen.pages {
        let alarm = Alarm::Unread(page.watch.clone());
        unread(seen, page, rings(&alarm), limits, &mut turns);
    }
    for channel in &seen.channels {
        let alarm = Alarm::Refused(channel.to.clone());
        refused(seen, channel, rings(&alarm), limits, &mut turns);
    }
    turns.dropped.extend(
        (ringing.iter())
            .filter(|one| !concerns(seen, &one.alarm))
            .cloned(),
    );
    turns
}

/// Whether what an alarm is about is still there.
fn concerns(seen: &Seen, alarm: &Alarm) -> bool {
    match alarm {
        Alarm::Unread(watch) => seen.pages.iter().any(|page| page.watch == *watch),
        Alarm::Refused(to) => seen.channels.iter().any(|channel| channel.to == *to),
        Alarm::Deaf => seen.bot,
        Alarm::Asleep | Alarm::Late | Alarm::Disk => true,
    }
}

/// A gap is told of once, when it is over, where a visit was due in it.
fn asleep(seen: &Seen, rings: Option<&Ringing>, turns: &mut Turns) {
    let over = |one: &&Ringing| seen.visited.is_some_and(|last| last > one.since);
    if let Some(gap) = &seen.gap
        && rings.is_none_or(|one| one.since != gap.from)
    {
        let missed =
            |page: &&Page| page.visited.is_some() && page.due.is_some_and(|due| due < gap.until);
        let missed = seen.pages.iter().filter(missed).count();
        if missed > 0 {
            turns.begun.push(Ringing {
                alarm: Alarm::Asleep,
                since: gap.from,
                why: said::missed(missed),
            });
            return;
        }
    }
    turns.dropped.extend(rings.filter(over).cloned());
}

fn late(seen: &Seen, rings: Option<&Ringing>, limits: &Limits, turns: &mut Turns) {
    let Some(limit) = limits.late else {
        turns.dropped.extend(rings.cloned());
        return;
    };
    // A page that is read for the first time takes its turn after the others.
    let pages = seen.pages.iter().filter(|page| page.visited.is_some());
    let due = pages.filter_map(|page| Some((page.due?, &page.watch)));
    let mut late: Vec<(DateTime<Utc>, &WatchId)> = (due.clone())
        .map(|(due, watch)| (due.max(seen.awake), watch))
        .filter(|(due, _)| seen.now - *due >= limit)
        .collect();
    late.sort();
    // What was late before a restart goes on being late until it was made.
    let waiting = due.filter(|(due, _)| seen.now - *due >= limit / 2).count();
    match (rings, late.first()) {
        (None, Some((since, watch))) => turns.begun.push(Ringing {
            alarm: Alarm::Late,
            since: *since,
            why: said::waiting(late.len(), watch),
        }),
        (Some(one), _) if waiting == 0 => turns.ended.push(one.clone()),
        _ => {}
    }
}

fn disk(seen: &Seen, rings: Option<&Ringing>, limits: &Limits, turns: &mut Turns) {
    let Some(limit) = limits.disk else {
        turns.dropped.extend(rings.cloned());
        return;
    };
    // What is near the limit must not ring again and again.
    let enough = limit.saturating_add(limit / 10);
    match (rings, seen.free) {
        (None, Some(free)) if free < limit => turns.begun.push(Ringing {
            alarm: Alarm::Disk,
            since: seen.now,
            why: said::room(free, limit),
        }),
        (Some(one), Some(free)) if free >= enough => turns.ended.push(one.clone()),
        _ => {}
    }
}

fn unread(seen: &Seen, page: &Page, rings: Option<&Ringing>, limits: &Limits, turns: &mut Turns) {
    let Some(limit) = limits.unread else {
        turns.dropped.extend(rings.cloned());
        return;
    };
    if let Some(one) = rings {
        if page.read.is_some_and(|read| read > one.since) {
            turns.ended.push(one.clone());
        }
        return;
    }
    let tried = page.visited.is_some_and(|last| last >= seen.awake);
    let failing = (page.failing.clone())
        .filter(|_| tried || seen.now - seen.awake >= limit)
        .map(|(since, why)| (since, why, page.told));
    let never = || {
        let due = page.due?.max(seen.awake);
        Some((due, "it is due, and nobody visited it".to_owned(), false))
    };
    let Some((since, why, told)) = failing.or_else(never) else {
        return;
    };
    if seen.now - since < limit {
        return;
    }
    let ringing = Ringing {
        alarm: Alarm::Unread(page.watch.clone()),
        since,
        why,
    };
    match told {
        true => turns.known.push(ringing),
        false => turns.begun.push(ringing),
    }
}

fn refused(
    seen: &Seen,
    channel: &Channel,
    rings: Option<&Ringing>,
    limits: &Limits,
    turns: &mut Turns,
) {
    let Some(limit) = limits.refused else {
        turns.dropped.extend(rings.cloned());
        return;
    };
    if let Some(one) = rings {
        let well = channel.waits.is_none() && channel.given_up.is_none();
        if well && channel.sent.is_some_and(|sent| sent > one.since) {
            turns.ended.push(one.clone());
        }
        return;
    }
    let long = |since: &DateTime<Utc>| channel.refuses || seen.now - *since >= limit;
    let waits = channel.waits.filter(long);
    let lately = |(at, _): &&(DateTime<Utc>, String)| seen.now - *at <= LATELY;
    let why = match (channel.given_up.as_ref().filter(lately), waits) {
        (Some((since, why)), _) => (*since, why.clone()),
        (None, Some(since)) => (since, channel.why.clone()),
        (None, None) => return,
    };
    turns.begun.push(Ringing {
        alarm: Alarm::Refused(channel.to.clone()),
        since: why.0,
        why: why.1,
    });
}
