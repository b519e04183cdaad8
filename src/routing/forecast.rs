//! What routes would have sent of changes that lie in the past.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::model::{Alert, AlertId, EntryNo, Owed, Route};
use crate::routing::{About, Payment, Stands, Waiting, due, next_digest, owed};

/// A change of the past.
#[derive(Clone, Copy, Debug)]
pub struct Past<'a> {
    /// The entry that holds it.
    pub entry: EntryNo,
    /// When it was seen.
    pub at: DateTime<Utc>,
    /// What routes are asked about.
    pub about: About<'a>,
}

/// A message that would have been sent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sent {
    /// On which route.
    pub route: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Of which changes, by their entries.
    pub entries: Vec<EntryNo>,
    /// Whether it would have made a sound.
    pub loud: bool,
    /// The role it would have mentioned.
    pub mentions: Option<u64>,
    /// Whether it is a digest.
    pub is_digest: bool,
}

/// What these routes would have sent of these changes, which stand in order, between two times: the same routes, hours and
/// payments as when it is sent in earnest.
pub fn forecast(
    routes: &[Route],
    past: &[Past<'_>],
    (since, until): (DateTime<Utc>, DateTime<Utc>),
) -> Vec<Sent> {
    let mut run = Run {
        routes,
        open: Vec::new(),
        entries: BTreeMap::new(),
        last: AlertId { entry: 0, index: 0 },
        sent: Vec::new(),
    };
    let mut digests: Vec<(&Route, DateTime<Utc>)> = (routes.iter())
        .filter_map(|route| Some((route, next_digest(route, since)?)))
        .collect();
    let mut past = past.iter().peekable();
    let mut waits = None;
    loop {
        let change = past.peek().map(|one| one.at);
        let digest = digests.iter().map(|(_, due)| *due).min();
        let next = [change, digest, waits].into_iter().flatten().min();
        let Some(now) = next.filter(|next| *next <= until) else {
            return run.sent;
        };
        while let Some(one) = past.next_if(|one| one.at <= now) {
            for owed in owed(routes, &one.about, one.at) {
                run.owe(owed, one.at, Stands::Owed, Some(one.entry));
            }
        }
        for (route, due) in digests.iter_mut().filter(|(_, due)| *due <= now) {
            run.owe_digest(route, *due);
            match next_digest(route, now) {
                Some(next) => *due = next,
                None => *due = DateTime::<Utc>::MAX_UTC,
            }
        }
        waits = run.pay(now);
    }
}

/// A forecast as it goes on.
struct Run<'r> {
    routes: &'r [Route],
    open: Vec<Waiting>,
    /// The changes of the alerts.
    entries: BTreeMap<AlertId, EntryNo>,
    last: AlertId,
    sent: Vec<Sent>,
}

impl Run<'_> {
    fn owe(&mut self, owed: Owed, at: DateTime<Utc>, stands: Stands, of: Option<EntryNo>) {
        self.last.entry += 1;
        let id = self.last;
        self.entries.extend(of.map(|entry| (id, entry)));
        let alert = Alert {
            id,
            watch: None,
            owed,
            at,
        };
        self.open.push(Waiting { alert, stands });
    }

    /// A digest is as loud as what waits for it.
    fn owe_digest(&mut self, route: &Route, at: DateTime<Utc>) {
        let name = Some(route.name.clone());
        let own = |one: &&Waiting| one.alert.owed.waits.is_some() && one.alert.owed.route == name;
        let waiting: Vec<&Owed> = (self.open.iter().filter(own))
            .map(|one| &one.alert.owed)
            .collect();
        let loud = waiting.iter().any(|owed| owed.loud);
        let mentions = waiting.iter().find_map(|owed| owed.mentions);
        let owed = Owed {
            route: name,
            mentions,
            ..Owed::post(route.to.clone(), loud)
        };
        self.owe(owed, at, Stands::Digest, None);
    }

    /// Sends what is due, and says when more is.
    fn pay(&mut self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let due = due(self.open.clone(), self.routes, now);
        for payment in due.now {
            let ids = payment.ids();
            let digests = self.open.iter().filter(|one| one.stands == Stands::Digest);
            let is_digest = digests.clone().any(|one| one.alert.id == payment.alert.id);
            self.open.retain(|one| !ids.contains(&one.alert.id));
            let sent = self.sent(&payment, now, is_digest);
            self.sent.push(sent);
        }
        due.next
    }

    fn sent(&self, payment: &Payment, at: DateTime<Utc>, is_digest: bool) -> Sent {
        let lead = &payment.alert.owed;
        let with = payment.with.iter().filter(|_| !is_digest);
        let with: Vec<&Owed> = with.map(|alert| &alert.owed).collect();
        let entries = payment.ids().into_iter();
        Sent {
            route: lead.route.clone().unwrap_or_default(),
            at,
            entries: entries
                .filter_map(|id| self.entries.get(&id).copied())
                .collect(),
            loud: lead.loud || with.iter().any(|owed| owed.loud),
            mentions: (lead.mentions).or(with.iter().find_map(|owed| owed.mentions)),
            is_digest,
        }
    }
}
