//! Pulls elements and text out of XML, one piece at a time and never too deep.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::{BytesRef, BytesStart, Event};

use crate::extract::office::package::Unread;

/// How deep elements may be nested; real files stay below 60.
const MOST_DEPTH: usize = 256;

/// XML being read. Every element is read to its end by whoever was given its start.
pub struct Pull<'a> {
    reader: Reader<&'a [u8]>,
    depth: usize,
}

/// A piece of XML.
pub enum Piece<'a> {
    /// An element begins.
    Open(Tag<'a>),
    /// Text.
    Text(Cow<'a, str>),
}

/// The start of an element.
pub struct Tag<'a>(BytesStart<'a>);

impl Tag<'_> {
    /// Its name without its prefix.
    pub fn name(&self) -> &str {
        local(self.0.name().0)
    }

    /// The value of an attribute, by its name without prefix.
    pub fn attr(&self, name: &str) -> Option<String> {
        self.find(|key| local(key) == name)
    }

    /// The value of an attribute, by its name with its prefix.
    pub fn exact(&self, name: &str) -> Option<String> {
        self.find(|key| key == name)
    }

    /// Whether this switch is on: an element without a value is, "0", "false" and "off" are not.
    pub fn is_on(&self) -> bool {
        !matches!(self.attr("val").as_deref(), Some("0" | "false" | "off"))
    }

    fn find(&self, is_it: impl Fn(&str) -> bool) -> Option<String> {
        let mut attributes = self.0.attributes();
        attributes.with_checks(false);
        attributes
            .flatten()
            .find(|attribute| is_it(attribute.key.0))
            .map(|attribute| match unescape(&attribute.value) {
                Ok(value) => value.into_owned(),
                Err(_) => attribute.value.into_owned(),
            })
    }
}

impl<'a> Pull<'a> {
    /// XML from its beginning.
    pub fn new(text: &'a str) -> Pull<'a> {
        let mut reader = Reader::from_str(text);
        reader.config_mut().expand_empty_elements = true;
        Pull { reader, depth: 0 }
    }

    /// The next piece inside the element opened last; `None` at its end. Whoever takes a start must read to its end.
    ///
    /// # Errors
    /// Why the rest cannot be read.
    pub fn next(&mut self) -> Result<Option<Piece<'a>>, Unread> {
        loop {
            match self.reader.read_event().map_err(|_| Unread::Damaged)? {
                Event::Start(start) => {
                    self.depth += 1;
                    if self.depth > MOST_DEPTH {
                        return Err(Unread::Depth);
                    }
                    return Ok(Some(Piece::Open(Tag(start))));
                }
                Event::End(_) => {
                    self.depth = self.depth.saturating_sub(1);
                    return Ok(None);
                }
                Event::Text(text) => return Ok(Some(Piece::Text(text.into_inner()))),
                Event::CData(text) => return Ok(Some(Piece::Text(text.into_inner()))),
                Event::GeneralRef(reference) => {
                    if let Some(character) = character(&reference) {
                        return Ok(Some(Piece::Text(character.to_string().into())));
                    }
                }
                Event::Eof if self.depth == 0 => return Ok(None),
                Event::Eof => return Err(Unread::Damaged),
                _ => {}
            }
        }
    }

    /// The next element inside the element opened last; text between is passed over.
    ///
    /// # Errors
    /// Why the rest cannot be read.
    pub fn open(&mut self) -> Result<Option<Tag<'a>>, Unread> {
        while let Some(piece) = self.next()? {
            if let Piece::Open(tag) = piece {
                return Ok(Some(tag));
            }
        }
        Ok(None)
    }

    /// Passes over the rest of the element opened last.
    ///
    /// # Errors
    /// Why the rest cannot be read.
    pub fn skip(&mut self) -> Result<(), Unread> {
        self.collect(&mut |_| ())
    }

    /// All text in the rest of the element opened last.
    ///
    /// # Errors
    /// Why the rest cannot be read.
    pub fn text(&mut self) -> Result<String, Unread> {
        let mut whole = String::new();
        self.collect(&mut |text| whole.push_str(text))?;
        Ok(whole)
    }

    fn collect(&mut self, take: &mut dyn FnMut(&str)) -> Result<(), Unread> {
        let end = self.depth.saturating_sub(1);
        loop {
            match self.next()? {
                Some(Piece::Text(text)) => take(&text),
                Some(Piece::Open(_)) => {}
                None if self.depth <= end => return Ok(()),
                None => {}
            }
        }
    }
}

fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

/// The character a reference stands for. What a file defines for itself is not expanded.
fn character(reference: &BytesRef<'_>) -> Option<char> {
    if let Ok(Some(character)) = reference.resolve_char_ref() {
        return Some(character);
    }
    match &**reference {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_file_defines_for_itself_is_not_expanded() {
        let mut xml = Pull::new(
            "<!DOCTYPE a [<!ENTITY b 'bomb'>]><a x:y='1 &amp; 2'>&b;&#65;&amp;<c>in</c></a>",
        );
        let tag = xml.open().expect("XML").expect("an element");
        assert_eq!((tag.name(), tag.attr("y").as_deref()), ("a", Some("1 & 2")));
        assert_eq!(xml.text(), Ok("A&in".to_owned()));
        assert!(xml.next().expect("XML").is_none());
    }

    #[test]
    fn what_breaks_off_is_damaged() {
        let mut xml = Pull::new("<a><b>text");
        assert!(xml.open().is_ok());
        assert_eq!(xml.text(), Err(Unread::Damaged));
    }

    #[test]
    fn what_is_nested_without_end_is_left() {
        let deep = "<a>".repeat(100_000);
        let mut xml = Pull::new(&deep);
        assert!(xml.open().is_ok());
        assert_eq!(xml.skip(), Err(Unread::Depth));
    }
}
