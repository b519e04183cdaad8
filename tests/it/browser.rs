//! Pages that need a browser: a real Chromium reads local pages that build themselves with scripts.

mod ended;
mod fenced;
mod proxy;
mod switched;

use std::path::PathBuf;
use std::sync::LazyLock;

use smallprint::model::{Asked, BesideKind, Capture, Outcome, Provenance, VisitReport};
use tokio::sync::{Mutex, MutexGuard};

use crate::site::Answer;
use crate::visits::scene::{Scene, is_a_look, watch};

const OPT_OUT: &str = "Patients can opt out at any time by telling their practice.";
const TWO_YEARS: &str = "The data are held for two years and then destroyed – “securely”.";
const TEN_YEARS: &str = "The data are held for ten years and then destroyed – “securely”.";

/// A page whose text its script fetches; where it is marked, each building of it has another number.
const SCRIPTED: &str = r#"<!doctype html><html lang="en"><head><title>Sharing data</title>
<link rel="icon" href="data:,"></head>
<body><div id="root"></div><noscript>You need to enable JavaScript to run this app.</noscript><script>
fetch('/data.json').then(answer => answer.json()).then(sentences => {
  const main = document.createElement('main');
  main.dataset.nonce = Math.random();
  main.innerHTML = '<h1>Sharing data</h1>' + sentences.map(one => '<p>' + one + '</p>').join('');
  document.getElementById('root').append(main);
});
</script></body></html>"#;

/// Browsers are hungry: one at a time is enough for a test.
static ALONE: LazyLock<Mutex<()>> = LazyLock::new(Mutex::default);

/// The Chromium of this machine, for as long as the guard is kept. Without one there is nothing to test, which is said
/// aloud, and is a failure where everything must have been tested.
#[expect(
    clippy::print_stderr,
    reason = "what was not tested is said where it is not swallowed"
)]
pub async fn chromium() -> Option<(PathBuf, MutexGuard<'static, ()>)> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let found = names.iter().find_map(|name| {
        std::env::split_paths(&path)
            .map(|folder| folder.join(name))
            .find(|file| file.is_file())
    });
    let Some(found) = found else {
        eprintln!("SKIPPED: there is no Chromium, so no page was read in a browser");
        let must = std::env::var("CI").is_ok_and(|set| set == "true");
        assert!(!must, "without a Chromium nothing here was tested");
        return None;
    };
    Some((found, ALONE.lock().await))
}

/// A scene with one watch in this browser, with these lines of settings.
async fn scene(chromium: &std::path::Path, settings: &str) -> Scene {
    let page = watch("page", "nhs.example/app", "render = \"browser\"");
    Scene::open(&format!(
        "browser = \"{}\"\n{settings}\n{page}",
        chromium.display()
    ))
    .await
}

fn data(scene: &Scene, sentences: &[&str]) {
    let json = serde_json::to_string(sentences).expect("sentences are JSON");
    let answer = Answer::text(&json).header("content-type", "application/json");
    scene.plays("/data.json", answer);
}

/// The capture that a visit brought.
async fn capture(scene: &Scene, report: &VisitReport) -> Capture {
    let landed = scene.landed(report).await;
    let store = &scene.house.store;
    let kept = store.body(landed.capture).await.expect("a capture is kept");
    let capture: Capture = serde_json::from_slice(&kept).expect("a capture");
    let beside: Vec<_> = capture.beside.iter().map(|beside| beside.body).collect();
    assert_eq!(
        landed.beside, beside,
        "what stands beside it is kept with it"
    );
    capture
}

/// What a page asked for while it was built.
fn asked(capture: &Capture) -> &[Asked] {
    match &capture.provenance {
        Provenance::Rendered { asked, .. } => asked,
        other => panic!("it was brought otherwise: {other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_builds_itself_is_read_and_a_change_of_its_data_is_a_change() {
    let Some((chromium, _alone)) = chromium().await else {
        return;
    };
    let scene = scene(&chromium, "").await;
    // What is built is UTF-8, whatever the page that built it was.
    let page = Answer::html(SCRIPTED)
        .header("content-type", "text/html; charset=iso-8859-1")
        .etag("\"the-same-for-ever\"");
    scene.plays("/app", page);
    data(&scene, &[OPT_OUT, TWO_YEARS]);
    let first = scene.look().await;
    assert_eq!(first.outcome, Outcome::Appeared, "{first:?}");
    assert_eq!(scene.versions("page").await[0].title, "Sharing data");

    let again = scene.look_after(30).await;
    assert!(
        is_a_look(&again),
        "another nonce is no other text: {again:?}"
    );

    data(&scene, &[OPT_OUT, TEN_YEARS]);
    let changed = scene.look_after(30).await;
    assert_eq!(changed.outcome, Outcome::Changed, "{changed:?}");
    let body = scene.versions("page").await[1].body;
    let body = scene.house.store.body(body).await.expect("a body");
    let body = String::from_utf8(body.to_vec()).expect("UTF-8");
    assert!(body.contains(TEN_YEARS), "{body}");

    for asked in scene.site.asked() {
        assert_eq!(
            asked.header("proxy-authorization"),
            None,
            "the secret stays here"
        );
        assert_eq!(
            asked.header("if-none-match"),
            None,
            "the scripts' data may be new"
        );
    }
    assert_eq!(scene.site.asked_for("/app").len(), 3, "once a visit");
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_as_served_and_a_picture_stand_beside_what_was_built() {
    let Some((chromium, _alone)) = chromium().await else {
        return;
    };
    let scene = scene(&chromium, "").await;
    scene.plays("/app", Answer::html(SCRIPTED));
    data(&scene, &[OPT_OUT, TWO_YEARS]);
    let report = scene.look().await;
    let capture = capture(&scene, &report).await;
    let Provenance::Rendered { browser, asked } = &capture.provenance else {
        panic!("{capture:?}");
    };
    assert!(browser.contains("Chrome/"), "{browser}");
    let hosts: Vec<&str> = asked.iter().map(|asked| asked.host.as_str()).collect();
    assert_eq!(hosts, ["nhs.example:80"]);
    assert!(
        asked[0].bytes > 100 && asked[0].refused.is_none(),
        "{asked:?}"
    );

    let [source, picture] = &capture.beside[..] else {
        panic!("{:?}", capture.beside);
    };
    assert_eq!(
        (source.what, picture.what),
        (BesideKind::Source, BesideKind::Screenshot)
    );
    let store = &scene.house.store;
    let served = store.body(source.body).await.expect("the page as served");
    assert_eq!(served[..], *SCRIPTED.as_bytes());
    let picture = store.body(picture.body).await.expect("a picture");
    let (png, header) = picture.split_at(16);
    assert_eq!(&png[..8], b"\x89PNG\r\n\x1a\n");
    let size = |at: usize| u32::from_be_bytes(header[at..at + 4].try_into().expect("four bytes"));
    assert_eq!(size(0), 1280);
    assert!((200..=10_000).contains(&size(4)), "{} pixels high", size(4));
    if let Some(folder) = std::env::var_os("SMALLPRINT_PICTURES") {
        std::fs::write(PathBuf::from(folder).join("page.png"), &picture[..])
            .expect("a picture is written");
    }
    scene.end().await;
}
