//! `add`: prints watches to paste, for addresses that were visited, or from the watch list of another program.

mod borrow;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::sync::Arc;

use serde::Serialize;
use tokio::task::JoinSet;
use url::Url;

use crate::cli::add::borrow::borrow;
use crate::cli::arguments::{AddWhat, Arguments};
use crate::cli::desk;
use crate::cli::screen::{Screen, counted};
use crate::cli::{Exit, Trouble};
use crate::house::{self, InForce};
use crate::model::{Attachment, BlockKind, Capture, Document, Failure, Kind, Watch};
use crate::visit::trial;
use crate::watchlist::{Draft, Watchlist};
use crate::wording::harmless;

/// The most addresses that are read from standard input, in bytes.
const LONGEST_INPUT: u64 = 16 * 1024 * 1024;
/// How much of a text is shown, in characters.
const SAMPLE: usize = 160;

/// A page that was visited, as a watch to paste.
#[derive(Serialize)]
struct Proposed<'a> {
    draft: &'a Draft,
    watch: String,
    blocks: usize,
    words: usize,
    attachments: usize,
}

pub(super) async fn add(
    arguments: &Arguments,
    screen: &Screen,
    what: &AddWhat,
) -> Result<Exit, Trouble> {
    let in_force = house::read_in_force(&desk::opening(arguments, screen, "add"))?;
    let ids = in_force.watchlist.watches.iter();
    let mut taken: BTreeSet<String> = ids.map(|watch| watch.id.0.clone()).collect();
    if let Some(file) = &what.from {
        return borrow(file, &in_force.watchlist, &mut taken, screen);
    }
    let addresses = addresses(&what.urls)?;
    let mut exit = Exit::Fine;
    let mut visits = JoinSet::new();
    let in_force = Arc::new(in_force);
    let mut seen = BTreeSet::new();
    for address in addresses {
        let url = match address_of(&address) {
            Ok(url) => url,
            Err(trouble) => {
                screen.trouble(&trouble);
                exit = Exit::Failed;
                continue;
            }
        };
        if let Some(watch) = watched(&in_force.watchlist, &url) {
            skip(screen, &url, &watch.id.0);
            continue;
        }
        if !seen.insert(place(&url)) {
            continue;
        }
        let draft = Draft::of(url, None, &mut BTreeSet::new());
        let watch = house::as_watched(
            &arguments.watchlist,
            &Draft {
                id: free(&taken),
                ..draft.clone()
            },
        )?;
        let in_force = in_force.clone();
        visits.spawn(async move {
            let came = trial(&in_force, &watch).await;
            (watch, came)
        });
    }
    while let Some(visit) = visits.join_next().await {
        let (watch, came) = visit.expect("a visit does not panic");
        match came {
            Ok((capture, document)) => {
                let draft = proposed(&in_force, &watch, &capture, &document, &mut taken);
                print(screen, &draft, &document);
            }
            Err(failure) => {
                exit = Exit::Failed;
                screen.trouble(&failed(&failure));
            }
        }
    }
    Ok(exit)
}

/// An id for a trial that no watch has.
fn free(taken: &BTreeSet<String>) -> String {
    let mut ids = (0..).map(|number: usize| format!("trial-{number}"));
    ids.find(|id| !taken.contains(id))
        .expect("there is always a next number")
}

/// The addresses given, or those on standard input.
fn addresses(given: &[String]) -> Result<Vec<String>, Trouble> {
    if given.is_empty() {
        return Err(Trouble::sentence("It is not said which pages to look at.")
            .with("Say `add URL…`, `add -` to read addresses from standard input, or `add --from FILE`."));
    }
    if given != ["-"] {
        return Ok(given.to_vec());
    }
    let mut text = String::new();
    let input = std::io::stdin().lock().take(LONGEST_INPUT);
    let mut input = std::io::BufReader::new(input);
    input.read_to_string(&mut text).map_err(|error| {
        Trouble::sentence(format!("Standard input cannot be read: {error}."))
            .with("Give it one address a line.")
    })?;
    let lines = text.lines().map(str::trim);
    Ok(lines
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(str::to_owned)
        .collect())
}

fn address_of(text: &str) -> Result<Url, Trouble> {
    let shown = harmless::line(text);
    let example =
        "Write it as a browser shows it, such as https://www.gov.uk/guidance/data-sharing.";
    let url = Url::parse(text).or_else(|why| match text.contains("://") {
        false if text.contains('.') => Url::parse(&format!("https://{text}")),
        _ => Err(why),
    });
    let mut url = url.map_err(|why| {
        Trouble::sentence(format!("“{shown}” is no web address: {why}.")).with(example)
    })?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(Trouble::sentence(format!(
            "“{shown}” is not visited: only http and https are."
        ))
        .with(example));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Trouble::sentence(
            "A name and password in an address would be shown to everyone.",
        )
        .with("Take them out of the address."));
    }
    url.set_fragment(None);
    Ok(url)
}

/// What makes two addresses one page for whoever adds them.
fn place(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    let host = host.strip_prefix("www.").unwrap_or(host);
    let port = url
        .port()
        .map(|port| format!(":{port}"))
        .unwrap_or_default();
    let query = url
        .query()
        .map(|query| format!("?{query}"))
        .unwrap_or_default();
    format!("{host}{port}{}{query}", url.path().trim_end_matches('/'))
}

fn watched<'w>(watchlist: &'w Watchlist, url: &Url) -> Option<&'w Watch> {
    let place_of = place(url);
    watchlist
        .watches
        .iter()
        .find(|watch| place(&watch.url) == place_of)
}

