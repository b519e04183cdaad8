//! One answer of a script, and the faults it may have.

use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;

use crate::site::Asked;

/// One answer of the script.
#[derive(Clone)]
pub struct Answer {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, Vec<u8>)>,
    pub(super) body: Vec<u8>,
    pub(super) pause: Duration,
    pub(super) gate: Option<Gate>,
    pub(super) ending: Ending,
}

/// How an answer ends.
#[derive(Clone)]
pub(super) enum Ending {
    /// As it should.
    Whole,
    /// The connection is closed after this many bytes of the body, whatever the header promised.
    Cut(usize),
    /// The body comes byte by byte, with this pause between them.
    Drip(Duration),
    /// The body never ends.
    Endless,
    /// The header never ends.
    EndlessHeader,
    /// These bytes instead of an answer.
    Raw(Vec<u8>),
    /// Nothing comes until the visitor leaves.
    Silent,
}

/// A door that answers wait behind until it is opened.
#[derive(Clone)]
pub struct Gate(pub(super) Arc<Semaphore>);

impl Gate {
    pub fn new() -> Gate {
        Gate(Arc::new(Semaphore::new(0)))
    }

    /// Lets everything through, now and later.
    pub fn open(&self) {
        self.0.close();
    }
}

impl Answer {
    /// An empty answer with this status.
    pub fn status(status: u16) -> Answer {
        Answer {
            status,
            headers: Vec::new(),
            body: Vec::new(),
            pause: Duration::ZERO,
            gate: None,
            ending: Ending::Whole,
        }
    }

    /// A page.
    pub fn html(body: &str) -> Answer {
        Answer::status(200)
            .header("content-type", "text/html; charset=utf-8")
            .body(body)
    }

    /// A PDF.
    pub fn pdf(bytes: &[u8]) -> Answer {
        Answer::status(200)
            .header("content-type", "application/pdf")
            .body(bytes)
    }

    /// A text, such as robots.txt.
    pub fn text(body: &str) -> Answer {
        Answer::status(200)
            .header("content-type", "text/plain")
            .body(body)
    }

    pub fn redirect(status: u16, location: &str) -> Answer {
        Answer::status(status).header("location", location)
    }

    /// These bytes instead of an answer; then the connection is closed.
    pub fn raw(bytes: &[u8]) -> Answer {
        Answer::status(0).ending(Ending::Raw(bytes.to_vec()))
    }

    /// Nothing, until the visitor leaves.
    pub fn silence() -> Answer {
        Answer::status(0).ending(Ending::Silent)
    }

    /// Adds a header field; a value beyond ASCII is sent as Latin-1.
    pub fn header(mut self, name: &str, value: &str) -> Answer {
        let latin = |char| u8::try_from(u32::from(char)).expect("a value in Latin-1");
        let value = value.chars().map(latin).collect();
        self.headers.push((name.to_owned(), value));
        self
    }

    /// An entity tag; a request that names it is answered 304.
    pub fn etag(self, tag: &str) -> Answer {
        self.header("etag", tag)
    }

    pub fn body(mut self, body: impl AsRef<[u8]>) -> Answer {
        self.body = body.as_ref().to_vec();
        self
    }

    pub fn gzip(mut self) -> Answer {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(&self.body).expect("it fits in memory");
        self.body = encoder.finish().expect("it fits in memory");
        self.header("content-encoding", "gzip")
    }

    pub fn brotli(mut self) -> Answer {
        let mut out = Vec::new();
        let mut encoder = brotli::CompressorWriter::new(&mut out, 4096, 5, 22);
        encoder.write_all(&self.body).expect("it fits in memory");
        drop(encoder);
        self.body = out;
        self.header("content-encoding", "br")
    }

    pub fn zstd(mut self) -> Answer {
        self.body = zstd::encode_all(&self.body[..], 3).expect("it fits in memory");
        self.header("content-encoding", "zstd")
    }

    /// Comes only after this long.
    pub fn after(mut self, pause: Duration) -> Answer {
        self.pause = pause;
        self
    }

    /// Comes only when the gate is open.
    pub fn behind(mut self, gate: &Gate) -> Answer {
        self.gate = Some(gate.clone());
        self
    }

    /// The connection is closed after this many bytes of the body.
    pub fn cut_after(self, bytes: usize) -> Answer {
        self.ending(Ending::Cut(bytes))
    }

    /// The body comes byte by byte.
    pub fn drip(self, pause: Duration) -> Answer {
        self.ending(Ending::Drip(pause))
    }

    /// The body never ends.
    pub fn endless(self) -> Answer {
        self.ending(Ending::Endless)
    }

    /// The header never ends.
    pub fn endless_header(self) -> Answer {
        self.ending(Ending::EndlessHeader)
    }

    fn ending(mut self, ending: Ending) -> Answer {
        self.ending = ending;
        self
    }

    pub(super) fn field(&self, name: &str) -> Option<&[u8]> {
        (self.headers.iter())
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| &value[..])
    }

    /// Whether the visitor has this already (RFC 9110, section 13.2.2).
    pub(super) fn is_known(&self, asked: &Asked) -> bool {
        let same = |field: &str, validator: &str| {
            let told = asked.header(field).map(str::as_bytes);
            told.is_some() && told == self.field(validator)
        };
        match asked.header("if-none-match") {
            Some(_) => same("if-none-match", "etag"),
            None => same("if-modified-since", "last-modified"),
        }
    }

    pub(super) fn head(&self) -> Vec<u8> {
        let mut head = format!("HTTP/1.1 {} Said\r\n", self.status).into_bytes();
        for (name, value) in &self.headers {
            head.extend([name.as_bytes(), b": ", value, b"\r\n"].concat());
        }
        let bodiless = matches!(self.status, 204 | 304);
        match self.ending {
            Ending::Endless => head.extend(b"transfer-encoding: chunked\r\n"),
            _ if bodiless || self.field("content-length").is_some() => (),
            _ => head.extend(format!("content-length: {}\r\n", self.body.len()).bytes()),
        }
        head.extend(b"\r\n");
        head
    }
}
