//! How fast each kind of document is read, in MB a second of the bytes served; for pages beside html5ever's bare parse.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use chrono::DateTime;
use scraper::Html;
use smallprint::extract;
use smallprint::model::{Capture, Digest, Hop, Provenance, Reading};

type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// How long each measurement goes on.
const LONG: Duration = Duration::from_secs(1);

/// Files of one kind.
struct Group {
    kind: &'static str,
    files: Vec<(Capture, Vec<u8>)>,
}

/// What was measured of one kind.
struct Measured {
    speed: f64,
    blocks: usize,
    failed: usize,
}

fn main() -> Outcome<()> {
    let groups = groups()?;
    say("kind       files      MB    MB/s  ms/file   blocks  not read");
    let pages = groups.iter().find(|group| group.kind == "html");
    let bare = pages.map(|pages| {
        let speed = speed(&pages.files, |_, body| {
            let text = String::from_utf8_lossy(body);
            std::hint::black_box(Html::parse_document(&text));
        });
        say(&line(
            "bare html",
            &pages.files,
            speed,
            "       -         -",
        ));
        speed
    });
    for group in &groups {
        let Measured {
            speed,
            blocks,
            failed,
        } = measure(group);
        let rest = format!("{blocks:8}  {failed:8}");
        say(&line(group.kind, &group.files, speed, &rest));
        if let (Some(bare), "html") = (bare, group.kind) {
            let text = format!(
                "           reading a page takes {:.1} times as long as its bare parse",
                bare / speed
            );
            say(&text);
        }
    }
    Ok(())
}

fn measure(group: &Group) -> Measured {
    let reading = Reading::default();
    let read = |capture: &Capture, body: &[u8]| extract::read(capture, body, &reading);
    let (mut blocks, mut failed) = (0, 0);
    for (capture, body) in &group.files {
        match read(capture, body) {
            Ok(document) if document.blocks.is_empty() => failed += 1,
            Ok(document) => blocks += document.blocks.len(),
            Err(_) => failed += 1,
        }
    }
    let speed = speed(&group.files, |capture, body| {
        std::hint::black_box(read(capture, body)).ok();
    });
    Measured {
        speed,
        blocks,
        failed,
    }
}

/// How many MB a second this does, all files in turn until enough time has passed.
fn speed(files: &[(Capture, Vec<u8>)], each: impl Fn(&Capture, &[u8])) -> f64 {
    let begun = Instant::now();
    let mut bytes = 0;
    while begun.elapsed() < LONG {
        for (capture, body) in files {
            each(capture, body);
            bytes += body.len();
        }
    }
    bytes as f64 / 1e6 / begun.elapsed().as_secs_f64()
}

fn line(kind: &str, files: &[(Capture, Vec<u8>)], speed: f64, rest: &str) -> String {
    let megabytes = files.iter().map(|(_, body)| body.len()).sum::<usize>() as f64 / 1e6;
    let each = megabytes / speed * 1000.0 / files.len() as f64;
    let count = files.len();
    format!("{kind:10} {count:5}  {megabytes:6.2}  {speed:6.1}  {each:7.2}  {rest}")
}

/// The files of tests/pages and, where they are, of ../shared/corpora, by kind; what neither holds enough of is made.
fn groups() -> Outcome<Vec<Group>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    for folder in [root.join("tests/pages"), root.join("../shared/corpora")] {
        files(&folder, &mut found)?;
    }
    let of = |kind: &'static str, content_type: &str, made: Vec<Vec<u8>>| -> Outcome<Group> {
        let ending = format!(".{kind}");
        let wanted = found
            .iter()
            .filter(|path| path.to_string_lossy().ends_with(&ending));
        let mut files = Vec::new();
        for path in wanted.filter(|path| !path.to_string_lossy().contains("/pages/hard/")) {
            files.push(served(kind, content_type, std::fs::read(path)?)?);
        }
        for body in made {
            files.push(served(kind, content_type, body)?);
        }
        Ok(Group { kind, files })
    };
    Ok(vec![
        of("html", "text/html", Vec::new())?,
        of("pdf", "application/pdf", Vec::new())?,
        of("docx", "application/octet-stream", Vec::new())?,
        of("xlsx", "application/octet-stream", Vec::new())?,
        of("csv", "text/csv", vec![register()])?,
        of("rss", "application/rss+xml", vec![feed()])?,
        of("json", "application/json", vec![data()])?,
        of("md", "text/markdown", vec![notice()])?,
        of("txt", "text/plain", Vec::new())?,
    ])
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) -> Outcome<()> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Ok(());
    };
    let mut paths = entries
        .map(|entry| Ok(entry?.path()))
        .collect::<Outcome<Vec<_>>>()?;
    paths.sort();
    for path in paths {
        if path.is_dir() {
            files(&path, found)?;
        } else {
            found.push(path);
        }
    }
    Ok(())
}

fn served(kind: &str, content_type: &str, body: Vec<u8>) -> Outcome<(Capture, Vec<u8>)> {
    let url: url::Url = format!("https://board.example/files/a.{kind}").parse()?;
    let capture = Capture {
        at: DateTime::UNIX_EPOCH,
        url: url.clone(),
        hops: vec![Hop {
            url,
            status: 200,
            headers: vec![("content-type".to_owned(), content_type.to_owned())],
            address: None,
            at: DateTime::UNIX_EPOCH,
        }],
        body: Digest::of(&body),
        length: body.len() as u64,
        provenance: Provenance::Fetched,
        beside: Vec::new(),
    };
    Ok((capture, body))
}

fn register() -> Vec<u8> {
    let mut text = "Ref,Organisation,Purpose,From,Until\n".to_owned();
    for row in 0..5000 {
        text += &format!(
            "DARS-{row},Board {},\"Planning, and research\",01/04/2016,{}\n",
            row % 97,
            row % 28
        );
    }
    text.into_bytes()
}

fn feed() -> Vec<u8> {
    let mut text = "<rss version=\"2.0\"><channel><title>News of the board</title>".to_owned();
    for item in 0..500 {
        text += &format!(
            "<item><title>Minutes {item}</title><link>https://board.example/{item}</link><pubDate>Sun, 01 Mar 2026 09:00:00 GMT</pubDate>\
             <description>&lt;p&gt;The minutes of the group are out, with &lt;a href=\"/{item}\"&gt;what it decided&lt;/a&gt;.&lt;/p&gt;</description></item>"
        );
    }
    (text + "</channel></rss>").into_bytes()
}

fn data() -> Vec<u8> {
    let row = |row: u32| serde_json::json!({"ref": format!("DARS-{row}"), "who": "Board", "terms": {"until": "2017-03-31", "months": row % 36}});
    let rows: Vec<_> = (0..5000).map(row).collect();
    serde_json::json!({"result": rows}).to_string().into_bytes()
}

fn notice() -> Vec<u8> {
    let section = "## What we hold\n\nWe hold *records*, and say [why](https://board.example/why) in each case\nas it comes.\n\n- codes\n  - of visits\n- dates\n\n| Use | Basis |\n|---|---|\n| Care | Consent |\n\n";
    ("# Notice\n\n".to_owned() + &section.repeat(1000)).into_bytes()
}

#[expect(clippy::print_stdout, reason = "a bench prints its table")]
fn say(text: &str) {
    println!("{text}");
}
