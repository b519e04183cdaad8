//! Walks a laid-out page and says of each part what it is for.

use scraper::ElementRef;
use scraper::node::Element;

use crate::extract::html::cutter::{Cutter, Flow, Mood, Piece, Place};
use crate::extract::html::furniture::{self, Setting};
use crate::extract::html::layout::{is_block, is_layout};
use crate::extract::html::marks::{self, Marks};
use crate::extract::html::numbers::Numbers;
use crate::extract::html::outline::{Holds, Outline, What, attribute};
use crate::extract::html::region::Region;
use crate::extract::links::{self, Links};
use crate::extract::rules::{Part, Rules};

/// An element that is open.
struct Open {
    end: usize,
    before: Mood,
    then: Then,
}

/// What to do when an element ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Then {
    Nothing,
    Flush,
    CloseLink,
    CloseCell,
    CloseRow,
    CloseGrid,
    Words(&'static str),
    /// Says what an abbreviation stands for.
    Expand(usize),
}

struct Walk<'a> {
    outline: &'a Outline<'a>,
    rules: &'a Rules,
    links: &'a Links<'a>,
    region: &'a Region,
    open: Vec<Open>,
    cut: Cutter,
    numbers: Numbers,
    marks: Marks,
}

/// Cuts the body into blocks, each with what it is for.
pub fn pieces(
    outline: &Outline<'_>,
    rules: &Rules,
    links: &Links<'_>,
    region: &Region,
) -> Vec<Piece> {
    let mut walk = Walk {
        outline,
        rules,
        links,
        region,
        open: Vec::new(),
        cut: Cutter::new(outline.body),
        numbers: Numbers::default(),
        marks: Marks::default(),
    };
    walk.run();
    walk.cut.done()
}

