//! Incoming webhooks as Slack has them; Mattermost and Rocket.Chat take the same.

use serde_json::{Value, json};

use crate::channels::Refusal;
use crate::channels::hook::{Hook, Outgoing};
use crate::model::Message;
use crate::wording::fit;
use crate::wording::message::{self, Form, INSTEAD, Line};

/// The longest text of a block, and of a message, in characters as they are sent.
/// <https://docs.slack.dev/reference/block-kit/blocks/section-block>
/// <https://docs.slack.dev/reference/methods/chat.postMessage#truncating>
const BLOCK: usize = 3000;
const TEXT: usize = 40_000;

/// Not seen, and no part of any mark-up.
const BREAK: char = '\u{200B}';

/// Sends a message, in place of an earlier one where one is meant; its id, which is ours: Slack gives none.
pub(super) async fn send(hook: &Hook, outgoing: Outgoing<'_>) -> Result<String, Refusal> {
    let Outgoing {
        variable,
        message,
        id,
        earlier,
    } = outgoing;
    let url = hook.address(variable)?;
    let above = earlier.map(|_| format!("{}. {INSTEAD}", message::instead(message)));
    let body = payload(message, above.as_deref());
    hook.post(variable, url, Vec::new(), body).await?;
    Ok(id.to_owned())
}

/// The body: blocks where they are understood, and all of it once more as text where they are not.
fn payload(message: &Message, above: Option<&str>) -> Value {
    let parts = parts(message, above);
    let whole = parts.join("\n");
    let section = |part: &String| json!({"type": "section", "text": {"type": "mrkdwn", "verbatim": true, "text": cut(part, BLOCK)}});
    let blocks: Vec<Value> = parts.iter().map(section).collect();
    json!({
        "text": cut(&whole, TEXT),
        "blocks": blocks,
        "unfurl_links": false,
        "unfurl_media": false,
    })
}

/// What is said, a part a block; all page text harmless.
fn parts(message: &Message, above: Option<&str>) -> Vec<String> {
    let mut parts: Vec<String> = above.map(safe).into_iter().collect();
    parts.extend(message.above.as_deref().map(marked));
    parts.push(marked(&message.content));
    if let Some(text) = &message.text {
        let mut head = bold(&message::words(&text.title));
        if let Some(author) = &text.author {
            head = format!("{head}\n{}", safe(&message::words(author)));
        }
        parts.push(head);
        parts.push(marked(&text.description));
        for field in &text.fields {
            let name = bold(&message::words(&field.name));
            parts.push(format!("{name}\n{}", marked(&field.value)));
        }
    }
    let links: Vec<String> = message.links.iter().map(link).collect();
    parts.push(links.join("  ·  "));
    if let Some(rows) = message.rows.as_ref().filter(|rows| rows.more > 0) {
        parts.push(safe(&format!(
            "and {} more rows ({})",
            rows.more, rows.command
        )));
    }
    parts.extend(
        message
            .text
            .iter()
            .map(|text| safe(&message::words(&text.footer))),
    );
    parts.retain(|part| !part.trim().is_empty());
    parts
}

/// One part of a message in the mark-up of Slack. A diff stands in one fence.
fn marked(markdown: &str) -> String {
    let mut text = String::new();
    let mut fenced = false;
    for Line { form, words } in message::lines(markdown) {
        let diff = form == Form::Diff;
        if diff != fenced {
            text.push_str("```\n");
            fenced = diff;
        }
        let line = match form {
            Form::Bold => bold(&words),
            Form::Quote => format!("> {}", safe(&words)),
            Form::Diff => entities(&words).replace('`', "'").replace('@', "@\u{200B}"),
            Form::Plain | Form::Faint | Form::Small => safe(&words),
        };
        text.push_str(&line);
        text.push('\n');
    }
    if fenced {
        text.push_str("```\n");
    }
    text.trim_end().to_owned()
}

fn bold(words: &str) -> String {
    format!("*{}*", safe(words))
}

/// Page text that Slack, Mattermost and Rocket.Chat show as it stands: it calls nobody, links nowhere, and forges no form.
fn safe(words: &str) -> String {
    let mut safe = String::with_capacity(words.len() + 8);
    // What would begin a heading, a list or a quote begins none behind this.
    if words.starts_with(|first: char| first.is_ascii_punctuation() || first.is_ascii_digit()) {
        safe.push(BREAK);
    }
    for c in entities(words).chars() {
        safe.push(c);
        if matches!(c, '*' | '_' | '~' | '`' | '@' | '!' | '[' | ']' | '|') {
            safe.push(BREAK);
        }
    }
    safe.replace("://", ":\u{200B}//")
}

/// The three characters that Slack asks to be written otherwise.
/// <https://docs.slack.dev/messaging/formatting-message-text#escaping>
fn entities(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

fn link((label, url): &(String, String)) -> String {
    let url = entities(url).replace('|', "%7C");
    format!("<{url}|{}>", safe(label))
}

/// As much as fits; no entity and no fence is left open.
fn cut(text: &str, limit: usize) -> String {
    if fit::length(text) <= limit {
        return text.to_owned();
    }
    let mut kept = fit::cut(text, limit - 5);
    if let Some(at) = kept.rfind('&').filter(|at| !kept[*at..].contains(';')) {
        kept.truncate(at);
        kept.push('…');
    }
    if kept.matches("```").count() % 2 == 1 {
        kept.push_str("\n```");
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn page_text_calls_nobody_and_links_nowhere() {
        let nasty = safe("<!channel> @here <@U1> [a](https://b.example) ![x](y) `c` *d* & co");
        for act in ["<", "@h", "@U", "](", "![", "://", "& "] {
            assert!(!nasty.contains(act), "{act} in {nasty}");
        }
        assert_eq!(safe("# a heading"), "\u{200B}# a heading");
        assert_eq!(safe("plain – “words”"), "plain – “words”");
    }

    #[test]
    fn a_long_text_is_cut_whole() {
        let entities = entities(&"<".repeat(2000));
        let short = cut(&entities, BLOCK);
        assert!(fit::length(&short) <= BLOCK, "{}", fit::length(&short));
        assert!(short.trim_end_matches('…').ends_with(';'), "{short}");
        let fence = format!("```\n{}\n```", "word ".repeat(900));
        let short = cut(&fence, BLOCK);
        assert!(short.ends_with("```") && fit::length(&short) <= BLOCK);
    }
}
