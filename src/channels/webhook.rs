//! Webhooks: a message as signed JSON, as docs/webhook.md describes it.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::channels::hook::{Hook, Outgoing, PARKED};
use crate::channels::{Refusal, signature};
use crate::model::{Correction, Message, Particulars};
use crate::wording::message;
use crate::wording::redline::Paint;

/// The version of the body; it goes up when something in it is altered or left out.
const VERSION: u32 = 1;

/// How wide the plain text is, in columns.
const WIDTH: usize = 80;

/// Sends a message under this id, in place of an earlier one where one is named.
pub(super) async fn send(hook: &Hook, outgoing: Outgoing<'_>) -> Result<String, Refusal> {
    let Outgoing {
        variable,
        message,
        id,
        earlier,
    } = outgoing;
    let url = hook.address(variable)?;
    let now = hook.clock.now();
    let body = body(message, id, earlier, now);
    let mut headers = vec![
        ("webhook-id", id.to_owned()),
        ("webhook-timestamp", now.timestamp().to_string()),
    ];
    let name = format!("{variable}_SECRET");
    if let Some(secret) = hook.secret(&name) {
        let signed = signature::of(secret, id, now.timestamp(), &body.to_string());
        let signed = signed.ok_or_else(|| {
            let why = format!(
                "{name} is no signing secret: `whsec_` and then 24 to 64 bytes in base 64; correct it and start again"
            );
            Refusal::Later(PARKED, why)
        })?;
        headers.push(("webhook-signature", signed));
    }
    hook.post(variable, url, headers, body).await?;
    Ok(id.to_owned())
}

/// The body: the same for every attempt, but for the time of a notice.
fn body(message: &Message, id: &str, earlier: Option<&str>, now: DateTime<Utc>) -> Value {
    let sort = match (earlier, message.text.is_some()) {
        (Some(_), _) => "correction",
        (None, true) => "alert",
        (None, false) => "notice",
    };
    let at = message.text.as_ref().map_or(now, |text| text.at);
    let links = message.links.iter();
    let links: Vec<Value> = links
        .map(|(label, url)| json!({"label": label, "url": url}))
        .collect();
    let changes: Vec<Value> = message.particulars.iter().map(change).collect();
    let annotations: Vec<Value> = (message.particulars.iter())
        .flat_map(|part| part.corrections.iter().map(|one| annotation(part, one)))
        .collect();
    let mut data = json!({
        "id": id,
        "silent": message.silent,
        "text": message::plain(message, WIDTH, Paint::Plain),
        "changes": changes,
        "links": links,
        "annotations": annotations,
    });
    if let Some(earlier) = earlier {
        data["corrects"] = earlier.into();
    }
    json!({"type": sort, "version": VERSION, "timestamp": at, "data": data})
}

fn change(part: &Particulars) -> Value {
    let findings = part.findings.iter();
    let findings: Vec<Value> = findings
        .map(|finding| {
            json!({
                "rule": finding.rule,
                "severity": finding.severity,
                "why": finding.why,
                "names": finding.names,
                "before": finding.before,
                "after": finding.after,
            })
        })
        .collect();
    json!({
        "alert": part.alert.to_string(),
        "watch": part.watch,
        "publisher": part.publisher,
        "title": part.title,
        "url": part.url,
        "kind": part.kind,
        "change": part.span,
        "bounds": {"after": part.bounds.after, "by": part.bounds.by},
        "severity": part.severity,
        "sentence": part.sentence,
        "findings": findings,
        "claim": part.claim,
        "second_look": part.second_look,
        "back": part.back.map(|back| json!({"after": back.bounds.after, "by": back.bounds.by})),
    })
}

/// What was put right of a change.
fn annotation(part: &Particulars, one: &Correction) -> Value {
    json!({
        "id": one.entry,
        "alert": part.alert.to_string(),
        "kind": one.says.word(),
        "text": one.text,
        "by": one.by,
        "at": one.at,
        "taken_back": one.taken_back.as_ref().map(|back| json!({
            "text": back.text,
            "by": back.by,
            "at": back.at,
        })),
    })
}
