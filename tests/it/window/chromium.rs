//! A real Chromium that looks at the window as people do.

use std::path::Path;
use std::time::Duration;

use chromiumoxide::Page;
use chromiumoxide::browser::{Browser, BrowserConfig};
use chromiumoxide::cdp::browser_protocol::emulation::{
    MediaFeature, SetDeviceMetricsOverrideParams,
};
use chromiumoxide::cdp::browser_protocol::input::{DispatchKeyEventParams, DispatchKeyEventType};
use futures_util::StreamExt;
use serde_json::Value;
use tokio::task::JoinHandle;

/// How long the browser may take for anything; no test needs it.
const PATIENCE: Duration = Duration::from_secs(60);
/// Without these it looks up hosts of its maker at every start.
const ARGUMENTS: [&str; 6] = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];
const AXE: &str = include_str!("../../axe/axe.min.js");

/// In what manner a page is looked at.
#[derive(Clone, Copy, Debug)]
pub struct Manner {
    pub theme: &'static str,
    pub width: i64,
}

/// Both themes and both widths: what is pale is so at any width, and what is too wide in any colours.
pub const MANNERS: [Manner; 2] = [
    Manner {
        theme: "light",
        width: 1280,
    },
    Manner {
        theme: "dark",
        width: 390,
    },
];

/// One browser with one tab.
pub struct Tab {
    page: Page,
    browser: Browser,
    driving: JoinHandle<()>,
    _profile: tempfile::TempDir,
}

impl Tab {
    pub async fn open(chromium: &Path) -> Tab {
        let profile = tempfile::tempdir().expect("a directory");
        let config = BrowserConfig::builder()
            .chrome_executable(chromium)
            .no_sandbox()
            .user_data_dir(profile.path())
            .args(ARGUMENTS)
            .request_timeout(PATIENCE)
            .launch_timeout(PATIENCE)
            .build()
            .expect("a browser as it can be");
        let (browser, mut handler) = Browser::launch(config).await.expect("a browser");
        let driving = tokio::spawn(async move { while handler.next().await.is_some() {} });
        let page = browser.new_page("about:blank").await.expect("a tab");
        Tab {
            page,
            browser,
            driving,
            _profile: profile,
        }
    }

    /// From now on pages are looked at in this manner.
    pub async fn looks(&self, manner: Manner) {
        let theme = MediaFeature::new("prefers-color-scheme", manner.theme);
        let themed = self.page.emulate_media_features(vec![theme]).await;
        themed.expect("a theme");
        let size = SetDeviceMetricsOverrideParams::new(manner.width, 900, 1.0, manner.width < 600);
        self.page.execute(size).await.expect("a size");
    }

    /// Goes there, and waits until all of it is there.
    pub async fn go(&self, url: &str) {
        self.page.goto(url).await.expect("a page");
    }

    /// What this script comes to on the page.
    pub async fn ask(&self, script: &str) -> Value {
        let answer = self.page.evaluate(script).await;
        let answer = answer.unwrap_or_else(|error| panic!("{error}: {script}"));
        answer.value().cloned().unwrap_or(Value::Null)
    }

    /// Presses a key once.
    pub async fn press(&self, key: &str) {
        let text = (key == "Enter").then_some("\r");
        for kind in [DispatchKeyEventType::KeyDown, DispatchKeyEventType::KeyUp] {
            let mut pressed = DispatchKeyEventParams::builder()
                .r#type(kind)
                .key(key)
                .code(key);
            let number = if key == "Enter" { 13 } else { 9 };
            pressed = pressed
                .windows_virtual_key_code(number)
                .native_virtual_key_code(number);
            if let Some(text) = text {
                pressed = pressed.text(text);
            }
            let pressed = pressed.build().expect("a key");
            self.page.execute(pressed).await.expect("pressed");
        }
    }

    /// Types these characters, key by key.
    pub async fn types(&self, text: &str) {
        for letter in text.chars() {
            let typed = DispatchKeyEventParams::builder()
                .r#type(DispatchKeyEventType::Char)
                .text(letter.to_string())
                .build();
            let typed = typed.expect("a key");
            self.page.execute(typed).await.expect("typed");
        }
    }

    /// Waits until the page has this address.
    pub async fn arrives(&self, url: &str) {
        let url = serde_json::to_string(url).expect("a text");
        self.comes(&format!(
            "location.href === {url} && document.readyState === 'complete'"
        ))
        .await;
    }

    /// Waits until this holds on the page that is there then.
    pub async fn comes(&self, holds: &str) {
        let waits = async {
            loop {
                // While it is on its way there is nobody to ask.
                let here = self.page.evaluate(format!("!!({holds})")).await.ok();
                if here.is_some_and(|here| here.value().is_some_and(|here| here == true)) {
                    return;
                }
                tokio::task::yield_now().await;
            }
        };
        let came = tokio::time::timeout(PATIENCE, waits).await;
        assert!(came.is_ok(), "it never came to {holds}");
    }

    /// The page, for what only few tests ask of it.
    pub fn page(&self) -> &Page {
        &self.page
    }

    /// What breaks a rule of accessibility on the page: rule, and where.
    pub async fn barriers(&self) -> Vec<String> {
        self.ask(AXE).await;
        let run = "axe.run(document, { resultTypes: ['violations'] }).then(found => found.violations.flatMap(one => \
                   one.nodes.map(node => `${one.id}: ${node.html.slice(0, 200)}: ${node.failureSummary}`)))";
        let found = self.ask(run).await;
        serde_json::from_value(found).expect("a list of texts")
    }

    pub async fn close(mut self) {
        self.browser.close().await.ok();
        self.browser.wait().await.ok();
        self.driving.abort();
    }
}
