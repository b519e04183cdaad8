//! Days that a publisher sets for itself: releases put off or cancelled, consultations cut short.

use chrono::NaiveDate;

use crate::findings::Step;
use crate::findings::promises;
use crate::model::{BlockKind, Document, Finding};

/// What a page calls the day of a release.
const RELEASE: &str = "Release date";
/// What it calls the day a consultation closes.
const CLOSING: &str = "Closing date";
/// What it calls the day a release was cancelled.
const CANCELLED: &str = "Cancelled";

/// The findings about such days; they are read from what the publisher's system says beside the text.
pub(super) fn judge(step: &Step) -> Vec<Finding> {
    let (Some(before), Some(after)) = (step.before, step.after) else {
        return Vec::new();
    };
    let mut findings = Vec::new();
    if let (None, Some(at)) = (fact(before, CANCELLED), fact(after, CANCELLED)) {
        let reason = fact(after, "Reason for the cancellation");
        let reason = reason.map_or(String::new(), |(why, _)| {
            format!(" The page says why: “{why}”.")
        });
        findings.push(Finding {
            why: format!("This release is cancelled.{reason}"),
            before: line(before, RELEASE),
            after: line(after, CANCELLED),
            ..placed(step, "slipped", None, Some(at.1))
        });
    } else if let Some((was, is)) =
        both(before, after, RELEASE).filter(|(was, is)| was.day < is.day)
    {
        findings.push(Finding {
            why: format!(
                "This release was due on {} and is now due on {}.",
                said(was.day),
                said(is.day)
            ),
            before: line(before, RELEASE),
            after: line(after, RELEASE),
            ..placed(step, "slipped", Some(was.block), Some(is.block))
        });
    }
    if let Some((was, is)) = both(before, after, CLOSING).filter(|(was, is)| is.day < was.day) {
        let lost = (was.day - is.day).num_days();
        let days = if lost == 1 { "day" } else { "days" };
        findings.push(Finding {
            why: format!(
                "The closing date was {} and is now {}: {lost} {days} earlier.",
                said(was.day),
                said(is.day)
            ),
            before: line(before, CLOSING),
            after: line(after, CLOSING),
            ..placed(
                step,
                "consultation-shortened",
                Some(was.block),
                Some(is.block),
            )
        });
    }
    findings
}

/// A day on a page.
#[derive(Clone, Copy)]
struct Set {
    day: NaiveDate,
    block: usize,
}

fn both(before: &Document, after: &Document, name: &str) -> Option<(Set, Set)> {
    let set = |document| {
        let (words, block) = fact(document, name)?;
        Some(Set {
            day: day(words)?,
            block,
        })
    };
    Some((set(before)?, set(after)?))
}

/// The words a page has under a name, and their block.
fn fact<'d>(document: &'d Document, name: &str) -> Option<(&'d str, usize)> {
    let mut blocks = document.blocks.iter().enumerate();
    blocks.find_map(|(at, block)| match &block.kind {
        BlockKind::Row(cells, _) => match cells.as_slice() {
            [called, words] if called == name => Some((words.as_str(), at)),
            _ => None,
        },
        _ => {
            let words = block.text.strip_prefix(name)?.trim_start();
            Some((words.strip_prefix(':')?.trim(), at))
        }
    })
}

fn line(document: &Document, name: &str) -> Option<String> {
    let (words, _) = fact(document, name)?;
    Some(format!("{name}: {words}"))
}

fn placed(step: &Step, rule: &str, before: Option<usize>, after: Option<usize>) -> Finding {
    let mut finding = step.book.rule(rule).finding();
    finding.stands.before.extend(before);
    finding.stands.after.extend(after);
    finding
}

/// "22 April 2016 at 12:00pm", "22 April 2016"; of "April 2016" the last day.
fn day(words: &str) -> Option<NaiveDate> {
    promises::last_day(words)
}

fn said(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::findings::tests::{page, step_between};

    #[track_caller]
    fn case(before: &str, after: &[&str], expected: Option<(&str, &str)>) {
        let (before, after) = (page(&["One.", before]), page(&[&["One."], after].concat()));
        let found = step_between(&before, &after, judge);
        let found: Vec<(&str, &str)> = found
            .iter()
            .map(|finding| (finding.rule.as_str(), finding.why.as_str()))
            .collect();
        assert_eq!(found, Vec::from_iter(expected));
    }

    #[test]
    fn a_release_put_off_or_cancelled_is_said() {
        case(
            "Release date: 12 March 2026 at 9:30am",
            &["Release date: 2 April 2026 at 9:30am"],
            Some((
                "slipped",
                "This release was due on 12 March 2026 and is now due on 2 April 2026.",
            )),
        );
        case(
            "Release date: March 2026",
            &[
                "Cancelled: 2 March 2026",
                "Reason for the cancellation: The data are late",
            ],
            Some((
                "slipped",
                "This release is cancelled. The page says why: “The data are late”.",
            )),
        );
        case(
            "Release date: April 2026",
            &["Release date: 12 April 2026 at 9:30am"],
            None,
        );
        case(
            "Release date: March 2026",
            &["Release date: 12 April 2026 at 9:30am"],
            Some((
                "slipped",
                "This release was due on 31 March 2026 and is now due on 12 April 2026.",
            )),
        );
        case(
            "Release date: 12 March 2026",
            &["Release date: 10 March 2026"],
            None,
        );
    }

    #[test]
    fn a_consultation_that_closes_earlier_is_said() {
        case(
            "Closing date: 20 June 2026 at 11:45pm",
            &["Closing date: 6 June 2026 at 11:45pm"],
            Some((
                "consultation-shortened",
                "The closing date was 20 June 2026 and is now 6 June 2026: 14 days earlier.",
            )),
        );
        case(
            "Closing date: 6 June 2026",
            &["Closing date: 20 June 2026"],
            None,
        );
        case(
            "Closing date: to be said",
            &["Closing date: 6 June 2026"],
            None,
        );
    }
}
