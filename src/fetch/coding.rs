//! Undoes the content encoding of a body, within a limit.

use std::io::{self, BufRead, Read};

use crate::model::Hop;

/// What we say we can undo.
pub(super) const ACCEPTED: &str = "gzip, br, zstd";

/// The largest window a zstd body may ask for: 8 MiB (RFC 9659).
const ZSTD_WINDOW_LOG: u32 = 23;

/// A body undone, as far as it went.
#[derive(Debug)]
pub(super) struct Undone {
    /// What came out.
    pub(super) bytes: Vec<u8>,
    /// Why that is not all of it, if it is not.
    pub(super) fault: Option<Fault>,
}

/// Why a body could not be undone.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub(super) enum Fault {
    /// More comes out than allowed.
    #[error("it is too long")]
    TooLong,
    /// An encoding that is not known here.
    #[error("its encoding `{0}` is not known")]
    Unknown(String),
    /// It is damaged, or not of the encoding it says.
    #[error("it is damaged ({0})")]
    Damaged(String),
}

/// The content encodings of an answer, in the order they were applied (RFC 9110, section 8.4).
pub(super) fn codings(hop: &Hop) -> Vec<String> {
    (hop.headers.iter())
        .filter(|(name, _)| name == "content-encoding")
        .flat_map(|(_, value)| value.split(','))
        .map(|coding| coding.trim().to_ascii_lowercase())
        .filter(|coding| !coding.is_empty() && coding != "identity")
        .collect()
}

/// Undoes these encodings, the last one first; at most `limit` bytes may come out of each.
pub(super) fn undo(body: Vec<u8>, codings: &[String], limit: u64) -> Undone {
    let mut bytes = body;
    for coding in codings.iter().rev() {
        // The answer to a conditional or empty request may name an encoding and have no body.
        if bytes.is_empty() {
            break;
        }
        let undone = undo_one(&bytes, coding, limit);
        if undone.fault.is_some() {
            return undone;
        }
        bytes = undone.bytes;
    }
    Undone { bytes, fault: None }
}

fn undo_one(body: &[u8], coding: &str, limit: u64) -> Undone {
    let mut bytes = Vec::new();
    let outcome = match coding {
        "gzip" | "x-gzip" => gunzip(body, limit, &mut bytes),
        "deflate" => inflate(body, limit, &mut bytes),
        "br" => read(brotli::Decompressor::new(body, 4096), limit, &mut bytes),
        "zstd" => unzstd(body, limit, &mut bytes),
        _ => {
            let fault = Some(Fault::Unknown(coding.to_owned()));
            return Undone { bytes, fault };
        }
    };
    let fault = match outcome {
        Err(error) => Some(Fault::Damaged(format!("{coding}: {error}"))),
        Ok(()) if bytes.len() as u64 > limit => Some(Fault::TooLong),
        Ok(()) => None,
    };
    Undone { bytes, fault }
}

/// Reads until `into` holds one byte more than the limit.
fn read(from: impl Read, limit: u64, into: &mut Vec<u8>) -> io::Result<()> {
    let room = (limit + 1).saturating_sub(into.len() as u64);
    from.take(room).read_to_end(into).map(drop)
}

/// Gzip in one member or more; what follows the last is ignored, as browsers do.
fn gunzip(body: &[u8], limit: u64, into: &mut Vec<u8>) -> io::Result<()> {
    let mut rest = body;
    loop {
        let mut member = flate2::bufread::GzDecoder::new(rest);
        read(&mut member, limit, into)?;
        rest = member.into_inner();
        if into.len() as u64 > limit || !rest.fill_buf()?.starts_with(&[0x1f, 0x8b]) {
            return Ok(());
        }
    }
}

