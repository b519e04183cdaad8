//! Questions of what people decide, mute, are told or owed, say of changes, and wish were watched.

use crate::answers::{
    AnnotationWanted, CorrectionWanted, ForecastAsked, MuteWanted, NoAnswer, OutboxAsked, Response,
    SuggestionWanted, WhichChange, annotations as said, corrections as put_right, found as leads,
    mutes as muted, outbox as owed, routes as ways, suggestions as wishes,
};
use crate::house::House;
use crate::model::{AlertId, Fate, WatchId};

/// To `Mutes`.
pub(super) async fn mutes(house: &House) -> Result<Response, NoAnswer> {
    muted::mutes(house).await.map(Response::Mutes)
}

/// To `Decide`.
pub(super) async fn decide(house: &House, id: &WatchId, fate: Fate) -> Result<Response, NoAnswer> {
    let decision = leads::decide(house, id, fate).await?;
    Ok(Response::Decide(Box::new(decision)))
}

/// To `Mute`.
pub(super) async fn mute(house: &House, wanted: MuteWanted) -> Result<Response, NoAnswer> {
    let mute = muted::mute(house, wanted).await?;
    Ok(Response::Mute(Box::new(mute)))
}

/// To `MutePreview`.
pub(super) async fn preview(house: &House, wanted: &MuteWanted) -> Result<Response, NoAnswer> {
    let preview = muted::preview(house, wanted).await?;
    Ok(Response::MutePreview(Box::new(preview)))
}

/// To `Unmute`.
pub(super) async fn unmute(
    house: &House,
    no: u32,
    by: String,
    why: Option<String>,
) -> Result<Response, NoAnswer> {
    let mute = muted::unmute(house, no, by, why).await?;
    Ok(Response::Mute(Box::new(mute)))
}

/// To `Annotate`.
pub(super) async fn annotate(
    house: &House,
    wanted: AnnotationWanted,
) -> Result<Response, NoAnswer> {
    let noted = said::annotate(house, wanted).await?;
    house.note_owed();
    Ok(Response::Annotate(Box::new(noted)))
}

/// To `Annotations`.
pub(super) async fn annotations(
    house: &House,
    of: Option<&WhichChange>,
) -> Result<Response, NoAnswer> {
    said::annotations(house, of)
        .await
        .map(Response::Annotations)
}

/// To `Correct`.
pub(super) async fn correct(house: &House, wanted: CorrectionWanted) -> Result<Response, NoAnswer> {
    let corrected = put_right::correct(house, wanted).await?;
    house.note_owed();
    Ok(Response::Correct(Box::new(corrected)))
}

/// To `Corrections`.
pub(super) async fn corrections(house: &House) -> Result<Response, NoAnswer> {
    let all = put_right::corrections(house).await?;
    Ok(Response::Corrections(all))
}

/// To `Outbox`.
pub(super) async fn outbox(house: &House, asked: &OutboxAsked) -> Result<Response, NoAnswer> {
    let outbox = owed::outbox(house, asked).await?;
    Ok(Response::Outbox(Box::new(outbox)))
}

/// To `RetryAlerts`.
pub(super) async fn retry(house: &House, alert: Option<AlertId>) -> Result<Response, NoAnswer> {
    owed::retry(house, alert).await.map(Response::Alerts)
}

/// To `DropAlert`.
pub(super) async fn drop(
    house: &House,
    alert: AlertId,
    why: &str,
    by: Option<&str>,
) -> Result<Response, NoAnswer> {
    let dropped = owed::drop(house, alert, why, by).await?;
    Ok(Response::Alerts(dropped))
}

/// To `Suggest`.
pub(super) async fn suggest(house: &House, wanted: SuggestionWanted) -> Result<Response, NoAnswer> {
    wishes::suggest(house, wanted).await.map(Response::Suggest)
}

/// To `Suggestions`.
pub(super) async fn suggestions(house: &House) -> Result<Response, NoAnswer> {
    Ok(Response::Suggestions(house.store.suggestions().await?))
}

/// To `Routes`.
pub(super) fn routes(house: &House) -> Response {
    Response::Routes(ways::routes(house))
}

/// To `Forecast`.
pub(super) async fn forecast(house: &House, asked: &ForecastAsked) -> Result<Response, NoAnswer> {
    let told = ways::forecast(house, asked).await?;
    Ok(Response::Forecast(Box::new(told)))
}
