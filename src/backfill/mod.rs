//! Brings what pages said before they were watched, from independent archives of the web.
//!
//! An archive is asked for its list of copies, then for those copies that are needed to find the changes. What comes is kept
//! at once, copy by copy, so that whoever stops it loses nothing and nothing is asked for twice. Nothing is said of it.

mod ask;
mod bring;
mod lists;
mod told;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;
use url::Url;

use crate::backfill::ask::Purse;
use crate::copies;
use crate::extract;
use crate::house::{House, InForce};
use crate::model::{Digest, Document, PastNo, Version, Watch, WatchId};
use crate::past::{self, Manner, Stretches};
use crate::reread::{self, Purpose};
use crate::store::StoreError;
use crate::visit;
use crate::watchlist::{PastArchive, address_on};

pub use bring::{Stood, keep_text};
pub use told::{FilledSoFar, Told, standing, told};

/// For how many addresses of a page an archive is asked.
const ADDRESSES: usize = 4;

/// What is to be brought.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct BackfillAsked {
    /// Of which watches; of all where none is named.
    pub ids: Vec<WatchId>,
    /// How copies are chosen.
    pub manner: Manner,
    /// How often archives are asked at most; as the watchlist says where absent.
    pub budget: Option<u32>,
    /// Only copies made at or after.
    pub from: Option<DateTime<Utc>>,
    /// Only copies made before; until our own first version where absent.
    pub to: Option<DateTime<Utc>>,
    /// Only of these archives; of all where none is named.
    pub archives: Vec<String>,
    /// Whether anything is brought and kept.
    pub purpose: Purpose,
}

/// What is heard while it goes on.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum Heard {
    /// So many fetches may be made.
    Begun(u32),
    /// An archive was asked.
    Asked {
        /// For which watch.
        watch: WatchId,
        /// Which archive.
        archive: String,
        /// What came, in a clause.
        what: String,
    },
    /// A page is done with for now.
    Done(Box<Filled>),
}

/// What was brought of one page.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Filled {
    /// Which page.
    pub watch: WatchId,
    /// What each archive holds.
    pub archives: Vec<OfArchive>,
    /// How often archives were asked.
    pub fetches: u32,
    /// The texts that were brought, by their numbers.
    pub texts: Vec<PastNo>,
    /// How many copies are left to choose from, where more are wanted; 0 where none is.
    pub wanted: usize,
    /// Why it ended before all that is wanted was there, where it did.
    pub stopped: Vec<String>,
    /// All that is known of the past of the page now.
    pub past: Stretches,
}

/// What an archive holds of a page.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct OfArchive {
    /// Its name.
    pub name: String,
    /// The address of the page that it was asked for; a page that moved has several.
    pub page: String,
    /// How many copies it lists, of any time.
    pub copies: usize,
    /// How many digests it gives for those in the time that is wanted; 0 where it gives none.
    pub digests: usize,
    /// Why its list is not whole, where it is not.
    pub lacks: Option<String>,
}

/// One page, and those who are asked for it.
struct Errand<'a> {
    house: &'a House,
    in_force: &'a InForce,
    asked: &'a BackfillAsked,
    watch: &'a Watch,
    heard: &'a mpsc::Sender<Heard>,
}

/// Brings what is asked for, page by page. Whoever asked hears of every fetch, and it stops when they are gone.
///
/// # Errors
/// The archive's own; what others answer is no error of ours.
pub async fn backfill(
    house: &House,
    in_force: &InForce,
    (asked, watches): (&BackfillAsked, &[Watch]),
    heard: mpsc::Sender<Heard>,
) -> Result<Vec<Filled>, StoreError> {
    let _alone = house.alone_with_archives().await;
    let budget = asked.budget.unwrap_or(in_force.watchlist.backfill.budget);
    let mut purse = Purse::of(budget);
    heard.send(Heard::Begun(budget)).await.ok();
    let mut filled = Vec::new();
    for watch in watches {
        let errand = Errand {
            house,
            in_force,
            asked,
            watch,
            heard: &heard,
        };
        let one = errand.run(&mut purse).await?;
        heard.send(Heard::Done(Box::new(one.clone()))).await.ok();
        filled.push(one);
        if heard.is_closed() {
            break;
        }
    }
    Ok(filled)
}

