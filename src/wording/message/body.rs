//! What stands below the first line: both sides, the reasons, and what the page claims.

use std::collections::BTreeSet;

use chrono::DateTime;

use crate::model::{BlockKind, ChangeKind, Diff, Document, Finding, Rows, Stated};
use crate::wording::message::register::Register;
use crate::wording::message::{News, muted};
use crate::wording::{
    fit,
    harmless::{self, side},
    redline, sentence, stated, times,
};

/// The longest quote as shown; two pairs at most.
const QUOTE: usize = 380;
const PAIRS: usize = 2;

/// How many lines of a diff are shown, and how wide: longer ones are broken again on a telephone.
const LINES: usize = 12;
const WIDTH: usize = 56;

/// The rule that quotes another page beside this one.
const RESEMBLES: &str = "lead";

/// The longest description, and the longest field.
const DESCRIPTION: usize = 2600;
const REASONS: usize = 1000;
const CLAIM: usize = 220;

/// Both sides of what changed, in words that need no colour.
type Pair = (Option<String>, Option<String>);

/// Before and Now, then the first lines of the diff; of a register its first rows, and the file that holds them all.
pub(super) fn description(news: &News) -> (String, Option<Rows>) {
    let Some(register) = Register::of(news) else {
        return (of_words(news), None);
    };
    let aside = |finding: &&Finding| !register.holds(finding) && finding.rule != RESEMBLES;
    let mut pairs: Vec<Pair> = Vec::new();
    for finding in news.change.findings.iter().filter(aside) {
        add_finding(&mut pairs, finding);
    }
    let mut parts: Vec<String> = pairs.iter().map(|pair| shown(news, pair)).collect();
    parts.extend(resembles(&news.change.findings));
    let used: usize = parts.iter().map(|part| fit::length(part) + 1).sum();
    let (rows, count) = register.shown(DESCRIPTION.saturating_sub(used));
    if count > 0 {
        parts.push(rows);
    }
    (parts.join("\n"), Some(register.file(news, count)))
}

/// Before and Now, then what the text resembles, then the first lines of the diff.
fn of_words(news: &News) -> String {
    let pairs = pairs(news);
    let mut shown: Vec<String> = pairs.iter().map(|pair| shown(news, pair)).collect();
    shown.extend(resembles(&news.change.findings));
    let mut text = shown.join("\n");
    let both = news.before.is_some() && news.after.is_some();
    let Some(diff) = news.diff.filter(|_| both) else {
        return text;
    };
    let (diff, left_out) = muted::apart(diff, news.muted, &news.change.findings);
    let fence = fence(&diff);
    let more = diff.edits().count() > pairs.len();
    let line = muted::line(left_out).unwrap_or_default();
    let room = DESCRIPTION.saturating_sub(fit::length(&line));
    if more && !fence.is_empty() && fit::length(&text) + fit::length(&fence) < room {
        text = format!("{text}\n{fence}");
    }
    format!("{text}\n{line}").trim().to_owned()
}

/// The words of a known scheme beside those of the text that resembles it: neither stood here before the other.
fn resembles(findings: &[Finding]) -> Option<String> {
    let finding = findings.iter().find(|finding| finding.rule == RESEMBLES)?;
    let quote = |text: &str| format!("> {}", fit::cut(&harmless::markdown(text), QUOTE));
    let (there, here) = (
        side(finding.before.as_deref())?,
        side(finding.after.as_deref())?,
    );
    let name = finding.names.first().map_or("", String::as_str);
    let name = fit::cut(&harmless::markdown(name), CLAIM);
    Some(format!(
        "**Known of “{name}”**\n{}\n**Here**\n{}",
        quote(&there),
        quote(&here)
    ))
}

/// The first lines of the diff, coloured where the reader can.
fn fence(diff: &Diff) -> String {
    let (lines, left) = redline::fence(diff, LINES - 1, WIDTH);
    if harmless::is_blank(&lines) {
        return String::new();
    }
    let more = match left {
        0 => String::new(),
        1 => "\n  … 1 more line in the file attached".to_owned(),
        _ => format!("\n  … {left} more lines in the file attached"),
    };
    // No page may call anybody from inside a fence either.
    let lines = lines.replace('@', "@\u{200B}");
    format!("```diff\n{lines}{more}\n```")
}

/// Why it matters, one line a finding.
pub(super) fn reasons(findings: &[Finding]) -> String {
    const EACH: usize = 300;
    let mut lines: Vec<String> = Vec::new();
    let mut used = 0;
    let mut said = BTreeSet::new();
    let told: Vec<&Finding> = findings
        .iter()
        .filter(|finding| !harmless::is_blank(&finding.why) && said.insert(finding.why.as_str()))
        .collect();
    for (index, finding) in told.iter().enumerate() {
        // The user's own rules are called by the names the user gave them.
        let why = match &finding.label {
            Some(label) => format!("{label}: {}", finding.why),
            None => finding.why.clone(),
        };
        let why = fit::cut(&harmless::markdown(&why), EACH);
        let line = format!("• {why}");
        if used + fit::length(&line) + 1 > REASONS - 30 {
            lines.push(format!("… and {} more reasons", told.len() - index));
            break;
        }
        used += fit::length(&line) + 1;
        lines.push(line);
    }
    lines.join("\n")
}

