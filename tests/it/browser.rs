//! Pages that need a browser: a real Chromium reads a local page that builds itself with scripts.

use crate::site::Answer;
use crate::visits::scene::{Scene, watch};

const JSON: &str = r#"{"sentences": ["Patients can opt out at any time by telling their practice.",
    "The data are held for two years and then destroyed.", "Nobody outside the service may see the records."]}"#;

const SCRIPTED: &str = r#"<!doctype html><html lang="en"><head><title>Sharing data</title></head>
<body><div id="root"></div><noscript>You need to enable JavaScript to run this app.</noscript><script>
fetch('/data.json').then(answer => answer.json()).then(data => {
  const main = document.createElement('main');
  main.innerHTML = '<h1>Sharing data</h1>' + data.sentences.map(one => '<p>' + one + '</p>').join('');
  document.getElementById('root').append(main);
});
</script></body></html>"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_builds_itself_is_read_as_it_was_built() {
    let list = format!(
        "browser = \"/usr/bin/chromium\"\n{}",
        watch("page", "nhs.example/app", "render = \"browser\"")
    );
    let scene = Scene::open(&list).await;
    scene.plays("/app", Answer::html(SCRIPTED));
    scene.plays(
        "/data.json",
        Answer::text(JSON).header("content-type", "application/json"),
    );
    let t = std::time::Instant::now();
    let report = scene.look().await;
    println!("{report:#?} {:?}", t.elapsed());
    for a in scene.site.asked() {
        println!("{} {} {:?}", a.method, a.target, a.headers);
    }
    panic!();
}
