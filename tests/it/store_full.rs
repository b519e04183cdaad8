//! The archive on a full disk: it says so, writes nothing more, and has everything it acknowledged.
//!
//! The test runs its own program again with a limit on the length of files, which fails writes as a full disk does.

use std::path::Path;
use std::process::{Command, Stdio};

use smallprint::model::{Digest, Fact};
use smallprint::store::{Store, StoreError};

use crate::store::{at, publish, unchanged, watch};

const DIRECTORY: &str = "SMALLPRINT_FULL_DIRECTORY";
const LIMIT: &str = r#"trap "" XFSZ; ulimit -f 40960; exec "$0" "$@""#;

#[test]
fn a_full_disk_is_named_and_nothing_acknowledged_is_lost() {
    let dir = tempfile::tempdir().expect("a directory");
    let output = Command::new("sh")
        .args(["-c", LIMIT])
        .arg(std::env::current_exe().expect("this program"))
        .args([
            "--exact",
            "store_full::a_writer_fills_the_disk",
            "--nocapture",
        ])
        .env(DIRECTORY, dir.path())
        .stderr(Stdio::inherit())
        .output()
        .expect("a writer");
    let output = String::from_utf8_lossy(&output.stdout).into_owned();
    let texts: Vec<u32> = output
        .lines()
        .filter_map(|line| line.strip_prefix("ack ")?.parse().ok())
        .collect();
    assert!(texts.len() > 2, "{output}");
    assert!(output.contains("refused alike"), "{output}");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let store = Store::open(dir.path()).await.expect("open");
        let verified = store.verify(|_, _| ()).await.expect("verified");
        assert_eq!(verified.broken, None);
        assert!(verified.entries >= texts.len() as u64);
        for number in texts {
            let body = store.body(Digest::of(&noise(number))).await.expect("read");
            assert_eq!(body, noise(number));
        }
        publish(&store, "a", 1, 0).await;
    });
}

fn noise(number: u32) -> Vec<u8> {
    let digest = |part: u32| Digest::of(&[number.to_be_bytes(), part.to_be_bytes()].concat()).0;
    (0..20_000).flat_map(digest).collect()
}

/// The writer: only at work when the test above started it.
#[test]
fn a_writer_fills_the_disk() {
    let Some(dir) = std::env::var_os(DIRECTORY) else {
        return;
    };
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let store = Store::open(Path::new(&dir)).await.expect("open");
        let error = fill(&store).await;
        crate::store_kill::say(&error.to_string());
        assert!(matches!(error, StoreError::Disk { .. }));
        let again = note(&store, 0).await.expect_err("refused");
        let look = store.look(unchanged("a", 0)).await.expect_err("refused");
        assert_eq!(
            [again.to_string(), look.to_string()],
            [error.to_string(), error.to_string()]
        );
        store.state(&watch("a")).await.expect("reading goes on");
        crate::store_kill::say("refused alike");
        store.close(at(0)).await.expect_err("it cannot be sealed");
    });
}

async fn fill(store: &Store) -> StoreError {
    for number in 1.. {
        match note(store, number).await {
            Ok(()) => crate::store_kill::say(&format!("ack {number}")),
            Err(error) => return error,
        }
    }
    unreachable!("the disk has an end");
}

async fn note(store: &Store, number: u32) -> Result<(), StoreError> {
    let text = store.keep(noise(number), None).await?;
    let fact = Fact::Notice {
        text,
        owed: vec![],
        about: vec![],
        promises: Vec::new(),
    };
    store.append(fact, at(0), None).await.map(drop)
}
