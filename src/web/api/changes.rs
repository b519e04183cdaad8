//! What changed, and what was found in it.

use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::answers::{Asking, Corroboration, Request, Response as Answer, Witness};
use crate::model::{Anchor, AnchoredBy, Change, Claim, Correction, EntryNo, Finding};
use crate::web::api::listing::{AsOf, Listing, Page, newest_first};
use crate::web::api::word;
use crate::web::asked::Asked;
use crate::web::problem::Problem;
use crate::web::wanted::{self, Wanted};
use crate::web::window::Window;

/// Among so many changes findings are looked for, for one page.
const CHANGES: usize = 500;

/// A change: the step from one version to the next.
#[derive(Serialize, ToSchema)]
pub(super) struct ChangeOne {
    /// Its id: the document with both versions.
    id: String,
    /// The entry of the journal that holds it.
    entry: EntryNo,
    /// Whose change.
    document: String,
    /// What the page was called then.
    title: String,
    /// What sort of step it is.
    kind: String,
    /// The version before; 0 stands for "no page there".
    from: u32,
    /// The version after; 0 stands for "no page there".
    to: u32,
    /// The last time the old text was seen; null where it never was.
    after: Option<DateTime<Utc>>,
    /// The first time the new text was seen.
    by: DateTime<Utc>,
    /// How much it matters, from 1 to 5.
    severity: u8,
    /// The change in one sentence.
    sentence: String,
    /// Why it matters, what matters most first.
    findings: Vec<FindingOne>,
    /// What the page says of it.
    claim: Option<ClaimOne>,
    /// Why nothing was said of it, where nothing was.
    silence: Option<String>,
    /// What was put right in public, in order.
    corrections: Vec<CorrectionSaid>,
    /// That what was gone is there again.
    back: Option<BackOne>,
    /// What others say of it.
    corroboration: CorroborationOne,
    /// What the machine calls itself that brought it, where it was another one.
    collector: Option<String>,
    /// Its redline for people.
    page: String,
    /// Its redline for programs.
    redline: String,
}

/// One reason why a change matters.
#[derive(Serialize, ToSchema)]
pub(super) struct FindingOne {
    /// The rule that found it.
    rule: String,
    /// How much it matters, from 0 to 5.
    severity: u8,
    /// Why, in a sentence.
    why: String,
    /// The names it is about.
    names: Vec<String>,
    /// The words before, as they stood.
    before: Option<String>,
    /// The words after, as they stand.
    after: Option<String>,
}

/// What a page says of a change of its own, held against it.
#[derive(Serialize, ToSchema, Default)]
pub(super) struct ClaimOne {
    /// "announced", "unannounced", "minor", "slight", "date-only", "back-dated", "history-rewritten", "date-moved-back"
    /// or "not-possible".
    kind: String,
    /// The page's own note of the change.
    note: Option<String>,
    /// The day it gives for the change.
    says: Option<NaiveDate>,
    /// When the old text was still seen after that day: the first and the last time.
    seen: Option<Vec<DateTime<Utc>>>,
    /// What stood there before: a line of its list of changes, or a day.
    was: Option<String>,
    /// What stands there now.
    is: Option<String>,
    /// Why nothing can be said.
    why: Option<String>,
}

/// What was put right in public. Who did is kept, and not told.
#[derive(Serialize, ToSchema)]
pub(super) struct CorrectionSaid {
    /// The entry of the journal that holds it.
    pub(super) entry: EntryNo,
    /// "our-error", "disputed", "explained" or "reply".
    pub(super) says: String,
    /// Its words.
    pub(super) text: String,
    /// When.
    pub(super) at: DateTime<Utc>,
    /// When it was taken back, where it was.
    pub(super) taken_back: Option<DateTime<Utc>>,
    /// Why it was taken back.
    pub(super) taken_back_because: Option<String>,
}

/// That what was gone is there again.
#[derive(Serialize, ToSchema)]
pub(super) struct BackOne {
    /// The entry of the change that brought it back.
    entry: EntryNo,
    /// The first time it was seen again.
    by: DateTime<Utc>,
}

/// What others say of a change.
#[derive(Serialize, ToSchema)]
pub(super) struct CorroborationOne {
    /// "ours-only", "anchored", "one-archive" or "two-archives", which hold the same text from the time in which we saw it, or
    /// "disputed", where an independent archive holds another one.
    stands: &'static str,
    /// The copies that agree.
    agree: Vec<CopyOne>,
    /// The copies that do not.
    disagree: Vec<CopyOne>,
    /// The first checkpoint over it that an authority stamped, and the first whose root was posted in a channel.
    anchors: Vec<AnchorOne>,
    /// The archives that were asked to keep a copy.
    asked: Vec<AskedOne>,
}

