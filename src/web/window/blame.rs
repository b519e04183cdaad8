//! Where each paragraph of a text comes from, and which sentences came and went.

use axum::extract::{Path, State};
use maud::{Markup, html};

use crate::answers::{Blamed, Request, Response, Which};
use crate::diff::{self, Gone, Origin};
use crate::model::{Block, BlockKind, Point, Reach, Version, WatchId};
use crate::web::window::page::Page;
use crate::web::window::trouble::Trouble;
use crate::web::window::{Window, redline, told, version};
use crate::wording::times;

/// So much text is shown on one page, in bytes.
const SHOWN: usize = 1_500_000;

/// Of the last version.
pub(super) async fn last(
    State(window): State<Window>,
    Path(id): Path<WatchId>,
) -> Result<Page, Trouble> {
    blame(&window, id, Which::Last).await
}

/// Of a version.
pub(super) async fn of(
    State(window): State<Window>,
    Path((id, place)): Path<(WatchId, String)>,
) -> Result<Page, Trouble> {
    let which = version::which(&place)?;
    blame(&window, id, which).await
}

async fn blame(window: &Window, id: WatchId, which: Which) -> Result<Page, Trouble> {
    let blamed = match window.ask(Request::Blame { id, which }).await? {
        Response::Blame(blamed) => blamed,
        other => return Err(Trouble::mistaken(&other)),
    };
    let last = blamed.versions.last();
    let point = last.map_or(Point::Own(0), Version::point);
    let title = &blamed.text.title;
    let body = html! {
        p.about { a href=(told::to_document(&blamed.id)) { "All versions and changes" } }
        h1 { (title) }
        p.lead { "Where each paragraph of " a href=(told::to_version(&blamed.id, point)) { (last.map(told::called).unwrap_or_default()) } " comes from" }
        p.about {
            (followed(&blamed))
            " " a href="#gone" { "Sentences that came and went" } " are listed below."
        }
        h2 { "Paragraph by paragraph" }
        div.blame { (paragraphs(window, &blamed)) }
        h2 id="gone" { "Sentences that came and went" }
        (gone(window, &blamed))
    };
    Ok(Page::new(
        format!("{title}: where each paragraph comes from"),
        body,
    ))
}

fn followed(blamed: &Blamed) -> String {
    let versions = blamed.versions.len();
    let count = match versions {
        1 => "There is one version so far.".to_owned(),
        _ => format!("{versions} versions were compared, each with the one before."),
    };
    match blamed.earlier {
        0 => count,
        earlier => format!("{count} {earlier} earlier ones were not looked at."),
    }
}

fn paragraphs(window: &Window, blamed: &Blamed) -> Markup {
    let mut left = SHOWN;
    let mut last: Option<&Origin> = None;
    let mut rows: Vec<Markup> = Vec::new();
    for (at, (block, origin)) in blamed.text.blocks.iter().zip(&blamed.origins).enumerate() {
        left = left.saturating_sub(block.text.len() + 200);
        if left == 0 {
            rows.push(html! { p.note { "The rest is too long to be shown here." } });
            break;
        }
        let same = last.is_some_and(|last| {
            last.since == origin.since && origin.before.is_none() && last.before.is_none()
        });
        rows.push(html! {
            div.from id={ "b" (at) } data-age=(age(origin, blamed)) {
                div.origin { @if !same { (since(window, blamed, origin)) } }
                div { (words(block)) (before(blamed, block, origin)) }
            }
        });
        last = Some(origin);
    }
    html! { @for row in &rows { (row) } }
}

/// How new a paragraph is among the versions: 0 for the first, 3 for the last.
fn age(origin: &Origin, blamed: &Blamed) -> usize {
    match blamed.versions.len() - 1 {
        0 => 0,
        _ if origin.since == 0 => 0,
        last if origin.since == last => 3,
        last if origin.since * 2 > last => 2,
        _ => 1,
    }
}

fn since(window: &Window, blamed: &Blamed, origin: &Origin) -> Markup {
    let Some(version) = blamed.versions.get(origin.since) else {
        return html! {};
    };
    let day = times::day(version.at, window.zone());
    let to = match origin
        .since
        .checked_sub(1)
        .and_then(|at| blamed.versions.get(at))
    {
        Some(earlier) => told::to_redline(
            &blamed.id,
            Reach {
                from: earlier.point(),
                to: version.point(),
            },
        ),
        None => told::to_version(&blamed.id, version.point()),
    };
    let since = match (origin.since, blamed.earlier) {
        (0, earlier) if earlier > 0 => "by",
        _ => "since",
    };
    html! {
        a href=(to) { (since) " " (told::called(version)) } br; (day)
        @if origin.reworded > 1 { br; "reworded " (origin.reworded) " times" }
    }
}

fn words(block: &Block) -> Markup {
    html! {
        @match block.kind {
            BlockKind::Heading(_) => p.heading { (block.text) },
            BlockKind::Item(_) => p.item { (block.text) },
            BlockKind::Verbatim => pre { (block.text) },
            BlockKind::Row(..) => p.row { (block.text) },
            BlockKind::Paragraph => p { (block.text) },
        }
    }
}

/// What stood there before, with what differs marked.
fn before(blamed: &Blamed, block: &Block, origin: &Origin) -> Markup {
    let no = |at: usize| {
        blamed
            .versions
            .get(at)
            .map_or(Point::Own(0), |version: &Version| version.point())
    };
    html! {
        @if let Some(earlier) = &origin.before {
            details.fold {
                summary { "Before, since version " (no(earlier.since)) }
                p { (redline::both(&diff::words(&earlier.text, &block.text))) }
            }
        }
        @if let Some(back) = origin.back_from {
            p.note { "The same words stood here before, last in version " (no(back)) "." }
        }
    }
}

fn gone(window: &Window, blamed: &Blamed) -> Markup {
    let zone = window.zone();
    let version = |at: usize| blamed.versions.get(at);
    html! {
        @if blamed.gone.is_empty() {
            p { "None." }
        } @else {
            div.wide role="group" aria-label="Sentences that came and went" tabindex="0" {
                table.rows {
                    thead { tr { th scope="col" { "Sentence" } th scope="col" { "First in" } th scope="col" { "Last in" } th scope="col" { "Gone with" } } }
                    tbody {
                        @for one in &blamed.gone {
                            tr {
                                td { (one.text) }
                                @for no in [one.first, one.last] {
                                    td {
                                        @if let Some(version) = version(no) {
                                            a href=(told::to_version(&blamed.id, version.point())) { (version.point()) } " (" (times::day(version.at, zone)) ")"
                                        }
                                    }
                                }
                                td { (went(blamed, one)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn went(blamed: &Blamed, one: &Gone) -> Markup {
    let pair = blamed
        .versions
        .get(one.last)
        .zip(blamed.versions.get(one.last + 1));
    html! {
        @if let Some((before, after)) = pair {
            @let reach = Reach { from: before.point(), to: after.point() };
            a href=(told::to_redline(&blamed.id, reach)) { (reach) }
        }
    }
}
