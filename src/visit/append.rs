//! Keeps the bodies of a step, then appends the entry that names them.

use crate::model::{
    Capture, ChangeKind, Digest, Document, Fact, Landed, Outcome, Owed, Severity, VisitReport,
};
use crate::store::StoreError;
use crate::visit::judged::Judged;
use crate::visit::landing::{Found, Landing};
use crate::visit::plain;

/// Where the bodies of an entry are kept.
struct Kept {
    capture: Digest,
    body: Option<Digest>,
    beside: Vec<Digest>,
    document: Option<Digest>,
    findings: Option<Digest>,
    names: Option<Digest>,
    leads: Option<Digest>,
    strands: Option<Digest>,
}

impl Found {
    fn capture(&self) -> Option<&Capture> {
        match self {
            Found::Page(arrival) => Some(&arrival.capture),
            Found::Gone(..) => None,
        }
    }

    /// The document, where the step leads to a version.
    fn document(&self, judged: &Judged) -> Option<&Document> {
        match self {
            Found::Page(arrival) if judged.seen.span.to != 0 => Some(&arrival.document),
            _ => None,
        }
    }
}

impl Landing<'_> {
    /// Keeps the bodies, then appends the entry that names them: from then on it has happened.
    pub(super) async fn append(
        &self,
        found: &Found,
        judged: Judged,
        title: String,
    ) -> Result<VisitReport, StoreError> {
        let mut judged = self.but_muted(found, judged).await?;
        if self.is_of_an_archive() {
            // Not even what was said before is put right by it.
            judged.owed.clear();
        }
        let kept = self.keep(found, &judged).await?;
        let landed = self.landed(found, &judged, title, kept);
        let fact = Fact::Landed(Box::new(landed));
        let now = self.house.clock.now();
        let entry = self.house.store.append(fact, now, self.state.entry).await?;
        let span = judged.seen.span;
        if let Found::Page(arrival) = found
            && let Some(gist) = arrival.gist
            && span.to > self.state.versions
        {
            self.house.note_gist(&self.watch.id, span.to, gist);
        }
        if span.from == span.to {
            let report = self.report(Outcome::Unchanged).await?;
            return Ok(VisitReport {
                entry: Some(entry),
                sentence: Some(judged.sentence),
                ..report
            });
        }
        let outcome = match judged.seen.kind {
            ChangeKind::Appeared => Outcome::Appeared,
            _ => Outcome::Changed,
        };
        Ok(VisitReport {
            change: Some(span),
            kind: Some(judged.seen.kind),
            severity: Some(judged.severity),
            findings: judged.findings,
            sentence: Some(judged.sentence),
            entry: Some(entry),
            alerts: judged.owed.len(),
            ..self.report(outcome).await?
        })
    }

    fn landed(&self, found: &Found, judged: &Judged, title: String, kept: Kept) -> Landed {
        let capture = found.capture();
        // What stands elsewhere is not this page: a step that brought no version is at the address that was asked.
        let arrived = capture.filter(|_| judged.seen.span.to != 0);
        let address = arrived.map_or(&self.watch.url, Capture::landed);
        Landed {
            watch: self.watch.id.clone(),
            url: address.clone(),
            title,
            kind: judged.seen.kind,
            span: judged.seen.span,
            bounds: judged.seen.bounds,
            capture: kept.capture,
            body: kept.body,
            beside: kept.beside,
            document: kept.document,
            text: found.document(judged).map(Document::text_digest),
            validators: capture.map(Capture::validators).unwrap_or_default(),
            same_text_as: judged.seen.same_text_as,
            findings: kept.findings,
            names: kept.names,
            leads: kept.leads,
            severity: judged.severity.max(Severity::RECORD),
            sentence: judged.sentence.clone(),
            silence: judged.silence.as_ref().map(|silence| silence.why.clone()),
            hushed: judged.silence.as_ref().map(|silence| silence.hushed),
            owed: self.with_thread(&judged.owed),
            edits: judged.edits.clone(),
            told: judged.told.clone(),
            strands: kept.strands,
            swapped: judged.swapped.clone(),
            muted: judged.muted.clone(),
            aside: judged.aside.clone(),
            second_look: judged.second_look.clone(),
            answers: judged.answers.clone(),
            imported: self.imported.clone(),
            continues: judged.continues.clone(),
            collected: self.collected.clone(),
            claim: judged.claim.clone(),
            restores: judged.restores.clone(),
        }
    }

    /// What is owed, and a post in the thread of the page where anybody is told: silently, for they hear of it elsewhere.
    fn with_thread(&self, owed: &[Owed]) -> Vec<Owed> {
        let told = owed.iter().any(|one| one.edits.is_none());
        let forum = self.in_force.watchlist.forum().filter(|_| told);
        let post = forum.map(|forum| Owed::post(forum, false));
        owed.iter().cloned().chain(post).collect()
    }

    async fn keep(&self, found: &Found, judged: &Judged) -> Result<Kept, StoreError> {
        let store = &self.house.store;
        let current = self.state.current.as_ref();
        let (capture, body) = match found {
            Found::Page(arrival) => (plain::write(&arrival.capture), Some(arrival.body.clone())),
            Found::Gone(failure, _) => (plain::write(failure), None),
        };
        let capture = store.keep(capture, current.map(|version| version.capture));
        let capture = capture.await?;
        let body = match body {
            Some(body) => Some(
                store
                    .keep(body, current.map(|version| version.body))
                    .await?,
            ),
            None => None,
        };
        let mut beside = Vec::new();
        if let Found::Page(arrival) = found {
            for bytes in &arrival.beside {
                beside.push(store.keep(bytes.clone(), None).await?);
            }
        }
        let (mut document, mut names) = (None, None);
        if let Some(read) = found.document(judged) {
            let like = current.map(|version| version.document);
            document = Some(store.keep(plain::write(read), like).await?);
            if let Some(mentioned) = self.names(read) {
                names = Some(store.keep(plain::write(&mentioned), None).await?);
            }
        }
        let findings = match judged.findings.is_empty() {
            true => None,
            false => Some(store.keep(plain::write(&judged.findings), None).await?),
        };
        let leads = match &judged.leads {
            None => None,
            Some(leads) => Some(store.keep(plain::write(leads), None).await?),
        };
        let strands = match judged.strands.is_empty() {
            true => None,
            false => Some(store.keep(plain::write(&judged.strands), None).await?),
        };
        Ok(Kept {
            strands,
            leads,
            capture,
            body,
            beside,
            document,
            findings,
            names,
        })
    }
}
