//! A long time in a short one: every day most pages are as they were, some change, some fail, and the watchlist is edited.
//!
//! `SMALLPRINT_SOAK_WATCHES` and `SMALLPRINT_SOAK_DAYS` say how much: 2,000 and 365 for a year of a large archive, 12 and 20
//! where they are not set. `SMALLPRINT_PROGRAM` names another build to soak. A line is printed at the end of each month.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use tokio::runtime::Runtime;

use crate::discord::{Discord, TOKEN};
use crate::faults::network::most_memory;
use crate::killed::stage::mark;
use crate::program::{Program, many};
use crate::site::Answer;

const HOSTS: usize = 16;
const CHANNEL: u64 = 111_222_333_444_555_666;
/// Six in the morning, on the day before the first one.
const BEGAN: &str = "2025-12-31T06:00:00Z";
/// How many days a month has here.
const MONTH: usize = 30;

/// The archive, its pages, and what must come of them.
struct Soak {
    program: Program,
    discord: Discord,
    hosts: Vec<SocketAddr>,
    watches: usize,
    /// How many editions each page had so far.
    editions: Vec<usize>,
    /// Which pages are watched.
    watched: BTreeSet<usize>,
    /// How often each was visited.
    visits: BTreeMap<usize, usize>,
    failures: usize,
    /// Bytes of pages whose words had changed.
    changed: u64,
    /// The most memory of any process this month, in kilobytes.
    peak: u64,
}

/// What a page says: a sentence more with each edition.
fn text(page: usize, editions: usize) -> String {
    let news = |edition| {
        let name = mark(page % 900, edition);
        format!("<p>Practices must submit the {name} Dataset every month.</p>")
    };
    let news: String = (1..=editions).map(news).collect();
    let rest = crate::store::page(&format!("page-{page}"), 0, 20);
    format!(
        "<!doctype html><html lang=\"en\"><head><title>Page {page}</title></head><body><main><h1>Page {page}</h1>{news}{rest}</main></body></html>"
    )
}

impl Soak {
    fn set(runtime: &Runtime, watches: usize) -> Soak {
        let mut program = Program::new();
        let discord = runtime.block_on(Discord::start());
        program.settle(&format!(
            "[discord]\napi_base = \"{}\"\n[[route]]\nto = \"discord:{CHANNEL}\"\nmin_severity = 4",
            discord.base
        ));
        program.set("DISCORD_TOKEN", TOKEN);
        let host = |no: usize| program.site.also_on(&format!("127.0.3.{}", no + 1));
        let mut soak = Soak {
            hosts: (0..HOSTS).map(host).collect(),
            program,
            discord,
            watches,
            editions: vec![1; watches + 64],
            watched: (0..watches).collect(),
            visits: BTreeMap::new(),
            failures: 0,
            changed: 0,
            peak: 0,
        };
        soak.edit();
        soak
    }

    /// Writes the watchlist anew: half have an interval, half an hour of London's clocks.
    fn edit(&mut self) {
        self.program.forget_watches();
        let mut text =
            fs::read_to_string(self.program.path("watchlist.toml")).expect("a watchlist");
        for page in &self.watched {
            let when = ["every = \"1d\"", "schedule = \"0 6 * * *\""][page % 2];
            let host = self.hosts[page % HOSTS];
            text += &format!(
                "[[watch]]\nid = \"page-{page}\"\nurl = \"http://{host}/page-{page}\"\ntitle = \"Page {page}\"\n{when}\n"
            );
        }
        fs::write(self.program.path("watchlist.toml"), text).expect("written");
    }

    /// What the pages are on this day.
    fn dawn(&mut self, day: usize) {
        for page in self.watched.clone() {
            let path = format!("/page-{page}");
            let first = !self.visits.contains_key(&page);
            let changes = (page + day).is_multiple_of(20) && !first;
            let fails = (page * 7 + day).is_multiple_of(50);
            if changes {
                self.editions[page] += 1;
            }
            let words = text(page, self.editions[page]);
            let (bytes, mut answer) = (words.len() as u64, Answer::html(&words));
            answer = match page % 4 {
                // Other bytes on each day, and the same words.
                0 => answer.body(format!("{words}<!-- {day} -->")),
                1 => answer.etag(&format!("\"{}\"", self.editions[page])),
                _ => answer,
            };
            if fails && !first {
                answer = [Answer::status(503), answer.cut_after(20)][day % 2].clone();
                self.failures += 1;
            }
            if changes || first {
                self.changed += bytes;
            }
            self.program.site.replay(&path, answer);
            *self.visits.entry(page).or_default() += 1;
        }
    }

