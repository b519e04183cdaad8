//! Pages that change again and again, a watchlist that names them, and a Discord that is told.

use std::path::Path;

use crate::discord::Discord;
use crate::site::{Answer, Site};
use crate::store;

/// The channel that is told of everything.
pub const ALL: u64 = 111;
/// The channel that is told of every other page.
pub const HALF: u64 = 222;

/// The web pages, the Discord, and the directory of watchlist and archive.
pub struct Stage {
    pub dir: tempfile::TempDir,
    pub site: Site,
    pub discord: Discord,
    pub pages: usize,
}

impl Stage {
    /// So many pages on three hosts, each with so many editions, and a watchlist of them.
    pub async fn set(pages: usize, editions: usize) -> Stage {
        let site = Site::start();
        let hosts = [
            format!("127.0.0.1:{}", site.port()),
            site.also_on("127.0.0.2").to_string(),
            site.also_on("127.0.0.3").to_string(),
        ];
        let discord = Discord::start().await;
        let dir = tempfile::tempdir().expect("a directory");
        let mut watchlist = format!(
            r#"[settings]
contact = "editor@example.org"
min_delay = "0s"
jitter = "0s"
allow_private = ["127.0.0.0/8"]
[discord]
api_base = "{}"
[[route]]
to = "discord:{ALL}"
min_severity = 3
[[route]]
to = "discord:{HALF}"
topics = ["half"]
min_severity = 3
"#,
            discord.base
        );
        for page in 0..pages {
            let topic = ["half", "other"][page % 2];
            let host = &hosts[page % 3];
            watchlist += &format!(
                "[[watch]]\nid = \"page-{page}\"\nurl = \"http://{host}/page-{page}\"\ntitle = \"Page {page}\"\ntopics = [\"{topic}\"]\nevery = \"1s\"\n"
            );
            script(&site, page, editions);
        }
        std::fs::write(dir.path().join("watchlist.toml"), watchlist).expect("written");
        Stage {
            dir,
            site,
            discord,
            pages,
        }
    }

    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    /// Waits until the archive's file was seen to change this many times.
    pub fn more_written(&self, times: usize) -> impl Future<Output = ()> {
        let file = self.path().join("archive/sled/db");
        let stamp = move || {
            let about = std::fs::metadata(&file).ok()?;
            Some((about.len(), about.modified().ok()?))
        };
        async move {
            let mut last = stamp();
            for _ in 0..times {
                while stamp() == last {
                    tokio::task::yield_now().await;
                }
                last = stamp();
            }
        }
    }

    /// How many editions of a page were asked for by now.
    pub fn served(&self, page: usize) -> usize {
        let asked = self.site.asked_for(&format!("/page-{page}")).len();
        asked.div_ceil(times(page))
    }
}

/// Plays the editions of a page; every third page stands for two visits, and is answered 304 at the second.
fn script(site: &Site, page: usize, editions: usize) {
    let path = format!("/page-{page}");
    for edition in 1..=editions {
        let answer = Answer::html(&text(page, edition)).etag(&format!("\"{edition}\""));
        for _ in 0..times(page) {
            site.play(&path, answer.clone());
        }
    }
}

fn times(page: usize) -> usize {
    if page % 3 == 1 { 2 } else { 1 }
}

/// An edition of a page: most name a data set nobody heard of, every fourth makes a promise and takes it back.
pub fn text(page: usize, edition: usize) -> String {
    let mark = mark(page, edition);
    let news = match (page % 4, edition % 2) {
        (3, 1) => format!("Patients can opt out of the {mark} collection at any time."),
        (3, _) => format!("The {mark} collection begins on the first Monday of the month."),
        _ => format!("Practices must submit the {mark} Dataset every month."),
    };
    let rest = store::page(&format!("page-{page}"), 0, 30);
    format!(
        "<!doctype html><html lang=\"en\"><head><title>Page {page}</title></head>\
         <body><main><h1>Page {page}</h1>\n<p>{news}</p>\n{rest}</main></body></html>\n"
    )
}

/// A word that stands in this edition of this page and nowhere else.
pub fn mark(page: usize, edition: usize) -> String {
    const SYLLABLES: [&str; 20] = [
        "ba", "ke", "li", "mo", "nu", "ra", "se", "ti", "vo", "zu", "da", "fe", "gi", "ho", "ju",
        "la", "me", "ni", "po", "ru",
    ];
    let mut number = page * 1_000 + edition;
    let mut word = String::from("Q");
    for _ in 0..5 {
        word += SYLLABLES[number % 20];
        number /= 20;
    }
    word
}

/// Which edition of a page these bytes are.
pub fn edition(page: usize, bytes: &[u8]) -> Option<usize> {
    let read = String::from_utf8_lossy(bytes);
    let edition = (1..1_000).find(|edition| read.contains(&mark(page, *edition)))?;
    (text(page, edition).as_bytes() == bytes).then_some(edition)
}
