//! Where a page went that is no longer at its address: by its redirect, or by the id its publisher keeps it under.

use crate::house::{House, InForce};
use crate::model::{Capture, Failure, FailureKind, State, Version, Watch};
use crate::store::StoreError;
use crate::visit::bring::{Trip, bring_page};
use crate::visit::landing::Arrival;
use crate::visit::plain;
use crate::visit::read::read;

/// Where a page that moved is read while its old address does not even lead there any more.
pub(super) async fn at_its_new_address(
    house: &House,
    in_force: &InForce,
    watch: &Watch,
    state: &State,
    failure: Failure,
) -> Result<Trip, StoreError> {
    use FailureKind::{Connect, Dns, NotFound, Tls};
    let lost = matches!(failure.kind, NotFound | Dns | Connect | Tls) && !state.away;
    let current = state.current.as_ref().filter(|_| lost);
    let Some(current) = current.filter(|current| current.url != watch.url) else {
        return Ok(Trip::Failed(failure));
    };
    if !led_there(house, watch, current).await? {
        return Ok(Trip::Failed(failure));
    }
    Ok(
        match bring_page(in_force, watch, &current.url, None).await {
            Trip::Served(brought) => Trip::Served(brought),
            _ => Trip::Failed(failure),
        },
    )
}

/// Whether the page itself came to be read at this address: its own address led there, or it has the same id there. An
/// address that the watchlist gave before, or another edition of a file, is no place to look.
async fn led_there(house: &House, watch: &Watch, current: &Version) -> Result<bool, StoreError> {
    let store = &house.store;
    let id = store.document(current).await?.stated.content_id;
    for version in store.versions(&watch.id).await?.iter().rev() {
        if version.url == current.url {
            let bytes = store.body(version.capture).await?;
            let capture: Capture = plain::read(&bytes, "a capture")?;
            if capture.url == watch.url {
                return Ok(true);
            }
        } else if version.url == watch.url && id.is_some() {
            return Ok(store.document(version).await?.stated.content_id == id);
        }
    }
    Ok(false)
}

/// The page that another watch reads under the id of one that is gone: the same document at another address.
pub(super) async fn under_same_id(
    house: &House,
    in_force: &InForce,
    watch: &Watch,
    state: &State,
) -> Result<Option<Box<Arrival>>, StoreError> {
    let store = &house.store;
    let Some(current) = &state.current else {
        return Ok(None);
    };
    let id = store.document(current).await?.stated.content_id;
    if id.is_none() {
        return Ok(None);
    }
    for (other, state) in store.states().await? {
        let there = state.current.filter(|_| !state.away && !state.retired);
        let Some(there) = there.filter(|there| other != watch.id && there.url != current.url)
        else {
            continue;
        };
        if store.document(&there).await?.stated.content_id != id {
            continue;
        }
        if let Trip::Served(brought) = bring_page(in_force, watch, &there.url, None).await
            && let Ok(arrival) = read(in_force, watch, brought).await
            && arrival.document.stated.content_id == id
        {
            return Ok(Some(arrival));
        }
    }
    Ok(None)
}
