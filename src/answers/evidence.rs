//! All there is of one change or version, in one file.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::answers::annotations::{self, WhichChange};
use crate::answers::coverage::{self, CoverageAsked, CoverageForm};
use crate::answers::renamed::Renamed;
use crate::answers::{Compared, NoAnswer, Response, Which, diff, show::find};
use crate::export::evidence::{self, Case, VisitTold};
use crate::house::House;
use crate::model::{Bounds, ChangeKind, EntryNo, Fact, Look, LookOutcome, Span, Version, WatchId};
use crate::store::{ChangeFilter, StoreError};
use crate::wording::redline::{self, Heading};
use crate::wording::times;

/// How far around a change visits are shown.
const AROUND: TimeDelta = TimeDelta::days(7);
/// How many visits are looked at, the latest of them.
const VISITS: usize = 100_000;
/// How many entries around a change are looked through for visits, on each side.
const ENTRIES: u64 = 500;

/// Of what evidence is wanted.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct EvidenceAsked {
    /// Which watch.
    pub id: WatchId,
    /// Which of its changes or versions.
    pub of: EvidenceOf,
}

/// A change, or a version.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum EvidenceOf {
    /// This change; the last one where absent.
    Change(Option<Span>),
    /// This version.
    Version(Which),
}

/// A file of evidence.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct EvidenceFile {
    /// What to call it.
    pub name: String,
    /// The ZIP file; it travels beside the answer.
    #[serde(skip)]
    pub bytes: Vec<u8>,
}

/// To `Evidence`.
pub(super) async fn evidence(
    house: &Arc<House>,
    asked: &EvidenceAsked,
) -> Result<Response, NoAnswer> {
    let case = match asked.of {
        EvidenceOf::Change(span) => of_change(house, &asked.id, span).await?,
        EvidenceOf::Version(which) => of_version(house, &asked.id, which).await?,
    };
    let made = evidence::of(house, &case).await?;
    Ok(Response::Evidence(Box::new(EvidenceFile {
        name: made.name,
        bytes: made.bytes,
    })))
}

async fn of_change(house: &House, id: &WatchId, span: Option<Span>) -> Result<Case, NoAnswer> {
    let compared = diff::compare(house, id, span).await?;
    let change = compared.change.as_ref().ok_or_else(|| NoAnswer::Unknown {
        what: format!(
            "{} of {id} is no change: these versions do not follow one another.",
            compared.span
        ),
        remedy: Some(format!(
            "`smallprint history {id}` lists the changes; ID@N gives the evidence of one version."
        )),
    })?;
    let which = WhichChange::Entry {
        entry: change.entry,
    };
    let said = annotations::annotations(house, Some(&which)).await?;
    let said = said.iter().map(|one| {
        json!({
            "entry": one.annotated.entry,
            "says": one.annotated.annotation.says.word(),
            "words": one.words,
            "at": one.annotated.at,
            "undone": one.annotated.undone,
        })
    });
    let corrections = change.corrections.iter().map(|one| {
        json!({
            "entry": one.entry,
            "says": one.says.word(),
            "words": one.text,
            "at": one.at,
            "taken_back": one.taken_back.as_ref().map(|back| {
                json!({ "entry": back.entry, "words": back.text, "at": back.at })
            }),
        })
    });
    let shown = compared.after.as_ref().or(compared.before.as_ref());
    let url = shown.map_or_else(String::new, |version| version.url.to_string());
    let told = json!({
        "watch": id,
        "title": change.title,
        "url": url,
        "change": change.span,
        "entry": change.entry,
        "kind": change.kind,
        "after": change.bounds.after,
        "by": change.bounds.by,
        "severity": change.severity,
        "sentence": change.sentence,
        "findings": change.findings,
        "claim": change.claim,
        "annotations": said.collect::<Vec<Value>>(),
        "corrections": corrections.collect::<Vec<Value>>(),
    });
    let before = compared.before.as_ref().map(|version| version.entry);
    let redline = redline::html(&heading(&compared), &compared.diff);
    let case = Case {
        watch: id.clone(),
        title: change.title.clone(),
        url,
        span: Some(change.span),
        before,
        entry: change.entry,
        redline: Some(redline),
        change: told,
        coverage: Value::Null,
        visits: Vec::new(),
        entries: Vec::new(),
    };
    around(house, case, change.bounds).await
}

