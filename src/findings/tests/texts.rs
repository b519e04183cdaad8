//! What is judged by the words: promises, names, terms.

use std::sync::Arc;

use super::*;
use crate::model::{NameKind, Named};

#[test]
fn a_promise_that_is_gone_is_quoted() {
    let case = Case::of(
        &page(&["What happens next.", PROMISE]),
        &page(&["What happens next."]),
    );
    let finding = case.finds("safeguard-removed");
    assert_eq!(finding.severity, Severity(5));
    assert_eq!(finding.before.as_deref(), Some(PROMISE));
    assert_eq!(finding.stands.before, [1], "where it stood");
    assert!(finding.stands.after.is_empty(), "it stands nowhere");
}

#[test]
fn a_promise_that_still_stands_on_the_page_matters_less() {
    let almost = "Your name and your address will not be collected.";
    let before = page(&["One.", PROMISE, "# Later", "Two.", almost]);
    let after = page(&["One.", "# Later", "Two.", almost]);
    let finding = Case::of(&before, &after).finds("safeguard-removed");
    assert_eq!(finding.severity, Severity(3));
}

#[test]
fn a_promise_that_stands_on_another_page_is_said_to() {
    let mut case = Case::of(&page(&["One.", PROMISE]), &page(&["One."]));
    let asked = case.with(questions);
    assert_eq!(asked.sentences, [fold(PROMISE)]);
    case.facts
        .standing
        .insert(fold(PROMISE), vec![WatchId::from("other-page")]);
    assert!(case.finds("safeguard-removed").why.contains("other-page"));
    let here = case.watch.clone();
    case.facts.standing.insert(fold(PROMISE), vec![here.id]);
    case.watch.title = Some("Your data".to_owned());
    let why = case.finds("safeguard-removed").why;
    assert!(why.ends_with("They still stand on “Your data”."), "{why}");
}

#[test]
fn a_reworded_promise_that_keeps_its_words_is_no_loss() {
    let case = Case::of(
        &page(&["Register an opt-out with your practice by 23 June 2026."]),
        &page(&["Register an opt-out with your practice by 25 August 2026."]),
    );
    case.lacks("safeguard-removed");
    let moved = case.finds("date-changed");
    assert_eq!(moved.names, ["23 June 2026"]);
    assert_eq!(moved.severity, Severity(4));
}

#[test]
fn a_weaker_promise_is_shown_beside_the_old_one() {
    for (old, new) in [
        (
            "Data is anonymised before it is used.",
            "Data is pseudonymised before it is used.",
        ),
        (
            "Your data will never be shared with insurers.",
            "Your data may be shared with insurers.",
        ),
        (
            "We will not collect names, addresses or postcodes.",
            "We will not collect names or postcodes.",
        ),
    ] {
        let finding = Case::of(&page(&[old]), &page(&[new])).finds("safeguard-weakened");
        assert_eq!(
            (finding.before.as_deref(), finding.after.as_deref()),
            (Some(old), Some(new))
        );
        assert_eq!(finding.severity, Severity(5));
    }
}

#[test]
fn data_that_become_more_identifiable_are_a_finding() {
    let case = Case::of(
        &page(&["The extract holds pseudonymised records of all patients."]),
        &page(&["The extract holds identifiable records of all patients."]),
    );
    assert_eq!(case.finds("identifiability").severity, Severity(4));
}

#[test]
fn a_denial_is_kept_and_its_loss_is_grave() {
    let denial = "There are no plans to build a national database.";
    let came = Case::of(&page(&["One."]), &page(&["One.", denial]));
    assert_eq!(came.finds("denial").severity, Severity(2));
    let went = Case::of(&page(&["One.", denial]), &page(&["One."]));
    assert_eq!(went.finds("denial").severity, Severity(5));
}

#[test]
fn a_new_name_is_said_with_its_sentence_and_the_pages_watched() {
    let case = Case::of(&page(&["One."]), &page(&["One.", NAMED]));
    let finding = case.finds("new-dataset");
    assert_eq!(finding.names, ["Frailty Waits Data Set"]);
    assert_eq!(finding.after.as_deref(), Some(NAMED));
    let end = "is named here for the first time on the 26 pages watched since 6 January 2025.";
    assert!(finding.why.ends_with(end), "{}", finding.why);
}

#[test]
fn first_is_always_first_on_so_many_pages_since_a_day() {
    let mut case = Case::of(&page(&["One."]), &page(&["One.", NAMED]));
    case.facts.pages = 1;
    let why = case.finds("new-dataset").why;
    let end = "for the first time on the 1 page watched since 6 January 2025.";
    assert!(why.ends_with(end), "{why}");
    case.facts.since = None;
    let why = case.finds("new-dataset").why;
    assert!(why.contains("on the 1 page watched since"), "{why}");
}

