//! A connection that can be cut without a word.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use axum::extract::connect_info::Connected;
use axum::serve::IncomingStream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// One connection.
#[derive(Clone, Default, Debug)]
pub struct Line(Arc<AtomicBool>);

impl Line {
    /// Nothing more is written to it.
    pub fn cut(&self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// How many connections are open.
#[derive(Clone, Default)]
pub struct Lines(watch::Sender<usize>);

impl Lines {
    /// Waits until none is.
    pub async fn closed(&self) {
        let none = self.0.subscribe().wait_for(|open| *open == 0).await.is_ok();
        assert!(none, "somebody counts as long as this is there");
    }
}

/// Takes connections that can be cut.
pub struct Listener {
    pub listener: TcpListener,
    pub lines: Lines,
}

impl Listener {
    pub fn new(listener: TcpListener) -> Listener {
        let lines = Lines::default();
        Listener { listener, lines }
    }
}

impl axum::serve::Listener for Listener {
    type Io = Stream;
    type Addr = Line;

    async fn accept(&mut self) -> (Stream, Line) {
        let (bytes, _) = self.listener.accept().await.expect("a connection");
        let line = Line::default();
        let stream = Stream {
            bytes,
            line: line.clone(),
            _open: Open::new(self.lines.clone()),
        };
        (stream, line)
    }

    fn local_addr(&self) -> io::Result<Line> {
        Ok(Line::default())
    }
}

impl Connected<IncomingStream<'_, Listener>> for Line {
    fn connect_info(stream: IncomingStream<'_, Listener>) -> Line {
        stream.remote_addr().clone()
    }
}

/// The bytes of a connection.
pub struct Stream {
    bytes: TcpStream,
    line: Line,
    _open: Open,
}

/// Counts as an open connection as long as it is there.
struct Open(Lines);

impl Open {
    fn new(lines: Lines) -> Open {
        lines.0.send_modify(|open| *open += 1);
        Open(lines)
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.0.send_modify(|open| *open -= 1);
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.bytes).poll_read(context, buffer)
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.line.0.load(Ordering::SeqCst) {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        Pin::new(&mut self.bytes).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.bytes).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.bytes).poll_shutdown(context)
    }
}
