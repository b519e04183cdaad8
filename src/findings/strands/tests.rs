//! What changes have in common, by tables.

use super::*;
use crate::diff;
use crate::model::{Block, Document, ReaderId, Swap};

fn page(lines: &[&str]) -> Document {
    let block = |line: &&str| Block {
        kind: BlockKind::Paragraph,
        text: (*line).to_owned(),
        links: Vec::new(),
    };
    Document {
        blocks: lines.iter().map(block).collect(),
        ..Document::empty(ReaderId("page-1".into()), "A page")
    }
}

fn swaps(before: &[&str], after: &[&str]) -> Vec<(String, String)> {
    let diff = diff::between(&page(before), &page(after));
    let found = strands(&diff);
    let swaps = found.into_iter().filter_map(|strand| match strand.what {
        Alike::Substitution { whole, .. } => Some((whole.old, whole.new)),
        _ => None,
    });
    swaps.collect()
}

#[track_caller]
fn case(before: &str, after: &str, expected: &[(&str, &str)]) {
    let found = swaps(&["One.", before], &["One.", after]);
    let found: Vec<(&str, &str)> = found
        .iter()
        .map(|(a, b)| (a.as_str(), b.as_str()))
        .collect();
    assert_eq!(found, expected, "{before}");
}

#[test]
fn words_put_for_words_are_found_inside_sentences() {
    case(
        "The records are kept by NHS Digital for planning.",
        "The records are kept by NHS England for planning.",
        &[("NHS Digital", "NHS England")],
    );
    case(
        "Ask the clinical commissioning group of your area before you write to us.",
        "Ask the integrated care board of your area before you write to us.",
        &[("clinical commissioning group", "integrated care board")],
    );
    case(
        "See NHS Digital’s statement on how the practice works.",
        "See NHS England’s statement on how the practice works.",
        &[("NHS Digital", "NHS England")],
    );
}

#[test]
fn what_is_another_fact_on_every_page_is_no_swap() {
    case(
        "The consultation closes in March 2025 at noon.",
        "The consultation closes in March 2026 at noon.",
        &[],
    );
    case(
        "Your data will be used for planning of care.",
        "Your data may be used for planning of care.",
        &[],
    );
    case(
        "You can tell your practice before the end of June.",
        "You can tell your practice before the end of August.",
        &[],
    );
    case(
        "We keep it for ten days and then it is gone.",
        "We keep it for ten years and then it is gone.",
        &[],
    );
}

#[test]
fn the_same_swap_has_the_same_mark_in_every_sentence() {
    let of = |before: &str, after: &str| {
        let diff = diff::between(&page(&[before]), &page(&[after]));
        strands(&diff)[0].mark
    };
    assert_eq!(
        of(
            "The records are kept by NHS Digital for planning.",
            "The records are kept by NHS England for planning."
        ),
        of(
            "Whoever asks NHS Digital Leeds for a copy pays nothing.",
            "Whoever asks NHS England Leeds for a copy pays nothing."
        )
    );
}

#[test]
fn what_remains_after_a_swap_is_told_in_the_words_that_stood() {
    let before = page(&[
        "NHS Digital runs the service. Data will never be sold.",
        "Write to NHS Digital if NHS Digital has not answered.",
        "NHS Digital will not share your record with anybody.",
    ]);
    let after = page(&[
        "NHS England runs the service.",
        "Write to NHS England if NHS England has not answered.",
        "NHS England may share your record with anybody.",
    ]);
    let swap = Swap {
        old: "NHS Digital".to_owned(),
        new: "NHS England".to_owned(),
    };
    let applied = applied(&before, &after, &[swap]);
    let rest = diff::between(&applied, &after);
    let texts: Vec<&str> = rest
        .edits()
        .filter_map(|edit| Some(edit.before()?.text.as_str()))
        .collect();
    assert_eq!(
        texts,
        [
            "NHS England runs the service. Data will never be sold.",
            "NHS Digital will not share your record with anybody.",
        ]
    );
}

#[test]
fn a_page_that_kept_a_name_elsewhere_keeps_it() {
    let before = page(&["NHS Digital began. NHS Digital was founded in Leeds."]);
    let after = page(&["NHS England began. NHS Digital was founded in Leeds."]);
    let swap = Swap {
        old: "Digital".to_owned(),
        new: "England".to_owned(),
    };
    assert!(diff::between(&applied(&before, &after, &[swap]), &after).is_empty());
}

#[test]
fn a_swap_knows_the_block_it_stands_in() {
    let within = |before: &str, after: &str| {
        let diff = diff::between(&page(&[before]), &page(&[after]));
        match strands(&diff).remove(0).what {
            Alike::Substitution { within, .. } => within,
            other => panic!("no swap: {other:?}"),
        }
    };
    let old = "Every question about this work is answered by NHS Digital within the law.";
    let new = old.replace("Digital", "England");
    let other = "Whoever asks NHS Digital for a copy pays nothing.";
    assert_eq!(within(old, &new), within(old, &new));
    assert_ne!(
        within(old, &new),
        within(other, &other.replace("Digital", "England"))
    );
}

#[test]
fn new_paragraphs_are_parted_from_all_else() {
    let new = "From the first of May, practices in Kent will send their records to the new platform every night.";
    let diff = diff::between(&page(&["One stays.", "Two."]), &page(&["One stays.", new]));
    let marks: Vec<Digest> = strands(&diff).iter().map(|one| one.mark).collect();
    let (shared, rest) = paragraphs_apart(&diff, &marks);
    assert_eq!((shared.edits().count(), rest.edits().count()), (1, 1));
}