impl Errand<'_> {
    async fn run(&self, purse: &mut Purse) -> Result<Filled, StoreError> {
        let (store, id) = (&self.house.store, &self.watch.id);
        let spent = purse.spent;
        let mut filled = Filled {
            watch: id.clone(),
            archives: Vec::new(),
            fetches: 0,
            texts: Vec::new(),
            wanted: 0,
            stopped: Vec::new(),
            past: Stretches::default(),
        };
        let versions = store.versions(id).await?;
        let Some(last) = versions.last() else {
            filled.stopped.push(format!(
                "{id} was never read: visit it first, so that there is something to go back from"
            ));
            return Ok(filled);
        };
        let (capture, _) = reread::brought(store, last).await?;
        let pages = self.addresses(&versions);
        let own = own_first(self.house, self.in_force, &versions).await?;
        let mut lists = Vec::new();
        let mut asked: Vec<(&PastArchive, &Url)> = Vec::new();
        for archive in self.archives() {
            asked.extend(pages.iter().map(|page| (archive, page)));
        }
        for (archive, page) in asked {
            let address = past::of_list(&archive.list, page);
            if !address.is_some_and(|address| copies::may_be_named(&capture, &address)) {
                let why = "the page stands in a private network, of which archives are not told";
                filled.stopped.push(format!("{}: {why}", archive.name));
                continue;
            }
            match self.list(archive, page, purse).await? {
                Ok(list) => {
                    filled.archives.push(list.0);
                    lists.push((archive.name.clone(), list.1));
                }
                Err(why) => filled.stopped.push(format!("{}: {why}", archive.name)),
            }
        }
        let mut refused: BTreeMap<String, String> = BTreeMap::new();
        if self.asked.purpose == Purpose::Keep {
            self.bring(&mut filled, &lists, own, (purse, &mut refused))
                .await?;
        }
        filled.fetches = purse.spent - spent;
        let past = store.past(id).await?;
        let all = self.in_time(past::candidates(&past, &lists), own);
        filled.wanted = match past::next(&all, self.end(own), self.asked.manner) {
            Some(_) => all.iter().filter(|one| one.seen == past::Seen::Not).count(),
            None => 0,
        };
        filled.past = past::stretches(&all, own);
        let told = refused.into_iter();
        filled
            .stopped
            .extend(told.map(|(archive, why)| format!("{archive}: {why}")));
        Ok(filled)
    }

    /// Under which addresses the page was to be found: that of its watch, and those at which we read it, the last ones first.
    fn addresses(&self, versions: &[Version]) -> Vec<Url> {
        let zone = self.in_force.watchlist.settings.timezone;
        let today = self.house.clock.now().with_timezone(&zone).date_naive();
        let own = address_on(&self.watch.url, today);
        let read = versions.iter().rev().map(|version| version.url.clone());
        let mut addresses: Vec<Url> = Vec::new();
        for address in std::iter::once(own).chain(read) {
            let known = addresses.iter().any(|known| past::is_same(known, &address));
            if !known && addresses.len() < ADDRESSES {
                addresses.push(address);
            }
        }
        addresses
    }

    /// The archives that are asked.
    fn archives(&self) -> impl Iterator<Item = &PastArchive> {
        let wanted = |archive: &&PastArchive| {
            self.asked.archives.is_empty() || self.asked.archives.contains(&archive.name)
        };
        let archives = self.in_force.watchlist.backfill.archives.iter();
        archives.filter(wanted)
    }

    /// The copies of the time that is wanted.
    fn in_time(
        &self,
        mut all: Vec<past::Candidate>,
        own: Option<(DateTime<Utc>, Digest)>,
    ) -> Vec<past::Candidate> {
        let until = self.asked.to.or(own.map(|(at, _)| at));
        all.retain(|one| {
            let at = one.memento.at;
            self.asked.from.is_none_or(|from| at >= from) && until.is_none_or(|until| at < until)
        });
        all
    }

    /// The text of our own first version, where what is wanted reaches up to it.
    fn end(&self, own: Option<(DateTime<Utc>, Digest)>) -> Option<Digest> {
        own.filter(|_| self.asked.to.is_none())
            .map(|(_, text)| text)
    }

    /// Asks for copy after copy until no more is needed, the purse is empty, or nobody can be asked.
    async fn bring(
        &self,
        filled: &mut Filled,
        lists: &[(String, Vec<crate::model::Holding>)],
        own: Option<(DateTime<Utc>, Digest)>,
        (purse, refused): (&mut Purse, &mut BTreeMap<String, String>),
    ) -> Result<(), StoreError> {
        loop {
            let past = self.house.store.past(&self.watch.id).await?;
            let mut all = self.in_time(past::candidates(&past, lists), own);
            all.retain(|one| one.seen != past::Seen::Not || !refused.contains_key(&one.archive));
            let Some(place) = past::next(&all, self.end(own), self.asked.manner) else {
                return Ok(());
            };
            if purse.is_empty() {
                let why = "the budget is spent; the same command goes on from here";
                filled.stopped.push(why.to_owned());
                return Ok(());
            }
            if self.heard.is_closed() {
                filled.stopped.push("it was stopped".to_owned());
                return Ok(());
            }
            let wanted = &all[place];
            let archive = self.archives().find(|one| one.name == wanted.archive);
            let Some(archive) = archive else {
                // Its list is of an archive that is named no longer: what it holds is known, and it is not asked.
                refused.insert(
                    wanted.archive.clone(),
                    "it is not asked any more".to_owned(),
                );
                continue;
            };
            match self.fetch_copy(archive, &wanted.memento, purse).await? {
                Ok(numbers) => filled.texts.extend(numbers),
                Err(why) => {
                    refused.insert(wanted.archive.clone(), why);
                }
            }
        }
    }

    /// Tells whoever asked what came.
    async fn tell(&self, archive: &str, what: impl Into<String>) {
        let heard = Heard::Asked {
            watch: self.watch.id.clone(),
            archive: archive.to_owned(),
            what: what.into(),
        };
        self.heard.send(heard).await.ok();
    }
}

