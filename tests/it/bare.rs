//! A step of a page with no more to it than every step has: tests and benches add what they are about.

use smallprint::model::{
    Bounds, ChangeKind, Digest, Landed, Severity, Span, Validators, VersionNo,
};
use url::Url;

/// The step that brought version `no` of a page, which came with this capture.
pub fn landed(watch: &str, url: Url, no: VersionNo, bounds: Bounds, capture: Digest) -> Landed {
    Landed {
        watch: watch.into(),
        url,
        title: watch.to_owned(),
        kind: match no {
            1 => ChangeKind::Appeared,
            _ => ChangeKind::Edited,
        },
        span: Span {
            from: no - 1,
            to: no,
        },
        bounds,
        capture,
        body: None,
        beside: Vec::new(),
        document: None,
        text: None,
        validators: Validators::default(),
        same_text_as: None,
        findings: None,
        names: None,
        leads: None,
        severity: Severity(1),
        sentence: "Words changed.".to_owned(),
        silence: None,
        hushed: None,
        owed: Vec::new(),
        edits: Vec::new(),
        told: Vec::new(),
        strands: None,
        swapped: Vec::new(),
        muted: Vec::new(),
        aside: None,
        second_look: None,
        answers: None,
        imported: None,
        continues: None,
        restores: Vec::new(),
        collected: None,
        claim: None,
    }
}
