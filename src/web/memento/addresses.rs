//! Which versions were read at which address.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use url::Url;

use crate::export::surt;
use crate::model::{Version, VersionNo, WatchId};
use crate::web::api::versions_of;
use crate::web::problem::Problem;
use crate::web::wanted;
use crate::web::window::Window;

/// What is remembered of the addresses of documents: versions only ever come.
#[derive(Clone, Default)]
pub(super) struct Addresses {
    known: Arc<Mutex<HashMap<WatchId, Known>>>,
}

/// The addresses of one document up to a version.
#[derive(Clone)]
struct Known {
    last: VersionNo,
    keys: BTreeSet<String>,
}

impl Addresses {
    /// The versions that were read at addresses whose key passes, document by document, oldest first. Where a document is
    /// watched at such an address and was never read there, for it led elsewhere, all of its versions.
    pub(super) async fn versions(
        &self,
        window: &Window,
        passes: impl Fn(&str) -> bool,
    ) -> Result<Vec<Version>, Problem> {
        let mut found = Vec::new();
        for one in wanted::listed(window).await? {
            let Some(last) = one.version else {
                continue;
            };
            let own = Url::parse(&one.url).map(|url| surt::key(&url));
            let watched = own.is_ok_and(|key| passes(&key));
            let known = self.remembered(&one.id, last);
            if let Some(known) = known
                && !watched
                && !known.keys.iter().any(|key| passes(key))
            {
                continue;
            }
            let versions = versions_of(window, &one.id).await?;
            self.remember(&one.id, &versions);
            let here = |version: &&Version| passes(&surt::key(&version.url));
            let read: Vec<Version> = versions.iter().filter(here).cloned().collect();
            match read.is_empty() && watched {
                true => found.extend(versions),
                false => found.extend(read),
            }
        }
        Ok(found)
    }

    fn remembered(&self, id: &WatchId, last: VersionNo) -> Option<Known> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(id).filter(|known| known.last == last).cloned()
    }

    fn remember(&self, id: &WatchId, versions: &[Version]) {
        let Some(last) = versions.last() else {
            return;
        };
        let keys = versions.iter().map(|version| surt::key(&version.url));
        let known = Known {
            last: last.no,
            keys: keys.collect(),
        };
        let mut all = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert(id.clone(), known);
    }
}
