//! What another machine brings: which pages it is asked for, and how what it found lands as a visit does.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::task::JoinSet;

use crate::collect::{Carried, Parcel, Want, Wants};
use crate::fetch::Fetcher;
use crate::house::{House, InForce};
use crate::model::{
    Capture, Collected, Digest, Fact, Failure, FailureKind, Hop, LookOutcome, Provenance, Render,
    Served, State, VisitReport, Watch,
};
use crate::store::StoreError;
use crate::visit::bring::{Brought, Errand};
use crate::visit::following::Company;
use crate::visit::landing::{Found, land};
use crate::visit::read::read;
use crate::visit::{following, lasting, look, round, unchanged, whereabouts};
use crate::watchlist;
use crate::wording::times;

/// The most pages that are asked for at once; the others have their turn in the next round.
const AT_ONCE: usize = 500;
/// How far two clocks may differ.
const CLOCKS: TimeDelta = TimeDelta::minutes(5);
/// How far ahead a parcel may be of the clock here: what was left of the way of two clocks.
const AHEAD: TimeDelta = TimeDelta::minutes(1);
/// How many answers there may be on the way to a page.
const HOPS: usize = 12;
/// The longest name of a collector, in characters.
const LONGEST_NAME: usize = 64;
/// How many looks are searched for one that a parcel was taken for.
const LOOKED_BACK: usize = 1_000;
/// How long nothing may be brought before that is said.
const SILENCE: TimeDelta = TimeDelta::hours(24);

/// What came of a parcel.
#[derive(Debug)]
pub enum Taken {
    /// It landed, as a visit does.
    Landed(Box<VisitReport>),
    /// It had landed before.
    Had,
    /// It is not taken.
    Refused {
        /// Why not, in a sentence.
        why: String,
        /// Whether it never will be.
        for_good: bool,
    },
}

impl Taken {
    fn never(why: String) -> Taken {
        Taken::Refused {
            why,
            for_good: true,
        }
    }
}

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
    let settled = super::is_settled(house, watch, &state).await?;
    let validators = super::validators(watch, &state, now).filter(|given| given.of.is_none());
    let url = watchlist::address_on(&watch.url, super::today(house, in_force));
    Ok(Want {
        watch: watch.id.clone(),
        instead: instead(house, watch, &state, &url).await?,
        url,
        validators: validators.filter(|_| settled).cloned(),
        ignore_robots: watch.ignore_robots,
    })
}

