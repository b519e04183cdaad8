//! The day and the hour of a change: Friday afternoons, evenings, holidays, recess, days of other news, busy days.

mod holidays;
mod hours;
mod moment;

use chrono::{Datelike, Days, NaiveDate, Weekday};

use crate::findings::Step;
use crate::findings::timing::moment::Moment;
use crate::findings::volume;
use crate::model::{Facts, Finding, Severity, Weighed};
use crate::rulebook::{Days as Noted, Recess};

/// The last days of sitting before a recess are so many.
const LAST_DAYS: usize = 3;

/// The finding about the time, where there is something to say and another finding of 2 or more beside it.
///
/// It weighs only where the publisher's own stamp, or the whole time between the last sight of the old text and the first
/// of the new, lies in the window. Otherwise it says when the new text was first seen, and weighs nothing.
pub(super) fn judge(step: &Step, facts: &Facts, others: &[Finding]) -> Option<Finding> {
    let highest = others.iter().map(|finding| finding.severity).max()?;
    if highest < Severity(2) {
        return None;
    }
    let moment = Moment::of(step);
    let known = remarks(&moment, step, facts);
    if !known.is_empty() {
        return Some(Finding {
            why: moment.say(&known),
            weighed: vec![Weighed {
                to: highest.raised(),
                because: "of the day or the hour".to_owned(),
            }],
            ..step.book.rule("timing").finding()
        });
    }
    let seen = Moment::seen(step);
    let remarks = remarks(&seen, step, &Facts::default());
    (!remarks.is_empty()).then(|| Finding {
        why: seen.say(&remarks),
        ..step.book.rule("timing").finding()
    })
}

/// What there is to say of a time, a clause each: "on a Friday after 15:00".
fn remarks(moment: &Moment, step: &Step, facts: &Facts) -> Vec<String> {
    let days = &step.book.days;
    let mut remarks = Vec::new();
    let day = moment.day();
    if let Some(news) = day.and_then(|day| days.news.get(&day)) {
        remarks.push(format!("on the day of {news}"));
    }
    remarks.extend(hours::outside_work(days, moment.from, moment.to));
    if let Some(holiday) = day.and_then(|day| holidays::ahead(days, day)) {
        let on = holiday.format("%A %-d %B");
        remarks.push(format!(
            "on the last working day before the bank holiday of {on}"
        ));
    }
    remarks.extend(parliament(days, moment));
    remarks.extend(day.and_then(|_| volume::remark(facts)));
    remarks
}

/// What Parliament did meanwhile.
fn parliament(days: &Noted, moment: &Moment) -> Option<String> {
    let (first, last) = (moment.from.date(), moment.to.date());
    if let Some(Recess(from, to)) = days.recess_on(first)
        && days.recess_on(last) == Some(Recess(from, to))
    {
        return Some(format!(
            "while the Commons were in recess, from {} to {}",
            from.format("%-d %B"),
            to.format("%-d %B %Y")
        ));
    }
    let closing = |recess: &&Recess| {
        last < recess.0 && last_sitting(recess.0).is_some_and(|begins| begins <= first)
    };
    let recess = days.recess.iter().find(closing)?;
    Some(format!(
        "in the last {LAST_DAYS} days of sitting before the recess of {}",
        recess.0.format("%-d %B %Y")
    ))
}

/// The first of the last days of sitting before a recess.
fn last_sitting(recess: NaiveDate) -> Option<NaiveDate> {
    let working = |day: &NaiveDate| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
    let back = (1..14).map_while(|before| recess.checked_sub_days(Days::new(before)));
    back.filter(working).nth(LAST_DAYS - 1)
}

#[cfg(test)]
mod tests;
