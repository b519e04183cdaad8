//! Which routes take what happened, and how it is owed on each of them.

mod due;
mod forecast;
mod hours;
mod hushed;
#[cfg(test)]
mod tests;

use chrono::{DateTime, TimeDelta, Utc};

use crate::model::{
    Destination, Finding, Owed, Readers, Route, Sending, Severity, Waits, Watch, WatchId,
};

pub use due::{Due, Payment, Stands, Waiting, due};
pub use forecast::{Past, Sent, forecast};
pub use hours::{next_at, next_digest, quiet_until};
pub use hushed::hushed;

/// From this severity on a change is said in quiet hours too.
const PRESSING: Severity = Severity(4);
/// From this severity on it makes a sound in them.
const PIERCING: Severity = Severity(5);

/// What a route is asked about: a change as far as it matters here.
#[derive(Clone, Copy, Debug)]
pub struct About<'a> {
    /// Whose change.
    pub watch: &'a Watch,
    /// How much it matters.
    pub severity: Severity,
    /// Why.
    pub findings: &'a [Finding],
}

/// Whether the pages of this watch are any business of a route.
pub fn is_about(route: &Route, watch: &Watch) -> bool {
    let topic = |topic| watch.topics.contains(topic);
    let publisher = watch.publisher.as_ref();
    let this = |id: &WatchId| watch.id == *id || watch.found_by.as_ref() == Some(id);
    (route.topics.is_empty() || route.topics.iter().any(topic))
        && (route.publishers.is_empty()
            || publisher.is_some_and(|name| route.publishers.contains(name)))
        && (route.watches.is_empty() || route.watches.iter().any(this))
}

/// Whether a route takes a change.
pub fn takes(route: &Route, about: &About<'_>) -> bool {
    route.readers == Readers::Everyone
        && (route.min_severity..=route.max_severity).contains(&about.severity)
        && is_about(route, about.watch)
        && found_one_of(&route.findings, about.findings)
}

/// What is owed for a change at this time: one post for each destination, the soonest of what its routes would send.
pub fn owed(routes: &[Route], about: &About<'_>, now: DateTime<Utc>) -> Vec<Owed> {
    let taking = routes.iter().filter(|route| takes(route, about));
    merged(in_order(taking).map(|route| delivery(route, about.severity, about.findings, now)))
}

/// What is owed for something said of several changes together: one post for each destination.
pub fn owed_for_all(routes: &[Route], all: &[About<'_>], now: DateTime<Utc>) -> Vec<Owed> {
    merged(all.iter().flat_map(|about| owed(routes, about, now)))
}

/// What is owed for something that the program says of itself: to its operators, else to everybody.
pub fn of_program(routes: &[Route], severity: Severity, now: DateTime<Utc>) -> Vec<Owed> {
    let all = readers(routes);
    merged(in_order(all.into_iter()).map(|route| delivery(route, severity, &[], now)))
}

/// What is owed for an alarm: to the operators, else to everybody, but not to what is shut, as long as anything else is
/// open. Only operators hear it.
pub fn of_alarm(
    routes: &[Route],
    severity: Severity,
    shut: impl Fn(&Destination) -> bool,
    now: DateTime<Utc>,
) -> Vec<Owed> {
    let own = readers(routes);
    let open = |all: &[&'_ Route]| -> bool { all.iter().any(|route| !shut(&route.to)) };
    let all: Vec<&Route> = routes.iter().collect();
    let chosen: Vec<&Route> = match (open(&own), open(&all)) {
        (true, _) => own.into_iter().filter(|route| !shut(&route.to)).collect(),
        (false, true) => all.into_iter().filter(|route| !shut(&route.to)).collect(),
        (false, false) => own,
    };
    merged(in_order(chosen.into_iter()).map(|route| {
        let owed = delivery(route, severity, &[], now);
        match route.readers {
            Readers::Operators => owed,
            Readers::Everyone => Owed {
                loud: false,
                mentions: None,
                ..owed
            },
        }
    }))
}

/// What is owed for something that the program says of its visits to these pages: to its operators, else to everybody who
/// is told of changes of one of them.
pub fn of_pages<'a>(
    routes: &[Route],
    pages: impl Iterator<Item = &'a Watch>,
    severity: Severity,
    now: DateTime<Utc>,
) -> Vec<Owed> {
    let pages: Vec<&Watch> = pages.collect();
    let mut all = readers(routes);
    all.retain(|route| {
        let about = |watch: &&Watch| is_about(route, watch);
        route.readers == Readers::Operators || pages.iter().any(about)
    });
    merged(in_order(all.into_iter()).map(|route| delivery(route, severity, &[], now)))
}

/// The same without a sound, and mentioning nobody.
pub fn silently(mut owed: Vec<Owed>) -> Vec<Owed> {
    for one in &mut owed {
        one.loud = false;
        one.mentions = None;
    }
    owed
}

/// The routes of the operators; all where there are none.
fn readers(routes: &[Route]) -> Vec<&Route> {
    let of_operators = |route: &&Route| route.readers == Readers::Operators;
    let all: Vec<&Route> = routes.iter().filter(of_operators).collect();
    match all.is_empty() {
        true => routes.iter().collect(),
        false => all,
    }
}

/// Daily digests before weekly ones; else the order of the watchlist.
fn in_order<'r>(routes: impl Iterator<Item = &'r Route>) -> impl Iterator<Item = &'r Route> {
    let mut all: Vec<&Route> = routes.collect();
    all.sort_by_key(|route| matches!(route.send, Sending::Weekly { .. }));
    all.into_iter()
}

