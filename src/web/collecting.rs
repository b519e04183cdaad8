//! Hears collectors: says what is wanted, and takes what they bring.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Router, serve as answer_all};
use chrono::{DateTime, Utc};
use serde::Serialize;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, mpsc, watch};
use url::form_urlencoded;

use crate::collect::{CLOCK, LONGEST_LETTER, Parcel, Reply};
use crate::house::House;
use crate::model::VisitReport;
use crate::store::StoreError;
use crate::visit::{self, Taken};
use crate::web::gate::Gate;
use crate::web::inflow::{self, Lost};

/// How long whoever does not know the secret waits for being told so.
const DELAY: Duration = Duration::from_secs(1);
/// How many of those wait at once; others are told at once to come later.
const WAITING: usize = 8;
/// How many parcels are unwrapped at once.
const AT_ONCE: usize = 2;
/// The most hosts one collector may ask for.
const HOSTS: usize = 100;
/// The longest a parcel may take to arrive.
const ARRIVAL: Duration = Duration::from_secs(15 * 60);

/// What the desk works with.
#[derive(Clone)]
struct Desk {
    house: Arc<House>,
    tell: mpsc::Sender<Result<VisitReport, StoreError>>,
    /// One at a time, with a pause, whoever does not know the secret.
    strangers: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
    parcels: Arc<Semaphore>,
}

/// Answers collectors until `stopped` turns true; `tell` hears of every parcel that landed.
pub async fn serve(
    listener: TcpListener,
    house: Arc<House>,
    tell: mpsc::Sender<Result<VisitReport, StoreError>>,
    mut stopped: watch::Receiver<bool>,
) {
    let desk = Desk {
        house,
        tell,
        strangers: Arc::new(Semaphore::new(1)),
        waiting: Arc::new(Semaphore::new(WAITING)),
        parcels: Arc::new(Semaphore::new(AT_ONCE)),
    };
    let router = Router::new()
        .route("/collect/v1/wanted", get(wanted))
        .route("/collect/v1/capture", post(capture))
        .layer(DefaultBodyLimit::disable())
        .with_state(desk);
    let stop = async move {
        stopped.wait_for(|stop| *stop).await.ok();
    };
    let serving = answer_all(Gate::new(listener), router).with_graceful_shutdown(stop);
    if let Err(error) = serving.await {
        tracing::error!("collectors are no longer heard: {error}");
    }
}

async fn wanted(State(desk): State<Desk>, request: Request) -> Response {
    if let Err(response) = desk.admit(request.headers()).await {
        return response;
    }
    let query = request.uri().query().unwrap_or_default();
    let hosts = form_urlencoded::parse(query.as_bytes());
    let hosts = hosts.filter(|(key, _)| key == "host").take(HOSTS);
    let hosts: Vec<String> = hosts.map(|(_, host)| host.to_ascii_lowercase()).collect();
    let in_force = desk.house.in_force();
    match visit::wants(&desk.house, &in_force, &hosts).await {
        Ok(wants) => json(StatusCode::OK, &wants),
        Err(error) => desk.broken(error).await,
    }
}

async fn capture(State(desk): State<Desk>, request: Request) -> Response {
    let (parts, mut body) = request.into_parts();
    if let Err(response) = desk.admit(&parts.headers).await {
        inflow::rinse(&mut body).await;
        return response;
    }
    let sent = parts.headers.get(CLOCK).and_then(|sent| sent.to_str().ok());
    let sent = sent.and_then(|sent| DateTime::parse_from_rfc3339(sent).ok());
    let Some(sent) = sent else {
        let why = format!("the header field {CLOCK} does not say what time it is there");
        return fault(StatusCode::BAD_REQUEST, &why);
    };
    // Whoever sends it may hang up at any time; what has begun to land lands all the same.
    let landing = tokio::spawn(async move { desk.take(body, sent.to_utc()).await });
    let stumbled = |_| fault(StatusCode::INTERNAL_SERVER_ERROR, "it could not be taken");
    landing.await.unwrap_or_else(stumbled)
}

