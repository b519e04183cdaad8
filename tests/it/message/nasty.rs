//! No page can make a message that Discord refuses, or that acts.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use chrono_tz::Europe::London;
use serde_json::{Value, json};
use smallprint::channels::{Channels, Secret};
use smallprint::model::{
    AlertId, Annotated, Annotation, Back, Block, BlockKind, Button, ChangeNote, Correction,
    Destination, Digest, Finding, Held, Message, Opening, Period, Roundup, Says, SecondLook,
    Severity, TakenBack, Unread, WatchId,
};
use smallprint::watchlist;
use smallprint::wording::buttons;
use smallprint::wording::message::{self, Part};
use smallprint::wording::redline::Paint;

use crate::dice::{Dice, FORGED};
use crate::discord::{Discord, TOKEN};
use crate::message::{KINDS, at, change, document, finding, said, watch};

fn nasty(dice: &mut Dice) -> Message {
    let mut watch = watch();
    watch.id = WatchId(format!("w{}", dice.text()));
    watch.title = dice.some();
    watch.publisher = dice.some();
    watch.url.set_query(dice.some().as_deref());
    let rules = [
        "new-dataset",
        "safeguard-removed",
        "file-replaced",
        "title-changed",
        "timing",
    ];
    let findings = (0..[0, 1, 3, 60][dice.below(4)]).map(|_| Finding {
        names: dice.some().into_iter().collect(),
        ..finding(
            rules[dice.below(rules.len())],
            &dice.text(),
            dice.some().as_deref(),
            dice.some().as_deref(),
        )
    });
    let findings: Vec<Finding> = findings.collect();
    let mut change = change(KINDS[dice.below(KINDS.len())], findings);
    change.title = dice.text();
    change.sentence = dice.text();
    change.second_look = (dice.below(2) == 0).then_some(SecondLook {
        at: change.bounds.by,
        verdict: None,
    });
    change.bounds.after = (dice.below(2) == 0).then(|| change.bounds.by - TimeDelta::days(400));
    let side = |dice: &mut Dice| {
        let texts: Vec<String> = (0..dice.below(6)).map(|_| dice.text()).collect();
        let mut document = document(&texts.iter().map(String::as_str).collect::<Vec<_>>());
        let rows = if dice.below(2) == 0 { 0 } else { dice.below(9) };
        for row in 0..rows {
            let cells = match row {
                0 => ["Reference", "Who", "Opt outs applied"].map(str::to_owned),
                _ => [format!("N-{row}"), dice.text(), dice.text()],
            };
            document.blocks.push(Block {
                text: cells.join(" | "),
                kind: BlockKind::Row(cells.to_vec(), row == 0),
                links: Vec::new(),
            });
        }
        document.stated.withdrawn = dice.some();
        document.stated.history = (0..dice.below(5))
            .map(|_| ChangeNote {
                at: dice.text(),
                note: dice.text(),
            })
            .collect();
        (dice.below(4) > 0).then_some(document)
    };
    let (before, after) = (side(dice), side(dice));
    said(&watch, &change, before.as_ref(), after.as_ref())
}

/// A Discord that holds every message to its laws, and the channels to it.
struct Court {
    discord: Discord,
    channels: Channels,
    /// The seed of the texts, for when something is found.
    seed: u64,
    sent: usize,
}

/// A bot's channel and a webhook's.
const BOT: u64 = 1;
const HOOK: u64 = 2;

impl Court {
    async fn open(seed: u64) -> Court {
        let discord = Discord::start().await;
        let settings = watchlist::Discord {
            token_env: String::new(),
            token_file: None,
            api_base: discord.base.clone(),
            ..watchlist::Discord::default()
        };
        let hook = Secret::new(discord.webhook(HOOK));
        let hooks = BTreeMap::from([("HOOK".to_owned(), hook)]);
        let token = Some(Secret::new(TOKEN));
        Court {
            channels: Channels::new(&settings, token, hooks).expect("channels"),
            discord,
            seed,
            sent: 0,
        }
    }

