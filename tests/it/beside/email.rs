//! A mailbox is sent mails.

use smallprint::model::{Colour, Destination, Message, MessageText, Verdict};

use crate::beside::postbox::{Fault, Mail};
use crate::beside::{Scene, given_up, waits};

fn desk() -> Destination {
    Destination::Email(vec!["desk@paper.example".to_owned()])
}

fn desks() -> Destination {
    let all = [
        "desk@paper.example",
        "editor@paper.example",
        "gone@paper.example",
    ];
    Destination::Email(all.map(str::to_owned).into())
}

/// Nothing in the page of a mail is loaded or run, and its styles stand in place.
#[track_caller]
fn inert(html: &str) {
    for act in [
        "<script", "<img", "<style", "<link", "<iframe", "<form", "class=", "url(", " on",
    ] {
        let found = html
            .split('<')
            .skip(1)
            .any(|tag| format!("<{}", tag.split('>').next().unwrap_or_default()).contains(act));
        assert!(!found, "{act} in {html}");
    }
}

async fn sent(scene: &Scene) -> Vec<Mail> {
    let paid = scene.pay().await;
    assert_eq!((paid.sent.len(), paid.waiting.len()), (1, 0), "{paid:?}");
    scene.postbox.mails()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_a_mail_with_text_redline_and_the_diff_beside_it() {
    let scene = Scene::open().await;
    let entry = scene.owe(&[desk()]).await;
    let mails = sent(&scene).await;
    let [mail] = &mails[..] else {
        panic!("{mails:?}");
    };
    assert_eq!(mail.from, "smallprint@campaign.example");
    assert_eq!(mail.to, ["desk@paper.example"]);
    for (name, begins) in [
        ("From", "Smallprint <smallprint@campaign.example>"),
        ("To", "desk@paper.example"),
        (
            "Subject",
            "NHS England: “Patients can opt out at any time, <b>& nobody</b> asks “why”.” is no longer",
        ),
        ("Date", "Mon, 06 Jul 2026 10:40:00 +0000"),
        ("Message-ID", "<sp1-"),
        ("List-Id", "<smallprint.campaign.example>"),
        (
            "List-Unsubscribe",
            "<mailto:editor@campaign.example?subject=unsubscribe>",
        ),
        ("Auto-Submitted", "auto-generated"),
        ("MIME-Version", "1.0"),
        ("Content-Type", "multipart/mixed"),
    ] {
        let value = mail.header(name);
        assert!(value.starts_with(begins), "{name}: {value}");
    }
    assert!(mail.header("Message-ID").ends_with("@campaign.example>"));
    let kinds: Vec<String> = mail.parts().into_iter().map(|(kind, _)| kind).collect();
    assert_eq!(kinds.len(), 3, "{kinds:?}");
    let plain = mail.part("text/plain");
    assert!(
        plain.contains("<b>& nobody</b>") && plain.contains(&format!("alert {entry}-0 ")),
        "{plain}"
    );
    let html = mail.part("text/html");
    inert(&html);
    assert!(html.contains("<del style=\"color:#9c1c1c;background:#fdeaea\">Patients can opt out at any time, &lt;b&gt;&amp; nobody&lt;/b&gt;"), "{html}");
    let (_, diff) = mail.parts().pop().expect("a file");
    assert!(diff.contains("Removed: Patients can opt out"), "{diff}");
    assert!(
        mail.text
            .contains(&format!("filename=\"gpdpr-1-2-alert-{entry}-0-")),
        "{}",
        mail.text
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_attempt_is_the_same_mail() {
    let scene = Scene::open().await;
    scene.owe(&[desk()]).await;
    scene.postbox.will([
        Fault::Greets("421 4.3.2 try later"),
        Fault::Mail("451 4.3.0 greylisted"),
        Fault::CutBefore,
        Fault::Data("452 4.2.2 mailbox full"),
        Fault::CutAfter,
    ]);
    let mails = sent(&scene).await;
    assert_eq!(
        mails.len(),
        2,
        "one whose answer was cut, and the same again"
    );
    assert_eq!(mails[0].header("Message-ID"), mails[1].header("Message-ID"));
    assert_eq!(scene.postbox.connections(), 6);
    assert_eq!(scene.pay().await.sent.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_puts_an_alert_right_is_a_second_mail_in_the_same_thread() {
    for (verdict, begins) in [
        (Verdict::WasBack, "Correction: "),
        (Verdict::StillSo, "Confirmed: "),
    ] {
        let scene = Scene::open().await;
        let entry = scene.owe(&[desk()]).await;
        sent(&scene).await;
        scene.look_again(entry, &desk(), verdict).await;
        let mails = sent(&scene).await;
        let [first, second] = &mails[..] else {
            panic!("{mails:?}");
        };
        let id = first.header("Message-ID");
        assert_eq!(
            (second.header("In-Reply-To"), second.header("References")),
            (id.clone(), id.clone())
        );
        assert_ne!(second.header("Message-ID"), id);
        let subject = second.header("Subject");
        assert!(
            subject.starts_with(begins) && subject.chars().count() <= 200,
            "{subject}"
        );
        assert!(second.part("text/plain").contains("the same alert number"));
        assert!(second.part("text/html").contains("the same alert number"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_that_is_refused_keeps_nothing_from_the_others() {
    let scene = Scene::open().await;
    scene
        .postbox
        .refuse("gone@paper.example", "550 5.1.1 no such mailbox here");
    scene.owe(&[desks()]).await;
    let mails = sent(&scene).await;
    let to: Vec<&String> = mails.iter().flat_map(|mail| &mail.to).collect();
    assert_eq!(to, ["desk@paper.example", "editor@paper.example"]);
    let scene = Scene::open().await;
    scene
        .postbox
        .refuse("desk@paper.example", "550 5.1.1 no such mailbox here");
    scene.owe(&[desk()]).await;
    let paid = scene.pay().await;
    assert!(given_up(&paid).contains("no such mailbox here"), "{paid:?}");
    assert!(scene.postbox.mails().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_is_too_large_goes_without_its_files() {
    let scene = Scene::open().await;
    scene.owe(&[desk()]).await;
    scene.postbox.will([Fault::Data("552 5.3.4 too large")]);
    let mails = sent(&scene).await;
    assert_eq!(mails.len(), 1);
    assert!(
        mails[0]
            .header("Content-Type")
            .starts_with("multipart/alternative")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_lets_us_not_in_is_asked_again_when_somebody_has_mended_it() {
    let mut scene = Scene::open().await;
    scene.server = format!("smtp://me:wrong-password@{}", scene.postbox.address);
    scene.postbox.ask("me", "right-password");
    scene.owe(&[desk()]).await;
    let paid = scene.pay().await;
    assert!(waits(&paid).contains("does not let us in"), "{paid:?}");
    assert!(
        waits(&paid).contains("535") && waits(&paid).contains("SMTP_URL"),
        "{paid:?}"
    );
    assert!(!waits(&paid).contains("wrong-password"), "{paid:?}");
    assert!(paid.next.is_some_and(|next| next.as_secs() > 3000));
    scene.server = format!("smtp://me:right-password@{}", scene.postbox.address);
    sent(&scene).await;
    let scene = Scene::open().await;
    scene.postbox.will([
        Fault::Greets("554 5.7.1 blocked"),
        Fault::Greets("554 5.7.1 blocked"),
    ]);
    scene.owe(&[desk()]).await;
    assert!(waits(&scene.pay().await).contains("blocked"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_of_a_server_that_is_missing_wrong_or_unsafe_is_never_used() {
    for (server, says) in [
        ("", "SMTP_URL does not hold"),
        ("mail.example", "SMTP_URL does not hold"),
        (
            "imap://me:s3cret-part-of-the-address@mail.example",
            "SMTP_URL does not hold",
        ),
        (
            "smtp://me:s3cret-part-of-the-address@mail.example",
            "unencrypted",
        ),
        (
            "smtp://me:s3cret-part-of-the-address@mail.example?tls=opportunistic",
            "unencrypted",
        ),
    ] {
        let mut scene = Scene::open().await;
        scene.server = server.to_owned();
        let paid = scene.meeting(&desk(), &[]).await;
        assert!(waits(&paid).contains(says), "{paid:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_can_write_a_header_or_a_mail_of_its_own() {
    let scene = Scene::open().await;
    let channels = scene.channels();
    for nasty in [
        "a\r\nBcc: victim@example.org\r\n\r\nbody",
        "a\nBcc: victim@example.org",
        "=?utf-8?b?DQpCY2M6IHZpY3RpbUBleGFtcGxlLm9yZw==?=",
        "\r\n.\r\nMAIL FROM:<a@example.org>\r\n",
        "“é” \u{202E}🏴 ".repeat(300).as_str(),
        "word ".repeat(3000).as_str(),
        "<script>alert(1)</script><img src=x onerror=y>",
    ] {
        let shown = smallprint::wording::harmless::markdown(nasty);
        let message = Message {
            content: format!("x{shown}"),
            text: Some(MessageText {
                title: shown.clone(),
                url: Some("https://example.org/\"><script>".to_owned()),
                author: Some(shown.clone()),
                description: format!("**Before**\n> {shown}\n```diff\n- {nasty}\n```"),
                fields: Vec::new(),
                footer: "alert 7-0 abcdef".to_owned(),
                at: crate::store::at(1),
                colour: Colour::Gone,
            }),
            file: Some(("a-1-2.txt".to_owned(), format!(".\r\n.{nasty}\n.\n"))),
            ..Message::default()
        };
        let before = scene.postbox.mails().len();
        let sent = channels.send(&desk(), &message, "sp1-abc").await;
        assert!(sent.is_ok(), "{sent:?}");
        let mails = scene.postbox.mails();
        assert_eq!(mails.len(), before + 1, "one mail for one message");
        let mail = mails.last().expect("a mail");
        assert_eq!(
            (mail.header("Bcc"), mail.header("To").as_str()),
            (String::new(), "desk@paper.example")
        );
        assert!(
            mail.header("Subject").chars().count() <= 200,
            "{}",
            mail.header("Subject")
        );
        assert!(
            mail.text.lines().all(|line| line.len() <= 998),
            "a line is too long"
        );
        inert(&mail.part("text/html"));
        assert_eq!(mail.parts().len(), 3);
    }
}
