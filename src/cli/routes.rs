//! `routes`: where changes go, and what would have been sent.

use serde_json::json;

use crate::answers::{
    Forecast, ForecastAsked, Forecasts, Request, Response, RouteOne, SampleMessage,
};
use crate::cli::arguments::{Arguments, RoutesWhat, Since};
use crate::cli::desk;
use crate::cli::screen::{Ink, Screen, counted};
use crate::cli::{Exit, Trouble};
use crate::wording::redline::Paint;
use crate::wording::{harmless, message, times};

/// How wide a sample is in JSON, in columns.
const WIDTH: usize = 80;

pub(super) async fn routes(
    arguments: &Arguments,
    screen: &Screen,
    what: &RoutesWhat,
) -> Result<Exit, Trouble> {
    let opening = desk::opening(arguments, screen, "routes");
    if !what.preview {
        if what.since.is_some() || what.samples.is_some() {
            let help = "`smallprint routes --preview` says what would have been sent.";
            return Err(Trouble::sentence("--since and --samples belong to --preview.").with(help));
        }
        let Response::Routes(all) = desk::once(opening, Request::Routes, |_| {}).await? else {
            return Err(Trouble::astray());
        };
        match screen.json {
            true => all.iter().for_each(|one| screen.json(one)),
            false => all.iter().for_each(|one| named(screen, one)),
        }
        return Ok(Exit::Fine);
    }
    let mut asked = ForecastAsked {
        samples: what.samples.unwrap_or(1),
        ..ForecastAsked::default()
    };
    match what.since {
        Some(Since::At(at)) => asked.since = Some(at),
        Some(Since::Ago(ago)) => asked.ago_ms = Some(ago.num_milliseconds()),
        None => {}
    }
    let Response::Forecast(all) = desk::once(opening, Request::Forecast(asked), |_| {}).await?
    else {
        return Err(Trouble::astray());
    };
    match screen.json {
        true => (all.routes.iter()).for_each(|one| screen.json(&row(&all, one))),
        false => tell(screen, &all),
    }
    Ok(Exit::Fine)
}

fn named(screen: &Screen, route: &RouteOne) {
    let head = format!("{}  to {}", harmless::line(&route.name), route.to);
    screen.line(&screen.ink(Ink::Bold, &head));
    let words = format!("{}; {}", route.takes, route.sends);
    screen.line(&screen.prose("    ", &harmless::line(&words)));
}

fn tell(screen: &Screen, all: &Forecasts) {
    let zone = chrono_tz::Europe::London;
    let days = (all.until - all.since).num_days();
    let offered = counted(all.changes, "change", "changes");
    let sum = format!(
        "Since {}, {} ago: {offered} to send, {} of them taken by no route; {} held quiet. Nothing is sent or written.",
        times::moment(all.since, zone),
        counted(usize::try_from(days).unwrap_or_default(), "day", "days"),
        all.untaken,
        all.held
    );
    screen.line(&screen.prose("", &sum));
    if let Some(newest) = all.newest {
        let line = format!(
            "The newest change of the archive is of {}; --since looks further back.",
            times::moment(newest, zone)
        );
        screen.line(&screen.prose("", &line));
    }
    for one in &all.routes {
        screen.line("");
        named(screen, &one.route);
        summed(screen, one);
        one.samples.iter().for_each(|sample| shown(screen, sample));
    }
}

fn summed(screen: &Screen, one: &Forecast) {
    let messages = counted(one.messages, "message", "messages");
    let digests = match one.digests {
        0 => String::new(),
        some => format!(" and {}", counted(some, "digest", "digests")),
    };
    let aloud = match (one.loud, one.mentions) {
        (0, _) => String::new(),
        (loud, 0) => format!(" ({loud} aloud)"),
        (loud, mentions) => format!(" ({loud} aloud, {mentions} with a mention)"),
    };
    let line = format!(
        "It would have sent {messages}{aloud}{digests}, of {}.",
        counted(one.changes, "change", "changes")
    );
    screen.line(&screen.prose("    ", &line));
    if one.messages > 0 {
        let days = one.days.iter();
        let days: Vec<String> = days
            .map(|(day, count)| format!("{} ({count})", day.format("%a %-d %B %Y")))
            .collect();
        let line = format!(
            "A week has {} in the median, {} at worst. The loudest days: {}.",
            counted_half(one.median),
            counted(one.worst, "message", "messages"),
            days.join(", ")
        );
        screen.line(&screen.prose("    ", &line));
    }
}

fn counted_half(count: f64) -> String {
    match count == 1.0 {
        true => "1 message".to_owned(),
        false => format!("{count} messages"),
    }
}

fn shown(screen: &Screen, sample: &SampleMessage) {
    let at = times::moment(sample.at, chrono_tz::Europe::London);
    let kind = if sample.is_digest {
        "Digest"
    } else {
        "Message"
    };
    let sound = if sample.message.silent {
        "silent"
    } else {
        "aloud"
    };
    let head = format!("    {kind} of {at}, {sound}:");
    screen.line(&screen.ink(Ink::Faint, &head));
    let card = message::plain(
        &sample.message,
        screen.width.saturating_sub(4),
        screen.paint(),
    );
    for line in card.lines() {
        screen.line(format!("    {line}").trim_end());
    }
}

fn row(all: &Forecasts, one: &Forecast) -> serde_json::Value {
    let samples = one.samples.iter().map(|sample| {
        json!({
            "at": sample.at,
            "digest": sample.is_digest,
            "silent": sample.message.silent,
            "text": message::plain(&sample.message, WIDTH, Paint::Plain),
        })
    });
    json!({
        "name": one.route.name,
        "to": one.route.to,
        "takes": one.route.takes,
        "sends": one.route.sends,
        "since": all.since,
        "until": all.until,
        "messages": one.messages,
        "loud": one.loud,
        "mentions": one.mentions,
        "digests": one.digests,
        "changes": one.changes,
        "weeks": one.weeks,
        "median": one.median,
        "worst": one.worst,
        "days": one.days.iter().map(|(day, count)| json!({ "day": day, "messages": count })).collect::<Vec<_>>(),
        "samples": samples.collect::<Vec<_>>(),
    })
}
