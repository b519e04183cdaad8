//! Pages that people wish were watched.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::answers::NoAnswer;
use crate::house::House;
use crate::model::{Fact, Suggested, Suggestion};

/// The longest name, in characters.
const LONGEST_NAME: usize = 100;
/// The longest reason and address, in characters.
const LONGEST: usize = 500;
/// How many suggestions are taken in a day, so that nobody fills the journal.
const A_DAY: usize = 50;

/// What somebody wishes were watched.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct SuggestionWanted {
    /// Its address, as it was written.
    pub address: String,
    /// Why.
    pub why: Option<String>,
    /// Who wishes it.
    pub by: String,
    /// Where it is said, where that is not the command line: "discord:USER_ID".
    pub from: Option<String>,
}

/// Puts a suggestion on record; one that is there already, or watched, is not noted again.
pub(super) async fn suggest(
    house: &House,
    wanted: SuggestionWanted,
) -> Result<Suggested, NoAnswer> {
    let url = address(&wanted.address)?;
    let by = line(&wanted.by, LONGEST_NAME);
    if by.is_empty() {
        return Err(refused(
            "A suggestion needs the name of who makes it.",
            None,
        ));
    }
    let why = wanted.why.map(|why| line(&why, LONGEST));
    let _lane = house.lane().await?;
    let in_force = house.in_force();
    let watches = in_force.watchlist.watches.iter();
    if let Some(watch) = watches.filter(|one| one.enabled).find(|one| one.url == url) {
        let remedy = format!("Its watch is called {}.", watch.id);
        return Err(refused("This page is watched already.", Some(remedy)));
    }
    let known = house.store.suggestions().await?;
    if let Some(earlier) = known.iter().find(|one| one.suggestion.url == url) {
        let what = format!("{} suggested this page before.", earlier.suggestion.by);
        return Err(refused(&what, None));
    }
    let now = house.clock.now();
    let lately = known.iter().filter(|one| now - one.at < TimeDelta::days(1));
    if lately.count() >= A_DAY {
        let remedy = "Tell the one who keeps the watchlist.".to_owned();
        let what = format!("{A_DAY} pages were suggested in the last day, and no more are noted.");
        return Err(refused(&what, Some(remedy)));
    }
    let suggestion = Suggestion {
        url,
        why: why.filter(|why| !why.is_empty()),
        by,
        from: wanted.from,
    };
    let fact = Fact::Suggested(suggestion.clone());
    let entry = house.store.append(fact, now, None).await?;
    Ok(Suggested {
        entry,
        suggestion,
        at: now,
    })
}

fn address(text: &str) -> Result<Url, NoAnswer> {
    let text = text.trim();
    let url = Url::parse(text).ok().filter(|url| {
        let web = matches!(url.scheme(), "http" | "https");
        let plain = url.username().is_empty() && url.password().is_none();
        web && plain && url.host().is_some() && url.as_str().chars().count() <= LONGEST
    });
    url.ok_or_else(|| {
        let remedy = "Write it as in https://www.example.org/policy.".to_owned();
        refused("This is no address of a web page.", Some(remedy))
    })
}

/// The text in one line, as much of it as is kept.
fn line(text: &str, longest: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().take(longest).collect()
}

fn refused(what: &str, remedy: Option<String>) -> NoAnswer {
    NoAnswer::Unknown {
        what: what.to_owned(),
        remedy,
    }
}