    /// Sends and edits a message by bot and webhook. Discord takes it as it is, nothing in it acts, and what ends with its
    /// mark is found by it, and by no other.
    async fn holds(&mut self, kind: &str, message: &Message) {
        self.sent += 1;
        let about = format!("{kind} {} of seed {}", self.sent, self.seed);
        let hook = Destination::DiscordWebhook("HOOK".to_owned());
        for (to, channel) in [(Destination::Discord(BOT), BOT), (hook, HOOK)] {
            let nonce = format!("sp1-{}", self.sent);
            let sent = self.channels.send(&to, message, &nonce).await;
            let sent = sent.unwrap_or_else(|refusal| panic!("{about}: {refusal:?}"));
            assert_eq!(sent.lacks, [], "{about}");
            let edited = self.channels.edit(&to, &sent.id, message).await;
            assert_eq!(edited, Ok(()), "{about}");
            assert_eq!(self.discord.broken(), Vec::<String>::new(), "{about}");
            let stored = self.discord.messages(channel);
            inert(&stored.last().expect("it stands").json, message, &about);
        }
        let to = Destination::Discord(BOT);
        let found = self.channels.find(&to, MARK).await.expect("it is read");
        let last = self
            .discord
            .messages(BOT)
            .last()
            .map(|last| last.id.clone());
        assert_eq!(found, last, "{about}");
        let forged = self.channels.find(&to, FORGED).await;
        assert_eq!(forged, Ok(None), "{about}");
    }
}

/// Nothing of a message as Discord keeps it acts: no mention but of the one role, no fence but ours, no character that
/// turns the text round, no small line but our own.
#[track_caller]
fn inert(stored: &Value, message: &Message, about: &str) {
    let roles: Vec<String> = message.mentions.iter().map(u64::to_string).collect();
    let allowed = &stored["allowed_mentions"];
    assert_eq!(allowed["parse"], json!([]), "{about}");
    let named = allowed["roles"].as_array().cloned().unwrap_or_default();
    assert_eq!(named, roles, "{about}");
    let mut texts = Vec::new();
    collect(&stored["content"], &mut texts);
    collect(&stored["embeds"], &mut texts);
    for text in texts {
        calm(&text, about);
    }
}

/// Nothing in a text acts: no mention, no fence but ours, no character that turns the text round, no small line but our own.
#[track_caller]
pub fn calm(text: &str, about: &str) {
    let open = unfenced(text);
    for acts in [
        "@everyone",
        "@here",
        "<@1",
        "<@&77><",
        "<#5",
        "<t:0",
        "(https://b.",
    ] {
        assert!(!open.contains(acts), "{about}: {acts} in {text}");
    }
    let turns = |c| matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    let hidden = |c: char| c.is_control() && c != '\n';
    assert!(
        !text.contains(turns) && !text.contains(hidden),
        "{about}: {text}"
    );
    let fences = text.matches("```").count();
    let own = text
        .lines()
        .filter(|line| matches!(*line, "```diff" | "```"));
    assert_eq!(fences, own.count(), "{about}: {text}");
    assert!(fences.is_multiple_of(2), "{about}: {text}");
    let mut small = text.lines().filter(|line| line.starts_with("-#"));
    // The topics of a batch are the watchlist's, and stand behind the severity.
    let ours = |line: &str| line.starts_with("-# severity ") || !line.ends_with(FORGED);
    assert!(small.all(ours), "{about}: {text}");
}

/// What of a text stands in no fence, without what is escaped in it.
fn unfenced(text: &str) -> String {
    let parts = text.split("```").step_by(2);
    parts
        .collect::<String>()
        .replace("\\<", "")
        .replace("\\[", "")
}

/// Every text in it that people see, but for addresses.
fn collect(json: &Value, texts: &mut Vec<String>) {
    match json {
        Value::String(text) => texts.push(text.clone()),
        Value::Array(list) => list.iter().for_each(|one| collect(one, texts)),
        Value::Object(parts) => {
            // What stands in footer and author is shown as it is.
            let plain = |key: &str| matches!(key, "url" | "footer" | "author");
            let shown = parts.iter().filter(|(key, _)| !plain(key));
            shown.for_each(|(_, one)| collect(one, texts));
        }
        _ => {}
    }
}

