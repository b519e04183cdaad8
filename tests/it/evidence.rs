//! The file of evidence: what is in it, and what its two verifiers say of good and of altered ones.

mod asked;
mod stamped;
mod strangers;

use std::fs;
use std::io::{Cursor, Read, Write};
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use zip::ZipArchive;

use crate::program::Program;

/// What `verify.sh` may use: these and the shell, nothing else.
const TOOLS: [&str; 13] = [
    "sh",
    "sha256sum",
    "openssl",
    "cat",
    "cut",
    "dirname",
    "head",
    "mktemp",
    "od",
    "printf",
    "rm",
    "tail",
    "tr",
];

/// A page with two versions and some visits, and a key.
pub fn changed() -> Program {
    let mut program = Program::with_page("Nobody is asked twice.");
    program.settle("[evidence]\nname = \"example.org/log\"");
    program.expect("--at 2026-07-06T09:00:00Z visit page", 0);
    program.expect("--at 2026-07-06T10:00:00Z visit page", 0);
    program.say("Everybody is asked twice.");
    program.expect("--at 2026-07-06T12:00:00Z visit page", 1);
    program.expect("--at 2026-07-06T13:00:00Z visit page", 0);
    program.set("SMALLPRINT_AT", "2026-07-06T14:00:00Z");
    program.expect("key new", 0);
    program
}

/// The evidence of the change, unpacked into a folder; the file beside it.
pub fn unpacked(program: &Program, what: &str) -> (std::path::PathBuf, Vec<u8>) {
    program.expect(&format!("evidence {what} --out x.zip"), 0);
    let bytes = fs::read(program.path("x.zip")).expect("a file");
    let folder = program.path("evidence");
    unpack(&bytes, &folder);
    (folder, bytes)
}

fn unpack(bytes: &[u8], folder: &Path) {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).expect("a ZIP file");
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).expect("a file");
        let path = folder.join(file.name().expect("a name").as_ref());
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        let mut read = Vec::new();
        file.read_to_end(&mut read).expect("read");
        fs::write(path, read).expect("written");
    }
}

/// Whether a tool is there; where it must be and is not, the test fails.
pub fn is_there(tool: &str, arguments: &[&str]) -> bool {
    let found = Command::new(tool).args(arguments).output();
    let there = found.is_ok_and(|found| found.status.success());
    let must = std::env::var("CI").is_ok_and(|ci| ci == "true");
    assert!(
        there || !must,
        "{tool} {arguments:?} is needed with CI=true"
    );
    if !there {
        writeln!(
            std::io::stderr(),
            "SKIPPED: {tool} {arguments:?} is not there"
        )
        .ok();
    }
    there
}

/// Runs `verify.sh` with its few tools on the path.
fn shell(program: &Program, folder: &Path, key: &str) -> (bool, String) {
    let tools = program.path("tools");
    if !tools.exists() {
        fs::create_dir(&tools).expect("a folder");
        for tool in TOOLS {
            let found = std::env::split_paths(&std::env::var_os("PATH").expect("a path"))
                .map(|folder| folder.join(tool))
                .find(|path| path.exists());
            symlink(found.expect("a tool of every system"), tools.join(tool)).expect("a link");
        }
    }
    let mut command = Command::new(tools.join("sh"));
    command.arg(folder.join("verify.sh"));
    if !key.is_empty() {
        command.arg(key);
    }
    let said = command
        .env_clear()
        .env("PATH", &tools)
        .output()
        .expect("it runs");
    let text = String::from_utf8_lossy(&said.stdout).into_owned();
    assert_eq!(String::from_utf8_lossy(&said.stderr), "", "{text}");
    (said.status.success(), text)
}

fn python(folder: &Path, what: &Path, key: &str) -> (bool, String) {
    let mut command = Command::new("python3");
    command.arg("-B").arg(folder.join("verify.py")).arg(what);
    if !key.is_empty() {
        command.arg(key);
    }
    let said = command.output().expect("it runs");
    let text = String::from_utf8_lossy(&said.stdout).into_owned();
    assert_eq!(String::from_utf8_lossy(&said.stderr), "", "{text}");
    (said.status.success(), text)
}

