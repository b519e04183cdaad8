//! What a channel answers, and what we make of it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use smallprint::channels::{Channels, Refusal, Secret};
use smallprint::model::{Colour, Destination, Field, Message, MessageText, Receipt, Rows};
use smallprint::watchlist;
use smallprint::wording::redline::Paint;

use crate::discord::{Discord, Fault, HOOK, TOKEN};

const HERE: u64 = 111;
const THERE: u64 = 222;
const MARK: &str = "alert 7-0 abcdef";

fn settings(base: &str) -> watchlist::Discord {
    watchlist::Discord {
        token_env: "DISCORD_TOKEN".to_owned(),
        token_file: None,
        api_base: base.parse().expect("a URL"),
        ..watchlist::Discord::default()
    }
}

fn with_token(discord: &Discord, token: &str) -> Channels {
    let hook = Secret::new(discord.webhook(HERE));
    let hooks = BTreeMap::from([("HOOK".to_owned(), hook)]);
    let settings = settings(discord.base.as_str());
    Channels::new(&settings, Some(Secret::new(token)), hooks).expect("channels")
}

fn message() -> Message {
    Message {
        content: "NHS England: “never sold” is no longer on the page".to_owned(),
        text: Some(MessageText {
            title: "care.data".to_owned(),
            url: Some("https://england.example/care-data".to_owned()),
            author: Some("NHS England".to_owned()),
            description: "**Before**\n> never sold".to_owned(),
            fields: vec![Field {
                name: "When".to_owned(),
                value: "between 9 and 10".to_owned(),
            }],
            footer: format!("care-data · version 2 · {MARK}"),
            at: "2016-07-06T10:00:00Z".parse().expect("a time"),
            colour: Colour::Gone,
        }),
        silent: true,
        file: Some((
            "care-data-1-2-alert-7-0-abcdef.txt".to_owned(),
            "- never\r\n".to_owned(),
        )),
        rows: None,
        links: vec![(
            "The page".to_owned(),
            "https://england.example/care-data".to_owned(),
        )],
        buttons: Vec::new(),
        mentions: None,
        particulars: Vec::new(),
        above: None,
        replies: None,
    }
}

async fn send(channels: &Channels, channel: u64) -> Result<String, Refusal> {
    let to = Destination::Discord(channel);
    let sent = channels.send(&to, &message(), "sp1-abc").await;
    sent.map(|receipt| receipt.id)
}

#[tokio::test]
async fn a_message_stands_in_its_channel_whole() {
    let discord = Discord::start().await;
    let id = send(&with_token(&discord, TOKEN), HERE).await;
    let stored = discord.messages(HERE);
    assert_eq!(discord.broken(), Vec::<String>::new());
    assert_eq!(id.as_deref(), Ok(stored[0].id.as_str()));
    assert_eq!(stored[0].nonce.as_deref(), Some("sp1-abc"));
    assert_eq!(stored[0].file, message().file);
    assert!(stored[0].footer().ends_with(MARK));
    assert_eq!(stored[0].json["flags"], 4096);
    assert_eq!(stored[0].json["components"][0]["components"][0]["style"], 5);
}

#[tokio::test]
async fn an_answer_decides_whether_to_try_again() {
    let later = |seconds| move |refusal: &Refusal| matches!(refusal, Refusal::Later(wait, _) if wait.as_secs() == seconds);
    let unknown = |refusal: &Refusal| matches!(refusal, Refusal::Unknown(_));
    let never = |refusal: &Refusal| matches!(refusal, Refusal::Never(_));
    type Expected = Box<dyn Fn(&Refusal) -> bool>;
    let cases: Vec<(Fault, Expected)> = vec![
        (Fault::Broken, Box::new(unknown)),
        (Fault::Gateway, Box::new(unknown)),
        (Fault::CutBefore, Box::new(unknown)),
        (Fault::CutAfter, Box::new(unknown)),
        (Fault::Garbled, Box::new(unknown)),
        (Fault::TooMany(Some("7")), Box::new(later(7))),
        (Fault::TooMany(None), Box::new(later(60))),
        (Fault::TooMany(Some("soon")), Box::new(later(60))),
        (Fault::TooMany(Some("999999")), Box::new(later(900))),
        (Fault::Refused(403, 50013), Box::new(never)),
        (Fault::Refused(403, 50001), Box::new(never)),
        (Fault::Refused(404, 10003), Box::new(never)),
    ];
    for (fault, expected) in cases {
        let discord = Discord::start().await;
        discord.will(HERE, [fault.clone()]);
        let refusal = send(&with_token(&discord, TOKEN), HERE)
            .await
            .expect_err("a refusal");
        assert!(expected(&refusal), "{fault:?} was taken for {refusal:?}");
        assert_eq!(discord.asked().len(), 1, "{fault:?} was asked twice");
    }
}

