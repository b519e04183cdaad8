//! Looks: counted at once, sealed once.

use smallprint::model::{Digest, Fact, Look, LookOutcome, Validators};

use crate::store::{
    answers, at, broken, failed, open, publish, raw, reopen, temporary, unchanged, watch,
};

#[tokio::test(flavor = "multi_thread")]
async fn looks_are_sealed_by_themselves_when_five_hundred_wait() {
    let dir = temporary();
    let store = open(dir.path()).await;
    for minute in 0..1_234 {
        let look = Look {
            watch: watch(["a", "b"][minute as usize % 2]),
            at: at(minute),
            outcome: LookOutcome::Unchanged {
                body: Some(Digest::of(&minute.to_be_bytes())),
                validators: Validators {
                    etag: Some(Digest::of(&minute.to_le_bytes()).to_string()),
                    last_modified: None,
                    of: None,
                },
            },
            collector: None,
            served: None,
        };
        store.look(look).await.expect("noted");
    }
    let coverage = store.coverage(&watch("a"), None).await.expect("coverage");
    assert_eq!(
        (coverage.visits, coverage.first, coverage.last),
        (617, Some(at(0)), Some(at(1_232)))
    );
    let since = store
        .coverage(&watch("a"), Some(at(1_000)))
        .await
        .expect("coverage");
    assert_eq!((since.visits, since.first), (117, Some(at(1_000))));
    let latest = store.looks(&watch("b"), 200).await.expect("looks");
    let times: Vec<_> = latest.iter().map(|look| look.at).collect();
    let expected: Vec<_> = (0..200).map(|n| at(1_233 - 2 * n)).collect();
    assert_eq!(times, expected);
    let before = answers(&store).await;
    let store = reopen(store, dir.path(), 2_000).await;
    assert_eq!(answers(&store).await, before);
    let verified = store.verify(|_, _| ()).await.expect("verified");
    assert!((3..12).contains(&verified.entries), "{verified:?}");
    assert_eq!(verified.broken, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn looks_left_between_sealing_and_forgetting_count_once() {
    let dir = temporary();
    let store = open(dir.path()).await;
    publish(&store, "a", 1, 0).await;
    for minute in 1..=10 {
        store.look(unchanged("a", minute)).await.expect("noted");
    }
    // Dropped without closing: the looks wait in their own tree.
    drop(store);
    let db = raw(dir.path());
    let waiting = db.tree("looks").rows();
    assert_eq!(waiting.len(), 10);
    drop(db);
    let store = open(dir.path()).await;
    let coverage = store.coverage(&watch("a"), None).await.expect("coverage");
    assert_eq!(coverage.visits, 11);
    let sealed = store.entry(2).await.expect("sealed at the start");
    assert!(matches!(sealed.fact, Fact::Looks { looks } if looks.len() == 10));
    store.close(at(20)).await.expect("closed");
    // A crash before the rows were removed.
    let db = raw(dir.path());
    let looks = db.tree("looks");
    waiting
        .into_iter()
        .for_each(|(key, value)| looks.insert(key, value));
    drop((looks, db));
    let store = open(dir.path()).await;
    assert_eq!(
        store
            .coverage(&watch("a"), None)
            .await
            .expect("coverage")
            .visits,
        11
    );
    assert_eq!(store.state(&watch("a")).await.expect("a state").visits, 11);
    assert!(store.entry(3).await.is_err(), "nothing was sealed again");
    store.look(unchanged("a", 30)).await.expect("noted");
    let store = reopen(store, dir.path(), 31).await;
    assert_eq!(
        store
            .coverage(&watch("a"), None)
            .await
            .expect("coverage")
            .visits,
        12
    );
    assert_eq!(broken(&store).await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn looks_are_sealed_before_an_entry_about_their_watch() {
    let dir = temporary();
    let store = open(dir.path()).await;
    publish(&store, "a", 1, 0).await;
    store.look(unchanged("a", 15)).await.expect("noted");
    let other = publish(&store, "b", 1, 16).await;
    assert_eq!(other, 2, "looks at another watch may wait");
    let next = publish(&store, "a", 2, 30).await;
    assert_eq!(next, 4);
    let sealed = store.entry(3).await.expect("sealed");
    assert!(matches!(sealed.fact, Fact::Looks { looks } if looks[0].at == at(15)));
}

#[tokio::test(flavor = "multi_thread")]
async fn visits_that_are_told_late_make_the_same_streaks() {
    let (sorted, shuffled) = (temporary(), temporary());
    let (one, other) = (open(sorted.path()).await, open(shuffled.path()).await);
    // Hours apart at first, then days, with some that failed.
    let minutes = |no: i64| no * 360 + (no / 30) * (no - 30) * 1_500;
    let look = |no: i64| match no % 7 {
        3 | 5 => failed("a", minutes(no)),
        _ => unchanged("a", minutes(no)),
    };
    publish(&one, "a", 1, -60).await;
    publish(&other, "a", 1, -60).await;
    for no in 0..60 {
        one.look(look(no)).await.expect("noted");
        one.seal(at(minutes(no))).await.expect("sealed");
        // Every one once, in an order of its own.
        let no = no * 23 % 60;
        other.look(look(no)).await.expect("noted");
        other.seal(at(minutes(59))).await.expect("sealed");
    }
    let mut told = Vec::new();
    for store in [&one, &other] {
        let streaks = store.streaks().await.expect("streaks");
        let streaks = streaks.get(&watch("a")).expect("visited").iter();
        let streaks: Vec<_> = streaks.map(|one| (one.saw, one.from, one.until)).collect();
        assert!((10..60).contains(&streaks.len()), "{streaks:?}");
        told.push(streaks);
    }
    assert_eq!(told[0], told[1]);
    // One that waits to be sealed counts.
    one.look(unchanged("a", minutes(60))).await.expect("noted");
    let streaks = one.streaks().await.expect("streaks");
    let last = streaks[&watch("a")].last().map(|last| last.until);
    assert_eq!(last, Some(at(minutes(60))));
}
