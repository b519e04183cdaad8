//! Reads real pages, and histories of pages where every step is known to be a change or noise.
#![expect(clippy::print_stdout, reason = "the replay prints its table")]

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use serde_json::Value;
use smallprint::extract;
use smallprint::model::{
    Block, BlockKind, Capture, Digest, Document, Failure, Hop, Provenance, Reading,
};
use url::Url;

/// What a server sent at an address.
fn capture(url: &str, content_type: &str, body: &[u8]) -> Capture {
    let at: DateTime<Utc> = "2016-07-06T11:00:00Z".parse().expect("a time");
    let url = Url::parse(url).expect("an address");
    Capture {
        at,
        url: url.clone(),
        hops: vec![Hop {
            url,
            status: 200,
            headers: vec![("content-type".to_owned(), content_type.to_owned())],
            address: None,
            certificate: None,
            at,
        }],
        body: Digest::of(body),
        length: body.len() as u64,
        provenance: Provenance::Fetched,
        beside: Vec::new(),
    }
}

fn read(url: &str, body: &[u8]) -> Result<Document, Failure> {
    extract::read(
        &capture(url, "text/html; charset=utf-8", body),
        body,
        &Reading::default(),
    )
}

/// The folder of shared corpora, where it exists.
fn shared(folder: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let found = ["../shared", "../../shared"]
        .iter()
        .map(|near| root.join(near).join(folder))
        .find(|path| path.is_dir());
    if found.is_none() {
        println!("skipped: shared/{folder} is not here");
    }
    found
}

/// The histories of a corpus: name, folder and entries of each document.
fn histories(corpus: &Path) -> Vec<(String, PathBuf, Vec<Value>)> {
    let mut folders: Vec<PathBuf> = std::fs::read_dir(corpus)
        .expect("a corpus")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.join("history.json").is_file())
        .collect();
    folders.sort();
    folders
        .into_iter()
        .map(|folder| {
            let text = std::fs::read_to_string(folder.join("history.json")).expect("a history");
            let history: Value = serde_json::from_str(&text).expect("JSON");
            let name = history["id"].as_str().expect("an id").to_owned();
            let entries = history["entries"].as_array().expect("entries").clone();
            (name, folder, entries)
        })
        .collect()
}

/// The words of a text, as a multiset.
fn bag(text: &str) -> HashMap<String, usize> {
    let mut bag = HashMap::new();
    for word in text.split(|c: char| !c.is_alphanumeric()) {
        if !word.is_empty() {
            *bag.entry(word.to_lowercase()).or_default() += 1;
        }
    }
    bag
}

/// Which share of the words of `of` stands in `within`.
fn share(of: &HashMap<String, usize>, within: &HashMap<String, usize>) -> f64 {
    let all: usize = of.values().sum();
    let found: usize = of
        .iter()
        .map(|(word, n)| (*n).min(within.get(word).copied().unwrap_or_default()))
        .sum();
    found as f64 / all.max(1) as f64
}

/// The words of `of` that `within` has fewer of, with how many it lacks.
fn lacking(of: &HashMap<String, usize>, within: &HashMap<String, usize>) -> Vec<(String, usize)> {
    let mut lacking: Vec<(String, usize)> = of
        .iter()
        .map(|(word, n)| {
            let there = within.get(word).copied().unwrap_or_default();
            (word.clone(), n.saturating_sub(there))
        })
        .filter(|(_, n)| *n > 0)
        .collect();
    lacking.sort();
    lacking
}

/// Which share of a gold text stands in the blocks of a document, and which share of those in the gold text.
fn against(gold: &Path, document: &Document) -> (f64, f64) {
    let gold = std::fs::read_to_string(gold).expect("a gold text");
    let gold = bag(&words_of_markdown(&gold));
    let texts: Vec<&str> = document.blocks.iter().map(|b| b.text.as_str()).collect();
    let blocks = bag(&texts.join(" "));
    if std::env::var_os("LACKS").is_some() {
        println!("   lacks {:?}", lacking(&gold, &blocks));
        println!("   adds {:?}", lacking(&blocks, &gold));
    }
    (share(&gold, &blocks), share(&blocks, &gold))
}

/// Markdown without the addresses of its links.
fn words_of_markdown(text: &str) -> String {
    let address = regex::Regex::new(r"\]\([^)]*\)").expect("a pattern");
    address.replace_all(text, "] ").into_owned()
}

