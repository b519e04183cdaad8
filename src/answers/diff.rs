//! What differs between two versions of a watch.

use serde::{Deserialize, Serialize};

use crate::answers::{
    Corroboration, NoAnswer, Which, corroborated, no_version, no_watch, renamed::Renamed,
    show::find,
};
use crate::backfill;
use crate::diff::{self, Leg};
use crate::house::House;
use crate::model::{
    Bounds, Change, Diff, Document, EntryNo, Point, Reach, Span, Version, VersionNo, WatchId,
};
use crate::noise;
use crate::store::{ChangeFilter, StoreError};

/// Two versions compared.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
pub struct Compared {
    /// Which watch.
    pub id: WatchId,
    /// Which versions; 0 stands for "no page there". Where one of them is a backfilled text, `reach` says which.
    pub span: Span,
    /// Which texts.
    pub reach: Reach,
    /// The version before; absent for 0.
    pub before: Option<Version>,
    /// The version after; absent for 0.
    pub after: Option<Version>,
    /// What differs.
    pub diff: Diff,
    /// The change, where these two follow one another.
    pub change: Option<Change>,
    /// What independent archives say of the change, and what anchors it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corroboration: Option<Corroboration>,
    /// The text before.
    pub text_before: Document,
    /// The text after.
    pub text_after: Document,
    /// The way from one text to the other.
    pub way: Vec<Leg>,
    /// The change before this one, and the one after it.
    pub beside: (Option<Span>, Option<Span>),
    /// The same where this one is a change of the past.
    #[serde(default)]
    pub beside_in_past: (Option<Reach>, Option<Reach>),
    /// The number of the last version there is.
    pub last: VersionNo,
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
    let (mut diff, way) = diff::along(&text_before, &text_after);
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
    let corroboration = match &change {
        Some(change) => Some(corroborated::of(house, change).await?),
        None => None,
    };
    let change = match change {
        Some(change) => Some(Change {
            watch: renamed.now(&change.watch).clone(),
            corrections: house.store.corrections(change.entry).await?,
            ..change
        }),
        None => None,
    };
    Ok(Compared {
        id: id.clone(),
        span,
        reach: span.into(),
        diff,
        way,
        beside_in_past: (None, None),
        beside: beside(&house.store.steps(archived).await?, span),
        last: versions.last().map_or(0, |version| version.no),
        change,
        corroboration,
        before: before.map(under_new_name),
        after: after.map(under_new_name),
        text_before,
        text_after,
    })
}

/// What differs between any two versions, of one watch or of two.
pub(super) async fn across(
    house: &House,
    before: (&WatchId, VersionNo),
    after: (&WatchId, VersionNo),
) -> Result<Compared, NoAnswer> {
    let span = Span {
        from: before.1,
        to: after.1,
    };
    if before.0 == after.0 {
        return compare(house, after.0, Some(span)).await;
    }
    let renamed = Renamed::since(house).await?;
    let side = async |(id, no): (&WatchId, VersionNo)| {
        let known = renamed.in_archive(id);
        let mut version = find(house, id, known, Which::No(no)).await?;
        let text = house.store.readable(&version).await?;
        version.watch = id.clone();
        Ok::<_, NoAnswer>((version, text))
    };
    let (was, text_before) = side(before).await?;
    let (is, text_after) = side(after).await?;
    let (diff, way) = diff::along(&text_before, &text_after);
    Ok(Compared {
        id: after.0.clone(),
        span,
        reach: span.into(),
        before: Some(was),
        after: Some(is),
        diff,
        change: None,
        corroboration: None,
        text_before,
        text_after,
        way,
        beside: (None, None),
        beside_in_past: (None, None),
        last: after.1,
    })
}

