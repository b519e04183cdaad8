//! How many visits are under way at once: what they bring waits in memory for the one lane.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use url::Url;

use crate::fetch;

/// To one host, which is asked one thing at a time: while one visit asks, others are read, compared and stored.
const AT_A_HOST: usize = 3;
/// To all hosts together.
const IN_ALL: usize = 600;

/// The visits under way, and those that wait until they may begin.
pub(super) struct Queues {
    hosts: Mutex<HashMap<String, Arc<Host>>>,
    all: Arc<Semaphore>,
}

/// The visits to one host.
struct Host {
    places: Arc<Semaphore>,
    waiting: AtomicUsize,
}

/// One that has not begun.
struct Waiting<'a>(&'a AtomicUsize);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Leave to make one visit; the next one begins when it is dropped.
pub struct Slot {
    _host: OwnedSemaphorePermit,
    _one: OwnedSemaphorePermit,
}

impl Default for Queues {
    fn default() -> Queues {
        Queues {
            hosts: Mutex::default(),
            all: Arc::new(Semaphore::new(IN_ALL)),
        }
    }
}

impl Queues {
    /// Waits until one more visit to this address may begin: first come, first served. A visit under way asks for no other.
    pub(super) async fn begin(&self, to: &Url) -> Slot {
        let host = self.host(to);
        host.waiting.fetch_add(1, Ordering::Relaxed);
        let waiting = Waiting(&host.waiting);
        // The host first: whoever waits for a slow one is in nobody else's way.
        let place = place_in(&host.places).await;
        let one = place_in(&self.all).await;
        drop(waiting);
        Slot {
            _host: place,
            _one: one,
        }
    }

    /// How many visits have not begun, over all hosts, and to the host to which most go.
    pub(super) fn waiting(&self) -> (usize, usize) {
        let hosts = self.hosts();
        let waiting = hosts
            .values()
            .map(|host| host.waiting.load(Ordering::Relaxed));
        waiting.fold((0, 0), |(all, most), one| (all + one, most.max(one)))
    }

    fn host(&self, url: &Url) -> Arc<Host> {
        let name = fetch::host_of(url);
        let new = || Host {
            places: Arc::new(Semaphore::new(AT_A_HOST)),
            waiting: AtomicUsize::new(0),
        };
        let mut hosts = self.hosts();
        hosts.entry(name).or_insert_with(|| Arc::new(new())).clone()
    }

    fn hosts(&self) -> MutexGuard<'_, HashMap<String, Arc<Host>>> {
        self.hosts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn place_in(places: &Arc<Semaphore>) -> OwnedSemaphorePermit {
    let place = places.clone().acquire_owned().await;
    place.expect("places are never closed")
}

#[cfg(test)]
mod tests {
    use std::future::{Future, poll_fn};
    use std::pin::pin;
    use std::task::Poll;

    use super::*;

    async fn has_to_wait(queues: &Queues, to: &Url) -> bool {
        // Without its leave to run on, a task that asks very often is told to wait now and then.
        let mut begun = pin!(tokio::task::unconstrained(queues.begin(to)));
        poll_fn(|context| Poll::Ready(begun.as_mut().poll(context).is_pending())).await
    }

    fn host(n: usize) -> Url {
        format!("https://h{n}.uk/").parse().expect("an address")
    }

    #[tokio::test]
    async fn a_host_with_many_pages_keeps_none_of_another_waiting() {
        let queues = Queues::default();
        let mut under_way = Vec::new();
        for _ in 0..AT_A_HOST {
            assert!(!has_to_wait(&queues, &host(1)).await);
            under_way.push(queues.begin(&host(1)).await);
        }
        assert!(has_to_wait(&queues, &host(1)).await);
        // Whoever gives up waits no more.
        assert_eq!(queues.waiting(), (0, 0));
        let to = host(1);
        let mut waits = pin!(queues.begin(&to));
        let still = poll_fn(|context| Poll::Ready(waits.as_mut().poll(context).is_pending()));
        assert!(still.await);
        assert_eq!(queues.waiting(), (1, 1));
        assert!(!has_to_wait(&queues, &host(2)).await);
        under_way.pop();
        drop(waits.await);
        assert_eq!(queues.waiting(), (0, 0));
    }

    #[tokio::test]
    async fn there_are_never_more_than_so_many_in_all() {
        let queues = Queues::default();
        let mut under_way = Vec::new();
        for n in 0..IN_ALL {
            under_way.push(queues.begin(&host(n)).await);
        }
        assert!(has_to_wait(&queues, &host(IN_ALL)).await);
        under_way.pop();
        assert!(!has_to_wait(&queues, &host(IN_ALL)).await);
    }
}
