//! Brings what stands at the address of a watch.

use url::Url;

use crate::fetch::Fetched;
use crate::house::InForce;
use crate::model::{Capture, Failure, Render, Validators, Watch};

/// What was brought.
pub(super) struct Brought {
    /// What the server sent.
    pub(super) capture: Capture,
    /// The bytes.
    pub(super) body: Vec<u8>,
    /// The bytes of what the capture has beside it, in its order.
    pub(super) beside: Vec<Vec<u8>>,
}

/// What came of going there.
#[expect(
    clippy::large_enum_variant,
    reason = "there is one of these a visit, and it is taken apart at once"
)]
pub(super) enum Trip {
    /// Something to be read.
    Served(Brought),
    /// Nothing changed since the validators were given.
    NotModified,
    /// Nothing that could be read.
    Failed(Failure),
}

/// Goes to this address on behalf of this watch, asking conditionally where there are validators.
pub(super) async fn bring(
    in_force: &InForce,
    watch: &Watch,
    asked: &Url,
    validators: Option<&Validators>,
) -> Trip {
    if watch.render == Render::Browser {
        return built(in_force, watch, asked).await;
    }
    match in_force.fetcher.fetch(watch, asked, validators).await {
        Fetched::Served(capture, body) => Trip::Served(Brought {
            capture,
            body,
            beside: Vec::new(),
        }),
        Fetched::NotModified(_) => Trip::NotModified,
        Fetched::Failed(failure) => Trip::Failed(failure),
    }
}

/// Brings a page as its scripts build it. It is asked for without validators: that the page is the same says nothing of
/// what its scripts fetch.
async fn built(in_force: &InForce, watch: &Watch, asked: &Url) -> Trip {
    if let Err(failure) = in_force.browser.find(watch) {
        return Trip::Failed(failure);
    }
    let (capture, body) = match in_force.fetcher.fetch(watch, asked, None).await {
        Fetched::Served(capture, body) => (capture, body),
        Fetched::NotModified(_) => return Trip::NotModified,
        Fetched::Failed(failure) => return Trip::Failed(failure),
    };
    match in_force.browser.build_if_asked(watch, capture, body).await {
        Ok(page) => Trip::Served(Brought {
            capture: page.capture,
            body: page.body,
            beside: page.beside,
        }),
        Err(failure) => Trip::Failed(failure),
    }
}
