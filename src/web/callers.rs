//! How often one address may ask.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How many addresses are remembered at most.
const MOST: usize = 10_000;
/// In which time a whole allowance comes back.
const WINDOW: Duration = Duration::from_secs(60);

/// Who asked, and how much each of them may ask yet.
#[derive(Clone, Default)]
pub(super) struct Callers {
    buckets: Arc<Mutex<HashMap<IpAddr, Bucket>>>,
}

/// What one address may ask yet.
#[derive(Clone, Copy)]
struct Bucket {
    left: f64,
    at: Instant,
}

/// What becomes of one question.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Allowance {
    /// Whether it may be asked.
    pub(super) granted: bool,
    /// How many may be asked in a minute.
    pub(super) of: u32,
    /// How many may be asked at once now.
    pub(super) left: u32,
    /// In how many seconds one more may be asked, where none is left; else until all may be.
    pub(super) wait: u64,
}

impl Callers {
    /// Counts one question from this address, where each may ask so many in a minute.
    pub(super) fn ask(&self, from: IpAddr, a_minute: u32, now: Instant) -> Allowance {
        let all = f64::from(a_minute.max(1));
        let pace = all / WINDOW.as_secs_f64();
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= MOST {
            make_room(&mut buckets, now);
        }
        let bucket = buckets
            .entry(network(from))
            .or_insert(Bucket { left: all, at: now });
        let since = now.saturating_duration_since(bucket.at).as_secs_f64();
        bucket.left = (bucket.left + since * pace).min(all);
        bucket.at = now;
        let granted = bucket.left >= 1.0;
        if granted {
            bucket.left -= 1.0;
        }
        let lacking = match granted {
            true => all - bucket.left,
            false => 1.0 - bucket.left,
        };
        Allowance {
            granted,
            of: a_minute.max(1),
            left: bucket.left as u32,
            wait: (lacking / pace).ceil() as u64,
        }
    }
}

/// Forgets who asked nothing for so long that they may ask everything; where that is nobody, who asked longest ago.
fn make_room(buckets: &mut HashMap<IpAddr, Bucket>, now: Instant) {
    buckets.retain(|_, bucket| now.saturating_duration_since(bucket.at) < WINDOW);
    if buckets.len() >= MOST {
        let oldest = buckets.iter().min_by_key(|(_, bucket)| bucket.at);
        if let Some(address) = oldest.map(|(address, _)| *address) {
            buckets.remove(&address);
        }
    }
}

/// The network of one household: whoever has one address of IPv6 has a /64 of them.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(six) => {
            let [a, b, c, d, ..] = six.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        four => four,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn whoever_asks_too_often_is_told_when_to_come_back() {
        let (callers, start) = (Callers::default(), Instant::now());
        let me = address("192.0.2.1");
        for left in [1, 0] {
            let allowance = callers.ask(me, 2, start);
            assert!(allowance.granted);
            assert_eq!(allowance.left, left);
        }
        let refused = callers.ask(me, 2, start);
        assert!(!refused.granted);
        assert_eq!(refused.wait, 30);
        assert!(callers.ask(address("192.0.2.2"), 2, start).granted);
        let later = start + Duration::from_secs(30);
        assert!(callers.ask(me, 2, later).granted);
        assert!(!callers.ask(me, 2, later).granted);
    }

    #[test]
    fn a_network_of_ipv6_is_one_caller() {
        let (callers, now) = (Callers::default(), Instant::now());
        assert!(callers.ask(address("2001:db8::1"), 1, now).granted);
        assert!(!callers.ask(address("2001:db8::ffff:2"), 1, now).granted);
        assert!(callers.ask(address("2001:db8:0:1::1"), 1, now).granted);
        assert!(callers.ask(address("192.0.2.1"), 1, now).granted);
        assert!(!callers.ask(address("::ffff:192.0.2.1"), 1, now).granted);
    }

    #[test]
    fn no_more_than_so_many_are_remembered() {
        let (callers, now) = (Callers::default(), Instant::now());
        for number in 0..(MOST as u32 + 50) {
            callers.ask(IpAddr::V4(number.into()), 1, now);
        }
        assert!(callers.buckets.lock().expect("whole").len() <= MOST);
    }
}