/// A block in one line of a Markdown of sorts.
fn line(block: &Block) -> String {
    let text = &block.text;
    match &block.kind {
        BlockKind::Heading(level) => format!("{} {text}", "#".repeat(usize::from(*level))),
        BlockKind::Paragraph => text.clone(),
        BlockKind::Item(depth) => format!("{}- {text}", "  ".repeat(usize::from(*depth) - 1)),
        BlockKind::Row(_, true) => format!("|# {text}"),
        BlockKind::Row(_, false) => format!("| {text}"),
        BlockKind::Verbatim => format!("`{text}`"),
    }
}

#[test]
fn real_pages_are_read_as_expected() {
    let pages = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pages/reading");
    for (name, url, stated) in [
        (
            "gov-scot-coronavirus",
            "https://www.gov.scot/coronavirus-covid-19/",
            "",
        ),
        (
            "govuk-cases-in-england",
            "https://www.gov.uk/government/publications/cases/cases",
            "Updated 8 March 2020",
        ),
        (
            "nhsx-cookies-policy",
            "https://www.nhsx.nhs.uk/our-policies/cookies",
            "",
        ),
        (
            "nhsx-get-involved",
            "https://www.nhsx.nhs.uk/get-involved",
            "",
        ),
    ] {
        let body = std::fs::read(pages.join(format!("{name}.html"))).expect("a page");
        let document = read(url, &body).expect("a document");
        let lines: Vec<String> = document.blocks.iter().map(line).collect();
        let expected =
            std::fs::read_to_string(pages.join(format!("{name}.txt"))).expect("its text");
        assert_eq!(lines, expected.lines().collect::<Vec<_>>(), "{name}");
        assert_eq!(document.stated.lines.join("; "), stated, "{name}");
    }
}

#[test]
fn a_fetch_that_brings_only_noise_reads_as_the_one_before() {
    let Some(timeline) = shared("domain/timeline") else {
        return;
    };
    let text = |file: &str| {
        let body = std::fs::read(timeline.join(file)).expect("a page");
        let url = "https://england.example/ourwork/tsd/care-data/";
        read(url, &body).expect("a document").text_digest()
    };
    let (before, noise) = (
        text("04-nhse-caredata-2014-02-19.html"),
        text("05-nhse-caredata-2014-03-03.html"),
    );
    assert_eq!(before, noise);
    assert_ne!(noise, text("06-nhse-caredata-2014-06-10.html"));
}

#[derive(Default)]
struct Tally {
    changes: usize,
    found: usize,
    noise: usize,
    alarms: usize,
    /// Steps of links or format alone on which the words differ.
    reworded: usize,
}

