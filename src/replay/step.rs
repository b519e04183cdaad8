//! An old step, put together from what was stored of it, and judged again.

use std::sync::Arc;

use url::Url;

use crate::diff;
use crate::findings::{self, Step};
use crate::house::InForce;
use crate::model::{
    Almost, Bounds, Capture, ChangeKind, Diff, Document, Entry, EntryNo, Facts, Finding, How,
    Landed, Lead, Questions, Served, Severity, VersionNo, Watch, WatchId,
};
use crate::noise::{self, Noise};
use crate::replay::memory::Memory;
use crate::rulebook::Book;
use crate::store::{Moment, Store, StoreError};
use crate::visit;
use crate::worker;

/// From this severity on a change is told even where what is volatile is held quiet.
const TOLD_ALL_THE_SAME: Severity = Severity(4);

/// An old step.
pub(super) struct Old {
    watch: Watch,
    kind: ChangeKind,
    before: Option<Document>,
    after: Option<Document>,
    diff: Diff,
    capture: Option<Capture>,
    stood_at: Option<Url>,
    same_text_as: Option<VersionNo>,
    bounds: Bounds,
    at: chrono::DateTime<chrono::Utc>,
    entry: EntryNo,
    stood: VersionNo,
}

/// What judging again came to.
pub(super) struct Again {
    pub(super) findings: Vec<Finding>,
    pub(super) almost: Vec<Almost>,
}

/// Why a stored step is not judged again; `None` where it is.
pub(super) fn left(landed: &Landed, stored: &[Finding]) -> Option<&'static str> {
    let is = |rule: &str| stored.iter().any(|finding| finding.rule == rule);
    if is("baseline") {
        return Some("it is a first reading, which is not judged");
    }
    let only_around = landed.same_text_as == Some(landed.span.from) && landed.span.from != 0;
    if only_around && (is("around-changed") || is("reading-suspect")) {
        return Some("only what stands around the main text changed");
    }
    None
}

/// Puts together an old step: from the documents of both sides, as they were read at that time.
pub(super) async fn rebuilt(
    store: &Store,
    in_force: &InForce,
    memory: &Memory,
    entry: &Entry,
    landed: &Landed,
) -> Result<Option<Old>, StoreError> {
    let page = memory.page(&landed.watch);
    let went_on = landed.continues.as_ref().and_then(|went| went.document);
    let stood = went_on.or(page.map(|page| page.document));
    let before = match stood {
        Some(digest) => Some(store.read_document(digest).await?),
        None => None,
    };
    let gone = matches!(landed.kind, ChangeKind::Redirected | ChangeKind::Vanished);
    let after = match landed.document.filter(|_| !gone) {
        Some(digest) => Some(store.read_document(digest).await?),
        None => None,
    };
    // A step to or from what was forgotten cannot be judged again.
    let sides = before.iter().chain(&after);
    if sides.into_iter().any(Document::is_forgotten) || before.is_none() && after.is_none() {
        return Ok(None);
    }
    let (before, after) = listed(store, in_force, (entry, landed), (before, after)).await?;
    let capture = match landed.kind {
        ChangeKind::Vanished => None,
        _ => serde_json::from_slice::<Capture>(&store.body(landed.capture).await?).ok(),
    };
    let watches = &in_force.watchlist.watches;
    let is_it = |id: &WatchId, watch: &&Watch| watch.id == *id || watch.was.contains(id);
    let watch = watches.iter().find(|watch| is_it(&landed.watch, watch));
    let (url, id) = (landed.url.clone(), landed.watch.clone());
    let mut old = Old {
        watch: watch.cloned().unwrap_or_else(|| Watch::bare(id, url)),
        kind: landed.kind,
        before,
        after,
        diff: Diff::default(),
        capture,
        stood_at: page.map(|page| page.url.clone()),
        same_text_as: landed.same_text_as,
        bounds: landed.bounds,
        at: entry.at,
        entry: entry.no,
        stood: page.map_or(0, |page| page.no),
    };
    let told = landed.told.clone();
    Ok(Some(
        worker::aside(move || {
            let whole = compared(&old);
            let rest = findings::without(whole.clone(), &told);
            old.diff = match rest.is_empty() {
                true => whole,
                false => rest,
            };
            old
        })
        .await,
    ))
}

