//! Listens in Discord, and fulfils what people wish there.

use tokio::task::JoinSet;

use crate::bot;
use crate::channels::{Gateway, Heard, Listening, Ticket};
use crate::daemon::Household;
use crate::house::House;
use crate::model::{Destination, Fact, Owed, Wish};
use crate::store::StoreError;

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
                    wishes.spawn(register(household.clone(), application));
                }
                Heard::Wish(wish, ticket) => {
                    wishes.spawn(attend(household.clone(), *wish, ticket));
                }
                Heard::Lost(why) => tracing::warn!("Discord cannot be heard ({why}); it is tried again"),
                Heard::Closed(why) => {
                    post.listening = None;
                    tracing::error!("{why}");
                    tell(&household, &why).await?;
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

/// Tells those who keep the program, where Discord is not needed for it.
async fn tell(household: &Household, why: &str) -> Result<(), StoreError> {
    let house = &household.house;
    let mut owed: Vec<Owed> = Vec::new();
    for route in &house.in_force().watchlist.routes {
        let discord = matches!(
            route.to,
            Destination::Discord(_) | Destination::DiscordWebhook(_)
        );
        if !discord && !owed.iter().any(|one| one.to == route.to) {
            owed.push(Owed::post(route.to.clone(), true));
        }
    }
    if owed.is_empty() {
        return Ok(());
    }
    let text = house.store.keep(why.as_bytes().to_vec(), None).await?;
    let fact = Fact::Notice {
        text,
        owed,
        about: Vec::new(),
        promises: Vec::new(),
    };
    house.store.append(fact, house.clock.now(), None).await?;
    household.owed.notify_one();
    Ok(())
}
