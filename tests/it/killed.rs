//! The program under `kill -9` while it visits and delivers: nothing acknowledged is lost, nothing is said twice.
//!
//! `SMALLPRINT_KILLS` says how often; 6 times where it is not set. `SMALLPRINT_PROGRAM` names another build to kill.

pub mod audit;
mod errands;
pub mod program;
pub mod stage;
mod storm;

use std::pin::Pin;
use std::time::Duration;

use axum::http::Method;
use chrono::{TimeDelta, Utc};

use crate::discord::Fault;
use crate::program::many;
use program::Program;
use stage::{ALL, HALF, Stage};

/// How often one archive is killed at most: its pages have an end.
const MOST: usize = 100;

/// When a program is killed.
#[derive(Clone, Copy, Debug)]
enum Moment {
    /// When so many web pages have been asked for.
    Asked(usize),
    /// When so many requests were made of Discord.
    Posted(usize),
    /// When Discord has stored a message of this channel, and before it answers.
    Held(u64),
    /// When Discord has been asked to store one, and before it does.
    Lost(u64),
    /// When the archive's file has changed so many times.
    Written(usize),
    /// When it has told of so many visits.
    Told(usize),
}

/// The moments of a round: now early, now late, never the same two in a row.
fn moment(round: usize) -> Moment {
    let some = |most: usize| 1 + round * 37 % most;
    match round % 7 {
        0 => Moment::Asked(some(31)),
        1 => Moment::Told(some(23)),
        2 => Moment::Held([ALL, HALF][round / 7 % 2]),
        3 => Moment::Posted(some(17)),
        4 => Moment::Written(some(79)),
        5 => Moment::Lost([HALF, ALL][round / 7 % 2]),
        _ => Moment::Written(some(41)),
    }
}

/// What was seen of all rounds.
#[derive(Default)]
struct Seen {
    kills: usize,
    said: Vec<String>,
    slowest: Duration,
}

impl Seen {
    /// Starts the program and kills it at a moment, unless it ends before.
    async fn killed(&mut self, stage: &Stage, arguments: &[&str], moment: Moment) {
        match moment {
            Moment::Held(ALL) => stage.discord.will(ALL, [Fault::CutAfter, Fault::Held]),
            Moment::Held(channel) => stage.discord.will(channel, [Fault::Held]),
            Moment::Lost(channel) => stage.discord.will(channel, [Fault::Lost]),
            _ => (),
        }
        let due: Option<Pin<Box<dyn Future<Output = ()>>>> = match moment {
            Moment::Asked(times) => Some(Box::pin(stage.site.more_asked(times))),
            Moment::Posted(times) => Some(Box::pin(stage.discord.more_asked(times))),
            Moment::Held(_) | Moment::Lost(_) => Some(Box::pin(stage.discord.one_held())),
            Moment::Written(times) => Some(Box::pin(stage.more_written(times))),
            Moment::Told(_) => None,
        };
        let mut program = Program::start(stage.path(), arguments);
        let alive = match (moment, due) {
            (Moment::Told(visits), _) => program.until_told(visits).await,
            (_, due) => program.until(due.expect("a moment")).await,
        };
        let (killed, program) = program.kill().await;
        assert!(alive || !killed, "{moment:?}");
        stage.discord.be_well();
        self.kills += usize::from(killed);
        self.slowest = self.slowest.max(program.opened.unwrap_or_default());
        self.said.extend(program.said);
    }

    /// Runs a command that nobody kills.
    async fn whole(&mut self, stage: &Stage, arguments: &[&str]) {
        let mut program = Program::start(stage.path(), arguments);
        let code = program.end().await;
        assert!(
            code <= 1,
            "{arguments:?} ended with {code}: {:#?}",
            program.said
        );
        self.said.extend(program.said);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_alert_stands_exactly_once_however_often_the_program_is_killed() {
    let mut left = many("SMALLPRINT_KILLS", 6);
    while left > 0 {
        let kills = left.min(MOST);
        left -= kills;
        killed_so_often(kills).await;
    }
}

async fn killed_so_often(kills: usize) {
    let stage = Stage::set(12, 900).await;
    let mut seen = Seen::default();
    let mut round = 0;
    while seen.kills < kills {
        let moment = moment(round);
        if round % 4 == 3 {
            let visits = match round % 8 {
                3 => Moment::Told(1 + round * 5 % 11),
                _ => Moment::Written(2 + round * 5 % 47),
            };
            seen.killed(&stage, &["--json", "visit", "--all"], visits)
                .await;
            seen.killed(&stage, &["--json", "deliver"], moment).await;
        } else {
            seen.killed(&stage, &["run"], moment).await;
        }
        round += 1;
        assert!(
            round < 4 * kills,
            "the program ends before it can be killed"
        );
    }
    seen.whole(&stage, &["--json", "visit", "--all"]).await;
    seen.whole(&stage, &["--json", "deliver"]).await;
    let figures = audit::all_is_well(&stage, &seen.said).await;
    let told = seen.said.iter().filter_map(|line| program::told(line));
    println!(
        "{} kills in {round} rounds, {} editions served, {} versions, {} of them told of, {} alerts in {} messages, slowest start {:?}",
        seen.kills,
        figures.served,
        figures.versions,
        told.count(),
        figures.alerts,
        figures.messages,
        seen.slowest
    );
    assert!(figures.messages > kills, "hardly anything was said");
}

/// A page that changed since the first visit, so that something is owed.
async fn owing(pages: usize) -> (Stage, Seen) {
    let stage = Stage::set(pages, 9).await;
    let mut seen = Seen::default();
    for _ in 0..2 {
        let visit = ["--json", "visit", "--all"];
        seen.whole(&stage, &visit).await;
    }
    (stage, seen)
}

#[tokio::test(flavor = "multi_thread")]
async fn deliver_pays_every_alert_once_and_in_order_whatever_discord_does() {
    let (stage, mut seen) = owing(12).await;
    let (nothing, slow) = (Fault::Nothing, Fault::TooMany(Some("0.2")));
    stage.discord.will(
        ALL,
        [
            Fault::Broken,
            Fault::Broken,
            nothing.clone(),
            slow,
            nothing.clone(),
            Fault::CutAfter,
        ],
    );
    stage.discord.will(
        HALF,
        [
            Fault::CutBefore,
            nothing.clone(),
            Fault::Gateway,
            nothing,
            Fault::Garbled,
        ],
    );
    seen.whole(&stage, &["--json", "deliver"]).await;
    let figures = audit::all_is_well(&stage, &seen.said).await;
    assert_eq!(figures.messages, 12);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_whose_sender_was_killed_hours_ago_is_looked_for_first() {
    for moment in [Moment::Held(ALL), Moment::Lost(ALL)] {
        let (stage, mut seen) = owing(4).await;
        let deliver = ["--json", "deliver"];
        seen.killed(&stage, &deliver, moment).await;
        assert_eq!(seen.kills, 1);
        stage.discord.forget_nonces();
        let later = (Utc::now() + TimeDelta::hours(2)).to_rfc3339();
        let later = ["--json", "--at", &later, "deliver"];
        seen.whole(&stage, &later).await;
        audit::all_is_well(&stage, &seen.said).await;
        let listed = |(method, _): &(_, _)| *method == Method::GET;
        assert!(stage.discord.asked().iter().any(listed));
    }
}
