//! Alerts are paid: each one exactly once, in order, whatever goes wrong on the way.

mod listed;
mod narrow;
mod refused;
mod whole;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::TimeDelta;
use chrono_tz::Europe::London;
use smallprint::channels::{Channels, Secret};
use smallprint::clock::Clock;
use smallprint::deliver::{Means, Paid, Patience, Payer, pay};
use smallprint::model::{
    AlertId, DeliveryOutcome, Destination, Fact, Finding, Owed, Readers, Route, SecondLook,
    Sending, Severity, Verdict, Watch, WatchId,
};
use smallprint::store::Store;
use smallprint::watchlist;
use smallprint::wording::redline::Paint;

use crate::discord::{Discord, Fault, TOKEN};
use crate::message;
use crate::store::{append, at, landed, page};

const HERE: u64 = 111;
const THERE: u64 = 222;

/// Waits that a test has time for.
pub const BRIEF: Patience = Patience {
    first: Duration::from_millis(1),
    most: Duration::from_millis(20),
    bound: Duration::from_millis(500),
};

/// An archive, a Discord, and a clock that can be moved.
struct House {
    _dir: tempfile::TempDir,
    store: Store,
    discord: Discord,
    clock: Clock,
    shown: Arc<Mutex<String>>,
}

impl House {
    async fn open() -> House {
        let dir = tempfile::tempdir().expect("a directory");
        House {
            store: Store::open(dir.path()).await.expect("an archive"),
            _dir: dir,
            discord: Discord::start().await,
            clock: Clock::at(at(100)),
            shown: Arc::default(),
        }
    }

    /// Channels that know nothing of what was sent before, as after a restart.
    fn channels(&self) -> Channels {
        let settings = watchlist::Discord {
            token_env: "DISCORD_TOKEN".to_owned(),
            token_file: None,
            api_base: self.discord.base.clone(),
            ..watchlist::Discord::default()
        };
        let hook = Secret::new(self.discord.webhook(THERE));
        let hooks = BTreeMap::from([("HOOK".to_owned(), hook)]);
        let shown = Arc::clone(&self.shown);
        let write = move |text: &str| shown.lock().expect("a screen").push_str(text);
        Channels::new(&settings, Some(Secret::new(TOKEN)), hooks)
            .expect("channels")
            .with_terminal(Arc::new(write), 80, Paint::Plain)
    }

    fn means(&self, patience: Patience) -> Means {
        means(&self.clock, patience)
    }

    async fn pay(&self) -> Paid {
        pay(&self.store, &self.channels(), self.means(BRIEF))
            .await
            .expect("the archive works")
    }

    /// A new version of the page, owed to these places.
    async fn owe(&self, no: u32, to: &[Destination]) -> u64 {
        let owed = to.iter().map(|to| Owed::post(to.clone(), true));
        let text = page("gpdpr", no, 40);
        let mut landed = landed(&self.store, "gpdpr", no, i64::from(no), &text).await;
        landed.sentence = format!("Edition {no} is here");
        landed.owed = owed.collect();
        append(&self.store, landed, i64::from(no)).await
    }

    /// The first lines of a channel's messages.
    fn said(&self, channel: u64) -> Vec<String> {
        let messages = self.discord.messages(channel);
        messages
            .into_iter()
            .map(|message| message.content)
            .collect()
    }

    async fn receipt(&self, entry: u64) -> Option<String> {
        let alert = AlertId { entry, index: 0 };
        self.store.receipt(alert).await.expect("the archive works")
    }

    fn hours_pass(&self) {
        self.clock_moves(2);
    }

    /// The clock is set so many hours on, and Discord forgets the nonces.
    fn clock_moves(&self, hours: i64) {
        self.clock.set(self.clock.now() + TimeDelta::hours(hours));
        self.discord.forget_nonces();
    }
}

/// What it takes to say something of the one page of the tests, on no route.
pub fn means(clock: &Clock, patience: Patience) -> Means {
    Means {
        watches: Arc::new(vec![message::watch()]),
        routes: Arc::default(),
        zone: London,
        public_url: None,
        bot: false,
        clock: clock.clone(),
        patience,
    }
}

/// A route on which only those are told who keep the program.
fn of_operators(to: Destination) -> Route {
    Route {
        name: "operators".to_owned(),
        to,
        readers: Readers::Operators,
        topics: Vec::new(),
        publishers: Vec::new(),
        watches: Vec::new(),
        findings: Vec::new(),
        min_severity: Severity(1),
        max_severity: Severity(5),
        loud_from: Severity(5),
        mention: None,
        send: Sending::AtOnce,
        quiet: None,
        zone: London,
    }
}

