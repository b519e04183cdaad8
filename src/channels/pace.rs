//! How fast Discord may be asked, and when not at all.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use serde_json::Value;
use tokio::time::Instant;

use crate::channels::Refusal;
use crate::model::Destination;
use crate::wire::api::{Answer, Method};

/// The wait where Discord says "too many" without saying for how long.
const UNSAID: Duration = Duration::from_secs(60);

/// The longest wait that is believed.
const LONGEST: Duration = Duration::from_secs(15 * 60);

/// Discord bans an address after 10,000 invalid requests in ten minutes; we stop long before.
/// <https://discord.com/developers/docs/topics/rate-limits#invalid-request-limit-aka-cloudflare-bans>
const MOST_INVALID: usize = 50;
const INVALID_WITHIN: Duration = Duration::from_secs(10 * 60);

/// How soon somebody asks again about what only a restart repairs.
pub(super) const UNTIL_RESTART: Duration = Duration::from_secs(60 * 60);

/// What Discord's answers so far allow.
#[derive(Debug, Default)]
pub(super) struct Pace {
    off: Option<String>,
    all_until: Option<(Instant, String)>,
    until: BTreeMap<(Destination, Method), Instant>,
    buckets: BTreeMap<(Destination, Method), Bucket>,
    invalid: VecDeque<Instant>,
    /// Until when nothing is asked because too much was refused.
    broken_until: Option<Instant>,
}

/// How many requests of one sort Discord takes in a while, as far as its answers told.
#[derive(Debug)]
struct Bucket {
    /// So many in all.
    limit: u32,
    /// So many are left. Counted down with each request: its answer may never come.
    left: u32,
    /// When one more is taken at least.
    more_at: Instant,
    /// Whether answers tell how many are left, so that nothing need be guessed.
    told: bool,
    /// How long it takes from none to all: the longest time that was seen.
    within: Duration,
    /// When the last requests were taken at the latest: when they were made, as long as nothing came of them.
    made: VecDeque<Instant>,
}

impl Bucket {
    /// How long a request counts, with some time to spare.
    fn span(&self) -> Duration {
        self.within.mul_f64(1.05)
    }

    /// Counts a request; when the next one may be made, where this was the last for now.
    fn spend(&mut self, now: Instant) -> Option<Instant> {
        let span = self.span();
        while self.made.front().is_some_and(|made| *made + span <= now) {
            self.made.pop_front();
        }
        if self.more_at <= now {
            // Some channels give all back at once, some one after the other. The answer to the first one tells which; where
            // answers do not, what was made within the time still counts.
            let counting = u32::try_from(self.made.len()).unwrap_or(u32::MAX);
            self.left = match self.told {
                true => 1,
                false => self.limit.saturating_sub(counting).max(1),
            };
            self.more_at = now + span;
        }
        self.made.push_back(now);
        self.left = self.left.saturating_sub(1);
        self.full_until()
    }

    /// Something came of the last request, which may have been taken as late as now.
    fn answered(&mut self, now: Instant) -> Option<Instant> {
        *self.made.back_mut()? = now;
        self.full_until()
    }

    /// When the next request may be made, where none is left.
    fn full_until(&self) -> Option<Instant> {
        let limit = self.limit as usize;
        let first = self.made.len().checked_sub(limit).map(|at| self.made[at]);
        (self.left == 0).then(|| first.map_or(self.more_at, |first| first + self.span()))
    }
}

/// Why nothing is asked after too many refusals.
fn too_many() -> String {
    format!(
        "Discord refused more than {MOST_INVALID} requests in ten minutes, and would shut this machine out after 10,000; nothing is asked of it for ten minutes"
    )
}

impl Pace {
    /// Why nothing may be asked of this destination now, if so.
    pub(super) fn forbids(
        &self,
        to: &Destination,
        method: Method,
        now: Instant,
    ) -> Option<Refusal> {
        if let Some(why) = &self.off {
            return Some(Refusal::Later(UNTIL_RESTART, why.clone()));
        }
        if let Some((left, why)) = self.breaker(now) {
            return Some(Refusal::Later(left, why));
        }
        if let Some((until, why)) = &self.all_until
            && *until > now
        {
            return Some(Refusal::Later(*until - now, why.clone()));
        }
        let until = *self.until.get(&(to.clone(), method))?;
        (until > now).then(|| {
            let why = format!("Discord asks for a pause before the next message to {to}");
            Refusal::Later(until - now, why)
        })
    }

