//! A finding: one reason why a change matters.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::model::{Habit, Served, Sight, VersionNo, WatchId};

/// How much a change matters: 5 interrupt an evening, 4 post at once, 3 next batch, 2 digest, 1 record only, 0 nothing at all.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize, Debug,
)]
#[serde(transparent)]
pub struct Severity(pub u8);

impl Severity {
    /// Only recorded.
    pub const RECORD: Severity = Severity(1);

    /// One higher, at most 5.
    pub fn raised(self) -> Severity {
        Severity((self.0 + 1).min(5))
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// One reason why a change matters, with the words on both sides.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize, Debug)]
pub struct Finding {
    /// The rule that found it; the ids stand in one table, the rulebook.
    pub rule: String,
    /// How much it matters. `timing` only raises the others by one.
    pub severity: Severity,
    /// One sentence that says why, made of facts, quotes and bounds.
    pub why: String,
    /// The names it is about: datasets, places, terms, recipients.
    #[serde(default)]
    pub names: Vec<String>,
    /// The words before, as they stood.
    pub before: Option<String>,
    /// The words after, as they stand.
    pub after: Option<String>,
    /// Where the quoted words stand.
    #[serde(default, skip_serializing_if = "Quoted::is_empty")]
    pub stands: Quoted,
    /// What made it more or less than its rule says, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub weighed: Vec<Weighed>,
    /// What people read for its rule, where the user wrote that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
}

/// In which blocks of the two documents the quoted words of a finding stand, from 0.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize, Debug)]
pub struct Quoted {
    /// In the document before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub before: Vec<usize>,
    /// In the document after.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<usize>,
}

impl Quoted {
    /// Whether it names no block.
    pub fn is_empty(&self) -> bool {
        self.before.is_empty() && self.after.is_empty()
    }
}

/// One reason why a finding is more or less than its rule says.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Weighed {
    /// The severity it came to.
    pub to: Severity,
    /// Why, as a clause: "almost the same sentence still stands on this page".
    pub because: String,
}

/// What almost was a finding: a rule whose pattern matched a sentence, and why nothing came of it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Almost {
    /// The rule.
    pub rule: String,
    /// The sentence, as it stands.
    pub sentence: String,
    /// Why nothing came of it, as a clause: "the same words stood on the page before".
    pub because: String,
}

/// What judgement wants to know of the archive before it judges.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize, Debug)]
pub struct Questions {
    /// Names in their canonical form: where were they first seen?
    pub names: Vec<String>,
    /// Sentences that are gone from this page, folded (`findings::fold`): on which other watched pages do they stand now?
    pub sentences: Vec<String>,
    /// How much did a publisher change day by day?
    #[serde(default)]
    pub volume: Option<VolumeAsked>,
    /// The host whose habit is asked after, and that of the page: do its dates move when its words change?
    #[serde(default)]
    pub habit: Option<String>,
    /// Since when: at which times from then on was the text seen that stands now?
    #[serde(default)]
    pub seen_since: Option<DateTime<Utc>>,
    /// Known schemes that the text may be another name of: what of their pages stands in the archive?
    #[serde(default)]
    pub schemes: Vec<Scheme>,
    /// Addresses that are no longer listed on this page: do their pages still stand?
    #[serde(default)]
    pub addresses: Vec<String>,
}

/// A question after the changes of some watches, day by day.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize, Debug)]
pub struct VolumeAsked {
    /// The watches of one publisher.
    pub watches: Vec<WatchId>,
    /// When each day begins and ends, in order, not overlapping.
    pub days: Vec<(DateTime<Utc>, DateTime<Utc>)>,
}

/// A known scheme that a text may be another name of, and what of the text may stand on its pages too.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize, Debug)]
pub struct Scheme {
    /// The id of its dossier.
    pub dossier: String,
    /// What people call it first: findings name it so.
    pub name: String,
    /// Its names, folded: a page is one of the scheme where its title has one.
    pub names: Vec<String>,
    /// Long sentences of the text, folded.
    pub sentences: Vec<String>,
    /// Reference numbers and addresses to write to in the text, folded.
    pub marks: Vec<String>,
    /// The id under which the publisher keeps the text.
    pub content_id: Option<String>,
    /// Where the text stands.
    pub address: String,
}

/// A page of a known scheme in the archive, and what it has in common with a text.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct SchemePage {
    /// Whose page.
    pub watch: WatchId,
    /// The version that has its name.
    pub version: VersionNo,
    /// When that was last seen.
    pub at: DateTime<Utc>,
    /// What it is called.
    pub title: String,
    /// The sentences that stand on both, folded.
    pub sentences: Vec<String>,
    /// The reference numbers and addresses to write to that stand on both, folded.
    pub marks: Vec<String>,
    /// Whether the publisher keeps both under one id.
    pub same_id: bool,
    /// Whether its address led to the text.
    pub led_here: bool,
}

/// A page whose address is no longer listed somewhere.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Standing {
    /// Whose page.
    pub watch: WatchId,
    /// Whether it was gone when it was last looked for.
    pub away: bool,
    /// When it was last read.
    pub seen: DateTime<Utc>,
}

/// The archive's answers.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize, Debug)]
pub struct Facts {
    /// For each name asked after that was seen before: where and when first.
    pub seen: BTreeMap<String, Sighting>,
    /// Those of the names asked after that somebody dismissed: nothing is said of them.
    #[serde(default)]
    pub dismissed: BTreeSet<String>,
    /// For each sentence asked after: the other pages on which it stands now.
    pub standing: BTreeMap<String, Vec<WatchId>>,
    /// For each day asked after: how many changes there were.
    #[serde(default)]
    pub volume: Vec<u32>,
    /// For each scheme asked after, by its dossier: its pages that have something in common with the text.
    #[serde(default)]
    pub schemes: BTreeMap<String, Vec<SchemePage>>,
    /// The dossiers of the schemes asked after of which it was said before that this page resembles them.
    #[serde(default)]
    pub resembled: BTreeSet<String>,
    /// For each address asked after at which a page was read.
    #[serde(default)]
    pub addresses: BTreeMap<String, Standing>,
    /// How many pages have been read at least once.
    pub pages: usize,
    /// Since when there has been an archive.
    pub since: Option<DateTime<Utc>>,
    /// The habit of the host asked after.
    #[serde(default)]
    pub host: Habit,
    /// The habit of the page itself.
    #[serde(default)]
    pub own: Habit,
    /// The times asked after, oldest first.
    #[serde(default)]
    pub sights: Vec<Sight>,
    /// How the answer that is judged was served; whoever brought it says so.
    #[serde(default)]
    pub served: Option<Served>,
}

/// The first time a name was seen.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Sighting {
    /// The name as it stood there.
    pub name: String,
    /// On which page.
    pub watch: WatchId,
    /// When.
    pub at: DateTime<Utc>,
    /// The name it was an acronym or another name of then, in the form in which names are compared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
}
