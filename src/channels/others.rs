//! The channels beside Discord, and how they are reached.

use std::collections::BTreeMap;

use crate::channels::email::Email;
use crate::channels::hook::{Hook, Outgoing};
use crate::channels::{NoChannels, Refusal, Secret, ntfy, slack, webhook};
use crate::clock::Clock;
use crate::model::{Destination, Digest, Message};
use crate::watchlist;
use crate::wire::{Guard, Names};

/// How the channels beside Discord are reached, with their secrets.
#[derive(Clone, Debug)]
pub struct Reach {
    /// What keeps them from private networks.
    pub guard: Guard,
    /// Where the names of hosts are looked up.
    pub names: Names,
    /// What time it is.
    pub clock: Clock,
    /// Secrets by the names of the environment variables that hold them.
    pub secrets: BTreeMap<String, Secret>,
    /// How e-mail is sent.
    pub email: watchlist::Email,
    /// The address of the mail server, with name and password.
    pub server: Option<Secret>,
    /// Who looks after the program.
    pub contact: Option<String>,
}

/// The channels beside Discord. None of them knows nonces, so a message that is repeated may stand there twice, and is known
/// by its alert.
pub(super) struct Others {
    hook: Hook,
    email: Email,
}

impl Others {
    pub(super) fn new(reach: &Reach) -> Result<Others, NoChannels> {
        Ok(Others {
            hook: Hook::new(reach)?,
            email: Email::new(reach),
        })
    }

    /// Sends a message, in place of an earlier one where one is named; its id.
    pub(super) async fn send(
        &self,
        to: &Destination,
        message: &Message,
        id: &str,
        earlier: Option<&str>,
    ) -> Result<String, Refusal> {
        let hook = &self.hook;
        let to_address = |variable| Outgoing {
            variable,
            message,
            id,
            earlier,
        };
        match to {
            Destination::Webhook(name) => webhook::send(hook, to_address(name)).await,
            Destination::Slack(name) => slack::send(hook, to_address(name)).await,
            Destination::Ntfy(name) => ntfy::send(hook, to_address(name)).await,
            Destination::Email(addresses) => self.email.send(addresses, message, id, earlier).await,
            Destination::Discord(_)
            | Destination::Forum(_)
            | Destination::DiscordWebhook(_)
            | Destination::Terminal => {
                Err(Refusal::Never(format!("{to} is reached in another way")))
            }
        }
    }

    /// Says in a second message what puts an earlier one right. Its id follows from what it says, so that a repeated send has
    /// the same.
    pub(super) async fn put_right(
        &self,
        to: &Destination,
        earlier: &str,
        message: &Message,
    ) -> Result<(), Refusal> {
        let said = serde_json::to_string(message).expect("a message is plain data");
        let digest = Digest::of(format!("{earlier}|{said}").as_bytes()).to_string();
        let id = format!("sp1-{}", &digest[..21]);
        let sent = self.send(to, message, &id, Some(earlier)).await;
        sent.map(drop)
    }
}
