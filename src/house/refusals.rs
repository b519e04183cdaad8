//! Which channels did not take what was last offered to them, and why.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use crate::deliver::Paid;
use crate::model::Destination;

/// Why a channel did not take what was offered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refusal {
    /// Why, in a clause.
    pub why: String,
    /// Whether it wants to be left alone for long.
    pub for_long: bool,
}

/// One row a channel that waits.
#[derive(Default)]
pub(super) struct Refusals(Mutex<BTreeMap<Destination, Refusal>>);

impl Refusals {
    /// Notes what came of paying.
    pub(super) fn note(&self, paid: &Paid) {
        let waiting = paid.waiting.iter().map(|(to, why)| {
            let refusal = Refusal {
                why: why.clone(),
                for_long: paid.refused.contains(to),
            };
            (to.clone(), refusal)
        });
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = waiting.collect();
    }

    pub(super) fn now(&self) -> BTreeMap<Destination, Refusal> {
        let refusals = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        refusals.clone()
    }
}
