//! One step under judgement: read once, for its questions, its findings and its claim.

use std::sync::OnceLock;

use chrono::{DateTime, Utc};

use crate::findings::passages::{self, Passages};
use crate::findings::resemblance::Likeness;
use crate::findings::safeguards::Safeguards;
use crate::findings::trace::Trace;
use crate::findings::{
    Step, around, buried, claims, dates, items, links, newnames, numbers, once, own, periods,
    places, promises, registers, resemblance, schedules, settled, steps, terms, timing, volume,
    wordings,
};
use crate::model::{Almost, Claim, Facts, Finding, Questions};

/// The most sentences asked after at once.
const SENTENCES: usize = 50;

/// A step whose sentences are cut and read once, for the questions, the judgement and the claim.
#[derive(Debug)]
pub struct Judging<'a> {
    step: &'a Step<'a>,
    passages: Passages<'a>,
    // Made when they are first asked for: where the page is gone, nobody asks.
    safeguards: OnceLock<Safeguards>,
    likely: OnceLock<Vec<Likeness<'a>>>,
}

impl<'a> Judging<'a> {
    /// Reads a step.
    pub fn of(step: &'a Step<'a>) -> Judging<'a> {
        Judging {
            step,
            passages: passages::read(step),
            safeguards: OnceLock::new(),
            likely: OnceLock::new(),
        }
    }

    /// What to ask the archive before judging this step.
    pub fn questions(&self) -> Questions {
        let (step, passages) = (self.step, &self.passages);
        if step.after.is_none() {
            return Questions::default();
        }
        let mut sentences = self.safeguards().at_stake(passages);
        sentences.extend(own::at_stake(passages));
        sentences.truncate(SENTENCES);
        Questions {
            names: newnames::asked(passages),
            sentences,
            volume: volume::asked(step),
            habit: claims::host(step),
            seen_since: claims::seen_since(step),
            schemes: resemblance::asked(step, passages, self.likely()),
            addresses: links::unlisted_addresses(step),
        }
    }

    /// The findings, highest first. `now` is the time of the visit.
    ///
    /// Where the page itself is gone or leads elsewhere, its sentences are not judged one by one: the page went, and that
    /// is said.
    pub fn judge(&self, facts: &Facts, now: DateTime<Utc>) -> Vec<Finding> {
        let mut findings = steps::judge(self.step);
        if self.step.after.is_some() {
            self.read_on(facts, now, &mut findings);
        }
        let mut findings = settled::by_the_book(self.step, once(self.step.book, findings));
        if self.step.book.is_in_force("timing") {
            findings.extend(timing::judge(self.step, facts, &findings));
        }
        findings
    }

    /// What the sentences say, and the tables, links and surroundings.
    fn read_on(&self, facts: &Facts, now: DateTime<Utc>, findings: &mut Vec<Finding>) {
        let (step, passages) = (self.step, &self.passages);
        let day = now.with_timezone(&step.zone).date_naive();
        findings.extend(newnames::judge(step, passages, facts, day));
        findings.extend(newnames::swapped(passages, facts));
        findings.extend(wordings::judge(passages));
        findings.extend(self.safeguards().judge(step, passages, facts));
        findings.extend(dates::judge(passages, day));
        findings.extend(promises::judge(passages, day));
        findings.extend(schedules::judge(step));
        findings.extend(places::judge(passages));
        findings.extend(numbers::judge(passages));
        findings.extend(items::judge(passages));
        findings.extend(periods::judge(passages));
        findings.extend(terms::judge(&step.watch.terms, passages));
        findings.extend(claims::judge(step, passages, facts));
        findings.extend(links::judge(step, facts));
        findings.extend(registers::judge(step, day));
        findings.extend(around::judge(step, passages));
        findings.extend(own::judge(passages, facts, step.watches));
        findings.extend(resemblance::judge(step, passages, self.likely(), facts));
        findings.extend(buried::judge(step, passages, findings));
        claims::weigh(step.before, passages, findings);
    }

    fn likely(&self) -> &[Likeness<'a>] {
        let likely = || resemblance::likely(self.step, &self.passages);
        self.likely.get_or_init(likely)
    }

    fn safeguards(&self) -> &Safeguards {
        let safeguards = || Safeguards::of(&self.passages);
        self.safeguards.get_or_init(safeguards)
    }

    /// What an edit says of itself, held against it; `None` for what is no edit of a page.
    pub fn claim(&self, facts: &Facts) -> Option<Claim> {
        claims::claim(self.step, &self.passages, facts)
    }
}

/// What to ask the archive before judging this step, where nothing else is asked of it.
pub fn questions(step: &Step) -> Questions {
    Judging::of(step).questions()
}

/// The findings of a step of which nothing else is asked.
pub fn judge(step: &Step, facts: &Facts, now: DateTime<Utc>) -> Vec<Finding> {
    Judging::of(step).judge(facts, now)
}

/// The findings of a step, and what almost was one: rules whose patterns matched, and what silenced them.
pub fn traced(step: &Step, facts: &Facts, now: DateTime<Utc>) -> (Vec<Finding>, Vec<Almost>) {
    let mut judging = Judging::of(step);
    judging.passages.trace = Trace::on();
    let findings = judging.judge(facts, now);
    let mut almost = judging.passages.trace.noted();
    almost.retain(|almost| step.book.is_in_force(&almost.rule));
    (findings, almost)
}
