//! Where the window is opened, and who may read there.

use crate::watchlist::{Window, collect, found::Found, secrets, section::Section};

/// What is written where a password should be named.
const EXAMPLE: &str = "SMALLPRINT_WINDOW_PASSWORD";

/// What is written where the token for mirrors should be named.
const MIRROR: &str = "SMALLPRINT_MIRROR_TOKEN";

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
    let mirror_env = section.text("mirror_env", found);
    let mirror_file = section.text("mirror_file", found);
    if let (Some(_), Some(file)) = (&mirror_env, &mirror_file) {
        let suggestion = Some("leave one of them out".to_owned());
        let what = "`mirror_env` and `mirror_file` both say where the token for mirrors is";
        found.note(&file.place, what, suggestion);
    }
    if let Some(variable) = &mirror_env
        && !secrets::is_variable(&variable.text)
    {
        let what = "`mirror_env` is the name of an environment variable, and this is none";
        let suggestion = format!("write a name in capitals, as in \"{MIRROR}\"");
        found.note(&variable.place, what, Some(suggestion));
    }
    let requests = section.take("requests_a_minute");
    let requests = requests.and_then(|value| value.number(1..=1_000_000, found));
    section.finish(found);
    Some(Window {
        listen: listen?,
        password_env: variable.map(|text| text.text),
        password_file: file.map(|text| text.text),
        mirror_env: mirror_env.map(|text| text.text),
        mirror_file: mirror_file.map(|text| text.text),
        requests_a_minute: requests.and_then(|requests| u32::try_from(requests).ok()),
    })
}
