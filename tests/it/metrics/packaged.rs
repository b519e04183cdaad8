//! The rules for alerts and the dashboard name figures that there are, and say in words what is the matter.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use regex::Regex;
use serde_json::Value;
use smallprint::model::{Fact, Stamped};
use smallprint::store::Store;

use crate::metrics::{FIRST, Seen};
use crate::program::Program;

const RULES: &str = "packaging/prometheus/alerts.yml";
const DASHBOARD: &str = "packaging/grafana/smallprint.json";

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn read(name: &str) -> String {
    fs::read_to_string(path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The rules, one by one.
fn rules() -> Vec<Value> {
    let read: Value = serde_saphyr::from_str(&read(RULES)).expect("YAML");
    let groups = read["groups"].as_array().expect("groups").clone();
    let rules = groups.iter().map(|group| group["rules"].as_array());
    rules
        .flat_map(|rules| rules.expect("rules").clone())
        .collect()
}

/// What is asked of Prometheus.
fn expressions() -> Vec<String> {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let mut found: Vec<String> = rules().iter().map(|rule| text(&rule["expr"])).collect();
    let dashboard: Value = serde_json::from_str(&read(DASHBOARD)).expect("JSON");
    for panel in dashboard["panels"].as_array().expect("panels") {
        let targets = panel["targets"].as_array().into_iter().flatten();
        found.extend(targets.map(|target| text(&target["expr"])));
    }
    for variable in dashboard["templating"]["list"].as_array().expect("a list") {
        let query = variable["query"]["query"].as_str();
        found.extend(query.map(str::to_owned));
    }
    found
}

/// The figures that are named.
fn named() -> BTreeSet<String> {
    let name = Regex::new(r"\b(?:smallprint|process)_[a-z_]+\b").expect("a pattern");
    let expressions = expressions();
    let found = expressions.iter().flat_map(|one| name.find_iter(one));
    found.map(|found| found.as_str().to_owned()).collect()
}

/// That an authority stamped the last checkpoint, as the journal would say it.
fn stamp(program: &Program) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let store = Store::open(&program.data()).await.expect("it opens");
        let last = store.last_checkpoint().await.expect("it is well");
        let last = last.expect("it was signed");
        let token = store.keep(b"a token".to_vec(), None).await.expect("kept");
        let stamped = Stamped {
            checkpoint: last.entry,
            authority: "https://stamp.example/".parse().expect("an address"),
            time: last.at,
            token,
        };
        let appended = store.append(Fact::Stamped(stamped), last.at, None).await;
        appended.expect("it is taken");
        store.close(last.at).await.expect("closed");
    });
}

#[test]
fn every_figure_that_rules_and_dashboard_name_is_served_and_every_figure_is_shown() {
    let mut program = Program::with_page(FIRST);
    program.settle("[metrics]\nlisten = \"127.0.0.1:0\"\n[evidence]\nname = \"example.org/log\"");
    program.expect("visit page", 0);
    program.expect("key new", 0);
    program.expect("checkpoint", 0);
    stamp(&program);
    let mut running = program.start_with(&["run"]);
    let seen = Seen::of(&mut running);
    seen.until_ready();
    let figures = seen.until(|figures| figures.names().contains("smallprint_anchor_age_seconds"));
    let served = figures.names();
    let named = named();
    for name in &named {
        assert!(served.contains(name.as_str()), "there is no {name}");
    }
    // What nobody looks at need not be told.
    for family in figures
        .families
        .keys()
        .filter(|name| name.starts_with("smallprint"))
    {
        let shown = named.iter().any(|name| name.starts_with(family.as_str()));
        assert!(shown, "{family} is on no panel and in no rule");
    }
    let states = ["read", "failing", "gone", "never-visited", "disabled"];
    let state = Regex::new("state=~?\"([^\"]+)\"").expect("a pattern");
    for expression in expressions() {
        for found in state.captures_iter(&expression) {
            let known = found[1].split('|').all(|one| states.contains(&one));
            assert!(known, "{expression}");
        }
    }
    running.stop();
}

#[test]
fn every_rule_says_in_words_what_is_the_matter_and_what_to_do() {
    let rules = rules();
    let names: BTreeSet<&str> = rules
        .iter()
        .filter_map(|rule| rule["alert"].as_str())
        .collect();
    assert_eq!(names.len(), rules.len(), "each has a name of its own");
    for wanted in [
        "VisitsNothing",
        "IsLate",
        "OutboxIsOld",
        "DiskNearlyFull",
        "ChainDoesNotGrow",
        "CheckpointOverdue",
        "StoreRefuses",
    ] {
        assert!(
            names.contains(format!("Smallprint{wanted}").as_str()),
            "{wanted}"
        );
    }
    for rule in &rules {
        let said = |key: &str| {
            rule["annotations"][key]
                .as_str()
                .unwrap_or_default()
                .to_owned()
        };
        let (summary, description) = (said("summary"), said("description"));
        assert!(summary.split_whitespace().count() > 4, "{rule}");
        assert!(
            description.split_whitespace().count() > 8 && description.ends_with('.'),
            "{rule}"
        );
        let severity = rule["labels"]["severity"].as_str();
        assert!(matches!(severity, Some("critical" | "warning")), "{rule}");
    }
}

#[test]
fn every_panel_says_what_it_shows_and_stands_in_its_own_place() {
    let dashboard: Value = serde_json::from_str(&read(DASHBOARD)).expect("JSON");
    let panels = dashboard["panels"].as_array().expect("panels");
    let mut taken = BTreeSet::new();
    let mut ids = BTreeSet::new();
    for panel in panels {
        assert!(ids.insert(panel["id"].as_u64()), "{panel}");
        assert!(
            panel["title"]
                .as_str()
                .is_some_and(|title| !title.is_empty())
        );
        let at = |key: &str| panel["gridPos"][key].as_u64().expect("a number");
        assert!(at("x") + at("w") <= 24, "{panel}");
        for x in at("x")..at("x") + at("w") {
            for y in at("y")..at("y") + at("h") {
                assert!(taken.insert((x, y)), "{} lies over another", panel["title"]);
            }
        }
        if panel["type"] != "row" {
            assert_eq!(panel["datasource"]["uid"], "${source}");
        }
    }
}

#[test]
fn what_prometheus_is_told_to_read_is_what_the_watchlist_serves() {
    let text = read("packaging/prometheus/scrape.yml");
    let scrape: Value = serde_saphyr::from_str(&text).expect("YAML");
    let job = &scrape["scrape_configs"][0];
    assert_eq!(job["job_name"], "smallprint");
    let target = job["static_configs"][0]["targets"][0].as_str();
    let listen = format!("listen = \"{}\"", target.expect("a target"));
    assert!(text.contains(&listen));
    let beside = scrape["rule_files"][0].as_str().expect("a file");
    assert!(path("packaging/prometheus").join(beside).exists());
    let mut program = Program::with_page(FIRST);
    program.settle(&format!("[metrics]\n{listen}"));
    program.expect("check", 0);
}

#[test]
fn promtool_finds_no_fault_with_the_rules() {
    let asked = |arguments: [&str; 3]| {
        let mut command = Command::new("promtool");
        command.args(&arguments[..2]).arg(path(arguments[2]));
        command.stdin(Stdio::null()).output()
    };
    let Ok(output) = asked(["check", "rules", RULES]) else {
        println!("SKIPPED: there is no promtool, so it was not asked");
        return;
    };
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
}
