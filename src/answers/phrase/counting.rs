//! On how many pages a phrase stood over time, with how many pages there were and what is not known of them.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Datelike, NaiveDate, TimeZone, Utc};
use chrono_tz::Tz;

use crate::answers::announced::Per;
use crate::answers::pages::Pages;
use crate::answers::phrase::{Spread, Stretch};
use crate::model::WatchId;
use crate::search::{Search, Seen};

/// How many stretches of time are counted at the most, the last ones.
const MOST: usize = 1_200;

/// The stretches of time, with what was watched in each.
pub(super) struct Timeline {
    stretches: Vec<Watched>,
}

struct Watched {
    period: String,
    from: i64,
    to: i64,
    pages: usize,
    /// Seconds of all pages in it, and those of them in which it is not known which text stood there.
    seconds: i64,
    unknown: i64,
}

/// What is known of one page.
#[derive(Default)]
struct Page {
    /// When it was there: from, to.
    there: Vec<(i64, i64)>,
    /// When it is not known which text stood there: from, to.
    unknown: Vec<(i64, i64)>,
}

impl Timeline {
    /// From the first sight of any of these pages to now.
    pub(super) fn of(
        pages: &Pages,
        only: Option<&HashSet<WatchId>>,
        seen: &[Seen],
        (per, zone): (Per, Tz),
        now: DateTime<Utc>,
    ) -> Timeline {
        let now = now.timestamp();
        let known = known(pages, only, seen, now);
        let first = known
            .values()
            .filter_map(|page| Some(page.there.first()?.0))
            .min();
        let mut stretches = first.map_or_else(Vec::new, |first| stretches(first, now, per, zone));
        for page in known.values() {
            for stretch in &mut stretches {
                let there: i64 = page.there.iter().map(|span| common(*span, stretch)).sum();
                stretch.seconds += there;
                stretch.unknown += page
                    .unknown
                    .iter()
                    .map(|span| common(*span, stretch))
                    .sum::<i64>()
                    .min(there);
                let end = stretch.to - 1;
                stretch.pages += usize::from(
                    page.there
                        .iter()
                        .any(|(from, to)| *from <= end && end < *to),
                );
            }
        }
        Timeline { stretches }
    }

    /// The counts of one phrase.
    pub(super) fn counts(&self, found: &[Spread]) -> Vec<Stretch> {
        let counted = self.stretches.iter().map(|stretch| {
            let mut counted = Stretch {
                period: stretch.period.clone(),
                until: DateTime::from_timestamp(stretch.to, 0).unwrap_or_default(),
                pages: 0,
                imported: 0,
                came: 0,
                went: 0,
                watched: stretch.pages,
                unknown: match stretch.seconds {
                    0 => 0.0,
                    all => stretch.unknown as f64 / all as f64,
                },
            };
            for spread in found {
                count(&mut counted, spread, stretch);
            }
            counted
        });
        let begun = counted.skip_while(|one| one.watched == 0 && one.pages == 0);
        begun.collect()
    }
}

fn count(counted: &mut Stretch, spread: &Spread, stretch: &Watched) {
    let within = |at: DateTime<Utc>| (stretch.from..stretch.to).contains(&at.timestamp());
    let (mut stands, mut came, mut went) = (None, false, false);
    for interval in &spread.intervals {
        let begun = &interval.came.happening;
        let end = interval.went.as_ref().map(|went| went.happening.bounds.by);
        if begun.bounds.by.timestamp() < stretch.to
            && end.is_none_or(|end| end.timestamp() >= stretch.to)
        {
            stands = Some(begun.imported);
        }
        came |= !begun.first_sight && within(begun.bounds.by);
        went |= end.is_some_and(within);
    }
    counted.pages += usize::from(stands.is_some());
    counted.imported += usize::from(stands == Some(true));
    counted.came += usize::from(came);
    counted.went += usize::from(went);
}

