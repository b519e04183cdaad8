//! Which passages have these words: now, ever, or among what changes added or removed.

mod before;
mod quote;

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;

use crate::answers::pages::{Narrowed, Pages};
use crate::answers::{NoAnswer, Progress};
use crate::house::House;
use crate::model::{Bounds, ChangeKind, EntryNo, Span, VersionNo, WatchId};
use crate::passages::{Stay, Step};
use crate::search::marks::marks;
use crate::search::query::{self, Clause, Mistake, Within};
use crate::search::{NotFound, Scope, Search};

pub use before::{SightedBefore, StoodBefore};
pub use quote::{Part, Quote};
pub(super) use quote::{around, parts};

/// How many passages are told where nobody says how many, and how many at most.
const USUAL: usize = 20;
const MOST: usize = 500;
/// How long somebody waits who does not want to wait.
const BRIEFLY: Duration = Duration::from_millis(1_500);

/// What is looked for, and where.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize, Debug)]
#[serde(default)]
pub struct SearchAsked {
    /// The words, as [`query::read`] reads them. What they say of where to look holds unless another field says it.
    pub words: String,
    /// In what.
    pub within: Option<Within>,
    /// Only pages in whose publisher's name (or host, where a watch names none) this stands.
    pub publisher: Option<String>,
    /// Only pages of this topic.
    pub topic: Option<String>,
    /// Only this page.
    pub document: Option<WatchId>,
    /// Only what stood, came or went from then on.
    pub from: Option<DateTime<Utc>>,
    /// Only what stood, came or went before then.
    pub until: Option<DateTime<Utc>>,
    /// As the archive stood after this entry.
    pub as_of: Option<EntryNo>,
    /// Where to go on: `next` of the answer before.
    pub after: Option<String>,
    /// How many passages.
    pub limit: Option<usize>,
    /// How long to wait where the index is behind the journal.
    pub patience: Patience,
}

/// How long to wait where the index is behind the journal.
#[derive(Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum Patience {
    /// A moment: the answer says how far it is complete.
    #[default]
    Briefly,
    /// Until it has caught up.
    UntilComplete,
}

/// What was found.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
pub struct Searched {
    /// In what it was looked.
    pub within: Within,
    /// The passages, those that came (or went, of what was removed) last first; within a change in the order of the page.
    pub found: Vec<Sighted>,
    /// The passages of backfilled texts, where it was looked in those: those that stood last first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub before: Vec<SightedBefore>,
    /// How many there are.
    pub count: usize,
    /// Whether that is the exact number; else there are at least so many.
    pub counted: bool,
    /// On how many pages those stand that were counted.
    pub pages: usize,
    /// Where the next answer goes on; absent where there is nothing more.
    pub next: Option<String>,
    /// How far the answer is complete.
    pub reached: Reached,
}

/// How far an answer is complete.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize, Debug)]
pub struct Reached {
    /// The last entry of the journal that was looked through.
    pub entry: EntryNo,
    /// The last entry that there was.
    pub of: EntryNo,
    /// Why the index does not go on, where it does not.
    pub trouble: Option<String>,
}

impl Reached {
    /// Whether nothing is missing.
    pub fn is_complete(&self) -> bool {
        self.entry >= self.of
    }
}

/// A passage that has what was looked for, and how long it stood.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
pub struct Sighted {
    /// On which page, and its words.
    #[serde(flatten)]
    pub quote: Quote,
    /// How it came.
    pub came: Happening,
    /// How it went; absent while it stands.
    pub went: Option<Happening>,
    /// The first version it stands in.
    pub first_version: VersionNo,
    /// The last version it stands in; absent while it stands.
    pub last_version: Option<VersionNo>,
    /// The last time it was seen there.
    pub last_seen: Option<DateTime<Utc>>,
    /// Whether the page is watched still: what stands on one that is not was not looked at since.
    pub watched: bool,
}

/// The change by which a passage came or went.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Happening {
    /// The entry of the journal that holds it.
    pub entry: EntryNo,
    /// From which version to which.
    pub change: Span,
    /// Between which times.
    pub bounds: Bounds,
    /// What sort of change.
    pub kind: ChangeKind,
    /// Whether it is the first sight of the page: the passage may have stood there before.
    pub first_sight: bool,
    /// Whether it was found in a file that somebody had saved.
    pub imported: bool,
    /// The passage that stood in its place before (or after), where the change put one for the other.
    pub other: Option<String>,
}

impl Happening {
    pub(super) fn of(step: &Step) -> Happening {
        Happening {
            entry: step.entry,
            change: step.span,
            bounds: step.bounds,
            kind: step.kind,
            first_sight: step.is_first_sight(),
            imported: step.imported,
            other: step.other.clone(),
        }
    }
}

