//! Publishers: how much they publish, when, and how much of it they announce.

use axum::extract::{Path, State};
use maud::{Markup, html};

use crate::answers::{AnnouncedAsked, By, Listed, Per, PublisherOne, Request, Response, Tally};
use crate::web::window::chart::{BARS, Bars};
use crate::web::window::page::Page;
use crate::web::window::trouble::Trouble;
use crate::web::window::{Window, form, told};

/// So many edits and more let a share be told.
const ENOUGH: usize = 5;
/// How many documents of a publisher are listed.
const MOST: usize = 300;
/// The days of a week.
const DAYS: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];

pub(super) async fn publishers(State(window): State<Window>) -> Result<Page, Trouble> {
    let mut all = ask(&window, None).await?;
    all.sort_by(|a, b| (b.changes, &a.publisher).cmp(&(a.changes, &b.publisher)));
    let (held, others): (Vec<&PublisherOne>, Vec<&PublisherOne>) =
        all.iter().partition(|one| one.tally.edits > 0);
    let body = html! {
        h1 { "Publishers" }
        p.lead { "How much each changes on the pages that are watched, and how much of it the pages themselves announce." }
        p.about {
            "An edit counts as announced where a date or the page’s own list of changes moved with the words. "
            "A page is held to its dates only where its site is known to move them; see " a href="/about#claims" { "how claims are judged" } "."
        }
        @if all.is_empty() { p.empty { "No page is watched yet." } }
        @if !held.is_empty() {
            section aria-labelledby="held" {
                h2 id="held" { "Pages that can be held to a date" }
                div.wide tabindex="0" role="group" aria-label="Pages that can be held to a date" {
                    table {
                        thead { tr {
                            th scope="col" { "Publisher" } th.number scope="col" { "Pages" } th.number scope="col" { "Changes" }
                            th scope="col" { "Edits announced" } th.number scope="col" { "Not announced" } th scope="col" { "Last change" }
                        } }
                        tbody { @for one in &held { (held_row(&window, one)) } }
                    }
                }
            }
        }
        @if !others.is_empty() {
            section aria-labelledby="others" {
                h2 id="others" { "Without a date to be held to" }
                p.about { "These state no date of their changes, or are not known to move it, or changed nothing so far." }
                div.wide tabindex="0" role="group" aria-label="Without a date to be held to" {
                    table {
                        thead { tr { th scope="col" { "Publisher" } th.number scope="col" { "Pages" } th.number scope="col" { "Changes" } th scope="col" { "Last change" } } }
                        tbody {
                            @for one in &others {
                                tr {
                                    th scope="row" { a href=(told::to_publisher(&one.publisher)) { (one.publisher) } }
                                    td.number { (told::grouped(one.pages)) } td.number { (told::grouped(one.changes)) } td { (last(&window, one)) }
                                }
                            }
                        }
                    }
                }
            }
        }
    };
    Ok(Page::new("Publishers", body).at("/publishers"))
}

pub(super) async fn publisher(
    State(window): State<Window>,
    Path(name): Path<String>,
) -> Result<Page, Trouble> {
    let all = ask(&window, Some(name.clone())).await?;
    let Some(one) = all.first() else {
        let what = format!("No page is watched of a publisher “{name}”.");
        return Err(Trouble::not_there(what));
    };
    let asked = AnnouncedAsked {
        by: By::Publisher,
        per: Per::Year,
        since: None,
    };
    let mut years = match window.ask(Request::Announced(asked)).await? {
        Response::Announced(tallies) => tallies,
        other => return Err(Trouble::mistaken(&other)),
    };
    years.retain(|tally| tally.publisher == name && tally.period.is_some());
    let listed = match window.ask(Request::List).await? {
        Response::List(listed) => listed,
        other => return Err(Trouble::mistaken(&other)),
    };
    let own: Vec<&Listed> = listed
        .iter()
        .filter(|one| form::publisher(one) == name)
        .collect();
    let (period, columns) = over_time(&one.months);
    let title = format!("Changes by the {period} in which they were first seen");
    let weekdays: Vec<(String, usize)> = DAYS
        .iter()
        .map(|day| (*day).to_owned())
        .zip(one.weekdays)
        .collect();
    let query = told::escaped(&name);
    let body = html! {
        (told::crumbs(&[("/publishers", "Publishers")]))
        h1 { (one.publisher) }
        p.lead {
            (told::counted(one.pages, "page", "pages")) " watched, " (told::counted(one.changes, "change", "changes"))
            " seen, " (told::grouped(one.grave)) " of them of severity 3 or more."
        }
        p { a href={ "/?publisher=" (query) } { "Its changes" } " · " a href={ "/documents?publisher=" (query) } { "its documents" } }
        section aria-labelledby="claims" {
            h2 id="claims" { "How much of it is announced" }
            (tallied(&one.tally, &years))
        }
        @if one.changes > 0 {
            section aria-labelledby="when" {
                h2 id="when" { "When it publishes" }
                (Bars { id: "months", title: &title, over: "Seen in", columns: &columns }.drawn())
                (Bars { id: "weekdays", title: "Changes by the day of the week on which they were first seen", over: "Day", columns: &weekdays }.drawn())
                p.about { "A change is seen first at a visit; it was made some time before, as its bounds say." }
            }
        }
        section aria-labelledby="documents" {
            h2 id="documents" { "Its documents" }
            ul.plain {
                @for one in own.iter().take(MOST) { li { a href=(told::to_document(&one.id)) { (one.title) } span.about { " · " (told::standing(one.standing)) } } }
            }
            @if own.len() > MOST { p { a href={ "/documents?publisher=" (query) } { "All " (told::grouped(own.len())) } } }
        }
    };
    Ok(Page::new(one.publisher.clone(), body).at("/publishers"))
}

