//! Counts the items of ordered lists whose numbers are given: by `start`, `value`, `reversed` or a `type` of letters.

use std::collections::HashMap;

use scraper::node::Element;

use crate::extract::html::outline::{Outline, attribute};
use crate::extract::roman::roman;

/// How the items of a list are numbered.
#[derive(Clone, Copy)]
enum Style {
    Decimal,
    /// a, b, c; A, B, C.
    Letters(u8),
    /// i, ii, iii.
    Roman,
    /// I, II, III.
    RomanCapitals,
}

/// One list that is being counted.
#[derive(Clone, Copy)]
struct Count {
    style: Style,
    next: i64,
    step: i64,
    /// Whether all its numbers are told. A plain list keeps none, lest one item more make others of all that follow.
    told: bool,
}

/// The lists of a page, by their places.
#[derive(Default)]
pub struct Numbers(HashMap<usize, Count>);

impl Numbers {
    /// The number of the item at a place, where it is given.
    pub fn of(&mut self, outline: &Outline<'_>, at: usize, item: &Element) -> Option<String> {
        let list = outline.spots[at].parent;
        let element = outline
            .element(list)
            .filter(|element| element.name() == "ol")?;
        let count = self
            .0
            .entry(list)
            .or_insert_with(|| Count::of(outline, list, element));
        let value = attribute(item, "value").and_then(|value| value.trim().parse().ok());
        let number = value.unwrap_or(count.next);
        count.next = number.saturating_add(count.step);
        let told = count.told || value.is_some();
        told.then(|| count.style.write(number))
    }
}

impl Count {
    fn of(outline: &Outline<'_>, at: usize, list: &Element) -> Count {
        let style = match attribute(list, "type").map(str::trim) {
            Some("a") => Style::Letters(b'a'),
            Some("A") => Style::Letters(b'A'),
            Some("i") => Style::Roman,
            Some("I") => Style::RomanCapitals,
            _ => Style::Decimal,
        };
        let start = attribute(list, "start").and_then(|start| start.trim().parse().ok());
        let reversed = attribute(list, "reversed").is_some();
        let items = || {
            let inside = at + 1..outline.spots[at].end;
            let own = |place: &usize| outline.spots[*place].parent == at;
            let items = inside
                .filter(own)
                .filter(|place| outline.name(*place) == "li");
            i64::try_from(items.count()).unwrap_or(i64::MAX)
        };
        Count {
            style,
            next: start.unwrap_or_else(|| if reversed { items() } else { 1 }),
            step: if reversed { -1 } else { 1 },
            told: reversed
                || start.is_some_and(|start| start != 1)
                || !matches!(style, Style::Decimal),
        }
    }
}

impl Style {
    /// The number as a browser shows it.
    fn write(self, number: i64) -> String {
        let roman = || u32::try_from(number).ok().and_then(roman);
        let written = match self {
            Style::Letters(first) if number > 0 => Some(letters(number, first)),
            Style::Roman => roman(),
            Style::RomanCapitals => roman().map(|roman| roman.to_ascii_uppercase()),
            _ => None,
        };
        format!("{}.", written.unwrap_or_else(|| number.to_string()))
    }
}

/// a to z, then aa, ab, and so on.
fn letters(mut number: i64, first: u8) -> String {
    let mut letters = Vec::new();
    while number > 0 {
        let digit = u8::try_from((number - 1) % 26).unwrap_or_default();
        letters.push(char::from(first + digit));
        number = (number - 1) / 26;
    }
    letters.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_browsers_show_them() {
        for (style, number, expected) in [
            (Style::Decimal, -2, "-2."),
            (Style::Letters(b'a'), 1, "a."),
            (Style::Letters(b'A'), 28, "AB."),
            (Style::Letters(b'a'), 0, "0."),
            (Style::Roman, 14, "xiv."),
            (Style::RomanCapitals, 1999, "MCMXCIX."),
            (Style::RomanCapitals, 4000, "4000."),
        ] {
            assert_eq!(style.write(number), expected);
        }
    }
}
