//! Addresses that take messages over HTTP: how they are asked, and what their answers mean.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::Value;
use url::Url;

use crate::channels::pace::UNTIL_RESTART;
use crate::channels::{NoChannels, Reach, Refusal, Secret};
use crate::clock::Clock;
use crate::model::Message;
use crate::wire::api::{Answer, Api, Body, Method, Request, Trouble};
use crate::wire::{Guard, phrase};
use crate::wording::{fit, harmless};

/// What we call ourselves.
const AGENT: &str = concat!("smallprint/", env!("CARGO_PKG_VERSION"));

/// How soon something is tried again that a person must mend first.
pub(super) const PARKED: Duration = UNTIL_RESTART;

/// The longest wait that is believed.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// The longest part of an answer that is quoted.
const QUOTED: usize = 120;

/// A part of an address that is as long as this may be what is secret of it.
const SECRET_PART: usize = 6;

/// A message on its way to an address.
#[derive(Clone, Copy)]
pub(super) struct Outgoing<'a> {
    /// The environment variable that holds the address.
    pub(super) variable: &'a str,
    /// The message.
    pub(super) message: &'a Message,
    /// What it is known by there.
    pub(super) id: &'a str,
    /// What the message is known by that it takes the place of, where it does.
    pub(super) earlier: Option<&'a str>,
}

/// Asks addresses that environment variables hold.
pub(super) struct Hook {
    api: Api,
    guard: Guard,
    secrets: BTreeMap<String, Secret>,
    pub(super) clock: Clock,
}

impl Hook {
    pub(super) fn new(reach: &Reach) -> Result<Hook, NoChannels> {
        let api = Api::guarded(reach.guard.clone(), reach.names.clone());
        Ok(Hook {
            api: api.map_err(NoChannels::Client)?,
            guard: reach.guard.clone(),
            secrets: reach.secrets.clone(),
            clock: reach.clock.clone(),
        })
    }

    /// The secret in this variable, where it is set.
    pub(super) fn secret(&self, variable: &str) -> Option<&Secret> {
        self.secrets.get(variable)
    }

    /// The address in this variable.
    ///
    /// # Errors
    /// Where there is none that may be asked, and what to do.
    pub(super) fn address(&self, variable: &str) -> Result<Url, Refusal> {
        let parked = |why: String| Refusal::Later(PARKED, why);
        let secret = self.secret(variable).ok_or_else(|| {
            parked(format!(
                "the environment variable {variable}, which should hold the address to send to, is not set; set it and start again"
            ))
        })?;
        let url = Url::parse(secret.reveal()).map_err(|_| {
            parked(format!(
                "{variable} does not hold a web address (https://…); correct it and start again"
            ))
        })?;
        let examined = self.guard.examine(&url);
        examined.map_err(|refused| {
            parked(format!("the address in {variable} is not asked: {refused}"))
        })?;
        Ok(url)
    }

