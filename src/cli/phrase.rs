//! `phrase`: where phrases stood, from when to when, and on how many pages over time.

use serde_json::json;

use crate::answers::{Interval, PhraseOne, PhraseShown, Request, Response, Spread, SpreadBefore};
use crate::cli::arguments::{Arguments, PhraseWhat};
use crate::cli::screen::{Ink, Screen, counted};
use crate::cli::search::{behind, came, gone};
use crate::cli::verify;
use crate::cli::{Exit, Trouble};
use crate::wording::{harmless, times};

pub(super) async fn phrase(
    arguments: &Arguments,
    screen: &Screen,
    what: &PhraseWhat,
) -> Result<Exit, Trouble> {
    let request = Request::Phrase(what.asked());
    let Response::Phrase(phrased) = verify::ask(arguments, screen, "phrase", request).await? else {
        return Err(Trouble::astray());
    };
    if what.csv {
        csv(screen, &phrased.phrases);
        return Ok(Exit::Fine);
    }
    if screen.json {
        for one in &phrased.phrases {
            one.found
                .iter()
                .for_each(|spread| screen.json(&row(one, spread)));
            one.before
                .iter()
                .for_each(|spread| screen.json(&row_before(one, spread)));
            screen.json(&json!({
                "phrase": one.phrase,
                "pages": one.found.len(),
                "now": one.now,
                "counts": one.counts,
                "cut_short": one.cut_short,
                "reached": phrased.reached,
            }));
        }
        return Ok(Exit::Fine);
    }
    phrased.phrases.iter().for_each(|one| tell(screen, one));
    if let Some(behind) = behind(&phrased.reached) {
        screen.line(&screen.ink(Ink::Yellow, &behind));
    }
    Ok(Exit::Fine)
}

fn row(one: &PhraseOne, spread: &Spread) -> serde_json::Value {
    json!({
        "phrase": one.phrase,
        "watch": spread.watch,
        "title": spread.title,
        "publisher": spread.publisher,
        "watched": spread.watched,
        "intervals": spread.intervals,
    })
}

fn row_before(one: &PhraseOne, spread: &SpreadBefore) -> serde_json::Value {
    json!({
        "phrase": one.phrase,
        "watch": spread.watch,
        "title": spread.title,
        "publisher": spread.publisher,
        "backfilled": spread.intervals,
    })
}

/// Where it stood before pages were watched.
fn before(screen: &Screen, one: &PhraseOne) {
    let at = |at| times::moment(at, chrono_tz::Europe::London);
    screen.line("");
    let head = "  before they were watched, by the word of archives (not counted):";
    screen.line(&screen.ink(Ink::Faint, head));
    for spread in &one.before {
        let title = harmless::line(&spread.title);
        screen.line(&format!("\n  {title} ({})", spread.watch));
        for interval in &spread.intervals {
            let stay = &interval.stay;
            let after = stay.after.map(at);
            let after = after.map_or(String::new(), |after| format!(", not yet {after}"));
            let gone = stay.gone_by.map(at);
            let gone = gone.map_or(String::new(), |gone| format!(", gone by {gone}"));
            let (from, until) = (at(stay.from), at(stay.until));
            let (first, last) = (stay.first, stay.last);
            let line = format!("{first} to {last}: copied {from} to {until}{after}{gone}");
            screen.line(&screen.prose("    ", &line));
            let quote = format!("“{}”", harmless::line(&interval.quote));
            screen.line(&screen.prose("      ", &quote));
        }
    }
}

