//! People: who is signed in, and what they say of changes.

mod form;
mod session;
mod signing;
mod triage;

pub(super) use session::{Session, Sessions};

use axum::Router;
use axum::routing::get;

use crate::web::window::Window;

/// What people can do here, where there are accounts.
pub(super) fn routes() -> Router<Window> {
    Router::new()
        .route("/sign-in", get(signing::ask).post(signing::sign_in))
        .route("/sign-out", axum::routing::post(signing::sign_out))
        .route("/triage/{id}/{span}", get(triage::show).post(triage::say))
}
