//! The heartbeat and the alarms over days, restarts and gaps, in a house with a clock that is set.

use smallprint::model::{AlertId, AnchoredBy, DeliveryOutcome, Destination, Fact, Owed};
use smallprint::oversight::Overseer;
use smallprint::visit::Wanted;
use smallprint::witness;

use crate::site::Answer;
use crate::visits::scene::{Scene, watch};

const OPERATORS: &str =
    "[[route]]\nto = \"terminal\"\noperators = true\n[[route]]\nto = \"discord:7\"\n";

async fn open(lines: &str) -> (Scene, Overseer) {
    let pages = watch("page", "nhs.example/page", "");
    let scene = Scene::open(&format!("[operators]\n{lines}\n{OPERATORS}{pages}")).await;
    scene.shows("nhs.example/page", &["Patients can opt out at any time."]);
    let overseer = begin(&scene).await;
    (scene, overseer)
}

async fn begin(scene: &Scene) -> Overseer {
    Overseer::begin(&scene.house)
        .await
        .expect("the archive is well")
}

async fn look(scene: &Scene, overseer: &mut Overseer) -> usize {
    let owed = overseer.look(&scene.house).await;
    owed.expect("the archive is well")
}

/// The heartbeats and alarms that were said, with to whom.
async fn said(scene: &Scene) -> Vec<(String, Vec<Owed>)> {
    let mut said = Vec::new();
    for (no, fact) in (1..).zip(scene.facts().await) {
        let (Fact::Heartbeat { text, owed, .. } | Fact::Alarmed { text, owed, .. }) = fact else {
            continue;
        };
        if text.is_some() {
            let text = scene.house.store.notice_text(no).await.expect("a text");
            said.push((text, owed));
        }
    }
    said
}

/// The same without to whom.
async fn texts(scene: &Scene) -> Vec<String> {
    said(scene)
        .await
        .into_iter()
        .map(|(text, _)| text)
        .collect()
}

/// Visits the page every half hour and looks every ten minutes, for so many hours.
async fn live(scene: &Scene, overseer: &mut Overseer, hours: i64) {
    for step in 0..hours * 6 {
        if step % 3 == 0 {
            scene.look().await;
        }
        scene.pass(10);
        look(scene, overseer).await;
    }
}

#[tokio::test]
async fn a_heartbeat_is_said_once_a_day_to_the_operators_alone() {
    let (scene, mut overseer) = open("heartbeat = \"11:00\"").await;
    look(&scene, &mut overseer).await;
    live(&scene, &mut overseer, 26).await;
    let said = said(&scene).await;
    let [(first, owed), (second, _)] = said.as_slice() else {
        panic!("{said:#?}")
    };
    // It began at ten.
    assert!(first.starts_with("1 visit of 1 page since 10:00, 1 of them read. No page fails. 0 changes found; 0 alerts sent. The archive takes "), "{first}");
    assert!(first.ends_with(" Nothing needs to be done."), "{first}");
    assert!(
        second.starts_with("47 visits of 1 page since yesterday 11:00, 47 of them read."),
        "{second}"
    );
    let to: Vec<String> = owed.iter().map(|one| one.to.to_string()).collect();
    assert_eq!(to, ["terminal"]);
    assert!(!owed[0].loud);
    scene.end().await;
}

