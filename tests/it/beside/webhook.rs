//! A webhook is sent signed JSON, as docs/webhook.md describes it.

use std::sync::LazyLock;

use jsonschema::Validator;
use serde_json::{Value, json};
use smallprint::model::{Destination, Verdict};

use crate::beside::receiver::{Asked, Fault};
use crate::beside::{GONE, SIGNING, Scene, given_up, waits};

static SCHEMA: LazyLock<Validator> = LazyLock::new(|| {
    let schema = include_str!("../../../docs/webhook.schema.json");
    let schema = serde_json::from_str(schema).expect("JSON");
    jsonschema::validator_for(&schema).expect("a schema")
});

fn newsroom() -> Destination {
    Destination::Webhook("NEWSROOM".to_owned())
}

/// The body, which is as the schema says.
#[track_caller]
fn body(asked: &Asked) -> Value {
    let body = asked.json();
    let faults: Vec<String> = (SCHEMA.iter_errors(&body))
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(faults.is_empty(), "{faults:?} in {body}");
    body
}

/// The signature as the specification says, written once more from it.
fn signature(asked: &Asked) -> String {
    use sha2::{Digest, Sha256};
    // What SIGNING holds.
    let key: [u8; 24] = [
        0x31, 0xf2, 0x90, 0xf6, 0xbf, 0x06, 0x29, 0x8a, 0xab, 0x4f, 0x08, 0xd4, 0x3c, 0x3f, 0x08,
        0x2c, 0xf6, 0x48, 0xa3, 0x62, 0xda, 0x2d, 0xa4, 0xb0,
    ];
    assert_eq!(format!("whsec_{}", smallprint::wire::base64(&key)), SIGNING);
    let pad = |with: u8| {
        let mut block = [with; 64];
        for (at, byte) in key.iter().enumerate() {
            block[at] ^= byte;
        }
        block
    };
    let signed = format!(
        "{}.{}.{}",
        asked.header("webhook-id"),
        asked.header("webhook-timestamp"),
        asked.body
    );
    let inner = Sha256::new().chain_update(pad(0x36)).chain_update(signed);
    let outer = Sha256::new()
        .chain_update(pad(0x5c))
        .chain_update(inner.finalize());
    format!("v1,{}", smallprint::wire::base64(&outer.finalize()))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_told_in_parts_and_signed() {
    let scene = Scene::open().await;
    let entry = scene.owe(&[newsroom()]).await;
    assert_eq!(scene.pay().await.sent.len(), 1);
    let taken = scene.receiver.taken();
    let [asked] = &taken[..] else {
        panic!("{taken:?}");
    };
    assert_eq!(asked.method, "POST");
    assert_eq!(asked.header("content-type"), "application/json");
    assert_eq!(asked.header("webhook-signature"), signature(asked));
    let now = scene.clock.now().timestamp().to_string();
    assert_eq!(asked.header("webhook-timestamp"), now);
    let body = body(asked);
    assert_eq!(
        (&body["type"], &body["version"]),
        (&json!("alert"), &json!(1))
    );
    assert_eq!(body["timestamp"], "2026-07-06T09:02:00Z");
    let data = &body["data"];
    assert_eq!(data["id"], asked.header("webhook-id"));
    let change = &data["changes"][0];
    for (key, value) in [
        ("alert", json!(format!("{entry}-0"))),
        ("watch", json!("gpdpr")),
        ("publisher", json!("NHS England Digital")),
        ("url", json!("https://example.org/gpdpr")),
        ("kind", json!("edited")),
        ("change", json!("1..2")),
        ("severity", json!(5)),
        (
            "bounds",
            json!({"after": "2026-07-06T09:01:00Z", "by": "2026-07-06T09:02:00Z"}),
        ),
    ] {
        assert_eq!(change[key], value, "{key}");
    }
    // Page text stands there as it stood on the page.
    assert_eq!(change["findings"][0]["before"], GONE);
    let text = data["text"].as_str().expect("a text");
    assert!(text.contains(&format!("alert {entry}-0 ")), "{text}");
    assert!(text.contains("opt out at any time"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_attempt_has_the_same_id_and_body() {
    let scene = Scene::open().await;
    let paid = scene
        .meeting(
            &newsroom(),
            &[
                Fault::Says(500, "", None),
                Fault::Says(429, "slow down", Some("0")),
                Fault::CutBefore,
                Fault::Says(503, "", Some("0")),
                Fault::CutAfter,
                Fault::Says(409, "", None),
            ],
        )
        .await;
    assert_eq!((paid.sent.len(), paid.waiting.len()), (1, 0), "{paid:?}");
    let asked = scene.receiver.asked();
    assert_eq!(asked.len(), 7);
    for one in &asked[1..] {
        assert_eq!(one.header("webhook-id"), asked[0].header("webhook-id"));
        assert_eq!(one.body, asked[0].body);
    }
    assert_eq!(scene.pay().await.sent.len(), 0, "it is sent once");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_puts_an_alert_right_is_a_second_message_that_names_the_first() {
    let scene = Scene::open().await;
    let entry = scene.owe(&[newsroom()]).await;
    scene.pay().await;
    scene.look_again(entry, &newsroom(), Verdict::WasBack).await;
    scene.receiver.will([Fault::CutAfter]);
    assert_eq!(scene.pay().await.sent.len(), 1);
    let taken = scene.receiver.taken();
    let [first, second, again] = &taken[..] else {
        panic!("{taken:?}");
    };
    let corrected = body(second);
    assert_eq!(corrected["type"], "correction");
    assert_eq!(corrected["data"]["corrects"], first.header("webhook-id"));
    assert_ne!(second.header("webhook-id"), first.header("webhook-id"));
    assert_eq!(second.header("webhook-id"), again.header("webhook-id"));
    let change = &corrected["data"]["changes"][0];
    assert_eq!(change["second_look"]["verdict"], "was-back");
    assert_eq!(change["alert"], format!("{entry}-0"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_has_no_changes_and_a_webhook_without_a_secret_no_signature() {
    let mut scene = Scene::open().await;
    scene.secrets.remove("NEWSROOM_SECRET");
    scene.notice("Watching 2 pages.", &newsroom()).await;
    assert_eq!(scene.pay().await.sent.len(), 1);
    let asked = &scene.receiver.taken()[0];
    assert!(!asked.headers.contains_key("webhook-signature"));
    let body = body(asked);
    assert_eq!(
        (&body["type"], &body["data"]["changes"]),
        (&json!("notice"), &json!([]))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_person_can_mend_waits_and_what_nobody_can_is_given_up() {
    for (fault, says) in [
        (Fault::Says(401, "", None), "401"),
        (Fault::Says(403, "no entry", None), "“no entry”"),
        (Fault::Says(404, "", None), "NEWSROOM"),
        (Fault::Redirects, "the final address"),
        (Fault::Says(429, "", Some("3600")), "429"),
        (Fault::Says(503, "", Some("3600")), "503"),
    ] {
        let scene = Scene::open().await;
        let paid = scene
            .meeting(&newsroom(), std::slice::from_ref(&fault))
            .await;
        assert!(waits(&paid).contains(says), "{fault:?}: {paid:?}");
        let next = paid.next.expect("another attempt").as_secs();
        assert!((3500..=3600).contains(&next), "{fault:?}: {next}");
        assert_eq!(scene.receiver.asked().len(), 1, "{fault:?} was asked on");
    }
    for (status, says) in [(410, "is gone"), (400, "400"), (413, "413"), (422, "422")] {
        let scene = Scene::open().await;
        let fault = Fault::Says(status, "s3cret-part-of-the-address is wrong", None);
        let paid = scene.meeting(&newsroom(), &[fault]).await;
        assert!(given_up(&paid).contains(says), "{paid:?}");
        assert!(given_up(&paid).contains("… is wrong"), "{paid:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_is_missing_wrong_or_private_is_never_asked() {
    for (address, says) in [
        (
            None,
            "NEWSROOM, which should hold the address to send to, is not set",
        ),
        (
            Some("not an address s3cret-part-of-the-address"),
            "does not hold a web address",
        ),
        (
            Some("ftp://example.org/s3cret-part-of-the-address"),
            "is not asked",
        ),
        (
            Some("http://me:s3cret-part-of-the-address@127.0.0.1:1/"),
            "user name or password",
        ),
        (
            Some("http://10.0.0.1/s3cret-part-of-the-address"),
            "`allow_private`",
        ),
        (
            Some("http://[::1]:1/s3cret-part-of-the-address"),
            "`allow_private`",
        ),
    ] {
        let mut scene = Scene::open().await;
        match address {
            Some(address) => {
                let word = smallprint::channels::Secret::new(address);
                scene.secrets.insert("NEWSROOM".to_owned(), word);
            }
            None => drop(scene.secrets.remove("NEWSROOM")),
        }
        let paid = scene.meeting(&newsroom(), &[]).await;
        assert!(waits(&paid).contains(says), "{paid:?}");
    }
    // A name that leads to this machine is found out when it is looked up.
    let mut scene = Scene::open().await;
    scene.allowed.clear();
    let base = scene.receiver.base.replace("127.0.0.1", "localhost");
    let word = smallprint::channels::Secret::new(format!("{base}/in"));
    scene.secrets.insert("NEWSROOM".to_owned(), word);
    let paid = scene.meeting(&newsroom(), &[]).await;
    assert!(waits(&paid).contains("a loopback address"), "{paid:?}");
    assert!(scene.receiver.asked().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_word_that_signs_nothing_is_said_and_nothing_is_sent_unsigned() {
    let mut scene = Scene::open().await;
    let word = smallprint::channels::Secret::new("hunter2");
    scene.secrets.insert("NEWSROOM_SECRET".to_owned(), word);
    let paid = scene.meeting(&newsroom(), &[]).await;
    assert!(
        waits(&paid).contains("NEWSROOM_SECRET is no signing secret"),
        "{paid:?}"
    );
    assert!(!waits(&paid).contains("hunter2"));
    assert!(scene.receiver.asked().is_empty());
}

#[test]
fn the_document_tells_every_part_of_the_body() {
    let told = include_str!("../../../docs/webhook.md");
    let schema: Value =
        serde_json::from_str(include_str!("../../../docs/webhook.schema.json")).expect("JSON");
    let data = &schema["properties"]["data"]["properties"];
    for part in [
        &schema["properties"],
        data,
        &schema["$defs"]["change"]["properties"],
    ] {
        for key in part.as_object().expect("keys").keys() {
            assert!(
                told.contains(&format!("`{key}`")),
                "docs/webhook.md does not tell of {key}"
            );
        }
    }
    let example = told.split("```json\n").nth(1).expect("an example");
    let example = example.split("```").next().expect("its end");
    let example: Value = serde_json::from_str(example).expect("the example is JSON");
    let faults: Vec<String> = (SCHEMA.iter_errors(&example))
        .map(|fault| fault.to_string())
        .collect();
    assert!(faults.is_empty(), "{faults:?}");
}