#[test]
fn a_file_of_evidence_is_checked_by_a_shell_and_by_python() {
    if !is_there("openssl", &["version"]) || !is_there("python3", &["--version"]) {
        return;
    }
    let program = changed();
    let (folder, _) = unpacked(&program, "page 1..2");
    let key = program.expect("--json key list", 0).json().remove(0);
    let key = key["id"].as_str().expect("text").to_owned();
    for key in ["", key.as_str()] {
        let (good, said) = shell(&program, &folder, key);
        assert!(good && said.contains("Everything holds."), "{said}");
        let (good, said) = python(&folder, &folder, key);
        assert!(good && said.contains("Everything holds."), "{said}");
        let (good, said) = python(&folder, &program.path("x.zip"), key);
        assert!(good && said.contains("Everything holds."), "{said}");
    }
    let (good, said) = shell(&program, &folder, "00000000");
    assert!(
        !good && said.contains("it is not the key you gave"),
        "{said}"
    );
    let (good, said) = python(&folder, &folder, "00000000");
    assert!(
        !good && said.contains("it is not the key you gave"),
        "{said}"
    );
    let read = |path: &str| fs::read_to_string(folder.join(path)).expect(path);
    assert!(read("before/text.txt").contains("Nobody is asked twice."));
    assert!(read("after/text.txt").contains("Everybody is asked twice."));
    let redline = read("redline.html");
    assert!(
        redline.contains("<del>") && redline.contains("@media print"),
        "{redline}"
    );
    let visits = read("visits.csv");
    assert_eq!(visits.lines().count(), 5, "{visits}");
    assert!(read("coverage.json").contains("\"said\""));
    assert!(read("after/way.txt").contains("status: 200"));
    assert!(read("README.txt").contains("no archive can prove that"));
    assert!(read("WITNESS-STATEMENT.txt").contains("____"));
}

#[test]
fn every_kind_of_tampering_is_caught_and_named_by_both() {
    if !is_there("openssl", &["version"]) || !is_there("python3", &["--version"]) {
        return;
    }
    let program = changed();
    let (folder, _) = unpacked(&program, "page 1..2");
    let mut paths = Vec::new();
    for top in fs::read_dir(&folder).expect("a folder") {
        let path = top.expect("an entry").path();
        match path.is_dir() {
            true => paths.extend(
                fs::read_dir(&path)
                    .expect("a folder")
                    .map(|inner| inner.expect("an entry").path()),
            ),
            false => paths.push(path),
        }
    }
    let scripts = ["verify.sh", "verify.py"];
    paths.retain(|path| !scripts.iter().any(|script| path.ends_with(script)));
    assert!(paths.len() > 15, "{paths:?}");
    let both = |expected: &[&str]| {
        for (good, said) in [shell(&program, &folder, ""), python(&folder, &folder, "")] {
            assert!(!good, "{expected:?}: {said}");
            let faults = said.lines().filter(|line| line.starts_with("FAULT"));
            let faults = faults.collect::<Vec<_>>().join("\n");
            assert!(
                expected.iter().any(|expected| faults.contains(expected)),
                "{expected:?}: {said}"
            );
        }
    };
    // A bit of any file.
    for path in &paths {
        let sound = fs::read(path).expect("a file");
        let mut altered = sound.clone();
        let middle = altered.len() / 2;
        altered[middle] ^= 1;
        fs::write(path, &altered).expect("written");
        let name = path.strip_prefix(&folder).expect("inside");
        both(&[&name.display().to_string()]);
        fs::write(path, sound).expect("written");
    }
    // A file that is gone, and one too many.
    let body = folder.join("after/body.bin");
    let sound = fs::read(&body).expect("a file");
    fs::remove_file(&body).expect("removed");
    both(&["after/body.bin: it is listed and missing"]);
    fs::write(&body, &sound).expect("written");
    fs::write(folder.join("after/more.txt"), "more").expect("written");
    both(&["after/more.txt: it is not in the list"]);
    fs::remove_file(folder.join("after/more.txt")).expect("removed");
    // Another body with a list that fits it: the signature and the chain do not.
    fs::write(&body, b"another page").expect("written");
    let list = folder.join("MANIFEST.sha256");
    let text = fs::read_to_string(&list).expect("a list");
    let digest = |bytes: &[u8]| smallprint::model::Digest::of(bytes).to_string();
    let fitting = text.replace(&digest(&sound), &digest(b"another page"));
    fs::write(&list, &fitting).expect("written");
    both(&["MANIFEST.sha256: it is not the list that was signed"]);
    both(&["after/body.bin: it is not what entry"]);
    fs::write(&body, &sound).expect("written");
    fs::write(&list, &text).expect("written");
    // Everything of a piece, signed by somebody else.
    let other = changed();
    let (elsewhere, _) = unpacked(&other, "page 1..2");
    let key = program.expect("--json key list", 0).json().remove(0);
    let key = key["public"].as_str().expect("text").to_owned();
    let (good, said) = shell(&program, &elsewhere, &key);
    assert!(
        !good && said.contains("it is not the key you gave"),
        "{said}"
    );
    let (good, said) = shell(&program, &folder, &key);
    assert!(good, "{said}");
}

