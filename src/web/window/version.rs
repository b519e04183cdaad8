//! One version as read.

use maud::{Markup, html};

use crate::answers::{Form, Request, Response, Which};
use crate::model::{Block, BlockKind, WatchId};
use crate::web::window::page::Page;
use crate::web::window::trouble::Trouble;
use crate::web::window::{Window, told};

pub(super) async fn version(window: &Window, id: WatchId, which: &str) -> Result<Page, Trouble> {
    let which: Which = which
        .parse()
        .map_err(|error: crate::answers::NotAVersion| {
            Trouble::unclear(error.to_string(), "The document’s page lists its versions.")
        })?;
    let asked = Request::Show {
        id: id.clone(),
        which,
        form: Form::Text,
    };
    let shown = match window.ask(asked).await? {
        Response::Show(shown) => shown,
        other => return Err(Trouble::mistaken(&other)),
    };
    let (version, zone) = (&shown.version, window.zone());
    let blocks = shown.document.as_ref().map(|document| &document.blocks);
    let body = html! {
        p.about { a href=(told::to_document(&id)) { "All versions and changes" } }
        h1 { (version.title) }
        p.about {
            "Version " (version.no) ", seen from " (told::moment(version.at, zone)) " to "
            (told::moment(version.last_seen, zone))
        }
        div.text {
            @for one in blocks.into_iter().flatten() { (block(one)) }
        }
    };
    let title = format!("{}, version {}", version.title, version.no);
    Ok(Page::new(title, body))
}

/// A block as it reads. The headings of a page stand below ours.
pub(super) fn block(block: &Block) -> Markup {
    html! {
        @match &block.kind {
            BlockKind::Heading(1) => h2 { (block.text) },
            BlockKind::Heading(2) => h3 { (block.text) },
            BlockKind::Heading(_) => h4 { (block.text) },
            BlockKind::Paragraph => p { (block.text) },
            BlockKind::Item(_) => p.item { (block.text) },
            BlockKind::Row(..) => p.row { (block.text) },
            BlockKind::Verbatim => pre { (block.text) },
        }
    }
}
