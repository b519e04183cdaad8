//! Which letters stand side by side in a text, three by three.

/// How many bits they are kept in, as a power of two. Different threes may share a bit: then more seems to stand there.
const BITS: u32 = 12;
const CELLS: usize = 1 << (BITS - 6);

/// The threes of neighbouring letters of a text; case makes no difference.
#[derive(Clone, Debug)]
pub struct Threes(Box<[u64; CELLS]>);

impl Default for Threes {
    fn default() -> Threes {
        Threes(Box::new([0; CELLS]))
    }
}

impl Threes {
    /// The threes of a text.
    pub(super) fn of(text: &str) -> Threes {
        let mut threes = Threes::default();
        each(text, |place| {
            threes.0[usize::from(place >> 6)] |= 1 << (place & 63);
        });
        threes
    }

    /// The threes of several texts together.
    pub fn of_all<'t>(texts: impl Iterator<Item = &'t Threes>) -> Threes {
        let mut all = Threes::default();
        for threes in texts {
            for (cell, other) in all.0.iter_mut().zip(threes.0.iter()) {
                *cell |= other;
            }
        }
        all
    }

    pub(super) fn has(&self, place: u16) -> bool {
        self.0[usize::from(place >> 6)] >> (place & 63) & 1 == 1
    }
}

/// Where the threes of a text are kept.
pub(super) fn places(text: &str) -> Vec<u16> {
    let mut places = Vec::new();
    each(text, |place| places.push(place));
    places.sort_unstable();
    places.dedup();
    places
}

/// Calls with the place of each three. What is not ASCII stands in none but the two signs that a pattern takes for letters.
fn each(text: &str, mut with: impl FnMut(u16)) {
    let (mut last, mut long) = (0_u32, 0);
    let mut take = |byte: u8| {
        last = (last << 8 | u32::from(byte.to_ascii_lowercase())) & 0xff_ffff;
        long += 1;
        if long >= 3 {
            with((last.wrapping_mul(0x9E37_79B1) >> (32 - BITS)) as u16);
        }
    };
    if text.is_ascii() {
        text.bytes().for_each(take);
        return;
    }
    for c in text.chars() {
        match folded(c) {
            Some(letter) => take(letter),
            None => take(0),
        }
    }
}

/// A sign as it is compared where case makes no difference, if that is ASCII: the long s and the sign for Kelvin are letters.
pub(super) fn folded(c: char) -> Option<u8> {
    match c {
        'ſ' => Some(b's'),
        '\u{212a}' => Some(b'k'),
        c if c.is_ascii() => Some((c as u8).to_ascii_lowercase()),
        _ => None,
    }
}
