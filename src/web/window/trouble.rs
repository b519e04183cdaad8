//! What is said where a page cannot be shown.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::html;

use crate::answers::{self, NoAnswer};
use crate::web::problem::gone;
use crate::web::window::page::Page;

/// Why a page cannot be shown.
pub(super) struct Trouble {
    status: StatusCode,
    what: String,
    remedy: Option<String>,
}

impl Trouble {
    /// What is asked for is not there.
    pub(super) fn not_there(what: impl Into<String>) -> Trouble {
        Trouble {
            status: StatusCode::NOT_FOUND,
            what: what.into(),
            remedy: None,
        }
    }

    /// What is asked for cannot be understood.
    pub(super) fn unclear(what: impl Into<String>, remedy: impl Into<String>) -> Trouble {
        Trouble {
            status: StatusCode::BAD_REQUEST,
            what: what.into(),
            remedy: Some(remedy.into()),
        }
    }

    /// With this status.
    pub(super) fn with(status: StatusCode, what: &str, remedy: &str) -> Trouble {
        Trouble {
            status,
            what: what.to_owned(),
            remedy: Some(remedy.to_owned()),
        }
    }

    /// Another host is asked for.
    pub(super) fn other_host() -> Trouble {
        Trouble::with(
            StatusCode::MISDIRECTED_REQUEST,
            "This window does not answer to that name.",
            "Whoever keeps it names the address people use as public_url under [settings] of the watchlist.",
        )
    }

    /// What is asked for is not allowed.
    pub(super) fn refused(what: impl Into<String>, remedy: impl Into<String>) -> Trouble {
        Trouble {
            status: StatusCode::FORBIDDEN,
            what: what.into(),
            remedy: Some(remedy.into()),
        }
    }

    /// Too many ask for the same at once.
    pub(super) fn busy() -> Trouble {
        Trouble {
            status: StatusCode::TOO_MANY_REQUESTS,
            what: "Too many people try this at once.".to_owned(),
            remedy: Some("Try again in a minute.".to_owned()),
        }
    }

    /// Something that should work does not.
    pub(super) fn broken(why: &dyn std::fmt::Display) -> Trouble {
        tracing::error!("a page of the window could not be made: {why}");
        Trouble {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            what: "This page could not be made.".to_owned(),
            remedy: Some("Whoever keeps this window finds the reason in its log.".to_owned()),
        }
    }

    /// The answer was to another question.
    pub(super) fn mistaken(answer: &answers::Response) -> Trouble {
        tracing::error!("the window was answered another question: {answer:?}");
        Trouble {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            what: "This page could not be made.".to_owned(),
            remedy: None,
        }
    }
}

impl Trouble {
    /// What was asked cannot be understood. Remedies that name commands are left out: who reads a page has none.
    pub(super) fn unanswerable(none: NoAnswer) -> Trouble {
        match none {
            NoAnswer::Unknown { what, remedy } => Trouble {
                status: StatusCode::BAD_REQUEST,
                what,
                remedy: remedy.filter(|remedy| !remedy.contains("`smallprint")),
            },
            archive => Trouble::from(archive),
        }
    }
}

impl From<NoAnswer> for Trouble {
    fn from(none: NoAnswer) -> Trouble {
        match none {
            // Remedies name commands, and who reads a page has none.
            NoAnswer::Unknown { what, .. } => Trouble::not_there(what),
            NoAnswer::Forgotten { what, left } => {
                Trouble::with(gone(left.demanded_by.as_deref()), &what, FORGOTTEN)
            }
            NoAnswer::Archive(why) => {
                tracing::error!("a page of the window could not be made: {why}");
                Trouble {
                    status: StatusCode::SERVICE_UNAVAILABLE,
                    what: "The archive cannot be read at present.".to_owned(),
                    remedy: Some("Try again in a while.".to_owned()),
                }
            }
        }
    }
}

/// What is said beside that something was forgotten.
const FORGOTTEN: &str =
    "What else is known of it, such as when it was seen, stands in the history of the document.";

impl IntoResponse for Trouble {
    fn into_response(self) -> Response {
        let body = html! {
            h1 { (self.what) }
            @if let Some(remedy) = &self.remedy {
                p { (remedy) }
            }
            p { a href="/documents" { "Every document that is watched" } " is listed, and " a href="/" { "what changed last" } "." }
        };
        Page::new(self.what.clone(), body)
            .with(self.status)
            .into_response()
    }
}
