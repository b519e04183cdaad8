//! A local receiver of messages over HTTP, with every fault that one may have.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::to_bytes;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use tokio::net::TcpListener;

use crate::discord::line::{self, Line};

/// What happens to one request.
#[derive(Clone, Debug)]
pub enum Fault {
    /// This status with these words, and `Retry-After` if any; nothing is taken.
    Says(u16, &'static str, Option<&'static str>),
    /// It is sent elsewhere on this receiver.
    Redirects,
    /// The connection is cut; nothing is taken.
    CutBefore,
    /// It is taken, then the connection is cut.
    CutAfter,
    /// No answer ever comes.
    Lost,
}

/// What was asked.
#[derive(Clone, Debug)]
pub struct Asked {
    pub method: Method,
    pub path: String,
    pub headers: HeaderMap,
    pub body: String,
    /// Whether it was taken.
    pub taken: bool,
}

impl Asked {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("JSON")
    }

    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.map_or("", |value| value.to_str().expect("a plain value"))
    }
}

/// The local receiver, and what it has seen.
#[derive(Clone)]
pub struct Receiver {
    pub base: String,
    seen: Arc<Mutex<(Vec<Asked>, VecDeque<Fault>)>>,
}

impl Receiver {
    pub async fn start() -> Receiver {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let receiver = Receiver {
            base: format!("http://{address}"),
            seen: Arc::default(),
        };
        let service = Router::new()
            .fallback(answer)
            .with_state(receiver.clone())
            .into_make_service_with_connect_info::<Line>();
        tokio::spawn(async move { axum::serve(line::Listener::new(listener), service).await });
        receiver
    }

    /// The next requests meet these faults, in order.
    pub fn will(&self, faults: impl IntoIterator<Item = Fault>) {
        self.seen().1.extend(faults);
    }

    /// Every request so far.
    pub fn asked(&self) -> Vec<Asked> {
        self.seen().0.clone()
    }

    /// What was taken.
    pub fn taken(&self) -> Vec<Asked> {
        let asked = self.asked().into_iter();
        asked.filter(|asked| asked.taken).collect()
    }

    fn seen(&self) -> MutexGuard<'_, (Vec<Asked>, VecDeque<Fault>)> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn answer(
    State(receiver): State<Receiver>,
    ConnectInfo(line): ConnectInfo<Line>,
    request: Request,
) -> Response {
    let (head, body) = request.into_parts();
    let body = to_bytes(body, 30 << 20).await.expect("a body");
    let fault = receiver.seen().1.pop_front();
    let asked = Asked {
        method: head.method,
        path: head.uri.path().to_owned(),
        headers: head.headers,
        body: String::from_utf8(body.to_vec()).expect("text"),
        taken: matches!(fault, None | Some(Fault::CutAfter)),
    };
    receiver.seen().0.push(asked);
    match fault {
        None => "ok".into_response(),
        Some(Fault::Says(status, words, after)) => {
            let status = StatusCode::from_u16(status).expect("a status");
            match after {
                Some(after) => (status, [("retry-after", after)], words).into_response(),
                None => (status, words).into_response(),
            }
        }
        Some(Fault::Redirects) => {
            let elsewhere = format!("{}/elsewhere", receiver.base);
            (StatusCode::FOUND, [("location", elsewhere)]).into_response()
        }
        Some(Fault::CutBefore | Fault::CutAfter) => {
            line.cut();
            StatusCode::OK.into_response()
        }
        Some(Fault::Lost) => std::future::pending().await,
    }
}