/// `deflate` is zlib by the letter, but some servers send it without its wrapping (RFC 9110, section 8.4.1.2).
fn inflate(body: &[u8], limit: u64, into: &mut Vec<u8>) -> io::Result<()> {
    let wrapped = matches!(*body, [first, second, ..]
        if first & 0x0f == 8 && u16::from_be_bytes([first, second]) % 31 == 0);
    match wrapped {
        true => read(flate2::bufread::ZlibDecoder::new(body), limit, into),
        false => read(flate2::bufread::DeflateDecoder::new(body), limit, into),
    }
}

fn unzstd(body: &[u8], limit: u64, into: &mut Vec<u8>) -> io::Result<()> {
    let mut decoder = zstd::stream::read::Decoder::with_buffer(body)?;
    decoder.window_log_max(ZSTD_WINDOW_LOG)?;
    read(decoder, limit, into)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(text).expect("it fits in memory");
        encoder.finish().expect("it fits in memory")
    }

    fn zlib(text: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(text).expect("it fits in memory");
        encoder.finish().expect("it fits in memory")
    }

    fn brotli(text: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        let mut encoder = brotli::CompressorWriter::new(&mut out, 4096, 9, 22);
        encoder.write_all(text).expect("it fits in memory");
        drop(encoder);
        out
    }

    fn zstandard(text: &[u8]) -> Vec<u8> {
        zstd::encode_all(text, 19).expect("it fits in memory")
    }

    fn all(text: &[u8]) -> [(&'static str, Vec<u8>); 5] {
        [
            ("gzip", gzip(text)),
            ("deflate", zlib(text)),
            ("deflate", zlib(text)[2..].to_vec()),
            ("br", brotli(text)),
            ("zstd", zstandard(text)),
        ]
    }

    fn plain(body: Vec<u8>, coding: &str, limit: u64) -> Result<Vec<u8>, Fault> {
        let undone = undo(body, &[coding.to_owned()], limit);
        undone.fault.map_or(Ok(undone.bytes), Err)
    }

    #[test]
    fn every_encoding_we_accept_is_undone() {
        let text = "Patients can opt out at any time. ".repeat(50).into_bytes();
        for (coding, body) in all(&text) {
            assert_eq!(plain(body, coding, 10_000), Ok(text.clone()), "{coding}");
        }
        assert_eq!(plain(Vec::new(), "gzip", 10), Ok(Vec::new()));
    }

    #[test]
    fn a_body_that_swells_is_stopped_at_the_limit() {
        let zeros = vec![0; 4_000_000];
        for (coding, body) in all(&zeros) {
            assert!(body.len() < 40_000);
            assert_eq!(
                plain(body.clone(), coding, 4_000_000).map(|b| b.len()),
                Ok(4_000_000)
            );
            let undone = undo(body, &[coding.to_owned()], 3_999_999);
            assert_eq!(undone.fault, Some(Fault::TooLong), "{coding}");
            assert_eq!(undone.bytes.len(), 4_000_000);
        }
    }

    #[test]
    fn a_body_that_breaks_off_is_damaged() {
        let text: Vec<u8> = (0..9_000_u32).flat_map(|n| (n * n).to_le_bytes()).collect();
        for (coding, body) in all(&text) {
            let half = body[..body.len() / 2].to_vec();
            let fault = plain(half, coding, 100_000).expect_err("half is missing");
            assert!(matches!(fault, Fault::Damaged(_)), "{coding}: {fault:?}");
        }
    }

    #[test]
    fn members_of_gzip_are_joined_and_rubbish_after_them_is_ignored() {
        let two = [gzip(b"one "), gzip(b"two"), b"rubbish".to_vec()].concat();
        assert_eq!(plain(two, "x-gzip", 100), Ok(b"one two".to_vec()));
    }

    #[test]
    fn encodings_are_undone_in_reverse() {
        let body = brotli(&gzip(b"text"));
        let codings = ["gzip".to_owned(), "br".to_owned()];
        assert_eq!(undo(body, &codings, 100).bytes, b"text");
    }

    #[test]
    fn an_unknown_encoding_is_named() {
        let fault = plain(b"text".to_vec(), "compress", 100);
        assert_eq!(fault, Err(Fault::Unknown("compress".to_owned())));
    }
}
