//! What a program asks, read from the address it asks at.

use axum::extract::{FromRequestParts, Path, Query};
use axum::http::request::Parts;
use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;
use serde::de::DeserializeOwned;

use crate::web::problem::Problem;

/// What stands behind the question mark.
pub(super) struct Asked<T>(pub(super) T);

/// What stands in the path.
pub(super) struct Named<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Asked<T>, Problem> {
        match Query::try_from_uri(&parts.uri) {
            Ok(Query(asked)) => Ok(Asked(asked)),
            Err(refused) => Err(Problem::unclear(
                refused.body_text(),
                "/api lists the parameters of every address.",
            )),
        }
    }
}

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Named<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Named<T>, Problem> {
        match Path::from_request_parts(parts, state).await {
            Ok(Path(named)) => Ok(Named(named)),
            Err(refused) => Err(Problem::unclear(
                refused.body_text(),
                "/api lists every address.",
            )),
        }
    }
}

/// Which end of a day is meant where only a day is given.
#[derive(Clone, Copy)]
pub(super) enum End {
    /// Its first moment.
    First,
    /// Its last one.
    Last,
}

/// The longest words that can be asked for, in characters.
const LONGEST: usize = 200;

/// Words that are asked for, which must be no more than can be looked for.
pub(super) fn few(words: Option<&str>) -> Result<(), Problem> {
    match words {
        Some(words) if words.chars().count() > LONGEST => Err(Problem::unclear(
            "These are too many words to look for.",
            format!("Give {LONGEST} characters at most."),
        )),
        _ => Ok(()),
    }
}

/// A time (RFC 3339), or a day in this time zone.
pub(super) fn moment(text: &str, zone: Tz, end: End) -> Result<DateTime<Utc>, Problem> {
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Ok(time.to_utc());
    }
    let wrong = || {
        Problem::unclear(
            format!("“{text}” is neither a day nor a time."),
            "Write 2026-07-06 or 2026-07-06T12:00:00Z; a “+” of a zone is written %2B.",
        )
    };
    let day: NaiveDate = text.parse().map_err(|_| wrong())?;
    let midnight = |day: NaiveDate| {
        let here = zone.from_local_datetime(&day.and_time(NaiveTime::MIN));
        here.earliest().map(|here| here.to_utc())
    };
    let found = match end {
        End::First => midnight(day),
        End::Last => (day.checked_add_days(Days::new(1)).and_then(midnight))
            .map(|next| next - chrono::TimeDelta::milliseconds(1)),
    };
    found.ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(text: &str, end: End, expected: Option<&str>) {
        let found = moment(text, chrono_tz::Europe::London, end).ok();
        let expected = expected.map(|time| time.parse::<DateTime<Utc>>().expect("a time"));
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn a_day_begins_and_ends_where_the_watchlist_is() {
        case("2026-07-06", End::First, Some("2026-07-05T23:00:00Z"));
        case("2026-07-06", End::Last, Some("2026-07-06T22:59:59.999Z"));
        case("2026-01-06", End::First, Some("2026-01-06T00:00:00Z"));
    }

    #[test]
    fn a_time_is_taken_as_it_stands_and_nothing_else_is_one() {
        case(
            "2026-07-06T12:00:00+01:00",
            End::Last,
            Some("2026-07-06T11:00:00Z"),
        );
        for wrong in ["", "July", "2026-13-01", "20260706", "+262142-12-31"] {
            case(wrong, End::Last, None);
        }
    }
}
