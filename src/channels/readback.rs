//! What a message lacks where it stands, held against what was sent.

use std::collections::BTreeSet;
use std::sync::Mutex;

use serde_json::Value;

use crate::channels::answer::{Reply, ends_with};
use crate::channels::discord::Discord;
use crate::channels::{Refusal, payload};
use crate::model::{Destination, Lack, Message};
use crate::wire::api::{Body, Method};

/// The channels whose messages this program may not read; they are not asked again.
pub(super) type Unreadable = Mutex<BTreeSet<Destination>>;

impl Discord {
    /// Reads a message where it stands, and says what it lacks. Nothing where it cannot be read now: a look is worth no
    /// waiting, and no second refusal.
    pub(super) async fn read_back(
        &self,
        to: &Destination,
        id: &str,
        sent: &Message,
    ) -> Option<Vec<Lack>> {
        let is_id = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
        let unreadable = || self.unreadable.lock().map(|set| set.contains(to));
        if !is_id || unreadable().unwrap_or(true) {
            return None;
        }
        match self.ask(to, Method::Get, id, Body::None).await {
            Ok(Reply::Done(stored)) => Some(lacks(&stored, sent)),
            Ok(Reply::Deleted) => None,
            Err(Refusal::Later(..) | Refusal::Unknown(_)) => None,
            Ok(_) | Err(Refusal::Never(_)) => {
                if let Ok(mut set) = self.unreadable.lock() {
                    set.insert(to.clone());
                }
                None
            }
        }
    }
}

/// What a stored message lacks of what was sent. What the answer does not speak of is not missed.
pub(super) fn lacks(stored: &Value, sent: &Message) -> Vec<Lack> {
    let mut lacks = Vec::new();
    let embeds = stored.get("embeds").and_then(Value::as_array);
    if let (Some(text), Some(embeds)) = (&sent.text, embeds) {
        // Discord makes embeds of its own of addresses in the text.
        let ours = |embed: &Value| {
            let footer = embed.pointer("/footer/text").and_then(Value::as_str);
            footer.is_some_and(|footer| footer.trim() == text.footer.trim())
        };
        if !embeds.iter().any(ours) {
            lacks.push(Lack::Embed);
        }
    }
    let files = stored.get("attachments").and_then(Value::as_array);
    if files.is_some_and(|files| files.len() < payload::files(sent).len()) {
        lacks.push(Lack::File);
    }
    let words = payload::content(sent);
    let there = stored.get("content").and_then(Value::as_str);
    if there.is_some_and(|there| is_cut(there.trim(), words.trim())) {
        lacks.push(Lack::Words);
    }
    lacks
}

/// Whether this is the beginning of that and no more. Discord may write the rest otherwise than it was sent.
fn is_cut(there: &str, sent: &str) -> bool {
    there.len() < sent.len() && sent.starts_with(there)
}

/// Whether somebody who is no person wrote it: only a program writes our marks by itself.
pub(super) fn is_ours(message: &Value, mark: &str) -> bool {
    let by_person = message.get("author").is_some_and(|author| {
        author.get("bot") != Some(&Value::Bool(true)) && message.get("webhook_id").is_none()
    });
    !by_person && ends_with(message, mark)
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use serde_json::json;

    use super::*;
    use crate::model::{Colour, MessageText};

    fn sent() -> Message {
        Message {
            content: "Something changed\nhere".to_owned(),
            text: Some(MessageText {
                title: "A page".to_owned(),
                url: None,
                author: None,
                description: String::new(),
                fields: Vec::new(),
                footer: "gpdpr · alert 1-0 abc".to_owned(),
                at: DateTime::UNIX_EPOCH,
                colour: Colour::Gone,
            }),
            file: Some(("a.txt".to_owned(), "words".to_owned())),
            ..Message::default()
        }
    }

    #[track_caller]
    fn case(stored: Value, expected: &[Lack]) {
        assert_eq!(lacks(&stored, &sent()), expected, "{stored}");
    }

    #[test]
    fn a_difference_is_what_was_taken_away() {
        let whole = json!([{ "footer": { "text": "gpdpr · alert 1-0 abc" } }]);
        let file = json!([{ "filename": "a.txt" }]);
        let content = "Something changed\nhere";
        case(
            json!({ "content": content, "embeds": whole, "attachments": file }),
            &[],
        );
        case(json!({ "id": "1" }), &[]);
        case(
            json!({ "content": content, "embeds": [], "attachments": file }),
            &[Lack::Embed],
        );
        case(
            json!({ "content": content, "embeds": [{ "type": "link" }], "attachments": [] }),
            &[Lack::Embed, Lack::File],
        );
        case(
            json!({ "content": "Something", "embeds": whole, "attachments": file }),
            &[Lack::Words],
        );
        case(
            json!({ "content": "Something changed here", "embeds": whole }),
            &[],
        );
    }

    #[test]
    fn a_person_who_quotes_a_mark_is_not_taken_for_the_program() {
        let said = |author: Value| json!({ "content": "-# alert 1-0 abc", "author": author });
        assert!(is_ours(&said(json!({ "bot": true })), "alert 1-0 abc"));
        assert!(!is_ours(&said(json!({ "id": "7" })), "alert 1-0 abc"));
        assert!(!is_ours(&said(json!({ "bot": true })), "alert 2-0 abc"));
    }
}
