//! Tables of payments and forecasts.

use crate::model::{Alert, AlertId, Destination, Owed, Route, Severity};
use crate::routing::tests::{NOON, at, batch, daily, hours, route, watch};
use crate::routing::{About, Past, Payment, Stands, Waiting, delivery, due, forecast};

/// An alert of this entry on a route, and how far it is.
fn waiting(entry: u64, route: &Route, now: &str, severity: u8) -> Waiting {
    let owed = delivery(route, Severity(severity), &[], at(now));
    alert(entry, owed, Stands::Owed)
}

fn alert(entry: u64, owed: Owed, stands: Stands) -> Waiting {
    let id = AlertId { entry, index: 0 };
    let alert = Alert {
        id,
        watch: None,
        owed,
        at: at(NOON),
    };
    Waiting { alert, stands }
}

fn edit(entry: u64, of: u64) -> Waiting {
    let of = AlertId {
        entry: of,
        index: 0,
    };
    alert(entry, Owed::edit(Destination::Discord(1), of), Stands::Owed)
}

fn composed(one: Waiting, message: u64) -> Waiting {
    let stands = Stands::Composed(AlertId {
        entry: message,
        index: 0,
    });
    Waiting { stands, ..one }
}

/// What is paid now ("1+2" is one message), how many wait, and when the next is due.
#[track_caller]
fn pays(all: &[Waiting], routes: &[Route], now: &str, expected: (&[&str], usize, Option<&str>)) {
    let due = due(all.to_vec(), routes, at(now));
    let message = |payment: &Payment| {
        let all = std::iter::once(&payment.alert).chain(&payment.with);
        let all: Vec<String> = all.map(|alert| alert.id.entry.to_string()).collect();
        all.join("+")
    };
    let paid: Vec<String> = due.now.iter().map(message).collect();
    let (messages, held, next) = expected;
    assert_eq!(
        (paid, due.held, due.next),
        (
            messages.iter().map(|text| (*text).to_owned()).collect(),
            held,
            next.map(at)
        )
    );
}

#[test]
fn what_waits_for_company_is_paid_with_it() {
    let route = batch("a", 1, 600);
    let all = [
        waiting(1, &route, "2026-01-14T12:00:00Z", 3),
        waiting(2, &route, "2026-01-14T12:03:00Z", 3),
        waiting(3, &super::route("b", 1), "2026-01-14T12:04:00Z", 4),
        waiting(4, &batch("c", 1, 60), "2026-01-14T12:09:30Z", 4),
    ];
    let routes = [route];
    pays(
        &all,
        &routes,
        "2026-01-14T12:09:59Z",
        (&["3"], 3, Some("2026-01-14T12:10:00Z")),
    );
    pays(
        &all,
        &routes,
        "2026-01-14T12:10:00Z",
        (&["1+2", "3"], 1, Some("2026-01-14T12:10:30Z")),
    );
    // A route that is no longer there changes nothing.
    pays(
        &all,
        &[],
        "2026-01-14T12:10:30Z",
        (&["1+2", "3", "4"], 0, None),
    );
}

#[test]
fn an_edit_of_what_waits_goes_with_it() {
    let (route, now) = (batch("a", 1, 600), "2026-01-14T12:00:00Z");
    let all = [waiting(1, &route, now, 3), edit(2, 1), edit(3, 9)];
    let routes = [route];
    pays(
        &all,
        &routes,
        now,
        (&["3"], 2, Some("2026-01-14T12:10:00Z")),
    );
    pays(
        &all,
        &routes,
        "2026-01-14T12:10:00Z",
        (&["1+2", "3"], 0, None),
    );
}

#[test]
fn a_message_that_was_composed_pays_what_it_was_composed_for() {
    let (route, now) = (batch("a", 1, 600), "2026-01-14T12:00:00Z");
    let one = |entry| waiting(entry, &route, now, 3);
    let all = [composed(one(1), 1), composed(one(2), 1), one(3), edit(4, 1)];
    pays(
        &all,
        std::slice::from_ref(&route),
        now,
        (&["1+2", "4"], 1, Some("2026-01-14T12:10:00Z")),
    );
}

