//! Lets callers in: so many at once, and none who keeps silent.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, Sleep, sleep_until};

/// How many callers there may be at once.
const CALLERS: usize = 64;
/// How long a caller may neither say nor hear anything.
const SILENCE: Duration = Duration::from_secs(60);
/// How long a caller may stay.
const STAY: Duration = Duration::from_secs(20 * 60);
/// How long to wait where a caller cannot be let in.
const BREATH: Duration = Duration::from_millis(200);

/// A listener with a limited number of callers.
pub(super) struct Gate {
    listener: TcpListener,
    places: Arc<Semaphore>,
}

/// One caller.
pub(super) struct Caller {
    stream: TcpStream,
    /// When the caller is shown out unless something is said or heard before.
    alarm: Pin<Box<Sleep>>,
    until: Instant,
    _place: Option<OwnedSemaphorePermit>,
}

impl Gate {
    pub(super) fn new(listener: TcpListener) -> Gate {
        Gate {
            listener,
            places: Arc::new(Semaphore::new(CALLERS)),
        }
    }
}

impl Listener for Gate {
    type Io = Caller;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Caller, SocketAddr) {
        let place = self.places.clone().acquire_owned().await.ok();
        loop {
            // Most likely too many files are open; that passes, but not at once.
            let Ok((stream, from)) = self.listener.accept().await else {
                tokio::time::sleep(BREATH).await;
                continue;
            };
            let now = Instant::now();
            let caller = Caller {
                stream,
                alarm: Box::pin(sleep_until(now + SILENCE)),
                until: now + STAY,
                _place: place,
            };
            return (caller, from);
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

/// Where a caller calls from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Guest(pub(super) SocketAddr);

impl Connected<IncomingStream<'_, Gate>> for Guest {
    fn connect_info(stream: IncomingStream<'_, Gate>) -> Guest {
        Guest(*stream.remote_addr())
    }
}

impl Caller {
    /// Puts the alarm off, since something was said or heard.
    fn heard(&mut self) {
        let next = (Instant::now() + SILENCE).min(self.until);
        self.alarm.as_mut().reset(next);
    }

    /// Whether the caller is shown out.
    fn out(&mut self, context: &mut Context<'_>) -> Poll<io::Error> {
        ready!(self.alarm.as_mut().poll(context));
        Poll::Ready(io::ErrorKind::TimedOut.into())
    }
}

impl AsyncRead for Caller {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match Pin::new(&mut self.stream).poll_read(context, into) {
            Poll::Ready(read) => {
                self.heard();
                Poll::Ready(read)
            }
            Poll::Pending => self.out(context).map(Err),
        }
    }
}

impl AsyncWrite for Caller {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match Pin::new(&mut self.stream).poll_write(context, bytes) {
            Poll::Ready(written) => {
                self.heard();
                Poll::Ready(written)
            }
            Poll::Pending => self.out(context).map(Err),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
