//! Owes the digests whose hour has come, with what they tell beside the changes that waited.

use chrono::{DateTime, TimeDelta, Utc};

use crate::deliver::Means;
use crate::model::{
    Alert, Change, Fact, FailureKind, Held, Hushed, Owed, Roundup, Route, Severity, State, Unread,
    Waits, Watch, WatchId, When,
};
use crate::routing;
use crate::schedule::Plan;
use crate::store::{ChangeFilter, Store, StoreError};

/// The most pages and changes of which a digest keeps more than their number.
const KEPT: usize = 200;
/// How much later than due a page is visited at the latest; after that it counts as not visited.
const LATE: TimeDelta = TimeDelta::hours(2);

/// Owes every digest whose hour came since the last one of its route: one, however many hours were missed. Gives when the
/// next is due.
pub(super) async fn owe_due(
    store: &Store,
    means: &Means,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    let mut next = None;
    for route in means.routes.iter().filter(|route| route.send.is_digest()) {
        let waiting = waiting_for(route, store.owed().await?);
        let from = match last(store, route, now).await? {
            Some(last) => last,
            None => begin(store, route, &waiting, now).await?,
        };
        let mut due = routing::next_digest(route, from);
        if due.is_some_and(|due| due <= now) {
            let told = roundup(store, means, route, (from, now)).await?;
            let told = serde_json::to_vec(&told).expect("a roundup is plain data");
            let fact = Fact::Digest {
                route: route.name.clone(),
                from,
                until: now,
                told: Some(store.keep(told, None).await?),
                owed: vec![owed(route, &waiting, now)],
            };
            store.append(fact, now, None).await?;
            due = routing::next_digest(route, now);
        }
        next = [next, due].into_iter().flatten().min();
    }
    Ok(next)
}

/// Up to when the last digest of a route told. One that lies beyond the next was made by a clock that ran ahead, and counts
/// for nothing.
async fn last(
    store: &Store,
    route: &Route,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    let last = store.last_digest(&route.name).await?;
    let next = routing::next_digest(route, now);
    Ok(last.filter(|last| next.is_none_or(|next| *last <= next)))
}

/// Notes that the digests of a route begin: now, or with what waits for the first of them.
async fn begin(
    store: &Store,
    route: &Route,
    waiting: &[Alert],
    now: DateTime<Utc>,
) -> Result<DateTime<Utc>, StoreError> {
    let first = waiting.iter().map(|alert| alert.at).min();
    let from = first.map_or(now, |first| first.min(now));
    let fact = Fact::Digest {
        route: route.name.clone(),
        from,
        until: from,
        told: None,
        owed: Vec::new(),
    };
    store.append(fact, now, None).await?;
    Ok(from)
}

/// The alerts that wait for the next digest of a route.
fn waiting_for(route: &Route, mut owed: Vec<Alert>) -> Vec<Alert> {
    owed.retain(|alert| {
        let owed = &alert.owed;
        owed.waits == Some(Waits::Digest)
            && owed.to == route.to
            && owed.route.as_ref() == Some(&route.name)
    });
    owed
}

/// A digest is as loud as what waited for it, but never in quiet hours.
fn owed(route: &Route, waiting: &[Alert], now: DateTime<Utc>) -> Owed {
    let aloud = routing::quiet_until(route, now).is_none();
    let mentions = waiting.iter().find_map(|alert| alert.owed.mentions);
    Owed {
        route: Some(route.name.clone()),
        mentions: mentions.filter(|_| aloud),
        ..Owed::post(
            route.to.clone(),
            aloud && waiting.iter().any(|alert| alert.owed.loud),
        )
    }
}

