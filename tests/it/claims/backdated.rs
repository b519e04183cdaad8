//! Dates that a page gives although its old text was seen after them.

use smallprint::model::{Claim, Severity};

use crate::claims::{MONTHLY, STAYS, WEEKLY, claim, finding, shows};
use crate::site::Answer;
use crate::visits::scene::{PAGE, Scene, page, rules};

/// The page, served with these header fields.
fn serves(scene: &Scene, stated: &str, words: &str, fields: &[(&str, &str)]) {
    let paragraphs = [&[stated, words][..], &STAYS].concat();
    let answer = Answer::html(&page("Sharing data", &paragraphs));
    let answer = fields
        .iter()
        .fold(answer, |answer, (name, value)| answer.header(name, value));
    scene.plays(PAGE, answer);
}

#[tokio::test]
async fn a_date_at_which_the_old_text_still_stood_is_back_dated() {
    let scene = Scene::with_page("", &[]).await;
    shows(&scene, PAGE, &["Updated 1 April 2026"], MONTHLY);
    let first = scene.now();
    scene.look().await;
    scene.look_after(30).await;
    let last = scene.pass(30);
    scene.look().await;
    shows(&scene, PAGE, &["Updated 10 May 2026"], WEEKLY);
    let report = scene.look_after(30).await;
    let says = "2026-05-10".parse().expect("a day");
    let seen = [first, last];
    assert_eq!(
        claim(&scene, &report).await,
        Some(Claim::BackDated { says, seen })
    );
    let found = finding(&report, "backdated-edit").expect("it is said");
    assert_eq!(found.severity, Severity(4));
    assert_eq!(
        found.why,
        "The page says updated 10 May 2026; the old text was seen here on 13 May 2026 at 10:00 and 11:00."
    );
    assert_eq!(found.before.as_deref(), Some(MONTHLY));
    assert_eq!(found.after.as_deref(), Some(WEEKLY));
    assert_eq!(
        (found.stands.before.len(), found.stands.after.len()),
        (1, 1)
    );
    // What was seen of the page later is no sight of the old text.
    scene.look_after(30).await;
    shows(&scene, PAGE, &["Updated 10 May 2026"], MONTHLY);
    scene.look_after(30).await;
    assert_eq!(scene.is_found_again().await, 2);
    scene.end().await;
}

#[tokio::test]
async fn one_sight_of_the_old_text_is_not_enough() {
    let scene = Scene::with_page("", &[]).await;
    shows(&scene, PAGE, &["Updated 1 April 2026"], MONTHLY);
    scene.look().await;
    shows(&scene, PAGE, &["Updated 10 May 2026"], WEEKLY);
    let report = scene.look_after(30).await;
    assert!(matches!(
        claim(&scene, &report).await,
        Some(Claim::Announced { .. })
    ));
    assert_eq!(
        rules(&report)
            .iter()
            .filter(|rule| **rule == "announced")
            .count(),
        1
    );
    scene.end().await;
}

#[tokio::test]
async fn a_day_counts_to_its_end_in_london() {
    let scene = Scene::with_page("", &[]).await;
    shows(&scene, PAGE, &["Updated 1 April 2026"], MONTHLY);
    scene.look().await;
    // It is 23:45 on the same day in London, and 00:15 the next time.
    scene.pass(13 * 60 + 45);
    scene.look().await;
    scene.look_after(30).await;
    shows(&scene, PAGE, &["Updated 13 May 2026"], WEEKLY);
    let report = scene.look_after(30).await;
    assert!(matches!(
        claim(&scene, &report).await,
        Some(Claim::Announced { .. })
    ));
    scene.end().await;
}

/// What a page claims whose old text was seen three times with these header fields, and is then dated to three days before.
async fn claimed_after(fields: &[(&str, &str)]) -> Option<Claim> {
    let scene = Scene::with_page("", &[]).await;
    serves(&scene, "Updated 1 April 2026", MONTHLY, fields);
    scene.look().await;
    scene.look_after(30).await;
    scene.look_after(30).await;
    serves(&scene, "Updated 10 May 2026", WEEKLY, &[]);
    let report = scene.look_after(30).await;
    let claim = claim(&scene, &report).await;
    let said = rules(&report).contains(&"backdated-edit");
    assert_eq!(said, matches!(claim, Some(Claim::BackDated { .. })));
    scene.end().await;
    claim
}

#[tokio::test]
async fn an_old_text_out_of_a_cache_makes_no_date_a_back_dated_one() {
    let is_backdated = |claim: Option<Claim>| matches!(claim, Some(Claim::BackDated { .. }));
    assert!(
        is_backdated(claimed_after(&[("age", "300")]).await),
        "younger than the gap"
    );
    let week = claimed_after(&[("age", "604800")]).await;
    assert!(!is_backdated(week), "a week old");
    let unread = claimed_after(&[("age", "old")]).await;
    assert!(!is_backdated(unread), "nobody knows how old");
}

#[tokio::test]
async fn where_the_clocks_do_not_go_together_no_date_is_back_dated() {
    let is_backdated = |claim: Option<Claim>| matches!(claim, Some(Claim::BackDated { .. }));
    let apart = claimed_after(&[("date", "Sun, 10 May 2026 09:00:00 GMT")]).await;
    assert!(!is_backdated(apart), "three days apart");
}

#[tokio::test]
async fn a_look_that_brought_no_bytes_tells_how_it_was_served() {
    let scene = Scene::with_page("", &[]).await;
    let paragraphs = [&["Updated 1 April 2026", MONTHLY][..], &STAYS].concat();
    let answer = Answer::html(&page("Sharing data", &paragraphs));
    scene.plays(PAGE, answer.etag("\"one\"").header("age", "77"));
    scene.look().await;
    scene.look_after(30).await;
    let looks = scene.house.store.looks(&"page".into(), 1).await;
    let looks = looks.expect("the archive is well");
    assert_eq!(looks[0].served.map(|served| served.age), Some(77));
    scene.end().await;
}

#[tokio::test]
async fn a_date_that_moves_back_is_said_unless_a_cache_gave_it() {
    let scene = Scene::with_page("", &[]).await;
    serves(&scene, "Updated 10 May 2026", MONTHLY, &[]);
    scene.look().await;
    // An answer of last week, by its own word: older than what was seen.
    serves(
        &scene,
        "Updated 1 April 2026",
        MONTHLY,
        &[("age", "604800")],
    );
    let report = scene.look_after(30).await;
    assert_eq!((report.change, report.alerts), (None, 0));
    serves(&scene, "Updated 1 April 2026", WEEKLY, &[("age", "604800")]);
    let report = scene.look_after(30).await;
    let claimed = claim(&scene, &report).await;
    assert!(
        matches!(claimed, Some(Claim::NotPossible { .. })),
        "{claimed:?}"
    );
    serves(&scene, "Updated 10 May 2026", MONTHLY, &[]);
    scene.look_after(30).await;
    serves(&scene, "Updated 1 April 2026", MONTHLY, &[("age", "60")]);
    let report = scene.look_after(30).await;
    let (was, is) = ("2026-05-10", "2026-04-01");
    let day = |text: &str| text.parse().expect("a day");
    let back = Claim::DateMovedBack {
        was: day(was),
        is: day(is),
    };
    assert_eq!(claim(&scene, &report).await, Some(back));
    let found = finding(&report, "date-moved-back").expect("it is said");
    assert_eq!(
        (found.severity, found.why.as_str()),
        (
            Severity(4),
            "The page gave 10 May 2026 as the date of its last change; it now gives 1 April 2026."
        )
    );
    scene.end().await;
}