/// An archive that was asked to keep a copy of the page as it stood after the change.
#[derive(Serialize, ToSchema)]
pub(super) struct AskedOne {
    /// The archive, by its host.
    archive: String,
    /// When it was asked.
    at: DateTime<Utc>,
    /// "taken", whereupon its copy is looked for, or "refused".
    outcome: &'static str,
    /// Why it refused, where it says so.
    why: Option<String>,
}

/// A copy in an independent archive.
#[derive(Serialize, ToSchema)]
pub(super) struct CopyOne {
    /// The archive, by its host.
    archive: String,
    /// Where people read it.
    url: String,
    /// When the archive says it made it.
    at: DateTime<Utc>,
}

/// A place outside that holds a checkpoint to a time.
#[derive(Serialize, ToSchema)]
pub(super) struct AnchorOne {
    /// "stamped" or "posted".
    by: &'static str,
    /// The authority that stamped it; null where it was posted.
    authority: Option<String>,
    /// When: the time of the authority, or that at which it was posted.
    at: DateTime<Utc>,
    /// How many entries of the journal the checkpoint covers.
    size: EntryNo,
}

/// A finding with the change it is of.
#[derive(Serialize, ToSchema)]
pub(super) struct FoundIn {
    /// The id of the change.
    change: String,
    /// The entry of the journal that holds the change.
    entry: EntryNo,
    /// Whose change.
    document: String,
    /// What the page was called then.
    title: String,
    /// The first time the new text was seen.
    by: DateTime<Utc>,
    /// The finding.
    finding: FindingOne,
}

impl ChangeOne {
    pub(super) fn of(change: &Change, told: Option<&Corroboration>) -> ChangeOne {
        let collector = change.collected.as_ref();
        ChangeOne {
            id: format!("{}/{}", change.watch, change.span),
            entry: change.entry,
            document: change.watch.0.clone(),
            title: change.title.clone(),
            kind: change.kind.word().to_owned(),
            from: change.span.from,
            to: change.span.to,
            after: change.bounds.after,
            by: change.bounds.by,
            severity: change.severity.0,
            sentence: change.sentence.clone(),
            findings: change.findings.iter().map(FindingOne::from).collect(),
            claim: change.claim.as_ref().map(ClaimOne::from),
            silence: change.silence.clone(),
            corrections: (change.corrections.iter())
                .map(CorrectionSaid::from)
                .collect(),
            back: change.back.map(|back| BackOne {
                entry: back.entry,
                by: back.bounds.by,
            }),
            corroboration: told.map_or_else(
                || CorroborationOne::from(&Corroboration::default()),
                CorroborationOne::from,
            ),
            collector: collector.map(|collected| collected.collector.clone()),
            page: format!("/d/{}/{}", change.watch, change.span),
            redline: format!("/api/v1/changes/{}/{}", change.watch, change.span),
        }
    }
}

impl From<&Corroboration> for CorroborationOne {
    fn from(told: &Corroboration) -> CorroborationOne {
        CorroborationOne {
            stands: told.word(),
            agree: told.agree.iter().map(CopyOne::from).collect(),
            disagree: told.disagree.iter().map(CopyOne::from).collect(),
            anchors: told.anchors.iter().map(AnchorOne::from).collect(),
            asked: told.asked.iter().map(AskedOne::from).collect(),
        }
    }
}

impl From<&Asking> for AskedOne {
    fn from(asked: &Asking) -> AskedOne {
        AskedOne {
            archive: asked.archive.clone(),
            at: asked.at,
            outcome: asked.outcome.word(),
            why: asked.why.clone(),
        }
    }
}

impl From<&Witness> for CopyOne {
    fn from(witness: &Witness) -> CopyOne {
        CopyOne {
            archive: witness.archive.clone(),
            url: witness.copy.url.clone(),
            at: witness.copy.at,
        }
    }
}

impl From<&Anchor> for AnchorOne {
    fn from(anchor: &Anchor) -> AnchorOne {
        // Which channel it is stays with those who keep the archive.
        let (by, authority) = match &anchor.by {
            AnchoredBy::Stamped { authority } => ("stamped", Some(authority.to_string())),
            AnchoredBy::Posted { .. } => ("posted", None),
        };
        AnchorOne {
            by,
            authority,
            at: anchor.at,
            size: anchor.size,
        }
    }
}

impl From<&Finding> for FindingOne {
    fn from(finding: &Finding) -> FindingOne {
        FindingOne {
            rule: finding.rule.clone(),
            severity: finding.severity.0,
            why: finding.why.clone(),
            names: finding.names.clone(),
            before: finding.before.clone(),
            after: finding.after.clone(),
        }
    }
}

