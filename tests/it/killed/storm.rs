//! Two thousand alerts through every fault there is, with whoever pays them killed fifty times.
//!
//! `SMALLPRINT_SEED` plays another storm; a failure names the one that was played.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use chrono::TimeDelta;
use smallprint::channels::{Channels, Secret};
use smallprint::clock::Clock;
use smallprint::deliver::{Patience, Payer};
use smallprint::model::{AlertId, Destination, Fact, Owed};
use smallprint::store::Store;
use smallprint::watchlist;

use crate::deliver::{BRIEF, means};
use crate::dice::Dice;
use crate::discord::{Discord, Fault, Stored, TOKEN};
use crate::killed::program::Program;
use crate::store::at;

const CHANNELS: [u64; 4] = [111, 222, 333, 444];
/// The one that takes twenty messages in a fifth of a second.
const NARROW: u64 = 333;
const NOTICES: usize = 50;
/// Alerts of a notice to each of the channels.
const EACH: usize = 10;
/// How often a future is dropped, and how often a process is killed.
const DROPPED: usize = 42;
const KILLED: usize = 8;

/// What befalls the next requests of a channel: of three, two nothing. Those that count towards a ban come besides, and
/// are few.
fn weather(dice: &mut Dice, requests: usize) -> Vec<Fault> {
    let fault = |dice: &mut Dice| match dice.below(80) {
        0..5 => Fault::Broken,
        5..9 => Fault::Gateway,
        9..15 => Fault::CutBefore,
        15..21 => Fault::CutAfter,
        21..27 => Fault::Garbled,
        27 => Fault::Held,
        28 => Fault::Lost,
        _ => Fault::Nothing,
    };
    (0..requests).map(|_| fault(dice)).collect()
}

/// Faults that Discord counts towards a ban, three for each channel.
fn costly() -> Vec<Fault> {
    vec![
        Fault::TooMany(Some("0.02")),
        Fault::TooManyEverywhere("0.03"),
        Fault::TooMany(None),
    ]
}

/// The archive, the Discord, and a clock that is moved by hand.
struct Sea {
    dir: tempfile::TempDir,
    discord: Discord,
    clock: Clock,
    dice: Dice,
    seed: u64,
}

impl Sea {
    async fn open() -> Sea {
        let seed = std::env::var("SMALLPRINT_SEED").ok();
        let seed = seed.and_then(|seed| seed.parse().ok()).unwrap_or(5);
        let (dir, discord) = (
            tempfile::tempdir().expect("a directory"),
            Discord::start().await,
        );
        let watchlist = format!(
            "[settings]\ncontact = \"editor@example.org\"\n[discord]\napi_base = \"{}\"\n\
             [[route]]\nto = \"discord:{}\"\n\
             [[watch]]\nid = \"page\"\nurl = \"https://example.org/\"\nevery = \"1h\"\n",
            discord.base, CHANNELS[0]
        );
        std::fs::write(dir.path().join("watchlist.toml"), watchlist).expect("written");
        Sea {
            dir,
            discord,
            clock: Clock::at(at(100)),
            dice: Dice(seed),
            seed,
        }
    }

    fn path(&self) -> &Path {
        self.dir.path()
    }

    async fn store(&self) -> Store {
        let store = Store::open(&self.path().join("archive")).await;
        store.unwrap_or_else(|error| panic!("seed {}: {error}", self.seed))
    }

    /// Owes all the alerts.
    async fn owe(&self, store: &Store) {
        for no in 0..NOTICES {
            let text = format!("Notice {no}: nothing of this may be lost.");
            let posts = (0..EACH).flat_map(|_| CHANNELS);
            let posts = posts.map(|to| Owed::post(Destination::Discord(to), false));
            let fact = Fact::Notice {
                text: store.keep(text.into(), None).await.expect("kept"),
                owed: posts.collect(),
                about: Vec::new(),
                promises: Vec::new(),
            };
            store.append(fact, at(1), None).await.expect("appended");
        }
    }

    /// Somebody who pays and knows nothing of what was before; longer pauses than this he does not wait for.
    fn payer(&self, store: &Store, bound: Duration) -> Payer {
        let patience = Patience { bound, ..BRIEF };
        Payer::new(store.clone(), self.channels(), means(&self.clock, patience))
    }

    /// Every fault from here on.
    fn blow(&mut self) {
        for channel in CHANNELS {
            let mut weather = weather(&mut self.dice, 900);
            for fault in costly() {
                let place = self.dice.below(200);
                weather.insert(place, fault);
            }
            self.discord.will(channel, weather);
        }
    }

    /// The payer is dropped at a moment, unless it comes to its end before; whether it was.
    async fn dropped(&mut self, store: &Store) -> bool {
        let asked = self.discord.more_asked(1 + self.dice.below(140));
        let held = self.discord.one_held();
        let mut payer = self.payer(store, Duration::from_millis(200));
        let cut = tokio::select! {
            paid = payer.pay_once() => {
                paid.expect("the archive works");
                false
            }
            () = asked => true,
            () = held => true,
        };
        drop(payer);
        if self.dice.below(3) == 0 {
            self.hours_pass().await;
        }
        cut
    }

