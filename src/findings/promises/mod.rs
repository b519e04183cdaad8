//! Promises with a date: what a page says will be there by when, and what became of it.

mod when;

use std::sync::LazyLock;

use chrono::NaiveDate;
use regex::Regex;

use crate::findings::evidence::{Evidence, finding};
use crate::findings::passages::{Part, Passages};
use crate::model::{BlockKind, Document, Finding, Promise, Severity};
use crate::prose::{compile, plain, split};

/// Of longer sentences nobody can say which of their words the date belongs to.
const LONGEST: usize = 80;

/// Something that is to come.
static TO_COME: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        r"(?ix)\b(?:will|shall|we’ll|we'll|is\ to|are\ to|due\ to|due\ (?:in|by|on|for)|expected?\ (?:to|in|by|on)|plann?(?:ed|ing|s)?\ (?:to|for)|
        aims?\ to|aiming\ to|intends?\ to|intending\ to|scheduled\ (?:to|for)|commit(?:s|ted)?\ to|expects?\ to)\b",
    )
});
/// Something that somebody can wait for.
static AWAITED: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        r"(?ix)\b(?:publish\w*|publication|release\w*|launch\w*|report\w*|respon[ds]\w*|review\w*|updat\w+|beg[iu]n\w*|start\w*|complet\w+|
        introduc\w+|lay|laid|consult\w*|set\ out|available|decid\w+|decision|announc\w+|confirm\w*|deliver\w*|implement\w*|
        stop\w*|end|ends|cease\w*|clos\w+|delet\w+|replac\w+|available|ready|in\ place|open\w*|provid\w+|shar\w+|issue\w*|live|conclude\w*|establish\w*|appoint\w*)\b",
    )
});
/// What is not going to be, or only may be.
static DENIED: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        r"(?i)\b(?:will|shall|does|do|is|are) (?:not|no longer|never)\b|\bno plans?\b|\bif\b[^,]{0,60}\bwill\b|\b(?-i:may)\b|\bmight\b|\bcould\b",
    )
});

/// The promises of a document, in the order of the page.
pub fn promises(document: &Document) -> Vec<Promise> {
    let mut found: Vec<Promise> = Vec::new();
    for (block, text) in document.blocks.iter().enumerate() {
        if matches!(text.kind, BlockKind::Heading(_) | BlockKind::Row(..)) {
            continue;
        }
        for sentence in split(&text.text) {
            if let Some((when, due)) = promised(&sentence)
                && !found.iter().any(|had| had.quote == sentence)
            {
                found.push(Promise {
                    quote: sentence,
                    when,
                    due,
                    block,
                });
            }
        }
    }
    found
}

/// The last day on which what a sentence promises is there, and the words that say so.
fn promised(sentence: &str) -> Option<(String, NaiveDate)> {
    let plain = plain(sentence);
    let words = plain.split(' ').count();
    let about = TO_COME.is_match(&plain) && AWAITED.is_match(&plain) && !DENIED.is_match(&plain);
    (about && (4..=LONGEST).contains(&words)).then(|| when::last(&plain))?
}

/// The last day of the latest time that words give; `None` where they give none with a year.
pub(super) fn last_day(words: &str) -> Option<NaiveDate> {
    when::last(words).map(|(_, day)| day)
}

/// Promises that were edited or taken away.
pub(super) fn judge(passages: &Passages, today: NaiveDate) -> Option<Finding> {
    let mut evidence: Vec<Evidence> = Vec::new();
    let mut said: Vec<String> = Vec::new();
    for (at, gone) in passages.removed.iter().enumerate() {
        if gone.part != Part::Text {
            continue;
        }
        let Some((when, due)) = promised(&gone.text) else {
            continue;
        };
        let now = passages.became(at);
        let kept = now
            .and_then(|now| promised(&now.text))
            .is_some_and(|(_, then)| then == due);
        if kept {
            continue;
        }
        let passed = match due < today {
            true => format!("passed on {}", due.format("%-d %B %Y")),
            false => format!("is due by {}", due.format("%-d %B %Y")),
        };
        let became = match now {
            Some(_) => "the sentence reads otherwise now",
            None => "the sentence is gone",
        };
        said.push(format!("“{when}” {passed}; {became}."));
        evidence.push(Evidence {
            severity: Severity(2),
            before: Some(gone),
            after: now,
            names: vec![when],
        });
    }
    said.truncate(3);
    finding(
        "overdue",
        format!("Something was promised for a date: {}", said.join(" ")),
        evidence,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::findings::tests::{page, with_passages};

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[track_caller]
    fn case(sentence: &str, expected: Option<(&str, &str)>) {
        let expected = expected.map(|(when, due)| (when.to_owned(), day(due)));
        assert_eq!(promised(sentence), expected, "{sentence}");
    }

    #[test]
    fn what_will_be_there_by_a_date_is_a_promise() {
        for (sentence, when, due) in [
            (
                "The full assessment will be published in spring 2027.",
                "spring 2027",
                "2027-05-31",
            ),
            (
                "We aim to respond to the consultation by the end of March 2026.",
                "end of March 2026",
                "2026-03-31",
            ),
            (
                "The new opt-out is due to launch on 3 May 2027.",
                "3 May 2027",
                "2027-05-03",
            ),
            (
                "An independent review will report in late 2026.",
                "late 2026",
                "2026-12-31",
            ),
            (
                "NHS England intends to complete the deletion by 2027.",
                "2027",
                "2027-12-31",
            ),
            (
                "The register is expected to be available in winter 2026.",
                "winter 2026",
                "2027-02-28",
            ),
            (
                "Collection will start in May 2026 and the data will be deleted by July 2028.",
                "July 2028",
                "2028-07-31",
            ),
        ] {
            case(sentence, Some((when, due)));
        }
    }

    #[test]
    fn what_was_or_will_not_be_is_none() {
        for sentence in [
            "The assessment was published in spring 2025.",
            "Data will not be released before May 2027.",
            "We will publish more details in due course.",
            "The programme may be launched in 2027.",
            "You will receive a letter about the Health and Care Act 2012.",
            "Read the plan that we published in 2024.",
        ] {
            case(sentence, None);
        }
    }

    #[test]
    fn a_promise_is_found_where_it_stands() {
        let document = page(&[
            "# Next steps in May 2026",
            "We listened. We will publish our response by June 2026.",
        ]);
        let found = promises(&document);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].block, found[0].due), (1, day("2026-06-30")));
        assert_eq!(found[0].quote, "We will publish our response by June 2026.");
    }

    #[test]
    fn a_promise_that_is_edited_or_gone_is_said_with_its_date() {
        let promise = "We will publish the full assessment in spring 2026.";
        let later = "We will publish the full assessment in autumn 2026.";
        let reworded = "In spring 2026 we will publish the full assessment for everybody.";
        let judged = |after: &[&str], today: &str| {
            let before = page(&["One thing.", promise, "Another thing."]);
            with_passages(&before, &page(after), |passages| {
                judge(passages, day(today))
            })
        };
        let gone = judged(&["One thing.", "Another thing."], "2026-06-10").expect("a finding");
        assert_eq!(
            gone.why,
            "Something was promised for a date: “spring 2026” passed on 31 May 2026; the sentence is gone."
        );
        let later = judged(&["One thing.", later, "Another thing."], "2026-05-10").expect("one");
        assert!(
            later
                .why
                .contains("is due by 31 May 2026; the sentence reads otherwise now"),
            "{}",
            later.why
        );
        assert_eq!(
            judged(&["One thing.", reworded, "Another thing."], "2026-05-10"),
            None
        );
    }
}
