//! What programs are told where there is no answer (RFC 9457).

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::answers::{self, NoAnswer};
use crate::model::{EntryNo, Tombstone};

/// The media type of a problem.
pub(super) const TYPE: &str = "application/problem+json";

/// Why there is no answer (RFC 9457).
#[derive(Serialize, ToSchema, Debug)]
pub(super) struct Problem {
    /// Always `about:blank`: the status says of which sort the problem is.
    #[serde(rename = "type")]
    sort: &'static str,
    /// The status in words.
    title: &'static str,
    /// The status of the answer.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// What is wrong, in a sentence.
    detail: String,
    /// What to do instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    remedy: Option<String>,
    /// That it was forgotten, where it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    forgotten: Option<Box<ForgottenOne>>,
}

/// That something was forgotten: no more than its hash is kept.
#[derive(Serialize, ToSchema, Debug)]
pub(super) struct ForgottenOne {
    /// The SHA-256 of what is gone.
    sha256: String,
    /// When; null where the entry that tells of it is not here yet.
    at: Option<DateTime<Utc>>,
    /// The reason given; empty where that entry is not here yet.
    why: String,
    /// Who demanded it by law; null where nobody did.
    demanded_by: Option<String>,
    /// The entry of the journal that tells of it.
    entry: EntryNo,
}

impl From<&Tombstone> for ForgottenOne {
    fn from(left: &Tombstone) -> ForgottenOne {
        ForgottenOne {
            sha256: left.body.to_string(),
            at: left.at,
            why: left.why.clone(),
            demanded_by: left.demanded_by.clone(),
            entry: left.entry,
        }
    }
}

impl Problem {
    /// A problem of this status.
    pub(super) fn new(status: StatusCode, detail: impl Into<String>) -> Problem {
        Problem {
            sort: "about:blank",
            title: status.canonical_reason().unwrap_or("Error"),
            status: status.as_u16(),
            detail: detail.into(),
            remedy: None,
            forgotten: None,
        }
    }

    /// The question cannot be understood.
    pub(super) fn unclear(detail: impl Into<String>, remedy: impl Into<String>) -> Problem {
        Problem::new(StatusCode::BAD_REQUEST, detail).with(remedy)
    }

    /// What is asked for is not there.
    pub(super) fn not_there(detail: impl Into<String>, remedy: impl Into<String>) -> Problem {
        Problem::new(StatusCode::NOT_FOUND, detail).with(remedy)
    }

    /// The answer was to another question.
    pub(super) fn mistaken(answer: &answers::Response) -> Problem {
        tracing::error!("a program was answered another question: {answer:?}");
        Problem::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "This answer could not be made.",
        )
    }

    /// With what to do instead.
    pub(super) fn with(self, remedy: impl Into<String>) -> Problem {
        Problem {
            remedy: Some(remedy.into()),
            ..self
        }
    }
}

impl From<NoAnswer> for Problem {
    fn from(none: NoAnswer) -> Problem {
        match none {
            NoAnswer::Unknown { what, remedy } => {
                // Remedies that name commands help nobody here.
                let remedy = remedy.filter(|remedy| !remedy.contains('`'));
                let remedy = remedy.unwrap_or_else(|| {
                    "/api/v1/documents lists what is watched; each document lists its versions."
                        .to_owned()
                });
                Problem::not_there(what, remedy)
            }
            NoAnswer::Forgotten { what, left } => Problem {
                forgotten: Some(Box::new(ForgottenOne::from(&*left))),
                ..Problem::new(gone(left.demanded_by.as_deref()), what)
            },
            NoAnswer::Archive(why) => {
                tracing::error!("a program could not be answered: {why}");
                Problem::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "The archive cannot be read at present.",
                )
                .with("Try again in a while.")
            }
        }
    }
}

/// The status of what was forgotten: 451 where the law was called upon (RFC 7725), else 410.
pub(super) fn gone(demanded_by: Option<&str>) -> StatusCode {
    match demanded_by {
        Some(_) => StatusCode::UNAVAILABLE_FOR_LEGAL_REASONS,
        None => StatusCode::GONE,
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::BAD_REQUEST);
        let text = serde_json::to_string(&self).unwrap_or_default();
        (status, [(header::CONTENT_TYPE, TYPE)], text).into_response()
    }
}
