//! The program as those see it who watch over many programs: figures, whether it lives, whether it is ready, its log.

mod house;
mod packaged;
mod text;

use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::runtime::Runtime;

use crate::discord::{Discord, Fault, TOKEN};
use crate::program::{Program, Running};
use text::Exposition;

/// A channel of the local Discord.
const HERE: u64 = 111_222_333_444_555_666;
const FIRST: &str = "Patients can opt out at any time by telling their practice.";
const SECOND: &str = "Data is collected from practices every month.";
/// How long something is asked for again and again before the program counts as hung; no test needs it.
const PATIENCE: Duration = Duration::from_secs(60);

/// What is asked of the program, and where.
struct Seen {
    base: String,
    runtime: Runtime,
}

impl Seen {
    /// Waits until the program says where its figures are.
    fn of(running: &mut Running) -> Seen {
        let line = running.until("figures are served at ");
        let (_, address) = line.split_once("served at ").expect("an address");
        let address = address.split_whitespace().next().expect("an address");
        Seen::at(address.trim_end_matches("/metrics"))
    }

    fn at(base: &str) -> Seen {
        Seen {
            base: base.to_owned(),
            runtime: Runtime::new().expect("a runtime"),
        }
    }

    /// The status, the type and the text of an answer.
    fn get(&self, path: &str) -> (u16, String, String) {
        self.runtime.block_on(async {
            let answer = reqwest::get(format!("{}{path}", self.base)).await;
            let answer = answer.expect("an answer");
            let sort = answer.headers().get("content-type");
            let sort = sort.map_or("", |sort| sort.to_str().expect("text"));
            let (status, sort) = (answer.status().as_u16(), sort.to_owned());
            (status, sort, answer.text().await.expect("text"))
        })
    }

    fn figures(&self) -> Exposition {
        let (status, sort, text) = self.get("/metrics");
        assert_eq!(status, 200);
        assert!(sort.starts_with("application/openmetrics-text"), "{sort}");
        Exposition::read(&text)
    }

    fn ready(&self) -> (u16, Value) {
        let (status, sort, text) = self.get("/readyz");
        assert_eq!(sort, "application/json");
        (status, serde_json::from_str(&text).expect("JSON"))
    }

    /// Asks for the figures until this holds of them.
    #[track_caller]
    fn until(&self, holds: impl Fn(&Exposition) -> bool) -> Exposition {
        let begun = Instant::now();
        loop {
            let figures = self.figures();
            if holds(&figures) {
                return figures;
            }
            assert!(begun.elapsed() < PATIENCE, "{figures:?}");
        }
    }

    /// Asks whether it is ready until it is.
    #[track_caller]
    fn until_ready(&self) -> Value {
        let begun = Instant::now();
        loop {
            let (status, said) = self.ready();
            if status == 200 {
                return said;
            }
            assert!(begun.elapsed() < PATIENCE, "{said}");
        }
    }
}

/// A watch that is visited every second, told of in a local Discord, and figures about it.
fn watched(discord: &Discord) -> Program {
    let mut program = Program::new();
    program.watch("page", "/page", "every = \"1s\"");
    program.say(FIRST);
    program.settle(&format!(
        "[metrics]\nlisten = \"127.0.0.1:0\"\n[discord]\napi_base = \"{}\"\n[[route]]\nto = \"discord:{HERE}\"\n",
        discord.base
    ));
    program.set("DISCORD_TOKEN", TOKEN);
    program
}

#[test]
fn figures_tell_of_visits_alerts_and_the_archive_and_name_nobody() {
    let runtime = Runtime::new().expect("a runtime");
    let discord = runtime.block_on(Discord::start());
    let program = watched(&discord);
    let mut running = program.start_with(&["run"]);
    let seen = Seen::of(&mut running);
    running.until("page: unchanged");
    program.say(SECOND);
    running.until("is no longer on the page");
    let sent = [("channel", "discord"), ("outcome", "sent")];
    let figures = seen.until(|figures| {
        figures.value("smallprint_deliveries_total", &sent) >= Some(2.0)
            && figures.value("smallprint_outbox_alerts", &[("channel", "discord")]) == Some(0.0)
    });
    let value = |name: &str, labels: &[(&str, &str)]| figures.value(name, labels);
    for (outcome, least) in [
        ("appeared", 1.0),
        ("changed", 1.0),
        ("unchanged", 1.0),
        ("failed", 0.0),
    ] {
        let counted = value("smallprint_visits_total", &[("outcome", outcome)]);
        assert!(counted >= Some(least), "{outcome}: {counted:?}");
    }
    assert_eq!(
        value("smallprint_visit_failures_total", &[("kind", "dns")]),
        Some(0.0)
    );
    assert_eq!(value("smallprint_watches", &[("state", "read")]), Some(1.0));
    assert_eq!(
        value("smallprint_watches", &[("state", "disabled")]),
        Some(0.0)
    );
    assert_eq!(value("smallprint_ready", &[]), Some(1.0));
    assert_eq!(value("smallprint_store_writable", &[]), Some(1.0));
    assert_eq!(value("smallprint_outbox_parked_channels", &[]), Some(0.0));
    assert_eq!(value("smallprint_host_queue_length", &[]), Some(0.0));
    let waited = [("channel", "discord"), ("waited_for", "nothing")];
    assert!(value("smallprint_delivery_latency_seconds_count", &waited) >= Some(2.0));
    for name in [
        "smallprint_visit_duration_seconds_count",
        "smallprint_store_append_duration_seconds_count",
        "smallprint_bodies_kept_bytes_total",
        "smallprint_chain_height",
        "smallprint_archive_size_bytes",
        "smallprint_archive_free_bytes",
        "process_resident_memory_bytes",
        "process_cpu_seconds_total",
        "process_open_fds",
        "process_start_time_seconds",
    ] {
        assert!(
            value(name, &[]) > Some(0.0),
            "{name}: {:?}",
            value(name, &[])
        );
    }
    let late = value("smallprint_schedule_lateness_seconds", &[]);
    assert!(late < Some(60.0), "{late:?}");
    let (_, _, text) = seen.get("/metrics");
    let (_, _, ready) = seen.get("/readyz");
    for said in [text, ready] {
        let mut unsaid = vec![TOKEN.to_owned(), HERE.to_string(), "127.0.0.1".to_owned()];
        unsaid.push("page\"".to_owned());
        for unsaid in unsaid {
            assert!(!said.contains(&unsaid), "{unsaid} in {said}");
        }
    }
    running.stop();
}

