//! How the archive stands: what is covered, what fails, what is owed, what is due, and how much room there is.

use axum::extract::State;
use maud::{Markup, html};

use crate::answers::{Listed, Request, Response, Standing, Status};
use crate::web::window::page::Page;
use crate::web::window::trouble::Trouble;
use crate::web::window::{Window, told};

/// How many rows a list of this page has at the most.
const MOST: usize = 50;

pub(super) async fn status(State(window): State<Window>) -> Result<Page, Trouble> {
    let status = match window.ask(Request::Status).await? {
        Response::Status(status) => status,
        other => return Err(Trouble::mistaken(&other)),
    };
    let body = html! {
        h1 { "Status" }
        (coverage(&status.listed))
        (failing(&window, &status.listed))
        (due(&window, &status.listed))
        (owed(&window, &status))
        (archive(&window, &status))
    };
    Ok(Page::new("Status", body).at("/status"))
}

fn coverage(listed: &[Listed]) -> Markup {
    let of = |standing: Standing| listed.iter().filter(|one| one.standing == standing).count();
    let all = [
        Standing::Read,
        Standing::Failing,
        Standing::Gone,
        Standing::NeverRead,
        Standing::Disabled,
        Standing::Retired,
    ];
    let visits: u64 = listed.iter().map(|one| one.visits).sum();
    html! {
        section aria-labelledby="coverage" {
            h2 id="coverage" { "Coverage" }
            p { (told::counted(listed.len(), "document", "documents")) ", " (told::counted(visits as usize, "visit", "visits")) " since the archive began." }
            table.narrow {
                thead { tr { th scope="col" { "How they stand" } th.number scope="col" { "Documents" } } }
                tbody { @for standing in all { tr { th scope="row" { (told::standing(standing)) } td.number { (told::grouped(of(standing))) } } } }
            }
        }
    }
}

fn failing(window: &Window, listed: &[Listed]) -> Markup {
    let zone = window.zone();
    let mut failing: Vec<&Listed> = listed.iter().filter(|one| one.failing.is_some()).collect();
    failing.sort_by_key(|one| one.failing.as_ref().map(|failing| failing.since));
    html! {
        section aria-labelledby="failing" {
            h2 id="failing" { "Failures that go on" }
            @if failing.is_empty() { p.empty { "No failure goes on." } } @else {
                p.about { "A page that cannot be read is not gone: what it says meanwhile is not known." }
                div.wide tabindex="0" role="group" aria-label="Failures that go on" {
                    table {
                        thead { tr { th scope="col" { "Document" } th scope="col" { "Since" } th.number scope="col" { "Visits" } th scope="col" { "Why" } } }
                        tbody {
                            @for one in failing.iter().take(MOST) {
                                @if let Some(why) = &one.failing {
                                    tr {
                                        th scope="row" { a href=(told::to_document(&one.id)) { (one.title) } }
                                        td { (told::moment(why.since, zone)) } td.number { (why.count) } td { (why.why) }
                                    }
                                }
                            }
                        }
                    }
                }
                (more(failing.len()))
            }
        }
    }
}

fn due(window: &Window, listed: &[Listed]) -> Markup {
    let mut due: Vec<&Listed> = listed.iter().filter(|one| one.next.is_some()).collect();
    due.sort_by_key(|one| one.next);
    html! {
        section aria-labelledby="due" {
            h2 id="due" { "Due next" }
            @if due.is_empty() { p.empty { "No document is due." } } @else {
                div.wide tabindex="0" role="group" aria-label="Due next" {
                    table {
                        thead { tr { th scope="col" { "Document" } th scope="col" { "Due" } } }
                        tbody {
                            @for one in due.iter().take(10) {
                                tr {
                                    th scope="row" { a href=(told::to_document(&one.id)) { (one.title) } }
                                    td { @if let Some(next) = one.next { @if next <= window.now() { "now" } @else { (told::moment(next, window.zone())) } } }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn owed(window: &Window, status: &Status) -> Markup {
    let zone = window.zone();
    html! {
        section aria-labelledby="outbox" {
            h2 id="outbox" { "Outbox" }
            @if status.owed.is_empty() {
                p.empty { "Every message that is owed was sent." }
            } @else {
                p { (told::counted(status.owed.len(), "message is", "messages are")) " owed." }
                ul.plain {
                    @for (since, watch, to) in status.owed.iter().take(MOST) {
                        li { "to " (to) ", since " (told::moment(*since, zone)) @if let Some(id) = watch { " · " a href=(told::to_document(id)) { (id) } } }
                    }
                }
                (more(status.owed.len()))
            }
            @if !status.given_up.is_empty() {
                p { "Given up lately:" }
                ul.plain {
                    @for (at, watch, to) in status.given_up.iter().take(MOST) {
                        li { "to " (to) ", " (told::moment(*at, zone)) @if let Some(id) = watch { " · " a href=(told::to_document(id)) { (id) } } }
                    }
                }
            }
        }
    }
}

fn archive(window: &Window, status: &Status) -> Markup {
    let (taken, free) = status.space;
    html! {
        section aria-labelledby="archive" {
            h2 id="archive" { "Archive" }
            dl {
                dt { "Room" } dd { "It takes " (bytes(taken)) "; its disk has " (bytes(free)) " left." }
                @if let Some((no, at, hash)) = &status.last {
                    dt { "Last entry" } dd { (told::grouped(*no as usize)) ", " (told::moment(*at, window.zone())) }
                    dt { "Its hash" } dd { code.hash { (hash) } }
                } @else {
                    dt { "Last entry" } dd { "none yet" }
                }
            }
            p.about { "Every entry holds the hash of the one before it. Whoever noted this hash can prove later that nothing before it was altered." }
        }
    }
}

fn more(number: usize) -> Markup {
    html! { @if number > MOST { p.about { "The first " (MOST) " of " (told::grouped(number)) "." } } }
}

/// An amount of bytes as people read it.
fn bytes(number: u64) -> String {
    let sizes = [(1 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "kB")];
    let size = sizes.into_iter().find(|(size, _)| number >= *size);
    match size {
        Some((size, name)) => format!("{:.1} {name}", number as f64 / size as f64),
        None => format!("{number} bytes"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_is_told_in_units_people_know() {
        assert_eq!(bytes(12), "12 bytes");
        assert_eq!(bytes(3 << 19), "1.5 MB");
    }
}
