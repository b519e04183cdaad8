//! One request to one host, in its turn.

use std::sync::OnceLock;
use std::time::Duration;

use chrono_tz::Tz;
use tokio::sync::Semaphore;
use tokio::time::Instant;
use url::Url;

use crate::clock::Clock;
use crate::fetch::hosts::{Hosts, Turn};
use crate::fetch::{coding, pace, reasons};
use crate::model::{Failure, FailureKind, Hop};
use crate::wire::{Answer, Body, Mishap, Wire};

/// Whoever asks: the client, the queues and the limits.
pub(super) struct Asker {
    pub(super) wire: Wire,
    pub(super) clock: Clock,
    pub(super) hosts: Hosts,
    /// How many requests may be under way over all hosts. Taken last and never held while waiting for a host.
    pub(super) permits: Semaphore,
    /// The longest the requests of one visit may take together; waiting for turns does not count.
    pub(super) whole: Duration,
    pub(super) zone: Tz,
    /// Says whether hosts may be asked from here; they may be where nobody was put here.
    pub(super) warden: OnceLock<Warden>,
}

/// Says whether hosts may be asked from here.
pub(super) type Warden = Box<dyn Fn() -> Leave + Send + Sync>;

/// Whether hosts may be asked from here.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Leave {
    /// They may.
    Given,
    /// It is to be asked again in a moment.
    NotNow,
    /// Others ask them.
    Never,
}

/// How long to wait before it is asked again.
const ASK_AGAIN: Duration = Duration::from_millis(100);

/// What is asked for.
pub(super) struct Question<'a> {
    pub(super) url: &'a Url,
    /// Header fields beside the usual ones, or instead of them.
    pub(super) fields: &'a [(&'a str, &'a str)],
    /// The longest body wanted, as sent.
    pub(super) limit: u64,
}

/// An answer.
pub(super) struct Asked {
    pub(super) hop: Hop,
    /// The body of a page; of other answers nothing is kept.
    pub(super) body: Body,
}

/// Fields of every request. The language decides which text some sites serve, so it is always the same.
const USUAL: [(&str, &str); 3] = [
    (
        "accept",
        "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    ),
    ("accept-language", "en-GB,en;q=0.9"),
    ("accept-encoding", coding::ACCEPTED),
];

/// The longest body of an answer that is no page which is read so that the connection can be used again.
const RINSE: u64 = 16 * 1024;

impl Asker {
    /// Asks when it is the host's turn, and tells the host's pace what came of it. `left` is what remains of the visit's time.
    pub(super) async fn ask(
        &self,
        question: Question<'_>,
        left: &mut Duration,
    ) -> Result<Asked, Failure> {
        let url = question.url;
        let host = self.hosts.of(url, &self.clock);
        let turn = (host.turn(&self.clock).await)
            .map_err(|put_off| reasons::put_off(url, put_off, self.clock.now(), self.zone))?;
        let _permit = self.permits.acquire().await;
        // Others that share the work may have taken over while it was waited.
        while let Some(warden) = self.warden.get() {
            match warden() {
                Leave::Given => break,
                Leave::NotNow => tokio::time::sleep(ASK_AGAIN).await,
                Leave::Never => return Err(reasons::taken_over(url)),
            }
        }
        let start = Instant::now();
        let deadline = start + *left;
        let given = |name: &str| question.fields.iter().any(|(field, _)| *field == name);
        let usual = USUAL.iter().filter(|(name, _)| !given(name));
        let fields: Vec<_> = usual.chain(question.fields).copied().collect();
        let answer = self.in_time(deadline, url, self.wire.get(url, &fields));
        let mut answer = match answer.await {
            Ok(answer) => answer,
            Err(failure) => {
                if failure.kind != FailureKind::RefusedAddress {
                    turn.pace().met_trouble(self.clock.now());
                }
                return Err(failure);
            }
        };
        let hop = Hop {
            url: url.clone(),
            status: answer.status,
            headers: std::mem::take(&mut answer.headers),
            address: answer.address,
            certificate: answer.certificate,
            at: self.clock.now(),
        };
        let body = self.in_time(deadline, url, body(answer, question.limit));
        let body = body.await;
        *left = left.saturating_sub(start.elapsed());
        self.note(&turn, &hop, body.is_ok());
        match body {
            Ok(body) => Ok(Asked { hop, body }),
            Err(failure) => Err(Failure {
                status: Some(hop.status),
                hops: vec![hop],
                ..failure
            }),
        }
    }

    async fn in_time<T>(
        &self,
        deadline: Instant,
        url: &Url,
        work: impl Future<Output = Result<T, Mishap>>,
    ) -> Result<T, Failure> {
        match tokio::time::timeout_at(deadline, work).await {
            Ok(outcome) => outcome.map_err(|mishap| reasons::mishap(url, &mishap)),
            Err(_) => Err(reasons::too_slow(url, self.whole)),
        }
    }

    /// Tells the host's pace of an answer, and whether it came whole.
    fn note(&self, turn: &Turn, hop: &Hop, whole: bool) {
        let (now, mut pace) = (self.clock.now(), turn.pace());
        let wait = (hop.header("retry-after")).and_then(|value| pace::retry_after(value, now));
        match (hop.status, wait) {
            (429, _) | (503, Some(_)) => {
                pace.asked_to_wait(hop.status, wait, (now, Instant::now()));
            }
            (500.., _) => pace.met_trouble(now),
            _ if whole => pace.answered(),
            _ => pace.met_trouble(now),
        }
    }
}

/// The body of a page; that of another answer is read where it is short, for the connection's sake alone.
async fn body(answer: Answer, limit: u64) -> Result<Body, Mishap> {
    if matches!(answer.status, 200 | 203) {
        return answer.body(limit).await;
    }
    if answer.declared().is_some_and(|length| length <= RINSE) {
        drop(answer.body(RINSE).await);
    }
    Ok(Body {
        bytes: Vec::new(),
        whole: true,
    })
}
