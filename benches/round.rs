//! A round of visits against a bare fetch of the same pages: pages a second, CPU a page, memory and disk.
//!
//! `cargo bench --bench round` builds the loopback site of `../shared/bench/site`, visits 1,000 of its pages twice (every
//! page has other bytes each time, one in ten has other words the second time), and prints one table. Then pages of which the
//! bytes alone differ are visited again and again, as a program that keeps running does: the common case. Each part runs in a
//! process of its own, so that memory and CPU are its own.

mod loopback;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use smallprint::model;
use smallprint::visit::{self, Heard, Wanted};

use crate::loopback::{HOSTS, Outcome, Site, open, say, size, url, watchlist_text};

/// As the program has it.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

const PAGES: usize = 1000;
/// How often the pages of which the bytes alone differ are visited again.
const AGAIN: usize = 5;
const PART: &str = "SMALLPRINT_BENCH_PART";

fn main() -> Outcome<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    match std::env::var(PART).ok().as_deref() {
        Some("bare") => runtime.block_on(bare(&argument(1)?, (0..PAGES).collect(), 1)),
        Some("bare again") => runtime.block_on(bare(&argument(1)?, quiet_pages().collect(), AGAIN)),
        Some("smallprint again") => {
            runtime.block_on(again(Path::new(&argument(1)?), &argument(2)?))
        }
        Some("smallprint") => {
            runtime.block_on(smallprint_part(Path::new(&argument(1)?), &argument(2)?))
        }
        _ => compare(&runtime),
    }
}

fn argument(place: usize) -> Outcome<String> {
    std::env::args()
        .nth(place)
        .ok_or_else(|| "an argument is missing".into())
}

/// Starts the site, runs both parts over two revisions, and prints the table.
fn compare(runtime: &tokio::runtime::Runtime) -> Outcome<()> {
    let Some(site) = runtime.block_on(Site::start(PAGES, "0.1", "req"))? else {
        return Ok(());
    };
    let port = site.port;
    let folder = tempfile::tempdir()?;
    let (mut rows, mut edited) = (Vec::new(), BTreeSet::new());
    for round in ["first", "second"] {
        if round == "second" {
            runtime.block_on(site.control("set"))?;
            edited = pages_edited(&runtime.block_on(site.control("truth"))?)?;
        }
        let floor = part("bare", &[&port.to_string()])?;
        let ours = part(
            "smallprint",
            &[&folder.path().display().to_string(), &port.to_string()],
        )?;
        rows.push((round, floor, ours));
    }
    say(&format!(
        "{PAGES} pages on {HOSTS} loopback hosts, bytes of every page new each time, one in ten with other words\n"
    ));
    say("round   what         wall s  pages/s  CPU ms/page  peak MB  appeared  changed  failed");
    for (round, floor, ours) in &rows {
        say(&line(round, "bare fetch", floor));
        say(&line(round, "smallprint", ours));
        say(&format!(
            "{round:7} ratio        {:6.1}  {:7}  {:11.1}",
            ours.wall / floor.wall,
            "",
            ours.cpu / floor.cpu
        ));
    }
    let again = [folder.path().join("again"), PathBuf::from(port.to_string())];
    std::fs::create_dir(&again[0])?;
    let again = again.map(|one| one.display().to_string());
    let floor = part("bare again", &[&again[1]])?;
    let ours = part("smallprint again", &[&again[0], &again[1]])?;
    let per_page = |part: &Measured| part.cpu * 1000.0 / (AGAIN * quiet_pages().count()) as f64;
    say(&format!(
        "\nbytes alone differ, {} pages {AGAIN} times: {:.2} ms of CPU a page, {:.2} of them a bare fetch; promised are 0.5: {}",
        quiet_pages().count(),
        per_page(&ours),
        per_page(&floor),
        if per_page(&ours) <= 0.5 {
            "kept"
        } else {
            "NOT KEPT"
        }
    ));
    let (_, _, second) = rows.last().ok_or("there was no round")?;
    say(&format!(
        "\nwords differ on {} pages: {} of them were missed, and {} others were said to differ, of which {} would alert",
        edited.len(),
        edited.difference(&second.pages).count(),
        second.pages.difference(&edited).count(),
        second.loud.difference(&edited).count()
    ));
    let archive = folder.path().join("archive");
    let bytes = size(&archive)?;
    let versions = PAGES + rows.last().map_or(0, |(_, _, ours)| ours.changed);
    say(&format!(
        "\non disk: {:.1} MB for {versions} versions, {} bytes each",
        bytes as f64 / 1e6,
        bytes / versions as u64
    ));
    Ok(())
}

/// What one part of the bench measured of itself.
#[derive(serde::Serialize, serde::Deserialize, Default)]
struct Measured {
    wall: f64,
    cpu: f64,
    peak_mb: f64,
    appeared: usize,
    changed: usize,
    failed: usize,
    /// The pages that were said to differ, and those of which somebody would be told.
    pages: BTreeSet<usize>,
    loud: BTreeSet<usize>,
}

/// The pages whose words the site says it edited.
fn pages_edited(truth: &str) -> Outcome<BTreeSet<usize>> {
    let truth: serde_json::Value = serde_json::from_str(truth)?;
    let pages = truth["changed"].as_array().into_iter().flatten();
    let numbers = pages.filter_map(|page| usize::try_from(page["k"].as_u64()?).ok());
    Ok(numbers.collect())
}

