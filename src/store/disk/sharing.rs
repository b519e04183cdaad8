//! What it takes that several processes share an archive; the embedded store has one holder, to whom everything is leased.

use std::collections::BTreeSet;
use std::ops::Range;
use std::time::Duration;

use crate::store::disk::{Base, Disk};
use crate::store::error::StoreError;

impl Disk {
    /// Whether others may be at work on the archive beside this process.
    pub(in crate::store) fn is_shared(&self) -> bool {
        matches!(self.base, Base::Served(_))
    }

    /// Whether nobody can have taken over what is leased to this process, as far as is known here.
    pub(in crate::store) fn lives(&self) -> bool {
        match &self.base {
            Base::Embedded(_) => true,
            Base::Served(base) => base.lives(),
        }
    }

    /// That this process may go on with what is leased to it.
    pub(in crate::store) fn holds_on(&self) -> Result<(), StoreError> {
        match &self.base {
            Base::Embedded(_) => Ok(()),
            Base::Served(base) => base.holds_on(),
        }
    }

    /// Whether others took over what this process did.
    pub(in crate::store) fn is_fenced(&self) -> bool {
        match &self.base {
            Base::Embedded(_) => false,
            Base::Served(base) => base.is_fenced(),
        }
    }

    /// Of these names, those that are leased to this process: what is free is leased to it now, so many at most where that is said.
    pub(in crate::store) fn claim(
        &self,
        names: &[String],
        most: Option<usize>,
    ) -> Result<BTreeSet<String>, StoreError> {
        match &self.base {
            Base::Embedded(_) => Ok(names.iter().cloned().collect()),
            Base::Served(base) => base.claim(names, most),
        }
    }

    /// How many of so many hosts are a fair share.
    pub(in crate::store) fn share(&self, all: usize) -> Result<usize, StoreError> {
        match &self.base {
            Base::Embedded(_) => Ok(all),
            Base::Served(base) => base.share(all),
        }
    }

    /// What is leased to this process, where anything has to be.
    pub(in crate::store) fn leased(&self) -> BTreeSet<String> {
        match &self.base {
            Base::Embedded(_) => BTreeSet::new(),
            Base::Served(base) => base.leased(),
        }
    }

    /// Gives leases back; for a while nobody takes them up.
    pub(in crate::store) fn release(
        &self,
        names: &[String],
        rest: Duration,
    ) -> Result<(), StoreError> {
        match &self.base {
            Base::Embedded(_) => Ok(()),
            Base::Served(base) => base.release(names, rest),
        }
    }

    /// Who has what is leased under this name.
    pub(in crate::store) fn lessee(&self, name: &str) -> Result<Option<String>, StoreError> {
        match &self.base {
            Base::Embedded(_) => Ok(None),
            Base::Served(base) => base.lessee(name),
        }
    }

    /// Lets others in, once what was left is in order; where nobody else may come in this is never called.
    pub(in crate::store) fn let_in(&self) -> Result<(), StoreError> {
        match &self.base {
            Base::Embedded(_) => Ok(()),
            Base::Served(base) => base.let_in(),
        }
    }

    /// Is a member no more: nothing is left to do for others.
    pub(in crate::store) fn leave(&self) -> Result<(), StoreError> {
        match &self.base {
            Base::Embedded(_) => Ok(()),
            Base::Served(base) => base.leave(),
        }
    }

    /// Tries to be the only one, until [`Disk::not_alone`].
    pub(in crate::store) fn try_alone(&self) -> Result<bool, StoreError> {
        match &self.base {
            Base::Embedded(_) => Ok(true),
            Base::Served(base) => base.try_alone(),
        }
    }

    /// Shares the archive again.
    pub(in crate::store) fn not_alone(&self) -> Result<(), StoreError> {
        match &self.base {
            Base::Embedded(_) => Ok(()),
            Base::Served(base) => base.not_alone(),
        }
    }

    /// Waits until nobody else appends, and keeps others from it; `waiting` is called from time to time.
    pub(in crate::store) fn chain(&self, waiting: &dyn Fn()) -> Result<(), StoreError> {
        match &self.base {
            Base::Embedded(_) => Ok(()),
            Base::Served(base) => base.chain(waiting),
        }
    }

    /// Lets the next one append.
    pub(in crate::store) fn unchain(&self) -> Result<(), StoreError> {
        match &self.base {
            Base::Embedded(_) => Ok(()),
            Base::Served(base) => base.unchain(),
        }
    }

    /// Waits until no other process judges, and keeps others from it.
    pub(in crate::store) fn enter_lane(&self) -> Result<(), StoreError> {
        match &self.base {
            Base::Embedded(_) => Ok(()),
            Base::Served(base) => base.enter_lane(),
        }
    }

    /// Lets the next one judge.
    pub(in crate::store) fn leave_lane(&self) -> Result<(), StoreError> {
        match &self.base {
            Base::Embedded(_) => Ok(()),
            Base::Served(base) => base.leave_lane(),
        }
    }

    /// Members that others took over from, and whose looks wait.
    pub(in crate::store) fn fenced(&self) -> Result<Vec<i64>, StoreError> {
        match &self.base {
            Base::Embedded(_) => Ok(Vec::new()),
            Base::Served(base) => base.fenced(),
        }
    }

    /// Forgets a member whose looks are sealed.
    pub(in crate::store) fn bury(&self, no: i64) -> Result<(), StoreError> {
        match &self.base {
            Base::Embedded(_) => Ok(()),
            Base::Served(base) => base.bury(no),
        }
    }

    /// The numbers that looks of this process get, or those of another member; `None` where there is no other process, and
    /// looks are numbered through.
    pub(in crate::store) fn looks_of(&self, member: Option<i64>) -> Option<Range<u64>> {
        match &self.base {
            Base::Embedded(_) => None,
            Base::Served(base) => Some(base.looks_of(member)),
        }
    }

    /// The first of so many numbers for bodies that nobody else is given; `None` where nobody else is. `least` is the first
    /// that is free where none were given yet.
    pub(in crate::store) fn places(
        &self,
        many: u64,
        least: u64,
    ) -> Result<Option<u64>, StoreError> {
        match &self.base {
            Base::Embedded(_) => Ok(None),
            Base::Served(base) => base.places(many, least).map(Some),
        }
    }
}
