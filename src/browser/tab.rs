//! Drives a browser to one page and takes what it built.

use std::time::Duration;

use chromiumoxide::Page;
use chromiumoxide::auth::Credentials;
use chromiumoxide::browser::Browser as Driver;
use chromiumoxide::cdp::browser_protocol::browser::{
    SetDownloadBehaviorBehavior, SetDownloadBehaviorParams,
};
use chromiumoxide::cdp::browser_protocol::dom::{GetDocumentParams, GetOuterHtmlParams};
use chromiumoxide::cdp::browser_protocol::inspector::EventTargetCrashed;
use chromiumoxide::cdp::browser_protocol::network::SetUserAgentOverrideParams;
use chromiumoxide::cdp::browser_protocol::page::{
    AddScriptToEvaluateOnNewDocumentParams, GetFrameTreeParams, NavigateParams, Viewport,
};
use chromiumoxide::cdp::browser_protocol::target::GetTargetInfoParams;
use chromiumoxide::error::CdpError;
use chromiumoxide::handler::{Handler, HandlerConfig};
use chromiumoxide::page::ScreenshotParams;
use futures_util::StreamExt;
use tokio::task::JoinSet;
use url::Url;

use crate::browser::bridge::Bridge;
use crate::browser::calm::Calm;
use crate::browser::process::Pipes;
use crate::browser::traffic::Traffic;
use crate::model::Capture;

/// The name by which the browser makes itself known to the proxy.
pub(super) const NAME: &str = "page";

/// The longest to wait for a page to come to rest; what stands there then is taken.
const REST: Duration = Duration::from_secs(15);
/// The longest to wait for its picture, without which it is taken too.
const PICTURE: Duration = Duration::from_secs(10);
/// The size of a picture: as wide as the window, and not higher than can be looked at.
const WIDTH: f64 = 1280.0;
const HIGHEST: f64 = 10_000.0;

/// Ways out that pass no proxy; taken from the page before its scripts run.
const CLOSED: &str = "for (const name of ['RTCPeerConnection', 'webkitRTCPeerConnection', 'WebTransport']) \
                      { delete globalThis[name]; }";

/// What is to be built, and how.
pub(super) struct Order<'a> {
    /// What the server sent.
    pub(super) capture: &'a Capture,
    /// Its bytes, from which the browser starts: the server is not asked for them again.
    pub(super) body: &'a [u8],
    /// What the proxy wants to hear.
    pub(super) secret: &'a str,
    /// What we call ourselves, behind what the browser calls itself.
    pub(super) agent: &'a str,
    /// The longest the driver waits for an answer.
    pub(super) whole: Duration,
}

/// What was built.
pub(super) struct Built {
    /// The browser, as it names itself.
    pub(super) browser: String,
    /// The page's elements as HTML.
    pub(super) html: String,
    /// A picture of it (PNG).
    pub(super) picture: Option<Vec<u8>>,
}

