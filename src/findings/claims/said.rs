//! Says in findings what a page claims.

use chrono::{DateTime, NaiveDate, Utc};

use crate::findings::Step;
use crate::findings::claims::edited::{Edited, blocks, is_own};
use crate::findings::claims::history::{Back, Lost};
use crate::findings::claims::slight::is_slight;
use crate::findings::claims::{Weighing, is_govuk};
use crate::findings::passages::{Passage, Passages};
use crate::model::{
    Attachment, ChangeNote, Claim, Finding, Quoted, Severity, Stated, Unclaimed, Weighed,
};
use crate::prose::{cut, listed, quote};
use crate::rulebook::Book;

/// What is said of a claim itself.
pub(super) fn findings(step: &Step, passages: &Passages, weighing: &Weighing) -> Option<Finding> {
    let (was, is) = (&step.before?.stated, &step.after?.stated);
    let edited = weighing.edited;
    let not_known = Claim::NotPossible {
        why: Unclaimed::NotKnown,
    };
    match &weighing.claim {
        Claim::Announced { note, mentions } => Some(announced(step, is, note.as_ref(), mentions)),
        Claim::DateOnly { note } => Some(date_only(step, was, is, note.as_ref())),
        Claim::BackDated { says, seen } => {
            let finding = backdated(step, *says, *seen);
            Some(quoting(step, passages, edited, finding))
        }
        Claim::Unannounced | Claim::Minor => {
            let finding = unannounced(step, is, edited);
            Some(quoting(step, passages, edited, finding))
        }
        // A date of publication need not move; one of the last change should, and yet many sites forget it.
        claim if *claim == not_known && is.updated.is_some() => {
            let mut finding = unannounced(step, is, edited);
            finding.severity = Severity(2);
            finding.weighed.push(Weighed {
                to: finding.severity,
                because: "it is not known yet that this site moves its date when it changes a page"
                    .to_owned(),
            });
            Some(quoting(step, passages, edited, finding))
        }
        _ => None,
    }
}

/// The edit was announced, and how.
fn announced(step: &Step, is: &Stated, note: Option<&String>, mentions: &[String]) -> Finding {
    let dated = is.updated.map(day);
    let why = match (note, dated) {
        (Some(_), _) if mentions.is_empty() => {
            "The page announced this with a note, which mentions none of the words that changed."
                .to_owned()
        }
        (Some(_), _) => format!(
            "The page announced this with a note; of the words that changed it mentions {}.",
            listed(mentions, 8)
        ),
        (None, Some(day)) => {
            format!("The page gives {day} as the date of its last change, and no note.")
        }
        (None, None) => "The page gives another date, and no note.".to_owned(),
    };
    Finding {
        why,
        after: note.map(|note| cut(note, 400)),
        ..step.book.rule("announced").finding()
    }
}

/// What is stated moved, and nothing else.
fn date_only(step: &Step, was: &Stated, is: &Stated, note: Option<&String>) -> Finding {
    let id = match note {
        Some(_) => "announced-without-change",
        None => "date-only",
    };
    Finding {
        before: was.updated.map(day),
        after: note.cloned().or(is.updated.map(day)),
        ..step.book.rule(id).finding()
    }
}

/// The old text was still there after the day the page gives.
fn backdated(step: &Step, says: NaiveDate, seen: [DateTime<Utc>; 2]) -> Finding {
    let [first, last] = seen.map(|at| at.with_timezone(&step.zone));
    let clock = |at: DateTime<chrono_tz::Tz>| at.format("%H:%M").to_string();
    let on = |at: DateTime<chrono_tz::Tz>| format!("on {} at {}", day(at.date_naive()), clock(at));
    let second = match first.date_naive() == last.date_naive() {
        true => clock(last),
        false => on(last),
    };
    Finding {
        why: format!(
            "The page says updated {}; the old text was seen here {} and {second}.",
            day(says),
            on(first)
        ),
        ..step.book.rule("backdated-edit").finding()
    }
}

