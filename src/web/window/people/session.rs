//! Who is signed in: kept in memory, so that everybody signs in again after a restart.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::http::{HeaderMap, header};
use chrono::{DateTime, TimeDelta, Utc};

use crate::accounts::{self, Account};
use crate::model::Digest;

/// The name of the cookie.
const COOKIE: &str = "smallprint-session";
/// How long a session lasts in which nothing is done.
const IDLE: TimeDelta = TimeDelta::hours(12);
/// How long a session lasts at most.
const LONGEST: TimeDelta = TimeDelta::days(7);
/// The most sessions there are at once.
const MOST: usize = 10_000;

/// Everybody who is signed in, by the digest of what their browser shows.
#[derive(Clone, Default)]
pub(in crate::web::window) struct Sessions(Arc<Mutex<HashMap<Digest, Session>>>);

/// Somebody who is signed in.
#[derive(Clone)]
pub(in crate::web::window) struct Session {
    /// Who.
    pub(in crate::web::window) name: String,
    /// What forms of theirs carry, so that no other site can send one.
    pub(in crate::web::window) mark: String,
    /// When their password was set that they signed in with.
    pub(in crate::web::window) password_set: DateTime<Utc>,
    begun: DateTime<Utc>,
    used: DateTime<Utc>,
}

impl Sessions {
    /// Begins one; what the browser is to show.
    pub(super) fn begin(&self, account: &Account, now: DateTime<Utc>) -> String {
        let token = accounts::token();
        let session = Session {
            name: account.name.clone(),
            mark: accounts::token(),
            password_set: account.password_set,
            begun: now,
            used: now,
        };
        let mut all = self.all();
        all.retain(|_, one| one.lasts(now));
        if all.len() >= MOST {
            let oldest = all.iter().min_by_key(|(_, one)| one.used);
            let oldest = oldest.map(|(shown, _)| *shown);
            oldest.and_then(|oldest| all.remove(&oldest));
        }
        all.insert(Digest::of(token.as_bytes()), session);
        token
    }

    /// Who asks, where they are signed in.
    pub(in crate::web::window) fn of(
        &self,
        fields: &HeaderMap,
        now: DateTime<Utc>,
    ) -> Option<Session> {
        let shown = Digest::of(shown(fields)?.as_bytes());
        let mut all = self.all();
        let session = all.get_mut(&shown).filter(|one| one.lasts(now))?;
        session.used = now;
        Some(session.clone())
    }

    /// Ends one.
    pub(super) fn end(&self, fields: &HeaderMap) {
        if let Some(shown) = shown(fields) {
            self.all().remove(&Digest::of(shown.as_bytes()));
        }
    }

    fn all(&self) -> MutexGuard<'_, HashMap<Digest, Session>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Session {
    fn lasts(&self, now: DateTime<Utc>) -> bool {
        now - self.used < IDLE && now - self.begun < LONGEST
    }
}

/// The cookie that shows who asks (RFC 6265).
fn shown(fields: &HeaderMap) -> Option<&str> {
    let cookies = fields.get_all(header::COOKIE).iter();
    let mut cookies = cookies.filter_map(|one| one.to_str().ok());
    cookies.find_map(|line| {
        let mut pairs = line
            .split(';')
            .filter_map(|pair| pair.trim().split_once('='));
        pairs
            .find(|(name, _)| *name == COOKIE)
            .map(|(_, value)| value)
    })
}

/// The header field that lets a browser keep this; over TLS alone where the window is reached so.
pub(super) fn kept(token: &str, secure: bool) -> String {
    let secure = if secure { "; Secure" } else { "" };
    let longest = LONGEST.num_seconds();
    format!("{COOKIE}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age={longest}{secure}")
}

/// The header field that lets a browser forget it.
pub(super) fn forgotten() -> String {
    format!("{COOKIE}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hours: i64) -> DateTime<Utc> {
        let start: DateTime<Utc> = "2026-05-13T12:00:00Z".parse().expect("a time");
        start + TimeDelta::hours(hours)
    }

    fn ada() -> Account {
        Account {
            name: "Ada".to_owned(),
            since: at(0),
            password_set: at(0),
        }
    }

    fn showing(cookie: &str) -> HeaderMap {
        let value = cookie.parse().expect("a header value");
        HeaderMap::from_iter([(header::COOKIE, value)])
    }

    #[test]
    fn a_session_is_known_by_its_cookie_until_it_ends() {
        let sessions = Sessions::default();
        let token = sessions.begin(&ada(), at(0));
        let cookie = format!("theme=dark; {COOKIE}={token}");
        let who =
            |cookie: &str, hours| sessions.of(&showing(cookie), at(hours)).map(|one| one.name);
        assert_eq!(who(&cookie, 1).as_deref(), Some("Ada"));
        assert_eq!(who(&format!("{COOKIE}=guess"), 1), None);
        assert_eq!(who("", 1), None);
        assert_eq!(
            who(&cookie, 12).as_deref(),
            Some("Ada"),
            "it was used meanwhile"
        );
        assert_eq!(who(&cookie, 24), None, "nothing was done for twelve hours");
        sessions.end(&showing(&cookie));
        assert_eq!(who(&cookie, 13), None);
    }

    #[test]
    fn no_session_lasts_for_longer_than_a_week() {
        let sessions = Sessions::default();
        let cookie = format!("{COOKIE}={}", sessions.begin(&ada(), at(0)));
        let there = |hours| sessions.of(&showing(&cookie), at(hours)).is_some();
        assert!((0..168).step_by(11).all(there));
        assert!(!there(168));
    }
}
