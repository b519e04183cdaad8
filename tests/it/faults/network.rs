//! Servers that lie, dawdle, flood and break off: each is a failure with its kind, and no other page waits for it.

use std::fs;
use std::time::Duration;

use serde_json::Value;

use crate::program::{Program, page};
use crate::site::{Answer, Gate};

const WELL: &str = "Data is collected from practices every month.";
/// So long is what a few thousand bytes unfold into.
const BOMB: usize = 200 << 20;
/// The most memory that may be taken while they are refused, in kilobytes.
const MOST: u64 = 220 << 10;

/// What servers do, by name, with the kind of failure that it is; none where the page is read all the same.
fn faults() -> Vec<(&'static str, Answer, Option<&'static str>)> {
    let html = || Answer::html(&page(WELL));
    let length = |length: &str| html().header("content-length", length);
    let bomb = Answer::html("").body(vec![b' '; BOMB]);
    let raw = |text: &str| Answer::raw(text.as_bytes());
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n";
    let whole = page(WELL);
    vec![
        ("silent", Answer::silence(), Some("timeout")),
        (
            "a-byte-a-second",
            html().drip(Duration::from_secs(1)),
            Some("timeout"),
        ),
        ("endless-header", html().endless_header(), Some("connect")),
        ("endless-body", html().endless(), Some("too-large")),
        ("cut-in-the-middle", html().cut_after(99), Some("connect")),
        ("cut-before-the-body", html().cut_after(0), Some("connect")),
        (
            "promises-more",
            length("99999").cut_after(9_999),
            Some("connect"),
        ),
        (
            "promises-far-more",
            length("999999999999").cut_after(0),
            Some("too-large"),
        ),
        ("promises-less", length("7"), Some("unreadable")),
        ("promises-nonsense", length("-1"), Some("connect")),
        (
            "promises-twice",
            length("7").header("content-length", "9"),
            Some("connect"),
        ),
        ("gzip-bomb", bomb.clone().gzip(), Some("too-large")),
        ("brotli-bomb", bomb.clone().brotli(), Some("too-large")),
        ("zstd-bomb", bomb.zstd(), Some("too-large")),
        (
            "no-gzip-at-all",
            html().header("content-encoding", "gzip"),
            Some("unreadable"),
        ),
        ("junk", raw("220 smtp.example ESMTP\r\n"), Some("connect")),
        (
            "junk-first",
            raw(&format!("\0\0{head}\r\n{whole}")),
            Some("connect"),
        ),
        (
            "huge-chunk",
            raw(&format!(
                "{head}transfer-encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n"
            )),
            Some("connect"),
        ),
        (
            "chunks-cut",
            raw(&format!(
                "{head}transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n"
            )),
            Some("connect"),
        ),
        (
            "only-continue",
            raw(&"HTTP/1.1 100 Continue\r\n\r\n".repeat(5_000)),
            Some("connect"),
        ),
        // A second answer that nobody asked for is no page.
        (
            "answers-twice",
            raw(&format!(
                "{head}content-length: {}\r\n\r\n{whole}{head}content-length: 5\r\n\r\nWRONG",
                whole.len()
            )),
            None,
        ),
        (
            "to-itself",
            Answer::redirect(302, "/to-itself"),
            Some("redirect-loop"),
        ),
        (
            "redirects-for-ever",
            Answer::redirect(302, "/further-0"),
            Some("redirect-loop"),
        ),
        (
            "to-another-world",
            Answer::redirect(302, "gopher://example.org/"),
            Some("refused-address"),
        ),
        (
            "to-a-private-place",
            Answer::redirect(302, "http://10.0.0.1/"),
            Some("refused-address"),
        ),
    ]
}

/// A watchlist of one page a fault, each on a host of its own, and of one that is well.
fn scene() -> (Program, Vec<(&'static str, Option<&'static str>)>) {
    let mut program = Program::new();
    program.settle_in_settings(
        "timeouts = { connect = \"2s\", first_byte = \"2s\", total = \"3s\" }\nmax_body = \"1 MB\"\nvisits_at_once = 64",
    );
    let mut expected = Vec::new();
    for (no, (name, answer, kind)) in faults().into_iter().enumerate() {
        let host = program.site.also_on(&format!("127.0.1.{}", no + 1));
        program.watch_at(name, &format!("http://{host}/{name}"), "");
        program.site.play(&format!("/{name}"), answer);
        expected.push((name, kind));
    }
    for no in 0..20 {
        let further = Answer::redirect(302, &format!("/further-{}", no + 1));
        program.site.play(&format!("/further-{no}"), further);
    }
    program.watch("well", "/well", "");
    program.site.play("/well", Answer::html(&page(WELL)));
    (program, expected)
}

#[test]
fn whatever_a_server_does_is_a_failure_of_its_page_and_of_no_other() {
    let (program, expected) = scene();
    let said = program.run("--json --at 2026-03-02T09:00:00Z visit --all");
    assert_eq!(said.code, 2, "{}", said.err);
    assert!(!said.err.contains("panicked"), "{}", said.err);
    let rows = said.json();
    let row = |id: &str| -> &Value {
        let found = rows.iter().find(|row| row["watch"] == id);
        found.unwrap_or_else(|| panic!("{id} was not visited"))
    };
    let kind = |id: &str| row(id)["failure"]["kind"].as_str();
    let seen: Vec<_> = expected.iter().map(|(id, _)| (*id, kind(id))).collect();
    assert_eq!(seen, expected);
    assert_eq!(row("well")["outcome"], "appeared");
    // A failure is no change: the page is there again when its server is well.
    for (name, _) in &expected {
        program
            .site
            .replay(&format!("/{name}"), Answer::html(&page(WELL)));
    }
    let rows = program
        .run("--json --at 2026-03-03T09:00:00Z visit --all")
        .json();
    let failed: Vec<&Value> = rows
        .iter()
        .filter(|row| row["outcome"] == "failed")
        .collect();
    assert!(failed.is_empty(), "{failed:#?}");
    program.expect("verify", 0);
}

/// The most memory that a process took so far, in kilobytes; nothing where it has ended.
pub fn most_memory(id: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let peak = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    peak.trim().trim_end_matches(" kB").parse().ok()
}

#[test]
fn bombs_and_floods_take_no_memory_to_speak_of() {
    let (mut program, gate) = (Program::new(), Gate::new());
    program.settle_in_settings("max_body = \"1 MB\"\nvisits_at_once = 64");
    let bomb = Answer::html("").body(vec![b' '; BOMB]);
    let floods = [
        ("gzip", bomb.clone().gzip()),
        ("brotli", bomb.clone().brotli()),
        ("zstd", bomb.zstd()),
        ("endless", Answer::html("").endless()),
        ("header", Answer::html("").endless_header()),
    ];
    for (no, (name, answer)) in floods.into_iter().enumerate() {
        let host = program.site.also_on(&format!("127.0.2.{}", no + 1));
        program.watch_at(name, &format!("http://{host}/{name}"), "");
        program.site.play(&format!("/{name}"), answer);
    }
    program.watch("last", "/last", "");
    program
        .site
        .play("/last", Answer::html(&page(WELL)).behind(&gate));
    let mut running = program.start_with(&["run"]);
    for _ in 0..5 {
        running.until(" WARN ");
    }
    let peak = most_memory(running.id()).expect("it lives");
    gate.open();
    running.until("the first round is done: 1 read, 5 failed");
    running.stop();
    println!("five bombs and floods: {} MB at most", peak >> 10);
    assert!(peak < MOST, "{peak} kB");
}