impl From<&Claim> for ClaimOne {
    fn from(claim: &Claim) -> ClaimOne {
        let kind = ClaimOne {
            kind: claim.word().to_owned(),
            ..ClaimOne::default()
        };
        match claim {
            Claim::Announced { note, .. } | Claim::DateOnly { note } => ClaimOne {
                note: note.clone(),
                ..kind
            },
            Claim::BackDated { says, seen } => ClaimOne {
                says: Some(*says),
                seen: Some(seen.to_vec()),
                ..kind
            },
            Claim::HistoryRewritten { was, is } => ClaimOne {
                was: Some(was.clone()),
                is: is.clone(),
                ..kind
            },
            Claim::DateMovedBack { was, is } => ClaimOne {
                was: Some(was.to_string()),
                is: Some(is.to_string()),
                ..kind
            },
            Claim::NotPossible { why } => ClaimOne {
                why: Some(word(why)),
                ..kind
            },
            Claim::Unannounced | Claim::Minor | Claim::Slight => kind,
        }
    }
}

impl From<&Correction> for CorrectionSaid {
    fn from(correction: &Correction) -> CorrectionSaid {
        let back = correction.taken_back.as_ref();
        CorrectionSaid {
            entry: correction.entry,
            says: correction.says.word().to_owned(),
            text: correction.text.clone(),
            at: correction.at,
            taken_back: back.map(|back| back.at),
            taken_back_because: back.and_then(|back| back.text.clone()),
        }
    }
}

/// What changed, newest first. What the archive is asked with `as_of_entry` it answers the same at any time.
#[utoipa::path(get, path = "/api/v1/changes", operation_id = "changes", tag = "changes", params(Wanted),
    responses((status = 200, description = "A page of changes.", body = Listing<ChangeOne>)))]
pub(super) async fn changes(
    State(window): State<Window>,
    Asked(wanted): Asked<Wanted>,
    uri: Uri,
) -> Result<Response, Problem> {
    let page = page(&wanted, &uri);
    let found = wanted::changes(&window, &wanted, page.ended()?, page.limit()?).await?;
    let corroborated = Request::Corroborated {
        of: found.changes.iter().map(|change| change.entry).collect(),
        as_of: found.as_of,
    };
    let corroborated = match window.ask(corroborated).await? {
        Answer::Corroborated(corroborated) => corroborated,
        other => return Err(Problem::mistaken(&other)),
    };
    let told = |change: &Change| ChangeOne::of(change, corroborated.get(&change.entry));
    let rows = found.changes.iter().map(told).collect();
    // The next page begins below the entry at which this one ends.
    let next = found.older.map(newest_first);
    Ok(page.whole(rows, next.as_deref(), AsOf::Entry(found.as_of)))
}

/// What was found in changes, newest first, each with its change. The questions are those of changes; with `rule`, only
/// what that rule found is told.
#[utoipa::path(get, path = "/api/v1/findings", operation_id = "findings", tag = "changes", params(Wanted),
    responses((status = 200, description = "A page of findings.", body = Listing<FoundIn>)))]
pub(super) async fn findings(
    State(window): State<Window>,
    Asked(wanted): Asked<Wanted>,
    uri: Uri,
) -> Result<Response, Problem> {
    let page = page(&wanted, &uri);
    // Some findings of the change at which the page before ended may be left.
    let before = page.ended()?.map(|entry| entry.saturating_add(1));
    let found = wanted::changes(&window, &wanted, before, CHANGES).await?;
    let rows = found.changes.iter().flat_map(|change| {
        let findings = change.findings.iter().enumerate();
        let wanted = findings
            .filter(|(_, finding)| (wanted.rule.as_ref()).is_none_or(|rule| finding.rule == *rule));
        wanted.map(|(number, finding)| {
            let key = format!("{}.{number:06}", newest_first(change.entry));
            (key, found_in(change, finding))
        })
    });
    let rows = page.cut(rows)?;
    let as_of = AsOf::Entry(found.as_of);
    if rows.len() > page.limit()? || found.older.is_none() {
        return page.of(rows, as_of);
    }
    let next = found
        .older
        .map(|older| format!("{}.", newest_first(older.saturating_sub(1))));
    let rows = rows.into_iter().map(|(_, row)| row).collect();
    Ok(page.whole(rows, next.as_deref(), as_of))
}

fn found_in(change: &Change, finding: &Finding) -> FoundIn {
    FoundIn {
        change: format!("{}/{}", change.watch, change.span),
        entry: change.entry,
        document: change.watch.0.clone(),
        title: change.title.clone(),
        by: change.bounds.by,
        finding: finding.into(),
    }
}

fn page<'a>(wanted: &'a Wanted, uri: &'a Uri) -> Page<'a> {
    Page {
        uri,
        cursor: wanted.cursor.as_deref(),
        limit: wanted.limit,
    }
}