#[test]
fn of_a_thousand_bytes_altered_in_the_file_not_one_goes_unseen() {
    if !is_there("python3", &["--version"]) {
        return;
    }
    let program = changed();
    let (folder, bytes) = unpacked(&program, "page 1..2");
    let driver = program.path("edits.py");
    fs::write(
        &driver,
        "import sys, random\n\
         sys.path.insert(0, sys.argv[1])\n\
         import verify\n\
         data = open(sys.argv[2], 'rb').read()\n\
         assert not verify.check_zip(data).faults\n\
         dice = random.Random(20160706)\n\
         unseen = 0\n\
         for _ in range(1000):\n\
         \x20   altered = bytearray(data)\n\
         \x20   altered[dice.randrange(len(altered))] ^= 1 << dice.randrange(8)\n\
         \x20   faults = verify.check_zip(bytes(altered)).faults\n\
         \x20   if not faults or not all(':' in fault for fault in faults):\n\
         \x20       unseen += 1\n\
         print(unseen)\n",
    )
    .expect("written");
    let said = Command::new("python3")
        .arg("-B")
        .arg(&driver)
        .arg(&folder)
        .arg(program.path("x.zip"))
        .output()
        .expect("it runs");
    let text = String::from_utf8_lossy(&said.stdout);
    assert_eq!(
        text.trim(),
        "0",
        "of {} bytes: {}",
        bytes.len(),
        String::from_utf8_lossy(&said.stderr)
    );
}

#[test]
fn a_version_and_a_page_that_vanished_have_evidence_too() {
    let program = changed();
    let (folder, _) = unpacked(&program, "page@1");
    assert!(folder.join("after/body.bin").exists() && !folder.join("before").exists());
    program
        .site
        .replay("/page", crate::site::Answer::status(404));
    program
        .site
        .play("/", crate::site::Answer::html("<p>Welcome.</p>"));
    program.run("--at 2026-07-06T15:00:00Z visit page");
    program.expect("--at 2026-07-06T17:00:00Z visit page", 1);
    let (folder, _) = unpacked(&program, "page 2..0");
    assert!(folder.join("after/way.txt").exists());
    if is_there("python3", &["--version"]) {
        let (good, said) = python(&folder, &program.path("x.zip"), "");
        assert!(good, "{said}");
    }
    let said = program.run("evidence page 1..1 --out y.zip");
    assert_eq!(said.code, 2, "{}", said.err);
}

#[test]
fn coverage_counts_every_visit_and_is_signed_where_that_is_asked_for() {
    let mut program = changed();
    program
        .site
        .replay("/page", crate::site::Answer::status(503));
    program.expect("--at 2026-07-06T16:00:00Z visit page", 2);
    program.set("SMALLPRINT_AT", "2026-07-06T17:00:00Z");
    let told = program.expect("--json coverage page", 0).json().remove(0);
    assert_eq!(told["visits"], 5, "{told}");
    assert_eq!(
        (&told["unchanged"], &told["changed"]),
        (&2.into(), &2.into())
    );
    assert_eq!(told["failures"], 1);
    assert_eq!(told["longest_gap"]["seconds"], 4 * 3600, "{told}");
    let later = "--json coverage page --from 2026-07-06T12:30:00Z --to 2026-07-06T13:30:00Z";
    let told = program.expect(later, 0).json().remove(0);
    assert_eq!(
        told["said"],
        "Unchanged in 1 visit, longest gap 30 minutes, 0 failures."
    );
    let note = program.expect("coverage page --signed", 0).text();
    let key = program.expect("--json key list", 0).json().remove(0);
    let public = key["public"].as_str().expect("text");
    let public = smallprint::proof::Public::read(public).expect("a key");
    let text = smallprint::proof::note::open(&note, &public).expect("signed");
    let value: serde_json::Value = serde_json::from_str(text).expect("JSON");
    assert_eq!(value["visits"], 5);
}