async fn of_version(house: &House, id: &WatchId, which: Which) -> Result<Case, NoAnswer> {
    let renamed = Renamed::since(house).await?;
    let version = find(house, id, renamed.in_archive(id), which).await?;
    let told = json!({
        "watch": id,
        "title": version.title,
        "url": version.url,
        "version": version.no,
        "entry": version.entry,
        "first_seen": version.at,
        "last_seen": version.last_seen,
    });
    let bounds = Bounds {
        after: version.after,
        by: version.at,
    };
    let case = Case {
        watch: id.clone(),
        title: version.title.clone(),
        url: version.url.to_string(),
        span: None,
        before: None,
        entry: version.entry,
        redline: None,
        change: told,
        coverage: Value::Null,
        visits: Vec::new(),
        entries: Vec::new(),
    };
    around(house, case, bounds).await
}

/// Adds how the page was watched around these times.
async fn around(house: &House, mut case: Case, bounds: Bounds) -> Result<Case, NoAnswer> {
    let renamed = Renamed::since(house).await?;
    let known = renamed.in_archive(&case.watch).clone();
    let from = bounds.after.unwrap_or(bounds.by) - AROUND;
    let to = bounds.by + AROUND;
    let asked = CoverageAsked {
        id: case.watch.clone(),
        from: Some(from),
        to: Some(to),
        form: CoverageForm::Plain,
    };
    if let Response::Coverage(covered) = coverage::coverage(house, &asked).await? {
        case.coverage = serde_json::to_value(&covered).unwrap_or_default();
    }
    let within = |at: DateTime<Utc>| from <= at && at <= to;
    let looks = house.store.looks(&known, VISITS).await?;
    let looks = looks.into_iter().filter(|look| within(look.at));
    case.visits = looks.map(looked).collect();
    let filter = ChangeFilter {
        watch: Some(known.clone()),
        since: Some(from),
        ..ChangeFilter::default()
    };
    for change in house.store.changes(&filter).await? {
        if within(change.bounds.by) {
            let outcome = match change.kind {
                ChangeKind::Appeared => "appeared".to_owned(),
                kind => format!("changed ({})", kind.word()),
            };
            case.visits.push(VisitTold {
                at: change.bounds.by,
                outcome,
                body: None,
                why: None,
            });
        }
    }
    case.visits.sort_by_key(|visit| std::cmp::Reverse(visit.at));
    case.entries = seals(house, &case, &known).await?;
    Ok(case)
}

/// The entries around a change in which visits to its page are sealed.
async fn seals(house: &House, case: &Case, known: &WatchId) -> Result<Vec<EntryNo>, StoreError> {
    let first = case.before.unwrap_or(case.entry);
    let first = first.max(case.entry.saturating_sub(ENTRIES)).max(1);
    let most = usize::try_from(case.entry + ENTRIES - first).unwrap_or(0);
    let entries = house.store.entries(first, most).await?;
    let seals = entries.into_iter().filter(|(entry, _)| match &entry.fact {
        Fact::Looks { looks } => looks
            .iter()
            .any(|look| look.watch == *known || look.watch == case.watch),
        _ => false,
    });
    Ok(seals.map(|(entry, _)| entry.no).collect())
}

fn looked(look: Look) -> VisitTold {
    let (outcome, body, why) = match look.outcome {
        LookOutcome::Unchanged { body, .. } => ("unchanged", body, None),
        LookOutcome::Failed { why, .. } => ("failed", None, Some(why)),
    };
    VisitTold {
        at: look.at,
        outcome: outcome.to_owned(),
        body,
        why,
    }
}

/// What stands above the redline.
fn heading(compared: &Compared) -> Heading {
    let side = |version: Option<&Version>| match version {
        None => format!("{}, no page there", compared.id),
        Some(version) => {
            let seen = times::moment(version.at, chrono_tz::Europe::London);
            format!(
                "{} version {}, first seen {seen}",
                version.watch, version.no
            )
        }
    };
    let shown = compared.after.as_ref().or(compared.before.as_ref());
    Heading {
        title: compared.text_after.title.clone(),
        url: shown
            .map(|version| version.url.to_string())
            .unwrap_or_default(),
        before: side(compared.before.as_ref()),
        after: side(compared.after.as_ref()),
    }
}
