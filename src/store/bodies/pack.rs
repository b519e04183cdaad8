//! How a body is made small: zstd, against an earlier body it resembles where that pays.

use std::io::{self, Read, Write};

/// The longest window zstd may need, as a power of two; a prefix and a body longer than that together are packed apart.
const WIDEST: u32 = 27;

/// So much room is made for a body before it is unpacked; a damaged record may call it longer than it is.
const AT_ONCE: usize = 32 << 20;

/// A body made small.
#[derive(PartialEq, Eq, Debug)]
pub(super) enum Small {
    /// Readable by itself.
    Whole(Vec<u8>),
    /// Readable only with the base.
    Delta(Vec<u8>),
}

/// Packs a body, against `base` where that gives less than half of what it takes alone.
pub(super) fn pack(bytes: &[u8], base: Option<&[u8]>) -> io::Result<Small> {
    let Some(base) = base.filter(|base| base.len() + bytes.len() <= 1 << WIDEST) else {
        return Ok(Small::Whole(compress(bytes, None)?));
    };
    let delta = compress(bytes, Some(base))?;
    // Nothing that is text packs to a fortieth by itself, so the comparison can be spared.
    if delta.len() * 40 <= bytes.len() {
        return Ok(Small::Delta(delta));
    }
    let whole = compress(bytes, None)?;
    match delta.len() * 2 <= whole.len() {
        true => Ok(Small::Delta(delta)),
        false => Ok(Small::Whole(whole)),
    }
}

/// Unpacks a body of known length; more than that is an error, so that a damaged record fills no memory.
pub(super) fn unpack(data: &[u8], base: Option<&[u8]>, length: u64) -> io::Result<Vec<u8>> {
    let room = usize::try_from(length).unwrap_or(usize::MAX);
    let mut bytes = Vec::with_capacity(room.min(AT_ONCE));
    let limit = length.saturating_add(1);
    match base {
        Some(base) => {
            let mut decoder = zstd::stream::read::Decoder::with_ref_prefix(data, base)?;
            decoder.window_log_max(WIDEST)?;
            decoder.take(limit).read_to_end(&mut bytes)?;
        }
        None => {
            let mut decoder = zstd::stream::read::Decoder::with_buffer(data)?;
            decoder.window_log_max(WIDEST)?;
            decoder.take(limit).read_to_end(&mut bytes)?;
        }
    }
    Ok(bytes)
}

fn compress(bytes: &[u8], base: Option<&[u8]>) -> io::Result<Vec<u8>> {
    let level = level(bytes.len());
    let mut encoder = match base {
        Some(base) => {
            let mut encoder =
                zstd::stream::write::Encoder::with_ref_prefix(Vec::new(), level, base)?;
            encoder.long_distance_matching(true)?;
            encoder.window_log(window(base.len() + bytes.len()))?;
            encoder
        }
        None => zstd::stream::write::Encoder::new(Vec::new(), level)?,
    };
    encoder.set_pledged_src_size(Some(bytes.len() as u64))?;
    encoder.write_all(bytes)?;
    encoder.finish()
}

// The whole base must lie in the window until the last byte.
fn window(length: usize) -> u32 {
    (usize::BITS - length.leading_zeros()).clamp(10, WIDEST)
}

// Higher levels save a few per cent and take twenty times as long; a file of many megabytes must not hold a visit up.
fn level(length: usize) -> i32 {
    match length {
        0..=4_194_304 => 9,
        _ => 5,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(seed: u64, length: usize) -> Vec<u8> {
        let mut state = seed;
        let mut byte = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 56) as u8
        };
        (0..length).map(|_| byte()).collect()
    }

    #[track_caller]
    fn there_and_back(bytes: &[u8], base: Option<&[u8]>) -> Small {
        let small = pack(bytes, base).expect("packed");
        let length = bytes.len() as u64;
        let read = match &small {
            Small::Whole(data) => unpack(data, None, length),
            Small::Delta(data) => unpack(data, base, length),
        };
        assert_eq!(read.expect("unpacked"), bytes);
        small
    }

    #[test]
    fn what_resembles_its_base_is_a_delta() {
        let base = noise(1, 50_000);
        let mut next = base.clone();
        next[30_000] ^= 1;
        match there_and_back(&next, Some(&base)) {
            Small::Delta(data) => assert!(data.len() < 300, "{}", data.len()),
            Small::Whole(_) => panic!("it should be a delta"),
        }
    }

    #[test]
    fn what_resembles_nothing_stands_alone() {
        let small = there_and_back(&noise(2, 5_000), Some(&noise(3, 5_000)));
        assert!(matches!(small, Small::Whole(_)));
    }

    #[test]
    fn the_empty_body_and_the_long_one_are_packed_too() {
        there_and_back(b"", None);
        there_and_back(b"", Some(b"a base"));
        let long = noise(4, 5_000_000);
        let mut next = noise(5, 1_000);
        next.extend(&long);
        assert!(matches!(
            there_and_back(&next, Some(&long)),
            Small::Delta(data) if data.len() < 20_000
        ));
    }

    #[test]
    fn a_record_that_unpacks_to_more_than_it_says_is_cut() {
        let bytes = vec![b'a'; 1_000_000];
        let Small::Whole(data) = pack(&bytes, None).expect("packed") else {
            panic!("there was no base");
        };
        assert_eq!(unpack(&data, None, 10).expect("unpacked").len(), 11);
    }
}
