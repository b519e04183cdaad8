//! Tables of alarms.

mod heartbeats;

use chrono_tz::Europe::London;

use super::*;

const NOW: &str = "2026-05-13T12:00:00Z";

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("a time")
}

/// A time of that day: "11:45".
fn today(text: &str) -> DateTime<Utc> {
    at(&format!("2026-05-13T{text}:00Z"))
}

fn limits() -> Limits {
    Limits {
        late: Some(TimeDelta::hours(1)),
        unread: Some(TimeDelta::days(3)),
        refused: Some(TimeDelta::minutes(15)),
        disk: Some(1000),
    }
}

fn seen() -> Seen {
    Seen {
        now: at(NOW),
        awake: at("2026-05-01T00:00:00Z"),
        gap: None,
        visited: Some(today("11:30")),
        pages: Vec::new(),
        channels: Vec::new(),
        free: Some(5000),
        bot: true,
    }
}

/// A page that was read at half past eleven and is due at half past twelve.
fn page(id: &str) -> Page {
    Page {
        watch: id.into(),
        due: Some(today("12:30")),
        visited: Some(today("11:30")),
        read: Some(today("11:30")),
        failing: None,
        told: false,
    }
}

fn failing(id: &str, since: &str) -> Page {
    Page {
        read: None,
        failing: Some((at(since), "the server answers 500".to_owned())),
        ..page(id)
    }
}

fn channel() -> Channel {
    Channel {
        to: Destination::Discord(7),
        waits: None,
        why: "Discord asks for a pause".to_owned(),
        refuses: false,
        given_up: None,
        sent: None,
    }
}

fn ringing(alarm: Alarm) -> Ringing {
    Ringing {
        alarm,
        since: today("09:00"),
        why: "so".to_owned(),
    }
}

/// What becomes of the alarms, in short: "+late", "=unread a" (known), "-disk", "~asleep" (dropped).
#[track_caller]
fn case(seen: Seen, rings: &[Alarm], expected: &[&str]) {
    let rings: Vec<Ringing> = rings.iter().cloned().map(ringing).collect();
    let turns = turns(&seen, &rings, &limits());
    let short = |sign: &str, all: &[Ringing]| -> Vec<String> {
        let name = |one: &Ringing| match &one.alarm {
            Alarm::Asleep => "asleep".to_owned(),
            Alarm::Late => "late".to_owned(),
            Alarm::Unread(watch) => format!("unread {watch}"),
            Alarm::Refused(to) => format!("refused {to}"),
            Alarm::Disk => "disk".to_owned(),
            Alarm::Deaf => "deaf".to_owned(),
        };
        all.iter()
            .map(|one| format!("{sign}{}", name(one)))
            .collect()
    };
    let mut told = short("+", &turns.begun);
    told.extend(short("=", &turns.known));
    told.extend(short("-", &turns.ended));
    told.extend(short("~", &turns.dropped));
    assert_eq!(told, expected, "{turns:?}");
}

fn with_pages(pages: Vec<Page>) -> Seen {
    Seen { pages, ..seen() }
}

#[test]
fn a_visit_is_late_when_it_was_due_for_an_hour_and_on_time_again_well_before_that() {
    let due = |hour: &str| {
        with_pages(vec![Page {
            due: Some(today(hour)),
            ..page("a")
        }])
    };
    case(due("12:30"), &[], &[]);
    case(due("11:01"), &[], &[]);
    case(due("11:00"), &[], &["+late"]);
    case(due("11:00"), &[Alarm::Late], &[]);
    case(due("11:20"), &[Alarm::Late], &[]);
    case(due("11:31"), &[Alarm::Late], &["-late"]);
    // What was due while the machine slept is due since it woke.
    let woken = Seen {
        awake: today("11:30"),
        ..due("03:00")
    };
    case(woken, &[], &[]);
    // A page that was never visited takes its turn after the others.
    let new = Page {
        visited: None,
        read: None,
        due: Some(DateTime::<Utc>::MIN_UTC),
        ..page("new")
    };
    let just_begun = Seen {
        awake: today("10:00"),
        ..with_pages(vec![new])
    };
    case(just_begun, &[], &[]);
}

#[test]
fn a_gap_is_told_once_where_a_visit_was_due_in_it() {
    let gap = Gap {
        from: today("03:00"),
        until: today("11:55"),
    };
    let slept = |due: &str, visited: &str| Seen {
        gap: Some(gap),
        awake: gap.until,
        visited: Some(today(visited)),
        ..with_pages(vec![Page {
            due: Some(today(due)),
            ..page("a")
        }])
    };
    case(slept("04:00", "03:00"), &[], &["+asleep"]);
    case(slept("11:56", "03:00"), &[], &[]);
    // The program was started again before anything was visited: it is the same gap.
    let turns = turns(
        &slept("04:00", "03:00"),
        &[Ringing {
            since: gap.from,
            ..ringing(Alarm::Asleep)
        }],
        &limits(),
    );
    assert!(turns.is_empty(), "{turns:?}");
    // It rings no longer once a page was visited.
    case(seen(), &[Alarm::Asleep], &["~asleep"]);
    let nobody = Seen {
        visited: Some(today("08:00")),
        ..seen()
    };
    case(nobody, &[Alarm::Asleep], &[]);
    assert_eq!(super::gap(today("09:00"), today("09:59"), &limits()), None);
    assert!(super::gap(today("09:00"), today("10:00"), &limits()).is_some());
}

