//! How e-mail is sent.

use crate::model::is_mailbox;
use crate::watchlist::{
    Email,
    found::Found,
    secrets,
    section::{Section, Text},
};

/// The variable that holds the address of the mail server where no other is named.
const SERVER: &str = "SMTP_URL";

/// Reads `[email]`; what is not given or not understood has its default.
pub(super) fn read(section: Option<Section<'_>>, found: &mut Found<'_>) -> Email {
    let mut email = Email {
        from: None,
        server_env: SERVER.to_owned(),
        server_file: None,
        unsubscribe: None,
    };
    let Some(mut section) = section else {
        return email;
    };
    let from = section.text("from", found);
    email.from = from.and_then(|text| sender(text, found));
    let variable = section.text("server_env", found);
    let file = section.text("server_file", found);
    if let (Some(_), Some(file)) = (&variable, &file) {
        let what = "`server_env` and `server_file` both say where the mail server is";
        found.note(&file.place, what, Some("leave one of them out".to_owned()));
    }
    if let Some(name) = variable.and_then(|text| variable_name(text, found)) {
        email.server_env = name;
    }
    email.server_file = file.map(|file| file.text);
    if let Some(itself) = section.take("server") {
        let what =
            "the address of a mail server holds a password, which does not belong in the watchlist";
        let write =
            format!("put it in the environment variable {SERVER}, or a file named by server_file");
        found.note(&itself.place, what, Some(write));
    }
    let unsubscribe = section.text("unsubscribe", found);
    email.unsubscribe = unsubscribe.and_then(|text| way_out(text, found));
    section.finish(found);
    email
}

/// The name and address that mails come from, as `name <address>` or the address alone.
fn sender(text: Text, found: &mut Found<'_>) -> Option<String> {
    let (name, address) = match text.text.trim().rsplit_once('<') {
        Some((name, address)) => (name.trim(), address.strip_suffix('>').unwrap_or_default()),
        None => ("", text.text.trim()),
    };
    let fine = |c: char| c.is_alphanumeric() || " .,-–'’&()".contains(c);
    if is_mailbox(address) && name.chars().all(fine) {
        return Some(text.text.trim().to_owned());
    }
    let write = "write \"Smallprint <smallprint@example.org>\", or the address alone".to_owned();
    found.note(&text.place, "`from` is no sender of e-mail", Some(write));
    None
}

/// What is no name may be the address itself, which holds a password, so it is not quoted.
fn variable_name(text: Text, found: &mut Found<'_>) -> Option<String> {
    if secrets::is_variable(&text.text) {
        return Some(text.text);
    }
    let what = "`server_env` is the name of an environment variable, and this is none";
    let write =
        format!("write the name of an environment variable in capitals, as in \"{SERVER}\"");
    found.note(&text.place, what, Some(write));
    None
}

/// Where readers say that they want no more: a mailbox, or a page.
fn way_out(text: Text, found: &mut Found<'_>) -> Option<String> {
    let plain = text.text.trim();
    if is_mailbox(plain) {
        return Some(format!("mailto:{plain}"));
    }
    let url = url::Url::parse(plain).ok();
    let fits = |url: &url::Url| matches!(url.scheme(), "mailto" | "https" | "http");
    if let Some(url) = url.filter(fits)
        && !url.as_str().contains(['<', '>', ' '])
    {
        return Some(url.to_string());
    }
    let write = "write a mailbox or a web address, as in \"desk@example.org\"".to_owned();
    found.note(
        &text.place,
        "nobody can be asked there to send no more",
        Some(write),
    );
    None
}
