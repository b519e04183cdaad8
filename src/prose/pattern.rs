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

#[cfg(test)]
mod tests {
    use super::*;

    const TEXTS: [&str; 8] = [
        "We will not share your data.",
        "We WILL  NOT share, sell or pass on data.",
        "We won’t ſell your data for 5 years.",
        "Opt-outs are upheld.",
        "The café’s data are kept for 10\u{a0}years in K. and Kent.",
        "",
        "data",
        "No. 7: anonymised, pseudonymised and de-identified.",
    ];

    /// A pattern finds in each of the texts what the bare expression finds, noted or not.
    #[track_caller]
    fn case(expression: &str, in_texts: usize) {
        let pattern = Pattern::new(expression).expect("a pattern");
        let regex = Regex::new(expression).expect("a pattern");
        let mut found = 0;
        for text in TEXTS {
            let noted = Text::of(text.to_owned());
            let expected: Vec<Range<usize>> =
                regex.find_iter(text).map(|hit| hit.range()).collect();
            let ranges = |hits: &mut dyn Iterator<Item = Hit>| -> Vec<Range<usize>> {
                hits.map(|hit| hit.range()).collect()
            };
            assert_eq!(ranges(&mut pattern.find_iter(&noted)), expected, "{text}");
            assert_eq!(ranges(&mut pattern.find_iter(text)), expected, "{text}");
            assert_eq!(pattern.is_match(&noted), !expected.is_empty(), "{text}");
            let groups = pattern.captures_iter(&noted).count();
            assert_eq!(groups, expected.len(), "{text}");
            found += usize::from(!expected.is_empty());
        }
        assert_eq!(found, in_texts, "{expression}");
    }

    #[test]
    fn what_a_pattern_needs_never_hides_what_it_finds() {
        case(r"(?i)\bwill\s+not\b", 2);
        case(r"(?i)\bsell\b", 2);
        case(r"(?i)k\. and kent", 1);
        case(r"won['’]t", 1);
        case(r"(?i)\b(?:anonymi[sz]ed|upheld|kept)\b", 3);
        case(r"(?:share|sell)?\b", 7);
        case(r"\w*", 8);
        case(r"(?i)data (?:are|is)? ?kept|opt.outs", 2);
        case(r"[^.]{3,9}years", 2);
        case(r"^data$", 1);
        case(r"é", 1);
        case(r"(?:no|na){2}", 0);
        case(r"(?i)n(?:o|ever)\. 7", 1);
    }

    #[test]
    fn a_pattern_is_not_tried_where_its_letters_do_not_stand() {
        let tried = |expression: &str, text: &str| {
            let pattern = Pattern::new(expression).expect("a pattern");
            pattern.may_be_in(&Text::of(text.to_owned()))
        };
        assert!(!tried(r"(?i)\bopt(?:ed|ing)? outs?\b", TEXTS[0]));
        assert!(!tried(r"(?i)\b(?:sold|shared with|passed on)\b", TEXTS[0]));
        assert!(tried(r"(?i)\b(?:sold|share|passed on)\b", TEXTS[0]));
        assert!(tried(r"\w+ \d+", TEXTS[0]));
    }
}
