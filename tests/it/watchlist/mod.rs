//! The shipped watchlist, and what a watchlist says.

mod dossiers;
mod mistakes;
mod operators;
mod routes;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use chrono::DateTime;
use smallprint::model::{Destination, First, Kind, Severity, WatchId, When};
use smallprint::routing::{self, About};
use smallprint::watchlist::{Role, Source, Watchlist, read};

fn shipped() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("watchlist.toml");
    fs::read_to_string(path).expect("the shipped watchlist")
}

fn sources(text: &str) -> Vec<Source> {
    vec![source("watchlist.toml", text)]
}

fn source(name: &str, text: &str) -> Source {
    Source {
        name: name.to_owned(),
        text: text.to_owned(),
        role: Role::default(),
    }
}

fn good(text: &str) -> Watchlist {
    read(&sources(text)).unwrap_or_else(|mistakes| panic!("{mistakes}"))
}

/// A watch of these further lines.
fn watch(lines: &str) -> String {
    format!("[[watch]]\nid = \"a\"\nurl = \"https://a.example/\"\n{lines}\n")
}

#[test]
fn the_shipped_watchlist_has_no_mistake_and_all_its_watches() {
    let watchlist = good(&shipped());
    assert_eq!(watchlist.watches.len(), 123);
    assert_eq!(watchlist.enabled().count(), 116);
    assert_eq!(watchlist.topics.len(), 11);
    assert!(
        watchlist
            .watches
            .iter()
            .all(|watch| watch.title.is_some() && watch.publisher.is_some())
    );
    let mut profiles: BTreeMap<&str, usize> = BTreeMap::new();
    for watch in watchlist.watches.iter() {
        *profiles
            .entry(watch.reading.profile.as_deref().unwrap_or("none"))
            .or_default() += 1;
    }
    for (profile, count) in [
        ("govuk", 25),
        ("nhsd", 39),
        ("nhse", 17),
        ("transform", 3),
        ("hra", 2),
        ("legislation", 3),
    ] {
        assert_eq!(profiles.get(profile), Some(&count), "{profile}");
    }
}

#[test]
fn defaults_are_filled_in() {
    let watchlist = good("");
    let settings = &watchlist.settings;
    assert_eq!(settings.timezone.name(), "Europe/London");
    assert_eq!(
        (
            settings.min_delay_ms,
            settings.max_body,
            settings.visits_at_once
        ),
        (3_000, 67_108_864, 8)
    );
    assert_eq!(
        (settings.jitter_seconds, settings.timeouts),
        (120, (15, 40, 120))
    );
    assert_eq!((settings.store.as_ref(), settings.lease_ms), (None, 20_000));
    assert_eq!(watchlist.discord.token_env, "DISCORD_TOKEN");
    assert_eq!(
        watchlist.discord.api_base.as_str(),
        "https://discord.com/api/v10"
    );
    assert_eq!(watchlist.routes.len(), 1);
    assert_eq!(watchlist.routes[0].to, Destination::Terminal);
    let watchlist = good(&watch(""));
    let watch = &watchlist.watches[0];
    assert_eq!(watch.when, When::Every(6 * 60 * 60));
    assert_eq!(
        (watch.first, watch.reading.kind, watch.enabled),
        (First::Baseline, Kind::Page, true)
    );
    assert!(read(&[]).is_ok());
}

#[test]
fn what_is_given_is_taken() {
    let watchlist = good(
        r#"known = ["Hospital Episode Statistics"]
        [settings]
        timezone = "UTC"
        contact = "editor@example.org"
        min_delay = 0
        max_body = "1MB"
        allow_private = ["127.0.0.0/8", "::1"]
        visits_at_once = 2
        jitter = "0"
        timeouts = { connect = "2s", total = "1m 30s" }
        public_url = "https://window.example/"
        [schedules]
        work = ["0 11 7-21/2 * * Mon-Fri", "31 10,18 * * Sat,Sun"]
        [discord]
        token_file = "/run/secrets/token"
        api_base = "http://127.0.0.1:9/api/v10"
        [[route]]
        to = "discord:123456789012345678"
        topics = ["gp-data"]
        [[watch]]
        id = "a"
        url = "https://a.example/x#part"
        topics = "gp-data"
        schedule = ["work", "@monthly"]
        select = "main"
        drop = [".cookie-banner"]
        terms = ["opt-out"]
        first = "news"
        was = ["old-a"]
        ignore_robots = true
        kind = "index"
        note = "Look closely."
        [[watch]]
        id = "b"
        url = "http://a.example/"
        every = "30m"
        enabled = false
        [[watch]]
        id = "c"
        url = "http://a.example/c"
        "#,
    );
    assert_eq!(watchlist.settings.timeouts, (2, 40, 90));
    assert_eq!(
        (
            watchlist.settings.min_delay_ms,
            watchlist.settings.jitter_seconds
        ),
        (0, 0)
    );
    let networks: Vec<String> = watchlist
        .settings
        .allow_private
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(networks, ["127.0.0.0/8", "::1/128"]);
    assert_eq!(watchlist.book.known, ["Hospital Episode Statistics"]);
    assert_eq!(
        (
            watchlist.routes[0].min_severity,
            watchlist.routes[0].loud_from
        ),
        (Severity(3), Severity(4))
    );
    let work = ["0 11 7-21/2 * * Mon-Fri", "31 10,18 * * Sat,Sun"];
    let [a, b, c] = watchlist.watches.as_slice() else {
        panic!("three watches")
    };
    assert_eq!(
        a.when,
        When::Cron([work[0], work[1], "@monthly"].map(str::to_owned).to_vec())
    );
    assert_eq!(
        (a.url.as_str(), a.first, a.reading.kind),
        ("https://a.example/x", First::News, Kind::Index)
    );
    assert_eq!(
        (a.reading.select.as_slice(), a.reading.drop.as_slice()),
        (
            ["main".to_owned()].as_slice(),
            [".cookie-banner".to_owned()].as_slice()
        )
    );
    assert_eq!((b.when.clone(), b.enabled), (When::Every(1800), false));
    assert_eq!(c.when, When::Cron(work.map(str::to_owned).to_vec()));
    assert_eq!(watchlist.notes[&a.id], "Look closely.");
    assert_eq!(watchlist.enabled().count(), 2);
}

