//! The message of an alert, from what the archive holds.

use crate::deliver::{Means, nonce};
use crate::diff;
use crate::findings;
use crate::model::{
    Alert, Change, Destination, Diff, Document, Fact, Finding, Landed, Message, Particulars,
    SecondLook, Version, VersionNo, Watch,
};
use crate::noise;
use crate::store::{Store, StoreError};
use crate::wording::message::{self, News};

/// A few characters that tell this archive from another.
pub(super) async fn archive(store: &Store) -> Result<String, StoreError> {
    let first = store.entry(1).await?;
    let bytes = serde_json::to_vec(&first).expect("an entry is plain data");
    Ok(nonce::archive(&bytes))
}

/// What is said because of an alert.
pub(super) async fn message(
    store: &Store,
    means: &Means,
    alert: &Alert,
    archive: &str,
) -> Result<Message, StoreError> {
    let about = alert.owed.edits.unwrap_or(alert.id);
    let stands = match alert.owed.edits {
        Some(earlier) => store.receipt(earlier).await?.is_some(),
        None => false,
    };
    let mark = message::mark(if stands { about } else { alert.id }, archive);
    let entry = store.entry(about.entry).await?;
    match entry.fact {
        Fact::Landed(landed) => {
            let look = second_look(store, alert, &landed).await?;
            let change = change(store, about.entry, *landed.clone(), look).await?;
            news(store, means, alert, &landed, &change, &mark).await
        }
        Fact::Notice { text, .. } | Fact::HostMoved { text, .. } => {
            let text = store.body(text).await?;
            let text = String::from_utf8_lossy(&text);
            Ok(message::notice(&text, &mark, alert.owed.loud))
        }
        _ => Err(StoreError::Damaged {
            what: format!("alert {}", alert.id),
            why: format!("entry {} owes nothing", about.entry),
        }),
    }
}

async fn news(
    store: &Store,
    means: &Means,
    alert: &Alert,
    landed: &Landed,
    change: &Change,
    mark: &str,
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
        before: before.as_ref(),
        after: after.as_ref(),
        body: landed.body.or(served),
        zone: means.zone,
        public_url: means.public_url.as_ref(),
        loud: alert.owed.loud,
        mark,
    };
    let mut message = message::of(&news);
    message.particulars = particulars(alert, &news);
    Ok(message)
}

/// The parts of a message, for channels that make something of them.
fn particulars(alert: &Alert, news: &News) -> Vec<Particulars> {
    let redline = match &alert.owed.to {
        Destination::Discord(_) | Destination::DiscordWebhook(_) | Destination::Terminal => {
            return Vec::new();
        }
        Destination::Email(_) => message::redline(news),
        Destination::Webhook(_) | Destination::Slack(_) | Destination::Ntfy(_) => None,
    };
    let about = alert.owed.edits.unwrap_or(alert.id);
    vec![Particulars {
        redline,
        ..message::particulars(news, about)
    }]
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
        Some(digest) => findings(&store.body(digest).await?, entry)?,
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
        second_look,
        collected: landed.collected,
        claim: landed.claim,
        aside: landed.aside,
    })
}

fn findings(json: &[u8], entry: u64) -> Result<Vec<Finding>, StoreError> {
    serde_json::from_slice(json).map_err(|error| StoreError::Damaged {
        what: format!("the findings of entry {entry}"),
        why: error.to_string(),
    })
}

/// What is known of the second look at this moment: what the alert's own entry found, else what the archive knows by now.
async fn second_look(
    store: &Store,
    alert: &Alert,
    landed: &Landed,
) -> Result<Option<SecondLook>, StoreError> {
    if landed.second_look.is_none() {
        return Ok(None);
    }
    let about = alert.owed.edits.unwrap_or(alert.id).entry;
    if alert.owed.edits.is_some()
        && let Fact::Landed(own) = store.entry(alert.id.entry).await?.fact
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
fn watch(means: &Means, landed: &Landed) -> Watch {
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
