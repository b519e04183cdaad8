//! What was put right in public, where it was told, and how it is taken back.

use serde::{Deserialize, Serialize};

use crate::answers::annotations::{self, AnnotationWanted, Noted, WhichChange};
use crate::answers::{NoAnswer, renamed::Renamed};
use crate::house::House;
use crate::model::{
    AlertId, Change, Correction, DeliveryOutcome, Destination, EntryNo, Fact, Owed, Says, Span,
    WatchId,
};
use crate::store::StoreError;

/// What somebody puts right in public.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct CorrectionWanted {
    /// Of which change.
    pub of: WhichChange,
    /// What is said, or taken back.
    pub what: Righting,
    /// In which words: of a correction they must be there, of its taking back they are the reason.
    pub text: Option<String>,
    /// Who says it.
    pub by: String,
    /// Where it is said, where that is not the command line: "discord:USER_ID".
    pub from: Option<String>,
}

/// What is said in public, or taken back.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case", tag = "righting")]
pub enum Righting {
    /// Something is put right.
    Say {
        /// Of which sort it is; one of [`Says::CORRECTIONS`].
        says: Says,
    },
    /// A correction is taken back.
    TakeBack {
        /// Which one; the last that stands where absent.
        entry: Option<EntryNo>,
    },
}

/// A correction with the change it is of, and where it was told.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct CorrectionOne {
    /// Whose change.
    pub watch: WatchId,
    /// Which change.
    pub change: Span,
    /// The entry of the change.
    pub of: EntryNo,
    /// What the page is called.
    pub title: String,
    /// The change in one sentence, as it was said.
    pub sentence: String,
    /// The correction.
    pub correction: Correction,
    /// Where it is told.
    pub told: Vec<Telling>,
    /// Where it is told that it was taken back.
    pub taken_back_told: Vec<Telling>,
}

/// One message by which a correction is told.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Telling {
    /// Where.
    pub to: String,
    /// How: `edit` of the earlier message, `reply` to it, or a `second message` where neither can be.
    pub how: String,
    /// Whether it is sent, owed or given up.
    pub standing: String,
}

/// Every correction, newest first.
pub(super) async fn corrections(house: &House) -> Result<Vec<CorrectionOne>, NoAnswer> {
    let renamed = Renamed::since(house).await?;
    let mut of: Vec<EntryNo> = Vec::new();
    for one in house.store.annotations(None).await? {
        let corrects = one.annotation.says.corrects();
        if corrects && !of.contains(&one.annotation.of) {
            of.push(one.annotation.of);
        }
    }
    let mut all = Vec::new();
    for of in of {
        for correction in house.store.corrections(of).await? {
            all.push(whole(house, &renamed, of, correction).await?);
        }
    }
    all.sort_by_key(|one| std::cmp::Reverse(one.correction.entry));
    Ok(all)
}

/// Puts a correction on record, or that it is taken back, with the messages that say so.
pub(super) async fn correct(
    house: &House,
    wanted: CorrectionWanted,
) -> Result<CorrectionOne, NoAnswer> {
    let of = annotations::find(house, &wanted.of).await?.entry;
    let (says, corrected) = match wanted.what {
        Righting::Say { says } if says.corrects() => (says, None),
        Righting::Say { .. } => return Err(annotations::wrong("This is no correction.")),
        Righting::TakeBack { entry } => {
            let entry = standing(house, of, entry).await?;
            (Says::Undone { entry }, Some(entry))
        }
    };
    if wanted.text.is_none() && corrected.is_none() {
        return Err(annotations::wrong(
            "A correction without words says nothing.",
        ));
    }
    let wanted = AnnotationWanted {
        of: WhichChange::Entry { entry: of },
        says,
        text: wanted.text,
        by: wanted.by,
        from: wanted.from,
    };
    let (Noted::Now(noted) | Noted::Before(noted)) = annotations::annotate(house, wanted).await?;
    let entry = corrected.unwrap_or(noted.annotated.entry);
    let made = house.store.corrections(of).await?.into_iter();
    let made = made.into_iter().find(|one| one.entry == entry);
    let made = made.ok_or_else(|| StoreError::Missing(format!("correction {entry}")))?;
    let renamed = Renamed::since(house).await?;
    Ok(whole(house, &renamed, of, made).await?)
}

/// The correction that is taken back: this one, or the last that stands.
async fn standing(
    house: &House,
    of: EntryNo,
    wanted: Option<EntryNo>,
) -> Result<EntryNo, NoAnswer> {
    let made = house.store.corrections(of).await?;
    let mut stand = made.iter().filter(|one| one.taken_back.is_none());
    let found = match wanted {
        Some(entry) => stand.find(|one| one.entry == entry),
        None => stand.next_back(),
    };
    let refused = |what: String| NoAnswer::Unknown {
        what,
        remedy: Some("`smallprint corrections` lists what was put right.".to_owned()),
    };
    found.map(|one| one.entry).ok_or_else(|| match wanted {
        Some(entry) => refused(format!("No correction {entry} of this change stands.")),
        None => refused("No correction of this change stands that could be taken back.".to_owned()),
    })
}

