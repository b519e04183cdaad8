//! What is read is bounded, and what was not read is listed.

use smallprint::model::Fate;
use smallprint::visit::Wanted;

use crate::following::{fates, feed, next, offering};
use crate::visits::scene::{Scene, watch};

#[tokio::test]
async fn beyond_the_budget_of_a_day_entries_stay_unread_and_have_their_turn_the_next_day() {
    let watchlist = watch("feed", "nhs.example/feed", "follow = [\"entries\"]");
    let scene = Scene::open_with("follow_budget = 2", &watchlist).await;
    scene.plays(
        "nhs.example/feed",
        feed(&[("Nothing", "nhs.example/nothing")]),
    );
    scene.round(Wanted::All).await;
    let addresses: Vec<String> = (1..=5).map(|n| format!("nhs.example/paper-{n}")).collect();
    for address in &addresses {
        scene.plays(address, offering("A paper", "About paper.", &[]));
    }
    let entries: Vec<(&str, &str)> = addresses.iter().map(|a| ("A paper", a.as_str())).collect();
    scene.plays("nhs.example/feed", feed(&entries));
    let unread = async |scene: &Scene| {
        let fates = fates(scene).await;
        assert_eq!(fates.len(), 5);
        fates
            .iter()
            .filter(|(_, fate)| *fate == Fate::Unread)
            .count()
    };
    next(&scene).await;
    assert_eq!(unread(&scene).await, 3);
    next(&scene).await;
    assert_eq!(unread(&scene).await, 3, "the day is not over");
    scene.pass(24 * 60);
    next(&scene).await;
    assert_eq!(unread(&scene).await, 1);
    scene.end().await;
}
