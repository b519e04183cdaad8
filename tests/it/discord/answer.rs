//! What Discord answers, and what it keeps of it.

use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::discord::line::Line;
use crate::discord::{Discord, Fault, HOOK, Seen, Stored, TOKEN, broken, form};

/// For how long nonces are remembered: Discord says "the past few minutes".
const REMEMBERED: Duration = Duration::from_secs(180);

/// What is asked: of which channel, by whom, about which message.
pub(super) struct Asked {
    pub(super) channel: u64,
    pub(super) webhook: bool,
    pub(super) message: Option<String>,
}

pub(super) async fn answer(
    State(discord): State<Discord>,
    ConnectInfo(line): ConnectInfo<Line>,
    request: Request,
) -> Response {
    let (head, body) = request.into_parts();
    let body = to_bytes(body, 30 << 20).await.expect("a body");
    let answer = {
        let mut seen = discord.seen();
        let mut answer = seen.answer(&line, &head, &body);
        if let Some(answer) = &mut answer {
            seen.tell_limits(&head, answer);
            seen.note_invalid(&head, answer);
        }
        answer
    };
    discord.news.notify_waiters();
    match answer {
        Some(answer) => answer,
        None => std::future::pending().await,
    }
}

impl Seen {
    /// The answer to a request; `None` where it never comes.
    fn answer(&mut self, line: &Line, head: &Parts, body: &[u8]) -> Option<Response> {
        let (method, path) = (&head.method, head.uri.path());
        self.asked.push((method.clone(), path.to_owned()));
        if let Some(answer) = self.placed(head) {
            return Some(answer);
        }
        if let Some(answer) = self.heard(head, body) {
            return Some(answer);
        }
        let Some(asked) = asked(path) else {
            return Some(error(404, 0));
        };
        if !known(&head.headers, &asked, path) {
            return Some(error(401, 0));
        }
        let agent = head.headers.get("user-agent");
        let agent = agent.and_then(|agent| agent.to_str().ok());
        if !agent.is_some_and(|agent| agent.starts_with("DiscordBot (https://")) {
            self.broken.push(format!("user agent {agent:?}"));
        }
        if method == Method::GET && asked.message.is_some() {
            return Some(self.read(&asked));
        }
        if method != Method::GET
            && let Some(full) = self.bucket(&asked)
        {
            return Some(full);
        }
        let faults = self.faults.get_mut(&asked.channel);
        let fault = faults.and_then(VecDeque::pop_front);
        let fault = fault.unwrap_or(Fault::Nothing);
        let unheard = method == Method::GET && matches!(fault, Fault::Held);
        if unheard || matches!(fault, Fault::Lost) {
            self.held += 1;
            return None;
        }
        if let Some(answer) = before(&fault, line) {
            return Some(answer);
        }
        let taken = match self.in_forum(&asked, head, body) {
            Some(taken) => taken,
            None if method == Method::GET => {
                return Some(list(
                    self,
                    asked.channel,
                    head.uri.query().unwrap_or_default(),
                ));
            }
            None => self.take(&asked, head, body, &fault),
        };
        let json = match taken {
            Ok(json) => json,
            Err((status, code)) => return Some(error(status, code)),
        };
        match fault {
            Fault::CutAfter => {
                line.cut();
                Some(StatusCode::OK.into_response())
            }
            Fault::Held => {
                self.held += 1;
                None
            }
            Fault::Garbled => Some("{\"id\": \"12".into_response()),
            _ => Some(answered(200, &json)),
        }
    }

    /// Notes what Discord calls an invalid request.
    fn note_invalid(&mut self, head: &Parts, answer: &Response) {
        let status = answer.status().as_u16();
        if matches!(status, 401 | 403 | 404 | 429) {
            let path = head.uri.path();
            self.invalid
                .push(format!("{status} {} {path}", head.method));
        }
    }

