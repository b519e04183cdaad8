//! Whether this machine and what was set up have what the program needs, thing by thing, with what to do.

mod clock;
mod disk;
mod hosts;
mod needs;
mod secrets;
mod vitals;
mod write;

use std::path::Path;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::house::{InForce, Opening};
use crate::watchlist::{Operators, Settings, Watchlist};

pub use vitals::{Vital, Vitals, is_alive, vitals};

/// How one thing was found.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Debug)]
#[serde(rename_all = "lowercase")]
pub enum Health {
    /// As it should be.
    Ok,
    /// The program works, but this may surprise some day.
    Warning,
    /// The program does not work, or not with all that is asked of it.
    Wrong,
}

/// A look at one thing that the program needs of its machine, or of what was set up.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct CheckUp {
    /// What: "clock", "disk", a destination as routes name it.
    pub of: String,
    /// How it was found.
    pub standing: Health,
    /// What was found, in a sentence. It may hold names that others gave, and never a secret.
    pub says: String,
    /// What to do, in a sentence, where something is to be done.
    pub remedy: Option<String>,
}

impl CheckUp {
    /// That all is well.
    pub fn ok(of: impl Into<String>, says: impl Into<String>) -> CheckUp {
        CheckUp {
            of: of.into(),
            standing: Health::Ok,
            says: says.into(),
            remedy: None,
        }
    }

    /// That something may surprise some day.
    pub fn warning(
        of: impl Into<String>,
        says: impl Into<String>,
        remedy: impl Into<String>,
    ) -> CheckUp {
        CheckUp {
            standing: Health::Warning,
            remedy: Some(remedy.into()),
            ..CheckUp::ok(of, says)
        }
    }

    /// That something does not work.
    pub fn wrong(
        of: impl Into<String>,
        says: impl Into<String>,
        remedy: impl Into<String>,
    ) -> CheckUp {
        CheckUp {
            standing: Health::Wrong,
            ..CheckUp::warning(of, says, remedy)
        }
    }
}

/// What is looked at. Of what is absent only that is said which can be said without it.
pub struct Patient<'a> {
    /// Where things are.
    pub opening: &'a Opening,
    /// The watchlist, where it can be read.
    pub watchlist: Option<&'a Watchlist>,
    /// The same with the hands that follow from it, where no secret is missing.
    pub in_force: Option<&'a InForce>,
    /// When the newest entry of the archive was written, where there is one that can be asked.
    pub newest: Option<DateTime<Utc>>,
}

/// Looks at everything: asks hosts of the watchlist for their robots.txt, Discord for what it knows of the bot, and nobody
/// else.
pub async fn examine(patient: &Patient<'_>) -> Vec<CheckUp> {
    let (opening, watchlist) = (patient.opening, patient.watchlist);
    let usual = Settings::default();
    let settings = watchlist.map_or(&usual, |watchlist| &watchlist.settings);
    let (met, workers, browser, channels) = tokio::join!(
        hosts::meet(watchlist, settings, &opening.names, &opening.clock),
        needs::workers(opening),
        needs::browser(opening, settings, watchlist),
        needs::channels(opening, patient.in_force),
    );
    let by_default = || Operators::by_default(settings.timezone);
    let below = watchlist.map_or_else(by_default, |watchlist| watchlist.operators.clone());
    let given = &opening.data;
    let data = std::path::absolute(given).unwrap_or_else(|_| given.clone());
    let temporary = (opening.environment.get("TMPDIR")).map_or("/tmp", String::as_str);
    let mut found = vec![
        clock::of(opening.clock.now(), patient.newest, &met.times),
        disk::room(&data, below.disk_below),
        write::archive(&data),
        write::temporary(Path::new(temporary)),
    ];
    found.extend(secrets::permissions(&data, opening, watchlist));
    found.push(needs::open_files());
    found.extend(met.found);
    found.extend([browser, needs::helpers(opening), workers]);
    found.extend(channels);
    found
}

/// The nearest folder above, or the folder itself, that is there.
fn nearest(dir: &Path) -> &Path {
    let there = |folder: &&Path| folder.is_dir();
    let above = dir
        .ancestors()
        .filter(|folder| !folder.as_os_str().is_empty());
    above.into_iter().find(there).unwrap_or(Path::new("."))
}

/// So many of something: "1 host", "2 hosts".
fn counted(count: usize, one: &str, more: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { more })
}

/// Several names in a row, and how many more there are.
fn several(names: &[&str]) -> String {
    const MOST: usize = 3;
    let said = names[..names.len().min(MOST)].join(", ");
    match names.len() {
        0..=MOST => said,
        all => format!("{said} and {} more", all - MOST),
    }
}