    /// Counts a request that is about to be made. Where it is the last one that Discord takes for now, the next one waits,
    /// whether its answer comes or not.
    pub(super) fn spend(&mut self, to: &Destination, method: Method, now: Instant) {
        let key = (to.clone(), method);
        let bucket = self.buckets.get_mut(&key);
        if let Some(until) = bucket.and_then(|bucket| bucket.spend(now)) {
            self.until.insert(key, until);
        }
    }

    /// Notes that something came of the last request, if only the end of its connection. It was slow to arrive, or its
    /// answer was: it counts from now on.
    pub(super) fn answered(&mut self, to: &Destination, method: Method, now: Instant) {
        let key = (to.clone(), method);
        let bucket = self.buckets.get_mut(&key);
        if let Some(until) = bucket.and_then(|bucket| bucket.answered(now)) {
            self.until.insert(key, until);
        }
    }

    /// Learns from an answer: its limits, and whether it counts as invalid.
    pub(super) fn learn(
        &mut self,
        to: &Destination,
        method: Method,
        answer: &Answer,
        now: Instant,
    ) {
        self.learn_limit(to, method, answer, now);
        if answer.status == 429 {
            let until = now + pause(answer);
            if is_global(answer) {
                let why = "Discord asks for a pause from all of its channels".to_owned();
                self.all_until = Some((until, why));
            } else {
                self.until.insert((to.clone(), method), until);
            }
        }
        self.count(answer, now);
    }

    /// Learns how many requests are taken in how long. A refusal tells it where no other answer does.
    fn learn_limit(&mut self, to: &Destination, method: Method, answer: &Answer, now: Instant) {
        let number = |name: &str| answer.header(name)?.trim().parse::<u32>().ok();
        let refused = answer.status == 429;
        let shared = refused && (is_global(answer) || is_shared(answer));
        let left = number("x-ratelimit-remaining").or(refused.then_some(0));
        let resets = answer.header("x-ratelimit-reset-after").and_then(seconds);
        let resets = resets.or(refused.then(|| pause(answer)));
        let (Some(left), Some(resets), false) = (left, resets, shared) else {
            return;
        };
        let key = (to.clone(), method);
        if left == 0 {
            self.until.insert(key.clone(), now + resets);
        } else {
            self.until.remove(&key);
        }
        let known = self.buckets.remove(&key);
        let limit = number("x-ratelimit-limit").or(known.as_ref().map(|known| known.limit));
        let Some(limit) = limit.filter(|limit| *limit > 0) else {
            return;
        };
        // A refusal may want a longer pause than it takes from none to all.
        let resets_in = if refused { resets.min(UNSAID) } else { resets };
        let (within, told, made) = match known {
            Some(known) => (known.within.max(resets_in), known.told, known.made),
            None => (resets_in, false, VecDeque::new()),
        };
        let bucket = Bucket {
            limit,
            left,
            more_at: now + resets,
            told: told || !refused,
            within,
            made,
        };
        self.buckets.insert(key, bucket);
    }

    /// Counts an answer that Discord may count as an invalid request. It does not count 404, but no channel answers that
    /// again and again to a program that behaves.
    pub(super) fn count(&mut self, answer: &Answer, now: Instant) {
        if matches!(answer.status, 401 | 403 | 404 | 429) && !is_shared(answer) {
            self.count_invalid(now);
        }
    }

    /// For how much longer nothing is asked after too many refusals, and why.
    pub(super) fn breaker(&self, now: Instant) -> Option<(Duration, String)> {
        let until = self.broken_until.filter(|until| *until > now)?;
        Some((until - now, too_many()))
    }

    /// Takes up what is known from before the program started; refusals count as if they were of this moment.
    pub(super) fn recall(&mut self, refused: usize, held: Option<Duration>, now: Instant) {
        let refused = refused.saturating_sub(self.invalid.len());
        self.invalid
            .extend(std::iter::repeat_n(now, refused.min(MOST_INVALID)));
        let held = held.map(|held| now + held.min(INVALID_WITHIN));
        self.broken_until = self.broken_until.max(held);
    }

    /// Nothing more is asked of Discord until the program starts again.
    pub(super) fn switch_off(&mut self, why: &str) {
        self.off = Some(why.to_owned());
    }

    fn count_invalid(&mut self, now: Instant) {
        self.invalid.push_back(now);
        while self
            .invalid
            .front()
            .is_some_and(|first| now.duration_since(*first) > INVALID_WITHIN)
        {
            self.invalid.pop_front();
        }
        if self.invalid.len() > MOST_INVALID {
            self.invalid.clear();
            self.broken_until = Some(now + INVALID_WITHIN);
            tracing::error!("{}", too_many());
        }
    }
}

