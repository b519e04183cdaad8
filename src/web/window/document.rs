//! One document: what it is, when it was there, its versions and changes, and what was said of them.

use axum::extract::{Path, State};
use maud::{Markup, html};

use crate::answers::{FoundOne, Request, Response, Watched, WatchedAsked};
use crate::model::{EntryNo, Fate, Stated, VersionNo, WatchId};
use crate::web::window::chart::Timeline;
use crate::web::window::page::Page;
use crate::web::window::query::Query;
use crate::web::window::trouble::Trouble;
use crate::web::window::{Window, told};
use crate::wording::forgotten;

/// How many lines of a page's own list of changes, and how many leads, are shown at once.
const AT_ONCE: usize = 12;

pub(super) async fn document(
    State(window): State<Window>,
    Path(id): Path<WatchId>,
    query: Query,
) -> Result<Page, Trouble> {
    let request = Request::Watched(WatchedAsked {
        id,
        versions_below: query.read_as::<VersionNo>("versions", "the number of a version")?,
        changes_below: query.read_as::<EntryNo>("changes", "the number of an entry")?,
    });
    let watched = match window.ask(request).await? {
        Response::Watched(watched) => watched,
        other => return Err(Trouble::mistaken(&other)),
    };
    let here = told::to_document(&watched.id);
    let body = html! {
        (told::crumbs(&[("/documents", "Documents"), (&told::to_publisher(&watched.publisher), &watched.publisher)]))
        h1 { (watched.title) }
        (standing(&window, &watched))
        section aria-labelledby="seen" {
            h2 id="seen" { "When it was there" }
            (Timeline {
                spells: &watched.spells,
                visits: (watched.visits.0, watched.visits.1),
                steps: &watched.steps,
                past: watched.past.as_ref().map(|told| &told.past),
                zone: window.zone(),
            }.drawn())
            @if watched.visits.2 { p.about { "Earlier visits are not drawn." } }
        }
        (changes(&window, &watched, &query))
        (versions(&window, &watched, &query))
        (past(&window, &watched))
        (said(&window, &watched))
        (facts(&window, &watched))
        (found(&watched))
        p.about {
            "Follow this document: " a href={ (here) "/feed.atom" } { "Atom" } ", " a href={ (here) "/feed.json" } { "JSON Feed" } "."
        }
    };
    let head = html! {
        link rel="alternate" type="application/atom+xml" href={ (here) "/feed.atom" } title=(watched.title);
        link rel="alternate" type="application/feed+json" href={ (here) "/feed.json" } title=(watched.title);
    };
    Ok(Page::new(watched.title.clone(), body)
        .at("/documents")
        .telling(head))
}

fn standing(window: &Window, watched: &Watched) -> Markup {
    let zone = window.zone();
    let state = &watched.state;
    html! {
        p.about {
            a href=(told::to_publisher(&watched.publisher)) { (watched.publisher) }
            @for (name, said) in &watched.topics { " · " a href={ "/documents?topic=" (told::escaped(name)) } { (said) } }
        }
        // The address is said, not linked: who follows it leaves the archive knowingly.
        p.address { (watched.url) }
        @if state.away {
            p.warning role="note" { "This page is gone from its address" @if let Some(seen) = state.last_seen { "; it was last read " (told::moment(seen, zone)) } "." }
        }
        @if let Some(failing) = &state.failing {
            p.warning role="note" {
                "It cannot be read since " (told::moment(failing.since, zone)) ", on "
                (told::counted(failing.count as usize, "visit", "visits")) ": " (failing.why)
            }
        }
        @if !watched.kept { p.warning role="note" { "It is not visited at present; what was seen of it stays readable." } }
        @if let Some(current) = &state.current {
            p {
                a href=(told::to_version(&watched.id, current.no)) { "Read the latest version" }
                span.about { " · version " (current.no) ", first seen " (told::moment(current.at, zone)) ", last seen " (told::moment(current.last_seen, zone)) }
            }
            @let here = told::to_document(&watched.id);
            p.about {
                a href={ (here) "/blame" } { "Where each paragraph comes from" } " · "
                a href={ (here) "/compare" } { "Compare any two versions" }
            }
            form.compare method="get" action={ (here) "/at" } {
                label { "As it stood at the end of " input type="date" name="day" value=(current.at.with_timezone(&zone).format("%Y-%m-%d")) required; }
                " "
                button type="submit" { "Read it" }
            }
        } @else {
            p.empty { "It has never been read so far." }
        }
    }
}