#[tokio::test]
async fn a_repeated_send_stands_once() {
    let discord = Discord::start().await;
    discord.will(HERE, [Fault::CutAfter]);
    let channels = with_token(&discord, TOKEN);
    assert!(send(&channels, HERE).await.is_err());
    assert!(send(&channels, HERE).await.is_ok());
    assert_eq!(discord.messages(HERE).len(), 1);
}

#[tokio::test]
async fn a_message_called_malformed_is_sent_plainly_once() {
    let discord = Discord::start().await;
    let channels = with_token(&discord, TOKEN);
    discord.will(HERE, [Fault::Refused(400, 50035)]);
    assert!(send(&channels, HERE).await.is_ok());
    let stored = discord.messages(HERE);
    assert!(
        stored[0]
            .content
            .contains("<https://england.example/care-data>")
    );
    assert!(stored[0].content.ends_with(MARK));
    assert_eq!(stored[0].file, message().file);

    let faults = [Fault::Refused(400, 50035), Fault::Refused(400, 50035)];
    discord.will(THERE, faults);
    let refusal = send(&channels, THERE).await.expect_err("a refusal");
    assert!(matches!(refusal, Refusal::Never(_)), "{refusal:?}");
    assert_eq!(discord.broken(), Vec::<String>::new());
}

#[tokio::test]
async fn a_file_called_too_large_is_left_out() {
    let discord = Discord::start().await;
    discord.will(HERE, [Fault::Refused(413, 40005)]);
    assert!(send(&with_token(&discord, TOKEN), HERE).await.is_ok());
    assert_eq!(discord.messages(HERE)[0].file, None);
}

/// The message of a register, with its rows.
fn with_rows(more: usize) -> Message {
    Message {
        rows: Some(Rows {
            file: Some((
                "rows.csv".to_owned(),
                "change,key\r\nadded,DARS-NIC-1\r\n".to_owned(),
            )),
            more,
            command: "smallprint diff register 1..2".to_owned(),
        }),
        ..message()
    }
}

#[tokio::test]
async fn the_rows_of_a_register_stand_beside_the_diff() {
    let discord = Discord::start().await;
    let channels = with_token(&discord, TOKEN);
    let places = [
        Destination::Discord(HERE),
        Destination::DiscordWebhook("HOOK".to_owned()),
    ];
    for to in &places {
        let sent = channels.send(to, &with_rows(37), "sp1-rows").await;
        assert!(sent.is_ok(), "{sent:?}");
    }
    let stored = discord.messages(HERE);
    assert_eq!(discord.broken(), Vec::<String>::new());
    assert_eq!(stored.len(), places.len());
    for message in &stored {
        let names: Vec<&str> = message.files.iter().map(|(name, _)| &**name).collect();
        assert_eq!(names, ["care-data-1-2-alert-7-0-abcdef.txt", "rows.csv"]);
        assert!(message.files[1].1.ends_with("DARS-NIC-1\r\n"));
        let said = message.json["embeds"][0]["description"].as_str();
        let said = said.unwrap_or_default();
        assert!(
            said.ends_with("… and 37 more rows in the file rows.csv"),
            "{said}"
        );
    }
}

