//! `kill -9` over backfill, rereading and backup: each goes on from where it was killed, and comes to the same end.
//!
//! `SMALLPRINT_KILLS` says how often; 6 times where it is not set. `SMALLPRINT_SEED` plays other moments.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::process::{Child, Stdio};

use serde_json::Value;

use crate::backfill::archive::{Copy, Lists, at, holds, of, watchlist};
use crate::dice::Dice;
use crate::program::{Program, many};
use crate::site::Answer;

/// So many copies of a page an archive of the web holds, each with words of its own.
const COPIES: usize = 120;
/// So many versions of our own are read again.
const VERSIONS: usize = 12;

/// What is killed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Errand {
    Backfill,
    Reread,
    Backup,
}

/// An archive with things to do, and how often whoever did them was killed.
struct Scene {
    program: Program,
    dice: Dice,
    kills: [usize; 3],
    /// How often an errand came to its end before it could be killed.
    ended: usize,
    /// How many backups were made whole.
    copies: usize,
    selecting: bool,
}

/// A page of two parts, of which a selector may take one.
fn parts(no: usize) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><head><title>Sharing data</title></head><body><main><h1>Sharing data</h1>\
         <div class=\"one\"><p>Practices share part {} of the data.</p></div><div class=\"two\"><p>It is rule {no} of them.</p></div>\
         </main></body></html>",
        no / 3
    )
}

impl Scene {
    fn set(seed: u64) -> Scene {
        let mut program = Program::new();
        watchlist(&mut program, &["one"]);
        program.watch("page", "/page", "");
        for no in 0..VERSIONS {
            program.site.replay("/page", Answer::html(&parts(no)));
            let at = format!("--at 2020-07-01T{no:02}:00:00Z visit page");
            assert!(program.run(&at).code <= 1);
        }
        let mut scene = Scene {
            program,
            dice: Dice(seed),
            kills: [0; 3],
            ended: 0,
            copies: 0,
            selecting: false,
        };
        scene.more_past();
        scene
    }

    /// A page of which an archive holds copies that nobody asked for yet.
    fn more_past(&mut self) {
        let copy = |week: usize| Copy {
            at: at(week),
            html: parts(3 * (VERSIONS + week)),
        };
        let copies: Vec<Copy> = (0..COPIES).map(copy).collect();
        let address = of(&self.program, "/page");
        holds(&self.program, "one", &address, &copies, Lists::Digests);
    }

    /// Other rules for the same page.
    fn other_rules(&mut self) {
        self.selecting = !self.selecting;
        self.program.forget_watches();
        let rule = ["", "select = \".one\""][usize::from(self.selecting)];
        self.program.watch("page", "/page", rule);
    }

    fn copy(&self) -> String {
        format!("copy-{}", self.copies)
    }

    fn arguments(&self, errand: Errand) -> Vec<String> {
        let words = match errand {
            Errand::Backfill => "--json backfill page".to_owned(),
            Errand::Reread => "--json reread page".to_owned(),
            Errand::Backup => format!("backup {}", self.copy()),
        };
        words.split(' ').map(str::to_owned).collect()
    }

    /// The file that grows while an errand is done.
    fn file(&self, errand: Errand) -> PathBuf {
        let folder = match errand {
            Errand::Backup => self.program.path(&self.copy()),
            _ => self.program.data(),
        };
        folder.join("sled/db")
    }

    fn start(&self, errand: Errand) -> Child {
        let arguments = self.arguments(errand);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let mut command = self.program.command(&arguments);
        command.stdout(Stdio::null()).stderr(Stdio::piped());
        command.spawn().expect("the program starts")
    }

