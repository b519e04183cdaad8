//! The heads of requests and answers, as a proxy reads and rewrites them.

use tokio::io::{AsyncRead, AsyncReadExt};
use url::Url;

/// The longest head.
const LONGEST: usize = 64 * 1024;

/// Fields that are between two neighbours and go no further (RFC 9110, section 7.6.1), with those meant for a proxy.
const NEIGHBOURS: [&str; 8] = [
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "upgrade",
];

/// A head, line by line.
pub(super) struct Head {
    /// Its first line.
    first: String,
    /// Its fields, as they stand.
    fields: Vec<(String, String)>,
}

/// Where a request wants to go.
pub(super) struct Target {
    /// The address: that of a page, or `https://host:port/` for a tunnel.
    pub(super) url: Url,
    /// Whether a tunnel is asked for.
    pub(super) tunnel: bool,
}

impl Target {
    /// The host and port, as `host:port`.
    pub(super) fn place(&self) -> String {
        format!(
            "{}:{}",
            self.url.host_str().unwrap_or_default(),
            self.port()
        )
    }

    pub(super) fn port(&self) -> u16 {
        self.url.port_or_known_default().unwrap_or_default()
    }
}

impl Head {
    /// Reads a head, after the bytes of it that are here already, and what came along behind it; nothing where it breaks
    /// off, is no head or too long.
    pub(super) async fn from(
        mut bytes: Vec<u8>,
        reader: &mut (impl AsyncRead + Unpin),
    ) -> Option<(Head, Vec<u8>)> {
        loop {
            if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
                let rest = bytes.split_off(end + 4);
                return Head::read(&bytes).map(|head| (head, rest));
            }
            if bytes.len() > LONGEST || reader.read_buf(&mut bytes).await.ok()? == 0 {
                return None;
            }
        }
    }

    /// Reads a head with its empty line; values are read as Latin-1.
    pub(super) fn read(bytes: &[u8]) -> Option<Head> {
        let text: String = bytes.iter().copied().map(char::from).collect();
        let mut lines = text.split("\r\n");
        let first = lines.next()?.to_owned();
        let mut fields = Vec::new();
        for line in lines.take_while(|line| !line.is_empty()) {
            let (name, value) = line.split_once(':')?;
            // White space before the colon, or a folded line, is how requests are smuggled (RFC 9112, section 5).
            if name.is_empty() || name.contains([' ', '\t']) {
                return None;
            }
            fields.push((name.to_owned(), value.trim().to_owned()));
        }
        (!first.contains(['\r', '\n'])).then_some(Head { first, fields })
    }

    /// The first value of a field, by its lower-case name.
    pub(super) fn field(&self, name: &str) -> Option<&str> {
        (self.fields.iter())
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// Where a request wants to go; nothing where that is not said as to a proxy.
    pub(super) fn target(&self) -> Option<Target> {
        let mut words = self.first.split(' ');
        let (method, target) = (words.next()?, words.next()?);
        if method == "CONNECT" {
            let url = Url::parse(&format!("https://{target}/")).ok()?;
            return (url.path() == "/").then_some(Target { url, tunnel: true });
        }
        let url = Url::parse(target)
            .ok()
            .filter(|url| url.scheme() == "http")?;
        Some(Target { url, tunnel: false })
    }

    /// How long the body of a request is; nothing where it is not said beforehand.
    pub(super) fn length(&self) -> Option<u64> {
        if self.field("transfer-encoding").is_some() {
            return None;
        }
        self.field("content-length")
            .map_or(Some(0), |length| length.parse().ok())
    }

    /// The status of an answer.
    pub(super) fn status(&self) -> Option<u16> {
        self.first.split(' ').nth(1)?.parse().ok()
    }

    /// The head of a request as the server gets it, without what is meant for us; the connection is for it alone.
    pub(super) fn onward(&self, url: &Url) -> Option<Vec<u8>> {
        let method = self.first.split(' ').next()?;
        let target = &url[url::Position::BeforePath..url::Position::AfterQuery];
        Some(self.with_first(&format!("{method} {target} HTTP/1.1")))
    }

    /// The head of an answer as the browser gets it: no second request comes this way, since it could be for another host.
    pub(super) fn back(&self) -> Vec<u8> {
        self.with_first(&self.first)
    }

    fn with_first(&self, first: &str) -> Vec<u8> {
        let mut text = format!("{first}\r\n");
        for (name, value) in &self.fields {
            if !NEIGHBOURS.iter().any(|one| name.eq_ignore_ascii_case(one)) {
                text.push_str(&format!("{name}: {value}\r\n"));
            }
        }
        text.push_str("Connection: close\r\n\r\n");
        // What was read as Latin-1 goes on as Latin-1.
        text.chars()
            .map(|char| u8::try_from(u32::from(char)).unwrap_or(b'?'))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(text: &str) -> Head {
        Head::read(text.as_bytes()).expect("a head")
    }

    #[track_caller]
    fn target(line: &str, expected: Option<(&str, bool)>) {
        let target = head(&format!("{line}\r\n\r\n")).target();
        let found = target.map(|target| (target.place(), target.tunnel));
        assert_eq!(
            found,
            expected.map(|(place, tunnel)| (place.to_owned(), tunnel)),
            "{line}"
        );
    }

    #[test]
    fn a_request_says_where_it_goes() {
        target(
            "GET http://a.example/b?c HTTP/1.1",
            Some(("a.example:80", false)),
        );
        target(
            "GET http://127.1:81/ HTTP/1.1",
            Some(("127.0.0.1:81", false)),
        );
        target(
            "CONNECT a.example:443 HTTP/1.1",
            Some(("a.example:443", true)),
        );
        target("CONNECT [::1]:80 HTTP/1.1", Some(("[::1]:80", true)));
        target("CONNECT a.example:443/b HTTP/1.1", None);
        target("GET /b HTTP/1.1", None);
        target("GET ftp://a.example/ HTTP/1.1", None);
        target("GET file:///etc/passwd HTTP/1.1", None);
        target("GET", None);
    }

    #[test]
    fn what_is_meant_for_the_proxy_goes_no_further() {
        let text = "GET http://a.example/b HTTP/1.1\r\nHost: a.example\r\nProxy-Authorization: Basic eA==\r\n\
                    Proxy-Connection: keep-alive\r\nCookie: a=b\r\n\r\n";
        let url = Url::parse("http://a.example/b?c").expect("an address");
        let onward = head(text).onward(&url).expect("a head");
        assert_eq!(
            String::from_utf8(onward).expect("text"),
            "GET /b?c HTTP/1.1\r\nHost: a.example\r\nCookie: a=b\r\nConnection: close\r\n\r\n"
        );
    }

    #[test]
    fn a_head_that_two_readers_could_read_in_two_ways_is_none() {
        for text in [
            "GET / HTTP/1.1\r\nA : b\r\n\r\n",
            "GET / HTTP/1.1\r\n b\r\n\r\n",
            "G\nE\r\n\r\n",
        ] {
            assert!(Head::read(text.as_bytes()).is_none(), "{text:?}");
        }
    }

    #[test]
    fn a_body_whose_length_is_not_said_is_not_passed_on() {
        let with = |field: &str| {
            head(&format!(
                "POST http://a.example/ HTTP/1.1\r\n{field}\r\n\r\n"
            ))
        };
        assert_eq!(with("A: b").length(), Some(0));
        assert_eq!(with("Content-Length: 7").length(), Some(7));
        assert_eq!(with("Content-Length: 7, 8").length(), None);
        assert_eq!(with("Transfer-Encoding: chunked").length(), None);
    }
}
