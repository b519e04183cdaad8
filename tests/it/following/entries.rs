//! New entries of feeds and lists are read with their files before anything is sorted out.

use smallprint::model::{Fate, Severity};
use smallprint::store::ChangeFilter;
use smallprint::visit::Wanted;

use crate::following::{
    TELLING, alerts, at, csv, fates, feed, next, offering, table, trails, watched,
};
use crate::visits::scene::{Scene, watch};

const OLD: (&str, &str) = ("Minutes of March", "nhs.example/march");
const NEW: (&str, &str) = ("Annual review of stationery", "nhs.example/stationery");

async fn scene(lines: &str) -> Scene {
    let lines = format!("follow = [\"entries\"]\n{lines}");
    let scene = Scene::open(&watch("feed", "nhs.example/feed", &lines)).await;
    scene.plays("nhs.example/feed", feed(&[OLD]));
    scene.plays(
        "nhs.example/march",
        offering("Minutes of March", TELLING, &[]),
    );
    scene.round(Wanted::All).await;
    scene
}

#[tokio::test]
async fn an_innocent_title_with_one_sentence_deep_in_its_file_is_one_alert_within_one_interval() {
    let scene = scene("").await;
    assert!(
        fates(&scene).await.is_empty(),
        "what stood there is no news"
    );
    assert!(scene.site.asked_for("/march").is_empty());
    let before = alerts(&scene).await;
    scene.plays("nhs.example/feed", feed(&[NEW, OLD]));
    let files = [("Annex B", "/annex-b.csv"), ("Annex A", "/annex-a.csv")];
    scene.plays(
        "nhs.example/stationery",
        offering(
            "Annual review of stationery",
            "A review of pens and paper.",
            &files,
        ),
    );
    scene.plays(
        "nhs.example/annex-a.csv",
        csv(&table("Nothing came of it.")),
    );
    scene.plays("nhs.example/annex-b.csv", csv(&table(TELLING)));
    next(&scene).await;
    assert_eq!(
        alerts(&scene).await - before,
        1,
        "{:#?}",
        scene.owed().await
    );
    let trails = trails(&scene).await;
    let entry = &at(&trails, "/stationery").lead;
    let owed = scene.owed().await;
    assert_eq!(
        owed.last().expect("an alert").watch.as_ref(),
        Some(&entry.watch)
    );
    let why = entry.why.as_deref().expect("why it is watched");
    assert!(why.contains("In the file “Annex B”"), "{why}");
    let filter = ChangeFilter {
        watch: Some(entry.watch.clone()),
        ..ChangeFilter::default()
    };
    let changes = scene.house.store.changes(&filter).await.expect("changes");
    assert_eq!(changes[0].severity, Severity(5));
    let all = [
        ("/annex-a.csv".to_owned(), Fate::Watched),
        ("/annex-b.csv".to_owned(), Fate::Watched),
        ("/stationery".to_owned(), Fate::Watched),
    ];
    assert_eq!(fates(&scene).await, all);
    assert_eq!(
        watched(&scene).len(),
        4,
        "the entry and its files are watched from then on"
    );
    let asked = scene.site.asked_for("/annex-b.csv").len();
    next(&scene).await;
    assert_eq!(alerts(&scene).await - before, 1, "it is told once");
    assert_eq!(scene.site.asked_for("/annex-b.csv").len(), asked + 1);
    scene.plays(
        "nhs.example/annex-b.csv",
        csv(&table("Patients can no longer opt out.")),
    );
    next(&scene).await;
    assert_eq!(
        alerts(&scene).await - before,
        2,
        "{:#?}",
        scene.owed().await
    );
    scene.end().await;
}

#[tokio::test]
async fn an_entry_that_says_nothing_of_ours_is_kept_and_not_watched_on() {
    let scene = scene("").await;
    let before = alerts(&scene).await;
    scene.plays("nhs.example/feed", feed(&[NEW, OLD]));
    scene.plays(
        "nhs.example/stationery",
        offering(
            "Annual review",
            "A review of pens and paper.",
            &[("Annex", "/annex.csv")],
        ),
    );
    scene.plays("nhs.example/annex.csv", csv("Pens,Paper\n3,4\n"));
    next(&scene).await;
    assert_eq!(alerts(&scene).await, before);
    let expected = [
        ("/annex.csv".to_owned(), Fate::Read),
        ("/stationery".to_owned(), Fate::Read),
    ];
    assert_eq!(fates(&scene).await, expected);
    for trail in trails(&scene).await {
        assert_eq!(
            scene.versions(&trail.lead.watch.0).await.len(),
            1,
            "it is kept"
        );
        assert!(scene.state(&trail.lead.watch.0).await.retired);
    }
    assert_eq!(watched(&scene), ["feed"]);
    next(&scene).await;
    assert_eq!(scene.site.asked_for("/stationery").len(), 1);
    scene.end().await;
}

