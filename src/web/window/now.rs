//! What changed last, as it is looked for.

use axum::extract::State;
use chrono::NaiveDate;
use chrono_tz::Tz;
use maud::{Markup, html};

use crate::answers::{
    ChangesAsked, Folded, Listed, Paged, Promised, Request, Response, Standing, What,
};
use crate::model::{Change, ChangeKind, Claim, EntryNo, Severity};
use crate::web::window::form::{self, Choice};
use crate::web::window::page::Page;
use crate::web::window::query::Query;
use crate::web::window::trouble::Trouble;
use crate::web::window::{Window, cite, told};
use crate::wording::times;

/// The filters, as they stand in the address.
const FILTERS: [&str; 8] = [
    "q",
    "topic",
    "publisher",
    "rule",
    "claim",
    "severity",
    "since",
    "until",
];
/// How many failing pages and overdue promises stand beside the changes.
const BESIDE: usize = 6;
/// How many pages of a group are listed at once; the others are folded.
const OPEN: usize = 6;

pub(super) async fn now(State(window): State<Window>, query: Query) -> Result<Page, Trouble> {
    let asked = asked(&window, &query)?;
    let (before, pinned) = (asked.before, asked.as_of);
    let entry = match pinned {
        Some(entry) => entry,
        None => last_entry(&window).await?,
    };
    let paged = match window.ask(Request::Paged(asked)).await? {
        Response::Paged(paged) => paged,
        other => return Err(Trouble::mistaken(&other)),
    };
    let listed = match window.ask(Request::List).await? {
        Response::List(listed) => listed,
        other => return Err(Trouble::mistaken(&other)),
    };
    let body = html! {
        h1 { "What changed" }
        p.lead { "The pages where policy is made, as they were served, and what differs from one day to the next." }
        div.columns {
            div.main {
                (cite::note(&query))
                @if pinned.is_none() { (filters(&window, &query, &listed).await?) }
                @if before.is_some() { p { a href=(query.with("before", None)) { "Back to the newest" } } }
                @if paged.changes.is_empty() { (nothing(&query, &paged)) }
                (items(&window, &paged))
                @if let Some(older) = paged.older {
                    p.older { a rel="next" href=(query.with("before", Some(&older.to_string()))) { "Older changes" } }
                }
                (follow(&query))
                (cite::query(&window, &query, entry))
            }
            // What fails and is overdue is of today.
            @if pinned.is_none() { (beside(&window, &listed).await?) }
        }
    };
    Ok(Page::new("What changed", body).at("/"))
}

async fn last_entry(window: &Window) -> Result<EntryNo, Trouble> {
    match window.ask(Request::LastEntry).await? {
        Response::LastEntry(last) => Ok(last),
        other => Err(Trouble::mistaken(&other)),
    }
}

/// The same changes as feeds.
fn follow(query: &Query) -> Markup {
    let feeds = query
        .only(&FILTERS)
        .split_off(1)
        .replacen("?q=", "?words=", 1);
    let feeds = feeds.replacen("&q=", "&words=", 1);
    html! {
        p.about {
            "Follow " @if query.has(&FILTERS) { "these changes" } @else { "all changes" } ": "
            a href={ "/feed.atom" (feeds) } { "Atom" } ", " a href={ "/feed.json" (feeds) } { "JSON Feed" } "."
        }
    }
}

/// What the address asks for.
pub(super) fn asked(window: &Window, query: &Query) -> Result<ChangesAsked, Trouble> {
    let own = |name: &str| query.text(name).map(str::to_owned);
    let severity: Option<u8> = query.read_as("severity", "a severity from 1 to 5")?;
    Ok(ChangesAsked {
        since: query.day_begins("since", window.zone())?,
        until: query.day_ends("until", window.zone())?,
        topic: own("topic"),
        publisher: own("publisher"),
        rule: own("rule"),
        claim: own("claim"),
        min_severity: severity.map(Severity),
        words: own("q"),
        before: query.read_as::<EntryNo>("before", "the number of an entry")?,
        as_of: cite::pinned(query)?,
        ..ChangesAsked::default()
    })
}

