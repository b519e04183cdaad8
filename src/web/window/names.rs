//! The names the archive knows: where each was mentioned first and last, and where it stands.

use axum::extract::{Path, State};
use maud::{Markup, html};

use crate::answers::{NameOne, NamesAsked, Request, Response};
use crate::findings;
use crate::model::{Decided, Mention, NameKind, NamePlace};
use crate::web::window::form::{self, Choice};
use crate::web::window::page::Page;
use crate::web::window::query::Query;
use crate::web::window::trouble::Trouble;
use crate::web::window::{Window, cite, told};

/// How many names stand on one page.
const MOST: usize = 100;

pub(super) async fn names(State(window): State<Window>, query: Query) -> Result<Page, Trouble> {
    let asked = NamesAsked {
        new_since: query.day_begins("since", window.zone())?,
        kind: query.read_as::<NameKind>("kind", "a kind of name")?,
        text: query.text("q").map(str::to_owned),
        dismissed: query.has(&["dismissed"]),
        as_of: cite::pinned(&query)?,
    };
    let entry = match asked.as_of {
        Some(entry) => entry,
        None => match window.ask(Request::LastEntry).await? {
            Response::LastEntry(entry) => entry,
            other => return Err(Trouble::mistaken(&other)),
        },
    };
    let mut names = ask(&window, asked).await?;
    // What is new is what people look for.
    names.sort_by_key(|one| std::cmp::Reverse(one.known.first.bounds.by));
    let from: usize = query.read_as("from", "a number")?.unwrap_or(0);
    let kinds = NameKind::ALL.map(|kind| Choice::of(kind.word(), kind.word()));
    let body = html! {
        h1 { "Names" }
        p.lead { "Datasets, registers, programmes and directions, as pages name them; those that were named last for the first time come first." }
        form.filter method="get" action="/names" aria-label="Filter" {
            div.fields {
                (form::words(&query, "q", "Words in the name"))
                (form::choice(&query, "kind", "Kind", "every kind", kinds.into()))
                (form::day(&query, "since", "First named since"))
                (form::choice(&query, "dismissed", "Decided", "what stands", vec![Choice::of("yes", "what was dismissed")]))
            }
            div.words {
                button type="submit" { "Filter" }
                @if query.has(&["q", "kind", "since", "dismissed"]) { a href="/names" { "All names" } }
            }
        }
        @if names.is_empty() {
            p.empty { @if query.has(&["q", "kind", "since", "dismissed"]) { "No name is like this. Take a filter off." } @else { "No name was found on the pages that are watched so far." } }
        } @else {
            p.about role="status" { (told::counted(names.len(), "name", "names")) }
            (cite::note(&query))
            div.wide tabindex="0" role="group" aria-label="Names" {
                table {
                    thead { tr { th scope="col" { "Name" } th scope="col" { "Kind" } th scope="col" { "First mention" } th scope="col" { "Stands on" } } }
                    tbody {
                        @for one in names.iter().skip(from).take(MOST) {
                            tr {
                                th scope="row" { a href=(told::to_name(&one.known.canonical)) { (one.known.name) } }
                                td { (one.known.kind) }
                                td { (told::bounds(&window, &one.known.first.bounds)) }
                                td { @if one.now == 0 { "no page now" } @else { (told::counted(one.now, "page", "pages")) } }
                            }
                        }
                    }
                }
            }
            nav.older aria-label="More names" {
                @if from > 0 { a rel="prev" href=(query.with("from", (from > MOST).then(|| (from - MOST).to_string()).as_deref())) { "Those before" } " " }
                @if from + MOST < names.len() { a rel="next" href=(query.with("from", Some(&(from + MOST).to_string()))) { "More names" } }
            }
            (cite::query(&window, &query, entry))
        }
    };
    Ok(Page::new("Names", body).at("/names"))
}

