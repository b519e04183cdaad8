//! Takes out what runs along the pages: headers, footers, page numbers.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use regex::Regex;

use crate::model::{Block, BlockKind};

/// How many blocks at the top and at the bottom of a page may be running lines.
const EDGE: usize = 3;
/// The longest running line, in bytes.
const MOST_LINE: usize = 300;

static NUMBER: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\d+").expect("a pattern of ours"));

/// What is numbered in the text itself, one a page by chance.
static CAPTION: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)^(?:table|figure|fig\.|chart|map|box|annexe?|appendix|schedule|chapter|section|part|question|clause|article|step|day|week|row|item)\s*[#§]",
    )
    .expect("a pattern of ours")
});

/// A line at a place: how far from which edge, and its words with the numbers masked.
type Place = (bool, String);

/// Takes the running lines out of the pages; each is given once, as it first stood.
pub fn take_out(pages: &mut [Vec<Block>]) -> Vec<String> {
    let mut seen: BTreeMap<Place, Vec<(usize, String)>> = BTreeMap::new();
    for (number, page) in pages.iter().enumerate() {
        let mut here = BTreeSet::new();
        for (top, block) in edges(page) {
            let place = (top, masked(&block.text));
            if here.insert(place.clone()) {
                seen.entry(place)
                    .or_default()
                    .push((number, block.text.clone()));
            }
        }
    }
    let many = pages.len();
    seen.retain(|place, lines| runs(many, place, lines));
    let mut out: Vec<(usize, String)> = Vec::new();
    for lines in seen.values() {
        out.extend(lines.first().cloned());
    }
    out.sort();
    out.dedup();
    for (number, page) in pages.iter_mut().enumerate() {
        strip(page, number, &seen);
    }
    out.into_iter().map(|(_, line)| line).collect()
}

/// The blocks at the top (`true`) and at the bottom of a page that may be running lines. Numbers and short lines only;
/// what stands behind the first block of text proper is no header.
fn edges(page: &[Block]) -> impl Iterator<Item = (bool, &Block)> {
    let top = page.iter().take(EDGE).map(|block| (true, block));
    let bottom = page.iter().rev().take(EDGE).map(|block| (false, block));
    top.chain(bottom).filter(|(_, block)| may_run(block))
}

fn may_run(block: &Block) -> bool {
    let running = matches!(
        block.kind,
        BlockKind::Heading(_) | BlockKind::Paragraph | BlockKind::Item(_)
    );
    running && block.text.len() <= MOST_LINE
}

/// Its words with every number masked.
fn masked(text: &str) -> String {
    NUMBER.replace_all(text, "#").to_lowercase()
}

/// Whether a line stands on most pages, or on three in a row, be it of the left or of the right ones only.
fn runs(many: usize, (_, masked): &Place, lines: &[(usize, String)]) -> bool {
    if CAPTION.is_match(masked) {
        return false;
    }
    let on: BTreeSet<usize> = lines.iter().map(|(number, _)| *number).collect();
    let in_a_row = |step: usize| {
        on.iter()
            .any(|at| on.contains(&(at + step)) && on.contains(&(at + 2 * step)))
    };
    let most = on.len() >= 2 && on.len() * 5 >= many * 3;
    (most || in_a_row(1) || in_a_row(2)) && numbers_run(lines)
}

/// Whether the numbers of a line stay the same, or go with the number of the page: others are counted in the text.
fn numbers_run(lines: &[(usize, String)]) -> bool {
    let numbers: Vec<(usize, Vec<u64>)> = lines
        .iter()
        .map(|(page, line)| {
            let found = NUMBER
                .find_iter(line)
                .filter_map(|one| one.as_str().parse().ok());
            (*page, found.collect())
        })
        .collect();
    let Some((first, of_first)) = numbers.first() else {
        return false;
    };
    // A sentence that counts is text; a footer that counts is no sentence.
    let sentence = lines.iter().any(|(_, line)| line.ends_with('.'));
    (0..of_first.len()).all(|at| {
        let still = |(_, all): &(usize, Vec<u64>)| all.get(at) == of_first.get(at);
        let goes = |(page, all): &(usize, Vec<u64>)| {
            let gone = (page - first) as u64;
            all.get(at).copied() == of_first.get(at).and_then(|one| one.checked_add(gone))
        };
        numbers.iter().all(still) || !sentence && numbers.iter().all(goes)
    })
}

