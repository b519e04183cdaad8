//! What a page leads to: read with it, weighed with it, and watched from then on.

mod history;
mod listing;
mod naming;
mod plan;
mod queue;
mod weigh;

pub use history::by_page;
pub(super) use plan::Known;
pub use queue::{follow_up, visit_and_follow};
pub(super) use queue::{settle, waiting_elsewhere};

use tokio::sync::OwnedMutexGuard;
use url::Url;

use crate::house::{House, InForce};
use crate::model::{Document, Fact, Fate, First, Follow, How, Lead, Leads, State, Version, Watch};
use crate::reread;
use crate::store::StoreError;
use crate::visit::bring::{Trip, bring_page};
use crate::visit::following::listing::leave_out;
use crate::visit::following::plan::{Offered, Turn};
use crate::visit::judged::Judged;
use crate::visit::landing::{Arrival, Found, Landing, land};
use crate::visit::plain;
use crate::visit::read::read;

/// How many files are read together with the page that offers them; others have their turn after it.
const TOGETHER: usize = 20;
/// How many earlier versions of a page are asked whether they led there already.
const LOOKED_BACK: usize = 30;

/// The files that came with a page: new ones, and those of which it says other things than before.
#[derive(Default)]
pub(super) struct Company {
    files: Vec<Companion>,
}

/// One of them, read. Nobody else visits it until it has landed.
struct Companion {
    watch: Watch,
    title: String,
    turn: Turn,
    arrival: Box<Arrival>,
    _alone: OwnedMutexGuard<()>,
}

impl Company {
    fn brings(&self, lead: &Lead) -> bool {
        self.files.iter().any(|file| file.watch.id == lead.watch)
    }
}

impl Known<'_> {
    /// What is known now, where this watch leads anywhere or was led to; nothing is asked otherwise.
    pub(super) async fn of<'a>(
        house: &House,
        in_force: &'a InForce,
        watch: &Watch,
    ) -> Result<Known<'a>, StoreError> {
        let concerned = !watch.follow.is_empty() || watch.found_by.is_some();
        let trails = match concerned {
            true => house.store.trails().await?,
            false => Vec::new(),
        };
        Ok(Known::new(&in_force.watchlist, trails))
    }
}

/// Where a watch that was read before is followed from now on, notes what it leads to already: files are read quietly
/// and watched, other pages are known by standing there.
pub(super) async fn begin(
    house: &House,
    in_force: &InForce,
    watch: &Watch,
    state: &State,
) -> Result<(), StoreError> {
    let Some(current) = state.current.as_ref().filter(|_| !watch.follow.is_empty()) else {
        return Ok(());
    };
    if house.store.followed(&watch.id).await?.as_ref() == Some(&watch.follow) {
        return Ok(());
    }
    let document = house.store.document(current).await?;
    let _lane = house.lane().await?;
    let known = Known::of(house, in_force, watch).await?;
    let files = known.files(watch, &current.url, Some(&document), &document);
    let leads = Leads {
        follow: watch.follow.clone(),
        leads: files.into_iter().map(|file| file.lead).collect(),
    };
    let fact = Fact::Led {
        watch: watch.id.clone(),
        leads: house.store.keep(plain::write(&leads), None).await?,
    };
    house.store.append(fact, house.clock.now(), None).await?;
    Ok(())
}

/// Goes and reads the files that are new on a page, or of which it says other things than before.
pub(super) async fn company(
    house: &House,
    in_force: &InForce,
    watch: &Watch,
    state: &State,
    arrival: &Arrival,
) -> Result<Company, StoreError> {
    if !watch.follow.contains(&Follow::Attachments) || arrival.document.attachments.is_empty() {
        return Ok(Company::default());
    }
    let before = match &state.current {
        Some(current) => Some(house.store.document(current).await?),
        None => None,
    };
    let is_new = match &before {
        // By other rules of reading other files may be found that are nothing new.
        Some(before) => {
            !reread::is_outdated(before, watch)
                && before.attachments != arrival.document.attachments
        }
        None => watch.first == First::News,
    };
    if !is_new {
        return Ok(Company::default());
    }
    let known = Known::of(house, in_force, watch).await?;
    let at = arrival.capture.landed();
    let mut company = Company::default();
    for Offered { lead, turn } in known.files(watch, at, before.as_ref(), &arrival.document) {
        if company.files.len() == TOGETHER {
            break;
        }
        if !matches!(turn, Turn::Added | Turn::Altered) || !lead_is_open(&lead) {
            continue;
        }
        let Some(child) = in_force.watchlist.led(&lead, &known.trails) else {
            continue;
        };
        // Where another process visits that host, the file has its turn there.
        if !house.is_ours(&child.url).await? {
            continue;
        }
        let _outing = house.sets_out(&child.url);
        let alone = house.alone_at(&child.id).await;
        let url = child.url.clone();
        if let Trip::Served(brought) = bring_page(in_force, &child, &url, None).await
            && let Ok(arrival) = read(in_force, &child, brought).await
        {
            company.files.push(Companion {
                watch: child,
                title: lead.title,
                turn,
                arrival,
                _alone: alone,
            });
        }
    }
    Ok(company)
}

