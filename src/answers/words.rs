//! Where words stand now, and since when.

use serde::{Deserialize, Serialize};

use crate::answers::{NoAnswer, renamed::Renamed};
use crate::house::House;
use crate::model::{Bounds, Document, KnownName, State, Version, VersionNo, WatchId};
use crate::prose::fold;
use crate::store::StoreError;

/// How many pages are looked through.
const PAGES: usize = 600;
/// How many versions of a page are looked through, backwards.
const VERSIONS: usize = 200;
/// How many versions are looked through in all.
const IN_ALL: usize = 1_500;
/// The most that is found.
const ENOUGH: usize = 100;
/// The longest words asked for, in characters.
const LONGEST: usize = 200;
/// How much is shown around what was found, in characters.
const AROUND: usize = 160;

/// What was found of some words.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
pub struct Searched {
    /// Where they stand.
    pub found: Vec<Sighted>,
    /// Whether not everything was looked through, or not all of it is told.
    pub cut_short: bool,
}

/// A place where words stand.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
pub struct Sighted {
    /// On which page.
    pub watch: WatchId,
    /// What the page is called.
    pub title: String,
    /// In which part of it.
    pub place: Where,
    /// The words with what stands around them.
    pub quote: String,
}

/// In which part of a page words stand.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum Where {
    /// In its title.
    Title,
    /// In a name that it mentions.
    Name,
    /// In its text.
    Text,
}

/// Where a phrase stands, and since when.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
pub struct Phrased {
    /// The pages it stands on.
    pub found: Vec<Stretch>,
    /// Whether not every page was looked through.
    pub cut_short: bool,
}

/// Since when a phrase stands on a page.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
pub struct Stretch {
    /// On which page.
    pub watch: WatchId,
    /// What the page is called.
    pub title: String,
    /// The first version of those, one after another, that have it, up to the one that stands.
    pub since: VersionNo,
    /// Between which times that version came.
    pub bounds: Bounds,
    /// Whether versions before that one were not looked through.
    pub perhaps_earlier: bool,
    /// The phrase with what stands around it.
    pub quote: String,
}

/// The pages that have all these words in their title, in one name or in one paragraph.
pub(super) async fn search(house: &House, words: &str) -> Result<Searched, NoAnswer> {
    let folded = asked(words)?;
    let parts: Vec<&str> = folded.split(' ').collect();
    let holds = |text: &str| {
        let text = fold(text);
        parts.iter().all(|part| text.contains(part))
    };
    let renamed = Renamed::since(house).await?;
    let (standing, mut cut_short) = standing(house).await?;
    let names = house.store.names().await?;
    let mut found = Vec::new();
    for (watch, version) in &standing {
        if found.len() >= ENOUGH {
            cut_short = true;
            break;
        }
        let sighted = |place, quote: &str| Sighted {
            watch: renamed.now(watch).clone(),
            title: version.title.clone(),
            place,
            quote: around(quote, parts.first().copied().unwrap_or_default()),
        };
        if holds(&version.title) {
            found.push(sighted(Where::Title, &version.title));
        } else if let Some(name) = names
            .iter()
            .find(|name| stands(name, watch) && holds(&name.name))
        {
            found.push(sighted(Where::Name, &name.name));
        } else {
            let document = house.store.document(version).await?;
            let block = document.blocks.iter().find(|block| holds(&block.text));
            found.extend(block.map(|block| sighted(Where::Text, &block.text)));
        }
    }
    found.sort_by_key(|one| match one.place {
        Where::Title => 0,
        Where::Name => 1,
        Where::Text => 2,
    });
    Ok(Searched { found, cut_short })
}

/// The pages on which a phrase stands now, each with the version since which it stands there without a break.
pub(super) async fn phrase(house: &House, words: &str) -> Result<Phrased, NoAnswer> {
    let wanted = asked(words)?;
    let renamed = Renamed::since(house).await?;
    let (standing, mut cut_short) = standing(house).await?;
    let (mut found, mut left) = (Vec::new(), IN_ALL);
    for (watch, version) in standing {
        let document = house.store.document(&version).await?;
        let Some(quote) = quoted(&document, &wanted) else {
            continue;
        };
        if found.len() >= ENOUGH {
            cut_short = true;
            break;
        }
        let (first, perhaps_earlier) = since(house, &watch, version, &wanted, &mut left).await?;
        found.push(Stretch {
            watch: renamed.now(&watch).clone(),
            title: first.title.clone(),
            since: first.no,
            bounds: Bounds {
                after: first.after,
                by: first.at,
            },
            perhaps_earlier,
            quote,
        });
    }
    found.sort_by_key(|one| one.bounds.by);
    Ok(Phrased { found, cut_short })
}