    /// Kills it at some moment; false where it came to its end, and well, before.
    fn killed(&mut self, errand: Errand) -> bool {
        let file = self.file(errand);
        let stamp = || {
            let about = fs::metadata(&file).ok()?;
            Some((about.len(), about.modified().ok()?))
        };
        let most = [3, 9, 40][self.dice.below(3)];
        let (mut left, mut last) = (1 + self.dice.below(most), stamp());
        let mut child = self.start(errand);
        while left > 0 && child.try_wait().expect("a child").is_none() {
            let now = stamp();
            left -= usize::from(now != last);
            last = now;
            std::thread::yield_now();
        }
        child.kill().ok();
        let output = child.wait_with_output().expect("it ends");
        let killed = output.status.code().is_none();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(killed || output.status.success(), "{errand:?}: {said}");
        assert!(!said.contains("panicked"), "{errand:?}: {said}");
        self.kills[errand as usize] += usize::from(killed);
        self.ended += usize::from(!killed);
        killed
    }

    /// Something to do again, where an errand came to its end.
    fn anew(&mut self, errand: Errand) {
        match errand {
            Errand::Backfill => {}
            Errand::Reread => self.other_rules(),
            Errand::Backup => {
                let copy = self.copy();
                assert_eq!(self.head(&copy), self.head("smallprint-data"), "{copy}");
                self.copies += 1;
            }
        }
    }

    /// The last entry of an archive, which must be whole.
    #[track_caller]
    fn head(&self, data: &str) -> Value {
        let asked = format!("--data {data} --json verify");
        let found = self.program.expect(&asked, 0).json().remove(0);
        assert!(found["broken"].is_null(), "{found}");
        found["head"].clone()
    }

    fn said(&self, asked: &str) -> Vec<Value> {
        self.program.expect(asked, 0).json()
    }
}

/// How many rows of the history are our own, and the points of the past, each of which stands there once.
fn history(scene: &Scene) -> (usize, BTreeSet<String>) {
    let rows = scene.said("--json history page");
    let changes = rows.iter().map(|row| row["change"].to_string());
    let (past, own): (Vec<String>, Vec<String>) = changes.partition(|change| change.contains('b'));
    let points: BTreeSet<String> = past.iter().cloned().collect();
    assert_eq!(points.len(), past.len(), "{past:?}");
    (own.len(), points)
}

/// Asks archives until nothing is wanted of them any more.
fn bring(scene: &Scene) {
    while scene.said("--json backfill page")[0]["wanted"] != 0 {}
}

#[test]
fn backfill_rereading_and_backup_come_to_the_same_end_however_often_they_are_killed() {
    let kills = many("SMALLPRINT_KILLS", 6);
    let seed = many("SMALLPRINT_SEED", 5) as u64;
    let mut scene = Scene::set(seed);
    let owed = scene.said("--json outbox --all");
    let before = history(&scene);
    let mut errands = [Errand::Backfill, Errand::Reread, Errand::Backup]
        .into_iter()
        .cycle();
    scene.other_rules();
    while scene.kills.iter().sum::<usize>() < kills {
        let errand = errands.next().expect("there is always one more");
        if !scene.killed(errand) {
            scene.anew(errand);
        }
        scene.head("smallprint-data");
        let ended = scene.ended;
        assert!(
            ended < 30 + 3 * kills,
            "{ended} ended before they could be killed"
        );
    }
    let copy = scene.copy();
    scene.program.expect("--json reread page", 0);
    scene.program.expect(&format!("backup {copy}"), 0);
    assert_eq!(scene.head(&copy), scene.head("smallprint-data"));
    bring(&scene);
    let again = scene.said("--json reread page");
    assert_eq!(again.last().expect("a sum")["reread"], 0);
    let (own, past) = history(&scene);
    let other = Scene::set(seed);
    bring(&other);
    assert_eq!(own, before.0, "what is not the past is as it was");
    assert_eq!(past.len(), history(&other).1.len(), "each copy once");
    assert!(past.len() >= COPIES - 1, "{past:?}");
    assert_eq!(scene.said("--json outbox --all"), owed, "nobody is told");
    println!(
        "{:?} kills of backfill, rereading and backup, {} came to their end, seed {seed}",
        scene.kills, scene.ended
    );
}
