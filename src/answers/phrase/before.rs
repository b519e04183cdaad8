//! Where a phrase stood before pages were watched, by the word of archives of the web; apart from what was seen here.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use crate::answers::NoAnswer;
use crate::answers::pages::Pages;
use crate::answers::search::{Part, around, parts};
use crate::backfill;
use crate::house::House;
use crate::model::{Document, EntryNo, WatchId};
use crate::past::{Stay, Stretch, stays};
use crate::search::marks::marks;
use crate::search::query::Clause;

/// How many backfilled texts are looked through for all phrases of a question.
const TEXTS: usize = 3_000;

/// Where a phrase stood on one page before it was watched.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
pub struct SpreadBefore {
    /// On which page.
    pub watch: WatchId,
    /// What the page is called.
    pub title: String,
    /// Who publishes it.
    pub publisher: String,
    /// From when to when, in order of time.
    pub intervals: Vec<IntervalBefore>,
}

/// Copies one after the other in which a phrase stands.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
pub struct IntervalBefore {
    /// From which copy to which, and when they were made.
    #[serde(flatten)]
    pub stay: Stay,
    /// The passage in which it stands in the first of them, or the part of it around the phrase.
    pub quote: String,
    /// Where in the quote it stands, in characters.
    pub marks: Vec<(usize, usize)>,
}

impl IntervalBefore {
    /// The quote in pieces, in order.
    pub fn parts(&self) -> Vec<Part> {
        parts(&self.quote, &self.marks)
    }
}

/// The texts that are looked through, read once for all phrases: each with the stretch of time of its copies.
pub(super) struct Before {
    pages: Vec<(WatchId, Vec<Standing>)>,
    pub(super) cut_short: bool,
}

/// A stretch of copies with its text; none where there was no page.
struct Standing {
    stretch: Stretch,
    text: Option<Document>,
}

impl Before {
    /// The backfilled texts of these pages, or of all.
    pub(super) async fn read(
        house: &House,
        only: Option<&HashSet<WatchId>>,
        as_of: Option<EntryNo>,
    ) -> Result<Before, NoAnswer> {
        let (in_force, by) = (house.in_force(), as_of.unwrap_or(EntryNo::MAX));
        let mut before = Before {
            pages: Vec::new(),
            cut_short: false,
        };
        let mut left = TEXTS;
        for watch in house.store.with_past().await? {
            if only.is_some_and(|only| !only.contains(&watch)) {
                continue;
            }
            let Some(told) = backfill::told(house, &in_force, &watch, by).await? else {
                continue;
            };
            let mut read = Vec::new();
            for stretch in told.past.stretches {
                let mut texts = told.texts.iter();
                let version = texts.find(|text| text.point() == stretch.first);
                if left == 0 {
                    before.cut_short = true;
                    break;
                }
                left -= 1;
                let text = match version {
                    Some(version) => Some(house.store.document(version).await?),
                    None => None,
                };
                read.push(Standing { stretch, text });
            }
            if !read.is_empty() {
                before.pages.push((watch, read));
            }
        }
        Ok(before)
    }

    /// Where a phrase stood.
    pub(super) fn spread(&self, pages: &Pages, clause: &Clause) -> Vec<SpreadBefore> {
        let spreads = self.pages.iter().filter_map(|(watch, texts)| {
            let intervals = intervals(clause, texts);
            let last = texts.iter().rev().find_map(|one| one.text.as_ref());
            let title = last.map_or("", |text| text.title.as_str());
            (!intervals.is_empty()).then(|| SpreadBefore {
                title: pages.title(watch, title),
                publisher: pages.publisher(watch),
                watch: pages.now(watch).clone(),
                intervals,
            })
        });
        let mut spreads: Vec<SpreadBefore> = spreads.collect();
        spreads.sort_by_key(|one| one.intervals.first().map(|interval| interval.stay.from));
        spreads
    }
}

fn intervals(clause: &Clause, texts: &[Standing]) -> Vec<IntervalBefore> {
    let found = texts.iter().map(|Standing { stretch, text }| {
        let blocks = text.iter().flat_map(|text| &text.blocks);
        let mut found = blocks.map(|block| (&block.text, marks(clause, &block.text, None)));
        let found = found.find_map(|(passage, marks)| Some((passage, marks?)));
        (stretch, found)
    });
    let stays = stays(found).into_iter();
    let intervals = stays.map(|(stay, (passage, marks))| {
        let shown = around(passage, marks);
        IntervalBefore {
            stay,
            quote: shown.text,
            marks: shown.marks,
        }
    });
    intervals.collect()
}
