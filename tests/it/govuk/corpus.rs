//! Every item of the corpus, held against a measure that knows nothing of the program's own reading.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use regex::Regex;
use serde_json::Value;
use smallprint::model::{Document, FailureKind};

use crate::govuk::items::read;

/// Words and how often each stands there.
fn bag(text: &str) -> HashMap<String, usize> {
    let mut bag = HashMap::new();
    let words = text.split(|c: char| !c.is_alphanumeric());
    for word in words.filter(|word| !word.is_empty()) {
        *bag.entry(word.to_lowercase()).or_default() += 1;
    }
    bag
}

/// Markup without its tags: a measure that knows nothing of the program's own reading.
fn stripped(markup: &str) -> String {
    let unseen =
        Regex::new(r"(?is)<(script|style)\b.*?</(script|style)>|<!--.*?-->").expect("a pattern");
    let inside = Regex::new(r"(?i)</?(a|abbr|b|em|i|span|strong|sup|sub|code)(\s[^>]*)?>")
        .expect("a pattern");
    let tags = Regex::new(r"<[^>]*>").expect("a pattern");
    let text = unseen.replace_all(markup, " ");
    let text = inside.replace_all(&text, "");
    let text = tags.replace_all(&text, " ");
    let mut text = text.into_owned();
    for (entity, char) in [
        ("&nbsp;", " "),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&rsquo;", "’"),
        ("&pound;", "£"),
        ("&ndash;", "–"),
        ("&amp;", "&"),
        ("\u{ad}", ""),
        ("\u{200b}", ""),
    ] {
        text = text.replace(entity, char);
    }
    text
}

/// Govspeak without its marks.
fn unmarked(text: &str) -> String {
    let link = Regex::new(r#"\]\([^)]*\)(\{:[^}]*\})?"#).expect("a pattern");
    let mark = Regex::new(r"(?m)^\s*s?\d{1,2}\.\s|\$(CTA|[ACDPEI])\b").expect("a pattern");
    let text = link.replace_all(text, "]");
    mark.replace_all(&text, " ").into_owned()
}

/// The body and the parts of an item, without markup.
fn measure(item: &Value) -> String {
    let rich = |value: &Value| match value {
        Value::String(markup) => stripped(markup),
        Value::Array(many) => {
            let of = |sort: &str| many.iter().find(|one| one["content_type"] == sort);
            match (of("text/html"), of("text/govspeak")) {
                (Some(html), _) => stripped(html["content"].as_str().unwrap_or_default()),
                (None, Some(speak)) => unmarked(speak["content"].as_str().unwrap_or_default()),
                (None, None) => String::new(),
            }
        }
        _ => String::new(),
    };
    let details = &item["details"];
    let mut text = rich(&details["body"]);
    for part in details["parts"].as_array().into_iter().flatten() {
        text.push_str(&format!(
            "\n{}\n{}",
            part["title"].as_str().unwrap_or_default(),
            rich(&part["body"])
        ));
    }
    text
}

/// The item with its body and its parts alone.
fn bare(item: &Value) -> Vec<u8> {
    let mut details = serde_json::Map::new();
    for key in ["body", "parts"] {
        if let Some(text) = item["details"].get(key) {
            details.insert(key.to_owned(), text.clone());
        }
    }
    let mut bare = item.clone();
    let keys = bare.as_object_mut().expect("an object");
    keys.retain(|key, _| matches!(key.as_str(), "title" | "base_path" | "schema_name"));
    keys.insert("details".to_owned(), Value::Object(details));
    serde_json::to_vec(&bare).expect("JSON")
}

/// How many words two texts share.
fn shared(one: &HashMap<String, usize>, other: &HashMap<String, usize>) -> usize {
    let both = one
        .iter()
        .map(|(word, n)| (*n).min(other.get(word).copied().unwrap_or(0)));
    both.sum()
}

/// The words of the blocks.
fn blocks(document: &Document) -> HashMap<String, usize> {
    let lines: Vec<&str> = document
        .blocks
        .iter()
        .map(|block| block.text.as_str())
        .collect();
    bag(&lines.join("\n"))
}

/// How well the body and the parts of an item are read, word by word; nothing of them may be missing from the whole.
fn f1(item: &Value, whole: &Document) -> f64 {
    let expected = bag(&measure(item));
    let count = |bag: &HashMap<String, usize>| bag.values().sum::<usize>();
    if expected.is_empty() {
        return 1.0;
    }
    let read = blocks(&read(&bare(item)).expect("a document"));
    let all = shared(&expected, &blocks(whole)) as f64 / count(&expected) as f64;
    let f1 = 2.0 * shared(&expected, &read) as f64 / (count(&expected) + count(&read)) as f64;
    f1.min(all)
}

#[test]
fn every_item_of_the_corpus_is_a_document_or_says_what_became_of_its_page() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let near =
        ["../shared", "../../shared"].map(|near| root.join(near).join("corpora/govuk-content-api"));
    let Some(folder) = near.into_iter().find(|path| path.is_dir()) else {
        println!("skipped: the items of the Content API are not here");
        return;
    };
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("a folder")
        .map(|file| file.expect("a file").path())
        .filter(|path| path.extension().is_some_and(|end| end == "json"))
        .collect();
    files.sort();
    let (mut documents, mut sum, mut worst) = (0, 0.0, 1.0_f64);
    let mut others = Vec::new();
    for file in &files {
        let body = std::fs::read(file).expect("an item");
        let item: Value = serde_json::from_slice(&body).expect("JSON");
        let name = file
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        match read(&body) {
            Ok(document) => {
                let f1 = f1(&item, &document);
                println!("{f1:.4} {name}");
                worst = worst.min(f1);
                assert_eq!(
                    document.title,
                    item["title"].as_str().expect("a title").trim(),
                    "{name}"
                );
                documents += 1;
                sum += f1;
            }
            Err(failure) => others.push((name, failure)),
        }
    }
    println!(
        "{} items: {documents} documents, mean F1 {:.4}",
        files.len(),
        sum / f64::from(documents)
    );
    let others: Vec<(&str, FailureKind, &str)> = others
        .iter()
        .map(|(name, failure)| {
            println!("{name}: {}", failure.why);
            let said = failure.said.as_deref().unwrap_or_default();
            (name.split("__").next().expect("a sort"), failure.kind, said)
        })
        .collect();
    assert!(worst >= 0.98, "the worst is {worst:.4}");
    // One page that is gone, two that lead elsewhere; and links by their ids alone, which are no item and show a reader
    // nothing, so that the page is read.
    assert_eq!(
        others,
        [
            ("case_study", FailureKind::Unreadable, ""),
            (
                "gone",
                FailureKind::NotFound,
                "GOV.UK says that https://www.gov.uk/some/page was taken down"
            ),
            (
                "redirect",
                FailureKind::NotFound,
                "GOV.UK says that https://www.gov.uk/some-slug leads to https://somewhere.else.gov.uk/ now"
            ),
            (
                "redirect",
                FailureKind::NotFound,
                "GOV.UK says that https://www.gov.uk/406beacon leads to \
                 https://www.gov.uk/maritime-safety-weather-and-navigation/register-406-mhz-beacons?query=answer#fragment now"
            ),
        ]
    );
}
