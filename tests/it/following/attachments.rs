//! Files of a watched page are watched with it.

use smallprint::model::{ChangeKind, Claim, Fate, Finding};
use smallprint::store::ChangeFilter;
use smallprint::visit::Wanted;

use crate::following::{TELLING, alerts, at, csv, fates, next, offering, table, trails, watched};
use crate::site::Answer;
use crate::visits::scene::{PAGE, Scene, page_watch};

const FILE: (&str, &str) = ("Opt-out form", "/form.csv");

async fn scene() -> Scene {
    let scene = Scene::open(&page_watch(PAGE, "follow = [\"attachments\"]")).await;
    scene.plays(PAGE, offering("Sharing data", "We share data.", &[FILE]));
    scene.plays("nhs.example/form.csv", csv(&table(TELLING)));
    scene.round(Wanted::All).await;
    scene
}

/// The findings of the latest change of a watch, with its kind.
async fn latest(scene: &Scene, id: &str) -> (ChangeKind, Vec<Finding>) {
    let filter = ChangeFilter {
        watch: Some(id.into()),
        ..ChangeFilter::default()
    };
    let mut changes = scene.house.store.changes(&filter).await.expect("changes");
    let change = changes.remove(0);
    (change.kind, change.findings)
}

#[tokio::test]
async fn files_that_stood_there_are_read_quietly_and_watched() {
    let scene = scene().await;
    assert_eq!(
        fates(&scene).await,
        [("/form.csv".to_owned(), Fate::Watched)]
    );
    assert_eq!(alerts(&scene).await, 0);
    assert_eq!(watched(&scene).len(), 2);
    scene.end().await;
}

#[tokio::test]
async fn new_bytes_at_the_same_link_are_a_file_replaced_with_the_words() {
    let scene = scene().await;
    let table = table(TELLING).replace("every month", "every week");
    scene.plays("nhs.example/form.csv", csv(&table));
    next(&scene).await;
    let form = at(&trails(&scene).await, "/form.csv").lead.watch.clone();
    let (kind, findings) = latest(&scene, &form.0).await;
    assert_eq!(kind, ChangeKind::Edited);
    let replaced = findings
        .iter()
        .find(|finding| finding.rule == "file-replaced");
    let why = &replaced.expect("a file replaced").why;
    assert!(
        why.starts_with("File replaced: The file “Opt-out form”, which is offered by “"),
        "{why}"
    );
    assert_eq!(alerts(&scene).await, 1);
    assert_eq!(scene.versions(&form.0).await.len(), 2);
    scene.end().await;
}

/// The severity of a file replaced where the watchlist says this of its rule, if it is found at all.
async fn replaced(rule: &str) -> Option<u8> {
    let rule = format!("[[rule]]\nid = \"file-replaced\"\n{rule}\n");
    let watch = page_watch(PAGE, "follow = [\"attachments\"]");
    let scene = Scene::open(&format!("{rule}{watch}")).await;
    scene.plays(PAGE, offering("Sharing data", "We share data.", &[FILE]));
    scene.plays("nhs.example/form.csv", csv(&table(TELLING)));
    scene.round(Wanted::All).await;
    let table = table(TELLING).replace("every month", "every week");
    scene.plays("nhs.example/form.csv", csv(&table));
    next(&scene).await;
    let form = at(&trails(&scene).await, "/form.csv").lead.watch.clone();
    let (_, findings) = latest(&scene, &form.0).await;
    scene.end().await;
    let found = findings.into_iter().find(|one| one.rule == "file-replaced");
    found.map(|one| one.severity.0)
}

#[tokio::test]
async fn what_the_watchlist_says_of_the_rule_holds_for_what_the_visit_finds() {
    assert_eq!(replaced("severity = 3").await, Some(3));
    assert_eq!(replaced("severity = 1").await, Some(1));
    assert_eq!(replaced("enabled = false").await, None);
}

