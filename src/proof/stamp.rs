//! Time-stamp tokens (RFC 3161): what is asked of an authority, and what its answer says.

use chrono::{DateTime, NaiveDateTime, Utc};
use der::asn1::{AnyRef, IntRef, ObjectIdentifier, OctetStringRef};
use der::{Decode, Reader, SliceReader, Tag, TagNumber, Tagged};

use crate::model::Digest;

/// SHA-256 (RFC 5754, section 2.2).
const SHA_256: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1");
/// Signed data (RFC 5652, section 5.1), and what a token holds (RFC 3161, section 2.4.2).
const SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");
const TST_INFO: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.1.4");
/// A query up to the digest: a sequence of version 1 and the imprint, SHA-256 with the digest; its length stands in the
/// second byte (RFC 3161, section 2.4.1).
const BEFORE: [u8; 24] = [
    0x30, 0x00, 0x02, 0x01, 0x01, 0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65,
    0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20,
];
/// What stands after the number: the certificate is wanted.
const AFTER: [u8; 3] = [0x01, 0x01, 0xff];
/// The longest answer that is read, in bytes.
const LONGEST: usize = 64 * 1024;

/// The kind of what is asked.
pub const QUERY: &str = "application/timestamp-query";

/// What is sent to an authority: the digest to be stamped, with a number that its answer repeats.
pub fn query(digest: Digest, nonce: u32) -> Vec<u8> {
    let number = number(nonce);
    let mut query = BEFORE.to_vec();
    query.extend(digest.0);
    query.extend([0x02, number.len() as u8]);
    query.extend(number);
    query.extend(AFTER);
    // Never above 127: one byte holds it.
    query[1] = (query.len() - 2) as u8;
    query
}

/// The time that an answer gives for this digest. The signature is not checked here: whoever doubts it asks `openssl ts`.
///
/// # Errors
/// Why it says nothing of this digest, in a clause.
pub fn read(answer: &[u8], digest: Digest, nonce: u32) -> Result<DateTime<Utc>, String> {
    let inner = inner(answer)?;
    let told = told(inner).map_err(unreadable)?;
    if (told.hash, told.imprint) != (SHA_256, &digest.0[..]) {
        return Err("it is of something else".to_owned());
    }
    if told.nonce != Some(number(nonce).as_slice()) {
        return Err("it answers another question".to_owned());
    }
    time(told.time).ok_or_else(|| "it gives no time".to_owned())
}

/// What a token says.
struct Told<'t> {
    hash: ObjectIdentifier,
    imprint: &'t [u8],
    time: &'t [u8],
    nonce: Option<&'t [u8]>,
}

/// What the authority signed (RFC 3161, section 2.4.2).
fn told(inner: &[u8]) -> der::Result<Told<'_>> {
    let mut info = SliceReader::new(sequence(AnyRef::from_der(inner)?)?)?;
    IntRef::decode(&mut info)?;
    ObjectIdentifier::decode(&mut info)?;
    let mut imprint = SliceReader::new(sequence(AnyRef::decode(&mut info)?)?)?;
    let algorithm = sequence(AnyRef::decode(&mut imprint)?)?;
    let hash = ObjectIdentifier::decode(&mut SliceReader::new(algorithm)?)?;
    let imprint = OctetStringRef::decode(&mut imprint)?.as_bytes();
    IntRef::decode(&mut info)?;
    let time = AnyRef::decode(&mut info)?;
    time.tag().assert_eq(Tag::GeneralizedTime)?;
    let mut nonce = None;
    while !info.is_finished() {
        let next = AnyRef::decode(&mut info)?;
        if next.tag() == Tag::Integer {
            nonce = Some(next.value());
        }
    }
    Ok(Told {
        hash,
        imprint,
        time: time.value(),
        nonce,
    })
}