#[tokio::test]
async fn a_term_of_the_watch_is_enough() {
    let scene = scene("terms = [\"wheelchair\"]").await;
    let before = alerts(&scene).await;
    scene.plays("nhs.example/feed", feed(&[NEW, OLD]));
    let page = offering("Annual review", "Pens near a wheelchair were counted.", &[]);
    scene.plays("nhs.example/stationery", page);
    next(&scene).await;
    assert_eq!(alerts(&scene).await, before + 1);
    assert_eq!(
        fates(&scene).await,
        [("/stationery".to_owned(), Fate::Watched)]
    );
    scene.end().await;
}

#[tokio::test]
async fn an_entry_that_cannot_be_read_is_tried_again() {
    let scene = scene("").await;
    let before = alerts(&scene).await;
    scene.plays("nhs.example/feed", feed(&[NEW, OLD]));
    next(&scene).await;
    assert_eq!(
        fates(&scene).await,
        [("/stationery".to_owned(), Fate::Unread)]
    );
    scene.plays(
        "nhs.example/stationery",
        offering("Annual review", TELLING, &[]),
    );
    next(&scene).await;
    assert_eq!(
        fates(&scene).await,
        [("/stationery".to_owned(), Fate::Watched)]
    );
    assert_eq!(alerts(&scene).await, before + 1);
    scene.end().await;
}

#[tokio::test]
async fn a_list_that_was_cut_short_for_a_while_has_nothing_new() {
    let scene = scene("").await;
    let other = ("Minutes of April", "nhs.example/april");
    scene.plays(
        "nhs.example/april",
        offering("Minutes of April", "Nothing.", &[]),
    );
    scene.plays("nhs.example/feed", feed(&[other]));
    next(&scene).await;
    scene.plays("nhs.example/feed", feed(&[other, OLD]));
    next(&scene).await;
    assert_eq!(fates(&scene).await, [("/april".to_owned(), Fate::Read)]);
    assert!(scene.site.asked_for("/march").is_empty());
    scene.end().await;
}

#[tokio::test]
async fn links_that_fit_a_pattern_are_followed() {
    let lines = "kind = \"index\"\nfollow = [\"/minutes/.*\"]";
    let scene = Scene::open(&watch("list", "nhs.example/list", lines)).await;
    let list = |links: &[(&str, &str)]| {
        let links: Vec<String> = links
            .iter()
            .map(|(title, path)| format!("<li><a href=\"{path}\">{title}</a></li>"))
            .collect();
        let page = format!(
            "<html><head><title>A list</title></head><body><main><h1>A list</h1><p>These are our papers.</p>\
             <ul>{}</ul></main></body></html>",
            links.concat()
        );
        crate::site::Answer::html(&page)
    };
    let (old, about) = (("March", "/minutes/march"), ("About", "/about-us"));
    scene.plays("nhs.example/list", list(&[old, about]));
    scene.round(Wanted::All).await;
    let before = alerts(&scene).await;
    let (april, news) = (("April", "/minutes/april"), ("News", "/news/april"));
    scene.plays("nhs.example/list", list(&[old, april, about]));
    scene.plays("nhs.example/minutes/april", offering("April", TELLING, &[]));
    next(&scene).await;
    assert_eq!(
        fates(&scene).await,
        [("/minutes/april".to_owned(), Fate::Watched)]
    );
    assert_eq!(alerts(&scene).await, before + 1, "the entry, not the list");
    scene.plays("nhs.example/list", list(&[old, april, about, news]));
    next(&scene).await;
    assert_eq!(fates(&scene).await.len(), 1, "no other link is followed");
    assert_eq!(
        alerts(&scene).await,
        before + 2,
        "a link that is not followed is told of by the list"
    );
    scene.plays("nhs.example/list", list(&[old, about, news]));
    next(&scene).await;
    assert_eq!(
        alerts(&scene).await,
        before + 3,
        "so is a link that is gone"
    );
    scene.end().await;
}
