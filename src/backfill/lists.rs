//! The lists of archives: taken once, page by page, and kept.

use std::collections::{BTreeSet, VecDeque};

use chrono::TimeDelta;
use url::Url;

use crate::backfill::ask::{Answered, Purse, ask};
use crate::backfill::{Errand, OfArchive};
use crate::model::{Fact, Holding, Listed};
use crate::past::{self, List};
use crate::reread::Purpose;
use crate::store::StoreError;
use crate::watchlist::PastArchive;

/// For how long a list is as good as new: the past changes slowly.
const GOOD_FOR: TimeDelta = TimeDelta::days(7);
/// How many pages of one list are read.
const PAGES: usize = 50;

impl Errand<'_> {
    /// What an archive holds of the page: as it said before, or as it says now.
    pub(super) async fn list(
        &self,
        archive: &PastArchive,
        page: &Url,
        purse: &mut Purse,
    ) -> Result<Result<(OfArchive, Vec<Holding>), String>, StoreError> {
        let store = &self.house.store;
        let known = store.past(&self.watch.id).await?.lists;
        let known = known.into_iter().find(|taken| {
            let list = &taken.list;
            list.archive == archive.name && list.page == *page
        });
        let now = self.house.clock.now();
        if let Some(taken) = known.filter(|taken| now - taken.at < GOOD_FOR) {
            let copies = store.list_of(&taken).await?;
            let told = of_archive((archive, page), &copies, taken.list.lacks);
            return Ok(Ok((told, copies)));
        }
        let Some(address) = past::of_list(&archive.list, page) else {
            return Ok(Err(format!("it cannot be asked for {page}")));
        };
        if purse.is_empty() {
            return Ok(Err("it was not asked: the budget is spent".to_owned()));
        }
        let list = match self.read_all(archive, page, address, purse).await {
            Ok(list) => list,
            Err(why) => return Ok(Err(why)),
        };
        let copies = list.copies.len();
        self.tell(&archive.name, format!("it lists {copies} copies"))
            .await;
        if self.asked.purpose == Purpose::Keep {
            let json = serde_json::to_vec(&list.copies).expect("a list is plain data");
            let fact = Fact::Listed(Box::new(Listed {
                watch: self.watch.id.clone(),
                archive: archive.name.clone(),
                page: page.clone(),
                copies: u32::try_from(copies).unwrap_or(u32::MAX),
                list: store.keep(json, None).await?,
                lacks: list.lacks.clone(),
            }));
            store.append(fact, now, None).await?;
        }
        Ok(Ok((
            of_archive((archive, page), &list.copies, list.lacks),
            list.copies,
        )))
    }

    /// The pages of a list, each once. Of a page that does not come the others are good for something still.
    async fn read_all(
        &self,
        archive: &PastArchive,
        page: &Url,
        address: Url,
        purse: &mut Purse,
    ) -> Result<List, String> {
        let mut whole = List::default();
        let mut asked = BTreeSet::from([address.clone()]);
        let mut open = VecDeque::from([address]);
        let mut first = true;
        while let Some(address) = open.pop_front() {
            let read = match ask(self.in_force, archive, &address, purse).await {
                Answered::Served(capture, body) => {
                    let at = &capture.answer().url;
                    past::read(&String::from_utf8_lossy(&body), at, page, &archive.copy)
                        .map_err(|why| format!("its list is none: {why}"))
                }
                // Of a page it does not know an archive has no list.
                Answered::NotThere(_) | Answered::Archived(..) if first => return Ok(whole),
                Answered::NotThere(why) | Answered::Useless(why) | Answered::Refused(why) => {
                    Err(why)
                }
                Answered::Archived(status, _) => Err(format!("it answers {status}")),
            };
            match read {
                Ok(list) => {
                    for page in &list.pages {
                        if asked.len() >= PAGES {
                            let why = format!("it has more than {PAGES} pages");
                            whole.lacks.get_or_insert(why);
                        } else if asked.insert(page.clone()) {
                            open.push_back(page.clone());
                        }
                    }
                    whole.join(list);
                }
                Err(why) if first => return Err(why),
                Err(why) => {
                    whole
                        .lacks
                        .get_or_insert(format!("a page of it is missing: {why}"));
                }
            }
            first = false;
        }
        Ok(whole)
    }
}

fn of_archive(
    (archive, page): (&PastArchive, &Url),
    copies: &[Holding],
    lacks: Option<String>,
) -> OfArchive {
    let digests: BTreeSet<&String> = copies
        .iter()
        .filter_map(|one| one.digest.as_ref())
        .collect();
    OfArchive {
        name: archive.name.clone(),
        page: page.to_string(),
        copies: copies.len(),
        digests: digests.len(),
        lacks,
    }
}
