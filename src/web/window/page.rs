//! What all pages of the window have in common.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use maud::{DOCTYPE, Markup, html};

use crate::model::Digest;
use crate::web::window::style;
use crate::wording::redline::visible;

/// Where one can go from everywhere.
const PLACES: [(&str, &str); 7] = [
    ("/", "Now"),
    ("/documents", "Documents"),
    ("/search", "Search"),
    ("/names", "Names"),
    ("/registers", "Registers"),
    ("/promises", "Promises"),
    ("/publishers", "Publishers"),
];
/// What is said of the archive itself.
const OF_US: [(&str, &str); 3] = [
    ("/about", "About and methods"),
    ("/corrections", "Corrections"),
    ("/status", "Status"),
];

/// One page.
pub(super) struct Page {
    status: StatusCode,
    title: String,
    /// What stands in its head for other programs.
    head: Markup,
    /// The place it belongs to, as the navigation has it.
    place: &'static str,
    body: Markup,
}

impl Page {
    /// A page of this title.
    pub(super) fn new(title: impl Into<String>, body: Markup) -> Page {
        Page {
            status: StatusCode::OK,
            title: title.into(),
            head: Markup::default(),
            place: "",
            body,
        }
    }

    /// Belonging to this place of the navigation.
    pub(super) fn at(self, place: &'static str) -> Page {
        Page { place, ..self }
    }

    /// With this in its head, for other programs.
    pub(super) fn telling(self, head: Markup) -> Page {
        Page { head, ..self }
    }

    /// With this status.
    pub(super) fn with(self, status: StatusCode) -> Page {
        Page { status, ..self }
    }

    fn link(&self, path: &str, name: &str) -> Markup {
        let here = (path == self.place).then_some("page");
        html! { a href=(path) aria-current=[here] { (name) } }
    }

    fn written(&self) -> String {
        let page = html! {
            (DOCTYPE)
            html lang="en-GB" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    title { (self.title) " – Smallprint" }
                    link rel="stylesheet" href=(style::PATH);
                    (self.head)
                }
                body {
                    a.skip href="#main" { "Skip to the text" }
                    header.top {
                        p.masthead { a.home href="/" { "Smallprint" } }
                        nav aria-label="Pages" {
                            ul { @for (path, name) in PLACES { li { (self.link(path, name)) } } }
                        }
                    }
                    main id="main" tabindex="-1" { (self.body) }
                    footer.foot {
                        nav aria-label="Of this archive" {
                            ul { @for (path, name) in OF_US { li { (self.link(path, name)) } } }
                        }
                        p { "Every version is kept as it was served. Texts belong to those who published them." }
                    }
                }
            }
        };
        // Whatever a publisher wrote: nothing that commands a terminal or turns the reading direction.
        visible(&page.into_string())
    }
}

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        let text = self.written();
        let tag = format!("W/\"{}\"", Digest::of(text.as_bytes()).short());
        let fields = [
            (header::CONTENT_TYPE, "text/html; charset=utf-8".to_owned()),
            (header::ETAG, tag),
        ];
        (self.status, fields, text).into_response()
    }
}
