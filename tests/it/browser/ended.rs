//! However a visit ends, its browser ends with it.

use std::fs;
use std::time::{Duration, Instant};

use super::{OPT_OUT, chromium};
use crate::program::{Program, page};
use crate::site::Answer;

/// A page whose script never ends, once it has said that it runs.
const ENDLESS: &str = "<!doctype html><title>Endless</title><main><p>Text.</p></main>\
    <script>fetch('/runs').then(() => { for (;;) { } });</script>";

/// How long to wait for what must come; no test needs it.
const PATIENCE: Duration = Duration::from_secs(30);

/// A program that reads an endless page in the browser, for so long.
fn program(chromium: &std::path::Path, total: &str) -> Program {
    let mut program = Program::new();
    program.forget_watches();
    let head = format!(
        "browser = \"{}\"\ntimeouts = {{ total = \"{total}\" }}",
        chromium.display()
    );
    program.settle_in_settings(&head);
    program.watch("app", "/app", "render = \"browser\"");
    program.site.play("/app", Answer::html(ENDLESS));
    program.site.play("/runs", Answer::text("yes"));
    program
}

/// The browsers of this program: processes whose home is a folder in its own.
fn browsers(program: &Program) -> usize {
    let home = format!("HOME={}", program.path("smallprint-browser-").display());
    let Ok(processes) = fs::read_dir("/proc") else {
        return 0;
    };
    processes
        .filter_map(|process| fs::read(process.ok()?.path().join("environ")).ok())
        .filter(|environment| {
            environment
                .windows(home.len())
                .any(|part| part == home.as_bytes())
        })
        .count()
}

/// The folders that browsers left behind.
fn left_behind(program: &Program) -> usize {
    fs::read_dir(program.path("."))
        .expect("the folder of the program")
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.starts_with("smallprint-browser-"))
        .count()
}

#[track_caller]
fn until(what: &str, holds: impl Fn() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < PATIENCE, "{what}");
        std::thread::yield_now();
    }
}

#[tokio::test]
async fn a_page_that_hangs_fails_by_name_and_leaves_nothing() {
    let Some((chromium, _alone)) = chromium().await else {
        return;
    };
    let mut program = program(&chromium, "6s");
    program.watch("page", "/page", "");
    program.site.play("/page", Answer::html(&page(OPT_OUT)));
    let visited = program.expect("visit --all --json", 2).json();
    let of = |id: &str| {
        visited
            .iter()
            .find(|row| row["watch"] == id)
            .expect("it was visited")
    };
    assert_eq!(of("page")["outcome"], "appeared", "the others are visited");
    let failure = &of("app")["failure"];
    assert_eq!(failure["kind"], "timeout");
    let why = failure["why"].as_str().unwrap_or_default();
    assert!(
        why.ends_with("was not built by its scripts within 6 s, so the browser was ended"),
        "{why}"
    );
    assert_eq!(browsers(&program), 0);
    assert_eq!(left_behind(&program), 0);
}

#[tokio::test]
async fn a_program_that_is_killed_takes_its_browser_with_it() {
    let Some((chromium, _alone)) = chromium().await else {
        return;
    };
    let program = program(&chromium, "45s");
    let mut running = program.start_with(&["run"]);
    program.site.asked_times("/runs", 1).await;
    // Where processes can be counted, there are some: else nothing would be tested.
    assert!(!fs::exists("/proc/self/environ").unwrap_or(false) || browsers(&program) > 0);
    running.signal("KILL");
    running.gone();
    until("the browser stays", || browsers(&program) == 0);
}

#[tokio::test]
async fn a_program_that_stops_at_once_takes_its_browser_with_it() {
    let Some((chromium, _alone)) = chromium().await else {
        return;
    };
    let program = program(&chromium, "45s");
    let mut running = program.start_with(&["run"]);
    program.site.asked_times("/runs", 1).await;
    running.signal("TERM");
    running.until("once more stops at once");
    running.signal("TERM");
    running.gone();
    until("the browser stays", || browsers(&program) == 0);
}
