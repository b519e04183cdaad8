//! What a page says of its own changes, against what changed.

mod backdated;
mod edited;
mod history;
mod known;
mod note;
mod said;
mod slight;
mod weight;

use crate::findings::Step;
use crate::findings::claims::edited::Edited;
use crate::findings::passages::Passages;
use crate::model::{
    ChangeKind, Claim, Dates, Document, Facts, Finding, Interface, Sight, Stated, Unclaimed,
};

pub(super) use weight::weigh;

/// Whether what two readings of a page state of its changes differs.
pub fn restates(before: &Document, after: &Document) -> bool {
    !same(&before.stated, &after.stated)
}

/// What an edit says of itself; `None` for what is no edit of a page.
pub(super) fn claim(step: &Step, passages: &Passages, facts: &Facts) -> Option<Claim> {
    Some(Weighing::of(step, passages, facts)?.claim)
}

/// The host whose habit is asked after, where this is an edit.
pub(super) fn host(step: &Step) -> Option<String> {
    is_edit(step).then_some(())?;
    let url = step.stood_at.unwrap_or(&step.watch.url);
    url.host_str().map(str::to_owned)
}

/// Since when sights of the old text matter, where any do.
pub(super) fn seen_since(step: &Step) -> Option<chrono::DateTime<chrono::Utc>> {
    let (before, after) = (step.before?, step.after?);
    is_edit(step).then_some(())?;
    let (_, end) = backdated::claimed(step, &before.stated, &after.stated)?;
    (step.bounds.after? > end).then_some(end)
}

/// What the page claims, compared with what happened.
pub(super) fn judge(step: &Step, passages: &Passages, facts: &Facts) -> Vec<Finding> {
    let (Some(before), Some(after)) = (step.before, step.after) else {
        let appeared = step
            .after
            .and_then(|after| backdated::appeared(step, after));
        return appeared.into_iter().collect();
    };
    let (was, is) = (&before.stated, &after.stated);
    if is_stale(step, facts) {
        return Vec::new();
    }
    let mut findings = Vec::new();
    findings.extend(history::rewritten(was, is).map(|lost| said::rewritten(step.book, &lost)));
    findings.extend(history::moved_back(was, is).map(|back| said::moved_back(step.book, &back)));
    if let Some(weighing) = Weighing::of(step, passages, facts) {
        findings.extend(said::findings(step, passages, &weighing));
    }
    findings
}

/// A step between two versions of one page, with what it comes to.
struct Weighing {
    /// What changed.
    edited: Edited,
    /// What the page says of it.
    claim: Claim,
}

impl Weighing {
    fn of(step: &Step, passages: &Passages, facts: &Facts) -> Option<Weighing> {
        is_edit(step).then_some(())?;
        let edited = edited::of(step, passages);
        let claim = weighed(step, passages, facts, &edited)?;
        Some(Weighing { edited, claim })
    }
}

fn weighed(step: &Step, passages: &Passages, facts: &Facts, edited: &Edited) -> Option<Claim> {
    let (was, is) = (&step.before?.stated, &step.after?.stated);
    let restated = !same(was, is);
    if *edited == Edited::Nothing && !restated {
        return None;
    }
    if is_stale(step, facts) {
        let why = Unclaimed::FromCache;
        return Some(Claim::NotPossible { why });
    }
    if let Some(lost) = history::rewritten(was, is) {
        let (was, is) = lost.lines();
        return Some(Claim::HistoryRewritten { was, is });
    }
    if let Some(back) = history::moved_back(was, is) {
        let (was, is) = (back.was, back.is);
        return Some(Claim::DateMovedBack { was, is });
    }
    let words = matches!(edited, Edited::Words | Edited::Files);
    if words && let Some((says, seen)) = backdated::edit(step, was, is, facts) {
        return Some(Claim::BackDated { says, seen });
    }
    let note = history::new_note(was, is);
    match edited {
        _ if *edited != Edited::Nothing && history::moved(was, is) => Some(Claim::Announced {
            mentions: note.map_or_else(Vec::new, |note| {
                note::mentioned(&note.note, &note::changed(step, passages))
            }),
            note: note.map(|note| crate::prose::cut(&note.note, 400)),
        }),
        Edited::Nothing => history::moved(was, is).then(|| Claim::DateOnly {
            note: note.map(|note| crate::prose::cut(&note.note, 400)),
        }),
        Edited::Slight => Some(Claim::Slight),
        Edited::Words | Edited::Files => Some(unannounced(step, facts, was, is)),
    }
}

/// What is said of an edit of which the page says nothing new.
fn unannounced(step: &Step, facts: &Facts, was: &Stated, is: &Stated) -> Claim {
    let not = |why| Claim::NotPossible { why };
    let states = is.updated.or(is.published).is_some() || !is.history.is_empty();
    if !states || !same(was, is) {
        return not(Unclaimed::NothingStated);
    }
    if may_be_that_day(step, is) {
        return not(Unclaimed::SameDay);
    }
    if known::why(step, facts, was, is).is_none() {
        return not(Unclaimed::NotKnown);
    }
    match is_govuk(step) {
        true => Claim::Minor,
        false => Claim::Unannounced,
    }
}

/// Whether a page that gives a day alone may mean this edit by it, so that nothing had to move.
fn may_be_that_day(step: &Step, is: &Stated) -> bool {
    let only_day = is.history.is_empty() && is.updated_at.is_none();
    let Some(day) = is.updated.filter(|_| only_day) else {
        return false;
    };
    let on = |at: chrono::DateTime<chrono::Utc>| at.with_timezone(&step.zone).date_naive();
    let not_before = step.bounds.after.is_none_or(|after| on(after) <= day);
    not_before && day <= on(step.bounds.by)
}

/// Whether a step is between two versions of one page.
fn is_edit(step: &Step) -> bool {
    let one_page = matches!(
        step.kind,
        ChangeKind::Edited | ChangeKind::Reverted | ChangeKind::Withdrawn | ChangeKind::Returned
    );
    one_page && step.before.is_some() && step.after.is_some()
}

/// Whether two readings state the same of the page's changes.
fn same(was: &Stated, is: &Stated) -> bool {
    was.updated == is.updated
        && was.updated_at == is.updated_at
        && was.published == is.published
        && was.history == is.history
}

/// Whether the page is one of GOV.UK, where small edits need no note.
fn is_govuk(step: &Step) -> bool {
    let reading = &step.watch.reading;
    reading.interface == Some(Interface::Govuk) || step.watch.url.host_str() == Some("www.gov.uk")
}

/// Whether the profile of the site says that its dates move.
fn is_told(step: &Step) -> bool {
    step.watch.reading.dates == Dates::Move || is_govuk(step)
}

/// Whether the answer lay in a cache since before the page was last seen: what it states is older than what stood.
fn is_stale(step: &Step, facts: &Facts) -> bool {
    let (Some(after), Some(served)) = (step.bounds.after, facts.served) else {
        return false;
    };
    let sight = Sight {
        at: step.bounds.by,
        served: Some(served),
    };
    served.age > 0 && backdated::made(&sight) < after
}
