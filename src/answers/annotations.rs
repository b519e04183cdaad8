//! What people say of changes, and the messages that are put right because of it.

use serde::{Deserialize, Serialize};

use crate::answers::{NoAnswer, corrections, no_version, no_watch, renamed::Renamed};
use crate::house::House;
use crate::model::{
    AlertId, Annotated, Annotation, Change, Destination, EntryNo, Fact, Owed, Says, Span, WatchId,
};
use crate::store::{ChangeFilter, StoreError};
use crate::wording::harmless;

/// The longest words of an annotation, in characters; a publisher's reply is kept whole up to this.
const LONGEST: usize = 20_000;
/// The longest words of our own that stand above a message: they are read whole there.
const LONGEST_ABOVE: usize = 900;
/// The longest name of who says it, in characters.
const LONGEST_NAME: usize = 100;

/// Of which change.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case", tag = "by")]
pub enum WhichChange {
    /// The one in this entry.
    Entry {
        /// The entry.
        entry: EntryNo,
    },
    /// The one of this watch.
    Watch {
        /// Which watch.
        id: WatchId,
        /// Between which versions; the last change where absent.
        span: Option<Span>,
    },
}

/// What somebody says of a change.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct AnnotationWanted {
    /// Of which change.
    pub of: WhichChange,
    /// What is said.
    pub says: Says,
    /// In which words.
    pub text: Option<String>,
    /// Who says it.
    pub by: String,
    /// Where it is said, where that is not the command line: "discord:USER_ID".
    pub from: Option<String>,
}

/// An annotation with the change it is of.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct AnnotatedOne {
    /// The annotation.
    #[serde(flatten)]
    pub annotated: Annotated,
    /// Its words.
    pub words: Option<String>,
    /// Whose change.
    pub watch: WatchId,
    /// Which change.
    pub change: Span,
    /// What the page is called.
    pub title: String,
}

/// What became of an annotation.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case", tag = "noted", content = "as")]
pub enum Noted {
    /// It stands in the archive now.
    Now(AnnotatedOne),
    /// Somebody decided on the change before, and that holds; nothing was written.
    Before(AnnotatedOne),
}

/// What people said of a change, or of every one, in order.
pub(super) async fn annotations(
    house: &House,
    of: Option<&WhichChange>,
) -> Result<Vec<AnnotatedOne>, NoAnswer> {
    let entry = match of {
        Some(which) => Some(find(house, which).await?.entry),
        None => None,
    };
    let renamed = Renamed::since(house).await?;
    let mut found = Vec::new();
    for annotated in house.store.annotations(entry).await? {
        let change = house.store.change_in(annotated.annotation.of).await?;
        found.push(one(house, &renamed, annotated, &change).await?);
    }
    Ok(found)
}

/// Puts on record what somebody says of a change, with the messages that must be put right because of it.
pub(super) async fn annotate(house: &House, wanted: AnnotationWanted) -> Result<Noted, NoAnswer> {
    let by = named(&wanted.by)?;
    let text = wanted.text.as_deref();
    let text = text.map(|text| worded(wanted.says, text)).transpose()?;
    let change = find(house, &wanted.of).await?;
    let renamed = Renamed::since(house).await?;
    // Two people must not both be the first to decide.
    let _lane = house.lane().await?;
    let said = house.store.annotations(Some(change.entry)).await?;
    match wanted.says {
        Says::Undone { entry } => check_undoing(&said, entry)?,
        says if says.corrects() => {
            if let Some(earlier) = said_already(house, &said, says, text.as_deref()).await? {
                let earlier = one(house, &renamed, earlier, &change).await?;
                return Ok(Noted::Before(earlier));
            }
        }
        says if says.decides() => {
            if let Some(earlier) = Annotated::decision(&said) {
                let earlier = one(house, &renamed, earlier.clone(), &change).await?;
                return Ok(Noted::Before(earlier));
            }
        }
        _ => {}
    }
    let text = match text {
        Some(text) => Some(house.store.keep(text.into_bytes(), None).await?),
        None => None,
    };
    let annotation = Annotation {
        of: change.entry,
        says: wanted.says,
        text,
        by,
        from: wanted.from,
    };
    let owed = owed(house, &said, wanted.says, change.entry).await?;
    let fact = Fact::Annotated { annotation, owed };
    let entry = house.store.append(fact, house.clock.now(), None).await?;
    let said = house.store.annotations(Some(change.entry)).await?;
    let made = said.into_iter().find(|one| one.entry == entry);
    let made = made.ok_or_else(|| StoreError::Missing(format!("annotation {entry}")))?;
    Ok(Noted::Now(one(house, &renamed, made, &change).await?))
}

/// The messages that are owed because of an annotation: what is said in public is told wherever the change was.
async fn owed(
    house: &House,
    said: &[Annotated],
    says: Says,
    of: EntryNo,
) -> Result<Vec<Owed>, StoreError> {
    let undone = match says {
        Says::Undone { entry } => said.iter().find(|one| one.entry == entry),
        _ => None,
    };
    if let Some(undone) = undone.filter(|one| one.annotation.says.corrects()) {
        let mut owed = corrections::owed(house, of).await?;
        owed.extend(corrections::replies(house, undone.entry).await?);
        return Ok(owed);
    }
    if says.corrects() {
        return corrections::owed(house, of).await;
    }
    let posts = standing_posts(house, of).await?;
    let shown = |to: &Destination| matches!(to, Destination::Discord(_) | Destination::Forum(_));
    let owed = posts.into_iter().filter(|(_, to)| shown(to));
    Ok(owed.map(|(alert, to)| Owed::edit(to, alert)).collect())
}

