//! What a page's scripts build, in a browser of its own behind a proxy that holds it to the address guard.

mod bridge;
mod calm;
mod flags;
mod place;
mod process;
mod secret;
mod tab;
mod traffic;

use std::path::PathBuf;
use std::time::Duration;

use tokio::sync::Semaphore;
use url::Url;

use crate::browser::process::Process;
use crate::browser::tab::{Built, Order};
use crate::clock::Clock;
use crate::extract;
use crate::fetch;
use crate::model::{
    Asked, Beside, BesideKind, Capture, Digest, Failure, FailureKind, Provenance, Render, Watch,
};
use crate::watchlist::Settings;
use crate::wire::{Fence, Guard, Names, Proxy};

/// How many browsers run at once.
const AT_ONCE: usize = 2;
/// The longest the building of one page may take, from starting the browser to its picture.
const LONGEST: Duration = Duration::from_secs(45);
/// How many bytes a page may fetch while it is built.
const MOST_BYTES: u64 = 64 << 20;
/// What a page says first so that its text is read as UTF-8, whatever its server said of the bytes it sent.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// Builds pages in a Chromium that is started for each of them and ended with it, so that no page finds anything of
/// another, and what was asked of the network was asked by this page.
pub struct Browser {
    /// What the watchlist calls it.
    named: Option<String>,
    /// Where programs are, as the environment said at the door.
    path: String,
    names: Names,
    /// What a page may reach that is itself on a private network.
    private: Guard,
    agent: String,
    zone: &'static str,
    max_body: u64,
    whole: Duration,
    connect: Duration,
    seats: Semaphore,
    clock: Clock,
}

/// A page as it was built, or as it came.
#[derive(Debug)]
pub struct Page {
    /// The capture: the hops of the plain page, the digest of what was built.
    pub capture: Capture,
    /// What was built, as HTML in UTF-8.
    pub body: Vec<u8>,
    /// The bytes of what the capture has beside it: the page as served, then its picture if there is one.
    pub beside: Vec<Vec<u8>>,
}

impl Browser {
    /// A browser with these settings, looked for in the directories of this `PATH`. Nothing is started yet.
    pub fn new(settings: &Settings, path: &str, clock: Clock, names: Names) -> Browser {
        let (connect, _, whole) = settings.timeouts;
        Browser {
            named: settings.browser.clone(),
            path: path.to_owned(),
            names,
            private: Guard::new(&settings.allow_private),
            agent: fetch::agent(settings.contact.as_deref()),
            zone: settings.timezone.name(),
            max_body: settings.max_body,
            whole: Duration::from_secs(whole).min(LONGEST),
            connect: Duration::from_secs(connect),
            seats: Semaphore::new(AT_ONCE),
            clock,
        }
    }

    /// Where the browser is.
    ///
    /// # Errors
    /// A failure of this watch where there is none.
    pub fn find(&self, watch: &Watch) -> Result<PathBuf, Failure> {
        self.place()
            .map_err(|why| Failure::new(FailureKind::Browser, format!("{} {why}", watch.url)))
    }

    /// The same for no watch in particular.
    ///
    /// # Errors
    /// A clause that says what is missing, and what to do.
    pub fn place(&self) -> Result<PathBuf, String> {
        place::find(self.named.as_deref(), &self.path)
    }

    /// Builds what a server sent for a watch that asks for it; what is no page, or is read plainly, stays as it is.
    ///
    /// # Errors
    /// Those of building it.
    pub async fn build_if_asked(
        &self,
        watch: &Watch,
        capture: Capture,
        body: Vec<u8>,
    ) -> Result<Page, Failure> {
        match watch.render == Render::Browser && extract::is_page(&capture, &body) {
            true => self.build(watch, capture, body).await,
            false => Ok(Page {
                capture,
                body,
                beside: Vec::new(),
            }),
        }
    }

