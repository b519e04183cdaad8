//! The clock, read at the door and handed down.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};

/// Tells the time: the machine's, or one that was set.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// A clock that stands still until it is set: for replays, the demo and tests.
    Set(Arc<Mutex<DateTime<Utc>>>),
}

impl Clock {
    /// A clock that stands at this time.
    pub fn at(time: DateTime<Utc>) -> Clock {
        Clock::Set(Arc::new(Mutex::new(time)))
    }

    /// What time it is.
    pub fn now(&self) -> DateTime<Utc> {
        match self {
            Clock::System => Utc::now(),
            Clock::Set(time) => *time.lock().unwrap_or_else(PoisonError::into_inner),
        }
    }

    /// Sets a clock that can be set; the machine's clock is left alone.
    pub fn set(&self, now: DateTime<Utc>) {
        if let Clock::Set(time) = self {
            *time.lock().unwrap_or_else(PoisonError::into_inner) = now;
        }
    }
}