fn tell(screen: &Screen, one: &PhraseOne) {
    let phrase = format!("“{}”", harmless::line(&one.phrase));
    let head = match one.found.len() {
        0 => format!("{phrase} never stood on a page."),
        all => format!(
            "{phrase}: {}, {} now",
            counted(all, "page", "pages"),
            one.now
        ),
    };
    screen.line(&screen.ink(Ink::Bold, &head));
    for spread in &one.found {
        screen.line(&format!(
            "\n  {} ({})",
            harmless::line(&spread.title),
            spread.watch
        ));
        spread
            .intervals
            .iter()
            .for_each(|interval| stood(screen, interval));
    }
    if !one.found.is_empty() {
        screen.line("");
        counts(screen, one);
    }
    if !one.before.is_empty() {
        before(screen, one);
    }
    if one.cut_short {
        screen.line("There are more places than were looked at; --in, --topic and --publisher narrow it down.");
    }
    screen.line("");
}

fn stood(screen: &Screen, interval: &Interval) {
    let zone = chrono_tz::Europe::London;
    let said = |label: &str, sentence: &Option<String>| {
        if let Some(sentence) = sentence {
            let line = format!("{label} “{}”", harmless::line(sentence));
            screen.line(&screen.prose("      ", &line));
        }
    };
    let happening = &interval.came.happening;
    let line = format!("version {}: {}", happening.change.to, came(happening));
    screen.line(&screen.prose("    ", &screen.ink(Ink::Green, &line)));
    said("before", &interval.came.before);
    said("after", &interval.came.after);
    match (&interval.went, interval.last_seen) {
        (Some(went), _) => {
            let line = format!(
                "version {}: {}",
                went.happening.change.to,
                gone(&went.happening)
            );
            screen.line(&screen.prose("    ", &screen.ink(Ink::Red, &line)));
            said("before", &went.before);
            said("after", &went.after);
        }
        (None, Some(seen)) => screen.line(&format!("    last seen {}", times::moment(seen, zone))),
        (None, None) => {}
    }
}

fn counts(screen: &Screen, one: &PhraseOne) {
    screen.line(&screen.ink(
        Ink::Faint,
        "  pages at the end of each time: with the phrase, of those watched; it came to, went from; time unknown",
    ));
    for count in &one.counts {
        screen.line(&format!(
            "  {:<8} {:>5} of {:<6} +{:<4} -{:<4} {:.1} %",
            count.period,
            count.pages,
            count.watched,
            count.came,
            count.went,
            count.unknown * 100.0
        ));
    }
}

/// A row for each coming and going.
fn csv(screen: &Screen, phrases: &[PhraseOne]) {
    let head = [
        "phrase",
        "watch",
        "title",
        "publisher",
        "event",
        "change",
        "entry",
        "after",
        "by",
        "imported",
        "sentence_before",
        "sentence_after",
    ];
    screen.bytes(line(&head.map(str::to_owned)).as_bytes());
    for event in phrases.iter().flat_map(PhraseOne::events) {
        screen.bytes(line(&cells(event)).as_bytes());
    }
}

fn cells(event: PhraseShown) -> [String; 12] {
    [
        event.phrase,
        event.watch.0,
        event.title,
        event.publisher,
        event.event,
        event.change.to_string(),
        event.entry.to_string(),
        event
            .after
            .map_or(String::new(), |after| after.to_rfc3339()),
        event.by.to_rfc3339(),
        event.imported.to_string(),
        event.sentence_before.unwrap_or_default(),
        event.sentence_after.unwrap_or_default(),
    ]
}

/// Cells as a line (RFC 4180); an apostrophe stands before what a spreadsheet would run.
fn line(cells: &[String]) -> String {
    let cell = |text: &String| {
        let runs = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
        let text = if runs {
            format!("'{text}")
        } else {
            text.clone()
        };
        match text.contains([',', '"', '\n', '\r']) {
            true => format!("\"{}\"", text.replace('"', "\"\"")),
            false => text,
        }
    };
    format!(
        "{}\r\n",
        cells.iter().map(cell).collect::<Vec<_>>().join(",")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_runs_nothing_and_stays_one_cell() {
        let cells = ["=1+1", "a, \"b\"", "plain"].map(str::to_owned);
        assert_eq!(line(&cells), "'=1+1,\"a, \"\"b\"\"\",plain\r\n");
    }
}