#[tokio::test]
async fn a_file_altered_under_a_page_in_trouble_tells_itself() {
    let scene = scene().await;
    let long = "We share data with nobody who does not need it. ".repeat(30);
    scene.plays(PAGE, offering("Sharing data", &long, &[FILE]));
    next(&scene).await;
    let before = alerts(&scene).await;
    let (title, path) = FILE;
    let trouble = format!(
        "<!doctype html><html lang=\"en\"><head><title>Sharing data</title></head><body><main><h1>Sharing data</h1>\
         <p>Loading, please wait</p><ul><li><a href=\"{path}\">{title}</a> (CSV, 90 KB)</li></ul></main></body></html>"
    );
    scene.plays(PAGE, Answer::html(&trouble));
    let table = table(TELLING).replace("every month", "every week");
    scene.plays("nhs.example/form.csv", csv(&table));
    next(&scene).await;
    let state = scene.state("page").await;
    assert!(
        state.failing.is_some(),
        "its text is not believed to be gone at once"
    );
    let form = at(&trails(&scene).await, path).lead.watch.clone();
    assert_eq!(scene.versions(&form.0).await.len(), 2);
    assert_eq!(alerts(&scene).await, before + 1);
    scene.end().await;
}

#[tokio::test]
async fn a_new_file_is_told_with_its_page_in_one_alert() {
    let scene = scene().await;
    let annex = ("Annex", "/annex.csv");
    scene.plays(
        PAGE,
        offering("Sharing data", "We share data.", &[FILE, annex]),
    );
    let telling = "Practices must submit the National Hearing Aids Dataset every month.";
    scene.plays("nhs.example/annex.csv", csv(&table(telling)));
    next(&scene).await;
    assert_eq!(alerts(&scene).await, 1);
    let (_, findings) = latest(&scene, "page").await;
    let whys: Vec<&str> = findings
        .iter()
        .map(|finding| finding.why.as_str())
        .collect();
    assert!(
        whys.iter().any(|why| why.starts_with("Document added: ")),
        "{whys:#?}"
    );
    assert!(
        whys.iter()
            .any(|why| why.starts_with("In the file “Annex”")),
        "{whys:#?}"
    );
    let annex = at(&trails(&scene).await, "/annex.csv").lead.clone();
    assert_eq!(annex.fate, Fate::Watched);
    assert_eq!(scene.versions(&annex.watch.0).await.len(), 1);
    next(&scene).await;
    assert_eq!(alerts(&scene).await, 1, "it is told once");
    scene.end().await;
}

#[tokio::test]
async fn a_file_that_vanishes_from_its_page_is_a_document_removed() {
    let scene = scene().await;
    let form = at(&trails(&scene).await, "/form.csv").lead.watch.clone();
    scene.plays(PAGE, offering("Sharing data", "We share data.", &[]));
    next(&scene).await;
    assert_eq!(alerts(&scene).await, 1);
    let (_, findings) = latest(&scene, "page").await;
    assert!(
        findings
            .iter()
            .any(|one| one.why.starts_with("Document removed: ")),
        "{findings:#?}"
    );
    assert_eq!(fates(&scene).await, [("/form.csv".to_owned(), Fate::Gone)]);
    assert!(scene.state(&form.0).await.retired);
    let asked = scene.site.asked_for("/form.csv").len();
    next(&scene).await;
    assert_eq!(
        scene.site.asked_for("/form.csv").len(),
        asked,
        "it is visited no longer"
    );
    scene.plays(PAGE, offering("Sharing data", "We share data.", &[FILE]));
    next(&scene).await;
    assert_eq!(
        fates(&scene).await,
        [("/form.csv".to_owned(), Fate::Watched)]
    );
    scene.end().await;
}

