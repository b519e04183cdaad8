//! `groups`: changes of several pages that belong together.

use chrono::NaiveDate;
use serde_json::{Value, json};

use crate::answers::{Group, Joined, Request, Response, What};
use crate::cli::arguments::{Arguments, GroupsWhat};
use crate::cli::desk;
use crate::cli::screen::{Ink, Screen, counted};
use crate::cli::{Exit, Trouble};
use crate::model::Bounds;
use crate::wording::{harmless, times};

/// How many changes of a group are shown where no one group was asked for.
const SHOWN: usize = 5;
/// How wide the longest bar is, in columns.
const BAR: usize = 40;

pub(super) async fn groups(
    arguments: &Arguments,
    screen: &Screen,
    what: &GroupsWhat,
) -> Result<Exit, Trouble> {
    let opening = desk::opening(arguments, screen, "groups");
    let now = opening.clock.now();
    let request = Request::Groups {
        id: what.id.clone(),
        since: what.since,
    };
    let Response::Groups(groups) = desk::once(opening, request, |_| {}).await? else {
        return Err(Trouble::astray());
    };
    if screen.json {
        groups.iter().for_each(|group| screen.json(&row(group)));
        return Ok(Exit::Fine);
    }
    if groups.is_empty() {
        screen.line("No changes of three pages or more belong together in that time.");
    }
    let shown = match what.id.is_some() && groups.len() == 1 {
        true => usize::MAX,
        false => SHOWN,
    };
    for group in &groups {
        tell(screen, group, shown, now);
    }
    Ok(Exit::Fine)
}

fn row(group: &Group) -> Value {
    let (old, new) = sides(&group.what);
    let curve = group.curve.iter();
    json!({
        "group": group.id,
        "kind": group.what.word(),
        "old": old,
        "new": new,
        "pages": group.pages,
        "hosts": group.hosts,
        "since": group.since,
        "latest": group.latest,
        "curve": curve.map(|(day, pages)| json!({ "day": day, "pages": pages })).collect::<Vec<_>>(),
        "members": group.members,
    })
}

fn sides(what: &What) -> (Option<&str>, Option<&str>) {
    match what {
        What::Substitution { old, new } | What::HostMove { old, new } => (Some(old), Some(new)),
        What::SameEdit { old, new } => (old.as_deref(), new.as_deref()),
        What::Spreading { new } => (None, Some(new)),
    }
}

fn tell(screen: &Screen, group: &Group, shown: usize, now: chrono::DateTime<chrono::Utc>) {
    let head = format!(
        "{}  {}  {}",
        group.id,
        group.what.word(),
        counted(group.pages, "page", "pages")
    );
    screen.line(&screen.ink(Ink::Bold, &head));
    let say = |text: &str| screen.line(&screen.prose("  ", text));
    let quoted = |text: &str| format!("“{}”", harmless::line(text));
    say(&match (&group.what, sides(&group.what)) {
        (What::HostMove { old, new }, _) => format!(
            "pages of {} stand at {} now, in the same words",
            harmless::line(old),
            harmless::line(new)
        ),
        (_, (Some(old), Some(new))) => format!("{} is now {}", quoted(old), quoted(new)),
        (_, (Some(old), None)) => format!("{} is gone", quoted(old)),
        (_, (None, new)) => format!("{} is new", quoted(new.unwrap_or_default())),
    });
    bars(screen, &group.curve);
    for one in group.members.iter().take(shown) {
        member(screen, one, now);
    }
    let more = group.members.len().saturating_sub(shown);
    if more > 0 {
        let more = counted(more, "more change", "more changes");
        say(&format!("… and {more}: smallprint groups {}", group.id));
    }
}

fn member(screen: &Screen, one: &Joined, now: chrono::DateTime<chrono::Utc>) {
    let bounds = Bounds {
        after: one.after,
        by: one.by,
    };
    let places = match one.places.is_empty() {
        true => String::new(),
        false => format!(" ({})", harmless::line(&one.places.join(", "))),
    };
    let when = times::between(&bounds, chrono_tz::Europe::London, now);
    let line = format!(
        "{} {}{places}  severity {}, {when}",
        one.watch, one.change, one.severity
    );
    screen.line(&screen.prose("  ", &line));
    if let Some(silence) = &one.silence {
        let quiet = screen.prose("    ", &format!("quiet: {}", harmless::line(silence)));
        screen.line(&screen.ink(Ink::Faint, &quiet));
    }
}

/// One bar a day; the longest fills its columns.
fn bars(screen: &Screen, curve: &[(NaiveDate, usize)]) {
    let most = curve.iter().map(|(_, pages)| *pages).max().unwrap_or(1);
    for (day, pages) in curve {
        let long = (pages * BAR).div_ceil(most.max(BAR));
        let bar = "█".repeat(long.max(1));
        let day = day.format("%a %-d %B %Y");
        screen.line(&format!("  {day:>22}  {bar} {pages}"));
    }
}
