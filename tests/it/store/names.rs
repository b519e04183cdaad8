//! Names as programs of any time wrote them down are known as seen.

use smallprint::model::Questions;

use crate::store::{append, at, landed, open, reopen, temporary, watch};

#[tokio::test(flavor = "multi_thread")]
async fn names_that_an_earlier_program_noted_are_seen_and_so_is_what_stood_there() {
    let dir = temporary();
    let store = open(dir.path()).await;
    let text = "Hospitals must submit the Unified Sleep Registry under the Sleep Access Programme.";
    let mut entry = landed(&store, "a", 1, 0, text).await;
    let pairs = r#"[["the form of old","The Form of Old"]]"#;
    entry.names = Some(store.keep(pairs.into(), None).await.expect("kept"));
    append(&store, entry, 0).await;
    let store = reopen(store, dir.path(), 1).await;
    let asked = [
        "the form of old",
        "unified sleep registry",
        "sleep access programme",
        "another",
    ];
    let questions = Questions {
        names: asked.map(str::to_owned).into(),
        ..Questions::default()
    };
    let facts = store.facts(&watch("b"), &questions).await.expect("facts");
    let seen: Vec<&str> = facts.seen.keys().map(String::as_str).collect();
    assert_eq!(
        seen,
        [
            "sleep access programme",
            "the form of old",
            "unified sleep registry"
        ]
    );
    assert!(
        facts
            .seen
            .values()
            .all(|seen| seen.at == at(0) && seen.watch == watch("a"))
    );
    let names = store.names().await.expect("names");
    assert_eq!(names.len(), 3, "{names:?}");
}
