//! Reads what is dangerous to read in a child process of the same program, within limits.

mod apart;
mod aside;
mod asked;
mod fence;
mod verdict;

pub use apart::{answer, asked};
pub use aside::aside;
pub use fence::fence;
pub use verdict::heard;

use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};
use tokio::sync::Semaphore;

use crate::extract;
use crate::model::{Capture, Digest, Document, Failure, FailureKind, Reading};
use crate::worker::asked::Asked;
use crate::worker::verdict::{Ending, document};

/// How many children read at once, at most.
const AT_ONCE: usize = 2;
/// How many threads of our own do.
const ASIDE_AT_ONCE: usize = 4;
/// How much of what a child complains of is heard, in bytes.
const MOST_COMPLAINT: u64 = 4096;

/// What one reading in a child process may take.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// Memory, in bytes of address space.
    pub memory: u64,
    /// Processor time, in whole seconds.
    pub processor: u64,
    /// Time by the clock on the wall.
    pub wall: Duration,
    /// The length of the answer, in bytes.
    pub answer: u64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            memory: 1 << 30,
            processor: 60,
            wall: Duration::from_secs(180),
            answer: 64 << 20,
        }
    }
}

/// Children of this program that read, a few at once.
#[derive(Clone)]
pub struct Workers {
    program: PathBuf,
    limits: Limits,
    places: Arc<Semaphore>,
    aside: Arc<Semaphore>,
}

impl Workers {
    /// Workers that run this program, which is this very program but for tests.
    pub fn of(program: PathBuf, limits: Limits) -> Workers {
        Workers {
            program,
            limits,
            places: Arc::new(Semaphore::new(AT_ONCE)),
            aside: Arc::new(Semaphore::new(ASIDE_AT_ONCE)),
        }
    }

    /// Reads a capture: aside where that is safe, since a long page takes its time, else in a child process, which may
    /// crash, hang or run out of memory without harm to anybody else.
    ///
    /// # Errors
    /// A failure of this capture: what `extract::read` says of it, or what became of the child. What no reader was prepared
    /// for is one too, and no reason for other pages not to be visited.
    pub async fn read(
        &self,
        capture: &Capture,
        body: &[u8],
        reading: &Reading,
    ) -> Result<Document, Failure> {
        let read = self.read_with_gist(capture, body, reading).await;
        read.map(|(document, _)| document)
    }

    /// The same, with the gist of the page, where it has one.
    ///
    /// # Errors
    /// As above.
    pub async fn read_with_gist(
        &self,
        capture: &Capture,
        body: &[u8],
        reading: &Reading,
    ) -> Result<(Document, Option<Digest>), Failure> {
        let Some(sort) = extract::danger(capture, body) else {
            let place = self.aside.clone().acquire_owned().await;
            let (asked, body, reading) = (capture.clone(), body.to_vec(), reading.clone());
            let read = tokio::task::spawn_blocking(move || {
                let read = extract::read_with_gist(&asked, &body, &reading);
                drop(place);
                read
            });
            return read.await.unwrap_or_else(|_| Err(stumbled(capture)));
        };
        let place = self.places.acquire().await;
        let ending = self.ending(capture, body, reading).await;
        drop(place);
        let document = document(capture, sort, reading, &self.limits, ending)?;
        Ok((document, None))
    }

    /// What became of a child that was given this to read.
    async fn ending(&self, capture: &Capture, body: &[u8], reading: &Reading) -> Ending {
        let mut child = match self.start() {
            Ok(child) => child,
            Err(error) => return Ending::NotStarted(error),
        };
        let asked = Asked::write(capture, reading);
        let talk = talk(&mut child, &asked, body, self.limits.answer);
        let ending = match tokio::time::timeout(self.limits.wall, talk).await {
            Ok(ending) => ending,
            Err(_) => Ending::Hung,
        };
        // Whatever it is doing, nobody listens any more; who has ended already is none the worse for it.
        child.kill().await.ok();
        ending
    }

    /// A child with nothing of its surroundings but three pipes.
    fn start(&self) -> std::io::Result<Child> {
        Command::new(&self.program)
            .arg0("smallprint")
            .arg("read-apart")
            .arg(format!("--memory={}", self.limits.memory))
            .arg(format!("--processor={}", self.limits.processor))
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            // An interrupt at the terminal is for the program, which then ends the child.
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
    }
}

fn stumbled(capture: &Capture) -> Failure {
    Failure {
        status: Some(capture.answer().status),
        hops: capture.hops.clone(),
        ..Failure::new(
            FailureKind::Unreadable,
            format!("{} made the reader stumble", capture.landed()),
        )
    }
}

/// Says to the child what to read, and hears what comes of it, all at the same time, lest both wait for each other.
async fn talk(child: &mut Child, asked: &[u8], body: &[u8], most: u64) -> Ending {
    let (Some(mut stdin), Some(stdout), Some(stderr)) =
        (child.stdin.take(), child.stdout.take(), child.stderr.take())
    else {
        return Ending::NotStarted(std::io::Error::other("it has no pipes"));
    };
    let tell = async move {
        // A child that does not listen to the end says why by the way it ends.
        if stdin.write_all(asked).await.is_ok() {
            stdin.write_all(body).await.ok();
        }
        stdin.shutdown().await.ok();
        Ok(())
    };
    let hear = async {
        let answer = at_most(stdout, most + 1).await;
        (answer.len() as u64 <= most)
            .then_some(answer)
            .ok_or(Ending::Endless)
    };
    let complaint = async {
        let mut stderr = stderr;
        let heard = at_most(&mut stderr, MOST_COMPLAINT).await;
        tokio::io::copy(&mut stderr, &mut tokio::io::sink())
            .await
            .ok();
        Ok(heard)
    };
    let (answer, complaint) = match tokio::try_join!(tell, hear, complaint) {
        Ok(((), answer, complaint)) => (answer, complaint),
        Err(ending) => return ending,
    };
    match child.wait().await {
        Ok(status) => Ending::Ended {
            status,
            answer,
            complaint,
        },
        Err(error) => Ending::NotStarted(error),
    }
}

async fn at_most(from: impl AsyncRead + Unpin, most: u64) -> Vec<u8> {
    let mut heard = Vec::new();
    // What a broken pipe still carried is judged like any other answer.
    from.take(most).read_to_end(&mut heard).await.ok();
    heard
}
