//! Forms that people send: read within limits, and only from our own pages.

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, header};
use url::form_urlencoded;

use crate::channels::Secret;
use crate::web::inflow;
use crate::web::window::people::session::Session;
use crate::web::window::trouble::Trouble;

/// The longest form, in bytes.
const LONGEST: usize = 128 << 10;
/// The most fields of one.
const FIELDS: usize = 20;

/// What a form says, field by field.
pub(super) struct Form(Vec<(String, String)>);

impl Form {
    /// Reads the form of a request that one of our own pages sent.
    pub(super) async fn of(request: Request) -> Result<(HeaderMap, Form), Trouble> {
        let (parts, mut body) = request.into_parts();
        if !is_ours(&parts.headers) {
            inflow::rinse(&mut body).await;
            return Err(elsewhere());
        }
        let bytes = read(body).await?;
        let fields = form_urlencoded::parse(&bytes).take(FIELDS);
        let fields = fields.map(|(name, value)| (name.into_owned(), value.into_owned()));
        Ok((parts.headers, Form(fields.collect())))
    }

    /// A field, without white space around it; empty where it is not there.
    pub(super) fn field(&self, name: &str) -> &str {
        let field = self.0.iter().find(|(one, _)| one == name);
        field.map_or("", |(_, value)| value.trim())
    }

    /// A field as it was sent.
    pub(super) fn whole(&self, name: &str) -> &str {
        let field = self.0.iter().find(|(one, _)| one == name);
        field.map_or("", |(_, value)| value)
    }

    /// Whether it was made for this session.
    pub(super) fn check(&self, session: &Session) -> Result<(), Trouble> {
        match Secret::new(&session.mark).is(self.field("mark")) {
            true => Ok(()),
            false => Err(elsewhere()),
        }
    }
}

async fn read(mut body: Body) -> Result<Vec<u8>, Trouble> {
    match inflow::take(&mut body, LONGEST).await {
        Ok(bytes) => Ok(bytes),
        Err(_) => {
            inflow::rinse(&mut body).await;
            let remedy = "Write less, and send it again.";
            Err(Trouble::unclear(
                "The form is too long, or was cut off.",
                remedy,
            ))
        }
    }
}

/// Whether a browser says that a page of ours sent this (Fetch Metadata, and RFC 6454 for those who do not know it).
fn is_ours(fields: &HeaderMap) -> bool {
    let text = |name: &str| fields.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return site == "same-origin";
    }
    let host = text(header::HOST.as_str()).unwrap_or_default();
    let origin = text(header::ORIGIN.as_str());
    origin.is_none_or(|origin| {
        origin
            .split_once("://")
            .is_some_and(|(_, from)| from == host)
    })
}

fn elsewhere() -> Trouble {
    Trouble::refused(
        "This form was not sent from a page of this window, or is too old.",
        "Open the page again, and send it from there.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(fields: &[(&'static str, &'static str)], expected: bool) {
        let fields = fields.iter().map(|(name, value)| {
            let value = value.parse().expect("a header value");
            (name.parse().expect("a name"), value)
        });
        assert_eq!(is_ours(&HeaderMap::from_iter(fields)), expected);
    }

    #[test]
    fn what_another_site_sends_is_refused() {
        case(&[("sec-fetch-site", "same-origin")], true);
        case(&[("sec-fetch-site", "cross-site")], false);
        case(&[("sec-fetch-site", "same-site")], false);
        case(
            &[("host", "a.example"), ("origin", "https://a.example")],
            true,
        );
        case(
            &[("host", "a.example"), ("origin", "https://b.example")],
            false,
        );
        case(&[("host", "a.example"), ("origin", "null")], false);
        case(&[("host", "a.example")], true);
    }
}
