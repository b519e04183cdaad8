//! Asks for one page, once, without following anything.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use url::Url;

use crate::model::Digest;
use crate::wire::names::Resolver;
use crate::wire::{Guard, Mishap, Names};

/// The client with which pages are asked for. Cheap to clone; its connections are shared.
#[derive(Clone, Debug)]
pub struct Wire {
    client: reqwest::Client,
    guard: Guard,
    connect: Duration,
    answer: Duration,
}

/// How a client behaves.
#[derive(Clone, Debug)]
pub struct Manners {
    /// What it calls itself; anything but printable ASCII is left out.
    pub agent: String,
    /// The longest to wait for a connection.
    pub connect: Duration,
    /// The longest to wait for an answer to begin, from the start of the request.
    pub answer: Duration,
}

/// An answer whose header has arrived, and whose body has not.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The header fields in order, those of one name together, names in lower case, values read as Latin-1.
    pub headers: Vec<(String, String)>,
    /// The address the connection went to.
    pub address: Option<IpAddr>,
    /// The SHA-256 of the certificate the server showed (DER), over TLS.
    pub certificate: Option<Digest>,
    response: reqwest::Response,
}

/// As much of a body as was read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Body {
    /// The bytes as sent, content encoding and all.
    pub bytes: Vec<u8>,
    /// Whether that is all of it; else it was longer than the limit.
    pub whole: bool,
}

impl Wire {
    /// A client that goes only where the guard lets it.
    pub fn new(manners: &Manners, guard: Guard, names: Names) -> Wire {
        let client = client(manners, &guard, names);
        Wire::with(client, manners, guard)
    }

    /// The same for tests, which have a root of their own (PEM) beside those that everybody trusts.
    #[cfg(test)]
    pub(crate) fn trusting(root: &[u8], manners: &Manners, guard: Guard, names: Names) -> Wire {
        let root = reqwest::Certificate::from_pem(root).expect("a certificate");
        let client = client(manners, &guard, names).add_root_certificate(root);
        Wire::with(client, manners, guard)
    }

    fn with(client: reqwest::ClientBuilder, manners: &Manners, guard: Guard) -> Wire {
        let client = client
            .build()
            .expect("the client's settings are fixed but for a user agent that was cleaned");
        Wire {
            client,
            guard,
            connect: manners.connect,
            answer: manners.answer,
        }
    }

    /// Whether this URL may be asked at all; see [`Guard::examine`].
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn examine(&self, url: &Url) -> Result<(), Mishap> {
        let verdict = self.guard.examine(url);
        verdict.map_err(|refused| Mishap::Refused(refused.0))
    }

    /// Whether a connection may go to this address; see [`Guard::lets_through`].
    ///
    /// # Errors
    /// The sort of address it is, in words.
    pub fn lets_through(&self, address: IpAddr) -> Result<(), &'static str> {
        self.guard.lets_through(address)
    }

    /// Asks for a page with these header fields beside the usual ones; fields that are not valid are left out.
    ///
    /// # Errors
    /// Where no answer begins.
    pub async fn get(&self, url: &Url, fields: &[(&str, &str)]) -> Result<Answer, Mishap> {
        self.examine(url)?;
        let request = self.client.get(url.clone()).headers(header(fields)).send();
        let response = match tokio::time::timeout(self.answer, request).await {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => return Err(Mishap::of(&error, self.connect.as_secs())),
            Err(_) => return Err(Mishap::AnswerTimeout(self.answer.as_secs())),
        };
        Ok(Answer {
            status: response.status().as_u16(),
            headers: fields_of(response.headers()),
            address: response.remote_addr().map(|address| address.ip()),
            certificate: certificate_of(&response),
            response,
        })
    }
}

impl Answer {
    /// The length the server says the body has.
    pub fn declared(&self) -> Option<u64> {
        self.response.content_length()
    }

    /// Reads the body, at most this many bytes of it; one that is said to be longer is not read at all.
    ///
    /// # Errors
    /// Where the connection breaks before the end.
    pub async fn body(self, limit: u64) -> Result<Body, Mishap> {
        body(self.response, limit)
            .await
            .map_err(|error| Mishap::of(&error, 0))
    }
}

/// A client that looks names up only as far as the guard lets it.
fn client(manners: &Manners, guard: &Guard, names: Names) -> reqwest::ClientBuilder {
    let agent: String = (manners.agent.chars())
        .filter(|char| matches!(char, ' '..='~'))
        .collect();
    let resolver = Resolver {
        names,
        guard: guard.clone(),
    };
    builder(&agent, manners.connect).dns_resolver(Arc::new(resolver))
}

/// What every client has in common: no proxy from the environment, no redirect followed, no referrer.
pub(super) fn builder(agent: &str, connect: Duration) -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .user_agent(agent)
        .connect_timeout(connect)
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .tls_info(true)
        .no_proxy()
        .pool_max_idle_per_host(1)
        // Many servers close an idle connection after five seconds; a request sent just then would be lost.
        .pool_idle_timeout(Duration::from_secs(4))
}

/// The digest of the certificate that the other side of a connection showed.
fn certificate_of(response: &reqwest::Response) -> Option<Digest> {
    let shown = response.extensions().get::<reqwest::tls::TlsInfo>()?;
    shown.peer_certificate().map(Digest::of)
}

/// Header fields, in order; values read as Latin-1 (RFC 9110, section 5.5).
pub(super) fn fields_of(header: &HeaderMap) -> Vec<(String, String)> {
    let latin = |value: &HeaderValue| value.as_bytes().iter().copied().map(char::from).collect();
    (header.iter())
        .map(|(name, value)| (name.as_str().to_owned(), latin(value)))
        .collect()
}

pub(super) async fn body(
    mut response: reqwest::Response,
    limit: u64,
) -> Result<Body, reqwest::Error> {
    let mut bytes = Vec::new();
    if response
        .content_length()
        .is_some_and(|length| length > limit)
    {
        return Ok(Body {
            bytes,
            whole: false,
        });
    }
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    while let Some(chunk) = response.chunk().await? {
        let room = limit - bytes.len();
        bytes.extend_from_slice(&chunk[..chunk.len().min(room)]);
        if chunk.len() > room {
            return Ok(Body {
                bytes,
                whole: false,
            });
        }
    }
    Ok(Body { bytes, whole: true })
}

fn header(fields: &[(&str, &str)]) -> HeaderMap {
    (fields.iter())
        .filter_map(|(name, value)| {
            // What was served was read as Latin-1, so it goes back as Latin-1.
            let latin: Option<Vec<u8>> = (value.chars())
                .map(|char| u8::try_from(u32::from(char)).ok())
                .collect();
            let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
            Some((name, HeaderValue::from_bytes(&latin?).ok()?))
        })
        .collect()
}
