//! What may happen to a version of a page, as the comparisons of both bases let it happen.

use smallprint::model::{Became, Document, Fact, Forgetting, Point, Version, WatchId};
use smallprint::store::Store;

use crate::dice::Dice;

/// One of the versions of a page; none where it has none.
pub async fn one_of(store: &Store, watch: &WatchId, dice: &mut Dice) -> Option<Version> {
    let mut versions = store.versions(watch).await.expect("versions");
    match versions.len() {
        0 => None,
        many => Some(versions.swap_remove(dice.below(many))),
    }
}

/// Later rules read something else in a version.
pub async fn reread(
    store: &Store,
    watch: &WatchId,
    version: &Version,
    other: &Document,
    became: Option<Became>,
) -> Fact {
    let json = serde_json::to_vec(other).expect("json");
    Fact::Reread {
        watch: watch.clone(),
        version: version.no,
        document: store.keep(json, None).await.expect("kept"),
        text: other.text_digest(),
        names: None,
        reader: None,
        became,
    }
}

/// The text of a version is forgotten, with all that is the same text on these pages.
pub async fn forgotten(
    store: &Store,
    watch: &WatchId,
    version: &Version,
    watches: Vec<WatchId>,
) -> Fact {
    let reading = store.document_of(version).await.expect("a document");
    let mut bodies = vec![version.document, reading];
    bodies.dedup();
    Fact::Forgotten(Forgetting {
        of: vec![(watch.clone(), Point::Own(version.no))],
        watches,
        bodies,
        by: None,
        why: "a test".into(),
        demanded_by: None,
    })
}
