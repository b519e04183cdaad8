//! How long the window takes to answer from an archive of 2,000 pages and 100,000 versions, page by page.
//!
//! `cargo bench --bench window` makes the archive, starts `smallprint serve` on it as anyone would, and asks for every sort of
//! page 200 times, each time of another document. The baseline is the style sheet, which is only sent. Whatever is promised
//! stands beside what was seen. The archive is made in a minute or several; with SMALLPRINT_BENCH_ARCHIVE naming a directory it
//! is kept there for the next time. With SMALLPRINT_BENCH_QUICK set, everything is a small sample.

#[path = "../../tests/it/bare.rs"]
mod bare;
#[path = "../dice/mod.rs"]
mod dice;
mod fill;

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use smallprint::search::Search;
use smallprint::store::Store;

use crate::dice::Dice;
use crate::fill::Size;

type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Set to try the bench itself, on little.
const QUICK: &str = "SMALLPRINT_BENCH_QUICK";
/// Where the archive is kept for the next time.
const KEPT: &str = "SMALLPRINT_BENCH_ARCHIVE";
/// The promises: a page at the server, 99 in 100; a phrase over all documents; the start; memory.
const PAGE: Duration = Duration::from_millis(50);
const PHRASE: Duration = Duration::from_millis(100);
const START: Duration = Duration::from_secs(1);
const MEMORY: f64 = 300.0;

/// What is asked: its name, and the address, in which `{d}` stands for a document, `{n}` for a version, `{m}` for the next one,
/// and `{w}` for words.
const ASKED: [(&str, &str); 39] = [
    ("the style sheet (baseline)", "/style.css"),
    ("now", "/"),
    ("now, severe", "/?severity=4"),
    ("now, a publisher", "/?publisher=Board+7"),
    ("now, a finding", "/?rule=safeguard-weakened"),
    ("now, of a time", "/?from=2022-01-01&until=2022-03-01"),
    ("documents", "/documents"),
    ("a document", "/d/{d}"),
    ("a version", "/d/{d}/{n}"),
    ("a redline", "/d/{d}/{n}..{m}"),
    ("a redline, side by side", "/d/{d}/{n}..{m}?view=side"),
    ("a redline of all its time", "/d/{d}/1..{m}"),
    ("two documents", "/compare?a={d}@{n}&b=page-0007@3"),
    ("as served", "/d/{d}/{n}/served"),
    ("headers", "/d/{d}/{n}/headers"),
    ("raw", "/d/{d}/{n}/raw"),
    ("as of", "/d/{d}/at/2022-06-01"),
    ("blame", "/d/{d}/blame"),
    ("a redline, very long", "/d/page-0000/{n}..{m}"),
    ("a version, very long", "/d/page-0000/{n}"),
    ("names", "/names"),
    ("registers", "/registers"),
    ("publishers", "/publishers"),
    ("a publisher", "/publishers/Board%207"),
    ("promises", "/promises"),
    ("corrections", "/corrections"),
    ("status", "/status"),
    ("search", "/search?q={w}"),
    ("search, added", "/search?q={w}&within=added"),
    ("phrases", "/phrases?q={w}"),
    ("phrases, a rare one", "/phrases?q=opt-out|opt+out"),
    ("API: documents", "/api/v1/documents"),
    ("API: changes", "/api/v1/changes"),
    ("API: a redline", "/api/v1/changes/{d}/{n}..{m}"),
    ("API: search", "/api/v1/search?q={w}"),
    ("API: phrases", "/api/v1/phrases?q={w}"),
    ("feed", "/feed.atom"),
    ("TimeMap", "/timemap/link/https://board-7.example/7"),
    ("CDXJ", "/cdx?url=https://board-7.example/7"),
];

const WORDS: [&str; 8] = [
    "information",
    "%22third+parties%22",
    "patients",
    "opt+out",
    "records",
    "%22personal+data%22",
    "retention",
    "children",
];

