//! `check --live` tries every page, stores nothing, and says what a volunteer must know before installing.

use crate::program::{Program, page};
use crate::site::Answer;

const TEXT: &str = "Patients can opt out at any time by telling their practice.";

/// A watchlist of pages that do well, and badly in every way.
fn sundry() -> Program {
    let mut program = Program::with_page(TEXT);
    for (id, path, more) in [
        ("blocked-one", "/blocked-one", ""),
        ("blocked-two", "/blocked-two", ""),
        ("moved", "/moved", ""),
        ("empty", "/empty", "select = \"#no-such-part\""),
        ("missing", "/missing", ""),
        ("off", "/off", "enabled = false"),
        ("forbidden", "/forbidden", ""),
    ] {
        program.watch(id, path, more);
    }
    let site = &program.site;
    site.play(
        "/robots.txt",
        Answer::text("User-agent: *\nDisallow: /forbidden\n"),
    );
    for path in ["/blocked-one", "/blocked-two"] {
        site.play(path, Answer::status(403).body("Access denied"));
    }
    site.play("/moved", Answer::redirect(301, "/page"));
    site.play("/empty", Answer::html(&page(TEXT)));
    program
}

#[test]
fn failures_are_grouped_by_host_with_what_to_do() {
    let program = sundry();
    let text = program.expect("check --live", 2).text();
    for part in [
        "127.0.0.1 refuses this address: 2 watches; run from an ordinary line, or import by hand.",
        "127.0.0.1 does not have 1 watch; look for the new address.",
        "127.0.0.1 forbids visits in its robots.txt: 1 watch",
        "127.0.0.1: 1 watch gave nothing to read; look at `select`.",
        "moved  “Directions to NHS England”",
        &format!("redirected to {}", program.site.url("/page")),
    ] {
        assert!(text.contains(part), "no “{part}” in\n{text}");
    }
    assert!(
        !text.contains("off  "),
        "a watch that is switched off is not visited"
    );
    assert!(!program.data().exists(), "nothing is stored");
    assert!(program.site.asked_for("/forbidden").is_empty());
    assert!(program.site.asked_for("/off").is_empty());
}

#[test]
fn what_was_tried_is_told_in_json() {
    let program = sundry();
    let rows = program.expect("--json check --live", 2).json();
    assert_eq!(
        (&rows[0]["watches"], &rows[0]["enabled"]),
        (&8.into(), &7.into())
    );
    let row = |id: &str| rows.iter().find(|row| row["watch"] == id).expect("a row");
    assert!(row("page")["failure"].is_null() && row("page")["words"].as_u64() > Some(20));
    assert_eq!(row("moved")["landed"], program.site.url("/page").as_str());
    for (id, kind) in [
        ("blocked-one", "blocked"),
        ("empty", "unreadable"),
        ("missing", "not-found"),
        ("forbidden", "robots"),
    ] {
        assert_eq!(row(id)["failure"]["kind"], kind, "{id}");
    }
    assert_eq!(rows.len(), 8);
}

#[test]
fn every_destination_says_what_it_lacks() {
    let mut program = Program::with_page(TEXT);
    program.settle(
        "[email]\nfrom = \"smallprint@example.org\"\n[[route]]\nto = \"email:desk@example.org\"\n[[route]]\nto = \"webhook:NEWSROOM\"\n\
         [[route]]\nto = \"slack:CHAT\"\n[[route]]\nto = \"ntfy:PHONE\"\n",
    );
    let text = program.expect("check", 0).text();
    for name in ["SMTP_URL", "NEWSROOM", "NEWSROOM_SECRET", "CHAT", "PHONE"] {
        assert!(
            text.contains(&format!("environment variable {name} ")),
            "no {name} in\n{text}"
        );
    }
    program.set("SMTP_URL", "smtps://me:hidden@mail.example");
    program.set("NEWSROOM", "http://example.org/hidden");
    program.set("NEWSROOM_SECRET", "whsec_hidden");
    program.set("CHAT", "https://hooks.slack.com/services/hidden");
    program.set("PHONE", "https://ntfy.sh/hidden");
    let text = program.expect("check", 0).text();
    assert!(!text.contains("is not set"), "{text}");
    assert!(
        text.contains("the address in NEWSROOM is one of http"),
        "{text}"
    );
    assert!(!text.contains("hidden"), "{text}");
}

#[test]
fn what_will_surprise_is_noted() {
    let mut program = Program::with_page(TEXT);
    program.settle(
        "[[route]]\nto = \"discord:111222333\"\n[[route]]\nto = \"discord-webhook:PRESS\"\n",
    );
    program.watch("bold", "/bold", "ignore_robots = true");
    let text = program.expect("check", 0).text();
    for part in [
        "note:",
        "DISCORD_TOKEN",
        "PRESS",
        "robots.txt is ignored for: bold",
    ] {
        assert!(text.contains(part), "no “{part}” in\n{text}");
    }
    program.set("DISCORD_TOKEN", "a-token");
    program.set("PRESS", "https://discord.com/api/webhooks/1/secret");
    let text = program.expect("check", 0).text();
    assert!(
        !text.contains("DISCORD_TOKEN") && !text.contains("PRESS"),
        "{text}"
    );
    assert!(
        !text.contains("a-token") && !text.contains("secret"),
        "{text}"
    );
}

#[test]
fn for_which_years_recesses_are_known_is_said_and_more_can_be_written() {
    let mut program = Program::with_page(TEXT);
    let at = "--at 2031-03-04T10:00:00Z";
    let check = |program: &Program| {
        let said = program.expect(&format!("{at} check"), 0).text();
        said.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let text = check(&program);
    assert!(
        text.contains("Recesses of the Commons are known of 2014 to ")
            && text.contains("what changes in 2031 is not said to change in recess")
            && text.contains("[calendar] recess = [[\"2031-07-20\", \"2031-09-01\"]]"),
        "{text}"
    );
    program.settle("[calendar]\nrecess = [[\"2031-02-20\", \"2031-03-08\"]]\n");
    assert!(!check(&program).contains("Recesses"));
    let years = program.expect(&format!("{at} --json check"), 0).json();
    let years = years[0]["recess_years"].as_array().expect("years").clone();
    assert!(years.contains(&2014.into()) && years.contains(&2031.into()));
}
