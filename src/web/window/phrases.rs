//! Phrases: when words came and went, on every page.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response as Answer};
use maud::{Markup, html};

use crate::answers::{Interval, Per, PhraseAsked, PhraseOne, Phrased, Request, Response, Spread};
use crate::web::window::chart::Bars;
use crate::web::window::form::{self, Choice};
use crate::web::window::page::Page;
use crate::web::window::query::Query;
use crate::web::window::search::{how_far, marked};
use crate::web::window::trouble::Trouble;
use crate::web::window::{Window, cite, told};
use crate::wording::separated;

/// How many pages are listed for a phrase.
const MOST: usize = 100;

pub(super) async fn phrases(State(window): State<Window>, query: Query) -> Result<Page, Trouble> {
    let phrased = asked(&window, &query).await?;
    let body = html! {
        h1 { "Phrases" }
        p.lead { "When words first stood on a page, and when they last did." }
        form.filter method="get" action="/phrases" role="search" {
            div.fields {
                (form::words(&query, "q", "Phrases, with | between them"))
                (form::choice(&query, "per", "Counted by", "year", vec![Choice::of("month", "month")]))
            }
            div.words { button type="submit" { "Show" } }
        }
        @match &phrased {
            None => p { "Words are taken as they stand, one after the other: " code { "opt out | opt-out" } " compares two." },
            Some(phrased) => {
                (cite::note(&query))
                (how_far(&phrased.reached))
                @for (no, one) in phrased.phrases.iter().enumerate() { (phrase(&window, no, one)) }
                p { a href=(format!("/phrases.csv{}", query.behind())) { "Every coming and going as a table (CSV)" } }
                (cite::query(&window, &query, phrased.reached.entry))
            },
        }
    };
    Ok(Page::new("Phrases", body).at("/phrases"))
}

/// Every coming and going, a row each.
pub(super) async fn table(State(window): State<Window>, query: Query) -> Result<Answer, Trouble> {
    let phrased = asked(&window, &query).await?;
    let none = || Trouble::unclear("There is no phrase to look for.", "Give it as q.");
    let phrased = phrased.ok_or_else(none)?;
    let titles = [
        "phrase",
        "document",
        "title",
        "publisher",
        "event",
        "change",
        "after",
        "by",
        "sentence_before",
        "sentence_after",
    ];
    let mut text = separated::line(titles.into_iter());
    for row in phrased.phrases.iter().flat_map(PhraseOne::events) {
        let time = |at: Option<chrono::DateTime<chrono::Utc>>| at.map(|at| at.to_rfc3339());
        let cells = [
            row.phrase,
            row.watch.0,
            row.title,
            row.publisher,
            row.event,
            row.change.to_string(),
            time(row.after).unwrap_or_default(),
            time(Some(row.by)).unwrap_or_default(),
            row.sentence_before.unwrap_or_default(),
            row.sentence_after.unwrap_or_default(),
        ];
        text.push_str(&separated::line(cells.iter().map(String::as_str)));
    }
    let fields = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"phrases.csv\"",
        ),
    ];
    Ok((fields, text).into_response())
}

async fn asked(window: &Window, query: &Query) -> Result<Option<Phrased>, Trouble> {
    let Some(phrases) = query.text("q") else {
        return Ok(None);
    };
    let per = match query.text("per") {
        Some("month") => Per::Month,
        _ => Per::Year,
    };
    let asked = PhraseAsked {
        phrases: vec![phrases.to_owned()],
        per,
        as_of: cite::pinned(query)?,
        ..PhraseAsked::default()
    };
    match window.ask(Request::Phrase(asked)).await {
        Ok(Response::Phrase(phrased)) => Ok(Some(*phrased)),
        Ok(other) => Err(Trouble::mistaken(&other)),
        Err(none) => Err(Trouble::unanswerable(none)),
    }
}

