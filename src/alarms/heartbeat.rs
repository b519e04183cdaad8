//! The heartbeat: when it is due, and what it says.

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;

use crate::alarms::Gap;
use crate::alarms::said::{Names, counted, listed, size};
use crate::model::{Alarm, Beat, Ringing, Unread};
use crate::prose::cut;
use crate::routing;

/// How much later than due a heartbeat is late.
const LATE: TimeDelta = TimeDelta::minutes(15);
/// How far ahead of us the last one may lie: what lies farther was said by a clock that ran ahead, and counts for nothing.
const AHEAD: TimeDelta = TimeDelta::days(1);
/// How far back it is looked for the last hour that came: no two are farther apart, clock changes counted.
const BACK: TimeDelta = TimeDelta::hours(49);
/// The longest reason, in characters.
const WHY: usize = 100;

/// What is to be done about the heartbeat now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Due {
    /// Heartbeats begin: that is noted, and nothing is said.
    Begin(Beat),
    /// It is said now: this one, which tells from then on.
    Say(Beat, DateTime<Utc>),
    /// Its hour is to come.
    Later,
}

/// What is to be done about the heartbeat of this hour: one for each day at most, and one for all days that were missed.
pub fn due(at: NaiveTime, zone: Tz, last: Option<Beat>, now: DateTime<Utc>) -> Due {
    let last_hour = || {
        let next = |after| routing::next_at(at, zone, after);
        let hours = std::iter::successors(next(now - BACK), |hour| next(*hour));
        hours.take_while(|hour| *hour <= now).last()
    };
    let until = now;
    let Some(last) = last.filter(|last| last.until <= now + AHEAD) else {
        let due = last_hour().unwrap_or(now);
        return Due::Begin(Beat { due, until });
    };
    let day = |moment: DateTime<Utc>| moment.with_timezone(&zone).date_naive();
    match last_hour().filter(|due| *due > last.due && day(*due) > day(last.due)) {
        Some(due) => Due::Say(Beat { due, until }, last.until.min(now)),
        None => Due::Later,
    }
}

/// What a heartbeat tells.
#[derive(Clone, PartialEq, Debug)]
pub struct Figures {
    /// Which one.
    pub beat: Beat,
    /// From when on it tells.
    pub from: DateTime<Utc>,
    /// How many pages are watched.
    pub pages: usize,
    /// How many visits there were.
    pub visits: u64,
    /// On how many of them the page was read.
    pub read: u64,
    /// The pages that fail, or were due and not visited; the earliest first.
    pub unread: Vec<Unread>,
    /// How many there are, listed or not.
    pub unread_in_all: usize,
    /// How many changes were found.
    pub changes: usize,
    /// How many alerts were sent, and how many were given up.
    pub sent: usize,
    /// How many were given up.
    pub given_up: usize,
    /// How many wait for their time.
    pub waiting: usize,
    /// How many a channel does not take at present.
    pub parked: usize,
    /// What the archive takes and what is free, in bytes, where that is known.
    pub space: Option<(u64, u64)>,
    /// How many entries the last checkpoint covers, and the root it gives; absent where there is none.
    pub checkpoint: Option<(u64, String)>,
    /// The alarms that ring.
    pub ringing: Vec<Ringing>,
    /// The last gap, where it is known.
    pub gap: Option<Gap>,
}

impl Figures {
    /// The heartbeat in words.
    pub fn text(&self, names: &Names<'_>) -> String {
        let mut said = vec![self.visited(names)];
        said.extend(self.failing(names));
        said.push(self.found());
        said.extend(self.space.map(|(taken, free)| {
            format!(
                "The archive takes {}; {} are free.",
                size(taken),
                size(free)
            )
        }));
        said.extend(self.checkpoint.as_ref().map(|(size, root)| {
            format!("The journal was signed up to entry {size}, with the root {root}.")
        }));
        let others = self.standing();
        if others > 0 {
            let alarms = counted(others, "alarm goes", "alarms go");
            said.push(format!("{alarms} on, each of which was said."));
        }
        said.extend(self.late(names));
        let calm = self.unread_in_all == 0 && others == 0 && self.parked + self.given_up == 0;
        said.push(if calm {
            "Nothing needs to be done.".to_owned()
        } else {
            "`smallprint list` says more.".to_owned()
        });
        said.join(" ")
    }

    fn visited(&self, names: &Names<'_>) -> String {
        let (from, until) = (self.from, self.beat.until);
        let day = |moment: DateTime<Utc>| moment.with_timezone(&names.zone).date_naive();
        let hour = from.with_timezone(&names.zone).format("%H:%M");
        let since = match (day(until) - day(from)).num_days() {
            0 => hour.to_string(),
            1 => format!("yesterday {hour}"),
            _ => names.moment(from),
        };
        let visits = usize::try_from(self.visits).unwrap_or(usize::MAX);
        format!(
            "{} of {} since {since}, {} of them read.",
            counted(visits, "visit", "visits"),
            counted(self.pages, "page", "pages"),
            self.read
        )
    }

    fn failing(&self, names: &Names<'_>) -> Option<String> {
        let named = |one: &Unread| {
            let page = names.page(&one.watch);
            match (one.since, one.why.is_empty()) {
                (Some(since), false) => {
                    format!(
                        "{page} since {} ({})",
                        names.moment(since),
                        cut(&one.why, WHY)
                    )
                }
                (Some(since), true) => {
                    format!("{page}, due and not visited since {}", names.moment(since))
                }
                (None, _) => format!("{page}, never visited"),
            }
        };
        let pages = match self.unread_in_all {
            0 => return Some("No page fails.".to_owned()),
            1 => "1 page fails".to_owned(),
            many => format!("{many} pages fail"),
        };
        let list = listed(self.unread.iter().map(named), self.unread_in_all);
        Some(format!("{pages}: {list}."))
    }

    fn found(&self) -> String {
        let mut alerts = vec![format!("{} sent", counted(self.sent, "alert", "alerts"))];
        let more = [
            (self.waiting, "waiting for their time"),
            (self.parked, "not taken by their channels so far"),
            (self.given_up, "given up"),
        ];
        let more = more.into_iter().filter(|(count, _)| *count > 0);
        alerts.extend(more.map(|(count, what)| format!("{count} {what}")));
        format!(
            "{} found; {}.",
            counted(self.changes, "change", "changes"),
            alerts.join(", ")
        )
    }

    /// The alarms that go on and are not told of as failing pages.
    fn standing(&self) -> usize {
        let told = |one: &&Ringing| matches!(one.alarm, Alarm::Unread(_) | Alarm::Asleep);
        self.ringing.len() - self.ringing.iter().filter(told).count()
    }

    /// That it comes late, and why.
    fn late(&self, names: &Names<'_>) -> Option<String> {
        let (due, until) = (self.beat.due, self.beat.until);
        if until - due < LATE {
            return None;
        }
        let when = names.moment(due);
        let gap = self.gap.filter(|gap| (gap.from..=gap.until).contains(&due));
        Some(match gap {
            Some(gap) => format!(
                "This comes late: it was due {when}, and from {} to {} the machine slept or the program was stopped.",
                names.moment(gap.from),
                names.moment(gap.until)
            ),
            None => format!("This comes late: it was due {when}, when the program did not run."),
        })
    }
}
