//! What became of a visit, said once in the log and counted.

use std::time::Duration;

use crate::meters;
use crate::model::{Outcome, VisitReport};

/// Notes that a visit ended so; how long it took is known where it was made from here.
pub(super) fn told(report: &VisitReport, took: Option<Duration>) {
    let failure = report.failure.as_ref();
    meters::visited(report.outcome, failure.map(|failure| failure.kind), took);
    let (watch, outcome) = (&report.watch, report.outcome.word());
    let took_ms = took.map(|took| took.as_millis() as u64);
    match report.outcome {
        Outcome::Unchanged => tracing::debug!(%watch, outcome, took_ms, "{watch}: unchanged"),
        Outcome::Failed => {
            let kind = failure.map(|failure| failure.kind.word());
            let why = failure.map_or("", |failure| failure.why.as_str());
            tracing::warn!(%watch, outcome, kind, took_ms, "{watch}: {why}");
        }
        Outcome::Appeared | Outcome::Changed => {
            let (entry, version) = (report.entry, report.version);
            let severity = report.severity.map(|severity| severity.0);
            let sentence = report.sentence.as_deref().unwrap_or("changed");
            tracing::info!(%watch, outcome, entry, version, severity, took_ms, "{watch}: {sentence}");
        }
    }
}
