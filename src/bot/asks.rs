//! Commands: each is a question that every reader can ask.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::TimeDelta;

use crate::answers::{
    ChangesAsked, Compared, Explained, Interval, Listed, NameOne, NamesAsked, NoAnswer,
    PhraseAsked, Phrased, Reached, Request, Response, SearchAsked, Searched, Standing,
    SuggestionWanted, Timeline, WhichChange,
};
use crate::bot::{ask, astray, correct, press, said};
use crate::house::House;
use crate::model::{Severity, Span, Whisper, Wish};
use crate::passages::Passage;
use crate::wording::redline::{self, Heading};
use crate::wording::{fit, harmless, times};

/// How many days `/changes` goes back where nobody says how many.
const DAYS: i64 = 7;
/// The longest file of a diff, in bytes.
const FILE: usize = 4 << 20;

type Options = BTreeMap<String, String>;

/// The answer to a command.
pub(super) async fn answer(
    house: &Arc<House>,
    wish: &Wish,
    name: &str,
    options: &Options,
) -> Result<Whisper, NoAnswer> {
    if name == correct::COMMAND {
        let of = WhichChange::Watch {
            id: document(options),
            span: span(options)?,
        };
        let (kind, text) = (option(options, "kind"), option(options, "text"));
        return correct::say(house, wish, of, &kind, &text).await;
    }
    let request = match name {
        "changes" => Request::Changes(changes(house, options)),
        "history" => Request::History {
            id: document(options),
        },
        "diff" => Request::Diff {
            id: document(options),
            span: span(options)?,
        },
        "explain" => Request::Explain {
            id: document(options),
            span: span(options)?,
        },
        "search" => Request::Search(SearchAsked {
            words: option(options, "words"),
            ..SearchAsked::default()
        }),
        "phrase" => Request::Phrase(PhraseAsked {
            phrases: vec![option(options, "words")],
            ..PhraseAsked::default()
        }),
        "names" => Request::Names(NamesAsked {
            text: options.get("name").cloned(),
            ..NamesAsked::default()
        }),
        "status" => Request::List,
        "watch suggest" => Request::Suggest(SuggestionWanted {
            address: option(options, "address"),
            why: options.get("why").cloned(),
            by: press::name(wish),
            from: Some(press::from(wish)),
        }),
        _ => {
            return Ok(Whisper::says(
                "This program knows no such command any more.",
            ));
        }
    };
    told(house, options, ask(house, request).await?).await
}

async fn told(
    house: &Arc<House>,
    options: &Options,
    response: Response,
) -> Result<Whisper, NoAnswer> {
    let zone = house.in_force().watchlist.settings.timezone;
    Ok(match response {
        Response::Changes(changes) => {
            let lines: Vec<String> = changes.iter().map(|one| said::change(one, zone)).collect();
            let heading = match lines.len() {
                0 => "Nothing changed in that time, on the pages that were read.".to_owned(),
                1 => "One change:".to_owned(),
                many => format!("{many} changes, newest first:"),
            };
            Whisper::says(said::list(
                &heading,
                &lines,
                "`smallprint changes` shows them all.",
            ))
        }
        Response::History(timeline) => Whisper::says(history(&timeline, zone)),
        Response::Diff(compared) => diff(&compared, zone),
        Response::Explain(explained) => Whisper::says(explain(&explained, zone)),
        Response::Search(searched) => Whisper::says(search(&searched)),
        Response::Phrase(phrased) => Whisper::says(phrase(&phrased, zone)),
        Response::Names(names) => Whisper::says(called(&names, options, zone)),
        Response::List(listed) => {
            let owed = house.store.owed().await?.len();
            Whisper::says(status(&listed, owed, zone))
        }
        Response::Suggest(suggested) => {
            let url = harmless::markdown(suggested.suggestion.url.as_str());
            let url = fit::cut(&url, 600);
            Whisper::says(format!(
                "Thank you: {url} is noted for who keeps the watchlist. `smallprint suggestions` lists it."
            ))
        }
        _ => return Err(astray()),
    })
}

fn option(options: &Options, name: &str) -> String {
    options.get(name).cloned().unwrap_or_default()
}

fn document(options: &Options) -> crate::model::WatchId {
    option(options, "document").trim().into()
}

fn span(options: &Options) -> Result<Option<Span>, NoAnswer> {
    let Some(text) = options.get("versions") else {
        return Ok(None);
    };
    let read = text.trim().parse::<Span>();
    read.map(Some).map_err(|wrong| NoAnswer::Unknown {
        what: format!("{wrong}."),
        remedy: None,
    })
}

