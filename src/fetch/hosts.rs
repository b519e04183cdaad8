//! The hosts we know, each with one queue.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Mutex as Queue, OwnedMutexGuard};
use tokio::time::Instant;
use url::Url;

use crate::clock::Clock;
use crate::fetch::pace::{Pace, PutOff};
use crate::fetch::rules::Kept;

/// All hosts that were asked, by name and port.
pub(super) struct Hosts {
    table: Mutex<HashMap<String, Arc<Host>>>,
    delay: Duration,
}

/// One host.
pub(super) struct Host {
    /// Held by whoever is asking it; first come, first served.
    queue: Arc<Queue<()>>,
    waiting: AtomicUsize,
    pace: Mutex<Pace>,
    delay: Duration,
    /// What its robots.txt says, over http and over https. Held while it is being fetched, never by who holds the queue.
    pub(super) robots: [Queue<Option<Kept>>; 2],
}

/// The turn to ask a host one thing. The delay before the next begins when it is dropped.
pub(super) struct Turn {
    host: Arc<Host>,
    _queue: OwnedMutexGuard<()>,
}

/// From this many hosts on, those with nothing to remember are forgotten.
const MANY: usize = 20_000;

impl Hosts {
    pub(super) fn new(delay: Duration) -> Hosts {
        let table = Mutex::default();
        Hosts { table, delay }
    }

    /// The host of this URL.
    pub(super) fn of(&self, url: &Url, clock: &Clock) -> Arc<Host> {
        let mut table = self.table.lock().unwrap_or_else(PoisonError::into_inner);
        let key = name(url);
        if let Some(host) = table.get(&key) {
            return host.clone();
        }
        if table.len() >= MANY {
            let (now, instant) = (clock.now(), Instant::now());
            table.retain(|_, host| {
                Arc::strong_count(host) > 1 || !host.pace().is_idle(now, instant)
            });
        }
        let host = Arc::new(Host {
            queue: Arc::default(),
            waiting: AtomicUsize::new(0),
            pace: Mutex::new(Pace::new(self.delay)),
            delay: self.delay,
            robots: [Queue::default(), Queue::default()],
        });
        table.insert(key, host.clone());
        host
    }

    /// How many requests wait for the turn of their host, over all hosts, and at the host where most do.
    pub(super) fn queues(&self) -> (usize, usize) {
        let table = self.table.lock().unwrap_or_else(PoisonError::into_inner);
        let waiting = table
            .values()
            .map(|host| host.waiting.load(Ordering::Relaxed));
        waiting.fold((0, 0), |(all, most), one| (all + one, most.max(one)))
    }
}

/// Somebody who waits for the turn of a host.
struct Waiting<'a>(&'a AtomicUsize);

impl Waiting<'_> {
    fn at(host: &Host) -> Waiting<'_> {
        host.waiting.fetch_add(1, Ordering::Relaxed);
        Waiting(&host.waiting)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Host {
    /// Waits for the turn to ask.
    ///
    /// # Errors
    /// At once where the host is put off.
    pub(super) async fn turn(self: Arc<Host>, clock: &Clock) -> Result<Turn, PutOff> {
        self.ready(clock)?;
        let waiting = Waiting::at(&self);
        let queue = self.queue.clone().lock_owned().await;
        loop {
            self.ready(clock)?;
            let wait = self.pace().wait(Instant::now());
            if wait.is_zero() {
                break;
            }
            tokio::time::sleep(wait).await;
        }
        drop(waiting);
        let host = self;
        Ok(Turn {
            host,
            _queue: queue,
        })
    }

    /// Takes robots.txt's word for the delay.
    pub(super) fn crawl_delay(&self, delay: Option<Duration>) {
        self.pace().crawl_delay(delay, self.delay);
    }

    fn ready(&self, clock: &Clock) -> Result<(), PutOff> {
        self.pace().put_off(clock.now()).map_or(Ok(()), Err)
    }

    fn pace(&self) -> MutexGuard<'_, Pace> {
        self.pace.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Turn {
    /// The pace of the host whose turn it is.
    pub(super) fn pace(&self) -> MutexGuard<'_, Pace> {
        self.host.pace()
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.host.pace().ended(Instant::now());
    }
}

/// A host as people write it, with its port where that is not the usual one.
pub(super) fn name(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default().trim_end_matches('.');
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).expect("a URL")
    }

    #[test]
    fn a_host_is_its_name_whatever_the_scheme() {
        assert_eq!(name(&url("https://NHS.uk/a?b")), "nhs.uk");
        assert_eq!(name(&url("http://nhs.uk.:80/")), "nhs.uk");
        assert_eq!(name(&url("http://127.0.0.1:8080/")), "127.0.0.1:8080");
    }

    #[test]
    fn hosts_with_nothing_to_remember_are_forgotten_when_there_are_many() {
        let hosts = Hosts::new(Duration::ZERO);
        let clock = Clock::at("2016-07-06T12:00:00Z".parse().expect("a time"));
        let held = hosts.of(&url("http://held.example/"), &clock);
        let put_off = hosts.of(&url("http://put-off.example/"), &clock);
        let at = (clock.now(), Instant::now());
        (put_off.pace()).asked_to_wait(429, None, at);
        drop(put_off);
        for n in 0..3 * MANY {
            hosts.of(&url(&format!("http://h{n}.example/")), &clock);
        }
        let table = hosts.table.lock().expect("no thread panicked");
        assert!(table.len() <= MANY);
        assert!(Arc::ptr_eq(&table["held.example"], &held));
        assert!(table.contains_key("put-off.example"));
    }
}