#[tokio::test]
async fn a_heartbeat_tells_the_last_checkpoint_of_the_day_and_anchors_it_where_it_is_posted() {
    let (scene, mut overseer) = open("heartbeat = \"11:00\"").await;
    let house = &scene.house;
    look(&scene, &mut overseer).await;
    assert_eq!(witness::daily(house).await.expect("it is well"), None);
    scene.look().await;
    let landed = scene.versions("page").await.remove(0).entry;
    witness::make_key(house, None).await.expect("a key");
    let first = witness::daily(house).await.expect("it is signed");
    let first = first.expect("nothing was signed on this day");
    let again = witness::daily(house).await.expect("it is well");
    assert_eq!(again, None, "once a day");
    live(&scene, &mut overseer, 2).await;
    let (text, _) = said(&scene).await.remove(0);
    let root = first.what.note.lines().nth(2).expect("the root").to_owned();
    let line = format!(
        "The journal was signed up to entry {}, with the root {root}.",
        first.what.size
    );
    assert!(text.contains(&line), "{text}");
    scene.pass(60 * 24);
    scene.look().await;
    let second = witness::daily(house).await.expect("it is signed");
    assert!(second.is_some_and(|second| second.what.size > first.what.size));
    // It is owed to the terminal, which is no place where others keep it.
    let beats = (1..).zip(scene.facts().await);
    let beat = beats
        .filter(|(_, fact)| matches!(fact, Fact::Heartbeat { text: Some(_), .. }))
        .map(|(entry, _)| entry)
        .next()
        .expect("a heartbeat");
    let sent = |entry| Fact::Delivery {
        message: AlertId { entry, index: 0 },
        outcome: DeliveryOutcome::Sent { id: "9".to_owned() },
    };
    let anchors = async || {
        let last = house.store.last_entry().await.expect("a journal");
        let vouched = house.store.vouched(vec![landed], last).await;
        vouched.expect("it is well").remove(0).anchors
    };
    let append = async |fact| {
        let appended = house.store.append(fact, scene.now(), None).await;
        appended.expect("it is taken")
    };
    append(sent(beat)).await;
    assert!(anchors().await.is_empty());
    let Fact::Heartbeat {
        beat,
        from,
        text,
        owed,
    } = scene.facts().await.remove(beat as usize - 1)
    else {
        panic!("it is a heartbeat")
    };
    let to = Destination::Discord(7);
    let owed = vec![Owed {
        to: to.clone(),
        ..owed[0].clone()
    }];
    let entry = append(Fact::Heartbeat {
        beat,
        from,
        text,
        owed,
    })
    .await;
    let entry = append(sent(entry)).await;
    let [anchor] = anchors().await.try_into().expect("one anchor");
    assert_eq!((anchor.size, anchor.entry), (first.what.size, entry));
    assert_eq!(anchor.by, AnchoredBy::Posted { to });
    scene.end().await;
}

#[tokio::test]
async fn a_heartbeat_that_was_missed_is_said_once_late_and_names_the_gap() {
    let (scene, mut overseer) = open("heartbeat = \"11:00\"").await;
    look(&scene, &mut overseer).await;
    live(&scene, &mut overseer, 2).await;
    assert_eq!(texts(&scene).await.len(), 1);
    // Off for two mornings, from a quarter to twelve on.
    let mut scene = scene.cut_off().await;
    scene.pass(60 * 48);
    for _ in 0..3 {
        let mut overseer = begin(&scene).await;
        look(&scene, &mut overseer).await;
        scene.round(Wanted::Due).await;
        scene.pass(1);
        look(&scene, &mut overseer).await;
        scene = scene.cut_off().await;
    }
    let said = texts(&scene).await;
    let [_, gap, late] = said.as_slice() else {
        panic!("{said:#?}")
    };
    assert_eq!(
        gap,
        "Nothing was visited from Wed 13 May 2026 11:30 BST to Fri 15 May 2026 12:00 BST: the machine slept, or the program was \
         stopped. 1 visit that was due meanwhile is made now."
    );
    assert!(
        late.contains("This comes late: it was due Fri 15 May 2026 11:00 BST, and from Wed 13 May 2026 11:30 BST to Fri 15 May 2026 12:00 BST the machine slept or the program was stopped."),
        "{late}"
    );
    let mut overseer = begin(&scene).await;
    live(&scene, &mut overseer, 24).await;
    assert_eq!(texts(&scene).await.len(), 4);
    scene.end().await;
}

