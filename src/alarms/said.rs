//! Alarms in words: one message for all that begin or end at a time.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::alarms::{Seen, Turns};
use crate::model::{Alarm, Ringing, WatchId};
use crate::prose::cut;
use crate::wording::times;

/// How many pages are named.
const NAMED: usize = 5;
/// The longest name, and the longest reason, in characters.
const NAME: usize = 100;
const WHY: usize = 240;

/// What pages are called, and in which time zone times are shown.
pub struct Names<'a> {
    /// What a page is called.
    pub of: &'a dyn Fn(&WatchId) -> String,
    /// The time zone.
    pub zone: Tz,
}

impl Names<'_> {
    pub(super) fn page(&self, watch: &WatchId) -> String {
        format!("“{}”", cut(&(self.of)(watch), NAME))
    }

    pub(super) fn moment(&self, at: DateTime<Utc>) -> String {
        times::moment(at, self.zone)
    }
}

/// What is said of these turns; `None` where nothing is.
pub fn text(turns: &Turns, seen: &Seen, names: &Names<'_>) -> Option<String> {
    let (pages, others) = apart(&turns.begun);
    let mut lines: Vec<String> = others.iter().map(|one| begins(one, seen, names)).collect();
    lines.extend(unread(&pages, seen, names));
    let (pages, others) = apart(&turns.ended);
    lines.extend(others.iter().map(|one| ends(one, seen, names)));
    lines.extend(read_again(&pages, names));
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// The alarms about pages, which are told together, and the others.
fn apart(all: &[Ringing]) -> (Vec<&Ringing>, Vec<&Ringing>) {
    all.iter()
        .partition(|one| matches!(one.alarm, Alarm::Unread(_)))
}

fn begins(one: &Ringing, seen: &Seen, names: &Names<'_>) -> String {
    let since = names.moment(one.since);
    let why = cut(&one.why, WHY);
    match &one.alarm {
        Alarm::Asleep => {
            let until = names.moment(seen.gap.map_or(seen.now, |gap| gap.until));
            format!(
                "Nothing was visited from {since} to {until}: the machine slept, or the program was stopped. {why}."
            )
        }
        Alarm::Late => format!(
            "Visits are late: {why}, since {since}. Look at the load of the machine, and whether `min_delay` and \
             `visits_at_once` leave time for all pages."
        ),
        Alarm::Refused(to) => format!(
            "{to} does not take its messages, since {since}: {}. The other channels go on; this is said once, and again when it takes them.",
            why.trim_end_matches('.')
        ),
        Alarm::Disk => format!(
            "The disk of the archive is filling: {why}. Make room there; when it is full, the program stops, and what is stored stays whole."
        ),
        Alarm::Deaf => why,
        Alarm::Unread(watch) => format!("{} was not read: {why}.", names.page(watch)),
    }
}

fn ends(one: &Ringing, seen: &Seen, names: &Names<'_>) -> String {
    let since = names.moment(one.since);
    match &one.alarm {
        Alarm::Asleep => "Pages are visited again.".to_owned(),
        Alarm::Late => format!("Visits are made in time again; they were late since {since}."),
        Alarm::Refused(to) => {
            format!("{to} takes its messages again; it did not since {since}.")
        }
        Alarm::Disk => format!(
            "The disk of the archive has room again: {} are free. It was filling since {since}.",
            size(seen.free.unwrap_or_default())
        ),
        Alarm::Deaf => format!(
            "Discord's gateway is open again: buttons and commands are answered. It was closed since {since}."
        ),
        Alarm::Unread(watch) => format!("{} can be read again.", names.page(watch)),
    }
}

fn unread(pages: &[&Ringing], seen: &Seen, names: &Names<'_>) -> Option<String> {
    let named = |one: &&Ringing| {
        let Alarm::Unread(watch) = &one.alarm else {
            return None;
        };
        let (page, since) = (names.page(watch), names.moment(one.since));
        Some(format!("{page} since {since} ({})", cut(&one.why, WHY / 2)))
    };
    let longest = pages.iter().map(|one| seen.now - one.since).min()?;
    let long = |number: i64| usize::try_from(number).unwrap_or_default();
    let days = match longest.num_hours() {
        hours @ ..48 => counted(long(hours), "hour", "hours"),
        hours => counted(long(hours / 24), "day", "days"),
    };
    let list = listed(pages.iter().filter_map(named), pages.len());
    Some(match pages.len() {
        1 => format!(
            "A page was not read for {days}: {list}. It goes on being visited; it is said when it can be read again."
        ),
        many => format!(
            "{many} pages were not read for {days} or longer: {list}. They go on being visited; it is said when they can be read again."
        ),
    })
}

fn read_again(pages: &[&Ringing], names: &Names<'_>) -> Option<String> {
    let named = |one: &&Ringing| {
        let Alarm::Unread(watch) = &one.alarm else {
            return None;
        };
        let (page, since) = (names.page(watch), names.moment(one.since));
        Some(format!("{page}, not read since {since}"))
    };
    let list = listed(pages.iter().filter_map(named), pages.len());
    match pages.len() {
        0 => None,
        1 => Some(format!("A page can be read again: {list}.")),
        many => Some(format!("{many} pages can be read again: {list}.")),
    }
}

/// The first few, and how many more there are.
pub(super) fn listed(all: impl Iterator<Item = String>, count: usize) -> String {
    let shown: Vec<String> = all.take(NAMED).collect();
    let more = match count.saturating_sub(shown.len()) {
        0 => String::new(),
        more => format!("; and {more} more"),
    };
    format!("{}{more}", shown.join("; "))
}

/// "1 visit that was due meanwhile is made now", without a full stop.
pub(super) fn missed(count: usize) -> String {
    match count {
        1 => "1 visit that was due meanwhile is made now".to_owned(),
        many => format!("{many} visits that were due meanwhile are made now"),
    }
}

/// "12 that were due are not made yet, the first of them to …".
pub(super) fn waiting(count: usize, first: &WatchId) -> String {
    match count {
        1 => format!("1 that was due is not made yet, to {first}"),
        many => format!("{many} that were due are not made yet, the first of them to {first}"),
    }
}

/// "300 MiB are free, and the alarm is set at 1.0 GiB".
pub(super) fn room(free: u64, limit: u64) -> String {
    format!(
        "{} are free, and the alarm is set at {}",
        size(free),
        size(limit)
    )
}

/// A size as people read it: "1.2 GiB".
pub fn size(bytes: u64) -> String {
    let units = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    let mut at = 0;
    while at + 1 < units.len() && bytes >> (10 * (at + 1)) > 0 {
        at += 1;
    }
    let whole = bytes >> (10 * at);
    let part = (bytes - (whole << (10 * at))) as f64 / (1_u64 << (10 * at)) as f64;
    match at {
        0 => format!("{bytes} bytes"),
        _ if whole < 10 => format!("{:.1} {}", whole as f64 + part, units[at]),
        _ => format!("{whole} {}", units[at]),
    }
}

/// A number with the word for what it counts.
pub(super) fn counted(count: usize, one: &str, many: &str) -> String {
    match count {
        1 => format!("1 {one}"),
        count => format!("{count} {many}"),
    }
}
