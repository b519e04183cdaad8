//! Entries that come from another archive as they stand there, hash for hash.

use crate::model::{Digest, Entry};
use crate::store::{Store, StoreError, bodies, journal, verify, writer::Request};

impl Store {
    /// Takes these entries over, in this order, and makes them durable together. Every body they name must be kept already, and
    /// the first of them must follow on the last entry that is here.
    ///
    /// # Errors
    /// Where one does not follow on the one before it; those before it may stand.
    pub async fn receive(&self, entries: Vec<Entry>) -> Result<(), StoreError> {
        match entries.is_empty() {
            true => Ok(()),
            false => self.ask(|reply| Request::Receive(entries, reply)).await,
        }
    }

    /// The bodies that an entry names, of those it may name without their being kept only the kept ones; each once.
    pub async fn bodies_named(&self, entry: &Entry) -> Result<Vec<Digest>, StoreError> {
        let mut named: Vec<Digest> = journal::bodies(&entry.fact)
            .into_iter()
            .map(|(_, digest)| digest)
            .collect();
        let mentioned = verify::mentioned(&entry.fact);
        self.blocking(move |rooms| {
            for digest in mentioned {
                if bodies::is_kept(&rooms.disk, digest)? {
                    named.push(digest);
                }
            }
            let mut seen = std::collections::HashSet::new();
            named.retain(|digest| seen.insert(*digest));
            Ok(named)
        })
        .await
    }

    /// An entry of another archive and its hash, read from its canonical JSON.
    ///
    /// # Errors
    /// Where it is no entry, or not written as this program writes it.
    pub fn entry_in(json: &[u8]) -> Result<(Entry, Digest), StoreError> {
        journal::from_json(json)
    }

    /// The bodies that an entry names, each with whether it must be kept where the entry is.
    pub fn bodies_in(entry: &Entry) -> Vec<(Digest, bool)> {
        let must = journal::bodies(&entry.fact).into_iter();
        let must = must.map(|(_, digest)| (digest, true));
        let may = verify::mentioned(&entry.fact).into_iter();
        must.chain(may.map(|digest| (digest, false))).collect()
    }

    /// Whether a body is kept here.
    pub async fn keeps(&self, digest: Digest) -> Result<bool, StoreError> {
        self.blocking(move |rooms| bodies::is_kept(&rooms.disk, digest))
            .await
    }
}