#[tokio::test]
async fn another_edition_under_the_same_title_is_a_version_of_the_same_document() {
    let scene = Scene::open(&page_watch(PAGE, "follow = [\"attachments\"]")).await;
    let edition = |path| {
        offering(
            "Sharing data",
            "We share data.",
            &[("Data release register", path)],
        )
    };
    scene.plays(PAGE, edition("/register-v1.2.csv"));
    scene.plays(
        "nhs.example/register-v1.2.csv",
        csv(&table("Nothing came of it.")),
    );
    scene.round(Wanted::All).await;
    let register = at(&trails(&scene).await, "/register-v1.2.csv")
        .lead
        .watch
        .clone();
    scene.plays(PAGE, edition("/register-v1.3.csv"));
    scene.plays("nhs.example/register-v1.3.csv", csv(&table(TELLING)));
    next(&scene).await;
    let versions = scene.versions(&register.0).await;
    let paths: Vec<&str> = versions.iter().map(|version| version.url.path()).collect();
    assert_eq!(paths, ["/register-v1.2.csv", "/register-v1.3.csv"]);
    let (kind, _) = latest(&scene, &register.0).await;
    assert_eq!(kind, ChangeKind::Edited, "its words changed");
    assert_eq!(
        fates(&scene).await,
        [("/register-v1.3.csv".to_owned(), Fate::Watched)]
    );
    assert_eq!(alerts(&scene).await, 1, "one alert, by the page");
    let (_, findings) = latest(&scene, "page").await;
    let whys: Vec<&str> = findings
        .iter()
        .map(|finding| finding.why.as_str())
        .collect();
    assert!(
        whys.iter()
            .any(|why| why.contains("In the file “Data release register”")),
        "{whys:#?}"
    );
    scene.end().await;
}

#[tokio::test]
async fn an_edition_of_which_no_rule_speaks_is_still_told_by_its_words() {
    let scene = scene().await;
    let edition = [("Opt-out form", "/form-v2.csv")];
    scene.plays(PAGE, offering("Sharing data", "We share data.", &edition));
    let words = table(TELLING).replace("took note of paper 7 ", "was shown paper 7 ");
    scene.plays("nhs.example/form-v2.csv", csv(&words));
    next(&scene).await;
    assert_eq!(alerts(&scene).await, 1);
    let (_, findings) = latest(&scene, "page").await;
    let first = &findings[0];
    let after = first.after.as_deref().unwrap_or_default();
    assert!(after.contains("was shown paper 7 "), "{findings:#?}");
    assert_eq!(
        first.why,
        "In the file “Opt-out form”: The words have changed."
    );
    scene.end().await;
}

#[tokio::test]
async fn following_begun_later_says_nothing_of_what_stands_there() {
    let scene = Scene::open(&page_watch(PAGE, "")).await;
    scene.plays(PAGE, offering("Sharing data", "We share data.", &[FILE]));
    scene.plays("nhs.example/form.csv", csv(&table(TELLING)));
    scene.round(Wanted::All).await;
    assert!(fates(&scene).await.is_empty());
    scene
        .rewrite(&page_watch(PAGE, "follow = [\"attachments\"]"))
        .await;
    next(&scene).await;
    assert_eq!(
        fates(&scene).await,
        [("/form.csv".to_owned(), Fate::Watched)]
    );
    assert_eq!(alerts(&scene).await, 0);
    scene.end().await;
}

#[tokio::test]
async fn a_watchlist_without_the_page_retires_its_files_and_with_it_again_watches_them() {
    let scene = scene().await;
    let form = at(&trails(&scene).await, "/form.csv").lead.watch.clone();
    scene
        .rewrite(&crate::visits::scene::watch(
            "other",
            "nhs.example/other",
            "",
        ))
        .await;
    assert_eq!(watched(&scene), ["other"]);
    assert!(scene.state(&form.0).await.retired);
    scene
        .rewrite(&page_watch(PAGE, "follow = [\"attachments\"]"))
        .await;
    assert_eq!(watched(&scene).len(), 2);
    next(&scene).await;
    assert!(!scene.state(&form.0).await.retired);
    scene
        .rewrite(&page_watch(PAGE, "every = \"30m\"").replacen("every = \"30m\"\n", "", 1))
        .await;
    assert_eq!(watched(&scene), ["page"], "it is not followed any more");
    scene.end().await;
}

