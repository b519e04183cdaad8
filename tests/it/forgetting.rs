//! Texts that are taken out of the archive for good, with a reason that stays: what goes, what stays, and what copies do.

mod listed;
mod same;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use smallprint::model::WatchId;
use smallprint::store::{Store, StoreError};

use crate::program::{Program, Said, page};
use crate::site::Answer;
use crate::window::house::Open;

const FIRST: &str = "Patients can opt out at any time by telling their practice.";
const SECRET: &str = "The nurse Wilhelmina Quartermaine lives at Larkspur Cottage in Dunmow.";
const THIRD: &str = "Records are kept in England for eight years after discharge.";
const TOKEN: &str = "0123456789abcdef-mirror";

/// A page with a version that should not be there, between others.
fn furnished() -> Program {
    let mut program = Program::with_page(FIRST);
    program.settle("[window]\nlisten = \"127.0.0.1:0\"\nmirror_env = \"SMALLPRINT_MIRROR_TOKEN\"");
    program.set("SMALLPRINT_MIRROR_TOKEN", TOKEN);
    let texts = [FIRST, SECRET, THIRD, FIRST, THIRD];
    for (day, text) in (1..).zip(texts) {
        program.site.replay("/page", Answer::html(&page(text)));
        let code = i32::from(day > 1);
        program.expect(&format!("--at 2026-03-0{day}T09:00:00Z visit page"), code);
    }
    // Whoever is to be told of it was told.
    program.expect("--at 2026-03-08T09:00:00Z deliver", 0);
    program
}

#[track_caller]
fn verified(program: &Program, data: &str) -> Value {
    let said = program.expect(&format!("--data {data} --json verify"), 0);
    said.json().remove(0)
}

#[track_caller]
fn refused(said: &Said, part: &str) {
    assert_eq!(said.code, 2, "{}{}", said.text(), said.err);
    assert!(said.err.contains(part), "no “{part}” in {}", said.err);
}

fn forget(program: &Program, more: &str) -> Value {
    let said = program.run(&format!("--json forget --yes --reason Request {more}"));
    assert_eq!(said.code, 0, "{}", said.err);
    said.json().remove(0)
}

/// Every file below a folder in which these bytes stand.
fn holding(folder: &Path, bytes: &[u8]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(holding(&path, bytes));
        } else if let Ok(whole) = fs::read(&path)
            && whole.windows(bytes.len()).any(|window| window == bytes)
        {
            found.push(path);
        }
    }
    found
}

/// The bytes, the text and what was found of a version, as the archive in this directory has them.
fn kept(data: &Path, no: u32) -> Vec<Result<Vec<u8>, StoreError>> {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let store = Store::open(data).await.expect("an archive");
        let version = store
            .version(&WatchId::from("page"), no)
            .await
            .expect("a version");
        let mut kept = Vec::new();
        for digest in [version.body, version.document] {
            kept.push(store.body(digest).await);
        }
        store
            .close(chrono::DateTime::UNIX_EPOCH)
            .await
            .expect("closed");
        kept
    })
}

fn is_gone(data: &Path, no: u32) -> bool {
    let kept = kept(data, no);
    kept.iter()
        .all(|one| matches!(one, Err(StoreError::Forgotten(_))))
}

