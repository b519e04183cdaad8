//! What Chromium is told when it is started.

use std::path::Path;

/// What is always the same: no window, nothing of its own accord, no way around the proxy.
const FIXED: &[&str] = &[
    "--headless=new",
    // Other users of the machine could drive the browser over a port; nobody but us has the ends of a pipe. It also ends
    // the browser when we are gone.
    "--remote-debugging-pipe",
    "--allow-browser-signin=false",
    // Addresses of this machine go through the proxy like all others.
    "--proxy-bypass-list=<-loopback>",
    // Names are looked up by the proxy alone.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--disable-quic",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--deny-permission-prompts",
    "--disable-background-networking",
    "--disable-breakpad",
    "--disable-client-side-phishing-detection",
    "--disable-component-extensions-with-background-pages",
    "--disable-component-update",
    "--disable-crash-reporter",
    "--disable-default-apps",
    "--disable-dev-shm-usage",
    "--disable-domain-reliability",
    "--disable-extensions",
    "--disable-features=AutofillServerCommunication,DialMediaRouteProvider,HttpsUpgrades,InterestFeedContentSuggestions,\
     MediaRouter,OptimizationHints,Translate",
    "--disable-gpu",
    "--disable-sync",
    "--disk-cache-size=1",
    "--force-color-profile=srgb",
    "--hide-scrollbars",
    "--js-flags=--max-old-space-size=1024",
    "--lang=en-GB",
    "--accept-lang=en-GB,en",
    "--metrics-recording-only",
    "--mute-audio",
    "--no-default-browser-check",
    "--no-first-run",
    "--no-pings",
    "--no-service-autorun",
    "--password-store=basic",
    "--use-mock-keychain",
    "--window-size=1280,1024",
];

/// The arguments of a browser with this profile behind the proxy on this port.
pub(super) fn all(profile: &Path, port: u16) -> Vec<String> {
    let mut flags: Vec<String> = FIXED.iter().map(|flag| (*flag).to_owned()).collect();
    flags.push(format!("--proxy-server=http://127.0.0.1:{port}"));
    flags.push(format!("--user-data-dir={}", profile.display()));
    // Chromium refuses to start as root with its sandbox, which needs to give rights up that root cannot. In a container
    // that runs everything as root, the container is the fence.
    if rustix::process::geteuid().is_root() {
        flags.push("--no-sandbox".to_owned());
    }
    flags.push("about:blank".to_owned());
    flags
}
