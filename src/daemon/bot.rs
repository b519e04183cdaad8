//! Listens in Discord, and fulfils what people wish there.

use tokio::task::JoinSet;

use crate::bot;
use crate::channels::{Gateway, Heard, Listening, Ticket};
use crate::daemon::Household;
use crate::house::House;
use crate::model::Wish;
use crate::oversight;
use crate::store::{Leased, StoreError};

/// How many wishes are fulfilled side by side; more wait.
const AT_ONCE: usize = 8;

/// Who listens, and where.
#[derive(Default)]
struct Post {
    at: Option<Gateway>,
    listening: Option<Listening>,
}

impl Post {
    /// Goes where the watchlist in force says, or leaves.
    fn take(&mut self, house: &House) {
        let in_force = house.in_force();
        let wanted = (in_force.channels.gateway()).filter(|_| in_force.watchlist.has_bot());
        if wanted != self.at {
            self.at.clone_from(&wanted);
            self.listening = wanted.map(Gateway::listen);
        }
    }

    /// What is heard next; for ever nothing where nobody listens.
    async fn next(&mut self) -> Heard {
        loop {
            let Some(listening) = &mut self.listening else {
                return std::future::pending().await;
            };
            match listening.next().await {
                Some(heard) => return heard,
                None => self.listening = None,
            }
        }
    }
}

/// Listens as the watchlist in force says, until asked to stop. Whatever becomes of the gateway, pages are visited and
/// alerts are sent all the same.
pub(super) async fn keep(household: Household) -> Result<(), StoreError> {
    let house = &household.house;
    if !household.leased(Leased::Gateway, None).await? {
        return Ok(());
    }
    let mut post = Post::default();
    post.take(house);
    let mut wishes = JoinSet::new();
    loop {
        tokio::select! {
            () = household.stopped() => return Ok(()),
            () = household.rebot.notified() => post.take(house),
            Some(_) = wishes.join_next() => {}
            heard = post.next(), if wishes.len() < AT_ONCE => match heard {
                Heard::Ready { application } => {
                    tracing::info!("listening in Discord");
                    ring(&household, oversight::open(house).await?);
                    wishes.spawn(register(household.clone(), application));
                }
                Heard::Wish(wish, ticket) => {
                    wishes.spawn(attend(household.clone(), *wish, ticket));
                }
                Heard::Lost(why) => tracing::warn!("Discord cannot be heard ({why}); it is tried again"),
                Heard::Closed(why) => {
                    post.listening = None;
                    ring(&household, oversight::closed(house, &why).await?);
                }
            },
        }
    }
}

async fn attend(household: Household, wish: Wish, ticket: Ticket) {
    bot::attend(&household.house, &wish, &ticket).await;
    // What was decided is put right in every message.
    household.owed.notify_one();
}

async fn register(household: Household, application: u64) {
    let channels = household.house.in_force().channels.clone();
    match channels.register(application, &bot::commands()).await {
        Ok(true) => tracing::info!("the commands of the bot were registered in Discord"),
        Ok(false) => {}
        Err(why) => tracing::warn!("the commands of the bot cannot be registered: {why}"),
    }
}

/// Rings where messages are owed.
fn ring(household: &Household, owed: usize) {
    if owed > 0 {
        household.owed.notify_one();
    }
}
