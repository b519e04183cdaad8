//! Goes through what a question finds in the index: keeps the newest, counts all, or takes the times of all steps.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::ColumnValues;
use tantivy::{DocAddress, DocId, Score, SegmentReader};

use crate::model::{EntryNo, WatchId};
use crate::search::find::{Scope, Seen};
use crate::search::index::{NEVER, entry_of, number};
use crate::search::query::Within;

/// Keeps the newest of what passes, and counts all of it.
pub(super) struct Newest {
    keep: usize,
    passes: Arc<Passes>,
}

/// What is left out, in numbers.
struct Passes {
    within: Within,
    only: Option<HashSet<u64>>,
    except: HashSet<u64>,
    from: i64,
    until: i64,
    as_of: EntryNo,
    before: u64,
}

impl Newest {
    /// So many of what this scope lets pass.
    pub(super) fn of(scope: &Scope, keep: usize) -> Newest {
        let numbers = |watches: &HashSet<WatchId>| watches.iter().map(number).collect();
        let seconds = |at: DateTime<Utc>| at.timestamp();
        Newest {
            keep,
            passes: Arc::new(Passes {
                within: scope.within,
                only: scope.only.as_ref().map(numbers),
                except: numbers(&scope.except),
                from: scope.from.map_or(i64::MIN, seconds),
                until: scope.until.map_or(i64::MAX, seconds),
                as_of: scope.as_of.unwrap_or(EntryNo::MAX),
                before: scope.after.unwrap_or(NEVER),
            }),
        }
    }
}

/// What was kept, newest first, with its place in the order, and how much there is.
#[derive(Default)]
pub(super) struct Fruit {
    pub(super) count: usize,
    pub(super) pages: HashSet<u64>,
    pub(super) top: Vec<(u64, DocAddress)>,
}

impl Collector for Newest {
    type Fruit = Fruit;
    type Child = NewestOf;

    fn for_segment(&self, segment: u32, reader: &SegmentReader) -> tantivy::Result<NewestOf> {
        let fast = reader.fast_fields();
        let unsigned = |name: &str| fast.column_first_or_default::<u64>(name);
        let signed = |name: &str| fast.column_first_or_default::<i64>(name);
        Ok(NewestOf {
            segment,
            keep: self.keep,
            passes: self.passes.clone(),
            order: unsigned("order")?,
            ended: unsigned("ended")?,
            watch: unsigned("watch")?,
            came: signed("came")?,
            went: signed("went")?,
            count: 0,
            pages: HashSet::new(),
            last: None,
            top: BinaryHeap::new(),
        })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, fruits: Vec<Fruit>) -> tantivy::Result<Fruit> {
        let mut all = Fruit::default();
        for fruit in fruits {
            all.count += fruit.count;
            all.pages.extend(fruit.pages);
            all.top.extend(fruit.top);
        }
        all.top.sort_by_key(|(order, _)| Reverse(*order));
        all.top.truncate(self.keep);
        Ok(all)
    }
}

/// The same for one part of the index.
pub(super) struct NewestOf {
    segment: u32,
    keep: usize,
    passes: Arc<Passes>,
    order: Arc<dyn ColumnValues<u64>>,
    ended: Arc<dyn ColumnValues<u64>>,
    watch: Arc<dyn ColumnValues<u64>>,
    came: Arc<dyn ColumnValues<i64>>,
    went: Arc<dyn ColumnValues<i64>>,
    count: usize,
    pages: HashSet<u64>,
    last: Option<u64>,
    top: BinaryHeap<Reverse<(u64, DocId)>>,
}

