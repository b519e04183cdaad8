//! Tables of routes and hours.

mod payments;

use chrono::{DateTime, NaiveTime, TimeDelta, Utc, Weekday};
use chrono_tz::{Europe::London, Tz};

use super::*;
use crate::model::{Destination, QuietHours, RoleMention, Severity, WatchId};

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("a time")
}

fn clock(text: &str) -> NaiveTime {
    NaiveTime::parse_from_str(text, "%H:%M").expect("a time of day")
}

fn hours(text: &str) -> QuietHours {
    let (from, to) = text.split_once('-').expect("two times");
    QuietHours {
        from: clock(from),
        to: clock(to),
    }
}

fn route(name: &str, to: u64) -> Route {
    Route {
        name: name.to_owned(),
        min_severity: Severity(2),
        ..Route::to(Destination::Discord(to), London)
    }
}

fn batch(name: &str, to: u64, seconds: u32) -> Route {
    Route {
        send: Sending::Batch { seconds },
        ..route(name, to)
    }
}

fn daily(name: &str, to: u64, hour: &str) -> Route {
    Route {
        send: Sending::Daily { at: clock(hour) },
        ..route(name, to)
    }
}

fn watch() -> Watch {
    Watch {
        topics: vec!["gp-data".to_owned()],
        publisher: Some("NHS England".to_owned()),
        ..Watch::bare("page", "https://nhs.example/".parse().expect("a URL"))
    }
}

fn finding(rule: &str) -> Finding {
    Finding {
        rule: rule.to_owned(),
        ..Finding::default()
    }
}

/// What is owed for a change of this severity in which `new-name` was found, in short.
#[track_caller]
fn owes(routes: &[Route], severity: u8, now: &str, expected: &[&str]) {
    let (watch, findings) = (watch(), [finding("new-name")]);
    let about = About {
        watch: &watch,
        severity: Severity(severity),
        findings: &findings,
    };
    let told: Vec<String> = owed(routes, &about, at(now)).iter().map(short).collect();
    assert_eq!(told, expected);
}

/// "name, aloud, @7, until 07:00".
fn short(owed: &Owed) -> String {
    let mut parts = vec![owed.route.clone().unwrap_or_default()];
    parts.extend(owed.loud.then(|| "aloud".to_owned()));
    parts.extend(owed.mentions.map(|role| format!("@{role}")));
    parts.extend(owed.waits.map(|waits| match waits {
        Waits::Quiet { until } => format!("quiet until {}", until.format("%d %H:%M")),
        Waits::Batch { until } => format!("batch until {}", until.format("%d %H:%M")),
        Waits::Digest => "digest".to_owned(),
    }));
    parts.join(", ")
}

const NOON: &str = "2026-01-14T12:00:00Z";
const NIGHT: &str = "2026-01-14T23:30:00Z";

#[test]
fn a_route_takes_what_meets_all_its_conditions() {
    let change = |route: Route, expected: bool| {
        let told: &[&str] = if expected { &["a, aloud"] } else { &[] };
        owes(&[route], 4, NOON, told);
    };
    let texts = |text: &str| vec![text.to_owned(), "another".to_owned()];
    let plain = || route("a", 1);
    change(plain(), true);
    change(
        Route {
            topics: texts("gp-data"),
            ..plain()
        },
        true,
    );
    change(
        Route {
            topics: texts("ai"),
            ..plain()
        },
        false,
    );
    change(
        Route {
            publishers: texts("NHS England"),
            ..plain()
        },
        true,
    );
    change(
        Route {
            publishers: texts("ONS"),
            ..plain()
        },
        false,
    );
    change(
        Route {
            watches: vec!["page".into()],
            ..plain()
        },
        true,
    );
    change(
        Route {
            watches: vec!["other".into()],
            ..plain()
        },
        false,
    );
    change(
        Route {
            findings: texts("new-name"),
            ..plain()
        },
        true,
    );
    change(
        Route {
            findings: texts("gone"),
            ..plain()
        },
        false,
    );
    change(
        Route {
            topics: texts("gp-data"),
            findings: texts("gone"),
            ..plain()
        },
        false,
    );
    change(
        Route {
            min_severity: Severity(5),
            ..plain()
        },
        false,
    );
    change(
        Route {
            max_severity: Severity(3),
            ..plain()
        },
        false,
    );
    change(
        Route {
            readers: Readers::Operators,
            ..plain()
        },
        false,
    );
}

