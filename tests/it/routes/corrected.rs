//! What was said is put right where it was said, and what is back is said to be back.

use serde_json::json;
use smallprint::answers::{
    self, CorrectionOne, CorrectionWanted, NoAnswer, Request, Response, Righting, WhichChange,
};
use smallprint::model::{ChangeKind, Says, Severity, Span};
use tokio::sync::mpsc;

use crate::discord::{Fault, Stored};
use crate::routes::{HERE, PROMISE, Stage, address, at, id, route};
use crate::site::Answer;

const WORDS: &str = "We misread it. @everyone ``` <@&7>\nThe promise stands elsewhere.";

impl Stage {
    async fn ask(&self, request: Request) -> Result<Response, NoAnswer> {
        let (heard, _listening) = mpsc::channel(8);
        answers::answer(&self.scene.house, request, heard).await
    }

    async fn correct(
        &self,
        page: usize,
        what: Righting,
        text: &str,
    ) -> Result<CorrectionOne, NoAnswer> {
        let wanted = CorrectionWanted {
            of: WhichChange::Watch {
                id: id(page).as_str().into(),
                span: Some(Span { from: 1, to: 2 }),
            },
            what,
            text: Some(text.to_owned()).filter(|text| !text.is_empty()),
            by: "Ada".to_owned(),
            from: None,
        };
        match self.ask(Request::Correct(wanted)).await? {
            Response::Correct(one) => Ok(*one),
            other => panic!("{other:?}"),
        }
    }

    async fn errs(&self, page: usize) -> CorrectionOne {
        let says = Says::OurError;
        let made = self.correct(page, Righting::Say { says }, WORDS).await;
        made.expect("it is put right")
    }

    async fn corrections(&self) -> Vec<CorrectionOne> {
        match self.ask(Request::Corrections).await {
            Ok(Response::Corrections(all)) => all,
            other => panic!("{other:?}"),
        }
    }
}

/// What a message is a reply to.
fn replies(message: &Stored) -> Option<&str> {
    let reference = &message.json["message_reference"];
    assert!(reference.is_null() || reference["fail_if_not_exists"] == json!(false));
    reference["message_id"].as_str()
}

