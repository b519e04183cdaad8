//! Where sentences stand is known at once after whatever was written.

use smallprint::model::{Digest, Fact, Questions};
use smallprint::prose::fold;
use smallprint::store::Store;

use crate::store::{at, open, page, publish, reopen, temporary, unchanged, watch};

/// The first sentence of a page, and the one that every edition has otherwise.
fn sentences(id: &str, edition: u32) -> [String; 2] {
    let text = page(id, edition, 40);
    let lines = text.lines();
    let lines = lines.map(|line| line.trim_start_matches("<p>").trim_end_matches("</p>"));
    let lines: Vec<String> = lines.map(fold).collect();
    [lines[0].clone(), lines[20].clone()]
}

/// Which of these stand where: the watches, by sentence; and whether the page of "b" is known by its address.
async fn stand(store: &Store, asked: &[&String]) -> (Vec<Vec<String>>, usize, bool) {
    let address = "https://example.org/b".to_owned();
    let questions = Questions {
        sentences: asked.iter().map(|one| (*one).clone()).collect(),
        addresses: vec![address.clone()],
        ..Questions::default()
    };
    let facts = store
        .facts(&watch("asking"), &questions)
        .await
        .expect("facts");
    let on = |sentence: &&String| {
        let there = facts.standing.get(*sentence).into_iter().flatten();
        there.map(|watch| watch.0.clone()).collect()
    };
    let by_address = facts.addresses.contains_key(&address);
    (asked.iter().map(on).collect(), facts.pages, by_address)
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_sentence_stands_is_known_at_once_whatever_was_written() {
    let dir = temporary();
    let mut store = open(dir.path()).await;
    let ([ever, first], [_, second], [other, _]) =
        (sentences("a", 1), sentences("a", 2), sentences("b", 1));
    let asked = [&ever, &first, &second, &other];
    let names = |ids: [&str; 4]| {
        ids.map(|id| id.split_whitespace().map(str::to_owned).collect())
            .to_vec()
    };
    assert_eq!(
        stand(&store, &asked).await,
        (names(["", "", "", ""]), 0, false)
    );
    publish(&store, "a", 1, 0).await;
    assert_eq!(
        stand(&store, &asked).await,
        (names(["a", "a", "", ""]), 1, false)
    );
    publish(&store, "b", 1, 1).await;
    let both = (names(["a", "a", "", "b"]), 2, true);
    assert_eq!(stand(&store, &asked).await, both);
    publish(&store, "a", 2, 30).await;
    assert_eq!(
        stand(&store, &asked).await,
        (names(["a", "", "a", "b"]), 2, true)
    );
    let watchlist = |retired: &[&str], renamed: &[(&str, &str)]| Fact::Watchlist {
        digest: Digest::of(format!("{retired:?} {renamed:?}").as_bytes()),
        watches: 2,
        retired: retired.iter().map(|id| watch(id)).collect(),
        renamed: renamed.iter().map(|(a, b)| (watch(a), watch(b))).collect(),
    };
    let renamed = watchlist(&[], &[("b", "new")]);
    store.append(renamed, at(40), None).await.expect("renamed");
    assert_eq!(
        stand(&store, &asked).await,
        (names(["a", "", "a", "new"]), 2, true)
    );
    let retired = watchlist(&["a"], &[]);
    store.append(retired, at(50), None).await.expect("retired");
    let left = (names(["", "", "", "new"]), 2, true);
    assert_eq!(stand(&store, &asked).await, left);
    // Who is looked at is watched again.
    store.look(unchanged("a", 55)).await.expect("noted");
    let again = (names(["a", "", "a", "new"]), 2, true);
    assert_eq!(stand(&store, &asked).await, again);
    let version = store.version(&watch("a"), 1).await.expect("a version");
    let reread = Fact::Reread {
        watch: watch("a"),
        version: 2,
        document: version.document,
        text: version.text,
        names: None,
        reader: None,
        became: None,
    };
    store.append(reread, at(60), None).await.expect("reread");
    let as_before = (names(["a", "a", "", "new"]), 2, true);
    assert_eq!(stand(&store, &asked).await, as_before);
    store = reopen(store, dir.path(), 70).await;
    assert_eq!(stand(&store, &asked).await, as_before);
    store.rebuild(|_, _| ()).await.expect("rebuilt");
    assert_eq!(stand(&store, &asked).await, as_before);
}
