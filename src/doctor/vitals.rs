//! Whether a running program lives, and does all it is there for.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::alarms::size;
use crate::deliver::{self, Refused};
use crate::doctor::{CheckUp, Health, counted};
use crate::house::{House, Task};
use crate::oversight;
use crate::store::{StoreError, Writes};

/// From so long a silence on a task is said to stand still: each says something once a minute at least.
const SILENCE: Duration = Duration::from_secs(300);
/// The same of deliveries: a long line of alerts is paid to its end before another watchlist counts, at the pace of its channel.
const SILENCE_OF_DELIVERIES: Duration = Duration::from_secs(3600);

/// How a running program was found.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Vitals {
    /// Whether it lives: its tasks go on, and its archive takes what is written.
    pub alive: bool,
    /// Whether it does all it is there for.
    pub ready: bool,
    /// Why not, in a sentence.
    pub why: Option<String>,
    /// Thing by thing.
    pub checks: Vec<Vital>,
}

/// One thing that a running program needs, and since when it stands like that.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Vital {
    /// What, and how it was found.
    #[serde(flatten)]
    pub check_up: CheckUp,
    /// Since when, as far as somebody looked.
    pub since: DateTime<Utc>,
}

/// Whether the program lives. It is told without asking the archive anything.
///
/// # Errors
/// What stands still, in a sentence.
pub fn is_alive(house: &House) -> Result<(), String> {
    match house.store.writes() {
        Writes::Taken(_) => {}
        Writes::Hang(busy) => {
            return Err(format!(
                "A write to the archive has not come to its end for {} seconds.",
                busy.as_secs()
            ));
        }
        Writes::Refused(why) => return Err(format!("The archive takes nothing more: {why}.")),
        Writes::Closed => return Err("The archive was closed.".to_owned()),
    }
    for task in Task::ALL {
        still(house, task)?;
    }
    Ok(())
}

/// Looks at everything a running program needs, of what it has at hand: nobody outside is asked.
///
/// # Errors
/// The archive's.
pub async fn vitals(house: &House) -> Result<Vitals, StoreError> {
    let now = house.clock.now();
    let alive = is_alive(house);
    let mut checks = vec![store(house)];
    if matches!(house.store.writes(), Writes::Taken(_)) {
        checks.push(schedule(house, now).await?);
        checks.push(deliveries(house, now).await?);
        checks.push(room(house).await);
    }
    let begun = not_begun(house);
    let wrong = checks.iter().find(|one| one.standing == Health::Wrong);
    let wrong = wrong.map(|one| one.says.clone());
    let why = alive.clone().err().or(wrong).or(begun);
    let checks = checks.into_iter().map(|check_up| {
        let of = NAMES.iter().find(|name| **name == check_up.of);
        let since = of.map_or(now, |of| {
            house.signs.found(of, word(check_up.standing), now)
        });
        Vital { check_up, since }
    });
    Ok(Vitals {
        alive: alive.is_ok(),
        ready: why.is_none(),
        why,
        checks: checks.collect(),
    })
}

/// What is looked at.
const NAMES: [&str; 4] = [STORE, SCHEDULE, DELIVERIES, DISK];
const STORE: &str = "store";
const SCHEDULE: &str = "schedule";
const DELIVERIES: &str = "deliveries";
const DISK: &str = "disk";
/// What to do where something stands still.
const AGAIN: &str =
    "Look at the log and at the disk, then start the program again; nothing acknowledged is lost.";

fn word(standing: Health) -> &'static str {
    match standing {
        Health::Ok => "ok",
        Health::Warning => "warning",
        Health::Wrong => "wrong",
    }
}

/// That a task stands still.
fn still(house: &House, task: Task) -> Result<(), String> {
    let most = match task {
        Task::Deliveries => SILENCE_OF_DELIVERIES,
        Task::Visits | Task::Oversight => SILENCE,
    };
    match house.signs.silent(task).filter(|silent| *silent >= most) {
        None => Ok(()),
        Some(silent) => Err(format!(
            "The task of {} has given no sign of life for {} seconds.",
            task.word(),
            silent.as_secs()
        )),
    }
}

/// What has not begun yet of what has to.
fn not_begun(house: &House) -> Option<String> {
    let waits = |task| house.signs.runs(task) && house.signs.silent(task).is_none();
    if waits(Task::Visits) {
        return Some("The schedule was not looked at yet.".to_owned());
    }
    waits(Task::Deliveries).then(|| "The outbox was not looked at yet.".to_owned())
}

