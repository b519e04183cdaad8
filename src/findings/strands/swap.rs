//! Words put for other words inside sentences that differ, and a page as it stands with that alone done.

use std::collections::HashSet;

use regex::{NoExpand, Regex};

use crate::diff;
use crate::model::{
    Alike, Block, BlockKind, Diff, Digest, Document, Edit, Hunk, Piece, Strand, Swap, Words,
};
use crate::prose::{fold, words};

/// The most words on a side.
const LONGEST: usize = 8;
/// The most words a name has around those that were swapped.
const AROUND: usize = 4;
/// Words that decide what a sentence promises: another one of them is another promise on every page.
const DECIDING: [&str; 44] = [
    "not", "no", "never", "nor", "neither", "none", "without", "cannot", "can't", "won't", "don't",
    "only", "all", "every", "any", "some", "most", "always", "unless", "except", "until", "must",
    "shall", "will", "may", "might", "can", "could", "should", "would", "yes", "open", "closed",
    "now", "day", "days", "week", "weeks", "month", "months", "year", "years", "hours", "soon",
];
/// Words that are numbers in all but figures.
const DATES: [&str; 23] = [
    "january",
    "february",
    "march",
    "april",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "spring",
    "summer",
    "autumn",
    "winter",
    "today",
];

/// Every pair of words that were swapped, each once.
pub(super) fn strands(diff: &Diff) -> Vec<Strand> {
    let mut found: Vec<Strand> = Vec::new();
    let mut note = |words: &[Words]| {
        for strand in of_words(words) {
            if found.iter().all(|old| old.mark != strand.mark) {
                found.push(strand);
            }
        }
    };
    if let Some((before, after)) = &diff.title {
        note(&diff::words(before, after));
    }
    for hunk in &diff.hunks {
        for edit in &hunk.edits {
            if let Edit::Reworded { words, .. } = edit {
                note(words);
            }
        }
        // A short heading with another name in it is another heading.
        for (before, after) in replaced(hunk) {
            note(&diff::words(before, after));
        }
    }
    found
}

/// Short blocks that stand one for another.
fn replaced(hunk: &Hunk) -> impl Iterator<Item = (&str, &str)> {
    let short = |text: &str| text.split_whitespace().count() <= 2 * LONGEST;
    hunk.edits.windows(2).filter_map(move |pair| match pair {
        [Edit::Removed { before }, Edit::Added { after }]
            if short(&before.text) && short(&after.text) =>
        {
            Some((before.text.as_str(), after.text.as_str()))
        }
        _ => None,
    })
}

fn of_words(words: &[Words]) -> Vec<Strand> {
    let mut found = Vec::new();
    for (at, pair) in words.windows(2).enumerate() {
        let [
            Words {
                piece: Piece::Removed,
                text: old,
            },
            Words {
                piece: Piece::Added,
                text: new,
            },
        ] = pair
        else {
            continue;
        };
        let (Some(old), Some(new)) = (bare(old), bare(new)) else {
            continue;
        };
        if !is_swap(old, new) {
            continue;
        }
        let kept = |at: Option<usize>| {
            let piece = at.and_then(|at| words.get(at));
            piece.map_or("", |piece| piece.text.as_str())
        };
        let (left, right) = (kept(at.checked_sub(1)), kept(Some(at + 2)));
        let swap = Swap {
            old: old.to_owned(),
            new: new.to_owned(),
        };
        let stood = words.iter().filter(|one| one.piece != Piece::Added);
        let stood: String = stood.map(|one| one.text.as_str()).collect();
        found.push(Strand {
            mark: Digest::of(format!("swap\0{}\0{}", fold(old), fold(new)).as_bytes()),
            what: Alike::Substitution {
                whole: whole(&swap, pair, left, right),
                swap,
                within: Digest::of(fold(&stood).as_bytes()),
            },
            places: Vec::new(),
        });
    }
    found
}

/// The words without marks around them and without the ending of a genitive.
fn bare(text: &str) -> Option<&str> {
    let text = text.trim_matches(|c: char| !c.is_alphanumeric());
    let text = ["’s", "'s"]
        .iter()
        .find_map(|end| text.strip_suffix(end))
        .unwrap_or(text);
    (!text.is_empty()).then_some(text)
}

/// Whether these words can stand for those without another fact behind them on every page: no figures, no dates, no word
/// that decides what is promised.
fn is_swap(old: &str, new: &str) -> bool {
    let (folded_old, folded_new) = (fold(old), fold(new));
    let (old_words, new_words) = (words(&folded_old), words(&folded_new));
    let plain = |words: &[&str]| {
        let decides = |word: &&str| DECIDING.contains(word) || DATES.contains(word);
        (1..=LONGEST).contains(&words.len()) && !words.iter().any(decides)
    };
    let telling = |text: &str, words: &[&str]| {
        let long = words.iter().any(|word| word.chars().count() >= 5);
        long || has_name(text)
    };
    // A sentence that became another one is no swap of words.
    let within = |text: &str| !text.contains(['.', '?', '!', '\n', '|']);
    let figures = |text: &str| text.chars().any(char::is_numeric);
    plain(&old_words)
        && plain(&new_words)
        && old_words != new_words
        && within(old)
        && within(new)
        && !figures(old)
        && !figures(new)
        && telling(old, &old_words)
        && telling(new, &new_words)
}

/// Whether words hold a name: a capital letter in them.
fn has_name(text: &str) -> bool {
    text.chars().any(char::is_uppercase)
}

/// Whether one name was put for another.
pub fn is_name(swap: &Swap) -> bool {
    has_name(&swap.old) && has_name(&swap.new)
}

