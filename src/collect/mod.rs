//! Visits chosen hosts from another machine, and sends what it found to the archive.

mod parcel;
mod post;
mod spool;

pub use parcel::{Carried, LONGEST_LETTER, Parcel, Reply, Want, Wants};
pub use post::{CLOCK, NoPost, Openly, Post};
pub use spool::Spool;

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use ipnet::IpNet;
use serde::Serialize;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use url::Url;

use crate::clock::Clock;
use crate::fetch::{Fetched, Fetcher};
use crate::model::{Capture, FailureKind, Watch, WatchId};
use crate::watchlist::Settings;

/// Clocks that differ by less than this are the same.
const SAME_CLOCK: TimeDelta = TimeDelta::seconds(2);

/// What a collector does, from whom to whom.
pub struct Collector {
    /// What it calls itself.
    pub name: String,
    /// The hosts it visits, and no others.
    pub hosts: Vec<String>,
    /// Private networks that it may visit.
    pub allow_private: Vec<IpNet>,
    /// What time it is.
    pub clock: Clock,
    /// The way to the archive.
    pub post: Post,
    /// Where parcels lie until they have arrived.
    pub spool: Spool,
    fetcher: Option<(Settings, Fetcher)>,
}

/// What became of one parcel.
#[derive(Serialize, Debug)]
pub struct Sent {
    /// Which watch.
    pub watch: WatchId,
    /// The address that was asked.
    pub url: Url,
    /// When.
    pub at: DateTime<Utc>,
    /// What was brought: `served`, `not-modified` or `failed`.
    pub brought: &'static str,
    /// What the archive said; absent where the parcel waits in the spool.
    pub reply: Option<Reply>,
    /// Why the page could not be read, or why the parcel waits.
    pub why: Option<String>,
}

/// What a round came to.
#[derive(Clone, Copy, PartialEq, Eq, Default, Serialize, Debug)]
pub struct Gathered {
    /// How many parcels arrived.
    pub arrived: usize,
    /// How many of them tell that a page could not be read.
    pub failed: usize,
    /// How many the archive refused for good.
    pub refused: usize,
    /// How many wait in the spool.
    pub waiting: usize,
}

impl Collector {
    /// A collector of this name that visits these hosts.
    pub fn new(
        (name, hosts): (String, Vec<String>),
        allow_private: Vec<IpNet>,
        clock: Clock,
        (post, spool): (Post, Spool),
    ) -> Collector {
        Collector {
            name,
            hosts,
            allow_private,
            clock,
            post,
            spool,
            fetcher: None,
        }
    }

    /// Sends what waits, asks what is wanted, visits it and sends what was found; `tell` hears of each parcel.
    ///
    /// # Errors
    /// Where the archive cannot be asked, or nothing can be kept in the spool.
    pub async fn round(
        &mut self,
        mut tell: impl FnMut(&Sent),
    ) -> Result<(Gathered, Wants), NoPost> {
        let mut gathered = Gathered::default();
        for name in self.spool.waiting()? {
            if let Some((parcel, wrapped)) = self.spool.take(&name)? {
                let sent = self
                    .send(&parcel, wrapped, &name, TimeDelta::zero())
                    .await?;
                gathered.count(&sent);
                tell(&sent);
            }
        }
        let asked = self.clock.now();
        let wants = self.post.wants(&self.hosts).await?;
        // The answer was written between the question and now; half the way is as good a guess as any.
        let ours = asked + (self.clock.now() - asked) / 2;
        let ahead = wants.now - ours;
        let moved = match ahead.abs() < SAME_CLOCK {
            true => TimeDelta::zero(),
            false => ahead,
        };
        let (bring, mut brought) = mpsc::channel(16);
        let mut visits = self.go(&wants, bring, moved);
        while let Some((parcel, body)) = brought.recv().await {
            let wrapped = parcel.wrapped(&body);
            let name = self.spool.keep(&wrapped)?;
            tracing::debug!("{}: kept in the spool", parcel.watch);
            let sent = match self.send(&parcel, wrapped, &name, moved).await {
                Ok(sent) => sent,
                // It waits where it was kept; the other pages are visited all the same.
                Err(trouble) => Sent {
                    why: Some(trouble.to_string()),
                    ..Sent::of(&parcel)
                },
            };
            gathered.count(&sent);
            tell(&sent);
        }
        while visits.join_next().await.is_some() {}
        gathered.waiting = self.spool.waiting()?.len();
        Ok((gathered, wants))
    }

