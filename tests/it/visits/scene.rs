//! A house with a real archive, pages played on this machine, and a clock that is set.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use chrono::{DateTime, TimeDelta, Utc};
use smallprint::clock::Clock;
use smallprint::house::{self, House, Opening, Terminal};
use smallprint::model::{
    Alert, Change, Fact, Landed, Look, Outcome, Said, Severity, State, Version, VisitReport,
    WatchId,
};
use smallprint::store::{ChangeFilter, Store};
use smallprint::visit::{self, Round, Wanted};
use smallprint::wire::{Book, Names};
use smallprint::wording::redline::Paint;
use tokio::sync::mpsc;

use crate::postgres;
use crate::site::{Answer, Site};

/// When a scene begins: a Wednesday.
pub const BEGIN: &str = "2026-05-13T09:00:00Z";

/// The watch that most scenes are about.
pub const PAGE: &str = "nhs.example/page";

/// The hosts that lead to the site.
const HOSTS: [&str; 5] = [
    "nhs.example",
    "www.nhs.example",
    "gov.example",
    "new.example",
    "down.example",
];

/// What every watchlist of a scene begins with.
const SETTINGS: &str = r#"
[settings]
min_delay = "0s"
jitter = "0s"
allow_private = ["127.0.0.0/8"]
"#;

pub struct Scene {
    pub site: Site,
    pub house: Arc<House>,
    pub said: Arc<Mutex<Vec<String>>>,
    folder: tempfile::TempDir,
    opening: Opening,
}

/// Everything that can be asked of an archive.
#[derive(PartialEq, Debug)]
struct Answers {
    states: Vec<(WatchId, State)>,
    versions: Vec<Vec<Version>>,
    looks: Vec<Vec<Look>>,
    changes: Vec<Change>,
    owed: Vec<Alert>,
    said: Vec<Said>,
}

impl Scene {
    /// A scene with this watchlist, and nothing on any page.
    pub async fn open(watchlist: &str) -> Scene {
        Scene::open_with("", watchlist).await
    }

    /// The same with these lines among the settings.
    pub async fn open_with(settings: &str, watchlist: &str) -> Scene {
        let watchlist = &format!("{settings}\n{watchlist}");
        let site = Site::start();
        let folder = tempfile::tempdir().expect("a folder");
        let book = Book::on_port(site.port());
        for host in HOSTS {
            book.enter(host, &["127.0.0.1".parse().expect("an address")]);
        }
        let said = Arc::new(Mutex::new(Vec::new()));
        let heard = said.clone();
        let write = move |text: &str| heard.lock().expect("not poisoned").push(text.to_owned());
        let opening = Opening {
            watchlist: folder.path().join("watchlist.toml"),
            data: folder.path().join("archive"),
            clock: Clock::at(BEGIN.parse().expect("a time")),
            environment: Default::default(),
            terminal: Terminal {
                write: Arc::new(write),
                width: 100,
                paint: Paint::Plain,
            },
            holder: "a test".to_owned(),
            names: Names::Told(book),
            program: env!("CARGO_BIN_EXE_smallprint").into(),
        };
        if let Some(address) = postgres::asked_for() {
            std::fs::create_dir(&opening.data).expect("a directory");
            postgres::place(&opening.data, &address);
        }
        write_watchlist(&opening.watchlist, watchlist);
        let in_force = house::read_in_force(&opening).expect("a sound watchlist");
        let store = Store::open(&opening.data).await.expect("an archive");
        let house = Arc::new(House::new(store, opening.clock.clone(), in_force));
        house::record(&house).await.expect("it is put on record");
        Scene {
            site,
            house,
            said,
            folder,
            opening,
        }
    }

    /// A scene with one watch, `page`, with these lines besides, and a page of these paragraphs on it.
    pub async fn with_page(lines: &str, paragraphs: &[&str]) -> Scene {
        let scene = Scene::open(&page_watch(PAGE, lines)).await;
        scene.shows(PAGE, paragraphs);
        scene.site.play(
            "/",
            Answer::html(&page("The front", &["Welcome to this site."])),
        );
        scene
    }

    /// Puts another watchlist in force, as an edit of the file does.
    pub async fn rewrite(&self, watchlist: &str) {
        write_watchlist(&self.opening.watchlist, watchlist);
        let in_force = house::read_in_force(&self.opening).expect("a sound watchlist");
        self.house.put_in_force(in_force);
        house::record(&self.house)
            .await
            .expect("it is put on record");
    }

    /// The same scene after the archive was closed whatever was under way, and opened again.
    pub async fn cut_off(self) -> Scene {
        let Scene {
            site,
            house,
            said,
            folder,
            opening,
        } = self;
        let store = house.store.clone();
        store.close(house.clock.now()).await.expect("it closes");
        drop(house);
        let store = Store::open(&opening.data).await.expect("an archive");
        let in_force = house::read_in_force(&opening).expect("a sound watchlist");
        let house = Arc::new(House::new(store, opening.clock.clone(), in_force));
        house::record(&house).await.expect("it is put on record");
        Scene {
            site,
            house,
            said,
            folder,
            opening,
        }
    }

    /// What an address, `host/path`, answers from now on.
    pub fn plays(&self, address: &str, answer: Answer) {
        self.site.replay(address, answer);
    }

    /// A page of these paragraphs at an address from now on.
    pub fn shows(&self, address: &str, paragraphs: &[&str]) {
        self.plays(address, Answer::html(&page("Sharing data", paragraphs)));
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.house.clock.now()
    }

