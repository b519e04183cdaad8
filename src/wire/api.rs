//! Speaks to an API that people run for programs, such as Discord's.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{HeaderName, HeaderValue};
use reqwest::{Client, ClientBuilder, RequestBuilder, Response, multipart, redirect};
use serde_json::Value;
use url::Url;

use crate::wire::names::Resolver;
use crate::wire::{Guard, Names, Refused};

/// How long a request may take in all.
const TIMEOUT: Duration = Duration::from_secs(20);

/// How long a connection is kept for the next request: shorter than servers do, so that none is cut as it is used.
const IDLE: Duration = Duration::from_secs(15);

/// The most of an answer that is read, in bytes, unless more is expected.
const LONGEST_ANSWER: usize = 1 << 20;

/// How long nothing may come of an answer that may take long in all.
const SILENCE: Duration = Duration::from_secs(60);

/// The client for APIs: no proxy, no redirects, HTTPS by rustls. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Api {
    client: Client,
    guard: Option<Guard>,
    longest: usize,
}

/// One request. It may hold secrets, hence no `Debug`.
pub struct Request {
    /// What is to be done.
    pub method: Method,
    /// Where.
    pub url: Url,
    /// Header fields; a name or value that cannot stand in a header makes the request `NotSent`.
    pub headers: Vec<(&'static str, String)>,
    /// What is sent along.
    pub body: Body,
}

/// What a request does.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Method {
    /// Reads.
    Get,
    /// Makes.
    Post,
    /// Alters.
    Patch,
    /// Puts something in the place of what is there.
    Put,
}

/// What is sent along.
#[derive(Clone)]
pub enum Body {
    /// Nothing.
    None,
    /// JSON.
    Json(Value),
    /// Bytes as they are.
    Bytes(Vec<u8>),
    /// Bytes of this kind.
    Of(&'static str, Vec<u8>),
    /// A form of several parts, `payload_json`, `files[0]`, `files[1]` …
    Multipart {
        /// The JSON.
        payload_json: Value,
        /// The files: their names, and what they hold; sent as UTF-8 text.
        files: Vec<(String, Vec<u8>)>,
    },
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The header fields, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body, or as much of it as came: an answer cut short or too long (1 MiB, unless more is expected) ends early.
    pub body: Vec<u8>,
    /// Whether it is all of it.
    pub whole: bool,
}

impl Answer {
    /// The first value of a header field, by its lower-case name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// The body as JSON; `None` where it is none, or came only in part.
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }
}

/// Why there is no answer. The sentences name no address: an address may hold a secret.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Trouble {
    /// The address may not be asked, so nothing was sent.
    Refused(String),
    /// The request surely never arrived.
    NotSent(String),
    /// It may have arrived and been carried out.
    Unknown(String),
}

impl Api {
    /// A client with its own connections.
    ///
    /// # Errors
    /// One sentence, where the TLS library cannot be set up.
    pub fn new() -> Result<Api, String> {
        Api::patient(TIMEOUT)
    }

    /// The same for requests that may take this long in all.
    ///
    /// # Errors
    /// As for [`Api::new`].
    pub fn patient(timeout: Duration) -> Result<Api, String> {
        let client = built(settings(timeout))?;
        Ok(Api {
            client,
            guard: None,
            longest: LONGEST_ANSWER,
        })
    }

    /// The same for answers of up to so many bytes, which may take this long in all, but never fall silent for a minute.
    ///
    /// # Errors
    /// As for [`Api::new`].
    pub fn ample(timeout: Duration, longest: usize) -> Result<Api, String> {
        let client = built(settings(timeout).read_timeout(SILENCE))?;
        Ok(Api {
            client,
            guard: None,
            longest,
        })
    }

    /// The same for addresses that others chose: it goes only where the guard lets it.
    ///
    /// # Errors
    /// As for [`Api::new`].
    pub fn guarded(guard: Guard, names: Names) -> Result<Api, String> {
        let resolver = Resolver {
            names,
            guard: guard.clone(),
        };
        let client = built(settings(TIMEOUT).dns_resolver(Arc::new(resolver)))?;
        Ok(Api {
            client,
            guard: Some(guard),
            longest: LONGEST_ANSWER,
        })
    }

