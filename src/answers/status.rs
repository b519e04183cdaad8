//! How the archive stands: what is covered, what fails, what is owed, and what it takes.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::answers::{Listed, NoAnswer, list};
use crate::house::House;
use crate::model::{DeliveryOutcome, Destination, Digest, EntryNo, WatchId};

/// How many deliveries that came to nothing are told of, of the latest ones looked at.
const DELIVERIES: usize = 500;

/// How the archive stands.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Status {
    /// The last entry, its time and its hash.
    pub last: Option<(EntryNo, DateTime<Utc>, Digest)>,
    /// Every document that is or was watched.
    pub listed: Vec<Listed>,
    /// The alerts owed, oldest first: since when, of which page, and where they go.
    pub owed: Vec<(DateTime<Utc>, Option<WatchId>, String)>,
    /// Alerts that were given up lately, newest first: when, of which page, and where they were to go.
    pub given_up: Vec<(DateTime<Utc>, Option<WatchId>, String)>,
    /// How many bytes the archive takes, and how many its disk has left.
    pub space: (u64, u64),
}

pub(super) async fn status(house: &House) -> Result<Status, NoAnswer> {
    let store = &house.store;
    let owed = store.owed().await?.into_iter();
    let given_up = store.deliveries(Some(DELIVERIES)).await?.into_iter();
    let given_up = given_up.filter_map(|one| match one.outcome {
        DeliveryOutcome::GivenUp { .. } => Some((one.at, one.watch, channel(&one.to))),
        _ => None,
    });
    let space = store.space().await?;
    let head = store.head().await?;
    Ok(Status {
        last: head.map(|(entry, hash)| (entry.no, entry.at, hash)),
        listed: list::list(house).await?,
        owed: owed
            .map(|alert| (alert.at, alert.watch, channel(&alert.owed.to)))
            .collect(),
        given_up: given_up.collect(),
        space: (space.taken, space.free),
    })
}

/// The sort of a channel: where exactly it leads is for those who keep the program.
fn channel(to: &Destination) -> String {
    let sort = match to {
        Destination::Discord(_) | Destination::DiscordWebhook(_) => "Discord",
        Destination::Forum(_) => "a forum of Discord",
        Destination::Webhook(_) => "a webhook",
        Destination::Email(_) => "e-mail",
        Destination::Slack(_) => "Slack",
        Destination::Ntfy(_) => "ntfy",
        Destination::Terminal => "the terminal",
    };
    sort.to_owned()
}
