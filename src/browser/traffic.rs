//! What a page asks for, request by request: the page itself is given from what was fetched, the rest goes on to the proxy.

use chromiumoxide::Page;
use chromiumoxide::cdp::browser_protocol::fetch::{
    ContinueRequestParams, EventRequestPaused, FailRequestParams, FulfillRequestParams, HeaderEntry,
};
use chromiumoxide::cdp::browser_protocol::network::{ErrorReason, ResourceType};
use chromiumoxide::cdp::browser_protocol::page::{
    EventJavascriptDialogOpening, HandleJavaScriptDialogParams,
};
use chromiumoxide::error::CdpError;
use chromiumoxide::listeners::EventStream;
use chromiumoxide::types::Binary;
use futures_util::StreamExt;
use url::{Origin, Url};

use crate::model::{Capture, Hop};
use crate::wire::base64;

/// Fields that spoke of the bytes on their way here, or would make a file of the page.
const PAST: [&str; 8] = [
    "alt-svc",
    "connection",
    "content-disposition",
    "content-encoding",
    "content-length",
    "keep-alive",
    "trailer",
    "transfer-encoding",
];

/// The one who decides on every request of a page.
pub(super) struct Traffic {
    page: Page,
    paused: EventStream<EventRequestPaused>,
    dialogs: EventStream<EventJavascriptDialogOpening>,
    /// The main frame.
    frame: String,
    /// Where its pages may stand.
    origin: Origin,
    /// The page itself, until it was given.
    served: Option<Served>,
}

/// What the server sent, as an answer within the browser.
struct Served {
    status: u16,
    fields: Vec<HeaderEntry>,
    body: Binary,
}

impl Traffic {
    pub(super) async fn of(
        page: &Page,
        capture: &Capture,
        body: &[u8],
    ) -> Result<Traffic, CdpError> {
        let answer = capture.answer();
        Ok(Traffic {
            page: page.clone(),
            paused: page.event_listener().await?,
            dialogs: page.event_listener().await?,
            frame: page.target_id().as_ref().to_owned(),
            origin: capture.landed().origin(),
            served: Some(Served {
                status: answer.status,
                fields: fields(answer),
                body: Binary::from(base64(body)),
            }),
        })
    }

    /// Decides on every request until the page is closed. Nobody is there to answer what a page asks in a window of its
    /// own, so it is told no.
    pub(super) async fn direct(mut self) {
        loop {
            let done = tokio::select! {
                Some(event) = self.paused.next() => self.decide(&event).await,
                Some(_) = self.dialogs.next() => {
                    let no = HandleJavaScriptDialogParams::new(false);
                    self.page.execute(no).await.map(drop)
                }
                else => return,
            };
            if let Err(error) = done {
                // A request that its page no longer wants cannot be decided on.
                tracing::debug!("a request in the browser: {error}");
            }
        }
    }

    async fn decide(&mut self, event: &EventRequestPaused) -> Result<(), CdpError> {
        let frame: &str = event.frame_id.as_ref();
        let main = event.resource_type == ResourceType::Document && frame == self.frame;
        let id = event.request_id.clone();
        if main && let Some(served) = self.served.take() {
            let answer = FulfillRequestParams {
                response_headers: Some(served.fields),
                body: Some(served.body),
                ..FulfillRequestParams::new(id, served.status)
            };
            return self.page.execute(answer).await.map(drop);
        }
        if self.may_go(&event.request.url, main) {
            return self
                .page
                .execute(ContinueRequestParams::new(id))
                .await
                .map(drop);
        }
        let no = FailRequestParams::new(id, ErrorReason::Aborted);
        self.page.execute(no).await.map(drop)
    }

    /// What is on the web may be asked for; the page itself may lead on within its own origin alone, whose robots.txt was
    /// heeded.
    fn may_go(&self, address: &str, main: bool) -> bool {
        Url::parse(address).is_ok_and(|url| match url.scheme() {
            "http" | "https" => !main || url.origin() == self.origin,
            "blob" | "data" => !main,
            _ => false,
        })
    }
}

fn fields(answer: &Hop) -> Vec<HeaderEntry> {
    (answer.headers.iter())
        .filter(|(name, _)| !PAST.contains(&name.as_str()))
        .map(|(name, value)| HeaderEntry::new(name.clone(), value.clone()))
        .collect()
}
