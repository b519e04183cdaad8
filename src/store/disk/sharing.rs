//! What it takes that several processes share an archive; the embedded store has one holder, to whom everything is leased.

use std::collections::BTreeSet;
use std::ops::Range;
use std::time::Duration;

use crate::store::disk::{Base, Disk, Served};
use crate::store::error::StoreError;

impl Disk {
    /// The database that others may be at work on too.
    fn shared(&self) -> Option<&Served> {
        match &self.base {
            Base::Embedded(_) => None,
            Base::Served(base) => Some(base),
        }
    }

    /// Whether others may be at work on the archive beside this process.
    pub(in crate::store) fn is_shared(&self) -> bool {
        self.shared().is_some()
    }

    /// Whether nobody can have taken over what is leased to this process, as far as is known here.
    pub(in crate::store) fn lives(&self) -> bool {
        self.shared().is_none_or(Served::lives)
    }

    /// That this process may go on with what is leased to it.
    pub(in crate::store) fn holds_on(&self) -> Result<(), StoreError> {
        self.shared().map_or(Ok(()), Served::holds_on)
    }

    /// Whether others took over what this process did.
    pub(in crate::store) fn is_fenced(&self) -> bool {
        self.shared().is_some_and(Served::is_fenced)
    }

    /// Of these names, those that are leased to this process: what is free is leased to it now, so many at most where that is said.
    pub(in crate::store) fn claim(
        &self,
        names: &[String],
        most: Option<usize>,
    ) -> Result<BTreeSet<String>, StoreError> {
        match self.shared() {
            Some(base) => base.claim(names, most),
            None => Ok(names.iter().cloned().collect()),
        }
    }

    /// How many of so many hosts are a fair share.
    pub(in crate::store) fn share(&self, all: usize) -> Result<usize, StoreError> {
        self.shared().map_or(Ok(all), |base| base.share(all))
    }

    /// What is leased to this process, where anything has to be.
    pub(in crate::store) fn leased(&self) -> BTreeSet<String> {
        self.shared().map_or_else(BTreeSet::new, Served::leased)
    }

    /// Gives leases back; for a while nobody takes them up.
    pub(in crate::store) fn release(
        &self,
        names: &[String],
        rest: Duration,
    ) -> Result<(), StoreError> {
        self.shared()
            .map_or(Ok(()), |base| base.release(names, rest))
    }

    /// Who has what is leased under this name.
    pub(in crate::store) fn lessee(&self, name: &str) -> Result<Option<String>, StoreError> {
        self.shared().map_or(Ok(None), |base| base.lessee(name))
    }

    /// Lets others in, once what was left is in order; where nobody else may come in this is never called.
    pub(in crate::store) fn let_in(&self) -> Result<(), StoreError> {
        self.shared().map_or(Ok(()), Served::let_in)
    }

    /// Is a member no more: nothing is left to do for others.
    pub(in crate::store) fn leave(&self) -> Result<(), StoreError> {
        self.shared().map_or(Ok(()), Served::leave)
    }

    /// Tries to be the only one, until [`Disk::not_alone`].
    pub(in crate::store) fn try_alone(&self) -> Result<bool, StoreError> {
        self.shared().map_or(Ok(true), Served::try_alone)
    }

    /// Shares the archive again.
    pub(in crate::store) fn not_alone(&self) -> Result<(), StoreError> {
        self.shared().map_or(Ok(()), Served::not_alone)
    }

    /// Waits until nobody else appends, and keeps others from it; `waiting` is called from time to time.
    pub(in crate::store) fn chain(&self, waiting: &dyn Fn()) -> Result<(), StoreError> {
        self.shared().map_or(Ok(()), |base| base.chain(waiting))
    }

    /// Lets the next one append.
    pub(in crate::store) fn unchain(&self) -> Result<(), StoreError> {
        self.shared().map_or(Ok(()), Served::unchain)
    }

    /// Waits until no other process judges, and keeps others from it.
    pub(in crate::store) fn enter_lane(&self) -> Result<(), StoreError> {
        self.shared().map_or(Ok(()), Served::enter_lane)
    }

    /// Lets the next one judge.
    pub(in crate::store) fn leave_lane(&self) -> Result<(), StoreError> {
        self.shared().map_or(Ok(()), Served::leave_lane)
    }

    /// Members that others took over from, and whose looks wait.
    pub(in crate::store) fn fenced(&self) -> Result<Vec<i64>, StoreError> {
        self.shared().map_or(Ok(Vec::new()), Served::fenced)
    }

    /// Forgets a member whose looks are sealed.
    pub(in crate::store) fn bury(&self, no: i64) -> Result<(), StoreError> {
        self.shared().map_or(Ok(()), |base| base.bury(no))
    }

    /// The numbers that looks of this process get, or those of another member; `None` where there is no other process, and
    /// looks are numbered through.
    pub(in crate::store) fn looks_of(&self, member: Option<i64>) -> Option<Range<u64>> {
        self.shared().map(|base| base.looks_of(member))
    }

    /// The first of so many numbers for bodies that nobody else is given; `None` where nobody else is. `least` is the first
    /// that is free where none were given yet.
    pub(in crate::store) fn places(
        &self,
        many: u64,
        least: u64,
    ) -> Result<Option<u64>, StoreError> {
        self.shared()
            .map_or(Ok(None), |base| base.places(many, least).map(Some))
    }
}
