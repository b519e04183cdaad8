//! A disk that is full while the archive is copied, taken in or forgotten from: nothing is lost, and it is said what to do.
//!
//! The disk is a small one in memory (tmpfs), in a namespace of its own, so that nobody else sees it and it is gone with
//! whoever holds it. Where none can be mounted that is said, and with CI=true it is a failure.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use smallprint::model::Digest;

use crate::program::{Program, Said, page};
use crate::site::Answer;
use crate::taking::of;
use crate::taking::warc::{Warc, unvisited};

/// What mounts a disk in memory on its second argument, of the size of its first, and holds it.
const MOUNT: &str = r#"mount -t tmpfs -o size="$0" tmpfs "$1" && echo mounted && exec cat"#;
/// The room in which everything has its place.
const AMPLE: &str = "96m";

/// A disk of a few megabytes, in a folder of a program.
struct Disk {
    holder: Child,
    /// Where it is for those within the namespace.
    at: PathBuf,
    /// What leads into the namespace.
    into: Vec<String>,
}

impl Disk {
    /// Mounts one of this size; `None` where that cannot be.
    fn mount(program: &Program, size: &str) -> Option<Disk> {
        let at = program.path("disk");
        fs::create_dir(&at).expect("a folder");
        // Root needs no other users for it, and everybody else can have a namespace of users.
        for (alone, into) in [("-m", "-m"), ("-rm", "-mU")] {
            let mut holder = Command::new("unshare");
            holder.args([alone, "sh", "-c", MOUNT, size]).arg(&at);
            holder.stdin(Stdio::piped()).stdout(Stdio::piped());
            let Ok(mut holder) = holder.stderr(Stdio::null()).spawn() else {
                continue;
            };
            let mut said = String::new();
            let out = holder.stdout.take().expect("what it says");
            BufReader::new(out).read_line(&mut said).ok();
            if said.trim() != "mounted" {
                holder.wait().ok();
                continue;
            }
            let mut into = vec!["-t".to_owned(), holder.id().to_string(), into.to_owned()];
            if alone == "-rm" {
                into.push("--preserve-credentials".to_owned());
            }
            return Some(Disk { holder, at, into });
        }
        let must = std::env::var("CI").is_ok_and(|set| set == "true");
        assert!(
            !must,
            "no disk in memory can be mounted, which CI=true needs"
        );
        let said = "SKIPPED: no disk in memory can be mounted here, so no full disk was tried";
        writeln!(std::io::stderr(), "{said}").ok();
        None
    }

