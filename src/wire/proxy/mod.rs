//! A proxy on this machine through which one page in a browser goes: it resolves names itself and lets through what the
//! guard lets through.

mod head;
mod ledger;
mod talk;

use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::task::{JoinHandle, JoinSet};

use crate::model::Asked;
use crate::wire::proxy::ledger::Ledger;
use crate::wire::{Guard, Names, base64};

/// How many connections of a page are served at once; the others wait.
const AT_ONCE: usize = 64;

/// How long nothing is accepted after that failed.
const REST: Duration = Duration::from_millis(100);

/// What a page may reach.
pub struct Fence {
    /// Which addresses.
    pub guard: Guard,
    /// Where names are looked up.
    pub names: Names,
    /// Which ports.
    pub ports: Vec<u16>,
    /// How many bytes may pass, both ways, all connections together.
    pub bytes: u64,
    /// The longest to wait for a connection.
    pub connect: Duration,
}

/// A proxy that stands for as long as this is kept. Whoever uses it must know its secret, since other users of the
/// machine can reach its port.
pub struct Proxy {
    port: u16,
    ledger: Arc<Ledger>,
    task: JoinHandle<()>,
}

/// What every conversation goes by.
struct Rules {
    fence: Fence,
    /// The one value of `Proxy-Authorization` that is accepted.
    pass: String,
    ledger: Arc<Ledger>,
    seats: Semaphore,
}

impl Proxy {
    /// Opens a proxy on a free port of 127.0.0.1 for whoever gives this name and secret (RFC 7617).
    ///
    /// # Errors
    /// Where no port can be had.
    pub async fn open(fence: Fence, name: &str, secret: &str) -> io::Result<Proxy> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let port = listener.local_addr()?.port();
        let ledger = Arc::new(Ledger::new(fence.bytes));
        let rules = Arc::new(Rules {
            fence,
            pass: format!("Basic {}", base64(format!("{name}:{secret}").as_bytes())),
            ledger: ledger.clone(),
            seats: Semaphore::new(AT_ONCE),
        });
        let task = tokio::spawn(serve(listener, rules));
        Ok(Proxy { port, ledger, task })
    }

    /// The port it listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// What was asked of it so far, host by host.
    pub fn asked(&self) -> Vec<Asked> {
        self.ledger.asked()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        // With the task go the conversations it holds.
        self.task.abort();
    }
}

async fn serve(listener: TcpListener, rules: Arc<Rules>) {
    let mut conversations = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                match accepted {
                    Ok((client, _)) => {
                        conversations.spawn(talk::converse(client, rules.clone()));
                    }
                    // Where there are no more files to be had, asking again at once would be all that is done.
                    Err(_) => tokio::time::sleep(REST).await,
                }
            }
            Some(_) = conversations.join_next() => {}
        }
    }
}
