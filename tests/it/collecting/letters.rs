//! What hostile parcels are answered, and what is said when none come.

use chrono::{DateTime, TimeDelta, Utc};
use smallprint::collect::{Carried, Parcel};
use smallprint::model::{Capture, Digest, Hop, Provenance};
use smallprint::visit::{self, Taken};
use url::Url;

use crate::collecting::{FIRST, SECOND, SECRET, archive, listen};
use crate::program::page;
use crate::visits::scene::{PAGE, Scene, page_watch};

const COLLECT: &str = "[collect]\nlisten = \"127.0.0.1:0\"\ncollected = [\"nhs.example\"]\n";

async fn scene() -> Scene {
    Scene::open(&format!("{COLLECT}{}", page_watch(PAGE, ""))).await
}

fn address() -> Url {
    Url::parse("http://nhs.example/page").expect("a URL")
}

/// A parcel with a page of this sentence, made at this time.
fn parcel(url: &Url, at: DateTime<Utc>, sentence: &str) -> (Parcel, Vec<u8>) {
    let body = page(sentence).into_bytes();
    let hop = Hop {
        url: url.clone(),
        status: 200,
        headers: vec![("content-type".into(), "text/html; charset=utf-8".into())],
        address: Some("1.1.1.1".parse().expect("an address")),
        certificate: None,
        at,
    };
    let capture = Capture {
        at,
        url: url.clone(),
        hops: vec![hop],
        body: Digest::of(&body),
        length: body.len() as u64,
        provenance: Provenance::Fetched,
        beside: Vec::new(),
    };
    let parcel = Parcel {
        watch: "page".into(),
        collector: "home".to_owned(),
        asked: url.clone(),
        at,
        moved_ms: 0,
        carried: Carried::Served { capture },
    };
    (parcel, body)
}

async fn bring(scene: &Scene, parcel: (Parcel, Vec<u8>)) -> Taken {
    let sent = scene.now();
    let in_force = scene.house.in_force();
    let taken = visit::collected(&scene.house, &in_force, parcel, sent).await;
    taken.expect("the archive is well")
}

/// A parcel that is altered like this is refused with these words, and leaves nothing behind.
#[track_caller]
fn refused(alter: impl FnOnce(&mut Parcel, &mut Vec<u8>), said: &str) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let scene = scene().await;
        let (mut parcel, mut body) = parcel(&address(), scene.now(), FIRST);
        alter(&mut parcel, &mut body);
        let taken = bring(&scene, (parcel, body)).await;
        let Taken::Refused { why, for_good } = taken else {
            panic!("it was taken: {taken:?}");
        };
        assert!(why.contains(said) && for_good, "{why}");
        let state = scene.house.store.state(&"page".into()).await;
        assert_eq!(state.expect("a state").visits, 0);
    });
}

fn capture(parcel: &mut Parcel) -> &mut Capture {
    match &mut parcel.carried {
        Carried::Served { capture } => capture,
        _ => panic!("it is a page"),
    }
}

/// The same parcel of another time.
fn made(parcel: &mut Parcel, at: DateTime<Utc>) {
    parcel.at = at;
    capture(parcel).at = at;
}

