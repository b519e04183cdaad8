//! No channel's failure delays another.

use std::time::Duration;

use smallprint::channels::Secret;
use smallprint::deliver::Payer;
use smallprint::model::Destination;

use crate::beside::postbox::Fault as Post;
use crate::beside::receiver::Fault;
use crate::beside::{BRIEF, Scene};

const HERE: u64 = 111;

#[tokio::test(flavor = "multi_thread")]
async fn servers_that_never_answer_hold_up_no_channel_that_does() {
    let scene = Scene::open().await;
    let mail = Destination::Email(vec!["desk@paper.example".to_owned()]);
    let (chat, here) = (
        Destination::Slack("CHAT".to_owned()),
        Destination::Discord(HERE),
    );
    scene.postbox.will([Post::Silent]);
    scene.receiver.will([Fault::Lost]);
    scene.owe(&[mail.clone(), chat.clone(), here.clone()]).await;
    let mut payer = Payer::new(scene.store.clone(), scene.channels(), scene.means(BRIEF));
    let turn = Duration::from_millis(50);
    let mut sent = Vec::new();
    while sent.is_empty() {
        let paid = payer.pay_for(turn).await.expect("the archive works");
        sent.extend(paid.sent.clone());
        let waiting: Vec<&Destination> = paid.waiting.iter().map(|(to, _)| to).collect();
        assert!(
            waiting.contains(&&mail) && waiting.contains(&&chat),
            "{paid:?}"
        );
        assert!(paid.next.is_some());
    }
    assert_eq!(scene.discord.messages(HERE).len(), 1);
    // What comes to be owed while both still hang is said at once too.
    scene.notice("Watching 2 pages.", &here).await;
    sent.clear();
    while sent.is_empty() {
        let paid = payer.pay_for(turn).await.expect("the archive works");
        sent.extend(paid.sent);
    }
    assert_eq!(scene.discord.messages(HERE).len(), 2);
    assert_eq!(
        scene.postbox.connections(),
        1,
        "it is asked once, not again and again"
    );
    assert_eq!(scene.receiver.asked().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_that_is_not_there_holds_up_nobody_and_is_tried_again() {
    let mut scene = Scene::open().await;
    let closed = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a free port");
    let address = closed.local_addr().expect("an address");
    drop(closed);
    let there = scene.server.clone();
    scene.server = format!("smtp://{address}");
    let secret = Secret::new(format!("http://{address}/s3cret-part-of-the-address"));
    scene.secrets.insert("NEWSROOM".to_owned(), secret);
    let mail = Destination::Email(vec!["desk@paper.example".to_owned()]);
    let hook = Destination::Webhook("NEWSROOM".to_owned());
    scene
        .owe(&[mail, hook, Destination::Slack("CHAT".to_owned())])
        .await;
    let none = smallprint::deliver::Patience {
        bound: Duration::ZERO,
        ..BRIEF
    };
    let paid = smallprint::deliver::pay(&scene.store, &scene.channels(), scene.means(none)).await;
    let paid = paid.expect("the archive works");
    assert_eq!((paid.sent.len(), paid.waiting.len()), (1, 2), "{paid:?}");
    assert!(!format!("{paid:?}").contains("s3cret"), "{paid:?}");
    scene.server = there;
    let back = Secret::new(format!("{}/in", scene.receiver.base));
    scene.secrets.insert("NEWSROOM".to_owned(), back);
    assert_eq!(scene.pay().await.sent.len(), 2);
}
