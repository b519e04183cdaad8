//! What is put right is said in a second message, which names the first.

use std::sync::LazyLock;

use jsonschema::Validator;
use serde_json::{Value, json};
use smallprint::model::{AlertId, Annotation, Destination, Fact, Owed, Says};

use crate::beside::Scene;
use crate::store::at;

static SCHEMA: LazyLock<Validator> = LazyLock::new(|| {
    let schema = include_str!("../../../docs/webhook.schema.json");
    let schema = serde_json::from_str(schema).expect("JSON");
    jsonschema::validator_for(&schema).expect("a schema")
});

const WORDS: &str = "We misread it: <b>the promise</b> & all stands elsewhere. <!channel>";

impl Scene {
    /// Somebody says this of a change that was told there.
    async fn annotate(&self, of: u64, says: Says, text: &str, to: &Destination) -> u64 {
        let text = self.store.keep(text.into(), None).await.expect("kept");
        let annotation = Annotation {
            of,
            says,
            text: Some(text),
            by: "Ada".to_owned(),
            from: None,
        };
        let earlier = AlertId {
            entry: of,
            index: 0,
        };
        let owed = vec![Owed::edit(to.clone(), earlier)];
        let fact = Fact::Annotated { annotation, owed };
        let appended = self.store.append(fact, at(60), None).await;
        appended.expect("appended")
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_correction_is_a_second_mail_in_the_thread_of_the_first() {
    let scene = Scene::open().await;
    let desk = Destination::Email(vec!["desk@paper.example".to_owned()]);
    let entry = scene.owe(std::slice::from_ref(&desk)).await;
    scene.pay().await;
    let made = scene.annotate(entry, Says::OurError, WORDS, &desk).await;
    scene.pay().await;
    scene
        .annotate(entry, Says::Undone { entry: made }, "It was right.", &desk)
        .await;
    scene.pay().await;
    let mails = scene.postbox.mails();
    let [first, second, third] = &mails[..] else {
        panic!("{mails:?}");
    };
    let id = first.header("Message-ID");
    for (mail, begins) in [(second, "Correction: "), (third, "Taken back: ")] {
        assert_eq!(mail.header("In-Reply-To"), id);
        assert_eq!(mail.header("References"), id);
        assert!(mail.header("Subject").starts_with(begins), "{mail:?}");
    }
    let plain = second.part("text/plain");
    let right = plain.find("Correction, 6 July 2026: our error");
    let said = plain.find("is no longer on the page");
    assert!(right.is_some() && right < said, "{plain}");
    assert!(plain.contains("the promise"), "{plain}");
    let html = second.part("text/html");
    assert!(!html.contains("<b>the promise"), "{html}");
    assert!(third.part("text/plain").contains("Taken back, 6 July 2026"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_is_sent_what_was_put_right_in_parts() {
    let scene = Scene::open().await;
    let newsroom = Destination::Webhook("NEWSROOM".to_owned());
    let entry = scene.owe(std::slice::from_ref(&newsroom)).await;
    scene.pay().await;
    let made = scene
        .annotate(entry, Says::Disputed, WORDS, &newsroom)
        .await;
    scene.pay().await;
    let undone = Says::Undone { entry: made };
    scene
        .annotate(entry, undone, "They agree.", &newsroom)
        .await;
    scene.pay().await;
    let taken: Vec<Value> = (scene.receiver.taken().iter())
        .map(|asked| asked.json())
        .collect();
    assert_eq!(taken.len(), 3);
    for body in &taken {
        let faults: Vec<String> = (SCHEMA.iter_errors(body))
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(faults.is_empty(), "{faults:?} in {body}");
    }
    assert_eq!(taken[0]["data"]["annotations"], json!([]));
    let second = &taken[1];
    assert_eq!(second["type"], "correction");
    assert_eq!(second["data"]["corrects"], taken[0]["data"]["id"]);
    let mut annotation = json!({
        "id": made, "alert": format!("{entry}-0"), "kind": "disputed", "text": WORDS, "by": "Ada",
        "at": at(60), "taken_back": null,
    });
    assert_eq!(second["data"]["annotations"], json!([annotation]));
    annotation["taken_back"] = json!({ "text": "They agree.", "by": "Ada", "at": at(60) });
    assert_eq!(taken[2]["data"]["annotations"], json!([annotation]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_and_a_telephone_read_the_correction_first() {
    for (to, key) in [
        (Destination::Slack("CHAT".to_owned()), "text"),
        (Destination::Ntfy("PHONE".to_owned()), "message"),
    ] {
        let scene = Scene::open().await;
        let entry = scene.owe(std::slice::from_ref(&to)).await;
        scene.pay().await;
        scene.annotate(entry, Says::Explained, WORDS, &to).await;
        scene.pay().await;
        let taken = scene.receiver.taken();
        assert_eq!(taken.len(), 2, "{to}");
        let body = taken[1].json();
        let said = body[key].as_str().expect("a text");
        let right = said.find("Explained, 6 July 2026").expect("it is there");
        let first = said.find("is no longer on the page").expect("it stays");
        assert!(right < first, "{said}");
        assert!(!said.contains("<!channel>") || key == "message", "{said}");
    }
}
