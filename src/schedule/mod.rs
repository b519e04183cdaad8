//! When a watch is due next.

mod expression;
mod wallclock;
mod weekday;

use chrono::{DateTime, Datelike, TimeDelta, Utc};
use chrono_tz::Tz;

use crate::model::{Digest, WatchId, When};
use expression::Line;

/// A schedule that has been understood: cron expressions in a time zone, or an interval.
#[derive(Clone, Debug)]
pub struct Plan {
    rhythm: Rhythm,
}

#[derive(Clone, Debug)]
enum Rhythm {
    Every(TimeDelta),
    Cron { lines: Vec<Line>, zone: Tz },
}

impl Plan {
    /// Understands `when` in this time zone, or says in a sentence each what is wrong, by index into the cron list.
    ///
    /// Expressions have five fields (Unix: `0 9 * * 1-5`; 0 and 7 are Sunday; where day of month and day of week are
    /// both restricted, either will do), six (the second first, both days together, weekdays by name), or are `@daily` and the like.
    ///
    /// # Errors
    /// A sentence for every expression that is not understood or would never come due, and for an interval of nothing.
    pub fn of(when: &When, zone: Tz) -> Result<Plan, Vec<(usize, String)>> {
        let rhythm = match when {
            When::Every(seconds) => {
                Rhythm::Every(interval(*seconds).map_err(|why| vec![(0, why)])?)
            }
            When::Cron(expressions) => Rhythm::Cron {
                lines: lines(expressions)?,
                zone,
            },
        };
        Ok(Plan { rhythm })
    }

    /// The first time strictly after `after`, without jitter. None after the year 2099, where cron expressions end.
    ///
    /// Clock changes neither skip nor double a visit at a time of day: one that falls in the hour left out comes at the
    /// first minute after it, one that falls in the hour that comes twice comes the first time. What runs through
    /// successive hours keeps its pace: it has no hole and no crowd.
    pub fn next(&self, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
        match &self.rhythm {
            Rhythm::Every(interval) => after.checked_add_signed(*interval),
            Rhythm::Cron { lines, zone } => {
                let after = (after.year() < LAST_YEAR).then_some(after)?;
                let nexts = lines.iter().filter_map(|line| line.next(after, *zone));
                nexts.min()
            }
        }
    }

    /// The same with this watch's own jitter of less than `jitter_seconds`: always the same for the same watch and time.
    ///
    /// A visit is put off, never brought forward, and never as far as the next time of the plan, so order is kept and none
    /// is lost. An interval has no full hour to avoid and gets no jitter.
    pub fn next_for(
        &self,
        watch: &WatchId,
        after: DateTime<Utc>,
        jitter_seconds: u32,
    ) -> Option<DateTime<Utc>> {
        if matches!(self.rhythm, Rhythm::Every(_)) {
            return self.next(after);
        }
        let jitter = TimeDelta::seconds(jitter_seconds.into());
        let mut tick = self.next(after.checked_sub_signed(jitter)?)?;
        loop {
            let following = self.next(tick);
            let due = tick + put_off(watch, tick, following, jitter);
            if due > after {
                return Some(due);
            }
            tick = following?;
        }
    }

    /// Whether this watch, last visited then, is due by now. One never visited is due at once; times missed while the
    /// program was away are one visit, not many.
    pub fn is_due(
        &self,
        watch: &WatchId,
        last_visit: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
        jitter_seconds: u32,
    ) -> bool {
        let Some(last_visit) = last_visit else {
            return true;
        };
        let next = self.next_for(watch, last_visit, jitter_seconds);
        next.is_some_and(|next| next <= now)
    }
}

/// The `cron` crate knows no later year.
const LAST_YEAR: i32 = 2100;

fn interval(seconds: u64) -> Result<TimeDelta, String> {
    let interval = i64::try_from(seconds).ok().and_then(TimeDelta::try_seconds);
    match interval {
        Some(interval) if interval > TimeDelta::zero() => Ok(interval),
        Some(_) => Err("an interval of nothing would visit without pause".to_owned()),
        None => Err("this interval is longer than any calendar".to_owned()),
    }
}

fn lines(expressions: &[String]) -> Result<Vec<Line>, Vec<(usize, String)>> {
    if expressions.is_empty() {
        return Err(vec![(0, "no time is given".to_owned())]);
    }
    let mut lines = Vec::new();
    let mut wrong = Vec::new();
    for (index, expression) in expressions.iter().enumerate() {
        match expression::read(expression) {
            Ok(read) => lines.extend(read),
            Err(why) => wrong.push((index, why)),
        }
    }
    if wrong.is_empty() {
        Ok(lines)
    } else {
        Err(wrong)
    }
}

/// How long this watch's visit is put off: its own share of the jitter, or of the time to the next visit where that is shorter.
fn put_off(
    watch: &WatchId,
    tick: DateTime<Utc>,
    following: Option<DateTime<Utc>>,
    jitter: TimeDelta,
) -> TimeDelta {
    let room = following.map_or(jitter, |following| jitter.min(following - tick));
    let digest = Digest::of(watch.0.as_bytes()).0;
    let share = u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]]);
    let seconds = (u64::from(share) * room.num_seconds().unsigned_abs()) >> 32;
    TimeDelta::seconds(i64::try_from(seconds).unwrap_or(0))
}

#[cfg(test)]
mod oracle;
#[cfg(test)]
mod tests;
