//! Pages that moved with their host: one message for all of them.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use crate::house::{House, InForce};
use crate::model::{Change, ChangeKind, Diff, Fact, Finding, Muted, Owed, Severity, Version};
use crate::mutes;
use crate::routing::{self, About};
use crate::store::{ChangeFilter, StoreError};
use crate::visit::judged::{Judged, Silence};
use crate::visit::landing::Landing;

/// Why nothing is said of one such page by itself; what was held so and not told yet is found by it again.
const HELD: &str =
    "it moved with its text to another host; one message tells of all pages that did";
/// How far back pages are looked for that moved and were not told of.
const LOOKED_BACK: TimeDelta = TimeDelta::days(14);
/// How long the others of a host are waited for that are visited at other times.
const PATIENCE: TimeDelta = TimeDelta::hours(2);
/// The most a move may matter to be told with the others.
const TOGETHER: Severity = Severity(4);
/// How many pages are named.
const NAMED: usize = 5;

/// Whether to wait for other pages of the same host.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Others {
    /// A round is over: nobody is waited for.
    Came,
    /// Pages are visited one by one.
    MayCome,
}

impl Landing<'_> {
    /// Holds back what is said of a page that moved to another host with its text as it was: others may do the same.
    pub(super) fn hold_move(&self, judged: &mut Judged, to: Option<&str>, diff: &Diff) {
        let from = self.state.current.as_ref();
        let from = from.and_then(|version| version.url.host_str());
        let with_host = from.is_some() && to.is_some() && from != to && diff.is_empty();
        let only = |finding: &Finding| matches!(finding.rule.as_str(), "moved" | "timing");
        let alone = judged.findings.iter().all(only);
        if judged.seen.kind == ChangeKind::Moved
            && with_host
            && alone
            && judged.severity <= TOGETHER
            && !judged.owed.is_empty()
        {
            judged.owed.clear();
            judged.silence = Some(Silence::otherwise(HELD));
        }
    }
}

/// Owes one message for each pair of hosts between which pages moved that nobody was told of; says how many are owed.
///
/// # Errors
/// The archive's.
pub async fn tell_moves(
    house: &House,
    in_force: &InForce,
    others: Others,
) -> Result<usize, StoreError> {
    // Two rounds that end together must not both say it.
    let _lane = house.lane().await?;
    let store = &house.store;
    let now = house.clock.now();
    let last_told = store.moves_told().await?;
    let filter = ChangeFilter {
        since: Some(now - LOOKED_BACK),
        kinds: vec![ChangeKind::Moved],
        ..ChangeFilter::default()
    };
    let mut held = store.changes(&filter).await?;
    held.retain(|change| change.entry > last_told && change.silence.as_deref() == Some(HELD));
    held.reverse();
    let Some(last) = held.iter().map(|change| change.entry).max() else {
        return Ok(0);
    };
    let oldest: Option<DateTime<Utc>> = held.iter().map(|change| change.bounds.by).min();
    let waits = |oldest: DateTime<Utc>| oldest <= now && now - oldest < PATIENCE;
    if others == Others::MayCome && oldest.is_some_and(waits) {
        return Ok(0);
    }
    let mut texts = Vec::new();
    let mut told: Vec<Change> = Vec::new();
    let mut mutes = store.mutes().await?;
    mutes.retain(|muted| muted.holds(now));
    for ((from, to), changes) in by_hosts(house, held).await? {
        texts.push(sentence(&from, &to, &changes));
        told.extend(
            changes
                .into_iter()
                .filter(|one| !is_muted(in_force, &mutes, one)),
        );
    }
    let owed = owed(in_force, &told, now);
    let text = store.keep(texts.join("\n").into_bytes(), None).await?;
    let count = owed.len();
    let up_to = last;
    let fact = Fact::HostMoved { text, owed, up_to };
    store.append(fact, now, None).await?;
    Ok(count)
}

/// Who would have been told of one of them is told of all.
fn owed(in_force: &InForce, changes: &[Change], now: DateTime<Utc>) -> Vec<Owed> {
    let abouts = changes.iter().filter_map(|change| {
        Some(About {
            watch: in_force.watchlist.watch(&change.watch)?,
            severity: change.severity,
            findings: &change.findings,
        })
    });
    let abouts: Vec<About> = abouts.collect();
    routing::owed_for_all(&in_force.watchlist.routes, &abouts, now)
}

/// Whether somebody asked not to be told of this page.
fn is_muted(in_force: &InForce, mutes: &[Muted], change: &Change) -> bool {
    let watch = in_force.watchlist.watch(&change.watch);
    let about = mutes::About {
        watch: &change.watch,
        publisher: watch.and_then(|watch| watch.publisher.as_deref()),
        findings: &change.findings,
        texts: (None, None),
    };
    let hidden = mutes::hidden(mutes.iter().map(|muted| &muted.mute), &about);
    hidden.is_some_and(|hidden| hidden.whole)
}

type ByHosts = BTreeMap<(String, String), Vec<Change>>;

async fn by_hosts(house: &House, held: Vec<Change>) -> Result<ByHosts, StoreError> {
    let mut hosts = ByHosts::new();
    for change in held {
        let store = &house.store;
        let before = store.version(&change.watch, change.span.from).await?;
        let after = store.version(&change.watch, change.span.to).await?;
        let pair = (host(&before), host(&after));
        hosts.entry(pair).or_default().push(change);
    }
    Ok(hosts)
}

fn host(version: &Version) -> String {
    version.url.host_str().unwrap_or("nowhere").to_owned()
}

fn sentence(from: &str, to: &str, changes: &[Change]) -> String {
    let named: Vec<String> = changes
        .iter()
        .take(NAMED)
        .map(|change| format!("“{}” ({})", change.title, change.watch))
        .collect();
    let more = match changes.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let (pages, end) = match changes.len() {
        1 => ("1 page".to_owned(), "Its text is the same"),
        many => (format!("{many} pages"), "Their texts are the same"),
    };
    let named = named.join(", ");
    format!("{pages} of {from} moved to {to}: {named}{more}. {end}.")
}