/// What the page says of its dates and changes; and, where it gives no reason, that nobody told us one.
pub(super) fn claims(news: &News) -> String {
    let unstated = Stated::default();
    let before = news.before.map_or(&unstated, |document| &document.stated);
    let Some(after) = news.after.map(|document| &document.stated) else {
        // What its publisher says of a page that is gone stands beside what was there.
        let said = |finding: &Finding| finding.rule == "gone" && finding.after.is_some();
        return match news.change.findings.iter().any(said) {
            true => String::new(),
            false => UNKNOWN.to_owned(),
        };
    };
    let mut lines = Vec::new();
    let notice = after
        .withdrawn
        .as_ref()
        .filter(|_| after.withdrawn != before.withdrawn);
    if let Some(notice) = notice {
        lines.push(format!("It carries the notice {}.", quoted(notice)));
    }
    let notes = match news.before {
        Some(_) => stated::new_notes(before, after),
        None => Vec::new(),
    };
    for note in notes.iter().take(2) {
        let at = DateTime::parse_from_rfc3339(&note.at);
        let at = at.map_or(note.at.clone(), |at| times::moment(at.to_utc(), news.zone));
        let words = quoted(&format!("{at} {}", note.note));
        lines.push(format!("Its own list of changes has the new line {words}."));
    }
    lines.push(stated::dates(before, after));
    let explained = notice.is_some() || !notes.is_empty();
    if !explained && !matches!(news.change.kind, ChangeKind::Appeared) {
        lines.push(UNKNOWN.to_owned());
    }
    lines.join("\n")
}

const UNKNOWN: &str = "We do not know who changed it or why.";

fn quoted(text: &str) -> String {
    format!("“{}”", fit::cut(&harmless::markdown(text), CLAIM))
}

/// The pairs worth showing: of the findings, the most telling first; else of the diff; else how the page began.
fn pairs(news: &News) -> Vec<Pair> {
    let findings = &news.change.findings;
    let mut pairs: Vec<Pair> = Vec::new();
    let told = sentence::telling(findings).into_iter().chain(findings);
    for finding in told.filter(|finding| finding.rule != RESEMBLES) {
        add_finding(&mut pairs, finding);
    }
    if pairs.is_empty() {
        let told = |diff| muted::apart(diff, news.muted, &news.change.findings).0;
        let diff = news.diff.map(told);
        for quote in diff.as_ref().map(redline::quotes).unwrap_or_default() {
            add(
                &mut pairs,
                side(quote.before.as_deref()),
                side(quote.after.as_deref()),
            );
        }
    }
    if pairs.is_empty() && news.after.is_none() {
        add(&mut pairs, news.before.and_then(beginning), None);
    }
    pairs
}

fn add_finding(pairs: &mut Vec<Pair>, finding: &Finding) {
    add(
        pairs,
        side(finding.before.as_deref()),
        side(finding.after.as_deref()),
    );
}

fn add(pairs: &mut Vec<Pair>, before: Option<String>, after: Option<String>) {
    let pair = (before, after);
    let told = pair.0.is_some() || pair.1.is_some();
    if told && pairs.len() < PAIRS && !pairs.iter().any(|shown| says_the_same(shown, &pair)) {
        pairs.push(pair);
    }
}

/// Whether each side of one pair stands within the same side of the other.
fn says_the_same(one: &Pair, other: &Pair) -> bool {
    let within = |a: &Option<String>, b: &Option<String>| match (a, b) {
        (None, None) => true,
        (Some(a), Some(b)) => a.contains(b.as_str()) || b.contains(a.as_str()),
        _ => false,
    };
    within(&one.0, &other.0) && within(&one.1, &other.1)
}

/// The first paragraph of a page that is gone.
fn beginning(document: &Document) -> Option<String> {
    let paragraphs = document.blocks.iter();
    paragraphs
        .filter(|block| block.kind == BlockKind::Paragraph)
        .find_map(|block| side(Some(&block.text)))
}

fn shown(news: &News, pair: &Pair) -> String {
    let quote = |text: &str| format!("> {}", fit::cut(&harmless::markdown(text), QUOTE));
    match pair {
        (Some(before), Some(after)) => {
            let (before, after) = fit::narrowed(before, after, QUOTE);
            format!("**Before**\n{}\n**Now**\n{}", quote(&before), quote(&after))
        }
        (Some(before), None) => {
            let gone = match news.change.kind {
                ChangeKind::Vanished | ChangeKind::Redirected => "*the page is not there*",
                _ => "*no longer on this page*",
            };
            format!("**Before**\n{}\n**Now**\n{gone}", quote(before))
        }
        (None, Some(after)) if news.before.is_none() => format!("**Now**\n{}", quote(after)),
        (None, Some(after)) => {
            format!("**Before**\n*not on this page*\n**Now**\n{}", quote(after))
        }
        (None, None) => String::new(),
    }
}
