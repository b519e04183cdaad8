//! How long a search takes among a million passages, beside reading through passages in memory for the same words.
//!
//! `cargo bench --bench searching` archives pages until a million passages stood on them, lets the index follow, and asks what
//! people ask. The baseline looks through a tenth of the texts, held in memory and folded already, for the same string; its
//! time is taken ten times. With SMALLPRINT_BENCH_QUICK set, everything is a small sample.

#[path = "../tests/it/bare.rs"]
mod bare;
mod dice;

use std::path::Path;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use smallprint::model::{Block, BlockKind, Bounds, Digest, Document, Fact, Landed, ReaderId};
use smallprint::prose;
use smallprint::search::query::{self, Within};
use smallprint::search::{Scope, Search};
use smallprint::store::Store;

use crate::dice::Dice;

/// Set to try the bench itself, on little.
const QUICK: &str = "SMALLPRINT_BENCH_QUICK";
/// The promise: the median of a search among a million passages.
const PROMISED: Duration = Duration::from_millis(20);
/// How many passages a page has.
const PASSAGES: usize = 500;
/// How many of them each later version puts others for.
const EDITED: usize = 25;
/// How many versions a page has.
const VERSIONS: u32 = 21;

type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// What is asked: its name, the words, in what, and the string that the baseline looks for.
const ASKED: [(&str, &str, Within, &str); 8] = [
    ("a rare word", "pseudonymised", Within::Now, "pseudonymised"),
    ("a common word", "information", Within::Now, "information"),
    (
        "a common word, ever",
        "information",
        Within::History,
        "information",
    ),
    (
        "two words",
        "share advertisers",
        Within::History,
        "advertisers",
    ),
    (
        "a phrase",
        "\"third parties\"",
        Within::History,
        "third parties",
    ),
    (
        "a beginning, one without",
        "advertis* -cookies",
        Within::History,
        "advertis",
    ),
    ("added", "consent", Within::Added, "consent"),
    (
        "removed",
        "\"your information\"",
        Within::Removed,
        "your information",
    ),
];

fn main() -> Outcome<()> {
    let (pages, times) = match std::env::var_os(QUICK) {
        Some(_) => (4, 5),
        None => (1_000, 41),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(measure(pages, times))
}

async fn measure(pages: usize, times: usize) -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    let store = Store::open_as(folder.path(), "smallprint bench").await?;
    let pool = pool();
    let begun = Instant::now();
    let mut sample = Vec::new();
    for page in 0..pages {
        let texts = archive(&store, page, &pool).await?;
        if page % 10 == 0 {
            sample.extend(texts.iter().map(|text| prose::fold(text)));
        }
    }
    let entries = *store.news().borrow();
    say(&format!(
        "{entries} versions of {pages} pages archived in {:.1} s",
        begun.elapsed().as_secs_f64()
    ));
    let begun = Instant::now();
    let search = Search::begin(store.clone());
    let reached = search.upto(entries, Duration::MAX, |_| {}).await;
    let passages = pages * (PASSAGES + EDITED * (VERSIONS as usize - 1));
    let bytes = size(&folder.path().join("search"));
    say(&format!(
        "{passages} passages up to entry {} indexed in {:.1} s, {} MB on the disk\n",
        reached.entry,
        begun.elapsed().as_secs_f64(),
        bytes >> 20
    ));
    say("what                           passages   median ms      p95   baseline ms  ratio");
    let mut worst = Duration::ZERO;
    for (name, words, within, string) in ASKED {
        let clause = query::read(words)?.clause;
        let scope = Scope {
            within,
            limit: 20,
            ..Scope::default()
        };
        let (mut took, mut count) = (Vec::new(), 0);
        for _ in 0..times {
            let begun = Instant::now();
            count = search.find(clause.clone(), scope.clone()).await?.count;
            took.push(begun.elapsed());
        }
        took.sort_unstable();
        let begun = Instant::now();
        let read = sample.iter().filter(|text| text.contains(string)).count();
        let baseline = begun.elapsed() * 10;
        std::hint::black_box(read);
        let median = took[took.len() / 2];
        worst = worst.max(median);
        say(&format!(
            "{name:<28} {count:>10} {:>11.2} {:>8.2} {:>13.1} {:>6.0}",
            millis(median),
            millis(took[(took.len() - 1) * 95 / 100]),
            millis(baseline),
            baseline.as_secs_f64() / median.as_secs_f64()
        ));
    }
    let kept = if worst < PROMISED { "kept" } else { "not kept" };
    say(&format!(
        "\nThe slowest of these takes {:.2} ms in the median; promised are {} ms: {kept}.",
        millis(worst),
        PROMISED.as_millis()
    ));
    drop(search);
    store.close(Utc::now()).await?;
    Ok(())
}