/// What stands within the signed data of an answer that grants what was asked.
fn inner(answer: &[u8]) -> Result<&[u8], String> {
    let token = token(answer)?;
    let (kind, content) = tagged(token).map_err(unreadable)?;
    if kind != SIGNED_DATA {
        return Err("its token is not signed".to_owned());
    }
    let mut signed = AnyRef::from_der(content)
        .and_then(sequence)
        .and_then(SliceReader::new)
        .map_err(unreadable)?;
    IntRef::decode(&mut signed).map_err(unreadable)?;
    AnyRef::decode(&mut signed).map_err(unreadable)?;
    let inside = signed.tlv_bytes().map_err(unreadable)?;
    let (kind, inside) = tagged(inside).map_err(unreadable)?;
    if kind != TST_INFO {
        return Err("its token holds no time stamp".to_owned());
    }
    let octets = OctetStringRef::from_der(inside).map_err(unreadable)?;
    Ok(octets.as_bytes())
}

/// The token within an answer.
fn token(answer: &[u8]) -> Result<&[u8], String> {
    if answer.len() > LONGEST {
        return Err("it is too long".to_owned());
    }
    let mut parts = AnyRef::from_der(answer)
        .and_then(sequence)
        .and_then(SliceReader::new)
        .map_err(unreadable)?;
    let status = AnyRef::decode(&mut parts)
        .and_then(sequence)
        .and_then(|status| u8::decode(&mut SliceReader::new(status)?));
    // Granted, or granted with changes.
    if status.map_err(unreadable)? > 1 {
        return Err("the authority refuses".to_owned());
    }
    match parts.is_finished() {
        true => Err("it holds no token".to_owned()),
        false => parts.tlv_bytes().map_err(unreadable),
    }
}

/// A sequence of a kind and what is of that kind, under the tag 0.
fn tagged(bytes: &[u8]) -> der::Result<(ObjectIdentifier, &[u8])> {
    let mut parts = SliceReader::new(sequence(AnyRef::from_der(bytes)?)?)?;
    let kind = ObjectIdentifier::decode(&mut parts)?;
    let content = AnyRef::decode(&mut parts)?;
    content.tag().assert_eq(Tag::ContextSpecific {
        constructed: true,
        number: TagNumber::N0,
    })?;
    Ok((kind, content.value()))
}

/// What stands in a sequence.
fn sequence(any: AnyRef<'_>) -> der::Result<&[u8]> {
    any.tag().assert_eq(Tag::Sequence)?;
    Ok(any.value())
}

/// A time as ASN.1 has it, with or without parts of a second, in UTC.
fn time(text: &[u8]) -> Option<DateTime<Utc>> {
    let text = std::str::from_utf8(text).ok()?.strip_suffix('Z')?;
    let time = NaiveDateTime::parse_from_str(text, "%Y%m%d%H%M%S%.f").ok()?;
    Some(time.and_utc())
}

/// A number above nothing in the fewest bytes: the first bit is the sign.
fn number(nonce: u32) -> Vec<u8> {
    let bytes = u64::from(nonce | 1).to_be_bytes();
    let first = bytes.iter().position(|byte| *byte > 0).unwrap_or(7);
    let first = first - usize::from(bytes[first] >= 0x80);
    bytes[first..].to_vec()
}

fn unreadable(error: der::Error) -> String {
    format!("it cannot be read ({error})")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_as_the_rfc_has_it() {
        let query = query(Digest([0xab; 32]), 0x8877);
        let mut expected = vec![
            0x30, 0x3e, 0x02, 0x01, 0x01, 0x30, 0x31, 0x30, 0x0d, 0x06, 0x09,
        ];
        expected.extend([
            0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00,
        ]);
        expected.extend([0x04, 0x20]);
        expected.extend([0xab; 32]);
        expected.extend([0x02, 0x03, 0x00, 0x88, 0x77, 0x01, 0x01, 0xff]);
        assert_eq!(query, expected);
    }

    #[test]
    fn what_is_no_answer_is_refused_and_never_a_panic() {
        for bytes in [
            &b""[..],
            b"<html>",
            &[0x30, 0x05, 0x30, 0x03, 0x02, 0x01, 0x02],
            &[0x30, 0x05, 0x30, 0x03, 0x02, 0x01, 0x00],
            &[0x30, 0x84, 0xff, 0xff, 0xff, 0xff],
        ] {
            assert!(read(bytes, Digest::of(b""), 7).is_err());
        }
    }
}