/// Both sides of an attachment, with the lists of changes of the page that offers it.
async fn listed(
    store: &Store,
    in_force: &InForce,
    (entry, landed): (&Entry, &Landed),
    sides: (Option<Document>, Option<Document>),
) -> Result<(Option<Document>, Option<Document>), StoreError> {
    let found = in_force.watchlist.watch(&landed.watch);
    let found = found.filter(|watch| watch.found_by.is_some());
    let (Some(_), (Some(before), Some(after))) = (found, &sides) else {
        return Ok(sides);
    };
    let trails = store.trails().await?;
    let is_file = |lead: &&Lead| lead.watch == landed.watch && lead.how == How::Attachment;
    let Some(lead) = trails.iter().map(|trail| &trail.lead).find(is_file) else {
        return Ok(sides);
    };
    let when = (landed.bounds, Some(entry.no));
    let listed = visit::by_page(store, &lead.parent, when, (before, after)).await?;
    Ok(match listed {
        Some((before, after)) => (Some(before), Some(after)),
        None => sides,
    })
}

fn compared(old: &Old) -> Diff {
    match (&old.before, &old.after) {
        (Some(before), Some(after)) => {
            let mut diff = diff::between(before, after);
            if let (Some(stood), Some(capture)) = (&old.stood_at, &old.capture) {
                let (was, is) = ((stood, before), (capture, after));
                visit::without_file_name(&mut diff, &old.watch, was, is);
            }
            diff
        }
        (None, Some(after)) => diff::between(&after.without_text(), after),
        (Some(before), None) if old.kind == ChangeKind::Vanished => {
            diff::between(before, &before.without_text())
        }
        _ => Diff::default(),
    }
}

/// Judges an old step with these rules and what was known then.
pub(super) async fn judged(
    old: Old,
    store: &Store,
    in_force: &Arc<InForce>,
    (book, memory): (&Arc<Book>, &mut Memory),
) -> Result<Again, StoreError> {
    let id = old.watch.id.clone();
    let answer = old.capture.as_ref();
    let served = answer.map(|capture| Served::of(capture.answer()));
    let moment = Moment {
        entry: old.entry,
        at: old.bounds.by,
    };
    let asking = Asking {
        old,
        in_force: in_force.clone(),
        book: book.clone(),
    };
    let (asking, questions) = worker::aside(move || {
        let questions = asking.questions();
        (asking, questions)
    })
    .await;
    let mut facts = memory.facts(store, &id, &questions, moment).await?;
    facts.served = served;
    let facts = Arc::new(facts);
    let known = facts.clone();
    let (mut asking, whole) = worker::aside(move || {
        let again = asking.judge(&known);
        (asking, again)
    })
    .await;
    let two_sided = asking.old.before.is_some() && asking.old.after.is_some();
    let severity = findings::severity(&whole.findings);
    if severity >= TOLD_ALL_THE_SAME || asking.old.diff.hunks.is_empty() || !two_sided {
        return Ok(whole);
    }
    let noise = store.noise(&id, asking.old.stood).await?;
    if *noise == Noise::default() {
        return Ok(whole);
    }
    let held = worker::aside(move || {
        let old = &mut asking.old;
        let (before, after) = (old.before.as_ref()?, old.after.as_ref()?);
        let held = noise::hold(old.diff.clone(), before, after, &noise);
        if held.quiet.is_empty() {
            return None;
        }
        if held.is_empty() {
            return Some(Again {
                findings: Vec::new(),
                almost: Vec::new(),
            });
        }
        old.diff = held;
        Some(asking.judge(&facts))
    });
    Ok(held.await.unwrap_or(whole))
}

/// A step with the rules it is judged by.
struct Asking {
    old: Old,
    in_force: Arc<InForce>,
    book: Arc<Book>,
}

impl Asking {
    fn questions(&self) -> Questions {
        findings::questions(&self.step())
    }

    fn judge(&self, facts: &Facts) -> Again {
        let (findings, almost) = findings::traced(&self.step(), facts, self.old.at);
        Again { findings, almost }
    }

    fn step(&self) -> Step<'_> {
        let (old, watchlist) = (&self.old, &self.in_force.watchlist);
        let led = old.capture.as_ref();
        let led = led.filter(|capture| *capture.landed() != capture.url);
        Step {
            watch: &old.watch,
            kind: old.kind,
            before: old.before.as_ref(),
            after: old.after.as_ref(),
            diff: &old.diff,
            redirected_to: led.map(|capture| capture.landed()),
            stood_at: old.stood_at.as_ref(),
            same_text_as: old.same_text_as,
            bounds: old.bounds,
            zone: watchlist.settings.timezone,
            book: &self.book,
            watches: &watchlist.watches,
        }
    }
}
