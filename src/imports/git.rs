//! The history of a file in git, as archives of terms and scrapers keep it: each commit that touches the file is a capture.

use std::io;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::house::{House, InForce, NotDone};
use crate::imports::clerk::Clerk;
use crate::imports::gather::{FUTURE, TOO_LONG};
use crate::imports::{Passed, TakeAsked, TakenIn, files, tell};
use crate::model::{Capture, Digest, Hop, Origin, Provenance, RecordKind, Watch};
use crate::visit::Recorded;
use crate::watchlist::address_on;
use crate::wording::harmless;

/// The most commits that are taken of one file.
const MOST: usize = 500_000;
/// How long git may be silent.
const PATIENCE: Duration = Duration::from_secs(120);
/// The longest line that git may say, in bytes.
const LONGEST: u64 = 64 * 1024;
/// How much of what git says of its troubles is told, in bytes.
const TROUBLE: u64 = 4096;
/// How a file begins that is kept elsewhere (Git LFS).
const POINTER: &[u8] = b"version https://git-lfs.github.com/spec/";

/// A repository is somebody's: nothing that it sets up is run, nothing is fetched, and names are names.
const CALM: [&str; 12] = [
    "-c",
    "core.hooksPath=/dev/null",
    "-c",
    "core.fsmonitor=false",
    "-c",
    "log.showSignature=false",
    "-c",
    "protocol.allow=never",
    "--no-pager",
    "--no-replace-objects",
    "--no-optional-locks",
    "--literal-pathspecs",
];
/// What of the environment would lead git to another repository, or set it up otherwise.
const FOREIGN: [&str; 12] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_COMMON_DIR",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_NAMESPACE",
    "GIT_CONFIG",
    "GIT_CONFIG_COUNT",
    "GIT_CONFIG_PARAMETERS",
    "GIT_SHALLOW_FILE",
    "GIT_TRACE",
];

/// A commit that touches the file.
struct Commit {
    id: String,
    /// When its author made it: archives of pages put there when they fetched the page.
    at: DateTime<Utc>,
}

/// Takes the history of a file in.
pub(super) async fn take(
    house: &House,
    asked: &TakeAsked,
    (repository, path): (&Path, &str),
    heard: mpsc::Sender<(u64, u64)>,
) -> Result<TakenIn, NotDone> {
    let in_force = house.in_force();
    let watch = asked.watch.as_ref();
    let Some(watch) = watch.and_then(|id| in_force.watchlist.watch(id)) else {
        return Err(NotDone::refused(
            "It is not said which watch the file is of.",
            "Name it with --watch ID.",
        ));
    };
    if path.is_empty() || path.contains(['\n', '\0']) {
        return Err(NotDone::refused(
            "The path of the file cannot be one of a file in git.",
            "Write it as `git ls-files` does.",
        ));
    }
    let mut commits = commits(repository, path).await?;
    commits.sort_by_key(|commit| commit.at);
    let (read, most) = (commits.len() as u64, in_force.watchlist.settings.max_body);
    let mut contents = Contents::of(repository)?;
    let mut clerk = Clerk::new(house);
    let (mut gone, mut long, mut early) = (0, 0, 0);
    for (done, commit) in (0..).zip(&commits) {
        tell(&heard, done, read)?;
        let record = format!("{}:{path}", commit.id);
        if commit.at > house.clock.now() {
            early += 1;
            continue;
        }
        if clerk.is_known(&watch.id, &record).await? {
            continue;
        }
        match contents.file(&record, most).await? {
            Content::File(body) if body.starts_with(POINTER) => {
                clerk.unread(
                    &watch.id,
                    commit.at,
                    "its bytes are kept elsewhere (Git LFS)",
                );
            }
            Content::File(body) => {
                let stood = (repository, path, record);
                let recorded = recorded(&in_force, watch, asked, (commit.at, stood, body));
                clerk.take(&watch.id, recorded).await?;
            }
            Content::None => gone += 1,
            Content::TooLong => long += 1,
        }
    }
    house.store.settle().await?;
    let passed = [
        (gone, "that take the file away"),
        (long, TOO_LONG),
        (early, FUTURE),
    ];
    let passed = passed.into_iter().filter(|(count, _)| *count > 0);
    Ok(TakenIn {
        read,
        watches: clerk.tallies(),
        passed: passed
            .map(|(count, which)| Passed {
                count,
                which: which.to_owned(),
            })
            .collect(),
        broken: Vec::new(),
    })
}

