//! Lays a parsed page out flat, in document order, so that every later step is a loop over places and none can overflow the stack.

use std::collections::HashSet;

use scraper::node::Element;
use scraper::{ElementRef, Html, Node};

/// A page laid out flat.
pub struct Outline<'a> {
    /// Elements and texts in document order.
    pub spots: Vec<Spot<'a>>,
    /// Where the body is.
    pub body: usize,
}

/// One element or text.
pub struct Spot<'a> {
    /// What stands here.
    pub what: What<'a>,
    /// The place of its parent; the root is its own.
    pub parent: usize,
    /// The place after its last descendant.
    pub end: usize,
    /// Whether it is not shown.
    pub hidden: bool,
    /// How much visible text is inside, in bytes, white space left out.
    pub text: usize,
    /// How much of that is the text of links.
    pub linked: usize,
    /// What else is inside.
    pub holds: Holds,
}

/// What stands at a spot.
#[derive(Clone, Copy)]
pub enum What<'a> {
    /// An element.
    Element(ElementRef<'a>),
    /// A text.
    Text(&'a str),
}

/// The attributes that a reader may ask for; no other is left on a page when it is laid out.
pub const LOOKED_AT: [&str; 29] = [
    "alt",
    "aria-controls",
    "aria-hidden",
    "aria-level",
    "class",
    "colspan",
    "content",
    "data-cfemail",
    "data-toggle",
    "datetime",
    "hidden",
    "href",
    "http-equiv",
    "id",
    "itemprop",
    "lang",
    "name",
    "open",
    "property",
    "rel",
    "reversed",
    "role",
    "rowspan",
    "start",
    "style",
    "title",
    "type",
    "value",
    "xml:lang",
];

/// What is inside an element, itself left out.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Holds(u8);

impl Holds {
    /// A heading.
    pub const HEADING: Holds = Holds(1);
    /// A table.
    pub const TABLE: Holds = Holds(2);
    /// A paragraph, list, table, heading or quotation.
    pub const BLOCK: Holds = Holds(4);
    /// A heading of the first level.
    pub const TITLE: Holds = Holds(8);
    /// A `main` element or role.
    pub const MAIN: Holds = Holds(16);
    /// A `nav` element or a list of links.
    pub const NAV: Holds = Holds(32);
    /// A cell that says it is a heading.
    pub const HEADED: Holds = Holds(64);

    /// Whether any of these is inside.
    pub fn any(self, of: Holds) -> bool {
        self.0 & of.0 != 0
    }

    fn with(self, other: Holds) -> Holds {
        Holds(self.0 | other.0)
    }
}

/// Elements that never show text.
fn is_silent(name: &str) -> bool {
    matches!(
        name,
        "script"
            | "style"
            | "template"
            | "svg"
            | "canvas"
            | "object"
            | "iframe"
            | "video"
            | "audio"
            | "noscript"
            | "noframes"
            | "map"
            | "input"
            | "textarea"
            | "select"
            | "datalist"
            | "progress"
            | "meter"
    )
}

impl<'a> Outline<'a> {
    /// Lays a page out.
    pub fn of(page: &'a Html) -> Outline<'a> {
        let mut outline = Outline {
            spots: Vec::with_capacity(2048),
            body: 0,
        };
        outline.lay(page);
        outline.uncover();
        outline.measure();
        let body = outline
            .elements()
            .find(|(_, element)| element.name() == "body");
        outline.body = body.map_or(0, |(at, _)| at);
        outline
    }

    /// The element at a place.
    pub fn element(&self, at: usize) -> Option<&'a Element> {
        self.reference(at).map(|element| element.value())
    }

    /// The element at a place, with its surroundings.
    pub fn reference(&self, at: usize) -> Option<ElementRef<'a>> {
        match self.spots.get(at)?.what {
            What::Element(element) => Some(element),
            What::Text(_) => None,
        }
    }

    /// The name of the element at a place; empty for a text.
    pub fn name(&self, at: usize) -> &'a str {
        self.element(at).map_or("", Element::name)
    }

    /// All elements with their places.
    pub fn elements(&self) -> impl Iterator<Item = (usize, &'a Element)> + '_ {
        (0..self.spots.len()).filter_map(|at| Some((at, self.element(at)?)))
    }

    /// The places above a place, nearest first.
    pub fn above(&self, at: usize) -> impl Iterator<Item = usize> + '_ {
        let mut at = at;
        std::iter::from_fn(move || {
            let parent = self.spots[at].parent;
            (parent != at).then(|| {
                at = parent;
                parent
            })
        })
    }

    /// Which share of the text inside is the text of links.
    pub fn linked_share(&self, at: usize) -> f64 {
        let spot = &self.spots[at];
        if spot.text == 0 {
            return 0.0;
        }
        spot.linked as f64 / spot.text as f64
    }

    /// The raw text inside, shown or not.
    pub fn raw_text(&self, at: usize) -> String {
        self.spots[at..self.spots[at].end]
            .iter()
            .filter_map(|spot| match spot.what {
                What::Text(text) => Some(text),
                What::Element(_) => None,
            })
            .collect()
    }

    fn lay(&mut self, page: &'a Html) {
        let root = page.tree.root();
        let mut open: Vec<usize> = Vec::new();
        let mut next = root.first_child();
        while let Some(node) = next {
            let at = self.spots.len();
            let what = match node.value() {
                Node::Element(element) if !is_silent(element.name()) => {
                    ElementRef::wrap(node).map(What::Element)
                }
                Node::Text(text) => Some(What::Text(text)),
                _ => None,
            };
            let descend = matches!(what, Some(What::Element(_)));
            if let Some(what) = what {
                self.spots
                    .push(Spot::new(what, open.last().copied().unwrap_or(at)));
            }
            next = match node.first_child().filter(|_| descend) {
                Some(child) => {
                    open.push(at);
                    Some(child)
                }
                None => {
                    let mut here = node;
                    loop {
                        if let Some(sibling) = here.next_sibling() {
                            break Some(sibling);
                        }
                        match (here.parent(), open.pop()) {
                            (Some(parent), Some(_)) => here = parent,
                            _ => break None,
                        }
                    }
                }
            };
        }
    }

    /// Shows again what is folded away for a tab or an accordion: a reader opens it with a click.
    fn uncover(&mut self) {
        let mut opened: HashSet<&str> = HashSet::new();
        let mut hidden = Vec::new();
        for (at, element) in self.elements() {
            if let Some(ids) = attribute(element, "aria-controls") {
                opened.extend(ids.split_ascii_whitespace());
            }
            if attribute(element, "role") == Some("tab")
                || attribute(element, "data-toggle").is_some()
            {
                opened.extend(attribute(element, "href").and_then(|href| href.strip_prefix('#')));
            }
            if is_hidden(element) {
                hidden.push((at, element));
            }
        }
        for (at, element) in hidden {
            let role = attribute(element, "role").unwrap_or_default();
            let controlled = element.id().is_some_and(|id| opened.contains(id));
            let folded = matches!(role, "tabpanel" | "region") || controlled;
            self.spots[at].hidden = !folded || role == "dialog" || element.name() == "dialog";
        }
        self.uncover_main();
    }

    /// Shows what a page hides from screen readers alone while a dialog is open: the whole of its text.
    fn uncover_main(&mut self) {
        let is_main = |at: &usize| {
            let main = |element| attribute(element, "role") == Some("main");
            matches!(self.name(*at), "main" | "h1") || self.element(*at).is_some_and(main)
        };
        let mains: Vec<usize> = (0..self.spots.len()).filter(is_main).collect();
        for main in mains {
            let around: Vec<usize> = std::iter::once(main).chain(self.above(main)).collect();
            for at in around {
                let shown = self.element(at).is_some_and(|element| !is_unseen(element));
                self.spots[at].hidden &= !shown;
            }
        }
    }

    fn measure(&mut self) {
        for at in (0..self.spots.len()).rev() {
            let spot = &self.spots[at];
            let end = spot.end.max(at + 1);
            let (mut text, mut linked, mut holds) = (spot.text, spot.linked, spot.holds);
            match spot.what {
                What::Text(words) => {
                    text = words.bytes().filter(|b| !b.is_ascii_whitespace()).count();
                }
                What::Element(element) => {
                    let element = element.value();
                    if element.name() == "a" {
                        linked = text;
                    }
                    holds = holds.with(held_in(element));
                }
            }
            let spot = &mut self.spots[at];
            spot.end = end;
            (spot.text, spot.linked) = (text, linked);
            let (parent, hidden) = (spot.parent, spot.hidden);
            if parent == at {
                continue;
            }
            let above = &mut self.spots[parent];
            above.end = above.end.max(end);
            if !hidden {
                above.text += text;
                above.linked += linked;
                above.holds = above.holds.with(holds);
            }
        }
    }
}

