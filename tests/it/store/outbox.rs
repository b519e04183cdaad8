//! The outbox: alerts from owed to sent or given up.

use smallprint::model::{AlertId, DeliveryOutcome, Fact};
use smallprint::store::Store;

use crate::store::{
    append, at, compose, landed, open, owed_to_terminal, reopen, settle, temporary,
};

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_is_owed_until_its_message_is_sent_or_given_up() {
    let dir = temporary();
    let store = open(dir.path()).await;
    let mut first = landed(&store, "a", 1, 0, "text").await;
    first.owed = vec![owed_to_terminal(None); 3];
    let no = append(&store, first, 0).await;
    let alert = |index| AlertId { entry: no, index };
    let ids = async |store: &Store| -> Vec<AlertId> {
        let owed = store.owed().await.expect("owed");
        owed.iter().map(|alert| alert.id).collect()
    };
    assert_eq!(ids(&store).await, [alert(0), alert(1), alert(2)]);
    assert_eq!(store.composed(alert(0)).await.expect("composed"), None);

    compose(&store, alert(0), vec![alert(0), alert(1)], 1).await;
    assert_eq!(ids(&store).await.len(), 3, "composed is not sent");
    let store = reopen(store, dir.path(), 2).await;
    let (message, when) = store
        .composed(alert(1))
        .await
        .expect("composed")
        .expect("a message");
    assert_eq!((message.id, when), (alert(0), at(1)));
    let sent = DeliveryOutcome::Sent { id: "1234".into() };
    settle(&store, alert(0), sent.clone(), 3).await;
    assert_eq!(ids(&store).await, [alert(2)]);
    assert_eq!(
        store.receipt(alert(1)).await.expect("receipt").as_deref(),
        Some("1234")
    );

    let given_up = DeliveryOutcome::GivenUp {
        reason: "the channel is gone".into(),
    };
    settle(&store, alert(2), given_up.clone(), 4).await;
    assert_eq!(ids(&store).await, []);
    assert_eq!(store.receipt(alert(2)).await.expect("receipt"), None);
    let told = store.deliveries(None).await.expect("deliveries");
    let told: Vec<_> = told
        .into_iter()
        .map(|told| (told.alert, told.outcome, told.at))
        .collect();
    assert_eq!(
        told,
        [
            (alert(2), given_up, at(4)),
            (alert(1), sent.clone(), at(3)),
            (alert(0), sent, at(3)),
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_is_owed_too_and_its_text_can_be_read() {
    let dir = temporary();
    let store = open(dir.path()).await;
    let text = store
        .keep(b"Watching 120 pages.".to_vec(), None)
        .await
        .expect("kept");
    let fact = Fact::Notice {
        text,
        owed: vec![owed_to_terminal(None)],
        about: Vec::new(),
        promises: Vec::new(),
    };
    let no = store.append(fact, at(0), None).await.expect("appended");
    let owed = store.owed().await.expect("owed");
    assert_eq!(
        (owed[0].id.entry, owed[0].watch.clone(), owed[0].at),
        (no, None, at(0))
    );
    assert_eq!(
        store.notice_text(no).await.expect("text"),
        "Watching 120 pages."
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_never_owed_cannot_be_settled() {
    let dir = temporary();
    let store = open(dir.path()).await;
    let fact = Fact::Delivery {
        message: AlertId { entry: 7, index: 0 },
        outcome: DeliveryOutcome::Sent { id: "1".into() },
    };
    let error = store.append(fact, at(0), None).await.expect_err("refused");
    assert_eq!(error.to_string(), "the alert 7-0 is not in the archive");
}
