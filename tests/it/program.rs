//! The real program in a temporary folder, with a watchlist, a local site, and whatever is said to it.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use crate::postgres;
use crate::site::{Answer, Site};

/// How long to wait for a line before the program counts as hung; no test needs it.
const PATIENCE: Duration = Duration::from_secs(60);

/// A folder with a watchlist, a site that its watches lie on, and the program to run there.
pub struct Program {
    pub site: Site,
    folder: TempDir,
    head: String,
    watches: Vec<String>,
    environment: Vec<(String, String)>,
}

/// How the program ended and what it said.
pub struct Said {
    pub code: i32,
    pub out: Vec<u8>,
    pub err: String,
}

/// The program while it runs.
pub struct Running {
    child: Child,
    lines: Receiver<String>,
    heard: Vec<String>,
}

impl Program {
    /// A folder with an empty watchlist whose watches may lie on this machine.
    pub fn new() -> Program {
        let program = Program {
            site: Site::start(),
            folder: TempDir::new().expect("a folder"),
            head: "[settings]\ncontact = \"editor@example.org\"\nmin_delay = \"0s\"\njitter = \"0s\"\n\
                   allow_private = [\"127.0.0.0/8\"]\n[topics]\ngp-data = \"GP records\"\n\
                   fdp = \"Federated Data Platform\"\n"
                .to_owned(),
            watches: Vec::new(),
            environment: Vec::new(),
        };
        if let Some(address) = postgres::asked_for() {
            fs::create_dir(program.data()).expect("a directory");
            postgres::place(&program.data(), &address);
        }
        program.write();
        program
    }

    /// The same with one watch, `page`, that says this.
    pub fn with_page(sentence: &str) -> Program {
        let mut program = Program::new();
        program.watch("page", "/page", "");
        program.site.play("/page", Answer::html(&page(sentence)));
        program
    }

    /// Another folder with the same watchlist and the same environment; what is watched lies on the site of the first.
    pub fn beside(&self) -> Program {
        let program = Program {
            site: Site::start(),
            folder: TempDir::new().expect("a folder"),
            head: self.head.clone(),
            watches: self.watches.clone(),
            environment: self.environment.clone(),
        };
        program.write();
        program
    }

    /// Adds a watch of a path of the site, with more lines of TOML.
    pub fn watch(&mut self, id: &str, path: &str, more: &str) {
        let url = self.site.url(path).to_string();
        self.watch_at(id, &url, more);
    }

    /// Adds a watch of any address, with more lines of TOML.
    pub fn watch_at(&mut self, id: &str, url: &str, more: &str) {
        let every = if more.contains("every") {
            ""
        } else {
            "every = \"1h\"\n"
        };
        self.watches.push(format!(
            "[[watch]]\nid = \"{id}\"\nurl = \"{url}\"\ntitle = \"The page {id}\"\ntopics = [\"gp-data\"]\n{every}{more}\n"
        ));
        self.write();
    }

    /// Takes all watches out of the watchlist.
    pub fn forget_watches(&mut self) {
        self.watches.clear();
        self.write();
    }

    /// Adds lines of TOML before the watches.
    pub fn settle(&mut self, lines: &str) {
        self.head.push_str(lines);
        self.head.push('\n');
        self.write();
    }

    /// Puts other words into what stands before the watches.
    pub fn replace(&mut self, old: &str, new: &str) {
        self.head = self.head.replace(old, new);
        self.write();
    }

    /// Adds lines of TOML to the settings.
    pub fn settle_in_settings(&mut self, lines: &str) {
        self.head = self
            .head
            .replacen("[settings]\n", &format!("[settings]\n{lines}\n"), 1);
        self.write();
    }

    fn write(&self) {
        let text = format!("{}{}", self.head, self.watches.concat());
        fs::write(self.path("watchlist.toml"), text).expect("a watchlist");
    }

    /// Sets a variable of the environment for what is run from here on.
    pub fn set(&mut self, name: &str, value: &str) {
        self.environment.push((name.to_owned(), value.to_owned()));
    }

    /// Sets what the page says from now on.
    pub fn say(&self, sentence: &str) {
        self.site.replay("/page", Answer::html(&page(sentence)));
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Where the archive is when nothing else is said.
    pub fn data(&self) -> PathBuf {
        self.path("smallprint-data")
    }

    /// The program with these arguments, in its folder, with nothing of the surroundings in its environment.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(binary());
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env_clear()
            .env("XDG_RUNTIME_DIR", self.folder.path())
            .env("TMPDIR", self.folder.path())
            .envs(self.environment.iter().cloned())
            .stdin(Stdio::null());
        command
    }

    /// Runs it to its end. Arguments are split at spaces.
    pub fn run(&self, arguments: &str) -> Said {
        let arguments: Vec<&str> = arguments.split_whitespace().collect();
        let output = self.command(&arguments).output().expect("the program runs");
        Said::from(output)
    }