/// To `Search`.
pub(super) async fn search(
    house: &House,
    asked: &SearchAsked,
    heard: &mpsc::Sender<Progress>,
) -> Result<Searched, NoAnswer> {
    let query = query::read(&asked.words).map_err(|mistake| unreadable(&asked.words, &mistake))?;
    let filters = query.filters;
    let pages = Pages::of(house, asked.as_of).await?;
    let within = asked.within.or(filters.within).unwrap_or_default();
    let document = filters.document.map(WatchId);
    let narrowed = Narrowed {
        document: asked.document.as_ref().or(document.as_ref()),
        publisher: asked.publisher.as_deref().or(filters.publisher.as_deref()),
        topic: asked.topic.as_deref().or(filters.topic.as_deref()),
    };
    let only = pages.meant(house, narrowed)?;
    let after = asked.after.as_deref().map(cursor).transpose()?;
    let reached = reached(house, asked.patience, asked.as_of, heard).await;
    let scope = Scope {
        within,
        only,
        except: match within {
            Within::Now => pages.retired(),
            _ => Default::default(),
        },
        from: asked
            .from
            .or_else(|| filters.from.map(|day| pages.begins(day))),
        until: asked
            .until
            .or_else(|| filters.until.map(|day| pages.begins(day))),
        // What came while the question was on its way is left out too: the answer is as of an entry.
        as_of: Some(reached.entry),
        after,
        limit: asked.limit.unwrap_or(USUAL).clamp(1, MOST),
    };
    if within == Within::Past {
        let found = before::found(house, &pages, &query.clause, scope).await?;
        return Ok(Searched {
            within,
            found: Vec::new(),
            before: found.found,
            count: found.count,
            counted: found.counted,
            pages: found.pages,
            next: found.next.map(|next| next.to_string()),
            reached,
        });
    }
    let found = house
        .search()
        .find(query.clause.clone(), scope)
        .await
        .map_err(not_found)?;
    let mut sighted = Vec::new();
    for mut stay in found.stays {
        stay.went = stay.went.filter(|went| went.entry <= reached.entry);
        sighted.push(sight(&pages, &query.clause, within, stay));
    }
    Ok(Searched {
        within,
        found: sighted,
        before: Vec::new(),
        count: found.count,
        counted: found.counted,
        pages: found.pages,
        next: found.next.map(|next| next.to_string()),
        reached,
    })
}

/// Waits for the index as long as somebody wants to wait; how far it is then. Of what came after the entry that an answer
/// is as of, nothing is waited for.
pub(super) async fn reached(
    house: &House,
    patience: Patience,
    as_of: Option<EntryNo>,
    heard: &mpsc::Sender<Progress>,
) -> Reached {
    let last = *house.store.news().borrow();
    let of = as_of.map_or(last, |as_of| as_of.min(last));
    let most = match patience {
        Patience::Briefly => BRIEFLY,
        Patience::UntilComplete => Duration::MAX,
    };
    let told = |entry| drop(heard.try_send(Progress::Done(entry, of)));
    let progress = house.search().upto(of, most, told).await;
    Reached {
        entry: progress.entry.min(of),
        of,
        trouble: progress.trouble,
    }
}

fn sight(pages: &Pages, clause: &Clause, within: Within, stay: Stay) -> Sighted {
    let step = match within {
        Within::Added => Some(&stay.came),
        Within::Removed => stay.went.as_ref(),
        Within::Now | Within::History | Within::Past => None,
    };
    let edited = step.and_then(|step| step.edited.as_deref());
    let (last_seen, last_version) = match &stay.went {
        Some(went) => (went.bounds.after, Some(went.span.from)),
        None => (pages.last_seen(&stay.watch), None),
    };
    Sighted {
        quote: Quote::of(
            pages,
            (&stay.watch, &stay.title),
            (stay.kind, &stay.text),
            marks(clause, &stay.text, edited),
        ),
        first_version: stay.came.span.to,
        came: Happening::of(&stay.came),
        went: stay.went.as_ref().map(Happening::of),
        last_version,
        last_seen,
        watched: !pages.is_retired(&stay.watch),
    }
}

/// That a question cannot be read, with its place.
pub(super) fn unreadable(text: &str, mistake: &Mistake) -> NoAnswer {
    let shown: String = text.chars().take(80).collect();
    let more = if shown.len() < text.len() { "…" } else { "" };
    NoAnswer::Unknown {
        what: format!("“{shown}{more}” cannot be looked for: {mistake}."),
        remedy: Some(mistake.remedy.clone()),
    }
}

pub(super) fn not_found(error: NotFound) -> NoAnswer {
    match error {
        NotFound::TooMany(word) => NoAnswer::Unknown {
            what: format!("Too many words begin with “{word}”."),
            remedy: Some("Write more letters before the *.".to_owned()),
        },
        NotFound::Unusable(error) => NoAnswer::Unknown {
            what: format!("The index of the search cannot be used: {error}."),
            remedy: Some(
                "It is made afresh by itself from the journal; try again in a moment.".to_owned(),
            ),
        },
    }
}

fn cursor(text: &str) -> Result<u64, NoAnswer> {
    text.parse().map_err(|_| NoAnswer::Unknown {
        what: format!("“{text}” is no place in an answer."),
        remedy: Some("Give `next` of the answer before, as it stands.".to_owned()),
    })
}

/// What is wrong with the index, where there is one; it is made afresh then.
pub(super) async fn verify(house: &House) -> Option<String> {
    if !Search::is_there(&house.store).await {
        return None;
    }
    house
        .search()
        .check()
        .await
        .err()
        .map(|error| error.to_string())
}

/// Makes the index afresh.
pub(super) async fn rebuild(house: &House, heard: &mpsc::Sender<Progress>) -> Result<(), NoAnswer> {
    house.search().afresh();
    let reached = reached(house, Patience::UntilComplete, None, heard).await;
    match reached.trouble {
        None => Ok(()),
        Some(why) => Err(NoAnswer::Archive(format!(
            "the index of the search cannot be made: {why}"
        ))),
    }
}