async fn filters(window: &Window, query: &Query, listed: &[Listed]) -> Result<Markup, Trouble> {
    let in_force = window.house.in_force();
    let watchlist = &in_force.watchlist;
    let topics = watchlist.topics.iter();
    let topics = topics.map(|(name, said)| Choice::of(name, said)).collect();
    let publishers = form::publishers(listed);
    let known = match window.ask(Request::Rules).await? {
        Response::Rules(known) => known,
        other => return Err(Trouble::mistaken(&other)),
    };
    let fired = known.iter().filter(|rule| rule.fired > 0);
    let mut rules: Vec<Choice> = fired
        .map(|rule| Choice::of(&rule.rule, &rule.label))
        .collect();
    rules.sort_by(|a, b| a.said.cmp(&b.said));
    let claims = Claim::WORDS.map(|word| Choice::of(word, told::claimed(word)));
    let severities = [5, 4, 3, 2].map(|severity: u8| {
        let said = format!("{severity} and above: {}", told::meaning(severity));
        Choice::of(&severity.to_string(), &said)
    });
    Ok(html! {
        form.filter method="get" action="/" aria-label="Filter" {
            div.words {
                (form::words(query, "q", "Words in the sentence or title"))
                button type="submit" { "Filter" }
                @if query.has(&FILTERS) { a href="/" { "All changes" } }
            }
            details open[query.has(&FILTERS[1..])] {
                summary { "More filters" }
                div.fields {
                    (form::choice(query, "topic", "Topic", "every topic", topics))
                    (form::choice(query, "publisher", "Publisher", "every publisher", publishers))
                    (form::choice(query, "rule", "Finding", "every finding", rules))
                    (form::choice(query, "claim", "Announced or not", "either", claims.into()))
                    (form::choice(query, "severity", "Severity", "every severity", severities.into()))
                    (form::day(query, "since", "Seen from"))
                    (form::day(query, "until", "Seen until"))
                }
            }
        }
    })
}

fn nothing(query: &Query, paged: &Paged) -> Markup {
    html! {
        @if paged.older.is_some() {
            p.empty { "Nothing like this among the changes looked through so far. Older ones are looked through on the next page." }
        } @else if query.has(&FILTERS) || query.has(&["before"]) {
            p.empty { "No change is like this. Take a filter off, or look at " a href="/" { "all changes" } "." }
        } @else {
            p.empty { "Nothing has changed yet on the pages that are watched." }
        }
    }
}

/// The changes under the days on which they were seen first; those of a group stand where the newest of them does.
fn items(window: &Window, paged: &Paged) -> Markup {
    let zone = window.zone();
    let mut day: Option<NaiveDate> = None;
    html! {
        @for change in &paged.changes {
            @let group = paged.folded.iter().find(|one| one.entries.contains(&change.entry));
            @let first = group.is_none_or(|group| group.entries.iter().max() == Some(&change.entry));
            @if first {
                @let here = change.bounds.by.with_timezone(&zone).date_naive();
                @if day.replace(here) != Some(here) {
                    h2.day { (told::day(change.bounds.by, zone)) }
                }
                @let baseline = firsts(&paged.changes, here, zone);
                @match group {
                    None if baseline.len() > 1 && is_first(change) => {
                        @if baseline.first().is_some_and(|one| one.entry == change.entry) { (read_first(&baseline)) }
                    },
                    Some(group) => (folded(window, paged, group)),
                    None => (told::change(window, change)),
                }
            }
        }
    }
}

/// Whether a page was only read for the first time, and nothing is said of it.
fn is_first(change: &Change) -> bool {
    change.kind == ChangeKind::Appeared && change.severity <= Severity::RECORD
}

/// The pages of this list that were read for the first time on a day.
fn firsts(changes: &[Change], day: NaiveDate, zone: Tz) -> Vec<&Change> {
    let of_day = |change: &&Change| change.bounds.by.with_timezone(&zone).date_naive() == day;
    let firsts = changes.iter().filter(|change| is_first(change));
    firsts.filter(of_day).collect()
}

fn read_first(firsts: &[&Change]) -> Markup {
    html! {
        article.change.group {
            p.kicker { "from here on watched" }
            h3 { (told::counted(firsts.len(), "page was", "pages were")) " read for the first time" }
            p.about { "What stood there at the first reading is kept, and not reported." }
            details {
                summary { "Which" }
                ul {
                    @for change in firsts {
                        li { a href=(told::to_redline(&change.watch, change.span)) { (change.title) } }
                    }
                }
            }
        }
    }
}

