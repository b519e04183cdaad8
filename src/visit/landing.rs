//! Compares what arrived with what stood, and decides which step it is.

use chrono::{DateTime, Utc};

use crate::diff;
use crate::house::{House, InForce};
use crate::model::{
    Capture, ChangeKind, Collected, Diff, Digest, Document, Failure, FailureKind, Finding, First,
    Imported, Look, LookOutcome, Outcome, Span, State, Version, VersionNo, VisitReport, Watch,
};
use crate::store::StoreError;
use crate::visit::alike::Alike;
use crate::visit::following::{Company, Known};
use crate::visit::judged::{Judged, Seen};
use crate::visit::standing;
use crate::visit::step::{self, Before};
use crate::visit::{bounds, edition, report};
use crate::worker;

/// A page that was fetched and read.
pub(super) struct Arrival {
    /// What the server sent.
    pub(super) capture: Capture,
    /// The bytes.
    pub(super) body: Vec<u8>,
    /// The bytes of what the capture has beside it, in its order.
    pub(super) beside: Vec<Vec<u8>>,
    /// What a reader would have read.
    pub(super) document: Document,
    /// The gist of the page, where it has one.
    pub(super) gist: Option<Digest>,
    /// What a reader of the page would have read, or why not, where the page was brought too. Left only where what stood
    /// was read from the page, so that pages are compared.
    pub(super) page: Option<Result<Document, Failure>>,
}

impl Arrival {
    /// The document that is compared with what stood.
    pub(super) fn compared(&self) -> &Document {
        match &self.page {
            Some(Ok(page)) => page,
            Some(Err(_)) | None => &self.document,
        }
    }
}

/// What came of going there: a page, or that it is gone.
pub(super) enum Found {
    Page(Box<Arrival>),
    /// With who brought word of it.
    Gone(Failure, Word),
}

/// Who says that a page is gone.
#[derive(Clone)]
pub(super) enum Word {
    /// We went and looked.
    Own,
    /// Another machine did.
    Collected(Collected),
    /// A whole archive that was taken in, which saw it missing at this time.
    Imported(Imported, DateTime<Utc>),
}

impl Found {
    fn collected(&self) -> Option<Collected> {
        match self {
            Found::Page(arrival) => arrival.capture.collected(),
            Found::Gone(_, Word::Collected(collected)) => Some(collected.clone()),
            Found::Gone(..) => None,
        }
    }

    /// The file it came in, where somebody gave it to us.
    pub(super) fn imported(&self) -> Option<Imported> {
        match self {
            Found::Page(arrival) => arrival.capture.provenance.imported(),
            Found::Gone(_, Word::Imported(imported, _)) => Some(imported.clone()),
            Found::Gone(..) => None,
        }
    }
}

/// One visit in the one lane: nothing else is compared, judged or appended until it has landed.
pub(super) struct Landing<'a> {
    pub(super) house: &'a House,
    pub(super) in_force: &'a InForce,
    pub(super) watch: &'a Watch,
    /// Where the history of the watch stood when the lane was entered.
    pub(super) state: State,
    /// The file it came in, where somebody saved what arrived and gave it to us.
    pub(super) imported: Option<Imported>,
    /// What is known of leads.
    pub(super) known: Known<'a>,
    /// The files that came with the page.
    pub(super) company: &'a Company,
    /// Why nothing is said of it, where that is settled.
    pub(super) quiet: Option<String>,
    /// Who brought it, where another machine did.
    pub(super) collected: Option<Collected>,
}

