//! When a host may be asked next.

use std::time::Duration;

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use tokio::time::Instant;

/// The pace of one host. Short waits are waited out in its queue; longer ones put it off by our clock.
#[derive(Clone, Debug)]
pub(super) struct Pace {
    /// The least time between the end of a request and the start of the next.
    delay: Duration,
    /// When the last request ended.
    ended: Option<Instant>,
    /// Until when it asked us to wait, where that is soon.
    short_wait: Option<Instant>,
    put_off: Option<PutOff>,
    /// How many requests in a row met with trouble.
    in_a_row: u32,
}

/// A host that is not asked for a while.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct PutOff {
    /// Until when, by our clock.
    pub(super) until: DateTime<Utc>,
    /// Why.
    pub(super) cause: Cause,
}

/// Why a host is put off.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Cause {
    /// It said so, with this status.
    Asked(u16),
    /// So many requests in a row met with trouble.
    Trouble(u32),
}

/// The longest `Crawl-delay` that is heeded.
const LONGEST_DELAY: Duration = Duration::from_secs(60);

/// What is waited out in the queue, rather than failing the visits in it.
const PATIENCE: Duration = Duration::from_secs(30);

/// The longest a server's word puts it off.
const LONGEST_ASKED: Duration = Duration::from_secs(24 * 60 * 60);

/// The first and the longest back-off.
const BACK_OFF: Duration = Duration::from_secs(60);
const LONGEST_BACK_OFF: Duration = Duration::from_secs(60 * 60);

/// Trouble before it counts against the host rather than one of its pages.
const FORGIVEN: u32 = 2;

impl Pace {
    pub(super) fn new(delay: Duration) -> Pace {
        Pace {
            delay,
            ended: None,
            short_wait: None,
            put_off: None,
            in_a_row: 0,
        }
    }

    /// How long to wait before the next request.
    pub(super) fn wait(&self, now: Instant) -> Duration {
        let ready = (self.ended.map(|ended| ended + self.delay)).max(self.short_wait);
        let wait = ready.map(|ready| ready.saturating_duration_since(now));
        wait.unwrap_or_default()
    }

    /// Whether the host is put off, and until when.
    pub(super) fn put_off(&self, now: DateTime<Utc>) -> Option<PutOff> {
        // A clock that was set back must not put a host off for longer than a day.
        let furthest = later(now, LONGEST_ASKED);
        self.put_off
            .filter(|put_off| now < put_off.until && put_off.until <= furthest)
    }

    /// robots.txt asks for this delay between requests; the longer of it and our own holds.
    pub(super) fn crawl_delay(&mut self, delay: Option<Duration>, own: Duration) {
        let asked = delay.unwrap_or_default().min(LONGEST_DELAY);
        self.delay = own.max(asked);
    }

    /// A request has ended, one way or another.
    pub(super) fn ended(&mut self, now: Instant) {
        self.ended = Some(now);
    }

    /// The host answered in good order.
    pub(super) fn answered(&mut self) {
        self.in_a_row = 0;
        self.put_off = None;
    }

    /// The host could not be reached, or had trouble of its own.
    pub(super) fn met_trouble(&mut self, now: DateTime<Utc>) {
        self.in_a_row = self.in_a_row.saturating_add(1);
        if let Some(counts) = self.in_a_row.checked_sub(FORGIVEN).filter(|n| *n > 0) {
            self.put_off = Some(PutOff {
                until: later(now, back_off(counts)),
                cause: Cause::Trouble(self.in_a_row),
            });
        }
    }

    /// The host asked us to wait, with this status and, where it said, for so long.
    pub(super) fn asked_to_wait(
        &mut self,
        status: u16,
        wait: Option<Duration>,
        (now, instant): (DateTime<Utc>, Instant),
    ) {
        let wait = wait.unwrap_or_else(|| back_off(self.in_a_row.saturating_add(1)));
        if wait <= PATIENCE {
            self.short_wait = Some(instant + wait);
            self.met_trouble(now);
            return;
        }
        self.in_a_row = self.in_a_row.saturating_add(1);
        self.put_off = Some(PutOff {
            until: later(now, wait.min(LONGEST_ASKED)),
            cause: Cause::Asked(status),
        });
    }

    /// Whether forgetting this pace would lose nothing.
    pub(super) fn is_idle(&self, now: DateTime<Utc>, instant: Instant) -> bool {
        self.put_off(now).is_none() && self.wait(instant).is_zero()
    }
}

/// The wait after the `nth` trouble that counts: doubling, to an hour.
fn back_off(nth: u32) -> Duration {
    let doubled = 2_u32.saturating_pow(nth.saturating_sub(1));
    BACK_OFF.saturating_mul(doubled).min(LONGEST_BACK_OFF)
}

fn later(now: DateTime<Utc>, wait: Duration) -> DateTime<Utc> {
    TimeDelta::from_std(wait)
        .ok()
        .and_then(|wait| now.checked_add_signed(wait))
        .unwrap_or(DateTime::<Utc>::MAX_UTC)
}

/// What `Retry-After` says (RFC 9110, section 10.2.3): seconds, or a date in one of its three forms.
pub(super) fn retry_after(value: &str, now: DateTime<Utc>) -> Option<Duration> {
    let value = value.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        let seconds = value.parse().unwrap_or(u64::MAX);
        return Some(Duration::from_secs(seconds).min(LONGEST_ASKED));
    }
    let until = date(value)?;
    Some((until - now).to_std().unwrap_or_default())
}

