//! Searches and phrases over an archive on the disk, with a real index beside it.

mod chart;
mod commands;
mod crashed;

use smallprint::answers::{
    self, NoAnswer, Part, PhraseAsked, PhraseOne, Phrased, Request, Response, SearchAsked,
    SearchPatience, Searched, Sighted,
};
use smallprint::model::WatchId;
use smallprint::search::query::Within;
use tokio::sync::mpsc;

use crate::postgres::in_archive;
use crate::visits::scene::{PAGE, Scene, page_watch, watch};

/// Asks, and waits until the index has caught up.
async fn ask(scene: &Scene, request: Request) -> Result<Response, NoAnswer> {
    let (heard, _nobody) = mpsc::channel(1);
    answers::answer(&scene.house, request, heard).await
}

async fn searched(scene: &Scene, asked: SearchAsked) -> Searched {
    let asked = SearchAsked {
        patience: SearchPatience::UntilComplete,
        ..asked
    };
    let Ok(Response::Search(found)) = ask(scene, Request::Search(asked)).await else {
        panic!("no answer");
    };
    assert!(found.reached.is_complete(), "{:?}", found.reached);
    *found
}

async fn find(scene: &Scene, words: &str, within: Within) -> Vec<Sighted> {
    let asked = SearchAsked {
        words: words.to_owned(),
        within: Some(within),
        ..SearchAsked::default()
    };
    searched(scene, asked).await.found
}

async fn phrased(scene: &Scene, phrases: &[&str]) -> Phrased {
    let asked = PhraseAsked {
        phrases: phrases.iter().map(|phrase| (*phrase).to_owned()).collect(),
        patience: SearchPatience::UntilComplete,
        ..PhraseAsked::default()
    };
    let Ok(Response::Phrase(phrased)) = ask(scene, Request::Phrase(asked)).await else {
        panic!("no answer");
    };
    *phrased
}

/// What was found, a line each: "first version..last version: text", an end that is open left out.
fn shown(found: &[Sighted]) -> Vec<String> {
    let line = |one: &Sighted| {
        let last = one
            .last_version
            .map_or(String::new(), |last| last.to_string());
        format!("{}..{last}: {}", one.first_version, one.quote.text)
    };
    found.iter().map(line).collect()
}

fn marked(one: &Sighted) -> Vec<String> {
    let parts = one.quote.parts().into_iter();
    let marked = parts.filter_map(|part| match part {
        Part::Marked(text) => Some(text),
        Part::Plain(_) => None,
    });
    marked.collect()
}

const PROMISE: &str = "Your “data” will not be sold to anyone, and you can opt out.";
const WEAKER: &str = "Your “data” may be sold to anyone, and you can opt out.";
const OTHER: &str = "Write to the practice if you have questions about this page.";

/// A page that says a promise, then a weaker one, then is gone, then says the promise again.
async fn story() -> Scene {
    let scene = Scene::with_page("", &[PROMISE, OTHER]).await;
    scene.look().await;
    scene.shows(PAGE, &[WEAKER, OTHER]);
    scene.look_after(60).await;
    scene.shows(PAGE, &[OTHER, PROMISE]);
    scene.look_after(60).await;
    scene
}

#[tokio::test]
async fn words_are_found_where_they_stand_and_where_they_stood() {
    let scene = story().await;
    let now = find(&scene, "\"will not\" sold", Within::Now).await;
    assert_eq!(shown(&now), [format!("3..: {PROMISE}")]);
    assert_eq!(marked(&now[0]), ["will not", "sold"]);
    assert!(
        find(&scene, "\"may be sold\"", Within::Now)
            .await
            .is_empty()
    );
    let ever = find(&scene, "sold", Within::History).await;
    let expected = [
        format!("3..: {PROMISE}"),
        format!("2..2: {WEAKER}"),
        format!("1..1: {PROMISE}"),
    ];
    assert_eq!(shown(&ever), expected);
    let versions = scene.versions("page").await;
    let gone = ever[1].went.as_ref().expect("it went");
    assert_eq!(gone.bounds.by, versions[2].at);
    assert_eq!(gone.bounds.after, versions[2].after);
    assert_eq!(ever[1].last_seen, versions[2].after);
    assert_eq!(ever[1].came.bounds.by, versions[1].at);
    assert!(ever[2].came.first_sight && !ever[1].came.first_sight);
    assert_eq!(ever[1].came.other.as_deref(), Some(PROMISE));
    scene.end().await;
}

