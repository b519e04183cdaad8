//! Bytes as text of 64 signs.

/// The alphabet of RFC 4648, section 4.
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Bytes in base 64 (RFC 4648, section 4), padded.
pub fn base64(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let held = group
            .iter()
            .fold(0_u32, |held, byte| held << 8 | u32::from(*byte));
        let held = held << (8 * (3 - group.len()));
        for place in 0..4 {
            let index = (held >> (18 - 6 * place) & 63) as usize;
            text.push(match place <= group.len() {
                true => char::from(ALPHABET[index]),
                false => '=',
            });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_64_is_that_of_the_rfc() {
        let written: Vec<String> = ["", "f", "fo", "foo", "foob", "fooba", "foobar"]
            .iter()
            .map(|text| base64(text.as_bytes()))
            .collect();
        let expected = [
            "", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy",
        ];
        assert_eq!(written, expected);
        assert_eq!(base64(&[0xff, 0xef, 0xbe]), "/+++");
    }
}
