//! Where words stand.

use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::answers::{
    Happening, NoAnswer, PhraseAsked, Request, Response as Answer, SearchAsked, SightedBefore,
    Spread, StoodBefore,
};
use crate::model::{EntryNo, WatchId};
use crate::search::query::Within;
use crate::web::api::listing::{AsOf, Cite, cite, given};
use crate::web::asked::{Asked, few};
use crate::web::problem::Problem;
use crate::web::window::Window;

/// Which words.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct WordsWanted {
    /// The words.
    #[param(min_length = 1, max_length = 200)]
    q: String,
    /// As the archive stood after this entry of the journal.
    as_of_entry: Option<EntryNo>,
}

/// Which words, and where.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct SearchWanted {
    /// The words: all of them, `"in a row"`, `one OR other`, `-without`, `begin*`.
    #[param(min_length = 1, max_length = 200)]
    q: String,
    /// In what: "now", "history", "added" or "removed", or "past": what archives of the web held before.
    within: Option<String>,
    /// Only documents in whose publisher's name this stands.
    publisher: Option<String>,
    /// Only documents of this topic.
    topic: Option<String>,
    /// Only this document.
    document: Option<String>,
    /// As the archive stood after this entry of the journal.
    as_of_entry: Option<EntryNo>,
    /// Where to go on: `next` of the answer before.
    after: Option<String>,
    /// How many passages, at most 255.
    limit: Option<u8>,
}

/// Which passages have the words, and how long they stood.
#[derive(Serialize, ToSchema)]
pub(super) struct SearchTold {
    /// In what it was looked: "now", "history", "added", "removed" or "past".
    within: String,
    /// The passages.
    found: Vec<SightOne>,
    /// The passages of backfilled texts, where it was looked in the past: those that stood last first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    before: Vec<SightBefore>,
    /// How many there are, or are at least.
    count: usize,
    /// Whether that is the exact number.
    counted: bool,
    /// Where the next answer goes on: give it as `after`.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
    /// The last entry of the journal that was looked through; give it as `as_of_entry` to be answered the same.
    as_of_entry: EntryNo,
    /// Whether later entries were not looked through yet.
    behind: bool,
    /// How this answer is cited.
    cite: Cite,
}

/// A passage, and how long it stood.
#[derive(Serialize, ToSchema)]
pub(super) struct SightOne {
    /// On which document.
    document: String,
    /// What it is called.
    title: String,
    /// Who publishes it.
    publisher: String,
    /// The words of the passage, or the part of them around what was found.
    text: String,
    /// Where in it stands what was looked for: the first character and the one after the last, in Unicode characters.
    marks: Vec<[usize; 2]>,
    /// How it came.
    came: TurnedTold,
    /// How it went; absent while it stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    went: Option<TurnedTold>,
}

/// A passage of texts that archives of the web hold from before a document was watched.
#[derive(Serialize, ToSchema)]
pub(super) struct SightBefore {
    /// On which document.
    document: String,
    /// What it is called.
    title: String,
    /// Who publishes it.
    publisher: String,
    /// The words of the passage, or the part of them around what was found.
    text: String,
    /// Where in it stands what was looked for: the first character and the one after the last, in Unicode characters.
    marks: Vec<[usize; 2]>,
    /// From when to when it stood, the earliest first.
    stood: Vec<StoodOne>,
}

/// Copies one after the other in which a passage stands. Times are the word of their archives.
#[derive(Serialize, ToSchema)]
pub(super) struct StoodOne {
    /// The first of them, as b3.
    first: String,
    /// When it was made.
    from: DateTime<Utc>,
    /// When the last copy before was made that has it not.
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<DateTime<Utc>>,
    /// The last of them.
    last: String,
    /// When it was made.
    until: DateTime<Utc>,
    /// When the first copy after it was made that has it not.
    #[serde(skip_serializing_if = "Option::is_none")]
    gone_by: Option<DateTime<Utc>>,
    /// The archive that holds the first.
    archive: String,
    /// Where people read that.
    url: String,
}

impl From<SightedBefore> for SightBefore {
    fn from(one: SightedBefore) -> SightBefore {
        let stood = one
            .stood
            .into_iter()
            .map(|StoodBefore { stay, archive, url }| StoodOne {
                first: stay.first.to_string(),
                from: stay.from,
                after: stay.after,
                last: stay.last.to_string(),
                until: stay.until,
                gone_by: stay.gone_by,
                archive,
                url,
            });
        SightBefore {
            document: one.quote.watch.0,
            title: one.quote.title,
            publisher: one.quote.publisher,
            text: one.quote.text,
            marks: one
                .quote
                .marks
                .into_iter()
                .map(|(from, to)| [from, to])
                .collect(),
            stood: stood.collect(),
        }
    }
}

/// The change by which words came to a document or went from it.
#[derive(Serialize, ToSchema)]
pub(super) struct TurnedTold {
    /// The change, as A..B.
    change: String,
    /// The entry of the journal that holds it.
    entry: EntryNo,
    /// The last time it was as before.
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<DateTime<Utc>>,
    /// The first time it was as it is then.
    by: DateTime<Utc>,
    /// Whether it is the first sight of the document: the words may have stood there before.
    first_sight: bool,
}

impl TurnedTold {
    fn of(happening: &Happening) -> TurnedTold {
        TurnedTold {
            change: happening.change.to_string(),
            entry: happening.entry,
            after: happening.bounds.after,
            by: happening.bounds.by,
            first_sight: happening.first_sight,
        }
    }
}