/// The buttons below a change of which people said all sorts of things.
fn buttons(dice: &mut Dice) -> Vec<Button> {
    let alert = AlertId {
        entry: u64::MAX,
        index: u32::MAX,
    };
    let says = [Says::Significant, Says::Noise, Says::Note, Says::Disputed];
    let said: Vec<Annotated> = (0..dice.below(4) as u64)
        .map(|entry| Annotated {
            entry,
            annotation: Annotation {
                of: 1,
                says: says[dice.below(says.len())],
                text: None,
                by: dice.text(),
                from: None,
            },
            at: at("2016-07-06T10:00:00Z"),
            undone: None,
        })
        .collect();
    buttons::on_message(alert, &said, London)
}

#[tokio::test]
async fn no_page_can_make_a_message_discord_refuses() {
    let mut dice = Dice(7);
    let mut court = Court::open(7).await;
    for _ in 0..100 {
        let message = Message {
            buttons: buttons(&mut dice),
            mentions: (dice.below(3) == 0).then_some(77),
            ..nasty(&mut dice)
        };
        court.holds("change", &message).await;
        harmless(&message);
        let notice = message::notice(&dice.text(), MARK, dice.below(2) == 0);
        court.holds("notice", &notice).await;
    }
    let notice = message::notice(&"*word* @everyone ".repeat(900), MARK, true);
    court.holds("notice", &notice).await;
}

/// Something that was put right, and perhaps taken back.
fn correction(dice: &mut Dice, entry: u64) -> Correction {
    let says = Says::CORRECTIONS[dice.below(Says::CORRECTIONS.len())];
    Correction {
        entry,
        says,
        text: dice.text(),
        by: dice.text(),
        at: at("2016-07-07T10:00:00Z"),
        taken_back: (dice.below(3) == 0).then(|| TakenBack {
            entry: entry + 1,
            text: dice.some(),
            by: dice.text(),
            at: at("2016-07-08T10:00:00Z"),
        }),
    }
}

#[tokio::test]
async fn no_words_of_people_can_make_a_correction_discord_refuses() {
    let mut dice = Dice(13);
    let mut court = Court::open(13).await;
    for _ in 0..60 {
        let (publisher, url) = (dice.some(), "https://www.example.org/page");
        let mut change = change(KINDS[dice.below(KINDS.len())], Vec::new());
        change.sentence = dice.text();
        change.back = (dice.below(3) == 0).then_some(Back {
            entry: 9,
            bounds: change.bounds,
        });
        let corrections = (0..1 + dice.below(4)).map(|no| correction(&mut dice, no as u64));
        change.corrections = corrections.collect();
        let room = message::room(&Destination::Discord(BOT));
        let edited = Message {
            above: message::above(&change, publisher.as_deref(), London, room),
            ..nasty(&mut dice)
        };
        court.holds("corrected", &edited).await;
        let unaltered = dice.some();
        let reply = message::reply(&message::Reply {
            change: &change,
            correction: &change.corrections[0],
            publisher: publisher.as_deref(),
            url,
            zone: London,
            unaltered: unaltered.as_deref(),
            mark: MARK,
            loud: dice.below(2) == 0,
        });
        court.holds("correction", &reply).await;
    }
}

#[tokio::test]
async fn no_page_can_make_a_thread_discord_refuses() {
    let discord = Discord::start().await;
    discord.has_forum(2, &["gp-data"]);
    let settings = watchlist::Discord {
        api_base: discord.base.clone(),
        ..watchlist::Discord::default()
    };
    let channels = Channels::new(&settings, Some(Secret::new(TOKEN)), BTreeMap::new());
    let channels = channels.expect("channels");
    let mut dice = Dice(11);
    for round in 0..60 {
        let mut watch = watch();
        watch.id = WatchId(format!("w{}", dice.text()));
        watch.title = dice.some();
        watch.publisher = dice.some();
        watch.url.set_query(dice.some().as_deref());
        watch.topics = (0..dice.below(9)).map(|_| dice.text()).collect();
        let (name, first) = message::document(&watch, at("2016-07-06T10:00:00Z"), MARK);
        harmless(&first);
        let opening = Opening {
            name: name.clone(),
            first: Digest::of(b"kept"),
            tags: watch.topics,
            thread: None,
        };
        let opened = channels.open(2, &opening, &first).await;
        opened.expect("a thread");
        assert_eq!(discord.broken(), Vec::<String>::new(), "round {round}");
        let found = channels.opened(2, &name, MARK).await.expect("an answer");
        assert!(found.is_some(), "round {round}");
    }
}

