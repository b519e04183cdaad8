//! Which of the alerts owed are due, and which of them one message pays.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use crate::model::{Alert, AlertId, Destination, MessageId, Route, Waits};

/// The most alerts that one message pays.
const TOGETHER: usize = 500;

/// An alert owed, and how far it is on its way.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// The alert.
    pub alert: Alert,
    /// How far it is.
    pub stands: Stands,
}

/// How far an alert owed is on its way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stands {
    /// No message was composed for it.
    Owed,
    /// The same, and it is a digest: it pays what waits for one.
    Digest,
    /// It is paid by this message, which was composed and is not sent yet.
    Composed(MessageId),
}

/// The alerts that one message pays.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Payment {
    /// The one that gives the message its name.
    pub alert: Alert,
    /// The others.
    pub with: Vec<Alert>,
}

impl Payment {
    /// The names of all its alerts, the one that gives the message its name first.
    pub fn ids(&self) -> Vec<AlertId> {
        let all = std::iter::once(&self.alert).chain(&self.with);
        all.map(|alert| alert.id).collect()
    }
}

/// What is due of all that is owed.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Due {
    /// What is paid now, in order.
    pub now: Vec<Payment>,
    /// How many alerts wait for their time.
    pub held: usize,
    /// When the next of them is due, as far as that is known: of a digest its route knows.
    pub next: Option<DateTime<Utc>>,
}

/// What alerts are paid by.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Key {
    /// A message of their own.
    Alone(AlertId),
    /// A message that was composed.
    Composed(MessageId),
    /// A digest.
    Digest(AlertId),
    /// The next digest of a route.
    NextDigest(Destination, Option<String>),
    /// What comes together on a route.
    Together(Destination, Option<String>),
}

/// Sorts the alerts owed, oldest first, into what is paid now and what waits.
///
/// What waits for company is due when the first of it is, and takes all others of its route along; what waits for a digest is
/// due with the digest. Where the route was taken out of the watchlist or sends no digests any more, it is due now. An edit
/// of a message that waits goes with it.
pub fn due(waiting: Vec<Waiting>, routes: &[Route], now: DateTime<Utc>) -> Due {
    let keys = keys(&waiting, routes);
    let mut groups: BTreeMap<Key, Vec<Alert>> = BTreeMap::new();
    let (mut order, mut known) = (Vec::new(), BTreeSet::new());
    for one in waiting {
        let key = keys[&one.alert.id].clone();
        // A digest is paid in its own turn, not in that of what waited for it.
        let leads = !matches!(&key, Key::Digest(digest) if *digest != one.alert.id);
        if leads && known.insert(key.clone()) {
            order.push(key.clone());
        }
        groups.entry(key).or_default().push(one.alert);
    }
    let mut due = Due::default();
    for key in order {
        let alerts = groups.remove(&key).unwrap_or_default();
        let until = match &key {
            Key::NextDigest(..) => None,
            Key::Together(..) => alerts.iter().filter_map(|one| until(one, routes)).min(),
            _ => Some(now),
        };
        match until {
            Some(until) if until <= now => due.now.extend(payments(&key, alerts)),
            _ => {
                due.held += alerts.len();
                due.next = [due.next, until].into_iter().flatten().min();
            }
        }
    }
    due
}

/// What each alert is paid by.
fn keys(waiting: &[Waiting], routes: &[Route]) -> BTreeMap<AlertId, Key> {
    let digests: BTreeSet<(AlertId, &Destination, &Option<String>)> = waiting
        .iter()
        .filter(|one| one.stands == Stands::Digest)
        .map(|one| (one.alert.id, &one.alert.owed.to, &one.alert.owed.route))
        .collect();
    let mut keys: BTreeMap<AlertId, Key> = BTreeMap::new();
    for Waiting { alert, stands } in waiting {
        let owed = &alert.owed;
        let (to, route) = (&owed.to, &owed.route);
        let together = || Key::Together(to.clone(), route.clone());
        let joined = owed.edits.and_then(|earlier| keys.get(&earlier));
        let key = match (stands, owed.waits) {
            (Stands::Composed(message), _) => Key::Composed(*message),
            (Stands::Digest, _) => Key::Digest(alert.id),
            (Stands::Owed, None) => match joined {
                Some(Key::Alone(_) | Key::Composed(_)) | None => Key::Alone(alert.id),
                Some(key) => key.clone(),
            },
            (Stands::Owed, Some(Waits::Quiet { .. } | Waits::Batch { .. })) => together(),
            (Stands::Owed, Some(Waits::Digest)) => {
                let its = |(id, its_to, its_route): &&(AlertId, _, _)| {
                    id.entry > alert.id.entry && *its_to == to && *its_route == route
                };
                match digests.iter().find(its) {
                    Some((digest, ..)) => Key::Digest(*digest),
                    None if has_digests(alert, routes) => {
                        Key::NextDigest(to.clone(), route.clone())
                    }
                    None => together(),
                }
            }
        };
        keys.insert(alert.id, key);
    }
    keys
}

/// Whether the route of an alert still sends digests there.
fn has_digests(alert: &Alert, routes: &[Route]) -> bool {
    routes.iter().any(|route| {
        alert.owed.route.as_ref() == Some(&route.name)
            && alert.owed.to == route.to
            && route.send.is_digest()
    })
}

/// Until when an alert waits; what waits for a digest that never comes waits no longer.
fn until(alert: &Alert, routes: &[Route]) -> Option<DateTime<Utc>> {
    match alert.owed.waits? {
        Waits::Quiet { until } | Waits::Batch { until } => Some(until),
        Waits::Digest => (!has_digests(alert, routes)).then_some(DateTime::<Utc>::MIN_UTC),
    }
}

/// The messages that pay these alerts: one, or where there are very many, several.
fn payments(key: &Key, mut alerts: Vec<Alert>) -> Vec<Payment> {
    let first = match key {
        Key::Composed(message) => alerts.iter().position(|alert| alert.id == *message),
        Key::Digest(digest) => alerts.iter().position(|alert| alert.id == *digest),
        _ => None,
    };
    if let Some(first) = first {
        let alert = alerts.remove(first);
        // What a digest has no room for waits for the next one.
        if matches!(key, Key::Digest(_)) {
            alerts.truncate(TOGETHER);
        }
        return vec![Payment {
            alert,
            with: alerts,
        }];
    }
    let mut payments: Vec<Payment> = Vec::new();
    for alert in alerts {
        match payments.last_mut() {
            Some(last) if last.with.len() + 1 < TOGETHER => last.with.push(alert),
            _ => payments.push(Payment {
                alert,
                with: Vec::new(),
            }),
        }
    }
    payments
}