#[tokio::test]
async fn what_was_added_and_removed_is_told_by_the_change_and_not_by_the_page() {
    let scene = story().await;
    let added = find(&scene, "may", Within::Added).await;
    assert_eq!(shown(&added), [format!("2..2: {WEAKER}")]);
    assert_eq!(marked(&added[0]), ["may"]);
    let removed = find(&scene, "\"will not be\"", Within::Removed).await;
    assert_eq!(shown(&removed), [format!("1..1: {PROMISE}")]);
    // “sold” and “opt out” stand in both, and the first sight added nothing.
    for words in ["sold", "\"opt out\"", "questions"] {
        assert!(
            find(&scene, words, Within::Added).await.is_empty(),
            "{words}"
        );
        assert!(
            find(&scene, words, Within::Removed).await.is_empty(),
            "{words}"
        );
    }
    assert_eq!(find(&scene, "may -will", Within::Added).await.len(), 1);
    assert_eq!(find(&scene, "may OR will", Within::Added).await.len(), 2);
    assert_eq!(find(&scene, "ma*", Within::Added).await.len(), 1);
    scene.end().await;
}

#[tokio::test]
async fn a_page_that_is_gone_takes_its_words_along() {
    let scene = story().await;
    scene.plays(PAGE, crate::site::Answer::status(404));
    for _ in 0..3 {
        scene.look_after(90).await;
    }
    assert!(scene.state("page").await.away);
    assert!(find(&scene, "sold", Within::Now).await.is_empty());
    let removed = find(&scene, "questions", Within::Removed).await;
    assert_eq!(shown(&removed), [format!("1..3: {OTHER}")]);
    scene.shows(PAGE, &[OTHER]);
    scene.look_after(60).await;
    let ever = find(&scene, "questions", Within::History).await;
    assert_eq!(
        shown(&ever),
        [format!("4..: {OTHER}"), format!("1..3: {OTHER}")]
    );
    scene.end().await;
}

#[tokio::test]
async fn a_search_is_narrowed_by_page_publisher_topic_and_time() {
    let list = format!(
        "[topics]\ngp-data = \"GP data\"\n{}{}",
        page_watch(PAGE, "publisher = \"NHS England\"\ntopics = [\"gp-data\"]"),
        watch("other", "gov.example/other", "")
    );
    let scene = Scene::open(&list).await;
    scene.shows(PAGE, &[PROMISE]);
    scene.shows("gov.example/other", &[PROMISE]);
    scene.look().await;
    scene.visit("other").await;
    let found = async |words: &str| -> Vec<WatchId> {
        let found = find(&scene, words, Within::Now).await;
        found.into_iter().map(|one| one.quote.watch).collect()
    };
    assert_eq!(found("sold").await, ["other".into(), "page".into()]);
    for narrowed in ["in:page", "publisher:nhs", "topic:gp-data"] {
        assert_eq!(
            found(&format!("sold {narrowed}")).await,
            ["page".into()],
            "{narrowed}"
        );
    }
    assert_eq!(found("sold publisher:gov.example").await, ["other".into()]);
    assert_eq!(found("sold after:2026-01-01").await.len(), 2);
    assert!(found("sold before:2026-01-01").await.is_empty());
    for (wrong, part) in [
        ("sold in:pag", "page"),
        ("sold topic:x", "gp-data"),
        ("sold publisher:zzz", "NHS England"),
        ("sold (", "character 6"),
    ] {
        let asked = SearchAsked {
            words: wrong.to_owned(),
            ..SearchAsked::default()
        };
        let Err(NoAnswer::Unknown { what, remedy }) = ask(&scene, Request::Search(asked)).await
        else {
            panic!("{wrong} is answered");
        };
        assert!(
            format!("{what} {remedy:?}").contains(part),
            "{what} {remedy:?}"
        );
    }
    scene.end().await;
}

#[tokio::test]
async fn a_long_answer_is_given_in_parts_that_fit_together() {
    let lines: Vec<String> = (0..25)
        .map(|no| format!("Paragraph {no} is about sharing."))
        .collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let scene = Scene::with_page("", &lines).await;
    scene.look().await;
    let mut asked = SearchAsked {
        words: "paragraph sharing".to_owned(),
        limit: Some(10),
        ..SearchAsked::default()
    };
    let mut all = Vec::new();
    loop {
        let part = searched(&scene, asked.clone()).await;
        assert_eq!((part.count, part.counted, part.pages), (25, true, 1));
        all.extend(part.found.into_iter().map(|one| one.quote.text));
        match part.next {
            Some(next) => asked.after = Some(next),
            None => break,
        }
    }
    assert_eq!(all, lines);
    scene.end().await;
}

