//! The program in a process of its own: what it says, when to kill it, and whether it was killed.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::discord::TOKEN;
use crate::program::binary;

/// After this long without an end the program hangs.
const HANGS: Duration = Duration::from_secs(120);

/// One running smallprint.
pub struct Program {
    child: Child,
    lines: UnboundedReceiver<String>,
    /// Every whole line so far, of the answer and of the log.
    pub said: Vec<String>,
    started: Instant,
    /// How long the archive took to open, where a line told that it was open.
    pub opened: Option<Duration>,
}

impl Program {
    /// Starts it in this directory, which holds the watchlist and the archive.
    pub fn start(dir: &Path, arguments: &[&str]) -> Program {
        Program::start_in(dir, arguments, &[])
    }

    /// The same with these variables in its environment.
    pub fn start_in(dir: &Path, arguments: &[&str], set: &[(String, String)]) -> Program {
        let mut child = Command::new(binary())
            .args(["--data", "archive"])
            .args(arguments)
            .current_dir(dir)
            .env("DISCORD_TOKEN", TOKEN)
            .env("SMALLPRINT_LOG", "smallprint=info,warn")
            .envs(set.iter().cloned())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let (tell, lines) = unbounded_channel();
        listen(child.stdout.take().expect("its answer"), tell.clone());
        listen(child.stderr.take().expect("its log"), tell);
        Program {
            child,
            lines,
            said: Vec::new(),
            started: Instant::now(),
            opened: None,
        }
    }

    /// Waits for this; false where the program ended first.
    pub async fn until(&mut self, moment: impl Future<Output = ()>) -> bool {
        tokio::pin!(moment);
        let deadline = tokio::time::Instant::now() + HANGS;
        loop {
            let line = tokio::select! {
                line = self.lines.recv() => line,
                () = &mut moment => return true,
                () = tokio::time::sleep_until(deadline) => panic!("it hangs: {:#?}", self.said),
            };
            match line {
                Some(line) => self.hear(line),
                None => return false,
            }
        }
    }

    /// Waits until it has told of so many visits that brought something; false where it ended first.
    pub async fn until_told(&mut self, visits: usize) -> bool {
        let distinct = |said: &[String]| {
            let told = said.iter().filter_map(|line| told(line));
            told.collect::<BTreeSet<_>>().len()
        };
        while distinct(&self.said) < visits {
            let line = tokio::time::timeout(HANGS, self.lines.recv()).await;
            match line.unwrap_or_else(|_| panic!("it hangs: {:#?}", self.said)) {
                Some(line) => self.hear(line),
                None => return false,
            }
        }
        true
    }

    /// Kills it with SIGKILL; false where it had ended by itself, and well.
    pub async fn kill(mut self) -> (bool, Program) {
        self.child.kill().expect("killed");
        let status = self.rest().await;
        let killed = status.signal() == Some(9);
        assert!(
            killed || matches!(status.code(), Some(0 | 1)),
            "it ended by itself, {status}: {:#?}",
            self.said
        );
        (killed, self)
    }

    /// Waits until it ends by itself; its exit code.
    pub async fn end(&mut self) -> i32 {
        self.until(std::future::pending()).await;
        let status = self.rest().await;
        status.code().expect("nobody killed it")
    }

    async fn rest(&mut self) -> ExitStatus {
        while let Some(line) = self.lines.recv().await {
            self.hear(line);
        }
        self.child.wait().expect("gone")
    }

    fn hear(&mut self, line: String) {
        if line.contains("the archive is ") {
            self.opened = Some(self.started.elapsed());
        }
        self.said.push(line);
    }
}

/// Runs a command to its end: its exit code and the lines of its answer.
pub async fn answer(dir: &Path, arguments: &[&str]) -> (i32, Vec<Value>) {
    let arguments = [&["--json"], arguments].concat();
    let mut program = Program::start(dir, &arguments);
    let code = program.end().await;
    let json = |line: &String| serde_json::from_str(line).ok();
    (code, program.said.iter().filter_map(json).collect())
}

/// A visit that brought something, as the program tells of it: which watch, the sentence, and the entry where that is told.
pub fn told(line: &str) -> Option<(String, String, Option<u64>)> {
    if let Ok(report) = serde_json::from_str::<Value>(line) {
        let text = |key: &str| Some(report[key].as_str()?.to_owned());
        let entry = report["change"].as_str().and(report["entry"].as_u64())?;
        return Some((text("watch")?, text("sentence")?, Some(entry)));
    }
    let (_, said) = line.split_once(" INFO ")?;
    let (watch, said) = said.split_once(": ")?;
    // What programs read of the line stands after the sentence.
    let (sentence, fields) = said.split_once(" watch=")?;
    let mut fields = fields.split(' ');
    let entry = fields.find_map(|field| field.strip_prefix("entry=")?.parse().ok());
    let ours = watch.starts_with("page-");
    ours.then(|| (watch.to_owned(), sentence.to_owned(), entry))
}

/// Passes on whole lines; one that a kill cut off is no line.
fn listen(from: impl Read + Send + 'static, tell: UnboundedSender<String>) {
    std::thread::spawn(move || {
        let mut from = BufReader::new(from);
        let mut line = String::new();
        while from.read_line(&mut line).is_ok_and(|read| read > 0) {
            if let Some(whole) = line.strip_suffix('\n')
                && tell.send(whole.to_owned()).is_err()
            {
                return;
            }
            line.clear();
        }
    });
}
