//! Opening and closing: one holder, one format, the same answers before and after.

use std::os::unix::fs::PermissionsExt;

use smallprint::store::{Store, StoreError};

use crate::store::{answers, at, furnish, open, publish, reopen, temporary, watch};

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_reads_the_same_after_it_was_closed_and_opened() {
    let dir = temporary();
    let store = open(dir.path()).await;
    furnish(&store).await;
    let before = answers(&store).await;
    let store = reopen(store, dir.path(), 60).await;
    assert_eq!(answers(&store).await, before);
    let verified = store.verify(|_, _| ()).await.expect("verified");
    assert_eq!(verified.broken, None);
    // Two first versions, their looks, the change, the message, its delivery, the last look.
    assert_eq!(verified.entries, 7);
    assert!(verified.bodies >= 12, "{verified:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_archive_is_for_its_keeper_alone() {
    let dir = temporary();
    let archive = dir.path().join("archive");
    drop(open(&archive).await);
    let about = std::fs::metadata(&archive).expect("a directory");
    assert_eq!(about.permissions().mode() & 0o777, 0o700);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_second_is_told_who_holds_the_archive() {
    let dir = temporary();
    let store = Store::open_as(dir.path(), "smallprint run")
        .await
        .expect("open");
    let error = Store::open(dir.path()).await.err().expect("held");
    let holder = format!("is in use by pid {}: smallprint run", std::process::id());
    assert!(error.to_string().ends_with(&holder), "{error}");
    drop(store);
    open(dir.path()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_from_a_later_version_is_refused_with_a_sentence() {
    let dir = temporary();
    open(dir.path()).await.close(at(0)).await.expect("closed");
    std::fs::write(dir.path().join("format"), "2\n").expect("written");
    let error = Store::open(dir.path()).await.err().expect("refused");
    assert!(
        matches!(
            error,
            StoreError::Newer {
                found: 2,
                known: 1,
                ..
            }
        ),
        "{error}"
    );
    assert!(
        error
            .to_string()
            .ends_with("use a newer version of smallprint")
    );
    std::fs::write(dir.path().join("format"), "one").expect("written");
    let error = Store::open(dir.path()).await.err().expect("refused");
    assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_archive_says_so_and_another_can_open_it() {
    let dir = temporary();
    let store = open(dir.path()).await;
    let clone = store.clone();
    let second = reopen(store, dir.path(), 1).await;
    let error = clone.state(&watch("a")).await.expect_err("closed");
    assert!(
        error.to_string().ends_with("cannot be used: it was closed"),
        "{error}"
    );
    publish(&second, "a", 1, 2).await;
}