fn standings(one: &CorrectionOne) -> Vec<(&str, &str)> {
    let told = one.told.iter().chain(&one.taken_back_told);
    told.map(|one| (one.how.as_str(), one.standing.as_str()))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_correction_stands_above_the_message_and_answers_it_and_so_does_its_taking_back() {
    let stage = Stage::open(&route(HERE, ""), 1).await;
    stage.breaks(0).await;
    stage.pay().await;
    let said = stage.sent(HERE).remove(0);

    let made = stage.errs(0).await;
    assert_eq!(
        standings(&made),
        [
            ("edit", "owed, not sent yet"),
            ("reply", "owed, not sent yet")
        ]
    );
    stage.pay().await;
    let sent = stage.sent(HERE);
    assert_eq!((sent.len(), sent[0].edits), (2, 1));
    let heading = "**Correction, 13 May 2026: our error**\n> We misread it. @\u{200b}everyone";
    for message in &sent {
        assert!(message.content.starts_with(heading), "{}", message.content);
        assert!(!message.content.contains("```"), "{}", message.content);
        assert!(
            message
                .content
                .contains("\n> The promise stands elsewhere.")
        );
    }
    // What was said first stays as it was said.
    assert!(sent[0].content.ends_with(&format!("\n{}", said.content)));
    assert_eq!(sent[0].json["embeds"], said.json["embeds"]);
    assert_eq!(replies(&sent[1]), Some(said.id.as_str()));
    assert!(sent[1].content.contains("\nAbout: "), "{}", sent[1].content);
    assert_eq!(
        sent[1].json["flags"], said.json["flags"],
        "as loud as the first"
    );

    // The same words are not said twice.
    assert_eq!(stage.errs(0).await.correction.entry, made.correction.entry);
    assert_eq!(stage.scene.owed().await, []);

    stage.scene.pass(60 * 24);
    let back = stage.correct(0, Righting::TakeBack { entry: None }, "It was right.");
    let back = back.await.expect("it is taken back");
    assert!(back.correction.taken_back.is_some());
    stage.pay().await;
    let sent = stage.sent(HERE);
    let heading = "**Taken back, 14 May 2026, the correction of 13 May 2026: It was right.**\n> We misread it.";
    assert_eq!((sent.len(), sent[0].edits, sent[1].edits), (3, 2, 1));
    assert!(sent[0].content.starts_with(heading), "{}", sent[0].content);
    assert!(
        sent[1].content.starts_with("**Taken back"),
        "{}",
        sent[1].content
    );
    assert!(
        sent[2].content.starts_with("**Taken back"),
        "{}",
        sent[2].content
    );
    assert_eq!(replies(&sent[2]), Some(said.id.as_str()));

    let nothing = stage
        .correct(0, Righting::TakeBack { entry: None }, "")
        .await;
    assert!(
        matches!(nothing, Err(NoAnswer::Unknown { .. })),
        "{nothing:?}"
    );
    let all = stage.corrections().await;
    assert_eq!(all.len(), 1);
    assert!(
        standings(&all[0]).iter().all(|one| one.1 == "sent"),
        "{all:?}"
    );
    assert_eq!(all[0].told.len() + all[0].taken_back_told.len(), 5);
    let Ok(Response::Changes(changes)) = stage.ask(Request::Changes(Default::default())).await
    else {
        panic!("no changes");
    };
    assert_eq!(changes[0].corrections[0].text, WORDS);
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_message_cannot_be_edited_the_reply_says_so() {
    for (fault, why) in [
        (Fault::Refused(429, 30046), "older than an hour"),
        (Fault::Refused(404, 10008), "was deleted"),
    ] {
        let stage = Stage::open(&route(HERE, ""), 1).await;
        stage.breaks(0).await;
        stage.pay().await;
        let said = stage.sent(HERE).remove(0);
        stage.errs(0).await;
        stage.discord.will(HERE, [fault]);
        stage.pay().await;
        let sent = stage.sent(HERE);
        assert_eq!((sent.len(), sent[0].edits), (2, 0), "{why}");
        assert_eq!(replies(&sent[1]), Some(said.id.as_str()));
        let reply = &sent[1].content;
        assert!(
            reply.contains("could not be altered where it stands: "),
            "{reply}"
        );
        assert!(reply.contains(why), "{reply}");
        let all = stage.corrections().await;
        assert!(standings(&all[0])[0].1.starts_with("given up: "), "{all:?}");
        stage.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_and_a_digest_are_put_right_where_they_told_of_the_change() {
    for lines in [
        "send = \"batch\"\nwait = \"10m\"",
        "name = \"morning\"\nsend = \"daily\"\nat = \"08:00\"",
    ] {
        let stage = Stage::open(&route(HERE, lines), 2).await;
        stage.changes(0).await;
        stage.breaks(1).await;
        stage.until("2026-05-14T07:00:20Z");
        stage.pay().await;
        stage.pay().await;
        let said = stage.sent(HERE).remove(0);
        stage.errs(1).await;
        stage.pay().await;
        let sent = stage.sent(HERE);
        assert_eq!((sent.len(), sent[0].edits), (2, 1), "{lines}");
        let now = &sent[0].content;
        assert!(
            now.starts_with("About ") && now.contains("**Correction, "),
            "{now}"
        );
        assert!(now.ends_with(&said.content), "{now}\n{}", said.content);
        assert_eq!(replies(&sent[1]), Some(said.id.as_str()));
        stage.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_put_right_before_it_was_told_is_told_with_it() {
    let lines = "name = \"morning\"\nsend = \"daily\"\nat = \"08:00\"";
    let stage = Stage::open(&route(HERE, lines), 2).await;
    stage.changes(0).await;
    stage.breaks(1).await;
    let made = stage.errs(1).await;
    assert_eq!(standings(&made), [("edit", "owed, not sent yet")]);
    stage.until("2026-05-14T07:00:20Z");
    stage.pay().await;
    stage.pay().await;
    let sent = stage.sent(HERE);
    assert_eq!((sent.len(), sent[0].edits), (1, 0));
    assert!(
        sent[0].content.contains("**Correction, "),
        "{}",
        sent[0].content
    );
    assert_eq!(stage.scene.owed().await, []);
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_reply_of_the_publisher_is_attached_whole_and_ours_must_be_short() {
    let stage = Stage::open(&route(HERE, ""), 1).await;
    stage.breaks(0).await;
    stage.pay().await;
    let long = "We stand by every word of it, and say so.\n".repeat(200);
    let says = Says::OurError;
    let refused = stage.correct(0, Righting::Say { says }, &long).await;
    assert!(
        matches!(refused, Err(NoAnswer::Unknown { .. })),
        "{refused:?}"
    );
    let says = Says::Significant;
    let refused = stage.correct(0, Righting::Say { says }, "x").await;
    assert!(
        matches!(refused, Err(NoAnswer::Unknown { .. })),
        "{refused:?}"
    );
    let says = Says::Reply;
    let made = stage.correct(0, Righting::Say { says }, &long).await;
    made.expect("it is kept");
    stage.pay().await;
    let sent = stage.sent(HERE);
    let heading = "**Reply of the publisher, 13 May 2026, in their own words**\n> We stand by";
    for message in &sent {
        assert!(message.content.starts_with(heading), "{}", message.content);
    }
    let (name, file) = sent[1].file.clone().expect("a file");
    assert!(name.starts_with("reply-alert-"), "{name}");
    assert_eq!(file, long);
    stage.end().await;
}

/// A page whose promise went, was still gone at the second look, and is about to come back.
async fn gone() -> (Stage, Stored) {
    let stage = Stage::open(&route(HERE, ""), 1).await;
    stage.breaks(0).await;
    stage.pay().await;
    stage.scene.pass(5);
    stage.scene.visit(&id(0)).await;
    stage.pay().await;
    stage.until("2026-05-15T09:00:00Z");
    let said = stage.sent(HERE).remove(0);
    (stage, said)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_that_returns_puts_its_alert_right_without_a_sound() {
    let (stage, said) = gone().await;
    stage.shows(0, &[PROMISE, "It stands here."]);
    let report = stage.scene.visit(&id(0)).await;
    let entry = report.entry.expect("an entry");
    let edits = stage.scene.owed().await;
    let edits: Vec<_> = (edits.iter())
        .filter(|one| one.owed.edits.is_some())
        .collect();
    assert_eq!(edits.len(), 1, "{edits:?}");
    assert!(!edits[0].owed.loud);
    stage.pay().await;
    let now = stage.sent(HERE).remove(0);
    assert_eq!(now.edits, said.edits + 1);
    let heading = "**Back on the page since Fri 15 May 2026 10:00 BST**\n> What was gone stands there again; \
                   it was put back between Wed 13 May 10:05 and Fri 15 May 2026 10:00 (BST).";
    assert!(now.content.starts_with(heading), "{}", now.content);
    assert!(now.content.ends_with(&said.content), "{}", now.content);
    let (watch, span) = (id(0).as_str().into(), Span { from: 1, to: 2 });
    let change = stage.scene.house.store.change(&watch, span).await;
    let back = change.expect("a change").back.expect("it is back");
    assert_eq!(
        (back.entry, back.bounds.by),
        (entry, at("2026-05-15T09:00:00Z"))
    );
    // It is said once, and again only where the words go and come back once more.
    stage.shows(0, &[PROMISE, "It stands here.", "And something else."]);
    stage.scene.visit(&id(0)).await;
    let owed = stage.scene.owed().await;
    assert!(owed.iter().all(|one| one.owed.edits.is_none()), "{owed:?}");
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_alert_cannot_be_edited_a_reply_says_that_the_text_is_back() {
    let (stage, said) = gone().await;
    stage.shows(0, &[PROMISE, "It stands here."]);
    let report = stage.scene.visit(&id(0)).await;
    assert!(report.severity <= Some(Severity(5)));
    let posts = stage.sent(HERE).len();
    let anew = stage.scene.owed().await.len() - 1;
    // What is told of this step comes first.
    let mut faults = vec![Fault::Nothing; anew];
    faults.push(Fault::Refused(429, 30046));
    stage.discord.will(HERE, faults);
    stage.pay().await;
    let sent = stage.sent(HERE);
    assert_eq!(sent[0].edits, said.edits);
    assert_eq!(sent.len(), posts + anew + 1);
    let reply = sent.last().expect("a reply");
    assert_eq!(replies(reply), Some(said.id.as_str()));
    assert!(
        reply.content.starts_with("**Back on the page since "),
        "{}",
        reply.content
    );
    assert!(
        reply
            .content
            .contains("could not be altered where it stands")
    );
    assert_eq!(stage.scene.owed().await, []);
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_is_there_again_puts_right_the_message_that_said_it_was_gone() {
    let stage = Stage::open(&route(HERE, ""), 1).await;
    stage.scene.plays(&address(0), Answer::status(404));
    let front = Answer::html("<h1>The front</h1><p>All is well here.</p>");
    stage.scene.site.play("/", front);
    for _ in 0..3 {
        stage.scene.pass(60);
        stage.scene.visit(&id(0)).await;
    }
    stage.pay().await;
    let said = stage.sent(HERE).remove(0);
    stage.scene.pass(60);
    stage.shows(0, &[PROMISE, "It stands here."]);
    let report = stage.scene.visit(&id(0)).await;
    assert_eq!(report.kind, Some(ChangeKind::Returned));
    stage.pay().await;
    let now = stage.sent(HERE).remove(0);
    assert_eq!(now.edits, said.edits + 1);
    assert!(
        now.content.starts_with("**Back on the page since "),
        "{now:?}"
    );
    assert!(now.content.ends_with(&said.content), "{now:?}");
    stage.end().await;
}
