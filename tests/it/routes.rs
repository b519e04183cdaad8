//! Routes from the page to the channel: batches, mentions, quiet hours, operators.

mod corrected;
mod digests;
mod preview;

use chrono::{DateTime, Utc};
use serde_json::json;
use smallprint::deliver::{Paid, Patience};
use smallprint::model::{AlertId, Severity};

use crate::discord::{Discord, Fault, Stored, TOKEN};
use crate::visits::scene::{Scene, page_watch, watch};

const HERE: u64 = 111;
const OPS: u64 = 222;

/// Texts that have nothing in common.
const TEXTS: [&str; 8] = [
    "The harbour office closes at noon on Fridays in winter.",
    "Twelve new benches were put up along the northern path.",
    "Library cards may be renewed by telephone from next month.",
    "A survey of hedgehogs found more of them than expected.",
    "The choir sings in the old chapel every second Sunday.",
    "Parking permits for traders cost forty pounds a year.",
    "Swimming lessons for beginners start in the small pool.",
    "The museum lends its telescope to schools in the county.",
];

/// A promise whose removal interrupts an evening.
const PROMISE: &str = "Your confidential information will never be sold to anybody.";

/// Pages that are watched, and a Discord to which routes lead.
struct Stage {
    scene: Scene,
    discord: Discord,
    _token: tempfile::TempDir,
}

impl Stage {
    /// So many pages that were read, and these routes.
    async fn open(routes: &str, pages: usize) -> Stage {
        let discord = Discord::start().await;
        let token = tempfile::tempdir().expect("a folder");
        let file = token.path().join("token");
        std::fs::write(&file, TOKEN).expect("a token");
        let settings = format!(
            "[discord]\ntoken_file = \"{}\"\napi_base = \"{}\"\n",
            file.display(),
            discord.base
        );
        let watches: String = (0..pages)
            .map(|no| watch(&id(no), &address(no), "topics = [\"gp-data\"]"))
            .collect();
        let scene = Scene::open(&format!("{settings}{routes}\n{watches}")).await;
        let stage = Stage {
            scene,
            discord,
            _token: token,
        };
        for no in 0..pages {
            stage.shows(no, &[PROMISE, "It stands here."]);
            stage.scene.visit(&id(no)).await;
        }
        assert_eq!(stage.scene.owed().await, [], "a first reading is no news");
        stage
    }

    fn shows(&self, page: usize, paragraphs: &[&str]) {
        self.scene.shows(&address(page), paragraphs);
    }

    /// A paragraph comes to a page: how much that matters.
    async fn changes(&self, page: usize) -> Severity {
        let new = TEXTS[page % TEXTS.len()];
        self.shows(page, &[PROMISE, "It stands here.", new]);
        let report = self.scene.visit(&id(page)).await;
        report.severity.expect("it matters somehow")
    }

    /// A promise goes from a page.
    async fn breaks(&self, page: usize) {
        self.shows(page, &["It stands here."]);
        let report = self.scene.visit(&id(page)).await;
        assert_eq!(report.severity, Some(Severity(5)), "{:?}", report.findings);
    }

    async fn pay(&self) -> Paid {
        let none = Patience {
            bound: std::time::Duration::ZERO,
            ..Patience::COMMAND
        };
        self.scene
            .house
            .pay(none)
            .await
            .expect("the archive is well")
    }

    fn sent(&self, channel: u64) -> Vec<Stored> {
        self.discord.messages(channel)
    }

    fn until(&self, time: &str) {
        self.scene.house.clock.set(at(time));
    }

    /// The same after the archive was closed and opened again.
    async fn cut_off(self) -> Stage {
        Stage {
            scene: self.scene.cut_off().await,
            ..self
        }
    }

    async fn end(self) {
        assert_eq!(self.discord.broken(), Vec::<String>::new());
        self.scene.end().await;
    }
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("a time")
}

fn id(page: usize) -> String {
    format!("page-{page}")
}

fn address(page: usize) -> String {
    format!("nhs.example/page-{page}")
}

