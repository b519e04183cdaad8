//! One connection: what is heard and what is said.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::site::answer::Ending;
use crate::site::{Answer, Asked, Book};

/// Answers the requests of one connection until either side closes it.
pub(super) async fn converse(mut stream: TcpStream, book: Arc<Book>) {
    let mut received = Vec::new();
    while let Some(asked) = hear(&mut stream, &mut received).await {
        let answer = book.answer(&asked);
        let number = book.begin(&asked);
        let goes_on = say(&mut stream, &answer).await;
        book.end(number);
        if goes_on != Some(true) {
            return;
        }
    }
}

async fn hear(stream: &mut TcpStream, received: &mut Vec<u8>) -> Option<Asked> {
    let end = loop {
        if let Some(at) = received.windows(4).position(|four| four == b"\r\n\r\n") {
            break at + 4;
        }
        more(stream, received).await?;
        // A TLS handshake: this is a plain server, and says so as those do.
        if received.first() == Some(&0x16) {
            let refusal = b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n";
            stream.write_all(refusal).await.ok()?;
            return None;
        }
    };
    let head: String = received[..end].iter().copied().map(char::from).collect();
    let mut lines = head.lines();
    let mut first = lines.next()?.split(' ').map(str::to_owned);
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let mut asked = Asked {
        method: first.next()?,
        target: first.next()?,
        headers,
        body: Vec::new(),
        at: Instant::now(),
        answered: None,
    };
    let length: usize = asked.header("content-length").unwrap_or("0").parse().ok()?;
    while received.len() < end + length {
        more(stream, received).await?;
    }
    asked.body = received[end..end + length].to_vec();
    received.drain(..end + length);
    Some(asked)
}

async fn more(stream: &mut TcpStream, received: &mut Vec<u8>) -> Option<()> {
    match stream.read_buf(received).await {
        Ok(read) if read > 0 => Some(()),
        _ => None,
    }
}

/// Waits so long, unless the visitor leaves; whether he is there.
async fn pause(stream: &mut TcpStream, pause: Duration) -> Option<()> {
    let leaves = async { while more(stream, &mut Vec::new()).await.is_some() {} };
    let waited = tokio::time::timeout(pause, leaves).await;
    waited.is_err().then_some(())
}

/// Plays one answer; whether the connection goes on, or nothing where the visitor has left.
async fn say(stream: &mut TcpStream, answer: &Answer) -> Option<bool> {
    if !answer.pause.is_zero() {
        pause(stream, answer.pause).await?;
    }
    if let Some(gate) = &answer.gate {
        drop(gate.0.acquire().await);
    }
    match &answer.ending {
        Ending::Raw(bytes) => {
            stream.write_all(bytes).await.ok()?;
            return Some(false);
        }
        Ending::Silent => {
            while more(stream, &mut Vec::new()).await.is_some() {}
            return Some(false);
        }
        Ending::EndlessHeader => {
            stream.write_all(b"HTTP/1.1 200 OK\r\n").await.ok()?;
            loop {
                let field = format!("x-more: {}\r\n", "x".repeat(8_000));
                stream.write_all(field.as_bytes()).await.ok()?;
            }
        }
        Ending::Endless => {
            stream.write_all(&answer.head()).await.ok()?;
            let chunk = [b"10000\r\n", &[b' '; 0x10000][..], b"\r\n"].concat();
            loop {
                stream.write_all(&chunk).await.ok()?;
            }
        }
        Ending::Cut(after) => {
            let kept = &answer.body[..answer.body.len().min(*after)];
            let said = [&answer.head(), kept].concat();
            stream.write_all(&said).await.ok()?;
            return Some(false);
        }
        Ending::Drip(between) => {
            stream.write_all(&answer.head()).await.ok()?;
            for byte in &answer.body {
                stream.write_all(&[*byte]).await.ok()?;
                pause(stream, *between).await?;
            }
        }
        Ending::Whole => {
            let said = [&answer.head()[..], &answer.body].concat();
            stream.write_all(&said).await.ok()?;
        }
    }
    Some(answer.field("connection") != Some(b"close"))
}
