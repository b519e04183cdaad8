//! Under which address the window is known, for links that are read elsewhere.

use axum::http::{HeaderMap, header};
use chrono::{DateTime, Utc};
use url::{Host, Url};

use crate::web::window::Window;

/// The address of the window without a slash at its end: the one the watchlist gives, else the one that was asked at.
pub(super) fn base(window: &Window, fields: &HeaderMap) -> String {
    let in_force = window.house.in_force();
    let base = match &in_force.watchlist.settings.public_url {
        Some(public) => public.to_string(),
        None => {
            let host = fields.get(header::HOST);
            asked_at(host.and_then(|host| host.to_str().ok()))
        }
    };
    base.trim_end_matches('/').to_owned()
}

/// The name under which the window makes names for things (RFC 4151): that of its public address.
pub(super) fn authority(window: &Window) -> String {
    let in_force = window.house.in_force();
    let public = in_force.watchlist.settings.public_url.as_ref();
    match public.and_then(Url::host) {
        Some(Host::Domain(name)) => name.to_owned(),
        _ => "localhost".to_owned(),
    }
}

fn asked_at(host: Option<&str>) -> String {
    let plain = host.filter(|host| {
        host.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b".-:[]_".contains(&byte))
    });
    let url = plain.and_then(|host| Url::parse(&format!("http://{host}/")).ok());
    url.map_or_else(|| "http://localhost".to_owned(), |url| url.to_string())
}

/// A time as HTTP writes it (RFC 9110, section 5.6.7).
pub(super) fn http_date(at: DateTime<Utc>) -> String {
    at.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_but_a_host_is_taken_for_one() {
        assert_eq!(asked_at(Some("127.0.0.1:7711")), "http://127.0.0.1:7711/");
        assert_eq!(asked_at(Some("[::1]:80")), "http://[::1]/");
        for wrong in [
            None,
            Some("evil/\"><x>"),
            Some("a@b"),
            Some("a:b:c"),
            Some(""),
        ] {
            assert_eq!(asked_at(wrong), "http://localhost", "{wrong:?}");
        }
    }

    #[test]
    fn a_time_is_written_as_http_does() {
        let at = "2026-07-06T09:05:03.5Z".parse().expect("a time");
        assert_eq!(http_date(at), "Mon, 06 Jul 2026 09:05:03 GMT");
    }
}
