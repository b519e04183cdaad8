//! A redline: how an official text changed, from one version to another.

mod above;
mod below;
mod files;
mod margin;
mod marked;
mod outline;
mod rows;
mod sheet;
mod side;
mod woven;

use maud::{Markup, html};

pub(super) use below::{choose, query};
pub(super) use files::{Form, form};
pub(super) use marked::{Levels, both};

use crate::answers::{AnnotatedOne, Compared, Request, Response, WhichChange};
use crate::model::{Change, Diff, Edit, Place, Reach, WatchId};
use crate::web::window::page::Page;
use crate::web::window::redline::sheet::{Folds, Sheet};
use crate::web::window::redline::woven::Woven;
use crate::web::window::trouble::Trouble;
use crate::web::window::{Window, told};
use crate::wording::{fit, redline as wording, times};

/// So many characters of what changed are told to other programs, of each side.
const TELLING: usize = 140;

/// How a redline is read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum View {
    Inline,
    Side,
    Changes,
}

impl View {
    const ALL: [View; 3] = [View::Inline, View::Side, View::Changes];

    /// The one that the query asks for.
    fn of(query: Option<&str>) -> View {
        let asked = query.and_then(|query| asked(query, "view"));
        let named = |view: &View| asked.as_deref() == Some(view.word());
        View::ALL.into_iter().find(named).unwrap_or(View::Inline)
    }

    fn word(self) -> &'static str {
        match self {
            View::Inline => "inline",
            View::Side => "side",
            View::Changes => "changes",
        }
    }

    fn name(self) -> &'static str {
        match self {
            View::Inline => "Whole text",
            View::Side => "Side by side",
            View::Changes => "Only what changed",
        }
    }
}

/// A value of a query, by its name.
pub(super) fn asked(query: &str, name: &str) -> Option<String> {
    let mut pairs = url::form_urlencoded::parse(query.as_bytes());
    let found = pairs.find(|(key, _)| key == name);
    found.map(|(_, value)| value.into_owned())
}

/// The page of a step of one document.
pub(super) async fn redline(
    window: &Window,
    id: WatchId,
    reach: Reach,
    query: Option<&str>,
) -> Result<Page, Trouble> {
    let compared = compared(window, &id, reach).await?;
    let of = WhichChange::Watch {
        id,
        span: reach.own(),
    };
    let said = match &compared.change {
        Some(_) => match window.ask(Request::Annotations { of: Some(of) }).await? {
            Response::Annotations(said) => said,
            other => return Err(Trouble::mistaken(&other)),
        },
        None => Vec::new(),
    };
    let path = told::to_redline(&compared.id, reach);
    Ok(page(window, &compared, &said, &path, View::of(query)))
}

/// What differs, as the archive answers it.
async fn compared(window: &Window, id: &WatchId, reach: Reach) -> Result<Box<Compared>, Trouble> {
    let asked = Request::Between {
        id: id.clone(),
        reach,
    };
    match window.ask(asked).await? {
        Response::Diff(compared) => Ok(compared),
        other => Err(Trouble::mistaken(&other)),
    }
}

/// The page of a redline between two documents.
pub(super) fn across(
    window: &Window,
    compared: &Compared,
    path: &str,
    query: Option<&str>,
) -> Page {
    page(window, compared, &[], path, View::of(query))
}

fn page(
    window: &Window,
    compared: &Compared,
    said: &[AnnotatedOne],
    path: &str,
    view: View,
) -> Page {
    let in_force = window.house.in_force();
    let watch = in_force.watchlist.watch(&compared.id);
    let publisher = watch.and_then(|watch| watch.publisher.as_deref());
    let findings = compared
        .change
        .as_ref()
        .map(|change| change.findings.as_slice())
        .unwrap_or_default();
    let book = &in_force.watchlist.book;
    let woven = Woven::of(&compared.diff, &compared.way, &compared.text_after).beside(findings);
    let mut sheet = Sheet::new(&woven, findings, book);
    sheet.whole =
        (compared.after.as_ref()).map(|version| told::to_version(&version.watch, version.point()));
    if view == View::Changes {
        sheet.folds = Folds::Counted;
    }
    let text = match view {
        View::Side => side::written(
            sheet,
            &name(compared, Side::Before),
            &name(compared, Side::After),
        ),
        View::Inline | View::Changes => sheet.written(),
    };
    let (title, zone) = (&compared.text_after.title, window.zone());
    let address = window.address(path);
    let body = html! {
        article.redline {
            header {
                p.about { a href=(told::to_document(&compared.id)) { "All versions and changes" } }
                h1 { (title) }
                @match &compared.change {
                    Some(change) => {
                        p.lead { (change.sentence) }
                        (about(window, change))
                        (above::corrections(change, publisher, zone))
                    }
                    None => p.lead { (above::compared(compared)) },
                }
                (versions(compared))
                (above::backfilled(compared, zone))
                (above::claim(window, compared))
                (above::corroborated(compared, zone))
                @if !findings.is_empty() {
                    h2 { "Why it matters" }
                    (margin::list(book, findings, &woven.beside))
                }
                (above::annotations(said, zone))
                @if compared.change.is_some() && window.has_people() {
                    p.about { a href=(told::to_triage(&compared.id, compared.span)) rel="nofollow" { "Say what you make of it" } " (for those who can sign in)" }
                }
            }
            h2 id="differs" { "What differs" }
            (views(path, view))
            p.note { (wording::share(&compared.diff, str::to_owned)) }
            @if let Some((before, after)) = &compared.diff.title {
                p.title { "Title: " (marked::gone(before)) " " (marked::came(after)) }
            }
            div.spread {
                (outline::outline(&woven))
                div.text.woven data-view=(view.word()) { (text) }
            }
            (below::files(&compared.diff))
            (below::links(&compared.diff, &compared.text_after))
            (below::quiet(&compared.diff))
            (beside(compared))
            (below::cited(window, compared, &address, publisher))
            @if path.starts_with("/d/") { (below::forms(path, evidence(window, compared, path).as_deref())) }
            (below::compare(compared))
            (below::report(window, &address, title))
        }
    };
    Page::new(format!("{title}: what changed"), body).telling(telling(compared, title, &address))
}

