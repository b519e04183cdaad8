//! What stands behind the question mark of an address: the filters of a page, which whoever has the address shares.

use std::convert::Infallible;
use std::str::FromStr;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;
use url::form_urlencoded;

use crate::web::window::trouble::Trouble;

/// The longest value that is looked at, in characters.
const LONGEST: usize = 300;

/// Names and values, in order. An empty field of a form is as good as none.
#[derive(Clone, Default)]
pub(super) struct Query {
    path: String,
    fields: Vec<(String, String)>,
}

impl<S: Sync> FromRequestParts<S> for Query {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Query, Infallible> {
        let query = parts.uri.query().unwrap_or_default();
        Ok(Query::read(parts.uri.path(), query))
    }
}

impl Query {
    fn read(path: &str, query: &str) -> Query {
        let fields = form_urlencoded::parse(query.as_bytes());
        let fields = fields.map(|(name, value)| {
            let value: String = value.trim().chars().take(LONGEST).collect();
            (name.into_owned(), value)
        });
        Query {
            path: path.to_owned(),
            fields: fields.filter(|(_, value)| !value.is_empty()).collect(),
        }
    }

    /// The value of a field.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        let field = self.fields.iter().find(|(field, _)| field == name);
        field.map(|(_, value)| value.as_str())
    }

    /// The same, for a form that shows it.
    pub(super) fn shown(&self, name: &str) -> &str {
        self.text(name).unwrap_or_default()
    }

    /// Whether any of these fields says something.
    pub(super) fn has(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.text(name).is_some())
    }

    /// A field that is read as something else, which `what` says: "a number".
    pub(super) fn read_as<T: FromStr>(&self, name: &str, what: &str) -> Result<Option<T>, Trouble> {
        let read = |text: &str| {
            text.parse().map_err(|_| {
                let wrong = format!("“{text}” is not {what}.");
                Trouble::unclear(wrong, "Take the filter off, or write it anew.")
            })
        };
        self.text(name).map(read).transpose()
    }

    /// The beginning of a day.
    pub(super) fn day_begins(
        &self,
        name: &str,
        zone: Tz,
    ) -> Result<Option<DateTime<Utc>>, Trouble> {
        let day = self.read_as(name, "a day, such as 2016-07-06")?;
        Ok(day.and_then(|day| beginning(day, zone)))
    }

    /// The end of a day, which is the beginning of the next one.
    pub(super) fn day_ends(&self, name: &str, zone: Tz) -> Result<Option<DateTime<Utc>>, Trouble> {
        let day: Option<NaiveDate> = self.read_as(name, "a day, such as 2016-07-06")?;
        let next = day.and_then(|day| day.checked_add_days(Days::new(1)));
        Ok(next.and_then(|day| beginning(day, zone)))
    }

    /// The address of this page with these fields alone.
    pub(super) fn only(&self, names: &[&str]) -> String {
        let others = self.fields.iter().map(|(field, _)| field);
        let others = others.filter(|field| !names.contains(&field.as_str()));
        let mut query = self.clone();
        for field in others {
            query.fields.retain(|(name, _)| name != field);
        }
        query.with("", None)
    }

    /// The question mark and what stands behind it; nothing where no field says anything.
    pub(super) fn behind(&self) -> String {
        let address = self.with("", None);
        let (_, behind) = address.split_at(self.path.len());
        behind.to_owned()
    }

    /// The address of this page with another value of a field; without the field where there is none.
    pub(super) fn with(&self, name: &str, value: Option<&str>) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let others = self.fields.iter().filter(|(field, _)| field != name);
        query.extend_pairs(others);
        if let Some(value) = value {
            query.append_pair(name, value);
        }
        match query.finish() {
            none if none.is_empty() => self.path.clone(),
            some => format!("{}?{some}", self.path),
        }
    }
}

fn beginning(day: NaiveDate, zone: Tz) -> Option<DateTime<Utc>> {
    let midnight = day.and_time(NaiveTime::MIN);
    // Where clocks go forward at midnight, the day begins an hour later.
    let at = midnight.and_local_timezone(zone).earliest();
    Some(at.map_or_else(|| midnight.and_utc(), |at| at.to_utc()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_field_is_none_and_the_others_stay_in_the_address() {
        let query = Query::read("/", "q=care.data+%26+more&topic=&before=9");
        assert_eq!(query.text("q"), Some("care.data & more"));
        assert_eq!(query.text("topic"), None);
        assert_eq!(
            query.with("before", Some("7")),
            "/?q=care.data+%26+more&before=7"
        );
        assert_eq!(Query::read("/", "before=9").with("before", None), "/");
        assert_eq!(query.only(&["before"]), "/?before=9");
        assert_eq!(query.behind(), "?q=care.data+%26+more&before=9");
    }

    #[test]
    fn a_day_is_whole_in_the_time_zone_of_the_watchlist() {
        let query = Query::read("/", "since=2016-07-06&until=2016-07-06&wrong=soon");
        let zone = chrono_tz::Europe::London;
        let at = |text: &str| text.parse::<DateTime<Utc>>().ok();
        assert_eq!(
            query.day_begins("since", zone).ok().flatten(),
            at("2016-07-05T23:00:00Z")
        );
        assert_eq!(
            query.day_ends("until", zone).ok().flatten(),
            at("2016-07-06T23:00:00Z")
        );
        assert!(query.day_begins("wrong", zone).is_err());
    }
}