/// Where the page was last: the edition before, or the address it moved to.
async fn instead(
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

/// Takes a parcel: what it tells is a visit of the time it was made. It is durable when this returns.
///
/// # Errors
/// Only the archive's.
pub async fn collected(
    house: &Arc<House>,
    in_force: &Arc<InForce>,
    (parcel, body): (Parcel, Vec<u8>),
    sent: DateTime<Utc>,
) -> Result<Taken, StoreError> {
    let Some(watch) = wanted_watch(house, in_force, &parcel).await? else {
        let why = format!(
            "There is no watch “{}” that is brought from other machines.",
            parcel.watch
        );
        return Ok(Taken::never(why));
    };
    let _alone = house.alone_at(&watch.id).await;
    let state = house.store.state(&watch.id).await?;
    if was_taken(house, &watch, &state, parcel.at).await? {
        house.store.settle().await?;
        return Ok(Taken::Had);
    }
    if let Some(refused) = against_the_clock(house, &state, &parcel, sent) {
        return Ok(refused);
    }
    let url = &parcel.asked;
    let zone = in_force.watchlist.settings.timezone;
    let own = watchlist::address_on(&watch.url, parcel.at.with_timezone(&zone).date_naive());
    let fine = own == *url || instead(house, &watch, &state, &own).await?.as_ref() == Some(url);
    if !fine {
        let why = format!("“{}” is not at {url}, but at {own}.", watch.id);
        return Ok(Taken::never(why));
    }
    if let Err(why) = believable(&in_force.fetcher, &parcel, &body) {
        return Ok(Taken::never(why));
    }
    following::begin(house, in_force, &watch, &state).await?;
    let was_unread = in_force.watchlist.watch(&watch.id).is_none();
    // Where the program itself stumbles over what came, that is a failure of this visit, and the others go on.
    let mut one = JoinSet::new();
    let at_work = (house.clone(), in_force.clone(), watch.clone(), state);
    let said = collected_of(house, &parcel);
    one.spawn(async move {
        let (house, in_force, watch, state) = at_work;
        go(&house, &in_force, &watch, &state, (parcel, body)).await
    });
    let taken = match one.join_next().await {
        Some(Ok(taken)) => taken?,
        Some(Err(_)) | None => {
            let why = "smallprint stumbled over it; the fault is in the program, please report it";
            let failure = Failure::new(FailureKind::Unreadable, why);
            let report = super::look_failed(house, &watch, failure, Some(said)).await?;
            Taken::Landed(Box::new(report))
        }
    };
    if let Taken::Landed(report) = &taken {
        if report.failure.is_some() {
            lasting::say(house, in_force, &watch.id).await?;
        }
        if was_unread {
            following::settle(house, &watch.id, report).await?;
        }
        if was_unread || !watch.follow.is_empty() {
            house.refresh().await?;
        }
    }
    house.store.settle().await?;
    Ok(taken)
}

/// The watch a parcel is for: one that is brought, or a lead to such a host that waits to be read.
async fn wanted_watch(
    house: &House,
    in_force: &InForce,
    parcel: &Parcel,
) -> Result<Option<Watch>, StoreError> {
    let watchlist = &in_force.watchlist;
    let brought = |watch: &Watch| {
        watch.enabled && watch.render == Render::Plain && watchlist.is_collected(&watch.url)
    };
    if let Some(watch) = watchlist.watch(&parcel.watch) {
        return Ok(Some(watch.clone()).filter(brought));
    }
    let trails = house.store.trails().await?.into_iter();
    let trails: watchlist::Trails = trails
        .map(|trail| (trail.lead.watch.clone(), trail))
        .collect();
    let trail = trails.get(&parcel.watch);
    let led = trail.and_then(|trail| watchlist.led(&trail.lead, &trails));
    Ok(led.filter(brought))
}

/// Whether a parcel of this time was taken before.
async fn was_taken(
    house: &House,
    watch: &Watch,
    state: &State,
    at: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let store = &house.store;
    if state.last_visit == Some(at) || state.last_seen == Some(at) {
        return Ok(true);
    }
    if state.last_visit.is_none_or(|last| last < at) {
        return Ok(false);
    }
    let looks = store.looks(&watch.id, LOOKED_BACK).await?;
    let versions = store.versions(&watch.id).await?;
    Ok(looks.iter().any(|look| look.at == at) || versions.iter().any(|version| version.at == at))
}

/// Why a parcel cannot be put in its place in time.
fn against_the_clock(
    house: &House,
    state: &State,
    parcel: &Parcel,
    sent: DateTime<Utc>,
) -> Option<Taken> {
    let now = house.clock.now();
    if (sent - now).abs() > CLOCKS {
        let minutes = (sent - now).num_minutes();
        let why = format!(
            "The clock of “{}” differs from the archive's by {minutes} minutes; set it right.",
            clean(&parcel.collector)
        );
        let for_good = false;
        return Some(Taken::Refused { why, for_good });
    }
    if parcel.at - now > AHEAD {
        let why = "It says that it was made at a time that is yet to come.".to_owned();
        return Some(Taken::never(why));
    }
    // A clock that ran ahead and was set right does not count, as for a visit.
    let last = state.last_visit.filter(|last| *last <= now);
    last.filter(|last| parcel.at <= *last).map(|_| {
        let why = format!(
            "“{}” was looked at since; what is older is not taken.",
            parcel.watch
        );
        Taken::never(why)
    })
}

/// Whether what a parcel says of itself hangs together.
///
/// # Errors
/// What does not, in a sentence.
fn believable(fetcher: &Fetcher, parcel: &Parcel, body: &[u8]) -> Result<(), String> {
    if parcel.collector.chars().count() > LONGEST_NAME
        || parcel.collector.chars().any(char::is_control)
    {
        return Err(
            "The name of the collector is too long, or holds what no name does.".to_owned(),
        );
    }
    let hops = parcel.carried.hops();
    on_the_way(fetcher, parcel, hops)?;
    let status = hops.last().map(|hop| hop.status);
    let fine = match &parcel.carried {
        Carried::Served { capture } => {
            if capture.url != parcel.asked || capture.at != parcel.at || !capture.beside.is_empty()
            {
                return Err("Its letter and its capture do not say the same.".to_owned());
            }
            if capture.length != body.len() as u64 || capture.body != Digest::of(body) {
                return Err("Its body is not the one it speaks of.".to_owned());
            }
            matches!(status, Some(200 | 203))
        }
        Carried::NotModified { .. } => status == Some(304),
        Carried::Failed { failure, .. } => {
            failure.kind != FailureKind::NotFound || matches!(status, Some(404 | 410))
        }
    };
    match fine {
        true => Ok(()),
        false => Err("What it says was found is not what the last answer says.".to_owned()),
    }
}

/// Whether the answers follow one another from the address of the page, through places where a visit may go.
fn on_the_way(fetcher: &Fetcher, parcel: &Parcel, hops: &[Hop]) -> Result<(), String> {
    if hops.len() > HOPS {
        return Err("It tells of more answers than a visit follows.".to_owned());
    }
    let failed = matches!(parcel.carried, Carried::Failed { .. });
    if let Some(first) = hops.first().filter(|first| first.url != parcel.asked) {
        // A failure may come before the page is asked, from the robots.txt of its host.
        if !failed || first.url.host_str() != parcel.asked.host_str() {
            return Err(format!(
                "Its first answer is of {}, not of the page.",
                first.url
            ));
        }
    }
    for pair in hops.windows(2) {
        let led = Fetcher::target(&pair[0]).is_some_and(|target| target == pair[1].url);
        if !led && !failed {
            return Err(format!("{} does not lead to {}.", pair[0].url, pair[1].url));
        }
    }
    for hop in hops {
        let why = |why| format!("{} is no place to visit: {why}.", hop.url);
        fetcher.admits(hop).map_err(why)?;
    }
    Ok(())
}

fn collected_of(house: &House, parcel: &Parcel) -> Collected {
    Collected {
        collector: clean(&parcel.collector),
        at: parcel.at,
        received: house.clock.now(),
    }
}

fn clean(name: &str) -> String {
    let plain = name.chars().filter(|char| !char.is_control());
    plain.take(LONGEST_NAME).collect()
}

/// Lands what a parcel brought.
async fn go(
    house: &House,
    in_force: &InForce,
    watch: &Watch,
    state: &State,
    (parcel, body): (Parcel, Vec<u8>),
) -> Result<Taken, StoreError> {
    let said = collected_of(house, &parcel);
    let landed = |report| Ok(Taken::Landed(Box::new(report)));
    let settled = super::is_settled(house, watch, state).await?;
    match parcel.carried {
        Carried::Served { capture } => {
            let provenance = Provenance::Collected {
                collector: said.collector.clone(),
                received: said.received,
                moved_ms: parcel.moved_ms,
            };
            let capture = Capture {
                provenance,
                ..capture
            };
            if settled && super::is_as_last_served(state, &capture) {
                return landed(super::look_unchanged(house, watch, &capture).await?);
            }
            let brought = Brought {
                capture,
                body,
                beside: Vec::new(),
            };
            match read(in_force, watch, brought).await {
                Ok(arrival) => {
                    let errand = Errand {
                        house,
                        in_force,
                        watch,
                        asked: &parcel.asked,
                        validators: None,
                    };
                    landed(super::land_with_company(errand, state, arrival).await?)
                }
                Err(failure) => {
                    landed(super::look_failed(house, watch, failure, Some(said)).await?)
                }
            }
        }
        Carried::NotModified { validators, hops } => {
            let given = super::validators(watch, state, house.clock.now());
            if !settled || given != Some(&validators) {
                return Ok(Taken::never(
                    "It was asked for with what no longer holds; it is asked for whole next time."
                        .to_owned(),
                ));
            }
            let body = None;
            let outcome = LookOutcome::Unchanged { body, validators };
            let served = hops.last().map(Served::of);
            look(house, watch, (said.at, outcome, served), Some(said)).await?;
            landed(unchanged(house, watch).await?)
        }
        Carried::Failed {
            failure,
            host_answers,
        } => {
            let missing = failure.kind == FailureKind::NotFound && host_answers;
            if missing && super::is_missing_again(state, said.at) {
                let found = Found::Gone(failure, Some(said));
                let nobody = (&Company::default(), None);
                return landed(land(house, in_force, watch, found, nobody).await?);
            }
            landed(super::look_failed(house, watch, failure, Some(said)).await?)
        }
    }
}

/// Says once of every host that is only collected that nothing was brought for a day, though it was due. `began` is when
/// this program began to listen. Gives how many messages are owed.
///
/// # Errors
/// The archive's.
pub async fn unbrought(
    house: &House,
    in_force: &InForce,
    began: DateTime<Utc>,
) -> Result<usize, StoreError> {
    let watchlist = &in_force.watchlist;
    let Some(collect) = &watchlist.collect else {
        return Ok(0);
    };
    let now = house.clock.now();
    let mut count = 0;
    for host in &collect.collected {
        let mut last: Option<DateTime<Utc>> = None;
        let mut waiting: Vec<&Watch> = Vec::new();
        for (watch, plan) in watchlist.enabled() {
            if watch.url.host_str() != Some(host) || watch.render == Render::Browser {
                continue;
            }
            let visited = house.store.state(&watch.id).await?.last_visit;
            last = last.max(visited);
            let jitter = watchlist.settings.jitter_seconds;
            let due = match visited {
                Some(visited) => plan.next_for(&watch.id, visited, jitter),
                None => Some(began),
            };
            if due.is_some_and(|due| now - due >= SILENCE) {
                waiting.push(watch);
            }
        }
        if waiting.is_empty() || last.is_some_and(|last| now - last < SILENCE) {
            continue;
        }
        let since = last.map(|last| times::moment(last, watchlist.settings.timezone));
        let text = nothing_brought(host, since);
        // What was said before stands in the archive, word for word.
        if house.store.body(Digest::of(text.as_bytes())).await.is_ok() {
            continue;
        }
        let owed = lasting::owed(in_force, waiting.into_iter(), now);
        count += owed.len();
        let fact = Fact::Notice {
            text: house.store.keep(text.into_bytes(), None).await?,
            owed,
            about: Vec::new(),
            promises: Vec::new(),
        };
        house.store.append(fact, now, None).await?;
    }
    Ok(count)
}

/// The same words as long as nothing is brought, so that they are known again.
fn nothing_brought(host: &str, since: Option<String>) -> String {
    let since = match since {
        Some(since) => format!("since {since}"),
        None => "yet".to_owned(),
    };
    format!(
        "No captures of {host} were brought {since}, though its pages are due. This machine does not visit it: look after \
         the collector (`smallprint collect`). Nothing more is said of this until captures are brought again."
    )
}
