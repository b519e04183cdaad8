//! Whether the program lives and is ready, from before its archive is open until after it is closed.

use std::sync::Arc;

use serde_json::Value;
use smallprint::doctor;
use smallprint::store::Store;
use smallprint::web::figures::{self, Stage};
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::metrics::{FIRST, Seen};
use crate::program::Program;
use crate::visits::scene::Scene;

/// A watchlist with one page.
const NOTHING: &str = "[[watch]]\nid = \"page\"\nurl = \"https://nhs.example/page\"\ntitle = \"A page\"\nevery = \"1h\"\n";

/// The names of what was looked at.
fn names(said: &Value) -> Vec<&str> {
    let checks = said["checks"].as_array().expect("checks").iter();
    checks
        .map(|one| one["of"].as_str().expect("a name"))
        .collect()
}

#[test]
fn it_lives_before_its_archive_is_open_and_is_ready_only_after() {
    let mut program = Program::with_page(FIRST);
    program.settle("[metrics]\nlisten = \"127.0.0.1:0\"");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let data = program.data();
    let held = Store::open_as(&data, "a short command");
    let held = runtime.block_on(held).expect("it opens");
    let mut running = program.start_with(&["run"]);
    let seen = Seen::of(&mut running);
    let (status, said) = seen.ready();
    assert_eq!(status, 503);
    assert_eq!(said["ready"], false);
    assert_eq!(said["why"], "The archive is being opened.");
    let (status, _, lives) = seen.get("/healthz");
    assert_eq!(
        (status, lives.as_str()),
        (200, "The archive is being opened.\n")
    );
    let figures = seen.figures();
    assert_eq!(figures.value("smallprint_ready", &[]), Some(0.0));
    assert_eq!(figures.value("smallprint_chain_height", &[]), None);
    let now = "2016-07-06T12:00:00Z".parse().expect("a time");
    runtime.block_on(held.close(now)).expect("closed");
    let said = seen.until_ready();
    assert_eq!(names(&said), ["store", "schedule", "deliveries", "disk"]);
    assert!(said["why"].is_null());
    for check in said["checks"].as_array().expect("checks") {
        let says = check["says"].as_str().expect("a sentence");
        assert!(says.ends_with('.') && check["since"].is_string(), "{check}");
    }
    let (status, _, lives) = seen.get("/healthz");
    assert_eq!((status, lives.as_str()), (200, "The program lives.\n"));
    running.stop();
}

#[test]
fn a_window_alone_is_ready_without_a_schedule() {
    let mut program = Program::with_page(FIRST);
    program.expect("visit page", 0);
    program.settle("[metrics]\nlisten = \"127.0.0.1:0\"");
    let mut running = program.start_with(&["serve", "--listen", "127.0.0.1:0"]);
    let seen = Seen::of(&mut running);
    let said = seen.until_ready();
    let says = said["checks"][1]["says"].as_str().expect("a sentence");
    assert!(says.starts_with("No visits are made from here"), "{says}");
    running.stop();
}

/// What is answered where the archive of this house is closed.
#[tokio::test(flavor = "multi_thread")]
async fn a_program_whose_archive_takes_nothing_is_not_alive() {
    let scene = Scene::open(NOTHING).await;
    let house = scene.house.clone();
    assert_eq!(doctor::is_alive(&house), Ok(()));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    let (_stage, seen) = watch::channel(Stage::Open(Arc::clone(&house)));
    let (stop, stopped) = watch::channel(false);
    let serving = tokio::spawn(figures::serve(listener, seen, stopped));
    house
        .store
        .clone()
        .close(house.clock.now())
        .await
        .expect("closed");
    let asked = async |path: &str| {
        let answer = reqwest::get(format!("{base}{path}"))
            .await
            .expect("an answer");
        (answer.status().as_u16(), answer.text().await.expect("text"))
    };
    let (status, why) = asked("/healthz").await;
    assert_eq!((status, why.as_str()), (503, "The archive was closed.\n"));
    let (status, why) = asked("/readyz").await;
    assert_eq!(status, 503);
    let said: Value = serde_json::from_str(&why).expect("JSON");
    assert_eq!(
        (&said["alive"], &said["ready"]),
        (&false.into(), &false.into())
    );
    assert_eq!(said["why"], "The archive was closed.");
    assert_eq!(said["checks"][0]["standing"], "wrong");
    let (status, _) = asked("/metrics").await;
    assert_eq!(status, 200);
    stop.send_replace(true);
    serving.await.expect("it ends");
}