/// When our own first version was seen, and its text as it compares with that of copies: where it was read from an interface
/// of its site, the text of the page that was kept beside it.
pub async fn own_first(
    house: &House,
    in_force: &InForce,
    versions: &[Version],
) -> Result<Option<(DateTime<Utc>, Digest)>, StoreError> {
    let Some(first) = versions.iter().min_by_key(|version| version.at) else {
        return Ok(None);
    };
    let (capture, _) = reread::brought(&house.store, first).await?;
    let text = match visit::page_beside(&capture) {
        Some(_) => page_text(house, in_force, first).await?.text_digest(),
        None => first.compared(),
    };
    Ok(Some((first.at, text)))
}

/// The text of a version or a backfilled text as it compares with others: read by the rules of today where it was read by
/// others, and that of the page people see where it was read from an interface.
pub async fn page_text(
    house: &House,
    in_force: &InForce,
    version: &Version,
) -> Result<Document, StoreError> {
    let store = &house.store;
    let kept = store.document(version).await?;
    let watch = in_force.watchlist.watch(&version.watch);
    let Some(watch) = watch.filter(|_| !kept.is_forgotten()) else {
        return Ok(kept);
    };
    let (capture, body) = reread::brought(store, version).await?;
    let (capture, body) = match (&version.backfilled, visit::page_beside(&capture)) {
        (Some(_), _) if extract::is_of_today(&kept.reader, &watch.reading) => return Ok(kept),
        (Some(_), _) => (capture.as_of_page(&version.url), body),
        (None, Some(page)) => {
            let body = store.body(page.body).await?;
            (page, body)
        }
        (None, None) => return Ok(kept),
    };
    let read = in_force.workers.read(&capture, &body, &watch.reading).await;
    Ok(read.unwrap_or(kept))
}
