//! When a page has come to rest: loaded, and nothing asked of the network for half a second.

use std::sync::Arc;

use chromiumoxide::Page;
use chromiumoxide::cdp::browser_protocol::network::LoaderId;
use chromiumoxide::cdp::browser_protocol::page::{EventLifecycleEvent, GetFrameTreeParams};
use chromiumoxide::error::CdpError;
use chromiumoxide::listeners::EventStream;
use futures_util::StreamExt;

/// What is heard of a page's life.
pub(super) struct Calm {
    events: EventStream<EventLifecycleEvent>,
    /// The main frame.
    frame: String,
    /// The empty page that stands there now, which comes to rest too.
    empty: LoaderId,
}

impl Calm {
    /// Begins to listen, before the browser is told to go anywhere.
    pub(super) async fn of(page: &Page) -> Result<Calm, CdpError> {
        let events = page.event_listener::<EventLifecycleEvent>().await?;
        let tree = page.execute(GetFrameTreeParams::default()).await?;
        Ok(Calm {
            events,
            frame: page.target_id().as_ref().to_owned(),
            empty: tree.result.frame_tree.frame.loader_id.clone(),
        })
    }

    /// Waits until the page has come to rest, be it the one its scripts led on to.
    pub(super) async fn comes(mut self) {
        let (mut loaded, mut quiet) = (false, false);
        while let Some(event) = self.events.next().await {
            if !self.is_of_page(&event) {
                continue;
            }
            match event.name.as_str() {
                "init" => (loaded, quiet) = (false, false),
                "load" => loaded = true,
                "networkIdle" => quiet = true,
                _ => {}
            }
            if loaded && quiet {
                return;
            }
        }
    }

    fn is_of_page(&self, event: &Arc<EventLifecycleEvent>) -> bool {
        let frame: &str = event.frame_id.as_ref();
        frame == self.frame && event.loader_id != self.empty
    }
}
