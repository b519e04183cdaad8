//! An answer of a server as a record holds it: header and body taken apart.

use crate::export::ORIGINAL;

/// The longest header of an answer, in bytes.
const LONGEST: usize = 256 * 1024;
/// The most fields of one.
const MOST_FIELDS: usize = 1000;

/// The header of an answer.
#[derive(PartialEq, Eq, Debug)]
pub(super) struct Answer {
    /// Its status.
    pub(super) status: u16,
    /// Its fields, in order, names in lower case, values read as Latin-1.
    pub(super) fields: Vec<(String, String)>,
    /// Where its body begins.
    pub(super) body: usize,
}

/// The status in the first line of an answer.
pub(super) fn status(block: &[u8]) -> Option<u16> {
    let line = block.split(|byte| *byte == b'\n').next()?;
    let line: String = line.iter().take(64).map(|byte| char::from(*byte)).collect();
    let mut words = line.split_ascii_whitespace();
    words.next().filter(|word| word.starts_with("HTTP/"))?;
    words.next()?.parse().ok()
}

/// Reads the header of an answer.
pub(super) fn answer(block: &[u8]) -> Option<Answer> {
    let status = status(block)?;
    let mut fields: Vec<(String, String)> = Vec::new();
    let (mut at, mut first) = (0, true);
    loop {
        let rest = block.get(at..)?;
        // An answer that has no body may end with its header.
        let end = rest.iter().take(LONGEST).position(|byte| *byte == b'\n');
        let (line, next) = match end {
            Some(end) => (&rest[..end], at + end + 1),
            None if rest.len() < LONGEST => (rest, block.len()),
            None => return None,
        };
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        at = next;
        if at > LONGEST || fields.len() > MOST_FIELDS {
            return None;
        }
        if line.is_empty() {
            break;
        }
        if !std::mem::take(&mut first) {
            let text: String = line.iter().map(|byte| char::from(*byte)).collect();
            match (text.split_once(':'), fields.last_mut()) {
                (_, Some((_, value))) if text.starts_with([' ', '\t']) => {
                    value.push(' ');
                    value.push_str(text.trim_matches([' ', '\t']));
                }
                (Some((name, value)), _) => {
                    let value = value.trim_matches([' ', '\t']).to_owned();
                    fields.push((name.trim().to_ascii_lowercase(), value));
                }
                // What is no field was none to those who read it first.
                (None, _) => {}
            }
        }
        if at == block.len() {
            break;
        }
    }
    Some(Answer {
        status,
        fields,
        body: at,
    })
}

/// The same of a record that this program wrote: fields that it renamed have their names again, and the length that it put
/// beside one of them is gone.
pub(super) fn own(block: &[u8]) -> Option<Answer> {
    let mut answer = answer(block)?;
    let original = ORIGINAL.to_ascii_lowercase();
    let mut renamed = false;
    for (name, _) in &mut answer.fields {
        if let Some(before) = name.strip_prefix(&original) {
            renamed |= before == "content-length";
            *name = before.to_owned();
        }
    }
    let lengths = answer.fields.iter();
    let lengths = lengths.filter(|(name, _)| name == "content-length").count();
    let last = answer.fields.last();
    if renamed && lengths > 1 && last.is_some_and(|(name, _)| name == "content-length") {
        answer.fields.pop();
    }
    Some(answer)
}

/// The body as it was before it was sent in chunks (RFC 9112, section 7.1); `None` where it is not in chunks, whatever its
/// header says: many keep it with the chunks undone.
pub(super) fn unchunked(body: &[u8]) -> Option<Vec<u8>> {
    let (mut whole, mut rest) = (Vec::new(), body);
    loop {
        let end = rest.iter().take(1024).position(|byte| *byte == b'\n')?;
        let line = std::str::from_utf8(&rest[..end]).ok()?;
        let digits = line.split(';').next()?.trim();
        let length = usize::from_str_radix(digits, 16).ok()?;
        rest = &rest[end + 1..];
        if length == 0 {
            return Some(whole);
        }
        whole.extend_from_slice(rest.get(..length)?);
        rest = rest.get(length..)?;
        rest = rest.strip_prefix(b"\r\n").or(rest.strip_prefix(b"\n"))?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(block: &str, status: u16, fields: &[(&str, &str)], body: &str) {
        let answer = answer(block.as_bytes()).expect("an answer");
        assert_eq!(answer.status, status);
        let read: Vec<(&str, &str)> = (answer.fields.iter())
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        assert_eq!(read, fields);
        assert_eq!(&block[answer.body..], body);
    }

    #[test]
    fn an_answer_is_taken_apart_however_its_lines_end() {
        let fields = [("content-type", "text/html"), ("x", "a b")];
        case(
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX: a\r\n  b\r\n\r\n<p>\r\n\r\n",
            200,
            &fields,
            "<p>\r\n\r\n",
        );
        case(
            "HTTP/2 404\nContent-Type: text/html\nrubbish\nX: a b\n\n",
            404,
            &fields,
            "",
        );
        case("HTTP/1.0 304 Not Modified\r\n", 304, &[], "");
        for none in ["", "<html>", "HTTP/1.1", "HTTP/1.1 OK\r\n\r\n"] {
            assert_eq!(answer(none.as_bytes()), None, "{none}");
        }
        let long = format!("HTTP/1.1 200 OK\r\n{}", "a: b\r\n".repeat(100_000));
        assert_eq!(answer(long.as_bytes()), None);
    }

    #[test]
    fn chunks_are_put_together_where_there_are_any() {
        let case = |body: &str, expected: Option<&str>| {
            let whole = unchunked(body.as_bytes());
            assert_eq!(whole.as_deref(), expected.map(str::as_bytes), "{body}");
        };
        case("3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n", Some("abcde"));
        case("0\r\n\r\n", Some(""));
        case("<html>\n", None);
        case("3\r\nab", None);
        case("ffffffffffffffff\r\nab", None);
        case("fffffffffffffffff\r\nab", None);
    }
}