/// The swapped words with the rest of the name they are part of.
fn whole(swap: &Swap, pair: &[Words], left: &str, right: &str) -> Swap {
    let touches = |text: &str| text.starts_with(char::is_alphanumeric);
    let opens = pair.iter().all(|words| touches(&words.text));
    let closes = pair
        .iter()
        .all(|words| words.text.ends_with(char::is_alphanumeric));
    let named = |word: &&str| {
        let inner = word.strip_prefix('(').unwrap_or(word);
        inner.chars().next().is_some_and(char::is_uppercase)
            && inner.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    let mut before: Vec<&str> = Vec::new();
    if opens && is_name(swap) && left.ends_with(' ') {
        before = left
            .split_whitespace()
            .rev()
            .take_while(named)
            .take(AROUND)
            .collect();
        before.reverse();
        // The first word of a sentence has a capital in any case.
        if before.len() == left.split_whitespace().count() && before.len() > 1 {
            before.remove(0);
        }
    }
    let mut after: Vec<&str> = Vec::new();
    if closes && is_name(swap) && right.starts_with(' ') {
        after = right
            .split_whitespace()
            .take_while(named)
            .take(AROUND)
            .collect();
    }
    let around = |middle: &str| [&before[..], &[middle], &after[..]].concat().join(" ");
    Swap {
        old: around(&swap.old),
        new: around(&swap.new),
    }
}

/// Words put for words, compiled.
struct Swapping(Vec<(Regex, String)>);

impl Swapping {
    fn of(swaps: &[Swap]) -> Swapping {
        let compiled = swaps.iter().filter_map(|swap| {
            let words: Vec<String> = swap.old.split_whitespace().map(regex::escape).collect();
            let pattern = format!(r"\b{}\b", words.join(r"\s+"));
            Some((Regex::new(&pattern).ok()?, swap.new.clone()))
        });
        Swapping(compiled.collect())
    }

    fn all(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, (old, new)| {
            old.replace_all(&text, NoExpand(new)).into_owned()
        })
    }

    /// A text with all of it done, and with each alone.
    fn ways(&self, text: &str) -> Vec<String> {
        let mut ways = vec![self.all(text)];
        if self.0.len() > 1 {
            let alone =
                |(old, new): &(Regex, String)| old.replace_all(text, NoExpand(new)).into_owned();
            ways.extend(self.0.iter().map(alone));
        }
        ways.retain(|way| way != text);
        ways
    }
}

/// The page before as it would stand with nothing done to it but these swaps. A sentence is taken over only where the page
/// after has it word for word, so that every sentence that went stands here as it stood.
pub fn applied(before: &Document, after: &Document, swaps: &[Swap]) -> Document {
    let swapping = Swapping::of(swaps);
    if swapping.0.is_empty() {
        return before.clone();
    }
    let now = Stands::of(after);
    let mut applied = before.clone();
    let was = Stands::of(before);
    let title = swapping.ways(&before.title);
    if title.contains(&after.title) && before.title != after.title {
        applied.title.clone_from(&after.title);
    }
    for block in &mut applied.blocks {
        if !now.blocks.contains(block.text.as_str()) {
            swap_in(block, &swapping, &was, &now);
        }
    }
    for file in &mut applied.attachments {
        let same = after.attachments.iter().find(|one| one.url == file.url);
        if let Some(same) = same
            && swapping.ways(&file.title).contains(&same.title)
        {
            file.title.clone_from(&same.title);
        }
    }
    applied
}

/// The sentences and links of a page.
struct Stands<'a> {
    blocks: HashSet<&'a str>,
    sentences: HashSet<&'a str>,
    links: HashSet<&'a str>,
}

impl<'a> Stands<'a> {
    fn of(document: &'a Document) -> Stands<'a> {
        let blocks = &document.blocks;
        let sentences = |block: &'a Block| {
            let ranges = diff::sentences(&block.text);
            ranges.into_iter().map(|range| &block.text[range])
        };
        let links = blocks.iter().flat_map(|block| &block.links);
        Stands {
            blocks: blocks.iter().map(|block| block.text.as_str()).collect(),
            sentences: blocks.iter().flat_map(sentences).collect(),
            links: links.map(|link| link.text.as_str()).collect(),
        }
    }
}

fn swap_in(block: &mut Block, swapping: &Swapping, was: &Stands<'_>, now: &Stands<'_>) {
    let mut text = String::new();
    let mut reached = 0;
    for range in diff::sentences(&block.text) {
        let sentence = &block.text[range.clone()];
        text.push_str(&block.text[reached..range.start]);
        let stays = now.sentences.contains(sentence);
        let ways = swapping.ways(sentence).into_iter();
        let mut ways = ways.filter(|way| {
            now.sentences.contains(way.as_str()) && !was.sentences.contains(way.as_str())
        });
        match ways.next().filter(|_| !stays) {
            Some(way) => text.push_str(&way),
            None => text.push_str(sentence),
        }
        reached = range.end;
    }
    text.push_str(&block.text[reached..]);
    if text == block.text {
        return;
    }
    if let BlockKind::Row(cells, _) = &mut block.kind {
        let swapped: Vec<String> = cells.iter().map(|cell| swapping.all(cell)).collect();
        // The cells and the text of a row are one.
        if swapped.join(" | ") != text {
            return;
        }
        *cells = swapped;
    }
    block.text = text;
    for link in &mut block.links {
        let ways = swapping.ways(&link.text);
        if let Some(way) = ways
            .into_iter()
            .find(|way| now.links.contains(way.as_str()))
        {
            link.text = way;
        }
    }
}