    /// This command, in the folder of the program, where the disk is to be seen.
    fn within(&self, command: &Command) -> Command {
        let mut outer = Command::new("nsenter");
        outer.args(&self.into);
        outer.args(["sh", "-c", r#"cd "$0" && exec "$@""#]);
        outer.arg(command.get_current_dir().expect("a folder"));
        outer.arg(command.get_program()).args(command.get_args());
        outer.env_clear().stdin(Stdio::null());
        outer.env("PATH", std::env::var_os("PATH").expect("a path"));
        let set = command
            .get_envs()
            .filter_map(|(name, value)| Some((name, value?)));
        outer.envs(set);
        outer
    }

    /// Runs the program where the disk is to be seen.
    fn run(&self, program: &Program, arguments: &str) -> Said {
        let arguments: Vec<&str> = arguments.split_whitespace().collect();
        let mut command = self.within(&program.command(&arguments));
        Said::from(command.output().expect("the program runs"))
    }

    #[track_caller]
    fn expect(&self, program: &Program, arguments: &str, code: i32) -> Said {
        let said = self.run(program, arguments);
        assert_eq!(said.code, code, "{arguments}\n{}{}", said.text(), said.err);
        said
    }

    /// A file of the disk for those outside.
    fn file(&self, name: &str) -> PathBuf {
        let root = format!("/proc/{}/root", self.holder.id());
        PathBuf::from(root)
            .join(self.at.strip_prefix("/").expect("a whole path"))
            .join(name)
    }

    /// Gives it another size.
    fn resize(&self, size: &str) {
        let mut mount = Command::new("mount");
        mount
            .args(["-o", &format!("remount,size={size}")])
            .arg(&self.at);
        let mut mount = self.within(mount.current_dir("/"));
        assert!(mount.status().expect("it runs").success());
    }

    /// Leaves this many bytes of it free, more or less.
    fn leave(&self, bytes: usize) {
        let mut ballast = File::create(self.file("ballast")).expect("a file");
        let full = vec![0; 4096];
        while ballast.write_all(&full).is_ok() {}
        let long = ballast.metadata().expect("a file").len();
        let kept = long.saturating_sub(bytes as u64);
        ballast.set_len(kept).expect("cut");
    }

    /// Takes away what fills it.
    fn make_room(&self) {
        fs::remove_file(self.file("ballast")).expect("removed");
        self.resize(AMPLE);
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        self.holder.kill().ok();
        self.holder.wait().ok();
    }
}

/// Words that nothing makes shorter.
fn noise(seed: usize) -> String {
    let word = |at: usize| Digest::of(format!("{seed} {at}").as_bytes()).to_string();
    let words: Vec<String> = (0..1_500).map(word).collect();
    let paragraphs = words
        .chunks(50)
        .map(|words| format!("<p>{}</p>", words.join(" ")));
    page(&format!(
        "Rule {seed} holds.</p>{}<p>",
        paragraphs.collect::<String>()
    ))
}

/// That the disk is full, and what to do.
#[track_caller]
fn is_full(said: &Said) {
    assert_eq!(said.code, 3, "{}{}", said.text(), said.err);
    for part in ["No space left on device", "ake room on its disk"] {
        assert!(said.err.contains(part), "no “{part}” in {}", said.err);
    }
    assert!(!said.err.contains("panicked"), "{}", said.err);
}

#[track_caller]
fn verified(said: &Said) -> Value {
    assert_eq!(said.code, 0, "{}{}", said.text(), said.err);
    let found = said.json().remove(0);
    assert!(found["broken"].is_null(), "{found}");
    found
}

/// A page with so many versions that are long.
fn long(program: &Program, versions: usize, data: &str, run: &dyn Fn(&str) -> Said) {
    for no in 0..versions {
        program.site.replay("/page", Answer::html(&noise(no)));
        let said = run(&format!("{data}--at 2026-03-01T{no:02}:00:00Z visit page"));
        assert!(said.code <= 1, "{}", said.err);
    }
}

#[test]
fn a_backup_onto_a_full_disk_is_whole_as_far_as_it_went_and_goes_on() {
    let program = Program::with_page("A page.");
    let Some(disk) = Disk::mount(&program, "2m") else {
        return;
    };
    long(&program, 12, "", &|asked| program.run(asked));
    let own = verified(&program.expect("--json verify", 0));
    is_full(&disk.run(&program, "backup disk/copy"));
    // Nothing of it is the archive's trouble.
    assert_eq!(
        verified(&program.expect("--json verify", 0))["head"],
        own["head"]
    );
    // It is as full as before, and says the same.
    is_full(&disk.run(&program, "backup disk/copy"));
    disk.resize(AMPLE);
    let some = verified(&disk.run(&program, "--data disk/copy --json verify"));
    assert!(some["entries"].as_u64() < own["entries"].as_u64(), "{some}");
    let done = disk
        .expect(&program, "--json backup disk/copy", 0)
        .json()
        .remove(0);
    assert_eq!(done["head"], own["head"]);
    let copy = verified(&disk.run(&program, "--data disk/copy --json verify"));
    for field in ["head", "entries", "bodies", "bytes"] {
        assert_eq!(copy[field], own[field], "{field}");
    }
}

#[test]
fn an_import_on_a_full_disk_keeps_what_it_took_and_takes_the_rest_once_there_is_room() {
    const CAPTURES: usize = 16;
    let (program, url) = unvisited();
    let Some(disk) = Disk::mount(&program, "2m") else {
        return;
    };
    let mut warc = Warc::default();
    for number in 0..CAPTURES {
        let at = format!("2019-01-{:02}T12:00:00Z", number + 1);
        let body = noise(number);
        let answer = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n{body}");
        warc.answer(&number.to_string(), &url, &at, answer.as_bytes());
    }
    fs::write(program.path("old.warc.gz"), warc.packed()).expect("a file");
    let import = "--data disk/archive --json import old.warc.gz";
    // The archive has no room.
    is_full(&disk.run(&program, import));
    is_full(&disk.run(&program, import));
    disk.resize(AMPLE);
    let some = verified(&disk.run(&program, "--data disk/archive --json verify"));
    assert!(
        some["entries"].as_u64() > Some(1),
        "nothing was taken in: {some}"
    );
    let taken = disk.expect(&program, import, 0).json().remove(0);
    let counts = ["known", "versions"].map(|name| of(&taken, "page")[name].as_u64());
    let [Some(known), Some(new)] = counts else {
        panic!("{taken}")
    };
    assert!(
        known > 0 && new > 0 && known + new == CAPTURES as u64,
        "{taken}"
    );
    verified(&disk.run(&program, "--data disk/archive --json verify"));
    let history = "--data disk/archive --json history page";
    assert_eq!(disk.expect(&program, history, 0).json().len(), CAPTURES);
    // The temporary folder has none: nothing is taken in, and it is said where to look.
    disk.leave(8192);
    let arguments = ["--data", "elsewhere", "import", "old.warc.gz"];
    let mut command = program.command(&arguments);
    let mut command = disk.within(command.env("TMPDIR", program.path("disk")));
    let said = Said::from(command.output().expect("the program runs"));
    assert_eq!(said.code, 2, "{}", said.err);
    for part in ["cannot be set aside", "No space left on device", "TMPDIR"] {
        assert!(said.err.contains(part), "no “{part}” in {}", said.err);
    }
    program.expect("--data elsewhere import old.warc.gz", 0);
}

#[test]
fn forgetting_on_a_full_disk_loses_nothing_else_and_can_be_ended_once_there_is_room() {
    let program = Program::with_page("A page.");
    let Some(disk) = Disk::mount(&program, AMPLE) else {
        return;
    };
    long(&program, 8, "--data disk/archive ", &|asked| {
        disk.run(&program, asked)
    });
    let with = |asked: &str| disk.run(&program, &format!("--data disk/archive {asked}"));
    // Whoever is to be told of it was told.
    with("--at 2026-03-08T09:00:00Z deliver");
    let own = verified(&with("--json verify"));
    // Room for what is written down of it, and none for another database beside the old one.
    disk.leave(600 << 10);
    let said = with("forget page@2 --yes --reason Request");
    is_full(&said);
    assert!(said.err.contains("beside the old one"), "{}", said.err);
    assert!(said.err.contains("forget --compact"), "{}", said.err);
    assert!(
        !disk.file("archive/sled.new").exists(),
        "what is half written takes room"
    );
    // It is not to be read any more, and everything else is.
    let told = with("show page@2");
    assert!(told.err.contains("because: Request"), "{}", told.err);
    assert_eq!(with("show page@3").code, 0);
    let found = verified(&with("--json verify"));
    assert_eq!(found["uncompacted"], true);
    assert!(found["forgotten"].as_u64() > Some(0), "{found}");
    is_full(&with("forget --compact"));
    disk.make_room();
    assert_eq!(with("forget --compact").code, 0);
    let found = verified(&with("--json verify"));
    assert_eq!(found["uncompacted"], false);
    assert_eq!(
        found["entries"].as_u64(),
        own["entries"].as_u64().map(|last| last + 1)
    );
    // With no room at all nothing is forgotten, or it is on record: never anything between.
    disk.resize(AMPLE);
    disk.leave(0);
    is_full(&with("forget page@4 --yes --reason Request"));
    disk.make_room();
    let found = verified(&with("--json verify"));
    let told = with("show page@4");
    match found["entries"].as_u64() == own["entries"].as_u64().map(|last| last + 1) {
        true => assert_eq!(told.code, 0, "{}", told.err),
        false => assert!(told.err.contains("because: Request"), "{}", told.err),
    }
    assert_eq!(with("show page@3").code, 0);
}