/// What a digest of this route tells of the time between two moments, beside the changes that waited for it.
///
/// # Errors
/// The archive's.
pub async fn roundup(
    store: &Store,
    means: &Means,
    route: &Route,
    (from, until): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Roundup, StoreError> {
    let own = |watch: &Watch| routing::is_about(route, watch);
    let mut told = visited(store, means, own, (from, until)).await?;
    held(store, means, route, (from, until), &mut told).await?;
    Ok(told)
}

/// How often pages were visited between two moments, and which of them could not be read or were not visited.
///
/// # Errors
/// The archive's.
pub async fn visited(
    store: &Store,
    means: &Means,
    own: impl Fn(&Watch) -> bool,
    (from, until): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Roundup, StoreError> {
    let mut told = Roundup::default();
    // A visit at the very moment of the last digest was told of there.
    let after = |time: DateTime<Utc>| Some(time + TimeDelta::nanoseconds(1));
    for watch in (means.watches.iter()).filter(|one| one.enabled && own(one)) {
        let all = store.coverage(&watch.id, after(from)).await?;
        let later = store.coverage(&watch.id, after(until)).await?;
        told.pages += 1;
        told.visits += all.visits.saturating_sub(later.visits);
        told.read += all.read.saturating_sub(later.read);
        let state = store.state(&watch.id).await?;
        let late = || late(watch, means, &state, (from, until));
        told.unread
            .extend(failing(watch, &state, until).or_else(late));
    }
    told.unread_in_all = told.unread.len();
    told.unread.sort_by_key(|unread| unread.since);
    told.unread.truncate(KEPT);
    Ok(told)
}

/// A page that cannot be read; one that is known to be gone is none.
fn failing(watch: &Watch, state: &State, until: DateTime<Utc>) -> Option<Unread> {
    let failing = state.failing.as_ref().filter(|one| one.since <= until)?;
    let known = state.away && failing.kind == FailureKind::NotFound;
    (!known).then(|| Unread {
        watch: watch.id.clone(),
        name: watch.name().to_owned(),
        since: Some(failing.since),
        why: failing.why.clone(),
    })
}

/// A page that was due and not visited.
fn late(
    watch: &Watch,
    means: &Means,
    state: &State,
    (from, until): (DateTime<Utc>, DateTime<Utc>),
) -> Option<Unread> {
    let due = match (state.last_visit, &watch.when) {
        (None, _) => Some(from),
        (Some(last), when) => next_visit(when, means, last),
    };
    due.filter(|due| *due + LATE <= until)?;
    Some(Unread {
        watch: watch.id.clone(),
        name: watch.name().to_owned(),
        since: state.last_visit,
        why: String::new(),
    })
}

fn next_visit(when: &When, means: &Means, last: DateTime<Utc>) -> Option<DateTime<Utc>> {
    Plan::of(when, means.zone).ok()?.next(last)
}

/// The changes of which nothing was said, and why.
async fn held(
    store: &Store,
    means: &Means,
    route: &Route,
    (from, until): (DateTime<Utc>, DateTime<Utc>),
    told: &mut Roundup,
) -> Result<(), StoreError> {
    let filter = ChangeFilter {
        since: Some(from),
        ..ChangeFilter::default()
    };
    let own = |id: &WatchId| {
        let mut watches = means.watches.iter();
        let watch = watches.find(|watch| watch.id == *id || watch.was.contains(id));
        watch.is_some_and(|watch| routing::is_about(route, watch))
    };
    let news = |change: &Change| change.findings.iter().any(|one| one.severity > Severity(0));
    let mut all = Vec::new();
    for change in store.changes(&filter).await? {
        let Some(why) = &change.silence else { continue };
        if change.bounds.by <= from || change.bounds.by > until || !own(&change.watch) {
            continue;
        }
        let Some(hushed) = routing::hushed(&change) else {
            continue;
        };
        // That a page was read for the first time is no news that was held back.
        if hushed == Hushed::Otherwise && !news(&change) {
            continue;
        }
        match hushed {
            Hushed::Muted => told.muted += 1,
            Hushed::Noise => told.noise += 1,
            Hushed::Below => told.below += 1,
            Hushed::Otherwise => told.otherwise += 1,
        }
        all.push(Held {
            watch: change.watch.clone(),
            severity: change.severity,
            sentence: change.sentence.clone(),
            why: why.clone(),
        });
    }
    all.sort_by_key(|held| std::cmp::Reverse(held.severity));
    all.truncate(KEPT);
    told.held = all;
    Ok(())
}