fn store(house: &House) -> CheckUp {
    match (house.store.writes(), is_alive(house)) {
        (Writes::Taken(last), _) => {
            let says = format!("The archive takes what is written; its last entry is {last}.");
            CheckUp::ok(STORE, says)
        }
        (_, said) => CheckUp::wrong(STORE, said.err().unwrap_or_default(), AGAIN),
    }
}

async fn schedule(house: &House, now: DateTime<Utc>) -> Result<CheckUp, StoreError> {
    if !house.signs.runs(Task::Visits) {
        let says = "No visits are made from here.";
        return Ok(CheckUp::ok(SCHEDULE, says));
    }
    if let Err(says) = still(house, Task::Visits) {
        return Ok(CheckUp::wrong(SCHEDULE, says, AGAIN));
    }
    if house.signs.silent(Task::Visits).is_none() {
        let says = "The schedule was not looked at yet.";
        return Ok(CheckUp::warning(SCHEDULE, says, "It will be in a moment."));
    }
    let in_force = house.in_force();
    let states = house.known().await?;
    let awake = house.signs.awake().unwrap_or(now);
    let late = oversight::lateness(&in_force, &states, awake, now);
    let limit = in_force.watchlist.operators.late_after;
    if limit.is_some_and(|limit| late >= limit) {
        let says = format!("The visit to the most overdue page is {} late.", told(late));
        let remedy = "The status page of the window and `smallprint list` say which pages wait; see whether their host answers.";
        return Ok(CheckUp::warning(SCHEDULE, says, remedy));
    }
    let watched = in_force.watchlist.enabled().count();
    let says = format!(
        "{} visited on schedule.",
        match watched {
            1 => "1 page is".to_owned(),
            many => format!("{many} pages are"),
        }
    );
    Ok(CheckUp::ok(SCHEDULE, says))
}

async fn deliveries(house: &House, now: DateTime<Utc>) -> Result<CheckUp, StoreError> {
    if let Err(says) = still(house, Task::Deliveries) {
        return Ok(CheckUp::wrong(DELIVERIES, says, AGAIN));
    }
    let owed = house.store.owed().await?;
    let oldest = deliver::oldest(&owed, now);
    let says = format!(
        "{} owed{}.",
        match owed.len() {
            0 => "Nothing is".to_owned(),
            1 => "1 alert is".to_owned(),
            many => format!("{many} alerts are"),
        },
        oldest.map_or(String::new(), |age| {
            format!(", the oldest that could be sent for {}", told(age))
        })
    );
    let refused = house.refused();
    let refused = refused.values().filter(|one| Refused::is_for_long(one));
    let refused = refused.count();
    let limit = house.in_force().watchlist.operators.refused_after;
    let old = oldest.is_some_and(|age| limit.is_some_and(|limit| age >= limit));
    if refused == 0 && !old {
        return Ok(CheckUp::ok(DELIVERIES, says));
    }
    let says = match refused {
        0 => says,
        many => format!(
            "{says} {} refused for long.",
            match many {
                1 => "1 channel has".to_owned(),
                many => format!("{many} channels have"),
            }
        ),
    };
    let remedy = "`smallprint outbox` says which alerts wait, and why.";
    Ok(CheckUp::warning(DELIVERIES, says, remedy))
}

async fn room(house: &House) -> CheckUp {
    let space = match house.store.space().await {
        Ok(space) => space,
        Err(error) => {
            let says = format!("The room on the disk of the archive is not known: {error}.");
            let remedy = "See whether the directory of the archive is still there.";
            return CheckUp::warning(DISK, says, remedy);
        }
    };
    let (taken, free) = (size(space.taken), size(space.free));
    let says = format!("The archive takes {taken}; its disk has {free} left.");
    let limit = house.in_force().watchlist.operators.disk_below;
    match limit.filter(|limit| space.free < *limit) {
        None => CheckUp::ok(DISK, says),
        Some(limit) => {
            let says = format!("{says} That is less than {}.", size(limit));
            CheckUp::warning(
                DISK,
                says,
                "Make room, or move the archive to a larger disk.",
            )
        }
    }
}

/// A length of time, in its largest unit.
fn told(time: TimeDelta) -> String {
    let count =
        |number: i64, one, more| counted(usize::try_from(number).unwrap_or_default(), one, more);
    match time.num_minutes() {
        0 => count(time.num_seconds(), "second", "seconds"),
        minutes @ 1..=119 => count(minutes, "minute", "minutes"),
        minutes @ 120..=2879 => count(minutes / 60, "hour", "hours"),
        minutes => count(minutes / 60 / 24, "day", "days"),
    }
}