#[tokio::test]
async fn rows_called_too_large_are_still_counted() {
    let discord = Discord::start().await;
    let channels = with_token(&discord, TOKEN);
    discord.will(HERE, [Fault::Refused(413, 40005)]);
    let to = Destination::Discord(HERE);
    assert!(channels.send(&to, &with_rows(1), "sp1-rows").await.is_ok());
    let stored = &discord.messages(HERE)[0];
    assert!(stored.files.is_empty());
    let said = stored.json["embeds"][0]["description"].as_str();
    assert!(
        said.is_some_and(|said| said.ends_with("\n… and 1 more row")),
        "{said:?}"
    );
}

#[tokio::test]
async fn a_wrong_token_is_shown_to_discord_once() {
    let discord = Discord::start().await;
    let channels = with_token(&discord, "wrong-token");
    for channel in [HERE, THERE, HERE] {
        let refusal = send(&channels, channel).await.expect_err("a refusal");
        let Refusal::Later(_, why) = refusal else {
            panic!("{refusal:?}");
        };
        assert!(
            why.contains("token") && !why.contains("wrong-token"),
            "{why}"
        );
    }
    assert_eq!(discord.asked().len(), 1);
}

#[tokio::test]
async fn a_pause_for_all_channels_holds_for_all_channels() {
    let discord = Discord::start().await;
    let channels = with_token(&discord, TOKEN);
    discord.will(HERE, [Fault::TooMany(Some("30"))]);
    assert!(send(&channels, HERE).await.is_err());
    assert!(send(&channels, HERE).await.is_err());
    assert!(send(&channels, THERE).await.is_ok());
    discord.will(THERE, [Fault::TooManyEverywhere("30")]);
    assert!(send(&channels, THERE).await.is_err());
    assert!(send(&channels, 333).await.is_err());
    assert_eq!(discord.asked().len(), 3);
}

#[tokio::test]
async fn an_edit_replaces_the_words_in_their_place() {
    let discord = Discord::start().await;
    let channels = with_token(&discord, TOKEN);
    let id = send(&channels, HERE).await.expect("an id");
    let to = Destination::Discord(HERE);
    let mut edited = message();
    edited.content = "Still so at 18:07.".to_owned();
    assert_eq!(channels.edit(&to, &id, &edited).await, Ok(()));
    let stored = discord.messages(HERE);
    assert_eq!((stored.len(), stored[0].edits), (1, 1));
    assert_eq!(stored[0].content, "Still so at 18:07.");
    assert!(stored[0].file.is_some());
    let refusal = channels.edit(&to, "12345", &edited).await;
    assert!(matches!(refusal, Err(Refusal::Never(_))), "{refusal:?}");
    assert_eq!(discord.broken(), Vec::<String>::new());
}

#[tokio::test]
async fn a_message_is_found_by_its_mark_even_without_its_embed() {
    let discord = Discord::start().await;
    let channels = with_token(&discord, TOKEN);
    let to = Destination::Discord(HERE);
    assert_eq!(channels.find(&to, MARK).await, Ok(None));
    let id = send(&channels, HERE).await.expect("an id");
    assert_eq!(channels.find(&to, MARK).await, Ok(Some(id)));
    assert_eq!(channels.find(&to, "alert 17-0 abcdef").await, Ok(None));
    discord.will(THERE, [Fault::WithoutEmbeds]);
    let to = Destination::Discord(THERE);
    let sent = channels.send(&to, &message(), "sp1-other").await;
    let id = sent.expect("a receipt").id;
    assert_eq!(channels.find(&to, MARK).await, Ok(Some(id)));
}

#[tokio::test]
async fn a_webhook_takes_messages_and_edits() {
    let discord = Discord::start().await;
    let channels = with_token(&discord, "no bot is needed");
    let to = Destination::DiscordWebhook("HOOK".to_owned());
    let sent = channels.send(&to, &message(), "sp1-abc").await;
    let id = sent.expect("a receipt").id;
    assert_eq!(channels.edit(&to, &id, &message()).await, Ok(()));
    assert_eq!(channels.find(&to, MARK).await, Ok(None));
    let stored = discord.messages(HERE);
    assert_eq!((stored.len(), stored[0].edits), (1, 1));
    assert_eq!(stored[0].nonce, None);
    assert_eq!(discord.broken(), Vec::<String>::new());
}

