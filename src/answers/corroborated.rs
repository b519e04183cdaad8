//! What others say of a change: whether archives of the web hold the same text or another one, and what anchors its entry.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::answers::{NoAnswer, Response};
use crate::backfill;
use crate::house::House;
use crate::model::{
    Anchor, AnchoredBy, Bounds, Brought, Came, Change, EntryNo, Memento, Point, Save, Span,
    Version, WatchId,
};
use crate::store::StoreError;
use crate::wording::times;

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
    /// What anchors the entry of the change: the first checkpoint over it that an authority stamped, and the first that was
    /// posted in a channel.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub anchors: Vec<Anchor>,
    /// The archives that were asked to keep a copy, with what they said.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub asked: Vec<Asking>,
}

/// That an archive was asked to keep a copy of a page as it stood after a change.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Asking {
    /// The archive, by its host.
    pub archive: String,
    /// When it was asked.
    pub at: DateTime<Utc>,
    /// What it said.
    pub outcome: Outcome,
    /// Why it will not, where it says so.
    pub why: Option<String>,
}

/// What an archive says that is asked to keep a copy.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It takes the page; whether it kept it is known from its copy.
    Taken,
    /// It will not keep it.
    Refused,
}

impl Outcome {
    /// The same in a word of JSON.
    pub fn word(self) -> &'static str {
        match self {
            Outcome::Taken => "taken",
            Outcome::Refused => "refused",
        }
    }
}

impl From<Save> for Asking {
    fn from(save: Save) -> Asking {
        Asking {
            archive: save.archive,
            at: save.at,
            outcome: match save.refused {
                None => Outcome::Taken,
                Some(_) => Outcome::Refused,
            },
            why: save.refused,
        }
    }
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
        let asked = self.asked.iter().map(|asked| match asked.outcome {
            Outcome::Taken => format!("; {} was asked to keep a copy", asked.archive),
            Outcome::Refused => {
                format!("; {} was asked to keep a copy, and refused", asked.archive)
            }
        });
        let asked: String = asked.collect();
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
            "anchored" => format!(
                "Only we hold this text; the entry that holds it is anchored outside{asked}."
            ),
            _ => format!("Only we hold this text so far{asked}."),
        }
    }
}

/// What others say of some changes of our own, by their entries, as far as the journal knew of it by an entry: of a change of
/// which nobody says anything there is nothing.
pub(super) async fn of_all(
    house: &House,
    changes: &[Change],
    as_of: EntryNo,
) -> Result<BTreeMap<EntryNo, Corroboration>, NoAnswer> {
    let entries: Vec<EntryNo> = changes.iter().map(|change| change.entry).collect();
    let vouched = house.store.vouched(entries, as_of).await?;
    let mut pages: BTreeMap<&WatchId, Page> = BTreeMap::new();
    let mut all = BTreeMap::new();
    for (change, vouched) in changes.iter().zip(vouched) {
        let page = match pages.entry(&change.watch) {
            Entry::Occupied(page) => page.into_mut(),
            Entry::Vacant(free) => free.insert(Page::read(house, &change.watch, as_of).await?),
        };
        let mut told = Corroboration {
            anchors: vouched.anchors,
            asked: vouched.save.into_iter().map(Asking::from).collect(),
            ..Corroboration::default()
        };
        for memento in vouched.copies.into_iter().filter_map(|copy| copy.holds) {
            told.agree(witness(memento, None));
        }
        page.hold_against(house, change, &mut told).await?;
        if told != Corroboration::default() {
            all.insert(change.entry, told);
        }
    }
    Ok(all)
}

/// What others say of a change of our own.
pub(super) async fn of(house: &House, change: &Change) -> Result<Corroboration, NoAnswer> {
    let last = house.store.last_entry().await?;
    let mut all = of_all(house, std::slice::from_ref(change), last).await?;
    Ok(all.remove(&change.entry).unwrap_or_default())
}

/// What others say of the changes in these entries, as far as the journal knew of it by another.
pub(super) async fn in_entries(
    house: &House,
    entries: &[EntryNo],
    as_of: EntryNo,
) -> Result<Response, NoAnswer> {
    let mut changes = Vec::with_capacity(entries.len());
    for entry in entries {
        changes.push(house.store.change_in(*entry).await?);
    }
    let all = of_all(house, &changes, as_of).await?;
    Ok(Response::Corroborated(all))
}

/// What archives hold of a page from the time in which it was watched, and what it is held against.
struct Page {
    /// What was brought of it, in the order of the journal.
    brought: Vec<Brought>,
    /// Its versions and steps; none where nothing was brought.
    versions: Vec<Version>,
    steps: Vec<(Span, Bounds)>,
    /// When it had last been read by the entry the answer is as of; absent where that is the last one.
    read: Option<DateTime<Utc>>,
}

impl Page {
    async fn read(house: &House, watch: &WatchId, as_of: EntryNo) -> Result<Page, StoreError> {
        let store = &house.store;
        let mut brought = store.past_by(watch, as_of).await?.brought;
        // A file that somebody had can say anything: only what an archive was asked for itself is its word.
        brought.retain(|one| one.copy.imported.is_none());
        let (mut versions, mut steps, mut read) = (Vec::new(), Vec::new(), None);
        if !brought.is_empty() {
            versions = store.versions(watch).await?;
            steps = store.steps(watch).await?;
            if as_of < store.last_entry().await? {
                let at = store.entry(as_of).await?.at;
                steps.retain(|(_, bounds)| bounds.by <= at);
                read = store.read_by(as_of, at).await?.get(watch).copied();
            }
        }
        Ok(Page {
            brought,
            versions,
            steps,
            read,
        })
    }

