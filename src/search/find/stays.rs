//! Reads the stays that were found, as they lie on the disk: blocks of several are packed together.

use std::num::NonZero;
use std::thread::{self, available_parallelism};

use tantivy::{DocAddress, Searcher};

use crate::passages::Stay;
use crate::search::index::{Files, Unusable};

/// So many are read by one thread; more by several, side by side.
const BY_ONE: usize = 500;
/// How many threads read at the most.
const MOST_THREADS: usize = 4;

impl Files {
    /// The stays that lie there, in this order.
    pub(super) fn stays(
        &self,
        searcher: &Searcher,
        wanted: &[DocAddress],
    ) -> Result<Vec<Stay>, Unusable> {
        let mut lying: Vec<(DocAddress, usize)> = wanted.iter().copied().zip(0..).collect();
        lying.sort_unstable();
        let cores = available_parallelism().map_or(1, NonZero::get);
        let threads = (lying.len() / BY_ONE).clamp(1, cores.min(MOST_THREADS));
        let each = lying.len().div_ceil(threads).max(1);
        let read = |part: &[(DocAddress, usize)]| -> Result<Vec<(usize, Stay)>, Unusable> {
            let stays = part.iter();
            stays
                .map(|(at, place)| Ok((*place, self.stay(searcher, *at)?)))
                .collect()
        };
        let parts: Vec<Result<Vec<(usize, Stay)>, Unusable>> = thread::scope(|scope| {
            let mut parts = lying.chunks(each);
            let own = parts.next();
            let others: Vec<_> = parts.map(|part| scope.spawn(|| read(part))).collect();
            let own = own.map(read);
            let others = others.into_iter().map(|other| {
                let ended = other.join();
                ended.unwrap_or_else(|_| Err(Unusable::Damaged("a passage is unreadable".into())))
            });
            own.into_iter().chain(others).collect()
        });
        let mut stays = Vec::with_capacity(lying.len());
        for part in parts {
            stays.extend(part?);
        }
        stays.sort_unstable_by_key(|(place, _)| *place);
        Ok(stays.into_iter().map(|(_, stay)| stay).collect())
    }
}
