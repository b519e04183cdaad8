//! Finds the encoding that the first 1,024 bytes of an HTML page declare (HTML standard, section 13.2.3.2).

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252, X_USER_DEFINED};

/// The encoding declared in a `<meta>` element or an XML declaration, if any.
pub fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(1024)];
    Scan { head, at: 0 }.run().or_else(|| xml_declaration(head))
}

/// The place of the scan.
struct Scan<'a> {
    head: &'a [u8],
    at: usize,
}

impl Scan<'_> {
    fn run(mut self) -> Option<&'static Encoding> {
        while self.at < self.head.len() {
            let rest = &self.head[self.at..];
            if rest.starts_with(b"<!--") {
                let end = rest.windows(3).skip(2).position(|three| three == b"-->")?;
                self.at += end + 5;
            } else if starts_ignoring_case(rest, b"<meta")
                && rest.get(5).is_some_and(|b| is_space(*b) || *b == b'/')
            {
                self.at += 6;
                if let Some(found) = self.meta()? {
                    return Some(found);
                }
            } else if is_tag(rest) {
                self.tag()?;
            } else if rest.starts_with(b"<!") || rest.starts_with(b"</") || rest.starts_with(b"<?")
            {
                self.at += rest.iter().position(|b| *b == b'>')? + 1;
            } else {
                self.at += 1;
            }
        }
        None
    }

    /// Reads the attributes of a `<meta>`; `None` when the bytes end inside it.
    fn meta(&mut self) -> Option<Option<&'static Encoding>> {
        let (mut pragma, mut needs_pragma, mut charset) = (false, None, None);
        let mut seen: Vec<Vec<u8>> = Vec::new();
        while let Some((name, value)) = self.attribute()? {
            if seen.contains(&name) {
                continue;
            }
            match name.as_slice() {
                b"http-equiv" => pragma |= value == b"content-type",
                b"content" if charset.is_none() => {
                    if let Some(encoding) = from_content(&value) {
                        charset = Some(encoding);
                        needs_pragma = Some(true);
                    }
                }
                b"charset" => {
                    charset = Encoding::for_label(&value);
                    needs_pragma = Some(false);
                }
                _ => {}
            }
            seen.push(name);
        }
        Some(match needs_pragma {
            None => None,
            Some(true) if !pragma => None,
            Some(_) => charset.map(as_served),
        })
    }

    /// Steps over a tag and its attributes.
    fn tag(&mut self) -> Option<()> {
        let rest = &self.head[self.at..];
        self.at += rest.iter().position(|b| is_space(*b) || *b == b'>')?;
        while self.attribute()?.is_some() {}
        Some(())
    }

    /// The next attribute of the tag, name and value in lower case; `Some(None)` at its end, `None` when the bytes end.
    fn attribute(&mut self) -> Option<Option<(Vec<u8>, Vec<u8>)>> {
        while is_space(self.byte()?) || self.byte()? == b'/' {
            self.at += 1;
        }
        if self.byte()? == b'>' {
            self.at += 1;
            return Some(None);
        }
        let mut name = Vec::new();
        loop {
            match self.byte()? {
                b'=' if !name.is_empty() => break,
                b'/' | b'>' => return Some(Some((name, Vec::new()))),
                byte if is_space(byte) => {
                    self.spaces()?;
                    if self.byte()? != b'=' {
                        return Some(Some((name, Vec::new())));
                    }
                    break;
                }
                byte => name.push(byte.to_ascii_lowercase()),
            }
            self.at += 1;
        }
        self.at += 1;
        self.spaces()?;
        Some(Some((name, self.value()?)))
    }

    fn value(&mut self) -> Option<Vec<u8>> {
        let mut value = Vec::new();
        let quote = match self.byte()? {
            byte @ (b'"' | b'\'') => {
                self.at += 1;
                Some(byte)
            }
            b'>' => return Some(value),
            _ => None,
        };
        loop {
            let byte = self.byte()?;
            match quote {
                Some(quote) if byte == quote => {
                    self.at += 1;
                    return Some(value);
                }
                None if is_space(byte) || byte == b'>' => return Some(value),
                _ => value.push(byte.to_ascii_lowercase()),
            }
            self.at += 1;
        }
    }

    fn spaces(&mut self) -> Option<()> {
        while is_space(self.byte()?) {
            self.at += 1;
        }
        Some(())
    }

    fn byte(&self) -> Option<u8> {
        self.head.get(self.at).copied()
    }
}

/// The `charset=` of a `content` attribute (HTML standard, section 2.7.5), in lower case.
fn from_content(value: &[u8]) -> Option<&'static Encoding> {
    let mut rest = value;
    loop {
        let at = rest.windows(7).position(|seven| seven == b"charset")?;
        rest = rest[at + 7..].trim_ascii_start();
        let Some(after) = rest.strip_prefix(b"=") else {
            continue;
        };
        let after = after.trim_ascii_start();
        let label = match after.first()? {
            quote @ (b'"' | b'\'') => {
                let end = after[1..].iter().position(|b| b == quote)?;
                &after[1..=end]
            }
            _ => {
                let end = after.iter().position(|b| is_space(*b) || *b == b';');
                &after[..end.unwrap_or(after.len())]
            }
        };
        return Encoding::for_label(label);
    }
}

/// `<?xml version="1.0" encoding="…"?>`, which browsers heed in HTML too.
fn xml_declaration(head: &[u8]) -> Option<&'static Encoding> {
    let declaration = head.strip_prefix(b"<?xml")?;
    let declaration = &declaration[..declaration.iter().position(|b| *b == b'>')?];
    let at = declaration.windows(8).position(|w| w == b"encoding")?;
    let rest = declaration[at + 8..]
        .trim_ascii_start()
        .strip_prefix(b"=")?;
    let rest = rest.trim_ascii_start();
    let quote = rest
        .first()
        .filter(|b| **b == b'"' || **b == b'\'')
        .copied()?;
    let end = rest[1..].iter().position(|b| *b == quote)?;
    Encoding::for_label(&rest[1..=end]).map(as_served)
}

/// A page whose ASCII bytes could be read is in no UTF-16.
fn as_served(encoding: &'static Encoding) -> &'static Encoding {
    if encoding == UTF_16BE || encoding == UTF_16LE {
        UTF_8
    } else if encoding == X_USER_DEFINED {
        WINDOWS_1252
    } else {
        encoding
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b'\t' | b'\n' | 0x0c | b'\r' | b' ')
}

fn is_tag(rest: &[u8]) -> bool {
    let name = match rest {
        [b'<', b'/', name, ..] | [b'<', name, ..] => *name,
        _ => return false,
    };
    name.is_ascii_alphabetic()
}

fn starts_ignoring_case(bytes: &[u8], start: &[u8]) -> bool {
    bytes.len() >= start.len() && bytes[..start.len()].eq_ignore_ascii_case(start)
}
