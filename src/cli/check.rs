//! `check`: reads the watchlist and names every mistake; `--live` tries every page without storing anything.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::Datelike;
use serde::Serialize;
use tokio::task::JoinSet;

use crate::cli::arguments::Arguments;
use crate::cli::desk;
use crate::cli::screen::{Ink, Screen, counted};
use crate::cli::{Exit, Trouble};
use crate::house::{self, InForce};
use crate::model::{Failure, FailureKind, Render, Watch};
use crate::visit::trial;
use crate::wording::harmless;

/// What a live look at one page would read.
#[derive(Serialize)]
struct Tried {
    watch: String,
    url: String,
    landed: Option<String>,
    title: Option<String>,
    blocks: usize,
    words: usize,
    attachments: usize,
    failure: Option<Failure>,
}

pub(super) async fn check(
    arguments: &Arguments,
    screen: &Screen,
    live: bool,
) -> Result<Exit, Trouble> {
    let opening = desk::opening(arguments, screen, "check");
    let in_force = match house::read_in_force(&opening) {
        Err(house::Unopened::Mistakes { mistakes, .. }) if screen.json => {
            mistakes.0.iter().for_each(|mistake| screen.json(mistake));
            return Ok(Exit::Failed);
        }
        other => other?,
    };
    let watchlist = &in_force.watchlist;
    let warnings = warnings(&opening, &in_force);
    let enabled = watchlist
        .watches
        .iter()
        .filter(|watch| watch.enabled)
        .count();
    let years = watchlist.book.days.recess_years();
    if screen.json {
        screen.json(&serde_json::json!({
            "watches": watchlist.watches.len(), "enabled": enabled, "routes": watchlist.routes.len(),
            "dossiers": watchlist.book.dossiers.own(), "recess_years": years, "warnings": warnings,
        }));
    } else {
        let dossiers = match watchlist.book.dossiers.own() {
            0 => String::new(),
            own => format!(", {}", counted(own, "dossier", "dossiers")),
        };
        screen.line(&format!(
            "{}: {}, {enabled} of them enabled, {}{dossiers}, no mistakes.",
            arguments.watchlist.display(),
            counted(watchlist.watches.len(), "watch", "watches"),
            counted(watchlist.routes.len(), "route", "routes"),
        ));
        let now = opening.clock.now().year();
        if !years.contains(&now) {
            screen.line(&screen.prose("", &recesses(&years, now)));
        }
        warnings.iter().for_each(|warning| {
            screen.line(&format!("{} {warning}", screen.ink(Ink::Yellow, "note:")))
        });
    }
    if !live {
        return Ok(Exit::Fine);
    }
    let in_force = Arc::new(in_force);
    let tried = try_all(&in_force, screen).await;
    if !screen.json {
        failures_by_host(&tried)
            .iter()
            .for_each(|line| screen.line(&screen.prose("", line)));
    }
    Ok(if tried.iter().any(|tried| tried.failure.is_some()) {
        Exit::Failed
    } else {
        Exit::Fine
    })
}

/// For which years it is known when the Commons do not sit, and what to do about the others.
fn recesses(years: &[i32], now: i32) -> String {
    let mut spans: Vec<(i32, i32)> = Vec::new();
    for year in years {
        match spans.last_mut() {
            Some((_, last)) if *last + 1 == *year => *last = *year,
            _ => spans.push((*year, *year)),
        }
    }
    let spans: Vec<String> = spans
        .into_iter()
        .map(|(first, last)| match first == last {
            true => first.to_string(),
            false => format!("{first} to {last}"),
        })
        .collect();
    let known = match spans.split_last() {
        None => "of no year".to_owned(),
        Some((last, [])) => format!("of {last} only"),
        Some((last, rest)) => format!("of {} and {last} only", rest.join(", ")),
    };
    format!(
        "Recesses of the Commons are known {known}, and of those not every one: what changes in {now} is not said to change \
         in recess. Add the recesses to the watchlist: [calendar] recess = [[\"{now}-07-20\", \"{now}-09-01\"]], with the days that \
         Parliament gives."
    )
}

