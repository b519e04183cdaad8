//! Every name the archive knows, and what somebody decides on one.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::answers::{NoAnswer, pinned};
use crate::findings;
use crate::house::House;
use crate::model::{Decided, EntryNo, Fact, KnownName, NameKind, Names, Point, WatchId};

/// The most names shown as lookalikes of one.
const ALIKE: usize = 12;
/// The longest name that can be decided on, in bytes: an entry of the journal is short.
const LONGEST: usize = 1_000;

/// Which names.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize, Debug)]
pub struct NamesAsked {
    /// Only first seen at or after.
    pub new_since: Option<DateTime<Utc>>,
    /// Only of this kind.
    pub kind: Option<NameKind>,
    /// Only those in whose name or aliases this stands.
    pub text: Option<String>,
    /// Those that were dismissed, and no others.
    pub dismissed: bool,
    /// As it was answered when this was the last entry of the journal: what came later is left out.
    #[serde(default)]
    pub as_of: Option<EntryNo>,
}

/// A name, and what is like it.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
pub struct NameOne {
    /// The name.
    #[serde(flatten)]
    pub known: Arc<KnownName>,
    /// On how many pages it stands now.
    pub now: usize,
    /// Names that share most of the words that tell what they are about; only where this very name was asked for.
    pub resembles: Vec<String>,
    /// The first copy in an archive of the web that has it, from before the pages were watched; only where this very name was
    /// asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<MentionBefore>,
}

/// The first copy in an archive of the web that mentions a name.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct MentionBefore {
    /// On which page.
    pub watch: WatchId,
    /// The backfilled text.
    pub point: Point,
    /// When the archive says that the copy was made.
    pub at: DateTime<Utc>,
    /// Which archive.
    pub archive: String,
}

/// How many backfilled texts are looked through for a name.
const TEXTS: usize = 3_000;

pub(super) async fn names(house: &House, asked: &NamesAsked) -> Result<Vec<NameOne>, NoAnswer> {
    let all = match asked.as_of {
        None => house.store.names().await?,
        Some(as_of) => {
            pinned::check(house, as_of).await?;
            house.store.names_by(as_of).await?
        }
    };
    let text = asked.text.as_deref().unwrap_or_default();
    let (wanted, folded) = (findings::canonical(text), findings::fold(text));
    let is_it = |name: &KnownName| !wanted.is_empty() && is_called(name, &wanted);
    let mut rows: Vec<NameOne> = all
        .iter()
        .filter(|name| {
            asked
                .new_since
                .is_none_or(|since| name.first.bounds.by >= since)
        })
        .filter(|name| asked.kind.is_none_or(|kind| name.kind == kind))
        .filter(|name| is_dismissed(name) == asked.dismissed || !asked.dismissed && is_it(name))
        .filter(|name| is_it(name) || holds(name, &folded))
        .map(|name| NameOne {
            now: name.places.iter().filter(|place| place.now).count(),
            resembles: match is_it(name) {
                true => alike(name, &all),
                false => Vec::new(),
            },
            before: None,
            known: Arc::clone(name),
        })
        .collect();
    // The very name that was asked for stands before those that hold it.
    rows.sort_by_key(|row| !is_it(&row.known));
    for row in rows.iter_mut().filter(|row| is_it(&row.known)) {
        row.before = before(house, &row.known, asked.as_of).await?;
    }
    Ok(rows)
}

/// The earliest backfilled text that has a name.
async fn before(
    house: &House,
    name: &KnownName,
    as_of: Option<EntryNo>,
) -> Result<Option<MentionBefore>, NoAnswer> {
    let as_of = as_of.unwrap_or(EntryNo::MAX);
    let mut first: Option<MentionBefore> = None;
    let mut left = TEXTS;
    for watch in house.store.watches().await? {
        let past = house.store.past_by(&watch, as_of).await?;
        for (brought, text) in past.texts() {
            let at = brought.copy.memento.at;
            let Some(names) = brought.named().filter(|_| left > 0) else {
                continue;
            };
            if first.as_ref().is_some_and(|first| first.at <= at) {
                continue;
            }
            left -= 1;
            let Some(bytes) = house.store.body_left(names).await? else {
                continue;
            };
            let names: Names = serde_json::from_slice(&bytes)
                .map_err(|error| NoAnswer::Archive(format!("the names {names}: {error}")))?;
            let mut names = names.names.iter();
            if names.any(|named| is_called(name, &named.canonical)) {
                first = Some(MentionBefore {
                    watch: watch.clone(),
                    point: Point::Past(text.no),
                    at,
                    archive: brought.copy.archive.clone(),
                });
            }
        }
    }
    Ok(first)
}

