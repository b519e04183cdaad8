//! Replies to what people ask of the bot.

use std::fmt;
use std::time::Duration;

use serde_json::Value;
use tokio::time::Instant;

use crate::channels::answer::Reply as Judged;
use crate::channels::{Channels, Refusal, Secret, answer, payload};
use crate::model::{Destination, Message, Reply, Whisper};
use crate::wire::api::{Body, Method, Request};

/// How often a reply is offered, and how long after the time before.
const PAUSES: [Duration; 3] = [
    Duration::ZERO,
    Duration::from_millis(300),
    Duration::from_millis(1200),
];

/// The code by which Discord says that it has heard a reply already.
const HEARD_ALREADY: u64 = 40_060;

/// What it takes to reply to one wish. It holds for a quarter of an hour.
/// <https://discord.com/developers/docs/interactions/receiving-and-responding>
#[derive(Clone)]
pub struct Ticket {
    pub(super) id: u64,
    pub(super) application: u64,
    pub(super) token: Secret,
}

impl fmt::Debug for Ticket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ticket({})", self.id)
    }
}

/// What is kept for a reply that takes longer than Discord waits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// A message that only the asker sees.
    Whisper,
    /// The message on which a button was pressed.
    Message,
}

impl Channels {
    /// Replies at once. Discord waits three seconds for it.
    ///
    /// # Errors
    /// Why the reply did not get through, in a clause.
    pub async fn reply(&self, ticket: &Ticket, reply: &Reply) -> Result<(), String> {
        let file = match reply {
            Reply::Whisper(whisper) => whisper.file.as_ref(),
            _ => None,
        };
        let body = with_file(payload::reply(reply), file);
        self.call_back(ticket, body).await
    }

    /// Says that the reply comes later, and keeps a place for it.
    ///
    /// # Errors
    /// Why Discord did not hear of it, in a clause.
    pub async fn keep_place(&self, ticket: &Ticket, place: Place) -> Result<(), String> {
        let body = match place {
            Place::Whisper => serde_json::json!({ "type": 5, "data": { "flags": 64 } }),
            Place::Message => serde_json::json!({ "type": 6 }),
        };
        self.call_back(ticket, Body::Json(body)).await
    }

    /// Puts words into the place that was kept for them.
    ///
    /// # Errors
    /// Why they do not stand there, in a clause.
    pub async fn fill(&self, ticket: &Ticket, whisper: &Whisper) -> Result<(), String> {
        let body = with_file(payload::later(whisper), whisper.file.as_ref());
        self.after(ticket, Method::Patch, body).await
    }

    /// Puts other buttons below the message on which one was pressed; the rest of it stays.
    ///
    /// # Errors
    /// Why they do not stand there, in a clause.
    pub async fn redraw(&self, ticket: &Ticket, message: &Message) -> Result<(), String> {
        let body = Body::Json(payload::below(message));
        self.after(ticket, Method::Patch, body).await
    }

    /// Says something more, after a place was kept for something else.
    ///
    /// # Errors
    /// Why it was not heard, in a clause.
    pub async fn whisper(&self, ticket: &Ticket, whisper: &Whisper) -> Result<(), String> {
        let body = with_file(payload::whispered(whisper), whisper.file.as_ref());
        self.after(ticket, Method::Post, body).await
    }

    /// Opens a thread on a message, or finds the one that is there; its id.
    ///
    /// # Errors
    /// A refusal says why.
    pub async fn discuss(&self, channel: u64, message: u64, name: &str) -> Result<u64, Refusal> {
        self.discord.thread(channel, message, name).await
    }

    /// Makes these the commands of the bot, if they are not already; whether anything had to be changed.
    ///
    /// # Errors
    /// Why they are not, in a clause.
    pub async fn register(&self, application: u64, commands: &Value) -> Result<bool, String> {
        let application = application.to_string();
        let path = ["applications", &application, "commands"];
        let known = self.own(Method::Get, &path, Body::None).await?;
        if covers(&known, commands) {
            return Ok(false);
        }
        let body = Body::Json(commands.clone());
        self.own(Method::Put, &path, body).await?;
        Ok(true)
    }

    /// What Discord answers the bot itself, by its token.
    pub(super) async fn own(
        &self,
        method: Method,
        path: &[&str],
        body: Body,
    ) -> Result<Value, String> {
        if let Some((_, why)) = self.breaker() {
            return Err(why);
        }
        let door = self.discord.doors.own(path).map_err(said)?;
        let request = Request {
            method,
            url: door.url,
            headers: door.headers,
            body,
        };
        let answer = (self.discord.api.send(request).await)
            .map_err(|_| "Discord cannot be reached".to_owned())?;
        self.discord.pace().count(&answer, Instant::now());
        let nowhere = Destination::Terminal;
        match answer::judge(&nowhere, &answer).map_err(said)? {
            Judged::Done(json) => Ok(json),
            Judged::Malformed(why) => Err(why),
            Judged::TooLarge | Judged::Deleted => Err("Discord does not take them".to_owned()),
            Judged::BadToken => Err("Discord refuses the bot token".to_owned()),
        }
    }

