//! Knows what the paragraph styles of a Word document mean.

use std::collections::HashMap;

use crate::extract::office::package::Unread;
use crate::extract::office::pull::{Pull, Tag};

/// How far styles may be based on one another.
const MOST_STEPS: usize = 24;

/// The outline level that stands for body text.
const BODY: u8 = 9;

/// What a paragraph or its style says of it; `None` where it says nothing.
#[derive(Clone, Default, Debug)]
pub struct Format {
    /// The id of its style.
    pub style: Option<String>,
    /// Its outline level from 0; 9 is body text.
    pub outline: Option<u8>,
    /// The id of its list; "0" takes it out of any.
    pub list: Option<String>,
    /// Its level in the list, from 0.
    pub level: Option<usize>,
    /// Whether its end was deleted while changes were tracked: it runs on into the next paragraph.
    pub joined: bool,
}

impl Format {
    /// Reads the properties of a paragraph to their end.
    ///
    /// # Errors
    /// Why they cannot be read.
    pub fn read(xml: &mut Pull<'_>) -> Result<Format, Unread> {
        let mut format = Format::default();
        while let Some(tag) = xml.open()? {
            match tag.name() {
                "pStyle" => format.style = tag.attr("val"),
                "outlineLvl" => format.outline = number(&tag),
                "numPr" => {
                    while let Some(tag) = xml.open()? {
                        match tag.name() {
                            "numId" => format.list = tag.attr("val"),
                            "ilvl" => format.level = number(&tag),
                            _ => {}
                        }
                        xml.skip()?;
                    }
                    continue;
                }
                "rPr" => {
                    while let Some(tag) = xml.open()? {
                        format.joined |= tag.name() == "del";
                        xml.skip()?;
                    }
                    continue;
                }
                _ => {}
            }
            xml.skip()?;
        }
        Ok(format)
    }
}

/// The styles of a document.
#[derive(Default)]
pub struct Styles {
    styles: HashMap<String, Style>,
    usual: Option<String>,
}

#[derive(Default)]
struct Style {
    name: String,
    base: Option<String>,
    format: Format,
}

impl Styles {
    /// Reads `styles.xml`.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub fn read(text: &str) -> Result<Styles, Unread> {
        let mut styles = Styles::default();
        let mut xml = Pull::new(text);
        if xml.open()?.is_none() {
            return Ok(styles);
        }
        while let Some(tag) = xml.open()? {
            let (kind, id) = (tag.attr("type"), tag.attr("styleId"));
            let usual = tag
                .attr("default")
                .is_some_and(|on| on == "1" || on == "true");
            if tag.name() != "style" || kind.as_deref() != Some("paragraph") {
                xml.skip()?;
                continue;
            }
            let style = Style::read(&mut xml)?;
            if let Some(id) = id {
                if usual {
                    styles.usual = Some(id.clone());
                }
                styles.styles.insert(id, style);
            }
        }
        Ok(styles)
    }

    /// The level of a heading, from 1; `None` for anything else.
    pub fn heading(&self, format: &Format) -> Option<u8> {
        if let Some(outline) = format.outline {
            return level(outline);
        }
        for style in self.chain(format) {
            match style.name.as_str() {
                "title" => return Some(1),
                name => {
                    let number = name
                        .strip_prefix("heading ")
                        .and_then(|n| n.parse::<u8>().ok());
                    if let Some(number) = number.filter(|number| *number > 0) {
                        return Some(number.min(6));
                    }
                }
            }
            if let Some(outline) = style.format.outline {
                return level(outline);
            }
        }
        None
    }

    /// Whether it is a line of a table of contents, which only repeats headings.
    pub fn is_contents(&self, format: &Format) -> bool {
        let named = self.chain(format).next();
        named.is_some_and(|style| style.name.starts_with("toc ") && style.name != "toc heading")
    }

    /// The list a paragraph is in, and its level there if it is said.
    pub fn list(&self, format: &Format) -> Option<(String, Option<usize>)> {
        let said = format.list.clone().or_else(|| {
            self.chain(format)
                .find_map(|style| style.format.list.clone())
        })?;
        let level = format
            .level
            .or_else(|| self.chain(format).find_map(|style| style.format.level));
        (said != "0").then_some((said, level))
    }

    /// The styles of a paragraph, from its own to the one all are based on.
    fn chain<'a>(&'a self, format: &'a Format) -> impl Iterator<Item = &'a Style> {
        let own = format.style.as_ref().or(self.usual.as_ref());
        let first = own.and_then(|id| self.styles.get(id));
        std::iter::successors(first, |style| self.styles.get(style.base.as_ref()?)).take(MOST_STEPS)
    }
}

impl Style {
    fn read(xml: &mut Pull<'_>) -> Result<Style, Unread> {
        let mut style = Style::default();
        while let Some(tag) = xml.open()? {
            match tag.name() {
                "name" => style.name = tag.attr("val").unwrap_or_default().to_lowercase(),
                "basedOn" => style.base = tag.attr("val"),
                "pPr" => {
                    style.format = Format::read(xml)?;
                    continue;
                }
                _ => {}
            }
            xml.skip()?;
        }
        Ok(style)
    }
}

/// The number in an attribute `val`.
pub fn number<T: std::str::FromStr>(tag: &Tag<'_>) -> Option<T> {
    tag.attr("val")?.parse().ok()
}

fn level(outline: u8) -> Option<u8> {
    (outline < BODY).then(|| (outline + 1).min(6))
}
