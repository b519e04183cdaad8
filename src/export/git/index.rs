//! The index of a pack: where each object lies, by its name (gitformat-pack, version 2).

use sha1::{Digest as _, Sha1};

use crate::export::git::pack::{Id, Place};

/// From here on a place takes eight bytes.
const FAR: u64 = 1 << 31;

/// The index of these objects, in the order of their names; `sum` is that of their pack.
pub(super) fn of(places: &[(Id, Place)], sum: [u8; 20]) -> Vec<u8> {
    let mut index = b"\xfftOc\x00\x00\x00\x02".to_vec();
    for first in 0..=u8::MAX {
        let up_to = places.partition_point(|(id, _)| id.0[0] <= first);
        index.extend((up_to as u32).to_be_bytes());
    }
    index.extend(places.iter().flat_map(|(id, _)| id.0));
    index.extend(places.iter().flat_map(|(_, place)| place.crc.to_be_bytes()));
    let mut far = Vec::new();
    for (_, place) in places {
        let at = match place.at < FAR {
            true => place.at as u32,
            false => {
                far.push(place.at);
                FAR as u32 | (far.len() - 1) as u32
            }
        };
        index.extend(at.to_be_bytes());
    }
    index.extend(far.into_iter().flat_map(u64::to_be_bytes));
    index.extend(sum);
    let own: [u8; 20] = Sha1::digest(&index).into();
    index.extend(own);
    index
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_far_away_takes_eight_bytes() {
        let place = |at| Place { at, crc: 1 };
        let places = [(Id([1; 20]), place(12)), (Id([2; 20]), place(FAR + 5))];
        let index = of(&places, [9; 20]);
        let at = 8 + 256 * 4 + 2 * 20 + 2 * 4;
        assert_eq!(index[at..at + 4], 12u32.to_be_bytes());
        assert_eq!(index[at + 4..at + 8], 0x8000_0000u32.to_be_bytes());
        assert_eq!(index[at + 8..at + 16], (FAR + 5).to_be_bytes());
        assert_eq!(index.len(), at + 16 + 40);
    }
}
