//! The rules of a watch, compiled once.

use regex::Regex;
use scraper::Selector;

use crate::extract::matcher::Matcher;
use crate::model::{Dates, Digest, Interface, Kind, ReaderId, Reading};

/// What an element is for, apart from holding the text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    /// Left out.
    Drop,
    /// The page's own list of changes, or one of its items.
    History,
    /// Says when the page was published or changed.
    Stated,
    /// A notice about the page.
    Notice,
    /// What is said of a file beside its link.
    FileFacts,
}

/// Shapes that many official pages share; source for the GOV.UK ones: alphagov/govuk_publishing_components.
const SHAPES: [(&str, Part); 12] = [
    (".gem-c-published-dates__change-item", Part::History),
    ("#full-history li", Part::History),
    (".gem-c-metadata", Part::Stated),
    (".app-c-metadata", Part::Stated),
    (".gem-c-published-dates", Part::Stated),
    (".app-c-published-dates", Part::Stated),
    ("#last-edited", Part::Stated),
    (".publishing-meta", Part::Stated),
    (".nhsuk-review-date", Part::Stated),
    (".gem-c-notice", Part::Notice),
    (".app-c-notice", Part::Notice),
    (".gem-c-attachment__metadata", Part::FileFacts),
];

/// The rules of a watch, compiled.
pub struct Rules {
    /// Who reads by them.
    pub reader: ReaderId,
    /// The rules as they were given.
    pub reading: Reading,
    /// Selectors of the main text, in order, each with its source.
    pub select: Vec<(String, Selector)>,
    /// What certain elements are for.
    pub parts: Matcher<Part>,
    /// Lines that are left out.
    pub drop_lines: Vec<Regex>,
}

impl Rules {
    /// Compiles rules. A selector or expression that cannot be read is left out: the watchlist has named it as a mistake.
    pub fn of(reading: &Reading) -> Rules {
        let select = reading.select.iter().filter_map(|source| {
            let selector = Selector::parse(source).ok()?;
            Some((source.clone(), selector))
        });
        let mut parts = Matcher::default();
        for (selectors, part) in [
            (&reading.drop, Part::Drop),
            (&reading.history, Part::History),
            (&reading.stated, Part::Stated),
            (&reading.notices, Part::Notice),
        ] {
            for selector in selectors {
                parts.add(selector, part);
            }
        }
        for (selector, part) in SHAPES {
            parts.add(selector, part);
        }
        Rules {
            reader: reader(reading),
            reading: reading.clone(),
            select: select.collect(),
            parts,
            drop_lines: reading
                .drop_lines
                .iter()
                .filter_map(|line| Regex::new(line).ok())
                .collect(),
        }
    }
}

/// The name of the reader: a constant per kind of page, raised by hand when this code reads otherwise than before,
/// and the digest of the rules.
pub fn reader(reading: &Reading) -> ReaderId {
    let code = match reading.kind {
        Kind::Page => "page-2",
        Kind::Index => "index-2",
        Kind::Register => "register-2",
    };
    ReaderId(format!("{code}:{}", digest(reading).short()))
}

/// The name of the reader of what an interface tells, raised by hand likewise.
pub fn reader_of(interface: Interface, reading: &Reading) -> ReaderId {
    let code = match interface {
        Interface::Govuk => "govuk-1",
    };
    ReaderId(format!("{code}:{}", digest(reading).short()))
}

/// The digest of what is in force; the name of a profile is not, nor is who is asked for the page, nor what is known of its dates.
pub fn digest(reading: &Reading) -> Digest {
    let rules = Reading {
        profile: None,
        interface: None,
        dates: Dates::default(),
        ..reading.clone()
    };
    Digest::of(&serde_json::to_vec(&rules).expect("rules are plain data"))
}
