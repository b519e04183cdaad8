//! What a message says of a change, in parts, and what it says of the message that it takes the place of.

use crate::model::{AlertId, Finding, Message, Particulars, Verdict};
use crate::wording::message::{News, corrected};
use crate::wording::{fit, redline};

/// The longest text of a page in them, and how many findings they tell.
const TEXT: usize = 4000;
const FINDINGS: usize = 50;

/// The longest redline, in bytes: mail programs cut what is longer than 100 KB in all.
const REDLINE: usize = 70_000;

/// The parts of the message about a change that pays this alert.
pub fn particulars(news: &News, alert: AlertId) -> Particulars {
    let change = news.change;
    let cut = |text: &String| fit::cut(text, TEXT);
    let findings = change.findings.iter().take(FINDINGS);
    let findings = findings.map(|finding| Finding {
        why: cut(&finding.why),
        before: finding.before.as_ref().map(cut),
        after: finding.after.as_ref().map(cut),
        names: finding.names.iter().take(FINDINGS).map(cut).collect(),
        ..finding.clone()
    });
    Particulars {
        alert,
        watch: change.watch.clone(),
        publisher: news.watch.publisher.as_ref().map(cut),
        title: cut(&change.title),
        url: news.watch.url.to_string(),
        kind: change.kind,
        span: change.span,
        bounds: change.bounds,
        severity: change.severity,
        sentence: cut(&change.sentence),
        findings: findings.collect(),
        claim: change.claim.clone(),
        second_look: change.second_look.clone(),
        corrections: change.corrections.clone(),
        back: change.back,
        redline: None,
    }
}

/// The redline of a change as a part of a page of HTML that needs nothing else; `None` where nothing can be compared.
pub fn redline(news: &News) -> Option<String> {
    let both = news.before.is_some() && news.after.is_some();
    let diff = news.diff.filter(|_| both)?;
    Some(redline::fragment(diff, REDLINE))
}

/// What a message is, that is sent because an earlier one cannot be altered where it stands: one word for its beginning.
pub fn instead(message: &Message) -> &'static str {
    let looked = |part: &Particulars| {
        let look = part.second_look.as_ref()?;
        match look.verdict? {
            Verdict::StillSo => Some((look.at, "Confirmed")),
            Verdict::WasBack => Some((look.at, "Correction")),
        }
    };
    let looks = message.particulars.iter().filter_map(looked);
    let right = |part: &Particulars| corrected::last(&part.corrections, part.back.as_ref());
    let right = message.particulars.iter().filter_map(right);
    let last = looks.chain(right).max_by_key(|(at, _)| *at);
    last.map_or("Correction", |(_, word)| word)
}

/// The sentence in such a message that says which one it takes the place of.
pub const INSTEAD: &str = "This takes the place of the earlier message with the same alert number, which cannot be altered where it stands.";
