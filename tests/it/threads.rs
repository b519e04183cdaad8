//! Each page has one thread in the forum: every change that is told stands there, and the alert leads to it.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::TimeDelta;
use chrono_tz::Europe::London;
use smallprint::channels::{Channels, Secret};
use smallprint::clock::Clock;
use smallprint::deliver::{Means, Paid, Patience, pay};
use smallprint::model::{AlertId, Destination, Fact, Owed, Watch};
use smallprint::store::Store;
use smallprint::watchlist;

use crate::discord::{Discord, Fault, Stored, TOKEN};
use crate::message;
use crate::store::{append, at, landed, page};

const NEWS: u64 = 111;
const FORUM: u64 = 333;

/// Waits that a test has time for.
const BRIEF: Patience = Patience {
    first: Duration::from_millis(1),
    most: Duration::from_millis(20),
    bound: Duration::from_millis(500),
};
/// No waits at all: one attempt, as before a crash.
const ONCE: Patience = Patience {
    bound: Duration::ZERO,
    ..BRIEF
};

/// An archive, and a Discord with a forum.
struct House {
    _dir: tempfile::TempDir,
    store: Store,
    discord: Discord,
    clock: Clock,
}

impl House {
    async fn open() -> House {
        let dir = tempfile::tempdir().expect("a directory");
        let discord = Discord::start().await;
        discord.has_forum(
            FORUM,
            &["Primary care", "moderators only", "NHS England Digital"],
        );
        House {
            store: Store::open(dir.path()).await.expect("an archive"),
            _dir: dir,
            discord,
            clock: Clock::at(at(100)),
        }
    }

    async fn pay(&self, patience: Patience) -> Paid {
        let settings = watchlist::Discord {
            api_base: self.discord.base.clone(),
            ..watchlist::Discord::default()
        };
        let hooks = BTreeMap::new();
        let channels = Channels::new(&settings, Some(Secret::new(TOKEN)), hooks);
        let watch = Watch {
            topics: vec!["moderators only".to_owned(), "primary care".to_owned()],
            title: Some("General Practice Data ".repeat(9)),
            ..message::watch()
        };
        let means = Means {
            watches: std::sync::Arc::new(vec![watch]),
            routes: std::sync::Arc::default(),
            zone: London,
            public_url: None,
            bot: false,
            clock: self.clock.clone(),
            patience,
        };
        let paid = pay(&self.store, &channels.expect("channels"), means).await;
        let paid = paid.expect("the archive works");
        assert_eq!(self.discord.broken(), Vec::<String>::new());
        paid
    }

    /// A new version of the page, owed to the news and to its thread.
    async fn owe(&self, no: u32) -> u64 {
        let text = page("gpdpr", no, 40);
        let mut landed = landed(&self.store, "gpdpr", no, i64::from(no), &text).await;
        landed.sentence = format!("Edition {no} is here");
        landed.owed = vec![
            Owed::post(Destination::Discord(NEWS), true),
            Owed::post(Destination::Forum(FORUM), false),
        ];
        append(&self.store, landed, i64::from(no)).await
    }

    /// The only thread there is.
    #[track_caller]
    fn thread(&self) -> u64 {
        let posts = self.discord.posts(FORUM);
        assert_eq!(posts.len(), 1, "{posts:?}");
        posts[0].0
    }

    /// The first lines of what stands in a channel.
    fn said(&self, channel: u64) -> Vec<String> {
        let messages = self.discord.messages(channel).into_iter();
        let first = |one: Stored| one.content.lines().next().unwrap_or_default().to_owned();
        messages.map(first).collect()
    }
}

/// Where the buttons of a message lead.
fn leads(message: &Stored) -> Vec<(String, String)> {
    let rows = message.json["components"].as_array().into_iter().flatten();
    let buttons = rows.flat_map(|row| row["components"].as_array().into_iter().flatten());
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    buttons
        .map(|button| (text(&button["label"]), text(&button["url"])))
        .collect()
}

