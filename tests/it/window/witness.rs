//! What a browser did while it showed pages: what it asked for, what scripts said, what the policy forbade.

use std::sync::{Arc, Mutex, PoisonError};

use chromiumoxide::Page;
use chromiumoxide::cdp::browser_protocol::log::{EnableParams, EventEntryAdded};
use chromiumoxide::cdp::browser_protocol::network::EventRequestWillBeSent;
use chromiumoxide::cdp::browser_protocol::page::{
    EventJavascriptDialogOpening, HandleJavaScriptDialogParams,
};
use futures_util::StreamExt;
use tokio::task::JoinHandle;

/// Notes what happens in a tab from here on.
pub struct Witness {
    noted: Arc<Mutex<Noted>>,
    notes: Vec<JoinHandle<()>>,
}

/// What happened.
#[derive(Clone, Default, Debug)]
pub struct Noted {
    /// Every address that was asked for.
    pub asked: Vec<String>,
    /// What stood in dialogs that scripts opened.
    pub dialogs: Vec<String>,
    /// What the browser complained of.
    pub complaints: Vec<String>,
}

impl Witness {
    pub async fn of(page: &Page) -> Witness {
        let noted = Arc::new(Mutex::new(Noted::default()));
        page.execute(EnableParams::default()).await.expect("a log");
        let mut asked = page
            .event_listener::<EventRequestWillBeSent>()
            .await
            .expect("events");
        let mut dialogs = page
            .event_listener::<EventJavascriptDialogOpening>()
            .await
            .expect("events");
        let mut complaints = page
            .event_listener::<EventEntryAdded>()
            .await
            .expect("events");
        let note = |into: &Arc<Mutex<Noted>>| {
            let into = into.clone();
            move |what: &dyn Fn(&mut Noted)| {
                what(&mut into.lock().unwrap_or_else(PoisonError::into_inner));
            }
        };
        let (first, second, third) = (note(&noted), note(&noted), note(&noted));
        let page = page.clone();
        let notes = vec![
            tokio::spawn(async move {
                while let Some(event) = asked.next().await {
                    first(&|noted| noted.asked.push(event.request.url.clone()));
                }
            }),
            tokio::spawn(async move {
                while let Some(event) = dialogs.next().await {
                    second(&|noted| noted.dialogs.push(event.message.clone()));
                    // Until it is closed, the page stands still.
                    let closed = page.execute(HandleJavaScriptDialogParams::new(true));
                    closed.await.ok();
                }
            }),
            tokio::spawn(async move {
                while let Some(event) = complaints.next().await {
                    third(&|noted| noted.complaints.push(event.entry.text.clone()));
                }
            }),
        ];
        Witness { noted, notes }
    }

    /// What was noted so far; it is not told again.
    pub fn take(&self) -> Noted {
        let mut noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *noted)
    }
}

impl Drop for Witness {
    fn drop(&mut self) {
        self.notes.iter().for_each(JoinHandle::abort);
    }
}
