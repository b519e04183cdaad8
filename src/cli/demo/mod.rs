//! `demo`: the care.data story, offline, through the real pipeline.

mod telling;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

use crate::cli::arguments::Arguments;
use crate::cli::desk;
use crate::cli::screen::Screen;
use crate::cli::{Exit, Trouble};
use crate::clock::Clock;
use crate::deliver::Patience;
use crate::house::{self, House, Opening, Terminal};
use crate::model::{Message, Outcome, VisitReport, WatchId};
use crate::store::Store;
use crate::visit;
use crate::web::stage::{Page, Stage};
use crate::web::story::{self, Fetch, Story};
use crate::wording::{harmless, times};

/// How long before a fetch the page is seen with its earlier text, so that the bounds are as near as a schedule's.
const SEEN_BEFORE: TimeDelta = TimeDelta::hours(2);

/// The demo while it goes on.
struct Demo<'a> {
    screen: &'a Screen,
    stage: Stage,
    house: Arc<House>,
    printed: Arc<Mutex<Vec<String>>>,
    alerts: usize,
}

pub(super) async fn demo(
    arguments: &Arguments,
    screen: &Screen,
    folder: Option<&Path>,
) -> Result<Exit, Trouble> {
    let story = Story::read();
    let folder = prepare(folder)?;
    let watchlist = folder.join("watchlist.toml");
    let data = folder.join("archive");
    std::fs::write(&watchlist, story::WATCHLIST).map_err(|error| unwritable(&watchlist, &error))?;
    let mut demo = open(arguments, screen, &story, &watchlist, &data).await?;
    demo.introduce(&story);
    for fetch in &story.fetches {
        demo.play(&story, fetch).await?;
    }
    demo.house
        .store
        .clone()
        .close(demo.house.clock.now())
        .await?;
    demo.leave(&folder);
    Ok(Exit::Fine)
}

/// The folder given, which must be new or empty, or a temporary one that stays.
fn prepare(folder: Option<&Path>) -> Result<PathBuf, Trouble> {
    let Some(folder) = folder else {
        let temporary = tempfile::Builder::new()
            .prefix("smallprint-demo-")
            .tempdir();
        let temporary = temporary.map_err(|error| unwritable(&std::env::temp_dir(), &error))?;
        return Ok(temporary.keep());
    };
    std::fs::create_dir_all(folder).map_err(|error| unwritable(folder, &error))?;
    let mut inside = std::fs::read_dir(folder).map_err(|error| unwritable(folder, &error))?;
    match inside.next() {
        None => Ok(folder.to_owned()),
        Some(_) => Err(
            Trouble::sentence(format!("The folder {} is not empty.", folder.display()))
                .with("Name a new folder for the demo, or none for a temporary one."),
        ),
    }
}

fn unwritable(path: &Path, error: &io::Error) -> Trouble {
    Trouble::sentence(format!(
        "The demo cannot write to {}: {error}.",
        path.display()
    ))
    .with("Name a folder that this user may write to: smallprint demo FOLDER.")
}

async fn open<'a>(
    arguments: &Arguments,
    screen: &'a Screen,
    story: &Story,
    watchlist: &Path,
    data: &Path,
) -> Result<Demo<'a>, Trouble> {
    let stage = Stage::open().await;
    let stage = stage.map_err(|error| {
        Trouble::sentence(format!("No local port can be had for the demo: {error}."))
    })?;
    let printed = Arc::new(Mutex::new(Vec::new()));
    let print = printed.clone();
    let locations = story
        .fetches
        .iter()
        .filter_map(|fetch| fetch.location.as_ref());
    let write = Arc::new(move |text: &str| {
        print
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(text.to_owned());
    });
    let terminal = Terminal {
        write,
        ..screen.terminal()
    };
    let opening = Opening {
        watchlist: watchlist.to_owned(),
        data: data.to_owned(),
        clock: Clock::at(story.fetches[0].fetched_at - SEEN_BEFORE),
        terminal,
        names: stage.names(
            story
                .fetches
                .iter()
                .map(|fetch| &fetch.url)
                .chain(locations),
        ),
        ..desk::opening(arguments, screen, "demo")
    };
    let in_force = house::read_in_force(&opening)?;
    let store = Store::open_as(data, &opening.holder).await?;
    let house = Arc::new(House::new(store, opening.clock.clone(), in_force));
    house::record(&house).await?;
    for front in story
        .fetches
        .iter()
        .filter_map(|fetch| fetch.location.as_ref())
    {
        stage.set(front, front_page());
    }
    Ok(Demo {
        screen,
        stage,
        house,
        printed,
        alerts: 0,
    })
}

