//! The loopback site of `../shared/bench/site`, and an archive that watches its pages.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use smallprint::clock::Clock;
use smallprint::house::{self, House, Opening, Terminal};
use smallprint::store::Store;
use smallprint::wire::Names;
use smallprint::wording::redline::Paint;

pub type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// How many hosts of the loopback network it has.
pub const HOSTS: usize = 16;

/// The site, running; it ends with the bench.
pub struct Site {
    child: Child,
    pub port: u16,
}

impl Site {
    /// Builds the site where it is there, and starts it with so many pages, this share of which has other words at each
    /// revision, and other bytes at each of what `noise` says (its README has the words for it).
    pub async fn start(pages: usize, share: &str, noise: &str) -> Outcome<Option<Site>> {
        let Some(program) = build()? else {
            say("skipped: ../shared/bench/site is not there, so there are no pages to visit");
            return Ok(None);
        };
        let port = free_port()?;
        let child = Command::new(program)
            .args(["--n", &pages.to_string(), "--hosts", &HOSTS.to_string()])
            .args(["--port", &port.to_string(), "--seed", "7"])
            .args(["--frac", share, "--noise", noise, "--profile", "outer"])
            .stdout(Stdio::null())
            .spawn()?;
        let site = Site { child, port };
        for _ in 0..100 {
            if site.control("stats").await.is_ok() {
                return Ok(Some(site));
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Err("the loopback site did not start".into())
    }

    /// What it answers to this question of the bench.
    pub async fn control(&self, what: &str) -> Outcome<String> {
        get(&format!("http://127.0.0.1:{}/control/{what}", self.port)).await
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// Where a page is.
pub fn url(page: usize, port: &str) -> String {
    format!("http://127.0.0.{}:{port}/site/{page}", page % HOSTS + 1)
}

/// What is served at an address.
pub async fn get(url: &str) -> Outcome<String> {
    let client = reqwest::Client::builder().no_proxy().build()?;
    Ok(client.get(url).send().await?.text().await?)
}

/// A watchlist of these pages.
pub fn watchlist_text(pages: impl Iterator<Item = usize>, port: &str) -> String {
    let mut text = "[settings]\nmin_delay = \"0s\"\nallow_private = [\"127.0.0.0/8\"]\nvisits_at_once = 16\n\n\
                    [[route]]\nto = \"terminal\"\nmin_severity = 2\n"
        .to_owned();
    for page in pages {
        let url = url(page, port);
        text.push_str(&format!(
            "\n[[watch]]\nid = \"page-{page}\"\nurl = \"{url}\"\nevery = \"1h\"\n"
        ));
    }
    text
}

/// Opens an archive with this watchlist in force.
pub async fn open(folder: &Path, text: String) -> Outcome<Arc<House>> {
    let watchlist = folder.join("watchlist.toml");
    std::fs::write(&watchlist, text)?;
    let opening = Opening {
        watchlist,
        data: folder.join("archive"),
        clock: Clock::System,
        environment: Default::default(),
        terminal: Terminal {
            write: Arc::new(|_| {}),
            width: 80,
            paint: Paint::Plain,
        },
        holder: "smallprint bench".to_owned(),
        names: Names::System,
        program: std::env::current_exe()?,
    };
    let in_force = house::read_in_force(&opening).map_err(|error| format!("{error}: {error:?}"))?;
    let store = Store::open_as(&opening.data, &opening.holder).await?;
    Ok(Arc::new(House::new(store, opening.clock, in_force)))
}

/// How many bytes the files of a folder have.
pub fn size(folder: &Path) -> Outcome<u64> {
    let mut bytes = 0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let about = entry.metadata()?;
        bytes += match about.is_dir() {
            true => size(&entry.path())?,
            false => about.len(),
        };
    }
    Ok(bytes)
}

#[expect(clippy::print_stdout, reason = "a bench prints its table")]
pub fn say(text: &str) {
    println!("{text}");
}

fn build() -> Outcome<Option<PathBuf>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let manifest = root.join("../shared/bench/site/Cargo.toml");
    if !manifest.exists() {
        return Ok(None);
    }
    let target = root.join("target/benchsite");
    let built = Command::new("cargo")
        .args(["build", "--release", "--quiet", "--manifest-path"])
        .arg(&manifest)
        .arg("--target-dir")
        .arg(&target)
        .status()?;
    if !built.success() {
        return Err("the loopback site cannot be built".into());
    }
    Ok(Some(target.join("release/benchsite")))
}

fn free_port() -> Outcome<u16> {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0))?;
    Ok(listener.local_addr()?.port())
}