    /// Hours pass: Discord forgets the nonces, and people have talked meanwhile.
    async fn hours_pass(&mut self) {
        // What was under way arrives before that.
        self.discord.unconnected().await;
        self.clock.set(self.clock.now() + TimeDelta::hours(2));
        self.discord.forget_nonces();
        let channel = CHANNELS[self.dice.below(CHANNELS.len())];
        self.discord.chat(channel, self.dice.below(150));
    }

    fn channels(&self) -> Channels {
        let settings = watchlist::Discord {
            api_base: self.discord.base.clone(),
            ..watchlist::Discord::default()
        };
        let token = Some(Secret::new(TOKEN));
        Channels::new(&settings, token, BTreeMap::new()).expect("channels")
    }

    /// The program is killed with SIGKILL while it pays.
    async fn killed(&mut self, round: usize) {
        let channel = CHANNELS[self.dice.below(CHANNELS.len())];
        let asked = 2 + self.dice.below(40);
        match round % 3 {
            0 => self.discord.will(channel, [Fault::Nothing, Fault::Held]),
            1 => self.discord.will(channel, [Fault::Lost]),
            _ => {}
        }
        let discord = self.discord.clone();
        let (asked, held) = (discord.more_asked(asked), discord.one_held());
        let now = self.clock.now().to_rfc3339();
        let mut program = Program::start(self.path(), &["--json", "--at", &now, "deliver"]);
        let alive = match round % 3 {
            2 => program.until(asked).await,
            _ => program.until(held).await,
        };
        let (killed, program) = program.kill().await;
        let seed = self.seed;
        assert!(
            alive && killed,
            "seed {seed}: it ended: {:#?}",
            program.said
        );
        // Nothing of this one meets what befalls the next.
        self.discord.unconnected().await;
        self.discord.be_well();
        if self.dice.below(2) == 0 {
            self.hours_pass().await;
        }
    }

    /// Every alert stands in its channel once, in order, with its receipt.
    async fn all_is_well(&self, store: &Store) {
        let seed = self.seed;
        assert_eq!(store.owed().await.expect("owed").len(), 0, "seed {seed}");
        let mut due: BTreeMap<u64, Vec<AlertId>> = BTreeMap::new();
        for one in store.outbox().await.expect("the outbox") {
            if let Destination::Discord(channel) = one.alert.owed.to {
                due.entry(channel).or_default().push(one.alert.id);
            }
        }
        let mut count = 0;
        for channel in CHANNELS {
            let ours = |one: &Stored| one.json["author"]["bot"] == true;
            let mut stood = self.discord.messages(channel);
            stood.retain(ours);
            let marks: Vec<String> = stood.iter().map(mark).collect();
            let due = due.remove(&channel).unwrap_or_default();
            let wanted: Vec<String> = due.iter().map(AlertId::to_string).collect();
            let first = marks
                .iter()
                .zip(&wanted)
                .position(|(one, other)| one != other);
            assert_eq!(
                (marks.len(), first),
                (wanted.len(), None),
                "seed {seed}: lost, doubled or out of order in {channel}"
            );
            for (alert, message) in due.into_iter().zip(&stood) {
                let receipt = store.receipt(alert).await.expect("a receipt");
                assert_eq!(receipt.as_ref(), Some(&message.id), "seed {seed}");
                count += 1;
            }
        }
        assert_eq!(count, NOTICES * EACH * CHANNELS.len());
        assert_eq!(self.discord.broken(), Vec::<String>::new(), "seed {seed}");
        let invalid = self.discord.invalid_requests();
        assert!(invalid.len() < 20, "seed {seed}: {invalid:#?}");
    }
}

/// The alert that a message pays, as its last line says.
fn mark(message: &Stored) -> String {
    let last = message.content.lines().last().unwrap_or_default();
    let words = last.strip_prefix("-# alert ").unwrap_or_default();
    words.split(' ').next().unwrap_or_default().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_thousand_alerts_stand_once_and_in_order_whatever_befalls_them() {
    let mut sea = Sea::open().await;
    sea.discord.takes(NARROW, 20, Duration::from_millis(200));
    let store = sea.store().await;
    sea.owe(&store).await;
    sea.blow();
    let mut kills = 0;
    while kills < DROPPED {
        kills += usize::from(sea.dropped(&store).await);
        let left = store.owed().await.expect("owed").len();
        assert!(
            left > 0,
            "seed {}: all was paid before the last kill",
            sea.seed
        );
    }
    println!(
        "{} owed after {kills} drops",
        store.owed().await.expect("owed").len()
    );
    sea.discord.be_well();
    store.close(sea.clock.now()).await.expect("closed");
    for round in 0..KILLED {
        sea.killed(round).await;
        kills += 1;
    }
    let store = sea.store().await;
    println!(
        "{} owed after {kills} kills",
        store.owed().await.expect("owed").len()
    );
    for channel in CHANNELS {
        let answered = |fault: &Fault| !matches!(fault, Fault::Held | Fault::Lost);
        let weather = weather(&mut sea.dice, 400).into_iter().filter(answered);
        sea.discord.will(channel, weather);
    }
    let mut payer = sea.payer(&store, Duration::from_secs(30));
    while !store.owed().await.expect("owed").is_empty() {
        payer.pay_once().await.expect("the archive works");
    }
    sea.all_is_well(&store).await;
    println!(
        "{kills} kills, {} requests, {} invalid, seed {}",
        sea.discord.asked().len(),
        sea.discord.invalid(),
        sea.seed
    );
}
