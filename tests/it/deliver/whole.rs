//! Messages are read where they stand, and what they lack is said once.

use std::sync::Arc;

use smallprint::deliver::{Means, Paid, pay};
use smallprint::model::{AlertId, Destination, Lack};

use crate::deliver::{BRIEF, HERE, House, THERE, of_operators};
use crate::discord::Fault;

impl House {
    /// Pays with operators who are told in the other channel.
    async fn pay_with_operators(&self) -> Paid {
        let operators = of_operators(Destination::Discord(THERE));
        let means = Means {
            routes: Arc::new(vec![operators]),
            ..self.means(BRIEF)
        };
        let paid = pay(&self.store, &self.channels(), means).await;
        paid.expect("the archive works")
    }

    async fn lacks(&self, entry: u64) -> Vec<Lack> {
        let alert = AlertId { entry, index: 0 };
        let found = self.store.outgoing(alert).await.expect("the archive works");
        found.expect("an alert").lacks
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_channel_takes_away_is_told_once_and_stands_in_every_receipt() {
    let house = House::open().await;
    house
        .discord
        .will(HERE, [Fault::WithoutEmbeds, Fault::WithoutEmbeds]);
    let first = house.owe(1, &[Destination::Discord(HERE)]).await;
    let second = house.owe(2, &[Destination::Discord(HERE)]).await;
    let paid = house.pay_with_operators().await;
    assert_eq!(paid.sent.len(), 3, "{paid:?}");
    assert_eq!(house.lacks(first).await, [Lack::Embed]);
    assert_eq!(house.lacks(second).await, [Lack::Embed]);
    let told = house.said(THERE);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("allow the bot Embed Links"), "{told:?}");
    // Nor is it told again by a program that starts anew.
    house.discord.will(HERE, [Fault::WithoutEmbeds]);
    house.owe(3, &[Destination::Discord(HERE)]).await;
    house.pay_with_operators().await;
    assert_eq!(house.said(THERE).len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_read_though_the_answer_to_it_was_whole() {
    let house = House::open().await;
    house.discord.strip("attachments");
    let entry = house.owe(1, &[Destination::Discord(HERE)]).await;
    house.pay_with_operators().await;
    assert_eq!(house.lacks(entry).await, [Lack::File]);
    assert!(house.said(THERE)[0].contains("Attach Files"));
    assert_eq!(house.discord.invalid(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_message_is_nothing_to_speak_of() {
    let house = House::open().await;
    let entry = house.owe(1, &[Destination::Discord(HERE)]).await;
    let paid = house.pay_with_operators().await;
    assert_eq!(paid.sent.len(), 1, "{paid:?}");
    assert_eq!(house.lacks(entry).await, []);
    let read = house.discord.asked().into_iter();
    let read = read.filter(|(method, _)| *method == axum::http::Method::GET);
    assert_eq!(read.count(), 1, "read once");
}
