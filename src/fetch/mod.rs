//! One page, politely, within limits.

mod coding;
mod hosts;
mod pace;
mod reasons;
mod redirects;
mod request;
mod robots;
mod rules;

#[cfg(test)]
mod certified;

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::sync::Semaphore;
use url::Url;

use crate::clock::Clock;
use crate::fetch::coding::{Fault, Undone};
use crate::fetch::hosts::Hosts;
use crate::fetch::redirects::{Arrived, Journey};
use crate::fetch::request::Asker;
pub use crate::fetch::request::Leave;
use crate::model::{Capture, Digest, Failure, FailureKind, Hop, Provenance, Validators, Watch};
use crate::watchlist::Settings;
use crate::wire::{Guard, Manners, Names, Wire};

/// Fetches pages, host by host: one queue each, robots.txt heeded, private addresses refused, every redirect kept.
/// Cheap to clone; clones share queues and connections.
#[derive(Clone)]
pub struct Fetcher {
    asker: Arc<Asker>,
    max_body: u64,
}

/// What came back.
#[derive(Debug)]
pub enum Fetched {
    /// A page, with its body.
    Served(Capture, Vec<u8>),
    /// The server says that nothing changed since the validators it gave; every answer on the way.
    NotModified(Vec<Hop>),
    /// Nothing that could be read.
    Failed(Failure),
}

impl Fetcher {
    /// A fetcher with these manners. The User-Agent names the program, its version and the contact.
    pub fn new(settings: &Settings, clock: Clock) -> Fetcher {
        Fetcher::with_names(settings, clock, Names::System)
    }

    /// The same, with names looked up elsewhere than the machine does.
    pub fn with_names(settings: &Settings, clock: Clock, names: Names) -> Fetcher {
        let manners = manners(settings);
        let wire = Wire::new(&manners, Guard::new(&settings.allow_private), names);
        Fetcher::over(wire, settings, clock)
    }

    fn over(wire: Wire, settings: &Settings, clock: Clock) -> Fetcher {
        let asker = Asker {
            wire,
            clock,
            hosts: Hosts::new(Duration::from_millis(settings.min_delay_ms)),
            permits: Semaphore::new(settings.visits_at_once.clamp(1, Semaphore::MAX_PERMITS)),
            whole: Duration::from_secs(settings.timeouts.2),
            zone: settings.timezone,
            warden: OnceLock::new(),
        };
        Fetcher {
            asker: Arc::new(asker),
            max_body: settings.max_body,
        }
    }

    /// From here on hosts are asked only with this leave, which is asked for before each request. What is put first stays.
    pub fn only_with(&self, leave: impl Fn() -> Leave + Send + Sync + 'static) {
        self.asker.warden.set(Box::new(leave)).ok();
    }

    /// Visits this address on behalf of this watch, conditionally where there are validators.
    /// The body served is decoded from its content encoding; the header fields of the hops stay as served.
    pub async fn fetch(
        &self,
        watch: &Watch,
        url: &Url,
        validators: Option<&Validators>,
    ) -> Fetched {
        self.fetch_as(None, watch, url, validators).await
    }

    /// The same, asking for this type of content, such as `application/json`, where one is given.
    pub async fn fetch_as(
        &self,
        accept: Option<&'static str>,
        watch: &Watch,
        url: &Url,
        validators: Option<&Validators>,
    ) -> Fetched {
        let journey = Journey {
            url,
            validators,
            accept,
            ignore_robots: watch.ignore_robots,
            limit: self.max_body,
        };
        match self.asker.follow(journey).await {
            Ok(Arrived::NotModified(hops)) => Fetched::NotModified(hops),
            Ok(Arrived::Page(hops, body)) if body.whole => {
                self.capture(url, hops, body.bytes).await
            }
            Ok(Arrived::Page(hops, _)) => {
                failed(hops, |hop| reasons::too_large(&hop.url, self.max_body))
            }
            Err(failure) => Fetched::Failed(failure),
        }
    }

    /// Whether an answer that somebody else was given may be believed to come from where a visit may go.
    ///
    /// # Errors
    /// What is wrong with where it came from.
    pub fn admits(&self, hop: &Hop) -> Result<(), String> {
        let wire = &self.asker.wire;
        wire.examine(&hop.url)
            .map_err(|mishap| mishap.to_string())?;
        match hop.address {
            Some(address) => wire
                .lets_through(address)
                .map_err(|sort| format!("{address} is {sort}")),
            None => Ok(()),
        }
    }

    /// How many requests wait for the turn of their host, over all hosts, and at the host where most do.
    pub fn queues(&self) -> (usize, usize) {
        self.asker.hosts.queues()
    }