/// Where the evidence of a change is, where it can be made: what it rests on is signed.
fn evidence(window: &Window, compared: &Compared, path: &str) -> Option<String> {
    let made = compared.change.is_some() && window.house.in_force().can_sign();
    made.then(|| format!("{path}.zip"))
}

#[derive(Clone, Copy)]
enum Side {
    Before,
    After,
}

/// What one side is called: "Version 3, seen …".
fn name(compared: &Compared, side: Side) -> String {
    let (version, word) = match side {
        Side::Before => (&compared.before, "Before"),
        Side::After => (&compared.after, "Now"),
    };
    match version {
        Some(version) => format!("{word}: {}", told::called(version)),
        None => format!("{word}: no page there"),
    }
}

/// How much it matters, what sort of step it is, when, and why nothing was said of it.
fn about(window: &Window, change: &Change) -> Markup {
    let bounds = times::between(&change.bounds, window.zone(), window.now());
    html! {
        p.about { (told::severity(change.severity)) " · " (above::sort_of(change.kind)) " · " (bounds) }
        @if let Some(silence) = &change.silence {
            p.about { "Nobody was told of it: " (silence) }
        }
    }
}

/// The two versions, with links to each as it reads.
fn versions(compared: &Compared) -> Markup {
    html! {
        p.about {
            @for (version, word) in [(&compared.before, "Before: "), (&compared.after, " Now: ")] {
                (word)
                @match version {
                    Some(version) => {
                        a href=(told::to_version(&version.watch, version.point())) { (told::called(version)) }
                        @if version.watch != compared.id { " of " a href=(told::to_document(&version.watch)) { (version.title) } }
                        ". "
                    }
                    None => "no page there. ",
                }
            }
        }
    }
}

/// The other ways to read it.
fn views(path: &str, view: View) -> Markup {
    let joined = if path.contains('?') { "&" } else { "?" };
    html! {
        nav.views aria-label="Ways to read it" {
            ul {
                @for one in View::ALL {
                    li {
                        @let to = match one {
                            View::Inline => path.to_owned(),
                            other => format!("{path}{joined}view={}", other.word()),
                        };
                        a href=(to) aria-current=[(one == view).then_some("page")] { (one.name()) }
                    }
                }
            }
        }
    }
}

/// The change before and the change after.
fn beside(compared: &Compared) -> Markup {
    let (earlier, later) = compared.beside;
    html! {
        @if earlier.is_some() || later.is_some() {
            nav.onward aria-label="Other changes of this document" {
                @if let Some(span) = earlier {
                    a rel="prev" href=(told::to_redline(&compared.id, span)) { "← The change before, " (span) }
                }
                " "
                @if let Some(span) = later {
                    a rel="next" href=(told::to_redline(&compared.id, span)) { "The change after, " (span) " →" }
                }
            }
        }
    }
}

/// What other programs show of a link to it: the first words that changed.
fn telling(compared: &Compared, title: &str, address: &str) -> Markup {
    let words = first_words(&compared.diff);
    let said = match (&compared.change, words) {
        (Some(change), Some(words)) => format!("{} {words}", change.sentence),
        (Some(change), None) => change.sentence.clone(),
        (None, words) => words.unwrap_or_default(),
    };
    let said = crate::prose::cut(&said, 300);
    html! {
        meta name="description" content=(said);
        meta property="og:type" content="article";
        meta property="og:title" content={ (title) ": what changed" };
        meta property="og:description" content=(said);
        meta property="og:site_name" content="Smallprint";
        @if address.starts_with("http") { meta property="og:url" content=(address); link rel="canonical" href=(address); }
    }
}

/// The first words that changed, before and now.
fn first_words(diff: &Diff) -> Option<String> {
    let told = |edit: &&Edit| !matches!(edit, Edit::Moved { .. });
    let first = diff.edits().find(told)?;
    let text = |place: &Place| place.text.replace('\n', " ");
    match (first.before().map(text), first.after().map(text)) {
        (Some(before), Some(after)) => {
            let (before, after) = fit::narrowed(&before, &after, TELLING);
            Some(format!("Before: “{before}” Now: “{after}”"))
        }
        (Some(before), None) => Some(format!("Removed: “{}”", fit::cut(&before, TELLING))),
        (None, Some(after)) => Some(format!("Added: “{}”", fit::cut(&after, TELLING))),
        (None, None) => None,
    }
}