#[tokio::test]
async fn a_promise_that_moves_into_a_new_file_is_no_loss() {
    let scene = scene().await;
    let promise = "We will never share your records with insurers.";
    let both = format!("We share data. {promise}");
    scene.plays(PAGE, offering("Sharing data", &both, &[FILE]));
    next(&scene).await;
    let annex = ("Annex", "/annex.csv");
    scene.plays(
        PAGE,
        offering("Sharing data", "We share data.", &[FILE, annex]),
    );
    let lines = format!("What we promise\n{promise}\n");
    scene.plays("nhs.example/annex.csv", csv(&lines));
    next(&scene).await;
    let (_, findings) = latest(&scene, "page").await;
    let gone = findings.iter().find(|one| one.rule == "safeguard-removed");
    let gone = gone.expect("a promise that is gone from the page");
    assert_eq!(gone.severity.0, 2, "{gone:?}");
    assert!(gone.why.contains("They still stand on "), "{}", gone.why);
    scene.end().await;
}

/// A publication with its list of changes, and a report in HTML that has none.
fn publication(scene: &Scene, notes: &[&str], report: &str) {
    let count = notes.len();
    let notes: String = notes
        .iter()
        .enumerate()
        .map(|(at, note)| {
            let day = 10 + count - at;
            format!("<li><time datetime=\"2026-04-{day}T09:00:00Z\">{day} April 2026</time><p>{note}</p></li>")
        })
        .collect();
    let page = format!(
        "<!doctype html><html lang=\"en\"><head><title>Sharing data</title></head><body><main><h1>Sharing data</h1>\
         <p>We share data with those who need it.</p><section class=\"gem-c-attachment\">\
         <h3 class=\"gem-c-attachment__title\"><a href=\"/page/report\">The report</a></h3>\
         <p class=\"gem-c-attachment__metadata\">HTML</p></section>\
         <div class=\"gem-c-published-dates\"><ol id=\"full-history\">{notes}</ol></div></main></body></html>"
    );
    scene.plays(PAGE, Answer::html(&page));
    let words = "The report says at some length what is done with records, and by whom it is done.";
    let report = crate::visits::scene::page("The report", &[words, report, words]);
    scene.plays("nhs.example/page/report", Answer::html(&report));
}

#[tokio::test]
async fn a_report_in_html_is_held_against_the_list_of_changes_of_its_page() {
    let scene = Scene::open(&page_watch(PAGE, "follow = [\"attachments\"]")).await;
    let (month, week) = (
        "Practices share data once a month.",
        "Practices share data once a week.",
    );
    publication(&scene, &["First published."], month);
    scene.round(Wanted::All).await;
    let report = at(&trails(&scene).await, "/page/report").lead.watch.clone();
    let claimed = async || {
        scene.pass(24 * 60);
        scene.visit("page").await;
        scene.visit(&report.0).await;
        let filter = ChangeFilter {
            watch: Some(report.clone()),
            limit: Some(1),
            ..ChangeFilter::default()
        };
        let mut changes = scene.house.store.changes(&filter).await.expect("changes");
        changes.remove(0).claim
    };
    let note = "The report has other figures.";
    publication(&scene, &[note, "First published."], week);
    let announced = claimed().await;
    let said = match &announced {
        Some(Claim::Announced { note, .. }) => note.as_deref(),
        _ => None,
    };
    assert_eq!(said, Some(note), "{announced:?}");
    publication(&scene, &[note, "First published."], month);
    assert_eq!(claimed().await, Some(Claim::Unannounced));
    scene.is_found_again().await;
    scene.end().await;
}
