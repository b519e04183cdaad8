//! One conversation between a browser and a server, with the proxy between them.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use url::Host;

use crate::wire::Names;
use crate::wire::names::look_up;
use crate::wire::proxy::Rules;
use crate::wire::proxy::head::{Head, Target};
use crate::wire::proxy::ledger::Ledger;

/// The longest to wait for a browser to say what it wants.
const PATIENCE: Duration = Duration::from_secs(20);

/// What is asked of a browser that has not shown its pass.
const WHO: &[u8] = b"HTTP/1.1 407 Proxy Authentication Required\r\n\
    Proxy-Authenticate: Basic realm=\"smallprint\"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

/// Serves one connection of a browser. One request comes over it, or one tunnel; a refusal ends it without an answer,
/// which is all that a page needs to know.
pub(super) async fn converse(mut client: TcpStream, rules: Arc<Rules>) {
    let Ok(_seat) = rules.seats.acquire().await else {
        return;
    };
    let Ok(Some((head, rest))) =
        tokio::time::timeout(PATIENCE, Head::from(Vec::new(), &mut client)).await
    else {
        return;
    };
    if head.field("proxy-authorization") != Some(rules.pass.as_str()) {
        client.write_all(WHO).await.ok();
        return;
    }
    let Some(target) = head.target() else {
        return;
    };
    let place = target.place();
    match reach(&target, &rules).await {
        Ok(server) => {
            rules.ledger.note(&place, None);
            let between = Between {
                ledger: &rules.ledger,
                place: &place,
            };
            match target.tunnel {
                true => between.tunnel(client, server, &rest).await,
                false => between.pass(client, server, &head, &target, &rest).await,
            };
        }
        Err(why) => {
            tracing::debug!("a page in the browser asked for {place}, which was refused: {why}");
            rules.ledger.note(&place, Some(&why));
        }
    }
}

/// A connection to where a request wants to go, if the page may go there.
async fn reach(target: &Target, rules: &Rules) -> Result<TcpStream, String> {
    let fence = &rules.fence;
    let port = target.port();
    if !fence.ports.contains(&port) {
        return Err(format!("port {port} is not one that pages may ask"));
    }
    (fence.guard.examine(&target.url)).map_err(|refused| refused.0)?;
    let addresses: Vec<IpAddr> = match target.url.host() {
        Some(Host::Ipv4(address)) => vec![address.into()],
        Some(Host::Ipv6(address)) => vec![address.into()],
        Some(Host::Domain(name)) => {
            let found = look_up(&fence.names, name).await.map_err(|none| none.0)?;
            (fence.guard.sift(name, &found)).map_err(|refused| refused.0)?
        }
        None => return Err("it names no host".to_owned()),
    };
    // Port 0 stands for the port of the URL.
    let told = match (&fence.names, target.url.port()) {
        (Names::Told(book), None) if target.url.domain().is_some() => book.port(),
        _ => 0,
    };
    let port = if told == 0 { port } else { told };
    let mut why = "no connection in time".to_owned();
    for address in addresses {
        let connect = TcpStream::connect(SocketAddr::new(address, port));
        match tokio::time::timeout(fence.connect, connect).await {
            Ok(Ok(server)) => return Ok(server),
            Ok(Err(error)) => why = error.to_string(),
            Err(_) => {}
        }
    }
    Err(why)
}

/// Two ends of a conversation that is counted.
struct Between<'a> {
    ledger: &'a Ledger,
    place: &'a str,
}

impl Between<'_> {
    /// Passes bytes both ways until either end has had enough.
    async fn tunnel(
        &self,
        mut client: TcpStream,
        mut server: TcpStream,
        rest: &[u8],
    ) -> Option<()> {
        let opened = b"HTTP/1.1 200 Connection established\r\n\r\n";
        client.write_all(opened).await.ok()?;
        server.write_all(rest).await.ok()?;
        let (mut from_client, mut to_client) = client.split();
        let (mut from_server, mut to_server) = server.split();
        let up = self.copy(&mut from_client, &mut to_server, None);
        let down = self.copy(&mut from_server, &mut to_client, None);
        tokio::select! {
            () = up => {}
            () = down => {}
        }
        Some(())
    }

    /// Passes one request on, and its answer back.
    async fn pass(
        &self,
        mut client: TcpStream,
        mut server: TcpStream,
        head: &Head,
        target: &Target,
        rest: &[u8],
    ) -> Option<()> {
        let length = head.length()?;
        server.write_all(&head.onward(&target.url)?).await.ok()?;
        let here = usize::try_from(length)
            .unwrap_or(usize::MAX)
            .min(rest.len());
        server.write_all(&rest[..here]).await.ok()?;
        let (mut from_client, mut to_client) = client.split();
        let (mut from_server, mut to_server) = server.split();
        let up = async {
            let left = length - here as u64;
            self.copy(&mut from_client, &mut to_server, Some(left))
                .await;
            // Whatever else comes is another request, which has no place here; its end is the end of all.
            let mut another = [0; 1024];
            while let Ok(1..) = from_client.read(&mut another).await {}
        };
        let down = self.answer(&mut from_server, &mut to_client);
        tokio::select! {
            () = up => {}
            _ = down => {}
        }
        Some(())
    }

    async fn answer(
        &self,
        from: &mut (impl AsyncRead + Unpin),
        to: &mut (impl AsyncWrite + Unpin),
    ) -> Option<()> {
        let mut held = Vec::new();
        loop {
            let (head, rest) = Head::from(held, from).await?;
            held = rest;
            let interim = head
                .status()
                .is_some_and(|status| (100..200).contains(&status));
            if !interim {
                to.write_all(&head.back()).await.ok()?;
                break;
            }
        }
        if !self.ledger.pass(self.place, held.len()) {
            return None;
        }
        to.write_all(&held).await.ok()?;
        self.copy(from, to, None).await;
        Some(())
    }

    /// Copies bytes to their end, to a length, or until no more may pass.
    async fn copy(
        &self,
        from: &mut (impl AsyncRead + Unpin),
        to: &mut (impl AsyncWrite + Unpin),
        length: Option<u64>,
    ) {
        let mut from = from.take(length.unwrap_or(u64::MAX));
        let mut buffer = vec![0; 16 * 1024];
        while let Ok(read @ 1..) = from.read(&mut buffer).await {
            if !self.ledger.pass(self.place, read) || to.write_all(&buffer[..read]).await.is_err() {
                break;
            }
        }
        if length.is_none() {
            to.shutdown().await.ok();
        }
    }
}
