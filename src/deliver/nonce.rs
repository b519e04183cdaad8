//! What Discord recognises a repeated send by.

use crate::model::{Alert, Digest};

/// The alphabet of RFC 4648, section 6, in lower case.
const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// The nonce of the message that pays an alert: 25 characters, the most Discord takes. The same alert of the same archive has
/// the same one for ever; Discord compares nonces by author, not by channel, hence the destination is in it.
pub(super) fn of(alert: &Alert, archive: &str) -> String {
    let kind = if alert.owed.edits.is_some() {
        "edit"
    } else {
        "post"
    };
    let part = 0;
    let named = format!("{}|{kind}|{}|{part}|{archive}", alert.id, alert.owed.to);
    format!("sp1-{}", base32(&Digest::of(named.as_bytes()), 21))
}

/// A few characters that tell one archive from another, made from its first entry.
pub(super) fn archive(first_entry: &[u8]) -> String {
    base32(&Digest::of(first_entry), 6)
}

/// The first characters of a digest in base 32.
fn base32(digest: &Digest, characters: usize) -> String {
    let bit = |at: usize| digest.0[at / 8] >> (7 - at % 8) & 1;
    (0..characters)
        .map(|place| {
            let index = (0..5).fold(0, |index, offset| index << 1 | bit(place * 5 + offset));
            char::from(ALPHABET[usize::from(index)])
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::model::{AlertId, Destination, Owed};

    use super::*;

    fn alert(entry: u64, to: u64, edits: Option<AlertId>) -> Alert {
        Alert {
            id: AlertId { entry, index: 0 },
            watch: None,
            owed: Owed {
                edits,
                ..Owed::post(Destination::Discord(to), true)
            },
            at: "2016-07-06T10:00:00Z".parse().expect("a time"),
        }
    }

    #[test]
    fn base_32_is_that_of_the_rfc() {
        let mut digest = Digest([0; 32]);
        digest.0[..6].copy_from_slice(b"foobar");
        assert_eq!(base32(&digest, 9), "mzxw6ytbo");
    }

    #[test]
    fn a_nonce_is_as_long_as_discord_allows_and_unlike_all_others() {
        let edit = AlertId { entry: 1, index: 0 };
        let nonces = [
            of(&alert(1, 1, None), "a"),
            of(&alert(2, 1, None), "a"),
            of(&alert(1, 2, None), "a"),
            of(&alert(1, 1, None), "b"),
            of(&alert(1, 1, Some(edit)), "a"),
        ];
        let different: std::collections::BTreeSet<_> = nonces.iter().collect();
        assert_eq!(different.len(), nonces.len());
        assert!(nonces.iter().all(|nonce| nonce.len() == 25));
        assert_eq!(nonces[0], of(&alert(1, 1, None), "a"));
    }
}
