//! `doctor`: whether this machine and what was set up have what the program needs.

use chrono::{DateTime, Utc};

use crate::alarms::size;
use crate::answers::{Request, Response};
use crate::cli::arguments::Arguments;
use crate::cli::desk::{self, Desk};
use crate::cli::screen::{Ink, Screen, counted};
use crate::cli::{Exit, Trouble};
use crate::doctor::{self, CheckUp, Health, Patient};
use crate::house::{self, InForce, Opening, Unopened};
use crate::store::Store;
use crate::watchlist::Watchlist;
use crate::wording::{harmless, times};

pub(super) async fn doctor(
    arguments: &Arguments,
    screen: &Screen,
    running: bool,
) -> Result<Exit, Trouble> {
    let opening = desk::opening(arguments, screen, "doctor");
    let (found, exit) = match running {
        true => is_running(opening).await,
        false => everything(&opening).await,
    };
    match screen.json {
        true => found.iter().for_each(|check_up| screen.json(check_up)),
        false => tell(screen, &found),
    }
    Ok(exit)
}

/// What was found, and how the program ends.
type Found = (Vec<CheckUp>, Exit);

/// Whether a running smallprint answers, and what it says of itself.
async fn is_running(opening: Opening) -> Found {
    match desk::answering(opening).await {
        Ok((entries, vitals)) => {
            let entries = counted(
                usize::try_from(entries).unwrap_or(usize::MAX),
                "entry",
                "entries",
            );
            let says = format!("A running smallprint answers; its archive has {entries}.");
            let mut found = vec![CheckUp::ok("running", says)];
            found.extend(vitals.checks.into_iter().map(|one| one.check_up));
            // What it says of its schedule or its channels is no reason to start it again.
            match vitals.alive {
                true => (found, Exit::Fine),
                false => (found, Exit::Failed),
            }
        }
        Err(trouble) => (vec![wrong("running", trouble)], Exit::Failed),
    }
}

async fn everything(opening: &Opening) -> Found {
    let (first, in_force) = watchlist(opening);
    let alone = match &in_force {
        Some(_) => None,
        None => house::read_watchlist(&opening.watchlist).ok(),
    };
    let readable = in_force
        .as_ref()
        .map(|in_force| &in_force.watchlist)
        .or(alone.as_ref());
    let (second, newest, exit) = archive(opening, in_force.is_some()).await;
    let patient = Patient {
        opening,
        watchlist: readable,
        in_force: in_force.as_ref(),
        newest,
    };
    let mut found = vec![first, second];
    found.extend(doctor::examine(&patient).await);
    let is_wrong = found.iter().any(|one| one.standing == Health::Wrong);
    let exit = match (exit, is_wrong) {
        (Exit::Fine, true) => Exit::Failed,
        (exit, _) => exit,
    };
    (found, exit)
}

/// The watchlist, and what follows from it.
fn watchlist(opening: &Opening) -> (CheckUp, Option<InForce>) {
    match house::read_in_force(opening) {
        Ok(in_force) => (described(opening, &in_force.watchlist), Some(in_force)),
        Err(error @ Unopened::NoWatchlist { .. }) => {
            let trouble = Trouble::from(error).with(
                "Write one, or begin with the one that is shipped (README, “Configuration”), and name it with --watchlist FILE; \
                 `smallprint demo` works without any.",
            );
            (wrong("watchlist", trouble), None)
        }
        Err(error) => (wrong("watchlist", error.into()), None),
    }
}

fn described(opening: &Opening, watchlist: &Watchlist) -> CheckUp {
    let enabled = watchlist.enabled().count();
    let says = format!(
        "{} has {}, {enabled} of them enabled, and no mistakes.",
        opening.watchlist.display(),
        counted(watchlist.watches.len(), "watch", "watches")
    );
    match (enabled, &watchlist.settings.contact) {
        (0, _) => CheckUp::warning(
            "watchlist",
            says,
            "Add a [[watch]]: `smallprint add ADDRESS` prints one to paste.",
        ),
        (_, None) => CheckUp::warning(
            "watchlist",
            format!("{says} It names no contact, so that owners of sites cannot write to you."),
            "Put your address under [settings], as `contact`.",
        ),
        _ => CheckUp::ok("watchlist", says),
    }
}

/// The archive, the time of its newest entry, and how the program ends for its part.
async fn archive(opening: &Opening, can_open: bool) -> (CheckUp, Option<DateTime<Utc>>, Exit) {
    let place = opening.data.display();
    if !Store::is_there(&opening.data) {
        let says = format!("There is no archive at {place} yet.");
        let remedy = "`smallprint run` and `smallprint visit --all` make one; --data DIR names one that is elsewhere.";
        return (CheckUp::warning("archive", says, remedy), None, Exit::Fine);
    }
    if !can_open {
        let says = format!(
            "The archive at {place} was not opened, for want of a watchlist without mistakes."
        );
        let check_up = CheckUp::warning("archive", says, "See to the watchlist first.");
        return (check_up, None, Exit::Fine);
    }
    match asked(opening).await {
        Ok((says, newest)) => (CheckUp::ok("archive", says), newest, Exit::Fine),
        Err(trouble) => {
            let exit = trouble.exit;
            (wrong("archive", trouble), None, exit)
        }
    }
}

/// What the archive says of itself, or who holds it does.
async fn asked(opening: &Opening) -> Result<(String, Option<DateTime<Utc>>), Trouble> {
    let desk = Desk::open(opening.clone(), &Request::Status).await?;
    let held = match &desk {
        Desk::There(..) => "; a running smallprint holds it, and answers",
        _ => "",
    };
    let answer = desk.ask(Request::Status, |_| {}).await;
    desk.close().await?;
    let Response::Status(status) = answer? else {
        return Err(Trouble::astray());
    };
    let (entries, newest) = match &status.last {
        Some((no, at, _)) => (*no, Some(*at)),
        None => (0, None),
    };
    let newest_said = newest.map_or_else(String::new, |at| {
        format!(", the newest of {}", times::moment(at, chrono_tz::UTC))
    });
    let says = format!(
        "The archive at {} has {entries} entries{newest_said}, and takes {}{held}.",
        opening.data.display(),
        size(status.space.0)
    );
    Ok((says, newest))
}

fn wrong(of: &str, trouble: Trouble) -> CheckUp {
    CheckUp {
        remedy: trouble.remedy,
        ..CheckUp::wrong(of, trouble.what, "")
    }
}

fn tell(screen: &Screen, found: &[CheckUp]) {
    for check_up in found {
        let sign = match check_up.standing {
            Health::Ok => screen.ink(Ink::Green, "ok     "),
            Health::Warning => screen.ink(Ink::Yellow, "warning"),
            Health::Wrong => screen.ink(Ink::Red, "wrong  "),
        };
        screen.line(&format!("{sign}  {}", harmless::line(&check_up.of)));
        screen.line(&screen.prose("         ", &harmless::line(&check_up.says)));
        if let Some(remedy) = &check_up.remedy {
            screen.line(&screen.prose("         > ", &harmless::line(remedy)));
        }
    }
    let count = |standing| found.iter().filter(|one| one.standing == standing).count();
    let warnings = match count(Health::Warning) {
        0 => String::new(),
        1 => " There is 1 warning.".to_owned(),
        count => format!(" There are {count} warnings."),
    };
    screen.line(&match count(Health::Wrong) {
        0 => format!("Nothing is wrong.{warnings}"),
        count => format!(
            "{} wrong.{warnings}",
            counted(count, "thing is", "things are")
        ),
    });
}
