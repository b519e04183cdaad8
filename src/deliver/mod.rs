//! Pays the alerts owed until they are paid.

mod compose;
mod corrected;
mod digest;
mod forum;
mod line;
mod links;
mod nonce;
mod parked;
mod patience;
mod several;
mod telling;
mod waiting;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use chrono_tz::Tz;
use tokio::sync::watch;
use tokio::task::{JoinError, JoinSet};
use tokio::time::{Instant, timeout};
use url::Url;

use crate::channels::Channels;
use crate::clock::Clock;
use crate::model::{AlertId, DeliveryOutcome, Destination, Route, Watch};
use crate::routing::{self, Payment};
use crate::store::{Store, StoreError};
use crate::watchlist::Watchlist;

pub use digest::{roundup, visited};
pub use links::lead_to_copy;
pub use parked::{Refusals, Refused};
pub use patience::Patience;
pub use several::{Saying, say};
pub use waiting::oldest;

/// From this wait on a channel is said to refuse: our own patience never asks for as much.
const LONG: Duration = Duration::from_secs(10 * 60);
/// For how long the channels of Discord wait for the forums, whose threads their messages lead to.
const FORUMS_FIRST: Duration = Duration::from_secs(3);

/// What it takes to say something, beside the archive and the channels.
#[derive(Clone, Debug)]
pub struct Means {
    /// The watches in force, for what their pages are called. A watch that is gone is called by its id.
    pub watches: Arc<Vec<Watch>>,
    /// The routes in force.
    pub routes: Arc<Vec<Route>>,
    /// The time zone of times shown.
    pub zone: Tz,
    /// Where the window is, if people can reach it.
    pub public_url: Option<Url>,
    /// Whether a bot listens to what is pressed below a message.
    pub bot: bool,
    /// What time it is.
    pub clock: Clock,
    /// How long to wait, and how often.
    pub patience: Patience,
}

impl Means {
    /// What this watchlist says.
    pub fn of(watchlist: &Watchlist, clock: Clock, patience: Patience) -> Means {
        Means {
            watches: watchlist.watches.clone(),
            routes: Arc::new(watchlist.routes.clone()),
            zone: watchlist.settings.timezone,
            public_url: watchlist.settings.public_url.clone(),
            bot: watchlist.has_bot(),
            clock,
            patience,
        }
    }
}

/// What came of paying.
#[derive(Clone, PartialEq, Eq, Default, Debug, serde::Serialize, serde::Deserialize)]
pub struct Paid {
    /// The alerts that stand in their channels now.
    pub sent: Vec<(AlertId, Destination)>,
    /// The channels that still wait for something, and why.
    pub waiting: Vec<(Destination, String)>,
    /// The alerts that will not be sent, and why.
    pub given_up: Vec<(AlertId, Destination, String)>,
    /// How soon the next attempt is worth making; `None` where nothing waits.
    pub next: Option<Duration>,
    /// Those of the waiting channels that want to be left alone for long, or until somebody mends something.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refused: Vec<Destination>,
    /// How many alerts wait for their time: for others, for the end of quiet hours, for a digest.
    #[serde(default)]
    pub held: usize,
}

/// Pays what is owed now and returns: when all is paid, or when every wait left is longer than `means.patience.bound`.
///
/// # Errors
/// Only where the archive fails. What a channel says is in [`Paid`].
pub async fn pay(store: &Store, channels: &Channels, means: Means) -> Result<Paid, StoreError> {
    Payer::new(store.clone(), channels.clone(), means)
        .pay_once()
        .await
}

/// Pays again and again, and remembers which channel is stuck, and since how many attempts.
/// An archive has one payer at a time: two could both send before either has the receipt.
pub struct Payer {
    store: Store,
    channels: Channels,
    means: Means,
    stuck: BTreeMap<Destination, Stuck>,
    /// The lines that are being paid, and to where.
    under_way: JoinSet<(Destination, Result<line::End, StoreError>)>,
    busy: BTreeSet<Destination>,
    /// Whether a forum was written in since the last round, so that messages may be owed an edit that leads there.
    newly_led: bool,
    refusals: Refusals,
    /// Whether what the archive knows of earlier refusals was taken up.
    recalled: bool,
    /// Whether it was said that nothing is asked of Discord for a while.
    breaker_told: bool,
    /// Whether a notice came to be owed by paying.
    told: bool,
}

/// How long a refusal counts towards too many: as long as Discord counts it.
const COUNTED_FOR: TimeDelta = TimeDelta::minutes(10);
/// How many of the last deliveries are looked through for refusals.
const LOOKED_THROUGH: usize = 100;

