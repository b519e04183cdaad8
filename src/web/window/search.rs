//! Search: which passages have these words, and how long they stood.

use axum::extract::State;
use maud::{Markup, html};

use crate::answers::{
    Part, Quote, Reached, Request, Response, SearchAsked, Searched, Sighted, SightedBefore,
    StoodBefore,
};
use crate::search::query::Within;
use crate::web::window::form::{self, Choice};
use crate::web::window::page::Page;
use crate::web::window::query::Query;
use crate::web::window::trouble::Trouble;
use crate::web::window::{Window, cite, told};

/// Where words can be looked for.
const WITHIN: [(Within, &str); 5] = [
    (Within::Now, "in what stands now"),
    (Within::History, "in all that ever stood"),
    (Within::Added, "in what changes added"),
    (Within::Removed, "in what changes removed"),
    (Within::Past, "in what archives hold from before"),
];
/// What narrows a search.
const FILTERS: [&str; 5] = ["within", "publisher", "topic", "from", "until"];

pub(super) async fn search(State(window): State<Window>, query: Query) -> Result<Page, Trouble> {
    let searched = match query.text("q") {
        Some(words) => Some(found(&window, &query, words).await?),
        None => None,
    };
    let body = html! {
        h1 { "Search" }
        (asked(&window, &query))
        @match &searched {
            Some(searched) => (answered(&window, &query, searched)),
            None => (help()),
        }
    };
    let title = match query.text("q") {
        Some(words) => format!("Search: {words}"),
        None => "Search".to_owned(),
    };
    Ok(Page::new(title, body).at("/search"))
}

async fn found(window: &Window, query: &Query, words: &str) -> Result<Searched, Trouble> {
    let within = query.text("within");
    let within = WITHIN.iter().find(|(one, _)| within == Some(one.word()));
    let asked = SearchAsked {
        words: words.to_owned(),
        within: within.map(|(within, _)| *within),
        publisher: query.text("publisher").map(str::to_owned),
        topic: query.text("topic").map(str::to_owned),
        from: query.day_begins("from", window.zone())?,
        until: query.day_ends("until", window.zone())?,
        after: query.text("after").map(str::to_owned),
        as_of: cite::pinned(query)?,
        ..SearchAsked::default()
    };
    match window.ask(Request::Search(asked)).await {
        Ok(Response::Search(searched)) => Ok(*searched),
        Ok(other) => Err(Trouble::mistaken(&other)),
        Err(none) => Err(Trouble::unanswerable(none)),
    }
}

fn asked(window: &Window, query: &Query) -> Markup {
    let in_force = window.house.in_force();
    let topics = in_force.watchlist.topics.keys();
    let topics: Vec<Choice> = topics.map(|topic| Choice::of(topic, topic)).collect();
    let within = WITHIN.iter().skip(1);
    let within: Vec<Choice> = within
        .map(|(one, said)| Choice::of(one.word(), said))
        .collect();
    html! {
        form.filter method="get" action="/search" role="search" {
            div.fields {
                (form::words(query, "q", "Words"))
                (form::choice(query, "within", "Where", WITHIN[0].1, within))
                (form::words(query, "publisher", "Publisher"))
                (form::choice(query, "topic", "Topic", "every topic", topics))
                (form::day(query, "from", "From"))
                (form::day(query, "until", "Until"))
            }
            div.words {
                button type="submit" { "Search" }
                @if query.has(&FILTERS) { a href=(query.only(&["q"])) { "Without filters" } }
            }
        }
    }
}

fn help() -> Markup {
    html! {
        p { "All of the words must stand in one passage: a paragraph, a heading, an item, a row." }
        ul {
            li { code { "\"opt out\"" } " finds words that stand together, " code { "opt OR objection" } " one or the other, " code { "-leaflet" } " what has it not, " code { "pseudonym*" } " every word that begins so." }
            li { code { "in:ID" } ", " code { "publisher:nhs" } ", " code { "topic:gp-data" } ", " code { "after:2016-01-01" } " and " code { "before:2017-01-01" } " narrow it." }
        }
        p { "To see when a phrase came and went on every page, ask for " a href="/phrases" { "its history" } "." }
    }
}

