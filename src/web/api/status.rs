//! How the archive stands.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::model::EntryNo;
use crate::web::api::listing::given;
use crate::web::api::word;
use crate::web::problem::Problem;
use crate::web::wanted;
use crate::web::window::Window;

/// How the archive stands.
#[derive(Serialize, ToSchema)]
pub(super) struct Status {
    /// The program, with its version.
    program: String,
    /// The last entry of the journal.
    last_entry: EntryNo,
    /// How many documents stand how.
    documents: Standings,
    /// How many visits there were.
    visits: u64,
    /// When a document was last read.
    last_seen: Option<DateTime<Utc>>,
    /// When a document last changed.
    last_change: Option<DateTime<Utc>>,
}

/// How many documents stand how.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Standings {
    /// Read at the last visit.
    read: usize,
    /// Never read so far.
    never_read: usize,
    /// Failing at present.
    failing: usize,
    /// Gone from their addresses.
    gone: usize,
    /// Not visited at present.
    disabled: usize,
    /// No longer watched.
    retired: usize,
}

/// How the archive stands: how many documents are read, failing or gone.
#[utoipa::path(get, path = "/api/v1/status", operation_id = "status", tag = "archive",
    responses((status = 200, description = "How it stands.", body = Status)))]
pub(super) async fn status(State(window): State<Window>) -> Result<Response, Problem> {
    let last_entry = wanted::as_of(&window, None).await?;
    let listed = wanted::listed(&window).await?;
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for one in &listed {
        *counts.entry(word(&one.standing)).or_default() += 1;
    }
    let count = |standing: &str| counts.get(standing).copied().unwrap_or_default();
    Ok(given(&Status {
        program: format!("smallprint {}", env!("CARGO_PKG_VERSION")),
        last_entry,
        documents: Standings {
            read: count("read"),
            never_read: count("never-read"),
            failing: count("failing"),
            gone: count("gone"),
            disabled: count("disabled"),
            retired: count("retired"),
        },
        visits: listed.iter().map(|one| one.visits).sum(),
        last_seen: listed.iter().filter_map(|one| one.last_seen).max(),
        last_change: listed.iter().filter_map(|one| one.last_change).max(),
    }))
}
