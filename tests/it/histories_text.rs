//! The diff tried on real histories of policies, version by version; skipped where they are not at hand.

use std::fs;
use std::path::{Path, PathBuf};

use smallprint::diff;
use smallprint::model::{Block, BlockKind, Diff, Document, Edit, Link, Piece, Place, ReaderId};

/// The folder with the histories, beside the project or one level further up.
pub(crate) fn corpus() -> Option<PathBuf> {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    ["../shared", "../../shared"]
        .iter()
        .map(|shared| project.join(shared).join("corpora/histories-text"))
        .find(|folder| folder.is_dir())
}

/// A Markdown file as blocks, a line each; links as `[words](address)`.
pub(crate) fn read(markdown: &str) -> Document {
    let mut blocks: Vec<Block> = Vec::new();
    for line in markdown
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
    {
        let underline = line.len() > 3 && line.chars().all(|c| c == '=' || c == '-');
        if let Some(title) = blocks.last_mut().filter(|_| underline) {
            title.kind = BlockKind::Heading(if line.starts_with('=') { 1 } else { 2 });
            continue;
        }
        let level = line.bytes().take_while(|b| *b == b'#').count();
        let (kind, text) = match line.split_once(' ') {
            Some((_, rest)) if level > 0 => (BlockKind::Heading(level as u8), rest),
            Some(("*" | "-" | "+", rest)) => (BlockKind::Item(1), rest.trim_start()),
            _ if line.starts_with('|') => (BlockKind::Row(Vec::new(), false), line),
            _ => (BlockKind::Paragraph, line),
        };
        let (text, links) = without_targets(&text.replace("**", ""));
        blocks.push(Block { kind, text, links });
    }
    Document {
        blocks,
        ..Document::empty(ReaderId("test".into()), "Page")
    }
}

fn without_targets(text: &str) -> (String, Vec<Link>) {
    let (mut plain, mut links, mut rest) = (String::new(), Vec::new(), text);
    while let Some((before, tail)) = rest.split_once('[') {
        let link = tail.split_once("](").and_then(|(words, tail)| {
            let (url, tail) = tail.split_once(')')?;
            (!words.contains('[')).then_some((words, url, tail))
        });
        plain.push_str(before);
        match link {
            Some((words, url, tail)) => {
                plain.push_str(words);
                links.push(Link {
                    text: words.to_owned(),
                    url: url.to_owned(),
                });
                rest = tail;
            }
            None => {
                plain.push('[');
                rest = tail;
            }
        }
    }
    plain.push_str(rest);
    (plain, links)
}

/// Every step of every history with its label.
#[expect(clippy::print_stderr, reason = "a test that was skipped says so")]
fn each(mut see: impl FnMut(&str, &str, &Document, &Document)) {
    let Some(corpus) = corpus() else {
        eprintln!("skipped: shared/corpora/histories-text is not beside the project");
        return;
    };
    for history in fs::read_dir(corpus).expect("the corpus").flatten() {
        let folder = history.path();
        let Ok(index) = fs::read(folder.join("history.json")) else {
            continue;
        };
        let index: serde_json::Value = serde_json::from_slice(&index).expect("an index");
        let mut last: Option<Document> = None;
        for entry in index["entries"].as_array().expect("entries") {
            let file = entry["file"].as_str().expect("a file name");
            let page = read(&fs::read_to_string(folder.join(file)).expect("a version"));
            if let Some(before) = &last {
                let label = entry["label"].as_str().unwrap_or_default();
                see(&format!("{} {file}", index["id"]), label, before, &page);
            }
            last = Some(page);
        }
    }
}

/// The texts of the new blocks, made from the old ones and the diff alone.
fn apply(old: &[Block], diff: &Diff) -> Vec<String> {
    let lines =
        |place: &Place| -> Vec<String> { place.text.split('\n').map(str::to_owned).collect() };
    let mut gone = vec![false; old.len()];
    let mut came: Vec<(usize, String)> = Vec::new();
    for edit in diff.edits() {
        if let Some(before) = edit.before() {
            gone[before.index..before.index + lines(before).len()].fill(true);
        }
        if let Some(after) = edit.after() {
            let numbered = lines(after).into_iter().enumerate();
            came.extend(numbered.map(|(at, text)| (after.index + at, text)));
        }
    }
    let mut kept = old.iter().zip(gone).filter(|(_, gone)| !gone);
    let mut came = came.into_iter().peekable();
    let mut new = Vec::new();
    loop {
        if let Some((_, text)) = came.next_if(|(at, _)| *at == new.len()) {
            new.push(text);
        } else if let Some((block, _)) = kept.next() {
            new.push(block.text.clone());
        } else {
            return new;
        }
    }
}

#[test]
fn a_diff_makes_the_new_version_of_the_old_one_forwards_and_back() {
    each(|step, _, before, after| {
        for (old, new) in [(before, after), (after, before)] {
            let wanted: Vec<&str> = new.blocks.iter().map(|block| block.text.as_str()).collect();
            assert_eq!(
                apply(&old.blocks, &diff::between(old, new)),
                wanted,
                "{step}"
            );
        }
    });
}

#[test]
fn a_change_of_links_alone_shows_as_links_alone() {
    each(|step, label, before, after| {
        let diff = diff::between(before, after);
        if label == "link_only" && before.plain() == after.plain() {
            assert!(diff.hunks.is_empty(), "{step}");
            assert!(!diff.links.is_empty(), "{step}");
        }
        if label == "text_change" {
            assert!(!diff.hunks.is_empty(), "{step}");
        }
    });
}

#[test]
fn most_of_a_reworded_block_is_kept() {
    let (mut words, mut kept, mut steps) = (0, 0, 0);
    each(|_, label, before, after| {
        if label == "text_change" {
            let (all, same) = reworded_words(&diff::between(before, after));
            (words, kept, steps) = (words + all, kept + same, steps + 1);
        }
    });
    if steps > 0 {
        assert!(
            kept * 2 > words,
            "of {words} words in reworded blocks {kept} were kept"
        );
    }
}

fn reworded_words(diff: &Diff) -> (usize, usize) {
    let mut counts = (0, 0);
    for edit in diff.edits() {
        let Edit::Reworded { words, .. } = edit else {
            continue;
        };
        for piece in words {
            let count = piece.text.split_whitespace().count();
            counts.0 += count;
            if piece.piece == Piece::Kept {
                counts.1 += count;
            }
        }
    }
    counts
}