/// Compares, judges and appends, in the one lane.
pub(super) async fn land(
    house: &House,
    in_force: &InForce,
    watch: &Watch,
    found: Found,
    (company, quiet): (&Company, Option<String>),
) -> Result<VisitReport, StoreError> {
    let _lane = house.lane().await?;
    let state = house.store.state(&watch.id).await?;
    let quiet = quiet.or_else(|| after_an_archive(&state));
    let landing = Landing {
        house,
        in_force,
        watch,
        state,
        imported: found.imported(),
        known: Known::of(house, in_force, watch).await?,
        company,
        quiet,
        collected: found.collected(),
    };
    let current = landing.state.current.clone();
    match (found, current) {
        (Found::Page(arrival), None) => landing.first(arrival).await,
        (Found::Page(arrival), Some(current)) => landing.next(&current, arrival).await,
        (Found::Gone(failure, word), Some(current)) if !landing.state.away => {
            landing.vanish(&current, failure, word).await
        }
        (Found::Gone(failure, _), _) => landing.failed(failure).await,
    }
}

/// Why nothing is said of the first visit to a page of which only an archive that was taken in told before: what is new to
/// us since then may be years old.
fn after_an_archive(state: &State) -> Option<String> {
    let current = state.current.as_ref()?;
    let imported = current.imported.as_ref()?;
    let unseen = state.visits == 0 && imported.record.is_some();
    unseen.then(|| {
        "what stood before is known from an archive that was taken in; when it changed since then nobody saw".to_owned()
    })
}

