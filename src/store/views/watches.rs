//! Which watches there are, what they are called now, and where each of them stands.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use url::Url;

use crate::model::{EntryNo, Failing, Look, LookOutcome, State, VersionNo, WatchId};
use crate::store::{
    error::StoreError,
    views::View,
    views::keys::{self, WatchNo},
};

/// The state of a watch as the journal alone gives it.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct StateRow {
    /// The last entry that changed it.
    pub(super) applied: EntryNo,
    /// The state.
    pub(super) state: State,
}

impl View {
    /// The number of a watch, by any id it ever had.
    pub(super) fn number(&self, watch: &WatchId) -> Result<Option<WatchNo>, StoreError> {
        self.row(&keys::id(watch))
    }

    /// The number of a watch, given now where it has none.
    pub(super) fn number_or_new(&self, watch: &WatchId) -> Result<WatchNo, StoreError> {
        let number = match self.number(watch)? {
            Some(number) => number,
            None => {
                let last = self.rows::<WatchId>(keys::CALLED).next_back().transpose()?;
                let last = last.and_then(|(key, _)| key.last_chunk().copied());
                let next = last.map_or(1, |number| u32::from_be_bytes(number) + 1);
                self.put(&keys::id(watch), &next)?;
                next
            }
        };
        // Not only for a new number: a crash may have come between the two rows.
        if self.called(number)?.is_none() {
            self.put(&keys::called(number), watch)?;
        }
        Ok(number)
    }

    /// What a watch is called now; unknown ids stand for themselves.
    pub(in crate::store) fn now_called(&self, watch: &WatchId) -> Result<WatchId, StoreError> {
        let called = match self.number(watch)? {
            Some(number) => self.called(number)?,
            None => None,
        };
        Ok(called.unwrap_or_else(|| watch.clone()))
    }

    pub(super) fn called(&self, number: WatchNo) -> Result<Option<WatchId>, StoreError> {
        self.row(&keys::called(number))
    }

    /// Every watch by its number, with what it is called now.
    pub(super) fn all(&self) -> Result<Vec<(WatchNo, WatchId)>, StoreError> {
        let rows = self.rows::<WatchId>(keys::CALLED).map(|row| {
            let (key, watch) = row?;
            let number = key.last_chunk().copied().map(u32::from_be_bytes);
            Ok((number.unwrap_or_default(), watch))
        });
        rows.collect()
    }

    /// Every watch of which a version was read, with the addresses at which that was.
    pub(super) fn read_at(&self) -> Result<Vec<(WatchId, Vec<Url>)>, StoreError> {
        let called: BTreeMap<WatchNo, WatchId> = self.all()?.into_iter().collect();
        let mut found: BTreeMap<WatchNo, Vec<Url>> = BTreeMap::new();
        for row in self.rows::<Url>(keys::READ_AT) {
            let (key, url) = row?;
            let number = keys::watch_of(keys::READ_AT, &key);
            found.entry(number).or_default().push(url);
        }
        let named = |(number, urls)| Some((called.get(&number)?.clone(), urls));
        Ok(found.into_iter().filter_map(named).collect())
    }

    /// Lets the history of `old` go on as `new`.
    pub(super) fn rename(&self, old: &WatchId, new: &WatchId) -> Result<(), StoreError> {
        let Some(number) = self.number(old)? else {
            return Ok(());
        };
        if self.has_other_history(number, new)? {
            return Ok(());
        }
        if let Some(other) = self.number(new)?.filter(|other| *other != number) {
            self.put(&keys::id(new), &number)?;
            self.remove(&keys::called(other))?;
            self.remove(&keys::state(other))?;
        }
        self.put(&keys::id(new), &number)?;
        self.put(&keys::called(number), new)
    }

    /// Whether a watch has a history that is not the one with this number.
    pub(super) fn has_other_history(
        &self,
        number: WatchNo,
        watch: &WatchId,
    ) -> Result<bool, StoreError> {
        match self.number(watch)?.filter(|other| *other != number) {
            Some(other) => Ok(self.state_row(other)?.state.entry.is_some()),
            None => Ok(false),
        }
    }

