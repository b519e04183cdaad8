//! Tells by the first element of a text what sort of markup it is.

use std::sync::LazyLock;

use regex::Regex;

/// What a text in markup begins with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Root {
    /// `<html>`, or what only stands in a page's head or says that it is one.
    Page,
    /// An element of HTML: a page without its beginning, or a text that uses the tag.
    Fragment,
    /// An RSS, RDF or Atom feed.
    Feed,
    /// A sitemap, or a list of them.
    Sitemap,
    /// Any other element.
    Xml,
}

static TAG: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"</?[A-Za-z][A-Za-z0-9-]*(?:\s[^<>]*)?/?>").expect("a pattern of ours")
});

static CLOSING: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)</(?:p|div|h[1-6]|ul|ol|li|table|section|article|main|header|nav|title)\s*>")
        .expect("a pattern of ours")
});

/// What a text begins with, if with markup: declarations, comments and instructions are passed over.
pub fn root(start: &str) -> Option<Root> {
    let mut rest = start.trim_start();
    loop {
        rest = if let Some(after) = rest.strip_prefix("<!--") {
            after.split_once("-->")?.1
        } else if let Some(after) = rest.strip_prefix("<?") {
            after.split_once("?>")?.1
        } else if let Some(after) = rest.strip_prefix("<!") {
            if after.len() >= 12 && after.is_char_boundary(12) {
                let kind = after[..12].to_ascii_lowercase();
                if kind == "doctype html" {
                    return Some(Root::Page);
                }
            }
            after_declaration(after)?
        } else {
            break;
        }
        .trim_start();
    }
    let name = rest.strip_prefix('<')?;
    let end = name
        .find(|c: char| !(c.is_alphanumeric() || matches!(c, ':' | '-' | '_' | '.')))
        .unwrap_or(name.len());
    let (whole, rest) = name.split_at(end);
    if !whole.starts_with(|c: char| c.is_alphabetic() || c == '_') {
        return None;
    }
    let tag = rest.split('>').next().unwrap_or_default();
    Some(of(&whole.to_ascii_lowercase(), tag))
}

/// What follows a declaration; one may hold others in brackets.
fn after_declaration(text: &str) -> Option<&str> {
    let end = text.find(['>', '['])?;
    if text[end..].starts_with('>') {
        return Some(&text[end + 1..]);
    }
    let inside = &text[end..];
    let close = inside.find("]>").map(|at| at + 2);
    let loose = || Some(inside.find(']')? + inside[inside.find(']')?..].find('>')? + 1);
    close.or_else(loose).map(|at| &inside[at..])
}

fn of(name: &str, tag: &str) -> Root {
    let local = name.rsplit(':').next().unwrap_or(name);
    match local {
        "html" | "head" | "body" | "title" | "meta" | "base" => Root::Page,
        "rss" | "feed" => Root::Feed,
        "rdf" if tag.contains("purl.org/rss") || tag.contains("netscape.com/rdf") => Root::Feed,
        "urlset" | "sitemapindex" => Root::Sitemap,
        "a" | "abbr" | "article" | "aside" | "b" | "blockquote" | "br" | "center" | "div"
        | "dl" | "em" | "figure" | "font" | "footer" | "form" | "frameset" | "h1" | "h2" | "h3"
        | "h4" | "h5" | "h6" | "header" | "hr" | "i" | "iframe" | "img" | "li" | "link"
        | "main" | "nav" | "noscript" | "ol" | "p" | "pre" | "script" | "section" | "small"
        | "span" | "strong" | "style" | "table" | "tbody" | "tr" | "u" | "ul"
            if name == local =>
        {
            Root::Fragment
        }
        _ => Root::Xml,
    }
}

/// Whether a text holds any tag.
pub fn has_tags(text: &str) -> bool {
    TAG.is_match(text)
}

/// Whether a text that begins with a tag goes on like a page.
pub fn is_made_of_tags(text: &str) -> bool {
    CLOSING.find_iter(text).take(3).count() == 3
}
