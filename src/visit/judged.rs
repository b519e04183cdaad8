//! A step that was judged: why it matters, and who is told.

use crate::findings::{self, Judging, Step};
use crate::model::{
    Bounds, ChangeKind, Claim, Continued, Diff, Digest, Document, EntryNo, Finding, Hushed, Leads,
    Owed, SecondLook, Served, Severity, Span, Strand, Swap, VersionNo, Watch,
};
use crate::routing::{self, About};
use crate::store::StoreError;
use crate::visit::landing::{Arrival, Landing};
use crate::visit::second_look;
use crate::wording;

/// What sort of step was seen, from which version to which, and between which times.
#[derive(Clone, Copy)]
pub(super) struct Seen {
    pub(super) kind: ChangeKind,
    pub(super) span: Span,
    pub(super) bounds: Bounds,
    /// The earlier version whose text stands again.
    pub(super) same_text_as: Option<VersionNo>,
}

/// A step that was judged, ready to be appended.
pub(super) struct Judged {
    pub(super) seen: Seen,
    pub(super) findings: Vec<Finding>,
    pub(super) severity: Severity,
    pub(super) sentence: String,
    pub(super) silence: Option<Silence>,
    pub(super) owed: Vec<Owed>,
    /// The marks of the edits, and of those that are left out since they were said of another page.
    pub(super) edits: Vec<Digest>,
    pub(super) told: Vec<Digest>,
    /// What it has in common with changes of other pages, and the words put for others that are left out for that.
    pub(super) strands: Vec<Strand>,
    pub(super) swapped: Vec<Swap>,
    /// The findings that a person muted, by their places.
    pub(super) muted: Vec<usize>,
    /// What of it is left out of what is said, and why.
    pub(super) aside: Option<String>,
    /// What the step says of leads.
    pub(super) leads: Option<Leads>,
    pub(super) second_look: Option<SecondLook>,
    pub(super) answers: Option<(EntryNo, SecondLook)>,
    /// The pages that went on as this one.
    pub(super) continues: Option<Continued>,
    /// What the page says of the edit, held against it.
    pub(super) claim: Option<Claim>,
    /// The entries that said that words were gone, which stand there again.
    pub(super) restores: Vec<EntryNo>,
}

/// Why nothing is said of a step, in words and as the sort of reason it is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Silence {
    pub(super) why: String,
    pub(super) hushed: Hushed,
}

impl Silence {
    pub(super) fn of(hushed: Hushed, why: impl Into<String>) -> Silence {
        let why = why.into();
        Silence { why, hushed }
    }

    /// For a reason that is neither a mute, nor noise, nor that no route takes it.
    pub(super) fn otherwise(why: impl Into<String>) -> Silence {
        Silence::of(Hushed::Otherwise, why)
    }
}

impl Judged {
    /// A step of which nothing is said.
    pub(super) fn quiet(seen: Seen) -> Judged {
        Judged {
            seen,
            findings: Vec::new(),
            severity: Severity::RECORD,
            sentence: String::new(),
            silence: None,
            owed: Vec::new(),
            edits: Vec::new(),
            told: Vec::new(),
            strands: Vec::new(),
            swapped: Vec::new(),
            muted: Vec::new(),
            aside: None,
            leads: None,
            second_look: None,
            answers: None,
            continues: None,
            claim: None,
            restores: Vec::new(),
        }
    }

    /// Notes why something of it is left out.
    pub(super) fn aside(&mut self, reason: String) {
        self.aside = Some(match self.aside.take() {
            Some(before) => format!("{before}; {reason}"),
            None => reason,
        });
    }

    /// The state of affairs when we began.
    pub(super) fn baseline(watch: &Watch, document: &Document, seen: Seen) -> Judged {
        let why = "First reading of this page; text already there is not reported.";
        Judged {
            findings: vec![baseline(&document.title, why)],
            sentence: format!(
                "{} was {}.",
                called(watch, &document.title).name(),
                first_time(document)
            ),
            silence: Some(Silence::otherwise(
                "text that stood there at the first reading is not reported",
            )),
            ..Judged::quiet(seen)
        }
    }

    /// The state of affairs when other rules of reading came into force that cannot read the version before.
    pub(super) fn begun_again(watch: &Watch, title: &str, seen: Seen) -> Judged {
        let why = "First reading of this page by its present rules; the version before cannot be read by them, so \
                   nothing is compared.";
        Judged {
            findings: vec![baseline(title, why)],
            sentence: format!(
                "{} was read for the first time by its present rules.",
                called(watch, title).name()
            ),
            silence: Some(Silence::otherwise(
                "the version before cannot be read by the present rules",
            )),
            ..Judged::quiet(seen)
        }
    }
}