#[test]
fn a_name_that_was_seen_or_is_known_is_not_new() {
    let mut seen = Case::of(&page(&["One."]), &page(&["One.", NAMED]));
    assert_eq!(seen.with(questions).names, ["frailty waits dataset"]);
    let sighting = Sighting {
        name: "Frailty Waits dataset".to_owned(),
        watch: WatchId::from("other"),
        at: seen.by,
        of: None,
    };
    seen.facts
        .seen
        .insert("frailty waits dataset".to_owned(), sighting);
    seen.lacks("new-dataset");
    let mut known = Case::of(&page(&["One."]), &page(&["One.", NAMED]));
    known.book = Arc::new(
        known
            .book
            .knowing(vec!["Frailty Waits data-set".to_owned()]),
    );
    known.lacks("new-dataset");
    let here = page(&["The frailty waits dataset is small."]);
    let after = page(&["The frailty waits dataset is small.", NAMED]);
    Case::of(&here, &after).lacks("new-dataset");
}

#[test]
fn many_new_names_do_not_flood() {
    let lines: Vec<String> = [
        "Asthma", "Stroke", "Dementia", "Diabetes", "Epilepsy", "Gout",
    ]
    .iter()
    .map(|what| format!("Trusts will submit the {what} Waits Data Set."))
    .collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let found = Case::of(&page(&[]), &page(&lines)).judged();
    let new: Vec<&Finding> = found.iter().filter(|f| f.rule == "new-dataset").collect();
    assert_eq!(new.len(), 4);
    assert_eq!(new[3].names.len(), 3);
}

#[test]
fn a_document_gives_its_names() {
    let document = page(&[
        "# The Stroke Waits Data Set",
        "It replaces the Stroke Return Collection.",
    ]);
    let found = names(&document).names;
    let name = Named {
        canonical: "stroke waits dataset".to_owned(),
        text: "Stroke Waits Data Set".to_owned(),
        kind: NameKind::Dataset,
        aliases: Vec::new(),
    };
    assert!(found.contains(&name), "{found:?}");
}

#[test]
fn a_name_in_the_place_of_another_is_a_renaming() {
    let case = Case::of(
        &page(&["Practices submit data to the Asthma Care Register every month."]),
        &page(&["Practices submit data to the Lung Health Register every month."]),
    );
    assert_eq!(
        case.finds("renamed").names,
        ["Asthma Care Register", "Lung Health Register"]
    );
}

#[test]
fn ordinary_prose_brings_nothing_of_weight() {
    let prose = [
        "The surgery is open from 8am to 6pm. You can book an appointment online or by telephone.",
        "Dr Smith joined the practice in March and works on Mondays. Flu vaccinations are available.",
        "We have updated our cookie settings and our website is easier to use.",
        "Please contact reception if you need help with your repeat prescription.",
        "Your feedback helps us to improve. We publish a summary of comments every year.",
        "Follow the directions to the car park; spaces are limited.",
        "The committee discussed staffing, budgets and the new building. The next meeting is on 12 May 2026.",
    ];
    let found = Case::of(
        &page(&["One."]),
        &page(&[&["One."], prose.as_slice()].concat()),
    )
    .judged();
    assert!(
        found.iter().all(|finding| finding.severity <= Severity(2)),
        "{found:#?}"
    );
}

#[test]
fn watched_terms_are_found_on_both_sides_but_not_where_they_stayed() {
    let with = "You can opt out at any time by asking us.";
    let mut case = Case::of(&page(&["One."]), &page(&["One.", with]));
    case.watch.terms = vec!["opt-out".to_owned()];
    assert_eq!(case.finds("term-added").names, ["opt-out"]);
    let mut case = Case::of(&page(&["One.", with]), &page(&["One."]));
    case.watch.terms = vec!["opt-out".to_owned()];
    assert_eq!(case.finds("term-removed").severity, Severity(3));
    let mut case = Case::of(
        &page(&[with]),
        &page(&["You can opt out at any time by writing to us."]),
    );
    case.watch.terms = vec!["opt-out".to_owned()];
    case.lacks("term-added");
    case.lacks("term-removed");
}

