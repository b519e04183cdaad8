//! The whole archive in another place: a copy that is the same record, brought up to date, and back.

use std::fs;
use std::path::Path;

use serde_json::Value;
use smallprint::model::{Digest, Fact};
use smallprint::store::Store;

use crate::program::{Program, Said, page};
use crate::site::Answer;

const FIRST: &str = "Patients can opt out at any time by telling their practice.";
const SECOND: &str = "Data is collected from practices every month for the Sleep Data Set.";
const THIRD: &str = "Records are kept in England for eight years after discharge.";

/// What `verify` says of an archive; it is whole.
#[track_caller]
fn verified(program: &Program, data: &str) -> Value {
    program
        .expect(&format!("--data {data} --json verify"), 0)
        .json()
        .remove(0)
}

#[track_caller]
fn refused(said: &Said, part: &str) {
    assert!(said.err.contains(part), "no “{part}” in {}", said.err);
}

fn backup(program: &Program) -> Value {
    program.expect("--json backup copy", 0).json().remove(0)
}

/// An archive with two versions of a page, a look, a failure, a mute and a correction.
fn furnished() -> Program {
    let mut program = Program::with_page(FIRST);
    program.watch("missing", "/missing", "");
    program.expect("--at 2026-03-02T09:00:00Z visit --all", 2);
    program.expect("--at 2026-03-02T10:00:00Z visit page", 0);
    program.say(SECOND);
    program.expect("--at 2026-03-03T11:00:00Z visit page", 1);
    program.expect(
        "--at 2026-03-06T12:00:00Z correct page 1..2 --kind our-error --text Wrong --by Somebody",
        0,
    );
    program
}

#[test]
fn a_copy_is_the_same_record_and_brings_only_what_it_lacks() {
    let program = furnished();
    let first = backup(&program);
    let own = verified(&program, "smallprint-data");
    let copy = verified(&program, "copy");
    assert_eq!(copy["head"], own["head"]);
    assert_eq!(copy["entries"], own["entries"]);
    assert_eq!(copy["bodies"], own["bodies"]);
    assert_eq!(first["head"], own["head"]);
    for asked in [
        "history page",
        "diff page",
        "show page@1",
        "list",
        "corrections",
        "outbox",
    ] {
        assert_eq!(
            program.expect(&format!("--data copy {asked}"), 0).out,
            program.expect(asked, 0).out,
            "{asked}"
        );
    }
    assert_eq!(backup(&program)["entries"], 0, "nothing is carried twice");
    program.say(THIRD);
    program.expect("--at 2026-03-07T11:00:00Z visit page", 1);
    let again = backup(&program);
    let own = verified(&program, "smallprint-data");
    assert_eq!(verified(&program, "copy")["head"], own["head"]);
    let entries = |value: &Value| value["entries"].as_u64().expect("a number");
    assert!(
        entries(&again) > 0 && entries(&again) < entries(&first),
        "{again}"
    );
    let said = program.expect("backup copy", 0).text();
    assert!(said.contains("nothing was missing"), "{said}");
}

#[test]
fn a_copy_is_made_while_run_visits_and_is_the_archive_up_to_an_entry() {
    let program = furnished();
    let running = program.start();
    let made = backup(&program);
    running.stop();
    let last = made["last"].as_u64().expect("a number");
    let copy = verified(&program, "copy");
    assert_eq!(copy["entries"].as_u64(), Some(last));
    // The rest follows.
    backup(&program);
    assert_eq!(
        verified(&program, "copy")["head"],
        verified(&program, "smallprint-data")["head"]
    );
}

#[test]
fn what_was_restored_goes_on_where_the_copy_stood() {
    let program = furnished();
    backup(&program);
    let own = verified(&program, "smallprint-data");
    fs::remove_dir_all(program.path("smallprint-data")).expect("removed");
    let said = program.expect("restore copy", 0).text();
    assert!(said.contains("The archive in "), "{said}");
    assert_eq!(verified(&program, "smallprint-data")["head"], own["head"]);
    // A visit goes on from the text that stood: no second first version, no second alert.
    program.say(THIRD);
    let said = program
        .expect("--at 2026-03-07T11:00:00Z visit page", 1)
        .text();
    assert!(said.contains("0 read for the first time"), "{said}");
    let history = program.expect("--json history page", 0).json();
    assert_eq!(
        history
            .iter()
            .filter(|one| one["change"].is_string())
            .count(),
        3
    );
    // From then on it has gone its own way, and the copy can be brought up to it.
    assert!(backup(&program)["entries"].as_u64() > Some(0));
}

