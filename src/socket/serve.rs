//! The holder's side: accepts, answers, and stops when told.

use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, Take};
use tokio::net::unix::ReadHalf;
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{mpsc, watch};
use tokio::task::{JoinHandle, JoinSet};

use crate::answers::{self, NoAnswer, Request, Response};
use crate::house::House;
use crate::socket::{Asked, Said};

/// The longest question.
const LONGEST_QUESTION: u64 = 1 << 20;
/// How long a caller may take to ask it.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long the bytes of a file may take to arrive after it.
const BYTES_WITHIN: Duration = Duration::from_secs(60);
/// How long to wait where a caller cannot be let in.
const BREATH: Duration = Duration::from_millis(200);
/// How long answers under way may take to end once the holder is asked to stop.
const LAST_ANSWERS: Duration = Duration::from_secs(30);

/// What callers may ask.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum May {
    /// Whatever there is to ask.
    AskAll,
    /// Only what leaves the journal as it is: it follows that of another archive.
    Read,
}

/// A socket that is being answered.
pub struct Service {
    path: PathBuf,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Service {
    /// Answers on this path, for the house that holds the archive (so whatever stood there is stale). `watchlist` is
    /// the file the house was opened with.
    ///
    /// # Errors
    /// Where the socket cannot be made.
    pub fn start(
        path: PathBuf,
        house: Arc<House>,
        watchlist: &Path,
        may: May,
    ) -> io::Result<Service> {
        // It gets its name only once nobody else may speak to it; what stood under that name is replaced.
        let unnamed = path.with_extension("new");
        match std::fs::remove_file(&unnamed) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let listener = UnixListener::bind(&unnamed)?;
        std::fs::set_permissions(&unnamed, std::fs::Permissions::from_mode(0o600))?;
        std::fs::rename(&unnamed, &path)?;
        let (stop, stopped) = watch::channel(false);
        let held = (absolute(watchlist), may);
        let task = tokio::spawn(accept(listener, house, held, stopped));
        Ok(Service { path, stop, task })
    }

    /// Takes no more questions, finishes the answers under way if they end in good time, and removes the socket.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        std::fs::remove_file(&self.path).ok();
        self.task.await.ok();
    }
}

