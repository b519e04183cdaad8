//! What the sort of a step says by itself: gone, moved, replaced, withdrawn, and the like.

use crate::findings::Step;
use crate::model::{Attachment, ChangeKind, Finding, Severity, Weighed};
use crate::prose::cut;

/// How much it matters that a file was replaced, where the page says that something changed.
const NOTED: Severity = Severity(3);

/// The findings that need no reading.
pub(super) fn judge(step: &Step) -> Vec<Finding> {
    let mut findings = by_kind(step);
    findings.extend(title(step));
    findings.extend(files(step));
    findings.extend(notice(step));
    if let (Some(before), Some(after)) = (step.before, step.after)
        && after.stated.noindex
        && !before.stated.noindex
    {
        findings.push(plain(step, "hidden-from-search"));
    }
    findings
}

fn plain(step: &Step, id: &str) -> Finding {
    step.book.rule(id).finding()
}

fn by_kind(step: &Step) -> Vec<Finding> {
    let title = |document: Option<&crate::model::Document>| document.map(|d| cut(&d.title, 400));
    let about = |id: &str| Finding {
        before: title(step.before),
        after: title(step.after),
        ..plain(step, id)
    };
    match step.kind {
        ChangeKind::Vanished => vec![about("gone")],
        ChangeKind::Returned => vec![about("returned")],
        ChangeKind::Reverted => vec![again(
            step,
            match step.diff.title {
                Some(_) => about("reverted"),
                // The same title on both sides tells nothing.
                None => plain(step, "reverted"),
            },
        )],
        ChangeKind::Replaced => vec![about("replaced")],
        ChangeKind::Moved if step.redirected_to.is_none() => vec![readdressed(step)],
        ChangeKind::Moved => vec![Finding {
            before: Some(step.watch.url.to_string()),
            after: step.redirected_to.map(ToString::to_string),
            ..led(step, "moved")
        }],
        ChangeKind::Redirected => ["redirected", "moved"]
            .map(|id| Finding {
                before: Some(step.watch.url.to_string()),
                after: step.redirected_to.map(ToString::to_string),
                ..led(step, id)
            })
            .into(),
        ChangeKind::Appeared | ChangeKind::Edited | ChangeKind::Withdrawn => Vec::new(),
    }
}

/// A return to an earlier text, with the number of the version that had it.
fn again(step: &Step, finding: Finding) -> Finding {
    let Some(no) = step.same_text_as else {
        return finding;
    };
    Finding {
        why: format!("The words of version {no} stand here again."),
        names: vec![format!("version {no}")],
        ..finding
    }
}

/// The same text at an address that the watchlist, or the page that offers it, gives now, and did not before.
fn readdressed(step: &Step) -> Finding {
    let (who, severity) = match &step.watch.found_by {
        Some(_) => ("The page that offers it", Severity(2)),
        None => ("The watchlist", step.book.rule("moved").severity),
    };
    Finding {
        severity,
        why: format!("{who} gives another address for this page now; the same text stands there."),
        before: step.stood_at.map(ToString::to_string),
        after: Some(step.watch.url.to_string()),
        ..plain(step, "moved")
    }
}

/// A finding about where the address leads.
fn led(step: &Step, id: &str) -> Finding {
    let Some(target) = step.redirected_to else {
        return plain(step, id);
    };
    let front = target.path() == "/" && target.query().is_none();
    let (why, severity) = match (id, front) {
        ("redirected", true) => (
            format!(
                "The address leads to the front page of {}; the document does not stand there.",
                target.host_str().unwrap_or("another site")
            ),
            Severity(4),
        ),
        ("redirected", false) => (
            format!("The address leads to {target}, which is not this document."),
            step.book.rule(id).severity,
        ),
        _ => (
            format!("The address leads to {target}."),
            step.book.rule(id).severity,
        ),
    };
    Finding {
        why,
        severity,
        names: vec![target.to_string()],
        ..plain(step, id)
    }
}

