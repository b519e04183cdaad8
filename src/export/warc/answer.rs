//! An answer of a server as the block of a record: its header as kept, and its body as kept.

use crate::model::Hop;

/// How the name of a field begins that described the bytes on the way.
pub const ORIGINAL: &str = "X-Archive-Orig-";

/// What is known of the body of an answer.
#[derive(Clone, Copy)]
pub(in crate::export) enum Body<'a> {
    /// These bytes, content encoding undone.
    Kept(&'a [u8]),
    /// The same, left out since another record has them; their number.
    Elsewhere(u64),
    /// It was not kept.
    Unkept,
}

/// The answer as an HTTP message. Fields keep their order and values, and names are in lower case, as they are kept. Since
/// bodies are kept decoded, the fields that describe them on the way are renamed; where the length was of that, the one of
/// the body stands beside it. Version and reason phrase were not kept: those of HTTP/1.1 stand in their place.
pub(in crate::export) fn message(hop: &Hop, body: Body) -> Vec<u8> {
    let mut bytes = format!("HTTP/1.1 {} {}\r\n", hop.status, reason(hop.status)).into_bytes();
    let length = match body {
        Body::Kept(body) => Some(body.len() as u64),
        Body::Elsewhere(length) => Some(length),
        Body::Unkept => None,
    };
    let encoded = hop.header("content-encoding").is_some();
    let stated = hop
        .header("content-length")
        .and_then(|stated| stated.trim().parse().ok());
    let as_sent = !encoded && length.is_some() && stated == length;
    for (name, value) in &hop.headers {
        let of_the_way = match name.as_str() {
            "content-encoding" | "transfer-encoding" => true,
            "content-length" => !as_sent,
            _ => false,
        };
        if of_the_way {
            bytes.extend(ORIGINAL.as_bytes());
        }
        bytes.extend(name.bytes().filter(|byte| is_of_a_name(*byte)));
        bytes.extend(b": ");
        bytes.extend(value.chars().map(latin));
        bytes.extend(b"\r\n");
    }
    if let Some(length) = length.filter(|_| stated.is_some() && !as_sent) {
        bytes.extend(format!("content-length: {length}\r\n").bytes());
    }
    bytes.extend(b"\r\n");
    if let Body::Kept(body) = body {
        bytes.extend(body);
    }
    bytes
}

/// A character of a name (RFC 9110, token).
fn is_of_a_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// Values were read as Latin-1.
fn latin(c: char) -> u8 {
    match u8::try_from(u32::from(c)) {
        Ok(byte) if !matches!(byte, b'\r' | b'\n' | 0) => byte,
        Ok(_) => b' ',
        Err(_) => b'?',
    }
}

/// The usual reason phrase of a status (RFC 9110).
fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        203 => "Non-Authoritative Information",
        206 => "Partial Content",
        300 => "Multiple Choices",
        301 => "Moved Permanently",
        302 => "Found",
        303 => "See Other",
        304 => "Not Modified",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        410 => "Gone",
        451 => "Unavailable For Legal Reasons",
        500 => "Internal Server Error",
        503 => "Service Unavailable",
        _ => "Unknown",
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    #[track_caller]
    fn case(headers: &[(&str, &str)], body: Body, expected: &str) {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let hop = Hop {
            url: "https://x.example/".parse().expect("an address"),
            status: 200,
            headers: headers.iter().map(owned).collect(),
            address: None,
            certificate: None,
            at: DateTime::UNIX_EPOCH,
        };
        let message = message(&hop, body);
        let text: String = message.into_iter().map(char::from).collect();
        assert_eq!(text, format!("HTTP/1.1 200 OK\r\n{expected}"));
    }

    #[test]
    fn what_described_the_bytes_on_the_way_is_renamed() {
        case(
            &[
                ("content-encoding", "gzip"),
                ("content-length", "9"),
                ("etag", "\"é\""),
            ],
            Body::Kept(b"decoded"),
            "X-Archive-Orig-content-encoding: gzip\r\nX-Archive-Orig-content-length: 9\r\netag: \"é\"\r\n\
             content-length: 7\r\n\r\ndecoded",
        );
        case(
            &[("transfer-encoding", "chunked")],
            Body::Kept(b"a"),
            "X-Archive-Orig-transfer-encoding: chunked\r\n\r\na",
        );
        case(
            &[("content-length", "1")],
            Body::Kept(b"a"),
            "content-length: 1\r\n\r\na",
        );
        case(
            &[("content-length", "5")],
            Body::Elsewhere(5),
            "content-length: 5\r\n\r\n",
        );
        case(
            &[("content-length", "5")],
            Body::Unkept,
            "X-Archive-Orig-content-length: 5\r\n\r\n",
        );
    }

    #[test]
    fn a_value_cannot_end_the_header() {
        case(
            &[("x y\r\n", "a\r\n\r\nb")],
            Body::Unkept,
            "xy: a    b\r\n\r\n",
        );
    }
}
