//! Reads in a child process: what it makes of a good file, and what becomes of one that crashes, hangs or never ends.

use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::time::Duration;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use smallprint::extract;
use smallprint::model::{Failure, FailureKind, Reading};
use smallprint::worker::{Limits, Workers};

use crate::pdf::{assembled, capture, file};
use crate::program::{Program, page};
use crate::site::Answer;

/// The address all files here come from.
const URL: &str = "https://nhs.example/files/a.pdf";

fn own() -> PathBuf {
    env!("CARGO_BIN_EXE_smallprint").into()
}

/// What comes of reading a body with this program in these limits.
async fn failure(program: PathBuf, limits: Limits, body: &[u8]) -> Failure {
    let workers = Workers::of(program, limits);
    let read = workers
        .read(&capture("a.pdf", body), body, &Reading::default())
        .await;
    read.expect_err("a failure")
}

/// What comes of a child that does this instead of reading.
async fn child(script: &str, limits: Limits) -> Failure {
    let folder = tempfile::tempdir().expect("a folder");
    let program = folder.path().join("child");
    std::fs::write(&program, format!("#!/bin/sh\n{script}\n")).expect("a script");
    let mode = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(&program, mode).expect("it may run");
    failure(program, limits, &file("ni-bulletin.pdf")).await
}

/// A PDF whose one page unfolds into this many megabytes of operators.
fn bomb(megabytes: usize) -> Vec<u8> {
    let text = b"BT /F 12 Tf 72 700 Td (A) Tj ET ".repeat(1 << 15);
    let mut folded = ZlibEncoder::new(Vec::new(), Compression::fast());
    for _ in 0..megabytes {
        folded.write_all(&text).expect("it folds");
    }
    let folded = folded.finish().expect("it folds");
    let mut stream =
        format!("<</Length {}/Filter/FlateDecode>>stream\n", folded.len()).into_bytes();
    stream.extend(&folded);
    stream.extend(b"\nendstream");
    assembled(&[
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        &stream,
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ])
}

#[tokio::test]
async fn a_child_reads_as_the_program_would() {
    for name in ["ni-bulletin.pdf", "phw-deaths.pdf", "agreement-a4.pdf"] {
        let body = file(name);
        let (capture, reading) = (capture(name, &body), Reading::default());
        let workers = Workers::of(own(), Limits::default());
        let apart = workers.read(&capture, &body, &reading).await;
        assert_eq!(apart, extract::read(&capture, &body, &reading), "{name}");
        assert!(apart.expect("a document").words() > 100, "{name}");
    }
}

#[tokio::test]
async fn what_is_safe_needs_no_child() {
    let body = b"<main><h1>A title</h1><p>Some words</p></main>";
    let mut capture = capture("a.html", body);
    capture.hops[0].headers[0].1 = "text/html".to_owned();
    let workers = Workers::of("/nowhere/at/all".into(), Limits::default());
    let read = workers.read(&capture, body, &Reading::default()).await;
    assert_eq!(read.expect("a document").title, "A title");
}

#[tokio::test]
async fn a_bomb_runs_out_of_memory_alone() {
    let limits = Limits {
        memory: 512 << 20,
        ..Limits::default()
    };
    let failure = failure(own(), limits, &bomb(300)).await;
    assert_eq!(failure.kind, FailureKind::TooLarge, "{}", failure.why);
    assert_eq!(
        failure.why,
        format!("{URL} is a PDF that needs more than 512 MB of memory to read")
    );
    assert_eq!((failure.status, failure.hops.len()), (Some(200), 1));
}

#[tokio::test]
async fn a_child_that_comes_to_grief_is_named() {
    let limits = Limits::default();
    let crashed = child("kill -SEGV $$", limits).await;
    assert_eq!(
        crashed.why,
        format!("{URL} is a PDF that the reader crashed on (signal 11)")
    );
    let killed = child("kill -KILL $$", limits).await;
    assert_eq!(
        killed.why,
        format!("{URL} is a PDF whose reader was killed while it read (signal 9)")
    );
    let garbage = child("echo nonsense; exec /bin/cat >/dev/null", limits).await;
    assert_eq!(
        garbage.why,
        format!("{URL} is a PDF of which the reader made no sense")
    );
    let hurried = Limits {
        wall: Duration::from_millis(100),
        ..limits
    };
    let hung = child("exec /bin/sleep 600", hurried).await;
    assert_eq!(
        hung.why,
        format!("{URL} is a PDF that took more than 0 s to read")
    );
    let short = Limits {
        answer: 1 << 20,
        ..limits
    };
    let endless = child("exec /usr/bin/yes", short).await;
    assert_eq!(endless.kind, FailureKind::TooLarge);
    assert_eq!(
        endless.why,
        format!("{URL} is a PDF that gives more than 1 MB of text")
    );
    let missing = failure("/nowhere/at/all".into(), limits, &file("ni-bulletin.pdf")).await;
    assert_eq!(missing.kind, FailureKind::Unreadable);
    let start = format!("{URL} is a PDF, and the process that reads it cannot be started: ");
    assert!(missing.why.starts_with(&start), "{}", missing.why);
}

#[tokio::test]
async fn a_child_has_nothing_of_its_surroundings() {
    let script = "[ \"$PWD\" = / ] && [ -z \"$HOME$USER$CARGO_PKG_NAME$SMALLPRINT_DATA\" ] && exit 7; exit 8";
    let told = child(script, Limits::default()).await;
    assert_eq!(
        told.why,
        format!("{URL} is a PDF that made the reader stumble (exit code 7)")
    );
}

#[test]
fn the_program_goes_on() {
    let mut program = Program::with_page("Practices share data.");
    program.watch("bomb", "/bomb.pdf", "");
    program.watch("file", "/file.pdf", "");
    program.watch("other", "/other", "");
    program.site.play("/bomb.pdf", Answer::pdf(&bomb(600)));
    program
        .site
        .play("/file.pdf", Answer::pdf(&file("ni-bulletin.pdf")));
    program
        .site
        .play("/other", Answer::html(&page("Practices share more data.")));
    let said = program.expect("visit --all --json", 2);
    let reports = said.json();
    let of = |id: &str| reports.iter().find(|report| report["watch"] == id);
    let why = of("bomb").expect("a report")["failure"]["why"].to_string();
    assert!(
        why.contains("/bomb.pdf is a PDF that needs more than 1024 MB of memory"),
        "{why}"
    );
    for id in ["page", "file", "other"] {
        let report = of(id).expect("a report");
        assert_eq!(report["version"], 1, "{report}");
    }
    let shown = program.expect("show file", 0).text();
    assert!(shown.contains("Daily COVID-19 Bulletin"), "{shown}");
}