fn line(round: &str, what: &str, part: &Measured) -> String {
    let per_page = part.cpu * 1000.0 / PAGES as f64;
    format!(
        "{round:7} {what:12} {:6.2}  {:7.0}  {per_page:11.2}  {:7.0}  {:8}  {:7}  {:6}",
        part.wall,
        PAGES as f64 / part.wall,
        part.peak_mb,
        part.appeared,
        part.changed,
        part.failed
    )
}

fn part(name: &str, arguments: &[&str]) -> Outcome<Measured> {
    let output = Command::new(std::env::current_exe()?)
        .args(arguments)
        .env(PART, name)
        .stderr(Stdio::inherit())
        .output()?;
    if !output.status.success() {
        return Err(format!("the part {name} failed").into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// The pages on which nothing that is shown is another at every request (the site's README says which).
fn quiet_pages() -> impl Iterator<Item = usize> {
    (0..PAGES).filter(|page| page % 10 < 3)
}

/// Fetches these pages as often as said with a plain client, one connection a host, and throws the bytes away.
async fn bare(port: &str, pages: Vec<usize>, times: usize) -> Outcome<()> {
    let client = reqwest::Client::builder().no_proxy().build()?;
    let begun = Instant::now();
    for _ in 0..times {
        let mut hosts = tokio::task::JoinSet::new();
        for host in 0..HOSTS {
            let here = pages.iter().filter(|page| **page % HOSTS == host);
            let urls: Vec<String> = here.map(|page| url(*page, port)).collect();
            let client = client.clone();
            hosts.spawn(async move {
                for url in urls {
                    client.get(url).send().await?.bytes().await?;
                }
                Ok::<(), reqwest::Error>(())
            });
        }
        while let Some(ended) = hosts.join_next().await {
            ended??;
        }
    }
    report(Measured {
        wall: begun.elapsed().as_secs_f64(),
        ..Measured::default()
    })
}

/// Visits the quiet pages again and again, and measures all but the first two rounds.
async fn again(folder: &Path, port: &str) -> Outcome<()> {
    let house = open(folder, watchlist_text(quiet_pages(), port)).await?;
    let (mut begun, mut spent) = (Instant::now(), 0.0);
    for round in 0..AGAIN + 2 {
        if round == 2 {
            (begun, spent) = (Instant::now(), used()?);
        }
        let (tell, mut told) = tokio::sync::mpsc::channel(64);
        let hear = async { while told.recv().await.is_some() {} };
        let (counted, ()) = tokio::join!(visit::round(&house, &Wanted::All, tell), hear);
        let counted = counted?;
        if round > 0 && counted.changed + counted.failed > 0 {
            return Err(format!("{counted:?}, and nothing had changed").into());
        }
    }
    let measured = Measured {
        wall: begun.elapsed().as_secs_f64(),
        cpu: used()? - spent,
        ..Measured::default()
    };
    house.store.clone().close(house.clock.now()).await?;
    say(&serde_json::to_string(&measured)?);
    Ok(())
}

/// Visits every page with the real pipeline and the real archive.
async fn smallprint_part(folder: &Path, port: &str) -> Outcome<()> {
    let house = open(folder, watchlist_text(0..PAGES, port)).await?;
    let begun = Instant::now();
    let (tell, mut told) = tokio::sync::mpsc::channel(64);
    let hear = async {
        let (mut pages, mut loud) = (BTreeSet::new(), BTreeSet::new());
        while let Some(heard) = told.recv().await {
            let Heard::Visited(report) = heard else {
                continue;
            };
            let number = report.watch.0.trim_start_matches("page-").parse();
            if let (model::Outcome::Changed, Ok(page)) = (report.outcome, number) {
                pages.insert(page);
                loud.extend((report.alerts > 0).then_some(page));
            }
        }
        (pages, loud)
    };
    let (round, (pages, loud)) = tokio::join!(visit::round(&house, &Wanted::All, tell), hear);
    let round = round?;
    let wall = begun.elapsed().as_secs_f64();
    house.store.clone().close(house.clock.now()).await?;
    let (appeared, changed, failed) = (round.appeared, round.changed, round.failed);
    report(Measured {
        wall,
        appeared,
        changed,
        failed,
        pages,
        loud,
        ..Measured::default()
    })
}

/// The processor time this process used so far, in seconds.
fn used() -> Outcome<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let fields: Vec<f64> = after_name
        .split_whitespace()
        .filter_map(|field| field.parse().ok())
        .collect();
    // utime and stime are fields 14 and 15 of proc(5); the state, a letter, is left out above, in ticks of 10 ms.
    Ok((fields[10] + fields[11]) / 100.0)
}

/// Adds what the process used so far, and prints it all.
fn report(measured: Measured) -> Outcome<()> {
    let cpu = used()?;
    let status = std::fs::read_to_string("/proc/self/status")?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes: f64 = peak
        .and_then(|line| line.split_whitespace().next()?.parse().ok())
        .unwrap_or_default();
    say(&serde_json::to_string(&Measured {
        cpu,
        peak_mb: kilobytes / 1000.0,
        ..measured
    })?);
    Ok(())
}