    /// Runs it to its end, which must be this exit code.
    #[track_caller]
    pub fn expect(&self, arguments: &str, code: i32) -> Said {
        let said = self.run(arguments);
        assert_eq!(said.code, code, "{arguments}\n{}{}", said.text(), said.err);
        said
    }

    /// Runs it to its end with this on its standard input.
    pub fn told(&self, arguments: &[&str], input: &str) -> Said {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program runs");
        let mut stdin = child.stdin.take().expect("its input");
        // A program that ended before has no ear for it.
        stdin.write_all(input.as_bytes()).ok();
        drop(stdin);
        Said::from(child.wait_with_output().expect("it ends"))
    }

    /// Starts `run`, and waits until it answers others.
    pub fn start(&self) -> Running {
        let mut running = self.start_with(&["run"]);
        running.until("pages watched");
        running
    }

    /// Starts it with these arguments.
    pub fn start_with(&self, arguments: &[&str]) -> Running {
        let mut command = self.command(arguments);
        command
            .env("SMALLPRINT_LOG", "smallprint=debug")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program runs");
        let (tell, lines) = channel();
        let out: Box<dyn Read + Send> = Box::new(child.stdout.take().expect("its output"));
        let err: Box<dyn Read + Send> = Box::new(child.stderr.take().expect("its log"));
        for pipe in [out, err] {
            let tell = tell.clone();
            std::thread::spawn(move || {
                for line in BufReader::new(pipe).lines().map_while(Result::ok) {
                    if tell.send(line).is_err() {
                        return;
                    }
                }
            });
        }
        Running {
            child,
            lines,
            heard: Vec::new(),
        }
    }
}

impl Running {
    /// Waits for a line that says this.
    #[track_caller]
    pub fn until(&mut self, part: &str) -> String {
        let begun = Instant::now();
        loop {
            let left = PATIENCE.saturating_sub(begun.elapsed());
            let Ok(line) = self.lines.recv_timeout(left) else {
                panic!("it never said “{part}”, but:\n{}", self.heard.join("\n"));
            };
            self.heard.push(line.clone());
            if line.contains(part) {
                return line;
            }
        }
    }

    /// Sends it a signal, such as "TERM".
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill")
            .args(["-s", name, &self.child.id().to_string()])
            .status()
            .expect("kill runs");
        assert!(sent.success());
    }

    /// Waits for its end; the exit code and all it said.
    pub fn ended(&mut self) -> (Option<i32>, String) {
        while let Ok(line) = self.lines.recv_timeout(PATIENCE) {
            self.heard.push(line);
        }
        let status = self.child.wait().expect("it ends");
        (status.code(), self.heard.join("\n"))
    }

    /// Waits for its end, however it comes.
    pub fn gone(&mut self) {
        self.child.wait().expect("it ends");
    }

    /// Asks it to stop, which it must do cleanly.
    #[track_caller]
    pub fn stop(mut self) -> String {
        self.signal("TERM");
        let (code, said) = self.ended();
        assert_eq!(code, Some(0), "{said}");
        said
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

impl Said {
    pub fn text(&self) -> String {
        String::from_utf8(self.out.clone()).expect("text")
    }

    /// Its lines of JSON; nothing else may stand there.
    #[track_caller]
    pub fn json(&self) -> Vec<Value> {
        let line = |line: &str| {
            serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))
        };
        self.text().lines().map(line).collect()
    }
}

impl From<Output> for Said {
    fn from(output: Output) -> Said {
        Said {
            code: output.status.code().expect("it was not killed"),
            out: output.stdout,
            err: String::from_utf8(output.stderr).expect("text"),
        }
    }
}

/// The program that is tried: the one just built, or the one that `SMALLPRINT_PROGRAM` names, for long trials of a release.
pub fn binary() -> PathBuf {
    let named = std::env::var_os("SMALLPRINT_PROGRAM");
    named.map_or_else(|| env!("CARGO_BIN_EXE_smallprint").into(), PathBuf::from)
}

/// A number that the environment says for a long trial, or this one for the usual tests.
pub fn many(name: &str, otherwise: usize) -> usize {
    let said = std::env::var(name).ok();
    said.and_then(|said| said.parse().ok()).unwrap_or(otherwise)
}

/// A page of policy with one sentence that matters.
pub fn page(sentence: &str) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><head><title>Directions to NHS England</title></head><body><main>\
         <h1>Directions to NHS England</h1>\
         <p>This page lists the directions that the Secretary of State has given on the collection of data.</p>\
         <p>{sentence}</p>\
         <h2>Questions</h2><p>Write to the data access team if you have questions about a direction.</p>\
         </main></body></html>"
    )
}
