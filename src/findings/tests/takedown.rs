//! Judgement on what is taken away, and on what stands deep in a long document.

use super::*;
use crate::model::Standing;

/// A document of so many words with this sentence after so many of them.
fn long(words: usize, after: usize, sentence: &str) -> Document {
    let filler = "The board looked at ten papers and was content with all of them.";
    let each = filler.split(' ').count();
    let mut lines: Vec<&str> = vec![filler; words / each];
    lines.insert(after / each, sentence);
    page(&lines)
}

fn news(after: Document) -> Case {
    let mut case = Case::of(&page(&[]), &after);
    case.before = None;
    case.kind = ChangeKind::Appeared;
    case
}

#[test]
fn a_new_name_deep_in_a_long_document_is_told_with_page_and_depth() {
    let mut document = long(3_000, 2_100, NAMED);
    document.pages = (0..52).map(|page| page * 4).collect();
    let found = news(document).finds("buried");
    assert_eq!(found.severity, Severity(4));
    assert!(
        found
            .why
            .contains("stands on page 41 of 52, after 69 % of the text"),
        "{}",
        found.why
    );
    assert_eq!(found.after.as_deref(), Some(NAMED));
    assert_eq!(found.stands.after, [161]);
    assert_eq!(found.names, ["Frailty Waits Data Set"]);
}

#[test]
fn what_stands_on_top_or_in_a_short_document_is_not_deep() {
    let deep = || long(3_000, 2_100, NAMED);
    news(long(1_000, 700, NAMED)).lacks("buried");
    news(long(3_000, 200, NAMED)).lacks("buried");
    let mut titled = deep();
    titled.title = "The Frailty Waits Data Set".to_owned();
    news(titled).lacks("buried");
    let mut headed = deep();
    headed.blocks[200].kind = BlockKind::Heading(2);
    headed.blocks[200].text = "Frailty Waits Data Set".to_owned();
    news(headed).lacks("buried");
    let mut noted = deep();
    noted.stated.history = vec![ChangeNote {
        at: "2026-03-11T10:00:00Z".to_owned(),
        note: "Added the Frailty Waits Data Set.".to_owned(),
    }];
    news(noted).lacks("buried");
    let mut register = news(deep());
    register.watch.reading.kind = Kind::Register;
    register.lacks("buried");
    let mut table = deep();
    for block in &mut table.blocks {
        block.kind = BlockKind::Row(vec![block.text.clone()], false);
    }
    news(table).lacks("buried");
}

#[test]
fn a_watched_term_counts_as_a_new_name_does_and_a_known_scheme_less() {
    let mut watched = news(long(3_000, 2_100, "We may use Palantir for some of it."));
    watched.watch.terms = vec!["palantir".to_owned()];
    assert_eq!(watched.finds("buried").severity, Severity(4));
    let known = news(long(3_000, 2_100, "Lessons of care.data were drawn."));
    assert_eq!(known.finds("buried").severity, Severity(2));
    // What stood there before was told then, or not at all.
    let stood = long(3_000, 2_100, "Lessons of care.data were drawn.");
    let mut again = stood.clone();
    again.blocks[220].text += " The care.data papers are kept.";
    Case::of(&stood, &again).lacks("buried");
}

#[test]
fn what_is_listed_no_longer_and_still_stands_is_said_so() {
    let before = index(&["One paper", "Two papers", "Three papers", "Four papers"]);
    let after = index(&["One paper", "Two papers", "Four papers"]);
    let mut case = Case::of(&before, &after);
    case.watch.reading.kind = Kind::Index;
    let asked = case.with(questions);
    let url = "https://www.gov.uk/news/three-papers".to_owned();
    assert_eq!(asked.addresses, std::slice::from_ref(&url));
    let plain = case.finds("delisted");
    assert!(
        plain.why.ends_with("no longer listed on this page."),
        "{}",
        plain.why
    );
    assert_eq!(plain.stands.before, [2]);
    let mut standing = Standing {
        watch: WatchId::from("three"),
        away: false,
        seen: time("2026-03-10T10:00:00Z"),
    };
    case.facts.addresses.insert(url.clone(), standing.clone());
    let found = case.finds("delisted");
    assert_eq!(found.severity, Severity(4));
    assert!(
        found
            .why
            .ends_with("Its page was still there when it was last read, on 10 March 2026."),
        "{}",
        found.why
    );
    standing.away = true;
    case.facts.addresses.insert(url, standing);
    let found = case.finds("delisted");
    assert!(
        found.why.ends_with("Its page is gone too."),
        "{}",
        found.why
    );
}

fn offering(facts: &str, notes: &[&str]) -> Document {
    let mut document = page(&["A review."]);
    document.attachments = vec![Attachment {
        title: "The review".to_owned(),
        url: "https://www.gov.uk/review.pdf".to_owned(),
        facts: Some(facts.to_owned()),
    }];
    let note = |note: &&str| ChangeNote {
        at: "2026-03-01T10:00:00Z".to_owned(),
        note: (*note).to_owned(),
    };
    document.stated.history = notes.iter().map(note).collect();
    document
}

#[test]
fn a_file_replaced_with_a_note_counts_less() {
    let before = offering("PDF, 1 MB", &["First published."]);
    let silent = offering("PDF, 2 MB", &["First published."]);
    let found = Case::of(&before, &silent).finds("file-replaced");
    assert_eq!(found.severity, Severity(5));
    let noted = offering("PDF, 2 MB", &["A table was corrected.", "First published."]);
    let found = Case::of(&before, &noted).finds("file-replaced");
    assert_eq!(found.severity, Severity(3));
    assert!(
        found.why.contains("“A table was corrected”"),
        "{}",
        found.why
    );
    assert_eq!(found.weighed.len(), 1);
    // A list that was rewritten is no new line.
    let rewritten = offering("PDF, 2 MB", &["Published at last."]);
    let found = Case::of(&before, &rewritten).finds("file-replaced");
    assert_eq!(found.severity, Severity(5));
}

#[test]
fn a_file_taken_away_is_told() {
    let before = offering("PDF, 1 MB", &[]);
    let mut after = before.clone();
    after.attachments.clear();
    let found = Case::of(&before, &after).finds("delisted");
    assert_eq!(found.severity, Severity(4));
    assert_eq!(found.names, ["https://www.gov.uk/review.pdf"]);
}
