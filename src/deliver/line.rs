//! The alerts of one channel, paid in order.

use std::time::Duration;

use chrono::TimeDelta;
use tokio::time::{Instant, sleep, sleep_until};

use crate::channels::{Channels, Refusal};
use crate::deliver::{Means, Stuck, compose, corrected, links, nonce};
use crate::model::{Alert, AlertId, Composed, DeliveryOutcome, Destination, Fact, Message};
use crate::routing::Payment;
use crate::store::{Store, StoreError};
use crate::wording::message;

/// For how long Discord surely remembers a nonce; later the channel itself is looked through.
const REMEMBERED: TimeDelta = TimeDelta::minutes(2);

/// One channel, with all it takes to pay it.
pub(super) struct Line {
    pub(super) store: Store,
    pub(super) channels: Channels,
    pub(super) means: Means,
    pub(super) to: Destination,
}

/// How far a line was paid.
pub(super) struct End {
    pub(super) to: Destination,
    pub(super) sent: Vec<(AlertId, Destination)>,
    pub(super) given_up: Vec<(AlertId, Destination, String)>,
    pub(super) stuck: Option<Stuck>,
    /// Whether messages elsewhere may lead there from now on, and some are owed an edit because of it.
    pub(super) leads_there: bool,
}

/// What came of one attempt: the id, or a refusal that does not last for ever.
enum Attempt {
    Settled(DeliveryOutcome),
    Refused(Duration, String),
}

impl Line {
    /// Pays these alerts until all are settled or a wait is longer than we have patience for.
    pub(super) async fn pay(
        self,
        payments: Vec<Payment>,
        stuck: Option<Stuck>,
    ) -> Result<End, StoreError> {
        let mut end = End {
            to: self.to.clone(),
            sent: Vec::new(),
            given_up: Vec::new(),
            stuck: None,
            leads_there: false,
        };
        let archive = compose::archive(&self.store).await?;
        let mut tries = 0;
        if let Some(stuck) = stuck {
            sleep_until(stuck.not_before).await;
            tries = stuck.tries;
        }
        for payment in payments {
            loop {
                match self.attempt(&payment, &archive).await? {
                    Attempt::Settled(outcome) => {
                        self.settle(&payment, outcome, &mut end).await?;
                        tries = 0;
                        break;
                    }
                    Attempt::Refused(asked, why) => {
                        tries += 1;
                        let wait = self.means.patience.wait(tries, asked, &self.to.to_string());
                        tracing::debug!("{}: {why}; next attempt in {wait:?}", self.to);
                        if wait > self.means.patience.bound {
                            let not_before = Instant::now() + wait;
                            end.stuck = Some(Stuck {
                                tries,
                                not_before,
                                why,
                            });
                            return Ok(end);
                        }
                        sleep(wait).await;
                    }
                }
            }
        }
        Ok(end)
    }

    async fn attempt(&self, payment: &Payment, archive: &str) -> Result<Attempt, StoreError> {
        let (composed, message, overdue) = self.message(payment, archive).await?;
        if let Some(outcome) = links::settled(&self.store, &payment.alert, &message).await? {
            return Ok(Attempt::Settled(outcome));
        }
        let answer = match (self.edited(&payment.alert).await?, &self.to) {
            (Some(id), _) => match self.channels.edit(&self.to, &id, &message).await {
                Err(Refusal::Never(why))
                    if corrected::must_be_said(&self.store, &payment.alert).await? =>
                {
                    let anew = message::anew(&message, &id, &why);
                    match &self.to {
                        Destination::Forum(forum) => {
                            let said = (&composed, &anew);
                            (self.tell_in_thread(*forum, &payment.alert, said, overdue)).await?
                        }
                        _ => self.send(&composed, &anew).await,
                    }
                }
                edited => edited.map(|()| id),
            },
            (None, Destination::Forum(forum)) => {
                let said = (&composed, &message);
                (self.tell_in_thread(*forum, &payment.alert, said, overdue)).await?
            }
            (None, _) if overdue => self.send_unless_there(&composed, &message, archive).await,
            (None, _) => self.send(&composed, &message).await,
        };
        Ok(match answer {
            Ok(id) => Attempt::Settled(DeliveryOutcome::Sent { id }),
            Err(Refusal::Never(reason)) => Attempt::Settled(DeliveryOutcome::GivenUp { reason }),
            Err(Refusal::Later(wait, why)) => Attempt::Refused(wait, why),
            Err(Refusal::Unknown(why)) => Attempt::Refused(Duration::ZERO, why),
        })
    }

    /// The message as it was composed, or is now, for good; and whether Discord may have forgotten its nonce.
    async fn message(
        &self,
        payment: &Payment,
        archive: &str,
    ) -> Result<(Composed, Message, bool), StoreError> {
        let (alert, now) = (&payment.alert, self.means.clock.now());
        if let Some((composed, at)) = self.store.composed(alert.id).await? {
            let message = compose::kept(&self.store, composed.payload, alert.id).await?;
            // A clock that was set back since then tells nothing of how long ago that was.
            let surely = at <= now && now - at <= REMEMBERED;
            return Ok((composed, message, !surely));
        }
        let message = compose::message(&self.store, &self.means, payment, archive).await?;
        let payload = serde_json::to_vec(&message).expect("a message is plain data");
        let composed = Composed {
            id: alert.id,
            alerts: payment.ids(),
            to: self.to.clone(),
            payload: self.store.keep(payload, None).await?,
            nonce: nonce::of(alert, archive),
        };
        let fact = Fact::Composed(composed.clone());
        self.store.append(fact, now, None).await?;
        Ok((composed, message, false))
    }

    /// The id of the message this alert edits; `None` where it is a new one, or where the earlier one never got through.
    async fn edited(&self, alert: &Alert) -> Result<Option<String>, StoreError> {
        match alert.owed.edits {
            Some(earlier) => self.store.receipt(earlier).await,
            None => Ok(None),
        }
    }

    async fn send(&self, composed: &Composed, message: &Message) -> Result<String, Refusal> {
        self.channels.send(&self.to, message, &composed.nonce).await
    }

    async fn send_unless_there(
        &self,
        composed: &Composed,
        message: &Message,
        archive: &str,
    ) -> Result<String, Refusal> {
        let mark = message::mark(composed.id, archive);
        match self.channels.find(&self.to, &mark).await {
            Ok(Some(id)) => Ok(id),
            Ok(None) => self.send(composed, message).await,
            Err(Refusal::Never(why)) => {
                tracing::warn!("{}: its last messages cannot be read: {why}", self.to);
                self.send(composed, message).await
            }
            Err(refusal) => Err(refusal),
        }
    }

    async fn settle(
        &self,
        payment: &Payment,
        outcome: DeliveryOutcome,
        end: &mut End,
    ) -> Result<(), StoreError> {
        match &outcome {
            DeliveryOutcome::Sent { .. } => {
                end.leads_there |= matches!(self.to, Destination::Forum(_));
                let ids = payment.ids().into_iter();
                end.sent.extend(ids.map(|id| (id, self.to.clone())));
            }
            DeliveryOutcome::GivenUp { reason } => {
                let ids = payment.ids().into_iter();
                end.given_up
                    .extend(ids.map(|id| (id, self.to.clone(), reason.clone())));
            }
        }
        let fact = Fact::Delivery {
            message: payment.alert.id,
            outcome,
        };
        self.store
            .append(fact, self.means.clock.now(), None)
            .await?;
        Ok(())
    }
}
