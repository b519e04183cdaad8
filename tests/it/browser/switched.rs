//! A watch that is read in a browser from now on, or no longer.

use smallprint::model::Outcome;

use super::{OPT_OUT, SCRIPTED, TWO_YEARS, chromium, data};
use crate::program::Program;
use crate::site::Answer;
use crate::visits::scene::{Scene, is_a_look, watch};

#[tokio::test(flavor = "multi_thread")]
async fn a_watch_that_changes_to_the_browser_and_back_alerts_nobody() {
    let Some((chromium, _alone)) = chromium().await else {
        return;
    };
    let settings = format!("browser = \"{}\"\n", chromium.display());
    let plain = settings.clone() + &watch("page", "nhs.example/app", "");
    let built = settings + &watch("page", "nhs.example/app", "render = \"browser\"");
    let scene = Scene::open(&plain).await;
    let fixed = SCRIPTED.replace(
        "<div id=\"root\">",
        &format!("<main><h1>Sharing data</h1><p>{OPT_OUT}</p></main><div id=\"root\">"),
    );
    scene.plays("/app", Answer::html(&fixed).etag("\"one\""));
    data(&scene, &[TWO_YEARS]);
    assert_eq!(scene.look().await.outcome, Outcome::Appeared);
    for (list, versions) in [(&built, 2), (&plain, 3), (&built, 4)] {
        scene.rewrite(list).await;
        let report = scene.look_after(60).await;
        assert_eq!(report.alerts, 0, "{report:?}");
        assert!(report.change.is_some(), "it is on record: {report:?}");
        assert_eq!(scene.versions("page").await.len(), versions);
        let again = scene.look_after(60).await;
        assert!(is_a_look(&again), "{again:?}");
    }
    scene.end().await;
}

#[test]
fn without_a_browser_one_watch_fails_by_name_and_the_others_are_visited() {
    let mut program = Program::with_page(OPT_OUT);
    program.watch("app", "/app", "render = \"browser\"");
    program.site.play("/app", Answer::html(SCRIPTED));
    let missing = "needs a browser (render = \"browser\"), and no Chromium was found; install one (Debian's package is \
                   chromium), or name it with `browser = …` under [settings]";
    let checked = program.expect("check --json", 0).json();
    assert!(
        checked[0]["warnings"]
            .to_string()
            .contains("no Chromium was found"),
        "{checked:?}"
    );
    let visited = program.expect("visit --all --json", 2).json();
    let of = |id: &str| {
        visited
            .iter()
            .find(|row| row["watch"] == id)
            .expect("it was visited")
    };
    assert_eq!(of("page")["outcome"], "appeared");
    let failure = &of("app")["failure"];
    assert_eq!(failure["kind"], "browser");
    assert!(
        failure["why"]
            .as_str()
            .is_some_and(|why| why.ends_with(missing)),
        "{failure}"
    );
    assert!(
        program.site.asked_for("/app").is_empty(),
        "nobody is asked for nothing"
    );

    program.settle_in_settings("browser = \"/no/such/browser\"");
    let visited = program.expect("visit app --json", 2).text();
    assert!(visited.contains("/no/such/browser"), "{visited}");
}
