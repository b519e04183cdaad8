//! Which hosts this process visits, where several share an archive.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use crate::fetch;
use crate::house::House;
use crate::model::{Watch, WatchId};
use crate::store::StoreError;
use crate::visit;

/// How often it is seen whether others should have some of the hosts.
const SURVEY_EVERY: Duration = Duration::from_secs(5);
/// How often it is tried to have what is due at hosts of others.
pub(super) const ASK_EVERY: Duration = Duration::from_secs(2);
/// How often it is seen whether pages that others visit lead to hosts of this process.
const FOLLOW_EVERY: Duration = Duration::from_secs(60);

/// The hosts of this process and of the others.
#[derive(Default)]
pub(super) struct Territory {
    /// What came due here at hosts that others visit.
    elsewhere: BTreeMap<String, Vec<WatchId>>,
    surveyed: Option<Instant>,
    asked: Option<Instant>,
    followed: Option<Instant>,
}

/// Whether it is time for something again; then it is noted that it was done.
fn is_time(last: &mut Option<Instant>, every: Duration) -> bool {
    let now = Instant::now();
    let soon = last.is_some_and(|last| now - last < every);
    if !soon {
        *last = Some(now);
    }
    !soon
}

impl Territory {
    /// The hosts of these watches that no other process visits. What is free is leased to this one, as far as its share goes.
    pub(super) async fn claim(
        &self,
        house: &House,
        watches: impl Iterator<Item = &Watch>,
    ) -> Result<BTreeSet<String>, StoreError> {
        let hosts: BTreeSet<String> = watches.map(|watch| fetch::host_of(&watch.url)).collect();
        if hosts.is_empty() || !house.store.is_shared()? {
            return Ok(hosts);
        }
        let all = visit::hosts(&house.in_force());
        house.store.lease_hosts(hosts, Some(all)).await
    }

    /// Notes that this watch is another process's, as long as that one visits its host.
    pub(super) fn leave(&mut self, watch: &Watch) {
        let there = self.elsewhere.entry(fetch::host_of(&watch.url));
        there.or_default().push(watch.id.clone());
    }

    /// Whether something is due at hosts that others visit.
    pub(super) fn waits(&self) -> bool {
        !self.elsewhere.is_empty()
    }

    /// The watches of hosts that others visited, and that were leased to this process now.
    pub(super) async fn won(&mut self, house: &House) -> Result<Vec<WatchId>, StoreError> {
        if !self.waits() || !is_time(&mut self.asked, ASK_EVERY) {
            return Ok(Vec::new());
        }
        let all = visit::hosts(&house.in_force());
        let hosts = self.elsewhere.keys().cloned().collect();
        let won = house.store.lease_hosts(hosts, Some(all)).await?;
        let watches = won.iter().filter_map(|host| self.elsewhere.remove(host));
        Ok(watches.flatten().collect())
    }

    /// Lets go of what is due at hosts that others visit, as all is reckoned anew.
    pub(super) fn forget(&mut self) {
        self.elsewhere.clear();
    }

    /// Pages that others visit and that may lead to hosts of this process, from time to time.
    pub(super) fn leading_here(&mut self, house: &House) -> Result<Vec<Watch>, StoreError> {
        if !house.store.is_shared()? || !is_time(&mut self.followed, FOLLOW_EVERY) {
            return Ok(Vec::new());
        }
        let leased = house.store.leased_hosts()?;
        let in_force = house.in_force();
        let leading = (in_force.watchlist.enabled()).map(|(watch, _)| watch);
        let leading = leading.filter(|watch| !watch.follow.is_empty());
        let others = leading.filter(|watch| !leased.contains(&fetch::host_of(&watch.url)));
        Ok(others.cloned().collect())
    }

    /// Gives others what is above the share of this process; looks at those pages are sealed first, so that the next one knows.
    pub(super) async fn survey(&mut self, house: &House) -> Result<(), StoreError> {
        if !house.store.is_shared()? || !is_time(&mut self.surveyed, SURVEY_EVERY) {
            return Ok(());
        }
        let in_force = house.in_force();
        let visited = visit::hosts(&in_force);
        let surplus = house.store.surplus(visited.clone()).await?;
        let leased = house.store.leased_hosts()?.into_iter();
        let idle = leased.filter(|host| !house.is_out(host));
        // Those that the watchlist no longer names are nobody's share.
        let (visited, other): (Vec<_>, Vec<_>) = idle.partition(|host| visited.contains(host));
        let given: BTreeSet<String> = visited.into_iter().take(surplus).chain(other).collect();
        if given.is_empty() {
            return Ok(());
        }
        house.store.seal(house.clock.now()).await?;
        let rest = Duration::from_millis(in_force.watchlist.settings.min_delay_ms);
        house.store.release_hosts(&given, rest).await
    }
}