impl Desk {
    /// Whether whoever asks knows the secret. Wrong ones are answered slowly, one after the other, the right one at once.
    async fn admit(&self, headers: &HeaderMap) -> Result<(), Response> {
        let said = headers.get(header::AUTHORIZATION);
        let said = said.and_then(|said| said.to_str().ok()).unwrap_or_default();
        let word = said.strip_prefix("Bearer ").unwrap_or_default();
        let in_force = self.house.in_force();
        if in_force
            .secret
            .as_ref()
            .is_some_and(|secret| secret.is(word))
        {
            return Ok(());
        }
        let Ok(_place) = self.waiting.try_acquire() else {
            return Err(StatusCode::TOO_MANY_REQUESTS.into_response());
        };
        let _turn = self.strangers.acquire().await;
        tokio::time::sleep(DELAY).await;
        tracing::warn!("somebody who does not know the secret asked as a collector");
        Err(StatusCode::UNAUTHORIZED.into_response())
    }

    /// Takes one parcel, and answers only when it is durable.
    async fn take(self, mut body: Body, sent: DateTime<Utc>) -> Response {
        let in_force = self.house.in_force();
        let _place = self.parcels.acquire().await;
        let longest = in_force.watchlist.settings.max_body;
        let longest = usize::try_from(longest).unwrap_or(usize::MAX);
        let longest = longest.saturating_add(LONGEST_LETTER);
        let bytes = match tokio::time::timeout(ARRIVAL, inflow::take(&mut body, longest)).await {
            Ok(Ok(bytes)) => bytes,
            Ok(Err(Lost::TooLong)) => {
                inflow::rinse(&mut body).await;
                let why = "It is longer than `max_body` of the archive allows.";
                return refused(StatusCode::PAYLOAD_TOO_LARGE, why);
            }
            Ok(Err(Lost::CutOff)) => return fault(StatusCode::BAD_REQUEST, "it was cut off"),
            Err(_) => return fault(StatusCode::REQUEST_TIMEOUT, "it took too long"),
        };
        let (parcel, body) = match Parcel::unwrapped(bytes) {
            Ok(parcel) => parcel,
            Err(why) => {
                let why = format!("It is no parcel: {why}.");
                return refused(StatusCode::BAD_REQUEST, &why);
            }
        };
        if body.len() as u64 > in_force.watchlist.settings.max_body {
            let why = "Its body is longer than `max_body` of the archive allows.";
            return refused(StatusCode::PAYLOAD_TOO_LARGE, why);
        }
        let id = parcel.watch.clone();
        match visit::collected(&self.house, &in_force, (parcel, body), sent).await {
            Ok(Taken::Landed(report)) => {
                self.tell.send(Ok((*report).clone())).await.ok();
                let desk = self.clone();
                tokio::spawn(async move { desk.follow(id).await });
                json(StatusCode::OK, &Reply::Landed { report })
            }
            Ok(Taken::Had) => json(StatusCode::OK, &Reply::Had),
            Ok(Taken::Refused { why, for_good }) => {
                json(StatusCode::CONFLICT, &Reply::Refused { why, for_good })
            }
            Err(error) => self.broken(error).await,
        }
    }

    /// Reads what a page leads to that was brought, as far as it is visited from here.
    async fn follow(self, id: crate::model::WatchId) {
        let in_force = self.house.in_force();
        let Some(watch) = in_force.watchlist.watch(&id) else {
            return;
        };
        match visit::follow_up(&self.house, &in_force, watch).await {
            Ok(reports) => {
                for report in reports {
                    self.tell.send(Ok(report)).await.ok();
                }
            }
            Err(error) => drop(self.broken(error).await),
        }
    }

    /// Without the archive nothing can be taken, and the household hears of it.
    async fn broken(&self, error: StoreError) -> Response {
        self.tell.send(Err(error)).await.ok();
        let why = "the archive cannot be used at present";
        fault(StatusCode::SERVICE_UNAVAILABLE, why)
    }
}

/// That something is not taken, for good.
fn refused(status: StatusCode, why: &str) -> Response {
    let why = why.to_owned();
    let for_good = true;
    json(status, &Reply::Refused { why, for_good })
}

/// That something could not be taken now.
fn fault(status: StatusCode, why: &str) -> Response {
    json(status, &serde_json::json!({ "error": why }))
}

fn json(status: StatusCode, value: &impl Serialize) -> Response {
    let text = serde_json::to_vec(value).expect("plain data can be written as JSON");
    (status, [(header::CONTENT_TYPE, "application/json")], text).into_response()
}