/// Takes the running lines off the edges of a page. The title on the first page stays, even where it runs on from there;
/// so does a page that has nothing else, such as one of several that are alike.
fn strip(page: &mut Vec<Block>, number: usize, running: &BTreeMap<Place, Vec<(usize, String)>>) {
    let length = page.len();
    let runs_along = |(at, block): (usize, &Block)| {
        let title = number == 0 && matches!(block.kind, BlockKind::Heading(_));
        let here = |top: bool| running.contains_key(&(top, masked(&block.text)));
        let at_edge = at < EDGE && here(true) || length - 1 - at < EDGE && here(false);
        !title && may_run(block) && at_edge
    };
    let leaves: Vec<bool> = page.iter().enumerate().map(runs_along).collect();
    if leaves.iter().all(|leaves| *leaves) {
        return;
    }
    let mut leaves = leaves.into_iter();
    page.retain(|_| !leaves.next().unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paragraph(text: &str) -> Block {
        Block {
            kind: BlockKind::Paragraph,
            text: text.to_owned(),
            links: Vec::new(),
        }
    }

    /// Pages, their lines parted by "/"; what is left of them, and what ran along.
    #[track_caller]
    fn case(pages: &[&str], left: &[&str], running: &[&str]) {
        let mut read: Vec<Vec<Block>> = pages
            .iter()
            .map(|page| page.split('/').map(paragraph).collect())
            .collect();
        let out = take_out(&mut read);
        let read: Vec<String> = read
            .iter()
            .map(|page| {
                let lines: Vec<&str> = page.iter().map(|block| block.text.as_str()).collect();
                lines.join("/")
            })
            .collect();
        assert_eq!(read, left);
        assert_eq!(out, running);
    }

    #[test]
    fn headers_and_footers_run_along() {
        case(
            &[
                "NHS/one a/one b/Page 1 of 3",
                "NHS/two a/two b/Page 2 of 3",
                "NHS/three/Page 3 of 3",
            ],
            &["one a/one b", "two a/two b", "three"],
            &["NHS", "Page 1 of 3"],
        );
        // A cover has none; left and right pages have their own.
        case(
            &[
                "Title", "Left/b", "Right/c", "Left/d", "Right/e", "Left/f", "Right/g",
            ],
            &["Title", "b", "c", "d", "e", "f", "g"],
            &["Left", "Right"],
        );
        case(&["OGL 3/a", "OGL 3/b"], &["a", "b"], &["OGL 3"]);
    }

    #[test]
    fn what_is_counted_in_the_text_stays() {
        let pages = ["Table 1/a", "Table 2/b", "Table 3/c"];
        case(&pages, &pages, &[]);
        let pages = ["Deaths: 12/a", "Deaths: 15/b", "Deaths: 900/c"];
        case(&pages, &pages, &[]);
        let pages = ["Call 1 of us./a", "Call 2 of us./b", "Call 3 of us./c"];
        case(&pages, &pages, &[]);
        let pages = ["only/page"];
        case(&pages, &pages, &[]);
        let pages = ["a/x", "b/y", "a/z", "c/v", "d/w"];
        case(&pages, &pages, &[]);
    }

    #[test]
    fn the_title_stays_where_it_runs_on() {
        let heading = Block {
            kind: BlockKind::Heading(1),
            ..paragraph("Agreement")
        };
        let mut pages = vec![
            vec![heading, paragraph("a")],
            vec![paragraph("Agreement"), paragraph("b")],
            vec![paragraph("Agreement"), paragraph("c")],
        ];
        assert_eq!(take_out(&mut pages), ["Agreement"]);
        assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [2, 1, 1]);
    }
}
