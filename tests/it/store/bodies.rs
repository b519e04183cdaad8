//! Bodies: kept once, packed against each other, read back whole.

use std::path::Path;

use smallprint::model::Digest;
use smallprint::store::StoreError;

use crate::store::{open, page, raw, temporary};

#[tokio::test(flavor = "multi_thread")]
async fn a_body_is_kept_once_and_read_back_whatever_its_length() {
    let dir = temporary();
    let store = open(dir.path()).await;
    let mut digest = None;
    let long: String = (0..60_000)
        .map(|n| Digest::of(&[n as u8, (n >> 8) as u8]).short())
        .collect();
    for bytes in [String::new(), "short".to_owned(), long] {
        let kept = store
            .keep(bytes.clone().into_bytes(), digest)
            .await
            .expect("kept");
        let again = store
            .keep(bytes.clone().into_bytes(), None)
            .await
            .expect("kept again");
        assert_eq!((kept, kept), (again, Digest::of(bytes.as_bytes())));
        assert_eq!(store.body(kept).await.expect("read"), bytes.as_bytes());
        digest = Some(kept);
    }
    let missing = store
        .body(Digest::of(b"nothing"))
        .await
        .expect_err("missing");
    assert!(matches!(missing, StoreError::Missing(_)));
    drop(store);
    let db = raw(dir.path());
    assert_eq!(db.tree("bodies").rows().len(), 3);
    let longest = db.tree("chunks").rows().into_iter();
    let longest = longest.map(|(_, value)| value.len()).max();
    assert_eq!(longest, Some(64 * 1024), "the long body is cut");
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_four_editions_of_a_page_take_little_more_room_than_two() {
    let dir = temporary();
    let store = open(dir.path()).await;
    let mut last = None;
    let mut digests = Vec::new();
    for edition in 0..24 {
        let digest = store
            .keep(page("a", 1000 + edition, 600).into(), last)
            .await
            .expect("kept");
        digests.push(digest);
        last = Some(digest);
    }
    drop(store);
    let stored = |dir: &Path| -> usize {
        let chunks = raw(dir).tree("chunks");
        chunks.rows().iter().map(|(_, value)| value.len()).sum()
    };
    let whole = zstd_of(&page("a", 1000, 600));
    let room = stored(dir.path());
    assert!(room < 3 * whole, "{room} bytes, one alone takes {whole}");
    let expected: Vec<u8> = (0..24).map(|edition| edition % 16).collect();
    assert_eq!(
        depths(dir.path(), &digests),
        expected,
        "every sixteenth stands alone"
    );
    let store = open(dir.path()).await;
    for (edition, digest) in digests.into_iter().enumerate() {
        let body = store.body(digest).await.expect("read");
        assert_eq!(body, page("a", 1000 + edition as u32, 600).as_bytes());
    }
}

fn zstd_of(text: &str) -> usize {
    zstd::encode_all(text.as_bytes(), 19).expect("zstd").len()
}

/// How many steps each body is away from one that stands alone.
fn depths(dir: &Path, digests: &[Digest]) -> Vec<u8> {
    let bodies = raw(dir).tree("bodies");
    let record = |digest: &Digest| bodies.get(digest.0).expect("a record");
    digests.iter().map(|digest| record(digest)[21]).collect()
}
