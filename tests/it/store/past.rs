//! What was backfilled stands in the archive under numbers of its own, and moves none of ours.

use smallprint::model::{Backfilled, Came, Digest, Fact, Memento, PastText, Point};
use smallprint::store::Store;

use crate::store::{append, at, document, landed, open, reopen, temporary, watch};

/// The copy of a minute, with this text under this number.
async fn copy(store: &Store, of: &str, minute: i64, no: u32, text: &str) -> Fact {
    let json = serde_json::to_vec(&document(text)).expect("JSON");
    let page = "https://nhs.example/page";
    Fact::Backfilled(Box::new(Backfilled {
        watch: watch(of),
        archive: "one".to_owned(),
        memento: Memento {
            url: format!("https://archive.example/{minute}/{page}"),
            at: at(minute),
        },
        came: Came::Text(Box::new(PastText {
            no,
            page: page.parse().expect("a URL"),
            title: "A page".to_owned(),
            capture: store.keep(b"{}".to_vec(), None).await.expect("kept"),
            body: store.keep(text.into(), None).await.expect("kept"),
            document: store.keep(json, None).await.expect("kept"),
            text: Digest::of(text.as_bytes()),
            claims: Vec::new(),
            names: None,
        })),
        imported: None,
    }))
}

#[tokio::test(flavor = "multi_thread")]
async fn copies_come_in_any_order_and_are_told_in_the_order_of_time() {
    let dir = temporary();
    let store = open(dir.path()).await;
    append(&store, landed(&store, "a", 1, 0, "First.").await, 0).await;
    append(&store, landed(&store, "a", 2, 10, "Second.").await, 10).await;
    let before = store.versions(&watch("a")).await.expect("versions");
    for (minute, no) in [(-10, 1), (-500, 2), (-70, 3)] {
        let fact = copy(&store, "a", minute, no, &format!("Copy {no}.")).await;
        store.append(fact, at(20), None).await.expect("appended");
    }
    let store = reopen(store, dir.path(), 21).await;
    for _ in 0..2 {
        assert_eq!(store.versions(&watch("a")).await.expect("versions"), before);
        let past = store.past_versions(&watch("a")).await.expect("texts");
        let points: Vec<Point> = past.iter().map(|text| text.point()).collect();
        assert_eq!(points, [Point::Past(2), Point::Past(3), Point::Past(1)]);
        let text = store.document(&past[0]).await.expect("a document");
        assert!(text.plain().contains("Copy 2."));
        store.rebuild(|_, _| ()).await.expect("views made afresh");
    }
    let verified = store.verify(|_, _| ()).await.expect("a walk");
    assert_eq!(verified.broken, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_comes_once_under_the_next_number_and_of_a_page_that_is_known() {
    let dir = temporary();
    let store = open(dir.path()).await;
    append(&store, landed(&store, "a", 1, 0, "First.").await, 0).await;
    let why = async |fact: Fact| match store.append(fact, at(20), None).await {
        Ok(_) => "taken".to_owned(),
        Err(error) => error.to_string(),
    };
    assert_eq!(why(copy(&store, "a", -10, 1, "Copy.").await).await, "taken");
    let twice = why(copy(&store, "a", -10, 2, "Copy.").await).await;
    assert!(twice.contains("already"), "{twice}");
    let skipped = why(copy(&store, "a", -20, 3, "Copy.").await).await;
    assert!(skipped.contains("b2"), "{skipped}");
    let unknown = why(copy(&store, "b", -20, 1, "Copy.").await).await;
    assert!(unknown.contains("the watch b"), "{unknown}");
    assert_eq!(why(copy(&store, "a", -20, 2, "Copy.").await).await, "taken");
}
