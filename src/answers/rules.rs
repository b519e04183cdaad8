//! The rules there are, how often each fired, and what a rule somebody tries would have found.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;

use crate::answers::{NoAnswer, Progress};
use crate::house::House;
use crate::model::{Finding, Severity, Span, WatchId};
use crate::prose::cut;
use crate::replay::{self, Heard, Judged};
use crate::rulebook::{Book, Origin, Rule, Side};
use crate::watchlist::{self, Role, Source};
use crate::wording::label;

/// How many changes are shown for a rule that is tried, and how long a sentence, in characters.
const SAMPLES: usize = 5;
const SENTENCE: usize = 300;

/// A rule as the list has it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Ruled {
    /// Its id.
    pub rule: String,
    /// What people read for it.
    pub label: String,
    /// How much it matters; absent where the book has it no more.
    pub severity: Option<Severity>,
    /// Which side of a change it reads; absent where the book has it no more.
    pub on: Option<Side>,
    /// Where it was written; absent where the book has it no more.
    pub from: Option<Origin>,
    /// Whether it is in force.
    pub enabled: bool,
    /// On how many changes of this archive it fired.
    pub fired: u64,
    /// When the last of them was first seen.
    pub last: Option<DateTime<Utc>>,
}

/// Which rules are there, in the order of the book; then those that fired and are no more.
pub(super) async fn rules(house: &House) -> Result<Vec<Ruled>, NoAnswer> {
    let in_force = house.in_force();
    let book = &in_force.watchlist.book;
    let mut fired: BTreeMap<String, _> = house.store.fired().await?.into_iter().collect();
    let mut listed: Vec<Ruled> = Vec::new();
    for rule in &book.rules {
        let counted = fired.remove(&rule.id);
        listed.push(Ruled {
            rule: rule.id.clone(),
            label: rule.label.clone(),
            severity: Some(rule.instead.unwrap_or(rule.severity)),
            on: Some(rule.on),
            from: Some(rule.origin.clone()),
            enabled: rule.enabled,
            fired: counted.as_ref().map_or(0, |fired| fired.changes),
            last: counted.map(|fired| fired.last),
        });
    }
    listed.extend(fired.into_iter().map(|(rule, fired)| Ruled {
        label: label::of_rule(&rule, book),
        rule,
        severity: None,
        on: None,
        from: None,
        enabled: false,
        fired: fired.changes,
        last: Some(fired.last),
    }));
    Ok(listed)
}

/// A file of rules, its name and its text.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct RuleFile {
    /// What the file is called.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// What rules would have found that somebody tries.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
pub struct Tried {
    /// The rules of the file.
    pub rules: Vec<TriedRule>,
    /// How many changes were judged.
    pub changes: u64,
    /// How many were not: first readings, and what only changed around the main text.
    pub left: u64,
    /// When the first of them was seen.
    pub since: Option<DateTime<Utc>>,
    /// When the last was.
    pub until: Option<DateTime<Utc>>,
}

/// What one rule would have found.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
pub struct TriedRule {
    /// Its id.
    pub rule: String,
    /// What people read for it.
    pub label: String,
    /// How much it matters.
    pub severity: Severity,
    /// Which side of a change it reads.
    pub on: Side,
    /// How many sentences of each sort it is held to.
    pub examples: (usize, usize),
    /// On how many changes it would have fired.
    pub fired: u64,
    /// On how many it did.
    pub stored: u64,
    /// Some of them, those that matter most first, then the newest.
    pub samples: Vec<Sample>,
}

/// A change on which a rule would have fired.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
pub struct Sample {
    /// Whose change.
    pub watch: WatchId,
    /// Which one.
    pub change: Span,
    /// When it was first seen.
    pub by: DateTime<Utc>,
    /// How much it would have mattered.
    pub severity: Severity,
    /// The sentence it fired on.
    pub sentence: String,
}

/// The book in force with the rules of a file, and the ids of these.
pub(super) fn book_with(
    house: &House,
    file: &RuleFile,
) -> Result<(Arc<Book>, Vec<String>), NoAnswer> {
    let source = Source {
        name: file.name.clone(),
        text: file.text.clone(),
        role: Role::Rules(file.name.clone()),
    };
    let in_force = house.in_force();
    let was = &in_force.watchlist.book;
    let book = watchlist::book_with(was, &source).map_err(|mistakes| NoAnswer::Unknown {
        what: mistakes.to_string(),
        remedy: None,
    })?;
    let of_file = |rule: &&Rule| {
        let at = match &rule.origin {
            Origin::Shipped => return false,
            Origin::Overridden(at) | Origin::Written(at) => at,
        };
        let known = was
            .find(&rule.id)
            .is_some_and(|had| had.origin == rule.origin);
        at.starts_with(&file.name) && !known
    };
    let ids = book.rules.iter().filter(of_file);
    let ids = ids.map(|rule| rule.id.clone()).collect();
    Ok((Arc::new(book), ids))
}

/// Walks the archive with the rules of a file, and tells what each would have found; nothing is stored.
pub(super) async fn try_rules(
    house: &House,
    file: &RuleFile,
    heard: mpsc::Sender<Progress>,
) -> Result<Tried, NoAnswer> {
    let (book, ids) = book_with(house, file)?;
    let mut tried = Tried {
        rules: ids.iter().map(|id| begun(book.rule(id))).collect(),
        changes: 0,
        left: 0,
        since: None,
        until: None,
    };
    let (tell, mut told) = mpsc::channel(64);
    let counting = async {
        while let Some(news) = told.recv().await {
            match news {
                Heard::Judged(judged) => count(&mut tried, &judged),
                Heard::Left => tried.left += 1,
                Heard::Done(done, all) => drop(heard.try_send(Progress::Done(done, all))),
            }
        }
    };
    let (walked, ()) = tokio::join!(replay::walk(house, book, None, tell), counting);
    walked?;
    Ok(tried)
}

fn begun(rule: &Rule) -> TriedRule {
    TriedRule {
        rule: rule.id.clone(),
        label: rule.label.clone(),
        severity: rule.instead.unwrap_or(rule.severity),
        on: rule.on,
        examples: (rule.matches.len(), rule.ignores.len()),
        fired: 0,
        stored: 0,
        samples: Vec::new(),
    }
}

fn count(tried: &mut Tried, judged: &Judged) {
    let by = judged.change.bounds.by;
    tried.changes += 1;
    tried.since = Some(tried.since.map_or(by, |since| since.min(by)));
    tried.until = Some(tried.until.map_or(by, |until| until.max(by)));
    for rule in &mut tried.rules {
        let stored = judged.change.findings.iter();
        rule.stored += u64::from(stored.into_iter().any(|found| found.rule == rule.rule));
        let found = judged.findings.iter().find(|found| found.rule == rule.rule);
        if let Some(found) = found {
            rule.fired += 1;
            note(&mut rule.samples, judged, found);
        }
    }
}

/// Keeps the few that matter most.
fn note(samples: &mut Vec<Sample>, judged: &Judged, found: &Finding) {
    let words = found.after.as_ref().or(found.before.as_ref());
    samples.push(Sample {
        watch: judged.change.watch.clone(),
        change: judged.change.span,
        by: judged.change.bounds.by,
        severity: found.severity,
        sentence: cut(words.unwrap_or(&found.why), SENTENCE),
    });
    samples.sort_by_key(|sample| std::cmp::Reverse((sample.severity, sample.by)));
    samples.truncate(SAMPLES);
}
