//! Brings what stands at the address of a watch.

use chrono::TimeDelta;
use url::Url;

use crate::fetch::Fetched;
use crate::house::{House, InForce};
use crate::model::{
    Beside, BesideKind, Capture, Failure, FailureKind, Hop, Interface, Render, Validators, Watch,
};

/// How long an interface that has nothing to tell of a page is not asked for it again.
const UNTOLD_FOR: TimeDelta = TimeDelta::days(1);

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
    /// Nothing changed since the validators were given; every answer on the way.
    NotModified(Vec<Hop>),
    /// Nothing that could be read.
    Failed(Failure),
}

/// Where to go, for whom, with what.
#[derive(Clone, Copy)]
pub(super) struct Errand<'a> {
    pub(super) house: &'a House,
    pub(super) in_force: &'a InForce,
    pub(super) watch: &'a Watch,
    /// The address of the page.
    pub(super) asked: &'a Url,
    /// What makes the request conditional, for whoever gave it.
    pub(super) validators: Option<&'a Validators>,
}

impl Errand<'_> {
    /// Asks the interface of the site where there is one; where it does not tell, for whatever reason, the page itself.
    pub(super) async fn bring(self) -> Trip {
        let here = !self.in_force.watchlist.is_collected(self.asked);
        let interface = self.watch.reading.interface;
        let interface = interface.filter(|_| here && self.may_be_told());
        let address =
            interface.and_then(|interface| Some((interface, interface.address(self.asked)?)));
        let Some((interface, address)) = address else {
            return self.bring_page().await;
        };
        match self.ask(interface, &address).await {
            // A redirect of the interface leads to what it tells of another page.
            Fetched::Served(capture, body) if !capture.redirected() => Trip::Served(Brought {
                capture: Capture {
                    url: self.asked.clone(),
                    ..capture
                },
                body,
                beside: Vec::new(),
            }),
            Fetched::Served(..) => self.untold().await,
            Fetched::Failed(failure) if failure.kind == FailureKind::NotFound => {
                self.untold().await
            }
            Fetched::NotModified(hops) => Trip::NotModified(hops),
            Fetched::Failed(failure) => {
                tracing::debug!(watch = %self.watch.id, why = %failure.why, "read from the page");
                self.bring_page().await
            }
        }
    }

    /// Brings the page, since the interface has nothing to tell of it.
    async fn untold(self) -> Trip {
        self.house.note_untold(&self.watch.id);
        self.bring_page().await
    }

    /// Brings the page itself.
    pub(super) async fn bring_page(self) -> Trip {
        let validators = self.validators.filter(|given| given.of.is_none());
        bring_page(self.in_force, self.watch, self.asked, validators).await
    }

    /// Brings the page as people see it, to be kept beside what an interface told of it.
    ///
    /// # Errors
    /// Why it could not be brought.
    pub(super) async fn bring_beside(self) -> Result<(Beside, Vec<u8>), Failure> {
        let fetcher = &self.in_force.fetcher;
        match fetcher.fetch(self.watch, self.asked, None).await {
            Fetched::Served(capture, body) => {
                let beside = Beside {
                    what: BesideKind::Page,
                    hops: capture.hops,
                    body: capture.body,
                    length: capture.length,
                };
                Ok((beside, body))
            }
            Fetched::NotModified(hops) => {
                let why = format!("{} sent no page where one was asked for", self.asked);
                Err(Failure {
                    hops,
                    ..Failure::new(FailureKind::HttpStatus, why)
                })
            }
            Fetched::Failed(failure) => Err(failure),
        }
    }

    async fn ask(self, interface: Interface, address: &Url) -> Fetched {
        let validators = self.validators.filter(|given| given.of == Some(interface));
        let Interface::Govuk = interface;
        let accept = Some("application/json");
        let fetcher = &self.in_force.fetcher;
        fetcher
            .fetch_as(accept, self.watch, address, validators)
            .await
    }

    /// Whether the interface is asked: it has not said lately that it has nothing to tell of the page, and nobody wants to
    /// see what a browser makes of that.
    fn may_be_told(self) -> bool {
        if self.watch.render == Render::Browser {
            return false;
        }
        let untold = self.house.untold(&self.watch.id);
        untold.is_none_or(|at| (self.house.clock.now() - at).abs() >= UNTOLD_FOR)
    }
}

/// Brings the page at this address, whatever an interface may tell of it.
pub(super) async fn bring_page(
    in_force: &InForce,
    watch: &Watch,
    asked: &Url,
    validators: Option<&Validators>,
) -> Trip {
    if in_force.watchlist.is_collected(asked) {
        return Trip::Failed(not_from_here(asked));
    }
    if watch.render == Render::Browser {
        return built(in_force, watch, asked).await;
    }
    match in_force.fetcher.fetch(watch, asked, validators).await {
        Fetched::Served(capture, body) => Trip::Served(Brought {
            capture,
            body,
            beside: Vec::new(),
        }),
        Fetched::NotModified(hops) => Trip::NotModified(hops),
        Fetched::Failed(failure) => Trip::Failed(failure),
    }
}

/// That a host is not visited by this machine.
fn not_from_here(asked: &Url) -> Failure {
    let host = asked.host_str().unwrap_or_default();
    let why = format!(
        "{host} is not visited from here; it stands under `collected` in [collect], and a collector visits it"
    );
    Failure::new(FailureKind::RefusedAddress, why)
}

/// Brings a page as its scripts build it. It is asked for without validators: that the page is the same says nothing of
/// what its scripts fetch.
async fn built(in_force: &InForce, watch: &Watch, asked: &Url) -> Trip {
    if let Err(failure) = in_force.browser.find(watch) {
        return Trip::Failed(failure);
    }
    let (capture, body) = match in_force.fetcher.fetch(watch, asked, None).await {
        Fetched::Served(capture, body) => (capture, body),
        Fetched::NotModified(hops) => return Trip::NotModified(hops),
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