#[test]
fn a_page_goes_unread_for_three_days_and_is_told_by_one_sentence_only() {
    let unread = || vec![Alarm::Unread("a".into())];
    case(with_pages(vec![page("a")]), &[], &[]);
    let recent = failing("a", "2026-05-10T12:01:00Z");
    case(with_pages(vec![recent]), &[], &[]);
    let long = || failing("a", "2026-05-10T12:00:00Z");
    case(with_pages(vec![long()]), &[], &["+unread a"]);
    let told = Page {
        told: true,
        ..long()
    };
    case(with_pages(vec![told]), &[], &["=unread a"]);
    case(with_pages(vec![long()]), &unread(), &[]);
    case(with_pages(vec![page("a")]), &unread(), &["-unread a"]);
    // A page that was taken out of the watchlist, or is known to be gone, is no news.
    case(with_pages(Vec::new()), &unread(), &["~unread a"]);
    // It was not tried again yet since the program was started.
    let begun = Seen {
        awake: today("11:45"),
        ..with_pages(vec![long()])
    };
    case(begun, &[], &[]);
    // One that nobody visits at all.
    let never = Page {
        due: Some(DateTime::<Utc>::MIN_UTC),
        visited: None,
        read: None,
        ..page("a")
    };
    case(with_pages(vec![never]), &[], &["+unread a"]);
}

#[test]
fn a_weekly_page_that_was_read_last_week_is_not_unread() {
    let weekly = Page {
        due: Some(at("2026-05-14T12:00:00Z")),
        visited: Some(at("2026-05-07T12:00:00Z")),
        read: Some(at("2026-05-07T12:00:00Z")),
        ..page("a")
    };
    case(with_pages(vec![weekly]), &[], &[]);
}

#[test]
fn a_channel_refuses_when_it_gives_up_asks_for_peace_or_waits_for_long() {
    let with = |channel: Channel| Seen {
        channels: vec![channel],
        ..seen()
    };
    let rings = || vec![Alarm::Refused(Destination::Discord(7))];
    let waits = |since: &str| Channel {
        waits: Some(today(since)),
        ..channel()
    };
    case(with(channel()), &[], &[]);
    case(with(waits("11:50")), &[], &[]);
    case(with(waits("11:45")), &[], &["+refused discord:7"]);
    let asks = Channel {
        refuses: true,
        ..waits("11:59")
    };
    case(with(asks), &[], &["+refused discord:7"]);
    let given_up = |at: DateTime<Utc>| Channel {
        given_up: Some((at, "the channel is gone".to_owned())),
        ..channel()
    };
    case(with(given_up(today("11:59"))), &[], &["+refused discord:7"]);
    case(with(given_up(today("11:59"))), &rings(), &[]);
    case(with(given_up(at("2026-05-11T12:00:00Z"))), &[], &[]);
    // Nothing was tried since.
    case(with(channel()), &rings(), &[]);
    let sent = |hour: &str| Channel {
        sent: Some(today(hour)),
        ..channel()
    };
    case(with(sent("08:00")), &rings(), &[]);
    case(with(sent("11:00")), &rings(), &["-refused discord:7"]);
    case(seen(), &rings(), &["~refused discord:7"]);
}

#[test]
fn a_disk_that_fills_rings_once_and_stops_when_there_is_room_to_spare() {
    let free = |free| Seen {
        free: Some(free),
        ..seen()
    };
    case(free(1000), &[], &[]);
    case(free(999), &[], &["+disk"]);
    case(free(999), &[Alarm::Disk], &[]);
    case(free(1050), &[Alarm::Disk], &[]);
    case(free(1100), &[Alarm::Disk], &["-disk"]);
    let unknown = Seen {
        free: None,
        ..seen()
    };
    case(unknown, &[Alarm::Disk], &[]);
}

#[test]
fn an_alarm_that_is_switched_off_neither_begins_nor_goes_on() {
    let off = Limits {
        late: None,
        unread: None,
        refused: None,
        disk: None,
    };
    let all = Seen {
        pages: vec![failing("a", "2026-05-01T00:00:00Z")],
        free: Some(0),
        ..seen()
    };
    assert!(turns(&all, &[], &off).is_empty());
    let rings = [ringing(Alarm::Disk), ringing(Alarm::Unread("a".into()))];
    assert_eq!(turns(&all, &rings, &off).dropped.len(), 2);
    let no_bot = Seen {
        bot: false,
        ..seen()
    };
    case(no_bot, &[Alarm::Deaf], &["~deaf"]);
}

fn names() -> Names<'static> {
    Names {
        of: &|watch| format!("The page {watch}"),
        zone: London,
    }
}

#[test]
fn many_pages_are_told_in_one_sentence_with_the_rest_counted() {
    let pages = (0..9).map(|no| failing(&format!("p{no}"), "2026-05-09T08:00:00Z"));
    let seen = with_pages(pages.collect());
    let turns = turns(&seen, &[], &limits());
    let said = text(&turns, &seen, &names()).expect("something");
    assert!(said.starts_with("9 pages were not read for 4 days or longer: “The page p0” since Sat 9 May 2026 09:00 BST (the server answers 500); "), "{said}");
    assert!(said.contains("; and 4 more."), "{said}");
    assert!(!said.contains('\n'), "{said}");
}

#[test]
fn sizes_are_said_as_people_read_them() {
    for (bytes, expected) in [
        (0, "0 bytes"),
        (1023, "1023 bytes"),
        (1 << 20, "1.0 MiB"),
        (3 << 29, "1.5 GiB"),
        (300 << 30, "300 GiB"),
        (u64::MAX, "15 EiB"),
    ] {
        assert_eq!(said::size(bytes), expected);
    }
}
