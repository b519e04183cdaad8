//! Which pages a collector is asked for.

use crate::collect::{Want, Wants};
use crate::house::{House, InForce};
use crate::model::{Render, State, Watch};
use crate::store::StoreError;
use crate::visit::{following, is_settled, round, today, validators, whereabouts};
use crate::watchlist;

/// The most pages that are asked for at once; the others have their turn in the next round.
const AT_ONCE: usize = 500;

/// What a collector that visits these hosts is asked for now.
///
/// # Errors
/// The archive's.
pub async fn wants(
    house: &House,
    in_force: &InForce,
    hosts: &[String],
) -> Result<Wants, StoreError> {
    let watchlist = &in_force.watchlist;
    let collect = watchlist.collect.as_ref();
    let brought = |host: &String| collect.is_some_and(|collect| collect.collected.contains(host));
    let mut watches = Vec::new();
    let chosen = |watch: &Watch| {
        let asked = |host: &String| watch.url.host_str() == Some(host);
        hosts.iter().any(asked) && watchlist.is_collected(&watch.url)
    };
    for (watch, plan) in watchlist.enabled() {
        if chosen(watch)
            && watch.render == Render::Plain
            && round::is_due(house, in_force, watch, plan).await?
        {
            watches.push(want(house, in_force, watch).await?);
        }
        for lead in following::waiting_elsewhere(house, in_force, watch).await? {
            if chosen(&lead) {
                watches.push(want(house, in_force, &lead).await?);
            }
        }
    }
    watches.truncate(AT_ONCE);
    Ok(Wants {
        now: house.clock.now(),
        contact: watchlist.settings.contact.clone(),
        min_delay_ms: watchlist.settings.min_delay_ms,
        max_body: watchlist.settings.max_body,
        watches,
        not_collected: (hosts.iter().filter(|host| !brought(host)))
            .cloned()
            .collect(),
    })
}

async fn want(house: &House, in_force: &InForce, watch: &Watch) -> Result<Want, StoreError> {
    let now = house.clock.now();
    let state = house.store.state(&watch.id).await?;
    let settled = is_settled(house, watch, &state).await?;
    let validators = validators(watch, &state, now).filter(|given| given.of.is_none());
    let url = watchlist::address_on(&watch.url, today(house, in_force));
    Ok(Want {
        watch: watch.id.clone(),
        instead: instead(house, watch, &state, &url).await?,
        url,
        validators: validators.filter(|_| settled).cloned(),
        ignore_robots: watch.ignore_robots,
    })
}

/// Where the page was last: the edition before, or the address it moved to.
pub(super) async fn instead(
    house: &House,
    watch: &Watch,
    state: &State,
    asked: &url::Url,
) -> Result<Option<url::Url>, StoreError> {
    let last = match *asked == watch.url {
        true => whereabouts::new_address(house, watch, state).await?,
        false => state.current.as_ref().map(|version| &version.url),
    };
    let own = |url: &&url::Url| *url != asked && url.host_str() == watch.url.host_str();
    Ok(last.filter(own).cloned())
}
