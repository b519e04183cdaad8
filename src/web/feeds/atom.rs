//! A feed as Atom (RFC 4287).

use std::fmt::Write;

use chrono::{DateTime, SecondsFormat, Utc};

use crate::web::feeds::Feed;
use crate::web::feeds::entry::Entry;

/// The feed as XML.
pub(super) fn written(feed: &Feed) -> String {
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
    xml.push_str("<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"en-GB\">\n");
    element(&mut xml, "id", &feed.id);
    element(&mut xml, "title", &feed.title);
    if let Some(signed) = &feed.signed {
        element(&mut xml, "subtitle", signed);
    }
    element(&mut xml, "updated", &time(feed.updated));
    link(&mut xml, "self", "application/atom+xml", &feed.own);
    link(&mut xml, "alternate", "text/html", &feed.page);
    xml.push_str("<author><name>Smallprint</name></author>\n<generator>Smallprint</generator>\n");
    for one in &feed.entries {
        entry(&mut xml, one);
    }
    xml.push_str("</feed>\n");
    xml
}

fn entry(xml: &mut String, entry: &Entry) {
    xml.push_str("<entry>\n");
    element(xml, "id", &entry.id);
    element(xml, "title", &entry.title);
    element(xml, "published", &time(entry.published));
    element(xml, "updated", &time(entry.updated));
    link(xml, "alternate", "text/html", &entry.url);
    for tag in &entry.tags {
        writeln!(xml, "<category term=\"{}\"/>", escaped(tag)).unwrap_or_default();
    }
    let html = escaped(&entry.html);
    writeln!(xml, "<content type=\"html\">{html}</content>\n</entry>").unwrap_or_default();
}

fn element(xml: &mut String, name: &str, text: &str) {
    writeln!(xml, "<{name}>{}</{name}>", escaped(text)).unwrap_or_default();
}

fn link(xml: &mut String, rel: &str, media: &str, to: &str) {
    let to = escaped(to);
    writeln!(xml, "<link rel=\"{rel}\" type=\"{media}\" href=\"{to}\"/>").unwrap_or_default();
}

fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// The text as XML has it; characters that XML cannot hold are left out (XML 1.0, section 2.2).
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len() + text.len() / 8);
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\n' | '\t' => safe.push(c),
            '\u{FFFE}' | '\u{FFFF}' => {}
            _ if c.is_control() => {}
            _ => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_a_page_says_is_markup_of_the_feed() {
        assert_eq!(
            escaped("<a href=\"x\">&\u{1b}[31m\u{FFFF}é"),
            "&lt;a href=&quot;x&quot;&gt;&amp;[31mé"
        );
    }
}