/// Why nothing was built: a clause.
#[derive(Debug, thiserror::Error)]
pub(super) enum Trouble {
    /// The browser did not do what it was told.
    #[error("the browser gave up ({0})")]
    Driver(#[from] CdpError),
    /// There is no way to speak to it.
    #[error("the browser cannot be spoken to ({0})")]
    Bridge(#[from] std::io::Error),
    /// The page was too much for it.
    #[error("the page made the browser crash")]
    Crashed,
    /// What stands there is not the page that was asked for.
    #[error("its scripts led to {0}")]
    Elsewhere(String),
    /// Something was said that is no command.
    #[error("{0}")]
    Wrong(String),
}

/// Builds a page in the browser at the other end of these pipes.
pub(super) async fn build(order: Order<'_>, pipes: Pipes) -> Result<Built, Trouble> {
    let bridge = Bridge::open().await?;
    let address = bridge.address.clone();
    // Whatever runs beside this ends with it.
    let mut beside = JoinSet::new();
    beside.spawn(bridge.cross(pipes));
    let config = HandlerConfig {
        ignore_https_errors: false,
        viewport: None,
        request_timeout: order.whole,
        request_intercept: true,
        ..HandlerConfig::default()
    };
    let (mut driver, handler) = Driver::connect_with_config(address, config).await?;
    beside.spawn(listen(handler));
    let version = driver.version().await?;
    // The page has a room of its own: what the browser asks for itself does not know the word that opens the proxy.
    driver.start_incognito_context().await?;
    let page = driver.new_page("about:blank").await?;
    let agent = format!("{} {}", version.user_agent, order.agent);
    prepare(&page, &agent, order.secret).await?;
    let mut crashed = page.event_listener::<EventTargetCrashed>().await?;
    tokio::select! {
        taken = go_and_take(&page, &order, &mut beside) => {
            let (html, picture) = taken?;
            Ok(Built { browser: version.product.clone(), html, picture })
        }
        Some(_) = crashed.next() => Err(Trouble::Crashed),
    }
}

/// Keeps the driver listening to its browser.
async fn listen(mut handler: Handler) {
    while let Some(heard) = handler.next().await {
        if heard.is_err() {
            return;
        }
    }
}

async fn prepare(page: &Page, agent: &str, secret: &str) -> Result<(), Trouble> {
    page.authenticate(Credentials {
        username: NAME.to_owned(),
        password: secret.to_owned(),
    })
    .await?;
    let agent = SetUserAgentOverrideParams::builder()
        .user_agent(agent)
        .accept_language("en-GB,en")
        .build()
        .map_err(Trouble::Wrong)?;
    page.set_user_agent(agent).await?;
    page.execute(AddScriptToEvaluateOnNewDocumentParams::new(CLOSED))
        .await?;
    let target = GetTargetInfoParams::builder().target_id(page.target_id().clone());
    let room = page
        .execute(target.build())
        .await?
        .result
        .target_info
        .browser_context_id;
    let no_files = SetDownloadBehaviorParams {
        browser_context_id: room,
        ..SetDownloadBehaviorParams::new(SetDownloadBehaviorBehavior::Deny)
    };
    page.execute(no_files).await?;
    Ok(())
}

/// Goes to the page, waits until it has come to rest, and takes it with its picture.
async fn go_and_take(
    page: &Page,
    order: &Order<'_>,
    beside: &mut JoinSet<()>,
) -> Result<(String, Option<Vec<u8>>), Trouble> {
    let mut url = order.capture.landed().clone();
    // What stands behind # is for the page's own scripts.
    url.set_fragment(order.capture.url.fragment());
    let calm = Calm::of(page).await?;
    let traffic = Traffic::of(page, order.capture, order.body).await?;
    beside.spawn(traffic.direct());
    let navigation = page.clone();
    let going = NavigateParams::new(url.as_str());
    // How it went is seen by what stands there in the end.
    beside.spawn(async move { drop(navigation.execute(going).await) });
    tokio::time::timeout(REST, calm.comes()).await.ok();
    stands(page, &url).await?;
    let html = take(page).await?;
    let picture = tokio::time::timeout(PICTURE, picture(page)).await;
    let picture = picture.ok().and_then(|picture| {
        picture
            .inspect_err(|error| tracing::warn!("there is no picture of {url}: {error}"))
            .ok()
    });
    Ok((html, picture))
}

/// Whether what stands there is a page of the origin that was asked for; robots.txt of another was not read.
async fn stands(page: &Page, asked: &Url) -> Result<(), Trouble> {
    let tree = page.execute(GetFrameTreeParams::default()).await?;
    let frame = &tree.result.frame_tree.frame;
    let there = Url::parse(&frame.url).ok();
    let same = there.is_some_and(|there| there.origin() == asked.origin());
    match (&frame.unreachable_url, same) {
        (Some(unreachable), _) => Err(Trouble::Elsewhere(unreachable.clone())),
        (None, false) => Err(Trouble::Elsewhere(frame.url.clone())),
        (None, true) => Ok(()),
    }
}

/// The elements of the page as HTML, asked of the browser rather than of the page's scripts.
async fn take(page: &Page) -> Result<String, Trouble> {
    let document = page
        .execute(GetDocumentParams::builder().depth(0).build())
        .await?;
    let root = document.result.root.node_id;
    let html = GetOuterHtmlParams::builder().node_id(root).build();
    Ok(page.execute(html).await?.result.outer_html)
}

async fn picture(page: &Page) -> Result<Vec<u8>, CdpError> {
    let size = page.layout_metrics().await?.css_content_size;
    let clip = Viewport {
        x: 0.0,
        y: 0.0,
        width: WIDTH,
        height: size.height.clamp(1.0, HIGHEST),
        scale: 1.0,
    };
    let whole = ScreenshotParams::builder()
        .clip(clip)
        .capture_beyond_viewport(true)
        .build();
    page.screenshot(whole).await
}
