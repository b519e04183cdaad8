//! The answers that pages of the window are made from, as responses.

use crate::answers::{
    AnnouncedAsked, ChangesAsked, NoAnswer, Response, WatchedAsked, announced, changes, explain,
    noise, promises, publishers, registers, status, watched,
};
use crate::house::House;
use crate::model::{Span, WatchId};

/// To `Paged`.
pub(super) async fn paged(house: &House, asked: &ChangesAsked) -> Result<Response, NoAnswer> {
    let paged = changes::paged(house, asked).await?;
    Ok(Response::Paged(Box::new(paged)))
}

/// To `Watched`.
pub(super) async fn watched(house: &House, asked: &WatchedAsked) -> Result<Response, NoAnswer> {
    let watched = watched::watched(house, asked).await?;
    Ok(Response::Watched(Box::new(watched)))
}

/// To `Publishers`.
pub(super) async fn publishers(house: &House, name: Option<&str>) -> Result<Response, NoAnswer> {
    let rows = publishers::publishers(house, name).await?;
    Ok(Response::Publishers(rows))
}

/// To `Announced`.
pub(super) async fn announced(house: &House, asked: &AnnouncedAsked) -> Result<Response, NoAnswer> {
    let rows = announced::announced(house, asked).await?;
    Ok(Response::Announced(rows))
}

/// To `Registers`.
pub(super) async fn registers(house: &House) -> Result<Response, NoAnswer> {
    Ok(Response::Registers(registers::registers(house).await?))
}

/// To `PromisedSoFar`.
pub(super) async fn promised(house: &House) -> Result<Response, NoAnswer> {
    Ok(Response::PromisedSoFar(registers::promised(house).await?))
}

/// To `Promises`.
pub(super) async fn promises(house: &House, ids: &[WatchId]) -> Result<Response, NoAnswer> {
    let promised = promises::promises(house, ids).await?;
    Ok(Response::Promises(promised))
}

/// To `Status`.
pub(super) async fn status(house: &House) -> Result<Response, NoAnswer> {
    Ok(Response::Status(Box::new(status::status(house).await?)))
}

/// To `Explain`.
pub(super) async fn explain(
    house: &House,
    id: &WatchId,
    span: Option<Span>,
) -> Result<Response, NoAnswer> {
    let explained = explain::explain(house, id, span).await?;
    Ok(Response::Explain(Box::new(explained)))
}

/// To `Noise`.
pub(super) async fn noise(house: &House, id: &WatchId) -> Result<Response, NoAnswer> {
    let quiet = noise::noise(house, id).await?;
    Ok(Response::Noise(Box::new(quiet)))
}