fn phrase(window: &Window, no: usize, one: &PhraseOne) -> Markup {
    let columns: Vec<(String, usize)> = (one.counts.iter())
        .map(|stretch| (stretch.period.clone(), stretch.pages))
        .collect();
    let title = format!(
        "Pages on which “{}” stood at the end of the time",
        one.phrase
    );
    let bars = Bars {
        id: &format!("phrase-{no}"),
        title: &title,
        over: "Time",
        columns: &columns,
    };
    html! {
        section aria-labelledby=(format!("phrase-{no}-heading")) {
            h2 id=(format!("phrase-{no}-heading")) { "“" (one.phrase) "”" }
            @if one.found.is_empty() {
                p.empty { "It stood on no page that was read." }
            } @else {
                p { "It stands on " (told::counted(one.now, "page", "pages")) " now, and stood on " (told::counted(one.found.len(), "page", "pages")) " in all." @if one.cut_short { " There are more places than were looked at." } }
                (bars.drawn())
                (denominators(one))
                @for spread in one.found.iter().take(MOST) { (spread_on(window, spread)) }
                @if one.found.len() > MOST { p.about { "The first " (MOST) " pages are shown; the table has them all." } }
            }
            (before(window, one))
        }
    }
}

/// Where it stood before pages were watched.
fn before(window: &Window, one: &PhraseOne) -> Markup {
    let zone = window.zone();
    html! {
        @if !one.before.is_empty() {
            h3 { "Before they were watched" }
            p.about { "By the word of archives of the web; these are not counted above." }
            @for spread in one.before.iter().take(MOST) {
                article.change {
                    h4 { a href=(told::to_document(&spread.watch)) { (spread.title) } }
                    p.about { (spread.publisher) }
                    @for interval in &spread.intervals {
                        p.passage { (marked(&interval.parts())) }
                        p.about {
                            "in copies from " a href=(told::to_version(&spread.watch, interval.stay.first)) { (told::moment(interval.stay.from, zone)) }
                            " to " a href=(told::to_version(&spread.watch, interval.stay.last)) { (told::moment(interval.stay.until, zone)) }
                            @if let Some(after) = interval.stay.after { "; not yet " (told::moment(after, zone)) }
                            @if let Some(gone) = interval.stay.gone_by { "; gone by " (told::moment(gone, zone)) }
                        }
                    }
                }
            }
        }
    }
}

/// Out of how many pages, and how much of their time is not known.
fn denominators(one: &PhraseOne) -> Markup {
    html! {
        details {
            summary { "Out of how many pages" }
            div.wide tabindex="0" role="group" aria-label="Out of how many pages" {
                table {
                    thead { tr {
                        th scope="col" { "Time" } th.number scope="col" { "It stood on" } th.number scope="col" { "of pages watched" }
                        th.number scope="col" { "came to" } th.number scope="col" { "went from" } th.number scope="col" { "from saved files" } th.number scope="col" { "time not known" }
                    } }
                    tbody {
                        @for stretch in one.counts.iter().rev() {
                            tr {
                                th scope="row" { (stretch.period) } td.number { (stretch.pages) } td.number { (stretch.watched) }
                                td.number { (stretch.came) } td.number { (stretch.went) } td.number { (stretch.imported) }
                                td.number { (format!("{:.0} %", stretch.unknown * 100.0)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn spread_on(window: &Window, spread: &Spread) -> Markup {
    html! {
        article.change {
            h3 { a href=(told::to_document(&spread.watch)) { (spread.title) } }
            p.about { (spread.publisher) }
            @for interval in &spread.intervals { (stood(window, spread, interval)) }
        }
    }
}

fn stood(window: &Window, spread: &Spread, interval: &Interval) -> Markup {
    let came = &interval.came;
    html! {
        p.passage { (marked(&interval.parts())) }
        p.about {
            a href=(told::to_redline(&spread.watch, came.happening.change)) {
                @if came.happening.first_sight { "there at the first reading, " } @else { "came " }
                (told::bounds(window, &came.happening.bounds))
            }
            " · "
            @match &interval.went {
                Some(went) => a href=(told::to_redline(&spread.watch, went.happening.change)) { "went " (told::bounds(window, &went.happening.bounds)) },
                None if spread.watched => "stands there now",
                None => "stood there when it was last watched",
            }
        }
        @if let Some(after) = interval.went.as_ref().and_then(|went| went.after.as_ref()) {
            p.about { "In its place: “" (after) "”" }
        }
    }
}
