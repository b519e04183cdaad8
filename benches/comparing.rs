//! How long two long texts take to be compared, beside `git diff --word-diff` of the same words.
//!
//! `cargo bench --bench comparing` compares texts of 30,000 and 300,000 words of which two in a hundred were replaced, taken
//! away or put in, and texts that are nothing but other words, for which only the deadline of a comparison is an end. The
//! median of several times counts. git reads the two texts from files, a paragraph a line, and is timed with its start. With
//! SMALLPRINT_BENCH_QUICK set, everything is a small sample.

mod dice;

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use smallprint::diff;
use smallprint::model::{Block, BlockKind, Document, ReaderId};

use crate::dice::Dice;

/// As the program has it.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Set to try the bench itself, on little.
const QUICK: &str = "SMALLPRINT_BENCH_QUICK";
/// How many words a paragraph has.
const PARAGRAPH: usize = 60;
/// Of so many words one is edited.
const ONE_IN: usize = 50;
/// How many different words there are.
const VOCABULARY: usize = 4_000;

type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;
type Paragraphs = Vec<Vec<String>>;

/// What is compared: its name, how many words, which time is promised.
struct Case {
    name: &'static str,
    words: usize,
    promised: Option<Duration>,
    after: fn(&Paragraphs, &mut Dice) -> Paragraphs,
}

const CASES: [Case; 4] = [
    Case {
        name: "one word in fifty edited",
        words: 30_000,
        promised: Some(Duration::from_millis(15)),
        after: edited,
    },
    Case {
        name: "one word in fifty edited",
        words: 300_000,
        promised: Some(Duration::from_millis(300)),
        after: edited,
    },
    Case {
        name: "other words altogether",
        words: 30_000,
        promised: None,
        after: others,
    },
    Case {
        name: "other words altogether",
        words: 300_000,
        promised: None,
        after: others,
    },
];

fn main() -> Outcome<()> {
    let (part, times) = match std::env::var_os(QUICK) {
        Some(_) => (30, 3),
        None => (1, 11),
    };
    say("what                         words   median ms  git ms  ratio  promised ms");
    for case in CASES {
        let mut dice = Dice(11);
        let before = text(case.words / part, &mut dice);
        let after = (case.after)(&before, &mut dice);
        let (old, new) = (document(&before), document(&after));
        let ours = median(times, || {
            std::hint::black_box(diff::between(&old, &new));
            Ok(())
        })?;
        let folder = tempfile::tempdir()?;
        let written = [("before", &before), ("after", &after)];
        for (name, text) in written {
            let lines: Vec<String> = text.iter().map(|words| words.join(" ")).collect();
            std::fs::write(folder.path().join(name), lines.join("\n"))?;
        }
        let git = median(times.min(5), || git(folder.path()))?;
        let promised = match case.promised {
            None => "-".to_owned(),
            Some(most) if part > 1 || ours <= most => format!("{}", most.as_millis()),
            Some(most) => format!("{} NOT KEPT", most.as_millis()),
        };
        say(&format!(
            "{:<26} {:>8} {:>10.1} {:>7.0} {:>6.1}  {promised:>11}",
            case.name,
            case.words / part,
            millis(ours),
            millis(git),
            git.as_secs_f64() / ours.as_secs_f64(),
        ));
    }
    Ok(())
}

/// Paragraphs of so many words in all.
fn text(words: usize, dice: &mut Dice) -> Paragraphs {
    let mut left = words;
    let mut paragraphs = Vec::new();
    while left > 0 {
        let here = left.min(PARAGRAPH);
        paragraphs.push((0..here).map(|_| word(dice)).collect());
        left -= here;
    }
    paragraphs
}

/// Some words are much more frequent than others, as in any text.
fn word(dice: &mut Dice) -> String {
    let (one, other) = (dice.below(VOCABULARY), dice.below(VOCABULARY) + 1);
    format!("w{}", one % other)
}

/// The same with one word in fifty replaced, taken away, or another put before it.
fn edited(before: &Paragraphs, dice: &mut Dice) -> Paragraphs {
    let mut after = before.clone();
    for paragraph in &mut after {
        let edits = paragraph.len().div_ceil(ONE_IN);
        for _ in 0..edits {
            let at = dice.below(paragraph.len());
            match dice.below(3) {
                0 => paragraph[at] = word(dice),
                1 => drop(paragraph.remove(at)),
                _ => paragraph.insert(at, word(dice)),
            }
        }
    }
    after
}

fn others(before: &Paragraphs, dice: &mut Dice) -> Paragraphs {
    text(before.iter().map(Vec::len).sum(), dice)
}

fn document(paragraphs: &Paragraphs) -> Document {
    let block = |words: &Vec<String>| Block {
        kind: BlockKind::Paragraph,
        text: words.join(" "),
        links: Vec::new(),
    };
    Document {
        blocks: paragraphs.iter().map(block).collect(),
        ..Document::empty(ReaderId("bench".into()), "A long text")
    }
}

/// Compares the two files in this folder as git does.
fn git(folder: &Path) -> Outcome<()> {
    let ended = Command::new("git")
        .args(["diff", "--no-index", "--word-diff", "before", "after"])
        .current_dir(folder)
        .stdout(Stdio::null())
        .status()?;
    // That they differ is 1.
    match ended.code() {
        Some(0 | 1) => Ok(()),
        other => Err(format!("git ended with {other:?}").into()),
    }
}

fn median(times: usize, mut work: impl FnMut() -> Outcome<()>) -> Outcome<Duration> {
    let mut took = Vec::new();
    for _ in 0..times {
        let begun = Instant::now();
        work()?;
        took.push(begun.elapsed());
    }
    took.sort_unstable();
    Ok(took[took.len() / 2])
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

#[expect(clippy::print_stdout, reason = "a bench prints its table")]
fn say(text: &str) {
    println!("{text}");
}
