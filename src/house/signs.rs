//! Signs of life that the tasks of a running program give, for whoever asks whether it is well.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};

/// A task that goes round and round.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Task {
    /// Visits what is due.
    Visits,
    /// Pays what is owed.
    Deliveries,
    /// Looks whether all is well.
    Oversight,
}

impl Task {
    /// Every one.
    pub const ALL: [Task; 3] = [Task::Visits, Task::Deliveries, Task::Oversight];

    /// What it is called.
    pub fn word(self) -> &'static str {
        match self {
            Task::Visits => "visits",
            Task::Deliveries => "deliveries",
            Task::Oversight => "oversight",
        }
    }
}

/// The signs of life of one program.
#[derive(Debug)]
pub struct Signs {
    began: Instant,
    /// Milliseconds from then to the last sign of each task, plus one; 0 where there was none yet.
    last: [AtomicU64; 3],
    /// Which tasks there are.
    runs: [AtomicBool; 3],
    /// Since when visits could be made.
    awake: Mutex<Option<DateTime<Utc>>>,
    /// How each thing was found the last time, and since when it is found so.
    found: Mutex<BTreeMap<&'static str, (&'static str, DateTime<Utc>)>>,
}

impl Default for Signs {
    fn default() -> Signs {
        Signs {
            began: Instant::now(),
            last: Default::default(),
            runs: Default::default(),
            awake: Mutex::default(),
            found: Mutex::default(),
        }
    }
}

impl Signs {
    /// A task goes on.
    pub fn show(&self, task: Task) {
        self.last[task as usize].store(self.millis() + 1, Ordering::Relaxed);
    }

    /// How long ago a task gave its last sign; `None` where it gave none yet.
    pub fn silent(&self, task: Task) -> Option<Duration> {
        let last = self.last[task as usize].load(Ordering::Relaxed);
        let last = last.checked_sub(1)?;
        Some(Duration::from_millis(self.millis().saturating_sub(last)))
    }

    /// Says that there is this task from now on, and that it gives signs.
    pub fn begin(&self, task: Task) {
        self.runs[task as usize].store(true, Ordering::Relaxed);
    }

    /// Whether there is this task: a program that only shows the archive has none.
    pub fn runs(&self, task: Task) -> bool {
        self.runs[task as usize].load(Ordering::Relaxed)
    }

    /// Notes since when visits could be made: since the program began, the machine woke, or another watchlist came into force.
    pub fn note_awake(&self, since: DateTime<Utc>) {
        *self.awake.lock().unwrap_or_else(PoisonError::into_inner) = Some(since);
    }

    /// Since when visits could be made, where they are made.
    pub fn awake(&self) -> Option<DateTime<Utc>> {
        *self.awake.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that something was found to stand like this now, and gives since when it is found so.
    pub fn found(
        &self,
        of: &'static str,
        standing: &'static str,
        now: DateTime<Utc>,
    ) -> DateTime<Utc> {
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        let known = found.entry(of).or_insert((standing, now));
        if known.0 != standing {
            *known = (standing, now);
        }
        known.1
    }

    fn millis(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_is_silent_from_its_last_sign_on_and_unknown_before_the_first() {
        let signs = Signs::default();
        assert_eq!(signs.silent(Task::Visits), None);
        signs.show(Task::Visits);
        assert!(signs.silent(Task::Visits) < Some(Duration::from_secs(60)));
        assert_eq!(signs.silent(Task::Deliveries), None);
    }

    #[test]
    fn what_is_found_is_so_since_it_was_first_found_so() {
        let signs = Signs::default();
        let at = |minute: u32| -> DateTime<Utc> {
            let text = format!("2016-07-06T12:{minute:02}:00Z");
            text.parse().expect("a time")
        };
        assert_eq!(signs.found("disk", "ok", at(0)), at(0));
        assert_eq!(signs.found("disk", "ok", at(1)), at(0));
        assert_eq!(signs.found("disk", "warning", at(2)), at(2));
        assert_eq!(signs.found("disk", "warning", at(3)), at(2));
    }
}
