//! Reads XML by the names and texts of its elements.

use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};

use crate::extract::links::Links;
use crate::extract::plain::Draft;
use crate::extract::tidy::{Run, tidy};
use crate::model::{Block, BlockKind, Link};

/// The deepest nesting that is read.
const DEEPEST: usize = 500;

/// Attributes that hold an address.
const ADDRESSES: [&str; 3] = ["href", "url", "src"];

/// One thing met in XML. Entities that a document declares itself are never expanded.
pub enum Met {
    /// The beginning of an element: its name without prefix, and the addresses in its attributes.
    Begin(String, Vec<String>),
    /// The end of the element that was open last.
    End,
    /// Text.
    Text(String),
}

/// Goes through XML in order.
///
/// # Errors
/// The end of a sentence: what is wrong with it, and where.
pub fn walk(text: &str, mut meet: impl FnMut(Met) -> Result<(), String>) -> Result<(), String> {
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    config.allow_dangling_amp = true;
    config.expand_empty_elements = true;
    config.trim_markup_names_in_closing_tags = true;
    let mut depth = 0usize;
    loop {
        let at = reader.buffer_position();
        let event = reader
            .read_event()
            .map_err(|error| format!("is XML that is broken at byte {at}: {error}"))?;
        match event {
            Event::Start(tag) => {
                depth += 1;
                if depth > DEEPEST {
                    return Err(format!("is XML nested deeper than {DEEPEST} elements"));
                }
                meet(begin(&tag))?;
            }
            Event::End(_) => {
                depth = depth.saturating_sub(1);
                meet(Met::End)?;
            }
            Event::Text(text) => meet(Met::Text(text.to_string()))?,
            Event::CData(text) => meet(Met::Text(text.to_string()))?,
            Event::GeneralRef(reference) => {
                let name: &str = &reference;
                let character = reference.resolve_char_ref().ok().flatten();
                let known = || resolve_predefined_entity(name).map(str::to_owned);
                let text = character.map(String::from).or_else(known);
                meet(Met::Text(text.unwrap_or_else(|| format!("&{name};"))))?;
            }
            Event::Eof if depth > 0 => return Err("is XML that is cut off".to_owned()),
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

fn begin(tag: &BytesStart<'_>) -> Met {
    let mut attributes = tag.attributes();
    let addresses = attributes.with_checks(false).flatten().filter(|attribute| {
        let name = attribute.key.local_name();
        ADDRESSES.contains(&name.as_ref())
    });
    let addresses = addresses.map(|attribute| {
        let value = quick_xml::escape::unescape(&attribute.value);
        value.map_or_else(|_| attribute.value.to_string(), |value| value.to_string())
    });
    let addresses = addresses.collect();
    Met::Begin(tag.local_name().as_ref().to_owned(), addresses)
}

/// Each text with the name of its element, each address with it.
///
/// # Errors
/// The end of a sentence: what is wrong with it, and where.
pub fn read(text: &str, links: &Links<'_>) -> Result<Draft, String> {
    let mut names: Vec<String> = Vec::new();
    let mut run = Run::default();
    let mut blocks = Vec::new();
    walk(text, |met| {
        match met {
            Met::Text(text) => run.push(&text),
            Met::Begin(name, addresses) => {
                blocks.extend(element(names.last(), &run.take(), links));
                for address in addresses {
                    blocks.extend(element(Some(&name), &address, links));
                }
                names.push(name);
            }
            Met::End => {
                blocks.extend(element(names.last(), &run.take(), links));
                names.pop();
            }
        }
        Ok(())
    })?;
    Ok(Draft {
        blocks,
        ..Draft::default()
    })
}

fn element(name: Option<&String>, words: &str, links: &Links<'_>) -> Option<Block> {
    let name = name.filter(|_| !words.is_empty())?;
    let address = words.starts_with("http") && !words.contains(' ');
    let link = links.target(words).filter(|_| address).map(|url| Link {
        text: words.to_owned(),
        url,
    });
    Some(Block {
        kind: BlockKind::Paragraph,
        text: tidy(&format!("{name}: {words}")),
        links: link.into_iter().collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(xml: &str) -> Result<Vec<String>, String> {
        let base = "https://a.uk/data.xml".parse().expect("an address");
        let draft = read(xml, &Links::new(base, &[]))?;
        Ok(draft.blocks.into_iter().map(|block| block.text).collect())
    }

    #[test]
    fn elements_are_read_in_order() {
        let xml = "<?xml version='1.0'?><x:root><title>A &amp; B&#x2019;s</title><link href='https://a.uk/?a=1&amp;b=2'/><x>one <i>two</i> three</x><y><![CDATA[<b>]]></y></x:root>";
        let expected = [
            "title: A & B’s",
            "link: https://a.uk/?a=1&b=2",
            "x: one",
            "i: two",
            "x: three",
            "y: <b>",
        ];
        assert_eq!(texts(xml).expect("sound"), expected);
    }

    #[test]
    fn entities_are_not_expanded() {
        let xml = "<!DOCTYPE x [<!ENTITY a \"lol\"><!ENTITY b \"&a;&a;\"><!ENTITY c SYSTEM \"file:///etc/passwd\">]><x>&b;&c; R&D</x>";
        assert_eq!(texts(xml).expect("sound"), ["x: &b;&c; R&D"]);
    }

    #[test]
    fn what_is_cut_off_or_too_deep_is_refused_by_name() {
        let error = texts("<a><b>x</b>").expect_err("cut off");
        assert_eq!(error, "is XML that is cut off");
        let error = texts(&"<a>".repeat(100_000)).expect_err("deep");
        assert_eq!(error, "is XML nested deeper than 500 elements");
        let error = texts("<a><b></a>").expect_err("broken");
        assert!(
            error.starts_with("is XML that is broken at byte 6"),
            "{error}"
        );
    }
}
