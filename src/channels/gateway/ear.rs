//! What serenity hears, handed on as plain data.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::Value;
use serenity::all::Interaction;
use serenity::async_trait;
use serenity::client::{Context, RawEventHandler};
use serenity::model::event::Event;
use tokio::sync::mpsc;

use crate::channels::gateway::{Heard, wish};

/// The name of the event that says what people do.
const INTERACTION: &str = "INTERACTION_CREATE";

/// What was seen of a connection.
#[derive(Default)]
pub(super) struct Seen {
    /// How many sessions began.
    pub(super) sessions: AtomicU32,
}

/// Hands on what is heard.
pub(super) struct Ear {
    tell: mpsc::Sender<Heard>,
    seen: Arc<Seen>,
}

impl Ear {
    pub(super) fn new(tell: mpsc::Sender<Heard>, seen: Arc<Seen>) -> Ear {
        Ear { tell, seen }
    }
}

#[async_trait]
impl RawEventHandler for Ear {
    async fn raw_event(&self, _: Context, event: Event) {
        let json = match event {
            Event::Ready(ready) => {
                self.seen.sessions.fetch_add(1, Ordering::Relaxed);
                let application = ready.ready.application.id.get();
                self.tell.send(Heard::Ready { application }).await.ok();
                return;
            }
            Event::InteractionCreate(event) => written(&event.interaction),
            // What serenity cannot read, it hands on as it came.
            Event::Unknown(event) if event.kind == INTERACTION => Some(event.value),
            _ => return,
        };
        match json.as_ref().and_then(wish::read) {
            Some((wish, ticket)) => {
                let heard = Heard::Wish(Box::new(wish), ticket);
                self.tell.send(heard).await.ok();
            }
            None => {
                tracing::warn!("something was asked of the bot in Discord in a way unknown here")
            }
        }
    }
}

/// An interaction as Discord wrote it; serenity leaves out what kind it is.
fn written(interaction: &Interaction) -> Option<Value> {
    let mut json = serde_json::to_value(interaction).ok()?;
    json["type"] = Value::from(match interaction {
        Interaction::Ping(_) => return None,
        Interaction::Command(_) => 2,
        Interaction::Component(_) => 3,
        Interaction::Autocomplete(_) => 4,
        Interaction::Modal(_) => 5,
        _ => return None,
    });
    Some(json)
}
