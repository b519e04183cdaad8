//! Knows how the lists of an OpenDocument text are numbered.

use std::collections::HashMap;

use crate::extract::office::numbers::{Counters, Digits};
use crate::extract::office::package::Unread;
use crate::extract::office::pull::{Pull, Tag};

/// The styles of the lists, by their names.
#[derive(Default)]
pub struct Outlines {
    styles: HashMap<String, HashMap<usize, Level>>,
}

struct Level {
    digits: Digits,
    before: String,
    after: String,
    start: u32,
    /// How many levels its number shows.
    shown: usize,
}

impl Outlines {
    /// Reads one `text:list-style` to its end.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub fn read(&mut self, style: &Tag<'_>, xml: &mut Pull<'_>) -> Result<(), Unread> {
        let mut levels = HashMap::new();
        while let Some(tag) = xml.open()? {
            let at = tag.attr("level").and_then(|level| level.parse().ok());
            if let (Some(at), "list-level-style-number") = (at, tag.name()) {
                levels.insert(at, Level::of(&tag));
            }
            xml.skip()?;
        }
        self.styles
            .insert(style.attr("name").unwrap_or_default(), levels);
        Ok(())
    }

    /// Counts an item and says what stands before it; nothing for a bullet. Levels are counted from 1.
    pub fn next(&self, style: Option<&str>, level: usize, counters: &mut Counters) -> String {
        let levels = style.and_then(|style| self.styles.get(style));
        let found = levels.and_then(|levels| levels.get(&level));
        counters.count(level - 1, found.map_or(1, |level| level.start));
        let Some((levels, own)) = levels
            .zip(found)
            .filter(|(_, own)| own.digits != Digits::None)
        else {
            return String::new();
        };
        let first = level.saturating_sub(own.shown - 1).max(1);
        let numbers: Vec<String> = (first..=level)
            .filter_map(|at| {
                let shape = levels.get(&at)?;
                Some(shape.digits.write(counters.at(at - 1, shape.start)))
            })
            .filter(|number| !number.is_empty())
            .collect();
        format!("{}{}{}", own.before, numbers.join("."), own.after)
    }
}

impl Level {
    /// Source: OpenDocument 1.2 part 1, 16.31 and 19.500.
    fn of(tag: &Tag<'_>) -> Level {
        let number = |name: &str| tag.attr(name).and_then(|number| number.parse().ok());
        Level {
            digits: match tag.attr("num-format").as_deref() {
                Some("1") => Digits::Decimal,
                Some("a") => Digits::Letters,
                Some("A") => Digits::Capitals,
                Some("i") => Digits::Roman,
                Some("I") => Digits::RomanCapitals,
                _ => Digits::None,
            },
            before: tag.attr("num-prefix").unwrap_or_default(),
            after: tag.attr("num-suffix").unwrap_or_default(),
            start: number("start-value").unwrap_or(1),
            shown: number("display-levels").map_or(1, |shown| shown.max(1) as usize),
        }
    }
}
