//! `announced`: how many of their edits publishers announced, over time.

use crate::answers::{AnnouncedAsked, By, Per, Request, Response, Tally};
use crate::cli::arguments::{AnnouncedWhat, Arguments, TallyBy, TallyPer};
use crate::cli::desk;
use crate::cli::screen::{Ink, Screen, counted};
use crate::cli::{Exit, Trouble};
use crate::wording::harmless;

pub(super) async fn announced(
    arguments: &Arguments,
    screen: &Screen,
    what: &AnnouncedWhat,
) -> Result<Exit, Trouble> {
    let opening = desk::opening(arguments, screen, "announced");
    let request = Request::Announced(AnnouncedAsked {
        by: match what.by {
            TallyBy::Publisher => By::Publisher,
            TallyBy::Watch => By::Watch,
        },
        per: match what.per {
            TallyPer::Year => Per::Year,
            TallyPer::Month => Per::Month,
        },
        since: what.since,
    });
    let Response::Announced(tallies) = desk::once(opening, request, |_| {}).await? else {
        return Err(Trouble::astray());
    };
    if screen.json {
        tallies.iter().for_each(|tally| screen.json(tally));
        return Ok(Exit::Fine);
    }
    if tallies.is_empty() {
        screen.line("No edit has been seen of which a page could have said something.");
    }
    let (told, silent): (Vec<&Tally>, Vec<&Tally>) =
        tallies.iter().partition(|tally| is_told(tally, &tallies));
    told.iter().for_each(|tally| tell(screen, tally));
    if !silent.is_empty() {
        screen.line("");
        screen.line(&screen.ink(
            Ink::Faint,
            "No claim possible: nothing is stated, or nothing that is known to move",
        ));
    }
    for tally in silent.iter().filter(|tally| tally.period.is_none()) {
        let edits = counted(tally.no_claim, "edit", "edits");
        let besides = besides(tally);
        screen.line(&screen.prose("    ", &format!("{}: {edits}{besides}", name(tally))));
    }
    Ok(Exit::Fine)
}

/// Whether the pages of the one that is counted could ever be held to what they state.
fn is_told(tally: &Tally, all: &[Tally]) -> bool {
    let whole = all.iter().find(|one| {
        one.period.is_none() && one.publisher == tally.publisher && one.watch == tally.watch
    });
    whole.is_some_and(|whole| whole.edits > 0)
}

fn name(tally: &Tally) -> String {
    let publisher = harmless::line(&tally.publisher);
    match &tally.watch {
        Some(watch) => format!("{watch} ({publisher})"),
        None => publisher,
    }
}

fn tell(screen: &Screen, tally: &Tally) {
    if tally.period.is_none() {
        screen.line(&screen.ink(Ink::Bold, &name(tally)));
    }
    let period = tally.period.as_deref().unwrap_or("in all");
    let share = tally.share.map_or_else(
        || "no edit to be announced".to_owned(),
        |share| {
            format!(
                "{} of {} announced ({:.0} %)",
                tally.announced,
                counted(tally.edits, "edit", "edits"),
                share * 100.0
            )
        },
    );
    screen.line(&screen.prose("    ", &format!("{period:<8}{share}{}", besides(tally))));
}

/// What else there was to count.
fn besides(tally: &Tally) -> String {
    let counts = [
        (tally.unannounced, "unannounced"),
        (
            tally.minor,
            "without a note on GOV.UK, which allows it for small edits",
        ),
        (tally.back_dated, "back-dated"),
        (
            tally.history_rewritten,
            "with a past note altered or taken out",
        ),
        (tally.date_moved_back, "with a date that moved back"),
        (tally.date_only, "of the date or note alone"),
        (tally.slight, "of spelling, punctuation or order alone"),
    ];
    let counts = counts.iter().filter(|(count, _)| *count > 0);
    let mut said: String = counts
        .map(|(count, what)| format!("; {count} {what}"))
        .collect();
    if tally.no_claim > 0 && tally.edits > 0 {
        said.push_str(&format!("; no claim possible: {}", tally.no_claim));
    }
    said
}
