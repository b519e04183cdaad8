//! What is judged by the page: its dates, lists, files and whereabouts.

use super::*;

/// A page that says when it was last updated, with its list of changes.
fn dated(lines: &[&str], updated: &str, notes: &[&str]) -> Document {
    let mut document = page(lines);
    document.stated.updated = Some(updated.parse::<NaiveDate>().expect("a day"));
    let note = |note: &&str| {
        let (at, note) = note.split_once(' ').expect("a day and a note");
        ChangeNote {
            at: at.to_owned(),
            note: note.to_owned(),
        }
    };
    document.stated.history = notes.iter().map(note).collect();
    document
}

#[test]
fn text_that_changes_under_the_same_date_is_said_with_its_bounds() {
    let before = dated(
        &["The service is free."],
        "2026-01-05",
        &["2026-01-05 First published."],
    );
    let after = dated(
        &["The service costs ten pounds."],
        "2026-01-05",
        &["2026-01-05 First published."],
    );
    let finding = Case::of(&before, &after).finds("silent-edit");
    assert_eq!(
        finding.why,
        "The page still says it was last updated on 5 January 2026; the text changed between Wed 11 March 2026, 08:00 \
         and Wed 11 March 2026, 10:00. GOV.UK allows small edits without a note."
    );
    assert_eq!(finding.before.as_deref(), Some("The service is free."));
}

#[test]
fn spelling_undated_pages_and_announced_edits_are_not_unannounced() {
    let spelling = |word: &str| dated(&[&format!("We {word} your letter.")], "2026-01-05", &[]);
    Case::of(&spelling("recieved"), &spelling("received")).lacks("silent-edit");
    Case::of(
        &page(&["The service is free."]),
        &page(&["The service costs ten pounds."]),
    )
    .lacks("silent-edit");
    let before = dated(&["The service is free."], "2026-01-05", &[]);
    let after = dated(&["The service costs ten pounds."], "2026-03-11", &[]);
    Case::of(&before, &after).lacks("silent-edit");
}

#[test]
fn dates_and_notes_that_move_alone_are_only_recorded() {
    let text = ["The same text."];
    let before = dated(&text, "2026-01-05", &["2026-01-05 First published."]);
    let moved = dated(&text, "2026-02-05", &["2026-01-05 First published."]);
    assert_eq!(
        Case::of(&before, &moved).finds("date-only").severity,
        Severity(1)
    );
    let noted = dated(
        &text,
        "2026-02-05",
        &["2026-02-05 Added a table.", "2026-01-05 First published."],
    );
    let finding = Case::of(&before, &noted).finds("announced-without-change");
    assert_eq!(finding.after.as_deref(), Some("Added a table."));
}

#[test]
fn a_past_note_that_reads_differently_is_a_finding() {
    let text = ["The same text."];
    let before = dated(
        &text,
        "2026-02-05",
        &[
            "2026-02-05 Removed the opt-out.",
            "2026-01-05 First published.",
        ],
    );
    let after = dated(
        &text,
        "2026-02-05",
        &["2026-02-05 Minor update.", "2026-01-05 First published."],
    );
    let finding = Case::of(&before, &after).finds("history-rewritten");
    assert_eq!(
        finding.before.as_deref(),
        Some("2026-02-05: Removed the opt-out.")
    );
    assert_eq!(finding.after.as_deref(), Some("2026-02-05: Minor update."));
    let grown = dated(
        &text,
        "2026-03-01",
        &[
            "2026-03-01 More.",
            "2026-02-05 Removed the opt-out.",
            "2026-01-05 First published.",
        ],
    );
    Case::of(&before, &grown).lacks("history-rewritten");
}

#[test]
fn a_stated_date_that_goes_back_is_a_finding() {
    let case = Case::of(
        &dated(&["One."], "2026-02-05", &[]),
        &dated(&["One."], "2026-01-05", &[]),
    );
    assert_eq!(
        case.finds("date-moved-back").before.as_deref(),
        Some("5 February 2026")
    );
}

#[test]
fn a_file_under_the_same_title_may_be_another_one() {
    let with = |facts: &str| {
        let mut document = page(&["One."]);
        document.attachments = vec![Attachment {
            title: "The review".to_owned(),
            url: "https://assets.example/review.pdf".to_owned(),
            facts: Some(facts.to_owned()),
        }];
        document
    };
    let finding = Case::of(
        &with("PDF, 1.14 MB, 60 pages"),
        &with("PDF, 1.21 MB, 61 pages"),
    )
    .finds("file-replaced");
    assert_eq!(finding.before.as_deref(), Some("PDF, 1.14 MB, 60 pages"));
    assert_eq!(finding.after.as_deref(), Some("PDF, 1.21 MB, 61 pages"));
}

