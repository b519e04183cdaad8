//! What is owed, what became of it, and what people decide on it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::answers::NoAnswer;
use crate::deliver::{Patience, Refused};
use crate::house::House;
use crate::model::{
    Alert, AlertId, DeliveryOutcome, Destination, Fact, Lack, MessageId, Waits, WatchId,
};
use crate::store::{Outgoing, ParkedSince};

/// The longest name and reason, in characters.
const LONGEST: usize = 500;

/// Which alerts of the outbox.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case", tag = "which")]
pub enum OutboxAsked {
    /// Those that were not sent, but for those that a person dropped.
    Unsent,
    /// Every one there ever was.
    All,
}

/// The outbox.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Outbox {
    /// The alerts asked for, oldest first.
    pub alerts: Vec<OutboxOne>,
    /// How many alerts were sent in all.
    pub sent: usize,
}

/// One alert, and how it stands.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct OutboxOne {
    /// Its name.
    pub alert: AlertId,
    /// Whose change it tells; absent where it tells of none.
    pub watch: Option<WatchId>,
    /// Where it goes.
    pub to: Destination,
    /// The name of the route it takes.
    pub route: Option<String>,
    /// Since when it is owed.
    pub since: DateTime<Utc>,
    /// How it stands.
    #[serde(flatten)]
    pub stands: OutboxState,
}

/// How an alert stands.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case", tag = "state")]
pub enum OutboxState {
    /// It is sent as soon as its turn comes.
    Owed {
        /// What it waits for, where it is to wait.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        waits: Option<Waits>,
        /// The alert that its channel did not take, where there is one before it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        behind: Option<AlertId>,
    },
    /// Its channel does not take it for now.
    Parked {
        /// Why, and what to do.
        reason: String,
        /// Since when, where that was noted.
        parked_since: Option<DateTime<Utc>>,
        /// When it was last known to be tried.
        tried: DateTime<Utc>,
        /// When it is tried next; absent where no program runs that would.
        next: Option<DateTime<Utc>>,
    },
    /// It stands in its channel.
    Sent {
        /// The id the channel gave its message.
        id: String,
        /// When.
        at: DateTime<Utc>,
        /// What the message lacks there.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        lacks: Vec<Lack>,
    },
    /// It is not sent.
    GivenUp {
        /// Why.
        reason: String,
        /// When.
        at: DateTime<Utc>,
        /// Whether a person decided so.
        dropped: bool,
        /// Who, where they said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
    },
}

/// What is known of the channels that take no messages.
struct Parking {
    remembered: BTreeMap<Destination, Refused>,
    recorded: Vec<ParkedSince>,
    /// The first alert owed to each channel that waits for nothing else.
    heads: BTreeMap<Destination, AlertId>,
}

/// The outbox as it stands now.
pub(super) async fn outbox(house: &House, asked: &OutboxAsked) -> Result<Outbox, NoAnswer> {
    let all = house.store.outbox().await?;
    let parking = parking(house, &all).await?;
    let mut outbox = Outbox {
        alerts: Vec::new(),
        sent: 0,
    };
    for one in all {
        let one = listed(one, &parking);
        let sent = matches!(one.stands, OutboxState::Sent { .. });
        let dropped = matches!(one.stands, OutboxState::GivenUp { dropped: true, .. });
        outbox.sent += usize::from(sent);
        if *asked == OutboxAsked::All || !(sent || dropped) {
            outbox.alerts.push(one);
        }
    }
    Ok(outbox)
}

/// Has a parked alert tried at once, and owes one again that was given up; all of them where none is named. Gives those it
/// was done for.
pub(super) async fn retry(
    house: &House,
    which: Option<AlertId>,
) -> Result<Vec<OutboxOne>, NoAnswer> {
    let unsettled: Vec<Outgoing> = match which {
        Some(id) => vec![find(house, id).await?],
        None => house.store.outbox().await?,
    };
    let mut channels = BTreeSet::new();
    let mut again = BTreeSet::new();
    let mut meant = Vec::new();
    for one in unsettled {
        let id = one.alert.id;
        match &one.settled {
            None => {}
            Some((DeliveryOutcome::Sent { .. }, _)) if which.is_some() => {
                return Err(wrong(format!("Alert {id} was sent.")));
            }
            Some((DeliveryOutcome::Sent { .. }, _)) => continue,
            // What a person dropped is only sent after all where they say so by name.
            Some((DeliveryOutcome::Dropped { .. }, _)) if which.is_none() => continue,
            Some(_) if again.contains(&id) => {}
            Some(_) => {
                again.extend(house.store.paid_with(id).await?);
                let fact = Fact::OwedAgain { message: id };
                house.store.append(fact, house.clock.now(), None).await?;
            }
        }
        channels.insert(one.alert.owed.to.clone());
        meant.push(id);
    }
    house.urge(channels);
    if !house.has_payer() {
        house.pay(Patience::COMMAND).await?;
    }
    stand(house, &meant).await
}

