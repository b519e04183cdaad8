//! The one HTTP client and its address guard.

pub mod api;
mod coded;
mod guard;
mod mishap;
mod names;
mod not_public;
mod page;
mod proxy;

pub use coded::{base64, from_base64};
pub use guard::{Guard, Refused};
pub use mishap::Mishap;
pub use names::{Book, Names};
pub use page::{Answer, Body, Manners, Wire};
pub use proxy::{Fence, Proxy};

/// How many authorities are trusted to vouch for hosts (those of Mozilla, as they were when the program was made).
pub fn roots() -> usize {
    webpki_roots::TLS_SERVER_ROOTS.len()
}

/// A status as people say it: `503 Service Unavailable`.
pub fn phrase(status: u16) -> String {
    let reason = reqwest::StatusCode::from_u16(status)
        .ok()
        .and_then(|status| status.canonical_reason());
    match reason {
        Some(reason) => format!("{status} {reason}"),
        None => status.to_string(),
    }
}
