//! One visit to one watch, from fetching to the entry appended.

mod alike;
mod append;
mod around;
mod bring;
mod collapse;
mod collected;
mod continuing;
mod edition;
mod following;
mod importing;
mod judged;
mod landing;
mod lasting;
mod moves;
mod muted;
mod overdue;
mod plain;
mod quiet;
mod read;
mod recorded;
mod restated;
mod restored;
mod round;
mod second_look;
mod shared;
mod spreading;
mod standing;
mod step;
mod stumble;
mod swapped;
mod told;
mod trial;
mod whereabouts;

pub use collected::{Taken, collected, unbrought, wants};
pub use edition::without_file_name;
pub use following::by_page;
pub use following::{follow_up, visit_and_follow};
pub use importing::{Import, Saved, import};
pub use moves::{Others, tell_moves};
pub use read::page_beside;
pub use recorded::{Placed, Recorded, place};
pub use round::{Heard, Round, Wanted, hosts, round};
pub use stumble::visit_and_go_on;
pub use trial::trial;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use crate::extract;
use crate::house::{House, InForce};
use crate::model::{
    Bounds, Capture, Collected, Failure, FailureKind, Finding, Look, LookOutcome, Outcome,
    ReaderId, Render, Served, State, Validators, VisitReport, Watch,
};
use crate::store::StoreError;
use crate::visit::bring::{Errand, Trip};
use crate::visit::following::Company;
use crate::visit::landing::{Arrival, Found, Word, land};
use crate::visit::read::{read, read_beside};
use crate::watchlist;

/// The longest the archive trusts "not modified" before it asks for the bytes again.
const UNCONDITIONAL_AFTER: TimeDelta = TimeDelta::days(7);
/// The least time between the two looks that make a missing page gone.
const GONE_AFTER: TimeDelta = TimeDelta::hours(1);

/// Goes and looks at one watch, and stores what comes of it. A watch is visited by one visitor at a time, lest an older
/// answer lands after a newer one.
///
/// # Errors
/// Only the archive's: a page that fails is a fact, and stands in the report.
pub async fn visit(
    house: &House,
    in_force: &InForce,
    watch: &Watch,
) -> Result<VisitReport, StoreError> {
    let _alone = house.alone_at(&watch.id).await;
    let state = house.store.state(&watch.id).await?;
    following::begin(house, in_force, watch, &state).await?;
    let settled = is_settled(house, watch, &state).await?;
    let asked = watchlist::address_on(&watch.url, today(house, in_force));
    let validators = validators(watch, &state, house.clock.now()).filter(|_| settled);
    let errand = Errand {
        house,
        in_force,
        watch,
        asked: &asked,
        validators,
    };
    let report = go(errand, &state, settled).await?;
    let alerts = match report.failure {
        Some(_) => lasting::say(house, in_force, &watch.id).await?,
        None => 0,
    };
    Ok(VisitReport {
        alerts: report.alerts + alerts,
        ..report
    })
}

/// Brings what is there, reads it, and lands.
async fn go(errand: Errand<'_>, state: &State, settled: bool) -> Result<VisitReport, StoreError> {
    let Errand {
        house,
        in_force,
        watch,
        ..
    } = errand;
    let mut trip = match edition::or_the_last(errand, state).await {
        Trip::Failed(failure) if *errand.asked == watch.url => {
            whereabouts::at_its_new_address(house, in_force, watch, state, failure).await?
        }
        trip => trip,
    };
    let mut told: Option<Failure> = None;
    loop {
        match trip {
            Trip::Served(brought) if settled && is_as_last_served(state, &brought.capture) => {
                return look_unchanged(house, watch, state, &brought.capture).await;
            }
            Trip::Served(brought) => {
                let current = state.current.as_ref().filter(|_| settled);
                let gist = current.and_then(|current| house.gist(current));
                if read::stands(watch, &brought, gist) {
                    return look_unchanged(house, watch, state, &brought.capture).await;
                }
                let interface = brought.capture.through();
                match read(in_force, watch, brought).await {
                    Ok(mut arrival) => {
                        if interface.is_some() {
                            accompany(errand, state, &mut arrival).await?;
                        }
                        return land_with_company(errand, state, arrival).await;
                    }
                    // What an interface says of a page that is gone or is not its own is for the page to confirm. Where it
                    // does, the interface is asked again next time: what it says then is kept with the change.
                    Err(failure) if interface.is_some() => {
                        trip = errand.bring_page().await;
                        if !matches!(&trip, Trip::Failed(why) if why.kind == FailureKind::NotFound)
                        {
                            house.note_untold(&watch.id);
                        }
                        told = Some(failure);
                    }
                    Err(failure) => return failed(house, in_force, watch, state, failure).await,
                }
            }
            Trip::NotModified(hops) => {
                let outcome = LookOutcome::Unchanged {
                    body: None,
                    validators: state.validators.clone(),
                };
                let served = hops.last().map(Served::of);
                look(house, watch, (house.clock.now(), outcome, served), None).await?;
                return Ok(unchanged(house, watch, state));
            }
            Trip::Failed(failure) => {
                let failure = explained(failure, told.as_ref());
                return failed(house, in_force, watch, state, failure).await;
            }
        }
    }
}