#[test]
fn what_a_page_led_to_is_the_business_of_its_route() {
    let mut led = watch();
    led.id = "page-leaflet".into();
    led.found_by = Some("page".into());
    let watches: Vec<WatchId> = vec!["page".into()];
    assert!(is_about(
        &Route {
            watches,
            ..route("a", 1)
        },
        &led
    ));
}

#[test]
fn only_what_is_most_severe_makes_a_sound_in_quiet_hours() {
    let mention = Some(RoleMention {
        role: 7,
        from: Severity(4),
        findings: Vec::new(),
    });
    let all = [Route {
        quiet: Some(hours("22:00-07:00")),
        mention,
        ..route("a", 1)
    }];
    owes(&all, 5, NIGHT, &["a, aloud, @7"]);
    owes(&all, 4, NIGHT, &["a"]);
    owes(&all, 3, NIGHT, &["a, quiet until 15 07:00"]);
    owes(&all, 4, NOON, &["a, aloud, @7"]);
    owes(&all, 3, NOON, &["a"]);
}

#[test]
fn a_batch_that_would_end_in_quiet_hours_waits_for_their_end() {
    let all = [Route {
        quiet: Some(hours("22:00-07:00")),
        ..batch("a", 1, 600)
    }];
    owes(
        &all,
        3,
        "2026-01-14T21:40:00Z",
        &["a, batch until 14 21:50"],
    );
    owes(
        &all,
        3,
        "2026-01-14T21:55:00Z",
        &["a, batch until 15 07:00"],
    );
    owes(
        &all,
        4,
        "2026-01-14T21:55:00Z",
        &["a, batch until 14 22:05"],
    );
    owes(
        &all,
        5,
        "2026-01-14T21:55:00Z",
        &["a, aloud, batch until 14 22:05"],
    );
}

#[test]
fn a_role_is_mentioned_for_what_it_asked_for_alone() {
    let mentioning = |from: u8, rules: &[&str]| {
        let findings = rules.iter().map(|rule| (*rule).to_owned()).collect();
        let mention = Some(RoleMention {
            role: 7,
            from: Severity(from),
            findings,
        });
        [Route {
            mention,
            loud_from: Severity(5),
            ..route("a", 1)
        }]
    };
    owes(&mentioning(4, &[]), 4, NOON, &["a, @7"]);
    owes(&mentioning(4, &[]), 3, NOON, &["a"]);
    owes(&mentioning(1, &["new-name"]), 2, NOON, &["a, @7"]);
    owes(&mentioning(1, &["gone"]), 5, NOON, &["a, aloud"]);
}

#[test]
fn no_channel_gets_the_same_change_twice() {
    let (one, two) = (route("one", 1), route("two", 2));
    owes(
        &[one.clone(), two.clone()],
        4,
        NOON,
        &["one, aloud", "two, aloud"],
    );
    // Of routes to one channel the soonest says it, as loud as the loudest that would be sent with it.
    let soft = Route {
        loud_from: Severity(5),
        ..route("soft", 1)
    };
    owes(&[soft.clone(), one.clone()], 4, NOON, &["soft, aloud"]);
    let digest = daily("digest", 1, "08:00");
    owes(&[digest.clone(), soft.clone()], 4, NOON, &["soft"]);
    owes(
        &[digest.clone(), batch("batch", 1, 60), two],
        4,
        NOON,
        &["batch, aloud, batch until 14 12:01", "two, aloud"],
    );
    owes(
        &[digest.clone(), daily("other", 1, "09:00")],
        4,
        NOON,
        &["digest, aloud, digest"],
    );
    let weekly = Route {
        send: Sending::Weekly {
            day: Weekday::Mon,
            at: clock("08:00"),
        },
        ..route("weekly", 1)
    };
    owes(&[weekly, digest], 3, NOON, &["digest, digest"]);
}

