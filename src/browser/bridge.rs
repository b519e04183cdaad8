//! A bridge from the pipe of a browser to the socket that its driver speaks to.

use std::io;
use std::net::Ipv4Addr;

use async_tungstenite::tokio::{TokioAdapter, accept_hdr_async};
use async_tungstenite::tungstenite::Message;
use async_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use async_tungstenite::{WebSocketReceiver, WebSocketSender, WebSocketStream};
use futures_util::StreamExt;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{ChildStdin, ChildStdout};

use crate::browser::process::Pipes;
use crate::browser::secret;

/// The longest message a browser may send: a page or a picture of it.
const LONGEST: u64 = 256 << 20;

/// A socket on this machine.
type Socket = TokioAdapter<TcpStream>;

/// A bridge that stands for one crossing.
pub(super) struct Bridge {
    listener: TcpListener,
    secret: String,
    /// The address of its near end, which nobody can guess.
    pub(super) address: String,
}

impl Bridge {
    pub(super) async fn open() -> io::Result<Bridge> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let secret = secret::fresh()?;
        let address = format!("ws://127.0.0.1:{}/{secret}", listener.local_addr()?.port());
        Ok(Bridge {
            listener,
            secret,
            address,
        })
    }

    /// Lets the one who knows the address cross, and nobody else, until either side hangs up.
    pub(super) async fn cross(self, pipes: Pipes) {
        let Some(socket) = self.accept().await else {
            return;
        };
        drop(self.listener);
        let (to_driver, from_driver) = socket.split();
        tokio::select! {
            _ = there(from_driver, pipes.to) => {}
            _ = back(pipes.from, to_driver) => {}
        }
    }

    async fn accept(&self) -> Option<WebSocketStream<Socket>> {
        let known = format!("/{}", self.secret);
        loop {
            let (stream, _) = self.listener.accept().await.ok()?;
            #[expect(
                clippy::result_large_err,
                reason = "the type is that of the package's callback"
            )]
            let check = |request: &Request, response: Response| match request.uri().path() == known
            {
                true => Ok(response),
                false => Err(ErrorResponse::new(None)),
            };
            if let Ok(socket) = accept_hdr_async(stream, check).await {
                return Some(socket);
            }
        }
    }
}

/// Commands, each ended by a zero byte in the pipe.
async fn there(mut from: WebSocketReceiver<Socket>, mut to: ChildStdin) -> io::Result<()> {
    while let Some(Ok(message)) = from.next().await {
        if let Message::Text(text) = message {
            to.write_all(text.as_bytes()).await?;
            to.write_all(b"\0").await?;
            to.flush().await?;
        }
    }
    Ok(())
}

/// Answers and events.
async fn back(from: ChildStdout, mut to: WebSocketSender<Socket>) -> io::Result<()> {
    let mut from = BufReader::with_capacity(1 << 16, from);
    loop {
        let mut message = Vec::new();
        (&mut from)
            .take(LONGEST)
            .read_until(0, &mut message)
            .await?;
        if message.pop() != Some(0) {
            return Ok(());
        }
        let text = String::from_utf8(message).map_err(io::Error::other)?;
        to.send(Message::text(text))
            .await
            .map_err(io::Error::other)?;
    }
}
