//! What watching very many pages takes: hosts, visits, bytes, machines, money.
//!
//! `cargo run --release --example scale` prints the table of `docs/scale.md`. Whatever stands among the inputs can be put
//! otherwise: `cargo run --release --example scale -- price_core=25 versions=4`. Nothing is fetched or stored; when a watch is
//! due is asked of the program's own schedule.

use std::fmt::Write;

use chrono::{DateTime, TimeDelta, Utc};
use smallprint::model::When;
use smallprint::schedule::Plan;
use smallprint::watchlist::Settings;

/// For so many watches.
const SIZES: [f64; 3] = [1_000.0, 100_000.0, 1_000_000.0];
const DAY: f64 = 86_400.0;
const YEAR: f64 = 365.0;

/// A number that the reckoning rests on.
pub struct Input {
    /// What it is called where somebody puts it otherwise.
    pub name: &'static str,
    /// The number.
    pub value: f64,
    /// What it is, in a few words.
    pub what: &'static str,
    /// Where it comes from.
    pub from: &'static str,
}

const MEASURED: &str = "measured";
/// With 1,000 versions of 50 pages and 20,000 looks, in PostgreSQL 15, written anew by `vacuum full` before it was weighed.
const WEIGHED: &str = "measured, 23 November 2026";
const ASSUMED: &str = "assumed";
const SETTING: &str = "default of the watchlist";
/// Nobody's list: round figures of the order of what virtual machines are let for.
const PRICE: &str = "assumed, 23 November 2026";

/// Every input, as it stands when nobody says otherwise.
pub fn inputs() -> Vec<Input> {
    let rows = [
        ("hosts_power", 0.7, "hosts = watches to this power", ASSUMED),
        (
            "zipf",
            1.0,
            "the k-th largest host has 1/k to this power of the watches of the largest",
            ASSUMED,
        ),
        (
            "quarter_hourly",
            0.05,
            "share of watches visited every 15 minutes",
            ASSUMED,
        ),
        (
            "hourly",
            0.25,
            "share visited every hour; the others once a day",
            ASSUMED,
        ),
        (
            "pace",
            least_delay(),
            "seconds between two requests to a host, at least",
            SETTING,
        ),
        (
            "requests",
            1.1,
            "requests a visit: redirects, robots.txt, second looks",
            ASSUMED,
        ),
        ("seconds", 1.5, "seconds a visit takes", ASSUMED),
        (
            "unmodified",
            0.3,
            "share of visits answered with 304 and no bytes",
            ASSUMED,
        ),
        ("page_kb", 44.0, "kB a page, as fetched", MEASURED),
        (
            "cpu_unchanged_ms",
            0.6,
            "ms of CPU for a page that is as before",
            MEASURED,
        ),
        (
            "cpu_changed_ms",
            60.0,
            "ms of CPU for a new version, read, compared and judged",
            ASSUMED,
        ),
        ("versions", 12.0, "new versions of a watch a year", ASSUMED),
        ("version_kb", 9.0, "kB a version takes, packed", MEASURED),
        (
            "visit_row_bytes",
            370.0,
            "bytes a visit takes in PostgreSQL, with its indexes",
            WEIGHED,
        ),
        (
            "version_rows_kb",
            6.0,
            "kB the rows of a version take in PostgreSQL, beside its bodies",
            WEIGHED,
        ),
        ("peak", 3.0, "the busiest hour, times the mean", ASSUMED),
        (
            "price_core",
            10.0,
            "EUR a month for a core with 4 GB of memory",
            PRICE,
        ),
        (
            "price_gb",
            0.1,
            "EUR a month for a GB of disk, with a copy of it",
            PRICE,
        ),
        ("price_tb", 1.0, "EUR for a TB fetched", PRICE),
    ];
    let input = |(name, value, what, from)| Input {
        name,
        value,
        what,
        from,
    };
    rows.into_iter().map(input).collect()
}

fn least_delay() -> f64 {
    Settings::default().min_delay_ms as f64 / 1_000.0
}

