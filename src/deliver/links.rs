//! Where a message leads beside the page itself: to the thread of the page, and to independent copies.

use crate::deliver::compose;
use crate::deliver::line::{Attempt, found};
use crate::model::{Alert, AlertId, Destination, EntryNo, Fact, Landed, Message, Owed, Waits};
use crate::store::{Store, StoreError};
use crate::wording::message;

/// The most characters of an address that Discord lets a button lead to.
/// <https://discord.com/developers/docs/components/reference#button>
const LONGEST: usize = 512;

/// Whether a message there leads to the thread of the page.
pub(super) fn shows_threads(to: &Destination) -> bool {
    matches!(to, Destination::Discord(_) | Destination::DiscordWebhook(_))
}

/// Whether a message there is put right without a second one, when a copy is found.
pub(super) fn shows_copies(to: &Destination) -> bool {
    shows_threads(to) || matches!(to, Destination::Forum(_))
}

/// The links of the message about a change that are known by now.
pub(super) async fn known(
    store: &Store,
    to: &Destination,
    entry: EntryNo,
    landed: &Landed,
) -> Result<Vec<(String, String)>, StoreError> {
    let mut links = Vec::new();
    let in_forum = |owed: &&Owed| matches!(owed.to, Destination::Forum(_));
    if let Some(owed) = landed
        .owed
        .iter()
        .find(in_forum)
        .filter(|_| shows_threads(to))
        && let Some(opening) = store.thread(&landed.watch, &owed.to).await?
        && let Some(thread) = opening.thread
    {
        links.push((message::THREAD.to_owned(), thread.address()));
    }
    for copy in store.copies(entry).await? {
        let fits = copy.holds.filter(|held| held.url.len() <= LONGEST);
        links.extend(fits.map(|held| (message::COPY.to_owned(), held.url)));
    }
    Ok(links)
}

/// The edits by which the messages about a change come to lead to an independent copy.
///
/// # Errors
/// The archive's.
pub async fn lead_to_copy(
    store: &Store,
    entry: EntryNo,
    landed: &Landed,
) -> Result<Vec<Owed>, StoreError> {
    owed(store, entry, landed, shows_copies).await
}

/// The edits by which the messages about a change come to lead where they could not lead before: of those that stand by
/// themselves, or are about to.
pub(super) async fn owed(
    store: &Store,
    entry: EntryNo,
    landed: &Landed,
    shows: fn(&Destination) -> bool,
) -> Result<Vec<Owed>, StoreError> {
    let mut edits = Vec::new();
    for (index, owed) in (0..).zip(&landed.owed) {
        let alert = AlertId { entry, index };
        let alone = match store.composed(alert).await? {
            Some((composed, _)) => composed.alerts == [alert],
            None => matches!(owed.waits, None | Some(Waits::Quiet { .. })),
        };
        if owed.edits.is_none() && alone && shows(&owed.to) {
            edits.push(Owed::edit(owed.to.clone(), alert));
        }
    }
    Ok(edits)
}

/// What becomes of an edit that is owed for the sake of links alone, where Discord need not be asked: the message never got
/// through, or has the links from the start. `None` where it must be edited, or is owed for another reason.
pub(super) async fn settled(
    store: &Store,
    alert: &Alert,
    message: &Message,
) -> Result<Option<Attempt>, StoreError> {
    let fact = store.entry(alert.id.entry).await?.fact;
    let (Fact::Threaded { .. } | Fact::Copied { .. }, Some(earlier)) = (fact, alert.owed.edits)
    else {
        return Ok(None);
    };
    let receipt = store.receipt(earlier).await?;
    let (Some(id), Some((composed, _))) = (receipt, store.composed(earlier).await?) else {
        let reason = "the message that would lead there never got through".to_owned();
        return Ok(Some(Attempt::GivenUp(reason)));
    };
    let standing: Message = compose::kept(store, composed.payload, earlier).await?;
    let same = standing.links == message.links;
    Ok(same.then(|| Attempt::Sent(found(id), None)))
}
