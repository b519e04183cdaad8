//! Mends what is often wrong with feeds, so that they can be read as what they are meant to be.

use std::sync::LazyLock;

use regex::{Captures, Regex};

static RSS: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"<rss\b([^>]*)>").expect("a pattern of ours"));

static VERSION: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"\sversion\s*=\s*(?:"([^"]*)"|'([^']*)')"#).expect("a pattern of ours")
});

/// The feed with its declaration gone, since it is decoded already, its references sound, and its version one that is known.
pub fn mended(text: &str) -> String {
    let text = text.trim_start();
    let bare = match text.strip_prefix("<?xml") {
        Some(rest) => rest.split_once("?>").map_or(text, |(_, rest)| rest),
        None => text,
    };
    let text = with_known_version(bare);
    // Netscape's first version (0.90) has the elements of version 1.0 under another name.
    let text = text.replace(
        "http://my.netscape.com/rdf/simple/0.9/",
        "http://purl.org/rss/1.0/",
    );
    with_sound_references(&text)
}

/// Versions that were drafts, or are written otherwise, are read as the next one that has all their elements.
fn with_known_version(text: &str) -> String {
    let known = |tag: &Captures<'_>| {
        let attributes = &tag[1];
        let version = VERSION.captures(attributes);
        let given = version
            .as_ref()
            .and_then(|found| found.get(1).or(found.get(2)));
        match given.map(|given| given.as_str()) {
            Some("2.0" | "0.91" | "0.92") => tag[0].to_owned(),
            _ => format!(
                "<rss{} version=\"2.0\">",
                VERSION.replace(attributes.trim_end_matches('/'), "")
            ),
        }
    };
    RSS.replace(text, known).into_owned()
}

/// The text with every `&` that begins no reference written as one, and references to what is no character left out.
fn with_sound_references(text: &str) -> String {
    let mut mended = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['&', '<']) {
        mended.push_str(&rest[..at]);
        rest = &rest[at..];
        let closed = [("<![CDATA[", "]]>"), ("<!--", "-->")]
            .into_iter()
            .find(|(open, _)| rest.starts_with(open));
        let taken = match closed {
            Some((_, close)) => rest.find(close).map_or(rest.len(), |end| end + close.len()),
            None if rest.starts_with('<') => 1,
            None => {
                let (written, taken) = reference(rest);
                mended.push_str(&written);
                rest = &rest[taken..];
                continue;
            }
        };
        mended.push_str(&rest[..taken]);
        rest = &rest[taken..];
    }
    mended + rest
}

/// What a text that begins with `&` should begin with, and for how many bytes.
fn reference(text: &str) -> (String, usize) {
    let name = text[1..].split(';').next().unwrap_or_default();
    let whole = text.len() > name.len() + 1 && name.len() <= 32;
    let sound = match name.strip_prefix('#') {
        Some(number) => {
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok(),
                None => number.parse().ok(),
            };
            match code.filter(|_| whole) {
                Some(code) if !is_character(code) => return (String::new(), name.len() + 2),
                code => code.is_some(),
            }
        }
        None => {
            name.starts_with(|c: char| c.is_ascii_alphabetic())
                && name.chars().all(|c| c.is_ascii_alphanumeric())
        }
    };
    match sound && whole {
        true => (text[..name.len() + 2].to_owned(), name.len() + 2),
        false => ("&amp;".to_owned(), 1),
    }
}

/// Whether XML 1.0 allows the character.
fn is_character(code: u32) -> bool {
    let control = code < 0x20 && !matches!(code, 9 | 10 | 13);
    !control && !matches!(code, 0xfffe | 0xffff) && char::from_u32(code).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_made_sound() {
        for (text, expected) in [
            (
                "<a>R&D &amp; &pound;5 &#163;</a>",
                "<a>R&amp;D &amp; &pound;5 &#163;</a>",
            ),
            ("<a href='?a=1&b=2;'/>", "<a href='?a=1&amp;b=2;'/>"),
            ("<a>x&#0;y&#x1F;z &</a>", "<a>xyz &amp;</a>"),
            ("<![CDATA[a&b]]>&", "<![CDATA[a&b]]>&amp;"),
        ] {
            assert_eq!(mended(text), expected, "{text}");
        }
    }

    #[test]
    fn drafts_of_rss_are_read_as_its_second_version() {
        for (text, expected) in [
            (
                "<?xml version='1.0' encoding='latin1'?><rss version='0.91'>",
                "<rss version='0.91'>",
            ),
            (
                "<rss version=\"0.94\" xmlns:a=\"b\">",
                "<rss xmlns:a=\"b\" version=\"2.0\">",
            ),
            ("<rss>", "<rss version=\"2.0\">"),
        ] {
            assert_eq!(mended(text), expected, "{text}");
        }
    }
}
