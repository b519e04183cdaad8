//! On how many pages a phrase stood over time, with how many pages there were and what is not known of them.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Datelike, NaiveDate, TimeZone, Utc};
use chrono_tz::Tz;

use crate::answers::announced::Per;
use crate::answers::pages::Pages;
use crate::answers::phrase::{Spread, Stretch};
use crate::answers::presence::{Spell, Was};
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
    /// When it was seen, and when it was found gone.
    turns: Vec<(i64, bool)>,
    /// When it stood, as far as is known: from, to.
    there: Vec<(i64, i64)>,
    /// The time since it was first seen in which it was not known to be gone: from, to.
    watched: Vec<(i64, i64)>,
    /// When one text became another: the last sight of the one, the first of the other.
    turning: Vec<(i64, i64)>,
    /// When it is known that it was, and which text stood there: from, to.
    known: Vec<(i64, i64)>,
}

impl Timeline {
    /// From the first sight of any of these pages to now.
    pub(super) fn of(
        pages: &Pages,
        only: Option<&HashSet<WatchId>>,
        seen: (&[Seen], &HashMap<WatchId, Vec<Spell>>),
        (per, zone): (Per, Tz),
        now: DateTime<Utc>,
    ) -> Timeline {
        let known = known(pages, only, seen, now);
        let now = now.timestamp();
        let first = known
            .values()
            .filter_map(|page| Some(page.there.first()?.0))
            .min();
        let mut stretches = first.map_or_else(Vec::new, |first| stretches(first, now, per, zone));
        for page in known.values() {
            for (from, to) in &page.there {
                let ends = stretches
                    .iter_mut()
                    .filter(|one| *from < one.to && one.to <= *to);
                ends.for_each(|stretch| stretch.pages += 1);
            }
            let mut unknown = vec![0; stretches.len()];
            for span in &page.watched {
                for (place, seconds) in within(&stretches, *span) {
                    stretches[place].seconds += seconds;
                    unknown[place] += seconds;
                }
            }
            for span in &page.known {
                for (place, seconds) in within(&stretches, *span) {
                    unknown[place] -= seconds;
                }
            }
            for (stretch, unknown) in stretches.iter_mut().zip(unknown) {
                stretch.unknown += unknown.max(0);
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

/// When each page was there, and when it is known which text stood there: a page is there from the first time it was seen until
/// it was found gone, and of the time after it was seen last nothing is known.
fn known(
    pages: &Pages,
    only: Option<&HashSet<WatchId>>,
    (seen, spells): (&[Seen], &HashMap<WatchId, Vec<Spell>>),
    now: DateTime<Utc>,
) -> HashMap<u64, Page> {
    let mut known: HashMap<u64, Page> = HashMap::new();
    let ours = pages.states().iter();
    let ours = ours.filter(|(watch, _)| only.is_none_or(|only| only.contains(watch)));
    let ours: HashMap<u64, &WatchId> = ours
        .map(|(watch, _)| (Search::number(watch), watch))
        .collect();
    // What somebody brought is no visit, and was seen all the same.
    for step in seen.iter().filter(|step| ours.contains_key(&step.page)) {
        let page = known.entry(step.page).or_default();
        page.turns.push((step.by, !step.away));
        page.turning
            .extend(step.after.map(|after| (after, step.by)));
    }
    for (number, page) in &mut known {
        let Some(watch) = ours.get(number) else {
            continue;
        };
        let last = pages.last_seen(watch);
        let mut gone = Vec::new();
        for spell in spells.get(*watch).into_iter().flatten() {
            let (end, spans) = match spell.was {
                Was::Present => (last.unwrap_or(now), &mut page.known),
                Was::Absent => (now, &mut gone),
                Was::Unknown => continue,
            };
            let (from, until) = (spell.from.timestamp(), spell.until.min(end).timestamp());
            if from <= until {
                page.turns.push((from, spell.was == Was::Present));
                spans.push((from, until));
            }
        }
        page.known = without(&page.known, &page.turning);
        let end = match (pages.is_retired(watch), last) {
            (true, Some(last)) => last,
            (_, last) => last.map_or(now, |last| last.max(now)),
        };
        page.stand(end.timestamp() + 1);
        let first = page.there.first().map(|(from, _)| *from);
        let whole = first.map(|first| (first, end.timestamp() + 1));
        page.watched = without(&Vec::from_iter(whole), &gone);
    }
    known
}

/// What is left of some spans without others, both in order.
fn without(spans: &[(i64, i64)], others: &[(i64, i64)]) -> Vec<(i64, i64)> {
    let (mut left, mut next) = (Vec::new(), 0);
    for (from, to) in spans {
        let mut from = *from;
        while let Some((begin, end)) = others.get(next).filter(|(begin, _)| begin < to) {
            if from < *begin {
                left.push((from, *begin));
            }
            from = from.max(*end);
            if end > to {
                break;
            }
            next += 1;
        }
        if from < *to {
            left.push((from, *to));
        }
    }
    left
}

impl Page {
    /// When it was there, from the times at which it was seen or found gone.
    fn stand(&mut self, end: i64) {
        self.turns.sort_unstable();
        let mut since = None;
        for (at, there) in &self.turns {
            match (since, there) {
                (None, true) => since = Some(*at),
                (Some(from), false) => {
                    self.there.push((from, *at));
                    since = None;
                }
                _ => {}
            }
        }
        self.there
            .extend(since.map(|from| (from, end.max(from + 1))));
    }
}

/// The places of the stretches that a span reaches into, with how many seconds of it are in each.
fn within(stretches: &[Watched], (from, to): (i64, i64)) -> Vec<(usize, i64)> {
    let first = stretches.partition_point(|stretch| stretch.to <= from);
    let reached = stretches[first..].iter().take_while(|one| one.from < to);
    let seconds = reached.map(|one| to.min(one.to) - from.max(one.from));
    (first..).zip(seconds).collect()
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
    fn what_is_known_ends_where_one_text_becomes_another() {
        let spans = [(0, 10), (20, 30), (40, 50)];
        assert_eq!(without(&spans, &[]), spans);
        let turning = [(2, 4), (4, 5), (8, 22), (29, 31), (60, 70)];
        let left = [(0, 2), (5, 8), (22, 29), (40, 50)];
        assert_eq!(without(&spans, &turning), left);
        assert_eq!(without(&spans, &[(0, 60)]), []);
    }

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
        assert_eq!(
            within(&years, (first, first + 3_600)),
            [(0, 1_800), (1, 1_800)]
        );
        assert_eq!(within(&years, (now + 1, now + 9)), []);
        assert!(of(Per::Month).len() < MOST && stretches(now, first, Per::Year, zone).is_empty());
    }
}
