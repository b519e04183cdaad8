//! Every kind of document over HTTP, with right and lying headers, through the real program.
#![expect(clippy::print_stdout, reason = "the replay prints its table")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use chrono::DateTime;
use serde_json::Value;
use smallprint::extract;
use smallprint::model::{BlockKind, Capture, Digest, Document, Hop, Provenance, Reading};

use crate::program::Program;
use crate::site::Answer;

fn served(content_type: &str, body: impl AsRef<[u8]>) -> Answer {
    Answer::status(200)
        .header("content-type", content_type)
        .body(body)
}

/// A document under one header, what it must show, and what it must show after one change.
struct Kind {
    id: &'static str,
    path: &'static str,
    headers: &'static [&'static str],
    body: String,
    /// Other bytes that say the same.
    same: String,
    shows: &'static str,
    changed: String,
    now_shows: &'static str,
}

const FEED: &str = "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>News of the authority</title><lastBuildDate>Mon, 02 Mar 2026 09:00:00 GMT</lastBuildDate>\
    <item><title>Minutes of the group</title><link>https://a.example/minutes</link><pubDate>Sun, 01 Mar 2026 09:00:00 GMT</pubDate><description>&lt;p&gt;The minutes are out.&lt;/p&gt;</description></item>\
    <item><title>A consultation</title><link>https://a.example/consultation</link><pubDate>Sat, 28 Feb 2026 09:00:00 GMT</pubDate></item></channel></rss>";

const ENTRY: &str = "<item><title>A single GP dataset</title><link>https://a.example/dataset</link><pubDate>Mon, 02 Mar 2026 09:00:00 GMT</pubDate></item>";

const JSON: &str = "{\"success\": true, \"result\": [{\"ref\": \"DARS-1\", \"who\": \"Leeds\"}, {\"ref\": \"DARS-2\", \"who\": \"York\"}]}";

const MARKDOWN: &str = "# Sharing data\n\nWe share data with nobody but those who are named in the register below.\n\n1. Leeds\n2. York\n";

const TEXT: &str = "We share data with nobody but those who are named in the register, which is\npublished each month together with the minutes of the group that decides on\nevery request, whoever makes it and for whatever purpose it is made, and which\nanyone may read.\n";

fn kinds() -> Vec<Kind> {
    let sitemap = "<?xml version=\"1.0\"?><urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\"><url><loc>https://a.example/b</loc></url><url><loc>https://a.example/a</loc></url></urlset>";
    let table =
        "Ref,Organisation,Purpose\n1,Leeds,\"Research, all\"\n2,York,Planning\n3,Hull,Planning\n";
    vec![
        Kind {
            id: "feed",
            path: "/feed",
            headers: &["application/rss+xml", "text/html; charset=utf-8", "text/plain", "application/octet-stream"],
            body: FEED.to_owned(),
            same: FEED.replace("02 Mar 2026 09:00", "02 Mar 2026 10:30"),
            shows: "Minutes of the group",
            changed: FEED.replace("<item><title>Minutes", &format!("{ENTRY}<item><title>Minutes")),
            now_shows: "A single GP dataset",
        },
        Kind {
            id: "atom",
            path: "/atom",
            headers: &["application/atom+xml", "application/json"],
            body: atom("2026-03-02T09:00:00Z", "Minutes of the group"),
            same: atom("2026-03-02T10:00:00Z", "Minutes of the group"),
            shows: "Minutes of the group",
            changed: atom("2026-03-02T10:00:00Z", "Minutes of the committee"),
            now_shows: "Minutes of the committee",
        },
        Kind {
            id: "sitemap",
            path: "/sitemap.xml",
            headers: &["text/xml", "text/html"],
            body: sitemap.to_owned(),
            same: sitemap.replace("/b<", "/c<").replace("/a<", "/b<").replace("/c<", "/a<"),
            shows: "https://a.example/a",
            changed: sitemap.replace("</urlset>", "<url><loc>https://a.example/gp-data</loc></url></urlset>"),
            now_shows: "https://a.example/gp-data",
        },
        Kind {
            id: "json",
            path: "/api/register",
            headers: &["application/json", "text/html; charset=utf-8", "text/plain"],
            body: JSON.to_owned(),
            same: "{\"result\":[{\"who\":\"Leeds\",\"ref\":\"DARS-1\"},{\"who\":\"York\",\"ref\":\"DARS-2\"}],\"success\":true}".to_owned(),
            shows: "DARS-2 | York",
            changed: JSON.replace("York", "Hull"),
            now_shows: "DARS-2 | Hull",
        },
        Kind {
            id: "csv",
            path: "/register.csv",
            headers: &["text/csv", "application/octet-stream", "text/plain", "text/html"],
            body: table.to_owned(),
            same: table.replace('\n', "\r\n"),
            shows: "1 | Leeds | Research, all",
            changed: table.replace("Hull,Planning", "Hull,Research"),
            now_shows: "3 | Hull | Research",
        },
        Kind {
            id: "markdown",
            path: "/policy.md",
            headers: &["text/markdown", "text/plain; charset=utf-8"],
            body: MARKDOWN.to_owned(),
            same: MARKDOWN.replace("named in", "named\nin"),
            shows: "2. York",
            changed: MARKDOWN.replace("York", "Hull"),
            now_shows: "2. Hull",
        },
        Kind {
            id: "text",
            path: "/policy.txt",
            headers: &["text/plain", "application/octet-stream"],
            body: TEXT.to_owned(),
            same: TEXT.replace('\n', " ").trim().to_owned(),
            shows: "published each month together",
            changed: TEXT.replace("nobody", "somebody"),
            now_shows: "with somebody but those",
        },
        Kind {
            id: "page",
            path: "/page",
            headers: &["text/html", "text/plain", "application/json", "application/xml"],
            body: crate::program::page("Patients may opt out at any time."),
            same: crate::program::page("Patients may opt out at any time.").replace("<main>", "<main id=\"x1\">"),
            shows: "Patients may opt out",
            changed: crate::program::page("Patients could opt out until May."),
            now_shows: "Patients could opt out",
        },
    ]
}

