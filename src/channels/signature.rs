//! How a receiver knows that a webhook's message is ours: <https://www.standardwebhooks.com>.

use crate::channels::Secret;
use crate::model::Digest;
use crate::wire::base64;

/// What signing secrets begin with.
const PREFIX: &str = "whsec_";

/// The block of SHA-256, in bytes (RFC 2104).
const BLOCK: usize = 64;

/// The fewest bytes of a secret: the specification asks for 24 to 64.
const FEWEST: usize = 24;

/// The value of the field `webhook-signature`; `None` where the secret is no `whsec_` and base 64 of at least 24 bytes.
pub(super) fn of(secret: &Secret, id: &str, timestamp: i64, body: &str) -> Option<String> {
    let key = decoded(secret.reveal().strip_prefix(PREFIX)?)?;
    if key.len() < FEWEST {
        return None;
    }
    let signed = format!("{id}.{timestamp}.{body}");
    Some(format!("v1,{}", base64(&hmac(&key, signed.as_bytes()).0)))
}

/// HMAC with SHA-256 (RFC 2104).
fn hmac(key: &[u8], text: &[u8]) -> Digest {
    let mut block = [0; BLOCK];
    match key.len() {
        0..=BLOCK => block[..key.len()].copy_from_slice(key),
        _ => block[..32].copy_from_slice(&Digest::of(key).0),
    }
    let mut inner = block.map(|byte| byte ^ 0x36).to_vec();
    inner.extend_from_slice(text);
    let mut outer = block.map(|byte| byte ^ 0x5c).to_vec();
    outer.extend_from_slice(&Digest::of(&inner).0);
    Digest::of(&outer)
}

/// What a text in base 64 stands for (RFC 4648, section 4), padded or not.
fn decoded(text: &str) -> Option<Vec<u8>> {
    let (mut held, mut bits) = (0_u32, 0);
    let mut bytes = Vec::with_capacity(text.len() * 3 / 4);
    for sign in text.trim_end_matches('=').bytes() {
        let value = match sign {
            b'A'..=b'Z' => sign - b'A',
            b'a'..=b'z' => sign - b'a' + 26,
            b'0'..=b'9' => sign - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        held = (held << 6 | u32::from(value)) & 0xFFFF;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits & 0xFF) as u8);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(key: &[u8], text: &[u8], expected: &str) {
        assert_eq!(hmac(key, text).to_string(), expected);
    }

    #[test]
    fn a_code_is_that_of_the_rfc() {
        // RFC 4231, cases 1, 2 and 6.
        case(
            &[0x0b; 20],
            b"Hi There",
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
        );
        case(
            b"Jefe",
            b"what do ya want for nothing?",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        );
        case(
            &[0xaa; 131],
            b"Test Using Larger Than Block-Size Key - Hash Key First",
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
        );
    }

    #[test]
    fn what_is_no_secret_signs_nothing() {
        for word in [
            "",
            "whsec_",
            "whsec_c2hvcnQ=",
            "whsec_not base 64 at all, however long it may be",
            "0123456789abcdef0123456789abcdef",
        ] {
            assert_eq!(of(&Secret::new(word), "a", 1, "{}"), None, "{word}");
        }
        let secret = Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        let signed = of(
            &secret,
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            "{\"test\": 2432232314}",
        );
        assert_eq!(
            signed.as_deref(),
            Some("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
        );
    }
}
