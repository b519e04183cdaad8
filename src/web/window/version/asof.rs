//! What stood at an address at a moment.

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response as Answer};
use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeZone, Utc};
use chrono_tz::Tz;
use maud::{Markup, html};

use crate::answers::{Known, Request, Response, Stood};
use crate::model::{Version, WatchId};
use crate::web::window::page::Page;
use crate::web::window::query::Query;
use crate::web::window::trouble::Trouble;
use crate::web::window::{Window, told};
use crate::wording::times;

/// Leads to the address of the day that a form asks for.
pub(in crate::web::window) async fn on(
    Path(id): Path<WatchId>,
    query: Query,
) -> Result<Redirect, Trouble> {
    let day: Option<NaiveDate> = query.read_as("day", "a day, such as 2016-07-06")?;
    let none = || Trouble::unclear("No day is named.", "Give one as day: 2016-07-06.");
    let day = day.ok_or_else(none)?;
    Ok(Redirect::to(&format!(
        "{}/at/{day}",
        told::to_document(&id)
    )))
}

/// Leads to the version that stood then, or says what is known.
pub(in crate::web::window) async fn as_of(
    State(window): State<Window>,
    Path((id, time)): Path<(WatchId, String)>,
) -> Result<Answer, Trouble> {
    let at = moment(&time, window.zone()).ok_or_else(|| {
        Trouble::unclear(
            format!("“{time}” is neither a day nor a time."),
            "Write a day such as 2016-07-06 (its end is meant) or a time such as 2016-07-06T12:00:00+01:00.",
        )
    })?;
    let stood = match window.ask(Request::Stood { id, at }).await? {
        Response::Stood(stood) => stood,
        other => return Err(Trouble::mistaken(&other)),
    };
    if let (Known::Present, Some(version)) = (&stood.known, &stood.before) {
        let to = told::to_version(&stood.id, version.no);
        return Ok((StatusCode::FOUND, [(header::LOCATION, to)]).into_response());
    }
    Ok(known(&window, &stood).into_response())
}

/// A time as RFC 3339 has it or fourteen digits in UTC; of a day its end, in this zone.
fn moment(text: &str, zone: Tz) -> Option<DateTime<Utc>> {
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Some(at.to_utc());
    }
    if let Ok(at) = NaiveDateTime::parse_from_str(text, "%Y%m%d%H%M%S") {
        return (text.len() == 14).then(|| at.and_utc());
    }
    let day: NaiveDate = text.parse().ok()?;
    let end = day.and_hms_opt(23, 59, 59)?;
    Some(zone.from_local_datetime(&end).latest()?.to_utc())
}

fn known(window: &Window, stood: &Stood) -> Page {
    let zone = window.zone();
    let at = times::moment(stood.at, zone);
    let said = stood.known.said(zone, window.now());
    let body = html! {
        p.about { a href=(told::to_document(&stood.id)) { "All versions and changes" } }
        h1 { (stood.title) ", " (at) }
        p.lead { (said) }
        ul {
            @if let Some(before) = &stood.before {
                li { "Seen last before: " (link(stood, before)) ", until " (told::moment(before.last_seen.min(stood.at), zone)) }
            }
            @if let Some(after) = &stood.after {
                li { "Seen first after: " (link(stood, after)) ", from " (told::moment(after.at, zone)) }
            }
        }
    };
    Page::new(format!("{}, {at}", stood.title), body)
}

fn link(stood: &Stood, version: &Version) -> Markup {
    html! { a href=(told::to_version(&stood.id, version.no)) { "version " (version.no) } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(text: &str, expected: Option<&str>) {
        let at = moment(text, chrono_tz::Europe::London).map(|at| at.to_rfc3339());
        assert_eq!(at.as_deref(), expected, "{text}");
    }

    #[test]
    fn a_moment_is_a_day_a_time_or_fourteen_digits() {
        case("2016-07-06", Some("2016-07-06T22:59:59+00:00"));
        case(
            "2016-07-06T12:00:00+01:00",
            Some("2016-07-06T11:00:00+00:00"),
        );
        case("20160706110000", Some("2016-07-06T11:00:00+00:00"));
        for text in [
            "",
            "yesterday",
            "2016-13-01",
            "2016070611000",
            "2016-07-06T12:00",
        ] {
            case(text, None);
        }
    }
}