/// The first version of those, one after another up to this one, that have these words; and whether there may be earlier ones.
async fn since(
    house: &House,
    watch: &WatchId,
    current: Version,
    wanted: &str,
    left: &mut usize,
) -> Result<(Version, bool), StoreError> {
    let versions = house.store.versions(watch).await?;
    let last = current.no;
    let earlier = versions.into_iter().rev();
    let earlier = earlier.filter(|one| one.no < last);
    let mut first = current;
    for (seen, version) in earlier.enumerate() {
        if seen >= VERSIONS || *left == 0 {
            return Ok((first, true));
        }
        *left -= 1;
        // The same text was looked through already.
        if version.text != first.text {
            let document = house.store.document(&version).await?;
            if quoted(&document, wanted).is_none() {
                return Ok((first, false));
            }
        }
        first = version;
    }
    Ok((first, false))
}

/// The words as they are compared.
fn asked(words: &str) -> Result<String, NoAnswer> {
    let folded = fold(words);
    let folded = folded.split_whitespace().collect::<Vec<_>>().join(" ");
    match folded.chars().count() {
        3..=LONGEST => Ok(folded),
        _ => Err(NoAnswer::Unknown {
            what: format!("What is looked for has 3 to {LONGEST} characters."),
            remedy: None,
        }),
    }
}

/// The pages that stand now with their versions, and whether there are more than are looked through.
async fn standing(house: &House) -> Result<(Vec<(WatchId, Version)>, bool), StoreError> {
    let states = house.store.states().await?.into_iter();
    let there = |(watch, state): (WatchId, State)| {
        let there = !state.away && !state.retired;
        Some((watch, state.current.filter(|_| there)?))
    };
    let mut pages: Vec<(WatchId, Version)> = states.filter_map(there).collect();
    let more = pages.len() > PAGES;
    pages.truncate(PAGES);
    Ok((pages, more))
}

/// Whether a name stands on a page now.
fn stands(name: &KnownName, watch: &WatchId) -> bool {
    let places = &name.places;
    places
        .iter()
        .any(|place| place.now && place.watch == *watch)
}

/// A phrase as it stands in a document, with what stands around it.
fn quoted(document: &Document, wanted: &str) -> Option<String> {
    let holds = |text: &str| fold(text).contains(wanted);
    let mut blocks = document.blocks.iter();
    let block = blocks.find(|block| holds(&block.text))?;
    Some(around(&block.text, wanted))
}

/// The part of a text around these words, of which it holds the folded form.
fn around(text: &str, words: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let chars: Vec<char> = line.chars().collect();
    if chars.len() <= AROUND {
        return line;
    }
    let at = fold(&line).find(words).unwrap_or(0);
    let at = fold(&line)[..at].chars().count();
    let from = at.saturating_sub(AROUND / 3).min(chars.len() - AROUND);
    let part: String = chars[from..from + AROUND].iter().collect();
    let (before, after) = (from > 0, from + AROUND < chars.len());
    let mark = |cut| if cut { "…" } else { "" };
    format!("{}{}{}", mark(before), part.trim(), mark(after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_shown_with_what_stands_around_them() {
        assert_eq!(around("It  will\nnever", "never"), "It will never");
        let long = format!(
            "{} it will NEVER be sold {}",
            "ä ".repeat(200),
            "b ".repeat(200)
        );
        let shown = around(&long, "never be sold");
        assert!(shown.starts_with('…') && shown.ends_with('…'), "{shown}");
        assert!(shown.contains("NEVER be sold") && shown.chars().count() <= AROUND + 2);
        around(&"İ".repeat(300), "i");
    }

    #[test]
    fn what_is_too_short_or_too_long_is_not_looked_for() {
        assert_eq!(asked("  Never   SOLD ").ok().as_deref(), Some("never sold"));
        for wrong in ["", "ab", &"x".repeat(201)] {
            assert!(asked(wrong).is_err());
        }
    }
}
