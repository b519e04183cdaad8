//! A channel that takes five messages in two seconds, and a hundred changes for it.

use std::time::Duration;

use smallprint::deliver::{Patience, pay};
use smallprint::model::{DeliveryOutcome, Destination};

use crate::deliver::{HERE, House, THERE, editions};

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_changes_stand_in_a_channel_that_takes_few_at_a_time() {
    let house = House::open().await;
    // Five in a fifth of a second, for a test has no forty seconds; the first of them by a webhook, which knows no nonce.
    for channel in [HERE, THERE] {
        house.discord.takes(channel, 5, Duration::from_millis(200));
    }
    let hook = Destination::DiscordWebhook("HOOK".to_owned());
    for no in 1..=100 {
        house
            .owe(no, &[Destination::Discord(HERE), hook.clone()])
            .await;
    }
    let patience = Patience {
        bound: Duration::from_secs(30),
        ..Patience::COMMAND
    };
    let paid = pay(&house.store, &house.channels(), house.means(patience)).await;
    let paid = paid.expect("the archive works");
    assert_eq!((paid.sent.len(), paid.waiting.len()), (200, 0), "{paid:?}");
    assert_eq!(house.said(HERE), editions(1..=100));
    assert_eq!(house.said(THERE), editions(1..=100));
    assert_eq!(house.discord.invalid(), 0, "what is asked for is kept to");
    let sent = house.store.deliveries(None).await.expect("deliveries");
    let sent = sent
        .iter()
        .filter(|one| matches!(one.outcome, DeliveryOutcome::Sent { .. }));
    assert_eq!(sent.count(), 200);
}