    /// Sends one request, once.
    ///
    /// # Errors
    /// Where no answer came; any status is an answer.
    pub async fn send(&self, request: Request) -> Result<Answer, Trouble> {
        if let Some(guard) = &self.guard {
            let examined = guard.examine(&request.url);
            examined.map_err(|Refused(why)| Trouble::Refused(why))?;
        }
        let response = self.dressed(request)?.send().await.map_err(|error| {
            if let Some(why) = refused(&error) {
                Trouble::Refused(why)
            } else if error.is_connect() || error.is_builder() {
                Trouble::NotSent(said(error))
            } else {
                Trouble::Unknown(said(error))
            }
        })?;
        Ok(read(response, self.longest).await)
    }

    fn dressed(&self, request: Request) -> Result<RequestBuilder, Trouble> {
        let mut builder = match request.method {
            Method::Get => self.client.get(request.url),
            Method::Post => self.client.post(request.url),
            Method::Patch => self.client.patch(request.url),
            Method::Put => self.client.put(request.url),
        };
        for (name, value) in request.headers {
            let unfit = || Trouble::NotSent(format!("the value for the header {name} is unfit"));
            let field = HeaderName::from_bytes(name.as_bytes()).map_err(|_| unfit())?;
            builder = builder.header(field, HeaderValue::from_str(&value).map_err(|_| unfit())?);
        }
        match request.body {
            Body::None => Ok(builder),
            Body::Json(json) => Ok(builder
                .header("content-type", "application/json")
                .body(json.to_string())),
            Body::Bytes(bytes) => Ok(builder
                .header("content-type", "application/octet-stream")
                .body(bytes)),
            Body::Of(kind, bytes) => Ok(builder.header("content-type", kind).body(bytes)),
            Body::Multipart {
                payload_json,
                files,
            } => {
                let json = typed(payload_json.to_string().into_bytes(), "application/json")?;
                let mut form = multipart::Form::new().part("payload_json", json);
                for (at, (name, bytes)) in files.into_iter().enumerate() {
                    let kind = match name.ends_with(".csv") {
                        true => "text/csv; charset=utf-8",
                        false => "text/plain; charset=utf-8",
                    };
                    let file = typed(bytes, kind)?.file_name(name);
                    form = form.part(format!("files[{at}]"), file);
                }
                Ok(builder.multipart(form))
            }
        }
    }
}

/// What all clients for APIs have in common.
fn settings(timeout: Duration) -> ClientBuilder {
    Client::builder()
        .no_proxy()
        .redirect(redirect::Policy::none())
        .timeout(timeout)
        .pool_idle_timeout(IDLE)
}

fn built(settings: ClientBuilder) -> Result<Client, String> {
    let client = settings.build();
    client.map_err(|error| format!("no HTTP client can be made: {}", said(error)))
}

/// Why the guard let no connection through, where it was the guard.
fn refused(error: &reqwest::Error) -> Option<String> {
    let mut cause = error.source();
    while let Some(next) = cause {
        if let Some(Refused(why)) = next.downcast_ref() {
            return Some(why.clone());
        }
        cause = next.source();
    }
    None
}

fn typed(bytes: Vec<u8>, kind: &str) -> Result<multipart::Part, Trouble> {
    multipart::Part::bytes(bytes)
        .mime_str(kind)
        .map_err(|error| Trouble::NotSent(said(error)))
}

async fn read(mut response: Response, longest: usize) -> Answer {
    let status = response.status().as_u16();
    let headers = response
        .headers()
        .iter()
        .map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            (name.as_str().to_owned(), value)
        })
        .collect();
    let mut body = Vec::new();
    let whole = loop {
        match response.chunk().await {
            Ok(Some(chunk)) => {
                let room = longest - body.len();
                body.extend_from_slice(&chunk[..chunk.len().min(room)]);
                if chunk.len() > room {
                    break false;
                }
            }
            Ok(None) => break true,
            Err(_) => break false,
        }
    };
    Answer {
        status,
        headers,
        body,
        whole,
    }
}

/// The error and its causes in one line, without the address.
fn said(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut line = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        line = format!("{line}: {next}");
        cause = next.source();
    }
    line
}
