//! Whether the archive is whole.

use crate::answers::{NoAnswer, Response, search};
use crate::house::House;
use crate::model::EntryNo;

/// To `Verify`.
pub(super) async fn verify(
    house: &House,
    since: Option<EntryNo>,
    heard: impl FnMut(u64, u64) + Send,
) -> Result<Response, NoAnswer> {
    let last = house.store.last_entry().await?;
    if let Some(since) = since.filter(|since| *since > last.max(1)) {
        return Err(NoAnswer::Unknown {
            what: format!("There is no entry {since} in the journal."),
            remedy: Some(format!("The last one is entry {last}.")),
        });
    }
    let mut verified = house.store.verify_from(since.unwrap_or(1), heard).await?;
    verified.search = search::verify(house).await;
    Ok(Response::Verify(verified))
}