/// Archives a page, version after version; every passage that ever stood on it.
async fn archive(store: &Store, page: usize, pool: &[String]) -> Outcome<Vec<String>> {
    let start: DateTime<Utc> = "2024-01-01T00:00:00Z".parse()?;
    let mut dice = Dice(page as u64 + 1);
    let mut texts: Vec<String> = (0..PASSAGES)
        .map(|no| passage(&mut dice, pool, page, no))
        .collect();
    let mut all = texts.clone();
    let (mut after, mut last): (Option<u64>, Option<Digest>) = (None, None);
    for no in 1..=VERSIONS {
        if no > 1 {
            for edit in 0..EDITED {
                let at = dice.below(texts.len());
                texts[at] = passage(
                    &mut dice,
                    pool,
                    page,
                    PASSAGES + no as usize * EDITED + edit,
                );
                all.push(texts[at].clone());
            }
        }
        let at = start + TimeDelta::hours(i64::from(no) * 24) + TimeDelta::seconds(page as i64);
        let kept = store
            .keep(serde_json::to_vec(&document(&texts))?, last)
            .await?;
        last = Some(kept);
        let landed = Landed {
            title: "How we use the data".to_owned(),
            body: Some(kept),
            document: Some(kept),
            text: Some(kept),
            ..bare::landed(
                &format!("page-{page:04}"),
                "https://nhs.example/0".parse()?,
                no,
                Bounds {
                    after: after.map(|_| at - TimeDelta::hours(1)),
                    by: at,
                },
                kept,
            )
        };
        after = Some(
            store
                .append(Fact::Landed(Box::new(landed)), at, after)
                .await?,
        );
    }
    Ok(all)
}

fn document(texts: &[String]) -> Document {
    let block = |text: &String| Block {
        kind: BlockKind::Paragraph,
        text: text.clone(),
        links: Vec::new(),
    };
    Document {
        blocks: texts.iter().map(block).collect(),
        ..Document::empty(ReaderId("bench".into()), "How we use the data")
    }
}

/// A paragraph of some sentences, and a number that no other has.
fn passage(dice: &mut Dice, pool: &[String], page: usize, no: usize) -> String {
    let sentences: Vec<&str> = (0..2)
        .map(|_| pool[dice.below(pool.len())].as_str())
        .collect();
    format!("{} See note {page}.{no}.", sentences.join(" "))
}

/// Sentences of real policies where they are at hand, else made ones.
fn pool() -> Vec<String> {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let shared = ["../shared", "../../shared"]
        .map(|shared| project.join(shared).join("corpora/histories-text"));
    let mut pool = std::collections::BTreeSet::new();
    for folder in shared
        .iter()
        .filter_map(|folder| std::fs::read_dir(folder).ok())
        .flatten()
        .flatten()
    {
        let versions = std::fs::read_dir(folder.path())
            .into_iter()
            .flatten()
            .flatten();
        for version in versions.take(40) {
            let text = std::fs::read_to_string(version.path()).unwrap_or_default();
            let sentences = text.lines().flat_map(prose::split);
            pool.extend(sentences.filter(|sentence| (30..400).contains(&sentence.len())));
        }
    }
    if pool.is_empty() {
        let mut dice = Dice(7);
        let words = "we may share pseudonymised information with third parties and advertisers for research with your consent unless \
                     you opt out of cookies in the settings of your account";
        let words: Vec<&str> = words.split(' ').collect();
        pool.extend((0..5_000).map(|_| {
            let said: Vec<&str> = (0..14).map(|_| words[dice.below(words.len())]).collect();
            format!("{}.", said.join(" "))
        }));
    }
    pool.into_iter().collect()
}

fn size(folder: &Path) -> u64 {
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
    files
        .filter_map(|file| file.metadata().ok())
        .map(|file| file.len())
        .sum()
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

#[expect(clippy::print_stdout, reason = "a bench prints its table")]
fn say(text: &str) {
    println!("{text}");
}
