//! Which changes a program wants: the API and feeds ask the archive the same questions as the first page.

use chrono::TimeDelta;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::answers::{ChangesAsked, Listed, Request, Response};
use crate::model::{Change, EntryNo, Severity, WatchId};
use crate::web::asked::{End, few, moment};
use crate::web::problem::Problem;
use crate::web::window::Window;

/// Which changes.
#[derive(Clone, Default, Deserialize, IntoParams, Debug)]
#[into_params(parameter_in = Query)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Wanted {
    /// Only of this document, by its id.
    pub(super) document: Option<String>,
    /// Only of documents of this topic.
    pub(super) topic: Option<String>,
    /// Only of documents of this publisher, as /api/v1/documents names it.
    pub(super) publisher: Option<String>,
    /// Only those that this rule found something in.
    pub(super) rule: Option<String>,
    /// Only those that matter at least so much, from 1 to 5.
    #[param(minimum = 1, maximum = 5)]
    pub(super) severity: Option<u8>,
    /// Only those of which the page claims this: "announced", "unannounced", "minor", "slight", "date-only",
    /// "back-dated", "history-rewritten", "date-moved-back" or "not-possible".
    pub(super) claim: Option<String>,
    /// Only those of this kind: "appeared", "edited", "reverted", "moved", "replaced", "redirected", "withdrawn",
    /// "vanished" or "returned".
    pub(super) kind: Option<String>,
    /// Only those seen at or after this day or time.
    pub(super) since: Option<String>,
    /// Only those seen at or before this day or time.
    pub(super) until: Option<String>,
    /// Only those in whose title, sentence or findings all of these words stand.
    #[param(max_length = 200)]
    pub(super) words: Option<String>,
    /// As it was answered when this was the last entry of the journal: what came later is left out.
    pub(super) as_of_entry: Option<EntryNo>,
    /// Where the page before ended; its answer names it.
    #[param(max_length = 2000)]
    pub(super) cursor: Option<String>,
    /// How many at most.
    #[param(minimum = 1, maximum = 500)]
    pub(super) limit: Option<u32>,
}

/// The changes that are wanted, newest first, with the entry the answer is as of.
pub(super) struct Found {
    pub(super) changes: Vec<Change>,
    /// Below which entry the next ones are looked for; absent where there are none.
    pub(super) older: Option<EntryNo>,
    pub(super) as_of: EntryNo,
}

/// So often a page of changes is read on for one answer, where few of them are wanted.
const LEAVES: usize = 6;

/// Looks for the changes that are wanted below an entry: so many of them, or fewer where they are far between.
pub(super) async fn changes(
    window: &Window,
    wanted: &Wanted,
    before: Option<EntryNo>,
    most: usize,
) -> Result<Found, Problem> {
    let as_of = as_of(window, wanted.as_of_entry).await?;
    let asked = ChangesAsked {
        as_of: Some(as_of),
        ..asked(window, wanted)?
    };
    let mut found = Found {
        changes: Vec::new(),
        older: before,
        as_of,
    };
    for _ in 0..LEAVES {
        let asked = ChangesAsked {
            before: found.older,
            limit: Some(most - found.changes.len()),
            ..asked.clone()
        };
        let leaf = match window.ask(Request::Paged(asked)).await? {
            Response::Paged(leaf) => leaf,
            other => return Err(Problem::mistaken(&other)),
        };
        found.changes.extend(leaf.changes);
        found.older = leaf.older;
        if found.older.is_none() || found.changes.len() >= most {
            break;
        }
    }
    Ok(found)
}

/// The question as the archive is asked it.
fn asked(window: &Window, wanted: &Wanted) -> Result<ChangesAsked, Problem> {
    few(wanted.words.as_deref())?;
    let time = |text: &Option<String>, end| {
        let text = text.as_deref();
        text.map(|text| moment(text, window.zone(), end))
            .transpose()
    };
    let severity = wanted.severity.map(severity).transpose()?;
    let until = time(&wanted.until, End::Last)?;
    Ok(ChangesAsked {
        since: time(&wanted.since, End::First)?,
        // The archive is asked for what was seen before; this moment still counts.
        until: until.and_then(|until| until.checked_add_signed(TimeDelta::nanoseconds(1))),
        topic: wanted.topic.clone(),
        publisher: wanted.publisher.clone(),
        rule: wanted.rule.clone(),
        claim: wanted.claim.clone(),
        kind: wanted.kind.clone(),
        document: wanted.document.clone().map(WatchId),
        min_severity: severity,
        words: wanted.words.clone(),
        ..ChangesAsked::default()
    })
}

fn severity(severity: u8) -> Result<Severity, Problem> {
    match severity {
        1..=5 => Ok(Severity(severity)),
        _ => Err(Problem::unclear(
            format!("There is no severity {severity}."),
            "Severities go from 1 to 5.",
        )),
    }
}

/// The entry an answer is as of: the one asked for, or the last.
pub(super) async fn as_of(window: &Window, asked: Option<EntryNo>) -> Result<EntryNo, Problem> {
    let last = match window.ask(Request::LastEntry).await? {
        Response::LastEntry(last) => last,
        other => return Err(Problem::mistaken(&other)),
    };
    match asked {
        Some(asked) if asked > last => Err(Problem::unclear(
            format!("The journal has no entry {asked} yet."),
            format!("Its last entry is {last}."),
        )),
        asked => Ok(asked.unwrap_or(last)),
    }
}

/// Every document, as it stands.
pub(super) async fn listed(window: &Window) -> Result<Vec<Listed>, Problem> {
    match window.ask(Request::List).await? {
        Response::List(listed) => Ok(listed),
        other => Err(Problem::mistaken(&other)),
    }
}