/// The file as a commit has it: nothing is said of an answer that nobody saw.
fn recorded(
    in_force: &InForce,
    watch: &Watch,
    asked: &TakeAsked,
    (at, (repository, path, record), body): (DateTime<Utc>, (&Path, &str, String), Vec<u8>),
) -> Recorded {
    let zone = in_force.watchlist.settings.timezone;
    let day = at.with_timezone(&zone).date_naive();
    let url = (asked.url.clone()).unwrap_or_else(|| address_on(&watch.url, day));
    let capture = Capture {
        at,
        url: url.clone(),
        hops: vec![Hop {
            url,
            status: 0,
            headers: Vec::new(),
            address: None,
            certificate: None,
            at,
        }],
        body: Digest::of(&body),
        length: body.len() as u64,
        provenance: Provenance::Imported {
            file: files::name(repository),
            note: asked.note.clone(),
            origin: Some(Box::new(Origin {
                record,
                kind: RecordKind::Commit,
                path: Some(path.to_owned()),
                told: Vec::new(),
            })),
        },
        beside: Vec::new(),
    };
    Recorded::Page {
        capture: Box::new(capture),
        body,
        beside: Vec::new(),
    }
}

/// Every commit that touches the file.
async fn commits(repository: &Path, path: &str) -> Result<Vec<Commit>, NotDone> {
    let mut git = git(repository);
    git.args(["rev-list", "--format=%H %at", "HEAD", "--", path]);
    let mut child = start(git)?;
    let said = child.stdout.take().expect("it was asked to be heard");
    let trouble = child.stderr.take().expect("it was asked to be heard");
    let (commits, trouble) = tokio::join!(listed(said), heard(trouble));
    let commits = commits?;
    let ended = patiently(child.wait()).await?;
    if !ended.success() {
        let trouble = harmless::line(&trouble);
        return Err(NotDone::refused(
            format!("git cannot read {}: {trouble}", repository.display()),
            "Name a folder that is a git repository, or a bare one, with at least one commit.",
        ));
    }
    match commits.len() {
        0 => Err(NotDone::refused(
            format!("No commit of {} touches {path}.", repository.display()),
            "Write the path as from the top of the repository; `git ls-files` there names them.",
        )),
        some if some > MOST => Err(NotDone::refused(
            format!("More than {MOST} commits touch {path}."),
            "Take the history in parts: a clone with --shallow-since has the newest.",
        )),
        _ => Ok(commits),
    }
}

/// The beginning of what git says of its troubles; the rest is dropped, so that git is never held up.
async fn heard(mut said: ChildStderr) -> String {
    let mut text = Vec::new();
    let mut first = (&mut said).take(TROUBLE);
    first.read_to_end(&mut text).await.ok();
    let mut nowhere = tokio::io::sink();
    tokio::io::copy(&mut said, &mut nowhere).await.ok();
    String::from_utf8_lossy(&text).into_owned()
}

async fn listed(said: ChildStdout) -> Result<Vec<Commit>, NotDone> {
    let mut said = BufReader::new(said);
    let mut commits = Vec::new();
    while let Some(line) = line(&mut said).await? {
        // Before each line that was asked for, git says "commit" and its name.
        let Some((id, at)) = line.split_once(' ').filter(|(id, _)| *id != "commit") else {
            continue;
        };
        let is_name = id.len() >= 40 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
        let at = at.trim().parse().ok();
        let at = at.and_then(|at| DateTime::from_timestamp(at, 0));
        if let (true, Some(at)) = (is_name, at) {
            commits.push(Commit {
                id: id.to_owned(),
                at,
            });
        }
        if commits.len() > MOST {
            break;
        }
    }
    Ok(commits)
}