/// Lands a page together with the files that are new on it.
async fn land_with_company(
    errand: Errand<'_>,
    state: &State,
    arrival: Box<Arrival>,
) -> Result<VisitReport, StoreError> {
    let Errand {
        house,
        in_force,
        watch,
        ..
    } = errand;
    let company = following::company(house, in_force, watch, state, &arrival).await?;
    let title = arrival.document.title.clone();
    let found = Found::Page(arrival);
    let report = land(house, in_force, watch, found, (&company, None)).await?;
    if was_judged(&report) {
        following::land_company(house, in_force, company, &title).await?;
    }
    Ok(report)
}

/// Whether a page told of a change, and of the files that came with it. Where it did not, because it was in trouble or is
/// read anew, they tell themselves when they are visited.
fn was_judged(report: &VisitReport) -> bool {
    let begins = |finding: &Finding| finding.rule == "baseline";
    report.change.is_some() && !report.findings.iter().any(begins)
}

/// Brings the page beside what an interface told of it, unless that is what stands already.
async fn accompany(
    errand: Errand<'_>,
    state: &State,
    arrival: &mut Arrival,
) -> Result<(), StoreError> {
    if let Some(current) = state.current.as_ref().filter(|_| !state.away) {
        let stands = errand.house.store.document(current).await?;
        let read = &arrival.document;
        if stands.reader == read.reader && stands.text_digest() == read.text_digest() {
            return Ok(());
        }
    }
    arrival.page = Some(match errand.bring_beside().await {
        Ok((beside, body)) => {
            arrival.capture.beside.push(beside);
            arrival.beside.push(body.clone());
            let page = page_beside(&arrival.capture).expect("a page was just put beside it");
            read_beside(errand.in_force, errand.watch, page, body).await
        }
        Err(failure) => Err(failure),
    });
    Ok(())
}

/// A page that is not there, with what the interface said of that.
fn explained(failure: Failure, told: Option<&Failure>) -> Failure {
    let not_found = |failure: &&Failure| failure.kind == FailureKind::NotFound;
    match told.filter(not_found).filter(|_| not_found(&&failure)) {
        Some(told) => Failure {
            why: format!("{}; {}", failure.why, told.why),
            said: told.said.clone(),
            ..failure
        },
        None => failure,
    }
}

/// The day it is where the watchlist is kept, for addresses that hold a date.
fn today(house: &House, in_force: &InForce) -> NaiveDate {
    house
        .clock
        .now()
        .with_timezone(&in_force.watchlist.settings.timezone)
        .date_naive()
}

/// Whether the text that is compared and the bytes can be trusted to go together: the page is there, nothing about it
/// is open, and the version that stands was read as the watch is read today.
async fn is_settled(house: &House, watch: &Watch, state: &State) -> Result<bool, StoreError> {
    let Some(current) = &state.current else {
        return Ok(false);
    };
    if state.away || state.second_look.is_some() {
        return Ok(false);
    }
    let reader: ReaderId = extract::reader(&watch.reading);
    // What a browser builds is read anew every time: that it was built of the same bytes tells nothing.
    if watch.render == Render::Browser {
        return Ok(false);
    }
    if house.was_read_by(current, &reader) {
        return Ok(true);
    }
    let read_by = house.store.document(current).await?.reader;
    let settled = extract::is_of_today(&read_by, &watch.reading)
        && !standing::was_rendered(house, current).await?;
    if settled {
        house.note_read_by(current, reader);
    }
    Ok(settled)
}

