//! Whether a record is as it was written: its block against the digest that it gives.

use sha1::{Digest as _, Sha1};

use crate::imports::stream::Head;
use crate::model::Digest;

/// The digits of base 32 (RFC 4648, section 6).
const DIGITS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// Whether a block has the digest that its record gives. One that gives none, or one of a sort that is not known here, is
/// believed.
pub(super) fn is_sound(head: &Head, block: &[u8]) -> bool {
    let Some((sort, digest)) =
        (head.field("WARC-Block-Digest")).and_then(|digest| digest.split_once(':'))
    else {
        return true;
    };
    match sort.to_ascii_lowercase().as_str() {
        "sha1" => {
            let sum: [u8; 20] = Sha1::digest(block).into();
            let hex: String = sum.iter().map(|byte| format!("{byte:02x}")).collect();
            let base32 = base32(&sum);
            digest.eq_ignore_ascii_case(&base32) || digest.eq_ignore_ascii_case(&hex)
        }
        "sha256" | "sha-256" => {
            let sum = Digest::of(block);
            let base32 = base32(&sum.0);
            digest.eq_ignore_ascii_case(&sum.to_string())
                || digest.trim_end_matches('=').eq_ignore_ascii_case(&base32)
        }
        _ => true,
    }
}

/// Bytes in base 32, without what fills up the last group.
fn base32(bytes: &[u8]) -> String {
    let bits = bytes.len() * 8;
    let digit = |place: usize| {
        let bit = |at: usize| {
            let byte = bytes.get(at / 8).copied().unwrap_or(0);
            usize::from(byte >> (7 - at % 8) & 1)
        };
        let value = (0..5).fold(0, |value, next| value << 1 | bit(place * 5 + next));
        char::from(DIGITS[value])
    };
    (0..bits.div_ceil(5)).map(digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_32_is_written_as_the_standard_has_it() {
        for (plain, written) in [
            ("", ""),
            ("f", "MY"),
            ("fo", "MZXQ"),
            ("foo", "MZXW6"),
            ("foobar", "MZXW6YTBOI"),
        ] {
            assert_eq!(base32(plain.as_bytes()), written);
        }
    }
}
