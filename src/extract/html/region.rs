//! Finds the part of a page that holds its text.

use scraper::Selector;

use crate::extract::html::furniture::{self, Ground, Setting};
use crate::extract::html::outline::{Outline, attribute};
use crate::extract::rules::{NAMED, Rules};
use crate::model::Kind;

/// The part of a page that holds its text.
#[derive(Debug)]
pub struct Region {
    /// The places of its elements, in order, none inside another.
    pub roots: Vec<usize>,
    /// How furniture in it is judged.
    pub ground: Ground,
    /// How much text is in it, in bytes, white space left out.
    pub text: usize,
}

/// The region the rules select.
///
/// # Errors
/// The selectors that were tried, when none selects text.
pub fn selected(outline: &Outline<'_>, rules: &Rules) -> Result<Region, String> {
    for (_, selector) in &rules.select {
        let roots = matching(outline, selector);
        let text: usize = roots.iter().map(|at| outline.spots[*at].text).sum();
        if text > 0 {
            return Ok(Region {
                roots,
                ground: Ground::Main,
                text,
            });
        }
    }
    let tried: Vec<&str> = rules.reading.select.iter().map(String::as_str).collect();
    Err(tried.join("”, “"))
}

/// The region of a page without rules: what says it is the main text, else the body.
pub fn generic(outline: &Outline<'_>, kind: Kind) -> Region {
    let body = outline.spots[outline.body].text;
    let plain = without_furniture(outline, kind);
    let enough = |text: usize| text > 0 && (text >= 150 || text * 5 >= plain);
    let main = largest(outline, |name, role| name == "main" || role == "main");
    if let Some((at, text)) = main.filter(|(_, text)| enough(*text)) {
        return Region::one(at, text, Ground::Main);
    }
    let article = largest(outline, |name, role| name == "article" || role == "article");
    if let Some((at, text)) = article.filter(|(_, text)| text * 10 >= plain * 6) {
        return Region::one(at, text, Ground::Main);
    }
    let named = Selector::parse(NAMED).expect("a selector of ours");
    let named = matching(outline, &named)
        .into_iter()
        .map(|at| (at, outline.spots[at].text))
        .max_by_key(|(at, text)| (*text, usize::MAX - at));
    if let Some((at, text)) = named.filter(|(_, text)| *text > 0 && text * 2 >= plain) {
        return Region::one(at, text, Ground::Body);
    }
    Region::one(outline.body, body, Ground::Body)
}

/// The whole of a body that holds a text and nothing else.
pub fn whole(outline: &Outline<'_>) -> Region {
    let at = outline.body;
    Region::one(
        at,
        outline.spots.get(at).map_or(0, |spot| spot.text),
        Ground::Text,
    )
}

impl Region {
    fn one(at: usize, text: usize, ground: Ground) -> Region {
        Region {
            roots: vec![at],
            ground,
            text,
        }
    }
}

/// How much text the body holds besides its furniture.
fn without_furniture(outline: &Outline<'_>, kind: Kind) -> usize {
    let whole = outline.spots[outline.body].text;
    let setting = Setting {
        outline,
        ground: Ground::Body,
        kind,
        whole,
    };
    let mut at = outline.body;
    let end = outline.spots[at].end;
    let mut furniture = 0;
    while at < end {
        let spot = &outline.spots[at];
        let skip = spot.hidden
            || outline
                .element(at)
                .is_some_and(|element| furniture::is_furniture(setting, at, element));
        if skip && at != outline.body {
            furniture += if spot.hidden { 0 } else { spot.text };
            at = spot.end;
        } else {
            at += 1;
        }
    }
    whole.saturating_sub(furniture)
}

fn largest(outline: &Outline<'_>, is: impl Fn(&str, &str) -> bool) -> Option<(usize, usize)> {
    let mut best: Option<(usize, usize)> = None;
    let mut at = 0;
    while at < outline.spots.len() {
        let spot = &outline.spots[at];
        if spot.hidden && outline.name(at) != "html" {
            at = spot.end;
            continue;
        }
        if let Some(element) = outline.element(at)
            && is(
                element.name(),
                attribute(element, "role").unwrap_or_default(),
            )
            && best.is_none_or(|(_, text)| spot.text > text)
        {
            best = Some((at, spot.text));
        }
        at += 1;
    }
    best
}

/// The places a selector matches, none inside another, hidden ones left out.
fn matching(outline: &Outline<'_>, selector: &Selector) -> Vec<usize> {
    let mut roots = Vec::new();
    let mut at = 0;
    while at < outline.spots.len() {
        let spot = &outline.spots[at];
        if spot.hidden {
            at = spot.end;
            continue;
        }
        let matches = outline
            .reference(at)
            .is_some_and(|element| selector.matches(&element));
        if matches && spot.text > 0 {
            roots.push(at);
            at = spot.end;
        } else {
            at += 1;
        }
    }
    roots
}
