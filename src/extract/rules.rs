//! The rules of a watch, compiled once.

use std::collections::HashSet;
use std::sync::LazyLock;

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

/// Ids and classes that pages without a `main` element give their text.
pub const NAMED: &str = "#content, #main, #main-content, #maincontent, #page-content, #primary, #mainContent, #main_content, .main-content, .page-content, .entry-content, .post-content, .article-content, .rich-text";

/// Which attributes and ids the selectors in force look at.
pub struct Selected {
    attributes: HashSet<String>,
    ids: HashSet<String>,
    /// A selector that is not written plainly may look at any id.
    any_id: bool,
}

impl Selected {
    fn by<'a>(selectors: impl IntoIterator<Item = &'a str>) -> Selected {
        static ATTRIBUTE: LazyLock<Regex> =
            LazyLock::new(|| expression(r"\[\s*(?:[\w*-]*\|)?([\w:-]+)"));
        static ID: LazyLock<Regex> = LazyLock::new(|| expression(r"#([\w-]+)"));
        let (mut attributes, mut ids, mut any_id) = (HashSet::new(), HashSet::new(), false);
        for selector in selectors {
            let found = ATTRIBUTE.captures_iter(selector);
            attributes.extend(found.map(|found| found[1].to_ascii_lowercase()));
            let found = ID.captures_iter(selector);
            ids.extend(found.map(|found| found[1].to_ascii_lowercase()));
            any_id |= selector.contains('\\');
        }
        Selected {
            any_id: any_id || attributes.contains("id"),
            attributes,
            ids,
        }
    }

    /// Whether a selector asks for this attribute, given in lower case.
    pub fn asks_for(&self, attribute: &str) -> bool {
        self.attributes.contains(attribute)
    }

    /// Whether a selector may look at this id. (Where a page has no doctype, ids match in either case.)
    pub fn looks_at(&self, id: &str) -> bool {
        self.any_id || self.ids.contains(&id.to_ascii_lowercase())
    }
}

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
    /// What all these selectors look at.
    pub selected: Selected,
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
        let own = [
            (&reading.drop, Part::Drop),
            (&reading.history, Part::History),
            (&reading.stated, Part::Stated),
            (&reading.notices, Part::Notice),
        ];
        let sources = own.iter().flat_map(|(selectors, _)| selectors.iter());
        let sources = sources.chain(&reading.select).map(String::as_str);
        let shipped = SHAPES.iter().map(|(selector, _)| *selector);
        let selected = Selected::by(sources.chain(shipped).chain([NAMED]));
        for (selectors, part) in own {
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
            selected,
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

fn expression(source: &str) -> Regex {
    Regex::new(source).expect("a pattern of ours")
}
