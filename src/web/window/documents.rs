//! Every document that is watched, or was.

use axum::extract::State;
use maud::html;

use crate::answers::{Listed, Request, Response, Standing};
use crate::web::window::form::{self, Choice};
use crate::web::window::page::Page;
use crate::web::window::query::Query;
use crate::web::window::trouble::Trouble;
use crate::web::window::{Window, told};

/// How many documents stand on one page.
const MOST: usize = 200;
/// The filters, as they stand in the address.
const FILTERS: [&str; 4] = ["q", "publisher", "topic", "standing"];
/// How a document can stand, by the word in the address.
const STANDINGS: [(&str, Standing); 6] = [
    ("read", Standing::Read),
    ("failing", Standing::Failing),
    ("gone", Standing::Gone),
    ("never-read", Standing::NeverRead),
    ("disabled", Standing::Disabled),
    ("retired", Standing::Retired),
];

pub(super) async fn documents(State(window): State<Window>, query: Query) -> Result<Page, Trouble> {
    let listed = match window.ask(Request::List).await? {
        Response::List(listed) => listed,
        other => return Err(Trouble::mistaken(&other)),
    };
    let mut found: Vec<&Listed> = listed.iter().filter(|one| passes(one, &query)).collect();
    sort(&mut found, query.shown("sort"));
    let from: usize = query.read_as("from", "a number")?.unwrap_or(0);
    let zone = window.zone();
    let in_force = window.house.in_force();
    let topics = in_force.watchlist.topics.iter();
    let topics = topics.map(|(name, said)| Choice::of(name, said)).collect();
    let standings = STANDINGS.map(|(word, one)| Choice::of(word, told::standing(one)));
    let sorts = [
        Choice::of("title", "by title"),
        Choice::of("publisher", "by publisher"),
        Choice::of("seen", "last read first"),
    ];
    let body = html! {
        h1 { "Documents" }
        p.lead { (told::counted(listed.len(), "document is", "documents are")) " watched, or were." }
        form.filter method="get" action="/documents" aria-label="Filter" {
            div.fields {
                (form::words(&query, "q", "Words in title, name or address"))
                (form::choice(&query, "publisher", "Publisher", "every publisher", form::publishers(&listed)))
                (form::choice(&query, "topic", "Topic", "every topic", topics))
                (form::choice(&query, "standing", "How it stands", "any", standings.into()))
                (form::choice(&query, "sort", "Order", "last changed first", sorts.into()))
            }
            div.words {
                button type="submit" { "Filter" }
                @if query.has(&FILTERS) { a href="/documents" { "All documents" } }
            }
        }
        @if found.is_empty() {
            p.empty { @if listed.is_empty() { "No document is watched yet." } @else { "No document is like this. Take a filter off." } }
        } @else {
            p.about role="status" { (told::counted(found.len(), "document", "documents")) }
            div.wide tabindex="0" role="group" aria-label="Documents" {
                table {
                    thead { tr { th scope="col" { "Document" } th scope="col" { "Publisher" } th scope="col" { "How it stands" } th scope="col" { "Last change" } } }
                    tbody {
                        @for one in found.iter().skip(from).take(MOST) {
                            tr {
                                th scope="row" { a href=(told::to_document(&one.id)) { (one.title) } }
                                td { @let publisher = form::publisher(one); a href=(told::to_publisher(&publisher)) { (publisher) } }
                                td {
                                    span.standing data-standing=(word(one.standing)) { (told::standing(one.standing)) }
                                    @if let Some(failing) = &one.failing {
                                        span.about { " since " (told::moment(failing.since, zone)) }
                                    }
                                }
                                td { @if let Some(at) = one.last_change { (told::moment(at, zone)) } @else { "none" } }
                            }
                        }
                    }
                }
            }
            nav.older aria-label="More documents" {
                @if from > 0 { a rel="prev" href=(query.with("from", before(from).as_deref())) { "Those before" } " " }
                @if from + MOST < found.len() {
                    a rel="next" href=(query.with("from", Some(&(from + MOST).to_string()))) { "More documents" }
                }
            }
        }
    };
    Ok(Page::new("Documents", body).at("/documents"))
}

fn before(from: usize) -> Option<String> {
    (from > MOST).then(|| (from - MOST).to_string())
}

fn passes(one: &Listed, query: &Query) -> bool {
    let words = query.shown("q").to_lowercase();
    let text = || format!("{}\n{}\n{}", one.title, one.id, one.url).to_lowercase();
    let standing = query.text("standing");
    query
        .text("publisher")
        .is_none_or(|name| form::publisher(one) == name)
        && query
            .text("topic")
            .is_none_or(|topic| one.topics.iter().any(|own| own == topic))
        && standing.is_none_or(|standing| word(one.standing) == standing)
        && (words.is_empty() || {
            let text = text();
            words.split_whitespace().all(|word| text.contains(word))
        })
}

fn word(standing: Standing) -> &'static str {
    let named = STANDINGS.iter().find(|(_, one)| *one == standing);
    named.map_or("", |(word, _)| word)
}

fn sort(found: &mut [&Listed], order: &str) {
    match order {
        "title" => found.sort_by_cached_key(|one| one.title.to_lowercase()),
        "publisher" => found.sort_by_cached_key(|one| {
            (
                form::publisher(one).to_lowercase(),
                one.title.to_lowercase(),
            )
        }),
        "seen" => found.sort_by_key(|one| std::cmp::Reverse(one.last_seen)),
        _ => found.sort_by_cached_key(|one| {
            (std::cmp::Reverse(one.last_change), one.title.to_lowercase())
        }),
    }
}
