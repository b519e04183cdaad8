//! Tables of heartbeats.

use chrono::NaiveTime;

use super::*;
use crate::model::{Beat, Unread};

/// At which of the moments a heartbeat at this hour is said, when it is asked at each of them in turn.
#[track_caller]
fn beats(hour: &str, moments: &[&str], expected: &[&str]) {
    let hour = NaiveTime::parse_from_str(hour, "%H:%M").expect("a time of day");
    let (mut last, mut said) = (None, Vec::new());
    for moment in moments {
        match due(hour, London, last, at(moment)) {
            Due::Begin(beat) => last = Some(beat),
            Due::Say(beat, from) => {
                assert!(from <= beat.until);
                last = Some(beat);
                said.push(*moment);
            }
            Due::Later => {}
        }
    }
    assert_eq!(said, expected);
}

#[test]
fn a_heartbeat_is_said_once_a_day_and_once_for_all_days_that_were_missed() {
    beats(
        "08:00",
        &[
            "2026-01-13T07:00:00Z",
            "2026-01-13T07:59:59Z",
            "2026-01-13T08:00:00Z",
            "2026-01-13T08:00:30Z",
            "2026-01-14T07:59:59Z",
            "2026-01-14T08:00:10Z",
            // Off for three mornings.
            "2026-01-17T23:00:00Z",
            "2026-01-17T23:00:30Z",
            "2026-01-18T08:00:00Z",
        ],
        &[
            "2026-01-13T08:00:00Z",
            "2026-01-14T08:00:10Z",
            "2026-01-17T23:00:00Z",
            "2026-01-18T08:00:00Z",
        ],
    );
    // It begins after its hour: the first one is of the next day.
    beats(
        "08:00",
        &[
            "2026-01-13T09:00:00Z",
            "2026-01-13T20:00:00Z",
            "2026-01-14T08:00:00Z",
        ],
        &["2026-01-14T08:00:00Z"],
    );
}

#[test]
fn a_heartbeat_at_half_past_one_comes_once_when_the_clocks_change() {
    let night = |begins: &str| -> Vec<String> {
        let begins = at(begins);
        (0..60)
            .map(|step| (begins + TimeDelta::minutes(10 * step)).to_rfc3339())
            .collect()
    };
    for (begins, expected) in [
        ("2026-10-24T20:00:00Z", "2026-10-25T00:30:00+00:00"),
        ("2027-03-27T20:00:00Z", "2027-03-28T01:00:00+00:00"),
    ] {
        let moments = night(begins);
        let moments: Vec<&str> = moments.iter().map(String::as_str).collect();
        beats("01:30", &moments, &[expected]);
    }
}

#[test]
fn an_hour_that_is_changed_gives_no_second_heartbeat_on_that_day() {
    let hour = |text| NaiveTime::parse_from_str(text, "%H:%M").expect("a time of day");
    let said = Beat {
        due: at("2026-01-13T08:00:00Z"),
        until: at("2026-01-13T08:00:05Z"),
    };
    let evening = |now| due(hour("18:00"), London, Some(said), at(now));
    assert_eq!(evening("2026-01-13T19:00:00Z"), Due::Later);
    assert!(matches!(evening("2026-01-14T18:00:00Z"), Due::Say(..)));
    // What a clock said that ran ahead counts for nothing.
    let ahead = Beat {
        due: at("2027-01-13T08:00:00Z"),
        until: at("2027-01-13T08:00:05Z"),
    };
    let set_right = due(
        hour("08:00"),
        London,
        Some(ahead),
        at("2026-01-13T09:00:00Z"),
    );
    assert!(matches!(set_right, Due::Begin(_)));
}

fn figures() -> Figures {
    Figures {
        checkpoint: None,
        beat: Beat {
            due: today("07:00"),
            until: today("07:00"),
        },
        from: at("2026-05-12T07:00:00Z"),
        pages: 40,
        visits: 412,
        read: 409,
        unread: Vec::new(),
        unread_in_all: 0,
        changes: 3,
        sent: 2,
        given_up: 0,
        waiting: 0,
        parked: 0,
        space: Some((3 << 29, 34 << 30)),
        ringing: Vec::new(),
        gap: None,
    }
}

#[test]
fn a_heartbeat_says_what_was_done_and_what_fails() {
    let calm = figures().text(&names());
    assert_eq!(
        calm,
        "412 visits of 40 pages since yesterday 08:00, 409 of them read. No page fails. 3 changes found; 2 alerts sent. \
         The archive takes 1.5 GiB; 34 GiB are free. Nothing needs to be done."
    );
    let fails = |no: usize| Unread {
        watch: format!("p{no}").as_str().into(),
        name: String::new(),
        since: Some(at("2026-05-11T07:00:00Z")),
        why: "the server answers 500".to_owned(),
    };
    let trouble = Figures {
        unread: (0..7).map(fails).collect(),
        unread_in_all: 7,
        waiting: 4,
        parked: 1,
        ringing: vec![ringing(Alarm::Disk), ringing(Alarm::Unread("p0".into()))],
        ..figures()
    };
    let said = trouble.text(&names());
    for part in [
        "7 pages fail: “The page p0” since Mon 11 May 2026 08:00 BST (the server answers 500); ",
        "; and 2 more.",
        "2 alerts sent, 4 waiting for their time, 1 not taken by their channels so far.",
        "1 alarm goes on",
        "`smallprint list` says more.",
    ] {
        assert!(said.contains(part), "no {part} in {said}");
    }
    let late = Figures {
        beat: Beat {
            due: today("07:00"),
            until: today("11:00"),
        },
        gap: Some(Gap {
            from: today("02:00"),
            until: today("10:59"),
        }),
        ..figures()
    };
    let said = late.text(&names());
    assert!(
        said.contains("This comes late: it was due Wed 13 May 2026 08:00 BST, and from Wed 13 May 2026 03:00 BST to Wed 13 May 2026 11:59 BST the machine slept or the program was stopped."),
        "{said}"
    );
}
