//! How names are ranked: a dataset, a programme, what is perhaps no name.

use super::*;
use crate::model::NameKind;

#[track_caller]
fn case(sentence: &str, severity: Option<u8>) {
    let case = Case::of(&page(&["One."]), &page(&["One.", sentence]));
    let found = case.judged();
    let new = found.iter().find(|finding| finding.rule == "new-dataset");
    assert_eq!(
        new.map(|finding| finding.severity.0),
        severity,
        "{sentence}: {new:#?}"
    );
    let lesser = new.filter(|finding| finding.severity < Severity(5));
    if let Some(lesser) = lesser {
        assert_eq!(lesser.weighed.len(), 1, "{lesser:#?}");
        assert_eq!(lesser.weighed[0].to, lesser.severity);
    }
}

#[test]
fn a_store_of_data_matters_most() {
    case(NAMED, Some(5));
    case(
        "Practices submit records to the Northern Stroke Registry every month.",
        Some(5),
    );
    case("The Urgent Access Data Platform opens in May.", Some(5));
}

#[test]
fn a_programme_matters_less_and_only_where_data_is_spoken_of() {
    case(
        "Patient data is shared with the Elective Access Improvement Programme.",
        Some(3),
    );
    case("The Coastal Path Renewal Programme starts in May.", Some(2));
    case(
        "Records are read by the National Podiatry Audit each spring.",
        Some(3),
    );
    case(
        "Suppliers must meet the Patient Records Exchange Standard for data.",
        Some(3),
    );
    case("The meeting of the Programme Board is on Monday.", None);
}

#[test]
fn a_number_of_a_known_form_is_said_in_the_digest_and_not_of_rows() {
    case("The agreement DARS-NIC-147754-C9L2M was extended.", Some(2));
    let mut after = page(&["One.", "DARS-NIC-147754-C9L2M | A university | 2027"]);
    after.blocks[1].kind = BlockKind::Row(vec![String::new(); 3], false);
    Case::of(&page(&["One."]), &after).lacks("new-dataset");
}

#[test]
fn an_acronym_that_is_short_for_what_was_seen_is_not_new() {
    let long = "Practices submit the Foot Health Outcomes Data Set (FHODS) every month.";
    let mut case = Case::of(&page(&["One."]), &page(&["One.", long]));
    assert_eq!(
        case.with(questions).names,
        ["foot health outcomes dataset", "fhods"]
    );
    let seen = |of: &str| Sighting {
        name: "FHODS dataset".to_owned(),
        watch: WatchId::from("other"),
        at: case.by,
        of: Some(of.to_owned()),
    };
    let (short, other) = (seen("fhods dataset"), seen("first hour of deep sleep"));
    case.facts.seen.insert("fhods".to_owned(), short);
    case.lacks("new-dataset");
    // Two things may share an acronym.
    case.facts.seen.insert("fhods".to_owned(), other);
    assert_eq!(case.finds("new-dataset").severity, Severity(5));
}

#[test]
fn a_dismissed_name_is_not_said() {
    let mut case = Case::of(&page(&["One."]), &page(&["One.", NAMED]));
    case.facts
        .dismissed
        .insert("frailty waits dataset".to_owned());
    case.lacks("new-dataset");
}

#[test]
fn names_that_resemble_one_another_share_most_of_what_they_tell() {
    for (one, other, alike) in [
        (
            "Primary Care Sleep Data Set",
            "National Sleep Register",
            true,
        ),
        (
            "Stroke Waits Data Set",
            "Stroke Waits and Outcomes Extract",
            true,
        ),
        (
            "Stroke Waits Data Set",
            "Podiatry Waits Outcomes Extract",
            false,
        ),
        ("Stroke Waits Data Set", "the stroke waits dataset", false),
        ("Single GP dataset", "Single Patient Record", false),
    ] {
        assert_eq!(
            crate::findings::resemble(one, other),
            alike,
            "{one} / {other}"
        );
    }
}

#[test]
fn every_kind_reads_back_from_its_word() {
    for kind in NameKind::ALL {
        assert_eq!(kind.word().parse(), Ok(kind));
        assert_eq!(format!("{kind}s").parse(), Ok(kind));
    }
    assert!("thing".parse::<NameKind>().is_err());
}
