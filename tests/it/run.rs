//! The daemon as its keeper meets it: visits on schedule, delivers, rereads the watchlist, stops cleanly.

use std::fs;

use tokio::runtime::Runtime;

use crate::discord::{Discord, TOKEN};
use crate::program::{Program, page};
use crate::site::{Answer, Gate};

/// A channel of the local Discord.
const HERE: u64 = 111_222_333_444_555_666;
const FIRST: &str = "Patients can opt out at any time by telling their practice.";
const SECOND: &str = "Data is collected from practices every month.";

/// A watch that is visited every second.
fn every_second() -> Program {
    let mut program = Program::new();
    program.watch("page", "/page", "every = \"1s\"");
    program.say(FIRST);
    program
}

#[test]
fn a_change_is_seen_on_schedule_and_told_on_the_terminal() {
    let program = every_second();
    let mut running = program.start();
    running.until("the first round is done: 1 read, 0 failed, 0 changed");
    running.until("page: unchanged");
    program.say(SECOND);
    running.until("is no longer on the page “The page page”");
    running.until("┃ Before");
    running.stop();
    let rows = program.expect("--json history page", 0).json();
    assert_eq!(rows[1]["change"], "1..2");
    let text = program.expect("deliver", 0).text();
    assert!(
        text.starts_with("0 sent, 0 given up, 0 waiting"),
        "it was told once: {text}"
    );
}

#[test]
fn a_change_is_posted_in_discord() {
    let runtime = Runtime::new().expect("a runtime");
    let discord = runtime.block_on(Discord::start());
    let mut program = every_second();
    program.settle(&format!(
        "[discord]\napi_base = \"{}\"\n[[route]]\nto = \"discord:{}\"\n",
        discord.base, HERE,
    ));
    program.set("DISCORD_TOKEN", TOKEN);
    let mut running = program.start();
    running.until("page: unchanged");
    program.say(SECOND);
    running.until("is no longer on the page");
    let said = running.stop();
    program.expect("deliver", 0);
    assert!(!said.contains(TOKEN), "a token in the log");
    let posted: Vec<String> = discord
        .messages(HERE)
        .into_iter()
        .map(|message| message.content)
        .collect();
    assert_eq!(
        posted.len(),
        2,
        "the first round, and the change: {posted:?}"
    );
    assert!(posted[1].contains("opt out"), "{posted:?}");
}

#[test]
fn it_stops_cleanly_on_either_signal() {
    let program = every_second();
    for signal in ["TERM", "INT"] {
        let mut running = program.start();
        running.until("page: unchanged");
        running.signal(signal);
        let (code, said) = running.ended();
        assert_eq!(code, Some(0), "{said}");
        assert!(said.contains("stopped; everything is stored"), "{said}");
        let verified = program.expect("--json verify", 0).json();
        assert!(verified[0]["broken"].is_null() && verified[0]["entries"].as_u64() > Some(2));
        assert!(!program.data().join("socket").exists());
    }
    let visits = program.expect("--json list", 0).json()[0]["visits"].as_u64();
    assert!(visits >= Some(3), "looks are kept: {visits:?}");
}

#[test]
fn a_visit_under_way_ends_before_it_stops() {
    let program = every_second();
    let gate = Gate::new();
    let mut running = program.start();
    running.until("page: unchanged");
    program
        .site
        .replay("/page", Answer::html(&page(SECOND)).behind(&gate));
    let asked = program.site.asked_for("/page").len();
    let runtime = Runtime::new().expect("a runtime");
    runtime.block_on(program.site.asked_times("/page", asked + 1));
    running.signal("TERM");
    running.until("stopping");
    gate.open();
    let (code, said) = running.ended();
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(program.expect("--json history page", 0).json().len(), 2);
}

#[test]
fn an_edited_watchlist_comes_into_force_and_a_broken_one_does_not() {
    let mut program = every_second();
    let mut running = program.start();
    running.until("page: unchanged");
    program.watch("other", "/other", "every = \"1s\"");
    program.site.play("/other", Answer::html(&page(SECOND)));
    running.until("the watchlist was read again; pages watched: 2");
    running.until("other: ");
    let good = fs::read_to_string(program.path("watchlist.toml")).expect("a watchlist");
    fs::write(
        program.path("watchlist.toml"),
        good.replace("title", "titel"),
    )
    .expect("written");
    running.signal("HUP");
    running.until("the old one stays in force");
    running.until("did you mean `title`");
    running.until("page: unchanged");
    running.until("other: unchanged");
    fs::write(program.path("watchlist.toml"), &good).expect("written");
    running.signal("HUP");
    running.until("read again; pages watched: 2");
    fs::create_dir(program.path("watchlist.d")).expect("a folder");
    let third = good
        .split("[[watch]]")
        .nth(1)
        .expect("a watch")
        .replace("\"page\"", "\"third\"");
    fs::write(
        program.path("watchlist.d/more.toml"),
        format!("[[watch]]{third}"),
    )
    .expect("written");
    running.signal("HUP");
    running.until("read again; pages watched: 3");
    running.until("third: ");
    running.stop();
    assert_eq!(program.expect("--json list", 0).json().len(), 3);
}

#[test]
fn ticks_missed_while_it_was_off_are_one_visit() {
    let program = every_second();
    program.expect("--at 2020-03-02T09:00:00Z visit page", 0);
    let mut program = program;
    program.forget_watches();
    program.watch("page", "/page", "every = \"1h\"");
    let mut running = program.start();
    running.until("the first round is done: 1 read");
    running.stop();
    assert_eq!(program.expect("--json list", 0).json()[0]["visits"], 2);
}

#[test]
fn an_archive_that_is_in_use_is_waited_for() {
    let program = every_second();
    let gate = Gate::new();
    program
        .site
        .replay("/page", Answer::html(&page(FIRST)).behind(&gate));
    let mut visit = program.start_with(&["visit", "page"]);
    let runtime = Runtime::new().expect("a runtime");
    runtime.block_on(program.site.asked_times("/page", 1));
    let mut running = program.start_with(&["run"]);
    assert!(
        program.expect("list", 0).text().contains("never read"),
        "a visit answers others"
    );
    gate.open();
    assert_eq!(visit.ended().0, Some(0));
    running.until("pages watched: 1");
    running.stop();
}

#[test]
fn whoever_asks_twice_does_not_wait() {
    let program = every_second();
    let mut running = program.start();
    running.until("page: unchanged");
    program.site.replay("/page", Answer::silence());
    let asked = program.site.asked_for("/page").len();
    let runtime = Runtime::new().expect("a runtime");
    runtime.block_on(program.site.asked_times("/page", asked + 1));
    running.signal("INT");
    running.until("once more stops at once");
    running.signal("INT");
    assert_eq!(running.ended().0, Some(2));
    let verified = program.expect("--json verify", 0).json();
    assert!(verified[0]["broken"].is_null());
}
