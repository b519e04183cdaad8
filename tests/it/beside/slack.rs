//! A Slack-compatible webhook is sent blocks, and all of it as text.

use serde_json::Value;
use smallprint::channels::Channels;
use smallprint::model::{Destination, Message, MessageText, Verdict};

use crate::beside::receiver::Fault;
use crate::beside::{Scene, given_up, waits};

fn chat() -> Destination {
    Destination::Slack("CHAT".to_owned())
}

/// Every text that is sent, the blocks first.
fn texts(json: &Value) -> Vec<String> {
    let blocks = json["blocks"].as_array().expect("blocks").iter();
    let blocks = blocks.map(|block| &block["text"]["text"]);
    blocks
        .chain([&json["text"]])
        .map(|text| text.as_str().expect("a text").to_owned())
        .collect()
}

/// No mention, no link but ours, no entity and no fence left open, and the limits.
#[track_caller]
fn harmless(json: &Value) {
    let texts = texts(json);
    assert!(texts.len() <= 51);
    for (at, text) in texts.iter().enumerate() {
        let limit = if at + 1 == texts.len() { 40_000 } else { 3000 };
        let length = text.encode_utf16().count();
        assert!((1..=limit).contains(&length), "{length}");
        for act in ["<!", "<@", "<#", "@everyone", "@channel"] {
            assert!(!text.contains(act), "{act} in {text}");
        }
        // What stands between two fences is no link.
        for outside in text.split("```").step_by(2) {
            assert!(!outside.contains("](") && !outside.contains("!["), "{text}");
        }
        for link in text.split('<').skip(1) {
            assert!(link.starts_with("http"), "{text}");
        }
        assert_eq!(text.matches("```").count() % 2, 0, "{text}");
        for entity in text.split('&').skip(1) {
            let known = ["amp;", "lt;", "gt;"];
            assert!(
                known.iter().any(|known| entity.starts_with(known)),
                "{text}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_said_in_blocks_and_once_more_as_text() {
    let scene = Scene::open().await;
    let entry = scene.owe(&[chat()]).await;
    assert_eq!(scene.pay().await.sent.len(), 1);
    let json = scene.receiver.taken()[0].json();
    harmless(&json);
    let text = json["text"].as_str().expect("a text");
    for part in [
        "“Patients can opt out at any time, &lt;b&gt;&amp; nobody&lt;/b&gt; asks “why”.” is no longer on the page",
        "*Before*\n> Patients can opt out",
        "<https://example.org/gpdpr|The page>",
        &format!("alert {entry}-0 "),
    ] {
        assert!(text.contains(part), "no “{part}” in {text}");
    }
    assert_eq!(json["unfurl_links"], false);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_can_make_a_message_that_acts_or_is_too_long() {
    let scene = Scene::open().await;
    let channels: Channels = scene.channels();
    let nasty = [
        "<!channel> @everyone <@U123> <#C1> [a](https://b.example) ![x](https://b.example/x.png) & ",
        "```\n",
        "`",
        "*",
        "_",
        "~",
        "# ",
        "> ",
        "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
        "\u{202E}",
        "|",
        "<",
    ];
    for (at, piece) in nasty.iter().enumerate() {
        for times in [1, 30, 9000] {
            let text = piece.repeat(times);
            let shown = smallprint::wording::harmless::markdown(&text);
            let message = Message {
                content: shown.clone(),
                text: Some(MessageText {
                    title: format!("x{shown}"),
                    url: None,
                    author: Some(shown.clone()),
                    description: format!(
                        "**Before**\n> {shown}\n```diff\n- {}\n```",
                        text.replace('`', "`\u{200B}")
                    ),
                    fields: Vec::new(),
                    footer: "alert 7-0 abcdef".to_owned(),
                    at: crate::store::at(1),
                    colour: smallprint::model::Colour::Gone,
                }),
                ..Message::default()
            };
            let sent = channels
                .send(&chat(), &message, &format!("sp1-{at}-{times}"))
                .await;
            assert!(sent.is_ok(), "{sent:?}");
            let taken = scene.receiver.taken();
            harmless(&taken.last().expect("a message").json());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_puts_an_alert_right_is_a_second_message() {
    for (verdict, begins) in [
        (Verdict::WasBack, "Correction. "),
        (Verdict::StillSo, "Confirmed. "),
    ] {
        let scene = Scene::open().await;
        let entry = scene.owe(&[chat()]).await;
        scene.pay().await;
        scene.look_again(entry, &chat(), verdict).await;
        assert_eq!(scene.pay().await.sent.len(), 1);
        let taken = scene.receiver.taken();
        assert_eq!(taken.len(), 2);
        let json = taken[1].json();
        let text = json["text"].as_str().expect("a text");
        assert!(text.starts_with(begins), "{text}");
        assert!(text.contains("the same alert number"), "{text}");
        assert!(text.contains(&format!("alert {entry}-0 ")), "{text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn slack_is_believed_when_it_says_no() {
    let scene = Scene::open().await;
    let paid = scene
        .meeting(&chat(), &[Fault::Says(404, "no_service", None)])
        .await;
    assert!(
        waits(&paid).contains("“no_service”") && waits(&paid).contains("CHAT"),
        "{paid:?}"
    );
    let scene = Scene::open().await;
    let paid = scene
        .meeting(&chat(), &[Fault::Says(410, "channel_is_archived", None)])
        .await;
    assert!(given_up(&paid).contains("channel_is_archived"), "{paid:?}");
    let scene = Scene::open().await;
    let faults = [
        Fault::Says(429, "rate_limited", Some("0")),
        Fault::Says(500, "rollup_error", None),
    ];
    let paid = scene.meeting(&chat(), &faults).await;
    assert_eq!(paid.sent.len(), 1, "{paid:?}");
}
