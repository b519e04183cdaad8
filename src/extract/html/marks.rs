//! Reads what elements mean beyond their words: deletions, references to notes, abbreviations, images that stand for text.

use std::collections::HashSet;

use scraper::node::Element;

use crate::extract::html::files;
use crate::extract::html::outline::{Outline, attribute};
use crate::extract::tidy::tidy;

/// The longest text of an image, and the longest expansion of an abbreviation, in bytes.
const LONGEST: usize = 200;

/// Endings of names of files, which some systems write where words belong.
const PICTURES: [&str; 6] = [".jpg", ".jpeg", ".png", ".gif", ".svg", ".webp"];

/// Whether what is inside is struck out.
pub fn is_deleted(element: &Element) -> bool {
    match element.name() {
        "del" | "s" | "strike" => true,
        "span" | "p" | "div" | "font" => attribute(element, "style")
            .is_some_and(|style| style.to_ascii_lowercase().contains("line-through")),
        _ => false,
    }
}

/// Whether it is the way back from a note to its place, which says nothing.
pub fn leads_back(element: &Element) -> bool {
    element.name() == "a"
        && (attribute(element, "role") == Some("doc-backlink")
            || attribute(element, "class").is_some_and(|class| {
                class.split_ascii_whitespace().any(|name| {
                    matches!(
                        name,
                        "reversefootnote" | "footnote-backref" | "footnote-back"
                    )
                })
            }))
}

/// Whether a superscript leads to a note by a bare number or sign: otherwise it would run into the word before it.
pub fn is_note_reference(outline: &Outline<'_>, at: usize) -> bool {
    let text = outline.raw_text(at);
    let text = text.trim();
    let leads = (at..outline.spots[at].end)
        .filter(|place| outline.name(*place) == "a")
        .any(|place| {
            let element = outline.element(place);
            let href = element.and_then(|element| attribute(element, "href"));
            href.is_some_and(|href| href.contains('#'))
        })
        || outline.name(outline.spots[at].parent) == "a";
    let bare = |c: char| c.is_ascii_digit() || matches!(c, '*' | '†' | '‡' | '§' | ',' | ' ');
    leads && !text.is_empty() && text.len() <= 12 && text.chars().all(bare)
}

/// Whether a definition list pairs terms with short descriptions: none is longer than a paragraph.
pub fn is_paired(outline: &Outline<'_>, at: usize) -> bool {
    let mut paragraphs: HashSet<usize> = HashSet::new();
    (at + 1..outline.spots[at].end).all(|place| match outline.name(place) {
        "p" => {
            let of = outline
                .above(place)
                .find(|above| matches!(outline.name(*above), "dd" | "dt" | "dl"));
            of.is_some_and(|of| paragraphs.insert(of))
        }
        "ul" | "ol" | "dl" | "table" | "pre" | "blockquote" => false,
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => false,
        _ => true,
    })
}

/// The words of an image where it stands for text: alone in a link, a heading or a cell.
pub fn stands_for_text(outline: &Outline<'_>, at: usize, image: &Element) -> Option<String> {
    let alone = outline.above(at).take(4).any(|place| {
        matches!(
            outline.name(place),
            "a" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "td" | "th" | "dt" | "dd"
        ) && outline.spots[place].text == 0
    });
    let words = tidy(attribute(image, "alt")?);
    let picture = |words: &str| {
        let lower = words.to_ascii_lowercase();
        PICTURES.iter().any(|ending| lower.ends_with(ending))
    };
    let said = words.len() <= LONGEST && words.contains(char::is_alphabetic) && !picture(&words);
    (alone && said).then_some(words)
}

/// What has been said of a page's abbreviations.
#[derive(Default)]
pub struct Marks {
    expanded: HashSet<String>,
    /// The whole text of the page, once it was needed.
    text: Option<String>,
}

impl Marks {
    /// What the abbreviation at a place stands for, the first time, unless the page says so in its text.
    pub fn expansion(&mut self, outline: &Outline<'_>, at: usize) -> Option<String> {
        let words = tidy(attribute(outline.element(at)?, "title")?);
        let short = outline.raw_text(at);
        // Everybody knows what a PDF is, and what is said of a file is read as it stands.
        let is_name =
            words.contains(' ') && words.len() > short.trim().len() && !files::is_sort(&short);
        if !is_name || words.len() > LONGEST || !self.expanded.insert(words.to_lowercase()) {
            return None;
        }
        let text = self
            .text
            .get_or_insert_with(|| tidy(&outline.raw_text(outline.body)).to_lowercase());
        (!text.contains(&words.to_lowercase())).then_some(words)
    }
}
