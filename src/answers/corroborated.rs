//! What independent archives of the web say of a change: whether they hold the same text, or another one.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::answers::NoAnswer;
use crate::backfill;
use crate::house::House;
use crate::model::{Came, Change, Memento, Point, Version, WatchId};
use crate::store::StoreError;

/// What others say of a change.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize, Debug)]
#[serde(default)]
pub struct Corroboration {
    /// The archives that hold the same text from the time in which we saw it, each with one of its copies.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub agree: Vec<Witness>,
    /// The archives that hold another text from that time.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub disagree: Vec<Witness>,
    /// Where the entry of the change was anchored: what was published outside that covers it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub anchors: Vec<String>,
}

/// An archive with its copy.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Witness {
    /// The archive, by its host.
    pub archive: String,
    /// Its copy.
    pub copy: Memento,
    /// The copy as it was backfilled, where it was.
    pub point: Option<Point>,
}

impl Corroboration {
    /// How well a change is corroborated, in a word of JSON.
    pub fn word(&self) -> &'static str {
        match (self.disagree.len(), self.agree.len(), self.anchors.len()) {
            (1.., _, _) => "disputed",
            (0, 2.., _) => "two-archives",
            (0, 1, _) => "one-archive",
            (0, 0, 1..) => "anchored",
            (0, 0, 0) => "ours-only",
        }
    }

    /// The same in a sentence.
    pub fn sentence(&self) -> String {
        let named = |witnesses: &[Witness]| {
            let names: Vec<&str> = witnesses.iter().map(|one| one.archive.as_str()).collect();
            names.join(" and ")
        };
        match self.word() {
            "disputed" => format!(
                "AN INDEPENDENT COPY DISAGREES: {} holds another text from the time in which we saw this one.",
                named(&self.disagree)
            ),
            "two-archives" => format!(
                "Independent archives hold the same text: {}.",
                named(&self.agree)
            ),
            "one-archive" => format!(
                "An independent archive holds the same text: {}.",
                named(&self.agree)
            ),
            "anchored" => {
                "Only we hold this text; the entry that holds it is anchored outside.".to_owned()
            }
            _ => "Only we hold this text so far.".to_owned(),
        }
    }
}

/// What others say of a change of our own.
pub(super) async fn of(
    house: &House,
    known: &WatchId,
    change: &Change,
) -> Result<Corroboration, NoAnswer> {
    let mut told = Corroboration::default();
    for copy in house.store.copies(change.entry).await? {
        if let Some(memento) = copy.holds {
            told.agree(witness(memento, None));
        }
    }
    let past = house.store.past(known).await?;
    let by = change.bounds.by;
    if !past.brought.iter().any(|one| one.copy.memento.at >= by) {
        return Ok(told);
    }
    let in_force = house.in_force();
    let (text, until) = match change.span.to {
        0 => (None, next_after(house, known, change).await?),
        no => {
            let version: Version = house.store.version(known, no).await?;
            let page = backfill::page_text(house, &in_force, &version).await?;
            (Some(page.text_digest()), Some(version.last_seen))
        }
    };
    let within = |at: DateTime<Utc>| at >= by && until.is_none_or(|until| at <= until);
    for one in past
        .brought
        .iter()
        .filter(|one| within(one.copy.memento.at))
    {
        let (theirs, point) = match &one.copy.came {
            Came::Text(text) => (Some(text.text), Some(Point::Past(text.no))),
            Came::Absent { .. } => (None, None),
            Came::Elsewhere { .. } | Came::Another { .. } | Came::Nothing { .. } => continue,
        };
        let witness = witness(one.copy.memento.clone(), point);
        match theirs == text {
            true => told.agree(witness),
            false => told.disagree(witness),
        }
    }
    Ok(told)
}

/// When the page was seen otherwise again after it was gone.
async fn next_after(
    house: &House,
    known: &WatchId,
    change: &Change,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    let steps = house.store.steps(known).await?;
    let later = steps.into_iter().map(|(_, bounds)| bounds);
    Ok(later
        .filter(|bounds| bounds.by > change.bounds.by)
        .filter_map(|bounds| bounds.after)
        .min())
}

fn witness(copy: Memento, point: Option<Point>) -> Witness {
    let url = Url::parse(&copy.url).ok();
    let host = url.and_then(|url| url.host_str().map(str::to_owned));
    Witness {
        archive: host.unwrap_or_else(|| copy.url.clone()),
        copy,
        point,
    }
}

impl Corroboration {
    fn agree(&mut self, witness: Witness) {
        let known: BTreeSet<&String> = self.agree.iter().map(|one| &one.archive).collect();
        if !known.contains(&witness.archive) {
            self.agree.push(witness);
        }
    }

    fn disagree(&mut self, witness: Witness) {
        let known: BTreeSet<&String> = self.disagree.iter().map(|one| &one.archive).collect();
        if !known.contains(&witness.archive) {
            self.disagree.push(witness);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(host: &str) -> Witness {
        let copy = Memento {
            url: format!("https://{host}/20160706120000/https://nhs.example/"),
            at: DateTime::UNIX_EPOCH,
        };
        witness(copy, None)
    }

    #[track_caller]
    fn case(agree: &[&str], disagree: &[&str], anchors: usize, expected: &str) {
        let mut told = Corroboration::default();
        agree.iter().for_each(|host| told.agree(of(host)));
        disagree.iter().for_each(|host| told.disagree(of(host)));
        told.anchors = vec!["a checkpoint".to_owned(); anchors];
        assert_eq!(told.word(), expected);
        assert!(told.sentence().ends_with('.'));
    }

    #[test]
    fn archives_count_once_each_and_one_that_disagrees_outweighs_all() {
        case(&[], &[], 0, "ours-only");
        case(&[], &[], 1, "anchored");
        case(&["one.example"], &[], 1, "one-archive");
        case(&["one.example", "one.example"], &[], 0, "one-archive");
        case(&["one.example", "two.example"], &[], 0, "two-archives");
        case(
            &["one.example", "two.example"],
            &["three.example"],
            1,
            "disputed",
        );
    }
}