/// What to ask with: nothing where the bytes are wanted anew.
fn validators<'a>(watch: &Watch, state: &'a State, now: DateTime<Utc>) -> Option<&'a Validators> {
    let current = state.current.as_ref()?;
    let fresh = state
        .last_served
        .is_some_and(|served| now - served < UNCONDITIONAL_AFTER);
    let plain = current.url == watch.url && state.failing.is_none();
    (fresh && plain).then_some(&state.validators)
}

/// Whether these are the bytes that were served last, from where they came last.
fn is_as_last_served(state: &State, capture: &Capture) -> bool {
    let same_place = |version: &crate::model::Version| version.url == *capture.landed();
    state.body == Some(capture.body) && state.current.as_ref().is_some_and(same_place)
}

async fn failed(
    house: &House,
    in_force: &InForce,
    watch: &Watch,
    state: &State,
    failure: Failure,
) -> Result<VisitReport, StoreError> {
    let now = house.clock.now();
    if failure.kind == FailureKind::NotFound && is_gone(in_force, watch, state, now).await {
        let found = match whereabouts::under_same_id(house, in_force, watch, state).await? {
            Some(arrival) => Found::Page(arrival),
            None => Found::Gone(failure, Word::Own),
        };
        return land(house, in_force, watch, found, (&Company::default(), None)).await;
    }
    look_failed(house, watch, failure, None).await
}

/// Whether a page that answers "not found" now is gone: it did so before, an hour ago or more, and its host is well.
async fn is_gone(in_force: &InForce, watch: &Watch, state: &State, now: DateTime<Utc>) -> bool {
    is_missing_again(state, now) && in_force.fetcher.host_answers(&watch.url).await
}

/// Whether a page that was there was found missing an hour ago or more, and ever since.
fn is_missing_again(state: &State, now: DateTime<Utc>) -> bool {
    let twice = state.failing.as_ref().is_some_and(|failing| {
        failing.kind == FailureKind::NotFound && now - failing.kind_since >= GONE_AFTER
    });
    state.current.is_some() && !state.away && twice
}

/// A look that found the same text.
async fn look_unchanged(
    house: &House,
    watch: &Watch,
    state: &State,
    capture: &Capture,
) -> Result<VisitReport, StoreError> {
    let outcome = LookOutcome::Unchanged {
        body: Some(capture.body),
        validators: capture.validators(),
    };
    let served = Some(Served::of(capture.answer()));
    look(
        house,
        watch,
        (capture.at, outcome, served),
        capture.collected(),
    )
    .await?;
    Ok(unchanged(house, watch, state))
}

/// A look that found no document.
async fn look_failed(
    house: &House,
    watch: &Watch,
    failure: Failure,
    collected: Option<Collected>,
) -> Result<VisitReport, StoreError> {
    let at = collected.as_ref().map(|collected| collected.at);
    let at = at.unwrap_or_else(|| house.clock.now());
    let outcome = LookOutcome::failed(&failure);
    look(house, watch, (at, outcome, None), collected).await?;
    let state = house.store.state(&watch.id).await?;
    Ok(VisitReport {
        failure: Some(failure),
        ..report(watch, at, Outcome::Failed, &state)
    })
}

async fn look(
    house: &House,
    watch: &Watch,
    (at, outcome, served): (DateTime<Utc>, LookOutcome, Option<Served>),
    collected: Option<Collected>,
) -> Result<(), StoreError> {
    let look = Look {
        watch: watch.id.clone(),
        at,
        outcome,
        collector: collected.map(|collected| collected.collector),
        served,
    };
    house.store.look(look).await
}

/// A report of a look that found the same: the version that stood stands.
fn unchanged(house: &House, watch: &Watch, state: &State) -> VisitReport {
    report(watch, house.clock.now(), Outcome::Unchanged, state)
}

/// Between the last sight of the old state and the first of the new one. Where our clock went back in between, the two
/// change places: bounds widen, and are never the wrong way round.
fn bounds(after: Option<DateTime<Utc>>, by: DateTime<Utc>) -> Bounds {
    Bounds {
        after: after.map(|after| after.min(by)),
        by: after.map_or(by, |after| after.max(by)),
    }
}

/// A report with nothing in it but where the watch stands.
fn report(watch: &Watch, at: DateTime<Utc>, outcome: Outcome, state: &State) -> VisitReport {
    VisitReport {
        watch: watch.id.clone(),
        at,
        outcome,
        version: state.current.as_ref().map(|version| version.no),
        change: None,
        kind: None,
        severity: None,
        findings: Vec::new(),
        sentence: None,
        failure: None,
        entry: None,
        alerts: 0,
    }
}