    /// Lets this many minutes pass, or be taken back.
    pub fn pass(&self, minutes: i64) -> DateTime<Utc> {
        self.house
            .clock
            .set(self.now() + TimeDelta::minutes(minutes));
        self.now()
    }

    /// Visits one watch now.
    pub async fn visit(&self, id: &str) -> VisitReport {
        let in_force = self.house.in_force();
        let watch = in_force.watchlist.watch(&id.into());
        let visited = visit::visit(&self.house, &in_force, watch.expect("a watch")).await;
        visited.expect("the archive is well")
    }

    /// Visits `page` now.
    pub async fn look(&self) -> VisitReport {
        self.visit("page").await
    }

    /// Visits `page` after this many minutes.
    pub async fn look_after(&self, minutes: i64) -> VisitReport {
        self.pass(minutes);
        self.look().await
    }

    /// Visits these watches in one round.
    pub async fn round(&self, wanted: Wanted) -> Round {
        let (tell, mut heard) = mpsc::channel(1);
        let listen = async { while heard.recv().await.is_some() {} };
        let (round, ()) = tokio::join!(visit::round(&self.house, &wanted, tell), listen);
        round.expect("the archive is well")
    }

    pub async fn state(&self, id: &str) -> State {
        let state = self.house.store.state(&id.into()).await;
        state.expect("the archive is well")
    }

    pub async fn versions(&self, id: &str) -> Vec<Version> {
        let versions = self.house.store.versions(&id.into()).await;
        versions.expect("the archive is well")
    }

    pub async fn owed(&self) -> Vec<Alert> {
        self.house.store.owed().await.expect("the archive is well")
    }

    /// What the entry says that a visit wrote.
    pub async fn landed(&self, report: &VisitReport) -> Landed {
        let entry = self
            .house
            .store
            .entry(report.entry.expect("an entry"))
            .await;
        match entry.expect("the entry is there").fact {
            Fact::Landed(landed) => *landed,
            other => panic!("the visit wrote {other:?}"),
        }
    }

    /// Every fact of the journal.
    pub async fn facts(&self) -> Vec<Fact> {
        let store = &self.house.store;
        store.seal(self.now()).await.expect("the archive is well");
        let mut facts = Vec::new();
        while let Ok(entry) = store.entry(facts.len() as u64 + 1).await {
            facts.push(entry.fact);
        }
        facts
    }

    /// Ends a scene: the archive is whole, and views made afresh answer as those did that grew.
    pub async fn end(self) {
        let store = self.house.store.clone();
        store.seal(self.now()).await.expect("the archive is well");
        let verified = store.verify(|_, _| ()).await.expect("a walk");
        assert_eq!(verified.broken, None);
        let before = self.answers().await;
        store
            .rebuild(|_, _| ())
            .await
            .expect("views are made afresh");
        assert_eq!(
            self.answers().await,
            before,
            "views made afresh answer alike"
        );
        drop(self.folder);
    }

    async fn answers(&self) -> Answers {
        let store = &self.house.store;
        let states = store.states().await.expect("states");
        let (mut versions, mut looks) = (Vec::new(), Vec::new());
        for (watch, _) in &states {
            versions.push(store.versions(watch).await.expect("versions"));
            looks.push(store.looks(watch, usize::MAX).await.expect("looks"));
        }
        let mut said = Vec::new();
        for host in HOSTS {
            let nobody = "nobody".into();
            let of_host = store.said(host, &nobody, DateTime::UNIX_EPOCH).await;
            said.extend(of_host.expect("what was said"));
        }
        let all = ChangeFilter::default();
        Answers {
            states,
            versions,
            looks,
            changes: store.changes(&all).await.expect("changes"),
            owed: store.owed().await.expect("alerts owed"),
            said,
        }
    }
}

fn write_watchlist(path: &PathBuf, watchlist: &str) {
    std::fs::write(path, format!("{SETTINGS}\n{watchlist}")).expect("a file is written");
}

/// The watch `page` at this address, with these lines besides.
pub fn page_watch(address: &str, lines: &str) -> String {
    watch("page", address, lines)
}

/// A watch at this address, with these lines besides.
pub fn watch(id: &str, address: &str, lines: &str) -> String {
    format!("[[watch]]\nid = \"{id}\"\nurl = \"http://{address}\"\nevery = \"30m\"\n{lines}\n")
}

/// A page with a heading and these paragraphs, and the furniture that pages have.
pub fn page(title: &str, paragraphs: &[&str]) -> String {
    let paragraphs: Vec<String> = paragraphs
        .iter()
        .map(|text| format!("<p>{text}</p>"))
        .collect();
    format!(
        "<!doctype html><html lang=\"en\"><head><title>{title}</title></head><body>\
         <nav><a href=\"/\">Home</a> <a href=\"/about\">About us</a></nav>\
         <main><h1>{title}</h1>{}</main><footer><p>A footer.</p></footer></body></html>",
        paragraphs.join("\n")
    )
}

/// The rules of the findings, in order.
pub fn rules(report: &VisitReport) -> Vec<&str> {
    report
        .findings
        .iter()
        .map(|finding| finding.rule.as_str())
        .collect()
}

/// A visit that brought nothing new.
pub fn is_a_look(report: &VisitReport) -> bool {
    report.outcome == Outcome::Unchanged && report.entry.is_none() && report.alerts == 0
}

/// Whether nobody need be told at once.
pub fn is_minor(report: &VisitReport) -> bool {
    report
        .severity
        .is_none_or(|severity| severity <= Severity(2))
}