/// What comes out for so many watches.
struct Scale {
    hosts: f64,
    largest: f64,
    asked: f64,
    made: f64,
    round_hours: f64,
    fetched_gb: f64,
    versions: f64,
    bodies_gb: f64,
    rows_gb: f64,
    cores: f64,
    at_once: f64,
}

struct Reckoning<'a>(&'a [Input]);

impl Reckoning<'_> {
    fn of(&self, name: &str) -> f64 {
        let found = self.0.iter().find(|input| input.name == name);
        found.map_or(f64::NAN, |input| input.value)
    }

    /// How often a watch is visited a day, by the schedules it may have.
    fn visits(&self) -> f64 {
        let (often, hourly) = (self.of("quarter_hourly"), self.of("hourly"));
        let daily = When::Cron(vec!["0 6 * * *".to_owned()]);
        often * times(&When::Every(900))
            + hourly * times(&When::Every(3_600))
            + (1.0 - often - hourly) * times(&daily)
    }

    fn scale(&self, watches: f64) -> Scale {
        let hosts = watches.powf(self.of("hosts_power")).round();
        let share = |place: u32| f64::from(place).powf(-self.of("zipf"));
        let places = 1..=hosts as u32;
        let all: f64 = places.clone().map(share).sum();
        let (visits, requests) = (self.visits(), self.of("requests"));
        // A host is asked no faster than its pace, however many of its pages are due.
        let most = DAY / self.of("pace") / requests;
        let made = places.map(|place| (watches * share(place) / all * visits).min(most));
        let made: f64 = made.sum();
        let largest = watches / all;
        let versions = watches * self.of("versions") / YEAR;
        let busy = made * self.of("cpu_unchanged_ms") + versions * self.of("cpu_changed_ms");
        let a_year = versions * YEAR / 1e6;
        Scale {
            hosts,
            largest,
            asked: watches * visits,
            made,
            round_hours: largest * requests * self.of("pace") / 3_600.0,
            fetched_gb: made * (1.0 - self.of("unmodified")) * self.of("page_kb") / 1e6,
            versions,
            bodies_gb: a_year * self.of("version_kb"),
            rows_gb: a_year * self.of("version_rows_kb")
                + made * YEAR * self.of("visit_row_bytes") / 1e9,
            cores: busy / 1_000.0 / DAY * self.of("peak"),
            at_once: (made / DAY * self.of("seconds") * self.of("peak")).ceil(),
        }
    }
}

/// How often a schedule comes due on a day in June.
fn times(when: &When) -> f64 {
    let from = DateTime::<Utc>::UNIX_EPOCH + TimeDelta::days(20_000);
    let end = from + TimeDelta::days(1);
    let Ok(plan) = Plan::of(when, Settings::default().timezone) else {
        return f64::NAN;
    };
    let due = std::iter::successors(plan.next(from), |last| plan.next(*last));
    due.take_while(|due| *due <= end).count() as f64
}