fn absolute(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

async fn accept(
    listener: UnixListener,
    house: Arc<House>,
    held: (PathBuf, May),
    mut stopped: watch::Receiver<bool>,
) {
    let mut callers = JoinSet::new();
    loop {
        tokio::select! {
            _ = stopped.changed() => break,
            accepted = listener.accept() => {
                let Ok((stream, _)) = accepted else {
                    // Most likely too many files are open; that passes, but not at once.
                    tokio::time::sleep(BREATH).await;
                    continue;
                };
                let (house, held) = (house.clone(), held.clone());
                let stopped = stopped.clone();
                callers.spawn(async move {
                    if let Err(error) = serve(stream, &house, &held, stopped).await {
                        tracing::debug!("a caller on the socket went away: {error}");
                    }
                });
            }
            Some(_) = callers.join_next() => {}
        }
    }
    drop(listener);
    let last_answers = async { while callers.join_next().await.is_some() {} };
    if tokio::time::timeout(LAST_ANSWERS, last_answers)
        .await
        .is_err()
    {
        tracing::warn!("answers that took too long were cut off");
    }
}

async fn serve(
    mut stream: UnixStream,
    house: &Arc<House>,
    held: &(PathBuf, May),
    mut stopped: watch::Receiver<bool>,
) -> io::Result<()> {
    let (reading, mut writing) = stream.split();
    let mut line = String::new();
    let mut reading = BufReader::new(reading.take(LONGEST_QUESTION));
    tokio::select! {
        biased;
        read = reading.read_line(&mut line) => if read? == 0 { return Ok(()) },
        _ = stopped.wait_for(|stopped| *stopped) => return Ok(()),
        () = tokio::time::sleep(PATIENCE) => return Err(io::ErrorKind::TimedOut.into()),
    }
    let answer = match serde_json::from_str::<Asked>(&line) {
        Err(error) => Err(NoAnswer::Unknown {
            what: format!("The running smallprint does not understand this question: {error}."),
            remedy: Some("Stop it and start the same version as this command.".to_owned()),
        }),
        Ok(mut asked) => {
            let refusal = refuse(&asked, held);
            take_bytes(&mut asked, house, &mut reading).await?;
            match refusal {
                Some(refusal) => Err(refusal),
                None => answer(house, asked, &mut writing).await?,
            }
        }
    };
    let raw = match &answer {
        Ok(Response::Show(shown)) => shown.raw.clone(),
        Ok(Response::Evidence(file)) => Some(file.bytes.clone()),
        _ => None,
    };
    say(
        &mut writing,
        &Said::Answer(answer, raw.as_ref().map(|raw| raw.len() as u64)),
    )
    .await?;
    if let Some(raw) = raw {
        writing.write_all(&raw).await?;
    }
    writing.shutdown().await
}

/// Takes the bytes that a question brings. More than a page may have are heard, so that the caller hears the answer, and
/// forgotten but for one too many.
async fn take_bytes(
    asked: &mut Asked,
    house: &House,
    reading: &mut BufReader<Take<ReadHalf<'_>>>,
) -> io::Result<()> {
    let (Request::Import { saved, .. }, Some(length)) = (&mut asked.request, asked.raw) else {
        return Ok(());
    };
    let most = house.in_force().watchlist.settings.max_body + 1;
    let buffered = reading.buffer().len() as u64;
    reading.get_mut().set_limit(length.saturating_sub(buffered));
    let taking = async {
        (&mut *reading)
            .take(most)
            .read_to_end(&mut saved.bytes)
            .await?;
        tokio::io::copy(reading, &mut tokio::io::sink()).await
    };
    tokio::time::timeout(BYTES_WITHIN, taking).await??;
    Ok(())
}

/// Why a question cannot be answered here: it wants another clock or another watchlist than the holder's, or would add to what
/// is the journal of another archive.
fn refuse(asked: &Asked, (watchlist, may): &(PathBuf, May)) -> Option<NoAnswer> {
    if asked.own_clock {
        return Some(NoAnswer::Unknown {
            what: "A running smallprint holds the archive, so --at cannot set its clock."
                .to_owned(),
            remedy: Some("Leave out --at, or stop the running one first.".to_owned()),
        });
    }
    if *may == May::Read && !asked.request.adds_nothing() {
        return Some(NoAnswer::Unknown {
            what: "This is a mirror that keeps in step, and whatever came into it here would make it another history."
                .to_owned(),
            remedy: Some("Ask for it where the archive is that it follows.".to_owned()),
        });
    }
    if absolute(&asked.watchlist) != *watchlist {
        return Some(NoAnswer::Unknown {
            what: format!(
                "The archive is held by a smallprint that reads {}.",
                watchlist.display()
            ),
            remedy: Some(format!(
                "Ask with --watchlist {}, or stop it first.",
                watchlist.display()
            )),
        });
    }
    None
}

async fn answer(
    house: &Arc<House>,
    asked: Asked,
    writing: &mut (impl AsyncWriteExt + Unpin),
) -> io::Result<Result<Response, NoAnswer>> {
    let (tell, mut told) = mpsc::channel(64);
    let answering = answers::answer(house, asked.request, tell);
    tokio::pin!(answering);
    loop {
        tokio::select! {
            biased;
            Some(progress) = told.recv() => say(writing, &Said::Progress(progress)).await?,
            answer = &mut answering => {
                while let Ok(progress) = told.try_recv() {
                    say(writing, &Said::Progress(progress)).await?;
                }
                return Ok(answer);
            }
        }
    }
}

async fn say(writing: &mut (impl AsyncWriteExt + Unpin), said: &Said) -> io::Result<()> {
    let mut line = serde_json::to_vec(said).expect("plain data can be written as JSON");
    line.push(b'\n');
    writing.write_all(&line).await
}