fn answered(window: &Window, query: &Query, searched: &Searched) -> Markup {
    let number = told::counted(searched.count, "passage", "passages");
    let pages = told::counted(searched.pages, "page", "pages");
    html! {
        p.about role="status" {
            @if !searched.counted { "At least " }
            (number) " on " (pages) "."
        }
        (cite::note(query))
        (how_far(&searched.reached))
        @if searched.count == 0 {
            p.empty { "No passage has these words there. " @if searched.within == Within::Now { "They may have stood before: look in all that ever stood." } }
        }
        @for one in &searched.found { (sighted(window, one)) }
        @if !searched.before.is_empty() {
            p.about role="note" { "These are texts as archives of the web hold them from before the pages were watched; their times are the archives’ word." }
        }
        @for one in &searched.before { (sighted_before(window, one)) }
        @if let Some(next) = &searched.next {
            nav.older aria-label="More passages" { a rel="next" href=(query.with("after", Some(next))) { "More passages" } }
        }
        (cite::query(window, query, searched.reached.entry))
    }
}

/// That the answer is not complete, where it is not.
pub(super) fn how_far(reached: &Reached) -> Markup {
    html! {
        @if !reached.is_complete() {
            p.about role="note" {
                "The index has read the journal up to entry " (reached.entry) " of " (reached.of) "; what came later is not in this answer."
                @if let Some(why) = &reached.trouble { " It does not go on: " (why) "." }
            }
        }
    }
}

fn sighted(window: &Window, one: &Sighted) -> Markup {
    html! {
        article.change {
            (quoted(&one.quote))
            p.about {
                (one.quote.publisher) " · "
                a href=(told::to_redline(&one.quote.watch, one.came.change)) {
                    @if one.came.first_sight { "there at the first reading" } @else { "came " (told::bounds(window, &one.came.bounds)) }
                }
                " · "
                @match &one.went {
                    Some(went) => a href=(told::to_redline(&one.quote.watch, went.change)) { "went " (told::bounds(window, &went.bounds)) },
                    None if one.watched => "stands there now",
                    None => "stood there when it was last watched",
                }
            }
        }
    }
}

fn sighted_before(window: &Window, one: &SightedBefore) -> Markup {
    let zone = window.zone();
    html! {
        article.change {
            (quoted(&one.quote))
            @for StoodBefore { stay, archive, url } in &one.stood {
                p.about {
                    (one.quote.publisher) " · "
                    a href=(told::to_version(&one.quote.watch, stay.first)) { "in the copy of " (told::moment(stay.from, zone)) }
                    @if stay.first != stay.last {
                        " to "
                        a href=(told::to_version(&one.quote.watch, stay.last)) { "that of " (told::moment(stay.until, zone)) }
                    }
                    @if let Some(after) = stay.after { " · not in that of " (told::moment(after, zone)) }
                    @if let Some(gone_by) = stay.gone_by { " · gone by " (told::moment(gone_by, zone)) }
                    " · by the archive “" (archive) "”: " (told::outside(url))
                }
            }
        }
    }
}

/// The page on which a passage stands, and its words.
fn quoted(quote: &Quote) -> Markup {
    html! {
        h2.item-title { a href=(told::to_document(&quote.watch)) { (quote.title) } }
        p.passage {
            @if quote.cut_before { "… " }
            (marked(&quote.parts()))
            @if quote.cut_after { " …" }
        }
    }
}

/// A text with what was looked for marked.
pub(super) fn marked(parts: &[Part]) -> Markup {
    html! {
        @for part in parts {
            @match part {
                Part::Plain(text) => (text),
                Part::Marked(text) => mark { (text) },
            }
        }
    }
}
