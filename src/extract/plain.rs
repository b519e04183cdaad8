//! Reads text that is no page: plain text, JSON and XML.

use std::sync::LazyLock;

use regex::Regex;

use crate::extract::content::Content;
use crate::extract::rules::Rules;
use crate::extract::tidy::tidy;
use crate::extract::{claims, file, noise};
use crate::model::{Block, BlockKind, Capture, Document, Stated};

static XML: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?s)<!--.*?-->|<!\[CDATA\[(?P<data>.*?)\]\]>|<(?P<tag>/?[A-Za-z_][\w:.-]*)(?P<rest>[^>]*)>|<[?!][^>]*>")
        .expect("a pattern of ours")
});

static ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"\b(?:href|url)\s*=\s*["']([^"']+)["']"#).expect("a pattern of ours")
});

/// Elements that say when a feed was made, not what is in it.
const STAMPS: [&str; 3] = ["lastBuildDate", "generator", "ttl"];

/// Reads text that is no page.
pub fn read(capture: &Capture, text: &str, sort: Content, rules: &Rules) -> Document {
    let blocks = match sort {
        Content::Json => json(text),
        Content::Xml => xml(text),
        _ => lines(text),
    };
    let dropped = |block: &Block| {
        rules
            .drop_lines
            .iter()
            .any(|line| line.is_match(&block.text))
    };
    let blocks = blocks.into_iter().filter(|block| !dropped(block));
    let mut stated = Stated::default();
    let mut kept = Vec::new();
    for block in blocks {
        let prose = block.kind == BlockKind::Paragraph;
        if prose && claims::is_statement(&block.text) {
            stated.lines.push(block.text);
        } else if !prose || !noise::is_noise(&block.text) {
            kept.push(block);
        }
    }
    Document {
        stated,
        blocks: kept,
        ..Document::empty(rules.reader.clone(), file::name(capture))
    }
}

fn block(kind: BlockKind, text: String) -> Option<Block> {
    let links = Vec::new();
    (!text.is_empty()).then_some(Block { kind, text, links })
}

fn lines(text: &str) -> Vec<Block> {
    text.lines()
        .filter_map(|line| block(BlockKind::Paragraph, tidy(line)))
        .collect()
}

fn json(text: &str) -> Vec<Block> {
    let text = text.trim_start_matches('\u{feff}');
    match serde_json::from_str::<serde_json::Value>(text) {
        Ok(value) => lines(&serde_json::to_string_pretty(&value).expect("JSON is JSON")),
        Err(_) => lines(text),
    }
}

/// Each text with the name of its element, each address with it.
fn xml(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let (mut name, mut words, mut at) = (String::new(), String::new(), 0);
    for found in XML.captures_iter(text) {
        let range = found.get(0).map_or(0..0, |whole| whole.range());
        words.push_str(&unescaped(&text[at..range.start]));
        at = range.end;
        if let Some(data) = found.name("data") {
            words.push_str(data.as_str());
        }
        if let Some(tag) = found.name("tag") {
            blocks.extend(element(&name, &words));
            words.clear();
            name = tag.as_str().trim_start_matches('/').to_owned();
            let rest = found.name("rest").map_or("", |rest| rest.as_str());
            if let Some(address) = ADDRESS.captures(rest) {
                blocks.extend(element(&name, &unescaped(&address[1])));
            }
        }
    }
    blocks
}

fn element(name: &str, words: &str) -> Option<Block> {
    let words = tidy(words);
    if words.is_empty() || STAMPS.contains(&name) {
        return None;
    }
    block(BlockKind::Paragraph, format!("{name}: {words}"))
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&apos;", "'")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(blocks: Vec<Block>) -> Vec<String> {
        blocks.into_iter().map(|block| block.text).collect()
    }

    #[test]
    fn the_order_of_keys_is_no_change() {
        assert_eq!(
            texts(json(r#"{"b":1,"a":[2]}"#)),
            texts(json("{\"a\": [2],\n \"b\": 1}"))
        );
    }

    #[test]
    fn a_feed_is_read_by_its_texts_and_addresses() {
        let feed = "<?xml version='1.0'?><rss><channel><lastBuildDate>now</lastBuildDate><item><title>A &amp; B</title><link href='https://a.uk/'/><x><![CDATA[<b>]]></x></item></channel></rss>";
        assert_eq!(
            texts(xml(feed)),
            ["title: A & B", "link: https://a.uk/", "x: <b>"]
        );
    }
}
