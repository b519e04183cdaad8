//! Whether the clock goes right, by the times that hosts give and by the archive.

use chrono::{DateTime, TimeDelta, Utc};

use crate::doctor::CheckUp;

/// The year before which this program was not there.
const FIRST_YEAR: &str = "2026-01-01T00:00:00Z";
/// From here on what a page says of its dates is not held against our visits (seconds).
const APART: i64 = 60;
/// From here on certificates, tokens and messages are refused (seconds).
const FAR_APART: i64 = 600;
/// What sets clocks right.
const REMEDY: &str =
    "Set the clock, and let the machine keep it: `timedatectl set-ntp true`, or chrony.";

/// The time that a host gave, and our own at that moment.
#[derive(Clone, Debug)]
pub(super) struct Told {
    pub(super) host: String,
    pub(super) theirs: DateTime<Utc>,
    pub(super) ours: DateTime<Utc>,
}

/// What is to be said of the clock.
pub(super) fn of(now: DateTime<Utc>, newest: Option<DateTime<Utc>>, told: &[Told]) -> CheckUp {
    let is = format!(
        "It is {} by the clock",
        now.format("%a %-d %B %Y %H:%M:%S UTC")
    );
    let first = FIRST_YEAR.parse().unwrap_or(DateTime::UNIX_EPOCH);
    if now < first {
        return CheckUp::wrong(
            "clock",
            format!("{is}, which is before there was this program."),
            REMEDY,
        );
    }
    let behind = newest
        .map(|newest| newest - now)
        .filter(|behind| behind.num_seconds() > 1);
    if let Some(behind) = behind {
        let says = format!(
            "{is}, {} before the newest entry of the archive.",
            long(behind)
        );
        return CheckUp::wrong("clock", says, REMEDY);
    }
    // A single host may be wrong; the one that agrees most is believed.
    let nearest = told
        .iter()
        .min_by_key(|told| (told.theirs - told.ours).abs());
    let Some(nearest) = nearest else {
        return CheckUp::ok(
            "clock",
            format!("{is}; no host could be asked whether that is right."),
        );
    };
    let apart = nearest.theirs - nearest.ours;
    let way = match apart < TimeDelta::zero() {
        true => "ahead of",
        false => "behind",
    };
    let by = match told.len() {
        1 => format!("that of {}, the only host that told its own", nearest.host),
        hosts => format!("that of {}, which is the nearest of {hosts}", nearest.host),
    };
    let differs = || format!("{is}, {} {way} {by}.", long(apart.abs()));
    match apart.num_seconds().abs() {
        0..=APART => CheckUp::ok(
            "clock",
            format!("{is}, and {} agrees to within a minute.", nearest.host),
        ),
        FAR_APART.. => CheckUp::wrong("clock", differs(), REMEDY),
        _ => CheckUp::warning("clock", differs(), REMEDY),
    }
}

/// How long in one unit: "7 minutes".
fn long(time: TimeDelta) -> String {
    let units = [
        (time.num_days(), "day"),
        (time.num_hours(), "hour"),
        (time.num_minutes(), "minute"),
    ];
    let (count, unit) =
        (units.into_iter().find(|(count, _)| *count > 0)).unwrap_or((time.num_seconds(), "second"));
    match count {
        1 => format!("1 {unit}"),
        _ => format!("{count} {unit}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::Health;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a time")
    }

    fn told(host: &str, theirs: &str) -> Told {
        Told {
            host: host.to_owned(),
            theirs: at(theirs),
            ours: at(NOW),
        }
    }

    const NOW: &str = "2026-11-20T12:00:00Z";

    #[track_caller]
    fn case(newest: Option<&str>, told: &[Told], standing: Health, part: &str) {
        let found = of(at(NOW), newest.map(at), told);
        assert_eq!(found.standing, standing, "{}", found.says);
        assert!(found.says.contains(part), "{}", found.says);
        assert_eq!(found.remedy.is_some(), standing != Health::Ok);
    }

    #[test]
    fn the_clock_is_held_against_what_hosts_say() {
        case(None, &[], Health::Ok, "no host could be asked");
        case(
            None,
            &[told("a.example", "2026-11-20T12:00:59Z")],
            Health::Ok,
            "a.example agrees",
        );
        let slow = [told("a.example", "2026-11-20T12:05:00Z")];
        case(
            None,
            &slow,
            Health::Warning,
            "5 minutes behind that of a.example, the only host",
        );
        let fast = [told("a.example", "2026-11-20T09:00:00Z")];
        case(
            None,
            &fast,
            Health::Wrong,
            "3 hours ahead of that of a.example",
        );
    }

    #[test]
    fn a_host_with_a_clock_of_its_own_does_not_outvote_another() {
        let two = [
            told("wild.example", "2027-11-20T12:00:00Z"),
            told("a.example", "2026-11-20T12:00:02Z"),
        ];
        case(None, &two, Health::Ok, "a.example agrees");
    }

    #[test]
    fn a_clock_before_the_newest_entry_went_back() {
        let newest = Some("2026-11-22T12:00:00Z");
        case(
            newest,
            &[],
            Health::Wrong,
            "2 days before the newest entry of the archive",
        );
        case(Some(NOW), &[], Health::Ok, "");
    }

    #[test]
    fn a_clock_that_was_never_set_is_wrong() {
        let found = of(DateTime::UNIX_EPOCH, None, &[]);
        assert_eq!(found.standing, Health::Wrong);
        assert!(
            found.says.contains("before there was this program"),
            "{}",
            found.says
        );
    }
}