fn changes(house: &House, options: &Options) -> ChangesAsked {
    let number = |name| options.get(name).and_then(|text| text.parse::<i64>().ok());
    let days = number("days").unwrap_or(DAYS).clamp(1, 36_500);
    let severity = number("severity").and_then(|number| u8::try_from(number).ok());
    ChangesAsked {
        since: Some(house.clock.now() - TimeDelta::days(days)),
        topic: options.get("topic").cloned(),
        min_severity: severity.map(Severity),
        ..ChangesAsked::default()
    }
}

fn history(timeline: &Timeline, zone: chrono_tz::Tz) -> String {
    let coverage = &timeline.coverage;
    let mut heading = format!(
        "{}\n<{}>\n{} visits, {} read, {} failed; {} versions.",
        said::title(&timeline.title),
        address(&timeline.url),
        coverage.visits,
        coverage.read,
        coverage.failed,
        timeline.versions.len()
    );
    if let Some(failing) = &timeline.state.failing {
        let since = times::moment(failing.since, zone);
        let why = said::quote(&failing.why);
        heading.push_str(&format!("\nFailing since {since}: {why}"));
    }
    let newest = timeline.changes.iter().rev();
    let lines: Vec<String> = newest.map(|one| said::change(one, zone)).collect();
    let more = format!(
        "`smallprint history {}` shows them all.",
        code(&timeline.id.0)
    );
    said::list(&heading, &lines, &more)
}

fn diff(compared: &Compared, zone: chrono_tz::Tz) -> Whisper {
    let shown = compared.after.as_ref().or(compared.before.as_ref());
    let side = |version: Option<&crate::model::Version>| match version {
        None => format!("{}, no page there", compared.id),
        Some(version) => {
            let seen = times::moment(version.at, zone);
            format!("{} version {}, first seen {seen}", compared.id, version.no)
        }
    };
    let heading = Heading {
        title: harmless::line(&compared.text_after.title),
        url: shown
            .map(|version| version.url.to_string())
            .unwrap_or_default(),
        before: side(compared.before.as_ref()),
        after: side(compared.after.as_ref()),
    };
    let mut text = redline::text(&heading, &compared.diff);
    if text.len() > FILE {
        text.truncate(text.floor_char_boundary(FILE));
        text.push_str("\n… cut here; the archive holds the rest\n");
    }
    let id = compared.id.0.chars();
    let id = id
        .filter(|c| c.is_ascii_alphanumeric() || *c == '-')
        .take(60);
    let name = format!(
        "{}-{}-{}.txt",
        id.collect::<String>(),
        compared.span.from,
        compared.span.to
    );
    let title = said::title(&compared.text_after.title);
    let found = compared
        .change
        .as_ref()
        .map(|one| format!("\n{}", said::quote(&one.sentence)));
    let head = format!("{title} {}{}", compared.span, found.unwrap_or_default());
    Whisper {
        text: format!("{head}{}", said::fence(&compared.diff)),
        buttons: Vec::new(),
        file: Some((name, text)),
    }
}

fn explain(explained: &Explained, zone: chrono_tz::Tz) -> String {
    let labels = |rule: &str| {
        let label = explained.labels.get(rule).map_or(rule, String::as_str);
        said::title(label)
    };
    let mut lines = Vec::new();
    for finding in &explained.change.findings {
        let why = said::quote(&finding.why);
        lines.push(format!(
            "• {} (severity {}): {why}",
            labels(&finding.rule),
            finding.severity
        ));
        lines.extend(finding.weighed.iter().map(|weighed| {
            format!(
                "  severity {}: {}",
                weighed.to,
                said::quote(&weighed.because)
            )
        }));
    }
    if lines.is_empty() {
        lines.push("Nothing was found in it.".to_owned());
    }
    if let Some(silence) = &explained.change.silence {
        lines.push(format!("Nothing was said of it: {}", said::quote(silence)));
    }
    for almost in &explained.almost {
        let because = said::quote(&almost.because);
        lines.push(format!("• Almost {}: {because}", labels(&almost.rule)));
    }
    let more = format!(
        "`smallprint explain {}` shows all.",
        code(&explained.change.watch.0)
    );
    said::list(&said::change(&explained.change, zone), &lines, &more)
}

fn pages(number: usize) -> String {
    match number {
        1 => "one page".to_owned(),
        _ => format!("{number} pages"),
    }
}

fn search(searched: &Searched) -> String {
    let lines: Vec<String> = (searched.found.iter())
        .map(|one| {
            let place = match one.quote.kind {
                Passage::Title => "in its title",
                _ => "in its text",
            };
            let id = said::quote(&one.quote.watch.0);
            format!(
                "• {} {id}, {place}\n  {}",
                said::title(&one.quote.title),
                said::quote(&one.quote.text)
            )
        })
        .collect();
    let heading = match (searched.found.len(), searched.count) {
        (0, _) => "No page has these words as it stands now.".to_owned(),
        (1, 1) => "One place:".to_owned(),
        (_, all) => format!(
            "{all} places on {}, the newest first:",
            pages(searched.pages)
        ),
    };
    let heading = with_bound(heading, &searched.reached);
    said::list(&heading, &lines, "`smallprint search` shows them all.")
}