fn thread_link(thread: u64) -> (String, String) {
    let url = format!("https://discord.com/channels/77/{thread}");
    ("All of this page".to_owned(), url)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_has_one_thread_and_every_alert_leads_to_it() {
    let house = House::open().await;
    let first = house.owe(1).await;
    let paid = house.pay(BRIEF).await;
    assert!(
        paid.waiting.is_empty() && paid.given_up.is_empty(),
        "{paid:?}"
    );
    let thread = house.thread();
    house.owe(2).await;
    house.pay(BRIEF).await;
    assert_eq!(house.thread(), thread);
    let (_, post) = house.discord.posts(FORUM).remove(0);
    assert!(post.name.chars().count() <= 100, "{}", post.name);
    assert!(post.name.starts_with("General Practice Data"));
    // Labels that anybody may use, by topic and by publisher.
    assert_eq!(post.tags, ["500", "502"]);
    let said = house.said(thread);
    assert!(said[0].contains("NHS England Digital"), "{said:?}");
    assert_eq!(said[1..], ["Edition 1 is here", "Edition 2 is here"]);
    for news in house.discord.messages(NEWS) {
        assert!(leads(&news).contains(&thread_link(thread)), "{news:?}");
    }
    let alert = AlertId {
        entry: first,
        index: 1,
    };
    let receipt = house.store.receipt(alert).await.expect("the archive works");
    let posted = house.discord.messages(thread).remove(1).id;
    assert_eq!(receipt, Some(format!("77/{thread}/{posted}")));
    assert_eq!(house.store.owed().await.expect("owed"), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_that_was_quicker_than_its_thread_is_edited() {
    let house = House::open().await;
    house.owe(1).await;
    // The forum cannot be reached; the alert does not wait for it.
    house.discord.will(FORUM, [Fault::Broken]);
    house.pay(ONCE).await;
    let news = house.discord.messages(NEWS).remove(0);
    assert_eq!(leads(&news).len(), 1, "{news:?}");
    house.pay(BRIEF).await;
    let thread = house.thread();
    let news = house.discord.messages(NEWS).remove(0);
    assert!(leads(&news).contains(&thread_link(thread)), "{news:?}");
    assert_eq!((news.edits, house.said(NEWS).len()), (1, 1));
    assert_eq!(house.store.owed().await.expect("owed"), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_opens_no_second_thread() {
    for put_away in [false, true] {
        let house = House::open().await;
        house.owe(1).await;
        // The thread is opened, and nobody hears of it.
        house.discord.will(FORUM, [Fault::Nothing, Fault::CutAfter]);
        let paid = house.pay(ONCE).await;
        assert_eq!(paid.waiting.len(), 1, "{paid:?}");
        let thread = house.thread();
        if put_away {
            house.discord.put_away(thread, false);
        }
        house.pay(BRIEF).await;
        assert_eq!(house.thread(), thread);
        assert_eq!(house.said(thread).len(), 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_in_a_thread_is_not_told_twice_after_a_long_time() {
    let house = House::open().await;
    house.owe(1).await;
    house.pay(BRIEF).await;
    let thread = house.thread();
    house.owe(2).await;
    // Its answer never comes: first the thread is looked at, then it is written in.
    house
        .discord
        .will(thread, [Fault::Nothing, Fault::CutAfter]);
    let paid = house.pay(ONCE).await;
    assert_eq!(paid.waiting.len(), 1, "{paid:?}");
    house.clock.set(house.clock.now() + TimeDelta::hours(2));
    house.discord.forget_nonces();
    house.pay(BRIEF).await;
    assert_eq!(house.said(thread).len(), 3, "told twice");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_message_of_a_thread_is_not_taken_for_the_change() {
    let house = House::open().await;
    house.owe(1).await;
    // The thread is opened, and what is told in it never arrives.
    house
        .discord
        .will(800_000_000_000_000_000, [Fault::CutBefore]);
    let paid = house.pay(ONCE).await;
    assert_eq!(paid.waiting.len(), 1, "{paid:?}");
    let thread = house.thread();
    assert_eq!(house.said(thread).len(), 1);
    house.clock.set(house.clock.now() + TimeDelta::hours(2));
    house.discord.forget_nonces();
    house.pay(BRIEF).await;
    assert_eq!(house.said(thread)[1..], ["Edition 1 is here"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_thread_is_opened_anew_and_one_that_was_put_away_goes_on() {
    let house = House::open().await;
    house.owe(1).await;
    house.pay(BRIEF).await;
    let first = house.thread();
    house.discord.put_away(first, false);
    house.owe(2).await;
    house.pay(BRIEF).await;
    assert_eq!(house.said(first).len(), 3);
    assert!(!house.discord.posts(FORUM)[0].1.archived);
    house.discord.delete_thread(first);
    house.owe(3).await;
    house.pay(BRIEF).await;
    let second = house.thread();
    assert_ne!(first, second);
    assert_eq!(house.said(second)[1..], ["Edition 3 is here"]);
    let news = house.discord.messages(NEWS).remove(2);
    assert!(leads(&news).contains(&thread_link(second)), "{news:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stands_in_a_thread_is_edited_there_even_when_it_was_put_away() {
    let house = House::open().await;
    let entry = house.owe(1).await;
    house.pay(BRIEF).await;
    let thread = house.thread();
    house.discord.put_away(thread, false);
    let text = page("gpdpr", 2, 40);
    let mut second = landed(&house.store, "gpdpr", 2, 2, &text).await;
    let post = AlertId { entry, index: 1 };
    second.owed = vec![Owed::edit(Destination::Forum(FORUM), post)];
    append(&house.store, second, 2).await;
    let paid = house.pay(BRIEF).await;
    assert_eq!((paid.sent.len(), paid.given_up.len()), (1, 0), "{paid:?}");
    assert_eq!(house.discord.messages(thread)[1].edits, 1);
    house.discord.delete_thread(thread);
    let text = page("gpdpr", 3, 40);
    let mut third = landed(&house.store, "gpdpr", 3, 3, &text).await;
    third.owed = vec![Owed::edit(Destination::Forum(FORUM), post)];
    append(&house.store, third, 3).await;
    let paid = house.pay(BRIEF).await;
    assert!(paid.given_up[0].2.contains("was deleted"), "{paid:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_forum_and_what_is_locked_is_said_clearly_and_stops_no_alert() {
    let house = House::open().await;
    let text = page("gpdpr", 1, 40);
    let mut first = landed(&house.store, "gpdpr", 1, 1, &text).await;
    first.owed = vec![
        Owed::post(Destination::Discord(NEWS), true),
        Owed::post(Destination::Forum(444), false),
    ];
    append(&house.store, first, 1).await;
    let paid = house.pay(BRIEF).await;
    let why = &paid.given_up[0].2;
    assert!(
        why.contains("444 is no forum") && why.contains("[discord]"),
        "{why}"
    );
    assert_eq!(house.said(NEWS).len(), 1);
    house.owe(2).await;
    house.pay(BRIEF).await;
    house.discord.put_away(house.thread(), true);
    house.owe(3).await;
    let paid = house.pay(BRIEF).await;
    let why = &paid.given_up[0].2;
    assert!(why.contains("locked") && why.contains("unlock"), "{why}");
    assert_eq!(house.said(NEWS).len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thread_is_on_record_before_it_is_opened() {
    let house = House::open().await;
    let entry = house.owe(1).await;
    house.discord.will(FORUM, [Fault::Refused(403, 50_013)]);
    let paid = house.pay(BRIEF).await;
    let why = &paid.given_up[0].2;
    assert!(why.contains("Create Posts"), "{why}");
    let next = house.store.entry(entry + 1).await.expect("an entry").fact;
    let mut facts = vec![next];
    while let Ok(entry) = house.store.entry(entry + 1 + facts.len() as u64).await {
        facts.push(entry.fact);
    }
    let threads = facts.iter().filter_map(|fact| match fact {
        Fact::Threaded { opening, .. } => Some(opening.thread),
        _ => None,
    });
    assert_eq!(threads.collect::<Vec<_>>(), [None]);
}