    async fn call_back(&self, ticket: &Ticket, body: Body) -> Result<(), String> {
        let id = ticket.id.to_string();
        let path = ["interactions", &id, ticket.token.reveal(), "callback"];
        self.say(Method::Post, &path, body).await
    }

    async fn after(&self, ticket: &Ticket, method: Method, body: Body) -> Result<(), String> {
        let application = ticket.application.to_string();
        let mut path = vec!["webhooks", &application, ticket.token.reveal()];
        if method == Method::Patch {
            path.extend(["messages", "@original"]);
        }
        self.say(method, &path, body).await
    }

    /// Says it, a second and third time where that may help. The path holds a secret, so no error names it.
    async fn say(&self, method: Method, path: &[&str], body: Body) -> Result<(), String> {
        let mut why = String::new();
        for pause in PAUSES {
            tokio::time::sleep(pause).await;
            let door = self.discord.doors.open(path);
            let request = Request {
                method,
                url: door.url,
                headers: door.headers,
                body: body.clone(),
            };
            let Ok(answer) = self.discord.api.send(request).await else {
                why = "Discord cannot be reached".to_owned();
                continue;
            };
            self.discord.pace().count(&answer, Instant::now());
            let code = answer.json().and_then(|body| body.get("code")?.as_u64());
            match answer.status {
                200..300 => return Ok(()),
                _ if code == Some(HEARD_ALREADY) => return Ok(()),
                429 | 500.. => why = format!("Discord answers {}", answer.status),
                status => {
                    let code = code.unwrap_or_default();
                    return Err(format!("Discord answers {status}, {code}"));
                }
            }
        }
        Err(why)
    }
}

fn with_file(json: Value, file: Option<&(String, String)>) -> Body {
    match file {
        None => Body::Json(json),
        Some((name, text)) => Body::Multipart {
            payload_json: json,
            files: vec![(name.clone(), text.clone().into_bytes())],
        },
    }
}

fn said(refusal: Refusal) -> String {
    match refusal {
        Refusal::Later(_, why) | Refusal::Unknown(why) | Refusal::Never(why) => why,
    }
}

/// Whether Discord's list holds our commands, each as we define it, and no other. Discord adds fields of its own to each.
fn covers(known: &Value, ours: &Value) -> bool {
    let (Some(known), Some(ours)) = (known.as_array(), ours.as_array()) else {
        return false;
    };
    let named = |name: &Value| known.iter().find(|one| one["name"] == *name);
    known.len() == ours.len()
        && ours
            .iter()
            .all(|own| named(&own["name"]).is_some_and(|one| holds(one, own)))
}

/// Whether a value has all that ours has, and lists as long.
fn holds(theirs: &Value, ours: &Value) -> bool {
    match (theirs, ours) {
        (Value::Object(theirs), Value::Object(ours)) => ours
            .iter()
            .all(|(key, own)| theirs.get(key).is_some_and(|one| holds(one, own))),
        (Value::Array(theirs), Value::Array(ours)) => {
            theirs.len() == ours.len() && theirs.iter().zip(ours).all(|(a, b)| holds(a, b))
        }
        _ => theirs == ours,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn case(known: Value, expected: bool) {
        let ours = json!([
            { "name": "diff", "options": [{ "name": "document", "type": 3, "required": true }] },
            { "name": "status" },
        ]);
        assert_eq!(covers(&known, &ours), expected, "{known}");
    }

    #[test]
    fn commands_are_registered_only_when_their_definition_changed() {
        let diff = json!({ "id": "7", "name": "diff", "nsfw": false,
            "options": [{ "name": "document", "type": 3, "required": true, "min_length": null }] });
        let status = json!({ "id": "8", "name": "status", "options": [] });
        case(json!([status, diff]), true);
        case(json!([diff]), false);
        case(json!([]), false);
        case(json!([diff, status, { "name": "old" }]), false);
        case(json!([{ "name": "diff", "options": [] }, status]), false);
        case(json!({ "message": "no" }), false);
    }

    #[test]
    fn a_ticket_never_shows_its_token() {
        let ticket = Ticket {
            id: 7,
            application: 8,
            token: Secret::new("hunter2"),
        };
        assert_eq!(format!("{ticket:?}"), "Ticket(7)");
    }
}
