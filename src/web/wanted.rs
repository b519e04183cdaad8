//! Which changes a program wants: the same questions for the API and for feeds.

use std::collections::HashSet;

use serde::Deserialize;
use utoipa::IntoParams;

use crate::answers::{ChangesAsked, Listed, Request, Response};
use crate::model::{Change, EntryNo, WatchId};
use crate::prose::fold;
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
    pub(super) as_of: EntryNo,
}

/// Looks for the changes that are wanted; pages are not cut yet.
pub(super) async fn changes(window: &Window, wanted: &Wanted) -> Result<Found, Problem> {
    few(wanted.words.as_deref())?;
    let zone = window.zone();
    let time = |text: &Option<String>, end| {
        let text = text.as_deref();
        text.map(|text| moment(text, zone, end)).transpose()
    };
    let since = time(&wanted.since, End::First)?;
    let until = time(&wanted.until, End::Last)?;
    if let Some(severity) = wanted
        .severity
        .filter(|severity| !(1..=5).contains(severity))
    {
        return Err(Problem::unclear(
            format!("There is no severity {severity}."),
            "Severities go from 1 to 5.",
        ));
    }
    let as_of = as_of(window, wanted.as_of_entry).await?;
    let documents = documents(window, wanted).await?;
    let asked = ChangesAsked {
        since,
        topic: wanted.topic.clone(),
        ..ChangesAsked::default()
    };
    let mut changes = match window.ask(Request::Changes(asked)).await? {
        Response::Changes(changes) => changes,
        other => return Err(Problem::mistaken(&other)),
    };
    changes.retain(|change| {
        change.entry <= as_of
            && until.is_none_or(|until| change.bounds.by <= until)
            && (documents.as_ref()).is_none_or(|documents| documents.contains(&change.watch))
            && wants(wanted, change)
    });
    for change in &mut changes {
        as_it_stood(change, as_of);
    }
    Ok(Found { changes, as_of })
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

/// The documents whose changes are wanted; `None` for all.
async fn documents(window: &Window, wanted: &Wanted) -> Result<Option<HashSet<WatchId>>, Problem> {
    if wanted.document.is_none() && wanted.publisher.is_none() {
        return Ok(None);
    }
    let listed = listed(window).await?;
    if let Some(id) = &wanted.document
        && !listed.iter().any(|one| one.id.0 == *id)
    {
        return Err(Problem::not_there(
            format!("There is no document “{id}”."),
            "/api/v1/documents lists them.",
        ));
    }
    let is_wanted = |one: &Listed| {
        (wanted.document.as_ref()).is_none_or(|id| one.id.0 == *id)
            && (wanted.publisher.as_ref())
                .is_none_or(|publisher| one.publisher.as_ref() == Some(publisher))
    };
    let found = listed.into_iter().filter(is_wanted);
    Ok(Some(found.map(|one| one.id).collect()))
}

fn wants(wanted: &Wanted, change: &Change) -> bool {
    let claim = change.claim.as_ref().map(|claim| claim.word());
    wanted
        .severity
        .is_none_or(|least| change.severity.0 >= least)
        && (wanted.kind.as_ref()).is_none_or(|kind| change.kind.word() == kind)
        && (wanted.claim.as_ref()).is_none_or(|wanted| claim == Some(wanted.as_str()))
        && (wanted.rule.as_ref())
            .is_none_or(|rule| change.findings.iter().any(|finding| finding.rule == *rule))
        && (wanted.words.as_ref()).is_none_or(|words| says(change, words))
}

/// Whether all these words stand in what is said of a change.
fn says(change: &Change, words: &str) -> bool {
    let mut said = vec![change.title.as_str(), change.sentence.as_str()];
    for finding in &change.findings {
        said.push(&finding.why);
        said.extend(finding.before.as_deref());
        said.extend(finding.after.as_deref());
    }
    let said = fold(&said.join("\n"));
    fold(words).split(' ').all(|word| said.contains(word))
}

/// Leaves out what became of a change after an entry.
fn as_it_stood(change: &mut Change, as_of: EntryNo) {
    change.corrections.retain(|one| one.entry <= as_of);
    for correction in &mut change.corrections {
        let later = |back: &crate::model::TakenBack| back.entry > as_of;
        if correction.taken_back.as_ref().is_some_and(later) {
            correction.taken_back = None;
        }
    }
    change.back = change.back.filter(|back| back.entry <= as_of);
}
