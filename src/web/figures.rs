//! Figures about the program for those who watch over it, and whether it lives and is ready.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Router, serve as answer_all};
use serde::Serialize;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::{Mutex, watch};

use crate::deliver;
use crate::doctor::{self, Health, Vitals};
use crate::house::{House, InForce, Task};
use crate::meters::{self, Archive, Figures, Outbox, Schedule};
use crate::model::{Destination, State as Stands, Waits, Watch, WatchId};
use crate::oversight;
use crate::store::{StoreError, Writes};
use crate::web::gate::Gate;

/// How far the program is.
#[derive(Clone)]
pub enum Stage {
    /// The archive is being opened, or waited for.
    Opening,
    /// All is at work, or about to be.
    Open(Arc<House>),
    /// The program ends.
    Ending,
}

/// What answers are made from.
#[derive(Clone)]
struct Board {
    stage: watch::Receiver<Stage>,
    /// One at a time looks things up in the archive.
    turn: Arc<Mutex<()>>,
}

/// Answers until `stopped` turns true, whatever stage the program is at.
pub async fn serve(
    listener: TcpListener,
    stage: watch::Receiver<Stage>,
    mut stopped: watch::Receiver<bool>,
) {
    let board = Board {
        stage,
        turn: Arc::default(),
    };
    let router = Router::new()
        .route("/metrics", get(metrics))
        .route("/healthz", get(alive))
        .route("/readyz", get(ready))
        .with_state(board);
    let stop = async move {
        stopped.wait_for(|stop| *stop).await.ok();
    };
    let serving = answer_all(Gate::new(listener), router).with_graceful_shutdown(stop);
    if let Err(error) = serving.await {
        tracing::error!("figures are no longer served: {error}");
    }
}

impl Board {
    fn stage(&self) -> Stage {
        self.stage.borrow().clone()
    }
}

/// Whether the program lives: where it does not, whoever keeps it may as well start it again.
async fn alive(State(board): State<Board>) -> Response {
    let said = match board.stage() {
        Stage::Opening => Ok("The archive is being opened."),
        Stage::Open(house) => doctor::is_alive(&house).map(|()| "The program lives."),
        Stage::Ending => Ok("The program ends."),
    };
    match said {
        Ok(says) => (StatusCode::OK, format!("{says}\n")).into_response(),
        Err(why) => (StatusCode::SERVICE_UNAVAILABLE, format!("{why}\n")).into_response(),
    }
}

/// Whether it does all it is there for, thing by thing.
async fn ready(State(board): State<Board>) -> Response {
    let vitals = match board.stage() {
        Stage::Opening => return not_ready("The archive is being opened.", &json!([])),
        Stage::Ending => return not_ready("The program ends.", &json!([])),
        Stage::Open(house) => {
            let _turn = board.turn.lock().await;
            doctor::vitals(&house).await
        }
    };
    match vitals {
        Ok(vitals) if vitals.ready => said(StatusCode::OK, &vitals),
        Ok(vitals) => said(StatusCode::SERVICE_UNAVAILABLE, &vitals),
        Err(error) => not_ready(&format!("The archive cannot be read: {error}."), &json!([])),
    }
}

fn not_ready(why: &str, checks: &Value) -> Response {
    let body = json!({ "alive": true, "ready": false, "why": why, "checks": checks });
    said(StatusCode::SERVICE_UNAVAILABLE, &body)
}

fn said(status: StatusCode, what: &impl Serialize) -> Response {
    let text = serde_json::to_vec(what).expect("plain data can be written as JSON");
    let fields = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (status, fields, text).into_response()
}

/// The figures. What cannot be looked up is left out, and what was counted is told all the same.
async fn metrics(State(board): State<Board>) -> Response {
    let figures = match board.stage() {
        Stage::Opening | Stage::Ending => Figures::default(),
        Stage::Open(house) => {
            let _turn = board.turn.lock().await;
            look_up(&house).await
        }
    };
    let fields = [(header::CONTENT_TYPE, meters::CONTENT_TYPE)];
    (fields, meters::text(figures)).into_response()
}

