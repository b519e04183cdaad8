//! Follows the text of a Word paragraph through fields and hidden words.

use crate::extract::links::Links;
use crate::extract::office::para::Para;
use crate::extract::office::styles::Format;

/// Fields whose text is a page number: it moves with the layout, not with the text.
const PAGES: [&str; 4] = ["PAGE", "PAGEREF", "NUMPAGES", "SECTIONPAGES"];

/// The most fields inside one another.
const MOST_FIELDS: usize = 32;

/// A paragraph with what is needed to read on.
pub struct Story {
    /// What has been read.
    pub para: Para,
    /// What it says of itself.
    pub format: Format,
    /// Whether the run that is being read is hidden.
    pub vanish: bool,
    /// The hidden words.
    pub hidden: String,
    fields: Vec<Field>,
}

/// A field: an instruction, then the text it led to.
struct Field {
    instruction: String,
    /// Where its text begins, once it does.
    since: Option<usize>,
}

impl Story {
    /// A paragraph that goes on from what is there.
    pub fn new(para: Para) -> Story {
        Story {
            para,
            format: Format::default(),
            vanish: false,
            hidden: String::new(),
            fields: Vec::new(),
        }
    }

    /// Adds text where it can be seen.
    pub fn say(&mut self, text: &str) {
        let unseen = |field: &Field| {
            let word = field
                .instruction
                .split_whitespace()
                .next()
                .unwrap_or_default();
            field.since.is_none() || PAGES.contains(&word.to_ascii_uppercase().as_str())
        };
        if self.vanish {
            self.hidden.push_str(text);
        } else if !self.fields.iter().any(unseen) {
            self.para.run.push(text);
        }
    }

    /// Adds a character that is named by its place in a font; a place of a symbol font alone says nothing.
    pub fn symbol(&mut self, code: Option<&str>) {
        let code = code.and_then(|code| u32::from_str_radix(code, 16).ok());
        let seen = code.filter(|code| !(0xe000..=0xf8ff).contains(code));
        if let Some(character) = seen.and_then(char::from_u32) {
            self.say(character.encode_utf8(&mut [0; 4]));
        }
    }

    /// Adds to the instruction of the field being read.
    pub fn instruct(&mut self, text: &str) {
        if let Some(field) = self.fields.last_mut() {
            field.instruction.push_str(text);
        }
    }

    /// Begins a field that is one element.
    pub fn simple(&mut self, instruction: &str) {
        self.fields.push(Field {
            instruction: instruction.to_owned(),
            since: Some(self.para.run.len()),
        });
    }

    /// Begins a field, comes to its text, or ends it.
    pub fn field(&mut self, what: Option<&str>, links: &Links<'_>) {
        match what {
            Some("begin") if self.fields.len() < MOST_FIELDS => self.fields.push(Field {
                instruction: String::new(),
                since: None,
            }),
            Some("separate") => {
                let here = self.para.run.len();
                if let Some(field) = self.fields.last_mut() {
                    field.since = Some(here);
                }
            }
            Some("end") => {
                let (instruction, since) = match self.fields.pop() {
                    Some(field) => (field.instruction, field.since),
                    None => return,
                };
                if let Some((address, since)) = address(&instruction).zip(since) {
                    self.para.link(since, address, links);
                }
            }
            _ => {}
        }
    }
}

/// The address in an instruction such as `HYPERLINK "https://a.uk/" \o "tip"`.
fn address(instruction: &str) -> Option<&str> {
    let rest = instruction
        .trim_start()
        .strip_prefix("HYPERLINK")?
        .trim_start();
    let address = rest.strip_prefix('"')?.split('"').next()?;
    (!address.is_empty()).then_some(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_found_in_its_instruction() {
        for (instruction, expected) in [
            (
                " HYPERLINK \"https://a.uk/\" \\o \"tip\"",
                Some("https://a.uk/"),
            ),
            ("HYPERLINK \\l \"_Toc1\"", None),
            ("PAGEREF _Toc1 \\h", None),
        ] {
            assert_eq!(address(instruction), expected);
        }
    }
}