/// When phrases came and went.
#[derive(Serialize, ToSchema)]
pub(super) struct PhraseTold {
    /// The phrases, as asked.
    phrases: Vec<PhraseEach>,
    /// The last entry of the journal that was looked through; give it as `as_of_entry` to be answered the same.
    as_of_entry: EntryNo,
    /// Whether later entries were not looked through yet.
    behind: bool,
    /// How this answer is cited.
    cite: Cite,
}

/// When one phrase came and went.
#[derive(Serialize, ToSchema)]
pub(super) struct PhraseEach {
    /// The phrase.
    phrase: String,
    /// On how many documents it stands now.
    now: usize,
    /// The times it stood on documents.
    found: Vec<StretchOne>,
    /// Whether there are more places than were looked at.
    cut_short: bool,
}

/// A time in which a phrase stood on a document without a break.
#[derive(Serialize, ToSchema)]
pub(super) struct StretchOne {
    /// On which document.
    document: String,
    /// What it is called.
    title: String,
    /// How it came.
    came: TurnedTold,
    /// How it went; absent while it stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    went: Option<TurnedTold>,
    /// The passage in which it stands, or stood last.
    quote: String,
}

/// Which passages have these words: now, ever, or among what changes added or removed.
#[utoipa::path(get, path = "/api/v1/search", operation_id = "search", tag = "words", params(SearchWanted),
    responses((status = 200, description = "The passages.", body = SearchTold)))]
pub(super) async fn search(
    State(window): State<Window>,
    Asked(wanted): Asked<SearchWanted>,
    uri: Uri,
) -> Result<Response, Problem> {
    let words = asked(&wanted.q)?;
    let within = wanted.within.as_deref().map(within).transpose()?;
    let asked = SearchAsked {
        words,
        within,
        publisher: wanted.publisher,
        topic: wanted.topic,
        document: wanted.document.map(WatchId),
        as_of: wanted.as_of_entry,
        after: wanted.after,
        limit: wanted.limit.map(usize::from),
        ..SearchAsked::default()
    };
    let searched = match window.ask(Request::Search(asked)).await {
        Ok(Answer::Search(searched)) => searched,
        Ok(other) => return Err(Problem::mistaken(&other)),
        Err(none) => return Err(unanswerable(none)),
    };
    let found = searched.found.into_iter().map(|one| SightOne {
        document: one.quote.watch.0,
        title: one.quote.title,
        publisher: one.quote.publisher,
        text: one.quote.text,
        marks: one
            .quote
            .marks
            .into_iter()
            .map(|(from, to)| [from, to])
            .collect(),
        came: TurnedTold::of(&one.came),
        went: one.went.as_ref().map(TurnedTold::of),
    });
    Ok(given(&SearchTold {
        within: searched.within.word().to_owned(),
        found: found.collect(),
        before: searched.before.into_iter().map(SightBefore::from).collect(),
        count: searched.count,
        counted: searched.counted,
        next: searched.next,
        as_of_entry: searched.reached.entry,
        behind: !searched.reached.is_complete(),
        cite: cite(&uri, AsOf::Entry(searched.reached.entry), None),
    }))
}

/// When these words came to every document, and went.
#[utoipa::path(get, path = "/api/v1/phrases", operation_id = "phrases", tag = "words", params(WordsWanted),
    responses((status = 200, description = "The documents.", body = PhraseTold)))]
pub(super) async fn phrases(
    State(window): State<Window>,
    Asked(wanted): Asked<WordsWanted>,
    uri: Uri,
) -> Result<Response, Problem> {
    let asked = PhraseAsked {
        phrases: vec![asked(&wanted.q)?],
        as_of: wanted.as_of_entry,
        ..PhraseAsked::default()
    };
    let phrased = match window.ask(Request::Phrase(asked)).await {
        Ok(Answer::Phrase(phrased)) => phrased,
        Ok(other) => return Err(Problem::mistaken(&other)),
        Err(none) => return Err(unanswerable(none)),
    };
    let phrases = phrased.phrases.into_iter().map(|one| PhraseEach {
        found: one.found.iter().flat_map(stretches).collect(),
        phrase: one.phrase,
        now: one.now,
        cut_short: one.cut_short,
    });
    Ok(given(&PhraseTold {
        phrases: phrases.collect(),
        as_of_entry: phrased.reached.entry,
        behind: !phrased.reached.is_complete(),
        cite: cite(&uri, AsOf::Entry(phrased.reached.entry), None),
    }))
}

fn stretches(spread: &Spread) -> impl Iterator<Item = StretchOne> {
    spread.intervals.iter().map(|interval| StretchOne {
        document: spread.watch.0.clone(),
        title: spread.title.clone(),
        came: TurnedTold::of(&interval.came.happening),
        went: (interval.went.as_ref()).map(|went| TurnedTold::of(&went.happening)),
        quote: interval.quote.clone(),
    })
}

fn within(word: &str) -> Result<Within, Problem> {
    let found = Within::ALL.into_iter().find(|one| one.word() == word);
    found.ok_or_else(|| {
        let what = format!("“{word}” is no place to look in.");
        Problem::unclear(what, "Write now, history, added, removed or past.")
    })
}

/// What was asked cannot be understood, or the archive cannot answer.
fn unanswerable(none: NoAnswer) -> Problem {
    match none {
        NoAnswer::Unknown { what, remedy } => Problem::unclear(
            what,
            remedy.unwrap_or_else(|| "Ask in other words.".to_owned()),
        ),
        archive => Problem::from(archive),
    }
}

fn asked(words: &str) -> Result<String, Problem> {
    few(Some(words))?;
    match words.trim().is_empty() {
        true => Err(Problem::unclear(
            "There are no words to look for.",
            "Give them as q.",
        )),
        false => Ok(words.to_owned()),
    }
}