async fn ask(window: &Window, name: Option<String>) -> Result<Vec<PublisherOne>, Trouble> {
    match window.ask(Request::Publishers { name }).await? {
        Response::Publishers(all) => Ok(all),
        other => Err(Trouble::mistaken(&other)),
    }
}

fn held_row(window: &Window, one: &PublisherOne) -> Markup {
    html! {
        tr {
            th scope="row" { a href=(told::to_publisher(&one.publisher)) { (one.publisher) } }
            td.number { (told::grouped(one.pages)) }
            td.number { (told::grouped(one.changes)) }
            td { (share(&one.tally)) }
            td.number { (told::grouped(one.tally.unannounced + one.tally.minor + one.tally.back_dated)) }
            td { (last(window, one)) }
        }
    }
}

fn last(window: &Window, one: &PublisherOne) -> Markup {
    html! { @if let Some(at) = one.last { (told::day(at, window.zone())) } @else { "none" } }
}

/// The announced among the edits, always with what they are a share of.
fn share(tally: &Tally) -> String {
    if tally.edits == 0 {
        return "no edit that counts".to_owned();
    }
    let of = format!(
        "{} of {}",
        told::grouped(tally.announced),
        told::counted(tally.edits, "edit", "edits")
    );
    match tally.share.filter(|_| tally.edits >= ENOUGH) {
        Some(share) => format!("{of} ({:.0} %)", share * 100.0),
        None => of,
    }
}

fn tallied(whole: &Tally, years: &[Tally]) -> Markup {
    html! {
        @if whole.edits == 0 {
            p.empty { "No edit was seen that its pages can be held to." }
        } @else {
            p { "Announced: " strong { (share(whole)) } ". Of these the page’s own note names words that changed " (told::counted(whole.mentioned, "time", "times")) "." }
        }
        div.wide tabindex="0" role="group" aria-label="Announced, by year" {
            table {
                thead { tr {
                    th scope="col" { "Year" } th scope="col" { "Announced" } th.number scope="col" { "Not announced" } th.number scope="col" { "Small, without a note" }
                    th.number scope="col" { "Back-dated" } th.number scope="col" { "List rewritten" } th.number scope="col" { "Date only" } th.number scope="col" { "Not possible" }
                } }
                tbody {
                    @for tally in years.iter().rev() { (year(tally.period.as_deref().unwrap_or_default(), tally)) }
                    (year("all", whole))
                }
            }
        }
        p.about { "“Not possible”: nothing is stated, or the site is not known to move what it states, or the answer came from a cache. These are not among the edits that the share is of." }
    }
}

fn year(name: &str, tally: &Tally) -> Markup {
    html! {
        tr {
            th scope="row" { (name) }
            td { (share(tally)) }
            td.number { (tally.unannounced) } td.number { (tally.minor) } td.number { (tally.back_dated) }
            td.number { (tally.history_rewritten) } td.number { (tally.date_only) } td.number { (tally.no_claim) }
        }
    }
}

/// The changes by month, or by year where the months are too many for one chart.
fn over_time(months: &[(String, usize)]) -> (&'static str, Vec<(String, usize)>) {
    let months = filled(months);
    if months.len() <= BARS {
        return ("month", months);
    }
    let mut years: Vec<(String, usize)> = Vec::new();
    for (month, number) in months {
        let year = month.split('-').next().unwrap_or_default();
        match years.last_mut() {
            Some((last, sum)) if last == year => *sum += number,
            _ => years.push((year.to_owned(), number)),
        }
    }
    ("year", years)
}

/// The months between the first and the last, those without any too.
fn filled(months: &[(String, usize)]) -> Vec<(String, usize)> {
    let read = |name: &str| -> Option<(i32, u32)> {
        let (year, month) = name.split_once('-')?;
        Some((year.parse().ok()?, month.parse().ok()?))
    };
    let ends = months.first().zip(months.last());
    let ends = ends.and_then(|(first, last)| read(&first.0).zip(read(&last.0)));
    let Some(((mut year, mut month), last)) = ends else {
        return months.to_vec();
    };
    let mut filled = Vec::new();
    while (year, month) <= last {
        let name = format!("{year}-{month:02}");
        let known = months.iter().find(|(known, _)| *known == name);
        filled.push((name, known.map_or(0, |(_, number)| *number)));
        (year, month) = match month {
            12 => (year + 1, 1),
            month => (year, month + 1),
        };
    }
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_without_a_change_stand_between_those_with_one() {
        let months = [("2015-11".to_owned(), 2), ("2016-02".to_owned(), 1)];
        let filled = filled(&months);
        let numbers: Vec<usize> = filled.iter().map(|(_, number)| *number).collect();
        assert_eq!(numbers, [2, 0, 0, 1]);
        assert_eq!(filled[1].0, "2015-12");
    }

    #[test]
    fn very_many_months_are_told_by_the_year_and_none_is_left_out() {
        let months = [("2001-11".to_owned(), 2), ("2016-02".to_owned(), 1)];
        let (period, columns) = over_time(&months);
        assert_eq!((period, columns.len()), ("year", 16));
        assert_eq!(columns.iter().map(|(_, number)| number).sum::<usize>(), 3);
        assert_eq!(over_time(&months[..1]).0, "month");
    }

    #[test]
    fn a_share_of_few_edits_is_no_percentage() {
        let tally = |announced, edits: usize| Tally {
            announced,
            edits,
            share: Some(announced as f64 / edits as f64),
            ..Tally::default()
        };
        assert_eq!(share(&tally(1, 2)), "1 of 2 edits");
        assert_eq!(share(&tally(3, 12)), "3 of 12 edits (25 %)");
    }
}
