//! What all pages of the window have in common.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use maud::{DOCTYPE, Markup, html};
use url::form_urlencoded;

use crate::model::Digest;
use crate::web::window::{icon, style};
use crate::wording::redline::visible;

/// Where one can go from everywhere.
const PLACES: [(&str, &str); 8] = [
    ("/", "Now"),
    ("/documents", "Documents"),
    ("/search", "Search"),
    ("/phrases", "Phrases"),
    ("/names", "Names"),
    ("/registers", "Registers"),
    ("/promises", "Promises"),
    ("/publishers", "Publishers"),
];
/// What is said of the archive itself.
const OF_US: [(&str, &str); 4] = [
    ("/about", "About and methods"),
    ("/corrections", "Corrections"),
    ("/status", "Status"),
    ("/api", "For programs"),
];

/// What the foot of a page says of signing in.
pub(super) enum Entrance {
    /// Nobody can sign in.
    Shut,
    /// Whoever has an account can, and comes back to this path.
    Open { to: String },
    /// Somebody did; the form by which they leave carries this mark.
    Within { name: String, mark: String },
}

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

    fn written(&self, entrance: &Entrance) -> String {
        let page = html! {
            (DOCTYPE)
            html lang="en-GB" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    title { (self.title) " – Smallprint" }
                    link rel="stylesheet" href=(style::PATH);
                    link rel="icon" href=(icon::PATH) type="image/svg+xml";
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
                        (said_of(entrance))
                    }
                }
            }
        };
        // Whatever a publisher wrote: nothing that commands a terminal or turns the reading direction.
        visible(&page.into_string())
    }
}

fn said_of(entrance: &Entrance) -> Markup {
    html! {
        @match entrance {
            Entrance::Shut => {},
            Entrance::Open { to } => {
                @let to: String = form_urlencoded::byte_serialize(to.as_bytes()).collect();
                p.entrance { a href={ "/sign-in?to=" (to) } rel="nofollow" { "Sign in" } }
            },
            Entrance::Within { name, mark } => {
                form.entrance method="post" action="/sign-out" {
                    input type="hidden" name="mark" value=(mark);
                    p { "Signed in as " (name) ". " button.plain { "Sign out" } }
                }
            },
        }
    }
}

impl IntoResponse for Page {
    /// Only when it is known who reads it, it is written: see [`write`].
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}

/// Writes the page that is answered, where it is one, for whom this entrance is meant.
pub(super) fn write(response: &mut Response, entrance: impl FnOnce() -> Entrance) {
    let Some(page) = response.extensions_mut().remove::<Arc<Page>>() else {
        return;
    };
    let text = page.written(&entrance());
    let tag = format!("W/\"{}\"", Digest::of(text.as_bytes()).short());
    let fields = response.headers_mut();
    let kind = HeaderValue::from_static("text/html; charset=utf-8");
    fields.insert(header::CONTENT_TYPE, kind);
    // What was known of a page without its text is not known of the text.
    fields.remove(header::CONTENT_LENGTH);
    fields.append(header::VARY, HeaderValue::from_static("cookie"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        fields.insert(header::ETAG, tag);
    }
    *response.body_mut() = Body::from(text);
}
