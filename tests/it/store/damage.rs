//! Damage of every kind: named where it cannot be put right, and put right where it can.

use smallprint::model::{Digest, Fact};
use smallprint::store::StoreError;

use crate::store::{
    answers, at, broken, furnish, open, page, publish, raw, reopen, temporary, watch,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_tampered_entry_is_named() {
    for altered in [2u64, 7] {
        let dir = temporary();
        let store = open(dir.path()).await;
        furnish(&store).await;
        store.close(at(60)).await.expect("closed");
        let db = raw(dir.path());
        let journal = db.tree("journal");
        let value = journal.get(altered.to_be_bytes()).expect("entry");
        let json = zstd::decode_all(value.as_slice()).expect("zstd");
        let json = String::from_utf8(json)
            .expect("text")
            .replacen("2026", "2025", 1);
        let value = zstd::encode_all(json.as_bytes(), 3).expect("zstd");
        journal.insert(altered.to_be_bytes(), value);
        drop((journal, db));
        let store = open(dir.path()).await;
        let sentence = broken(&store).await.expect("it is broken");
        assert!(
            sentence.starts_with(&format!("entry {altered} is damaged")),
            "{sentence}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_entry_and_one_that_is_noise_are_named() {
    let dir = temporary();
    let store = open(dir.path()).await;
    furnish(&store).await;
    store.close(at(60)).await.expect("closed");
    let db = raw(dir.path());
    let journal = db.tree("journal");
    journal.insert(4u64.to_be_bytes(), b"noise");
    drop((journal, db));
    let store = open(dir.path()).await;
    let sentence = broken(&store).await.expect("it is broken");
    assert!(
        sentence.starts_with("entry 4 is damaged: it cannot be unpacked"),
        "{sentence}"
    );
    store.close(at(61)).await.expect("closed");
    let db = raw(dir.path());
    let journal = db.tree("journal");
    journal.remove(3u64.to_be_bytes());
    drop((journal, db));
    let store = open(dir.path()).await;
    let sentence = broken(&store).await.expect("it is broken");
    assert_eq!(sentence, "entry 3 is damaged: it is missing");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tampered_body_is_named_with_its_entry_and_never_served() {
    let dir = temporary();
    let store = open(dir.path()).await;
    publish(&store, "a", 1, 0).await;
    let second = publish(&store, "a", 2, 10).await;
    let body = store
        .state(&watch("a"))
        .await
        .expect("a state")
        .body
        .expect("a body");
    store.close(at(60)).await.expect("closed");
    let db = raw(dir.path());
    let record = db.tree("bodies").get(body.0).expect("record");
    let chunks = db.tree("chunks");
    let key = [&record[9..17], &[0; 4]].concat();
    let mut chunk = chunks.get(&key).expect("chunk").to_vec();
    let last = chunk.len() - 1;
    chunk[last] ^= 1;
    chunks.insert(key, chunk);
    drop((chunks, db));
    let store = open(dir.path()).await;
    let sentence = broken(&store).await.expect("it is broken");
    let expected = format!("entry {second}: the body (the body {body}) is damaged");
    assert!(sentence.starts_with(&expected), "{sentence}");
    let error = store.body(body).await.expect_err("damaged");
    assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_a_crash_kept_from_being_written_are_derived_at_the_next_start() {
    let dir = temporary();
    let store = open(dir.path()).await;
    furnish(&store).await;
    let store = reopen(store, dir.path(), 60).await;
    let before = answers(&store).await;
    store
        .keep(b"a body without an entry".to_vec(), None)
        .await
        .expect("kept");
    store.close(at(61)).await.expect("closed");
    // As a crash right after entry 1 had left it, but for the rows above, which are there and must not count twice.
    let db = raw(dir.path());
    let journal = db.tree("journal");
    let first = journal.get(1u64.to_be_bytes()).expect("entry");
    let first = zstd::decode_all(first.as_slice()).expect("zstd");
    drop(journal);
    let marker = serde_json::json!({
        "entry": 1, "hash": Digest::of(&first), "at": at(0), "looks": 0,
    });
    db.views()
        .insert("m-applied", marker.to_string().as_bytes());
    drop(db);
    let store = open(dir.path()).await;
    assert_eq!(answers(&store).await, before);
    assert_eq!(broken(&store).await, None);
    store.close(at(62)).await.expect("closed");
    // As if no row had ever been written.
    let db = raw(dir.path());
    db.views().clear();
    drop(db);
    let store = open(dir.path()).await;
    assert_eq!(answers(&store).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn views_made_afresh_give_the_same_answers() {
    let dir = temporary();
    let store = open(dir.path()).await;
    furnish(&store).await;
    let renamed = Fact::Watchlist {
        digest: Digest::of(b"watchlist"),
        watches: 2,
        retired: vec![watch("b")],
        renamed: vec![(watch("a"), watch("c"))],
    };
    store.append(renamed, at(46), None).await.expect("appended");
    let before = answers(&store).await;
    for _ in 0..3 {
        let mut steps = Vec::new();
        store
            .rebuild(|done, all| steps.push((done, all)))
            .await
            .expect("rebuilt");
        assert_eq!(steps.last(), Some(&(8, 8)));
        assert_eq!(answers(&store).await, before);
    }
    publish(&store, "c", 3, 50).await;
    let store = reopen(store, dir.path(), 60).await;
    assert_eq!(
        store.versions(&watch("a")).await.expect("versions").len(),
        3
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn damaged_views_are_made_afresh_at_the_next_start() {
    let dir = temporary();
    let store = open(dir.path()).await;
    furnish(&store).await;
    let store = reopen(store, dir.path(), 60).await;
    let before = answers(&store).await;
    store.close(at(61)).await.expect("closed");
    let db = raw(dir.path());
    let views = db.views();
    views.insert("m-applied", b"noise");
    drop((views, db));
    let store = open(dir.path()).await;
    assert_eq!(answers(&store).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_was_replaced_by_another_is_found_by_its_hash() {
    let dir = temporary();
    let store = open(dir.path()).await;
    let body = store
        .keep(b"Data will not be sold.".to_vec(), None)
        .await
        .expect("kept");
    let next = store
        .keep(page("a", 1, 40).into(), None)
        .await
        .expect("kept");
    store.close(at(0)).await.expect("closed");
    let db = raw(dir.path());
    let chunks = db.tree("chunks");
    let (key, _) = chunks.rows().swap_remove(0);
    let other = zstd::encode_all(&b"Data will now be sold."[..], 3).expect("zstd");
    chunks.insert(key, other);
    drop((chunks, db));
    let store = open(dir.path()).await;
    let error = store.body(body).await.expect_err("another body");
    let expected = format!("the body {body} is damaged: its bytes have another hash");
    assert_eq!(error.to_string(), expected);
    assert_eq!(
        store.body(next).await.expect("read"),
        page("a", 1, 40).as_bytes()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_long_chain_of_bodies_the_first_broken_one_is_named_and_a_later_walk_begins_where_it_is_told()
 {
    let dir = temporary();
    let store = open(dir.path()).await;
    let mut entries = Vec::new();
    let mut bodies = Vec::new();
    for no in 1..=20 {
        entries.push(publish(&store, "a", no, i64::from(no) * 10).await);
        let state = store.state(&watch("a")).await.expect("a state");
        bodies.push(state.body.expect("a body"));
    }
    let whole = store.verify(|_, _| ()).await.expect("a walk");
    assert_eq!(whole.broken, None);
    store.close(at(300)).await.expect("closed");
    let db = raw(dir.path());
    let record = |no: usize| {
        let records = db.tree("bodies");
        records.get(bodies[no].0).expect("record")
    };
    let (broken, sound) = (5, (6..20).find(|no| record(*no)[21] == 0 && *no > 6));
    let chunks = db.tree("chunks");
    let key = [&record(broken)[9..17], &[0; 4]].concat();
    let mut chunk = chunks.get(&key).expect("chunk").to_vec();
    let middle = chunk.len() / 2;
    chunk[middle] ^= 0x10;
    chunks.insert(key, chunk);
    drop((chunks, db));
    let store = open(dir.path()).await;
    let verified = store.verify(|_, _| ()).await.expect("a walk");
    let sentence = verified.broken.expect("it is broken");
    let named = format!(
        "entry {}: the body (the body {})",
        entries[broken], bodies[broken]
    );
    assert!(sentence.starts_with(&named), "{sentence}");
    let place = verified.place.expect("a place");
    assert_eq!((place.entry, place.at), (entries[broken], Some(at(60))));
    // Its later versions lean on it, as far as the next one that stands alone.
    let later = store.verify_from(entries[7], |_, _| ()).await;
    let later = later.expect("a walk").broken.expect("it leans on it");
    assert!(
        later.contains(&format!("the body {}", bodies[broken])),
        "{later}"
    );
    let sound = sound.expect("not all of them lean on one another");
    let past = store
        .verify_from(entries[sound], |_, _| ())
        .await
        .expect("a walk");
    assert_eq!((past.broken, past.from), (None, entries[sound]));
    assert!(past.bodies < whole.bodies && past.head == whole.head);
}
