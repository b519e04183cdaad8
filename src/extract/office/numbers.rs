//! Writes the numbers of lists as people see them.

use crate::extract::roman::roman;

/// The deepest level of a list that is counted.
pub const LEVELS: usize = 10;

/// The counters of one list.
#[derive(Clone, Default, Debug)]
pub struct Counters([Option<u32>; LEVELS]);

impl Counters {
    /// Counts one item at a level, from 0; deeper levels begin anew.
    pub fn count(&mut self, level: usize, start: u32) {
        let level = level.min(LEVELS - 1);
        self.0[level] = Some(self.0[level].map_or(start, |count| count.saturating_add(1)));
        for deeper in &mut self.0[level + 1..] {
            *deeper = None;
        }
    }

    /// Goes on at a level with this number next.
    pub fn restart(&mut self, level: usize) {
        for count in &mut self.0[level.min(LEVELS - 1)..] {
            *count = None;
        }
    }

    /// The number at a level; the level's start where nothing has been counted yet.
    pub fn at(&self, level: usize, start: u32) -> u32 {
        self.0.get(level).copied().flatten().unwrap_or(start)
    }
}

/// How numbers are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Digits {
    /// 1, 2, 3
    Decimal,
    /// 01, 02, 03
    Padded,
    /// a, b, c
    Letters,
    /// A, B, C
    Capitals,
    /// i, ii, iii
    Roman,
    /// I, II, III
    RomanCapitals,
    /// No number: a bullet, or nothing.
    None,
}

impl Digits {
    /// A number written so.
    pub fn write(self, number: u32) -> String {
        match self {
            Digits::Decimal => number.to_string(),
            Digits::Padded => format!("{number:02}"),
            Digits::Letters => letters(number),
            Digits::Capitals => letters(number).to_uppercase(),
            Digits::Roman => roman(number).unwrap_or_else(|| number.to_string()),
            Digits::RomanCapitals => Digits::Roman.write(number).to_uppercase(),
            Digits::None => String::new(),
        }
    }
}

/// a to z, then aa to zz, as word processors write it.
fn letters(number: u32) -> String {
    let Some(before) = number.checked_sub(1).filter(|before| *before < 780) else {
        return number.to_string();
    };
    let letter = char::from(b'a' + u8::try_from(before % 26).unwrap_or_default());
    letter.to_string().repeat((before / 26 + 1) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_people_see_them() {
        for (digits, number, expected) in [
            (Digits::Decimal, 12, "12"),
            (Digits::Padded, 3, "03"),
            (Digits::Letters, 1, "a"),
            (Digits::Letters, 28, "bb"),
            (Digits::Letters, 0, "0"),
            (Digits::Capitals, 26, "Z"),
            (Digits::Roman, 1994, "mcmxciv"),
            (Digits::RomanCapitals, 4, "IV"),
            (Digits::RomanCapitals, u32::MAX, "4294967295"),
            (Digits::None, 4, ""),
        ] {
            assert_eq!(digits.write(number), expected);
        }
    }

    #[test]
    fn deeper_levels_begin_anew() {
        let mut counters = Counters::default();
        counters.count(0, 1);
        counters.count(1, 1);
        counters.count(1, 1);
        counters.count(0, 1);
        counters.count(1, 1);
        assert_eq!((counters.at(0, 1), counters.at(1, 1)), (2, 1));
    }
}
