//! How fast each kind of document is read, in MB a second of the bytes served, beside html5ever's bare parse of pages.

use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::DateTime;
use scraper::Html;
use smallprint::extract;
use smallprint::model::{Capture, Digest, Hop, Provenance, Reading};

type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// How long each part of a measurement goes on at least, and how many parts there are; the fastest counts.
const LONG: Duration = Duration::from_millis(500);
const PARTS: usize = 4;

/// Files of one kind.
struct Group {
    kind: &'static str,
    files: Vec<(Capture, Vec<u8>)>,
}

fn main() -> Outcome<()> {
    let groups = groups()?;
    say(
        "MB of files a second of processor time; “times” is how long a MB takes beside html5ever's bare parse\n",
    );
    say("kind       files      MB    MB/s  ms/file   times   blocks  not read");
    let pages = groups.iter().find(|group| group.kind == "html");
    let pages = pages.ok_or("there are no pages to read")?;
    let bare = speed(&pages.files, |_, body| {
        let text = String::from_utf8_lossy(body);
        std::hint::black_box(Html::parse_document(&text));
    })?;
    say(&line("bare html", &pages.files, bare, bare));
    for group in &groups {
        let (blocks, failed) = outcome(group);
        let read =
            |capture: &Capture, body: &[u8]| extract::read(capture, body, &Reading::default());
        let speed = speed(&group.files, |capture, body| {
            std::hint::black_box(read(capture, body)).ok();
        })?;
        let said = line(group.kind, &group.files, speed, bare);
        say(&format!("{said}  {blocks:7}  {failed:8}"));
    }
    Ok(())
}

/// How many blocks are read of these files, and of how many files nothing is.
fn outcome(group: &Group) -> (usize, usize) {
    let (mut blocks, mut failed) = (0, 0);
    for (capture, body) in &group.files {
        match extract::read(capture, body, &Reading::default()) {
            Ok(document) if !document.blocks.is_empty() => blocks += document.blocks.len(),
            _ => failed += 1,
        }
    }
    (blocks, failed)
}

/// How many MB this does in a second of processor time, all files in turn until enough time has passed.
fn speed(files: &[(Capture, Vec<u8>)], each: impl Fn(&Capture, &[u8])) -> Outcome<f64> {
    let mut fastest = 0.0_f64;
    for _ in 0..PARTS {
        let begun = processor()?;
        let mut bytes = 0;
        let took = loop {
            for (capture, body) in files {
                each(capture, body);
                bytes += body.len();
            }
            let took = processor()? - begun;
            if took >= LONG {
                break took;
            }
        };
        fastest = fastest.max(bytes as f64 / 1e6 / took.as_secs_f64());
    }
    Ok(fastest)
}

/// The processor time of this process and its threads so far: other work on the machine does not count.
fn processor() -> Outcome<Duration> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    // utime and stime are fields 14 and 15 of proc(5), in ticks of 10 ms; the name is the second.
    let fields = after_name.split_whitespace().skip(11).take(2);
    let ticks: u64 = fields
        .map(str::parse::<u64>)
        .sum::<Result<_, std::num::ParseIntError>>()?;
    Ok(Duration::from_millis(ticks * 10))
}

fn line(kind: &str, files: &[(Capture, Vec<u8>)], speed: f64, bare: f64) -> String {
    let megabytes = files.iter().map(|(_, body)| body.len()).sum::<usize>() as f64 / 1e6;
    let each = megabytes / speed * 1000.0 / files.len() as f64;
    let count = files.len();
    let times = bare / speed;
    format!("{kind:10} {count:5}  {megabytes:6.2}  {speed:6.1}  {each:7.2}  {times:6.1}")
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
            certificate: None,
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
