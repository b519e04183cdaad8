//! Keeps a hostile page within bounds before it is parsed: HTML parsing takes quadratic time and room on nested tags.

use std::borrow::Cow;

/// The deepest nesting that is kept; deeper elements become siblings, as in browsers (Chromium: 512).
const DEEPEST: usize = 1500;

/// The most formatting elements (`<b>`, `<font>` …) that may be open at once: each is opened again in every block.
const MOST_FORMATS: usize = 64;

/// The most tags a page may have, and the most times formatting may be opened again.
const MOST_TAGS: usize = 1_000_000;

/// What the parser does with elements of a name.
enum Nature {
    /// They have no end tag, or the next of their kind closes them.
    Flat,
    /// They are opened again in every block until they are closed.
    Format,
    /// Their content is no markup.
    Raw,
    /// They nest.
    Nests,
}

fn nature(name: &str) -> Nature {
    let mut lower = [0; 12];
    let Some(lower) = lower.get_mut(..name.len()) else {
        return Nature::Nests;
    };
    lower.copy_from_slice(name.as_bytes());
    lower.make_ascii_lowercase();
    match &*lower {
        b"b" | b"big" | b"code" | b"em" | b"font" | b"i" | b"nobr" | b"s" | b"small"
        | b"strike" | b"strong" | b"tt" | b"u" => Nature::Format,
        b"a" | b"area" | b"base" | b"body" | b"br" | b"col" | b"dd" | b"dt" | b"embed"
        | b"head" | b"hr" | b"html" | b"img" | b"input" | b"li" | b"link" | b"meta"
        | b"optgroup" | b"option" | b"p" | b"param" | b"path" | b"rp" | b"rt" | b"source"
        | b"tbody" | b"td" | b"th" | b"thead" | b"tr" | b"track" | b"wbr" => Nature::Flat,
        b"script" | b"style" | b"title" | b"textarea" | b"xmp" | b"iframe" | b"noembed"
        | b"noframes" | b"noscript" => Nature::Raw,
        _ => Nature::Nests,
    }
}

/// The page itself, or the page without the start tags that nest too deep.
///
/// # Errors
/// A sentence's end ("has more than …") when the page has too many tags to be parsed.
pub fn bounded(page: &str) -> Result<Cow<'_, str>, String> {
    let bytes = page.as_bytes();
    if bytes.iter().filter(|byte| **byte == b'<').count() < DEEPEST {
        return Ok(Cow::Borrowed(page));
    }
    let (mut depth, mut formats, mut tags, mut again) = (0usize, 0usize, 0usize, 0usize);
    let mut cuts: Vec<(usize, usize)> = Vec::new();
    let mut at = 0;
    while let Some(found) = page[at..].find('<') {
        let start = at + found;
        let closing = bytes.get(start + 1) == Some(&b'/');
        let named = start + 1 + usize::from(closing);
        if page[start..].starts_with("<!--") {
            at = page[start..]
                .find("-->")
                .map_or(page.len(), |end| start + end + 3);
            continue;
        }
        if !bytes.get(named).is_some_and(u8::is_ascii_alphabetic) {
            at = start + 1;
            continue;
        }
        let name = name_at(page, named);
        let end = end_of_tag(bytes, named + name.len());
        at = end;
        tags += 1;
        let self_closed = bytes.get(end.wrapping_sub(2)) == Some(&b'/');
        match nature(name) {
            Nature::Format => {
                formats = step(formats, closing);
                if !closing && formats > MOST_FORMATS {
                    cuts.push((start, end));
                }
            }
            Nature::Flat => again += formats.min(MOST_FORMATS),
            Nature::Raw if !closing && !self_closed => at = end_of_raw(page, end, name),
            Nature::Raw => {}
            Nature::Nests if self_closed && depth < DEEPEST / 2 => {}
            Nature::Nests => {
                depth = step(depth, closing);
                again += formats.min(MOST_FORMATS);
                if !closing && depth > DEEPEST {
                    cuts.push((start, end));
                }
            }
        }
        if tags > MOST_TAGS || again > MOST_TAGS {
            return Err(format!("has more than {MOST_TAGS} tags"));
        }
    }
    Ok(without(page, &cuts))
}

fn step(count: usize, closing: bool) -> usize {
    if closing {
        count.saturating_sub(1)
    } else {
        count + 1
    }
}

fn name_at(page: &str, at: usize) -> &str {
    let rest = &page[at..];
    let end = rest
        .find(|c: char| c.is_ascii_whitespace() || c == '>' || c == '/')
        .unwrap_or(rest.len());
    &rest[..end]
}

/// The place after the `>` that ends the tag, attribute values in quotes stepped over.
fn end_of_tag(bytes: &[u8], from: usize) -> usize {
    let mut quote = None;
    let mut last = b' ';
    for (at, byte) in bytes.iter().enumerate().skip(from) {
        match (quote, *byte) {
            (Some(open), byte) if byte == open => quote = None,
            (Some(_), _) => {}
            (None, b'>') => return at + 1,
            (None, byte @ (b'"' | b'\'')) if last == b'=' => quote = Some(byte),
            _ => {}
        }
        if !byte.is_ascii_whitespace() {
            last = *byte;
        }
    }
    bytes.len()
}

fn end_of_raw(page: &str, from: usize, name: &str) -> usize {
    let mut at = from;
    while let Some(found) = page[at..].find("</") {
        let start = at + found + 2;
        let after = page.as_bytes().get(start..start + name.len());
        if after.is_some_and(|after| after.eq_ignore_ascii_case(name.as_bytes())) {
            return start - 2;
        }
        at = start;
    }
    page.len()
}

fn without<'a>(page: &'a str, cuts: &[(usize, usize)]) -> Cow<'a, str> {
    if cuts.is_empty() {
        return Cow::Borrowed(page);
    }
    let mut kept = String::with_capacity(page.len());
    let mut at = 0;
    for (start, end) in cuts {
        kept.push_str(&page[at..*start]);
        at = *end;
    }
    kept.push_str(&page[at..]);
    Cow::Owned(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ordinary_page_is_left_alone() {
        let part = "<p class=\"a>b\">x<br/><b>y</b><script>if (a<b) {}</script><!-- <div> -->";
        let page = part.repeat(DEEPEST);
        assert!(matches!(bounded(&page), Ok(Cow::Borrowed(_))));
    }

    #[test]
    fn text_in_deep_nesting_is_kept() {
        let page = "<div>".repeat(100_000) + "words";
        let kept = bounded(&page).expect("a page");
        assert_eq!(kept.len(), DEEPEST * 5 + 5);
        assert!(kept.ends_with("words"));
    }

    #[test]
    fn formatting_that_is_never_closed_is_bounded() {
        let fonts: String = (0..2000).map(|n| format!("<font color={n}>")).collect();
        let kept = bounded(&fonts).expect("a page").matches("<font").count();
        assert_eq!(kept, MOST_FORMATS);
        let page = fonts + &"<p>x".repeat(100_000);
        assert!(bounded(&page).is_err());
    }

    #[test]
    fn more_tags_than_any_page_has_are_refused() {
        assert!(bounded(&"<p>".repeat(MOST_TAGS + 1)).is_err());
    }
}