    /// Where an answer redirects to, if it does.
    pub fn target(hop: &Hop) -> Option<Url> {
        redirects::target(hop)
    }

    /// Whether the front page of this host answers 200 now: the control for a page that answers 404.
    pub async fn host_answers(&self, url: &Url) -> bool {
        let Ok(front) = url.join("/") else {
            return false;
        };
        let journey = Journey {
            url: &front,
            validators: None,
            accept: None,
            ignore_robots: false,
            limit: self.max_body,
        };
        match self.asker.follow(journey).await {
            Ok(Arrived::Page(hops, _)) => hops.last().is_some_and(|hop| hop.status == 200),
            Ok(Arrived::NotModified(_)) | Err(_) => false,
        }
    }

    async fn capture(&self, url: &Url, hops: Vec<Hop>, sent: Vec<u8>) -> Fetched {
        let at = self.asker.clock.now();
        let codings = hops.last().map(coding::codings).unwrap_or_default();
        let (undone, body) = match decode(sent, codings, self.max_body).await {
            Ok(decoded) => decoded,
            Err(fault) => {
                let limit = self.max_body;
                return failed(hops, |hop| reasons::undecoded(&hop.url, &fault, limit));
            }
        };
        let capture = Capture {
            at,
            url: url.clone(),
            hops,
            body,
            length: undone.len() as u64,
            provenance: Provenance::Fetched,
            beside: Vec::new(),
        };
        Fetched::Served(capture, undone)
    }
}

fn manners(settings: &Settings) -> Manners {
    let (connect, answer, _) = settings.timeouts;
    Manners {
        agent: agent(settings.contact.as_deref()),
        connect: Duration::from_secs(connect),
        answer: Duration::from_secs(answer),
    }
}

/// A body longer than this is digested on a thread of its own, lest it hold up other visits.
const LONG: usize = 256 * 1024;

/// The body with its content encodings undone, and its digest.
async fn decode(
    sent: Vec<u8>,
    codings: Vec<String>,
    limit: u64,
) -> Result<(Vec<u8>, Digest), Fault> {
    let at_once = codings.is_empty() && sent.len() <= LONG;
    let work = move || {
        let Undone { bytes, fault } = coding::undo(sent, &codings, limit);
        let digest = Digest::of(&bytes);
        fault.map_or(Ok((bytes, digest)), Err)
    };
    if at_once {
        return work();
    }
    // A decoder that panics on what a server sent must not take the visit with it.
    let panicked = |_| Err(Fault::Damaged("the decoder gave up".to_owned()));
    (tokio::task::spawn_blocking(work).await).unwrap_or_else(panicked)
}

/// A body as it was before these encodings of its answer were put on, for bodies that others brought.
///
/// # Errors
/// Where it is longer than allowed, damaged, or of an encoding that is not known; in a clause.
pub fn undone(sent: Vec<u8>, hop: &Hop, limit: u64) -> Result<Vec<u8>, String> {
    let Undone { bytes, fault } = coding::undo(sent, &coding::codings(hop), limit);
    fault.map_or(Ok(bytes), |fault| Err(fault.to_string()))
}

/// A failure after all these answers.
fn failed(hops: Vec<Hop>, why: impl Fn(&Hop) -> Failure) -> Fetched {
    let failure = match hops.last() {
        Some(hop) => Failure {
            status: Some(hop.status),
            ..why(hop)
        },
        None => Failure::new(FailureKind::Connect, "there was no answer"),
    };
    Fetched::Failed(Failure { hops, ..failure })
}

/// The host of an address as people write it, with its port where that is not the usual one: what has one queue.
pub fn host_of(url: &Url) -> String {
    hosts::name(url)
}

/// What we call ourselves: `smallprint/0.1.0 (+contact: editor@example.org)`.
pub fn agent(contact: Option<&str>) -> String {
    let name = concat!("smallprint/", env!("CARGO_PKG_VERSION"));
    match contact.map(str::trim).filter(|contact| !contact.is_empty()) {
        Some(contact) => format!("{name} (+contact: {contact})"),
        None => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_user_agent_says_who_to_write_to() {
        assert!(agent(None).starts_with("smallprint/"));
        assert!(!agent(Some(" ")).contains('('));
        assert!(agent(Some("editor@example.org")).ends_with(" (+contact: editor@example.org)"));
    }

    #[test]
    fn a_fetcher_can_be_shared() {
        fn shared<T: Clone + Send + Sync + 'static>() {}
        shared::<Fetcher>();
    }
}