#[tokio::test]
async fn a_phrase_is_followed_through_typographic_signs_and_over_time() {
    let scene = story().await;
    let told = phrased(&scene, &["your \"data\" WILL not be sold | may be sold"]).await;
    let [strong, weak] = told.phrases.as_slice() else {
        panic!("{told:?}");
    };
    let times = |one: &PhraseOne| -> Vec<(u32, Option<u32>)> {
        let intervals = one.found.iter().flat_map(|spread| &spread.intervals);
        let ends = intervals.map(|interval| {
            let went = interval.went.as_ref().map(|went| went.happening.change.to);
            (interval.came.happening.change.to, went)
        });
        ends.collect()
    };
    assert_eq!(times(strong), [(1, Some(2)), (3, None)]);
    assert_eq!(times(weak), [(2, Some(3))]);
    assert_eq!((strong.now, weak.now), (1, 0));
    let interval = &weak.found[0].intervals[0];
    assert_eq!(interval.came.before.as_deref(), Some(PROMISE));
    assert_eq!(interval.came.after.as_deref(), Some(WEAKER));
    let went = interval.went.as_ref().expect("it went");
    assert_eq!(went.before.as_deref(), Some(WEAKER));
    assert_eq!(went.after.as_deref(), Some(PROMISE));
    let events: Vec<String> = strong.events().into_iter().map(|row| row.event).collect();
    assert_eq!(events, ["first-seen", "went", "came"]);
    let [year] = weak.counts.as_slice() else {
        panic!("{:?}", weak.counts);
    };
    assert_eq!((year.period.as_str(), year.watched), ("2026", 1));
    assert_eq!((year.pages, year.came, year.went), (0, 1, 1));
    // Of the two hours it is not known when in them the words changed.
    assert!(
        year.unknown > 0.9 && year.unknown <= 1.0,
        "{}",
        year.unknown
    );
    scene.end().await;
}

#[tokio::test]
async fn words_that_only_moved_within_a_page_stood_there_all_the_time() {
    let scene = Scene::with_page("", &["You can opt out by post.", OTHER]).await;
    scene.look().await;
    scene.shows(
        PAGE,
        &[
            OTHER,
            "From May on you can opt out by letter or by telephone.",
        ],
    );
    scene.look_after(60).await;
    let told = phrased(&scene, &["opt out"]).await;
    let intervals = &told.phrases[0].found[0].intervals;
    assert_eq!(intervals.len(), 1, "{intervals:?}");
    assert!(intervals[0].went.is_none() && intervals[0].came.happening.first_sight);
    scene.end().await;
}

#[tokio::test]
async fn a_renamed_watch_takes_its_passages_along() {
    let scene = story().await;
    assert_eq!(find(&scene, "sold", Within::Now).await.len(), 1);
    scene
        .rewrite(&watch("new-name", PAGE, "was = [\"page\"]"))
        .await;
    let ever = find(&scene, "sold", Within::History).await;
    assert_eq!(ever.len(), 3);
    assert!(ever.iter().all(|one| one.quote.watch == "new-name".into()));
    assert_eq!(find(&scene, "sold in:new-name", Within::Now).await.len(), 1);
    scene.end().await;
}

#[tokio::test]
async fn what_is_no_longer_watched_does_not_stand_now() {
    let scene = story().await;
    scene
        .rewrite(&watch("other", "gov.example/other", ""))
        .await;
    assert!(find(&scene, "sold", Within::Now).await.is_empty());
    let ever = find(&scene, "sold", Within::History).await;
    assert!(ever.len() == 3 && ever.iter().all(|one| !one.watched));
    scene.end().await;
}

#[tokio::test]
async fn an_answer_can_be_given_as_it_was_after_an_earlier_entry() {
    let scene = story().await;
    let versions = scene.versions("page").await;
    let asked = |entry| SearchAsked {
        words: "sold".to_owned(),
        as_of: Some(entry),
        ..SearchAsked::default()
    };
    let found = searched(&scene, asked(versions[1].entry)).await.found;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].quote.text, WEAKER);
    scene.end().await;
}

#[tokio::test]
async fn a_visit_does_not_wait_for_the_index() {
    let scene = story().await;
    let dir = scene.house.store.dir();
    // Where the index should be is something else: it can never be made.
    if !in_archive(dir, "create view search_reach as select 1 as nothing") {
        std::fs::write(dir.join("search"), "no folder").expect("written");
    }
    let asked = SearchAsked {
        words: "sold".to_owned(),
        ..SearchAsked::default()
    };
    assert!(ask(&scene, Request::Search(asked)).await.is_err());
    scene.shows(PAGE, &["Nothing is said of it any more."]);
    let report = scene.look_after(60).await;
    assert_eq!(report.version, Some(4));
    scene.end().await;
}
