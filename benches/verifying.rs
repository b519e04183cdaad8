//! How fast `verify` walks an archive, beside the plain SHA-256 of the same bytes.
//!
//! `cargo bench --bench verifying` makes two archives: one of pages in many versions, each packed against the one before, and
//! one of files that resemble nothing, such as PDFs. It walks the journal and every body of each, as `smallprint verify` does,
//! and once more as every night (`--since`). GB/s counts bytes as they were served, each of which is hashed; a walk also
//! unpacks them, and uses every core. The baselines hash the same bytes on one core: from memory with the same library, and
//! a file of them with the program `sha256sum`, where there is one. With SMALLPRINT_BENCH_QUICK set, everything is a small
//! sample.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::available_parallelism;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use smallprint::model::{Digest, EntryNo, Fact};
use smallprint::store::Store;

/// Set to try the bench itself, on little.
const QUICK: &str = "SMALLPRINT_BENCH_QUICK";
/// How many versions a page has.
const VERSIONS: usize = 40;
/// How long a page is, in lines of about eighty bytes.
const LINES: usize = 1_500;
/// Walks, of which the median counts.
const TIMES: usize = 5;
/// So many bytes are hashed together, so that they come from memory and not from the processor's caches.
const BATCH: usize = 64 << 20;
/// So many bytes at most are written to a file for `sha256sum`.
const SAMPLE: usize = 256 << 20;

type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

fn main() -> Outcome<()> {
    let (pages, files) = match std::env::var_os(QUICK) {
        Some(_) => (3, 30),
        None => (200, 2_000),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let cores = available_parallelism().map_or(1, usize::from);
    say(&format!("{cores} cores"));
    runtime.block_on(measure("pages in many versions", &mut Pages::of(pages)))?;
    runtime.block_on(measure(
        "files that resemble nothing",
        &mut Files::of(files),
    ))
}

/// What an archive is filled with, body after body.
trait Supply {
    /// The next body, and whether it resembles the one before.
    fn next(&mut self) -> Option<(Vec<u8>, bool)>;
}

/// What hashing alone takes.
#[derive(Default)]
struct Plain {
    bytes: usize,
    took: Duration,
    batch: Vec<Vec<u8>>,
}

impl Plain {
    fn add(&mut self, text: Vec<u8>) {
        self.bytes += text.len();
        self.batch.push(text);
        if self.batch.iter().map(Vec::len).sum::<usize>() > BATCH {
            self.hash();
        }
    }

    fn hash(&mut self) {
        let begun = Instant::now();
        for body in self.batch.drain(..) {
            std::hint::black_box(Digest::of(&body));
        }
        self.took += begun.elapsed();
    }
}

async fn measure(what: &str, supply: &mut dyn Supply) -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    let sample = folder.path().join("sample");
    let store = Store::open_as(&folder.path().join("archive"), "smallprint bench").await?;
    let (bodies, plain) = filled(&store, supply, &sample).await?;
    let last = store.last_entry().await?;
    let (walk, bytes) = walked(&store, 1).await?;
    let disk = store.space().await?.taken;
    say(&format!(
        "{what}: {bodies} bodies, {:.2} GB as served, {:.3} GB on the disk",
        giga(bytes),
        disk as f64 / 1e9
    ));
    let alone = plain.took.as_secs_f64();
    say(&format!(
        "  verify                 {}  {walk:7.2} s  every core, the median of {TIMES}",
        rate(bytes, walk)
    ));
    say(&format!(
        "  SHA-256 from memory    {}  {alone:7.2} s  one core; verify takes {:.2} of that",
        rate(plain.bytes as u64, alone),
        walk / alone
    ));
    match sha256sum(&sample)? {
        Some((bytes, took)) => say(&format!(
            "  sha256sum of a file    {}  {took:7.2} s  one core, of {:.2} GB",
            rate(bytes, took),
            giga(bytes)
        )),
        None => say("  sha256sum is not there to be compared with"),
    }
    // What a day brings: one entry in a hundred.
    let since = last - last / 100;
    let (walk, bytes) = walked(&store, since).await?;
    say(&format!(
        "  verify --since {since:<7} {}  {walk:7.2} s  the last {} entries",
        rate(bytes, walk),
        last + 1 - since
    ));
    store.close(DateTime::UNIX_EPOCH).await?;
    Ok(())
}