fn lead_is_open(lead: &Lead) -> bool {
    matches!(lead.fate, Fate::Unread | Fate::Watched)
}

/// Lets the files land that came with a page which has landed and told of them.
pub(super) async fn land_company(
    house: &House,
    in_force: &InForce,
    company: Company,
    with: &str,
) -> Result<(), StoreError> {
    if company.files.is_empty() {
        return Ok(());
    }
    let trails = house.store.trails().await?;
    for file in company.files {
        if !trails.iter().any(|trail| trail.lead.watch == file.watch.id) {
            continue;
        }
        let quiet = format!("it was told together with “{with}”");
        let child = Watch {
            first: First::Baseline,
            ..file.watch
        };
        let (found, nobody) = (Found::Page(file.arrival), Company::default());
        land(house, in_force, &child, found, (&nobody, Some(quiet))).await?;
    }
    Ok(())
}

impl Landing<'_> {
    /// What this step says of leads: of the page itself where somebody led to it, and of what it leads to.
    pub(super) async fn leads(
        &self,
        at: &Url,
        before: Option<(&Version, &Document)>,
        after: &Document,
        judged: &Judged,
    ) -> Result<Option<Leads>, StoreError> {
        let watch = self.watch;
        let mut leads: Vec<Lead> = self.own_lead(judged);
        if watch.follow.is_empty() && leads.is_empty() {
            return Ok(None);
        }
        let old = before.map(|(_, document)| document);
        // What stands on a page when it is first seen is no news by itself.
        let begins = old.is_none() && watch.first == First::Baseline;
        for Offered { mut lead, .. } in self.known.files(watch, at, old, after) {
            if lead.fate == Fate::Unread && (begins || self.company.brings(&lead)) {
                lead.first = First::Baseline;
            }
            leads.push(lead);
        }
        if let Some((version, old)) = before {
            let mut others = self.known.others(watch, old, after);
            self.leave_out_earlier(&mut others, version).await?;
            leads.extend(others);
        }
        let follow = watch.follow.clone();
        Ok(Some(Leads { follow, leads }))
    }

    /// What a page leads to that is read by other rules from now on: nothing of it is new.
    pub(super) async fn leads_begun_again(
        &self,
        current: &Version,
        arrival: &Arrival,
    ) -> Result<Option<Leads>, StoreError> {
        let (after, at) = (&arrival.document, arrival.capture.landed());
        let quiet = Judged::quiet(crate::visit::judged::Seen {
            kind: crate::model::ChangeKind::Edited,
            span: crate::model::Span {
                from: current.no,
                to: current.no,
            },
            bounds: crate::model::Bounds {
                after: None,
                by: arrival.capture.at,
            },
            same_text_as: None,
        });
        self.leads(at, Some((current, after)), after, &quiet).await
    }

    /// Leaves out what an earlier version led to already: a list that was cut short for a while has nothing new in it.
    async fn leave_out_earlier(
        &self,
        leads: &mut Vec<Lead>,
        current: &Version,
    ) -> Result<(), StoreError> {
        if leads.is_empty() {
            return Ok(());
        }
        let store = &self.house.store;
        let versions = store.versions(&self.watch.id).await?;
        let earlier = versions.iter().rev().filter(|one| one.no < current.no);
        for version in earlier.take(LOOKED_BACK) {
            if leads.is_empty() {
                break;
            }
            leave_out(leads, self.watch, &store.document(version).await?);
        }
        Ok(())
    }

    /// The lead that this watch is, with what becomes of it now that it was read for the first time.
    fn own_lead(&self, judged: &Judged) -> Vec<Lead> {
        let Some(lead) = self.known.lead(&self.watch.id) else {
            return Vec::new();
        };
        if lead.fate != Fate::Unread {
            return Vec::new();
        }
        let trails = &self.known.trails;
        let of_watched =
            lead.how == How::Attachment && self.in_force.watchlist.watches_parent(lead, trails);
        let why = weigh::match_of(&judged.findings);
        let fate = match of_watched || (why.is_some() && lead.first == First::News) {
            true => Fate::Watched,
            false => Fate::Read,
        };
        let own = Lead {
            fate,
            why: why.filter(|_| lead.first == First::News),
            ..lead.clone()
        };
        let mut leads = vec![own];
        // A file that matches brings the page along that offers it.
        let parent = self.known.lead(&lead.parent);
        if let Some(parent) = parent.filter(|parent| parent.fate == Fate::Read)
            && fate == Fate::Watched
        {
            leads.push(Lead {
                fate: Fate::Watched,
                why: Some(format!("“{}”, which it offers, matched", lead.title)),
                ..parent.clone()
            });
        }
        leads
    }
}