/// When each page was there, and when it is not known which text stood there.
fn known(
    pages: &Pages,
    only: Option<&HashSet<WatchId>>,
    seen: &[Seen],
    now: i64,
) -> HashMap<u64, Page> {
    let mut known: HashMap<u64, Page> = HashMap::new();
    let ours = pages.states().iter();
    let ours = ours.filter(|(watch, _)| only.is_none_or(|only| only.contains(watch)));
    let ours: HashMap<u64, &WatchId> = ours
        .map(|(watch, _)| (Search::number(watch), watch))
        .collect();
    for step in seen.iter().filter(|step| ours.contains_key(&step.page)) {
        let page = known.entry(step.page).or_default();
        if let Some((_, to)) = page.there.last_mut().filter(|(_, to)| *to == i64::MAX) {
            *to = step.by;
            page.unknown
                .extend(step.after.map(|after| (after, step.by)));
        }
        if !step.away {
            page.there.push((step.by, i64::MAX));
        }
    }
    for (number, page) in &mut known {
        let watch = ours.get(number);
        let last = watch.and_then(|watch| pages.last_seen(watch));
        let last = last.map(|last| last.timestamp());
        let retired = watch.is_some_and(|watch| pages.is_retired(watch));
        if let Some((from, to)) = page.there.last_mut().filter(|(_, to)| *to == i64::MAX) {
            let last = last.unwrap_or(*from).max(*from);
            *to = if retired { last + 1 } else { now.max(last) + 1 };
            page.unknown.push((last, *to));
        }
    }
    known
}

fn common((from, to): (i64, i64), stretch: &Watched) -> i64 {
    (to.min(stretch.to) - from.max(stretch.from)).max(0)
}

/// The years or months from a time to now, the last of them up to now.
fn stretches(first: i64, now: i64, per: Per, zone: Tz) -> Vec<Watched> {
    let local = |at: i64| {
        zone.timestamp_opt(at, 0)
            .earliest()
            .map(|at| at.date_naive())
    };
    let (Some(first), Some(last)) = (local(first), local(now)) else {
        return Vec::new();
    };
    let begins = |day: NaiveDate| {
        let local = day
            .and_hms_opt(0, 0, 0)
            .and_then(|at| zone.from_local_datetime(&at).earliest());
        local.map_or(0, |at| at.timestamp())
    };
    let month = match per {
        Per::Year => 1,
        Per::Month => first.month(),
    };
    let mut day = NaiveDate::from_ymd_opt(first.year(), month, 1).unwrap_or(first);
    let mut found = Vec::new();
    while day <= last {
        let (form, months) = match per {
            Per::Year => ("%Y", 12),
            Per::Month => ("%Y-%m", 1),
        };
        let Some(next) = day.checked_add_months(chrono::Months::new(months)) else {
            break;
        };
        found.push(Watched {
            period: day.format(form).to_string(),
            from: begins(day),
            to: begins(next).min(now + 1),
            pages: 0,
            seconds: 0,
            unknown: 0,
        });
        day = next;
    }
    let many = found.len().saturating_sub(MOST);
    found.split_off(many)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_cut_into_years_and_months() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().expect("a time").timestamp();
        let zone = chrono_tz::Europe::London;
        let (first, now) = (at("2015-12-31T23:30:00Z"), at("2016-02-10T12:00:00Z"));
        let of = |per| stretches(first, now, per, zone);
        let periods: Vec<String> = of(Per::Month).into_iter().map(|one| one.period).collect();
        assert_eq!(periods, ["2015-12", "2016-01", "2016-02"]);
        let years = of(Per::Year);
        assert_eq!(years.len(), 2);
        assert_eq!(years[1].from, years[0].to);
        assert_eq!(years[1].to, now + 1);
        assert_eq!(common((first, now), &years[0]), 1800);
        assert!(of(Per::Month).len() < MOST && stretches(now, first, Per::Year, zone).is_empty());
    }
}
