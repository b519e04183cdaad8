//! What a watchlist says of heartbeat and alarms.

use chrono::{NaiveTime, TimeDelta};
use chrono_tz::Europe::{Berlin, London};
use smallprint::watchlist::{Operators, read};

use crate::watchlist::{good, sources};

#[test]
fn operators_are_told_of_alarms_and_hear_no_heartbeat_where_nothing_is_said() {
    assert_eq!(good("").operators, Operators::by_default(London));
    assert_eq!(
        good("[operators]\n").operators,
        Operators::by_default(London)
    );
    assert_eq!(Operators::by_default(London).heartbeat, None);
}

#[test]
fn every_key_is_read_and_nought_switches_an_alarm_off() {
    let read = good(
        "[operators]\nheartbeat = \"08:00\"\ntimezone = \"Europe/Berlin\"\nlate_after = \"2h\"\nunread_after = \"1d 12h\"\n\
         refused_after = 0\ndisk_below = \"500MB\"\n",
    );
    let expected = Operators {
        heartbeat: NaiveTime::from_hms_opt(8, 0, 0),
        zone: Berlin,
        late_after: Some(TimeDelta::hours(2)),
        unread_after: Some(TimeDelta::hours(36)),
        refused_after: None,
        disk_below: Some(500_000_000),
    };
    assert_eq!(read.operators, expected);
    assert_eq!(
        good("[operators]\ndisk_below = 0\n").operators.disk_below,
        None
    );
}

#[test]
fn what_is_wrong_is_said_with_what_to_write() {
    let text = "[operators]\nheartbeat = \"8 o'clock\"\nlate_after = 30\nunread_after = \"soon\"\ndisk_below = \"5 %\"\nlouder = true\n";
    let mistakes = read(&sources(text))
        .expect_err("it has mistakes")
        .to_string();
    for part in [
        "“8 o'clock” is no time of day",
        "30 has no unit",
        "“soon” is no duration",
        "“5 %” is no size",
        "louder",
    ] {
        assert!(mistakes.contains(part), "no {part} in {mistakes}");
    }
}