/// What is no mistake, and yet will surprise: a channel whose secret is not set, pages visited against robots.txt, pages
/// that need a browser where there is none.
fn warnings(opening: &house::Opening, in_force: &InForce) -> Vec<String> {
    let watchlist = &in_force.watchlist;
    let mut warnings = Vec::new();
    for route in &watchlist.routes {
        warnings.extend(house::unset(opening, watchlist, &route.to));
    }
    let ignoring: Vec<&str> = watchlist
        .watches
        .iter()
        .filter(|watch| watch.ignore_robots)
        .map(|watch| watch.id.0.as_str())
        .collect();
    if !ignoring.is_empty() {
        warnings.push(format!(
            "robots.txt is ignored for: {}.",
            ignoring.join(", ")
        ));
    }
    let in_browser = |watch: &&Watch| watch.enabled && watch.render == Render::Browser;
    for watch in watchlist.watches.iter().filter(in_browser) {
        if let Err(missing) = in_force.browser.find(watch) {
            warnings.push(format!("{}: {}.", watch.id, missing.why));
        }
    }
    if let Some(collect) = &watchlist.collect {
        if in_force.secret.is_none() {
            warnings.push(format!(
                "collectors are not heard: the environment variable {} with their secret is not set.",
                collect.secret_env
            ));
        }
        let brought = |watch: &&Watch| in_browser(watch) && watchlist.is_collected(&watch.url);
        for watch in watchlist.watches.iter().filter(brought) {
            warnings.push(format!(
                "{}: it is only collected, and a collector has no browser, so it is never read.",
                watch.id
            ));
        }
        for host in &collect.collected {
            let on_it = |watch: &Watch| watch.url.host_str() == Some(host);
            if !watchlist.watches.iter().any(on_it) {
                warnings.push(format!("{host} is collected, but no watch is on it."));
            }
        }
    }
    if watchlist.settings.contact.is_none() {
        warnings.push(
            "no contact is set; a site's owner cannot write to you (settings, contact).".to_owned(),
        );
    }
    if let Some(forum) = watchlist.forum() {
        warnings.extend(house::unset(opening, watchlist, &forum));
    }
    warnings.sort();
    warnings.dedup();
    warnings
}

async fn try_all(in_force: &Arc<InForce>, screen: &Screen) -> Vec<Tried> {
    let mut visits = JoinSet::new();
    let watchlist = &in_force.watchlist;
    let visited = (watchlist.enabled()).filter(|(watch, _)| !watchlist.is_collected(&watch.url));
    for (watch, _) in visited {
        let (watch, in_force) = (watch.clone(), in_force.clone());
        visits.spawn(async move { try_one(&watch, &in_force).await });
    }
    let mut all = Vec::new();
    while let Some(ended) = visits.join_next().await {
        let tried = ended.expect("a visit does not panic");
        if screen.json {
            screen.json(&tried);
        } else {
            screen.line(&written(screen, &tried));
        }
        all.push(tried);
    }
    all
}

async fn try_one(watch: &Watch, in_force: &InForce) -> Tried {
    let mut tried = Tried {
        watch: watch.id.to_string(),
        url: watch.url.to_string(),
        landed: None,
        title: None,
        blocks: 0,
        words: 0,
        attachments: 0,
        failure: None,
    };
    match trial(in_force, watch).await {
        Ok((capture, document)) => {
            tried.landed = capture.redirected().then(|| capture.landed().to_string());
            tried.blocks = document.blocks.len();
            tried.words = document.words();
            tried.attachments = document.attachments.len();
            tried.title = Some(document.title);
        }
        Err(failure) => tried.failure = Some(failure),
    }
    tried
}

fn written(screen: &Screen, tried: &Tried) -> String {
    let watch = screen.ink(Ink::Bold, &tried.watch);
    if let Some(failure) = &tried.failure {
        return format!(
            "{watch}  {} {}",
            screen.ink(Ink::Red, failure.kind.word()),
            harmless::line(&failure.why)
        );
    }
    let landed = tried
        .landed
        .as_ref()
        .map(|landed| format!(", redirected to {landed}"))
        .unwrap_or_default();
    let title = harmless::line(tried.title.as_deref().unwrap_or_default());
    format!(
        "{watch}  “{title}”: {}, {}, {}{landed}",
        counted(tried.blocks, "block", "blocks"),
        counted(tried.words, "word", "words"),
        counted(tried.attachments, "file", "files")
    )
}

/// One line a host and kind of failure, with the remedy where there is one.
fn failures_by_host(tried: &[Tried]) -> Vec<String> {
    let mut groups: BTreeMap<(String, FailureKind), usize> = BTreeMap::new();
    for one in tried {
        let host = url::Url::parse(&one.url)
            .ok()
            .and_then(|url| url.host_str().map(str::to_owned));
        if let Some(failure) = &one.failure {
            *groups
                .entry((host.unwrap_or_default(), failure.kind))
                .or_default() += 1;
        }
    }
    let line = |((host, kind), count): ((String, FailureKind), usize)| {
        let watches = counted(count, "watch", "watches");
        match kind {
            FailureKind::Blocked => format!(
                "{host} refuses this address: {watches}; run from an ordinary line, or import by hand."
            ),
            FailureKind::Robots => {
                format!(
                    "{host} forbids visits in its robots.txt: {watches}; ask its owner, or leave them out."
                )
            }
            FailureKind::NotFound => {
                format!("{host} does not have {watches}; look for the new address.")
            }
            FailureKind::Unreadable => {
                format!("{host}: {watches} gave nothing to read; look at `select`.")
            }
            FailureKind::Browser => {
                format!(
                    "{host}: {watches} could not be built in a browser; look at `render` and `browser`."
                )
            }
            other => format!("{host}: {watches} failed ({}).", other.word()),
        }
    };
    groups.into_iter().map(line).collect()
}
