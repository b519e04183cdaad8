//! The sentence of every kind of change.

use crate::model::Severity;

use super::*;

fn watch() -> Watch {
    let url = "https://www.digital.nhs.uk/gpdpr".parse().expect("a URL");
    Watch {
        title: Some("GPDPR".to_owned()),
        publisher: Some("NHS England Digital".to_owned()),
        ..Watch::bare("gpdpr", url)
    }
}

fn finding(rule: &str, severity: u8, before: Option<&str>, after: Option<&str>) -> Finding {
    Finding {
        rule: rule.to_owned(),
        severity: Severity(severity),
        why: "why".to_owned(),
        names: Vec::new(),
        before: before.map(str::to_owned),
        after: after.map(str::to_owned),
        ..Finding::default()
    }
}

#[track_caller]
fn case(kind: ChangeKind, findings: &[Finding], expected: &str) {
    let span = Span { from: 1, to: 2 };
    assert_eq!(of(&watch(), kind, span, findings, None), expected);
}

#[test]
fn removed_words_are_no_longer_on_the_page() {
    case(
        ChangeKind::Edited,
        &[finding(
            "safeguard-removed",
            5,
            Some("Patients can opt out at any time."),
            None,
        )],
        "NHS England Digital: “Patients can opt out at any time.” is no longer on the page “GPDPR”",
    );
}

#[test]
fn what_changed_around_the_text_is_said_to_stand_there() {
    let gone = Some("The register lists every extract.");
    case(
        ChangeKind::Edited,
        &[finding("around-changed", 1, gone, None)],
        "NHS England Digital: “The register lists every extract.” is no longer on the page “GPDPR”, around its main text",
    );
    case(
        ChangeKind::Edited,
        &[finding("reading-suspect", 2, gone, None)],
        "NHS England Digital: the reading of the page “GPDPR” may be mistaken about “The register lists every extract.”",
    );
}

#[test]
fn a_new_name_is_said_first() {
    let mut new = finding(
        "new-dataset",
        5,
        None,
        Some("A single GP dataset will come."),
    );
    new.names = vec!["single GP dataset".to_owned()];
    case(
        ChangeKind::Appeared,
        &[
            finding("timing", 5, None, None),
            finding("correction", 5, None, Some("An error.")),
            new,
        ],
        "NHS England Digital names “single GP dataset” for the first time, on the page “GPDPR”",
    );
}

#[test]
fn altered_words_are_quoted_on_both_sides() {
    case(
        ChangeKind::Edited,
        &[finding(
            "date-changed",
            4,
            Some("It starts on 1 July 2021."),
            Some("It starts on 1 September 2021."),
        )],
        "NHS England Digital: “It starts on 1 July 2021.” now reads “It starts on 1 September 2021.” on the page “GPDPR”",
    );
}

#[test]
fn a_page_as_a_whole_has_its_own_sentences() {
    case(
        ChangeKind::Vanished,
        &[],
        "NHS England Digital: the page “GPDPR” is no longer there",
    );
    case(
        ChangeKind::Withdrawn,
        &[finding(
            "safeguard-removed",
            5,
            Some("You may object."),
            None,
        )],
        "NHS England Digital: the page “GPDPR” says that it was withdrawn, and “You may object.” is no longer on it",
    );
}

#[test]
fn a_return_to_an_earlier_text_names_the_version_and_the_words() {
    let again = Finding {
        names: vec!["version 2".to_owned()],
        ..finding("reverted", 3, None, None)
    };
    let page = "NHS England Digital: the page “GPDPR” reads again as version 2 did";
    case(ChangeKind::Reverted, std::slice::from_ref(&again), page);
    let gone = finding("safeguard-removed", 5, Some("You may object."), None);
    case(
        ChangeKind::Reverted,
        &[gone, again.clone()],
        &format!("{page}, and “You may object.” is no longer on it"),
    );
    let came = finding("new-recipient", 4, None, Some("Partners may see it."));
    case(
        ChangeKind::Reverted,
        &[came, again],
        &format!("{page}, with “Partners may see it.” on it"),
    );
}

#[test]
fn a_redirect_says_where_it_leads() {
    let (from, to) = ("https://hscic.example/care", "https://digital.example/");
    case(
        ChangeKind::Redirected,
        &[finding("redirected", 4, Some(from), Some(to))],
        "NHS England Digital: the address of the page “GPDPR” leads to https://digital.example/ now",
    );
}

#[test]
fn of_several_passages_the_first_is_quoted() {
    case(
        ChangeKind::Edited,
        &[finding(
            "safeguard-removed",
            5,
            Some("It is never sold. … You may object."),
            None,
        )],
        "NHS England Digital: “It is never sold. …” is no longer on the page “GPDPR”",
    );
}

#[test]
fn without_findings_the_amount_is_said() {
    case(
        ChangeKind::Edited,
        &[],
        "NHS England Digital: something changed on the page “GPDPR”",
    );
}

#[test]
fn without_a_publisher_the_host_speaks() {
    let mut watch = watch();
    watch.publisher = Some(" \u{200B}".to_owned());
    assert_eq!(who(&watch), "digital.nhs.uk");
}

#[test]
fn a_sentence_has_an_end() {
    let mut watch = watch();
    watch.publisher = Some("x".repeat(10_000));
    watch.title = Some("word ".repeat(10_000));
    let long = "word ".repeat(10_000);
    let findings = [finding("safeguard-weakened", 5, Some(&long), Some("short"))];
    let sentence = of(
        &watch,
        ChangeKind::Edited,
        Span { from: 1, to: 2 },
        &findings,
        None,
    );
    assert!(fit::length(&sentence) < 500, "{sentence}");
}
