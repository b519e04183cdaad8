//! The reply that says what was put right of a message, and the edits that must be said where they cannot be made.

use crate::deliver::Means;
use crate::model::{
    Alert, AlertId, Annotation, Change, Correction, DeliveryOutcome, EntryNo, Fact, Message, Owed,
    Says, Thread, Verdict, Watch,
};
use crate::store::{Store, StoreError};
use crate::wording::message;

/// The reply that an annotation owes as this alert, as loud as that.
pub(super) async fn reply(
    store: &Store,
    means: &Means,
    (alert, loud): (AlertId, bool),
    (annotation, owed): (&Annotation, &[Owed]),
    mark: &str,
) -> Result<Message, StoreError> {
    let mut change = store.change_in(annotation.of).await?;
    change.corrections = store.corrections(annotation.of).await?;
    let entry = match annotation.says {
        Says::Undone { entry } => entry,
        _ => alert.entry,
    };
    let correction = told(&change, entry)?;
    let own = owed.get(alert.index as usize);
    let watch = means.watches.iter().find(|watch| is_of(watch, &change));
    let url = match store.entry(annotation.of).await?.fact {
        Fact::Landed(landed) => landed.url.to_string(),
        _ => String::new(),
    };
    let unaltered = unaltered(store, alert.entry, own, owed).await?;
    let mut said = message::reply(&message::Reply {
        change: &change,
        correction,
        publisher: watch.and_then(|watch| watch.publisher.as_deref()),
        url: &url,
        zone: means.zone,
        unaltered: unaltered.as_deref(),
        mark,
        loud,
    });
    if let Some(earlier) = own.and_then(|owed| owed.replies) {
        let receipt = store.receipt(earlier).await?.filter(|id| !id.is_empty());
        said.replies = receipt.map(|receipt| match Thread::of_receipt(&receipt) {
            Some((_, message)) => message.to_owned(),
            None => receipt,
        });
    }
    Ok(said)
}

fn told(change: &Change, entry: EntryNo) -> Result<&Correction, StoreError> {
    let found = change.corrections.iter().find(|one| one.entry == entry);
    found.ok_or_else(|| StoreError::Missing(format!("a correction in entry {entry}")))
}

fn is_of(watch: &Watch, change: &Change) -> bool {
    watch.id == change.watch || watch.was.contains(&change.watch)
}

/// Why the message that is replied to could not be altered, where its edit, owed by the same entry, was given up.
async fn unaltered(
    store: &Store,
    entry: EntryNo,
    own: Option<&Owed>,
    owed: &[Owed],
) -> Result<Option<String>, StoreError> {
    let Some(own) = own else { return Ok(None) };
    for (index, edit) in (0..).zip(owed) {
        if edit.edits.is_none() || edit.edits != own.replies || edit.to != own.to {
            continue;
        }
        let outcome = store.outcome(AlertId { entry, index }).await?;
        if let Some((DeliveryOutcome::GivenUp { reason }, _)) = outcome {
            return Ok(Some(reason));
        }
    }
    Ok(None)
}

/// Whether what an edit says must be said in a message of its own where the edit cannot be made: that words are back which
/// were said to be gone. What a person puts right is said in a reply anyway.
pub(super) async fn must_be_said(store: &Store, alert: &Alert) -> Result<bool, StoreError> {
    let Some(earlier) = alert.owed.edits.filter(|_| alert.owed.to.alters()) else {
        return Ok(false);
    };
    let Fact::Landed(landed) = store.entry(alert.id.entry).await?.fact else {
        return Ok(false);
    };
    let was_back = landed
        .answers
        .as_ref()
        .is_some_and(|(of, look)| *of == earlier.entry && look.verdict == Some(Verdict::WasBack));
    Ok(was_back || landed.restores.contains(&earlier.entry))
}
