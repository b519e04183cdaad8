//! Patterns that are tried only where the letters stand that they cannot do without, and quickly where a text is ASCII.

use std::fmt;
use std::ops::{Deref, Range};
use std::sync::OnceLock;

use regex::{Captures, Regex, bytes};

use crate::prose::needed::Needed;
use crate::prose::threes::Threes;

/// A regular expression, with what it takes to try it seldom and to try it quickly.
#[derive(Clone, Debug)]
pub struct Pattern {
    regex: Regex,
    /// The same for ASCII alone: in such a text it finds what the other finds, and its automaton is many times smaller.
    /// Made when it is first asked for; `None` where it cannot be written so.
    ascii: OnceLock<Option<bytes::Regex>>,
    needed: Needed,
}

/// Where a pattern stands in a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hit<'t> {
    text: &'t str,
    at: Range<usize>,
}

/// What patterns are looked for in.
pub trait Searched {
    /// The text.
    fn text(&self) -> &str;

    /// The letters that stand in it side by side, where they were noted.
    fn threes(&self) -> Option<&Threes>;
}

/// A text in which many patterns are looked for: the letters that stand in it are noted once.
#[derive(Clone, Default, Debug)]
pub struct Text {
    text: String,
    threes: Threes,
}

impl Pattern {
    /// A pattern.
    ///
    /// # Errors
    /// Where it is none.
    pub fn new(pattern: &str) -> Result<Pattern, regex::Error> {
        Ok(Pattern {
            regex: Regex::new(pattern)?,
            ascii: OnceLock::new(),
            needed: Needed::by(pattern),
        })
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        self.regex.as_str()
    }

    /// Whether it stands in a text.
    pub fn is_match(&self, text: &(impl Searched + ?Sized)) -> bool {
        if !self.may_be_in(text) {
            return false;
        }
        let text = text.text();
        match self.ascii(text) {
            Some(ascii) => ascii.is_match(text.as_bytes()),
            None => self.regex.is_match(text),
        }
    }

    /// Where it stands first.
    pub fn find<'t>(&self, text: &'t (impl Searched + ?Sized)) -> Option<Hit<'t>> {
        self.find_iter(text).next()
    }

    /// Wherever it stands.
    pub fn find_iter<'t>(
        &self,
        text: &'t (impl Searched + ?Sized),
    ) -> impl Iterator<Item = Hit<'t>> {
        let may_be = self.may_be_in(text);
        let text = text.text();
        let ascii = self.ascii(text).filter(|_| may_be);
        let other = (may_be && ascii.is_none()).then(|| self.regex.find_iter(text));
        let ascii = ascii.map(|ascii| ascii.find_iter(text.as_bytes()));
        let ascii = ascii.into_iter().flatten().map(|hit| hit.range());
        let found = ascii.chain(other.into_iter().flatten().map(|hit| hit.range()));
        found.map(move |at| Hit { text, at })
    }

    /// Wherever it stands, with its groups.
    pub fn captures_iter<'t>(
        &self,
        text: &'t (impl Searched + ?Sized),
    ) -> impl Iterator<Item = Captures<'t>> {
        let found = (self.is_match(text)).then(|| self.regex.captures_iter(text.text()));
        found.into_iter().flatten()
    }

    fn may_be_in(&self, text: &(impl Searched + ?Sized)) -> bool {
        let threes = text.threes();
        threes.is_none_or(|threes| self.needed.may_be_in(threes))
    }

    fn ascii(&self, text: &str) -> Option<&bytes::Regex> {
        let ascii = || {
            let mut ascii = bytes::RegexBuilder::new(self.as_str());
            ascii.unicode(false).build().ok()
        };
        let ascii = text.is_ascii().then(|| self.ascii.get_or_init(ascii));
        ascii?.as_ref()
    }
}

impl<'t> Hit<'t> {
    /// The words that stand there.
    pub fn as_str(&self) -> &'t str {
        &self.text[self.range()]
    }

    /// Where they begin, in bytes.
    pub fn start(&self) -> usize {
        self.at.start
    }

    /// Where they stand, in bytes.
    pub fn range(&self) -> Range<usize> {
        self.at.clone()
    }
}

impl Text {
    /// A text with its letters.
    pub fn of(text: String) -> Text {
        Text {
            threes: Threes::of(&text),
            text,
        }
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(self)
    }
}

impl Searched for Text {
    fn text(&self) -> &str {
        &self.text
    }

    fn threes(&self) -> Option<&Threes> {
        Some(&self.threes)
    }
}

impl Searched for str {
    fn text(&self) -> &str {
        self
    }

    fn threes(&self) -> Option<&Threes> {
        None
    }
}

impl Searched for String {
    fn text(&self) -> &str {
        self
    }

    fn threes(&self) -> Option<&Threes> {
        None
    }
}
