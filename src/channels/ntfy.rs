//! Topics of ntfy: short messages on telephones.

use serde_json::{Value, json};
use url::Url;

use crate::channels::Refusal;
use crate::channels::hook::{Hook, Outgoing, PARKED};
use crate::model::Message;
use crate::wording::fit;
use crate::wording::message::{self, INSTEAD};

/// The longest message in bytes: a longer one would become a file. <https://docs.ntfy.sh/publish/#limitations>
const LONGEST: usize = 4096;

/// The longest title, in characters.
const TITLE: usize = 200;

/// Sends a message, in place of an earlier one where one is meant; its id, which is ours.
pub(super) async fn send(hook: &Hook, outgoing: Outgoing<'_>) -> Result<String, Refusal> {
    let Outgoing {
        variable,
        message,
        id,
        earlier,
    } = outgoing;
    let mut url = hook.address(variable)?;
    let topic = topic(&mut url).ok_or_else(|| {
        let why = format!(
            "{variable} does not hold the address of a topic (https://ntfy.sh/TOPIC); correct it and start again"
        );
        Refusal::Later(PARKED, why)
    })?;
    let token = hook.secret(&format!("{variable}_TOKEN"));
    let headers = token.map(|token| ("authorization", token.bearer()));
    let body = payload(message, &topic, earlier);
    hook.post(variable, url, headers.into_iter().collect(), body)
        .await?;
    Ok(id.to_owned())
}

/// The topic at the end of an address, which is left as that of the server: what is written as JSON is sent there.
fn topic(url: &mut Url) -> Option<String> {
    let last = url.path_segments()?.rfind(|part| !part.is_empty())?;
    let topic = last.to_owned();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if !topic.bytes().all(plain) {
        return None;
    }
    let mut path = url.path_segments_mut().ok()?;
    path.pop_if_empty().pop();
    drop(path);
    url.set_query(None);
    Some(topic)
}

/// The body. <https://docs.ntfy.sh/publish/#publish-as-json>
fn payload(message: &Message, topic: &str, earlier: Option<&str>) -> Value {
    let text = message.text.as_ref();
    let mut title = text.map_or("Smallprint".to_owned(), |text| message::words(&text.title));
    if earlier.is_some() {
        title = format!("{}: {title}", message::instead(message));
    }
    let part = message.particulars.first();
    let mut body = json!({
        "topic": topic,
        "title": fit::cut(&title, TITLE),
        "message": words(message, earlier),
        "priority": priority(message),
        "tags": part.map_or(Vec::new(), |part| {
            vec![json!(part.kind), json!(format!("severity-{}", part.severity))]
        }),
    });
    let page = text.and_then(|text| text.url.as_ref());
    if let Some(page) = page.or(message.links.first().map(|(_, url)| url)) {
        body["click"] = json!(page);
    }
    body
}

/// 5 rings until it is seen, 4 is loud, 3 as usual, 2 without a sound, 1 is not shown at once.
fn priority(message: &Message) -> u8 {
    let severities = message.particulars.iter().map(|part| part.severity.0);
    let severity = severities.max().unwrap_or(3);
    match message.silent {
        true => severity.saturating_sub(1).clamp(1, 2),
        false => severity.clamp(2, 5),
    }
}

/// What is said; its end, by which the alert is known, stays whatever is cut.
fn words(message: &Message, earlier: Option<&str>) -> String {
    let mut parts: Vec<String> = Vec::new();
    parts.push(message::words(&message.content));
    parts.extend(earlier.map(|_| INSTEAD.to_owned()));
    let mut end = String::new();
    let right = message.above.as_deref().map(message::words);
    if let Some(text) = &message.text {
        parts.push(message::words(&text.description));
        for field in &text.fields {
            let (name, value) = (message::words(&field.name), message::words(&field.value));
            parts.push(format!("{name}\n{value}"));
        }
        end = message::words(&text.footer);
    } else if let Some((rest, mark)) = parts[0].rsplit_once('\n') {
        end = mark.to_owned();
        parts[0] = rest.to_owned();
    }
    parts.splice(0..0, right);
    parts.retain(|part| !part.trim().is_empty());
    let said = parts.join("\n\n");
    let end = &end[..end.floor_char_boundary(LONGEST / 4)];
    let room = LONGEST - end.len() - "…\n\n".len();
    if said.len() <= room {
        return format!("{said}\n\n{end}").trim_end().to_owned();
    }
    let kept = &said[..said.floor_char_boundary(room)];
    format!("{}…\n\n{end}", kept.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(address: &str, server: &str, name: &str) {
        let mut url = Url::parse(address).expect("a URL");
        assert_eq!(topic(&mut url).as_deref(), Some(name));
        assert_eq!(url.as_str(), server);
    }

    #[test]
    fn the_topic_is_the_end_of_the_address() {
        case(
            "https://ntfy.sh/nhs_alerts",
            "https://ntfy.sh/",
            "nhs_alerts",
        );
        case("https://ntfy.example/nhs/", "https://ntfy.example/", "nhs");
        for none in ["https://ntfy.sh/", "https://ntfy.sh/a%20b"] {
            let mut url = Url::parse(none).expect("a URL");
            assert_eq!(topic(&mut url), None);
        }
    }

    #[test]
    fn a_long_message_is_cut_on_a_character_and_keeps_its_mark() {
        let message = Message {
            content: format!("{}\n-# alert 7-0 abcdef", "“ü”🏴".repeat(2000)),
            ..Message::default()
        };
        for earlier in [None, Some("x")] {
            let said = words(&message, earlier);
            assert!(said.len() <= LONGEST, "{}", said.len());
            assert!(said.len() > LONGEST - 40 && said.ends_with("…\n\nalert 7-0 abcdef"));
        }
        let short = Message {
            content: "Watching 2 pages.\n-# alert 7-0 abcdef".to_owned(),
            ..Message::default()
        };
        assert_eq!(words(&short, None), "Watching 2 pages.\n\nalert 7-0 abcdef");
    }
}
