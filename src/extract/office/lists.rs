//! Counts the lists of a Word document.

use std::collections::{HashMap, HashSet};

use crate::extract::office::numbers::{Counters, Digits, LEVELS};
use crate::extract::office::package::Unread;
use crate::extract::office::pull::Pull;
use crate::extract::office::styles::number;

/// The lists of a document, as they are counted from its beginning.
#[derive(Default)]
pub struct Lists {
    patterns: HashMap<String, Pattern>,
    lists: HashMap<String, List>,
    counters: HashMap<String, Counters>,
    begun: HashSet<String>,
}

/// How the levels of lists are numbered.
#[derive(Default)]
struct Pattern {
    levels: HashMap<usize, Level>,
    /// The name under which other patterns may borrow this one.
    lends: Option<String>,
    /// The name of the pattern it borrows.
    borrows: Option<String>,
}

struct Level {
    start: u32,
    digits: Digits,
    /// What stands before the item, with %1 for the number of the first level and so on.
    text: String,
}

/// One list: a pattern, and the levels at which it begins anew.
#[derive(Default)]
struct List {
    pattern: String,
    starts: HashMap<usize, u32>,
}

impl Lists {
    /// Reads `numbering.xml`.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub fn read(text: &str) -> Result<Lists, Unread> {
        let mut lists = Lists::default();
        let mut xml = Pull::new(text);
        if xml.open()?.is_none() {
            return Ok(lists);
        }
        while let Some(tag) = xml.open()? {
            match tag.name() {
                "abstractNum" => {
                    let id = tag.attr("abstractNumId").unwrap_or_default();
                    lists.patterns.insert(id, Pattern::read(&mut xml)?);
                }
                "num" => {
                    let id = tag.attr("numId").unwrap_or_default();
                    lists.lists.insert(id, List::read(&mut xml)?);
                }
                _ => xml.skip()?,
            }
        }
        Ok(lists)
    }

    /// Counts an item and says what stands before it; nothing for a bullet.
    pub fn next(&mut self, list: &str, level: usize) -> String {
        let Some(found) = self.lists.get(list) else {
            return String::new();
        };
        let id = self.lender(&found.pattern);
        let Some(pattern) = self.patterns.get(&id) else {
            return String::new();
        };
        let counters = self.counters.entry(id).or_default();
        if self.begun.insert(list.to_owned()) {
            for level in found.starts.keys() {
                counters.restart(*level);
            }
        }
        let start = |level: usize| {
            let own = found.starts.get(&level).copied();
            own.or_else(|| pattern.levels.get(&level).map(|level| level.start))
                .unwrap_or(1)
        };
        counters.count(level, start(level));
        let Some(shape) = pattern.levels.get(&level) else {
            return String::new();
        };
        if shape.digits == Digits::None && !shape.text.contains('%') {
            return String::new();
        }
        (0..LEVELS - 1).fold(shape.text.clone(), |label, at| {
            let mark = format!("%{}", at + 1);
            if !label.contains(&mark) {
                return label;
            }
            let digits = pattern
                .levels
                .get(&at)
                .map_or(Digits::Decimal, |l| l.digits);
            label.replace(&mark, &digits.write(counters.at(at, start(at))))
        })
    }

    /// The pattern that counts: this one, or the one it borrows.
    fn lender(&self, id: &str) -> String {
        let borrows = self
            .patterns
            .get(id)
            .and_then(|pattern| pattern.borrows.as_ref());
        let lender = borrows.and_then(|name| {
            let mut lenders = self.patterns.iter();
            lenders.find(|(_, pattern)| pattern.lends.as_ref() == Some(name))
        });
        lender.map_or(id, |(id, _)| id).to_owned()
    }
}

impl Pattern {
    fn read(xml: &mut Pull<'_>) -> Result<Pattern, Unread> {
        let mut pattern = Pattern::default();
        while let Some(tag) = xml.open()? {
            match tag.name() {
                "styleLink" => pattern.lends = tag.attr("val"),
                "numStyleLink" => pattern.borrows = tag.attr("val"),
                "lvl" => {
                    let at = tag.attr("ilvl").and_then(|at| at.parse().ok());
                    let level = Level::read(xml)?;
                    if let Some(at) = at {
                        pattern.levels.insert(at, level);
                    }
                    continue;
                }
                _ => {}
            }
            xml.skip()?;
        }
        Ok(pattern)
    }
}

impl Level {
    fn read(xml: &mut Pull<'_>) -> Result<Level, Unread> {
        let mut level = Level {
            start: 1,
            digits: Digits::Decimal,
            text: String::new(),
        };
        while let Some(tag) = xml.open()? {
            match tag.name() {
                "start" => level.start = number(&tag).unwrap_or(1),
                "numFmt" => level.digits = digits(tag.attr("val").as_deref()),
                "lvlText" => level.text = tag.attr("val").unwrap_or_default(),
                _ => {}
            }
            xml.skip()?;
        }
        Ok(level)
    }
}

impl List {
    fn read(xml: &mut Pull<'_>) -> Result<List, Unread> {
        let mut list = List::default();
        while let Some(tag) = xml.open()? {
            match tag.name() {
                "abstractNumId" => list.pattern = tag.attr("val").unwrap_or_default(),
                "lvlOverride" => {
                    let level = tag.attr("ilvl").and_then(|level| level.parse().ok());
                    while let Some(tag) = xml.open()? {
                        let start = (tag.name() == "startOverride").then(|| number(&tag));
                        if let (Some(level), Some(Some(start))) = (level, start) {
                            list.starts.insert(level, start);
                        }
                        xml.skip()?;
                    }
                    continue;
                }
                _ => {}
            }
            xml.skip()?;
        }
        Ok(list)
    }
}

/// Source: ECMA-376 part 1, 17.18.59 (ST_NumberFormat).
fn digits(format: Option<&str>) -> Digits {
    match format {
        Some("bullet" | "none") => Digits::None,
        Some("lowerLetter") => Digits::Letters,
        Some("upperLetter") => Digits::Capitals,
        Some("lowerRoman") => Digits::Roman,
        Some("upperRoman") => Digits::RomanCapitals,
        Some("decimalZero") => Digits::Padded,
        _ => Digits::Decimal,
    }
}
