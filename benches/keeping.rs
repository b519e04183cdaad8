//! What a history takes on the disk, beside git and zstd on the same bytes.
//!
//! `cargo bench --bench keeping` visits 200 pages of the loopback site in 31 versions each, with everything that goes with
//! them: the capture, the text that was read, what was found, messages, journal, views. Beside it lie the captures alone, as
//! the archive packs them; the same files in git after `git gc`; and each packed by zstd against the one before, the least
//! that is possible without another idea. Then a long policy page in 1,900 captures, most of which differ in noise alone.
//! With SMALLPRINT_BENCH_QUICK set, everything is a small sample.

mod dice;
mod loopback;

use std::path::Path;
use std::process::{Command, Stdio};

use smallprint::model::Digest;
use smallprint::store::{self, Store};
use smallprint::visit::{self, Wanted};

use crate::dice::Dice;
use crate::loopback::{Outcome, Site, get, open, say, size, url, watchlist_text};

/// As the program has it.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Set to try the bench itself, on little.
const QUICK: &str = "SMALLPRINT_BENCH_QUICK";
/// What git takes for a version of the same pages, in bytes.
const PROMISED: u64 = 4_000;
/// What the bodies of 1,900 captures of a policy page may take.
const PROMISED_OF_ONE: u64 = 5_000_000;
/// How many times as much as what is alive the files may take: as they come, and compacted.
const PROMISED_SLACK: [f64; 2] = [2.2, 1.7];
/// The size of the database's segments, without which it cannot be opened.
const SEGMENT: usize = 8 << 20;
/// How many paragraphs the policy page has.
const PARAGRAPHS: usize = 1_200;

fn main() -> Outcome<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let (pages, revisions, captures) = match std::env::var_os(QUICK) {
        Some(_) => (10, 3, 50),
        None => (200, 30, 1_900),
    };
    runtime.block_on(many_pages(pages, revisions))?;
    runtime.block_on(one_page(captures))
}

/// The bodies of pages as they were served, revision by revision: in git, and packed one against the other.
struct Others {
    git: tempfile::TempDir,
    last: Vec<Vec<u8>>,
    packed: u64,
    raw: u64,
}

impl Others {
    fn begin(pages: usize) -> Outcome<Others> {
        let git = tempfile::tempdir()?;
        run(git.path(), &["init", "--quiet", "."])?;
        Ok(Others {
            git,
            last: vec![Vec::new(); pages],
            packed: 0,
            raw: 0,
        })
    }

    fn add(&mut self, page: usize, body: Vec<u8>) -> Outcome<()> {
        std::fs::write(self.git.path().join(format!("{page}.html")), &body)?;
        self.raw += body.len() as u64;
        self.packed += packed(&body, &self.last[page])?;
        self.last[page] = body;
        Ok(())
    }

    fn commit(&self) -> Outcome<()> {
        run(self.git.path(), &["add", "--all"])?;
        let who = [
            "-c",
            "user.name=bench",
            "-c",
            "user.email=bench@example.org",
        ];
        let commit = ["commit", "--quiet", "--message", "Captures"];
        run(self.git.path(), &[&who[..], &commit].concat())
    }

    /// What git takes when it has cleared up.
    fn in_git(&self) -> Outcome<u64> {
        run(self.git.path(), &["gc", "--quiet"])?;
        size(&self.git.path().join(".git/objects"))
    }
}

/// Many pages in many versions.
async fn many_pages(pages: usize, revisions: usize) -> Outcome<()> {
    // The same bytes at every request of a revision, so that all of them keep the same.
    let Some(site) = Site::start(pages, "1.0", "rev").await? else {
        return Ok(());
    };
    let (folder, alone) = (tempfile::tempdir()?, tempfile::tempdir()?);
    let port = site.port.to_string();
    let house = open(folder.path(), watchlist_text(0..pages, &port)).await?;
    let captures = Store::open_as(alone.path(), "smallprint bench").await?;
    let mut last: Vec<Option<Digest>> = vec![None; pages];
    let mut others = Others::begin(pages)?;
    let mut versions = 0;
    for revision in 0..=revisions {
        if revision > 0 {
            site.control("set").await?;
        }
        let (tell, mut told) = tokio::sync::mpsc::channel(64);
        let hear = async { while told.recv().await.is_some() {} };
        let (round, ()) = tokio::join!(visit::round(&house, &Wanted::All, tell), hear);
        let round = round?;
        versions += (round.appeared + round.changed) as u64;
        for (page, last) in last.iter_mut().enumerate() {
            let body = get(&url(page, &port)).await?.into_bytes();
            *last = Some(captures.keep(body.clone(), *last).await?);
            others.add(page, body)?;
        }
        others.commit()?;
    }
    house.store.clone().close(house.clock.now()).await?;
    drop(house);
    captures.close(chrono::Utc::now()).await?;
    let archive = folder.path().join("archive");
    let (taken, alive) = (size(&archive)?, alive(&archive)?);
    let alone = self::alive(alone.path())?;
    let compacted = store::compact(&archive, "smallprint bench", |_, _| ()).await?;
    let each = |bytes: u64| bytes / versions.max(1);
    say(&format!(
        "{versions} versions of {pages} pages, {:.1} MB as they were served\n",
        others.raw as f64 / 1e6
    ));
    say("what                                         bytes a version");
    let git = others.in_git()?;
    say(&line("captures, packed", each(alone.bodies)));
    say(&line("captures in git, after git gc", each(git)));
    say(&line(
        "captures, zstd against the one before",
        each(others.packed),
    ));
    say(&line(
        "captures and what was read and found",
        each(alive.bodies),
    ));
    say(&line("all of the archive that is alive", each(alive.all)));
    say(&line("the files of the archive", each(taken)));
    say(&line(
        "the files of the archive, compacted",
        each(compacted.after),
    ));
    let captures_kept = each(alone.bodies) <= PROMISED.min(each(git));
    say(&format!(
        "\nCaptures: promised are {PROMISED} bytes a version, and less than git takes: {}.",
        kept(captures_kept)
    ));
    let files = [("", taken), (", compacted", compacted.after)];
    for ((what, bytes), most) in files.into_iter().zip(PROMISED_SLACK) {
        let times = bytes as f64 / alive.all as f64;
        say(&format!(
            "The files{what} are {times:.2} times what is alive; promised are {most}: {}.",
            kept(times <= most)
        ));
    }
    say("");
    Ok(())
}