#[test]
fn what_is_no_copy_of_this_archive_is_left_alone() {
    let program = furnished();
    fs::create_dir(program.path("copy")).expect("a folder");
    fs::write(program.path("copy/thesis.txt"), "years of work").expect("a file");
    refused(&program.expect("backup copy", 2), "is not empty");
    assert_eq!(
        fs::read_dir(program.path("copy"))
            .expect("a folder")
            .count(),
        1
    );
    refused(
        &program.expect("backup smallprint-data", 2),
        "no place for its copy",
    );
    let other = Program::with_page("Another archive.");
    other.expect("visit page", 0);
    let elsewhere = other.path("smallprint-data").display().to_string();
    let before = other.expect("--json verify", 0).json().remove(0);
    refused(
        &program.expect(&format!("backup {elsewhere}"), 2),
        "is no copy of this archive",
    );
    refused(
        &program.expect(&format!("restore {elsewhere}"), 2),
        "is no copy of this archive",
    );
    let after = other.expect("--json verify", 0).json().remove(0);
    assert_eq!(before["head"], after["head"]);
    refused(
        &program.expect("restore nowhere", 2),
        "There is no copy of an archive at nowhere",
    );
}

#[test]
fn a_backup_that_was_killed_goes_on_and_a_copy_that_went_its_own_way_is_refused() {
    let program = furnished();
    for no in 0..30 {
        let text = format!("{FIRST} That is sentence {no} of this page.");
        program.site.replay("/page", Answer::html(&page(&text)));
        let at = format!("2026-04-01T{:02}:{:02}:00Z", no / 2, no % 2 * 30);
        program.expect(&format!("--at {at} visit page"), 1);
    }
    let mut child = program
        .command(&["backup", "copy"])
        .spawn()
        .expect("a program");
    // However far it came by now.
    child.kill().expect("killed");
    child.wait().expect("ended");
    backup(&program);
    assert_eq!(
        verified(&program, "copy")["head"],
        verified(&program, "smallprint-data")["head"]
    );
    program.say(SECOND);
    program.expect("--at 2026-05-01T09:00:00Z --data copy visit page", 1);
    refused(&program.expect("backup copy", 2), "gone its own way");
}

/// Every file below a folder.
fn files(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        match entry.path() {
            path if path.is_dir() => files(&path, found),
            path => found.push(path),
        }
    }
}

/// Bytes that nothing makes smaller.
fn noise(number: u32) -> Vec<u8> {
    let digest = |part: u32| Digest::of(&[number.to_be_bytes(), part.to_be_bytes()].concat()).0;
    (0..20_000).flat_map(digest).collect()
}

/// An archive that takes about forty megabytes, as its directory and its last entry.
fn heavy(program: &Program) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let store = Store::open(&program.data()).await.expect("an archive");
        for number in 0..60 {
            let text = store.keep(noise(number), None).await.expect("kept");
            let fact = Fact::Notice {
                text,
                owed: Vec::new(),
                about: Vec::new(),
                promises: Vec::new(),
            };
            let at = chrono::DateTime::UNIX_EPOCH;
            store.append(fact, at, None).await.expect("appended");
        }
        store
            .close(chrono::DateTime::UNIX_EPOCH)
            .await
            .expect("closed");
    });
}

/// The program where no file may be longer than so many blocks of 512 bytes, which fails writes as a full disk does.
fn confined(program: &Program, blocks: u32, arguments: &[&str]) -> Said {
    let limit = format!("trap \"\" XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
    let own = program.command(&[]);
    let mut command = std::process::Command::new("sh");
    command
        .arg("-c")
        .arg(limit)
        .arg(own.get_program())
        .args(arguments);
    command.current_dir(program.path("")).env_clear();
    let set = own
        .get_envs()
        .filter_map(|(name, value)| Some((name, value?)));
    Said::from(command.envs(set).output().expect("it runs"))
}

#[test]
fn a_full_disk_is_named_and_the_copy_goes_on_where_there_is_room() {
    let program = Program::with_page(FIRST);
    heavy(&program);
    let own = verified(&program, "smallprint-data");
    for (what, data) in [
        ("backup copy", "copy"),
        ("--data restored restore copy", "restored"),
    ] {
        for blocks in [2, 2_048, 20_480, 40_960] {
            let arguments: Vec<&str> = what.split(' ').collect();
            let said = confined(&program, blocks, &arguments);
            assert_eq!(said.code, 3, "{what} {blocks}: {}{}", said.text(), said.err);
            assert!(
                said.err.starts_with("error: "),
                "{what} {blocks}: {}",
                said.err
            );
            assert!(
                !said.err.contains("panicked"),
                "{what} {blocks}: {}",
                said.err
            );
            // What was acknowledged is whole.
            if program.path(data).join("sled").exists() {
                let kept = verified(&program, data);
                assert!(kept["entries"].as_u64() <= own["entries"].as_u64());
            }
        }
        program.expect(what, 0);
        assert_eq!(verified(&program, data)["head"], own["head"], "{what}");
    }
    // The archive itself was not touched.
    assert_eq!(verified(&program, "smallprint-data")["head"], own["head"]);
}

/// A folder as it is, to be put back.
fn taken(folder: &Path) -> Vec<(std::path::PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    files(folder, &mut found);
    let read = |path: std::path::PathBuf| (path.clone(), fs::read(path).expect("its bytes"));
    found.into_iter().map(read).collect()
}

fn put_back(folder: &Path, whole: &[(std::path::PathBuf, Vec<u8>)]) {
    fs::remove_dir_all(folder).expect("removed");
    for (path, bytes) in whole {
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, bytes).expect("written");
    }
}