pub(super) async fn name(
    State(window): State<Window>,
    Path(canonical): Path<String>,
) -> Result<Page, Trouble> {
    let one = called(&window, &canonical).await?;
    let known = &one.known;
    let body = html! {
        (told::crumbs(&[("/names", "Names")]))
        h1 { (known.name) }
        p.about { (known.kind) @if !known.aliases.is_empty() { " · also " (known.aliases.join(", ")) } }
        @if let Some(ruling) = &known.ruling {
            p.warning role="note" {
                (match &ruling.decided {
                    Decided::Dismissed => "Somebody decided that this is no name.".to_owned(),
                    Decided::Merged { into } => format!("It is one with “{into}”."),
                    Decided::Restored => "It was dismissed once, and stands again.".to_owned(),
                })
                @if let Some(why) = &ruling.why { " “" (why) "”" }
            }
        }
        dl {
            dt { "First mention" } dd { (mention(&window, &known.first)) }
            dt { "Last mention" } dd { (mention(&window, &known.last)) }
            @if let Some(before) = &one.before {
                dt { "Before, by the word of “" (before.archive) "”" }
                dd { a href=(told::to_version(&before.watch, before.point)) { (before.watch) " " (before.point) } ", copied " (told::moment(before.at, window.zone())) }
            }
            dt { "Stands now on" } dd { (told::counted(one.now, "page", "pages")) }
        }
        @if window.has_people() {
            p.about { a href=(told::to_ruling(&canonical)) rel="nofollow" { "Decide on this name" } " (for those who can sign in)" }
        }
        p.about { "A first mention is the first on the pages that are watched, since they are watched: not the first anywhere." }
        section aria-labelledby="places" {
            h2 id="places" { "Where it is, and was" }
            div.wide tabindex="0" role="group" aria-label="Where it is, and was" {
                table {
                    thead { tr { th scope="col" { "Document" } th scope="col" { "First" } th scope="col" { "Last" } th scope="col" { "Now" } } }
                    tbody { @for place in &known.places { (row(&window, place)) } }
                }
            }
        }
        @if !one.resembles.is_empty() {
            section aria-labelledby="alike" {
                h2 id="alike" { "Names like it" }
                ul.plain { @for other in &one.resembles { li { a href={ "/names?q=" (told::escaped(other)) } { (other) } } } }
            }
        }
    };
    Ok(Page::new(known.name.clone(), body).at("/names"))
}

/// The name that is called so, under whatever it is told now.
pub(super) async fn called(window: &Window, name: &str) -> Result<NameOne, Trouble> {
    let asked = NamesAsked {
        text: Some(name.to_owned()),
        ..NamesAsked::default()
    };
    let mut found = ask(window, asked).await?.into_iter();
    let wanted = findings::canonical(name);
    let is_it = |one: &NameOne| {
        let mut aliases = one.known.aliases.iter();
        [name, &wanted].contains(&one.known.canonical.as_str())
            || aliases.any(|alias| findings::canonical(alias) == wanted)
    };
    let none = || Trouble::not_there(format!("The archive knows no name “{name}”."));
    found.find(is_it).ok_or_else(none)
}

async fn ask(window: &Window, asked: NamesAsked) -> Result<Vec<NameOne>, Trouble> {
    match window.ask(Request::Names(asked)).await? {
        Response::Names(names) => Ok(names),
        other => Err(Trouble::mistaken(&other)),
    }
}

fn mention(window: &Window, mention: &Mention) -> Markup {
    html! {
        a href=(told::to_version(&mention.watch, mention.version)) { (mention.watch) ", version " (mention.version) }
        ", " (told::bounds(window, &mention.bounds))
    }
}

fn row(window: &Window, place: &NamePlace) -> Markup {
    let (first, last) = (&place.first, &place.last);
    html! {
        tr {
            th scope="row" { a href=(told::to_document(&place.watch)) { (place.watch) } }
            td { a href=(told::to_version(&place.watch, first.0)) { "version " (first.0) } ", " (told::bounds(window, &first.1)) }
            td { a href=(told::to_version(&place.watch, last.0)) { "version " (last.0) } }
            td {
                @match (place.now, &place.gone) {
                    (true, _) => "stands there",
                    (false, Some(gone)) => { "gone " (told::bounds(window, gone)) },
                    (false, None) => "no longer",
                }
            }
        }
    }
}