/// A route to this channel that takes everything, with these lines.
fn route(channel: u64, lines: &str) -> String {
    format!("[[route]]\nto = \"discord:{channel}\"\nmin_severity = 1\n{lines}\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_of_publications_is_one_message() {
    let stage = Stage::open(&route(HERE, "send = \"batch\"\nwait = \"10m\""), 7).await;
    for page in 0..7 {
        stage.changes(page).await;
        let paid = stage.pay().await;
        assert_eq!((paid.sent.len(), paid.held), (0, page + 1), "{paid:?}");
        assert!(paid.next.is_some() && paid.waiting.is_empty(), "{paid:?}");
        stage.scene.pass(1);
    }
    stage.scene.pass(3);
    let paid = stage.pay().await;
    assert_eq!((paid.sent.len(), paid.held), (7, 0), "{paid:?}");
    let sent = stage.sent(HERE);
    let [message] = sent.as_slice() else {
        panic!("{} messages", sent.len())
    };
    let said = &message.content;
    assert!(said.starts_with("7 changes on 7 pages. "), "{said}");
    let (name, file) = message.file.clone().expect("a file");
    assert!(name.starts_with("batch-alert-"), "{name}");
    let description = message.json["embeds"][0]["description"].to_string();
    for text in &TEXTS[..7] {
        assert!(file.matches(&text[..20]).count() == 2, "{file}");
        assert!(description.contains(&text[..20]), "{description}");
    }
    assert_eq!(stage.scene.owed().await, []);
    assert_eq!(stage.pay().await, Paid::default());
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_of_one_is_the_message_of_its_change() {
    let stage = Stage::open(&route(HERE, "send = \"batch\"\nwait = \"10m\""), 1).await;
    stage.changes(0).await;
    stage.scene.pass(10);
    stage.pay().await;
    let sent = stage.sent(HERE);
    assert_eq!(sent.len(), 1);
    assert!(
        sent[0].footer().starts_with("page-0 · version 2"),
        "{sent:?}"
    );
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_look_edits_the_message_that_told_of_several() {
    for (wait, edits) in [("1m", 1), ("30m", 0)] {
        let lines = format!("send = \"batch\"\nwait = \"{wait}\"");
        let stage = Stage::open(&route(HERE, &lines), 2).await;
        stage.changes(0).await;
        stage.breaks(1).await;
        stage.scene.pass(1);
        stage.pay().await;
        stage.scene.pass(5);
        stage.scene.visit(&id(1)).await;
        stage.scene.pass(30);
        stage.pay().await;
        let sent = stage.sent(HERE);
        assert_eq!((sent.len(), sent[0].edits), (1, edits), "wait {wait}");
        let all = sent[0].json.to_string();
        assert!(all.contains("2 changes on 2 pages"), "{all}");
        assert_eq!(stage.scene.owed().await, []);
        stage.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_is_mentioned_where_it_was_asked_for_and_no_other_ever() {
    let lines = "mention = \"77\"\nmention_from = 4";
    let stage = Stage::open(&route(HERE, lines), 2).await;
    stage.shows(
        0,
        &[PROMISE, "It stands here.", "<@&88> @everyone reads this."],
    );
    stage.scene.visit(&id(0)).await;
    stage.breaks(1).await;
    stage.pay().await;
    let sent = stage.sent(HERE);
    let [quiet, loud] = sent.as_slice() else {
        panic!("{} messages", sent.len())
    };
    assert!(!quiet.content.contains("<@&"), "{}", quiet.content);
    assert_eq!(
        quiet.json["allowed_mentions"],
        json!({ "parse": [], "roles": [], "users": [] })
    );
    assert!(loud.content.contains(" <@&77>"), "{}", loud.content);
    assert_eq!(
        loud.json["allowed_mentions"],
        json!({ "parse": [], "roles": ["77"], "users": [] })
    );
    // An edit goes on naming the role.
    stage.scene.pass(6);
    stage.scene.visit(&id(1)).await;
    stage.pay().await;
    let edited = &stage.sent(HERE)[1];
    assert_eq!(edited.edits, 1);
    assert!(
        edited.content.contains(" <@&77>\nStill so"),
        "{}",
        edited.content
    );
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_night_is_quiet_but_for_what_interrupts_an_evening() {
    let stage = Stage::open(&route(HERE, "quiet = \"22:00-07:00\""), 3).await;
    stage.until("2026-05-13T23:00:00Z");
    assert!(stage.changes(0).await < Severity(4));
    assert!(stage.changes(1).await < Severity(4));
    stage.breaks(2).await;
    let paid = stage.pay().await;
    assert_eq!((paid.sent.len(), paid.held), (1, 2), "{paid:?}");
    assert_eq!(stage.sent(HERE)[0].json["flags"].as_u64().unwrap_or(0), 0);
    stage.until("2026-05-14T06:00:00Z");
    stage.pay().await;
    let sent = stage.sent(HERE);
    assert_eq!(sent.len(), 2);
    assert!(
        sent[1].content.starts_with("2 changes on 2 pages."),
        "{sent:?}"
    );
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_that_was_sent_and_not_acknowledged_is_not_sent_again() {
    let stage = Stage::open(&route(HERE, "send = \"batch\"\nwait = \"10m\""), 3).await;
    stage.changes(0).await;
    stage.changes(1).await;
    stage.scene.pass(10);
    stage.discord.will(HERE, [Fault::CutAfter]);
    let paid = stage.pay().await;
    assert_eq!((paid.sent.len(), paid.waiting.len()), (0, 1), "{paid:?}");
    // What comes now was not in that message.
    stage.changes(2).await;
    stage.scene.pass(60);
    stage.discord.forget_nonces();
    let stage = stage.cut_off().await;
    let paid = stage.pay().await;
    assert_eq!((paid.sent.len(), paid.held), (3, 0), "{paid:?}");
    let sent = stage.sent(HERE);
    assert_eq!(sent.len(), 2, "one of two changes, one of one");
    assert!(sent[0].content.starts_with("2 changes"), "{sent:?}");
    for alert in paid.sent.iter().map(|(alert, _)| *alert) {
        let receipt = stage.scene.house.store.receipt(alert).await;
        assert!(receipt.expect("the archive is well").is_some(), "{alert}");
    }
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_program_says_of_itself_goes_to_its_operators() {
    let routes =
        route(HERE, "") + &format!("[[route]]\nto = \"discord:{OPS}\"\noperators = true\n");
    let stage = Stage::open(&routes, 1).await;
    stage.changes(0).await;
    stage
        .scene
        .plays(&address(0), crate::site::Answer::status(500));
    for _ in 0..4 {
        stage.scene.pass(10 * 60);
        stage.scene.visit(&id(0)).await;
    }
    stage.pay().await;
    let (here, ops) = (stage.sent(HERE), stage.sent(OPS));
    assert_eq!((here.len(), ops.len()), (1, 1));
    assert!(
        ops[0].content.contains("could not be read since"),
        "{ops:?}"
    );
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_route_that_was_taken_away_owes_nothing_to_nobody() {
    let waiting = route(HERE, "name = \"later\"\nsend = \"daily\"");
    let stage = Stage::open(&waiting, 2).await;
    stage.changes(0).await;
    stage.changes(1).await;
    assert_eq!(stage.pay().await.held, 2);
    let api = format!("[discord]\napi_base = \"{}\"\n", stage.discord.base);
    let file = stage._token.path().join("token");
    let token = format!("token_file = \"{}\"\n", file.display());
    let other = format!("[[route]]\nto = \"discord:{OPS}\"\n");
    let page = page_watch("nhs.example/page-0", "");
    stage
        .scene
        .rewrite(&format!("{api}{token}{other}{page}"))
        .await;
    stage.pay().await;
    let sent = stage.sent(HERE);
    assert_eq!(sent.len(), 1);
    assert!(
        sent[0].content.starts_with("2 changes on 2 pages."),
        "{sent:?}"
    );
    stage.end().await;
}

/// The first alert of an entry.
fn alert(entry: u64) -> AlertId {
    AlertId { entry, index: 0 }
}
