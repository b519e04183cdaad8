//! A change in one sentence.

use crate::model::{ChangeKind, Diff, Finding, Span, Watch};
use crate::wording::{
    amount, fit,
    harmless::{self, side},
    redline,
};

/// The longest quote, name of a publisher, and name of a page in a sentence.
const QUOTE: usize = 120;
const WHO: usize = 70;
const PAGE: usize = 90;

/// Says a change as plain text in one line, with the most telling quote. The findings stand highest first.
pub fn of(
    watch: &Watch,
    kind: ChangeKind,
    span: Span,
    findings: &[Finding],
    diff: Option<&Diff>,
) -> String {
    let who = who(watch);
    let page = format!("the page “{}”", fit::cut(&name(watch), PAGE));
    let top = telling(findings);
    if let Some(target) = top
        .filter(|_| kind == ChangeKind::Redirected)
        .and_then(target)
    {
        return format!("{who}: the address of {page} leads to {target} now");
    }
    if let Some(state) = state(kind, span, &page) {
        let state = match earlier(findings) {
            Some(version) if kind == ChangeKind::Reverted => {
                format!("{page} reads again as {version} did")
            }
            _ => state,
        };
        return match (top.and_then(gone), top.and_then(came)) {
            (Some(quote), _) if matches!(kind, ChangeKind::Withdrawn | ChangeKind::Reverted) => {
                format!("{who}: {state}, and “{quote}” is no longer on it")
            }
            (None, Some(quote)) if kind == ChangeKind::Reverted => {
                format!("{who}: {state}, with “{quote}” on it")
            }
            _ => format!("{who}: {state}"),
        };
    }
    let words = |finding: &Finding| {
        (
            side(finding.before.as_deref()),
            side(finding.after.as_deref()),
        )
    };
    let said = top
        .and_then(|finding| named(finding, &who, &page))
        .or_else(|| top.and_then(|finding| quoted(&finding.rule, words(finding), &who, &page)));
    match said {
        Some(sentence) => sentence,
        None if kind == ChangeKind::Appeared => {
            format!("{who}: {page} was read for the first time")
        }
        None if diff.is_some_and(|diff| !diff.tables.is_empty()) => {
            format!("{who}: {} on {page}", amount::of(diff))
        }
        None => diff
            .and_then(|diff| redline::quotes(diff).into_iter().next())
            .and_then(|quote| {
                let sides = (side(quote.before.as_deref()), side(quote.after.as_deref()));
                quoted("", sides, &who, &page)
            })
            .unwrap_or_else(|| format!("{who}: {} on {page}", amount::of(diff))),
    }
}

/// Who publishes the page: as the watchlist says, else its host.
pub fn who(watch: &Watch) -> String {
    let given = watch.publisher.as_deref().map(harmless::line);
    let who = given
        .filter(|name| !harmless::is_blank(name))
        .unwrap_or_else(|| {
            let host = watch.url.host_str().unwrap_or("somebody");
            host.trim_start_matches("www.").to_owned()
        });
    fit::cut(&who, WHO)
}

/// What the page is called, in one line that is never blank.
fn name(watch: &Watch) -> String {
    let name = harmless::line(watch.name());
    if harmless::is_blank(&name) {
        watch.id.to_string()
    } else {
        name
    }
}

/// The highest finding that has words to show; a finding about the time or the lack of a note says less than one with a name.
pub fn telling(findings: &[Finding]) -> Option<&Finding> {
    let aside = |finding: &&Finding| {
        !matches!(
            finding.rule.as_str(),
            "timing" | "silent-edit" | "backdated" | "backdated-edit" | "date-only" | "announced"
        )
    };
    let told: Vec<&Finding> = findings.iter().filter(aside).collect();
    let highest = told.iter().map(|finding| finding.severity).max()?;
    let mut among = told.iter().filter(|finding| finding.severity == highest);
    among
        .clone()
        .find(|finding| finding.rule == "new-dataset" && !finding.names.is_empty())
        .or_else(|| among.find(|finding| finding.before.is_some() || finding.after.is_some()))
        .or_else(|| {
            told.iter()
                .find(|finding| finding.before.is_some() || finding.after.is_some())
        })
        .copied()
}