/// One long page in very many captures, one in ten with other words.
async fn one_page(captures: usize) -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    let store = Store::open_as(folder.path(), "smallprint bench").await?;
    let mut dice = Dice(5);
    let mut paragraphs: Vec<String> = (0..PARAGRAPHS).map(|_| paragraph(&mut dice)).collect();
    let (mut last, mut before, mut raw, mut floor) = (None, Vec::new(), 0, 0);
    for no in 0..captures {
        if no % 10 == 9 {
            let at = dice.below(PARAGRAPHS);
            paragraphs[at] = paragraph(&mut dice);
        }
        let body = page(&paragraphs, &mut dice).into_bytes();
        raw += body.len();
        floor += packed(&body, &before)?;
        before.clone_from(&body);
        last = Some(store.keep(body, last).await?);
    }
    store.close(chrono::Utc::now()).await?;
    let taken = alive(folder.path())?.bodies;
    say(&format!(
        "{captures} captures of one page, {:.0} MB as they were served: {:.2} MB of packed bodies, {:.2} MB by zstd against the one \
         before; promised are {:.0}: {}",
        raw as f64 / 1e6,
        taken as f64 / 1e6,
        floor as f64 / 1e6,
        PROMISED_OF_ONE as f64 / 1e6,
        kept(taken <= PROMISED_OF_ONE)
    ));
    Ok(())
}

fn paragraph(dice: &mut Dice) -> String {
    let words = "we may share pseudonymised information with third parties and partners for research or planning with your consent \
                 unless you opt out in the settings of your account before the date that this notice gives and the law allows it";
    let words: Vec<&str> = words.split(' ').collect();
    let said: Vec<&str> = (0..32).map(|_| words[dice.below(words.len())]).collect();
    format!("<p>{}.</p>", said.join(" "))
}

/// The page as it is served: a nonce here, a token there, hashed names of files.
fn page(paragraphs: &[String], dice: &mut Dice) -> String {
    let mut nonce = || {
        format!(
            "{:016x}{:016x}",
            dice.below(usize::MAX),
            dice.below(usize::MAX)
        )
    };
    format!(
        "<!DOCTYPE html><html lang=\"en\"><head><title>Privacy policy</title><meta name=\"csrf-token\" content=\"{}\"><script \
         nonce=\"{}\" src=\"/assets/app-{}.js\"></script></head><body><main>{}</main></body></html>",
        nonce(),
        nonce(),
        nonce(),
        paragraphs.join("\n")
    )
}

/// What an archive holds, in bytes.
struct Alive {
    /// Packed bodies, without their records.
    bodies: u64,
    /// Every row, with its key.
    all: u64,
}

/// What the archive in this folder holds, which nobody has open.
fn alive(archive: &Path) -> Outcome<Alive> {
    let database = sled::Config::new()
        .path(archive.join("sled"))
        .segment_size(SEGMENT)
        .open()?;
    let mut alive = Alive { bodies: 0, all: 0 };
    for name in database.tree_names() {
        for row in database.open_tree(&name)?.iter() {
            let (key, value) = row?;
            alive.all += (key.len() + value.len()) as u64;
            if name == "chunks" {
                alive.bodies += value.len() as u64;
            }
        }
    }
    Ok(alive)
}

/// How long a body is when zstd knows the one before.
fn packed(body: &[u8], before: &[u8]) -> Outcome<u64> {
    let mut encoder = zstd::stream::write::Encoder::with_ref_prefix(Vec::new(), 9, before)?;
    encoder.window_log(20)?;
    std::io::Write::write_all(&mut encoder, body)?;
    Ok(encoder.finish()?.len() as u64)
}

fn run(folder: &Path, arguments: &[&str]) -> Outcome<()> {
    let ended = Command::new("git")
        .args(arguments)
        .current_dir(folder)
        .stdout(Stdio::null())
        .status()?;
    match ended.success() {
        true => Ok(()),
        false => Err(format!("git {} failed", arguments.join(" ")).into()),
    }
}

fn line(what: &str, bytes: u64) -> String {
    format!("{what:<44} {bytes:>15}")
}

fn kept(is_kept: bool) -> &'static str {
    if is_kept { "kept" } else { "NOT KEPT" }
}