#[test]
fn every_rule_over_pairs_says_something_of_its_examples_and_nothing_loud_of_the_others() {
    let book = Book::shipped();
    let mut wrong = Vec::new();
    let said = |(old, new): &(String, String), rule: &str| -> Option<Severity> {
        let around = |sentence: &str| page(&["What comes first.", sentence, "What comes last."]);
        let found = Case::of(&around(old), &around(new)).judged();
        let found = found.iter().filter(|finding| finding.rule == rule);
        found.map(|finding| finding.severity).max()
    };
    for rule in &book.rules {
        for pair in &rule.pairs_match {
            if said(pair, &rule.id) <= Some(Severity(2)) {
                wrong.push(format!("{} must say something of {pair:?}", rule.id));
            }
        }
        for pair in &rule.pairs_ignore {
            if said(pair, &rule.id) > Some(Severity(2)) {
                wrong.push(format!("{} must say nothing of {pair:?}", rule.id));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

const MENU: &str = "We will never share your records with insurers.";

#[test]
fn a_promise_that_went_to_a_file_is_no_loss() {
    let mut case = Case::of(&page(&["One.", MENU]), &page(&["One."]));
    assert_eq!(case.finds("safeguard-removed").severity, Severity(5));
    // A file that came with the page, or a page it leads to, is in no watchlist.
    case.facts
        .standing
        .insert(fold(MENU), vec![WatchId::from("privacy-pdf")]);
    let finding = case.finds("safeguard-removed");
    assert_eq!(finding.severity, Severity(2));
    assert_eq!(finding.weighed.len(), 1, "{finding:?}");
    assert_eq!(finding.weighed[0].to, Severity(2));
    assert!(finding.why.contains("They still stand on “privacy-pdf”."));
}

#[test]
fn a_list_in_another_order_or_place_is_nothing() {
    let items = [
        "We will not:",
        "* sell data",
        "* share data with insurers",
        "* identify patients",
    ];
    let turned = [
        "We will not:",
        "* identify patients",
        "* sell data",
        "* share data with insurers",
    ];
    let case = Case::of(&page(&items), &page(&turned));
    for rule in ["safeguard-removed", "safeguard-weakened", "data-item-added"] {
        case.lacks(rule);
    }
}

#[test]
fn an_item_that_goes_from_under_a_prohibition_is_named() {
    let before = page(&[
        "We will not:",
        "* sell data",
        "* use data for marketing",
        "* identify patients",
    ]);
    let after = page(&["We will not:", "* sell data", "* identify patients"]);
    let finding = Case::of(&before, &after).finds("safeguard-weakened");
    assert_eq!(finding.before.as_deref(), Some("use data for marketing"));
    assert!(
        finding
            .why
            .contains("“use data for marketing” is no longer named"),
        "{}",
        finding.why
    );
    assert_eq!(finding.stands.before, [2]);
}

#[test]
fn an_item_that_comes_to_a_list_of_data_is_named() {
    let before = page(&["We collect the following data:", "* name", "* NHS number"]);
    let after = page(&[
        "We collect the following data:",
        "* name",
        "* NHS number",
        "* sexual orientation",
    ]);
    let finding = Case::of(&before, &after).finds("data-item-added");
    assert_eq!(finding.names, ["sexual orientation"]);
    assert_eq!(finding.severity, Severity(4));
    let came = "From May the extract will also include immigration status.";
    let finding = Case::of(&page(&["One."]), &page(&["One.", came])).finds("data-item-added");
    assert_eq!(finding.names, ["immigration status"]);
    let before = page(&["What we offer:", "* scans"]);
    let after = page(&["What we offer:", "* scans", "* vaccinations"]);
    Case::of(&before, &after).lacks("data-item-added");
}

#[test]
fn a_number_in_a_promise_weighs_more() {
    let case = Case::of(
        &page(&["Your data will never be shared with more than 5 organisations."]),
        &page(&["Your data will never be shared with more than 50 organisations."]),
    );
    let finding = case.finds("count-changed");
    assert_eq!(finding.severity, Severity(3));
    assert!(
        finding.why.contains("5 → 50 organisations"),
        "{}",
        finding.why
    );
    assert_eq!(finding.weighed.len(), 1);
}

#[test]
fn a_promise_that_went_below_the_page_is_no_loss_and_beside_it_one() {
    for (path, severity) in [("/page/privacy", 2), ("/other", 5), ("/linked", 2)] {
        let before = page(&["One.", MENU]);
        let mut after = page(&["One.", "See also"]);
        after.blocks[1].links = vec![Link {
            text: "See also".to_owned(),
            url: "https://www.gov.uk/linked".to_owned(),
        }];
        let diff = diff::between(&before, &after);
        let own = watch();
        let there = Url::parse(&format!("https://www.gov.uk{path}")).expect("an address");
        let watches = [own.clone(), Watch::bare("there", there)];
        let mut case = Case::of(&before, &after);
        case.facts
            .standing
            .insert(fold(MENU), vec![WatchId::from("there")]);
        let found = case.with(|step| {
            let step = Step {
                watches: &watches,
                diff: &diff,
                ..step.clone()
            };
            judge(&step, &case.facts, case.by)
        });
        let gone = found.iter().find(|one| one.rule == "safeguard-removed");
        let gone = gone.expect("a safeguard that is gone");
        assert_eq!(gone.severity, Severity(severity), "{path}");
        assert!(gone.why.contains("They still stand on"), "{}", gone.why);
    }
}