/// The watch, called by the page's own title where nobody gave it another.
pub(super) fn called(watch: &Watch, title: &str) -> Watch {
    let own = Some(title.to_owned()).filter(|title| !title.is_empty());
    Watch {
        title: watch.title.clone().or(own),
        ..watch.clone()
    }
}

/// Why nobody is told of a change of this severity.
pub(super) fn no_route(severity: Severity) -> String {
    format!("no route takes severity {severity} of this watch")
}

/// What was done for the first time: of some files nothing can be read, and they are kept.
fn first_time(document: &Document) -> String {
    let file = document.attachments.first();
    match file.filter(|_| document.blocks.is_empty()) {
        Some(file) => {
            let facts = file.facts.as_deref().unwrap_or_default();
            let known = facts.split(", sha256 ").next().unwrap_or_default();
            format!("kept for the first time; its text cannot be read ({known})")
        }
        None => "read for the first time".to_owned(),
    }
}

fn baseline(title: &str, why: &str) -> Finding {
    Finding {
        rule: "baseline".into(),
        severity: Severity(0),
        why: why.to_owned(),
        after: Some(title.to_owned()),
        ..Finding::default()
    }
}

impl Landing<'_> {
    /// Judges one step with what the archive knows, and decides who is told.
    pub(super) async fn judge(
        &self,
        seen: Seen,
        before: Option<&Document>,
        arrival: Option<&Arrival>,
        diff: &Diff,
    ) -> Result<Judged, StoreError> {
        let Landing { house, watch, .. } = self;
        let watchlist = &self.in_force.watchlist;
        let gone = matches!(seen.kind, ChangeKind::Redirected | ChangeKind::Vanished);
        let capture = arrival.map(|arrival| &arrival.capture);
        let after = arrival.filter(|_| !gone).map(Arrival::compared);
        let listed = self.by_its_page(seen, before, after).await?;
        let step = Step {
            watch,
            kind: seen.kind,
            before: listed.as_ref().map(|(before, _)| before).or(before),
            after: listed.as_ref().map(|(_, after)| after).or(after),
            diff,
            redirected_to: capture
                .filter(|capture| *capture.landed() != capture.url)
                .map(|capture| capture.landed()),
            stood_at: self.state.current.as_ref().map(|version| &version.url),
            same_text_as: seen.same_text_as,
            bounds: seen.bounds,
            zone: watchlist.settings.timezone,
            book: &watchlist.book,
            watches: &watchlist.watches,
        };
        let judging = Judging::of(&step);
        let questions = judging.questions();
        let mut facts = house.store.facts(&watch.id, &questions).await?;
        facts.served = capture.map(|capture| Served::of(capture.answer()));
        self.note_files(&questions, &mut facts);
        let now = house.clock.now();
        let mut findings = judging.judge(&facts, now);
        let claim = judging.claim(&facts);
        if !gone {
            self.file_replaced(seen, &mut findings);
            self.weigh(seen, &mut findings).await?;
        }
        let title = step.after.or(before).map_or("", |document| &document.title);
        Ok(Judged {
            claim,
            ..self.decided(seen, title, findings, Some(diff))
        })
    }

    /// A step with these findings, and who is told of it.
    pub(super) fn decided(
        &self,
        seen: Seen,
        title: &str,
        findings: Vec<Finding>,
        diff: Option<&Diff>,
    ) -> Judged {
        let now = self.house.clock.now();
        let severity = findings::severity(&findings);
        let owed = self.owed(severity, &findings);
        let named = called(self.watch, title);
        let said_and_there = !owed.is_empty() && seen.span.to != 0;
        let mut judged = Judged {
            sentence: wording::sentence::of(&named, seen.kind, seen.span, &findings, diff),
            silence: (owed.is_empty()).then(|| Silence::of(Hushed::Below, no_route(severity))),
            second_look: second_look::asked_for(&findings, now).filter(|_| said_and_there),
            findings,
            severity,
            owed,
            edits: match seen.kind {
                ChangeKind::Edited | ChangeKind::Reverted => {
                    diff.map_or(Vec::new(), findings::marks)
                }
                _ => Vec::new(),
            },
            ..Judged::quiet(seen)
        };
        self.hush(&mut judged);
        judged
    }

    /// Who is told of a change of this severity in which this was found, and when.
    pub(super) fn owed(&self, severity: Severity, findings: &[Finding]) -> Vec<Owed> {
        let about = About {
            watch: self.watch,
            severity,
            findings,
        };
        let routes = &self.in_force.watchlist.routes;
        routing::owed(routes, &about, self.house.clock.now())
    }
}