fn phrase(phrased: &Phrased, zone: chrono_tz::Tz) -> String {
    let mut told = Vec::new();
    for one in &phrased.phrases {
        let lines: Vec<String> = (one.found.iter())
            .filter_map(|spread| {
                let last = spread.intervals.last()?;
                let id = said::quote(&spread.watch.0);
                let stood = stood(last, zone);
                let quote = said::quote(&last.quote);
                Some(format!(
                    "• {} {id} {stood}\n  {quote}",
                    said::title(&spread.title)
                ))
            })
            .collect();
        let heading = match (lines.len(), one.now) {
            (0, _) => "These words never stood on a page.".to_owned(),
            (1, 0) => "They stood on one page:".to_owned(),
            (1, _) => "They stand on one page:".to_owned(),
            (many, now) => format!("They stood on {many} pages, now on {now}, the longest first:"),
        };
        let heading = match phrased.phrases.len() {
            1 => heading,
            _ => format!("{}: {heading}", said::quote(&one.phrase)),
        };
        told.push(said::list(
            &with_bound(heading, &phrased.reached),
            &lines,
            "`smallprint phrase` shows them all.",
        ));
    }
    told.join("\n")
}

/// From when to when a phrase stood.
fn stood(interval: &Interval, zone: chrono_tz::Tz) -> String {
    let came = &interval.came.happening;
    let since = match came.first_sight {
        false => format!("came by {}", times::moment(came.bounds.by, zone)),
        true => format!("first seen {}", times::moment(came.bounds.by, zone)),
    };
    match &interval.went {
        None => format!("since version {}, {since}", came.change.to),
        Some(went) => format!(
            "from version {}, {since}, to version {}, gone by {}",
            came.change.to,
            went.happening.change.from,
            times::moment(went.happening.bounds.by, zone)
        ),
    }
}

fn with_bound(heading: String, reached: &Reached) -> String {
    match reached.is_complete() {
        true => heading,
        false => format!("{heading} (What came last is not looked through yet.)"),
    }
}

fn called(names: &[NameOne], options: &Options, zone: chrono_tz::Tz) -> String {
    // The newest first, unless one was asked for.
    let mut names: Vec<&NameOne> = names.iter().collect();
    if !options.contains_key("name") {
        names.reverse();
    }
    let lines: Vec<String> = (names.into_iter())
        .map(|one| {
            let first = times::day(one.known.first.bounds.by, zone);
            let also = match one.known.aliases.as_slice() {
                [] => String::new(),
                aliases => format!(", also {}", said::quote(&aliases.join(", "))),
            };
            format!(
                "• {} {}{also}; first seen {first}, now on {}",
                said::title(&one.known.name),
                one.known.kind.word(),
                pages(one.now)
            )
        })
        .collect();
    let heading = match lines.len() {
        0 => "No such name is known.".to_owned(),
        1 => "One name:".to_owned(),
        many => format!("{many} names:"),
    };
    said::list(&heading, &lines, "`smallprint names` shows them all.")
}

fn status(listed: &[Listed], owed: usize, zone: chrono_tz::Tz) -> String {
    let count = |standing| listed.iter().filter(|one| one.standing == standing).count();
    let visits: u64 = listed.iter().map(|one| one.visits).sum();
    let last = listed.iter().filter_map(|one| one.last_seen).max();
    let last = last.map_or("never".to_owned(), |at| times::moment(at, zone));
    let heading = format!(
        "{} pages: {} read at the last visit, {} failing, {} gone, {} never read, {} switched off. {visits} visits in all; a page was last read {last}. Messages that wait to be sent: {owed}.",
        listed.len(),
        count(Standing::Read),
        count(Standing::Failing),
        count(Standing::Gone),
        count(Standing::NeverRead),
        count(Standing::Disabled),
    );
    let failing = listed
        .iter()
        .filter_map(|one| Some((one, one.failing.as_ref()?)));
    let lines: Vec<String> = failing
        .map(|(one, failing)| {
            let since = times::moment(failing.since, zone);
            let why = said::quote(&failing.why);
            format!("• {} failing since {since}: {why}", said::title(&one.title))
        })
        .collect();
    said::list(&heading, &lines, "`smallprint list` shows them all.")
}

/// An address that stands between angle brackets: it leads there, and shows nothing of the page.
fn address(url: &str) -> String {
    let harmless: String = url
        .chars()
        .filter(|c| c.is_ascii_graphic() && !matches!(c, '<' | '>'))
        .collect();
    fit::cut(&harmless, 500)
}

/// An id as it stands in a command in code.
fn code(id: &str) -> String {
    id.chars()
        .filter(|c| *c != '`' && !c.is_control())
        .take(120)
        .collect()
}
