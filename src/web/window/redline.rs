//! What differs between two versions.

use maud::{Markup, html};

use crate::answers::{Request, Response};
use crate::model::{Edit, Piece, Span, WatchId, Words};
use crate::web::window::page::Page;
use crate::web::window::trouble::Trouble;
use crate::web::window::{Window, told};
use crate::wording::{label, times};

pub(super) async fn redline(window: &Window, id: WatchId, span: Span) -> Result<Page, Trouble> {
    let asked = Request::Diff {
        id: id.clone(),
        span: Some(span),
    };
    let compared = match window.ask(asked).await? {
        Response::Diff(compared) => compared,
        other => return Err(Trouble::mistaken(&other)),
    };
    let title = &compared.text_after.title;
    let in_force = window.house.in_force();
    let book = &in_force.watchlist.book;
    let body = html! {
        p.about { a href=(told::to_document(&id)) { "All versions and changes" } }
        h1 { (title) }
        @if let Some(change) = &compared.change {
            p.lead { (change.sentence) }
            p.about {
                (told::severity(change.severity)) " · "
                (times::between(&change.bounds, window.zone(), window.now()))
            }
            @if !change.findings.is_empty() {
                h2 { "Why it matters" }
                ul.findings {
                    @for finding in &change.findings {
                        li { (label::of(finding, book)) ": " (finding.why) }
                    }
                }
            }
        }
        h2 { "What differs" }
        div.text {
            @for hunk in &compared.diff.hunks {
                @if !hunk.path.is_empty() { h3 { (hunk.path.join(" › ")) } }
                @for one in &hunk.edits { (edit(one)) }
            }
        }
    };
    Ok(Page::new(format!("{title}: what changed"), body))
}

fn edit(edit: &Edit) -> Markup {
    html! {
        @match edit {
            Edit::Added { after } => p { ins { (after.text) } },
            Edit::Removed { before } => p { del { (before.text) } },
            Edit::Moved { after, .. } => p.moved { span.note { "moved here: " } (after.text) },
            Edit::Reworded { words, .. } => p { @for one in words { (piece(one)) } },
        }
    }
}

fn piece(words: &Words) -> Markup {
    html! {
        @match words.piece {
            Piece::Kept => (words.text),
            Piece::Removed => del { (words.text) },
            Piece::Added => ins { (words.text) },
        }
    }
}
