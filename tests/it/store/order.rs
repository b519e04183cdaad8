//! What may be appended, and in which order it then stands.

use smallprint::model::{Digest, Fact, FailureKind, LookOutcome};
use smallprint::store::StoreError;

use crate::store::{
    append, at, broken, failed, landed, open, page, publish, reopen, temporary, unchanged, watch,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_change_judged_against_an_older_entry_is_overtaken() {
    let dir = temporary();
    let store = open(dir.path()).await;
    let first = publish(&store, "a", 1, 0).await;
    let late = landed(&store, "a", 2, 5, &page("a", 2, 40)).await;
    let stale = Fact::Landed(Box::new(late.clone()));
    publish(&store, "a", 2, 4).await;
    let error = store
        .append(stale, at(5), Some(first))
        .await
        .expect_err("overtaken");
    assert!(matches!(error, StoreError::Overtaken { watch } if watch.0 == "a"));

    let after = store.state(&watch("a")).await.expect("a state").entry;
    let twice = Fact::Landed(Box::new(late));
    let error = store
        .append(twice, at(5), after)
        .await
        .expect_err("version 2 is there");
    assert_eq!(
        error.to_string(),
        "the change 1..2 of a cannot be kept: the next version has the number 3"
    );
    assert_eq!(
        store.versions(&watch("a")).await.expect("versions").len(),
        2
    );
    publish(&store, "a", 3, 6).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_that_names_a_body_nobody_kept_is_refused() {
    let dir = temporary();
    let store = open(dir.path()).await;
    let mut landed = landed(&store, "a", 1, 0, "text").await;
    landed.findings = Some(Digest::of(b"never kept"));
    let fact = Fact::Landed(Box::new(landed));
    let error = store.append(fact, at(0), None).await.expect_err("refused");
    assert!(error.to_string().starts_with("the findings "), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_earlier_than_the_one_before_says_that_the_clock_went_back() {
    let dir = temporary();
    let store = open(dir.path()).await;
    let first = publish(&store, "a", 1, 10).await;
    let second = publish(&store, "b", 1, 5).await;
    let store = reopen(store, dir.path(), 11).await;
    let third = publish(&store, "c", 1, 4).await;
    let fourth = publish(&store, "d", 1, 6).await;
    let mut back = Vec::new();
    for no in [first, second, third, fourth] {
        back.push(store.entry(no).await.expect("an entry").clock_went_back);
    }
    assert_eq!(back, [false, true, true, false]);
    store
        .look(unchanged("a", 2))
        .await
        .expect("a look from before the last is accepted");
    let state = store.state(&watch("a")).await.expect("a state");
    let current = state.current.expect("a version");
    assert!(current.last_seen >= current.at, "bounds are never inverted");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_page_makes_too_long_is_cut_rather_than_stop_the_archive() {
    let dir = temporary();
    let store = open(dir.path()).await;
    let noise: String = (0..2_000u32)
        .map(|n| Digest::of(&n.to_be_bytes()).to_string())
        .collect();
    let mut first = landed(&store, "a", 1, 0, "text").await;
    first.title = noise.clone();
    first.validators.etag = Some(noise.clone());
    append(&store, first, 0).await;
    let state = store.state(&watch("a")).await.expect("a state");
    assert_eq!(state.validators.etag, None);
    assert_eq!(
        state.current.map(|now| now.title.chars().count()),
        Some(500)
    );
    let mut look = failed("a", 1);
    look.outcome = LookOutcome::Failed {
        kind: FailureKind::Dns,
        status: None,
        why: noise.clone(),
    };
    store.look(look).await.expect("noted");
    let mut endless = landed(&store, "b", 1, 2, "text").await;
    endless.url = format!("https://example.org/{noise}")
        .parse()
        .expect("an address");
    let fact = Fact::Landed(Box::new(endless));
    let error = store.append(fact, at(2), None).await.expect_err("too long");
    assert!(matches!(error, StoreError::Refused { .. }), "{error}");
    publish(&store, "c", 1, 3).await;
    assert_eq!(broken(&store).await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn entries_that_come_together_are_all_there_and_in_one_chain() {
    let dir = temporary();
    let store = open(dir.path()).await;
    let many: Vec<_> = (0..64)
        .map(|n| {
            let store = store.clone();
            tokio::spawn(async move {
                let id = format!("w{n}");
                publish(&store, &id, 1, n).await;
                store.look(unchanged(&id, n + 100)).await.expect("noted");
                publish(&store, &id, 2, n + 200).await
            })
        })
        .collect();
    let mut entries = Vec::new();
    for task in many {
        entries.push(task.await.expect("no panic"));
    }
    entries.sort_unstable();
    entries.dedup();
    assert_eq!(entries.len(), 64, "every entry has a number of its own");
    assert_eq!(store.watches().await.expect("watches").len(), 64);
    assert_eq!(broken(&store).await, None);
}