/// The table, and the inputs it rests on.
pub fn report(inputs: &[Input]) -> String {
    let reckoning = Reckoning(inputs);
    let scales = SIZES.map(|watches| reckoning.scale(watches));
    let mut table = String::new();
    row(&mut table, "watches", SIZES.map(count));
    table += "| --- | ---: | ---: | ---: |\n";
    let mut line = |what: &str, of: &dyn Fn(&Scale) -> String| {
        row(
            &mut table,
            what,
            [of(&scales[0]), of(&scales[1]), of(&scales[2])],
        );
    };
    line("hosts", &|scale| count(scale.hosts));
    line("watches on the largest host", &|scale| count(scale.largest));
    line("visits a day that are due", &|scale| count(scale.asked));
    line("visits a day at the pace of the hosts", &|scale| {
        count(scale.made)
    });
    line("share of the visits due that are made", &|scale| {
        format!("{:.0} %", scale.made / scale.asked * 100.0)
    });
    line("one round of the largest host", &|scale| {
        hours(scale.round_hours)
    });
    line("requests a second", &|scale| {
        let requests = scale.made / DAY * reckoning.of("requests");
        format!("{requests:.1}")
    });
    line("fetched a day", &|scale| bytes(scale.fetched_gb));
    line("new versions a day", &|scale| count(scale.versions));
    line("bodies stored a year", &|scale| bytes(scale.bodies_gb));
    line("rows in the database a year", &|scale| bytes(scale.rows_gb));
    line("database after a year", &|scale| {
        bytes(scale.bodies_gb + scale.rows_gb)
    });
    line("visits at once in the busiest hour", &|scale| {
        count(scale.at_once)
    });
    line("cores in the busiest hour", &|scale| {
        format!("{:.2}", scale.cores)
    });
    money(&mut line, &reckoning);
    table += "\n| input | value | what it is | where it comes from |\n| --- | ---: | --- | --- |\n";
    for Input {
        name,
        value,
        what,
        from,
    } in inputs
    {
        // A text is written to without fail.
        let _ = writeln!(table, "| `{name}` | {value} | {what} | {from} |");
    }
    table
}

/// What a row says of each size.
type Cell<'a> = &'a dyn Fn(&Scale) -> String;

fn money(line: &mut dyn FnMut(&str, Cell<'_>), reckoning: &Reckoning<'_>) {
    let cores = |scale: &Scale| (scale.cores.ceil() + 1.0) * reckoning.of("price_core");
    let disk = |scale: &Scale| (scale.bodies_gb + scale.rows_gb) * reckoning.of("price_gb");
    let net = |scale: &Scale| scale.fetched_gb * YEAR / 12.0 / 1_000.0 * reckoning.of("price_tb");
    let euro = |value: f64| format!("{} EUR", count(value));
    line("a month: cores, and one for the database", &|scale| {
        euro(cores(scale))
    });
    line("a month: disk, after a year", &|scale| euro(disk(scale)));
    line("a month: what is fetched", &|scale| euro(net(scale)));
    line("a month, all of it", &|scale| {
        euro(cores(scale) + disk(scale) + net(scale))
    });
}

fn row(table: &mut String, what: &str, cells: [String; 3]) {
    // A text is written to without fail.
    let _ = writeln!(table, "| {what} | {} |", cells.join(" | "));
}

/// A number with its thousands apart.
fn count(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut shown = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

fn bytes(gb: f64) -> String {
    match gb {
        ..1.0 => format!("{:.0} MB", gb * 1_000.0),
        1.0..1_000.0 => format!("{gb:.1} GB"),
        _ => format!("{:.2} TB", gb / 1_000.0),
    }
}

fn hours(hours: f64) -> String {
    match hours {
        ..1.0 => format!("{:.0} minutes", hours * 60.0),
        1.0..48.0 => format!("{hours:.1} hours"),
        _ => format!("{:.1} days", hours / 24.0),
    }
}

/// Puts inputs otherwise, as `NAME=VALUE` says.
///
/// # Errors
/// A sentence for what names none of them.
pub fn put(inputs: &mut [Input], said: &str) -> Result<(), String> {
    let names: Vec<&str> = inputs.iter().map(|input| input.name).collect();
    let wrong = format!(
        "“{said}” is no input; write NAME=NUMBER with one of: {}",
        names.join(", ")
    );
    let (name, value) = said.split_once('=').ok_or_else(|| wrong.clone())?;
    let value: f64 = value.parse().map_err(|_| wrong.clone())?;
    let found = inputs.iter_mut().find(|input| input.name == name);
    found.ok_or(wrong)?.value = value;
    Ok(())
}

#[allow(clippy::print_stdout, reason = "it is a program that prints a table")]
fn main() -> Result<(), String> {
    let mut inputs = inputs();
    for said in std::env::args().skip(1) {
        put(&mut inputs, &said)?;
    }
    print!("{}", report(&inputs));
    Ok(())
}