/// Notes what becomes of a name.
pub(super) async fn rule(
    house: &House,
    name: &str,
    ruled: Decided,
    by: Option<String>,
    why: Option<String>,
) -> Result<NameOne, NoAnswer> {
    let all = house.store.names().await?;
    let found = find(&all, name)?;
    let ruled = match ruled {
        Decided::Merged { into } => {
            let into = find(&all, &into)?;
            if into.canonical == found.canonical {
                return Err(NoAnswer::Unknown {
                    what: format!("“{name}” is one with “{}” already.", into.name),
                    remedy: None,
                });
            }
            Decided::Merged {
                into: into.canonical.clone(),
            }
        }
        other => other,
    };
    // A name that was merged is found under what it was merged into, and is itself what is restored.
    let canonical = match ruled {
        Decided::Restored => restored(house, found, name).await?,
        _ => found.canonical.clone(),
    };
    if canonical.len() > LONGEST {
        return Err(NoAnswer::Unknown {
            what: "That name is too long to be decided on.".to_owned(),
            remedy: None,
        });
    }
    let fact = Fact::NameRuled {
        name: canonical.clone(),
        ruled,
        by,
        why,
    };
    house.store.append(fact, house.clock.now(), None).await?;
    let all = house.store.names().await?;
    let found = all.iter().find(|name| name.canonical == canonical);
    let found = match found {
        Some(found) => found,
        None => find(&all, &canonical)?,
    };
    Ok(NameOne {
        now: found.places.iter().filter(|place| place.now).count(),
        resembles: alike(found, &all),
        before: None,
        known: Arc::clone(found),
    })
}

/// The name on which something was decided that is to hold no more.
async fn restored(house: &House, found: &KnownName, name: &str) -> Result<String, NoAnswer> {
    let wanted = findings::canonical(name);
    if house.store.is_ruled(&wanted).await? {
        return Ok(wanted);
    }
    match found.ruling {
        Some(_) => Ok(found.canonical.clone()),
        None => Err(NoAnswer::Unknown {
            what: format!("Nothing was decided on “{}”.", found.name),
            remedy: Some("`smallprint names --dismissed` lists what was dismissed.".to_owned()),
        }),
    }
}

/// The name that is called so.
fn find<'a>(all: &'a [Arc<KnownName>], name: &str) -> Result<&'a Arc<KnownName>, NoAnswer> {
    let wanted = findings::canonical(name);
    let by_name = all.iter().find(|known| known.canonical == wanted);
    let found = by_name.or_else(|| all.iter().find(|known| is_called(known, &wanted)));
    found.ok_or_else(|| {
        let folded = findings::fold(name);
        let near = all
            .iter()
            .find(|known| findings::resemble(&known.name, name) || holds(known, &folded));
        NoAnswer::Unknown {
            what: format!("The archive knows no name “{name}”."),
            remedy: Some(match near {
                Some(near) => format!(
                    "Did you mean “{}”? `smallprint names` lists them all.",
                    near.name
                ),
                None => "`smallprint names` lists them all.".to_owned(),
            }),
        }
    })
}

/// Whether a name or one of its aliases is this, in canonical form.
fn is_called(name: &KnownName, canonical: &str) -> bool {
    let mut aliases = name.aliases.iter();
    name.canonical == canonical || aliases.any(|alias| findings::canonical(alias) == canonical)
}

/// Whether some words stand in a name or one of its aliases.
fn holds(name: &KnownName, folded: &str) -> bool {
    let mut called = std::iter::once(&name.name).chain(&name.aliases);
    called.any(|called| findings::fold(called).contains(folded)) || name.canonical.contains(folded)
}

fn is_dismissed(name: &KnownName) -> bool {
    let ruling = name.ruling.as_ref();
    ruling.is_some_and(|ruling| ruling.decided == Decided::Dismissed)
}

/// The names that are like this one.
fn alike(name: &KnownName, all: &[Arc<KnownName>]) -> Vec<String> {
    let others = all.iter().filter(|other| other.canonical != name.canonical);
    let alike = others.filter(|other| findings::resemble(&name.name, &other.name));
    alike.map(|other| other.name.clone()).take(ALIKE).collect()
}
