//! What people do in Discord, answered from the archive.

mod asks;
mod commands;
mod correct;
mod form;
mod hide;
mod may;
mod press;
mod said;
mod served;
mod typing;

use std::sync::Arc;

use tokio::sync::mpsc;

use crate::answers::{self, NoAnswer, Request, Response};
use crate::channels::{Place, Ticket};
use crate::house::House;
use crate::model::{Act, Message, Reply, Whisper, Wish};

pub use commands::commands;

/// What is to be said to a wish: at once, or after a while in a place that is kept for it.
enum First {
    Now(Reply),
    Later(Place),
}

/// What came of a wish.
#[derive(Default)]
struct Done {
    /// Words for who asked.
    whisper: Option<Whisper>,
    /// The message on which the button stands, with other buttons.
    message: Option<Message>,
}

/// Fulfils a wish and replies to it. What goes wrong on the way to Discord is logged; it is nobody's loss but the asker's.
pub async fn attend(house: &Arc<House>, wish: &Wish, ticket: &Ticket) {
    if let Err(why) = fulfil(house, wish, ticket).await {
        tracing::warn!("a reply in Discord did not get through: {why}");
    }
}

async fn fulfil(house: &Arc<House>, wish: &Wish, ticket: &Ticket) -> Result<(), String> {
    let channels = house.in_force().channels.clone();
    if let Err(whisper) = served::is_served(house, wish).await {
        let reply = match &wish.act {
            Act::Typing { .. } => Reply::Choices(Vec::new()),
            _ => Reply::Whisper(whisper),
        };
        return channels.reply(ticket, &reply).await;
    }
    let place = match first(house, wish).await {
        First::Now(reply) => return channels.reply(ticket, &reply).await,
        First::Later(place) => place,
    };
    channels.keep_place(ticket, place).await?;
    let done = done(house, wish).await.unwrap_or_else(|refused| Done {
        whisper: Some(said::refused(&refused)),
        message: None,
    });
    match (place, done) {
        (Place::Whisper, done) => {
            let whisper = done.whisper.unwrap_or_else(|| Whisper::says("Done."));
            channels.fill(ticket, &whisper).await
        }
        (Place::Message, done) => {
            if let Some(message) = &done.message {
                channels.redraw(ticket, message).await?;
            }
            match &done.whisper {
                Some(whisper) => channels.whisper(ticket, whisper).await,
                None => Ok(()),
            }
        }
    }
}

/// What must be said within three seconds.
async fn first(house: &Arc<House>, wish: &Wish) -> First {
    match &wish.act {
        Act::Pressed { button, .. } => match press::first(house, wish, button).await {
            Ok(first) => first,
            Err(whisper) => First::Now(Reply::Whisper(whisper)),
        },
        Act::Command { name, .. } if name == correct::COMMAND => {
            match may::decide(&house.in_force().watchlist, wish) {
                Ok(()) => First::Later(Place::Whisper),
                Err(whisper) => First::Now(Reply::Whisper(whisper)),
            }
        }
        Act::Command { .. } => First::Later(Place::Whisper),
        Act::Typing { option, typed, .. } => {
            First::Now(Reply::Choices(typing::choices(house, option, typed).await))
        }
        Act::Filled { .. } => match may::decide(&house.in_force().watchlist, wish) {
            Ok(()) => First::Later(Place::Whisper),
            Err(whisper) => First::Now(Reply::Whisper(whisper)),
        },
    }
}

/// What may take longer.
async fn done(house: &Arc<House>, wish: &Wish) -> Result<Done, NoAnswer> {
    let whispered = |whisper| Done {
        whisper: Some(whisper),
        message: None,
    };
    match &wish.act {
        Act::Pressed { button, message } => press::done(house, wish, button, *message).await,
        Act::Command { name, options } => asks::answer(house, wish, name, options)
            .await
            .map(whispered),
        Act::Filled { form, answers } => form::filled(house, wish, form, answers)
            .await
            .map(whispered),
        Act::Typing { .. } => Ok(Done::default()),
    }
}

/// Asks what every reader can ask.
async fn ask(house: &Arc<House>, request: Request) -> Result<Response, NoAnswer> {
    let (heard, _) = mpsc::channel(1);
    answers::answer(house, request, heard).await
}

/// That an answer was to another question, which cannot be.
fn astray() -> NoAnswer {
    NoAnswer::Archive("the answer was to another question".to_owned())
}
