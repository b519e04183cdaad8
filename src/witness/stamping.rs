//! Asks time-stamp authorities for their word that a checkpoint was there.

use crate::house::House;
use crate::model::{Checkpoint, Digest, Fact, Proved, Stamped};
use crate::proof::stamp::{self, QUERY};
use crate::store::StoreError;
use crate::wire::Guard;
use crate::wire::api::{Api, Body, Method, Request, Trouble};

/// Asks each authority that has not said yet that this checkpoint was there. One that does not answer holds nothing up.
pub(super) async fn stamp(house: &House, made: &Proved<Checkpoint>) -> Result<(), StoreError> {
    let in_force = house.in_force();
    let authorities = &in_force.watchlist.evidence.timestamps;
    if authorities.is_empty() {
        return Ok(());
    }
    let known = house.store.stamps(made.entry).await?;
    let guard = Guard::new(&in_force.watchlist.settings.allow_private);
    let api = match Api::guarded(guard, in_force.names.clone()) {
        Ok(api) => api,
        Err(why) => {
            tracing::warn!("no time-stamp authority can be asked: {why}");
            return Ok(());
        }
    };
    for authority in authorities {
        if known.iter().any(|known| known.what.authority == *authority) {
            continue;
        }
        let digest = Digest::of(made.what.note.as_bytes());
        match ask(&api, authority, digest, made).await {
            Ok((answer, time)) => {
                let token = house.store.keep(answer, None).await?;
                let stamped = Stamped {
                    checkpoint: made.entry,
                    authority: authority.clone(),
                    time,
                    token,
                };
                let now = house.clock.now();
                house
                    .store
                    .append(Fact::Stamped(stamped), now, None)
                    .await?;
            }
            Err(why) => {
                let host = authority.host_str().unwrap_or_default();
                tracing::warn!("the time-stamp authority {host} gave no stamp: {why}");
            }
        }
    }
    Ok(())
}

async fn ask(
    api: &Api,
    authority: &url::Url,
    digest: Digest,
    made: &Proved<Checkpoint>,
) -> Result<(Vec<u8>, chrono::DateTime<chrono::Utc>), String> {
    // No secret: it only tells answers apart, and each checkpoint is asked of by itself.
    let salt = Digest::of(format!("{authority} {}", made.entry).as_bytes());
    let nonce = u32::from_be_bytes([salt.0[0], salt.0[1], salt.0[2], salt.0[3]]);
    let request = Request {
        method: Method::Post,
        url: authority.clone(),
        headers: Vec::new(),
        body: Body::Of(QUERY, stamp::query(digest, nonce)),
    };
    let answer = api.send(request).await.map_err(|trouble| match trouble {
        Trouble::Refused(why) | Trouble::NotSent(why) | Trouble::Unknown(why) => why,
    })?;
    if answer.status != 200 {
        return Err(format!("it answered with status {}", answer.status));
    }
    let time = stamp::read(&answer.body, digest, nonce)?;
    Ok((answer.body, time))
}
