//! People: who is signed in, and what they say of changes.

mod form;
mod naming;
mod session;
mod signing;
mod triage;

pub(super) use session::{Session, Sessions};

use axum::Router;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use url::form_urlencoded;

use crate::web::window::Window;

/// Where one signs in.
pub(super) const SIGN_IN: &str = "/sign-in";

/// What people can do here, where there are accounts.
pub(super) fn routes() -> Router<Window> {
    Router::new()
        .route(SIGN_IN, get(signing::ask).post(signing::sign_in))
        .route("/sign-out", axum::routing::post(signing::sign_out))
        .route("/names/{name}/ruling", get(naming::show).post(naming::rule))
        .route("/triage/{id}/{span}", get(triage::show).post(triage::say))
}

/// Leads to where one signs in, and from there back to this path.
fn sign_in_first(to: &str) -> Response {
    let to: String = form_urlencoded::byte_serialize(to.as_bytes()).collect();
    Redirect::to(&format!("{SIGN_IN}?to={to}")).into_response()
}