impl<'a> Spot<'a> {
    fn new(what: What<'a>, parent: usize) -> Spot<'a> {
        Spot {
            what,
            parent,
            end: 0,
            hidden: false,
            text: 0,
            linked: 0,
            holds: Holds::default(),
        }
    }
}

/// The value of an attribute. (`Element::attr` interns the name at each call, which took a sixth of the time of a page.)
pub fn attribute<'a>(element: &'a Element, name: &str) -> Option<&'a str> {
    debug_assert!(LOOKED_AT.contains(&name), "{name} is not looked at");
    let mut attributes = element.attrs();
    attributes
        .find(|(known, _)| *known == name)
        .map(|(_, value)| value)
}

fn held_in(element: &Element) -> Holds {
    let own = match element.name() {
        "h1" => Holds::HEADING.with(Holds::TITLE).with(Holds::BLOCK),
        "h2" | "h3" | "h4" | "h5" | "h6" => Holds::HEADING.with(Holds::BLOCK),
        "table" => Holds::TABLE.with(Holds::BLOCK),
        "p" | "ul" | "ol" | "dl" | "pre" | "blockquote" => Holds::BLOCK,
        "main" => Holds::MAIN,
        "nav" => Holds::NAV,
        "th" => Holds::HEADED,
        _ => Holds::default(),
    };
    match attribute(element, "role") {
        Some("main") => own.with(Holds::MAIN),
        Some("navigation") => own.with(Holds::NAV),
        _ => own,
    }
}

fn is_hidden(element: &Element) -> bool {
    is_unseen(element) || attribute(element, "aria-hidden") == Some("true")
}

/// Whether nobody sees it, with a screen reader or without.
fn is_unseen(element: &Element) -> bool {
    if element.name() == "head" || element.name() == "title" {
        return true;
    }
    if let Some(hidden) = attribute(element, "hidden") {
        return !hidden.eq_ignore_ascii_case("until-found");
    }
    if element.name() == "dialog" {
        return attribute(element, "open").is_none();
    }
    attribute(element, "style").is_some_and(|style| {
        let style: String = style
            .chars()
            .filter(|c| !c.is_whitespace())
            .map(|c| c.to_ascii_lowercase())
            .collect();
        style.contains("display:none") || style.contains("visibility:hidden")
    })
}
