//! Where the window is opened, and who may read there.

use crate::watchlist::{Window, collect, found::Found, secrets, section::Section};

/// What is written where a password should be named.
const EXAMPLE: &str = "SMALLPRINT_WINDOW_PASSWORD";

/// Reads `[window]`.
pub(super) fn read(mut section: Section<'_>, found: &mut Found<'_>) -> Option<Window> {
    let listen = section.require("listen", found);
    let listen = listen.and_then(|value| value.text(found));
    let listen = listen.and_then(|text| collect::address(&text, found));
    let variable = section.text("password_env", found);
    let file = section.text("password_file", found);
    if let (Some(_), Some(file)) = (&variable, &file) {
        let suggestion = Some("leave one of them out".to_owned());
        let what = "`password_env` and `password_file` both say where the password is";
        found.note(&file.place, what, suggestion);
    }
    if let Some(variable) = &variable
        && !secrets::is_variable(&variable.text)
    {
        let what = "`password_env` is the name of an environment variable, and this is none";
        let suggestion = format!("write a name in capitals, as in \"{EXAMPLE}\"");
        found.note(&variable.place, what, Some(suggestion));
    }
    if let Some(itself) = section.take("password") {
        let what = format!(
            "a password does not belong in the watchlist; put it in the environment variable {EXAMPLE}, named by password_env, or in a file named by password_file"
        );
        let suggestion = Some("then take it out of the file".to_owned());
        found.note(&itself.place, what, suggestion);
    }
    let requests = section.take("requests_a_minute");
    let requests = requests.and_then(|value| value.number(1..=1_000_000, found));
    section.finish(found);
    Some(Window {
        listen: listen?,
        password_env: variable.map(|text| text.text),
        password_file: file.map(|text| text.text),
        requests_a_minute: requests.and_then(|requests| u32::try_from(requests).ok()),
    })
}