#[test]
fn what_is_forgotten_is_gone_and_its_entry_stays() {
    let program = furnished();
    program.expect("key new", 0);
    let data = program.data();
    let before = verified(&program, "smallprint-data");
    assert!(
        program
            .expect("search Quartermaine --history", 0)
            .text()
            .contains("Quartermaine")
    );
    assert!(
        !holding(&data, b"Wilhelmina").is_empty(),
        "the views and the index hold words as they are"
    );
    let done = forget(&program, "page@2 --by Ada");
    assert_eq!(
        done["entries"][0].as_u64(),
        before["entries"].as_u64().map(|last| last + 1)
    );
    assert!(done["bodies"].as_u64() >= Some(2), "{done}");
    assert_eq!(holding(&data, b"Wilhelmina"), Vec::<PathBuf>::new());
    let sentences = done["sentences"].to_string();
    assert!(sentences.contains("Quartermaine"), "{sentences}");
    assert!(is_gone(&data, 2));
    // The views are made afresh, and what was said in a sentence is shown no more.
    assert_eq!(holding(&data, b"Wilhelmina"), Vec::<PathBuf>::new());
    assert!(kept(&data, 3).iter().all(Result::is_ok));
    let after = verified(&program, "smallprint-data");
    assert_eq!(after["forgotten"], done["bodies"]);
    assert_eq!(after["uncompacted"], false);
    assert!(after["broken"].is_null());
    // Who asks is told when, by whom it was, and why.
    for asked in [
        "show page@2",
        "show page@2 --raw",
        "diff page 1..2",
        "diff page 2..3",
        "evidence page@2 -o x.zip",
    ] {
        refused(&program.run(asked), "because: Request");
    }
    for asked in [
        "show page@1",
        "show page@3",
        "diff page 3..4",
        "history page",
        "changes",
        "names",
        "coverage page",
        "noise page",
        "phrase nurse",
    ] {
        let said = program.expect(asked, 0);
        assert!(
            !said.text().contains("Quartermaine"),
            "{asked}: {}",
            said.text()
        );
    }
    let found = program
        .expect("--json search Quartermaine --history", 0)
        .text();
    assert!(!found.contains("Wilhelmina"), "{found}");
    program.expect("rebuild", 0);
    program.expect("reread page", 0);
    for format in ["csv", "jsonl", "warc", "git"] {
        program.expect(&format!("export --format {format} out-{format}"), 0);
        assert_eq!(
            holding(&program.path(&format!("out-{format}")), b"Wilhelmina"),
            Vec::<PathBuf>::new()
        );
    }
    refused(
        &program.run("forget page@2 --yes --reason Again"),
        "was forgotten before",
    );
    // What is served again is not kept again.
    program.site.replay("/page", Answer::html(&page(SECRET)));
    program.expect("--at 2026-04-01T09:00:00Z visit page", 1);
    assert!(is_gone(&data, 2));
    program.site.replay(
        "/page",
        Answer::html(&page("Nothing is said of anybody here.")),
    );
    program.expect("--at 2026-04-02T09:00:00Z visit page", 1);
    assert!(verified(&program, "smallprint-data")["broken"].is_null());
}

#[test]
fn a_text_that_stands_now_can_be_forgotten_and_nobody_is_told_of_a_change() {
    let program = furnished();
    forget(&program, "page@5");
    program.site.replay(
        "/page",
        Answer::html(&page("Another sentence stands here today.")),
    );
    let said = program.run("--json --at 2026-03-09T09:00:00Z visit page");
    let row = said.json().remove(0);
    assert_eq!(row["alerts"].as_u64().unwrap_or(0), 0, "{row}");
    assert!(
        row["findings"]
            .as_array()
            .is_none_or(|found| found.iter().all(|one| one["severity"].as_u64() <= Some(1))),
        "{row}"
    );
    let said = program.expect("show page", 0).text();
    assert!(said.contains("Another sentence"), "{said}");
}

#[test]
fn the_same_words_elsewhere_go_with_it_and_are_named() {
    let program = furnished();
    // The fourth version has the words of the first.
    let done = forget(&program, "page@1");
    assert_eq!(done["with_them"], serde_json::json!(["page@4"]));
    assert!(is_gone(&program.data(), 1) && is_gone(&program.data(), 4));
    assert!(kept(&program.data(), 2).iter().all(Result::is_ok));
    verified(&program, "smallprint-data");
}

#[test]
fn the_window_says_what_was_forgotten_and_by_whose_demand() {
    let program = furnished();
    forget(&program, "page@2");
    let law = [
        "--json",
        "forget",
        "page@3",
        "--yes",
        "--reason",
        "Names a patient",
        "--demanded-by",
        "the High Court",
    ];
    let output = program.command(&law).output().expect("it runs");
    assert!(output.status.success(), "{output:?}");
    let open = Open::of(program);
    for (path, status) in [
        ("/d/page/2", 410),
        ("/d/page/2/served", 410),
        ("/d/page/2/raw", 410),
        ("/d/page/1..2", 410),
        ("/d/page/1..2.md", 410),
        ("/d/page/3", 451),
        ("/api/v1/documents/page/versions/3", 451),
        ("/d/page/1", 200),
        ("/d/page", 200),
        ("/", 200),
        ("/d/page/2/headers", 200),
        ("/d/page/5/blame", 200),
    ] {
        let answer = open.get(path);
        assert_eq!(answer.status, status, "{path}: {}", answer.text);
        assert!(!answer.text.contains("Quartermaine"), "{path}");
        if status == 451 {
            assert!(
                answer.text.contains("the High Court"),
                "{path}: {}",
                answer.text
            );
        }
    }
}