fn changes(window: &Window, watched: &Watched, query: &Query) -> Markup {
    html! {
        section aria-labelledby="changes" {
            h2 id="changes" { "Changes" }
            @if watched.changes.is_empty() { p.empty { "It has not changed since it is watched." } }
            @for change in &watched.changes { (told::change(window, change)) }
            @if let Some(older) = watched.older {
                p.older { a rel="next" href={ (query.with("changes", Some(&older.to_string()))) "#changes" } { "Older changes" } }
            }
        }
    }
}

fn versions(window: &Window, watched: &Watched, query: &Query) -> Markup {
    let zone = window.zone();
    html! {
        section aria-labelledby="versions" {
            h2 id="versions" { "Versions" }
            @if watched.versions.is_empty() { p.empty { "No version is kept." } } @else {
                div.wide tabindex="0" role="group" aria-label="Versions" {
                    table {
                        thead { tr { th scope="col" { "Version" } th scope="col" { "First seen" } th scope="col" { "Last seen" } th scope="col" { "Compared" } } }
                        tbody {
                            @for version in &watched.versions {
                                tr {
                                    th scope="row" {
                                        a href=(told::to_version(&watched.id, version.no)) { "Version " (version.no) }
                                        @if let Some(same) = version.same_text_as { span.about { " · the text of version " (same) " again" } }
                                        @if version.imported.is_some() { span.about { " · brought in from elsewhere" } }
                                        @if let Some(aside) = forgotten::aside(version, zone) { span.about { " · " (aside) } }
                                    }
                                    td { (told::moment(version.at, zone)) }
                                    td { (told::moment(version.last_seen, zone)) }
                                    td {
                                        @if version.no > 1 {
                                            @let span = crate::model::Span { from: version.no - 1, to: version.no };
                                            a href=(told::to_redline(&watched.id, span)) { "with version " (version.no - 1) }
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
            @if let Some(earlier) = watched.earlier {
                p.older { a rel="next" href={ (query.with("versions", Some(&earlier.to_string()))) "#versions" } { "Earlier versions" } }
            }
        }
    }
}

/// What archives of the web hold from before our first version.
fn past(window: &Window, watched: &Watched) -> Markup {
    let zone = window.zone();
    let Some(told) = &watched.past else {
        return html! {};
    };
    html! {
        section aria-labelledby="past" {
            h2 id="past" { "Before it was watched" }
            p.about {
                "By the word of archives of the web; nobody was told of it. "
                @if told.past.at_least() { "At least " }
                (told::counted(told.past.turns.len(), "change", "changes")) " before our first version."
                @if told.past.unread > 0 { " " (told::counted(told.past.unread, "copy was", "copies were")) " not asked for." }
                @for (archive, why) in &told.lacks { " The list of " (archive) " is not whole: " (why) "." }
            }
            div.wide tabindex="0" role="group" aria-label="Before it was watched" {
                table {
                    thead { tr { th scope="col" { "Text" } th scope="col" { "First copy" } th scope="col" { "Last copy" } th scope="col" { "Copies" } th scope="col" { "Next change" } } }
                    tbody {
                        @for (at, stretch) in told.past.stretches.iter().enumerate() {
                            tr {
                                th scope="row" {
                                    @match stretch.text {
                                        Some(_) => a href=(told::to_version(&watched.id, stretch.first)) { "Backfilled " (stretch.first) },
                                        None => "No page there",
                                    }
                                    span.about { " · " (stretch.archives.join(", ")) }
                                    @if let Some(aside) = told.forgotten(stretch).and_then(|text| forgotten::aside(text, zone)) { span.about { " · " (aside) } }
                                }
                                td { (told::moment(stretch.from, zone)) }
                                td { (told::moment(stretch.until, zone)) }
                                td {
                                    (stretch.read.len()) " read"
                                    @if stretch.by_word > 0 { ", " (stretch.by_word) " with the same digest" }
                                    @if stretch.assumed > 0 { ", " (stretch.assumed) " not asked for" }
                                }
                                td {
                                    @if let Some(turn) = told.past.turns.get(at) { a href=(told::to_redline(&watched.id, turn.reach)) { (turn.reach) } }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn said(window: &Window, watched: &Watched) -> Markup {
    let zone = window.zone();
    html! {
        @if !watched.annotations.is_empty() {
            section aria-labelledby="said" {
                h2 id="said" { "What people said of its changes" }
                @for one in &watched.annotations {
                    @let annotation = &one.annotated.annotation;
                    article.said {
                        p.kicker { (told::says(annotation.says)) " · " a href=(told::to_redline(&watched.id, one.change)) { "change " (one.change) } }
                        @if let Some(words) = &one.words { blockquote { @for line in words.lines() { p { (line) } } } }
                        p.about {
                            (annotation.by) ", " (told::moment(one.annotated.at, zone))
                            @if one.annotated.undone.is_some() { "; taken back since" }
                        }
                    }
                }
            }
        }
    }
}

fn facts(window: &Window, watched: &Watched) -> Markup {
    let zone = window.zone();
    html! {
        (claims(window, &watched.stated))
        @if !watched.attachments.is_empty() {
            section aria-labelledby="files" {
                h2 id="files" { "Files it offers" }
                ul.plain {
                    @for file in &watched.attachments {
                        li { (file.title) @if let Some(facts) = &file.facts { span.about { " · " (facts) } } br; span.address { (file.url) } }
                    }
                }
            }
        }
        @if !watched.tables.is_empty() {
            section aria-labelledby="tables" {
                h2 id="tables" { "Tables" }
                ul.plain {
                    @for (place, rows) in watched.tables.iter().enumerate() {
                        li { a href={ (told::to_document(&watched.id)) "/table/" (place + 1) } { "Table " (place + 1) } ", " (told::counted(*rows, "row", "rows")) }
                    }
                }
            }
        }
        @if !watched.addresses.is_empty() {
            section aria-labelledby="addresses" {
                h2 id="addresses" { "Where it was read" }
                ul.plain {
                    @for address in watched.addresses.iter().rev() {
                        li { span.address { (address.url) } br; span.about { "from " (told::moment(address.from, zone)) " to " (told::moment(address.until, zone)) } }
                    }
                }
                @for (id, no) in &watched.continued_by {
                    p { "From version " (no) " on it goes on as " a href=(told::to_document(id)) { (id) } "." }
                }
            }
        }
    }
}

fn claims(window: &Window, stated: &Stated) -> Markup {
    let silent = stated.published.is_none()
        && stated.updated.is_none()
        && stated.updated_at.is_none()
        && stated.lines.is_empty()
        && stated.history.is_empty();
    html! {
        section aria-labelledby="claims" {
            h2 id="claims" { "What the page says of itself" }
            @if silent { p.empty { "It states no date, and keeps no list of its changes." } }
            dl {
                @if let Some(day) = stated.published { dt { "Published" } dd { (day.format("%-d %B %Y")) } }
                @match (stated.updated_at, stated.updated) {
                    (Some(at), _) => { dt { "Updated" } dd { (told::moment(at, window.zone())) } },
                    (None, Some(day)) => { dt { "Updated" } dd { (day.format("%-d %B %Y")) } },
                    (None, None) => {},
                }
                @for line in &stated.lines { dt { "In its words" } dd { "“" (line) "”" } }
                @if let Some(notice) = &stated.withdrawn { dt { "Withdrawn" } dd { "“" (notice) "”" } }
                @if stated.noindex { dt { "Search engines" } dd { "It asks them to leave it out." } }
                @if let Some(id) = &stated.content_id { dt { "Content id" } dd { code { (id) } } }
            }
            @if !stated.history.is_empty() {
                details open[stated.history.len() <= AT_ONCE] {
                    summary { "Its own list of changes, " (told::counted(stated.history.len(), "line", "lines")) }
                    ul.plain { @for note in &stated.history { li { span.about { (note.at) } br; (note.note) } } }
                }
            }
        }
    }
}

fn found(watched: &Watched) -> Markup {
    html! {
        @if !watched.found.is_empty() {
            section aria-labelledby="leads" {
                h2 id="leads" { "What it leads to" }
                ul.plain { @for one in watched.found.iter().take(AT_ONCE) { (lead(one)) } }
                @if watched.found.len() > AT_ONCE {
                    details {
                        summary { (told::counted(watched.found.len() - AT_ONCE, "more", "more")) }
                        ul.plain { @for one in watched.found.iter().skip(AT_ONCE) { (lead(one)) } }
                    }
                }
            }
        }
    }
}

fn lead(one: &FoundOne) -> Markup {
    let title = match one.title.trim() {
        "" => &one.url,
        _ => &one.title,
    };
    html! {
        li {
            @if one.read.is_some() { a href=(told::to_document(&one.watch)) { (title) } } @else { (title) }
            span.about {
                " · " (match one.fate {
                    Fate::Unread => "not read yet",
                    Fate::Read => "read once",
                    Fate::Watched | Fate::Promoted => "watched",
                    Fate::Gone => "no longer offered",
                    Fate::Dropped => "need not be watched",
                })
                @if let Some(why) = &one.why { ": " (why) }
            }
        }
    }
}
