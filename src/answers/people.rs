//! Questions of what people look for, mute, are told or owed, say of changes, and wish were watched.

use crate::answers::{
    NoAnswer, Request, Response, annotations, mutes, outbox, routes, suggestions, words,
};
use crate::house::House;

/// Answers one of these questions; the others are answered before they come here.
pub(super) async fn answer(house: &House, request: Request) -> Result<Response, NoAnswer> {
    match request {
        Request::Mutes => mutes::mutes(house).await.map(Response::Mutes),
        Request::Search { words } => words::search(house, &words)
            .await
            .map(Box::new)
            .map(Response::Search),
        Request::Phrase { words } => words::phrase(house, &words)
            .await
            .map(Box::new)
            .map(Response::Phrase),
        Request::Annotate(wanted) => annotations::annotate(house, wanted)
            .await
            .map(Box::new)
            .map(Response::Annotate),
        Request::Annotations { of } => annotations::annotations(house, of.as_ref())
            .await
            .map(Response::Annotations),
        Request::Suggest(wanted) => suggestions::suggest(house, wanted)
            .await
            .map(Response::Suggest),
        Request::Suggestions => Ok(Response::Suggestions(house.store.suggestions().await?)),
        Request::Outbox(asked) => outbox::outbox(house, &asked)
            .await
            .map(Box::new)
            .map(Response::Outbox),
        Request::RetryAlerts { alert } => outbox::retry(house, alert).await.map(Response::Alerts),
        Request::DropAlert { alert, why, by } => outbox::drop(house, alert, &why, by.as_deref())
            .await
            .map(Response::Alerts),
        Request::Routes => Ok(Response::Routes(routes::routes(house))),
        Request::Forecast(asked) => routes::forecast(house, &asked)
            .await
            .map(Box::new)
            .map(Response::Forecast),
        other => Err(NoAnswer::Archive(format!("nobody answers {other:?}"))),
    }
}