    /// Says how many requests are left, where they are counted.
    fn tell_limits(&self, head: &Parts, answer: &mut Response) {
        let Some(bucket) =
            asked(head.uri.path()).and_then(|asked| self.buckets.get(&asked.channel))
        else {
            return;
        };
        if head.method == Method::GET {
            return;
        }
        let left = bucket.most.saturating_sub(bucket.taken.len());
        let first = bucket
            .taken
            .front()
            .map_or(Duration::ZERO, Instant::elapsed);
        let reset = bucket.within.saturating_sub(first).as_secs_f64();
        for (name, value) in [
            ("x-ratelimit-limit", bucket.most.to_string()),
            ("x-ratelimit-remaining", left.to_string()),
            ("x-ratelimit-reset-after", format!("{reset:.3}")),
        ] {
            let value = value.parse().expect("a header value");
            answer.headers_mut().insert(name, value);
        }
    }

    /// Stores what somebody else writes.
    pub(super) fn overheard(&mut self, channel: u64) {
        let id = self.next_id();
        let content = "Has anybody seen this?".to_owned();
        let json = json!({"id": id, "content": content, "author": {"id": "7"}});
        self.messages.push(Stored {
            id,
            channel,
            nonce: None,
            content,
            json,
            file: None,
            files: Vec::new(),
            edits: 0,
            at: Instant::now(),
        });
    }

    fn next_id(&self) -> String {
        (900_000_000_000_000_000 + self.messages.len() as u64).to_string()
    }

    /// A message as it stands.
    fn read(&self, asked: &Asked) -> Response {
        let here =
            |one: &&Stored| one.channel == asked.channel && Some(&one.id) == asked.message.as_ref();
        match self.messages.iter().find(here) {
            Some(message) => {
                let mut json = message.json.clone();
                self.stripped.iter().for_each(|part| json[part] = json!([]));
                answered(200, &json)
            }
            None => error(404, 10008),
        }
    }

    /// The refusal of a request that comes too soon after others; else it counts.
    fn bucket(&mut self, asked: &Asked) -> Option<Response> {
        let bucket = self.buckets.get_mut(&asked.channel)?;
        bucket.taken.retain(|taken| taken.elapsed() < bucket.within);
        if bucket.taken.len() < bucket.most {
            bucket.taken.push_back(Instant::now());
            return None;
        }
        let first = bucket
            .taken
            .front()
            .map_or(Duration::ZERO, Instant::elapsed);
        let wait = bucket.within.saturating_sub(first).as_secs_f64().max(0.001);
        let wait = format!("{wait:.3}").parse().expect("a header value");
        let mut full = answered(429, &json!({"message": "slow down", "global": false}));
        full.headers_mut().insert("retry-after", wait);
        Some(full)
    }

    /// Stores or edits the message of a request that keeps the laws; else the status and code of the refusal.
    fn take(
        &mut self,
        asked: &Asked,
        head: &Parts,
        body: &[u8],
        fault: &Fault,
    ) -> Result<Value, (u16, u64)> {
        let Some((json, files)) = form::read(&head.headers, body) else {
            let law = "a body that is neither JSON nor a form";
            self.broken.push(law.to_owned());
            return Err((400, 50109));
        };
        let query = head.uri.query().unwrap_or_default();
        if asked.webhook && head.method == Method::POST && !query.contains("wait=true") {
            self.broken.push("a webhook without wait=true".to_owned());
        }
        let laws = broken(&json, &head.method, asked.webhook);
        if !laws.is_empty() {
            self.broken.extend(laws);
            return Err((400, 50035));
        }
        if head.method == Method::PATCH {
            return self.edit(asked, json).ok_or((404, 10008));
        }
        let bare = matches!(fault, Fault::WithoutEmbeds);
        Ok(self.store(asked, json, files, bare))
    }

    pub(super) fn store(
        &mut self,
        asked: &Asked,
        mut json: Value,
        files: Vec<(String, String)>,
        without_embeds: bool,
    ) -> Value {
        let nonce = json.get("nonce").and_then(Value::as_str).map(str::to_owned);
        let enforced = json.get("enforce_nonce") == Some(&Value::Bool(true));
        let same = |message: &&Stored| {
            enforced
                && nonce.is_some()
                && message.nonce == nonce
                && message.at.elapsed() < REMEMBERED
        };
        if let Some(earlier) = self.messages[self.forgotten..].iter().find(same) {
            return earlier.json.clone();
        }
        if without_embeds {
            json["embeds"] = json!([]);
        }
        let id = self.next_id();
        json["id"] = json!(id);
        json["author"] = json!({"id": "1", "bot": true});
        json["channel_id"] = json!(asked.channel.to_string());
        let content = json["content"].as_str().unwrap_or_default().to_owned();
        self.messages.push(Stored {
            id,
            channel: asked.channel,
            nonce,
            content,
            json: json.clone(),
            file: files.first().cloned(),
            files,
            edits: 0,
            at: Instant::now(),
        });
        json
    }