/// The sentence of a step that is about the page as a whole.
fn state(kind: ChangeKind, span: Span, page: &str) -> Option<String> {
    Some(match kind {
        ChangeKind::Appeared | ChangeKind::Edited => return None,
        ChangeKind::Reverted => format!("{page} reads again as an earlier version did"),
        ChangeKind::Moved => format!("{page} stands at another address now, in the same words"),
        ChangeKind::Replaced => format!("another document stands at the address of {page}"),
        ChangeKind::Redirected => format!("the address of {page} leads elsewhere now"),
        ChangeKind::Withdrawn => format!("{page} says that it was withdrawn"),
        ChangeKind::Vanished => format!("{page} is no longer there"),
        ChangeKind::Returned if span.to == span.from => {
            format!("{page} is there again, in the same words")
        }
        ChangeKind::Returned => format!("{page} is there again"),
    })
}

/// The sentence of a name that was never seen.
fn named(finding: &Finding, who: &str, page: &str) -> Option<String> {
    let names = finding.names.iter();
    let mut names = names
        .filter_map(|name| side(Some(name)))
        .map(|name| fit::cut(&name, QUOTE));
    let name = names.next()?;
    match finding.rule.as_str() {
        "new-dataset" => Some(format!(
            "{who} names “{name}” for the first time, on {page}"
        )),
        "lead" => Some(format!(
            "{who}: {page} resembles “{name}”; the publisher states no link"
        )),
        "register-recipient" => Some(format!("{who}: “{name}” is a new recipient on {page}")),
        "register-pair" => {
            let what = names.next()?;
            Some(format!(
                "{who}: “{name}” has a row for “{what}” for the first time on {page}"
            ))
        }
        _ => None,
    }
}

/// The sentence of a step that is about words, on either or both sides.
fn quoted(
    rule: &str,
    sides: (Option<String>, Option<String>),
    who: &str,
    page: &str,
) -> Option<String> {
    let quote = |text: &str| fit::cut(&first(text), QUOTE);
    if rule == "reading-suspect" {
        let words = sides.0.or(sides.1)?;
        return Some(format!(
            "{who}: the reading of {page} may be mistaken about “{}”",
            quote(&words)
        ));
    }
    let page = match rule {
        "around-changed" => &format!("{page}, around its main text"),
        _ => page,
    };
    Some(match sides {
        (Some(before), Some(after)) => {
            let (before, after) = fit::narrowed(&before, &after, QUOTE);
            let became = format!("“{before}” is now “{after}”");
            match rule {
                "file-replaced" => format!("{who}: a file was replaced on {page}: {became}"),
                "title-changed" => format!("{who}: {page} has another title: {became}"),
                _ => format!("{who}: “{before}” now reads “{after}” on {page}"),
            }
        }
        (Some(before), None) => format!("{who}: “{}” is no longer on {page}", quote(&before)),
        (None, Some(after)) if rule == "new-document" => {
            format!("{who}: “{}” is new on {page}", quote(&after))
        }
        (None, Some(after)) => format!("{who}: {page} now says “{}”", quote(&after)),
        (None, None) => return None,
    })
}

/// The words a finding says are gone.
fn gone(finding: &Finding) -> Option<String> {
    let before = side(finding.before.as_deref()).filter(|_| finding.after.is_none())?;
    Some(fit::cut(&first(&before), QUOTE))
}

/// The words a finding says have come.
fn came(finding: &Finding) -> Option<String> {
    let after = side(finding.after.as_deref()).filter(|_| finding.before.is_none())?;
    Some(fit::cut(&first(&after), QUOTE))
}

/// Which version stands here again, as the finding about it says: "version 2".
fn earlier(findings: &[Finding]) -> Option<&String> {
    let again = findings.iter().find(|finding| finding.rule == "reverted")?;
    again.names.first()
}

/// The first of several passages that a finding joins, with "…" for the others.
fn first(text: &str) -> String {
    match text.split_once(" … ") {
        Some((first, _)) => format!("{first} …"),
        None => text.to_owned(),
    }
}

/// Where a redirect leads, as a finding says.
fn target(finding: &Finding) -> Option<String> {
    let target = side(finding.after.as_deref()).filter(|after| after.starts_with("http"))?;
    Some(fit::cut(&target, QUOTE))
}

#[cfg(test)]
mod tests;
