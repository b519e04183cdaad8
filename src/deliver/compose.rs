//! The message of an alert, from what the archive holds.

use crate::deliver::{Means, corrected, links, nonce, several};
use crate::diff;
use crate::findings;
use crate::model::{
    Alert, AlertId, Change, Destination, Diff, Digest, Document, EntryNo, Fact, Finding, Landed,
    Message, Particulars, SecondLook, Version, VersionNo, Watch,
};
use crate::noise;
use crate::routing::Payment;
use crate::store::{Store, StoreError};
use crate::wording::buttons;
use crate::wording::message::{self, News};

/// The alert that is told, and where.
#[derive(Clone, Copy)]
pub(super) struct Told<'a> {
    pub(super) alert: AlertId,
    pub(super) to: &'a Destination,
}

/// A few characters that tell this archive from another.
pub(super) async fn archive(store: &Store) -> Result<String, StoreError> {
    let first = store.entry(1).await?;
    let bytes = serde_json::to_vec(&first).expect("an entry is plain data");
    Ok(nonce::archive(&bytes))
}

/// What stands for the words of a message that were forgotten.
const FORGOTTEN: &str = "What was told here was forgotten.";

/// A message that is kept.
pub(super) async fn kept(
    store: &Store,
    payload: Digest,
    alert: AlertId,
) -> Result<Message, StoreError> {
    let Some(payload) = store.body_left(payload).await? else {
        return Ok(message::notice(FORGOTTEN, "", false));
    };
    serde_json::from_slice(&payload).map_err(|error| StoreError::Damaged {
        what: format!("the message of alert {alert}"),
        why: error.to_string(),
    })
}

/// What is said because of the alerts of a payment.
pub(super) async fn message(
    store: &Store,
    means: &Means,
    payment: &Payment,
    archive: &str,
) -> Result<Message, StoreError> {
    let alert = &payment.alert;
    // A message that stands is edited as the whole it is: it may have paid others too.
    let standing = match alert.owed.edits {
        Some(earlier) if store.receipt(earlier).await?.is_some() => store.composed(earlier).await?,
        _ => None,
    };
    let (name, alerts) = match standing {
        Some((composed, _)) => (composed.id, composed.alerts),
        None => (alert.id, payment.ids()),
    };
    let mark = message::mark(name, archive);
    let posts = several::posts(store, &alerts).await?;
    if posts.len() > 1 || posts.iter().any(several::is_digest) {
        return several::paid(store, means, posts, &mark).await;
    }
    let about = posts.first().map_or(alert.id, |post| post.id);
    let about = alert.owed.edits.unwrap_or(about);
    let own = alert.owed.edits.map(|_| alert.id.entry);
    let entry = store.entry(about.entry).await?;
    let mentions = entry.fact.owed().get(about.index as usize);
    let mentions = mentions.and_then(|owed| owed.mentions);
    let message = match entry.fact {
        Fact::Landed(landed) => {
            let look = second_look(store, about.entry, own, &landed).await?;
            let change = change(store, about.entry, *landed.clone(), look).await?;
            let loud = alert.owed.loud;
            let told = Told {
                alert: about,
                to: &alert.owed.to,
            };
            let message = news(store, means, told, loud, &landed, (&change, &mark)).await?;
            with_buttons(store, means, alert, (name, about.entry), message).await?
        }
        Fact::Annotated { annotation, owed } => {
            let told = (about, alert.owed.loud);
            corrected::reply(store, means, told, (&annotation, &owed), &mark).await?
        }
        other => {
            let text = other.notice().ok_or_else(|| StoreError::Damaged {
                what: format!("alert {}", alert.id),
                why: format!("entry {} owes nothing", about.entry),
            })?;
            let text = store.body(text).await?;
            let text = String::from_utf8_lossy(&text);
            message::notice(&text, &mark, alert.owed.loud)
        }
    };
    Ok(Message {
        mentions,
        ..message
    })
}

/// A change as it is told by itself, silently, with all that is known of it by now.
pub(super) async fn by_itself(
    store: &Store,
    means: &Means,
    told: Told<'_>,
    landed: &Landed,
    mark: &str,
) -> Result<(Change, Message), StoreError> {
    let entry = told.alert.entry;
    let look = second_look(store, entry, None, landed).await?;
    let change = change(store, entry, landed.clone(), look).await?;
    let message = news(store, means, told, false, landed, (&change, mark)).await?;
    Ok((change, message))
}

/// The message with what can be pressed below it, where a bot hears of it.
async fn with_buttons(
    store: &Store,
    means: &Means,
    alert: &Alert,
    (shown, of): (AlertId, EntryNo),
    message: Message,
) -> Result<Message, StoreError> {
    if !means.bot || !matches!(alert.owed.to, Destination::Discord(_)) {
        return Ok(message);
    }
    let said = store.annotations(Some(of)).await?;
    let buttons = buttons::on_message(shown, &said, means.zone);
    Ok(Message { buttons, ..message })
}