/// Where an old address leads once its site has moved: a front page, not the document.
fn front_page() -> Page {
    let body = "<!doctype html><html lang=\"en\"><head><title>NHS Digital</title></head><body><main>\
                <h1>NHS Digital</h1><p>Information and technology for better health and care.</p>\
                <p>Find data, systems and services.</p></main></body></html>";
    Page {
        status: 200,
        location: None,
        body: body.to_owned(),
    }
}

impl Demo<'_> {
    /// One fetch: a look that finds the earlier text, the fetch itself, its alerts, and a second look where one is due.
    async fn play(&mut self, story: &Story, fetch: &Fetch) -> Result<(), Trouble> {
        let earlier = story
            .fetches
            .iter()
            .any(|other| other.page == fetch.page && other.n < fetch.n);
        if earlier {
            self.house.clock.set(fetch.fetched_at - SEEN_BEFORE);
            self.visit(&fetch.page).await?;
        }
        self.house.clock.set(fetch.fetched_at);
        self.stage.set(&fetch.url, page(fetch));
        self.announce(story, fetch);
        let report = self.visit(&fetch.page).await?;
        self.redline(&report).await?;
        let alerts = self.deliver().await?;
        self.alerts += alerts.len();
        self.tell(fetch, &report, &alerts).await;
        if let Some((_, due)) = self.house.store.state(&report.watch).await?.second_look {
            self.look_again(fetch, &report.watch, due).await?;
        }
        Ok(())
    }

    async fn visit(&self, page: &str) -> Result<VisitReport, Trouble> {
        let in_force = self.house.in_force();
        let watch = in_force
            .watchlist
            .watches
            .iter()
            .find(|watch| watch.id.0 == page);
        let watch = watch.expect("every page of the story is on its watchlist");
        Ok(visit::visit(&self.house, &in_force, watch).await?)
    }

    /// Pays what is owed, and returns the messages that were sent.
    async fn deliver(&self) -> Result<Vec<Message>, Trouble> {
        let paid = self.house.pay(Patience::COMMAND).await?;
        let mut messages = Vec::new();
        for (alert, _) in &paid.sent {
            if let Some((composed, _)) = self.house.store.composed(*alert).await? {
                let payload = self.house.store.body(composed.payload).await?;
                messages.extend(serde_json::from_slice::<Message>(&payload).ok());
            }
        }
        Ok(messages)
    }

    /// The second look that an important removal asks for.
    async fn look_again(
        &self,
        fetch: &Fetch,
        watch: &WatchId,
        due: DateTime<Utc>,
    ) -> Result<(), Trouble> {
        self.house.clock.set(due);
        let report = self.visit(&watch.0).await?;
        let alerts = self.deliver().await?;
        self.printed
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
        if self.screen.json {
            self.screen
                .json(&telling::row(fetch, &report, &alerts, "second-look"));
        }
        let verdict = match report.outcome {
            Outcome::Unchanged => "still so; the message above is edited to say it".to_owned(),
            _ => harmless::line(report.sentence.as_deref().unwrap_or("it was back")),
        };
        let when = times::moment(due, chrono_tz::Europe::London);
        self.prose("   ", &format!("second look, {when}: {verdict}"));
        self.say("");
        Ok(())
    }
}

fn page(fetch: &Fetch) -> Page {
    Page {
        status: fetch.status,
        location: fetch.location.clone(),
        body: fetch.body().to_owned(),
    }
}
