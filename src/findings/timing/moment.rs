//! When a change happened, as far as it is known, and who says so.

use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use chrono_tz::Tz;

use crate::findings::Step;
use crate::model::ChangeKind;

/// Between which local times a change happened.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Moment {
    /// From when.
    pub from: NaiveDateTime,
    /// Until when.
    pub to: NaiveDateTime,
    /// Who says so.
    pub source: Source,
}

/// How a time is known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Source {
    /// The page gives it to the minute.
    Stamp,
    /// The page gives the day.
    Day,
    /// The old text was still seen before, the new one after.
    Bounds,
    /// The new text was seen then; nothing else is known.
    Seen,
}

impl Moment {
    /// The narrowest time that is known of a step: the page's own, where it agrees with what was seen, else the bounds.
    pub fn of(step: &Step) -> Moment {
        let bounds = step.bounds;
        let fits =
            |at: &DateTime<Utc>| *at <= bounds.by && bounds.after.is_none_or(|after| after < *at);
        if let Some(stamp) = stamp(step).filter(fits) {
            let at = local(stamp, step.zone);
            return Moment {
                from: at,
                to: at,
                source: Source::Stamp,
            };
        }
        let (from, to) = (
            bounds.after.map(|after| local(after, step.zone)),
            local(bounds.by, step.zone),
        );
        if let Some(day) = day(step) {
            let begins = day.and_time(NaiveTime::MIN);
            let ends = day
                .checked_add_days(Days::new(1))
                .map_or(begins, |next| next.and_time(NaiveTime::MIN))
                - chrono::TimeDelta::minutes(1);
            let begins = from.map_or(begins, |from| from.max(begins));
            let ends = to.min(ends);
            if begins <= ends {
                return Moment {
                    from: begins,
                    to: ends,
                    source: Source::Day,
                };
            }
        }
        match from {
            Some(from) => Moment {
                from,
                to,
                source: Source::Bounds,
            },
            None => Moment {
                from: NaiveDateTime::MIN,
                to,
                source: Source::Bounds,
            },
        }
    }

    /// When the new text was first seen.
    pub fn seen(step: &Step) -> Moment {
        let at = local(step.bounds.by, step.zone);
        Moment {
            from: at,
            to: at,
            source: Source::Seen,
        }
    }

    /// The day, where all of it lies in one.
    pub fn day(&self) -> Option<NaiveDate> {
        (self.from.date() == self.to.date()).then(|| self.from.date())
    }

    /// "Published on a Friday after 15:00 (Fri 8 July 2016, 18:20)."
    pub fn say(&self, remarks: &[String]) -> String {
        let verb = match self.source {
            Source::Stamp | Source::Day => "Published",
            Source::Bounds => "Changed",
            Source::Seen => "First seen",
        };
        let full = "%a %-d %B %Y, %H:%M";
        let when = match (self.source, self.from == self.to, self.day()) {
            (Source::Day, _, Some(day)) => {
                format!("{} by the page’s own date", day.format("%a %-d %B %Y"))
            }
            (Source::Stamp, _, _) => {
                format!("{} by the page’s own clock", self.from.format(full))
            }
            (_, true, _) => self.to.format(full).to_string(),
            (_, _, Some(_)) => format!("{} to {}", self.from.format(full), self.to.format("%H:%M")),
            _ => format!("{} to {}", self.from.format(full), self.to.format(full)),
        };
        format!("{verb} {} ({when}).", remarks.join(", "))
    }
}

/// The minute the page gives for this change, where it did not give the same before.
fn stamp(step: &Step) -> Option<DateTime<Utc>> {
    let now = step.after?.stated.updated_at?;
    let before = step.before.and_then(|before| before.stated.updated_at);
    (before != Some(now)).then_some(now)
}

/// The day the page gives for this change, where it did not give the same before; a page that was not there gives the day
/// it was published.
fn day(step: &Step) -> Option<NaiveDate> {
    let now = &step.after?.stated;
    match step.before {
        Some(before) => now
            .updated
            .filter(|day| before.stated.updated != Some(*day)),
        None if step.kind == ChangeKind::Appeared => now.updated.or(now.published),
        None => now.updated,
    }
}

fn local(at: DateTime<Utc>, zone: Tz) -> NaiveDateTime {
    at.with_timezone(&zone).naive_local()
}
