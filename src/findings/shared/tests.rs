//! What is shared, and what is a page's own.

use chrono::{DateTime, Utc};

use super::*;
use crate::diff;
use crate::model::{Block, Destination, Document, ReaderId, Severity, Span};

const OLD: &str = "Write to the enquiries team at this address if you have any question.";
const NEW: &str = "Write to the contact centre at this address if you have any question.";
const SAFE: &str = "Data will never leave the practice without consent.";

fn page(title: &str, lines: &[&str]) -> Document {
    let block = |text: &&str| Block {
        kind: BlockKind::Paragraph,
        text: (*text).to_owned(),
        links: Vec::new(),
    };
    Document {
        blocks: lines.iter().map(block).collect(),
        ..Document::empty(ReaderId("page-1".into()), title)
    }
}

fn step(before: &[&str], after: &[&str]) -> Diff {
    diff::between(&page("A page", before), &page("A page", after))
}

fn bounds(after: &str, by: &str) -> Bounds {
    let time = |text: &str| -> DateTime<Utc> { text.parse().expect("a time") };
    Bounds {
        after: Some(time(after)),
        by: time(by),
    }
}

fn on_monday() -> Bounds {
    bounds("2026-05-11T09:00:00Z", "2026-05-11T10:00:00Z")
}

fn said(of: &Diff) -> Said {
    Said {
        watch: "other".into(),
        title: "Another page".to_owned(),
        kind: ChangeKind::Edited,
        span: Span { from: 1, to: 2 },
        bounds: on_monday(),
        severity: Severity(3),
        edits: marks(of),
        to: vec![Destination::Terminal],
    }
}

/// What of a step is left when another page changed so.
#[track_caller]
fn case(other: &Diff, mine: &Diff, expected: Option<usize>) {
    let said = said(other);
    let parted = part(mine, ChangeKind::Edited, on_monday(), [&said]);
    let left = parted.map(|parted| parted.rest.edits().count());
    assert_eq!(left, expected, "{mine:?}");
}

#[test]
fn the_same_edit_is_known_again_whatever_stands_around_it() {
    let other = step(&["One.", OLD], &["One.", NEW]);
    case(
        &other,
        &step(&["Two.", OLD, "Three."], &["Two.", NEW, "Three."]),
        Some(0),
    );
    case(&other, &step(&[SAFE, "Two.", OLD], &["Two.", NEW]), Some(1));
    case(&other, &step(&[SAFE], &["Two."]), None);
    case(&other, &step(&["One.", NEW], &["One.", OLD]), None);
}

#[test]
fn what_stood_beside_it_there_does_not_count_here() {
    let other = step(&["One.", OLD, "Two.", SAFE], &["One.", NEW, "Two."]);
    case(&other, &step(&["Three.", OLD], &["Three.", NEW]), None);
    case(&other, &step(&["Three.", SAFE], &["Three."]), None);
}

#[test]
fn few_words_tell_another_thing_on_every_page() {
    let other = step(&["One.", "Status: open"], &["One.", "Status: closed"]);
    case(
        &other,
        &step(&["Two.", "Status: open"], &["Two.", "Status: closed"]),
        None,
    );
    let long = step(
        &["One.", OLD, "Two.", "Open"],
        &["One.", NEW, "Two.", "Closed"],
    );
    case(
        &long,
        &step(
            &["Two.", OLD, "Three.", "Open"],
            &["Two.", NEW, "Three.", "Closed"],
        ),
        Some(0),
    );
}

#[test]
fn another_title_is_a_pages_own() {
    let (before, after) = (page("A", &[OLD]), page("B", &[NEW]));
    let titled = diff::between(&before, &after);
    let other = step(&[OLD], &[NEW]);
    case(&titled, &other, None);
    let said = said(&other);
    let parted = part(&titled, ChangeKind::Edited, on_monday(), [&said]).expect("a shared part");
    assert!(parted.rest.title.is_some() && !parted.rest.is_empty());
}

#[test]
fn pages_change_together_or_not_at_all() {
    #[track_caller]
    fn case(after: &str, by: &str, expected: bool) {
        let diff = step(&[OLD], &[NEW]);
        let said = said(&diff);
        let parted = part(&diff, ChangeKind::Edited, bounds(after, by), [&said]);
        assert_eq!(parted.is_some(), expected, "{after} {by}");
    }
    case("2026-05-11T08:00:00Z", "2026-05-11T11:00:00Z", true);
    case("2026-05-11T20:00:00Z", "2026-05-12T08:00:00Z", true);
    case("2026-05-10T20:00:00Z", "2026-05-15T08:00:00Z", true);
    case("2026-05-14T07:00:00Z", "2026-05-14T08:00:00Z", false);
}

#[test]
fn a_step_of_many_edits_is_not_marked() {
    let lines: Vec<String> = (0..30)
        .map(|at| format!("This is line {at} of a page."))
        .collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    assert!(marks(&step(&["One."], &lines)).is_empty());
    assert_eq!(
        marks(&step(&lines, &[&lines[..], &[NEW]].concat())).len(),
        1
    );
}

#[test]
fn the_edits_of_these_marks_are_held_quiet() {
    let mine = step(&[SAFE, "Two.", OLD], &["Two.", NEW]);
    let held = without(mine, &marks(&step(&[OLD], &[NEW])));
    assert_eq!((held.edits().count(), held.quiet.len()), (1, 1));
}

#[test]
fn what_a_reworded_block_keeps_is_not_lost() {
    let lost = lost(&step(&["It stays. It goes."], &["It stays. It came."]));
    assert_eq!(lost, ["it goes."]);
}
