//! Entry after entry on a machine that is busy: no write hangs, as the database below is known to do with other ways of writing.
//!
//! `SMALLPRINT_ENTRIES` says how many: 1,000,000 for the long trial, 3,000 where it is not set.

use std::process::{Child, Command};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use smallprint::model::Fact;
use smallprint::store::Store;

use crate::program::many;
use crate::store::{at, unchanged};

const LANES: usize = 64;
/// The longest that nothing may be acknowledged; the watchdog would end the program after thirty seconds.
const MOST: Duration = Duration::from_secs(30);

/// A process that does nothing, as fast as it can.
struct Busy(Child);

impl Busy {
    fn start() -> Busy {
        let mut idle = Command::new("sh");
        idle.args(["-c", "while :; do :; done"]);
        Busy(idle.spawn().expect("a shell"))
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// When something was acknowledged last, and the longest that nothing was, in microseconds.
struct Pace {
    began: Instant,
    last: AtomicU64,
    longest: AtomicU64,
}

impl Pace {
    fn acknowledged(&self) {
        let now = self.began.elapsed().as_micros() as u64;
        let last = self.last.swap(now, Ordering::SeqCst);
        self.longest
            .fetch_max(now.saturating_sub(last), Ordering::SeqCst);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn entry_after_entry_is_acknowledged_on_a_busy_machine_without_a_hang() {
    let entries = many("SMALLPRINT_ENTRIES", 3_000) as u64;
    let dir = tempfile::tempdir().expect("a directory");
    let store = Store::open(dir.path()).await.expect("open");
    let _busy = [Busy::start(), Busy::start()];
    let text = store.keep(b"It is said.".to_vec(), None).await;
    let text = text.expect("kept");
    let pace = Arc::new(Pace {
        began: Instant::now(),
        last: AtomicU64::new(0),
        longest: AtomicU64::new(0),
    });
    let lanes: Vec<_> = (0..LANES as u64)
        .map(|lane| {
            let (store, pace) = (store.clone(), pace.clone());
            tokio::spawn(async move {
                for no in (lane..entries).step_by(LANES) {
                    let fact = Fact::Notice {
                        text,
                        owed: Vec::new(),
                        about: Vec::new(),
                        promises: Vec::new(),
                    };
                    let minute = (no / 100) as i64;
                    store.append(fact, at(minute), None).await.expect("written");
                    pace.acknowledged();
                    if no % 10 == 0 {
                        let look = unchanged(&format!("lane-{lane}"), minute);
                        store.look(look).await.expect("noted");
                    }
                }
            })
        })
        .collect();
    for lane in lanes {
        lane.await.expect("a lane does not panic");
    }
    let (took, longest) = (pace.began.elapsed(), pace.longest.load(Ordering::SeqCst));
    let longest = Duration::from_micros(longest);
    let last = *store.news().borrow();
    println!("{last} entries in {took:.0?}, at most {longest:.2?} between two of them");
    assert!(last >= entries, "{last}");
    assert!(longest < MOST, "{longest:?}");
    store.close(at(0)).await.expect("closed");
}