/// A line that came to its end, and to where it was paid.
type Ended = Result<(Destination, Result<line::End, StoreError>), JoinError>;

/// A channel that did not take the last message offered.
#[derive(Clone, Debug)]
struct Stuck {
    tries: u32,
    not_before: Instant,
    why: String,
}

impl Payer {
    /// A payer that knows of no trouble yet.
    pub fn new(store: Store, channels: Channels, means: Means) -> Payer {
        Payer {
            store,
            channels,
            means,
            stuck: BTreeMap::new(),
            under_way: JoinSet::new(),
            busy: BTreeSet::new(),
            newly_led: false,
            refusals: Refusals::default(),
            recalled: false,
            breaker_told: false,
            told: false,
        }
    }

    /// The same payer, telling here which channels take no messages.
    pub fn telling(self, refusals: Refusals) -> Payer {
        Payer { refusals, ..self }
    }

    /// These channels are tried again at once, however long they were to be left in peace. What Discord asks is kept to.
    pub fn try_again(&mut self, channels: &BTreeSet<Destination>) {
        self.stuck.retain(|to, _| !channels.contains(to));
    }

    /// The same payer under another watchlist.
    pub fn change(&mut self, channels: Channels, means: Means) {
        self.channels = channels;
        self.means = means;
        self.stuck.clear();
        self.recalled = false;
    }

    /// Pays what can be paid, every channel on its own: a stuck one holds up no other. Call it when something new is owed,
    /// and again after [`Paid::next`]. Dropped half-way, it sends nothing twice where the channel knows nonces.
    ///
    /// # Errors
    /// Only where the archive fails.
    pub async fn pay_once(&mut self) -> Result<Paid, StoreError> {
        let first = self.pay_for(Duration::MAX).await?;
        // What is to lead to a thread that was just opened is put right at once.
        if !std::mem::take(&mut self.newly_led) {
            return Ok(first);
        }
        let mut paid = self.pay_for(Duration::MAX).await?;
        paid.sent.splice(0..0, first.sent);
        paid.given_up.splice(0..0, first.given_up);
        Ok(paid)
    }

    /// The same, but it returns after this long at the latest. A channel that takes longer goes on by itself until the next
    /// call, so that those that are quick wait for none that is slow.
    ///
    /// # Errors
    /// Only where the archive fails.
    pub async fn pay_for(&mut self, most: Duration) -> Result<Paid, StoreError> {
        let mut paid = Paid::default();
        self.recall().await?;
        while let Some(done) = self.under_way.try_join_next() {
            self.note(done, &mut paid)?;
        }
        loop {
            self.set_out(&mut paid).await?;
            self.wait_for(most, &mut paid).await?;
            self.tell_of_breaker().await?;
            if !std::mem::take(&mut self.told) {
                return Ok(paid);
            }
            if most < Duration::MAX {
                paid.again(Duration::ZERO);
                return Ok(paid);
            }
        }
    }

    /// Waits for the channels that are being paid, but no longer than this.
    async fn wait_for(&mut self, most: Duration, paid: &mut Paid) -> Result<(), StoreError> {
        let mut broken = None;
        let all = async {
            while let Some(done) = self.under_way.join_next().await {
                broken = self.note(done, paid).err().or(broken.take());
            }
        };
        if most == Duration::MAX {
            all.await;
        } else if tokio::time::timeout(most, all).await.is_err() {
            for to in self.busy.clone() {
                paid.wait(to, "its answer has not come yet".to_owned(), most);
            }
        }
        broken.map_or(Ok(()), Err)
    }

    /// Takes up from the archive what a program before this one learned of Discord's refusals, so that starting again and
    /// again asks no more of it than running on.
    async fn recall(&mut self) -> Result<(), StoreError> {
        if std::mem::replace(&mut self.recalled, true) {
            return Ok(());
        }
        let now = self.means.clock.now();
        let parked = self.store.parked().await?;
        let held = parked.iter().filter_map(|one| one.parked.until).max();
        let held = held.and_then(|until| (until - now).to_std().ok());
        let deliveries = self.store.deliveries(Some(LOOKED_THROUGH)).await?;
        let refused = deliveries.iter().filter(|one| {
            let discord = matches!(
                one.to,
                Destination::Discord(_) | Destination::DiscordWebhook(_)
            );
            let given_up = matches!(one.outcome, DeliveryOutcome::GivenUp { .. });
            discord && given_up && (TimeDelta::zero()..COUNTED_FOR).contains(&(now - one.at))
        });
        self.breaker_told = held.is_some();
        self.channels.recall(refused.count(), held);
        Ok(())
    }

