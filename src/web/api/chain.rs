//! What others check the journal by: checkpoints and proofs.

use axum::extract::State;
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::answers::{
    ChainAsked, Chained, CheckpointOne, Continuation, EntryProof, Request, Response as Answer,
};
use crate::model::EntryNo;
use crate::web::api::listing::{given, with_tag};
use crate::web::asked::{Asked, Named};
use crate::web::problem::Problem;
use crate::web::window::Window;
use crate::wire::base64;

/// Which two checkpoints.
#[derive(Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default, deny_unknown_fields)]
pub(super) struct TwoWanted {
    /// How many entries the earlier one covers.
    from: u64,
    /// How many entries the later one covers.
    to: u64,
}

/// A checkpoint.
#[derive(Serialize, ToSchema)]
pub(super) struct CheckpointTold {
    /// The entry of the journal that holds it.
    entry: EntryNo,
    /// When it was signed, by our clock.
    at: DateTime<Utc>,
    /// The name of the log.
    origin: String,
    /// How many entries it covers, from the first one on.
    size: u64,
    /// The root of the tree over them (RFC 9162), in base 64.
    root: String,
    /// The id of the key.
    key: String,
    /// The signed note.
    note: String,
    /// What time-stamp authorities said of it.
    stamps: Vec<StampTold>,
}

/// The word of a time-stamp authority.
#[derive(Serialize, ToSchema)]
pub(super) struct StampTold {
    /// Which one.
    authority: String,
    /// The time it gives.
    time: DateTime<Utc>,
}

/// The proof that an entry stands below a checkpoint.
#[derive(Serialize, ToSchema)]
pub(super) struct ProofTold {
    /// Which entry.
    entry: EntryNo,
    /// SHA-256 of its canonical JSON (RFC 8785): its hash in the chain.
    hash: String,
    /// SHA-256 of a zero byte and that JSON, in base 64: its leaf in the tree.
    leaf: String,
    /// Its place in the tree, from 0.
    index: u64,
    /// How many entries the checkpoint covers.
    size: u64,
    /// The path to the root, in base 64.
    path: Vec<String>,
    /// The root, in base 64.
    root: String,
    /// The signed note of the checkpoint.
    checkpoint: String,
}

/// The proof that one checkpoint continues another.
#[derive(Serialize, ToSchema)]
pub(super) struct ContinuationTold {
    /// How many entries the earlier one covers.
    from: u64,
    /// Its root, in base 64.
    from_root: String,
    /// How many entries the later one covers.
    to: u64,
    /// Its root, in base 64.
    root: String,
    /// The path, in base 64.
    path: Vec<String>,
    /// The signed note of the later one.
    checkpoint: String,
}

impl From<CheckpointOne> for CheckpointTold {
    fn from(one: CheckpointOne) -> CheckpointTold {
        let stamps = one.stamps.into_iter().map(|stamp| StampTold {
            authority: stamp.authority.to_string(),
            time: stamp.time,
        });
        CheckpointTold {
            entry: one.made.entry,
            at: one.made.at,
            origin: one.made.what.origin,
            size: one.made.what.size,
            root: base64(&one.made.what.root.0),
            key: one.made.what.key,
            note: one.made.what.note,
            stamps: stamps.collect(),
        }
    }
}

impl From<EntryProof> for ProofTold {
    fn from(proof: EntryProof) -> ProofTold {
        ProofTold {
            entry: proof.entry,
            hash: proof.hash.to_string(),
            leaf: base64(&proof.leaf.0),
            index: proof.index,
            size: proof.size,
            path: proof.path.iter().map(|hash| base64(&hash.0)).collect(),
            root: base64(&proof.root.0),
            checkpoint: proof.checkpoint,
        }
    }
}

impl From<Continuation> for ContinuationTold {
    fn from(one: Continuation) -> ContinuationTold {
        ContinuationTold {
            from: one.from,
            from_root: base64(&one.from_root.0),
            to: one.to,
            root: base64(&one.root.0),
            path: one.path.iter().map(|hash| base64(&hash.0)).collect(),
            checkpoint: one.checkpoint,
        }
    }
}

/// The newest checkpoint, as the signed note that others' tools read.
#[utoipa::path(get, path = "/api/v1/checkpoint", operation_id = "checkpoint", tag = "archive",
    responses((status = 200, description = "The signed note.", body = String, content_type = "text/plain"),
        (status = 404, description = "There is none yet.")))]
pub(super) async fn checkpoint(State(window): State<Window>) -> Result<Response, Problem> {
    let last = all(&window).await?.pop();
    let last = last.ok_or_else(|| {
        Problem::not_there(
            "There is no checkpoint yet.",
            "Whoever keeps this archive makes a key once: `smallprint key new`.",
        )
    })?;
    let note = last.made.what.note;
    Ok(with_tag(note, "text/plain; charset=utf-8"))
}

/// Every checkpoint, oldest first.
#[utoipa::path(get, path = "/api/v1/checkpoints", operation_id = "checkpoints", tag = "archive",
    responses((status = 200, description = "The checkpoints.", body = Vec<CheckpointTold>)))]
pub(super) async fn checkpoints(State(window): State<Window>) -> Result<Response, Problem> {
    let all: Vec<CheckpointTold> = all(&window).await?.into_iter().map(Into::into).collect();
    Ok(given(&all))
}

/// The proof that an entry of the journal stands below the newest checkpoint.
#[utoipa::path(get, path = "/api/v1/proof/{entry}", operation_id = "proof", tag = "archive",
    params(("entry" = u64, Path, description = "The number of the entry.")),
    responses((status = 200, description = "The proof.", body = ProofTold),
        (status = 404, description = "There is no such entry, or no checkpoint covers it yet.")))]
pub(super) async fn proof(
    State(window): State<Window>,
    Named(entry): Named<EntryNo>,
) -> Result<Response, Problem> {
    match ask(&window, ChainAsked::Proof { entry }).await? {
        Chained::Proof(proof) => Ok(given(&ProofTold::from(proof))),
        _ => Err(Problem::not_there("There is no proof.", "")),
    }
}

/// The proof that one checkpoint continues another: that nothing in between was altered or taken out.
#[utoipa::path(get, path = "/api/v1/consistency", operation_id = "consistency", tag = "archive", params(TwoWanted),
    responses((status = 200, description = "The proof.", body = ContinuationTold),
        (status = 404, description = "There is no checkpoint of such a size.")))]
pub(super) async fn consistency(
    State(window): State<Window>,
    Asked(TwoWanted { from, to }): Asked<TwoWanted>,
) -> Result<Response, Problem> {
    match ask(&window, ChainAsked::Consistency { from, to }).await? {
        Chained::Consistency(proof) => Ok(given(&ContinuationTold::from(proof))),
        _ => Err(Problem::not_there("There is no proof.", "")),
    }
}

async fn all(window: &Window) -> Result<Vec<CheckpointOne>, Problem> {
    match ask(window, ChainAsked::Checkpoints).await? {
        Chained::Checkpoints(all) => Ok(all),
        _ => Ok(Vec::new()),
    }
}

async fn ask(window: &Window, asked: ChainAsked) -> Result<Chained, Problem> {
    match window.ask(Request::Chain(asked)).await? {
        Answer::Chain(told) => Ok(*told),
        _ => Ok(Chained::Checkpoints(Vec::new())),
    }
}
