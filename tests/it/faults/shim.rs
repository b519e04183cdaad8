//! A library that is loaded before all others and makes the machine fail, made afresh with the compiler for C.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

const SOURCE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/faults/shim.c");

/// The library; `None` where there is no compiler, which is said, and with CI=true is a failure.
pub fn library() -> Option<&'static Path> {
    static MADE: OnceLock<Option<PathBuf>> = OnceLock::new();
    MADE.get_or_init(make).as_deref()
}

fn make() -> Option<PathBuf> {
    let name = format!("faults-{}.so", std::process::id());
    let library = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let mut compiler = Command::new("cc");
    compiler.args(["-shared", "-fPIC", "-O1", "-o"]);
    compiler.arg(&library).arg(SOURCE).arg("-ldl");
    let made = compiler
        .status()
        .is_ok_and(|status| cfg!(target_os = "linux") && status.success());
    if made {
        return Some(library);
    }
    let must = std::env::var("CI").is_ok_and(|set| set == "true");
    assert!(!must, "no compiler for C, which CI=true needs");
    let said = "SKIPPED: there is no compiler for C here, so no fault of the machine was tried";
    writeln!(std::io::stderr(), "{said}").ok();
    None
}

/// What to tell the library so that the machine's clock is wrong by the seconds that this file holds.
pub fn wrong_clock(library: &Path, file: &Path) -> [(&'static str, String); 2] {
    let shown = |path: &Path| path.display().to_string();
    [("LD_PRELOAD", shown(library)), ("FAULT_CLOCK", shown(file))]
}

/// What befalls the calls of a program.
#[derive(Clone, Copy, Debug)]
pub struct Fault {
    /// Which call.
    pub call: &'static str,
    /// On files in whose path this stands.
    pub path: &'static str,
    /// The number of the error; 0 where half is done and nothing fails.
    pub errno: i32,
    /// Whether half is written before it fails.
    pub torn: bool,
    /// How often it fails; for ever where that is not said.
    pub times: Option<usize>,
    /// Whether it strikes where a byte of the file is read, the further behind the later it is to strike.
    pub sector: bool,
}

/// How far bad sectors lie from each other.
const SECTOR: usize = 40 << 10;
pub const EIO: i32 = 5;
pub const ENOSPC: i32 = 28;

impl Fault {
    /// Each such call on the archive's file fails with this.
    pub fn of(call: &'static str, errno: i32) -> Fault {
        Fault {
            call,
            path: "/sled/",
            errno,
            torn: false,
            times: None,
            sector: false,
        }
    }

    pub fn sector(self) -> Fault {
        let sector = true;
        Fault { sector, ..self }
    }

    /// Strikes on files in whose path this stands.
    pub fn on(self, path: &'static str) -> Fault {
        Fault { path, ..self }
    }

    pub fn torn(self) -> Fault {
        Fault { torn: true, ..self }
    }

    pub fn once(self) -> Fault {
        let times = Some(1);
        Fault { times, ..self }
    }

    /// What to tell the library: so many calls go well before; each fault leaves a byte in the note.
    pub fn told(&self, library: &Path, after: usize, note: &Path) -> Vec<(String, String)> {
        let mut told = vec![
            ("LD_PRELOAD", library.display().to_string()),
            ("FAULT_CALL", self.call.to_owned()),
            ("FAULT_PATH", self.path.to_owned()),
            ("FAULT_ERRNO", self.errno.to_string()),
            ("FAULT_NOTE", note.display().to_string()),
        ];
        told.push(match self.sector {
            true => ("FAULT_SECTOR", (after * SECTOR).to_string()),
            false => ("FAULT_AFTER", after.to_string()),
        });
        told.extend(self.times.map(|times| ("FAULT_TIMES", times.to_string())));
        told.extend(self.torn.then(|| ("FAULT_TORN", "yes".to_owned())));
        let owned = |(name, value): (&str, String)| (name.to_owned(), value);
        told.into_iter().map(owned).collect()
    }
}