fn skip(screen: &Screen, url: &Url, id: &str) {
    match screen.json {
        true => screen.json(&serde_json::json!({ "skipped": url, "watched_as": id })),
        false => screen.line(&format!(
            "# {} is watched already, as {id}",
            harmless::line(url.as_str())
        )),
    }
}

/// The watch to paste for what was read.
fn proposed(
    in_force: &InForce,
    watch: &Watch,
    capture: &Capture,
    document: &Document,
    taken: &mut BTreeSet<String>,
) -> Draft {
    let landed = capture.landed().clone();
    let mut address = landed.clone();
    address.set_fragment(None);
    let title = Some(document.title.as_str()).filter(|title| !title.is_empty());
    let mut draft = Draft::of(address, title, taken);
    draft.publisher = publisher(&in_force.watchlist, &landed);
    (draft.kind, draft.follow) = kind(&landed, document);
    draft.every = Some(if draft.follow.iter().any(|one| one == "entries") {
        1_800
    } else {
        7_200
    });
    if landed != watch.url {
        draft.remarks.push(format!("{} leads here", watch.url));
    }
    let profile = watch.reading.profile.as_deref();
    draft.remarks.push(format!(
        "read {}: {}, {}, {}",
        profile.map_or_else(
            || "without a profile".to_owned(),
            |name| format!("by the profile {name}")
        ),
        counted(document.blocks.len(), "block", "blocks"),
        counted(document.words(), "word", "words"),
        counted(document.attachments.len(), "file", "files"),
    ));
    draft.remarks.push(beginning(&landed, document));
    draft
}

/// How the text begins; of a file of which no text is read, what is known of it.
fn beginning(landed: &Url, document: &Document) -> String {
    let itself = |file: &&Attachment| file.url == landed.as_str();
    let file = document.attachments.iter().find(itself);
    if let Some(file) = file.filter(|_| document.blocks.is_empty()) {
        let facts = file.facts.as_deref().unwrap_or_default();
        return format!("its text cannot be read ({facts}); a change of its bytes is told");
    }
    let text: Vec<&str> = document
        .blocks
        .iter()
        .map(|block| block.text.as_str())
        .collect();
    let text = harmless::line(&text.join(" · "));
    let mut sample: String = text.chars().take(SAMPLE).collect();
    if sample.len() < text.len() {
        sample.push('…');
    }
    format!("begins: {sample}")
}

/// Who most watches of this host say publishes them.
fn publisher(watchlist: &Watchlist, url: &Url) -> Option<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let same = |watch: &&Watch| watch.url.host_str() == url.host_str();
    for watch in watchlist.watches.iter().filter(same) {
        if let Some(publisher) = &watch.publisher {
            *counts.entry(publisher).or_default() += 1;
        }
    }
    let most = counts.into_iter().max_by_key(|(_, count)| *count);
    most.map(|(publisher, _)| publisher.to_owned())
}

/// What a page seems to be, and what of what it leads to should be followed.
fn kind(landed: &Url, document: &Document) -> (Kind, Vec<String>) {
    let all = document.blocks.len().max(1);
    let count = |is: fn(&BlockKind) -> bool| {
        document
            .blocks
            .iter()
            .filter(|block| is(&block.kind))
            .count()
    };
    let rows = count(|kind| matches!(kind, BlockKind::Row(..)));
    if rows >= 8 && rows * 10 >= all * 6 {
        return (Kind::Register, Vec::new());
    }
    let mut lines = document.blocks.iter();
    let is_map = !document.blocks.is_empty()
        && lines.all(|block| matches!(&block.links[..], [only] if only.text == only.url));
    let offers_files = (document.attachments.iter()).any(|file| file.url != landed.as_str());
    let bare = document
        .blocks
        .iter()
        .filter(|block| match &block.links[..] {
            [only] => only.text.len() * 10 >= block.text.len() * 8,
            _ => false,
        });
    let bare = bare.count();
    let follow = |what: &str| vec![what.to_owned()];
    match (
        document.rolling || is_map,
        bare >= 8 && bare * 10 >= all * 6,
        offers_files,
    ) {
        (true, ..) => (Kind::Index, follow("entries")),
        (false, true, _) => (Kind::Index, Vec::new()),
        (false, false, true) => (Kind::Page, follow("attachments")),
        (false, false, false) => (Kind::Page, Vec::new()),
    }
}

fn print(screen: &Screen, draft: &Draft, document: &Document) {
    if screen.json {
        return screen.json(&Proposed {
            draft,
            watch: draft.written(),
            blocks: document.blocks.len(),
            words: document.words(),
            attachments: document.attachments.len(),
        });
    }
    screen.line(&harmless_lines(&draft.written()));
}

/// Text of several lines that may go to a terminal.
pub(super) fn harmless_lines(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(harmless::line).collect();
    lines.join("\n") + "\n"
}

fn failed(failure: &Failure) -> Trouble {
    let remedy = match failure.kind.word() {
        "blocked" => {
            "The site refuses this address: try from an ordinary line, or save the page and import it."
        }
        "robots" => "Ask the site's owner, or leave it out.",
        "refused-address" => {
            "Name its network in `allow_private` under [settings] if it may be visited."
        }
        "not-found" => "Look for its present address.",
        "unreadable" => "It may need a browser (render = \"browser\"), or `select`.",
        _ => "Try again later.",
    };
    Trouble::sentence(format!(
        "{}.",
        harmless::line(failure.why.trim_end_matches('.'))
    ))
    .with(remedy)
}
