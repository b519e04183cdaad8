//! What pages say and said, for whoever asks: the answers that are about texts.

use chrono::{DateTime, Utc};

use crate::answers::{Form, NoAnswer, Response, Which, blame, diff, show, stood};
use crate::house::House;
use crate::model::{Span, VersionNo, WatchId};

type Answered = Result<Response, NoAnswer>;
type Side = (WatchId, VersionNo);

pub(super) async fn show(house: &House, id: &WatchId, which: Which, form: Form) -> Answered {
    let shown = show::show(house, id, which, form).await?;
    Ok(Response::Show(Box::new(shown)))
}

pub(super) async fn diff(house: &House, id: &WatchId, span: Option<Span>) -> Answered {
    let compared = diff::compare(house, id, span).await?;
    Ok(Response::Diff(Box::new(compared)))
}

pub(super) async fn across(house: &House, before: &Side, after: &Side) -> Answered {
    let compared = diff::across(house, (&before.0, before.1), (&after.0, after.1)).await?;
    Ok(Response::Diff(Box::new(compared)))
}

pub(super) async fn blame(house: &House, id: &WatchId, which: Which) -> Answered {
    let blamed = blame::blame(house, id, which).await?;
    Ok(Response::Blame(Box::new(blamed)))
}

pub(super) async fn stood(house: &House, id: &WatchId, at: DateTime<Utc>) -> Answered {
    let stood = stood::stood(house, id, at).await?;
    Ok(Response::Stood(Box::new(stood)))
}