/// Fills an archive; how many bodies it has, and what hashing them alone takes.
async fn filled(store: &Store, supply: &mut dyn Supply, sample: &Path) -> Outcome<(usize, Plain)> {
    let start: DateTime<Utc> = "2024-01-01T00:00:00Z".parse()?;
    let mut file = BufWriter::new(File::create(sample)?);
    let mut plain = Plain::default();
    let mut last: Option<Digest> = None;
    let mut bodies = 0;
    while let Some((text, resembles)) = supply.next() {
        if plain.bytes + text.len() < SAMPLE {
            file.write_all(&text)?;
        }
        let kept = store.keep(text.clone(), last.filter(|_| resembles)).await?;
        plain.add(text);
        last = Some(kept);
        let fact = Fact::Notice {
            text: kept,
            owed: Vec::new(),
            about: Vec::new(),
            promises: Vec::new(),
        };
        let at = start + TimeDelta::minutes(i64::try_from(bodies)?);
        store.append(fact, at, None).await?;
        bodies += 1;
    }
    file.flush()?;
    plain.hash();
    Ok((bodies, plain))
}

/// The median of some walks in seconds, and how many bytes were hashed in each.
async fn walked(store: &Store, since: EntryNo) -> Outcome<(f64, u64)> {
    let (mut took, mut bytes) = (Vec::new(), 0);
    for _ in 0..TIMES {
        let begun = Instant::now();
        let verified = store.verify_from(since, |_, _| ()).await?;
        took.push(begun.elapsed().as_secs_f64());
        if let Some(broken) = verified.broken {
            return Err(broken.into());
        }
        bytes = verified.bytes;
    }
    took.sort_by(f64::total_cmp);
    Ok((took[TIMES / 2], bytes))
}

/// What the program takes for a file, the second time; absent where there is no such program.
fn sha256sum(sample: &Path) -> Outcome<Option<(u64, f64)>> {
    let mut took = 0.0;
    for _ in 0..2 {
        let mut command = Command::new("sha256sum");
        command.arg(sample).stdout(Stdio::null());
        let begun = Instant::now();
        match command.status() {
            Ok(status) if status.success() => took = begun.elapsed().as_secs_f64(),
            _ => return Ok(None),
        }
    }
    Ok(Some((sample.metadata()?.len(), took)))
}

/// Pages of which a line is another one in each version.
struct Pages {
    left: usize,
    version: usize,
    lines: Vec<String>,
    dice: Dice,
}

impl Pages {
    fn of(left: usize) -> Pages {
        Pages {
            left,
            version: 0,
            lines: Vec::new(),
            dice: Dice(1),
        }
    }
}

impl Supply for Pages {
    fn next(&mut self) -> Option<(Vec<u8>, bool)> {
        if self.version == 0 {
            self.left = self.left.checked_sub(1)?;
            self.lines = (0..LINES).map(|_| self.dice.line()).collect();
        } else {
            let at = self.dice.below(LINES);
            self.lines[at] = self.dice.line();
        }
        let resembles = self.version > 0;
        self.version = (self.version + 1) % VERSIONS;
        Some((self.lines.join("\n").into_bytes(), resembles))
    }
}

/// Files of a quarter of a megabyte, of which nothing can be made smaller.
struct Files {
    left: usize,
    dice: Dice,
}

impl Files {
    fn of(left: usize) -> Files {
        Files {
            left,
            dice: Dice(2),
        }
    }
}

impl Supply for Files {
    fn next(&mut self) -> Option<(Vec<u8>, bool)> {
        self.left = self.left.checked_sub(1)?;
        let bytes = (0..1 << 18).map(|_| self.dice.below(256) as u8);
        Some((bytes.collect(), false))
    }
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

fn giga(bytes: u64) -> f64 {
    bytes as f64 / 1e9
}

fn rate(bytes: u64, seconds: f64) -> String {
    format!("{:6.2} GB/s", giga(bytes) / seconds)
}

fn say(line: &str) {
    writeln!(std::io::stdout(), "{line}").ok();
}