/// A date as HTTP writes it (RFC 9110, section 5.6.7).
fn date(value: &str) -> Option<DateTime<Utc>> {
    [
        "%a, %d %b %Y %H:%M:%S GMT",
        "%A, %d-%b-%y %H:%M:%S GMT",
        "%a %b %e %H:%M:%S %Y",
    ]
    .iter()
    .find_map(|form| NaiveDateTime::parse_from_str(value, form).ok())
    .map(|date| date.and_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn noon() -> DateTime<Utc> {
        "2016-07-06T12:00:00Z".parse().expect("a time")
    }

    fn minutes(pace: &Pace) -> Option<i64> {
        let put_off = pace.put_off(noon())?;
        Some((put_off.until - noon()).num_minutes())
    }

    #[test]
    fn the_delay_runs_from_the_end_of_a_request() {
        let mut pace = Pace::new(3 * SECOND);
        let start = Instant::now();
        assert_eq!(pace.wait(start), Duration::ZERO);
        pace.ended(start + 2 * SECOND);
        assert_eq!(pace.wait(start + 2 * SECOND), 3 * SECOND);
        assert_eq!(pace.wait(start + 4 * SECOND), SECOND);
        assert_eq!(pace.wait(start + 9 * SECOND), Duration::ZERO);
    }

    #[test]
    fn a_crawl_delay_raises_the_delay_but_not_beyond_a_minute() {
        let delay = |asked: Option<Duration>| {
            let mut pace = Pace::new(3 * SECOND);
            pace.crawl_delay(asked, 3 * SECOND);
            pace.delay
        };
        assert_eq!(delay(None), 3 * SECOND);
        assert_eq!(delay(Some(SECOND)), 3 * SECOND);
        assert_eq!(delay(Some(10 * SECOND)), 10 * SECOND);
        assert_eq!(delay(Some(86_400 * SECOND)), 60 * SECOND);
    }

    #[test]
    fn trouble_in_a_row_puts_the_host_off_for_longer_and_longer() {
        let mut pace = Pace::new(SECOND);
        let mut waits = Vec::new();
        for _ in 0..10 {
            pace.met_trouble(noon());
            waits.push(minutes(&pace));
        }
        let expected = [0, 0, 1, 2, 4, 8, 16, 32, 60, 60];
        let expected = expected.map(|wait| (wait > 0).then_some(wait));
        assert_eq!(waits, expected);
        pace.answered();
        assert_eq!(minutes(&pace), None);
        pace.met_trouble(noon());
        assert_eq!(minutes(&pace), None);
    }

    #[test]
    fn a_host_that_asks_for_it_is_put_off_for_a_day_at_most() {
        let put_off = |wait: Option<Duration>| {
            let mut pace = Pace::new(SECOND);
            pace.asked_to_wait(429, wait, (noon(), Instant::now()));
            minutes(&pace)
        };
        assert_eq!(put_off(Some(600 * SECOND)), Some(10));
        assert_eq!(put_off(Some(u32::MAX * SECOND)), Some(24 * 60));
        assert_eq!(put_off(None), Some(1));
    }

    #[test]
    fn a_short_wait_is_waited_out_in_the_queue() {
        let mut pace = Pace::new(SECOND);
        let now = Instant::now();
        pace.asked_to_wait(503, Some(20 * SECOND), (noon(), now));
        assert_eq!(minutes(&pace), None);
        assert_eq!(pace.wait(now), 20 * SECOND);
        pace.ended(now);
        assert_eq!(pace.wait(now), 20 * SECOND);
        // Said again and again, it is trouble like any other.
        for _ in 0..2 {
            pace.asked_to_wait(503, Some(Duration::ZERO), (noon(), now));
        }
        assert_eq!(minutes(&pace), Some(1));
    }

    #[test]
    fn a_host_is_asked_again_when_its_time_has_come_or_the_clock_went_back() {
        let mut pace = Pace::new(SECOND);
        pace.asked_to_wait(429, Some(600 * SECOND), (noon(), Instant::now()));
        assert!(pace.put_off(noon() + TimeDelta::seconds(599)).is_some());
        assert!(pace.put_off(noon() + TimeDelta::seconds(600)).is_none());
        assert!(pace.put_off(noon() - TimeDelta::days(400)).is_none());
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let says = |value: &str| retry_after(value, noon()).map(|wait| wait.as_secs());
        assert_eq!(says("120"), Some(120));
        assert_eq!(says(" 0 "), Some(0));
        assert_eq!(says("99999999999999999999999"), Some(86_400));
        assert_eq!(says("Wed, 06 Jul 2016 12:10:00 GMT"), Some(600));
        assert_eq!(says("Wednesday, 06-Jul-16 12:10:00 GMT"), Some(600));
        assert_eq!(says("Wed Jul  6 12:10:00 2016"), Some(600));
        assert_eq!(says("Wed, 06 Jul 2016 11:00:00 GMT"), Some(0));
        assert_eq!(says("-5"), None);
        assert_eq!(says("soon"), None);
        assert_eq!(says(""), None);
    }
}
