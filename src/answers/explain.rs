//! Why a change was found to matter, what almost fired, and who was told.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::answers::{
    Corroboration, NoAnswer, corroborated, no_version, no_watch, renamed::Renamed,
};
use crate::house::House;
use crate::model::{
    AlertId, Almost, Change, DeliveryOutcome, Digest, Fact, Finding, Owed, Route, Severity, Span,
    Waits, Watch, WatchId,
};
use crate::replay;
use crate::routing::{self, About};
use crate::store::{ChangeFilter, StoreError};
use crate::wording::{self, label, times};

/// A change, explained.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
pub struct Explained {
    /// The change as it was stored.
    pub change: Change,
    /// What people read for the rules that are named here, by id.
    pub labels: BTreeMap<String, String>,
    /// Who was told, or is to be.
    pub told: Vec<Told>,
    /// The digest of the watchlist by which it was judged; absent in archives that know of none.
    pub judged_by: Option<Digest>,
    /// The digest of the watchlist in force now.
    pub in_force: Digest,
    /// What today's rules make of it otherwise than was stored.
    pub today: Vec<Otherwise>,
    /// What almost fired, by today's rules.
    pub almost: Vec<Almost>,
    /// Why today's rules were not tried on it.
    pub untried: Option<String>,
    /// What independent archives of the web say of it, and what anchors it.
    #[serde(default)]
    pub corroboration: Corroboration,
}

/// Somebody who was told of a change, or is to be.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Told {
    /// Where.
    pub to: String,
    /// Whether with a sound.
    pub loud: bool,
    /// Whether it is sent, owed or given up.
    pub standing: String,
    /// The route of today that leads there, in words.
    pub route: Option<String>,
}

/// What other rules make of a stored finding.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case", tag = "sort")]
pub enum Otherwise {
    /// There was none of this rule.
    New {
        /// It.
        finding: Finding,
    },
    /// There is none of this rule.
    Gone {
        /// The stored one.
        finding: Finding,
    },
    /// It matters more, or less.
    Other {
        /// The finding as it is made now.
        finding: Finding,
        /// What it came to when it was stored.
        was: Severity,
    },
}

impl Otherwise {
    /// The finding it is about.
    pub fn finding(&self) -> &Finding {
        match self {
            Otherwise::New { finding }
            | Otherwise::Gone { finding }
            | Otherwise::Other { finding, .. } => finding,
        }
    }
}

/// Where findings differ from the stored ones: rule by rule, the highest of each.
pub(super) fn otherwise(stored: &[Finding], judged: &[Finding]) -> Vec<Otherwise> {
    let highest = |findings: &[Finding]| -> BTreeMap<String, Finding> {
        let mut by_rule: BTreeMap<String, Finding> = BTreeMap::new();
        for finding in findings {
            match by_rule.get(&finding.rule) {
                Some(had) if had.severity >= finding.severity => {}
                _ => drop(by_rule.insert(finding.rule.clone(), finding.clone())),
            }
        }
        by_rule
    };
    let (was, is) = (highest(stored), highest(judged));
    let mut differ = Vec::new();
    for (rule, finding) in &is {
        match was.get(rule) {
            None => differ.push(Otherwise::New {
                finding: finding.clone(),
            }),
            Some(had) if had.severity != finding.severity => differ.push(Otherwise::Other {
                finding: finding.clone(),
                was: had.severity,
            }),
            Some(_) => {}
        }
    }
    let gone = was.into_iter().filter(|(rule, _)| !is.contains_key(rule));
    differ.extend(gone.map(|(_, finding)| Otherwise::Gone { finding }));
    differ
}

pub(super) async fn explain(
    house: &House,
    id: &WatchId,
    span: Option<Span>,
) -> Result<Explained, NoAnswer> {
    let change = wanted(house, id, span).await?;
    let in_force = house.in_force();
    let watchlist = &in_force.watchlist;
    let book = Arc::clone(&watchlist.book);
    let again = replay::again(house, &change, Arc::clone(&book)).await?;
    let (today, almost, untried) = match again {
        Ok(judged) => (
            otherwise(&change.findings, &judged.findings),
            judged.almost,
            None,
        ),
        Err(why) => (Vec::new(), Vec::new(), Some(why.to_owned())),
    };
    let named = (change.findings.iter())
        .chain(today.iter().map(Otherwise::finding))
        .map(|finding| (finding.rule.clone(), label::of(finding, &book)));
    let almost_named = almost
        .iter()
        .map(|almost| (almost.rule.clone(), label::of_rule(&almost.rule, &book)));
    let renamed = Renamed::since(house).await?;
    Ok(Explained {
        labels: almost_named.chain(named).collect(),
        told: told(house, &change).await?,
        judged_by: house.store.watchlist_before(change.entry).await?,
        in_force: watchlist.digest,
        today,
        almost,
        untried,
        corroboration: corroborated::of(house, &change).await?,
        change: Change {
            watch: renamed.now(&change.watch).clone(),
            corrections: house.store.corrections(change.entry).await?,
            ..change
        },
    })
}