#[test]
fn a_profile_comes_by_host_or_by_name_and_a_watch_has_the_last_word() {
    let text = r#"
        [profile.govuk]
        drop_lines = ["^Mine$"]
        [profile.own]
        select = ["article"]
        drop = ["nav"]
        [[watch]]
        id = "by-host"
        url = "https://www.gov.uk/a"
        [[watch]]
        id = "by-name"
        url = "https://england.example/a"
        profile = "nhse"
        select = "section"
        drop = [".own"]
        [[watch]]
        id = "own"
        url = "https://www.gov.uk/b"
        profile = "own"
        drop_lines = "^x$"
        [[watch]]
        id = "none"
        url = "https://a.example/"
    "#;
    let watchlist = good(text);
    let reading = |id: &str| {
        watchlist
            .watch(&WatchId::from(id))
            .expect("a watch")
            .reading
            .clone()
    };
    assert_eq!(reading("by-host").select, ["main#content"]);
    assert_eq!(reading("by-host").drop_lines, ["^Mine$"]);
    assert_eq!(reading("by-host").profile.as_deref(), Some("govuk"));
    assert_eq!(reading("by-name").select, ["section"]);
    assert_eq!(
        reading("by-name").drop.last().map(String::as_str),
        Some(".own")
    );
    assert!(reading("by-name").drop.len() > 5);
    assert_eq!(
        (reading("own").drop, reading("own").drop_lines),
        (vec!["nav".to_owned()], vec!["^x$".to_owned()])
    );
    assert_eq!(reading("none"), Default::default());
}

#[test]
fn the_files_of_watchlist_d_belong_to_it() {
    let main = source(
        "watchlist.toml",
        "[schedules]\nwork = \"@daily\"\n[topics]\nx = \"X\"\n",
    );
    let more = source(
        "watchlist.d/more.toml",
        &(watch("schedule = \"often\"\ntopics = [\"x\"]") + "[schedules]\noften = \"@hourly\"\n"),
    );
    let watchlist = read(&[main.clone(), more.clone()]).expect("no mistake");
    assert_eq!(
        watchlist.watches[0].when,
        When::Cron(vec!["@hourly".to_owned()])
    );
    assert_ne!(watchlist.digest, good(&main.text).digest);
    let wrong = source(
        "watchlist.d/wrong.toml",
        &(watch("topics = [\"y\"]") + "[settings]\n[schedules]\nwork = \"@daily\"\n"),
    );
    let mistakes = read(&[main, more, wrong]).expect_err("mistakes");
    let told: Vec<String> = mistakes
        .0
        .iter()
        .map(|mistake| format!("{}:{} {}", mistake.file, mistake.line, mistake.what))
        .collect();
    assert_eq!(
        told,
        [
            "watchlist.d/wrong.toml:2 the id `a` is taken: watchlist.d/more.toml, line 2",
            "watchlist.d/wrong.toml:4 there is no topic `y`",
            "watchlist.d/wrong.toml:5 `[settings]` belongs in the main file",
            "watchlist.d/wrong.toml:7 the schedule `work` is there already: watchlist.toml, line 2",
        ]
    );
}

#[test]
fn a_change_goes_to_each_destination_once_and_as_loud_as_asked() {
    let watchlist = good(
        &(watch("topics = [\"x\"]\nwas = [\"zzz\"]")
            + "[[route]]\nto = \"terminal\"\ntopics = [\"y\"]\n[[route]]\nto = \"discord:1\"\n[[route]]\nto = \"discord:1\"\ntopics = [\"x\"]\nmin_severity = 2\nloud_from = 3\n"),
    );
    let watch = &watchlist.watches[0];
    let loud = |severity| {
        let about = About {
            watch,
            severity: Severity(severity),
            findings: &[],
        };
        let owed = routing::owed(&watchlist.routes, &about, DateTime::UNIX_EPOCH);
        owed.iter().map(|one| one.loud).collect::<Vec<bool>>()
    };
    assert_eq!(
        (loud(1), loud(2), loud(3)),
        (vec![], vec![false], vec![true])
    );
    assert_eq!(watchlist.suggest("zzz"), Some(WatchId::from("a")));
    assert_eq!(watchlist.suggest("quite-another"), None);
    assert_eq!(
        good(&shipped()).suggest("nhsd-gpdr"),
        Some(WatchId::from("nhsd-gpdpr"))
    );
}
