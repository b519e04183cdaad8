//! `coverage`: how a page was watched.

use crate::answers::{CoverageAsked, CoverageForm, Covered, Request, Response, Spell, Was};
use crate::cli::arguments::{Arguments, CoverageWhat};
use crate::cli::desk;
use crate::cli::screen::{Ink, Screen, counted};
use crate::cli::{Exit, Trouble};
use crate::wording::{harmless, times};

pub(super) async fn coverage(
    arguments: &Arguments,
    screen: &Screen,
    what: &CoverageWhat,
) -> Result<Exit, Trouble> {
    let asked = CoverageAsked {
        id: what.id.as_str().into(),
        from: what.from,
        to: what.to,
        form: match what.signed {
            true => CoverageForm::Signed,
            false => CoverageForm::Plain,
        },
    };
    let opening = desk::opening(arguments, screen, "coverage");
    let Response::Coverage(covered) = desk::once(opening, Request::Coverage(asked), |_| {}).await?
    else {
        return Err(Trouble::astray());
    };
    match &covered.note {
        // As it is handed on.
        Some(note) if !screen.json => screen.bytes(note.as_bytes()),
        _ if screen.json => screen.json(&covered),
        _ => tell(screen, &covered),
    }
    Ok(Exit::Fine)
}

fn tell(screen: &Screen, covered: &Covered) {
    let zone = chrono_tz::Europe::London;
    screen.line(&screen.ink(Ink::Bold, &harmless::line(&covered.title)));
    screen.line(&screen.prose("  ", &covered.said));
    if let Some(gap) = covered.longest_gap {
        let (from, until) = (
            times::moment(gap.from, zone),
            times::moment(gap.until, zone),
        );
        screen.line(&screen.prose("  ", &format!("The longest gap: {from} to {until}.")));
    }
    for spell in &covered.spells {
        screen.line(&screen.prose("  ", &told(spell)));
    }
}

fn told(spell: &Spell) -> String {
    let zone = chrono_tz::Europe::London;
    let was = match spell.was {
        Was::Present => "there",
        Was::Absent => "gone",
        Was::Unknown => "not known",
    };
    let failed = match spell.failed {
        0 => String::new(),
        failed => format!(", {failed} of which failed"),
    };
    format!(
        "{} to {}: {was} ({}{failed})",
        times::moment(spell.from, zone),
        times::moment(spell.until, zone),
        counted(spell.visits, "visit", "visits")
    )
}