impl Landing<'_> {
    /// Whether somebody saved what arrived and gave it to us.
    pub(super) fn by_hand(&self) -> bool {
        self.imported.is_some()
    }

    /// Whether it came out of a whole archive, which held answers of a server.
    pub(super) fn is_of_an_archive(&self) -> bool {
        (self.imported.as_ref()).is_some_and(|imported| imported.record.is_some())
    }

    /// The first version: a baseline, unless it is news.
    async fn first(&self, mut arrival: Box<Arrival>) -> Result<VisitReport, StoreError> {
        let capture = &arrival.capture;
        // What never stood there must not be what later readings are compared with.
        if step::led_to_front_page(&capture.url, capture.landed()) {
            let why = format!(
                "{} leads to the front page of its site, {}",
                capture.url,
                capture.landed()
            );
            return self
                .failed(Failure {
                    status: Some(capture.answer().status),
                    hops: capture.hops.clone(),
                    ..Failure::new(FailureKind::NotFound, why)
                })
                .await;
        }
        if let Some(judged) = self.continued(&mut arrival).await? {
            return self.go_on(arrival, judged).await;
        }
        arrival.page = None;
        let missing = self.last_missing().await?;
        // What was saved before the page was missing says nothing of its coming back.
        let missing = missing.filter(|at| *at <= arrival.capture.at || !self.by_hand());
        let seen = Seen {
            kind: ChangeKind::Appeared,
            span: Span { from: 0, to: 1 },
            bounds: bounds(missing, arrival.capture.at),
            same_text_as: None,
        };
        let is_news = missing.is_some() || self.watch.first == First::News;
        let mut judged = if is_news && self.quiet.is_none() {
            let diff = diff::between(&arrival.document.without_text(), &arrival.document);
            let judged = self.judge(seen, None, Some(&arrival), &diff).await?;
            let judged = self.first_but_spreading(seen, &arrival, &diff, judged);
            let mut judged = judged.await?;
            judged.second_look = None;
            judged
        } else {
            Judged::baseline(self.watch, &arrival.document, seen)
        };
        let at = arrival.capture.landed();
        judged.leads = self.leads(at, None, &arrival.document, &judged).await?;
        let title = arrival.document.title.clone();
        self.append(&Found::Page(arrival), judged, title).await
    }

    /// When the page was last found missing: a page that was never read and answered 404 or 410 before is news.
    async fn last_missing(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        let looks = self.house.store.looks(&self.watch.id, usize::MAX).await?;
        let missing = |look: &&Look| {
            let kind = FailureKind::NotFound;
            matches!(look.outcome, LookOutcome::Failed { kind: failed, .. } if failed == kind)
        };
        Ok(looks.iter().find(missing).map(|look| look.at))
    }

    /// The step from the version that stood.
    async fn next(
        &self,
        current: &Version,
        mut arrival: Box<Arrival>,
    ) -> Result<VisitReport, StoreError> {
        let rendered = standing::was_rendered(self.house, current).await?;
        // What the scripts of a page add to it is no change of the page. Of a saved file nobody knows what made it.
        let saved = self.by_hand() || current.imported.is_some();
        if rendered != arrival.capture.provenance.is_rendered() && !saved {
            return self.begin_again(current, arrival).await;
        }
        let standing = self.standing(current).await?;
        let before = match self.alike(current, standing, &mut arrival).await? {
            Alike::Comparable(before) => *before,
            Alike::Unlike => return self.begin_again(current, arrival).await,
            Alike::Unknown(failure) => return self.failed(failure).await,
        };
        if let Some(failure) = self.collapsed(&before, &arrival) {
            return self.failed(failure).await;
        }
        let (before, arrival, mut diff) = compared(before, arrival).await;
        let after = arrival.compared();
        edition::without_file_name(
            &mut diff,
            self.watch,
            (&current.url, &before),
            (&arrival.capture, after),
        );
        let same_text = match before.text_digest() == after.text_digest() {
            true => Some(current.no),
            false => self.earlier(current, after).await?,
        };
        let was = Before {
            version: current,
            document: &before,
            away: self.state.away,
            same_text,
        };
        match step::kind(&was, after, self.watch, &arrival.capture, &diff) {
            None => {
                let around = self.around(&was, after).await?;
                match (self.restated(&was, &arrival).await?, around) {
                    (Some(judged), around) => self.changed_statement(arrival, judged, around).await,
                    (None, Some(finding)) => self.changed_around(&was, arrival, finding).await,
                    (None, None) => {
                        self.note_gist(&was, &arrival);
                        self.same(current, arrival).await
                    }
                }
            }
            Some(ChangeKind::Redirected) if self.state.away => self.still_away(&arrival).await,
            Some(kind) => self.changed(kind, &was, arrival, &diff).await,
        }
    }

    /// Keeps in mind the gist of a page that stands as it stood, to the last word around its text.
    fn note_gist(&self, was: &Before<'_>, arrival: &Arrival) {
        let stands = !was.away && *was.document == arrival.document;
        if let Some(gist) = arrival.gist.filter(|_| stands) {
            (self.house).note_gist(&self.watch.id, was.version.no, gist);
        }
    }

    async fn changed(
        &self,
        kind: ChangeKind,
        was: &Before<'_>,
        arrival: Box<Arrival>,
        diff: &Diff,
    ) -> Result<VisitReport, StoreError> {
        let away = kind == ChangeKind::Redirected;
        let returns =
            !away && (kind == ChangeKind::Returned || was.same_text != Some(was.version.no));
        let seen = Seen {
            kind,
            span: self.span(was.version, away),
            bounds: bounds(self.state.last_seen, arrival.capture.at),
            same_text_as: was.same_text.filter(|_| returns),
        };
        let before = Some(was.document);
        let mut judged = match away {
            true => self.judge(seen, before, Some(&arrival), diff).await?,
            false => {
                self.judge_but_said(seen, (was.document, was.version), &arrival, diff)
                    .await?
            }
        };
        self.quiet_where_it_flips(was.version, &mut judged).await?;
        self.hold_move(&mut judged, arrival.capture.landed().host_str(), diff);
        self.answer_second_look(arrival.compared(), arrival.capture.at, &mut judged)
            .await?;
        if !away {
            self.note_restored(was.document, arrival.compared(), &mut judged)
                .await?;
            let (at, before) = (arrival.capture.landed(), (was.version, was.document));
            let leads = self.leads(at, Some(before), &arrival.document, &judged);
            judged.leads = leads.await?;
        }
        let title = match away {
            true => was.document.title.clone(),
            false => arrival.document.title.clone(),
        };
        self.append(&Found::Page(arrival), judged, title).await
    }

    /// A page that is gone: seen missing twice.
    async fn vanish(
        &self,
        current: &Version,
        failure: Failure,
        word: Word,
    ) -> Result<VisitReport, StoreError> {
        let document = self.standing(current).await?.document;
        let nothing = document.without_text();
        let diff = diff::between(&document, &nothing);
        let now = self.house.clock.now();
        let missing = match &word {
            Word::Imported(_, at) => Some(*at),
            Word::Own | Word::Collected(_) => {
                let failing = self.state.failing.as_ref();
                failing.map(|failing| failing.kind_since)
            }
        };
        let seen = Seen {
            kind: ChangeKind::Vanished,
            span: self.span(current, true),
            bounds: bounds(self.state.last_seen, missing.unwrap_or(now)),
            same_text_as: None,
        };
        let mut judged = self.judge(seen, Some(&document), None, &diff).await?;
        quote(&failure, &mut judged.findings);
        self.answer_second_look(&nothing, now, &mut judged).await?;
        let title = current.title.clone();
        self.append(&Found::Gone(failure, word), judged, title)
            .await
    }

    /// The rules of reading changed so that the version before cannot be read by them: nothing can be compared, and
    /// nothing is said of what may have changed.
    async fn begin_again(
        &self,
        current: &Version,
        arrival: Box<Arrival>,
    ) -> Result<VisitReport, StoreError> {
        let seen = Seen {
            kind: match self.state.away {
                true => ChangeKind::Returned,
                false => ChangeKind::Edited,
            },
            span: self.span(current, false),
            bounds: bounds(self.state.last_seen, arrival.capture.at),
            same_text_as: None,
        };
        let mut judged = Judged::begun_again(self.watch, &arrival.document.title, seen);
        judged.leads = self.leads_begun_again(current, &arrival).await?;
        let title = arrival.document.title.clone();
        self.append(&Found::Page(arrival), judged, title).await
    }

    /// From the version that stood, or from nothing where the page was gone, to the next one, or to nothing.
    pub(super) fn span(&self, current: &Version, away: bool) -> Span {
        let to: VersionNo = match away {
            true => 0,
            false => self.state.versions + 1,
        };
        let from = match self.state.away {
            true => 0,
            false => current.no,
        };
        Span { from, to }
    }

    /// The address still leads elsewhere.
    async fn still_away(&self, arrival: &Arrival) -> Result<VisitReport, StoreError> {
        let capture = &arrival.capture;
        let why = format!(
            "{} still leads to {}, which is not this page",
            capture.url,
            capture.landed()
        );
        let failure = Failure {
            status: Some(capture.answer().status),
            hops: capture.hops.clone(),
            ..Failure::new(FailureKind::NotFound, why)
        };
        self.failed(failure).await
    }

    /// A look that found no document.
    pub(super) async fn failed(&self, failure: Failure) -> Result<VisitReport, StoreError> {
        if self.by_hand() {
            // Nobody went and looked.
            return Ok(VisitReport {
                failure: Some(failure),
                ..self.report(Outcome::Failed).await?
            });
        }
        super::look_failed(self.house, self.watch, failure, self.collected.clone()).await
    }

    /// A look that found the same text.
    pub(super) async fn unchanged(&self, arrival: &Arrival) -> Result<VisitReport, StoreError> {
        super::look_unchanged(self.house, self.watch, &self.state, &arrival.capture).await
    }

    /// A report of this visit with nothing in it but where the watch stands now.
    pub(super) async fn report(&self, outcome: Outcome) -> Result<VisitReport, StoreError> {
        let state = self.house.store.state(&self.watch.id).await?;
        Ok(report(self.watch, self.house.clock.now(), outcome, &state))
    }
}

/// Puts what the publisher says of a page that is gone beside what stood there.
fn quote(failure: &Failure, findings: &mut [Finding]) {
    if let Some(gone) = findings.iter_mut().find(|finding| finding.rule == "gone") {
        gone.after = failure.said.clone();
    }
}

/// What differs, found away from the other visits: two long registers take their time.
async fn compared(before: Document, arrival: Box<Arrival>) -> (Document, Box<Arrival>, Diff) {
    let compare = move || {
        let diff = diff::between(&before, arrival.compared());
        (before, arrival, diff)
    };
    worker::aside(compare).await
}
