//! Watches that are renamed or retired keep their history.

use smallprint::model::{Alert, Digest, Fact};
use smallprint::store::ChangeFilter;

use crate::store::{at, furnish, open, publish, temporary, unchanged, watch};

#[tokio::test(flavor = "multi_thread")]
async fn a_renamed_watch_keeps_its_history_under_both_ids() {
    let dir = temporary();
    let store = open(dir.path()).await;
    furnish(&store).await;
    let rename = |old: &str, new: &str| Fact::Watchlist {
        digest: Digest::of(new.as_bytes()),
        watches: 2,
        retired: vec![],
        renamed: vec![(watch(old), watch(new))],
    };
    store
        .append(rename("a", "new"), at(50), None)
        .await
        .expect("renamed");
    // A list that still says where the watch came from says nothing new.
    store
        .append(rename("a", "new"), at(51), None)
        .await
        .expect("renamed again");
    let old = store.state(&watch("a")).await.expect("a state");
    assert_eq!(old, store.state(&watch("new")).await.expect("a state"));
    assert_eq!(old.current.map(|now| now.watch), Some(watch("new")));
    publish(&store, "new", 3, 60).await;
    let versions = store.versions(&watch("a")).await.expect("versions");
    assert!(versions.iter().all(|version| version.watch.0 == "new"));
    assert_eq!(versions.len(), 3);
    assert_eq!(
        store.watches().await.expect("watches"),
        [watch("b"), watch("new")]
    );
    let owed: Vec<Alert> = store.owed().await.expect("owed");
    assert_eq!(owed[0].watch, Some(watch("new")));
    let filter = ChangeFilter {
        watch: Some(watch("a")),
        ..ChangeFilter::default()
    };
    let changes = store.changes(&filter).await.expect("changes");
    assert!(changes.len() == 3 && changes.iter().all(|change| change.watch.0 == "new"));
    let looks = store.looks(&watch("new"), 1).await.expect("looks");
    assert_eq!((looks[0].at, &looks[0].watch.0[..]), (at(45), "new"));

    let error = store
        .append(rename("b", "new"), at(61), None)
        .await
        .expect_err("two histories");
    assert!(
        error.to_string().ends_with("new has a history of its own"),
        "{error}"
    );
    let last = store.last_watchlist().await.expect("a digest");
    assert_eq!(last, Some(Digest::of(b"new")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retired_watch_is_back_when_it_is_visited_again() {
    let dir = temporary();
    let store = open(dir.path()).await;
    publish(&store, "a", 1, 0).await;
    let retired = Fact::Watchlist {
        digest: Digest::of(b"w"),
        watches: 0,
        retired: vec![watch("a"), watch("never-visited")],
        renamed: vec![],
    };
    store.append(retired, at(1), None).await.expect("retired");
    assert!(store.state(&watch("a")).await.expect("a state").retired);
    assert_eq!(store.watches().await.expect("watches"), [watch("a")]);
    store.look(unchanged("a", 20)).await.expect("noted");
    assert!(!store.state(&watch("a")).await.expect("a state").retired);
}
