//! Pages that moved keep their id, and their old addresses stay known.

use smallprint::model::{ChangeKind, Outcome};
use smallprint::visit::Wanted;

use crate::following::next;
use crate::site::Answer;
use crate::visits::scene::{PAGE, Scene, page};

const TEXT: [&str; 2] = ["We share data with practices.", "You may object to it."];

#[tokio::test]
async fn a_page_that_moved_is_visited_where_it_went_once_the_old_address_is_silent() {
    let scene = Scene::with_page("", &TEXT).await;
    scene.round(Wanted::All).await;
    scene.plays(PAGE, Answer::redirect(301, "/new-place"));
    scene.shows("nhs.example/new-place", &TEXT);
    scene.plays("/robots.txt", Answer::status(404));
    assert_eq!(scene.look_after(30).await.kind, Some(ChangeKind::Moved));
    scene.plays(PAGE, Answer::status(404));
    assert_eq!(scene.look_after(30).await.outcome, Outcome::Unchanged);
    scene.plays(
        "nhs.example/new-place",
        Answer::html(&page("Sharing data", &["We share it.", TEXT[1]])),
    );
    let report = scene.look_after(30).await;
    assert_eq!(report.kind, Some(ChangeKind::Edited));
    let versions = scene.versions("page").await;
    let paths: Vec<&str> = versions.iter().map(|version| version.url.path()).collect();
    assert_eq!(paths, ["/page", "/new-place", "/new-place"]);
    next(&scene).await;
    scene.end().await;
}
