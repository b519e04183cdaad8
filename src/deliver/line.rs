//! The alerts of one channel, paid in order.

use std::time::Duration;

use chrono::TimeDelta;
use tokio::time::{Instant, sleep, sleep_until};

use crate::channels::{Channels, Refusal};
use crate::deliver::parked::{self, Refusals, Refused};
use crate::deliver::telling::{self, By};
use crate::deliver::{Means, Stuck, compose, corrected, links, nonce};
use crate::meters;
use crate::model::{
    Alert, AlertId, Composed, DeliveryOutcome, Destination, Fact, Lack, Message, MessageId, Receipt,
};
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
    pub(super) refusals: Refusals,
}

/// How far a line was paid.
pub(super) struct End {
    pub(super) to: Destination,
    pub(super) sent: Vec<(AlertId, Destination)>,
    pub(super) given_up: Vec<(AlertId, Destination, String)>,
    pub(super) stuck: Option<Stuck>,
    /// Whether messages elsewhere may lead there from now on, and some are owed an edit because of it.
    pub(super) leads_there: bool,
    /// Whether a notice is owed now because of what was seen.
    pub(super) told: bool,
}

/// What came of one attempt.
pub(super) enum Attempt {
    /// It stands there, with this receipt; and the message as it was sent, where it is a new one.
    Sent(Receipt, Option<Box<Message>>),
    /// It never will.
    GivenUp(String),
    /// Not now, and why.
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
            told: false,
        };
        let archive = compose::archive(&self.store).await?;
        let mut tries = 0;
        if let Some(stuck) = stuck {
            sleep_until(stuck.not_before).await;
            tries = stuck.tries;
        }
        let mut last = None;
        for payment in payments {
            // Somebody may have dropped it meanwhile.
            while self.store.is_owed(payment.alert.id).await? {
                match self.attempt(&payment, &archive).await? {
                    Attempt::Sent(receipt, message) => {
                        let id = receipt.id.clone();
                        let outcome = DeliveryOutcome::Sent { id: id.clone() };
                        self.settle(&payment, outcome, &mut end).await?;
                        let lacks = !receipt.lacks.is_empty();
                        last = message.map(|message| (payment.alert.id, id, message, lacks));
                        self.tell_lacks(payment.alert.id, receipt.lacks, &mut end)
                            .await?;
                        tries = 0;
                    }
                    Attempt::GivenUp(reason) => {
                        let outcome = DeliveryOutcome::GivenUp { reason };
                        self.settle(&payment, outcome, &mut end).await?;
                        tries = 0;
                    }
                    Attempt::Refused(asked, why) => {
                        tries += 1;
                        meters::refused(&self.to);
                        let wait = self.means.patience.wait(tries, asked, &self.to.to_string());
                        tracing::debug!(
                            alert = %payment.alert.id,
                            channel = self.to.sort(),
                            tries,
                            wait_ms = wait.as_millis() as u64,
                            "{}: {why}; next attempt in {wait:?}",
                            self.to
                        );
                        if wait > self.means.patience.bound {
                            let stuck = Stuck {
                                tries,
                                not_before: Instant::now() + wait,
                                why,
                            };
                            self.park(payment.alert.id, &stuck, wait).await?;
                            end.stuck = Some(stuck);
                            return Ok(end);
                        }
                        sleep(wait).await;
                    }
                }
            }
        }
        self.refusals.note(&self.to, None);
        // Every answer was held against what was sent; with nothing more to say, the channel itself is looked at.
        if let Some((message, id, sent, false)) = last
            && let Some(lacks) = self.channels.read_back(&self.to, &id, &sent).await
        {
            self.tell_lacks(message, lacks, &mut end).await?;
        }
        Ok(end)
    }

    /// Notes that the channel does not take this message.
    async fn park(
        &self,
        message: MessageId,
        stuck: &Stuck,
        wait: Duration,
    ) -> Result<(), StoreError> {
        let now = self.means.clock.now();
        let refused = Refused {
            message,
            why: stuck.why.clone(),
            tried: now,
            next: now + TimeDelta::from_std(wait).unwrap_or_default(),
        };
        let held = match self.to {
            Destination::Discord(_) | Destination::DiscordWebhook(_) => self.channels.breaker(),
            _ => None,
        };
        self.refusals.note(&self.to, Some(refused.clone()));
        parked::note(&self.store, &self.to, &refused, held.map(|(left, _)| left)).await
    }

    /// Puts on record what a message lacks where it stands, and tells the operators of what they have not heard lately.
    async fn tell_lacks(
        &self,
        message: MessageId,
        lacks: Vec<Lack>,
        end: &mut End,
    ) -> Result<(), StoreError> {
        if lacks.is_empty() {
            return Ok(());
        }
        let now = self.means.clock.now();
        for lack in &lacks {
            if self.store.is_told(&self.to, *lack, now).await? {
                continue;
            }
            let text = telling::of_lack(&self.to, *lack);
            tracing::warn!("{text}");
            end.told |= telling::operators(&self.store, &self.means, &text, By::AnyRoute).await?;
        }
        let fact = Fact::ReadBack { message, lacks };
        self.store.append(fact, now, None).await?;
        Ok(())
    }

    async fn attempt(&self, payment: &Payment, archive: &str) -> Result<Attempt, StoreError> {
        let (composed, message, overdue) = self.message(payment, archive).await?;
        if let Some(outcome) = links::settled(&self.store, &payment.alert, &message).await? {
            return Ok(outcome);
        }
        // Whoever stood still for so long may find that somebody else sent it.
        self.store.holds_on().await?;
        let edits = self.edited(&payment.alert).await?;
        let is_new = edits.is_none();
        let answer = match (edits, &self.to) {
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
                edited => edited.map(|()| found(id)),
            },
            (None, Destination::Forum(forum)) => {
                let said = (&composed, &message);
                (self.tell_in_thread(*forum, &payment.alert, said, overdue)).await?
            }
            (None, _) if overdue => self.send_unless_there(&composed, &message, archive).await,
            (None, _) => self.send(&composed, &message).await,
        };
        Ok(match answer {
            Ok(receipt) => Attempt::Sent(receipt, is_new.then(|| Box::new(message))),
            Err(Refusal::Never(reason)) => Attempt::GivenUp(reason),
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

    async fn send(&self, composed: &Composed, message: &Message) -> Result<Receipt, Refusal> {
        self.channels.send(&self.to, message, &composed.nonce).await
    }

    async fn send_unless_there(
        &self,
        composed: &Composed,
        message: &Message,
        archive: &str,
    ) -> Result<Receipt, Refusal> {
        let mark = message::mark(composed.id, archive);
        match self.channels.find(&self.to, &mark).await {
            Ok(Some(id)) => Ok(found(id)),
            Ok(None) => self.send(composed, message).await,
            Err(Refusal::Never(why)) => {
                tracing::warn!("{}: its last messages cannot be read: {why}", self.to);
                self.send(composed, message).await
            }
            Err(refusal) => Err(refusal),
        }
    }

    /// Says in the log what became of alerts, and counts them.
    fn tell(&self, payment: &Payment, outcome: &DeliveryOutcome) {
        let now = self.means.clock.now();
        let (alert, channel) = (payment.alert.id, self.to.sort());
        let alerts = std::iter::once(&payment.alert).chain(&payment.with);
        match outcome {
            DeliveryOutcome::Sent { .. } => {
                alerts.for_each(|alert| meters::sent(alert, now - alert.at));
                let owed_for_ms = (now - payment.alert.at).num_milliseconds();
                tracing::info!(%alert, channel, alerts = payment.ids().len(), owed_for_ms, "an alert stands in its channel");
            }
            DeliveryOutcome::GivenUp { reason: why } | DeliveryOutcome::Dropped { why, .. } => {
                alerts.for_each(|_| meters::given_up(&self.to));
                tracing::warn!(%alert, channel, why, "an alert was given up");
            }
        }
    }

    async fn settle(
        &self,
        payment: &Payment,
        outcome: DeliveryOutcome,
        end: &mut End,
    ) -> Result<(), StoreError> {
        self.tell(payment, &outcome);
        match &outcome {
            DeliveryOutcome::Sent { .. } => {
                end.leads_there |= matches!(self.to, Destination::Forum(_));
                let ids = payment.ids().into_iter();
                end.sent.extend(ids.map(|id| (id, self.to.clone())));
            }
            DeliveryOutcome::GivenUp { reason } | DeliveryOutcome::Dropped { why: reason, .. } => {
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

/// The receipt of a message that stands there already.
pub(super) fn found(id: String) -> Receipt {
    Receipt {
        id,
        ..Receipt::default()
    }
}
