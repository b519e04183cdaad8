//! Why a visit brought no page, as a failure with its sentence.

use std::time::Duration;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use url::Url;

use crate::fetch::coding::Fault;
use crate::fetch::hosts;
use crate::fetch::pace::{Cause, PutOff};
use crate::model::{Failure, FailureKind, Hop};
use crate::wire::{self, Mishap};

/// No answer, or not the whole of it.
pub(super) fn mishap(url: &Url, mishap: &Mishap) -> Failure {
    let host = hosts::name(url);
    let (kind, why) = match mishap {
        Mishap::Refused(why) => (
            FailureKind::RefusedAddress,
            format!("{host} was not visited: {why}"),
        ),
        Mishap::NoAddress(why) => (FailureKind::Dns, format!("{host} has no address ({why})")),
        Mishap::NotConnected(why) => (
            FailureKind::Connect,
            format!("{host} could not be reached ({why})"),
        ),
        Mishap::NotTrusted(why) => (
            FailureKind::Tls,
            format!("no trusted connection to {host} could be made ({why})"),
        ),
        Mishap::ConnectTimeout(_) => (
            FailureKind::Timeout,
            format!("{host} could not be reached ({mishap})"),
        ),
        Mishap::AnswerTimeout(seconds) => (
            FailureKind::Timeout,
            format!("{host} did not begin to answer within {seconds} s"),
        ),
        Mishap::Cut(why) => (
            FailureKind::Connect,
            format!("the answer of {host} was cut off or is not HTTP ({why})"),
        ),
    };
    Failure::new(kind, why)
}

/// The visit took too long as a whole.
pub(super) fn too_slow(url: &Url, whole: Duration) -> Failure {
    let host = hosts::name(url);
    let why = format!(
        "the answer of {host} was not complete within {} s",
        whole.as_secs()
    );
    Failure::new(FailureKind::Timeout, why)
}

/// The host was not asked, as it is put off.
pub(super) fn put_off(url: &Url, put_off: PutOff, now: DateTime<Utc>, zone: Tz) -> Failure {
    let host = hosts::name(url);
    let (until, now) = (put_off.until.with_timezone(&zone), now.with_timezone(&zone));
    let until = match until.date_naive() == now.date_naive() {
        true => until.format("%H:%M"),
        false => until.format("%H:%M on %-d %B"),
    };
    match put_off.cause {
        Cause::Asked(429) => Failure::new(
            FailureKind::Blocked,
            format!("{host} asked us to wait until {until}"),
        ),
        Cause::Asked(_) => Failure::new(
            FailureKind::Unavailable,
            format!("{host} asked us to wait until {until}"),
        ),
        Cause::Trouble(times) => Failure::new(
            FailureKind::Unavailable,
            format!("{host} failed {times} times in a row and is not asked again before {until}"),
        ),
    }
}

/// The host was not asked, as another process may be asking it.
pub(super) fn taken_over(url: &Url) -> Failure {
    let host = hosts::name(url);
    Failure::new(
        FailureKind::Unavailable,
        format!("{host} is visited by another process, as this one gave no sign of life"),
    )
}

/// The body is longer than allowed.
pub(super) fn too_large(url: &Url, limit: u64) -> Failure {
    let why =
        format!("{url} is longer than {limit} bytes, as sent or decoded; `max_body` raises that");
    Failure::new(FailureKind::TooLarge, why)
}

/// The body cannot be decoded.
pub(super) fn undecoded(url: &Url, fault: &Fault, limit: u64) -> Failure {
    match fault {
        Fault::TooLong => too_large(url, limit),
        Fault::Unknown(_) | Fault::Damaged(_) => {
            let why = format!("the body of {url} cannot be decoded: {fault}");
            Failure::new(FailureKind::Unreadable, why)
        }
    }
}

/// robots.txt forbids the address.
pub(super) fn forbidden(url: &Url) -> Failure {
    let why = format!("robots.txt of {} forbids {url}{IGNORE}", hosts::name(url));
    Failure::new(FailureKind::Robots, why)
}

/// robots.txt could not be read, which forbids everything (RFC 9309, section 2.3.1.4).
pub(super) fn closed(url: &Url, why: &str) -> Failure {
    let why = format!(
        "robots.txt of {} could not be read ({why}), so nothing there is visited for now{IGNORE}",
        hosts::name(url)
    );
    Failure::new(FailureKind::Robots, why)
}

const IGNORE: &str = "; `ignore_robots = true` on the watch visits all the same";

/// Too many redirects, or a circle of them.
pub(super) fn redirects(start: &Url, hops: &[Hop], to: &Url) -> Failure {
    let circle = hops.iter().any(|hop| hop.url == *to);
    let why = match circle {
        true => format!(
            "{start} leads in a circle back to {to}, as some sites do with visitors that keep no cookies"
        ),
        false => format!("{start} redirects more than {} times", hops.len() - 1),
    };
    Failure::new(FailureKind::RedirectLoop, why)
}