    /// Runs one process to its end and hears what it says; how much memory it took is remembered.
    fn run(&mut self, arguments: &str) -> usize {
        let arguments: Vec<&str> = arguments.split(' ').collect();
        let mut command = self.program.command(&arguments);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program runs");
        let out = BufReader::new(child.stdout.take().expect("its answer"));
        let mut lines = 0;
        for line in out.lines() {
            assert!(line.is_ok(), "text");
            lines += 1;
            if lines % 50 == 0 || lines + 2 > self.watched.len() {
                self.peak = self.peak.max(most_memory(child.id()).unwrap_or(0));
            }
        }
        let ended = child.wait_with_output().expect("it ends");
        let said = String::from_utf8_lossy(&ended.stderr);
        assert!(
            matches!(ended.status.code(), Some(0..=2)),
            "{arguments:?}: {said}"
        );
        assert!(!said.contains("panicked"), "{said}");
        lines
    }

    /// A page is watched no more, and another is.
    fn change_watchlist(&mut self, month: usize) {
        self.watched.remove(&(month * 3));
        self.watched.insert(self.watches + month);
        self.edit();
    }

    fn rows(&self, asked: &str) -> Vec<Value> {
        self.program.expect(asked, 0).json()
    }

    /// Every page that is watched was visited once a day: so its server says, and so does the archive.
    fn all_is_well(&self) {
        let mut asked: BTreeMap<String, usize> = BTreeMap::new();
        for one in self.program.site.asked() {
            *asked.entry(one.target).or_default() += 1;
        }
        for (page, visits) in &self.visits {
            assert_eq!(asked[&format!("/page-{page}")], *visits, "page {page}");
        }
        for row in self.rows("--json list") {
            let page = row["watch"]
                .as_str()
                .and_then(|id| id.strip_prefix("page-"));
            let page: usize = page.and_then(|page| page.parse().ok()).expect("a page");
            if self.watched.contains(&page) {
                assert_eq!(row["visits"], self.visits[&page], "page {page}");
            }
        }
        let page = self.watched.first().expect("a page");
        let versions = self.rows(&format!("--json history page-{page}")).len();
        assert_eq!(versions, self.editions[*page], "page {page}");
    }
}

/// How many bytes lie below a folder.
fn size(folder: &Path) -> u64 {
    let files = fs::read_dir(folder).expect("a folder").flatten();
    files
        .map(|file| match file.path() {
            path if path.is_dir() => size(&path),
            path => fs::metadata(path).map_or(0, |about| about.len()),
        })
        .sum()
}

#[test]
fn day_after_day_no_visit_is_missed_or_doubled_and_memory_and_disk_stay_in_bounds() {
    let watches = many("SMALLPRINT_SOAK_WATCHES", 12);
    let days = many("SMALLPRINT_SOAK_DAYS", 20);
    let runtime = Runtime::new().expect("a runtime");
    let mut soak = Soak::set(&runtime, watches);
    let began: DateTime<Utc> = BEGAN.parse().expect("a time");
    let mut months = Vec::new();
    for day in 1..=days {
        soak.dawn(day);
        let at = began + TimeDelta::days(day as i64);
        let made = soak.run(&format!("--json --at {} visit --due", at.format("%FT%TZ")));
        assert_eq!(made, soak.watched.len(), "on day {day}");
        // Nothing is due twice.
        if day % 7 == 1 {
            let later = at + TimeDelta::minutes(90);
            let later = later.format("%FT%TZ").to_string();
            assert_eq!(soak.run(&format!("--json --at {later} visit --due")), 0);
            soak.run(&format!("--json --at {later} deliver"));
        }
        if day % MONTH == 0 || day == days {
            let disk = size(&soak.program.data());
            let visits: usize = soak.visits.values().sum();
            println!(
                "day {day}: {visits} visits, {} failed, {} kB of changed pages, {} MB of memory, {} kB of disk",
                soak.failures,
                soak.changed >> 10,
                soak.peak >> 10,
                disk >> 10
            );
            months.push((soak.peak, disk));
            soak.peak = 0;
            if day < days {
                soak.change_watchlist(day / MONTH);
            }
        }
    }
    soak.all_is_well();
    let last = began + TimeDelta::days(days as i64) + TimeDelta::hours(3);
    soak.run(&format!("--json --at {} deliver", last.format("%FT%TZ")));
    let outbox = soak.rows("--json outbox");
    assert_eq!(outbox.last().expect("a sum")["unsent"], 0, "all was paid");
    let posted = soak.discord.messages(CHANNEL);
    let once: BTreeSet<String> = posted.iter().map(|one| one.footer().to_owned()).collect();
    println!("{} messages", posted.len());
    assert!(once.len() + 2 >= posted.len(), "said twice");
    let found = soak.rows("--json verify").remove(0);
    assert!(found["broken"].is_null(), "{found}");
    if let [_, second, .., last] = &months[..] {
        assert!(
            last.0 < second.0 * 3 / 2 + (30 << 10),
            "memory grows: {months:?}"
        );
    }
}
