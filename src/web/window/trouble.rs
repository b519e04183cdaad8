//! What is said where a page cannot be shown.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::html;

use crate::answers::{self, NoAnswer};
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

impl From<NoAnswer> for Trouble {
    fn from(none: NoAnswer) -> Trouble {
        match none {
            // Remedies name commands, and who reads a page has none.
            NoAnswer::Unknown { what, .. } => Trouble::not_there(what),
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