/// What differs between any two texts of a watch, be they backfilled or our own.
pub(super) async fn between(
    house: &House,
    id: &WatchId,
    reach: Reach,
) -> Result<Compared, NoAnswer> {
    if let Some(span) = reach.own() {
        return compare(house, id, Some(span)).await;
    }
    let renamed = Renamed::since(house).await?;
    let known = renamed.in_archive(id);
    let in_force = house.in_force();
    let side = async |point: Point| {
        let which = match point {
            Point::Own(0) => return Ok(None),
            Point::Own(no) => Which::No(no),
            Point::Past(no) => Which::Past(no),
        };
        let mut version = find(house, id, known, which).await?;
        // An own version is compared as the page that people see: that is what archives copy.
        let text = backfill::page_text(house, &in_force, &version).await?;
        version.watch = id.clone();
        Ok::<_, NoAnswer>(Some((version, text)))
    };
    let (before, after) = (side(reach.from).await?, side(reach.to).await?);
    let (text_before, text_after) = match (&before, &after) {
        (Some((_, before)), Some((_, after))) => (before.clone(), after.clone()),
        (Some((_, before)), None) => (before.clone(), before.without_text()),
        (None, Some((_, after))) => (after.without_text(), after.clone()),
        (None, None) => return Err(no_version(id, "0", None)),
    };
    let (diff, way) = diff::along(&text_before, &text_after);
    let told = backfill::told(house, &in_force, known, EntryNo::MAX).await?;
    let turns = told.map(|told| told.past.turns).unwrap_or_default();
    let steps: Vec<Reach> = turns.iter().map(|turn| turn.reach).collect();
    let at = steps.iter().position(|one| *one == reach);
    let beside = at.map(|at| {
        let earlier = at.checked_sub(1).map(|at| steps[at]);
        (earlier, steps.get(at + 1).copied())
    });
    let no =
        |side: &Option<(Version, Document)>| side.as_ref().map_or(0, |(version, _)| version.no);
    let last = house.store.versions(known).await?;
    Ok(Compared {
        id: id.clone(),
        span: Span {
            from: no(&before),
            to: no(&after),
        },
        reach,
        before: before.map(|(version, _)| version),
        after: after.map(|(version, _)| version),
        diff,
        change: None,
        corroboration: None,
        text_before,
        text_after,
        way,
        beside: (None, None),
        beside_in_past: beside.unwrap_or_default(),
        last: last.last().map_or(0, |version| version.no),
    })
}

/// The steps before and after this one. Of two versions that do not follow one another: the last step before both, and the
/// first after both.
fn beside(steps: &[(Span, Bounds)], span: Span) -> (Option<Span>, Option<Span>) {
    let spans: Vec<Span> = steps.iter().map(|(span, _)| *span).collect();
    if let Some(at) = spans.iter().rposition(|one| *one == span) {
        let earlier = at.checked_sub(1).map(|at| spans[at]);
        return (earlier, spans.get(at + 1).copied());
    }
    let low = span.from.min(span.to);
    let high = span.from.max(span.to);
    let earlier = spans.iter().rposition(|one| one.to != 0 && one.to <= low);
    let later = spans
        .iter()
        .position(|one| one.from != 0 && one.from >= high);
    (earlier.map(|at| spans[at]), later.map(|at| spans[at]))
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
        Some(version) => house.store.readable(version).await.map(Some),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(span: &str, expected: &str) {
        let bounds = Bounds {
            after: None,
            by: chrono::DateTime::UNIX_EPOCH,
        };
        let steps = ["1..2", "2..3", "3..0", "0..4", "4..5"];
        let steps = steps.map(|step| (step.parse().expect("a span"), bounds));
        let (earlier, later) = beside(&steps, span.parse().expect("a span"));
        let said = |span: Option<Span>| span.map_or("-".to_owned(), |span| span.to_string());
        assert_eq!(format!("{} {}", said(earlier), said(later)), expected);
    }

    #[test]
    fn a_change_has_one_before_and_one_after_it() {
        case("1..2", "- 2..3");
        case("2..3", "1..2 3..0");
        case("3..0", "2..3 0..4");
        case("4..5", "0..4 -");
        case("2..4", "1..2 4..5");
        case("1..5", "- -");
        case("3..2", "1..2 3..0");
    }
}
