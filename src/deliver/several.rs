//! One message for several alerts: a batch, or a digest.

use crate::deliver::Means;
use crate::deliver::compose::{self, Told};
use crate::model::{AlertId, Destination, EntryNo, Fact, Message, Owed, Period, Roundup, Route};
use crate::store::{Store, StoreError};
use crate::wording::fit;
use crate::wording::message::{self, Part};

/// The most bytes of diffs that are kept for the file of one message.
const FILES: usize = 4 << 20;

/// An alert that is no edit, with what it tells of.
pub(super) struct Post {
    pub(super) id: AlertId,
    owed: Owed,
    fact: Fact,
}

/// One message for several changes, as somebody wants it.
#[derive(Clone, Debug)]
pub struct Saying<'a> {
    /// The entries of the changes.
    pub entries: &'a [EntryNo],
    /// The digest it is, where it is one: its route, from when to when, and what else it tells.
    pub digest: Option<(Period, Roundup)>,
    /// What it ends with.
    pub mark: &'a str,
}

/// What one message would say of these entries: of one change that change's ordinary message, silently.
///
/// # Errors
/// The archive's.
pub async fn say(store: &Store, means: &Means, saying: &Saying<'_>) -> Result<Message, StoreError> {
    let mut facts = Vec::new();
    let to = &Destination::Terminal;
    for entry in saying.entries {
        let alert = AlertId {
            entry: *entry,
            index: 0,
        };
        facts.push((alert, store.entry(*entry).await?.fact));
    }
    if let ([(alert, Fact::Landed(landed))], None) = (facts.as_slice(), &saying.digest) {
        let told = Told { alert: *alert, to };
        let told = compose::by_itself(store, means, told, landed, saying.mark).await?;
        return Ok(told.1);
    }
    composed(store, means, to, facts, saying.digest.clone(), saying.mark).await
}

/// The alerts of a message that are posts.
pub(super) async fn posts(store: &Store, alerts: &[AlertId]) -> Result<Vec<Post>, StoreError> {
    let mut posts = Vec::new();
    for id in alerts {
        let fact = store.entry(id.entry).await?.fact;
        let owed = fact.owed().get(id.index as usize).cloned();
        if let Some(owed) = owed.filter(|owed| owed.edits.is_none()) {
            let id = *id;
            posts.push(Post { id, owed, fact });
        }
    }
    Ok(posts)
}

pub(super) fn is_digest(post: &Post) -> bool {
    matches!(post.fact, Fact::Digest { .. })
}

/// The message that pays these posts; as loud as the loudest of them, but a digest as loud as itself.
pub(super) async fn paid(
    store: &Store,
    means: &Means,
    posts: Vec<Post>,
    mark: &str,
) -> Result<Message, StoreError> {
    let own: Vec<&Owed> = match posts.iter().find(|post| is_digest(post)) {
        Some(digest) => vec![&digest.owed],
        None => posts.iter().map(|post| &post.owed).collect(),
    };
    let loud = own.iter().any(|owed| owed.loud);
    let mentions = own.iter().find_map(|owed| owed.mentions);
    let to = own
        .first()
        .map_or(Destination::Terminal, |owed| owed.to.clone());
    let mut digest = None;
    let mut facts = Vec::new();
    for post in posts {
        match post.fact {
            Fact::Digest {
                route,
                from,
                until,
                told,
                ..
            } => {
                let told = match told {
                    Some(told) => read(&store.body(told).await?, post.id)?,
                    None => Roundup::default(),
                };
                digest = Some((Period { route, from, until }, told));
            }
            fact => facts.push((post.id, fact)),
        }
    }
    let message = composed(store, means, &to, facts, digest, mark).await?;
    Ok(Message {
        silent: !loud,
        mentions,
        ..message
    })
}

fn read(json: &[u8], alert: AlertId) -> Result<Roundup, StoreError> {
    serde_json::from_slice(json).map_err(|error| StoreError::Damaged {
        what: format!("what the digest of alert {alert} tells"),
        why: error.to_string(),
    })
}

async fn composed(
    store: &Store,
    means: &Means,
    to: &Destination,
    facts: Vec<(AlertId, Fact)>,
    digest: Option<(Period, Roundup)>,
    mark: &str,
) -> Result<Message, StoreError> {
    let route = digest.as_ref().map(|(period, _)| period.route.as_str());
    let route = means
        .routes
        .iter()
        .find(|one| Some(one.name.as_str()) == route);
    let mut parts = Vec::new();
    let mut room = FILES;
    let mut particulars = Vec::new();
    let mut above = Vec::new();
    for (alert, fact) in facts {
        let mut part = part(store, means, route, Told { alert, to }, fact).await?;
        particulars.append(&mut part.message.particulars);
        above.extend(right(&part.message));
        // What does not fit into one file is read in the archive.
        part.message.file = part.message.file.filter(|(_, text)| {
            let fits = text.len() <= room;
            room -= if fits { text.len() } else { 0 };
            fits
        });
        parts.push(part);
    }
    let zone = route.map_or(means.zone, |route| route.zone);
    let message = match &digest {
        None => message::batch(parts, mark),
        Some((period, told)) => message::digest(parts, period, told, zone, mark),
    };
    Ok(Message {
        particulars,
        above: (!above.is_empty()).then(|| fit::cut(&above.join("\n"), message::room(to))),
        ..message
    })
}

/// What was put right of one of several changes, with the page it is about.
fn right(part: &Message) -> Option<String> {
    let above = part.above.as_ref()?;
    let title = part.text.as_ref().map_or("", |text| text.title.as_str());
    Some(format!("About {title}:\n{above}"))
}

/// One change, or one notice, as a part of a message of several.
async fn part(
    store: &Store,
    means: &Means,
    route: Option<&Route>,
    told: Told<'_>,
    fact: Fact,
) -> Result<Part, StoreError> {
    match fact {
        Fact::Landed(landed) => {
            let (change, message) = compose::by_itself(store, means, told, &landed, "").await?;
            let topics = compose::watch(means, &landed).topics;
            let own = |topic: &&String| route.is_none_or(|route| route.topics.contains(topic));
            let topic = topics.iter().find(own).or(topics.first());
            Ok(Part {
                page: Some(landed.watch),
                severity: change.severity,
                topic: topic.cloned(),
                message,
            })
        }
        other => {
            let text = other.notice().ok_or_else(|| StoreError::Damaged {
                what: format!("the message of entry {}", told.alert.entry),
                why: "the entry owes nothing".to_owned(),
            })?;
            let text = store.body(text).await?;
            let text = String::from_utf8_lossy(&text);
            Ok(Part::notice(&text))
        }
    }
}