    /// Visits what is wanted of the hosts chosen, host by host.
    fn go(
        &mut self,
        wants: &Wants,
        bring: mpsc::Sender<(Parcel, Vec<u8>)>,
        moved: TimeDelta,
    ) -> JoinSet<()> {
        let fetcher = Arc::new(self.fetcher(wants));
        let mut visits = JoinSet::new();
        let chosen = |url: &Url| self.hosts.iter().any(|host| url.host_str() == Some(host));
        for want in &wants.watches {
            let addresses = std::iter::once(&want.url).chain(&want.instead);
            if !addresses.into_iter().all(chosen) {
                tracing::warn!(
                    "{}: the archive wants another host than those chosen",
                    want.watch
                );
                continue;
            }
            let (want, fetcher, bring) = (want.clone(), fetcher.clone(), bring.clone());
            let (clock, name) = (self.clock.clone(), self.name.clone());
            visits.spawn(async move {
                let (asked, mut carried, body) = visit(&fetcher, &want).await;
                let at = carried.at(clock.now()) + moved;
                carried.move_by(moved);
                let parcel = Parcel {
                    watch: want.watch,
                    collector: name,
                    asked,
                    at,
                    moved_ms: moved.num_milliseconds(),
                    carried,
                };
                bring.send((parcel, body)).await.ok();
            });
        }
        visits
    }

    /// The fetcher with the manners that the archive asks for; the same one as long as it asks for the same.
    fn fetcher(&mut self, wants: &Wants) -> Fetcher {
        let settings = Settings {
            contact: wants.contact.clone(),
            min_delay_ms: wants.min_delay_ms,
            max_body: wants.max_body,
            allow_private: self.allow_private.clone(),
            ..Settings::default()
        };
        match &self.fetcher {
            Some((same, fetcher)) if *same == settings => fetcher.clone(),
            _ => {
                let fetcher = Fetcher::new(&settings, self.clock.clone());
                self.fetcher = Some((settings, fetcher.clone()));
                fetcher
            }
        }
    }

    /// Sends one parcel, and forgets it once the archive has answered for good.
    async fn send(
        &self,
        parcel: &Parcel,
        wrapped: Vec<u8>,
        name: &str,
        moved: TimeDelta,
    ) -> Result<Sent, NoPost> {
        let reply = self.post.send(wrapped, self.clock.now() + moved).await?;
        if reply.is_final() {
            self.spool.forget(name)?;
        }
        Ok(Sent {
            reply: Some(reply),
            ..Sent::of(parcel)
        })
    }
}

/// Goes to one page: the address that answered, what was found, and the body.
async fn visit(fetcher: &Fetcher, want: &Want) -> (Url, Carried, Vec<u8>) {
    let watch = Watch {
        ignore_robots: want.ignore_robots,
        ..Watch::bare(want.watch.clone(), want.url.clone())
    };
    let validators = want.validators.as_ref();
    let mut failure = match fetcher.fetch(&watch, &want.url, validators).await {
        Fetched::Served(capture, body) => return served(capture, body),
        Fetched::NotModified(hops) => {
            let validators = validators.cloned().unwrap_or_default();
            let carried = Carried::NotModified { validators, hops };
            return (want.url.clone(), carried, Vec::new());
        }
        Fetched::Failed(failure) => failure,
    };
    use FailureKind::{Connect, Dns, NotFound, Tls};
    let lost = matches!(failure.kind, NotFound | Dns | Connect | Tls);
    if let Some(instead) = want.instead.as_ref().filter(|_| lost) {
        match fetcher.fetch(&watch, instead, None).await {
            Fetched::Served(capture, body) => return served(capture, body),
            Fetched::Failed(second) if second.kind != NotFound => failure = second,
            Fetched::Failed(_) | Fetched::NotModified(_) => {}
        }
    }
    let missing = failure.kind == NotFound;
    let carried = Carried::Failed {
        host_answers: missing && fetcher.host_answers(&want.url).await,
        failure,
    };
    (want.url.clone(), carried, Vec::new())
}

fn served(capture: Capture, body: Vec<u8>) -> (Url, Carried, Vec<u8>) {
    (capture.url.clone(), Carried::Served { capture }, body)
}

impl Sent {
    /// A parcel of which the archive has said nothing yet.
    fn of(parcel: &Parcel) -> Sent {
        let why = match &parcel.carried {
            Carried::Failed { failure, .. } => Some(failure.why.clone()),
            Carried::Served { .. } | Carried::NotModified { .. } => None,
        };
        Sent {
            watch: parcel.watch.clone(),
            url: parcel.asked.clone(),
            at: parcel.at,
            brought: parcel.carried.word(),
            reply: None,
            why,
        }
    }
}

impl Gathered {
    fn count(&mut self, sent: &Sent) {
        match &sent.reply {
            Some(Reply::Refused { for_good: true, .. }) => self.refused += 1,
            Some(Reply::Landed { .. } | Reply::Had) => {
                self.arrived += 1;
                self.failed += usize::from(sent.brought == "failed");
            }
            Some(Reply::Refused { .. }) | None => {}
        }
    }
}
