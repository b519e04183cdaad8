//! Which passages of backfilled texts have what is looked for, and when they stood, by the word of archives of the web.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::answers::NoAnswer;
use crate::answers::pages::Pages;
use crate::answers::search::{Part, around, not_found, parts};
use crate::backfill::{self, Told};
use crate::house::House;
use crate::model::{EntryNo, PastNo, Point, WatchId};
use crate::search::marks::marks;
use crate::search::query::Clause;
use crate::search::{Passage, Scope};

/// A passage of backfilled texts that has what was looked for.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
pub struct SightedBefore {
    /// On which page.
    pub watch: WatchId,
    /// What the page is called.
    pub title: String,
    /// Who publishes it; its host where the watch names nobody.
    pub publisher: String,
    /// What the passage is.
    pub kind: Passage,
    /// Its words, or the part of them around what was found.
    pub text: String,
    /// Where in `text` stands what was looked for, as in `Sighted`.
    pub marks: Vec<(usize, usize)>,
    /// Whether words are left out before `text`.
    pub cut_before: bool,
    /// Whether words are left out after it.
    pub cut_after: bool,
    /// From when to when it stood, the earliest first.
    pub stood: Vec<StoodBefore>,
}

/// Backfilled texts one after the other in which a passage stands.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
pub struct StoodBefore {
    /// The first of them.
    pub first: Point,
    /// When the archive says that its copy was made.
    pub from: DateTime<Utc>,
    /// When the last copy before was made that has it not; absent where there is none.
    pub after: Option<DateTime<Utc>>,
    /// The last of them.
    pub last: Point,
    /// When the archive says that its copy was made.
    pub until: DateTime<Utc>,
    /// When the first copy after it was made that has it not; absent where there is none.
    pub gone_by: Option<DateTime<Utc>>,
    /// Which archive holds the first of them, by its name in the watchlist.
    pub archive: String,
    /// Where people read that.
    pub url: String,
}

impl SightedBefore {
    /// The text in pieces, in order.
    pub fn parts(&self) -> Vec<Part> {
        parts(&self.text, &self.marks)
    }
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
            from.is_none_or(|from| one.until >= from) && until.is_none_or(|until| one.from < until)
        });
        if stood.is_empty() {
            continue;
        }
        let found = marks(clause, &passage.text, None).unwrap_or_default();
        let shown = around(&passage.text, found);
        sighted.push(SightedBefore {
            title: pages.title(
                &passage.watch,
                told.texts.last().map_or("", |text| &text.title),
            ),
            publisher: pages.publisher(&passage.watch),
            watch: pages.now(&passage.watch).clone(),
            kind: passage.kind,
            text: shown.text,
            marks: shown.marks,
            cut_before: shown.cut_before,
            cut_after: shown.cut_after,
            stood,
        });
    }
    let until = |one: &SightedBefore| one.stood.last().map(|one| one.until);
    sighted.sort_by(|one, other| {
        let key = |one: &SightedBefore| (one.watch.clone(), one.text.clone());
        until(other)
            .cmp(&until(one))
            .then_with(|| key(one).cmp(&key(other)))
    });
    let on: BTreeSet<&WatchId> = sighted.iter().map(|one| &one.watch).collect();
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
    let mut stood: Vec<StoodBefore> = Vec::new();
    let (mut without, mut stands) = (None, false);
    for stretch in &told.past.stretches {
        let has = matches!(stretch.first, Point::Past(no) if texts.contains(&no));
        match stood.last_mut() {
            Some(last) if has && stands => {
                last.last = stretch.last;
                last.until = stretch.until;
            }
            _ if has => {
                let mut versions = told.texts.iter();
                let version = versions.find(|text| text.point() == stretch.first);
                let from = version.and_then(|version| version.backfilled.as_ref());
                stood.push(StoodBefore {
                    first: stretch.first,
                    from: stretch.from,
                    after: without,
                    last: stretch.last,
                    until: stretch.until,
                    gone_by: None,
                    archive: from.map_or(String::new(), |from| from.archive.clone()),
                    url: from.map_or(String::new(), |from| from.url.clone()),
                });
                stands = true;
            }
            last => {
                if let Some(last) = last.filter(|_| stands) {
                    last.gone_by = Some(stretch.from);
                }
                without = Some(stretch.until);
                stands = false;
            }
        }
    }
    stood
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::past::{Stretch, Stretches};

    fn at(day: u32) -> DateTime<Utc> {
        DateTime::from_timestamp(i64::from(day) * 86_400, 0).expect("a time")
    }

    /// Stretches from these days on, each for half a day, with texts of these numbers; 0 where there was no page.
    #[track_caller]
    fn case(copies: &[(u32, PastNo)], texts: &[PastNo], expected: &str) {
        let stretches = copies.iter().map(|(day, no)| {
            let point = match no {
                0 => Point::Own(0),
                no => Point::Past(*no),
            };
            Stretch {
                text: None,
                first: point,
                last: point,
                from: at(*day),
                until: at(*day) + chrono::TimeDelta::hours(12),
                read: Vec::new(),
                by_word: 0,
                assumed: 0,
                archives: Vec::new(),
            }
        });
        let told = Told {
            past: Stretches {
                stretches: stretches.collect(),
                ..Stretches::default()
            },
            texts: Vec::new(),
            lacks: Vec::new(),
        };
        let day = |at: Option<DateTime<Utc>>| at.map_or(0, |at| at.timestamp() / 86_400);
        let stood = stood(&told, &texts.iter().copied().collect());
        let stood = stood.iter().map(|one| {
            let (after, gone) = (day(one.after), day(one.gone_by));
            format!("{after}<{}..{}<{gone}", one.first, one.last)
        });
        assert_eq!(stood.collect::<Vec<_>>().join(" "), expected);
    }

    #[test]
    fn a_passage_stands_from_its_first_text_to_its_last_between_texts_without_it() {
        case(&[(1, 1), (2, 3), (3, 2)], &[3], "1<b3..b3<3");
        case(&[(1, 1), (2, 3), (3, 2)], &[1, 2, 3], "0<b1..b2<0");
        case(&[(1, 1), (2, 3), (3, 2)], &[1, 2], "0<b1..b1<2 2<b2..b2<0");
        case(&[(1, 1), (2, 0), (3, 2)], &[1, 2], "0<b1..b1<2 2<b2..b2<0");
        case(&[(1, 1)], &[7], "");
    }
}
