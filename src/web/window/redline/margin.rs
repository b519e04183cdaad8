//! Findings in the margin, beside the words that caused them.

use std::ops::Range;

use maud::{Markup, html};

use crate::model::Finding;
use crate::rulebook::Book;
use crate::web::window::redline::sheet::Sheet;
use crate::web::window::told;
use crate::wording::label;

/// The findings that stand beside these parts.
pub(super) fn beside(sheet: &Sheet<'_>, parts: Range<usize>) -> Option<Markup> {
    let here = |(at, _): &(usize, &Finding)| {
        let place = sheet.woven.beside.get(*at).copied().flatten();
        place.is_some_and(|place| parts.contains(&place))
    };
    let here: Vec<(usize, &Finding)> = sheet.findings.iter().enumerate().filter(here).collect();
    (!here.is_empty()).then(|| {
        html! {
            div.margin {
                @for (at, finding) in here { (note(sheet.book, finding, at)) }
            }
        }
    })
}

/// A finding as a note: what it is, why, how much it matters, and what raised or lowered it.
pub(super) fn note(book: &Book, finding: &Finding, at: usize) -> Markup {
    html! {
        div.finding role="note" id={ "f" (at + 1) } data-severity=(finding.severity.0) {
            p.rule { b { (label::of(finding, book)) } " " (told::severity(finding.severity)) }
            p { (finding.why) }
            @if !finding.weighed.is_empty() {
                ul.weighed {
                    @for weighed in &finding.weighed {
                        li { "to " (weighed.to) ": " (weighed.because) }
                    }
                }
            }
        }
    }
}

/// Every finding in a line, with a link to its place; those without a place are told whole.
pub(super) fn list(book: &Book, findings: &[Finding], beside: &[Option<usize>]) -> Markup {
    let placed = |at: &usize| beside.get(*at).copied().flatten().is_some();
    let loose: Vec<usize> = (0..findings.len()).filter(|at| !placed(at)).collect();
    html! {
        @if findings.len() > loose.len() {
            ol.found {
                @for (at, finding) in findings.iter().enumerate().filter(|(at, _)| placed(at)) {
                    li { a href={ "#f" (at + 1) } { (label::of(finding, book)) } " " (told::severity(finding.severity)) }
                }
            }
        }
        @for at in loose { (note(book, &findings[at], at)) }
    }
}
