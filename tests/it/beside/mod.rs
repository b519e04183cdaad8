//! The channels beside Discord: what they are sent, and what is made of their answers.

mod apart;
mod corrected;
mod email;
mod ntfy;
mod postbox;
mod receiver;
mod slack;
mod webhook;

use std::collections::BTreeMap;

use smallprint::channels::{Channels, Reach, Secret};
use smallprint::clock::Clock;
use smallprint::deliver::{Means, Paid, Patience, pay};
use smallprint::model::{AlertId, Destination, Fact, Finding, Owed, SecondLook, Severity, Verdict};
use smallprint::store::Store;
use smallprint::watchlist;
use smallprint::wire::{Guard, Names};

use crate::deliver::{BRIEF, means};
use crate::discord::{Discord, TOKEN};
use crate::store::{append, at, landed, page};

use postbox::Postbox;
use receiver::Receiver;

/// A part of an address that nobody may ever be told.
const SECRET: &str = "s3cret-part-of-the-address";

/// What a message is signed with.
const SIGNING: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// The words that the second edition of the page no longer has.
const GONE: &str = "Patients can opt out at any time, <b>& nobody</b> asks “why”.";

/// An archive, all the channels, and a clock.
struct Scene {
    _dir: tempfile::TempDir,
    store: Store,
    clock: Clock,
    receiver: Receiver,
    postbox: Postbox,
    discord: Discord,
    /// The networks that may be asked though they are private.
    allowed: Vec<&'static str>,
    /// The address of the mail server.
    server: String,
    secrets: BTreeMap<String, Secret>,
}

impl Scene {
    async fn open() -> Scene {
        let dir = tempfile::tempdir().expect("a directory");
        let (receiver, postbox) = (Receiver::start().await, Postbox::start().await);
        let held = |name: &str, word: String| (name.to_owned(), Secret::new(word));
        let base = &receiver.base;
        let secrets = BTreeMap::from([
            held("NEWSROOM", format!("{base}/in/{SECRET}")),
            held("NEWSROOM_SECRET", SIGNING.to_owned()),
            held("CHAT", format!("{base}/services/T1/B2/{SECRET}")),
            held("PHONE", format!("{base}/nhs_alerts")),
            held("PHONE_TOKEN", format!("tk_{SECRET}")),
        ]);
        Scene {
            store: Store::open(dir.path()).await.expect("an archive"),
            _dir: dir,
            clock: Clock::at(at(100)),
            server: postbox.url(),
            receiver,
            postbox,
            discord: Discord::start().await,
            allowed: vec!["127.0.0.0/8"],
            secrets,
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
        let allowed = self.allowed.iter();
        let allowed: Vec<_> = allowed.map(|net| net.parse().expect("a network")).collect();
        let reach = Reach {
            guard: Guard::new(&allowed),
            names: Names::System,
            clock: self.clock.clone(),
            secrets: self.secrets.clone(),
            email: watchlist::Email {
                from: Some("Smallprint <smallprint@campaign.example>".to_owned()),
                server_env: "SMTP_URL".to_owned(),
                server_file: None,
                unsubscribe: None,
            },
            server: Some(Secret::new(&self.server)),
            contact: Some("editor@campaign.example".to_owned()),
        };
        Channels::new(&settings, Some(Secret::new(TOKEN)), BTreeMap::new())
            .and_then(|channels| channels.reaching(&reach))
            .expect("channels")
    }

    fn means(&self, patience: Patience) -> Means {
        means(&self.clock, patience)
    }

    async fn pay(&self) -> Paid {
        pay(&self.store, &self.channels(), self.means(BRIEF))
            .await
            .expect("the archive works")
    }

    /// A first version of which nothing is said, and a second from which a promise is gone, owed to these places.
    async fn owe(&self, to: &[Destination]) -> u64 {
        let first = format!("{}<p>{GONE}</p>\n", page("gpdpr", 1, 12));
        let landing = landed(&self.store, "gpdpr", 1, 1, &first).await;
        append(&self.store, landing, 1).await;
        let mut change = landed(&self.store, "gpdpr", 2, 2, &page("gpdpr", 1, 12)).await;
        let finding = Finding {
            rule: "safeguard-removed".to_owned(),
            severity: Severity(5),
            why: "A promise is no longer on this page.".to_owned(),
            before: Some(GONE.to_owned()),
            ..Finding::default()
        };
        let findings = serde_json::to_vec(&[finding]).expect("json");
        change.findings = Some(self.store.keep(findings, None).await.expect("kept"));
        change.sentence = format!("NHS England: “{GONE}” is no longer on the page");
        change.severity = Severity(5);
        change.owed = to.iter().map(|to| Owed::post(to.clone(), true)).collect();
        change.second_look = Some(SecondLook {
            at: at(7),
            verdict: None,
        });
        append(&self.store, change, 2).await
    }

    /// What the second look at that change found, owed to the same place.
    async fn look_again(&self, entry: u64, to: &Destination, verdict: Verdict) {
        let text = page("gpdpr", 3, 12);
        let mut answer = landed(&self.store, "gpdpr", 3, 7, &text).await;
        let earlier = AlertId { entry, index: 0 };
        answer.owed = vec![Owed::edit(to.clone(), earlier)];
        let look = SecondLook {
            at: at(7),
            verdict: Some(verdict),
        };
        answer.answers = Some((entry, look));
        append(&self.store, answer, 7).await;
    }

    /// Something that is no change of a page.
    async fn notice(&self, text: &str, to: &Destination) {
        let text = self.store.keep(text.into(), None).await.expect("kept");
        let fact = Fact::Notice {
            text,
            owed: vec![Owed::post(to.clone(), false)],
            about: Vec::new(),
            promises: Vec::new(),
        };
        let appended = self.store.append(fact, at(9), None).await;
        appended.expect("appended");
    }

    /// What is sent to this place once the receiver meets these faults, and what came of it.
    async fn meeting(&self, to: &Destination, faults: &[receiver::Fault]) -> Paid {
        self.owe(std::slice::from_ref(to)).await;
        self.receiver.will(faults.iter().cloned());
        let paid = self.pay().await;
        assert!(!format!("{paid:?}").contains(SECRET), "{paid:?}");
        paid
    }
}

/// The reason for which the one channel waits.
#[track_caller]
fn waits(paid: &Paid) -> &str {
    assert_eq!((paid.sent.len(), paid.waiting.len()), (0, 1), "{paid:?}");
    &paid.waiting[0].1
}

/// The reason for which the one alert was given up.
#[track_caller]
fn given_up(paid: &Paid) -> &str {
    assert_eq!((paid.sent.len(), paid.given_up.len()), (0, 1), "{paid:?}");
    &paid.given_up[0].2
}
