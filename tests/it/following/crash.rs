//! A program that is cut off while it follows loses nothing and says nothing twice.

use smallprint::model::Fate;
use smallprint::visit::Wanted;

use crate::following::{TELLING, alerts, csv, fates, feed, next, offering, table};
use crate::site::Gate;
use crate::visits::scene::{Scene, watch};

/// Cuts a round off as soon as this path was asked for, whose answer waits behind a gate.
async fn cut_off_at(scene: Scene, path: &str, gate: &Gate) -> Scene {
    scene.pass(30);
    {
        let round = scene.round(Wanted::Due);
        tokio::pin!(round);
        tokio::select! {
            _ = &mut round => panic!("it waits at the gate"),
            () = scene.site.asked_times(path, 1) => {}
        }
    }
    // What the round had spawned ends with it.
    let scene = scene.cut_off().await;
    gate.open();
    scene
}

async fn scene() -> Scene {
    let scene = Scene::open(&watch("feed", "nhs.example/feed", "follow = [\"entries\"]")).await;
    let old = ("Minutes of March", "nhs.example/march");
    scene.plays("nhs.example/feed", feed(&[old]));
    scene.round(Wanted::All).await;
    scene.plays(
        "nhs.example/feed",
        feed(&[("A review", "nhs.example/review"), old]),
    );
    scene
}

#[tokio::test]
async fn cut_off_between_found_and_read_it_goes_on_after_the_restart() {
    let (scene, gate) = (scene().await, Gate::new());
    scene.plays(
        "nhs.example/review",
        offering("A review", TELLING, &[]).behind(&gate),
    );
    let scene = cut_off_at(scene, "/review", &gate).await;
    assert_eq!(fates(&scene).await, [("/review".to_owned(), Fate::Unread)]);
    assert_eq!(alerts(&scene).await, 0);
    next(&scene).await;
    assert_eq!(fates(&scene).await, [("/review".to_owned(), Fate::Watched)]);
    assert_eq!(alerts(&scene).await, 1);
    next(&scene).await;
    assert_eq!(alerts(&scene).await, 1);
    scene.end().await;
}

#[tokio::test]
async fn cut_off_while_its_file_is_fetched_it_is_still_weighed_whole() {
    let (scene, gate) = (scene().await, Gate::new());
    let page = offering("A review", "Of pens.", &[("Annex", "/annex.csv")]);
    scene.plays("nhs.example/review", page);
    scene.plays("nhs.example/annex.csv", csv(&table(TELLING)).behind(&gate));
    let scene = cut_off_at(scene, "/annex.csv", &gate).await;
    assert_eq!(alerts(&scene).await, 0);
    next(&scene).await;
    let expected = [
        ("/annex.csv".to_owned(), Fate::Watched),
        ("/review".to_owned(), Fate::Watched),
    ];
    assert_eq!(fates(&scene).await, expected);
    assert_eq!(alerts(&scene).await, 1);
    scene.end().await;
}