    fn edit(&mut self, asked: &Asked, json: Value) -> Option<Value> {
        let id = asked.message.as_ref()?;
        let stored = self
            .messages
            .iter_mut()
            .find(|message| message.channel == asked.channel && message.id == *id)?;
        for (key, value) in json.as_object().into_iter().flatten() {
            stored.json[key] = value.clone();
        }
        stored.content = stored.json["content"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        stored.edits += 1;
        Some(stored.json.clone())
    }
}

/// "/api/v10/channels/1/messages/2" or "/api/webhooks/1/secret/messages/2".
fn asked(path: &str) -> Option<Asked> {
    let mut parts = path
        .split('/')
        .skip_while(|part| *part != "channels" && *part != "webhooks");
    let webhook = parts.next()? == "webhooks";
    let channel = parts.next()?.parse().ok()?;
    let message = parts.skip_while(|part| *part != "messages").nth(1);
    Some(Asked {
        channel,
        webhook,
        message: message.map(str::to_owned),
    })
}

fn known(headers: &HeaderMap, asked: &Asked, path: &str) -> bool {
    if asked.webhook {
        return path.contains(HOOK);
    }
    let given = headers
        .get("authorization")
        .and_then(|value| value.to_str().ok());
    given == Some(&format!("Bot {TOKEN}"))
}

/// The last messages of a channel, newest first: so many, before one of them where that is asked.
fn list(seen: &Seen, channel: u64, query: &str) -> Response {
    let asked: BTreeMap<&str, &str> = query
        .split('&')
        .filter_map(|one| one.split_once('='))
        .collect();
    let most = asked.get("limit").and_then(|limit| limit.parse().ok());
    let before = |message: &&Stored| {
        let before = asked.get("before");
        before.is_none_or(|before| (message.id.len(), &*message.id) < (before.len(), before))
    };
    let here = seen.messages.iter().rev();
    let here = here
        .filter(|message| message.channel == channel)
        .filter(before);
    let last = here
        .take(most.unwrap_or(50))
        .map(|message| message.json.clone());
    answered(200, &Value::Array(last.collect()))
}

/// The answer to a fault that strikes before anything is stored.
fn before(fault: &Fault, line: &Line) -> Option<Response> {
    let too_many = |body: Value, retry_after: Option<&str>| {
        let mut response = answered(429, &body);
        if let Some(value) = retry_after {
            let value = value.parse().expect("a header value");
            response.headers_mut().insert("retry-after", value);
        }
        response
    };
    match fault {
        Fault::Broken => Some(answered(
            500,
            &json!({"message": "500: Internal Server Error", "code": 0}),
        )),
        Fault::Gateway => Some((StatusCode::BAD_GATEWAY, "<html>502</html>").into_response()),
        Fault::TooMany(value) => Some(too_many(
            json!({"message": "slow down", "global": false}),
            *value,
        )),
        Fault::TooManyEverywhere(value) => Some(too_many(
            json!({"message": "slow down", "global": true}),
            Some(value),
        )),
        Fault::CutBefore => {
            line.cut();
            Some(StatusCode::OK.into_response())
        }
        Fault::Refused(status, code) => Some(error(*status, *code)),
        Fault::Nothing
        | Fault::CutAfter
        | Fault::Garbled
        | Fault::Held
        | Fault::Lost
        | Fault::WithoutEmbeds => None,
    }
}

pub(super) fn error(status: u16, code: u64) -> Response {
    answered(
        status,
        &json!({"message": format!("error {code}"), "code": code}),
    )
}

pub(super) fn answered(status: u16, body: &Value) -> Response {
    Response::builder()
        .status(status)
        .header("content-type", "application/json")
        .body(Body::from(body.to_string()))
        .expect("a response")
}