    /// Sends JSON to an address; `variable` is what it is called, since it may hold a secret.
    ///
    /// # Errors
    /// Where it is not taken: whether to try again, and when.
    pub(super) async fn post(
        &self,
        variable: &str,
        url: Url,
        mut headers: Vec<(&'static str, String)>,
        json: Value,
    ) -> Result<Answer, Refusal> {
        headers.push(("user-agent", AGENT.to_owned()));
        let request = Request {
            method: Method::Post,
            url,
            headers,
            body: Body::Json(json),
        };
        let answer = self
            .api
            .send(request)
            .await
            .map_err(|trouble| match trouble {
                Trouble::Refused(why) => Refusal::Later(
                    PARKED,
                    format!("the address in {variable} is not asked: {why}"),
                ),
                Trouble::NotSent(why) => Refusal::Later(
                    Duration::ZERO,
                    format!("the receiver behind {variable} cannot be reached: {why}"),
                ),
                Trouble::Unknown(why) => Refusal::Unknown(format!(
                    "the answer of the receiver behind {variable} did not come: {why}"
                )),
            })?;
        judge(variable, &answer, self.clock.now(), &self.said(&answer)).map(|()| answer)
    }

    /// What an answer says in words, short and without any of the secrets; empty where it says nothing that can be shown.
    fn said(&self, answer: &Answer) -> String {
        let text = String::from_utf8_lossy(&answer.body);
        let mut line = harmless::line(&text);
        if line.starts_with('<') {
            return String::new();
        }
        for secret in self.secrets.values() {
            for part in secret.reveal().split(['/', '?', '&', '=', '@', ':']) {
                if part.len() >= SECRET_PART {
                    line = line.replace(part, "…");
                }
            }
        }
        match harmless::is_blank(&line) {
            true => String::new(),
            false => format!(", “{}”", fit::cut(&line, QUOTED)),
        }
    }
}

/// What an answer means for a message: taken, or refused for now or for good.
fn judge(variable: &str, answer: &Answer, now: DateTime<Utc>, said: &str) -> Result<(), Refusal> {
    let status = phrase(answer.status);
    let told = format!("the receiver behind {variable} answers {status}{said}");
    match answer.status {
        200..300 => Ok(()),
        408 | 409 | 425 | 429 | 500.. => Err(match retry_after(answer, now) {
            Some(wait) => Refusal::Later(wait, told),
            None if answer.status == 429 => Refusal::Later(Duration::from_secs(60), told),
            None => Refusal::Unknown(told),
        }),
        410 => Err(Refusal::Never(format!(
            "the receiver behind {variable} is gone ({status}{said}); take it out of the routes, or put a new address into {variable}"
        ))),
        401 | 403 | 404 => Err(Refusal::Later(
            PARKED,
            format!(
                "{told}; look whether it is there and lets us in, correct {variable} and start again"
            ),
        )),
        300..=399 => Err(Refusal::Later(
            PARKED,
            format!(
                "{told}: it sends us elsewhere, which is not followed; put the final address into {variable} and start again"
            ),
        )),
        _ => Err(Refusal::Never(format!(
            "{told}: it does not take the message"
        ))),
    }
}

/// How long an answer asks to wait: a number of seconds, or a time (RFC 9110, section 10.2.3).
fn retry_after(answer: &Answer, now: DateTime<Utc>) -> Option<Duration> {
    let text = answer.header("retry-after")?.trim();
    let wait = match text.parse() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => {
            let until = DateTime::parse_from_rfc2822(text).ok()?.to_utc();
            (until - now).to_std().unwrap_or_default()
        }
    };
    Some(wait.min(LONGEST))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(status: u16, after: Option<&str>) -> Result<(), Refusal> {
        let after = after.map(|after| ("retry-after".to_owned(), after.to_owned()));
        let answer = Answer {
            status,
            headers: after.into_iter().collect(),
            body: Vec::new(),
            whole: true,
        };
        let now = "2026-11-22T08:00:00Z".parse().expect("a time");
        judge("NEWSROOM", &answer, now, "")
    }

    #[track_caller]
    fn waits(status: u16, after: Option<&str>, seconds: u64) {
        let Err(Refusal::Later(wait, why)) = refusal(status, after) else {
            panic!("{status} does not wait");
        };
        assert_eq!(wait.as_secs(), seconds, "{status} {after:?}");
        assert!(
            why.contains("NEWSROOM") && why.contains(&status.to_string()),
            "{why}"
        );
    }

    #[test]
    fn an_answer_decides_whether_to_try_again() {
        for taken in [200, 201, 204, 299] {
            assert_eq!(refusal(taken, None), Ok(()));
        }
        for repeated in [408, 409, 425, 500, 502, 503, 504, 599] {
            assert!(
                matches!(refusal(repeated, None), Err(Refusal::Unknown(_))),
                "{repeated}"
            );
            waits(repeated, Some("7"), 7);
        }
        waits(429, None, 60);
        waits(429, Some("Sun, 22 Nov 2026 08:00:30 GMT"), 30);
        waits(429, Some("Sun, 22 Nov 2026 07:00:00 GMT"), 0);
        waits(503, Some("9999999999"), 86_400);
        for mended in [301, 302, 307, 308, 401, 403, 404] {
            waits(mended, None, 3600);
        }
        for refused in [400, 405, 410, 413, 415, 422] {
            assert!(
                matches!(refusal(refused, Some("7")), Err(Refusal::Never(_))),
                "{refused}"
            );
        }
    }
}