impl NewestOf {
    /// Where a passage stands in the order asked for, where it passes.
    fn place(&self, doc: DocId) -> Option<u64> {
        let passes = &*self.passes;
        let order = self.order.get_val(doc);
        let mut ended = NEVER;
        if passes.within != Within::Added {
            ended = self.ended.get_val(doc);
            if ended != NEVER && entry_of(ended) > passes.as_of {
                ended = NEVER;
            }
        }
        if passes.as_of != EntryNo::MAX && entry_of(order) > passes.as_of {
            return None;
        }
        let stands = ended == NEVER;
        let place = match passes.within {
            Within::Now if !stands => return None,
            Within::Removed if stands => return None,
            Within::Removed => ended,
            _ => order,
        };
        let in_time = || match passes.within {
            Within::Added => (passes.from..passes.until).contains(&self.came.get_val(doc)),
            Within::Removed => (passes.from..passes.until).contains(&self.went.get_val(doc)),
            _ => {
                self.came.get_val(doc) < passes.until
                    && (stands || self.went.get_val(doc) > passes.from)
            }
        };
        let timed = passes.from != i64::MIN || passes.until != i64::MAX;
        (!timed || in_time()).then_some(place)
    }
}

impl SegmentCollector for NewestOf {
    type Fruit = Fruit;

    fn collect(&mut self, doc: DocId, _: Score) {
        let Some(place) = self.place(doc) else {
            return;
        };
        let watch = self.watch.get_val(doc);
        // Most passages stand beside others of their page.
        if self.last != Some(watch) {
            let passes = &self.passes;
            let is_meant = passes
                .only
                .as_ref()
                .is_none_or(|only| only.contains(&watch));
            if !is_meant || passes.except.contains(&watch) {
                return;
            }
            self.pages.insert(watch);
            self.last = Some(watch);
        }
        self.count += 1;
        if place >= self.passes.before {
            return;
        }
        if self.top.len() < self.keep {
            self.top.push(Reverse((place, doc)));
        } else if self
            .top
            .peek()
            .is_some_and(|Reverse((least, _))| *least < place)
        {
            self.top.pop();
            self.top.push(Reverse((place, doc)));
        }
    }

    fn harvest(self) -> Fruit {
        let segment = self.segment;
        let at = |Reverse((place, doc))| (place, DocAddress::new(segment, doc));
        Fruit {
            count: self.count,
            pages: self.pages,
            top: self.top.into_iter().map(at).collect(),
        }
    }
}

/// Takes the times of all steps.
pub(super) struct AllSeen;

/// The same for one part of the index.
pub(super) struct SeenOf {
    order: Arc<dyn ColumnValues<u64>>,
    away: Arc<dyn ColumnValues<u64>>,
    page: Arc<dyn ColumnValues<u64>>,
    by: Arc<dyn ColumnValues<i64>>,
    after: Arc<dyn ColumnValues<i64>>,
    seen: Vec<(u64, Seen)>,
}

impl Collector for AllSeen {
    type Fruit = Vec<Seen>;
    type Child = SeenOf;

    fn for_segment(&self, _: u32, reader: &SegmentReader) -> tantivy::Result<SeenOf> {
        let fast = reader.fast_fields();
        let unsigned = |name: &str| fast.column_first_or_default::<u64>(name);
        let signed = |name: &str| fast.column_first_or_default::<i64>(name);
        Ok(SeenOf {
            order: unsigned("order")?,
            away: unsigned("ended")?,
            page: unsigned("watch")?,
            by: signed("came")?,
            after: signed("after")?,
            seen: Vec::new(),
        })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, fruits: Vec<Vec<(u64, Seen)>>) -> tantivy::Result<Vec<Seen>> {
        let mut all: Vec<(u64, Seen)> = fruits.into_iter().flatten().collect();
        all.sort_by_key(|(order, _)| *order);
        Ok(all.into_iter().map(|(_, seen)| seen).collect())
    }
}

impl SegmentCollector for SeenOf {
    type Fruit = Vec<(u64, Seen)>;

    fn collect(&mut self, doc: DocId, _: Score) {
        let after = self.after.get_val(doc);
        let order = self.order.get_val(doc);
        let seen = Seen {
            entry: entry_of(order),
            page: self.page.get_val(doc),
            after: (after != i64::MIN).then_some(after),
            by: self.by.get_val(doc),
            away: self.away.get_val(doc) == 1,
        };
        self.seen.push((order, seen));
    }

    fn harvest(self) -> Vec<(u64, Seen)> {
        self.seen
    }
}
