//! A version as the server sent it: its source to read, its bytes to keep.

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};

use crate::answers::{Form, Shown};
use crate::model::WatchId;
use crate::web::window::page::Page;
use crate::web::window::trouble::Trouble;
use crate::web::window::version::{above, shown, which};
use crate::web::window::{Window, told};

/// So many bytes of the source are shown, and so many lines.
const BYTES: usize = 400_000;
const LINES: usize = 4_000;

/// The source as text.
pub(in crate::web::window) async fn served(
    State(window): State<Window>,
    Path((id, place)): Path<(WatchId, String)>,
) -> Result<Page, Trouble> {
    let shown = shown(&window, &id, which(&place)?, Form::Raw).await?;
    let version = &shown.version;
    let bytes = shown.raw.as_deref().unwrap_or_default();
    let raw = format!("{}/raw", told::to_version(&id, version.point()));
    let body = html! {
        (above(&window, &id, version, "served"))
        p.about {
            a href=(raw) download { "Download the " (bytes.len()) " bytes as they were served" }
            "; their SHA-256 is " code { (version.body) } "."
        }
        (source(bytes))
    };
    Ok(Page::new(
        format!("{}, {} as served", version.title, told::called(version)),
        body,
    ))
}

/// Text with the numbers of its lines; what is no text is not shown.
fn source(bytes: &[u8]) -> Markup {
    if bytes.contains(&0) {
        return html! { p { "This is no text, and is not shown here." } };
    }
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(BYTES)]);
    let lines: Vec<&str> = text.lines().take(LINES).collect();
    let shown = lines.len();
    let all = bytes.split(|byte| *byte == b'\n').count();
    let cut = bytes.len() > BYTES || text.lines().nth(LINES).is_some();
    html! {
        pre.served tabindex="0" {
            @for (at, line) in lines.iter().enumerate() {
                span id={ "L" (at + 1) } { (line) "\n" }
            }
        }
        @if cut {
            p.note { "These are the first " (shown) " of " (all) " lines; the rest is in the file." }
        }
    }
}

/// The bytes, for keeping: no browser opens them here.
pub(in crate::web::window) async fn raw(
    State(window): State<Window>,
    Path((id, place)): Path<(WatchId, String)>,
) -> Result<Response, Trouble> {
    let shown = shown(&window, &id, which(&place)?, Form::Raw).await?;
    let Shown { version, raw, .. } = *shown;
    let name: String = (id.0.chars())
        .filter(|c| c.is_ascii_alphanumeric() || "-_".contains(*c))
        .collect();
    let fields = [
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}-{}.bin\"", version.point()),
        ),
        (
            header::CONTENT_SECURITY_POLICY,
            "sandbox; default-src 'none'".to_owned(),
        ),
        (header::ETAG, format!("\"{}\"", version.body.short())),
    ];
    Ok((fields, raw.unwrap_or_default()).into_response())
}