/// The messages that a correction of this change owes: each message that told of it is altered where that can be, and
/// answered; elsewhere a second one is sent. Where nothing was told, and nothing is on its way, nothing is.
pub(super) async fn owed(house: &House, of: EntryNo) -> Result<Vec<Owed>, StoreError> {
    let Fact::Landed(landed) = house.store.entry(of).await?.fact else {
        return Ok(Vec::new());
    };
    let mut owed: Vec<Owed> = Vec::new();
    let posts: Vec<Destination> = (landed.owed.iter().filter(|one| one.edits.is_none()))
        .map(|one| one.to.clone())
        .collect();
    for (index, post) in (0..).zip(landed.owed) {
        let alert = AlertId { entry: of, index };
        let outcome = house
            .store
            .outcome(alert)
            .await?
            .map(|(outcome, _)| outcome);
        if outcome.as_ref().is_some_and(DeliveryOutcome::is_given_up) {
            continue;
        }
        let (to, loud) = (post.to, post.loud);
        let reply = |replies: AlertId| Owed {
            replies: Some(replies),
            ..Owed::post(to.clone(), loud)
        };
        match post.edits {
            // It was told in the message of another change, which goes on saying what it says.
            Some(earlier) if outcome.is_some() && !posts.contains(&to) => {
                owed.push(reply(earlier));
            }
            Some(_) => {}
            None => {
                owed.push(Owed {
                    loud: loud && !to.alters(),
                    ..Owed::edit(to.clone(), alert)
                });
                let said = outcome.is_some() || house.store.composed(alert).await?.is_some();
                if said && to.alters() {
                    owed.push(reply(alert));
                }
            }
        }
    }
    owed.dedup();
    Ok(owed)
}

/// The edits of the replies that told of a correction which is taken back.
pub(super) async fn replies(house: &House, correction: EntryNo) -> Result<Vec<Owed>, StoreError> {
    let entry = house.store.entry(correction).await?;
    let mut edits = Vec::new();
    for (index, owed) in (0..).zip(entry.fact.owed()) {
        let alert = AlertId {
            entry: correction,
            index,
        };
        let outcome = house.store.outcome(alert).await?;
        let given_up = outcome.is_some_and(|(outcome, _)| outcome.is_given_up());
        if owed.replies.is_some() && owed.to.alters() && !given_up {
            edits.push(Owed::edit(owed.to.clone(), alert));
        }
    }
    Ok(edits)
}

/// The same changes with what was put right of each.
pub(super) async fn with_corrections(
    house: &House,
    mut changes: Vec<Change>,
) -> Result<Vec<Change>, StoreError> {
    let said = house.store.annotations(None).await?;
    let corrects = |of: EntryNo| {
        let mut said = said.iter().filter(|one| one.annotation.of == of);
        said.any(|one| one.annotation.says.corrects())
    };
    for change in &mut changes {
        if corrects(change.entry) {
            change.corrections = house.store.corrections(change.entry).await?;
        }
    }
    Ok(changes)
}

async fn whole(
    house: &House,
    renamed: &Renamed,
    of: EntryNo,
    correction: Correction,
) -> Result<CorrectionOne, StoreError> {
    let change = house.store.change_in(of).await?;
    let undone = correction.taken_back.as_ref().map(|back| back.entry);
    let taken_back_told = match undone {
        Some(entry) => told(house, entry).await?,
        None => Vec::new(),
    };
    Ok(CorrectionOne {
        watch: renamed.now(&change.watch).clone(),
        change: change.span,
        of,
        title: change.title,
        sentence: change.sentence,
        told: told(house, correction.entry).await?,
        taken_back_told,
        correction,
    })
}

/// Where an annotation is told.
async fn told(house: &House, entry: EntryNo) -> Result<Vec<Telling>, StoreError> {
    let fact = house.store.entry(entry).await?.fact;
    let mut told = Vec::new();
    for (index, owed) in (0..).zip(fact.owed()) {
        let alert = AlertId { entry, index };
        let outcome = house
            .store
            .outcome(alert)
            .await?
            .map(|(outcome, _)| outcome);
        told.push(Telling {
            to: owed.to.to_string(),
            how: how(owed).to_owned(),
            standing: match outcome {
                None => "owed, not sent yet".to_owned(),
                Some(DeliveryOutcome::Sent { .. }) => "sent".to_owned(),
                Some(DeliveryOutcome::GivenUp { reason }) => format!("given up: {reason}"),
                Some(DeliveryOutcome::Dropped { why, .. }) => format!("dropped: {why}"),
            },
        });
    }
    Ok(told)
}

fn how(owed: &Owed) -> &'static str {
    match (&owed.to, owed.edits) {
        (to, Some(_)) if to.alters() => "edit",
        (Destination::Discord(_) | Destination::Forum(_), None) => "reply",
        _ => "second message",
    }
}