/// The change of this span, or the last one.
async fn wanted(house: &House, id: &WatchId, span: Option<Span>) -> Result<Change, NoAnswer> {
    let renamed = Renamed::since(house).await?;
    let archived = renamed.in_archive(id);
    let filter = ChangeFilter {
        watch: Some(archived.clone()),
        ..ChangeFilter::default()
    };
    let changes = house.store.changes(&filter).await?;
    let newest = changes.first();
    let Some(span) = span else {
        return match newest {
            Some(change) => Ok(change.clone()),
            None if house.in_force().watchlist.watch(id).is_some() => {
                Err(no_version(id, "yet", None))
            }
            None => Err(no_watch(house, id)),
        };
    };
    let found = changes.iter().find(|change| change.span == span);
    if let Some(found) = found {
        return Ok(found.clone());
    }
    if newest.is_none() && house.in_force().watchlist.watch(id).is_none() {
        return Err(no_watch(house, id));
    }
    Err(NoAnswer::Unknown {
        what: format!("{id} never took the step {span}."),
        remedy: Some(format!(
            "`smallprint history {id}` lists its changes; `smallprint diff {id} {span}` compares any two versions."
        )),
    })
}

/// Who was told, with what became of each message.
async fn told(house: &House, change: &Change) -> Result<Vec<Told>, StoreError> {
    let Fact::Landed(landed) = house.store.entry(change.entry).await?.fact else {
        return Ok(Vec::new());
    };
    let in_force = house.in_force();
    let watch = in_force.watchlist.watch(&change.watch);
    let mut told = Vec::new();
    for (index, owed) in (0..).zip(&landed.owed) {
        let alert = AlertId {
            entry: change.entry,
            index,
        };
        let route = route_of(&in_force.watchlist.routes, owed, watch, change);
        told.push(Told {
            to: owed.to.to_string(),
            loud: owed.loud,
            standing: standing(house, alert, owed).await?,
            route: route.map(wording::route::takes),
        });
    }
    Ok(told)
}

/// The route of today that an alert takes: that of its name, else the first that leads there.
fn route_of<'r>(
    routes: &'r [Route],
    owed: &Owed,
    watch: Option<&Watch>,
    change: &Change,
) -> Option<&'r Route> {
    let about = watch.map(|watch| About {
        watch,
        severity: change.severity,
        findings: &change.findings,
    })?;
    let takes = |route: &&Route| route.to == owed.to && routing::takes(route, &about);
    let named = |route: &&Route| owed.route.as_ref() == Some(&route.name) && takes(route);
    (routes.iter().find(named)).or_else(|| routes.iter().find(takes))
}

async fn standing(house: &House, alert: AlertId, owed: &Owed) -> Result<String, StoreError> {
    let waits = house.store.owed().await?;
    if waits.iter().any(|waiting| waiting.id == alert) {
        let zone = house.in_force().watchlist.settings.timezone;
        return Ok(match owed.waits {
            None => "owed, not sent yet".to_owned(),
            Some(Waits::Quiet { until }) => {
                let until = times::moment(until, zone);
                format!("waits for the end of the quiet hours, {until}")
            }
            Some(Waits::Batch { until }) => {
                format!("waits for others until {}", times::moment(until, zone))
            }
            Some(Waits::Digest) => "waits for the next digest".to_owned(),
        });
    }
    let deliveries = house.store.deliveries(None).await?;
    let outcome = deliveries.into_iter().find(|one| one.alert == alert);
    Ok(match outcome.map(|delivered| delivered.outcome) {
        Some(DeliveryOutcome::GivenUp { reason }) => format!("given up: {reason}"),
        Some(DeliveryOutcome::Dropped { by, why }) => match by {
            Some(by) => format!("given up by {by}: {why}"),
            None => format!("given up by hand: {why}"),
        },
        Some(DeliveryOutcome::Sent { .. }) if owed.edits.is_some() => {
            "sent, as an edit of an earlier message".to_owned()
        }
        Some(DeliveryOutcome::Sent { .. }) => "sent".to_owned(),
        None => "settled with another message".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_differ_by_rule_and_severity() {
        let finding = |rule: &str, severity: u8| Finding {
            rule: rule.to_owned(),
            severity: Severity(severity),
            ..Finding::default()
        };
        let stored = [
            finding("a", 3),
            finding("a", 2),
            finding("b", 2),
            finding("c", 4),
        ];
        let judged = [finding("a", 3), finding("b", 3), finding("d", 1)];
        let differ = otherwise(&stored, &judged);
        let said: Vec<(&str, &str)> = differ
            .iter()
            .map(|one| {
                let sort = match one {
                    Otherwise::New { .. } => "new",
                    Otherwise::Gone { .. } => "gone",
                    Otherwise::Other { .. } => "other",
                };
                (sort, one.finding().rule.as_str())
            })
            .collect();
        assert_eq!(said, [("other", "b"), ("new", "d"), ("gone", "c")]);
        assert!(otherwise(&stored, &stored).is_empty());
    }
}