    pub(super) fn state_row(&self, number: WatchNo) -> Result<StateRow, StoreError> {
        Ok(self.row(&keys::state(number))?.unwrap_or_default())
    }

    /// The state of a watch as the journal alone gives it.
    pub(super) fn journaled(&self, watch: &WatchId) -> Result<State, StoreError> {
        match self.number(watch)? {
            Some(number) => Ok(self.state_row(number)?.state),
            None => Ok(State::default()),
        }
    }

    /// The last entry about a watch, and the number of its last version.
    pub(in crate::store) fn head_of(
        &self,
        watch: &WatchId,
    ) -> Result<(Option<EntryNo>, VersionNo), StoreError> {
        let state = self.journaled(watch)?;
        Ok((state.entry, state.versions))
    }

    /// The first rename of these that would join two histories.
    pub(in crate::store) fn joins<'a>(
        &self,
        renamed: &'a [(WatchId, WatchId)],
    ) -> Result<Option<&'a (WatchId, WatchId)>, StoreError> {
        for pair in renamed {
            if let Some(number) = self.number(&pair.0)?
                && self.has_other_history(number, &pair.1)?
            {
                return Ok(Some(pair));
            }
        }
        Ok(None)
    }
}

/// What a look does to the state of its watch. Looks count in the order they were made, not of their clocks: a clock
/// that ran ahead for a day must not keep a page unvisited until then.
pub(super) fn fold(state: &mut State, look: &Look) {
    state.visits += 1;
    state.retired = false;
    state.last_visit = Some(look.at);
    match &look.outcome {
        LookOutcome::Unchanged { body, validators } => {
            state.last_seen = Some(look.at);
            state.failing = None;
            state.validators = validators.clone();
            if body.is_some() {
                state.last_served = Some(look.at);
                state.body = *body;
            }
            if let Some(current) = &mut state.current {
                current.last_seen = look.at.max(current.at);
            }
        }
        LookOutcome::Failed { kind, why, .. } => {
            let before = state.failing.take();
            state.failing = Some(Failing {
                since: before.as_ref().map_or(look.at, |failing| failing.since),
                kind: *kind,
                kind_since: before
                    .as_ref()
                    .filter(|failing| failing.kind == *kind)
                    .map_or(look.at, |failing| failing.kind_since),
                count: before.as_ref().map_or(0, |failing| failing.count) + 1,
                why: why.clone(),
                told: before.is_some_and(|failing| failing.told),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::FailureKind;
    use chrono::{DateTime, Utc};

    fn at(minute: u32) -> DateTime<Utc> {
        format!("2026-07-06T09:{minute:02}:00Z")
            .parse()
            .expect("a time")
    }

    fn failed(minute: u32, kind: FailureKind) -> Look {
        Look {
            watch: "a".into(),
            at: at(minute),
            outcome: LookOutcome::Failed {
                kind,
                status: None,
                why: format!("why {minute}"),
            },
            collector: None,
            served: None,
        }
    }

    #[test]
    fn a_failure_goes_on_and_its_kind_has_a_beginning_of_its_own() {
        let mut state = State::default();
        fold(&mut state, &failed(1, FailureKind::Dns));
        fold(&mut state, &failed(2, FailureKind::NotFound));
        fold(&mut state, &failed(3, FailureKind::NotFound));
        let failing = state.failing.clone().expect("it fails");
        assert_eq!((failing.since, failing.kind_since), (at(1), at(2)));
        assert_eq!((failing.count, failing.why.as_str()), (3, "why 3"));
        assert_eq!((state.visits, state.last_visit), (3, Some(at(3))));
    }

    #[test]
    fn an_unchanged_look_ends_a_failure() {
        let mut state = State::default();
        fold(&mut state, &failed(1, FailureKind::Dns));
        let outcome = LookOutcome::Unchanged {
            body: None,
            validators: Default::default(),
        };
        fold(
            &mut state,
            &Look {
                watch: "a".into(),
                at: at(2),
                outcome,
                collector: None,
                served: None,
            },
        );
        assert_eq!(state.failing, None);
        assert_eq!((state.last_seen, state.last_served), (Some(at(2)), None));
    }
}
