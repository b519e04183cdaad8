//! Bytes altered at random, as whoever wants to trip a reader would.

use std::path::Path;
use std::time::{Duration, Instant};

use crate::dice::Dice;
use crate::program::many;

/// What readers stumble over more often than over noise.
const WORDS: [&[u8]; 24] = [
    b"\0",
    b"\xff\xff\xff\xff",
    b"\x7f\xff\xff\xff",
    b"-1",
    b"99999999999999999999",
    b"1e999",
    b"0",
    b"\r\n",
    b"\r\n\r\n",
    b"\n",
    b"<",
    b"<![CDATA[",
    b"<!--",
    b"]]>",
    b"&#x110000;",
    b"&amp;",
    b"\"",
    b"'",
    b"{",
    b"[[[[[[[[[[[[[[[[",
    b"%00",
    b"\xe2\x80\xae",
    b"\xc3\x28",
    b"../../../",
];
/// The longest that bytes become.
const LONGEST: usize = 64 << 10;

/// How long a reader is tried, and how often at least: `SMALLPRINT_FUZZ` says the seconds, none where it is not set.
pub struct Trial {
    began: Instant,
    patience: Duration,
    least: usize,
    pub tried: usize,
    pub dice: Dice,
}

impl Trial {
    pub fn of(least: usize) -> Trial {
        Trial {
            began: Instant::now(),
            patience: Duration::from_secs(many("SMALLPRINT_FUZZ", 0) as u64),
            least,
            tried: 0,
            dice: Dice(many("SMALLPRINT_SEED", 5) as u64),
        }
    }

    /// Whether to try once more.
    pub fn goes_on(&mut self) -> bool {
        let more = self.tried < self.least || self.began.elapsed() < self.patience;
        self.tried += usize::from(more);
        more
    }

    /// One of these, altered in a few places.
    pub fn altered(&mut self, seeds: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = seeds[self.dice.below(seeds.len())].clone();
        for _ in 0..=self.dice.below(5) {
            self.alter(&mut bytes, seeds);
        }
        bytes.truncate(LONGEST);
        bytes
    }

    fn alter(&mut self, bytes: &mut Vec<u8>, seeds: &[Vec<u8>]) {
        let dice = &mut self.dice;
        let at = dice.below(bytes.len() + 1);
        let most = [4, 64, 4_096][dice.below(3)];
        let end = (at + dice.below(most)).min(bytes.len());
        match dice.below(8) {
            0 if at < bytes.len() => bytes[at] ^= 1 << dice.below(8),
            1 if at < bytes.len() => bytes[at] = dice.below(256) as u8,
            2 => drop(bytes.drain(at..end)),
            3 => {
                let part = bytes[at..end].repeat(1 + dice.below(9));
                drop(bytes.splice(at..at, part));
            }
            4 => bytes.truncate(at),
            5 => {
                let other = &seeds[dice.below(seeds.len())];
                let from = dice.below(other.len() + 1);
                drop(bytes.splice(at..end, other[from..].iter().copied()));
            }
            _ => {
                let word = WORDS[dice.below(WORDS.len())];
                drop(bytes.splice(
                    at..(at + dice.below(3)).min(end).max(at),
                    word.iter().copied(),
                ));
            }
        }
    }

    /// How much was tried.
    pub fn say(&self, what: &str) {
        let seconds = self.began.elapsed().as_secs();
        println!("{what}: {} tried in {seconds} s", self.tried);
    }
}

/// Keeps what tripped a reader, and says where.
pub fn kept(what: &str, bytes: &[u8]) -> String {
    let name = format!("tripped-{what}-{}", smallprint::model::Digest::of(bytes));
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, bytes).expect("written");
    path.display().to_string()
}