/// Looks up what is not counted.
async fn look_up(house: &House) -> Figures {
    let mut figures = Figures::default();
    let silent = Task::ALL.map(|task| Some((task.word(), house.signs.silent(task)?)));
    figures.silent = silent.into_iter().flatten().collect();
    match doctor::vitals(house).await {
        Ok(vitals) => standing(&vitals, &mut figures),
        Err(error) => tracing::warn!("how the program stands cannot be told: {error}"),
    }
    let looked_up = async {
        figures.archive = Some(archive(house).await?);
        figures.schedule = Some(schedule(house).await?);
        figures.outbox = Some(outbox(house).await?);
        Ok::<(), StoreError>(())
    };
    if let Err(error) = looked_up.await {
        tracing::warn!("some figures cannot be looked up: {error}");
    }
    figures
}

fn standing(vitals: &Vitals, figures: &mut Figures) {
    figures.ready = vitals.ready;
    let checks = vitals.checks.iter().map(|one| &one.check_up);
    let checks = checks.map(|one| (one.of.clone(), one.standing == Health::Ok));
    figures.checks = checks.collect();
}

async fn archive(house: &House) -> Result<Archive, StoreError> {
    let (store, now) = (&house.store, house.clock.now());
    let anchors = store.last_anchors().await?;
    let anchored = anchors.iter().map(|anchor| anchor.at).max();
    let checkpoint = store.last_checkpoint().await?;
    let space = store.space().await.ok();
    Ok(Archive {
        takes: matches!(store.writes(), Writes::Taken(_)),
        height: store.last_entry().await?,
        checkpoint: checkpoint.map(|last| now - last.at),
        anchor: anchored.map(|at| now - at),
        space: space.map(|space| (space.taken, space.free)),
    })
}

async fn schedule(house: &House) -> Result<Schedule, StoreError> {
    let (in_force, now) = (house.in_force(), house.clock.now());
    let states = house.known().await?;
    let mut watches = STATES.map(|state| (state, 0));
    for watch in in_force.watchlist.watches.iter() {
        let stands = of_watch(watch, &states);
        let row = watches.iter_mut().find(|(state, _)| *state == stands);
        row.into_iter().for_each(|(_, count)| *count += 1);
    }
    let late = match house.signs.awake() {
        Some(awake) => oversight::lateness(&in_force, &states, awake, now),
        None => chrono::TimeDelta::zero(),
    };
    Ok(Schedule {
        watches: watches.to_vec(),
        late,
        queues: queues(house, &in_force),
    })
}

/// How many visits and requests wait for the turn of their host, over all hosts, and at the host where most do.
fn queues(house: &House, in_force: &InForce) -> (usize, usize) {
    let (asking, at_most) = in_force.fetcher.queues();
    let (waiting, to_most) = house.queued();
    (asking + waiting, at_most.max(to_most))
}

/// How a watch can stand.
const STATES: [&str; 5] = ["read", "failing", "gone", "never-visited", "disabled"];

fn of_watch(watch: &Watch, states: &[(WatchId, Stands)]) -> &'static str {
    let [read, failing, gone, never, disabled] = STATES;
    if !watch.enabled {
        return disabled;
    }
    let state = states.binary_search_by(|(id, _)| id.cmp(&watch.id));
    let state = state.ok().and_then(|place| states.get(place));
    match state.map(|(_, state)| state) {
        Some(state) if state.away => gone,
        Some(state) if state.failing.is_some() => failing,
        Some(state) if state.last_visit.is_some() => read,
        _ => never,
    }
}

async fn outbox(house: &House) -> Result<Outbox, StoreError> {
    let owed = house.store.owed().await?;
    let to = |sort: &str| owed.iter().filter(|one| one.owed.to.sort() == sort).count();
    let now = house.clock.now();
    let waits = owed.iter().filter(|one| match one.owed.waits {
        None => false,
        Some(Waits::Quiet { until } | Waits::Batch { until }) => now < until,
        Some(Waits::Digest) => true,
    });
    Ok(Outbox {
        owed: Destination::SORTS.map(|sort| (sort, to(sort))).to_vec(),
        waiting: waits.count(),
        parked: house.refused().len(),
        oldest: deliver::oldest(&owed, now).unwrap_or_default(),
    })
}
