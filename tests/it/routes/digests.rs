//! Digests: each once, whatever the clocks and the program do.

use smallprint::answers::{self, MuteWanted, Request};
use smallprint::model::{Fact, Owed, Scope};
use tokio::sync::mpsc;

use crate::discord::Fault;
use crate::routes::{HERE, Stage, address, alert, id, route};
use crate::site::Answer;

const DAILY: &str = "name = \"morning\"\nsend = \"daily\"\nat = \"08:00\"";

#[tokio::test(flavor = "multi_thread")]
async fn a_digest_tells_what_changed_what_was_not_read_and_what_was_held_quiet() {
    let route = route(HERE, DAILY);
    let stage = Stage::open(&route, 5).await;
    stage.pay().await;
    let mute = MuteWanted {
        scope: Scope {
            watch: Some(id(3).as_str().into()),
            ..Scope::default()
        },
        lasts_ms: None,
        until: None,
        why: "It moves its benches daily.".to_owned(),
        by: "An editor".to_owned(),
    };
    let (heard, _listening) = mpsc::channel(8);
    answers::answer(&stage.scene.house, Request::Mute(mute), heard)
        .await
        .expect("it is muted");
    stage.scene.pass(60);
    stage.changes(0).await;
    stage.breaks(1).await;
    stage.changes(3).await;
    stage.scene.plays(&address(2), Answer::status(500));
    // The last visits are of a quarter to eight in London; page-4 is not visited any more.
    stage.until("2026-05-14T06:45:00Z");
    for page in 0..4 {
        stage.scene.visit(&id(page)).await;
    }
    let paid = stage.pay().await;
    assert_eq!(paid.sent.len(), 0, "{paid:?}");
    assert!(paid.held >= 2, "{paid:?}");
    stage.until("2026-05-14T07:00:20Z");
    stage.pay().await;
    let sent = stage.sent(HERE);
    let [digest] = sent.as_slice() else {
        panic!("{} messages", sent.len())
    };
    let all = digest.json.to_string();
    let said = &digest.content;
    assert!(
        said.starts_with(
            "Digest of Thu 14 May 2026: 2 changes on 2 pages. 2 pages could not be read."
        ),
        "{said}"
    );
    assert!(
        said.contains("no longer on the page") || said.contains("sold"),
        "{said}"
    );
    for part in [
        "**gp-data**",
        "Digest “morning”",
        "Could not be read",
        "page-2",
        "page-4: due, and not visited since",
        "Held quiet",
        "1 muted",
        "It moves its benches daily",
        "7 visits of 5 pages",
    ] {
        assert!(all.contains(part), "no {part} in {all}");
    }
    assert_eq!(stage.scene.owed().await, []);
    // It was as loud as what waited for it.
    assert_eq!(digest.json["flags"].as_u64().unwrap_or(0), 0);
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_digest_comes_once_however_often_the_program_stops() {
    let stage = Stage::open(&route(HERE, DAILY), 3).await;
    stage.pay().await;
    stage.changes(0).await;
    stage.changes(1).await;
    // Three mornings are missed, and one digest makes up for them; its first attempt is cut off.
    stage.until("2026-05-16T12:00:00Z");
    stage.discord.will(HERE, [Fault::CutAfter, Fault::Broken]);
    let paid = stage.pay().await;
    assert_eq!((paid.sent.len(), paid.waiting.len()), (0, 1), "{paid:?}");
    let stage = stage.cut_off().await;
    stage.discord.be_well();
    stage.pay().await;
    stage.changes(2).await;
    let stage = stage.cut_off().await;
    stage.until("2026-05-17T06:59:00Z");
    stage.pay().await;
    let sent = stage.sent(HERE);
    assert_eq!(sent.len(), 1, "{sent:?}");
    assert!(sent[0].content.contains("2 changes on 2 pages"), "{sent:?}");
    stage.until("2026-05-17T07:00:00Z");
    for _ in 0..3 {
        stage.pay().await;
    }
    let sent = stage.sent(HERE);
    assert_eq!(sent.len(), 2, "{sent:?}");
    assert!(sent[1].content.contains("1 change on 1 page"), "{sent:?}");
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_digest_that_was_owed_before_a_crash_pays_what_waited_then() {
    let stage = Stage::open(&route(HERE, DAILY), 2).await;
    stage.pay().await;
    let from = stage.scene.now();
    stage.changes(0).await;
    let now = stage.scene.pass(60);
    // The entry was written, and nothing after it.
    let owed = Owed {
        route: Some("morning".to_owned()),
        ..Owed::post(smallprint::model::Destination::Discord(HERE), false)
    };
    let fact = Fact::Digest {
        route: "morning".to_owned(),
        from,
        until: now,
        told: None,
        owed: vec![owed],
    };
    let store = &stage.scene.house.store;
    store.append(fact, now, None).await.expect("appended");
    let stage = stage.cut_off().await;
    let paid = stage.pay().await;
    assert_eq!((paid.sent.len(), paid.held), (2, 0), "{paid:?}");
    assert_eq!(stage.sent(HERE).len(), 1);
    let first = paid.sent[0].0;
    assert_ne!(first, alert(1));
    assert_eq!(stage.pay().await.sent, []);
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_digest_of_nothing_says_so_and_never_of_what_was_not_seen() {
    let stage = Stage::open(&route(HERE, DAILY), 2).await;
    stage.pay().await;
    stage.until("2026-05-14T06:30:00Z");
    stage.scene.visit(&id(0)).await;
    stage.scene.visit(&id(1)).await;
    stage.until("2026-05-14T07:00:00Z");
    stage.pay().await;
    // A day without a visit.
    stage.until("2026-05-15T07:00:00Z");
    stage.pay().await;
    let sent = stage.sent(HERE);
    let said: Vec<&str> = sent.iter().map(|one| one.content.as_str()).collect();
    assert_eq!(
        said,
        [
            "Digest of Thu 14 May 2026: nothing changed that is told here, in 2 visits of 2 pages.",
            "Digest of Fri 15 May 2026: nothing is known: in 0 visits none of 2 pages was read.",
        ]
    );
    let first = sent[0].json["flags"].as_u64();
    assert_eq!(first, Some(4096), "it makes no sound");
    stage.end().await;
}

/// How many digests come in the night that begins at this time, asked every ten minutes, and when.
async fn night(begins: &str) -> Vec<String> {
    let lines = "send = \"daily\"\nat = \"01:30\"";
    let stage = Stage::open(&route(HERE, lines), 1).await;
    stage.until(begins);
    stage.pay().await;
    let mut times = Vec::new();
    for _ in 0..60 {
        let now = stage.scene.pass(10);
        let before = stage.sent(HERE).len();
        stage.pay().await;
        let more = stage.sent(HERE).len() - before;
        times.extend((0..more).map(|_| now.format("%H:%M").to_string()));
    }
    stage.end().await;
    times
}

#[tokio::test(flavor = "multi_thread")]
async fn a_digest_at_half_past_one_comes_once_when_the_clocks_change() {
    // They go back at 01:00 of UTC: the first half past one is at 00:30.
    assert_eq!(night("2026-10-24T20:00:00Z").await, ["00:30"]);
    // They go forward at 01:00 of UTC: there is no half past one, and the first minute after it is at 01:00.
    assert_eq!(night("2027-03-27T20:00:00Z").await, ["01:00"]);
}