fn folded(window: &Window, paged: &Paged, group: &Folded) -> Markup {
    let zone = window.zone();
    let of = |change: &&Change| group.entries.contains(&change.entry);
    let members: Vec<&Change> = paged.changes.iter().filter(of).collect();
    let highest = members.iter().map(|change| change.severity).max();
    html! {
        article.change.group data-severity=[highest.map(|one| one.0)] {
            p.kicker {
                @if let Some(highest) = highest { (told::severity(highest)) " · " }
                "the same on " (told::counted(group.pages, "page", "pages"))
            }
            h3 { (together(&group.what)) }
            p.about {
                "Seen from " (told::moment(group.since, zone)) " to " (told::moment(group.latest, zone))
                @if members.len() < group.pages { "; " (told::counted(members.len(), "page", "pages")) " of them here" }
            }
            ul { @for change in members.iter().take(OPEN) { (member(window, change)) } }
            @if members.len() > OPEN {
                details {
                    summary { (told::counted(members.len() - OPEN, "more page", "more pages")) }
                    ul { @for change in members.iter().skip(OPEN) { (member(window, change)) } }
                }
            }
        }
    }
}

fn member(window: &Window, change: &Change) -> Markup {
    html! {
        li {
            a href=(told::to_redline(&change.watch, change.span)) { (change.title) }
            span.about { " · " (told::bounds(window, &change.bounds)) }
            @for one in &change.corrections { (told::correction(one, window.zone())) }
        }
    }
}

/// What the changes of a group have in common, in one sentence.
fn together(what: &What) -> String {
    match what {
        What::Substitution { old, new } => format!("“{old}” became “{new}”"),
        What::SameEdit {
            old: Some(old),
            new: Some(new),
        } => format!("“{old}” now reads “{new}”"),
        What::SameEdit {
            old: Some(old),
            new: None,
        } => format!("“{old}” is gone"),
        What::SameEdit { new: Some(new), .. } | What::Spreading { new } => {
            format!("“{new}” was added")
        }
        What::SameEdit { .. } => "The same edit".to_owned(),
        What::HostMove { old, new } => format!("Pages moved from {old} to {new}"),
    }
}

async fn beside(window: &Window, listed: &[Listed]) -> Result<Markup, Trouble> {
    let promised = match window.ask(Request::PromisedSoFar).await? {
        Response::PromisedSoFar(so_far) => so_far,
        other => return Err(Trouble::mistaken(&other)),
    };
    let stuck = |one: &&Listed| one.failing.is_some() || one.standing == Standing::Gone;
    let stuck: Vec<&Listed> = listed.iter().filter(stuck).collect();
    let late = |one: &&Promised| one.overdue;
    let late: Vec<&Promised> = promised.found.iter().filter(late).rev().collect();
    let zone = window.zone();
    Ok(html! {
        aside.beside {
            section aria-labelledby="failing" {
                h2 id="failing" { "Cannot be read" }
                @if stuck.is_empty() { p.about { "Every page that was visited was read." } }
                ul {
                    @for one in stuck.iter().take(BESIDE) {
                        li {
                            a href=(told::to_document(&one.id)) { (one.title) }
                            p.about {
                                (told::standing(one.standing))
                                @if let Some(failing) = &one.failing {
                                    ", since " (told::moment(failing.since, zone)) ": " (failing.why)
                                }
                            }
                        }
                    }
                }
                @if stuck.len() > BESIDE { p { a href="/status" { "All " (stuck.len()) } } }
            }
            section aria-labelledby="overdue" {
                h2 id="overdue" { "Overdue" }
                @if late.is_empty() { p.about { "No page promises something for a day that has passed." } }
                ul {
                    @for one in late.iter().take(BESIDE) {
                        li {
                            a href=(told::to_version(&one.watch, one.version)) { (one.title) }
                            p.about { "for " (one.promise.due.format("%-d %B %Y")) ": “" (one.promise.quote) "”" }
                        }
                    }
                }
                @if late.len() > BESIDE { p { a href="/promises" { "All " (late.len()) } } }
                @if promised.unread > 0 { p.about { (unread(promised.unread)) } }
            }
            section aria-labelledby="watched" {
                h2 id="watched" { "Watched" }
                p { a href="/documents" { (told::counted(listed.len(), "document", "documents")) } }
                @if let Some(last) = listed.iter().filter_map(|one| one.last_seen).max() {
                    p.about { "Last read " (times::moment(last, zone)) }
                }
            }
        }
    })
}

/// That a list is not whole yet.
pub(super) fn unread(number: usize) -> String {
    format!(
        "{} still to be read for this list; look again in a minute.",
        told::counted(number, "document is", "documents are")
    )
}
