//! The proxy before which the browser stands, asked by hand.

use std::time::Duration;

use smallprint::wire::{Fence, Guard, Names, Proxy};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::site::{Answer, Site};

/// "page:secret" in base 64.
const PASS: &str = "Proxy-Authorization: Basic cGFnZTpzZWNyZXQ=\r\n";

async fn proxy(guard: Guard, ports: &[u16], bytes: u64) -> Proxy {
    let fence = Fence {
        guard,
        names: Names::System,
        ports: ports.to_vec(),
        bytes,
        connect: Duration::from_secs(5),
    };
    let proxy = Proxy::open(fence, "page", "secret").await;
    proxy.expect("a free port")
}

fn open() -> Guard {
    Guard::new(&["127.0.0.0/8".parse().expect("a network")])
}

/// What comes back for this request.
async fn said(proxy: &Proxy, request: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", proxy.port()))
        .await
        .expect("it listens");
    stream
        .write_all(request.as_bytes())
        .await
        .expect("it takes a request");
    let mut answer = Vec::new();
    // Where it hangs up with something unread, that is an error here and an end all the same.
    stream.read_to_end(&mut answer).await.ok();
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn whoever_does_not_know_the_secret_is_asked_for_it() {
    let site = Site::start();
    let proxy = proxy(open(), &[site.port()], 1 << 20).await;
    for pass in ["", "Proxy-Authorization: Basic cGFnZTpndWVzcw==\r\n"] {
        let answer = said(
            &proxy,
            &format!("GET {} HTTP/1.1\r\n{pass}\r\n", site.url("/")),
        )
        .await;
        assert!(answer.starts_with("HTTP/1.1 407 "), "{answer}");
    }
    assert!(site.asked().is_empty());
    assert!(proxy.asked().is_empty());
}

#[tokio::test]
async fn a_request_is_passed_on_without_the_secret_and_only_one_by_a_connection() {
    let site = Site::start();
    site.play(
        "/a?b",
        Answer::text("here it is").header("connection", "close"),
    );
    let proxy = proxy(open(), &[site.port()], 1 << 20).await;
    let one = format!("GET {} HTTP/1.1\r\nHost: a\r\n{PASS}\r\n", site.url("/a?b"));
    let answer = said(&proxy, &format!("{one}{one}")).await;
    assert!(
        answer.starts_with("HTTP/1.1 200 ") && answer.ends_with("here it is"),
        "{answer}"
    );
    assert!(answer.contains("Connection: close\r\n"), "{answer}");
    let asked = site.asked();
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].header("proxy-authorization"), None);
}

#[tokio::test]
async fn a_tunnel_leads_where_the_guard_allows() {
    let site = Site::start();
    site.play(
        "/",
        Answer::text("through the tunnel").header("connection", "close"),
    );
    let proxy = proxy(open(), &[site.port()], 1 << 20).await;
    let tunnel = format!(
        "CONNECT 127.0.0.1:{} HTTP/1.1\r\n{PASS}\r\nGET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        site.port()
    );
    let answer = said(&proxy, &tunnel).await;
    assert!(answer.ends_with("through the tunnel"), "{answer}");
}

#[tokio::test]
async fn what_the_guard_refuses_is_not_asked_and_is_listed() {
    let site = Site::start();
    let port = site.port();
    for (guard, ports) in [(Guard::default(), vec![port]), (open(), vec![80, 443])] {
        let proxy = proxy(guard, &ports, 1 << 20).await;
        for request in [
            format!("GET http://127.0.0.1:{port}/ HTTP/1.1\r\n{PASS}\r\n"),
            format!("CONNECT 127.0.0.1:{port} HTTP/1.1\r\n{PASS}\r\n"),
            format!("CONNECT localhost:{port} HTTP/1.1\r\n{PASS}\r\n"),
            format!("GET http://169.254.169.254/latest/ HTTP/1.1\r\n{PASS}\r\n"),
        ] {
            assert_eq!(said(&proxy, &request).await, "", "{request}");
        }
        let asked = proxy.asked();
        assert_eq!(
            asked.iter().map(|asked| asked.times).sum::<u32>(),
            4,
            "{asked:?}"
        );
        assert!(
            asked.iter().all(|asked| asked.refused.is_some()),
            "{asked:?}"
        );
    }
    assert_eq!(site.connections(), 0);
}

#[tokio::test]
async fn no_more_bytes_pass_than_a_page_may_have() {
    let site = Site::start();
    site.play("/", Answer::text("x").endless());
    let proxy = proxy(open(), &[site.port()], 100_000).await;
    let answer = said(
        &proxy,
        &format!("GET {} HTTP/1.1\r\n{PASS}\r\n", site.url("/")),
    )
    .await;
    assert!(
        (1..=100_000).contains(&answer.len()),
        "{} bytes",
        answer.len()
    );
}