/// How long an answer 429 asks to wait.
pub(super) fn pause(answer: &Answer) -> Duration {
    let said = match answer.header("retry-after") {
        Some(header) => seconds(header),
        None => answer
            .json()
            .and_then(|body| body.get("retry_after").map(Value::to_string))
            .and_then(|number| seconds(&number)),
    };
    said.unwrap_or(UNSAID)
}

/// A count of seconds such as "2" or "0.25", at most 15 minutes; `None` where it is no number.
fn seconds(text: &str) -> Option<Duration> {
    let number: f64 = text.trim().parse().ok()?;
    let number = number.is_finite().then(|| number.max(0.0))?;
    Some(Duration::from_secs_f64(number.min(LONGEST.as_secs_f64())))
}

/// Whether others used up what is refused here.
fn is_shared(answer: &Answer) -> bool {
    answer.header("x-ratelimit-scope") == Some("shared")
}

/// Whether an answer 429 speaks for every channel. One without JSON comes from Cloudflare and is meant for our address.
fn is_global(answer: &Answer) -> bool {
    answer.header("x-ratelimit-global") == Some("true")
        || answer.header("x-ratelimit-scope") == Some("global")
        || answer
            .json()
            .is_none_or(|body| body.get("global") == Some(&Value::Bool(true)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Answer {
        Answer {
            status,
            headers: headers
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            body: body.into(),
            whole: true,
        }
    }

    #[track_caller]
    fn waits(headers: &[(&str, &str)], body: &str, expected: f64) {
        let answer = answer(429, headers, body);
        assert_eq!(pause(&answer), Duration::from_secs_f64(expected));
    }

    #[test]
    fn a_pause_is_a_number_of_seconds_or_else_a_minute() {
        waits(&[("retry-after", "2")], "{}", 2.0);
        waits(&[("retry-after", "0.25")], "{}", 0.25);
        waits(&[("retry-after", "86400")], "{}", 900.0);
        waits(&[("retry-after", "-3")], "{}", 0.0);
        for garbage in ["soon", "", "NaN", "inf", "Sat, 21 Nov 2026 20:00:00 GMT"] {
            waits(&[("retry-after", garbage)], r#"{"retry_after": 1}"#, 60.0);
        }
        waits(&[], r#"{"retry_after": 1.5}"#, 1.5);
        waits(&[], r#"{"retry_after": "x"}"#, 60.0);
        waits(&[], "<html>", 60.0);
    }

    #[tokio::test]
    async fn a_full_bucket_holds_up_its_own_channel_only() {
        let (here, there, now) = (
            Destination::Discord(1),
            Destination::Discord(2),
            Instant::now(),
        );
        let mut pace = Pace::default();
        let full = answer(
            200,
            &[
                ("x-ratelimit-remaining", "0"),
                ("x-ratelimit-reset-after", "1.5"),
            ],
            "{}",
        );
        pace.learn(&here, Method::Post, &full, now);
        assert!(pace.forbids(&here, Method::Post, now).is_some());
        assert_eq!(pace.forbids(&here, Method::Get, now), None);
        assert_eq!(pace.forbids(&there, Method::Post, now), None);
        let after = now + Duration::from_millis(1500);
        assert_eq!(pace.forbids(&here, Method::Post, after), None);
    }

    /// How many requests in a row are allowed now, of which no answer comes.
    fn unanswered(pace: &mut Pace, to: &Destination, now: Instant) -> usize {
        let mut made = 0;
        while pace.forbids(to, Method::Post, now).is_none() && made < 100 {
            pace.spend(to, Method::Post, now);
            made += 1;
        }
        made
    }

    #[tokio::test]
    async fn requests_without_an_answer_are_counted() {
        let (to, start) = (Destination::Discord(1), Instant::now());
        let mut pace = Pace::default();
        assert_eq!(unanswered(&mut pace, &to, start), 100, "nothing is known");
        let limits = [
            ("x-ratelimit-limit", "5"),
            ("x-ratelimit-remaining", "3"),
            ("x-ratelimit-reset-after", "2"),
        ];
        pace.learn(&to, Method::Post, &answer(200, &limits, "{}"), start);
        assert_eq!(unanswered(&mut pace, &to, start), 3);
        let soon = start + Duration::from_secs(1);
        assert!(pace.forbids(&to, Method::Post, soon).is_some());
        assert!(pace.forbids(&to, Method::Patch, soon).is_none());
        let later = start + Duration::from_secs(3);
        assert_eq!(unanswered(&mut pace, &to, later), 1, "its answer tells");
        let much_later = later + Duration::from_secs(3);
        assert_eq!(unanswered(&mut pace, &to, much_later), 1);
        // What an answer says counts more than what we counted.
        pace.learn(&to, Method::Post, &answer(200, &limits, "{}"), later);
        assert_eq!(unanswered(&mut pace, &to, later), 3);
    }

    #[tokio::test]
    async fn a_request_that_was_slow_to_arrive_counts_from_its_answer() {
        let (to, start) = (Destination::Discord(1), Instant::now());
        let refusal = [("x-ratelimit-limit", "2"), ("retry-after", "2")];
        let refusal = answer(429, &refusal, r#"{"global": false}"#);
        for slow in [0, 500, 1900] {
            let mut pace = Pace::default();
            pace.learn(&to, Method::Post, &refusal, start);
            let made = start + Duration::from_secs(2);
            let arrived = made + Duration::from_millis(slow);
            for _ in 0..2 {
                pace.spend(&to, Method::Post, made);
                pace.answered(&to, Method::Post, arrived);
            }
            let full = arrived + Duration::from_millis(2050);
            assert_eq!(unanswered(&mut pace, &to, full), 0, "{slow} ms");
            let free = arrived + Duration::from_millis(2150);
            assert_eq!(unanswered(&mut pace, &to, free), 2, "{slow} ms");
        }
    }

    #[tokio::test]
    async fn the_pace_is_learned_from_refusals_where_no_other_answer_tells_it() {
        let (to, start) = (Destination::Discord(1), Instant::now());
        let mut pace = Pace::default();
        let refusal = answer(
            429,
            &[("x-ratelimit-limit", "5"), ("retry-after", "2")],
            r#"{"retry_after": 2, "global": false}"#,
        );
        pace.learn(&to, Method::Post, &refusal, start);
        assert_eq!(unanswered(&mut pace, &to, start), 0);
        for seconds in [2, 5, 8] {
            let now = start + Duration::from_secs(seconds);
            assert_eq!(unanswered(&mut pace, &to, now), 5, "after {seconds} s");
        }
    }

    #[tokio::test]
    async fn a_global_pause_holds_up_every_channel() {
        let (here, there, now) = (
            Destination::Discord(1),
            Destination::Discord(2),
            Instant::now(),
        );
        for global in [
            answer(429, &[("retry-after", "3")], r#"{"global": true}"#),
            answer(
                429,
                &[("retry-after", "3"), ("x-ratelimit-global", "true")],
                "{}",
            ),
            answer(429, &[("retry-after", "3")], "<html>error 1015</html>"),
        ] {
            let mut pace = Pace::default();
            pace.learn(&here, Method::Post, &global, now);
            let refusal = pace.forbids(&there, Method::Post, now);
            assert!(
                matches!(refusal, Some(Refusal::Later(wait, _)) if wait == Duration::from_secs(3))
            );
        }
    }

    #[tokio::test]
    async fn too_many_refusals_stop_all_traffic_for_ten_minutes() {
        let (to, start) = (Destination::Discord(1), Instant::now());
        let mut pace = Pace::default();
        let refused = answer(403, &[], r#"{"code": 50013}"#);
        let shared = answer(
            429,
            &[("retry-after", "0"), ("x-ratelimit-scope", "shared")],
            "{}",
        );
        for count in 0..MOST_INVALID {
            let now = start + Duration::from_secs(count as u64);
            pace.learn(&to, Method::Post, &refused, now);
            pace.learn(&to, Method::Post, &shared, now);
            assert_eq!(pace.forbids(&to, Method::Get, now), None);
        }
        let now = start + Duration::from_secs(51);
        pace.learn(&to, Method::Post, &refused, now);
        assert!(pace.forbids(&to, Method::Get, now).is_some());
        assert_eq!(pace.forbids(&to, Method::Get, now + INVALID_WITHIN), None);
    }

    #[tokio::test]
    async fn refusals_spread_over_hours_stop_nothing() {
        let (to, start) = (Destination::Discord(1), Instant::now());
        let mut pace = Pace::default();
        let refused = answer(403, &[], r#"{"code": 50013}"#);
        for count in 0..500 {
            let now = start + Duration::from_secs(count * 30);
            pace.learn(&to, Method::Post, &refused, now);
            assert_eq!(pace.forbids(&to, Method::Post, now), None);
        }
    }
}
