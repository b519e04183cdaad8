//! Where the window is opened, and who may read there.

use crate::watchlist::{Window, collect, found::Found, secrets::Placed, section::Section};

/// What is written where a password should be named.
const EXAMPLE: &str = "SMALLPRINT_WINDOW_PASSWORD";

/// Reads `[window]`.
pub(super) fn read(mut section: Section<'_>, found: &mut Found<'_>) -> Option<Window> {
    let listen = section.require("listen", found);
    let listen = listen.and_then(|value| value.text(found));
    let listen = listen.and_then(|text| collect::address(&text, found));
    let password = Placed {
        what: "the password",
        env: "password_env",
        file: "password_file",
        example: EXAMPLE,
    };
    let (password_env, password_file) = password.read(&mut section, found);
    if let Some(itself) = section.take("password") {
        let what = format!(
            "a password does not belong in the watchlist; put it in the environment variable {EXAMPLE}, named by password_env, or in a file named by password_file"
        );
        let suggestion = Some("then take it out of the file".to_owned());
        found.note(&itself.place, what, suggestion);
    }
    let mirror = Placed {
        what: "the token for mirrors",
        env: "mirror_env",
        file: "mirror_file",
        example: "SMALLPRINT_MIRROR_TOKEN",
    };
    let (mirror_env, mirror_file) = mirror.read(&mut section, found);
    let requests = section.take("requests_a_minute");
    let requests = requests.and_then(|value| value.number(1..=1_000_000, found));
    section.finish(found);
    Some(Window {
        listen: listen?,
        password_env,
        password_file,
        mirror_env,
        mirror_file,
        requests_a_minute: requests.and_then(|requests| u32::try_from(requests).ok()),
    })
}