#[test]
fn copies_forget_too_and_do_not_bring_it_back() {
    let program = furnished();
    program.expect("backup copy", 0);
    let open = Open::of(program);
    let base = open.base.clone();
    open.program.expect(&format!("mirror {base} mirror"), 0);
    let program = open.close();
    assert!(kept(&program.path("copy"), 2).iter().all(Result::is_ok));
    forget(&program, "page@2");
    let own = verified(&program, "smallprint-data");
    // A copy that held it takes it out, and says what is still to be done.
    let said = program.expect("--json backup copy", 0).json().remove(0);
    assert_eq!(said["uncompacted"], true);
    assert!(is_gone(&program.path("copy"), 2));
    assert_eq!(verified(&program, "copy")["uncompacted"], true);
    let said = program.expect("backup copy", 0).text();
    assert!(said.contains("forget --compact"), "{said}");
    program.expect("--data copy forget --compact", 0);
    assert_eq!(verified(&program, "copy")["uncompacted"], false);
    assert_eq!(
        holding(&program.path("copy"), b"Wilhelmina"),
        Vec::<PathBuf>::new()
    );
    // A new one never holds it.
    let said = program.expect("--json backup fresh", 0).json().remove(0);
    assert_eq!(said["uncompacted"], false);
    program.expect("--data restored restore fresh", 0);
    let open = Open::of(program);
    let base = open.base.clone();
    open.program.expect(&format!("mirror {base} mirror"), 0);
    open.program.expect(&format!("mirror {base} second"), 0);
    let program = open.close();
    for data in ["copy", "fresh", "restored", "mirror", "second"] {
        assert!(is_gone(&program.path(data), 2), "{data}");
        let found = verified(&program, data);
        assert_eq!(found["head"], own["head"], "{data}");
        assert_eq!(found["forgotten"], own["forgotten"], "{data}");
    }
}

#[test]
fn who_hands_out_an_archive_cannot_call_forgotten_what_is_not() {
    let open = Open::of(furnished());
    let meddle = |target: &str, body: Vec<u8>| {
        if !target.contains("/bodies") {
            return Some(body);
        }
        let name = target.split_once("of=").expect("a name").1[..64].to_owned();
        Some(format!("{name} forgotten 2\n").into_bytes())
    };
    let relay = crate::mirroring::Relay::to(&open.base, Box::new(meddle));
    let said = open.program.run(&format!("mirror {} copy", relay.base()));
    refused(&said, "and that does not");
    verified(&open.program, "copy");
}

#[test]
fn nothing_is_forgotten_by_mistake() {
    let program = furnished();
    let before = verified(&program, "smallprint-data");
    refused(
        &program.run("forget page@2 --reason Request"),
        "nobody is there to be asked",
    );
    refused(&program.run("forget page@2 --yes"), "--reason");
    refused(
        &program.run("forget page --yes --reason Request"),
        "is not said",
    );
    refused(
        &program.run("forget page@9 --yes --reason Request"),
        "Page has no text 9",
    );
    refused(
        &program.run("forget nobody@1 --yes --reason Request"),
        "has no text 1",
    );
    let running = program.start();
    let said = program.run("forget page@2 --yes --reason Request");
    assert_eq!(said.code, 3, "{}", said.err);
    assert!(said.err.contains("Stop it first"), "{}", said.err);
    running.stop();
    program.expect("show page@2", 0);
    let after = verified(&program, "smallprint-data");
    assert!(after["entries"].as_u64() >= before["entries"].as_u64());
    assert_eq!(after["forgotten"], 0);
}

#[test]
fn what_is_owed_is_told_first() {
    let mut program = Program::with_page(FIRST);
    program.settle("[[route]]\nto = \"discord-webhook:NEWSROOM\"\nmin_severity = 1");
    program.expect("--at 2026-03-01T09:00:00Z visit page", 0);
    program.say(SECRET);
    program.run("--at 2026-03-02T09:00:00Z visit page");
    let owed = program.expect("--json outbox", 0).json();
    if owed
        .iter()
        .any(|one| one["state"] == "owed" || one["state"] == "parked")
    {
        refused(
            &program.run("forget page@2 --yes --reason Request"),
            "is not sent yet",
        );
    } else {
        panic!("{owed:?}");
    }
}

#[test]
fn wherever_it_is_killed_the_archive_is_whole_and_it_can_be_ended() {
    let program = furnished();
    program.expect("backup whole", 0);
    for stop in [
        "what is forgotten is on record",
        "was written anew, and holds",
        "that was written anew is in its place",
    ] {
        fs::remove_dir_all(program.data()).expect("removed");
        program.expect("restore whole", 0);
        let arguments = ["forget", "page@2", "--yes", "--reason", "Request"];
        let mut running = program.start_with(&arguments);
        running.until(stop);
        running.signal("KILL");
        running.gone();
        let found = verified(&program, "smallprint-data");
        assert!(found["forgotten"].as_u64() > Some(0), "{stop}: {found}");
        assert!(is_gone(&program.data(), 2), "{stop}");
        assert!(kept(&program.data(), 3).iter().all(Result::is_ok), "{stop}");
        program.expect("forget --compact", 0);
        assert_eq!(verified(&program, "smallprint-data")["uncompacted"], false);
        for left in ["sled.old", "sled.new"] {
            assert!(!program.data().join(left).exists(), "{stop}");
        }
    }
}
