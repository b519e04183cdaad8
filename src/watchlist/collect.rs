//! How captures are brought from other machines.

use std::net::SocketAddr;

use crate::watchlist::{
    Collect,
    found::Found,
    quotes::shortened,
    secrets,
    section::{Section, Text},
};

/// The variable that holds the secret where no other is named.
pub(super) const SECRET: &str = "SMALLPRINT_COLLECT_SECRET";

/// Reads `[collect]`.
pub(super) fn read(mut section: Section<'_>, found: &mut Found<'_>) -> Option<Collect> {
    let listen = section.require("listen", found);
    let listen = listen.and_then(|value| value.text(found));
    let listen = listen.and_then(|text| address(&text, found));
    let variable = section.text("secret_env", found);
    let file = section.text("secret_file", found);
    if let (Some(_), Some(file)) = (&variable, &file) {
        let suggestion = Some("leave one of them out".to_owned());
        let what = "`secret_env` and `secret_file` both say where the secret is";
        found.note(&file.place, what, suggestion);
    }
    let secret_env = variable.and_then(|text| variable_name(text, found));
    if let Some(itself) = section.take("secret") {
        let what = "a secret does not belong in the watchlist; put it in the environment variable SMALLPRINT_COLLECT_SECRET or a file named by secret_file";
        let suggestion = Some("then take it out of the file".to_owned());
        found.note(&itself.place, what, suggestion);
    }
    let collected = section.texts("collected", found);
    let collected = collected.into_iter().filter_map(|text| host(text, found));
    let collected = collected.collect();
    section.finish(found);
    Some(Collect {
        listen: listen?,
        secret_env: secret_env.unwrap_or_else(|| SECRET.to_owned()),
        secret_file: file.map(|file| file.text),
        collected,
    })
}

/// An address of this machine, with a port.
pub(super) fn address(text: &Text, found: &mut Found<'_>) -> Option<SocketAddr> {
    let address = text.text.trim().parse().ok();
    if address.is_none() {
        let what = format!("“{}” is no address to listen on", shortened(&text.text));
        let suggestion =
            "write an address of this machine and a port, as in \"127.0.0.1:8090\"".to_owned();
        found.note(&text.place, what, Some(suggestion));
    }
    address
}

/// What is no name may be the secret itself, so it is not quoted.
fn variable_name(text: Text, found: &mut Found<'_>) -> Option<String> {
    if secrets::is_variable(&text.text) {
        return Some(text.text);
    }
    let what = "`secret_env` is the name of an environment variable, and this is none";
    let suggestion =
        format!("write the name of an environment variable in capitals, as in \"{SECRET}\"");
    found.note(&text.place, what, Some(suggestion));
    None
}

/// A host as it stands in the address of a watch.
fn host(text: Text, found: &mut Found<'_>) -> Option<String> {
    let name = text.text.trim();
    let url = url::Url::parse(&format!("https://{name}/")).ok();
    let host = url.as_ref().and_then(|url| url.host_str());
    match host.filter(|host| host.eq_ignore_ascii_case(name)) {
        Some(host) => Some(host.to_owned()),
        None => {
            let what = format!("“{}” is no host", shortened(name));
            let suggestion = "write its name alone, as in \"digital.nhs.uk\"".to_owned();
            found.note(&text.place, what, Some(suggestion));
            None
        }
    }
}