#[test]
fn operators_hear_of_the_program_and_others_only_where_there_are_none() {
    let (all, page) = ([route("a", 1), daily("b", 2, "08:00")], watch());
    let told = |routes: &[Route]| {
        let told = of_pages(routes, std::iter::once(&page), Severity(3), at(NOON));
        told.iter().map(short).collect::<Vec<String>>()
    };
    assert_eq!(told(&all), ["a", "b, digest"]);
    let operators = Route {
        readers: Readers::Operators,
        ..route("ops", 3)
    };
    let [a, b] = all;
    let elsewhere = Route {
        topics: vec!["ai".to_owned()],
        ..route("c", 4)
    };
    assert_eq!(told(&[a.clone(), elsewhere]), ["a"]);
    assert_eq!(told(&[a, b, operators]), ["ops"]);
}

/// Whether it is quiet at this time, and until when.
#[track_caller]
fn quiet(quiet: &str, zone: Tz, now: &str, expected: Option<&str>) {
    let route = Route {
        quiet: Some(hours(quiet)),
        zone,
        ..route("a", 1)
    };
    assert_eq!(quiet_until(&route, at(now)), expected.map(at), "{now}");
}

#[test]
fn quiet_hours_may_pass_midnight_and_every_change_of_the_clock() {
    quiet("22:00-07:00", London, "2026-01-14T21:59:59Z", None);
    quiet(
        "22:00-07:00",
        London,
        "2026-01-14T22:00:00Z",
        Some("2026-01-15T07:00:00Z"),
    );
    quiet(
        "22:00-07:00",
        London,
        "2026-01-15T06:59:00Z",
        Some("2026-01-15T07:00:00Z"),
    );
    quiet("22:00-07:00", London, "2026-01-15T07:00:00Z", None);
    quiet(
        "12:00-13:00",
        London,
        "2026-01-15T12:30:00Z",
        Some("2026-01-15T13:00:00Z"),
    );
    quiet("12:00-13:00", London, "2026-01-15T13:30:00Z", None);
    // Summer time: 07:00 in London is 06:00 of UTC.
    quiet(
        "22:00-07:00",
        London,
        "2026-07-15T05:30:00Z",
        Some("2026-07-15T06:00:00Z"),
    );
    // The clocks go forward on 29 March 2026 at 01:00, so there is no 01:30 and they end at 02:00.
    quiet(
        "22:00-01:30",
        London,
        "2026-03-29T00:30:00Z",
        Some("2026-03-29T01:00:00Z"),
    );
    quiet("22:00-01:30", London, "2026-03-29T01:10:00Z", None);
    // They go back on 25 October 2026 at 02:00: 01:30 comes twice, and they end the first time.
    quiet(
        "22:00-01:30",
        London,
        "2026-10-25T00:10:00Z",
        Some("2026-10-25T00:30:00Z"),
    );
    quiet("22:00-01:30", London, "2026-10-25T01:10:00Z", None);
}

/// The digests that fall due within so many days after a time.
#[track_caller]
fn digests(hour: &str, after: &str, days: i64, expected: &[&str]) {
    let route = daily("a", 1, hour);
    let (mut now, end) = (at(after), at(after) + TimeDelta::days(days));
    let mut due = Vec::new();
    while let Some(next) = next_digest(&route, now).filter(|next| *next <= end) {
        due.push(next);
        now = next;
    }
    let expected: Vec<DateTime<Utc>> = expected.iter().map(|text| at(text)).collect();
    assert_eq!(due, expected);
}

#[test]
fn a_digest_comes_once_a_day_whatever_the_clocks_do() {
    digests(
        "08:00",
        "2026-03-27T12:00:00Z",
        3,
        &[
            "2026-03-28T08:00:00Z",
            "2026-03-29T07:00:00Z",
            "2026-03-30T07:00:00Z",
        ],
    );
    // In the hour left out, and in the hour that comes twice.
    digests(
        "01:30",
        "2026-03-28T12:00:00Z",
        2,
        &["2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"],
    );
    digests(
        "01:30",
        "2026-10-24T12:00:00Z",
        2,
        &["2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"],
    );
    let monday = Route {
        send: Sending::Weekly {
            day: Weekday::Mon,
            at: clock("08:00"),
        },
        ..route("a", 1)
    };
    let next = next_digest(&monday, at("2026-01-14T12:00:00Z"));
    assert_eq!(next, Some(at("2026-01-19T08:00:00Z")));
    assert_eq!(next_digest(&route("a", 1), at(NOON)), None);
}