#[test]
fn a_list_of_links_is_watched_for_what_comes_and_goes() {
    let mut case = Case::of(
        &index(&["Winter plans", "Old scheme", "Other news"]),
        &index(&["Winter plans", "Other news", "New scheme"]),
    );
    case.watch.reading.kind = Kind::Index;
    assert_eq!(
        case.finds("new-document").names,
        ["https://www.gov.uk/news/new-scheme"]
    );
    assert_eq!(
        case.finds("delisted").names,
        ["https://www.gov.uk/news/old-scheme"]
    );
}

#[test]
fn a_list_of_the_latest_that_moves_on_delists_nothing() {
    let mut case = Case::of(
        &index(&["Three", "Two", "One"]),
        &index(&["Four", "Three", "Two"]),
    );
    case.watch.reading.kind = Kind::Index;
    case.finds("new-document");
    case.lacks("delisted");
}

#[test]
fn a_page_that_went_is_said_once_and_not_sentence_by_sentence() {
    let mut case = Case::of(&page(&[PROMISE]), &page(&[]));
    case.after = None;
    case.kind = ChangeKind::Vanished;
    let rules: Vec<String> = case
        .judged()
        .into_iter()
        .map(|finding| finding.rule)
        .collect();
    assert_eq!(rules, ["gone"]);
    case.kind = ChangeKind::Redirected;
    case.led = Url::parse("https://digital.example/").ok();
    assert_eq!(case.finds("moved").names, ["https://digital.example/"]);
    assert_eq!(case.finds("redirected").severity, Severity(4));
}

#[test]
fn notices_titles_and_robots_are_looked_at() {
    let mut after = page(&["One."]);
    after.title = "[Withdrawn] Page".to_owned();
    after.stated.noindex = true;
    after.stated.withdrawn = Some("This guidance was withdrawn on 3 March 2026.".to_owned());
    let case = Case::of(&page(&["One."]), &after);
    assert_eq!(case.finds("withdrawn").after, after.stated.withdrawn);
    assert_eq!(case.finds("title-changed").severity, Severity(2));
    assert_eq!(case.finds("hidden-from-search").severity, Severity(3));
}

#[test]
fn news_is_judged_whole() {
    let mut case = Case::of(
        &page(&[]),
        &page(&[
            "# Will the opt-out apply?",
            "No. It does not concern you.",
            NAMED,
        ]),
    );
    case.before = None;
    case.kind = ChangeKind::Appeared;
    assert_eq!(case.finds("new-document").severity, Severity(3));
    assert_eq!(case.finds("new-dataset").severity, Severity(5));
    let weaker = case.finds("safeguard-weakened");
    assert_eq!(
        weaker.after.as_deref(),
        Some("Will the opt-out apply? No. It does not concern you.")
    );
}

#[test]
fn the_time_raises_others_and_never_stands_alone() {
    let mut case = Case::of(&page(&["One.", PROMISE]), &page(&["One."]));
    case.by = time("2026-03-13T15:30:00Z");
    let timing = case.finds("timing");
    assert_eq!(
        timing.why,
        "First seen on a Friday after 15:00 (Fri 13 March 2026, 15:30)."
    );
    assert_eq!(timing.weighed, [], "the old text was last seen at 13:30");
    case.by = time("2026-03-13T17:30:00Z");
    let timing = case.finds("timing");
    assert_eq!(
        timing.why,
        "Changed on a Friday after 15:00 (Fri 13 March 2026, 15:30 to 17:30)."
    );
    assert_eq!(timing.weighed.len(), 1);
    let mut case = Case::of(&page(&["One."]), &page(&["One.", "The lift is mended."]));
    case.by = time("2026-03-13T15:30:00Z");
    assert_eq!(case.judged(), []);
}

#[test]
fn severity_is_the_highest_raised_once_by_the_time() {
    let finding = |rule: &str, severity: u8| Finding {
        rule: rule.to_owned(),
        severity: Severity(severity),
        why: String::new(),
        names: Vec::new(),
        before: None,
        after: None,
        ..Finding::default()
    };
    let seen = finding("timing", 1);
    let timing = Finding {
        weighed: vec![Weighed {
            to: Severity(5),
            because: "of the hour".to_owned(),
        }],
        ..seen.clone()
    };
    assert_eq!(severity(&[finding("b", 4), seen]), Severity(4));
    assert_eq!(severity(&[]), Severity(1));
    assert_eq!(severity(&[finding("a", 2), finding("b", 4)]), Severity(4));
    assert_eq!(severity(&[finding("b", 4), timing.clone()]), Severity(5));
    assert_eq!(severity(&[finding("b", 5), timing.clone()]), Severity(5));
    assert_eq!(severity(&[finding("a", 1), timing]), Severity(1));
}