/// How a route sends what happens now.
fn delivery(route: &Route, severity: Severity, findings: &[Finding], now: DateTime<Utc>) -> Owed {
    let pressing = severity >= PRESSING;
    let (waits, quiet) = match route.send {
        Sending::AtOnce => match quiet_until(route, now) {
            Some(until) if !pressing => (Some(Waits::Quiet { until }), false),
            quiet => (None, quiet.is_some()),
        },
        Sending::Batch { seconds } => {
            let until = now + TimeDelta::seconds(i64::from(seconds));
            match quiet_until(route, until) {
                Some(until) if !pressing => (Some(Waits::Batch { until }), false),
                quiet => (Some(Waits::Batch { until }), quiet.is_some()),
            }
        }
        Sending::Daily { .. } | Sending::Weekly { .. } => (Some(Waits::Digest), false),
    };
    let hushed = quiet && severity < PIERCING;
    let mention = route.mention.as_ref().filter(|mention| {
        !hushed && severity >= mention.from && found_one_of(&mention.findings, findings)
    });
    Owed {
        route: Some(route.name.clone()),
        mentions: mention.map(|mention| mention.role),
        waits,
        ..Owed::post(route.to.clone(), severity >= route.loud_from && !hushed)
    }
}

/// No channel gets the same twice: of several posts to one destination the soonest stays, the first of them in the
/// watchlist, and as loud as the loudest that would be sent with it.
fn merged(all: impl Iterator<Item = Owed>) -> Vec<Owed> {
    let mut kept: Vec<Owed> = Vec::new();
    for one in all {
        match kept.iter_mut().find(|other| other.to == one.to) {
            None => kept.push(one),
            Some(other) if sent(&one) < sent(other) => *other = one,
            Some(other) if sent(&one) == sent(other) => {
                other.loud |= one.loud;
                other.mentions = other.mentions.or(one.mentions);
            }
            Some(_) => {}
        }
    }
    kept
}

/// When something owed is sent, as far as that is known.
fn sent(owed: &Owed) -> DateTime<Utc> {
    match owed.waits {
        None => DateTime::<Utc>::MIN_UTC,
        Some(Waits::Quiet { until } | Waits::Batch { until }) => until,
        Some(Waits::Digest) => DateTime::<Utc>::MAX_UTC,
    }
}

/// Whether one of these rules found something; where none is named, any will do.
fn found_one_of(rules: &[String], findings: &[Finding]) -> bool {
    rules.is_empty() || findings.iter().any(|finding| rules.contains(&finding.rule))
}