/// What a commit has under the path.
enum Content {
    File(Vec<u8>),
    None,
    TooLong,
}

/// A git that hands out files.
struct Contents {
    ask: ChildStdin,
    said: BufReader<ChildStdout>,
    _git: Child,
}

impl Contents {
    fn of(repository: &Path) -> Result<Contents, NotDone> {
        let mut git = git(repository);
        git.args(["cat-file", "--batch"])
            .stdin(Stdio::piped())
            .stderr(Stdio::null());
        let mut git = start(git)?;
        Ok(Contents {
            ask: git.stdin.take().expect("it was asked to listen"),
            said: BufReader::new(git.stdout.take().expect("it was asked to be heard")),
            _git: git,
        })
    }

    /// The file of this name, `commit:path`.
    async fn file(&mut self, name: &str, most: u64) -> Result<Content, NotDone> {
        let question = format!("{name}\n");
        patiently(self.ask.write_all(question.as_bytes())).await?;
        patiently(self.ask.flush()).await?;
        let line = line(&mut self.said).await?;
        let line = line.ok_or_else(|| broke(&"it ended too early"))?;
        let mut words = line.rsplitn(3, ' ');
        let (length, sort) = (words.next().unwrap_or_default(), words.next());
        let Some((length, sort)) = length.parse::<u64>().ok().zip(sort) else {
            return Ok(Content::None);
        };
        let is_file = sort == "blob";
        if !is_file || length > most {
            let mut rest = (&mut self.said).take(length + 1);
            patiently(tokio::io::copy(&mut rest, &mut tokio::io::sink())).await?;
            return Ok(match is_file {
                true => Content::TooLong,
                false => Content::None,
            });
        }
        let mut body = Vec::new();
        let mut rest = (&mut self.said).take(length + 1);
        let read = patiently(rest.read_to_end(&mut body)).await?;
        if read as u64 != length + 1 {
            return Err(broke(&"it ended too early"));
        }
        body.pop();
        Ok(Content::File(body))
    }
}

fn git(repository: &Path) -> Command {
    let mut git = Command::new("git");
    for name in FOREIGN {
        git.env_remove(name);
    }
    git.env("LC_ALL", "C")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_ATTR_NOSYSTEM", "1");
    // A folder that is no repository is not part of the one that it lies in.
    if let Some(above) = repository.parent() {
        git.env("GIT_CEILING_DIRECTORIES", above);
    }
    git.args(CALM)
        .arg("-C")
        .arg(repository)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    git
}

fn start(mut git: Command) -> Result<Child, NotDone> {
    git.spawn().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => NotDone::refused(
            "There is no git on this machine, which reads the history.",
            "Install git where the smallprint runs that holds the archive.",
        ),
        _ => broke(&error),
    })
}

/// A line without its end; `None` at the end.
async fn line(from: &mut BufReader<ChildStdout>) -> Result<Option<String>, NotDone> {
    let mut line = Vec::new();
    let mut some = from.take(LONGEST);
    patiently(some.read_until(b'\n', &mut line)).await?;
    if line.is_empty() {
        return Ok(None);
    }
    match line.pop() {
        Some(b'\n') => Ok(Some(String::from_utf8_lossy(&line).into_owned())),
        _ => Err(broke(&"it says too much")),
    }
}

async fn patiently<T>(work: impl Future<Output = io::Result<T>>) -> Result<T, NotDone> {
    match timeout(PATIENCE, work).await {
        Ok(done) => done.map_err(|error| broke(&error)),
        Err(_) => Err(broke(&"it was silent for two minutes")),
    }
}

fn broke(error: &dyn std::fmt::Display) -> NotDone {
    NotDone::refused(
        format!("git broke off: {error}."),
        "`git fsck` in the repository says whether it is sound; then give the same command again: it goes on from there.",
    )
}
