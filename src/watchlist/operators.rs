//! What those who keep the program are told of it.

use chrono::TimeDelta;
use chrono_tz::Tz;

use crate::watchlist::{
    Operators, amounts,
    found::Found,
    section::{Section, Value},
    sending, settings,
};

impl Operators {
    /// No heartbeat; visits are late after an hour, pages unread after three days, messages refused after a quarter of an
    /// hour, and the disk is filling from 1 GiB on.
    pub fn by_default(zone: Tz) -> Operators {
        Operators {
            heartbeat: None,
            zone,
            late_after: Some(TimeDelta::hours(1)),
            unread_after: Some(TimeDelta::days(3)),
            refused_after: Some(TimeDelta::minutes(15)),
            disk_below: Some(1 << 30),
        }
    }
}

/// Reads `[operators]`; what is not given or not understood has its default, and 0 switches an alarm off.
pub(super) fn read(section: Option<Section<'_>>, zone: Tz, found: &mut Found<'_>) -> Operators {
    let mut operators = Operators::by_default(zone);
    let Some(mut section) = section else {
        return operators;
    };
    let own = section.text("timezone", found);
    operators.zone = own
        .and_then(|text| settings::zone(&text, found))
        .unwrap_or(zone);
    let heartbeat = section.text("heartbeat", found);
    operators.heartbeat = heartbeat.and_then(|text| sending::time(&text, found));
    let mut after = |key, default| match section.take(key) {
        Some(value) => duration(&value, found).unwrap_or(default),
        None => default,
    };
    operators.late_after = after("late_after", operators.late_after);
    operators.unread_after = after("unread_after", operators.unread_after);
    operators.refused_after = after("refused_after", operators.refused_after);
    if let Some(value) = section.take("disk_below") {
        operators.disk_below = size(&value, found).unwrap_or(operators.disk_below);
    }
    section.finish(found);
    operators
}

/// How long, or never; `None` where it was not understood.
fn duration(value: &Value<'_>, found: &mut Found<'_>) -> Option<Option<TimeDelta>> {
    let milliseconds = i64::try_from(settings::duration_ms(value, found)?).ok();
    let Some(long) = milliseconds.and_then(TimeDelta::try_milliseconds) else {
        return value.wrong("a time that ends some day", found);
    };
    Some((long > TimeDelta::zero()).then_some(long))
}

/// How much, or nothing; `None` where it was not understood.
fn size(value: &Value<'_>, found: &mut Found<'_>) -> Option<Option<u64>> {
    if value.bare_number() == Some("0") {
        return Some(None);
    }
    let text = value.text(found)?;
    match amounts::bytes(&text.text) {
        Ok(size) => Some((size > 0).then_some(size)),
        Err(why) => {
            found.note(&text.place, why, None);
            None
        }
    }
}