/// The correction of the same sort and words that stands, where one does: it is not said twice.
async fn said_already(
    house: &House,
    said: &[Annotated],
    says: Says,
    text: Option<&str>,
) -> Result<Option<Annotated>, StoreError> {
    let stand = said.iter().filter(|one| one.undone.is_none());
    for one in stand.filter(|one| one.annotation.says == says) {
        if house.store.words(one.annotation.text).await?.as_deref() == text {
            return Ok(Some(one.clone()));
        }
    }
    Ok(None)
}

/// The posts of a change that stand in their channels, each a message of its own: those that an edit can put right. A
/// message that tells of several changes is left as it is.
///
/// # Errors
/// The archive's.
pub async fn standing_posts(
    house: &House,
    entry: EntryNo,
) -> Result<Vec<(AlertId, Destination)>, StoreError> {
    let Fact::Landed(landed) = house.store.entry(entry).await?.fact else {
        return Ok(Vec::new());
    };
    let mut posts = Vec::new();
    for (index, owed) in (0..).zip(landed.owed) {
        let alert = AlertId { entry, index };
        let stands = house.store.receipt(alert).await?;
        let composed = house.store.composed(alert).await?;
        let alone = composed.is_some_and(|(composed, _)| composed.alerts == [alert]);
        if owed.edits.is_none() && alone && stands.is_some_and(|id| !id.is_empty()) {
            posts.push((alert, owed.to));
        }
    }
    Ok(posts)
}

/// The change that is meant.
pub(super) async fn find(house: &House, which: &WhichChange) -> Result<Change, NoAnswer> {
    match which {
        WhichChange::Entry { entry } => match house.store.change_in(*entry).await {
            Err(StoreError::Missing(_)) => Err(NoAnswer::Unknown {
                what: format!("Entry {entry} holds no change."),
                remedy: Some("`smallprint changes` lists them.".to_owned()),
            }),
            found => Ok(found?),
        },
        WhichChange::Watch { id, span } => {
            let renamed = Renamed::since(house).await?;
            let archived = renamed.in_archive(id);
            if let Some(span) = span {
                return match house.store.change(archived, *span).await {
                    Err(StoreError::Missing(_)) => Err(NoAnswer::Unknown {
                        what: format!("{id} has no change {span}."),
                        remedy: Some(format!("`smallprint history {id}` lists them.")),
                    }),
                    found => Ok(found?),
                };
            }
            let filter = ChangeFilter {
                watch: Some(archived.clone()),
                limit: Some(1),
                ..ChangeFilter::default()
            };
            let last = house.store.changes(&filter).await?.into_iter().next();
            let known = house.in_force().watchlist.watch(id).is_some();
            last.ok_or_else(|| match known {
                true => no_version(id, "yet", None),
                false => no_watch(house, id),
            })
        }
    }
}

async fn one(
    house: &House,
    renamed: &Renamed,
    annotated: Annotated,
    change: &Change,
) -> Result<AnnotatedOne, StoreError> {
    let words = house.store.words(annotated.annotation.text).await?;
    Ok(AnnotatedOne {
        annotated,
        words,
        watch: renamed.now(&change.watch).clone(),
        change: change.span,
        title: change.title.clone(),
    })
}

/// Whether there is something to be undone.
fn check_undoing(said: &[Annotated], entry: EntryNo) -> Result<(), NoAnswer> {
    let earlier = said.iter().find(|one| one.entry == entry);
    match earlier {
        Some(one) if one.undone.is_none() => Ok(()),
        Some(_) => Err(wrong("It was undone already.")),
        None => Err(wrong(&format!(
            "Entry {entry} says nothing of this change that could be undone."
        ))),
    }
}

/// The name of who says it, in one line.
fn named(by: &str) -> Result<String, NoAnswer> {
    let by = by.split_whitespace().collect::<Vec<_>>().join(" ");
    match by.chars().count() {
        0 => Err(wrong("An annotation needs the name of who makes it.")),
        1..=LONGEST_NAME => Ok(by),
        _ => Err(wrong(&format!(
            "The name of who makes an annotation has at most {LONGEST_NAME} characters."
        ))),
    }
}

/// Words that say something, line breaks and all.
fn worded(says: Says, text: &str) -> Result<String, NoAnswer> {
    let text = text.trim();
    let longest = match says {
        Says::OurError | Says::Disputed | Says::Explained | Says::Undone { .. } => LONGEST_ABOVE,
        _ => LONGEST,
    };
    let length = text.chars().count();
    if harmless::is_blank(text) {
        return Err(wrong("An annotation without words says nothing."));
    }
    if length <= longest {
        return Ok(text.to_owned());
    }
    let what =
        format!("The words of this are {length} characters long; there is room for {longest}.");
    let remedy = match longest {
        LONGEST_ABOVE => {
            "It stands above the message, and is read whole there: say it in fewer words."
        }
        _ => "Keep the whole of it elsewhere, and say here where.",
    };
    Err(NoAnswer::Unknown {
        what,
        remedy: Some(remedy.to_owned()),
    })
}

pub(super) fn wrong(what: &str) -> NoAnswer {
    NoAnswer::Unknown {
        what: what.to_owned(),
        remedy: None,
    }
}
