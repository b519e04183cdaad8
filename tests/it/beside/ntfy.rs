//! A topic of ntfy is sent short messages.

use serde_json::json;
use smallprint::model::{Destination, Verdict};

use crate::beside::receiver::Fault;
use crate::beside::{SECRET, Scene, given_up, waits};

fn phone() -> Destination {
    Destination::Ntfy("PHONE".to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_rings_by_how_much_it_matters() {
    let scene = Scene::open().await;
    let entry = scene.owe(&[phone()]).await;
    assert_eq!(scene.pay().await.sent.len(), 1);
    let asked = &scene.receiver.taken()[0];
    assert_eq!(asked.path, "/");
    assert_eq!(asked.header("authorization"), format!("Bearer tk_{SECRET}"));
    let json = asked.json();
    for (key, value) in [
        ("topic", json!("nhs_alerts")),
        ("priority", json!(5)),
        ("tags", json!(["edited", "severity-5"])),
        ("click", json!("https://example.org/gpdpr")),
        ("title", json!("gpdpr in its edition 2")),
    ] {
        assert_eq!(json[key], value, "{key}");
    }
    let said = json["message"].as_str().expect("a message");
    assert!(
        said.len() <= 4096 && said.contains("<b>& nobody</b>"),
        "{said}"
    );
    assert!(said.contains(&format!("alert {entry}-0 ")), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_makes_no_sound_and_a_correction_says_what_it_is() {
    let scene = Scene::open().await;
    scene.notice("Watching 2 pages.", &phone()).await;
    scene.pay().await;
    let json = scene.receiver.taken()[0].json();
    assert_eq!(
        (&json["priority"], &json["title"]),
        (&json!(2), &json!("Smallprint"))
    );
    let scene = Scene::open().await;
    let entry = scene.owe(&[phone()]).await;
    scene.pay().await;
    scene.look_again(entry, &phone(), Verdict::WasBack).await;
    assert_eq!(scene.pay().await.sent.len(), 1);
    let json = scene.receiver.taken()[1].json();
    assert_eq!(json["title"], "Correction: gpdpr in its edition 2");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_wrong_is_tried_again_or_said() {
    let scene = Scene::open().await;
    let faults = [
        Fault::Says(429, "", Some("0")),
        Fault::CutBefore,
        Fault::Says(507, "", None),
    ];
    assert_eq!(scene.meeting(&phone(), &faults).await.sent.len(), 1);
    let scene = Scene::open().await;
    let paid = scene
        .meeting(&phone(), &[Fault::Says(403, "{\"code\":40301}", None)])
        .await;
    assert!(waits(&paid).contains("PHONE"), "{paid:?}");
    let scene = Scene::open().await;
    let paid = scene
        .meeting(&phone(), &[Fault::Says(400, "bad", None)])
        .await;
    assert!(given_up(&paid).contains("“bad”"), "{paid:?}");
    let mut scene = Scene::open().await;
    let bare = smallprint::channels::Secret::new(&scene.receiver.base);
    scene.secrets.insert("PHONE".to_owned(), bare);
    let paid = scene.meeting(&phone(), &[]).await;
    assert!(waits(&paid).contains("the address of a topic"), "{paid:?}");
}