fn main() -> Outcome<()> {
    let (size, times) = match std::env::var_os(QUICK) {
        Some(_) => (
            Size {
                pages: 40,
                versions: 6,
            },
            5,
        ),
        None => (
            Size {
                pages: 2_000,
                versions: 50,
            },
            200,
        ),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let temporary = tempfile::tempdir()?;
    let folder = std::env::var_os(KEPT).map_or_else(|| temporary.path().to_owned(), PathBuf::from);
    runtime.block_on(made(&folder, size))?;
    runtime.block_on(async {
        made(&folder, size).await?;
        measure(&folder, size, times).await
    })
}

/// The archive with its index, unless it is there.
async fn made(folder: &Path, size: Size) -> Outcome<()> {
    let whole = folder.join("whole");
    if whole.exists() {
        return Ok(());
    }
    std::fs::create_dir_all(folder)?;
    std::fs::write(folder.join("watchlist.toml"), fill::watchlist(size.pages))?;
    let data = folder.join("archive");
    let store = Store::open_as(&data, "smallprint bench").await?;
    let begun = Instant::now();
    fill::fill(&store, size).await?;
    let entries = *store.news().borrow();
    say(&format!(
        "{entries} versions of {} pages archived in {:.1} s",
        size.pages,
        begun.elapsed().as_secs_f64()
    ));
    let begun = Instant::now();
    let search = Search::begin(store.clone());
    search.upto(entries, Duration::MAX, |_| {}).await;
    drop(search);
    store.close(chrono::Utc::now()).await?;
    say(&format!(
        "indexed in {:.1} s; {} MB on the disk, of which the index {} MB",
        begun.elapsed().as_secs_f64(),
        bytes(&data) >> 20,
        bytes(&data.join("search")) >> 20
    ));
    std::fs::write(whole, "")?;
    Ok(())
}

async fn measure(folder: &Path, size: Size, times: usize) -> Outcome<()> {
    let port = std::net::TcpListener::bind(("127.0.0.1", 0))?
        .local_addr()?
        .port();
    let base = format!("http://127.0.0.1:{port}");
    let client = reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .build()?;
    let begun = Instant::now();
    let window = Window(start(folder, port)?);
    loop {
        match client.get(format!("{base}/")).send().await {
            Ok(answer) if answer.status() == 200 => {
                answer.bytes().await?;
                break;
            }
            _ if begun.elapsed() > Duration::from_secs(60) => {
                return Err("the window did not open within a minute".into());
            }
            _ => tokio::time::sleep(Duration::from_millis(5)).await,
        }
    }
    let started = begun.elapsed();
    say(&format!(
        "from the start to the first page: {:.0} ms; promised are {} ms: {}\n",
        millis(started),
        START.as_millis(),
        kept(started < START)
    ));
    say(
        "what                          kB    median ms      p95      p99      max  × baseline  promise",
    );
    let mut baseline = None;
    for (name, path) in ASKED {
        let mut dice = Dice(7);
        let (mut took, mut weight) = (Vec::new(), 0);
        for _ in 0..times {
            let url = format!("{base}{}", address(path, size, &mut dice));
            let mut begun = Instant::now();
            let mut answer = client.get(&url).send().await?;
            while answer.status() == 429 {
                // It asks no faster than a program may, and the wait is not counted.
                let wait = answer.headers().get("retry-after");
                let wait = wait.and_then(|wait| wait.to_str().ok()?.parse().ok());
                tokio::time::sleep(Duration::from_secs(wait.unwrap_or(1))).await;
                begun = Instant::now();
                answer = client.get(&url).send().await?;
            }
            let status = answer.status();
            weight += answer.bytes().await?.len();
            took.push(begun.elapsed());
            if !(status.is_success() || status.is_redirection()) {
                return Err(format!("{url} answers {status}").into());
            }
        }
        took.sort_unstable();
        let at = |share: usize| took[(took.len() - 1) * share / 100];
        let first = *baseline.get_or_insert(at(50));
        let promise = if path.contains("/phrases") {
            PHRASE
        } else {
            PAGE
        };
        say(&format!(
            "{name:<26} {:>6} {:>11.2} {:>8.2} {:>8.2} {:>8.2} {:>11.1}  {}",
            weight / times / 1000,
            millis(at(50)),
            millis(at(95)),
            millis(at(99)),
            millis(at(100)),
            at(50).as_secs_f64() / first.as_secs_f64(),
            kept(at(99) < promise)
        ));
    }
    let (now, peak) = (window.memory("VmRSS:")?, window.memory("VmHWM:")?);
    say(&format!(
        "\nmemory: {now:.0} MB after all of this, {peak:.0} MB at most; promised are {MEMORY:.0} MB: {}",
        kept(peak < MEMORY)
    ));
    Ok(())
}

fn kept(is: bool) -> &'static str {
    if is { "kept" } else { "NOT KEPT" }
}

/// An address of this sort, of a document by chance.
fn address(path: &str, size: Size, dice: &mut Dice) -> String {
    let document = fill::name(1 + dice.below(size.pages as usize - 1) as u64);
    let version = 1 + dice.below(size.versions as usize - 1);
    path.replace("{d}", &document)
        .replace("{n}", &version.to_string())
        .replace("{m}", &(version + 1).to_string())
        .replace("{w}", WORDS[dice.below(WORDS.len())])
}

fn start(folder: &Path, port: u16) -> Outcome<Child> {
    Ok(Command::new(env!("CARGO_BIN_EXE_smallprint"))
        .arg("--data")
        .arg(folder.join("archive"))
        .arg("--watchlist")
        .arg(folder.join("watchlist.toml"))
        .args(["serve", "--listen", &format!("127.0.0.1:{port}")])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?)
}

/// The program, which ends with the bench.
struct Window(Child);

impl Window {
    /// What the system says of its memory, in MB.
    fn memory(&self, line: &str) -> Outcome<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.0.id()))?;
        let said = status.lines().find_map(|one| one.strip_prefix(line));
        let kilobytes = said.and_then(|said| said.split_whitespace().next());
        Ok(kilobytes.ok_or("no such line")?.parse::<f64>()? / 1000.0)
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        // As whoever keeps it would stop it, so that the next start is no recovery.
        let id = self.0.id().to_string();
        let asked = Command::new("kill").args(["-INT", &id]).status();
        if !asked.is_ok_and(|asked| asked.success()) {
            self.0.kill().ok();
        }
        self.0.wait().ok();
    }
}

fn bytes(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .filter_map(|entry| {
            let about = entry.metadata().ok()?;
            Some(match about.is_dir() {
                true => bytes(&entry.path()),
                false => about.len(),
            })
        })
        .sum()
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

#[expect(clippy::print_stdout, reason = "a bench prints its table")]
fn say(text: &str) {
    println!("{text}");
}
