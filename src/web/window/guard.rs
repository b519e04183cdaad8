//! Who is let in: whoever asks for this host, and knows the password where there is one.

use std::net::IpAddr;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use url::Url;

use crate::web::window::Window;
use crate::web::window::trouble::Trouble;
use crate::wire::from_base64;

/// How long whoever gives a wrong password waits for being told so.
const DELAY: Duration = Duration::from_secs(1);

/// Lets in whoever may read.
pub(super) async fn guard(State(window): State<Window>, request: Request, next: Next) -> Response {
    let in_force = window.house.in_force();
    let public = in_force.watchlist.settings.public_url.as_ref();
    if !is_called(request.headers(), public) {
        return Trouble::other_host().into_response();
    }
    let Some(password) = in_force.password.clone() else {
        return next.run(request).await;
    };
    match given(request.headers()) {
        Some(word) if password.is(&word) => next.run(request).await,
        Some(_) => {
            let Ok(_place) = window.waiting.try_acquire() else {
                return Trouble::busy().into_response();
            };
            let _turn = window.strangers.acquire().await;
            tokio::time::sleep(DELAY).await;
            tracing::warn!("somebody gave a wrong password for reading at the window");
            closed()
        }
        None => closed(),
    }
}

/// Whether this is the host that is asked for: an address, this machine, or what the watchlist calls it. A page elsewhere
/// whose name leads to this machine is none of these.
fn is_called(fields: &HeaderMap, public: Option<&Url>) -> bool {
    let host = fields.get(header::HOST).and_then(|host| host.to_str().ok());
    let Some(host) = host.and_then(|host| Url::parse(&format!("http://{host}/")).ok()) else {
        return false;
    };
    let name = host.host_str().unwrap_or_default();
    let plain = name.trim_start_matches('[').trim_end_matches(']');
    plain.parse::<IpAddr>().is_ok()
        || plain == "localhost"
        || public.is_some_and(|public| public.host_str() == Some(name))
}

/// The password that is given: RFC 7617 with any name, or RFC 6750.
fn given(fields: &HeaderMap) -> Option<String> {
    let said = fields.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, word) = said.split_once(' ')?;
    match scheme.to_ascii_lowercase().as_str() {
        "bearer" => Some(word.trim().to_owned()),
        "basic" => {
            let pair = from_base64(word.trim())?;
            let pair = String::from_utf8(pair).ok()?;
            pair.split_once(':').map(|(_, word)| word.to_owned())
        }
        _ => None,
    }
}

fn closed() -> Response {
    let trouble = Trouble::with(
        StatusCode::UNAUTHORIZED,
        "This window is open to those who know its password.",
        "Whoever keeps it can tell you; any name goes with it.",
    );
    let mut response = trouble.into_response();
    let ways = HeaderValue::from_static("Basic realm=\"Smallprint\", charset=\"UTF-8\"");
    response
        .headers_mut()
        .insert(header::WWW_AUTHENTICATE, ways);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(name: header::HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, value.parse().expect("a header value"))])
    }

    #[test]
    fn only_this_host_is_answered_for() {
        let public = Url::parse("https://archive.example/").expect("a URL");
        for (host, expected) in [
            ("127.0.0.1:7711", true),
            ("[::1]:7711", true),
            ("localhost", true),
            ("archive.example", true),
            ("ARCHIVE.example:443", true),
            ("evil.example", false),
            ("localhost.evil.example", false),
            ("", false),
        ] {
            let fields = fields(header::HOST, host);
            assert_eq!(is_called(&fields, Some(&public)), expected, "{host}");
        }
        assert!(!is_called(&HeaderMap::new(), Some(&public)));
    }

    #[test]
    fn a_password_is_given_in_two_ways() {
        for (said, expected) in [
            ("Basic YW55Ym9keTpvcGVuIHNlc2FtZTo=", Some("open sesame:")),
            ("basic Om9wZW4=", Some("open")),
            ("Bearer open", Some("open")),
            ("Basic ???", None),
            ("Digest x", None),
            ("open", None),
        ] {
            let given = given(&fields(header::AUTHORIZATION, said));
            assert_eq!(given.as_deref(), expected, "{said}");
        }
    }
}
