//! One Chromium with all its children, from its start to the end of the last of them.

use std::io;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group, test_kill_process_group};
use tempfile::TempDir;
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use crate::browser::flags;

/// What starts the browser: the pipe it is driven by is its third and fourth file, no process of it may have more than
/// 3 GiB of data or write a file of more than 256 MiB, and none leaves a core.
const START: &str = "ulimit -c 0; ulimit -d 3145728; ulimit -f 524288; \
                     exec \"$0\" \"$@\" 3<&0 4>&1 </dev/null >/dev/null 2>last-words";

/// How often, and at what distance, it is asked whether all children are gone.
const ASK: (u32, Duration) = (50, Duration::from_millis(20));

/// Where programs are where nobody said so; a browser may be started by a script that needs them.
const USUAL: &str = "/usr/local/bin:/usr/bin:/bin";

/// How much of what a browser says last is told.
const LAST_WORDS: usize = 300;

/// A browser in a process group of its own, with a profile that is gone with it.
pub(super) struct Process {
    child: Child,
    group: Option<Pid>,
    profile: TempDir,
}

/// The ends of the pipe that a browser is driven by.
pub(super) struct Pipes {
    pub(super) to: ChildStdin,
    pub(super) from: ChildStdout,
}

impl Process {
    /// Starts a browser behind the proxy on this port.
    pub(super) fn start(
        executable: &Path,
        path: &str,
        zone: &str,
        port: u16,
    ) -> io::Result<(Process, Pipes)> {
        let profile = tempfile::Builder::new()
            .prefix("smallprint-browser-")
            .tempdir()?;
        let home = profile.path();
        let mut command = Command::new("/bin/sh");
        command
            .args(["-c", START])
            .arg(std::path::absolute(executable)?)
            .args(flags::all(&home.join("profile"), port))
            // What is secret in our own environment is nothing to a browser.
            .env_clear()
            .envs([
                ("PATH", if path.is_empty() { USUAL } else { path }),
                ("TZ", zone),
                ("LANG", "en_GB.UTF-8"),
            ])
            .envs(
                [
                    "HOME",
                    "TMPDIR",
                    "XDG_CONFIG_HOME",
                    "XDG_CACHE_HOME",
                    "XDG_RUNTIME_DIR",
                ]
                .map(|name| (name, home)),
            )
            .current_dir(home)
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true);
        let mut child = command.spawn()?;
        let group = child
            .id()
            .and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
        let no_pipe = || io::Error::other("it has no pipe");
        let pipes = Pipes {
            to: child.stdin.take().ok_or_else(no_pipe)?,
            from: child.stdout.take().ok_or_else(no_pipe)?,
        };
        let process = Process {
            child,
            group,
            profile,
        };
        Ok((process, pipes))
    }

    /// Ends the browser with all its children; what it said last, in brackets, for where it failed.
    pub(super) async fn end(&mut self) -> String {
        let words = self.last_words();
        let Some(group) = self.kill() else {
            return words;
        };
        self.child.wait().await.ok();
        // The profile can be taken away for good once nobody writes there.
        for _ in 0..ASK.0 {
            if test_kill_process_group(group).is_err() {
                break;
            }
            tokio::time::sleep(ASK.1).await;
        }
        words
    }

    /// Kills the group once; its number may be given to others when all of it are gone.
    fn kill(&mut self) -> Option<Pid> {
        let group = self.group.take()?;
        kill_process_group(group, Signal::KILL).ok();
        Some(group)
    }

    fn last_words(&self) -> String {
        let said = std::fs::read(self.profile.path().join("last-words")).unwrap_or_default();
        let said = String::from_utf8_lossy(&said);
        let telling = |line: &&str| line.contains("FATAL") || line.contains("sandbox");
        let line = said.lines().rev().find(telling);
        line.map(|line| {
            format!(
                " (it said “{}”)",
                line.chars().take(LAST_WORDS).collect::<String>()
            )
        })
        .unwrap_or_default()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}