#[test]
fn what_waits_for_a_digest_is_paid_by_it() {
    let route = daily("a", 1, "08:00");
    let one = |entry| waiting(entry, &route, NOON, 3);
    let digest = |entry| {
        alert(
            entry,
            Owed {
                route: Some("a".to_owned()),
                ..Owed::post(Destination::Discord(1), false)
            },
            Stands::Digest,
        )
    };
    let routes = [route.clone()];
    pays(&[one(1), one(2)], &routes, NOON, (&[], 2, None));
    pays(
        &[one(1), one(2), digest(3), one(4)],
        &routes,
        NOON,
        (&["3+1+2"], 1, None),
    );
    pays(
        &[one(1), digest(2), one(3), digest(4)],
        &routes,
        NOON,
        (&["2+1", "4+3"], 0, None),
    );
    pays(
        &[composed(one(1), 2), composed(digest(2), 2), one(3)],
        &routes,
        NOON,
        (&["2+1"], 1, None),
    );
    pays(&[digest(1)], &routes, NOON, (&["1"], 0, None));
    // Of a route that is gone, or sends at once now, no digest comes: what waits for it is paid.
    pays(&[one(1), one(2)], &[], NOON, (&["1+2"], 0, None));
    pays(
        &[one(1), one(2)],
        &[super::route("a", 1)],
        NOON,
        (&["1+2"], 0, None),
    );
    pays(&[one(1), digest(2)], &[], NOON, (&["2+1"], 0, None));
}

#[test]
fn very_many_are_paid_by_several_messages() {
    let route = batch("a", 1, 600);
    let all: Vec<Waiting> = (1..=1001)
        .map(|entry| waiting(entry, &route, NOON, 3))
        .collect();
    let due = due(all, &[route], at("2026-01-14T13:00:00Z"));
    let counts: Vec<usize> = due
        .now
        .iter()
        .map(|payment| payment.with.len() + 1)
        .collect();
    assert_eq!(counts, [500, 500, 1]);
}

/// What would have been sent of changes of these times and severities: "name: count (loud) at".
#[track_caller]
fn forecasts(routes: &[Route], past: &[(&str, u8)], expected: &[&str]) {
    let watch = watch();
    let past: Vec<Past<'_>> = (1..)
        .zip(past)
        .map(|(entry, (text, severity))| Past {
            entry,
            at: at(text),
            about: About {
                watch: &watch,
                severity: Severity(*severity),
                findings: &[],
            },
        })
        .collect();
    let time = (at("2026-01-14T00:00:00Z"), at("2026-01-16T00:00:00Z"));
    let sent = forecast(routes, &past, time);
    let told: Vec<String> = (sent.iter())
        .map(|one| {
            let kind = if one.is_digest { "digest" } else { "message" };
            let sound = if one.loud { " aloud" } else { "" };
            let at = one.at.format("%d %H:%M");
            format!("{}: {kind}{sound} of {:?} at {at}", one.route, one.entries)
        })
        .collect();
    assert_eq!(told, expected);
}

#[test]
fn a_forecast_sends_what_would_have_been_sent() {
    let past = [
        ("2026-01-14T10:00:00Z", 4),
        ("2026-01-14T10:05:00Z", 3),
        ("2026-01-14T10:20:00Z", 3),
        ("2026-01-14T23:00:00Z", 3),
        ("2026-01-15T02:00:00Z", 5),
    ];
    let quiet = Some(hours("22:00-07:00"));
    forecasts(
        &[Route {
            quiet,
            ..route("a", 1)
        }],
        &past,
        &[
            "a: message aloud of [1] at 14 10:00",
            "a: message of [2] at 14 10:05",
            "a: message of [3] at 14 10:20",
            "a: message aloud of [5] at 15 02:00",
            "a: message of [4] at 15 07:00",
        ],
    );
    forecasts(
        &[batch("b", 1, 600)],
        &past[..3],
        &[
            "b: message aloud of [1, 2] at 14 10:10",
            "b: message of [3] at 14 10:30",
        ],
    );
    let loud = Route {
        min_severity: Severity(4),
        ..route("loud", 1)
    };
    forecasts(
        &[loud, daily("rest", 1, "08:00")],
        &past,
        &[
            "rest: digest of [] at 14 08:00",
            "loud: message aloud of [1] at 14 10:00",
            "loud: message aloud of [5] at 15 02:00",
            "rest: digest of [2, 3, 4] at 15 08:00",
        ],
    );
}