#[test]
fn a_bit_that_flipped_in_any_file_of_a_copy_is_noticed_or_alters_nothing() {
    let program = furnished();
    program.expect("key new", 0);
    program.expect("checkpoint", 0);
    backup(&program);
    let copy = program.path("copy");
    let head = verified(&program, "copy")["head"].clone();
    // As `verify` left it: with everything that belongs to an archive that was opened.
    let whole = taken(&copy);
    let mut kinds = std::collections::BTreeSet::new();
    let (mut noticed, mut harmless) = (0, 0);
    for (place, (path, bytes)) in whole.iter().enumerate() {
        let name = path
            .strip_prefix(&copy)
            .expect("inside")
            .display()
            .to_string();
        let used: Vec<usize> = (0..bytes.len()).filter(|at| bytes[*at] != 0).collect();
        if used.is_empty() {
            continue;
        }
        let flips = match name.contains("db") {
            true => 24,
            false => 4,
        };
        for step in 0..flips.min(used.len()) {
            let at = used[used.len() * step / flips.min(used.len())];
            put_back(&copy, &whole);
            let mut flipped = bytes.clone();
            flipped[at] ^= 1 << ((step + place) % 8);
            fs::write(path, &flipped).expect("written");
            fs::remove_dir_all(program.path("restored")).ok();
            let said = program.run("--data restored restore copy");
            match said.code {
                0 => {
                    let restored = verified(&program, "restored");
                    let last = program.run("--data copy --json verify");
                    // What the journal lost at its end it lost as a whole, and the checkpoint beside it tells.
                    assert!(
                        restored["head"] == head || last.code == 3,
                        "{name} {at}: {restored}"
                    );
                    harmless += 1;
                }
                code => {
                    assert!((2..=3).contains(&code), "{name} {at}: {code} {}", said.err);
                    assert!(said.err.starts_with("error: "), "{name} {at}: {}", said.err);
                    noticed += 1;
                }
            }
        }
        kinds.insert(name.split('.').next().unwrap_or_default().to_owned());
    }
    assert!(
        noticed > 0,
        "no damage was noticed, and {harmless} flips altered nothing"
    );
    assert!(kinds.iter().any(|kind| kind.ends_with("db")), "{kinds:?}");
    assert!(kinds.contains("format"), "{kinds:?}");
    put_back(&copy, &whole);
    assert_eq!(verified(&program, "copy")["head"], head);
}

#[test]
fn a_damaged_copy_is_not_restored_in_silence() {
    let program = furnished();
    backup(&program);
    let head = verified(&program, "copy")["head"].clone();
    let mut found = Vec::new();
    files(&program.path("copy"), &mut found);
    let largest = found
        .into_iter()
        .max_by_key(|path| fs::metadata(path).map_or(0, |about| about.len()))
        .expect("a file");
    let whole = fs::read(&largest).expect("its bytes");
    let used: Vec<usize> = (0..whole.len()).filter(|at| whole[*at] != 0).collect();
    let mut noticed = 0;
    for step in 1..12 {
        let mut bytes = whole.clone();
        bytes[used[used.len() * step / 12]] ^= 0x10;
        fs::write(&largest, &bytes).expect("written");
        fs::remove_dir_all(program.path("restored")).ok();
        let said = program.run("--data restored restore copy");
        match said.code {
            // A byte that nothing reads, such as what an earlier write left behind.
            0 => assert_eq!(verified(&program, "restored")["head"], head),
            _ => {
                assert!(!said.err.is_empty(), "{}", said.code);
                noticed += 1;
            }
        }
    }
    assert!(noticed > 0, "no damage was noticed");
}