#[test]
fn a_page_that_fails_is_counted_by_why_it_does() {
    let mut program = Program::new();
    program.watch("page", "/page", "every = \"1s\"");
    program.settle("[metrics]\nlisten = \"127.0.0.1:0\"");
    let mut running = program.start_with(&["run"]);
    let seen = Seen::of(&mut running);
    // The site has no such page.
    let missing = [("kind", "not-found")];
    let figures = seen.until(|figures| {
        figures.value("smallprint_visit_failures_total", &missing) >= Some(1.0)
            && figures.value("smallprint_watches", &[("state", "failing")]) == Some(1.0)
    });
    assert!(figures.value("smallprint_visits_total", &[("outcome", "failed")]) >= Some(1.0));
    running.stop();
}

#[test]
fn an_alert_that_its_channel_does_not_take_is_seen_to_grow_old() {
    let runtime = Runtime::new().expect("a runtime");
    let discord = runtime.block_on(Discord::start());
    discord.will(HERE, vec![Fault::Broken; 1000]);
    let program = watched(&discord);
    let mut running = program.start_with(&["run"]);
    let seen = Seen::of(&mut running);
    let channel = [("channel", "discord")];
    let old = |figures: &Exposition, than: f64| {
        figures.value("smallprint_outbox_oldest_age_seconds", &[]) > Some(than)
    };
    let figures = seen.until(|figures| {
        figures.value("smallprint_delivery_refusals_total", &channel) >= Some(1.0)
            && old(figures, 0.0)
    });
    assert!(figures.value("smallprint_outbox_alerts", &channel) >= Some(1.0));
    let age = figures.value("smallprint_outbox_oldest_age_seconds", &[]);
    seen.until(|figures| old(figures, age.expect("it was there")));
    // That one channel has trouble for a moment keeps nothing else from being done.
    let said = seen.until_ready();
    let row = said["checks"].as_array().expect("checks").iter();
    let row: Vec<&Value> = row.filter(|one| one["of"] == "deliveries").collect();
    let says = row[0]["says"].as_str().expect("a sentence");
    assert!(says.contains("owed"), "{says}");
    discord.be_well();
    running.stop();
}

#[test]
fn an_event_of_the_log_is_an_object_where_that_is_asked_for() {
    let runtime = Runtime::new().expect("a runtime");
    let discord = runtime.block_on(Discord::start());
    let mut program = watched(&discord);
    program.set("SMALLPRINT_LOG_FORMAT", "json");
    let mut running = program.start_with(&["run"]);
    running.until("page: unchanged");
    program.say(SECOND);
    running.until("is no longer on the page");
    running.until("an alert stands in its channel");
    let said = running.stop();
    assert!(!said.contains(TOKEN), "a token in the log");
    let events: Vec<Value> = said
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect();
    for event in &events {
        assert!(
            event["timestamp"].is_string() && event["message"].is_string(),
            "{event}"
        );
    }
    let of = |outcome: &str| {
        let mut events = events.iter();
        events.find(|event| event["outcome"] == outcome)
    };
    let changed = of("changed").expect("a change");
    assert_eq!(changed["watch"], "page");
    assert_eq!(changed["level"], "INFO");
    assert!(
        changed["took_ms"].is_u64() && changed["entry"].is_u64(),
        "{changed}"
    );
    let sent = events.iter().find(|event| event["channel"] == "discord");
    assert!(
        sent.is_some_and(|sent| sent["owed_for_ms"].is_i64()),
        "{sent:?}"
    );
}

#[test]
fn the_text_of_the_log_stays_text_where_nothing_is_said() {
    let program = Program::with_page(FIRST);
    let said = program.expect("--log-format text visit page", 0);
    assert!(!said.err.contains('{'), "{}", said.err);
    program.expect("--log-format xml visit page", 2);
}

#[test]
fn figures_are_served_elsewhere_once_the_watchlist_says_so_and_nowhere_once_it_is_silent() {
    let mut program = Program::with_page(FIRST);
    let mut running = program.start_with(&["run"]);
    running.until("the first round is done");
    program.settle("[metrics]\nlisten = \"127.0.0.1:0\"");
    let seen = Seen::of(&mut running);
    assert_eq!(seen.get("/healthz").0, 200);
    assert_eq!(seen.get("/elsewhere/").0, 404);
    program.replace("[metrics]\nlisten = \"127.0.0.1:0\"", "");
    running.until("the watchlist was read again");
    let begun = Instant::now();
    let answers = || seen.runtime.block_on(reqwest::get(&seen.base)).is_ok();
    while answers() {
        assert!(begun.elapsed() < PATIENCE, "it is still served");
    }
    running.stop();
}