#[test]
fn histories_are_read_without_selectors() {
    let Some(corpus) = shared("corpora/histories-html") else {
        return;
    };
    let verbose = std::env::var_os("SHOW").is_some();
    let mut all = Tally::default();
    let mut means: Vec<f64> = Vec::new();
    println!(
        "document | changes found | noise steps that alter | link or format steps that reword | gold words in blocks | block words not in gold | F1 | least F1"
    );
    for (name, folder, entries) in histories(&corpus) {
        let mut tally = Tally::default();
        let mut before: Option<Document> = None;
        // Captures that do not say where they were made were made where the others were.
        let mut last_url = entries
            .iter()
            .find_map(|entry| entry["url"].as_str())
            .unwrap_or("https://page.example/terms")
            .to_owned();
        let (mut recall, mut rest, mut measured) = (0.0, 0.0, 0);
        let mut scores: Vec<f64> = Vec::new();
        for entry in &entries {
            let file = entry["file"].as_str().expect("a file");
            let body = std::fs::read(folder.join(file)).expect("a page");
            if let Some(url) = entry["url"].as_str() {
                last_url = url.to_owned();
            }
            let label = entry["label"].as_str().unwrap_or("first");
            let shown = entry["visible_chars"].as_u64().unwrap_or_default();
            let document = match read(&last_url, &body) {
                Ok(document) => document,
                Err(failure) => {
                    assert_eq!(shown, 0, "{name} {file}: {}", failure.why);
                    println!("{name} {file} ({label}): {}", failure.why);
                    continue;
                }
            };
            assert!(shown > 0, "{name} {file} shows nothing and was read");
            let differs = before
                .as_ref()
                .is_some_and(|before| before.text_digest() != document.text_digest());
            if let Some(before) = before.as_ref().filter(|_| verbose && differs) {
                show(&format!("{name} {file} {label}"), before, &document);
            }
            match label {
                "change" => {
                    tally.changes += 1;
                    tally.found += usize::from(differs);
                }
                "noise" => {
                    tally.noise += 1;
                    tally.alarms += usize::from(differs);
                }
                "format_only" | "link_only" => {
                    let before = before.as_ref().expect("one before");
                    tally.reworded += usize::from(before.plain() != document.plain());
                }
                _ => {}
            }
            if entry["gold_coverage"].as_f64().unwrap_or_default() > 0.95 {
                let file = folder.join(entry["gold"].as_str().expect("a gold text"));
                let (found, wanted) = against(&file, &document);
                recall += found;
                rest += 1.0 - wanted;
                scores.push(2.0 * found * wanted / (found + wanted));
                measured += 1;
            }
            before = Some(document);
        }
        let measured = f64::from(measured).max(1.0);
        let mean = scores.iter().sum::<f64>() / measured;
        let least = scores.iter().copied().fold(1.0, f64::min);
        println!(
            "{name} | {}/{} | {}/{} | {} | {:.4} | {:.4} | {mean:.4} | {least:.4}",
            tally.found,
            tally.changes,
            tally.alarms,
            tally.noise,
            tally.reworded,
            recall / measured,
            rest / measured
        );
        assert!(recall / measured > 0.97, "{name} loses text");
        assert!(least >= 0.97, "{name} is read with an F1 of {least:.4}");
        means.push(mean);
        all.changes += tally.changes;
        all.found += tally.found;
        all.noise += tally.noise;
        all.alarms += tally.alarms;
        all.reworded += tally.reworded;
    }
    let mean = means.iter().sum::<f64>() / means.len() as f64;
    println!(
        "all | {}/{} | {}/{} | {} | | | {mean:.4}",
        all.found, all.changes, all.alarms, all.noise, all.reworded
    );
    assert!(mean >= 0.985, "the mean F1 is {mean:.4}");
    assert_eq!(all.found, all.changes, "a change was not seen");
    assert!(
        all.alarms * 100 <= all.noise,
        "more than 1 % of noise steps alter the text"
    );
}

/// Prints what differs, for whoever looks closer.
fn show(step: &str, before: &Document, after: &Document) {
    println!("{step}");
    if before.title != after.title {
        println!("   title {:?} -> {:?}", before.title, after.title);
    }
    for block in before
        .blocks
        .iter()
        .filter(|block| !after.blocks.contains(block))
    {
        println!("   - {:?} {} {:?}", block.kind, block.text, block.links);
    }
    for block in after
        .blocks
        .iter()
        .filter(|block| !before.blocks.contains(block))
    {
        println!("   + {:?} {} {:?}", block.kind, block.text, block.links);
    }
    if before.attachments != after.attachments {
        println!("   {:?} -> {:?}", before.attachments, after.attachments);
    }
}

#[test]
fn another_document_is_told_from_another_version_by_title_and_words() {
    let mut first_and_last: Vec<(String, Document, Document)> = Vec::new();
    for corpus in [
        "corpora/histories-html",
        "corpora/histories-gov-html",
        "corpora/histories-nhs",
    ] {
        let Some(corpus) = shared(corpus) else {
            return;
        };
        for (name, folder, entries) in histories(&corpus) {
            let pages = entries.iter().filter_map(|entry| entry["file"].as_str());
            let mut read = pages
                .filter(|file| file.ends_with(".html"))
                .filter_map(|file| std::fs::read(folder.join(file)).ok())
                .filter_map(|body| read("https://page.example/page", &body).ok());
            if let Some(first) = read.next() {
                let last = read.next_back().unwrap_or_else(|| first.clone());
                first_and_last.push((name, first, last));
            }
        }
    }
    let differs =
        |one: &Document, other: &Document| smallprint::diff::between(one, other).changed_per_mille;
    for (name, first, last) in &first_and_last {
        let share = differs(first, last);
        let retitled = first.title != last.title;
        println!("{name} first to last: {share} per mille, another title: {retitled}");
        assert!(
            share <= 930 || !retitled,
            "{name} is still the same document"
        );
        for (other, page, _) in first_and_last.iter().filter(|(other, ..)| other != name) {
            let share = differs(first, page);
            println!("{name} to {other}: {share} per mille");
            assert!(
                share > 930 && first.title != page.title,
                "{name} and {other} are two documents: {share} per mille"
            );
        }
    }
}
