//! `diff`: what differs between two versions.

use crate::answers::{Compared, Request, Response};
use crate::cli::arguments::{Arguments, DiffWhat, Format};
use crate::cli::desk;
use crate::cli::screen::Screen;
use crate::cli::{Exit, Trouble, rows};
use crate::diff::patch;
use crate::model::Version;
use crate::wording::redline::{self, Heading};
use crate::wording::times;

pub(super) async fn diff(
    arguments: &Arguments,
    screen: &Screen,
    what: &DiffWhat,
) -> Result<Exit, Trouble> {
    let id = what.id.as_str().into();
    let request = match what.span {
        Some(reach) if reach.own().is_none() => Request::Between { id, reach },
        other => Request::Diff {
            id,
            span: other.and_then(|reach| reach.own()),
        },
    };
    let Response::Diff(compared) =
        desk::once(desk::opening(arguments, screen, "diff"), request, |_| {}).await?
    else {
        return Err(Trouble::astray());
    };
    let heading = heading(&compared);
    let diff = &compared.diff;
    let text = match what.format {
        _ if screen.json => return Ok(json(screen, &compared)),
        Format::Json => return Ok(json(screen, &compared)),
        Format::Terminal => redline::terminal(&heading, diff, screen.paint(), screen.width),
        Format::Text => redline::text(&heading, diff),
        Format::Markdown => redline::markdown(&heading, diff),
        Format::Html => redline::html(&heading, diff),
        Format::Patch => patch(
            (&heading.before, &heading.after),
            &compared.text_before,
            &compared.text_after,
        ),
    };
    screen.bytes(text.as_bytes());
    Ok(Exit::Fine)
}

fn json(screen: &Screen, compared: &Compared) -> Exit {
    screen.json(&serde_json::json!({
        "watch": compared.id,
        "change": compared.reach,
        "before": compared.before,
        "after": compared.after,
        "diff": compared.diff,
        "found": compared.change.as_ref().map(rows::change),
    }));
    Exit::Fine
}

/// What stands above the redline.
pub(super) fn heading(compared: &Compared) -> Heading {
    let shown = compared.after.as_ref().or(compared.before.as_ref());
    Heading {
        title: compared.text_after.title.clone(),
        url: shown
            .map(|version| version.url.to_string())
            .unwrap_or_default(),
        before: match compared
            .after
            .as_ref()
            .and_then(|after| after.continues.as_ref())
        {
            Some(went_on) if compared.before.is_none() => rows::links(&went_on.of),
            _ => side(compared.before.as_ref(), &compared.id.0),
        },
        after: side(compared.after.as_ref(), &compared.id.0),
    }
}

fn side(version: Option<&Version>, id: &str) -> String {
    match version {
        None => format!("{id}, no page there"),
        Some(version) => {
            let seen = times::moment(version.at, chrono_tz::Europe::London);
            match &version.backfilled {
                Some(from) => format!("{id} {}, copied by {} {seen}", from.point, from.archive),
                None => format!("{id} version {}, first seen {seen}", version.no),
            }
        }
    }
}
