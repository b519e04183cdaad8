//! What differs between two versions of a watch.

use serde::{Deserialize, Serialize};

use crate::answers::{NoAnswer, no_version, no_watch, renamed::Renamed};
use crate::diff;
use crate::house::House;
use crate::model::{Change, Diff, Document, Span, Version, WatchId};
use crate::noise;
use crate::store::{ChangeFilter, StoreError};

/// Two versions compared.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
pub struct Compared {
    /// Which watch.
    pub id: WatchId,
    /// Which versions; 0 stands for "no page there".
    pub span: Span,
    /// The version before; absent for 0.
    pub before: Option<Version>,
    /// The version after; absent for 0.
    pub after: Option<Version>,
    /// What differs.
    pub diff: Diff,
    /// The change, where these two follow one another.
    pub change: Option<Change>,
    /// The text before.
    pub text_before: Document,
    /// The text after.
    pub text_after: Document,
}

pub(super) async fn compare(
    house: &House,
    id: &WatchId,
    span: Option<Span>,
) -> Result<Compared, NoAnswer> {
    let renamed = Renamed::since(house).await?;
    let archived = renamed.in_archive(id);
    let versions = house.store.versions(archived).await?;
    let known = house.in_force().watchlist.watch(id).is_some();
    if versions.is_empty() {
        return Err(if known {
            no_version(id, "yet", None)
        } else {
            no_watch(house, id)
        });
    }
    let span = match span {
        Some(span) => span,
        None => last_change(house, archived).await?,
    };
    let pick = |no| versions.iter().find(|version| version.no == no).cloned();
    let (before, after) = (pick(span.from), pick(span.to));
    for (no, found) in [(span.from, &before), (span.to, &after)] {
        if no != 0 && found.is_none() {
            return Err(no_version(
                id,
                &no.to_string(),
                versions.last().map(|version| version.no),
            ));
        }
    }
    let (text_before, text_after) = texts(house, before.as_ref(), after.as_ref()).await?;
    let change = house.store.change(archived, span).await.ok();
    let mut diff = diff::between(&text_before, &text_after);
    // What changes on nearly every visit is shown apart, unless it was told all the same.
    let told = change
        .as_ref()
        .is_some_and(|change| change.silence.is_none() && !change.findings.is_empty());
    if span.from != 0 && span.to != 0 && !told {
        let noise = house.store.noise(archived, span.from).await?;
        diff = noise::hold(diff, &text_before, &text_after, &noise);
    }
    let under_new_name = |version: Version| Version {
        watch: renamed.now(&version.watch).clone(),
        ..version
    };
    Ok(Compared {
        id: id.clone(),
        span,
        diff,
        change: change.map(|change| Change {
            watch: renamed.now(&change.watch).clone(),
            ..change
        }),
        before: before.map(under_new_name),
        after: after.map(under_new_name),
        text_before,
        text_after,
    })
}

async fn last_change(house: &House, id: &WatchId) -> Result<Span, NoAnswer> {
    let filter = ChangeFilter {
        watch: Some(id.clone()),
        ..ChangeFilter::default()
    };
    let changes = house.store.changes(&filter).await?;
    changes
        .first()
        .map(|change| change.span)
        .ok_or_else(|| no_version(id, "yet", None))
}

/// The texts of both sides; where one was not there, an empty text of the same title.
async fn texts(
    house: &House,
    before: Option<&Version>,
    after: Option<&Version>,
) -> Result<(Document, Document), StoreError> {
    let read = async |version: Option<&Version>| match version {
        Some(version) => house.store.document(version).await.map(Some),
        None => Ok(None),
    };
    Ok(match (read(before).await?, read(after).await?) {
        (Some(before), Some(after)) => (before, after),
        (Some(before), None) => {
            let nothing = before.without_text();
            (before, nothing)
        }
        (None, Some(text)) => match after.and_then(|after| after.continues.as_ref()?.document) {
            Some(went_on) => (house.store.read_document(went_on).await?, text),
            None => (text.without_text(), text),
        },
        (None, None) => return Err(StoreError::Missing("version 0".to_owned())),
    })
}
