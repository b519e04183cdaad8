//! How fast `verify` walks an archive, beside the plain SHA-256 of the same bytes.
//!
//! `cargo bench --bench verifying` archives pages in many versions, each packed against the one before, then walks the journal
//! and every body. The baseline hashes the same bytes from memory on one core, in the same run. With SMALLPRINT_BENCH_QUICK
//! set, everything is a small sample.

use std::io::Write;
use std::time::Instant;

use chrono::{DateTime, TimeDelta, Utc};
use smallprint::model::{Digest, Fact};
use smallprint::store::Store;

/// Set to try the bench itself, on little.
const QUICK: &str = "SMALLPRINT_BENCH_QUICK";
/// How many versions a page has.
const VERSIONS: usize = 40;
/// How long a page is, in lines of about eighty bytes.
const LINES: usize = 1_500;
/// Walks, of which the median counts.
const TIMES: usize = 5;

type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

fn main() -> Outcome<()> {
    let pages = match std::env::var_os(QUICK) {
        Some(_) => 3,
        None => 200,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(measure(pages))
}

async fn measure(pages: usize) -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    let store = Store::open_as(folder.path(), "smallprint bench").await?;
    let start: DateTime<Utc> = "2024-01-01T00:00:00Z".parse()?;
    let mut dice = Dice(1);
    let mut bodies = Vec::new();
    for page in 0..pages {
        let mut lines: Vec<String> = (0..LINES).map(|_| dice.line()).collect();
        let mut last: Option<Digest> = None;
        for version in 0..VERSIONS {
            let at = dice.below(LINES);
            lines[at] = dice.line();
            let text = lines.join("\n").into_bytes();
            bodies.push(text.clone());
            let kept = store.keep(text, last).await?;
            last = Some(kept);
            let fact = Fact::Notice {
                text: kept,
                owed: Vec::new(),
                about: Vec::new(),
                promises: Vec::new(),
            };
            let minutes = (page * VERSIONS + version) as i64;
            store
                .append(fact, start + TimeDelta::minutes(minutes), None)
                .await?;
        }
    }
    let mut took = Vec::new();
    let mut bytes = 0;
    for _ in 0..TIMES {
        let begun = Instant::now();
        let verified = store.verify(|_, _| ()).await?;
        took.push(begun.elapsed().as_secs_f64());
        if let Some(broken) = verified.broken {
            return Err(broken.into());
        }
        bytes = verified.bytes;
    }
    took.sort_by(f64::total_cmp);
    let begun = Instant::now();
    for body in &bodies {
        std::hint::black_box(Digest::of(body));
    }
    let plain = begun.elapsed().as_secs_f64();
    let (walk, size) = (took[TIMES / 2], bytes as f64 / 1e9);
    say(&format!(
        "{} bodies of {size:.2} GB: verify {:.2} GB/s ({walk:.2} s), plain SHA-256 on one core {:.2} GB/s ({plain:.2} s), \
         ratio {:.2}",
        bodies.len(),
        size / walk,
        size / plain,
        walk / plain
    ));
    store.close(start).await?;
    Ok(())
}

struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = (self.0)
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }

    fn line(&mut self) -> String {
        const WORDS: [&str; 12] = [
            "data",
            "patient",
            "register",
            "shared",
            "opt-out",
            "purpose",
            "consent",
            "research",
            "NHS",
            "controller",
            "retention",
            "agreement",
        ];
        let words: Vec<&str> = (0..9).map(|_| WORDS[self.below(WORDS.len())]).collect();
        format!("<p>{} {}</p>", words.join(" "), self.below(100_000))
    }
}

fn say(line: &str) {
    writeln!(std::io::stdout(), "{line}").ok();
}