impl Walk<'_> {
    fn run(&mut self) {
        let mut at = self.outline.body;
        let end = self.outline.spots.get(at).map_or(0, |spot| spot.end);
        while at < end {
            self.close_until(at);
            let spot = &self.outline.spots[at];
            match spot.what {
                _ if spot.hidden => at = spot.end,
                What::Element(element) if marks::leads_back(element.value()) => at = spot.end,
                What::Text(text) => {
                    self.text(text, at);
                    at += 1;
                }
                What::Element(element) => {
                    let place = self.place_of(at, element);
                    self.enter(at, element.value(), place);
                    at += 1;
                }
            }
        }
        self.close_until(usize::MAX);
    }

    fn place_of(&self, at: usize, element: ElementRef<'_>) -> Place {
        let now = self.cut.mood.place;
        match now {
            Place::Around | Place::Dropped if self.region.roots.binary_search(&at).is_ok() => {
                return Place::Main;
            }
            Place::History(_) | Place::Notice(_) | Place::FileFacts => return now,
            _ => {}
        }
        match self.rules.parts.find(&element) {
            Some(Part::Drop) => return Place::Dropped,
            Some(Part::Stated) => return Place::Stated,
            Some(Part::History) => return Place::History(at),
            Some(Part::Notice) => return Place::Notice(at),
            Some(Part::FileFacts) if now == Place::Main => return Place::FileFacts,
            _ => {}
        }
        let setting = Setting {
            outline: self.outline,
            ground: self.region.ground,
            kind: self.rules.reading.kind,
            whole: self.region.text,
        };
        let furniture = now == Place::Main && furniture::is_furniture(setting, at, element.value());
        if furniture { Place::Around } else { now }
    }

    fn enter(&mut self, at: usize, element: &Element, place: Place) {
        let before = self.cut.mood;
        let end = self.outline.spots[at].end;
        let block = is_block(element.name());
        if place != before.place || block {
            self.cut.flush();
            self.cut.at = at;
        }
        if place != before.place {
            self.cut.mood = Mood {
                place,
                flow: Flow::Paragraph,
                depth: 0,
                in_cell: before.in_cell && place == before.place,
                ..before
            };
        }
        let mut then = if block || place != before.place {
            Then::Flush
        } else {
            Then::Nothing
        };
        self.shape(at, element, &mut then);
        if end > at + 1 || then != Then::Nothing {
            self.open.push(Open { end, before, then });
        } else {
            self.cut.mood = before;
        }
    }

    /// What the element does to the text inside it.
    fn shape(&mut self, at: usize, element: &Element, then: &mut Then) {
        let cell = self.cut.mood.in_cell;
        let holds = self.outline.spots[at].holds;
        match element.name() {
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                self.cut.mood.flow = Flow::Heading(element.name().as_bytes()[1] - b'0');
            }
            "ul" | "ol" | "menu" => {
                self.cut.mood.depth = self.cut.mood.depth.saturating_add(1);
            }
            "li" => {
                self.item();
                if self.outline.spots[at].text > 0
                    && let Some(number) = self.numbers.of(self.outline, at, element)
                {
                    self.cut.number(number);
                }
            }
            "pre" => self.cut.mood.flow = Flow::Verbatim,
            "br" => self.cut.line_break(),
            "a" => {
                self.link(element, then);
                self.hidden_email(element);
            }
            "span" if !marks::is_deleted(element) => self.hidden_email(element),
            _ if marks::is_deleted(element) && self.outline.spots[at].text > 0 => {
                if holds.any(Holds::BLOCK) || is_block(element.name()) {
                    self.cut.flush();
                    self.cut.mood.struck = true;
                    *then = Then::Flush;
                } else if !self.cut.mood.struck {
                    self.cut.words("[deleted: ");
                    *then = Then::Words("]");
                }
            }
            "sup" if marks::is_note_reference(self.outline, at) => {
                self.cut.words("[");
                *then = Then::Words("]");
            }
            "abbr" | "acronym" => *then = Then::Expand(at),
            "img" => {
                if let Some(words) = marks::stands_for_text(self.outline, at, element) {
                    self.cut.words(&words);
                }
            }
            "time" => self.cut.mood.dated = true,
            "table" if !cell && !is_layout(holds, element) => {
                self.cut.open_grid(false);
                *then = Then::CloseGrid;
            }
            "dl" if !cell && marks::is_paired(self.outline, at) => {
                self.cut.open_grid(true);
                *then = Then::CloseGrid;
            }
            "thead" => self.cut.mood.in_head = true,
            "tr" if !cell && self.cut.in_grid() => *then = Then::CloseRow,
            "td" | "th" | "dt" | "dd" if !cell && self.cut.in_grid() => {
                let span = |name: &str| attribute(element, name)?.trim().parse().ok();
                let heading = matches!(element.name(), "th" | "dt");
                self.cut
                    .open_cell(heading, span("colspan"), span("rowspan"));
                *then = Then::CloseCell;
            }
            "dt" => self.item(),
            _ => self.shape_by_attributes(element),
        }
    }

    /// Says what an abbreviation stands for where it stands first, unless the page says so itself.
    fn expand(&mut self, at: usize) {
        if self.cut.mood.place == Place::Main
            && let Some(words) = self.marks.expansion(self.outline, at)
        {
            self.cut.words(&format!(" ({words})"));
        }
    }

    fn item(&mut self) {
        self.cut.mood.flow = Flow::Item;
        self.cut.mood.depth = self.cut.mood.depth.max(1);
    }

    fn shape_by_attributes(&mut self, element: &Element) {
        if attribute(element, "role") == Some("heading") {
            let level = attribute(element, "aria-level").and_then(|level| level.parse().ok());
            self.cut.mood.flow = Flow::Heading(level.unwrap_or(2).clamp(1, 6));
        }
        let names = attribute(element, "class").unwrap_or_default();
        let of_date = attribute(element, "itemprop").is_some_and(|what| what.starts_with("date"));
        self.cut.mood.dated |= of_date
            || names.split(['-', '_', ' ']).any(|word| {
                matches!(
                    word,
                    "date" | "published" | "updated" | "modified" | "timestamp" | "posted"
                )
            });
    }

    fn link(&mut self, element: &Element, then: &mut Then) {
        if matches!(self.cut.mood.place, Place::Around | Place::Dropped) || self.cut.in_link() {
            return;
        }
        if let Some(url) = attribute(element, "href").and_then(|href| self.links.target(href)) {
            self.cut.open_link(url);
            *then = Then::CloseLink;
        }
    }

    /// Writes the address that stands behind "[email protected]"; the words themselves are left out in `text`.
    fn hidden_email(&mut self, element: &Element) {
        let cipher = attribute(element, "data-cfemail");
        if let Some(address) = cipher.and_then(links::protected_email) {
            self.cut.words(&address);
        }
    }

    fn text(&mut self, text: &str, at: usize) {
        let parent = self.outline.spots[at].parent;
        let hides_email = |place: usize| {
            let element = self.outline.element(place);
            element.is_some_and(|element| attribute(element, "data-cfemail").is_some())
        };
        if !hides_email(parent) && !hides_email(self.outline.spots[parent].parent) {
            self.cut.text(text);
        }
    }

    fn close_until(&mut self, at: usize) {
        while let Some(open) = self.open.pop_if(|open| open.end <= at) {
            match open.then {
                Then::Nothing => {}
                Then::Flush => self.cut.flush(),
                Then::CloseLink => self.cut.close_link(),
                Then::Words(words) => self.cut.words(words),
                Then::Expand(at) => self.expand(at),
                Then::CloseCell => self.cut.close_cell(),
                Then::CloseRow => self.cut.close_row(),
                Then::CloseGrid => self.cut.close_grid(),
            }
            self.cut.mood = open.before;
        }
    }
}
