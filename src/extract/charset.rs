//! Decodes bytes as a browser would.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

use crate::extract::prescan;

/// How much of a body is looked at when its encoding must be guessed.
const SNIFFED: usize = 64 * 1024;

/// Text with the encoding it was in.
#[derive(Debug)]
pub struct Decoded {
    /// The text.
    pub text: String,
    /// The name of the encoding (WHATWG Encoding standard).
    pub encoding: &'static str,
}

/// Decodes a body: byte order mark, then the `Content-Type` field, then what the page declares, then a guess.
pub fn decode(bytes: &[u8], content_type: Option<&str>) -> Decoded {
    let encoding = Encoding::for_bom(bytes)
        .map(|(encoding, _)| encoding)
        .or_else(|| content_type.and_then(of_header))
        .or_else(|| prescan::declared(bytes))
        .unwrap_or_else(|| guessed(bytes));
    let (text, used, _) = encoding.decode(bytes);
    Decoded {
        text: text.into_owned(),
        encoding: used.name(),
    }
}

/// The `charset` parameter of a `Content-Type` field.
fn of_header(content_type: &str) -> Option<&'static Encoding> {
    content_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim()
            .eq_ignore_ascii_case("charset")
            .then(|| Encoding::for_label(value.trim().trim_matches(['"', '\'']).as_bytes()))
            .flatten()
    })
}

fn guessed(bytes: &[u8]) -> &'static Encoding {
    if bytes.is_ascii() {
        return WINDOWS_1252;
    }
    if std::str::from_utf8(bytes).is_ok() {
        return UTF_8;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(&bytes[..bytes.len().min(SNIFFED)], true);
    detector.guess(None, Utf8Detection::Deny)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(bytes: &[u8], header: Option<&str>, encoding: &str, text: &str) {
        let decoded = decode(bytes, header);
        assert_eq!((decoded.encoding, decoded.text.as_str()), (encoding, text));
    }

    #[test]
    fn a_byte_order_mark_wins_over_the_header() {
        let latin = Some("text/html; charset=iso-8859-1");
        case(b"\xef\xbb\xbf\xc3\xa9", latin, "UTF-8", "é");
        case(b"\xff\xfeA\0", latin, "UTF-16LE", "A");
    }

    #[test]
    fn the_header_wins_over_the_page() {
        let page = b"<meta charset=utf-8>\xe9";
        case(
            page,
            Some("text/html; Charset=\"ISO-8859-1\""),
            "windows-1252",
            "<meta charset=utf-8>é",
        );
        case(
            b"<meta charset=iso-8859-2>\xb1",
            Some("text/html; charset=nonsense"),
            "ISO-8859-2",
            "<meta charset=iso-8859-2>ą",
        );
    }

    #[test]
    fn what_is_not_declared_is_guessed() {
        case(
            "naïve – “quoted”".as_bytes(),
            None,
            "UTF-8",
            "naïve – “quoted”",
        );
        case(
            b"It\x92s what patients\x92 groups asked \x96 often",
            None,
            "windows-1252",
            "It’s what patients’ groups asked – often",
        );
    }

    #[test]
    fn an_xml_declaration_is_heeded() {
        case(
            b"<?xml version='1.0' encoding='iso-8859-2'?>\xb1",
            None,
            "ISO-8859-2",
            "<?xml version='1.0' encoding='iso-8859-2'?>ą",
        );
    }

    #[test]
    fn the_html5lib_vectors_hold() {
        let vectors = include_str!("../../tests/pages/charset/html5lib-encoding.json");
        let vectors: Vec<serde_json::Value> =
            serde_json::from_str(vectors).expect("the vectors are JSON");
        assert_eq!(vectors.len(), 40);
        for vector in &vectors {
            let bytes = base64(vector["html_base64"].as_str().expect("bytes"));
            let label = vector["expected"].as_str().expect("a label");
            let expected = Encoding::for_label(label.as_bytes()).expect("a known label");
            assert_eq!(
                decode(&bytes, None).encoding,
                expected.name(),
                "vector {}: {}",
                vector["n"],
                String::from_utf8_lossy(&bytes)
            );
        }
    }

    fn base64(text: &str) -> Vec<u8> {
        let digits = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let mut bytes = Vec::new();
        let (mut held, mut bits) = (0u32, 0);
        for digit in text.bytes().filter(|b| *b != b'=') {
            let value = digits.iter().position(|d| *d == digit).expect("base64");
            held = held << 6 | u32::try_from(value).expect("six bits");
            bits += 6;
            if bits >= 8 {
                bits -= 8;
                bytes.push(u8::try_from(held >> bits & 0xff).expect("eight bits"));
            }
        }
        bytes
    }
}