#[tokio::test]
async fn a_scheduler_that_is_late_is_said_once_and_once_when_it_is_on_time() {
    let (scene, mut overseer) = open("").await;
    scene.look().await;
    // The page is due at half past ten, local time, and nobody goes.
    for _ in 0..20 {
        scene.pass(10);
        look(&scene, &mut overseer).await;
    }
    let late = texts(&scene).await;
    assert_eq!(late.len(), 1, "{late:#?}");
    assert!(
        late[0].starts_with(
            "Visits are late: 1 that was due is not made yet, to page, since Wed 13 May 2026 10:30 BST."
        ),
        "{}",
        late[0]
    );
    let (_, owed) = said(&scene).await.remove(0);
    assert_eq!(owed.len(), 1);
    assert!(owed[0].loud);
    // A restart neither says it again nor ends it.
    let scene = scene.cut_off().await;
    let mut overseer = begin(&scene).await;
    scene.pass(5);
    look(&scene, &mut overseer).await;
    let before = texts(&scene).await;
    assert!(
        !before.iter().any(|text| text.contains("in time again")),
        "{before:#?}"
    );
    scene.look().await;
    for _ in 0..2 {
        scene.pass(5);
        look(&scene, &mut overseer).await;
    }
    let texts = texts(&scene).await;
    let on_time = texts.iter().filter(|text| {
        text.contains(
            "Visits are made in time again; they were late since Wed 13 May 2026 10:30 BST.",
        )
    });
    assert_eq!(on_time.count(), 1, "{texts:#?}");
    scene.end().await;
}

#[tokio::test]
async fn a_machine_that_slept_is_no_scheduler_that_is_late() {
    let (scene, mut overseer) = open("").await;
    scene.look().await;
    look(&scene, &mut overseer).await;
    scene.pass(60 * 9);
    look(&scene, &mut overseer).await;
    scene.look().await;
    for _ in 0..3 {
        scene.pass(10);
        look(&scene, &mut overseer).await;
    }
    let texts = texts(&scene).await;
    assert_eq!(texts.len(), 1, "{texts:#?}");
    assert!(texts[0].starts_with("Nothing was visited from Wed 13 May 2026 10:00 BST to Wed 13 May 2026 19:00 BST: the machine slept"), "{texts:#?}");
    scene.end().await;
}

/// Every notice that says of the page that it is not read, and that it is read again.
async fn of_the_page(scene: &Scene) -> Vec<String> {
    let mut all = Vec::new();
    for (no, fact) in (1..).zip(scene.facts().await) {
        let about = match &fact {
            Fact::Notice { about, .. } => !about.is_empty(),
            Fact::Alarmed { text, .. } => text.is_some(),
            _ => false,
        };
        if about {
            all.push(scene.house.store.notice_text(no).await.expect("a text"));
        }
    }
    all
}

#[tokio::test]
async fn a_page_that_goes_unread_is_said_once_whoever_says_it_first_and_once_when_it_is_read() {
    for (unread_after, first) in [
        ("3d", "nothing more is said of it"),
        ("12h", "A page was not read for 12 hours"),
    ] {
        let (scene, mut overseer) = open(&format!("unread_after = \"{unread_after}\"")).await;
        scene.look().await;
        scene.pass(30);
        scene.plays("nhs.example/page", Answer::status(500));
        live(&scene, &mut overseer, 24 * 4).await;
        let begun = of_the_page(&scene).await;
        assert_eq!(begun.len(), 1, "{begun:#?}");
        assert!(begun[0].contains(first), "{begun:#?}");
        scene.shows("nhs.example/page", &["Patients can opt out at any time."]);
        live(&scene, &mut overseer, 2).await;
        let ended = of_the_page(&scene).await;
        assert_eq!(ended.len(), 2, "{ended:#?}");
        assert!(
            ended[1].starts_with("A page can be read again: “"),
            "{}",
            ended[1]
        );
        assert!(
            ended[1].ends_with("not read since Wed 13 May 2026 10:30 BST."),
            "{}",
            ended[1]
        );
        scene.end().await;
    }
}