async fn news(
    store: &Store,
    means: &Means,
    told: Told<'_>,
    loud: bool,
    landed: &Landed,
    (change, mark): (&Change, &str),
) -> Result<Message, StoreError> {
    let (old, mut before) = side(store, change, change.span.from).await?;
    if let Some(went_on) = landed.continues.as_ref().and_then(|went| went.document) {
        before = Some(store.read_document(went_on).await?);
    }
    let (new, after) = side(store, change, change.span.to).await?;
    // Words put for others that were said of other pages are left out here.
    let stood = match (&before, &after) {
        (Some(before), Some(after)) if !landed.swapped.is_empty() => {
            Some(findings::applied(before, after, &landed.swapped))
        }
        _ => None,
    };
    let diff = difference(stood.as_ref().or(before.as_ref()), after.as_ref());
    let diff = match (diff, &before, &after) {
        (Some(diff), Some(before), Some(after)) if !change.findings.is_empty() => {
            let noise = store.noise(&change.watch, change.span.from).await?;
            let held = noise::hold(diff, before, after, &noise);
            Some(findings::without(held, &landed.told))
        }
        (diff, ..) => diff,
    };
    let served = new.or(old).map(|version| version.body);
    let watch = watch(means, landed);
    let news = News {
        watch: &watch,
        change,
        diff: diff.as_ref(),
        muted: &muted(store, landed, change.entry).await?,
        before: before.as_ref(),
        after: after.as_ref(),
        body: landed.body.or(served),
        zone: means.zone,
        public_url: means.public_url.as_ref(),
        loud,
        mark,
    };
    let mut message = message::of(&news);
    message.above = message::above(
        change,
        watch.publisher.as_deref(),
        means.zone,
        message::room(told.to),
    );
    message.particulars = particulars(told, &news);
    let leads = links::known(store, told.to, change.entry, landed).await?;
    message.links.extend(leads);
    Ok(message)
}

/// The parts of a message, for channels that make something of them.
fn particulars(told: Told<'_>, news: &News) -> Vec<Particulars> {
    let redline = match told.to {
        Destination::Discord(_)
        | Destination::Forum(_)
        | Destination::DiscordWebhook(_)
        | Destination::Terminal => return Vec::new(),
        Destination::Email(_) => message::redline(news),
        Destination::Webhook(_) | Destination::Slack(_) | Destination::Ntfy(_) => None,
    };
    vec![Particulars {
        redline,
        ..message::particulars(news, told.alert)
    }]
}

/// The findings of an entry that a person muted.
async fn muted(store: &Store, landed: &Landed, entry: u64) -> Result<Vec<Finding>, StoreError> {
    let Some(digest) = landed.findings.filter(|_| !landed.muted.is_empty()) else {
        return Ok(Vec::new());
    };
    let Some(found) = store.body_left(digest).await? else {
        return Ok(Vec::new());
    };
    let found = findings(&found, entry)?.into_iter();
    let found = found
        .enumerate()
        .filter(|(at, _)| landed.muted.contains(at));
    Ok(found.map(|(_, finding)| finding).collect())
}

/// The change as the entry tells it: `Store::change` finds the last one between two versions, and a page can vanish twice.
async fn change(
    store: &Store,
    entry: u64,
    landed: Landed,
    second_look: Option<SecondLook>,
) -> Result<Change, StoreError> {
    let mut findings = match landed.findings {
        None => Vec::new(),
        Some(digest) => match store.body_left(digest).await? {
            Some(found) => findings(&found, entry)?,
            None => Vec::new(),
        },
    };
    let mut at = 0;
    findings.retain(|_| {
        at += 1;
        !landed.muted.contains(&(at - 1))
    });
    Ok(Change {
        entry,
        watch: landed.watch,
        title: landed.title,
        kind: landed.kind,
        span: landed.span,
        bounds: landed.bounds,
        severity: landed.severity,
        findings,
        sentence: landed.sentence,
        silence: landed.silence,
        hushed: landed.hushed,
        second_look,
        collected: landed.collected,
        claim: landed.claim,
        aside: landed.aside,
        corrections: store.corrections(entry).await?,
        back: store.back(entry).await?,
    })
}

fn findings(json: &[u8], entry: u64) -> Result<Vec<Finding>, StoreError> {
    serde_json::from_slice(json).map_err(|error| StoreError::Damaged {
        what: format!("the findings of entry {entry}"),
        why: error.to_string(),
    })
}

/// What is known of the second look at this moment: what the entry found that asks for the edit, else what the archive knows
/// by now.
async fn second_look(
    store: &Store,
    about: EntryNo,
    own: Option<EntryNo>,
    landed: &Landed,
) -> Result<Option<SecondLook>, StoreError> {
    if landed.second_look.is_none() {
        return Ok(None);
    }
    if let Some(own) = own
        && let Fact::Landed(own) = store.entry(own).await?.fact
        && let Some((answered, look)) = own.answers
        && answered == about
    {
        return Ok(Some(look));
    }
    let change = store.change(&landed.watch, landed.span).await?;
    let known = change.second_look.filter(|_| change.entry == about);
    Ok(known.or_else(|| landed.second_look.clone()))
}

/// One side of a change; 0 stands for "no page there".
async fn side(
    store: &Store,
    change: &Change,
    no: VersionNo,
) -> Result<(Option<Version>, Option<Document>), StoreError> {
    if no == 0 {
        return Ok((None, None));
    }
    let version = store.version(&change.watch, no).await?;
    let document = store.document(&version).await?;
    Ok((Some(version), Some(document)))
}

/// What differs; against no page, the whole text.
fn difference(before: Option<&Document>, after: Option<&Document>) -> Option<Diff> {
    match (before, after) {
        (Some(before), Some(after)) => Some(diff::between(before, after)),
        (Some(before), None) => Some(diff::between(before, &before.without_text())),
        (None, Some(after)) => Some(diff::between(&after.without_text(), after)),
        (None, None) => None,
    }
}

/// The watch as the watchlist describes it, at the address that was asked; a retired one by its id.
pub(super) fn watch(means: &Means, landed: &Landed) -> Watch {
    let known = means
        .watches
        .iter()
        .find(|watch| watch.id == landed.watch || watch.was.contains(&landed.watch));
    let mut watch = known.cloned().unwrap_or_else(|| Watch {
        enabled: false,
        ..Watch::bare(landed.watch.clone(), landed.url.clone())
    });
    watch.url = landed.url.clone();
    // A watch without a name of its own is called by the page's.
    watch.title.get_or_insert_with(|| landed.title.clone());
    watch
}