    /// Notes which archives hold what stood there after a change, and which hold something else.
    async fn hold_against(
        &self,
        house: &House,
        change: &Change,
        told: &mut Corroboration,
    ) -> Result<(), NoAnswer> {
        let by = change.bounds.by;
        if !(self.brought.iter()).any(|one| one.copy.memento.at >= by) {
            return Ok(());
        }
        let (text, until) = match change.span.to {
            0 => (None, self.next_after(change)),
            no => {
                let version = self.versions.iter().find(|version| version.no == no);
                let Some(version) = version else {
                    return Ok(());
                };
                let page = backfill::page_text(house, &house.in_force(), version).await?;
                let seen = self.read.unwrap_or(version.last_seen);
                (Some(page.text_digest()), Some(version.last_seen.min(seen)))
            }
        };
        let within = |at: DateTime<Utc>| at >= by && until.is_none_or(|until| at <= until);
        let brought = self.brought.iter();
        for one in brought.filter(|one| within(one.copy.memento.at)) {
            let (theirs, point) = match &one.copy.came {
                Came::Text(text) => (one.compared(), Some(Point::Past(text.no))),
                Came::Absent { .. } => (None, None),
                Came::Elsewhere { .. } | Came::Another { .. } | Came::Nothing { .. } => continue,
            };
            let witness = witness(one.copy.memento.clone(), point);
            match theirs == text {
                true => told.agree(witness),
                false => told.disagree(witness),
            }
        }
        Ok(())
    }

    /// When the page was seen otherwise again after it was gone.
    fn next_after(&self, change: &Change) -> Option<DateTime<Utc>> {
        let later = self.steps.iter().map(|(_, bounds)| bounds);
        later
            .filter(|bounds| bounds.by > change.bounds.by)
            .filter_map(|bounds| bounds.after)
            .min()
    }
}

/// Where a change is anchored, in a sentence; which channel it is stays with those who keep the archive.
pub fn anchored(anchor: &Anchor, zone: Tz) -> String {
    let at = times::moment(anchor.at, zone);
    let size = anchor.size;
    match &anchor.by {
        AnchoredBy::Stamped { authority } => {
            let host = authority.host_str().unwrap_or_default();
            format!(
                "The time-stamp authority {host} stamped the checkpoint over {size} entries on {at}."
            )
        }
        AnchoredBy::Posted { .. } => {
            format!(
                "The root of the checkpoint over {size} entries was posted in a channel on {at}."
            )
        }
    }
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
    use crate::model::Destination;

    fn of(host: &str) -> Witness {
        let copy = Memento {
            url: format!("https://{host}/20160706120000/https://nhs.example/"),
            at: DateTime::UNIX_EPOCH,
        };
        witness(copy, None)
    }

    fn anchor() -> Anchor {
        Anchor {
            checkpoint: 9,
            size: 8,
            entry: 10,
            at: DateTime::UNIX_EPOCH,
            by: AnchoredBy::Stamped {
                authority: "https://tsa.example/".parse().expect("an address"),
            },
        }
    }

    #[track_caller]
    fn case(agree: &[&str], disagree: &[&str], anchors: usize, expected: &str) {
        let mut told = Corroboration::default();
        agree.iter().for_each(|host| told.agree(of(host)));
        disagree.iter().for_each(|host| told.disagree(of(host)));
        told.anchors = vec![anchor(); anchors];
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

    #[test]
    fn what_an_archive_said_that_was_asked_to_keep_a_copy_stands_in_the_sentence() {
        let asked = |refused: Option<&str>| {
            let save = Save {
                of: 7,
                archive: "web.archive.example".to_owned(),
                at: DateTime::UNIX_EPOCH,
                refused: refused.map(str::to_owned),
            };
            Corroboration {
                asked: vec![Asking::from(save)],
                ..Corroboration::default()
            }
        };
        let (taken, refused) = (asked(None), asked(Some("It is on the list.")));
        let mut anchored = taken.clone();
        anchored.anchors = vec![anchor()];
        let mut held = taken.clone();
        held.agree(of("web.archive.example"));
        for (told, word, expected) in [
            (
                &taken,
                "ours-only",
                "Only we hold this text so far; web.archive.example was asked to keep a copy.",
            ),
            (
                &refused,
                "ours-only",
                "Only we hold this text so far; web.archive.example was asked to keep a copy, and refused.",
            ),
            (
                &anchored,
                "anchored",
                "Only we hold this text; the entry that holds it is anchored outside; web.archive.example was asked to keep a copy.",
            ),
            (
                &held,
                "one-archive",
                "An independent archive holds the same text: web.archive.example.",
            ),
        ] {
            assert_eq!((told.word(), told.sentence().as_str()), (word, expected));
        }
        let outcomes = [&taken, &refused]
            .map(|told| (told.asked[0].outcome.word(), told.asked[0].why.as_deref()));
        assert_eq!(
            outcomes,
            [("taken", None), ("refused", Some("It is on the list."))]
        );
    }

    #[test]
    fn an_anchor_names_its_authority_and_its_time_and_no_channel() {
        let zone = chrono_tz::Europe::London;
        assert_eq!(
            anchored(&anchor(), zone),
            "The time-stamp authority tsa.example stamped the checkpoint over 8 entries on Thu 1 January 1970 01:00 BST."
        );
        let to = Destination::Email(vec!["ada@nhs.example".to_owned()]);
        let posted = Anchor {
            by: AnchoredBy::Posted { to },
            ..anchor()
        };
        assert!(!anchored(&posted, zone).contains("ada"));
    }
}