#[test]
fn a_parcel_that_does_not_hang_together_is_refused() {
    let elsewhere = Url::parse("http://nhs.example/other").expect("a URL");
    refused(
        |parcel, _| parcel.watch = "none".into(),
        "There is no watch",
    );
    refused(|parcel, _| parcel.asked = elsewhere.clone(), "is not at");
    let foreign = Url::parse("http://evil.example/page").expect("a URL");
    refused(|parcel, _| parcel.asked = foreign, "is not at");
    refused(
        |parcel, _| capture(parcel).url = elsewhere.clone(),
        "do not say the same",
    );
    refused(
        |parcel, _| capture(parcel).hops[0].url = elsewhere.clone(),
        "first answer",
    );
    refused(|_, body| body.push(b'x'), "Its body is not the one");
    refused(
        |parcel, _| capture(parcel).hops[0].status = 404,
        "not what the last answer says",
    );
    refused(
        |parcel, _| capture(parcel).hops.clear(),
        "not what the last answer says",
    );
    refused(
        |parcel, _| parcel.collector = "a\nb".into(),
        "name of the collector",
    );
    refused(
        |parcel, _| made(parcel, parcel.at + TimeDelta::hours(1)),
        "yet to come",
    );
    let private = Some("10.0.0.1".parse().expect("an address"));
    refused(
        |parcel, _| capture(parcel).hops[0].address = private,
        "no place to visit",
    );
    refused(
        |parcel, _| {
            let hops = &mut capture(parcel).hops;
            let mut next = hops[0].clone();
            next.url = Url::parse("http://10.0.0.1/page").expect("a URL");
            hops[0].status = 302;
            hops[0]
                .headers
                .push(("location".into(), next.url.to_string()));
            hops.push(next);
        },
        "no place to visit",
    );
    refused(
        |parcel, _| {
            let hops = &mut capture(parcel).hops;
            let next = hops[0].clone();
            hops[0].status = 302;
            hops.push(next);
        },
        "does not lead to",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_parcel_lands_once_and_an_older_one_never() {
    let scene = scene().await;
    let first = parcel(&address(), scene.now(), FIRST);
    let taken = bring(&scene, first.clone()).await;
    assert!(matches!(taken, Taken::Landed(_)), "{taken:?}");
    assert!(matches!(bring(&scene, first.clone()).await, Taken::Had));
    scene.pass(15);
    let same = parcel(&address(), scene.now(), FIRST);
    assert!(matches!(
        bring(&scene, same.clone()).await,
        Taken::Landed(_)
    ));
    scene.pass(15);
    let second = parcel(&address(), scene.now(), SECOND);
    assert!(matches!(
        bring(&scene, second.clone()).await,
        Taken::Landed(_)
    ));
    for known in [first, same, second] {
        assert!(matches!(bring(&scene, known).await, Taken::Had));
    }
    let older = parcel(&address(), scene.now() - TimeDelta::minutes(5), FIRST);
    let Taken::Refused { why, .. } = bring(&scene, older).await else {
        panic!("it was taken");
    };
    assert!(why.contains("was looked at since"), "{why}");
    let state = scene
        .house
        .store
        .state(&"page".into())
        .await
        .expect("a state");
    assert_eq!((state.visits, state.versions), (3, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_parcels_that_waited_together_land_in_their_order_and_with_their_times() {
    let scene = scene().await;
    let first = parcel(&address(), scene.now(), FIRST);
    let second = parcel(&address(), scene.now() + TimeDelta::minutes(15), SECOND);
    scene.pass(60);
    assert!(matches!(bring(&scene, first).await, Taken::Landed(_)));
    let Taken::Landed(report) = bring(&scene, second.clone()).await else {
        panic!("it was refused");
    };
    assert_eq!(report.change.map(|span| span.to), Some(2));
    let state = scene
        .house
        .store
        .state(&"page".into())
        .await
        .expect("a state");
    assert_eq!(state.last_visit, Some(second.0.at));
    let current = state.current.expect("a version");
    assert_eq!(
        (current.at, current.after),
        (second.0.at, Some(scene.now() - TimeDelta::minutes(60)))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_wrong_is_named_and_the_parcel_may_come_again() {
    let scene = scene().await;
    let brought = parcel(&address(), scene.now(), FIRST);
    let sent = scene.now() + TimeDelta::hours(2);
    let in_force = scene.house.in_force();
    let taken = visit::collected(&scene.house, &in_force, brought, sent).await;
    let Taken::Refused { why, for_good } = taken.expect("the archive is well") else {
        panic!("it was taken");
    };
    assert!(
        why.contains("differs from the archive's by 120 minutes") && !for_good,
        "{why}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn that_nobody_brings_anything_is_said_once() {
    let scene = scene().await;
    let began = scene.now();
    let said = async || {
        let in_force = scene.house.in_force();
        let said = visit::unbrought(&scene.house, &in_force, began).await;
        said.expect("the archive is well")
    };
    scene.pass(23 * 60);
    assert_eq!(said().await, 0);
    scene.pass(2 * 60);
    assert_eq!(said().await, 1);
    scene.pass(60);
    assert_eq!(said().await, 0, "once is enough");
    bring(&scene, parcel(&address(), scene.now(), FIRST)).await;
    assert_eq!(said().await, 0);
    scene.pass(26 * 60);
    assert_eq!(said().await, 1, "it is another silence");
    assert_eq!(said().await, 0);
}

#[test]
fn nothing_else_is_served_and_nothing_without_the_secret() {
    let mut program = archive();
    program.settle_in_settings("max_body = \"20KiB\"");
    let (running, to) = listen(&program);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let client = reqwest::Client::new();
        let post = |body: Vec<u8>| {
            let request = client.post(format!("{to}/collect/v1/capture"));
            request
                .header("x-smallprint-now", Utc::now().to_rfc3339())
                .body(body)
        };
        let status = async |request: reqwest::RequestBuilder| {
            let answer = request.send().await.expect("an answer");
            (answer.status().as_u16(), answer.text().await.expect("text"))
        };
        for path in [
            "/",
            "/collect",
            "/collect/v1",
            "/page",
            "/collect/v1/wanted/x",
        ] {
            let asked = client.get(format!("{to}{path}")).bearer_auth(SECRET);
            assert_eq!(status(asked).await.0, 404, "{path}");
        }
        assert_eq!(
            status(client.get(format!("{to}/collect/v1/wanted"))).await,
            (401, String::new())
        );
        let long = vec![b'x'; 2 << 20];
        assert_eq!(status(post(long.clone())).await, (401, String::new()));
        let (code, said) = status(post(long).bearer_auth(SECRET)).await;
        assert!(code == 413 && said.contains("max_body"), "{code} {said}");
        let url = program.site.url("/page");
        let (parcel, _) = parcel(&url, Utc::now(), FIRST);
        let body = vec![b'x'; 20 * 1024 + 1];
        let (code, said) = status(post(parcel.wrapped(&body)).bearer_auth(SECRET)).await;
        assert!(code == 413 && said.contains("max_body"), "{code} {said}");
        for junk in [&b""[..], b"xyz", b"\xff\xff\xff\xff", b"\0\0\0\x02{}"] {
            let (code, said) = status(post(junk.to_vec()).bearer_auth(SECRET)).await;
            assert!(code == 400 && said.contains("no parcel"), "{code} {said}");
        }
    });
    running.stop();
    assert_eq!(program.expect("--json list", 0).json()[0]["visits"], 0);
}