fn title(step: &Step) -> Option<Finding> {
    let (before, after) = step.diff.title.as_ref()?;
    if step.before.is_none()
        || step.after.is_none()
        || before.is_empty()
        || after.is_empty()
        || before.to_lowercase() == after.to_lowercase()
    {
        return None;
    }
    Some(Finding {
        before: Some(cut(before, 400)),
        after: Some(cut(after, 400)),
        ..plain(step, "title-changed")
    })
}

/// Files replaced under the same title.
fn files(step: &Step) -> Option<Finding> {
    let replaced: Vec<(&Attachment, &Attachment)> = step
        .diff
        .attachments
        .iter()
        .filter_map(|edit| edit.before.as_ref().zip(edit.after.as_ref()))
        .filter(|(old, new)| old.facts != new.facts || old.url != new.url)
        .collect();
    let (old, new) = replaced.first()?;
    let names: Vec<String> = replaced.iter().map(|(_, new)| new.title.clone()).collect();
    let line = |file: &Attachment, other: &Attachment| match &file.facts {
        Some(facts) if file.url == other.url => cut(facts, 400),
        Some(facts) => cut(&format!("{facts} ({})", file.url), 400),
        None => cut(&file.url, 400),
    };
    let more = match names.len() {
        1 => String::new(),
        many => format!(" So are {} others.", many - 1),
    };
    // A document without text whose one file it is itself.
    let itself = step.after.is_some_and(|after| {
        after.blocks.is_empty() && after.attachments.len() == 1 && after.title == new.title
    });
    let why = match itself {
        true => "The file’s bytes changed; its text is not read.".to_owned(),
        false => format!(
            "The file “{}” is another one than before.{more}",
            cut(&new.title, 200)
        ),
    };
    let finding = Finding {
        why,
        before: Some(line(old, new)),
        after: Some(line(new, old)),
        names,
        ..plain(step, "file-replaced")
    };
    Some(noted(step, finding))
}

/// A file that was replaced, as less where the page has a new line in its list of changes: then it was said.
pub(super) fn noted(step: &Step, finding: Finding) -> Finding {
    let (Some(before), Some(after)) = (step.before, step.after) else {
        return finding;
    };
    let had = &before.stated.history;
    let mut come = after.stated.history.iter();
    let Some(note) = come.find(|note| !had.contains(note)) else {
        return finding;
    };
    // A list that was not there before, or was read otherwise, says nothing of this change.
    if had.is_empty() || after.stated.history.len() <= had.len() {
        return finding;
    }
    let severity = finding.severity.min(NOTED);
    let mut weighed = finding.weighed;
    weighed.push(Weighed {
        to: severity,
        because: format!(
            "the page’s list of changes has the new line “{}”",
            cut(&note.note, 120)
        ),
    });
    Finding {
        severity,
        why: format!(
            "{} The page’s list of changes has a new line: “{}”.",
            finding.why,
            cut(note.note.trim_end_matches('.'), 160)
        ),
        weighed,
        ..finding
    }
}

/// A notice that the page was withdrawn, or a title that says so.
fn notice(step: &Step) -> Option<Finding> {
    let after = step.after?;
    let had = step
        .before
        .is_some_and(|before| before.stated.withdrawn.is_some());
    let marked = |title: &str| title.trim_start().to_lowercase().starts_with("[withdrawn]");
    let titled = marked(&after.title) && !step.before.is_some_and(|before| marked(&before.title));
    let words = match &after.stated.withdrawn {
        Some(notice) if !had => notice,
        _ if titled => &after.title,
        _ if step.kind == ChangeKind::Withdrawn => {
            after.stated.withdrawn.as_ref().unwrap_or(&after.title)
        }
        _ => return None,
    };
    Some(Finding {
        why: "The page says that it was withdrawn.".to_owned(),
        before: step.before.map(|before| cut(&before.title, 400)),
        after: Some(cut(words, 400)),
        ..plain(step, "withdrawn")
    })
}