/// The words or files changed; the dates and the list of changes did not.
fn unannounced(step: &Step, is: &Stated, edited: Edited) -> Finding {
    let claimed = match (is.updated, is.published) {
        (Some(day), _) => format!(
            "The page still says it was last updated on {}",
            self::day(day)
        ),
        (None, Some(day)) => format!("The page still gives only {} as its date", self::day(day)),
        (None, None) => "The page's own list of changes is the same as before".to_owned(),
    };
    let changed = match edited {
        Edited::Files => "its files",
        _ => "the text",
    };
    let mut why = format!("{claimed}; {changed} changed {}.", between(step));
    if is_govuk(step) {
        why.push_str(" GOV.UK allows small edits without a note.");
    }
    Finding {
        why,
        ..step.book.rule("silent-edit").finding()
    }
}

/// The finding with the first words, or file, that changed.
fn quoting(step: &Step, passages: &Passages, edited: Edited, finding: Finding) -> Finding {
    let files = step.diff.attachments.first();
    let file = |file: &Attachment| {
        let facts = file.facts.as_deref().unwrap_or(&file.url);
        format!("{}: {facts}", file.title)
    };
    if edited == Edited::Files {
        return Finding {
            before: files.and_then(|edit| edit.before.as_ref()).map(file),
            after: files.and_then(|edit| edit.after.as_ref()).map(file),
            ..finding
        };
    }
    let telling = passages.pairs.iter().copied().find(|(old, new)| {
        let (was, is) = (&passages.removed[*old], &passages.added[*new]);
        is_own(step, was, is) && !is_slight(&was.folded, &is.folded)
    });
    let (old, new) = match telling {
        Some((old, new)) => (passages.removed.get(old), passages.added.get(new)),
        None => (passages.removed.first(), passages.added.first()),
    };
    let words = |passage: Option<&Passage>| passage.and_then(|one| quote([one.text.as_str()]));
    let (before, after) = blocks(step, old, new);
    Finding {
        before: words(old),
        after: words(new),
        stands: Quoted { before, after },
        ..finding
    }
}

/// A past note that is gone or reads differently.
pub(super) fn rewritten(book: &Book, lost: &Lost) -> Finding {
    let words = |note: &ChangeNote| format!("“{}”", cut(&note.note, 120));
    let (before, after) = lost.lines();
    let of = noted(lost.was);
    let why = match lost.is {
        Some(is) => format!(
            "In the page’s own list of changes the note of {of} read {}; it now reads {}.",
            words(lost.was),
            words(is)
        ),
        None => format!(
            "The page’s own list of changes had the note of {of} {}; it is gone.",
            words(lost.was)
        ),
    };
    Finding {
        why,
        before: Some(before),
        after,
        ..book.rule("history-rewritten").finding()
    }
}

/// A date that is earlier than the page gave before.
pub(super) fn moved_back(book: &Book, back: &Back) -> Finding {
    Finding {
        why: format!(
            "The page gave {} as the date of {}; it now gives {}.",
            day(back.was),
            back.what,
            day(back.is)
        ),
        before: Some(day(back.was)),
        after: Some(day(back.is)),
        ..book.rule("date-moved-back").finding()
    }
}

/// The day of a note, or the time as the page gives it.
fn noted(note: &ChangeNote) -> String {
    let at = DateTime::parse_from_rfc3339(&note.at).map(|at| at.date_naive());
    match at.ok().or_else(|| note.at.parse().ok()) {
        Some(at) => day(at),
        None => cut(&note.at, 60),
    }
}

/// "between Wed 6 July 2016, 11:45 and Fri 8 July 2016, 18:20", or "by …" where the old text was never seen.
fn between(step: &Step) -> String {
    let time = |at: DateTime<Utc>| {
        at.with_timezone(&step.zone)
            .format("%a %-d %B %Y, %H:%M")
            .to_string()
    };
    match step.bounds.after {
        Some(after) => format!("between {} and {}", time(after), time(step.bounds.by)),
        None => format!("by {}", time(step.bounds.by)),
    }
}

/// "7 July 2016".
pub(super) fn day(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}