fn atom(updated: &str, title: &str) -> String {
    format!(
        "<feed xmlns=\"http://www.w3.org/2005/Atom\"><id>x</id><title>News</title><updated>{updated}</updated>\
         <entry><id>1</id><title>{title}</title><link href=\"/minutes\"/><updated>2026-03-01T09:00:00Z</updated></entry></feed>"
    )
}

/// The text without the breaks of its lines.
fn shown(program: &Program, id: &str) -> String {
    let text = program.expect(&format!("show {id}"), 0).text();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn every_kind_is_read_under_right_and_lying_headers() {
    let mut program = Program::new();
    let kinds = kinds();
    // What is served at each step, under each header.
    let serve = |program: &Program, step: &dyn Fn(&Kind) -> &str| {
        for kind in &kinds {
            for (at, header) in kind.headers.iter().enumerate() {
                let path = format!("/{at}{}", kind.path);
                program.site.replay(&path, served(header, step(kind)));
            }
        }
    };
    for kind in &kinds {
        for at in 0..kind.headers.len() {
            let path = format!("/{at}{}", kind.path);
            program.watch(&format!("{}-{at}", kind.id), &path, "");
        }
    }
    let all = |program: &Program, check: &dyn Fn(&Kind, &str)| {
        for kind in &kinds {
            for (at, header) in kind.headers.iter().enumerate() {
                let text = shown(program, &format!("{}-{at}", kind.id));
                assert!(!text.is_empty(), "{} {header}", kind.id);
                check(kind, &text);
            }
        }
    };
    serve(&program, &|kind| &kind.body);
    program.expect("--at 2026-03-02T09:00:00Z visit --all", 0);
    all(&program, &|kind, text| {
        assert!(text.contains(kind.shows), "{}: {text}", kind.id);
    });
    serve(&program, &|kind| &kind.same);
    let said = program.expect("--at 2026-03-02T10:00:00Z visit --all --json", 0);
    for report in said.json() {
        assert_eq!(report["version"], 1, "{report}");
    }
    serve(&program, &|kind| &kind.changed);
    let said = program.expect("--at 2026-03-02T11:00:00Z visit --all --json", 1);
    let watches: usize = kinds.iter().map(|kind| kind.headers.len()).sum();
    let reports = said.json();
    let edited = |report: &&Value| report["version"] == 2 && report["kind"] == "edited";
    let changed = reports.iter().filter(edited).count();
    assert_eq!(changed, watches, "{}", said.text());
    all(&program, &|kind, text| {
        assert!(text.contains(kind.now_shows), "{}: {text}", kind.id);
    });
}

#[test]
fn an_entry_that_makes_room_in_a_feed_is_not_said_to_be_gone() {
    let mut program = Program::new();
    program.watch("feed", "/feed", "");
    program.site.play("/feed", served("text/xml", FEED));
    program.expect("--at 2026-03-02T09:00:00Z visit feed", 0);
    let last = FEED.find("<item><title>A consultation").expect("an entry");
    let new = format!("{}</channel></rss>", &FEED[..last]);
    let new = new.replace(
        "<item><title>Minutes",
        &format!("{ENTRY}<item><title>Minutes"),
    );
    program.site.replay("/feed", served("text/xml", new));
    program.expect("--at 2026-03-02T10:00:00Z visit feed", 1);
    let diff = program.expect("diff feed --format text", 0).text();
    assert!(diff.contains("A single GP dataset"), "{diff}");
    assert!(!diff.contains("A consultation"), "{diff}");
}

#[test]
fn a_file_that_is_not_read_changes_when_its_bytes_do() {
    let mut program = Program::new();
    program.watch("file", "/data/extract.7z", "");
    let file = |bytes: &[u8]| served("text/html", [b"7z\xbc\xaf\x27\x1c", bytes].concat());
    program.site.play("/data/extract.7z", file(b"one"));
    let first = program.expect("--at 2026-03-02T09:00:00Z visit file", 0);
    let kept = "was kept for the first time; its text cannot be read (7z archive, 9 bytes)";
    assert!(first.text().contains(kept), "{}", first.text());
    program.expect("--at 2026-03-02T10:00:00Z visit file", 0);
    program.site.replay("/data/extract.7z", file(b"two"));
    let said = program.expect("--at 2026-03-02T11:00:00Z visit file --json", 1);
    let text = said.text();
    assert!(
        text.contains("The file’s bytes changed; its text is not read."),
        "{text}"
    );
    assert!(text.contains("7z archive, 9 bytes, sha256 "), "{text}");
}

#[test]
fn an_error_page_is_no_version_of_a_register_nor_of_a_feed() {
    let mut program = Program::new();
    program.watch("register", "/register.csv", "kind = \"register\"\n");
    program.watch("feed", "/feed", "");
    let table = "Ref,Who\n1,Leeds\n2,York\n";
    program
        .site
        .play("/register.csv", served("text/csv", table));
    program
        .site
        .play("/feed", served("application/rss+xml", FEED));
    program.expect("--at 2026-03-02T09:00:00Z visit --all", 0);
    let gone = "<!doctype html><title>Page not found</title><main><h1>Page not found</h1><p>It may have moved.</p></main>";
    program
        .site
        .replay("/register.csv", served("text/csv", gone));
    program.site.replay(
        "/feed",
        served("application/rss+xml", &FEED[..FEED.len() - 40]),
    );
    let said = program.expect("--at 2026-03-02T10:00:00Z visit --all --json", 2);
    let text = said.text();
    assert!(text.contains("says there is no such page"), "{text}");
    assert!(text.contains("is XML that is"), "{text}");
    let text = shown(&program, "register");
    assert!(text.contains("2 | York"), "{text}");
}

fn read_markdown(url: &str, text: &str) -> Document {
    let at = DateTime::UNIX_EPOCH;
    let url: url::Url = url.parse().expect("an address");
    let capture = Capture {
        at,
        url: url.clone(),
        hops: vec![Hop {
            url,
            status: 200,
            headers: vec![(
                "content-type".to_owned(),
                "text/plain; charset=utf-8".to_owned(),
            )],
            address: None,
            certificate: None,
            at,
        }],
        body: Digest::of(text.as_bytes()),
        length: text.len() as u64,
        provenance: Provenance::Fetched,
        beside: Vec::new(),
    };
    extract::read(&capture, text.as_bytes(), &Reading::default()).expect("a document")
}

/// The Markdown with its paragraphs wrapped at this many characters; what is not a plain paragraph stays as it stands.
fn wrapped(text: &str, width: usize) -> String {
    let special = |line: &str| {
        let wide = line.trim_start();
        line.starts_with([' ', '\t'])
            || wide.starts_with(['#', '|', '>', '*', '-', '+', '=', '<', '`', '~', '[', '!'])
            || wide.starts_with(|c: char| c.is_ascii_digit())
            || line.ends_with("  ")
            || line.ends_with('\\')
    };
    let mut out = String::new();
    let lines: Vec<&str> = text.lines().collect();
    for (at, line) in lines.iter().enumerate() {
        let next = lines.get(at + 1).copied().unwrap_or_default();
        if special(line) || !next.trim().is_empty() || (at > 0 && !lines[at - 1].trim().is_empty())
        {
            out.push_str(line);
        } else {
            let mut length = 0;
            for word in line.split(' ') {
                // What would begin a list or a heading at the start of a line must not come to stand there.
                let plain = word.starts_with(char::is_alphabetic);
                if length + word.len() > width && length > 0 && plain {
                    out.push('\n');
                    length = 0;
                } else if length > 0 {
                    out.push(' ');
                }
                out.push_str(word);
                length += word.len() + 1;
            }
        }
        out.push('\n');
    }
    out
}

#[test]
fn histories_of_policies_in_markdown_are_replayed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let corpus: Option<PathBuf> = (["../shared", "../../shared"].iter())
        .map(|near| root.join(near).join("corpora/histories-text"))
        .find(|folder| folder.is_dir());
    let Some(corpus) = corpus else {
        println!("skipped: shared/corpora/histories-text is not here");
        return;
    };
    let mut steps: BTreeMap<String, (usize, usize, usize)> = BTreeMap::new();
    let (mut versions, mut loud, mut typed) = (0, 0, 0);
    let picture = regex::Regex::new(r"!\[[^\]]*\]\([^)]*\)").expect("a pattern");
    let mut folders: Vec<PathBuf> = (std::fs::read_dir(corpus).expect("a corpus"))
        .map(|entry| entry.expect("an entry").path())
        .collect();
    folders.sort();
    for folder in folders {
        let Ok(index) = std::fs::read(folder.join("history.json")) else {
            continue;
        };
        let index: Value = serde_json::from_slice(&index).expect("an index");
        let mut last: Option<(String, Document)> = None;
        for entry in index["entries"].as_array().expect("entries") {
            let file = entry["file"].as_str().expect("a name");
            let text = std::fs::read_to_string(folder.join(file)).expect("a version");
            let url = "https://policies.example/policy.md";
            let page = read_markdown(url, &text);
            versions += 1;
            let kinds = page
                .blocks
                .iter()
                .filter(|block| block.kind != BlockKind::Paragraph);
            typed += usize::from(kinds.count() > 0);
            for width in [60, 100] {
                let again = read_markdown(url, &wrapped(&text, width));
                let quiet = again.text_digest() == page.text_digest();
                loud += usize::from(!quiet);
                if !quiet && std::env::var_os("SHOW").is_some() {
                    let gone = page
                        .blocks
                        .iter()
                        .filter(|block| !again.blocks.contains(block));
                    println!(
                        "{} {file} at {width}: {:?}",
                        index["id"],
                        gone.take(3).collect::<Vec<_>>()
                    );
                }
            }
            if let Some((old, before)) = &last {
                let mut label = entry["label"].as_str().unwrap_or("none").to_owned();
                // Where a picture lies is not read.
                let bare = |text: &str| picture.replace_all(text, "").into_owned();
                if label == "link_only" && bare(old) == bare(&text) {
                    label = "picture_only".to_owned();
                }
                let tally = steps.entry(label).or_default();
                tally.0 += 1;
                tally.1 += usize::from(before.text_digest() != page.text_digest());
                tally.2 += usize::from(before.plain() != page.plain());
            }
            last = Some((text, page));
        }
    }
    println!("label | steps | another version | other words");
    for (label, (all, differing, reworded)) in &steps {
        println!("{label} | {all} | {differing} | {reworded}");
    }
    println!(
        "{versions} versions, {typed} with headings or lists; {loud} of {} rewrapped read otherwise",
        versions * 2
    );
    let (all, differing, _) = steps["text_change"];
    assert_eq!(all, differing, "a change was not seen");
    let (all, differing, _) = steps["link_only"];
    assert_eq!(all, differing, "a change of links was not seen");
    assert_eq!(loud, 0, "wrapping a text anew is a change");
    assert_eq!(typed, versions);
}
