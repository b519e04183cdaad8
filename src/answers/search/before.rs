//! Which passages of backfilled texts have what is looked for, and when they stood, by the word of archives of the web.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::answers::NoAnswer;
use crate::answers::pages::Pages;
use crate::answers::search::{Quote, not_found};
use crate::backfill::{self, Told};
use crate::house::House;
use crate::model::{EntryNo, PastNo, Point, WatchId};
use crate::past::{Stay, stays};
use crate::search::Scope;
use crate::search::marks::marks;
use crate::search::query::Clause;

/// A passage of backfilled texts that has what was looked for.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
pub struct SightedBefore {
    /// On which page, and its words.
    #[serde(flatten)]
    pub quote: Quote,
    /// From when to when it stood, the earliest first.
    pub stood: Vec<StoodBefore>,
}

/// Backfilled texts one after the other in which a passage stands.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
pub struct StoodBefore {
    /// From which copy to which, and when they were made.
    #[serde(flatten)]
    pub stay: Stay,
    /// Which archive holds the first of them, by its name in the watchlist.
    pub archive: String,
    /// Where people read that.
    pub url: String,
}

/// What was found.
pub(super) struct FoundBefore {
    /// This part of the passages: those that stood last first.
    pub(super) found: Vec<SightedBefore>,
    /// How many there are.
    pub(super) count: usize,
    /// Whether that is the exact number.
    pub(super) counted: bool,
    /// On how many pages they stand.
    pub(super) pages: usize,
    /// Where the next part begins.
    pub(super) next: Option<usize>,
}

/// Looks through the backfilled texts that had come by the entry the answer is as of.
pub(super) async fn found(
    house: &House,
    pages: &Pages,
    clause: &Clause,
    scope: Scope,
) -> Result<FoundBefore, NoAnswer> {
    let first = scope
        .after
        .map_or(0, |after| usize::try_from(after).unwrap_or(0));
    let (limit, from, until) = (scope.limit, scope.from, scope.until);
    let as_of = scope.as_of.unwrap_or(EntryNo::MAX);
    let looked = house.search().find_past(clause.clone(), scope).await;
    let looked = looked.map_err(not_found)?;
    let in_force = house.in_force();
    let mut pasts: BTreeMap<WatchId, Option<Told>> = BTreeMap::new();
    let mut sighted = Vec::new();
    for passage in looked.passages {
        if !pasts.contains_key(&passage.watch) {
            let told = backfill::told(house, &in_force, &passage.watch, as_of).await?;
            pasts.insert(passage.watch.clone(), told);
        }
        let Some(told) = &pasts[&passage.watch] else {
            continue;
        };
        let mut stood = stood(told, &passage.texts);
        stood.retain(|one| {
            from.is_none_or(|from| one.stay.until >= from)
                && until.is_none_or(|until| one.stay.from < until)
        });
        if stood.is_empty() {
            continue;
        }
        let title = told.texts.last().map_or("", |text| &text.title);
        sighted.push(SightedBefore {
            quote: Quote::of(
                pages,
                (&passage.watch, title),
                (passage.kind, &passage.text),
                marks(clause, &passage.text, None),
            ),
            stood,
        });
    }
    let until = |one: &SightedBefore| one.stood.last().map(|one| one.stay.until);
    sighted.sort_by(|one, other| {
        let key = |one: &SightedBefore| (one.quote.watch.clone(), one.quote.text.clone());
        until(other)
            .cmp(&until(one))
            .then_with(|| key(one).cmp(&key(other)))
    });
    let on: BTreeSet<&WatchId> = sighted.iter().map(|one| &one.quote.watch).collect();
    let (count, pages) = (sighted.len(), on.len());
    let last = first.saturating_add(limit);
    Ok(FoundBefore {
        found: sighted.into_iter().skip(first).take(limit).collect(),
        count,
        counted: looked.counted,
        pages,
        next: (last < count).then_some(last),
    })
}

/// From when to when a passage stood that stands in these texts, among copies in the order of time.
fn stood(told: &Told, texts: &BTreeSet<PastNo>) -> Vec<StoodBefore> {
    let stretches = told.past.stretches.iter().map(|stretch| {
        let has = matches!(stretch.first, Point::Past(no) if texts.contains(&no));
        (stretch, has.then_some(()))
    });
    let stood = stays(stretches).into_iter().map(|(stay, ())| {
        let mut versions = told.texts.iter();
        let version = versions.find(|text| text.point() == stay.first);
        let from = version.and_then(|version| version.backfilled.as_ref());
        StoodBefore {
            stay,
            archive: from.map_or(String::new(), |from| from.archive.clone()),
            url: from.map_or(String::new(), |from| from.url.clone()),
        }
    });
    stood.collect()
}