    /// Says once that nothing is asked of Discord for a while.
    async fn tell_of_breaker(&mut self) -> Result<(), StoreError> {
        let Some((left, why)) = self.channels.breaker() else {
            self.breaker_told = false;
            return Ok(());
        };
        if std::mem::replace(&mut self.breaker_told, true) {
            return Ok(());
        }
        let until = self.means.clock.now() + TimeDelta::from_std(left).unwrap_or_default();
        let text = telling::of_breaker(&why, until, self.means.zone);
        let by = telling::By::AnotherWay;
        self.told |= telling::operators(&self.store, &self.means, &text, by).await?;
        Ok(())
    }

    /// Begins to pay every channel to which something is due, but for those that are being paid or are to be left in peace.
    async fn set_out(&mut self, paid: &mut Paid) -> Result<(), StoreError> {
        // Dropped when every forum is paid: who waits for that hears of it.
        let (unpaid, forums) = watch::channel(());
        let unpaid = Arc::new(unpaid);
        for (to, payments) in self.due(paid).await? {
            if self.busy.contains(&to) {
                continue;
            }
            let stuck = self.stuck.get(&to).cloned();
            if let Some(stuck) = &stuck
                && let Some(wait) = stuck.not_before.checked_duration_since(Instant::now())
                && wait > self.means.patience.bound
            {
                paid.wait(to, stuck.why.clone(), wait);
                continue;
            }
            self.busy.insert(to.clone());
            let busy = to.clone();
            let is_forum = matches!(to, Destination::Forum(_));
            let unpaid = is_forum.then(|| Arc::clone(&unpaid));
            let mut forums = forums.clone();
            let line = line::Line {
                store: self.store.clone(),
                channels: self.channels.clone(),
                means: self.means.clone(),
                to,
                refusals: self.refusals.clone(),
            };
            self.under_way.spawn(async move {
                // An alert leads to the thread of its page, if that is there soon.
                if links::shows_threads(&busy) {
                    timeout(FORUMS_FIRST, forums.changed()).await.ok();
                }
                let end = line.pay(payments, stuck).await;
                drop(unpaid);
                (busy, end)
            });
        }
        Ok(())
    }

    /// What is due now on each channel, digests among it; what is not due yet is noted.
    async fn due(
        &self,
        paid: &mut Paid,
    ) -> Result<BTreeMap<Destination, Vec<Payment>>, StoreError> {
        let now = self.means.clock.now();
        let next_digest = digest::owe_due(&self.store, &self.means, now).await?;
        let waiting = waiting::read(&self.store).await?;
        let due = routing::due(waiting, &self.means.routes, now);
        paid.held = due.held;
        for next in [due.next, next_digest].into_iter().flatten() {
            paid.again((next - now).to_std().unwrap_or_default());
        }
        Ok(by_destination(due.now))
    }

    /// Waits until every channel that is being paid has come to its end, and begins nothing.
    ///
    /// # Errors
    /// Only where the archive fails.
    pub async fn finish(&mut self) -> Result<(), StoreError> {
        while let Some(done) = self.under_way.join_next().await {
            self.note(done, &mut Paid::default())?;
        }
        Ok(())
    }

    fn note(&mut self, done: Ended, paid: &mut Paid) -> Result<(), StoreError> {
        let (to, end) = done.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()));
        self.busy.remove(&to);
        let end = end?;
        self.told |= end.told;
        paid.sent.extend(end.sent);
        paid.given_up.extend(end.given_up);
        if end.leads_there {
            self.newly_led = true;
            paid.again(Duration::ZERO);
        }
        match end.stuck {
            Some(stuck) => {
                let wait = stuck.not_before.duration_since(Instant::now());
                paid.wait(end.to.clone(), stuck.why.clone(), wait);
                self.stuck.insert(end.to, stuck);
            }
            None => {
                self.stuck.remove(&end.to);
            }
        }
        Ok(())
    }
}

impl Paid {
    fn wait(&mut self, to: Destination, why: String, wait: Duration) {
        if !self.waiting.iter().any(|(other, _)| *other == to) {
            if wait >= LONG {
                self.refused.push(to.clone());
            }
            self.waiting.push((to, why));
        }
        self.again(wait);
    }

    fn again(&mut self, wait: Duration) {
        self.next = Some(self.next.map_or(wait, |next| next.min(wait)));
    }
}

/// The payments of each destination, in order.
fn by_destination(payments: Vec<Payment>) -> BTreeMap<Destination, Vec<Payment>> {
    let mut lines: BTreeMap<Destination, Vec<Payment>> = BTreeMap::new();
    for payment in payments {
        let to = payment.alert.owed.to.clone();
        lines.entry(to).or_default().push(payment);
    }
    lines
}
