//! What Discord refuses again and again is asked no more for a while, by this program and by the next one.

use std::sync::Arc;

use chrono::TimeDelta;
use smallprint::deliver::{Means, Paid, pay};
use smallprint::model::Destination;

use crate::deliver::{BRIEF, HERE, House, of_operators};
use crate::discord::Fault;

impl House {
    /// Pays as after a start, with operators at the terminal.
    async fn pay_anew(&self) -> Paid {
        let operators = of_operators(Destination::Terminal);
        let means = Means {
            routes: Arc::new(vec![operators]),
            ..self.means(BRIEF)
        };
        let paid = pay(&self.store, &self.channels(), means).await;
        paid.expect("the archive works")
    }

    /// What the terminal shows, in one line.
    fn shown(&self) -> String {
        let shown = self.shown.lock().expect("a screen");
        shown.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_stop_all_traffic_long_before_a_ban_and_over_restarts() {
    let house = House::open().await;
    for no in 1..=70 {
        house.owe(no, &[Destination::Discord(HERE)]).await;
    }
    let deleted = || vec![Fault::Refused(404, 10003); 100];
    house.discord.will(HERE, deleted());
    let paid = house.pay_anew().await;
    assert_eq!(
        (paid.given_up.len(), paid.waiting.len()),
        (51, 1),
        "{paid:?}"
    );
    assert_eq!(house.discord.invalid(), 51);
    let told = house.shown();
    assert_eq!(
        told.matches("refused more than 50 requests").count(),
        1,
        "{told}"
    );
    assert!(
        told.contains("tried again at Mon 6 July 2026 11:50"),
        "{told}"
    );
    // Programs that start within the ten minutes ask nothing, and say nothing again.
    for _ in 0..5 {
        let paid = house.pay_anew().await;
        assert_eq!(
            (paid.given_up.len(), paid.waiting.len()),
            (0, 1),
            "{paid:?}"
        );
    }
    assert_eq!((house.discord.invalid(), house.shown()), (51, told));
    let parked = house.store.parked().await.expect("parked");
    assert_eq!(parked.len(), 1);
    // Later the channel is there again, and what was not given up arrives.
    house.discord.be_well();
    house.clock.set(house.clock.now() + TimeDelta::minutes(11));
    let paid = house.pay_anew().await;
    assert_eq!((paid.sent.len(), paid.waiting.len()), (19, 0), "{paid:?}");
    assert_eq!(house.store.parked().await.expect("parked"), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_of_programs_that_were_killed_add_up() {
    let house = House::open().await;
    let mut given_up = 0;
    for start in 0..6 {
        for no in 1..=10 {
            house
                .owe(start * 10 + no, &[Destination::Discord(HERE)])
                .await;
        }
        house
            .discord
            .will(HERE, vec![Fault::Refused(403, 50013); 10]);
        given_up += house.pay_anew().await.given_up.len();
    }
    assert_eq!((given_up, house.discord.invalid()), (51, 51));
}
