//! What an answer of Discord's means.

use std::time::Duration;

use serde_json::Value;

use crate::channels::{Refusal, pace};
use crate::model::Destination;
use crate::wire::api::Answer;
use crate::wording::fit;

/// The wait when something that is not Discord answers in its place.
const STRANGE: Duration = Duration::from_secs(15 * 60);

/// The code by which Discord says that it knows no such channel.
const UNKNOWN_CHANNEL: u64 = 10_003;

/// An answer that is no refusal yet.
pub(super) enum Reply {
    /// Done; the message, or the messages.
    Done(Value),
    /// The message is malformed, says Discord, and how.
    Malformed(String),
    /// The attached file is too large.
    TooLarge,
    /// The message meant is not there: it was deleted.
    Deleted,
    /// The bot's token is wrong.
    BadToken,
}

/// What this answer means for a message to this destination. The codes:
/// <https://discord.com/developers/docs/topics/opcodes-and-status-codes#json>
///
/// # Errors
/// Where Discord refuses, for now or for good.
pub(super) fn judge(to: &Destination, answer: &Answer) -> Result<Reply, Refusal> {
    let json = answer.json();
    let code = json.as_ref().and_then(|body| body.get("code")?.as_u64());
    match (answer.status, code) {
        (204, _) => Ok(Reply::Done(Value::Null)),
        (200..300, _) => json.map(Reply::Done).ok_or_else(|| {
            Refusal::Unknown("Discord's answer to the message could not be read".to_owned())
        }),
        (_, Some(30046)) => Err(Refusal::Never(
            "Discord takes no more edits of messages that are older than an hour (30046)"
                .to_owned(),
        )),
        (429, _) | (_, Some(20028 | 40062)) => {
            let why = "Discord asks for a pause".to_owned();
            Err(Refusal::Later(pace::pause(answer), why))
        }
        (_, Some(10008)) => Ok(Reply::Deleted),
        (413, _) | (_, Some(40005)) => Ok(Reply::TooLarge),
        (400, _) | (_, Some(50035)) => Ok(Reply::Malformed(format!(
            "Discord calls the message malformed ({}).",
            complaint(answer)
        ))),
        (401, _) => match to {
            Destination::DiscordWebhook(variable) => Err(Refusal::Never(format!(
                "Discord refuses the address in {variable}; make a new webhook and set {variable} to its address"
            ))),
            _ => Ok(Reply::BadToken),
        },
        (403, None) | (300..400, _) => Err(Refusal::Later(
            STRANGE,
            format!(
                "something before Discord answers {}: the network, or Cloudflare, keeps this machine out",
                answer.status
            ),
        )),
        (400..500, _) => Err(Refusal::Never(never(to, answer, code))),
        _ => Err(Refusal::Unknown(format!(
            "Discord answers {}, its own trouble",
            answer.status
        ))),
    }
}

/// The id of a message.
pub(super) fn id_of(message: &Value) -> Option<String> {
    message.get("id")?.as_str().map(str::to_owned)
}

/// Whether the footer ends with the mark; where embeds are not allowed, the file's name holds it.
pub(super) fn ends_with(message: &Value, mark: &str) -> bool {
    let texts = |list: &str, pointer: &str| -> Vec<String> {
        let list = message.get(list).and_then(Value::as_array);
        list.into_iter()
            .flatten()
            .filter_map(|part| part.pointer(pointer)?.as_str().map(str::to_owned))
            .collect()
    };
    let in_name = format!("-{}.txt", mark.replace(' ', "-"));
    let content = message.get("content").and_then(Value::as_str);
    // The mark of a notice stands in a small last line, which no text of a page can begin.
    let last = content.and_then(|content| content.lines().last());
    last.is_some_and(|last| last.starts_with("-# ") && last.ends_with(mark))
        || texts("embeds", "/footer/text")
            .iter()
            .any(|footer| footer.ends_with(mark))
        || texts("attachments", "/filename")
            .iter()
            .any(|name| name.ends_with(&in_name))
}

/// Whether Discord says that there is no such channel, or none any more.
pub(super) fn no_channel(answer: &Answer) -> bool {
    let code = answer.json().and_then(|body| body.get("code")?.as_u64());
    code == Some(UNKNOWN_CHANNEL)
}

/// Why a message will never stand in that channel, and what to do.
fn never(to: &Destination, answer: &Answer, code: Option<u64>) -> String {
    let (what, remedy) = match code {
        Some(UNKNOWN_CHANNEL) if matches!(to, Destination::Forum(_)) => (
            "Discord knows no such channel",
            "correct `forum` under [discord]",
        ),
        Some(50013) if matches!(to, Destination::Forum(_)) => (
            "the bot may not write there",
            "allow it Create Posts, Send Messages in Threads, Embed Links and Attach Files in the forum",
        ),
        Some(UNKNOWN_CHANNEL) => (
            "Discord knows no such channel",
            "correct the channel id in the route",
        ),
        Some(10015) => (
            "the webhook was deleted",
            "make a new one and set its environment variable",
        ),
        Some(50001) => (
            "the bot does not see the channel",
            "invite the bot, and allow it View Channel there",
        ),
        Some(50013) => (
            "the bot may not write there",
            "allow it Send Messages, Embed Links and Attach Files in the channel",
        ),
        Some(40_067) => (
            "the forum wants a tag on every post",
            "take that rule off the forum, or give it tags that are called like the topics or publishers of the watchlist",
        ),
        Some(160_005) => ("somebody locked the thread", "unlock it in Discord"),
        Some(160_006) => (
            "the server has as many open threads as Discord allows",
            "close some of them",
        ),
        _ => (
            "Discord refuses the message",
            "look at the route and at the bot's permissions",
        ),
    };
    format!("{to}: {what} ({}); {remedy}", complaint(answer))
}

/// What Discord says is wrong, in its words, short: status, code, message, and the parts it names.
pub(super) fn complaint(answer: &Answer) -> String {
    let Some(body) = answer.json() else {
        return format!("HTTP {}", answer.status);
    };
    let message = body
        .get("message")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let mut parts = Vec::new();
    if let Some(errors) = body.get("errors") {
        blamed(errors, "", &mut parts);
    }
    let code = body.get("code").and_then(Value::as_u64).unwrap_or_default();
    let line = format!(
        "HTTP {}, {code} {message} {}",
        answer.status,
        parts.join(", ")
    );
    fit::cut(line.trim_end(), 200)
}

/// The paths in Discord's error tree that hold errors.
fn blamed(errors: &Value, path: &str, parts: &mut Vec<String>) {
    for (key, inner) in errors.as_object().into_iter().flatten() {
        if key == "_errors" {
            parts.push(path.trim_start_matches('.').to_owned());
        } else {
            blamed(inner, &format!("{path}.{key}"), parts);
        }
    }
}
