//! What pages say and said, for whoever asks: the answers that are about texts.

use chrono::{DateTime, Utc};

use tokio::sync::mpsc;

use crate::answers::{
    Form, NoAnswer, PhraseAsked, Progress, Response, SearchAsked, Which, blame, diff, history,
    phrase, search, show, stood, table,
};
use crate::house::House;
use crate::model::{Reach, Span, VersionNo, WatchId};

type Answered = Result<Response, NoAnswer>;
type Side = (WatchId, VersionNo);

pub(super) async fn show(house: &House, id: &WatchId, which: Which, form: Form) -> Answered {
    let shown = show::show(house, id, which, form).await?;
    Ok(Response::Show(Box::new(shown)))
}

pub(super) async fn history(house: &House, id: &WatchId) -> Answered {
    let timeline = history::history(house, id).await?;
    Ok(Response::History(Box::new(timeline)))
}

pub(super) async fn diff(house: &House, id: &WatchId, span: Option<Span>) -> Answered {
    let compared = diff::compare(house, id, span).await?;
    Ok(Response::Diff(Box::new(compared)))
}

pub(super) async fn between(house: &House, id: &WatchId, reach: Reach) -> Answered {
    let compared = diff::between(house, id, reach).await?;
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

pub(super) async fn tables(
    house: &House,
    id: &WatchId,
    which: Which,
    table: Option<usize>,
) -> Answered {
    let tables = table::tables(house, id, which, table).await?;
    Ok(Response::Table(Box::new(tables)))
}

pub(super) async fn row(house: &House, id: &WatchId, key: &str, table: Option<usize>) -> Answered {
    let row = table::row(house, id, key, table).await?;
    Ok(Response::Row(Box::new(row)))
}

pub(super) async fn search(
    house: &House,
    asked: &SearchAsked,
    heard: &mpsc::Sender<Progress>,
) -> Answered {
    let searched = search::search(house, asked, heard).await?;
    Ok(Response::Search(Box::new(searched)))
}

pub(super) async fn phrase(
    house: &House,
    asked: &PhraseAsked,
    heard: &mpsc::Sender<Progress>,
) -> Answered {
    let phrased = phrase::phrase(house, asked, heard).await?;
    Ok(Response::Phrase(Box::new(phrased)))
}
