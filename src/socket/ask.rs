//! The asker's side: one question, its progress, its answer.

use std::io;
use std::path::Path;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::UnixStream;
use tokio::sync::mpsc;

use crate::answers::{NoAnswer, Progress, Request, Response};
use crate::socket::{Asked, Said};

/// Whether somebody answers on this socket.
pub async fn is_answered(path: &Path) -> bool {
    UnixStream::connect(path).await.is_ok()
}

/// Asks the holder of the archive.
///
/// # Errors
/// The outer one where the connection fails; the inner one is the holder's.
pub async fn ask(
    path: &Path,
    asked: &Asked,
    heard: mpsc::Sender<Progress>,
) -> io::Result<Result<Response, NoAnswer>> {
    let mut stream = UnixStream::connect(path).await?;
    let mut question = serde_json::to_vec(asked).expect("plain data can be written as JSON");
    question.push(b'\n');
    stream.write_all(&question).await?;
    if let Request::Import { saved, .. } = &asked.request {
        // A holder that does not want the bytes says so, and listens no further.
        stream.write_all(&saved.bytes).await.ok();
    }
    let mut reading = BufReader::new(stream);
    let mut line = String::new();
    loop {
        line.clear();
        if reading.read_line(&mut line).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        match serde_json::from_str(&line)? {
            Said::Progress(progress) => drop(heard.send(progress).await),
            Said::Answer(mut answer, raw) => {
                if let (Ok(brought), Some(length)) = (&mut answer, raw) {
                    let mut bytes = vec![0; usize::try_from(length).map_err(io::Error::other)?];
                    reading.read_exact(&mut bytes).await?;
                    match brought {
                        Response::Show(shown) => shown.raw = Some(bytes),
                        Response::Evidence(file) => file.bytes = bytes,
                        _ => {}
                    }
                }
                return Ok(answer);
            }
        }
    }
}