    /// Builds a page from what its server sent: its scripts run, and what they ask for is fetched behind the guard.
    ///
    /// # Errors
    /// Where there is no browser, or it cannot build the page within its limits.
    async fn build(&self, watch: &Watch, capture: Capture, body: Vec<u8>) -> Result<Page, Failure> {
        let failed = |kind, why: String| Failure {
            status: Some(capture.answer().status),
            hops: capture.hops.clone(),
            ..Failure::new(kind, format!("{} {why}", capture.landed()))
        };
        let executable = self.find(watch)?;
        let _seat = self.seats.acquire().await;
        let proxy = self.proxy(&capture).await;
        let (proxy, secret) = proxy
            .map_err(|error| failed(FailureKind::Browser, format!("needs a proxy: {error}")))?;
        let started = Process::start(&executable, &self.path, self.zone, proxy.port());
        let (mut process, pipes) = started.map_err(|error| {
            let why = format!(
                "needs a browser, and {} cannot be started: {error}",
                executable.display()
            );
            failed(FailureKind::Browser, why)
        })?;
        let order = Order {
            capture: &capture,
            body: &body,
            secret: &secret,
            agent: &self.agent,
            whole: self.whole,
        };
        let built = tokio::time::timeout(self.whole, tab::build(order, pipes)).await;
        let last_words = process.end().await;
        let built = match built {
            Ok(Ok(built)) => built,
            Ok(Err(trouble)) => {
                let why = format!("could not be built in the browser: {trouble}{last_words}");
                return Err(failed(FailureKind::Browser, why));
            }
            Err(_) => {
                let seconds = self.whole.as_secs();
                let why = format!(
                    "was not built by its scripts within {seconds} s, so the browser was ended"
                );
                return Err(failed(FailureKind::Timeout, why));
            }
        };
        let length = built.html.len() as u64;
        if length > self.max_body {
            let why = format!("was built to {length} bytes, more than max_body allows");
            return Err(failed(FailureKind::TooLarge, why));
        }
        Ok(self.page(capture, body, built, proxy.asked()))
    }

    /// A proxy for one page, with its secret. A page that is public reaches public addresses alone; only what is itself
    /// on a private network that may be visited reaches such networks.
    async fn proxy(&self, capture: &Capture) -> std::io::Result<(Proxy, String)> {
        let public = Guard::default();
        let is_private =
            (capture.answer().address).is_some_and(|address| public.lets_through(address).is_err());
        let own = [&capture.url, capture.landed()].map(Url::port_or_known_default);
        let fence = Fence {
            guard: match is_private {
                true => self.private.clone(),
                false => public,
            },
            names: self.names.clone(),
            ports: own.into_iter().flatten().chain([80, 443]).collect(),
            bytes: MOST_BYTES,
            connect: self.connect,
        };
        let secret = secret::fresh()?;
        let proxy = Proxy::open(fence, tab::NAME, &secret).await?;
        Ok((proxy, secret))
    }

    /// The capture of what was built, with the page as served and its picture beside it.
    fn page(&self, plain: Capture, source: Vec<u8>, built: Built, asked: Vec<Asked>) -> Page {
        let mut body = MARK.to_vec();
        body.extend_from_slice(built.html.as_bytes());
        let mut kept = vec![Beside {
            what: BesideKind::Source,
            hops: plain.hops.clone(),
            body: plain.body,
            length: plain.length,
        }];
        let mut beside = vec![source];
        if let Some(picture) = built.picture {
            kept.push(Beside {
                what: BesideKind::Screenshot,
                hops: Vec::new(),
                body: Digest::of(&picture),
                length: picture.len() as u64,
            });
            beside.push(picture);
        }
        let capture = Capture {
            at: self.clock.now(),
            body: Digest::of(&body),
            length: body.len() as u64,
            provenance: Provenance::Rendered {
                browser: built.browser,
                asked,
            },
            beside: kept,
            ..plain
        };
        Page {
            capture,
            body,
            beside,
        }
    }
}