fn part(dice: &mut Dice) -> Part {
    Part {
        page: (dice.below(5) > 0).then(|| WatchId(format!("w{}", dice.below(9)))),
        severity: Severity(u8::try_from(dice.below(6)).expect("a digit")),
        topic: dice.some(),
        message: nasty(dice),
    }
}

fn roundup(dice: &mut Dice) -> Roundup {
    let unread = (0..[0, 1, 9, 200][dice.below(4)]).map(|_| Unread {
        watch: WatchId(dice.text()),
        name: dice.text(),
        since: (dice.below(2) == 0).then(|| at("2016-07-06T10:00:00Z")),
        why: dice.text(),
    });
    let unread: Vec<Unread> = unread.collect();
    let held = (0..[0, 1, 9, 200][dice.below(4)]).map(|_| Held {
        watch: WatchId(dice.text()),
        severity: Severity(2),
        sentence: dice.text(),
        why: dice.text(),
    });
    let held: Vec<Held> = held.collect();
    Roundup {
        pages: dice.below(200),
        visits: dice.below(5_000) as u64,
        read: dice.below(2) as u64,
        unread_in_all: unread.len() + dice.below(2) * 1_000,
        unread,
        held,
        muted: dice.below(3),
        noise: dice.below(3),
        below: dice.below(3),
        otherwise: dice.below(3),
    }
}

#[tokio::test]
async fn no_pages_can_make_a_batch_or_a_digest_discord_refuses() {
    let mut court = Court::open(11).await;
    let mut dice = Dice(11);
    let period = Period {
        route: "morning".to_owned(),
        from: at("2016-07-05T07:00:00Z"),
        until: at("2016-07-06T07:00:00Z"),
    };
    for _ in 0..40 {
        let count = [0, 1, 2, 7, 40][dice.below(5)];
        let parts: Vec<Part> = (0..count).map(|_| part(&mut dice)).collect();
        let told = roundup(&mut dice);
        let batch = message::batch(parts.clone(), MARK);
        let digest = message::digest(parts, &period, &told, London, MARK);
        for (kind, message) in [("batch", batch), ("digest", digest)] {
            if kind == "batch" && count == 0 {
                continue;
            }
            let message = Message {
                mentions: Some(77),
                ..message
            };
            court.holds(kind, &message).await;
            harmless(&message);
        }
    }
}

/// What every message here ends with.
const MARK: &str = "alert 123-0 k3f9q2";

/// Nothing of the page acts: no mention, no fence but ours, no control character, and the mark is there.
#[track_caller]
fn harmless(message: &Message) {
    let text = message.text.as_ref().expect("a body");
    let fields: String = text
        .fields
        .iter()
        .map(|field| field.value.as_str())
        .collect();
    let all = format!(
        "{}\n{}\n{}\n{fields}",
        message.content, text.title, text.description
    );
    assert!(!all.contains("@everyone") && !all.contains("<@1"), "{all}");
    assert!(
        !all.chars()
            .any(|c| (c.is_control() && c != '\n') || c == '\u{202E}')
    );
    // Our own fences are opened on a line and closed on another.
    let fences = text.description.matches("```").count();
    let own = text.description.lines();
    let own = own.filter(|line| matches!(*line, "```diff" | "```"));
    assert_eq!(fences, own.count(), "{}", text.description);
    assert!(fences.is_multiple_of(2), "{}", text.description);
    assert!(text.footer.ends_with(MARK), "{}", text.footer);
    let card = message::plain(message, 80, Paint::Plain);
    assert!(!card.chars().any(|c| c.is_control() && c != '\n'));
}
