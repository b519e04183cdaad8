//! Patterns that are tried only where the letters stand that they cannot do without, and quickly where a text is English.

use std::fmt;
use std::ops::{Deref, Range};
use std::sync::OnceLock;

use regex::{Captures, Regex, RegexBuilder, bytes};

use crate::prose::compile;
use crate::prose::letters::{self, Letters};
use crate::prose::needed::Needed;
use crate::prose::threes::Threes;

/// The most bytes in which an automaton remembers what it has worked out; with less, long expressions forget too soon.
const AUTOMATON: usize = 8 << 20;

/// A regular expression, with what it takes to try it seldom and to try it quickly.
#[derive(Clone, Debug)]
pub struct Pattern {
    /// As it is written.
    written: String,
    /// Made when it is first asked for, where it is known to be a pattern.
    regex: OnceLock<Regex>,
    /// The same for ASCII alone: in such a text it finds what the other finds, and its automaton is many times smaller.
    /// Made when it is first asked for; `None` where it cannot be written so.
    ascii: OnceLock<Option<bytes::Regex>>,
    /// The same for texts in which only ASCII makes words: there, too, it finds what the other finds, by an automaton that
    /// the other has not, since it must tell every script's words.
    english: OnceLock<Option<Regex>>,
    needed: OnceLock<Needed>,
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

    /// What sort of letters it has.
    fn letters(&self) -> Letters;
}

/// A text in which many patterns are looked for: the letters that stand in it are noted once, for the first of them.
#[derive(Clone, Default, Debug)]
pub struct Text {
    text: String,
    threes: OnceLock<Threes>,
    letters: Letters,
}

impl Pattern {
    /// A pattern.
    ///
    /// # Errors
    /// Where it is none.
    pub fn new(pattern: &str) -> Result<Pattern, regex::Error> {
        Ok(Pattern {
            regex: Regex::new(pattern)?.into(),
            ..Pattern::known(pattern)
        })
    }

    /// One that is known to be a pattern: most of the automata of a program are never asked for, so none is made before.
    ///
    /// # Panics
    /// Where it is none, and something is looked for by it.
    pub fn known(pattern: &str) -> Pattern {
        Pattern {
            written: pattern.to_owned(),
            regex: OnceLock::new(),
            ascii: OnceLock::new(),
            english: OnceLock::new(),
            needed: OnceLock::new(),
        }
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.written
    }

    /// The expression, whatever the letters of a text.
    pub fn regex(&self) -> &Regex {
        self.regex.get_or_init(|| compile(&self.written))
    }

    /// Whether it stands in a text.
    pub fn is_match(&self, text: &(impl Searched + ?Sized)) -> bool {
        self.may_be_in(text)
            && match self.fittest(text) {
                Fittest::Ascii(ascii) => ascii.is_match(text.text().as_bytes()),
                Fittest::Other(other) => other.is_match(text.text()),
            }
    }

    /// Whether it can stand in one of these texts at all; cheap.
    pub fn may_be_in_any(&self, texts: &Threes) -> bool {
        self.needed().may_be_in(texts)
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
        let fittest = self.may_be_in(text).then(|| self.fittest(text));
        let text = text.text();
        let (ascii, other) = match fittest {
            Some(Fittest::Ascii(ascii)) => (Some(ascii.find_iter(text.as_bytes())), None),
            Some(Fittest::Other(other)) => (None, Some(other.find_iter(text))),
            None => (None, None),
        };
        let ascii = ascii.into_iter().flatten().map(|hit| hit.range());
        let found = ascii.chain(other.into_iter().flatten().map(|hit| hit.range()));
        found.map(move |at| Hit { text, at })
    }

    /// Wherever it stands, with its groups.
    pub fn captures_iter<'t>(
        &self,
        text: &'t (impl Searched + ?Sized),
    ) -> impl Iterator<Item = Captures<'t>> {
        let found = (self.is_match(text)).then(|| {
            let regex = match text.letters() {
                Letters::Ascii | Letters::English => self.english(),
                Letters::Any => None,
            };
            let regex = regex.unwrap_or_else(|| self.regex());
            regex.captures_iter(text.text())
        });
        found.into_iter().flatten()
    }

    fn may_be_in(&self, text: &(impl Searched + ?Sized)) -> bool {
        let threes = text.threes();
        threes.is_none_or(|threes| self.needed().may_be_in(threes))
    }

    fn needed(&self) -> &Needed {
        self.needed.get_or_init(|| Needed::by(&self.written))
    }

    /// The least of the automata that finds in this text what the pattern means.
    fn fittest(&self, text: &(impl Searched + ?Sized)) -> Fittest<'_> {
        let fit = match text.letters() {
            Letters::Ascii => self.ascii().map(Fittest::Ascii),
            Letters::English => self.english().map(Fittest::Other),
            Letters::Any => None,
        };
        fit.unwrap_or_else(|| Fittest::Other(self.regex()))
    }

    fn ascii(&self) -> Option<&bytes::Regex> {
        let written = || letters::without_others(self.as_str());
        let ascii = || {
            let mut ascii = bytes::RegexBuilder::new(&written());
            ascii.unicode(false).dfa_size_limit(AUTOMATON).build()
        };
        self.ascii.get_or_init(|| ascii().ok()).as_ref()
    }

    fn english(&self) -> Option<&Regex> {
        let written = || letters::for_english(self.as_str());
        let english = || {
            let mut english = RegexBuilder::new(&written());
            english.dfa_size_limit(AUTOMATON).build()
        };
        self.english.get_or_init(|| english().ok()).as_ref()
    }
}

/// One of the automata of a pattern.
enum Fittest<'p> {
    /// For ASCII alone.
    Ascii(&'p bytes::Regex),
    /// For other texts.
    Other(&'p Regex),
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
            threes: OnceLock::new(),
            letters: Letters::of(&text),
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
        Some(self.threes.get_or_init(|| Threes::of(&self.text)))
    }

    fn letters(&self) -> Letters {
        self.letters
    }
}

impl Searched for str {
    fn text(&self) -> &str {
        self
    }

    fn threes(&self) -> Option<&Threes> {
        None
    }

    fn letters(&self) -> Letters {
        Letters::of(self)
    }
}

impl Searched for String {
    fn text(&self) -> &str {
        self
    }

    fn threes(&self) -> Option<&Threes> {
        None
    }

    fn letters(&self) -> Letters {
        Letters::of(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXTS: [&str; 10] = [
        "We will not share your data.",
        "We WILL  NOT share, sell or pass on data.",
        "We won’t ſell your data for 5 years.",
        "Opt-outs are upheld.",
        "The café’s data are kept for 10\u{a0}years in K. and Kent.",
        "",
        "data",
        "No. 7: anonymised, pseudonymised and de-identified.",
        "We won’t “share” – or sell – your data for £5 or 5\u{a0}£.",
        "Straßenkarten, d’après naïve Wörter: \u{212a}. and ſhare",
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
        case(r"(?i)\bsell\b", 3);
        case(r"(?i)k\. and kent", 1);
        case(r"won['’]t", 2);
        case(r"(?i)\b[\w’]+t\b", 6);
        case(r"(?i)\bkent\b|\bst[^\W_]+\b", 2);
        case(r"[£\d]{2}", 2);
        case(r"(?i)\b(?:anonymi[sz]ed|upheld|kept)\b", 3);
        case(r"(?:share|sell)?\b", 9);
        case(r"\w*", 10);
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