/// An answer that is no page, judged by its header alone; nothing for 200 and 203, unless it is a challenge.
pub(super) fn answer(hop: &Hop) -> Option<Failure> {
    let (url, host, said) = (&hop.url, hosts::name(&hop.url), wire::phrase(hop.status));
    if let Some(field) = challenge(hop) {
        let why = format!(
            "{host} answered {said} with a challenge for browsers instead of {url} (`{field}`)"
        );
        return Some(Failure::new(FailureKind::Blocked, why));
    }
    let (kind, why) = match hop.status {
        200 | 203 => return None,
        401 | 403 | 405 | 406 | 429 | 451 => (
            FailureKind::Blocked,
            format!("{host} refuses to show this visitor {url} ({said})"),
        ),
        404 | 410 => (
            FailureKind::NotFound,
            format!("{url} is not there ({said})"),
        ),
        500..=599 => (
            FailureKind::Unavailable,
            format!("{host} has trouble and cannot show {url} ({said})"),
        ),
        _ => (
            FailureKind::HttpStatus,
            format!("{host} answered {said} to {url}, which is not a page"),
        ),
    };
    Some(Failure::new(kind, why))
}

/// The header field with which a service in front of the site says that it wants to see a browser first.
fn challenge(hop: &Hop) -> Option<&'static str> {
    let cloudflare = hop.header("cf-mitigated") == Some("challenge");
    let amazon = matches!(
        hop.header("x-amzn-waf-action"),
        Some("challenge" | "captcha")
    );
    match (cloudflare, amazon) {
        (true, _) => Some("cf-mitigated"),
        (_, true) => Some("x-amzn-waf-action"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a time")
    }

    fn url() -> Url {
        Url::parse("https://www.england.nhs.uk/a").expect("a URL")
    }

    fn hop(status: u16, headers: &[(&str, &str)]) -> Hop {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Hop {
            url: url(),
            status,
            headers: headers.iter().map(owned).collect(),
            address: None,
            certificate: None,
            at: at("2016-07-06T12:00:00Z"),
        }
    }

    #[test]
    fn every_status_has_its_kind() {
        let kind = |status| answer(&hop(status, &[])).map(|failure| failure.kind.word());
        for status in [200, 203] {
            assert_eq!(kind(status), None);
        }
        for status in [401, 403, 405, 406, 429, 451] {
            assert_eq!(kind(status), Some("blocked"));
        }
        for status in [404, 410] {
            assert_eq!(kind(status), Some("not-found"));
        }
        for status in [500, 502, 503, 504, 520, 599] {
            assert_eq!(kind(status), Some("unavailable"));
        }
        for status in [201, 202, 204, 206, 300, 304, 400, 407, 418, 600] {
            assert_eq!(kind(status), Some("http-status"));
        }
    }

    #[test]
    fn a_challenge_in_the_header_is_blocked_whatever_the_status() {
        let kind = |status, name, value| {
            answer(&hop(status, &[(name, value)])).map(|failure| failure.kind)
        };
        let blocked = Some(FailureKind::Blocked);
        assert_eq!(kind(200, "cf-mitigated", "challenge"), blocked);
        assert_eq!(kind(503, "cf-mitigated", "challenge"), blocked);
        assert_eq!(kind(202, "x-amzn-waf-action", "challenge"), blocked);
        assert_eq!(kind(405, "x-amzn-waf-action", "captcha"), blocked);
        assert_eq!(kind(200, "server", "cloudflare"), None);
    }

    #[test]
    fn a_host_that_is_put_off_says_until_when_in_our_time() {
        let says = |until: &str, cause| {
            let until = at(until);
            let now = at("2016-07-06T16:00:00Z");
            let put_off_until = PutOff { until, cause };
            put_off(&url(), put_off_until, now, chrono_tz::Europe::London)
        };
        let asked = says("2016-07-06T17:40:00Z", Cause::Asked(429));
        assert_eq!(asked.why, "www.england.nhs.uk asked us to wait until 18:40");
        assert_eq!(asked.kind, FailureKind::Blocked);
        let tomorrow = says("2016-07-07T06:00:00Z", Cause::Asked(503));
        assert_eq!(
            tomorrow.why,
            "www.england.nhs.uk asked us to wait until 07:00 on 7 July"
        );
        assert_eq!(tomorrow.kind, FailureKind::Unavailable);
        let trouble = says("2016-07-06T16:02:00Z", Cause::Trouble(4));
        assert_eq!(
            trouble.why,
            "www.england.nhs.uk failed 4 times in a row and is not asked again before 17:02"
        );
    }
}
