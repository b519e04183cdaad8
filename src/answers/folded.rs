//! Which changes of a page of them belong together, as the judgement groups them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::answers::NoAnswer;
use crate::answers::groups::{PAGES, What, block_of, runs, what_of};
use crate::house::House;
use crate::model::{Change, ChangeKind, EntryNo};

/// How many strands are looked at for a page at the most; those that grew last.
const STRANDS: usize = 1_000;

/// Changes that belong together, as far as they stand on the page asked for.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
pub struct Folded {
    /// What they have in common.
    #[serde(flatten)]
    pub what: What,
    /// On how many pages in all.
    pub pages: usize,
    /// When the first of all was seen.
    pub since: DateTime<Utc>,
    /// When the last of all was seen.
    pub latest: DateTime<Utc>,
    /// The entries of those asked for, newest first.
    pub entries: Vec<EntryNo>,
}

/// Folds the changes that belong together; each stands in one fold at most.
/// What came after the entry that they are as of is no part of any.
pub(super) async fn folded(
    house: &House,
    changes: &[Change],
    as_of: Option<EntryNo>,
) -> Result<Vec<Folded>, NoAnswer> {
    let Some(oldest) = changes.iter().map(|change| change.bounds.by).min() else {
        return Ok(Vec::new());
    };
    let asked: BTreeSet<EntryNo> = changes.iter().map(|change| change.entry).collect();
    let mut found = Vec::new();
    for mark in house
        .store
        .shared_since(oldest)
        .await?
        .into_iter()
        .take(STRANDS)
    {
        let mut members = house.store.strand(mark).await?;
        members.retain(|one| as_of.is_none_or(|as_of| one.entry <= as_of));
        if !members.iter().any(|one| asked.contains(&one.entry)) {
            continue;
        }
        for run in runs(members) {
            let pages: BTreeSet<_> = run.iter().map(|one| &one.watch).collect();
            let blocks: BTreeSet<_> = run.iter().filter_map(block_of).collect();
            if pages.len() < PAGES || blocks.len() == 1 {
                continue;
            }
            let times = run.iter().map(|one| one.bounds.by);
            let entries = run.iter().rev().map(|one| one.entry);
            found.push(Folded {
                what: what_of(&run),
                pages: pages.len(),
                since: times.clone().min().unwrap_or_default(),
                latest: times.max().unwrap_or_default(),
                entries: entries.filter(|entry| asked.contains(entry)).collect(),
            });
        }
    }
    found.extend(moves(house, changes).await?);
    Ok(each_once(found))
}

/// Pages of this list that moved from one host to another together.
async fn moves(house: &House, changes: &[Change]) -> Result<Vec<Folded>, NoAnswer> {
    let mut moved: BTreeMap<(String, String), Vec<&Change>> = BTreeMap::new();
    for change in changes.iter().filter(|one| one.kind == ChangeKind::Moved) {
        let before = house.store.version(&change.watch, change.span.from).await?;
        let after = house.store.version(&change.watch, change.span.to).await?;
        let host = |url: &url::Url| url.host_str().unwrap_or("nowhere").to_owned();
        let hosts = (host(&before.url), host(&after.url));
        if hosts.0 != hosts.1 {
            moved.entry(hosts).or_default().push(change);
        }
    }
    let several = moved.into_iter().filter(|(_, changes)| changes.len() > 1);
    Ok(several
        .map(|((old, new), changes)| {
            let times = changes.iter().map(|change| change.bounds.by);
            Folded {
                what: What::HostMove { old, new },
                pages: changes.len(),
                since: times.clone().min().unwrap_or_default(),
                latest: times.max().unwrap_or_default(),
                entries: changes.iter().map(|change| change.entry).collect(),
            }
        })
        .collect())
}

/// Leaves a change in one fold only: words put for words explain an edit of the same pages, and come first.
fn each_once(mut found: Vec<Folded>) -> Vec<Folded> {
    let swapped = |one: &Folded| matches!(one.what, What::Substitution { .. });
    found.sort_by_key(|one| (!swapped(one), std::cmp::Reverse(one.pages)));
    let mut taken = BTreeSet::new();
    for one in &mut found {
        one.entries.retain(|entry| taken.insert(*entry));
    }
    found.retain(|one| !one.entries.is_empty());
    found
}
