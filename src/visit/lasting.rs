//! Says once that pages go on failing, those of a host together.

use chrono::{DateTime, TimeDelta, Utc};

use crate::house::{House, InForce};
use crate::model::{Fact, Failing, FailureKind, Owed, Severity, State, Watch, WatchId};
use crate::routing;
use crate::store::StoreError;
use crate::wording::times;

/// How long a page fails before that is said.
const AFTER: TimeDelta = TimeDelta::hours(24);
/// How long the others of its host have failed at least to be named with it.
const WITH_IT: TimeDelta = TimeDelta::hours(6);
/// On how many visits in a row, at least.
const VISITS: u32 = 3;
/// On how many those others: their turn in the same round may be still to come.
const VISITS_WITH_IT: u32 = VISITS - 1;
/// As much as it matters: in quiet hours it waits.
const MATTERS: Severity = Severity(3);
/// How many pages are named.
const NAMED: usize = 5;
/// The most pages one notice is about, so that its entry stays small.
const TOGETHER: usize = 200;

/// Where this watch has failed for long and nobody was told, owes a notice about it and the others of its host that fail
/// too. Gives how many messages are owed.
///
/// # Errors
/// The archive's.
pub(super) async fn say(
    house: &House,
    in_force: &InForce,
    id: &WatchId,
) -> Result<usize, StoreError> {
    let now = house.clock.now();
    let fails = |state: &State, (long, visits): (TimeDelta, u32)| -> Option<Failing> {
        let failing = state.failing.clone()?;
        let lasts = now - failing.since >= long && failing.count >= visits;
        // Of a page that is gone it was said that it is not there.
        let known = state.away && failing.kind == FailureKind::NotFound;
        (lasts && !failing.told && !known).then_some(failing)
    };
    if fails(&house.store.state(id).await?, (AFTER, VISITS)).is_none() {
        return Ok(0);
    }
    // Two visits that end together must not both say it.
    let _lane = house.lane().await?;
    let Some(failing) = fails(&house.store.state(id).await?, (AFTER, VISITS)) else {
        return Ok(0);
    };
    let Some(own) = in_force.watchlist.watch(id) else {
        return Ok(0);
    };
    // It is among them even where it is visited by hand alone, lest it be said anew on every visit.
    let mut about: Vec<(&Watch, Failing)> = vec![(own, failing)];
    for (watch, _) in in_force.watchlist.enabled() {
        let with_it = watch.url.host_str() == own.url.host_str() && watch.id != own.id;
        if with_it && about.len() < TOGETHER {
            let state = house.store.state(&watch.id).await?;
            let with_it = fails(&state, (WITH_IT, VISITS_WITH_IT));
            about.extend(with_it.map(|failing| (watch, failing)));
        }
    }
    let owed = owed(in_force, about.iter().map(|(watch, _)| *watch), now);
    let count = owed.len();
    let text = sentence(in_force, own, &about);
    let fact = Fact::Notice {
        text: house.store.keep(text.into_bytes(), None).await?,
        owed,
        about: about.iter().map(|(watch, _)| watch.id.clone()).collect(),
        promises: Vec::new(),
    };
    house.store.append(fact, now, None).await?;
    Ok(count)
}

/// To the operators, or to every place that is told of one of them.
pub(super) fn owed<'a>(
    in_force: &InForce,
    about: impl Iterator<Item = &'a Watch>,
    now: DateTime<Utc>,
) -> Vec<Owed> {
    let routes = &in_force.watchlist.routes;
    routing::silently(routing::of_pages(routes, about, MATTERS, now))
}

fn sentence(in_force: &InForce, own: &Watch, about: &[(&Watch, Failing)]) -> String {
    let zone = in_force.watchlist.settings.timezone;
    let since = about.iter().map(|(_, failing)| failing.since).min();
    let since = since.map_or_else(String::new, |since| times::moment(since, zone));
    let why = about.iter().find(|(watch, _)| watch.id == own.id);
    let why = why.map_or("", |(_, failing)| failing.why.as_str());
    let ending = "It goes on being visited; nothing more is said of it until it can be read again.";
    if let [(watch, failing)] = about {
        let name = watch.name();
        return format!(
            "“{name}” could not be read since {since} ({} visits): {why}. {ending}",
            failing.count
        );
    }
    let host = own.url.host_str().unwrap_or_default();
    let names: Vec<&str> = about
        .iter()
        .take(NAMED)
        .map(|(watch, _)| watch.name())
        .collect();
    let more = match about.len() - names.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!(
        "{} pages of {host} could not be read, the first since {since}: “{}”{more}. One of them says why: {why}. They go on being visited; nothing more \
         is said of them until they can be read again.",
        about.len(),
        names.join("”, “")
    )
}
