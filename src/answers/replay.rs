//! What would have been said by other rules, change by change, against what was stored.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;

use crate::answers::explain::{Otherwise, otherwise};
use crate::answers::rules::{RuleFile, book_with};
use crate::answers::{NoAnswer, Progress};
use crate::findings;
use crate::house::House;
use crate::model::{Change, Severity};
use crate::replay::{self, Heard, Judged};
use crate::wording::label;

/// Which changes, by which rules.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
pub struct ReplayAsked {
    /// Only changes first seen at or after.
    pub since: Option<DateTime<Utc>>,
    /// More rules than those in force.
    pub rules: Option<RuleFile>,
}

/// A change of which other rules say something else.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
pub struct Differing {
    /// The change as it was stored.
    pub change: Change,
    /// What it would have come to.
    pub severity: Severity,
    /// What differs.
    pub otherwise: Vec<Otherwise>,
    /// What people read for the rules named here, by id.
    pub labels: BTreeMap<String, String>,
}

/// What a replay came to.
#[derive(Clone, PartialEq, Default, Serialize, Deserialize, Debug)]
pub struct Replayed {
    /// How many changes were judged again.
    pub changes: u64,
    /// How many were not: first readings, and what only changed around the main text.
    pub left: u64,
    /// On how many the findings differ.
    pub differ: u64,
    /// What differs, by rule.
    pub rules: BTreeMap<String, Totals>,
    /// How many changes there are of each severity: stored, and by these rules.
    pub severities: BTreeMap<Severity, (u64, u64)>,
}

/// The sums of one rule, in changes.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize, Debug)]
pub struct Totals {
    /// What people read for it.
    pub label: String,
    /// Stored.
    pub stored: u64,
    /// By these rules.
    pub judged: u64,
    /// By these rules only.
    pub new: u64,
    /// Stored only.
    pub gone: u64,
    /// At another severity.
    pub other: u64,
}

pub(super) async fn replay(
    house: &House,
    asked: &ReplayAsked,
    heard: mpsc::Sender<Progress>,
) -> Result<Replayed, NoAnswer> {
    let book = match &asked.rules {
        Some(file) => book_with(house, file)?.0,
        None => Arc::clone(&house.in_force().watchlist.book),
    };
    let mut sum = Replayed::default();
    let (tell, mut told) = mpsc::channel(64);
    let counting = async {
        while let Some(news) = told.recv().await {
            match news {
                Heard::Judged(judged) => {
                    let differing = sum.count(*judged, |id| label::of_rule(id, &book));
                    if let Some(differing) = differing {
                        let news = Progress::Replay(Box::new(differing));
                        heard.send(news).await.ok();
                    }
                }
                Heard::Left => sum.left += 1,
                Heard::Done(done, all) => drop(heard.try_send(Progress::Done(done, all))),
            }
        }
    };
    let walking = replay::walk(house, Arc::clone(&book), asked.since, tell);
    let (walked, ()) = tokio::join!(walking, counting);
    walked?;
    Ok(sum)
}

impl Replayed {
    /// Counts a change; where its findings differ, how.
    fn count(&mut self, judged: Judged, called: impl Fn(&str) -> String) -> Option<Differing> {
        let Judged {
            change, findings, ..
        } = judged;
        self.changes += 1;
        let (was, is) = (
            findings::severity(&change.findings),
            findings::severity(&findings),
        );
        self.severities.entry(was).or_default().0 += 1;
        self.severities.entry(is).or_default().1 += 1;
        for (found, stored) in [(&change.findings, true), (&findings, false)] {
            let mut rules: Vec<&str> = found.iter().map(|one| one.rule.as_str()).collect();
            rules.sort_unstable();
            rules.dedup();
            for rule in rules {
                let totals = self.totals(rule, &called);
                match stored {
                    true => totals.stored += 1,
                    false => totals.judged += 1,
                }
            }
        }
        let differ = otherwise(&change.findings, &findings);
        for one in &differ {
            let totals = self.totals(&one.finding().rule, &called);
            match one {
                Otherwise::New { .. } => totals.new += 1,
                Otherwise::Gone { .. } => totals.gone += 1,
                Otherwise::Other { .. } => totals.other += 1,
            }
        }
        if differ.is_empty() {
            return None;
        }
        self.differ += 1;
        let named = differ.iter().map(|one| {
            let finding = one.finding();
            let own = finding.label.clone();
            let label = own.unwrap_or_else(|| called(&finding.rule));
            (finding.rule.clone(), label)
        });
        Some(Differing {
            labels: named.collect(),
            change,
            severity: is,
            otherwise: differ,
        })
    }

    fn totals(&mut self, rule: &str, called: impl Fn(&str) -> String) -> &mut Totals {
        self.rules.entry(rule.to_owned()).or_insert_with(|| Totals {
            label: called(rule),
            ..Totals::default()
        })
    }
}