/// Gives up an alert because a person says so, with all that its message pays. Gives those.
pub(super) async fn drop(
    house: &House,
    id: AlertId,
    why: &str,
    by: Option<&str>,
) -> Result<Vec<OutboxOne>, NoAnswer> {
    let why = said("--why", why)?;
    let by = by.map(|by| said("--by", by)).transpose()?;
    let one = find(house, id).await?;
    match one.settled {
        None | Some((DeliveryOutcome::GivenUp { .. }, _)) => {}
        Some((DeliveryOutcome::Sent { .. }, _)) => {
            return Err(wrong(format!(
                "Alert {id} was sent; what is said stays said."
            )));
        }
        Some((DeliveryOutcome::Dropped { .. }, _)) => {
            return Err(wrong(format!("Alert {id} was dropped already.")));
        }
    }
    let meant: Vec<MessageId> = house.store.paid_with(id).await?;
    let fact = Fact::Delivery {
        message: id,
        outcome: DeliveryOutcome::Dropped { by, why },
    };
    house.store.append(fact, house.clock.now(), None).await?;
    // What stood behind it is tried now.
    house.urge(BTreeSet::from([one.alert.owed.to]));
    stand(house, &meant).await
}

async fn find(house: &House, id: AlertId) -> Result<Outgoing, NoAnswer> {
    let found = house.store.outgoing(id).await?;
    found.ok_or_else(|| NoAnswer::Unknown {
        what: format!("There is no alert {id}."),
        remedy: Some("`smallprint outbox` lists those that were not sent, --all every one.".into()),
    })
}

/// How these alerts stand now.
async fn stand(house: &House, ids: &[AlertId]) -> Result<Vec<OutboxOne>, NoAnswer> {
    let all = house.store.outbox().await?;
    let parking = parking(house, &all).await?;
    let meant = all.into_iter().filter(|one| ids.contains(&one.alert.id));
    Ok(meant.map(|one| listed(one, &parking)).collect())
}

async fn parking(house: &House, all: &[Outgoing]) -> Result<Parking, NoAnswer> {
    let mut heads = BTreeMap::new();
    for one in all.iter().filter(|one| one.settled.is_none()) {
        if one.alert.owed.waits.is_none() {
            let to = one.alert.owed.to.clone();
            heads.entry(to).or_insert(one.alert.id);
        }
    }
    Ok(Parking {
        remembered: house.refused(),
        recorded: house.store.parked().await?,
        heads,
    })
}

fn listed(one: Outgoing, parking: &Parking) -> OutboxOne {
    let stands = match one.settled {
        Some((DeliveryOutcome::Sent { id }, at)) => OutboxState::Sent {
            id,
            at,
            lacks: one.lacks,
        },
        Some((DeliveryOutcome::GivenUp { reason }, at)) => OutboxState::GivenUp {
            reason,
            at,
            dropped: false,
            by: None,
        },
        Some((DeliveryOutcome::Dropped { by, why }, at)) => OutboxState::GivenUp {
            reason: why,
            at,
            dropped: true,
            by,
        },
        None => parking.of(&one.alert),
    };
    OutboxOne {
        alert: one.alert.id,
        watch: one.alert.watch,
        to: one.alert.owed.to,
        route: one.alert.owed.route,
        since: one.alert.at,
        stands,
    }
}

impl Parking {
    /// How an alert stands that is owed.
    fn of(&self, alert: &Alert) -> OutboxState {
        let to = &alert.owed.to;
        let remembered = self.remembered.get(to);
        let recorded = self.recorded.iter().find(|one| one.parked.to == *to);
        let refused = remembered.map(|one| one.message);
        let refused = refused.or(recorded.map(|one| one.parked.message));
        let owed = |behind| OutboxState::Owed {
            waits: alert.owed.waits,
            behind,
        };
        let Some(refused) = refused else {
            return owed(None);
        };
        // What was refused may have been dropped since; then the next one is.
        let head = self.heads.get(to).copied().unwrap_or(refused);
        if alert.id != refused && alert.id != head {
            let behind = alert.owed.waits.is_none().then_some(head);
            return owed(behind);
        }
        let since = recorded.map(|one| one.since);
        match (remembered, recorded) {
            (Some(one), _) => OutboxState::Parked {
                reason: one.why.clone(),
                parked_since: since,
                tried: one.tried,
                next: Some(one.next),
            },
            (None, Some(one)) => OutboxState::Parked {
                reason: one.parked.why.clone(),
                parked_since: since,
                tried: one.noted,
                next: one.parked.until,
            },
            (None, None) => owed(None),
        }
    }
}

/// A name or a reason that says something.
fn said(option: &str, text: &str) -> Result<String, NoAnswer> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match text.chars().count() {
        0 => Err(wrong(format!("{option} is empty."))),
        1..=LONGEST => Ok(text),
        _ => Err(wrong(format!(
            "{option} is longer than {LONGEST} characters."
        ))),
    }
}

fn wrong(what: String) -> NoAnswer {
    NoAnswer::Unknown { what, remedy: None }
}