#[tokio::test]
async fn a_refused_webhook_leaves_the_bot_alone() {
    let discord = Discord::start().await;
    let channels = with_token(&discord, TOKEN);
    discord.will(HERE, [Fault::Refused(401, 50027)]);
    let to = Destination::DiscordWebhook("HOOK".to_owned());
    let refusal = channels
        .send(&to, &message(), "")
        .await
        .expect_err("a refusal");
    assert!(
        matches!(&refusal, Refusal::Never(why) if why.contains("HOOK")),
        "{refusal:?}"
    );
    assert!(send(&channels, THERE).await.is_ok());
}

#[tokio::test]
async fn no_refusal_shows_a_secret() {
    let discord = Discord::start().await;
    let to = Destination::DiscordWebhook("HOOK".to_owned());
    let faults = [
        Fault::Broken,
        Fault::CutBefore,
        Fault::Garbled,
        Fault::Refused(404, 10015),
        Fault::Refused(403, 50013),
        Fault::TooMany(Some("0")),
    ];
    for fault in faults {
        let channels = with_token(&discord, TOKEN);
        discord.will(HERE, [fault]);
        let refusal = channels
            .send(&to, &message(), "")
            .await
            .expect_err("a refusal");
        let shown = format!("{refusal:?}");
        assert!(!shown.contains(HOOK) && !shown.contains(TOKEN), "{shown}");
    }
    let unreachable = "http://127.0.0.1:1/api/webhooks/1/hook-secret-of-the-tests";
    let hooks = BTreeMap::from([("HOOK".to_owned(), Secret::new(unreachable))]);
    let channels =
        Channels::new(&settings("https://discord.com/api/v10"), None, hooks).expect("channels");
    let refusal = channels
        .send(&to, &message(), "")
        .await
        .expect_err("a refusal");
    assert!(
        matches!(refusal, Refusal::Later(Duration::ZERO, _)),
        "{refusal:?}"
    );
    assert!(!format!("{refusal:?}").contains(HOOK), "{refusal:?}");
}

#[tokio::test]
async fn what_is_missing_is_named_and_waits() {
    let none = BTreeMap::new();
    let channels =
        Channels::new(&settings("https://discord.com/api/v10"), None, none).expect("channels");
    let cases = [
        (Destination::Discord(1), "DISCORD_TOKEN"),
        (Destination::DiscordWebhook("ALERTS".to_owned()), "ALERTS"),
        (Destination::Terminal, "terminal"),
    ];
    for (to, named) in cases {
        let refusal = channels.send(&to, &message(), "").await;
        assert!(
            matches!(&refusal, Err(Refusal::Later(_, why)) if why.contains(named)),
            "{refusal:?}"
        );
    }
}

#[test]
fn a_token_goes_to_discord_or_nowhere() {
    for (base, fit) in [
        ("https://discord.com/api/v10", true),
        ("http://127.0.0.1:8080/api/v10", true),
        ("http://localhost:8080/api/v10", true),
        ("http://[::1]:8080/api/v10", true),
        ("http://discord.com/api/v10", false),
        ("https://discord.com.example/api/v10", false),
        ("https://discord.com:444/api/v10", false),
        ("https://notdiscord.com/api/v10", false),
        ("https://192.168.0.1/api/v10", false),
    ] {
        let channels = Channels::new(&settings(base), None, BTreeMap::new());
        assert_eq!(channels.is_ok(), fit, "{base}");
    }
}

#[tokio::test]
async fn a_terminal_shows_the_message_as_a_card() {
    let shown = Arc::new(Mutex::new(String::new()));
    let screen = Arc::clone(&shown);
    let write = Arc::new(move |text: &str| screen.lock().expect("a screen").push_str(text));
    let channels = Channels::new(
        &settings("https://discord.com/api/v10"),
        None,
        BTreeMap::new(),
    )
    .expect("channels")
    .with_terminal(write, 80, Paint::Plain);
    let sent = channels.send(&Destination::Terminal, &message(), "").await;
    assert_eq!(sent, Ok(Receipt::default()));
    let shown = shown.lock().expect("a screen");
    assert!(
        shown.contains("┃ │ never sold\n") && !shown.contains("**"),
        "{shown}"
    );
}