fn editions(numbers: impl IntoIterator<Item = u32>) -> Vec<String> {
    let said = numbers
        .into_iter()
        .map(|no| format!("Edition {no} is here"));
    said.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_alert_stands_exactly_once_and_in_order_whatever_goes_wrong() {
    let house = House::open().await;
    let mut entries = Vec::new();
    for no in 1..=8 {
        entries.push(house.owe(no, &[Destination::Discord(HERE)]).await);
    }
    house.discord.will(
        HERE,
        [
            Fault::Broken,
            Fault::Broken,
            Fault::TooMany(Some("0.01")),
            Fault::CutAfter,
            Fault::CutBefore,
            Fault::Garbled,
            Fault::Gateway,
            Fault::CutAfter,
            Fault::CutAfter,
            Fault::TooManyEverywhere("0.02"),
        ],
    );
    let paid = house.pay().await;
    assert_eq!((paid.sent.len(), paid.waiting.len()), (8, 0), "{paid:?}");
    assert_eq!(house.said(HERE), editions(1..=8));
    assert_eq!(house.store.owed().await.expect("owed"), []);
    let stored = house.discord.messages(HERE);
    for (entry, message) in entries.into_iter().zip(&stored) {
        assert_eq!(house.receipt(entry).await.as_ref(), Some(&message.id));
    }
    assert_eq!(house.discord.broken(), Vec::<String>::new());
    assert_eq!(house.pay().await, Paid::default());
    assert_eq!(house.said(HERE).len(), 8);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_without_a_receipt_is_looked_for_before_it_is_sent_again() {
    // Where the clock was set back, nobody knows how long ago the message was sent.
    for hours in [2, -2] {
        let house = House::open().await;
        let entry = house.owe(1, &[Destination::Discord(HERE)]).await;
        house.discord.will(HERE, [Fault::CutAfter, Fault::Broken]);
        let none = Patience {
            bound: Duration::ZERO,
            ..BRIEF
        };
        let mut payer = Payer::new(house.store.clone(), house.channels(), house.means(none));
        let paid = payer.pay_once().await.expect("the archive works");
        assert_eq!((paid.sent.len(), paid.waiting.len()), (0, 1), "{paid:?}");
        assert!(paid.next.is_some());
        house.clock_moves(hours);
        assert_eq!(house.pay().await.sent.len(), 1);
        let stored = house.discord.messages(HERE);
        assert_eq!(stored.len(), 1, "sent twice");
        assert_eq!(house.receipt(entry).await.as_ref(), Some(&stored[0].id));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_never_arrived_is_sent_after_all() {
    let house = House::open().await;
    house.owe(1, &[Destination::Discord(HERE)]).await;
    house.discord.will(HERE, [Fault::CutBefore]);
    let none = Patience {
        bound: Duration::ZERO,
        ..BRIEF
    };
    let paid = pay(&house.store, &house.channels(), house.means(none)).await;
    assert_eq!(paid.expect("the archive works").sent.len(), 0);
    house.hours_pass();
    assert_eq!(house.pay().await.sent.len(), 1);
    assert_eq!(house.said(HERE), editions([1]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stuck_channel_holds_up_no_other_and_is_left_in_peace() {
    let house = House::open().await;
    let both = [Destination::Discord(HERE), Destination::Discord(THERE)];
    for no in 1..=3 {
        house.owe(no, &both).await;
    }
    house.discord.will(HERE, [Fault::TooMany(Some("30"))]);
    let mut payer = Payer::new(house.store.clone(), house.channels(), house.means(BRIEF));
    for _ in 0..3 {
        let paid = payer.pay_once().await.expect("the archive works");
        assert_eq!(paid.waiting.len(), 1, "{paid:?}");
        assert!(paid.next.is_some_and(|next| next > Duration::from_secs(20)));
    }
    assert_eq!(house.said(HERE), Vec::<String>::new());
    assert_eq!(house.said(THERE), editions(1..=3));
    let asked = house.discord.asked();
    let here = asked.iter().filter(|(_, path)| path.contains("111"));
    assert_eq!(here.count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_will_never_be_sent_is_given_up_with_its_reason() {
    let house = House::open().await;
    let entry = house.owe(1, &[Destination::Discord(HERE)]).await;
    house.owe(2, &[Destination::Discord(HERE)]).await;
    house.discord.will(HERE, [Fault::Refused(403, 50013)]);
    let paid = house.pay().await;
    assert_eq!((paid.sent.len(), paid.given_up.len()), (1, 1), "{paid:?}");
    assert!(paid.given_up[0].2.contains("Send Messages"), "{paid:?}");
    assert_eq!(house.said(HERE), editions([2]));
    assert_eq!(house.receipt(entry).await, None);
    let told = house.store.deliveries(None).await.expect("deliveries");
    let reasons = told.iter().filter(|told| matches!(&told.outcome, DeliveryOutcome::GivenUp { reason } if reason.contains("50013")));
    assert_eq!(reasons.count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_composed_once() {
    let house = House::open().await;
    house.owe(1, &[Destination::Discord(HERE)]).await;
    house.discord.will(HERE, [Fault::Broken]);
    let none = Patience {
        bound: Duration::ZERO,
        ..BRIEF
    };
    let first = pay(&house.store, &house.channels(), house.means(none)).await;
    assert_eq!(first.expect("the archive works").waiting.len(), 1);
    let mut renamed = message::watch();
    renamed.publisher = Some("Somebody else".to_owned());
    let means = Means {
        watches: Arc::new(vec![renamed]),
        ..house.means(BRIEF)
    };
    let second = pay(&house.store, &house.channels(), means).await;
    assert_eq!(second.expect("the archive works").sent.len(), 1);
    let author = &house.discord.messages(HERE)[0].json["embeds"][0]["author"]["name"];
    assert_eq!(author, "NHS England Digital");
}

/// A change that awaits a second look, and the entry that answers it.
async fn second_look(house: &House, verdict: Verdict, between: bool) -> Paid {
    let gone = "Patients can opt out at any time.";
    let finding = Finding {
        rule: "safeguard-removed".to_owned(),
        severity: Severity(5),
        why: "A promise is no longer on this page.".to_owned(),
        names: Vec::new(),
        before: Some(gone.to_owned()),
        after: None,
        ..Finding::default()
    };
    house.owe(1, &[]).await;
    let text = page("gpdpr", 2, 40);
    let mut change = landed(&house.store, "gpdpr", 2, 2, &text).await;
    let findings = serde_json::to_vec(&[finding]).expect("json");
    change.findings = Some(house.store.keep(findings, None).await.expect("kept"));
    change.sentence = format!("“{gone}” is no longer on the page");
    let owed = |edits| Owed {
        edits,
        ..Owed::post(Destination::Discord(HERE), true)
    };
    change.owed = vec![owed(None)];
    change.second_look = Some(SecondLook {
        at: at(7),
        verdict: None,
    });
    let entry = append(&house.store, change, 2).await;
    if between {
        house.pay().await;
    }
    let mut answer = landed(&house.store, "gpdpr", 3, 7, &page("gpdpr", 3, 40)).await;
    let edits = AlertId { entry, index: 0 };
    answer.owed = vec![owed(Some(edits))];
    let look = SecondLook {
        at: at(7),
        verdict: Some(verdict),
    };
    answer.answers = Some((entry, look));
    append(&house.store, answer, 7).await;
    house.pay().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_look_edits_the_message_of_the_first() {
    for (verdict, said) in [
        (Verdict::StillSo, "\nStill so at 10:07."),
        (Verdict::WasBack, "Was back at 10:07."),
    ] {
        let house = House::open().await;
        let paid = second_look(&house, verdict, true).await;
        assert_eq!(paid.sent.len(), 1, "{paid:?}");
        let stored = house.discord.messages(HERE);
        assert_eq!((stored.len(), stored[0].edits), (1, 1));
        assert!(stored[0].content.contains(said), "{}", stored[0].content);
        assert_eq!(house.discord.broken(), Vec::<String>::new());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_look_before_the_first_message_went_out_makes_one_message() {
    let house = House::open().await;
    let paid = second_look(&house, Verdict::StillSo, false).await;
    assert_eq!((paid.sent.len(), paid.waiting.len()), (2, 0), "{paid:?}");
    let said = house.said(HERE);
    assert_eq!(said.len(), 1);
    assert!(said[0].ends_with("\nStill so at 10:07."), "{said:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_look_speaks_for_itself_where_the_first_was_given_up() {
    let house = House::open().await;
    house.discord.will(HERE, [Fault::Refused(403, 50013)]);
    let paid = second_look(&house, Verdict::StillSo, true).await;
    assert_eq!(paid.sent.len(), 1, "{paid:?}");
    assert_eq!(house.said(HERE).len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_and_a_page_reach_terminal_and_webhook() {
    let house = House::open().await;
    let places = [
        Destination::Terminal,
        Destination::DiscordWebhook("HOOK".to_owned()),
    ];
    house.owe(1, &places).await;
    let text = "Watching 2 pages, 1 could not be read; text already there will not be reported.";
    let text = house.store.keep(text.into(), None).await.expect("kept");
    let owed = places.map(|to| Owed::post(to, false));
    let owed = owed.into();
    let fact = Fact::Notice {
        text,
        owed,
        about: Vec::new(),
        promises: Vec::new(),
    };
    house
        .store
        .append(fact, at(9), None)
        .await
        .expect("appended");
    assert_eq!(house.pay().await.sent.len(), 4);
    let shown = house.shown.lock().expect("a screen").clone();
    assert!(shown.contains("Edition 1 is here") && shown.contains("Watching 2 pages"));
    let said = house.said(THERE);
    assert!(said[0] == "Edition 1 is here" && said[1].starts_with("Watching 2 pages"));
    assert_eq!(house.discord.broken(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watch_that_is_gone_from_the_watchlist_still_has_its_alerts_paid() {
    let house = House::open().await;
    house.owe(1, &[Destination::Discord(HERE)]).await;
    let watches: Arc<Vec<Watch>> = Arc::default();
    let means = Means {
        watches,
        ..house.means(BRIEF)
    };
    let paid = pay(&house.store, &house.channels(), means).await;
    assert_eq!(paid.expect("the archive works").sent.len(), 1);
    assert!(
        house.discord.messages(HERE)[0]
            .footer()
            .starts_with(&WatchId::from("gpdpr").0)
    );
}
