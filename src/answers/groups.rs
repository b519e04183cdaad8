//! Which changes of several pages belong together.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::answers::{NoAnswer, renamed::Renamed};
use crate::house::House;
use crate::model::{Alike, Bounds, ChangeKind, Digest, Member, Severity, Span, Swap, WatchId};
use crate::store::ChangeFilter;

/// On how many pages something stands, at the least, that makes a group of them.
pub(super) const PAGES: usize = 3;
/// The same for pages that moved with their host.
const MOVED: usize = 2;
/// After so long without another page a group has ended; a paragraph spreads more slowly than an edit is made.
const EDITED_WITHIN: TimeDelta = TimeDelta::days(14);
const SPREAD_WITHIN: TimeDelta = TimeDelta::days(60);
/// Pages of one host that changed within this time changed together.
const TOGETHER: TimeDelta = TimeDelta::hours(24);
/// How many digits of its mark name a group.
const DIGITS: usize = 8;

/// Changes of several pages that belong together.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
pub struct Group {
    /// Its name; it stays while the group grows.
    #[serde(rename = "group")]
    pub id: String,
    /// What they have in common.
    #[serde(flatten)]
    pub what: What,
    /// On how many pages.
    pub pages: usize,
    /// On which hosts.
    pub hosts: Vec<String>,
    /// When the first of them was seen.
    pub since: DateTime<Utc>,
    /// When the last of them was seen.
    pub latest: DateTime<Utc>,
    /// How many were seen on which day, in the watchlist's time zone; days without any are left out.
    pub curve: Vec<(NaiveDate, usize)>,
    /// The changes, oldest first.
    pub members: Vec<Joined>,
}

/// What the changes of a group have in common.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum What {
    /// Words put for other words.
    Substitution {
        /// The words before.
        old: String,
        /// The words after.
        new: String,
    },
    /// The same block, changed alike.
    SameEdit {
        /// Its words before; `None` where it came.
        old: Option<String>,
        /// Its words after; `None` where it is gone.
        new: Option<String>,
    },
    /// The same new paragraph, page by page.
    Spreading {
        /// Its words where it came first.
        new: String,
    },
    /// Pages that stand at another host now, in the same words.
    HostMove {
        /// The host before.
        old: String,
        /// The host now.
        new: String,
    },
}

impl What {
    /// The word for it, as in JSON.
    pub fn word(&self) -> &'static str {
        match self {
            What::Substitution { .. } => "substitution",
            What::SameEdit { .. } => "same-edit",
            What::Spreading { .. } => "spreading",
            What::HostMove { .. } => "host-move",
        }
    }
}

/// One change of a group.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Joined {
    /// Whose change.
    pub watch: WatchId,
    /// What the page was called.
    pub title: String,
    /// From which version to which.
    pub change: Span,
    /// The last time the old words were seen.
    pub after: Option<DateTime<Utc>>,
    /// The first time the new words were seen.
    pub by: DateTime<Utc>,
    /// How much the change mattered, what is the page's own with it.
    pub severity: Severity,
    /// The places named on this page.
    #[serde(default)]
    pub places: Vec<String>,
    /// Why nothing was said of it, or of this part of it, where that is so.
    pub silence: Option<String>,
}

/// A group of this id, or the groups of this watch, or all of them; the one that grew last first.
pub(super) async fn groups(
    house: &House,
    id: Option<&str>,
    since: Option<DateTime<Utc>>,
) -> Result<Vec<Group>, NoAnswer> {
    let renamed = Renamed::since(house).await?;
    let zone = house.in_force().watchlist.settings.timezone;
    let mut groups = moves(house, zone).await?;
    for mark in house.store.shared_since(DateTime::UNIX_EPOCH).await? {
        let members = house.store.strand(mark).await?;
        for run in runs(members) {
            groups.extend(of_run(house, mark, run, zone).await?);
        }
    }
    without_told(&mut groups);
    for joined in groups.iter_mut().flat_map(|group| &mut group.members) {
        joined.watch = renamed.now(&joined.watch).clone();
    }
    if let Some(id) = id {
        let has = |group: &Group| group.members.iter().any(|one| one.watch.0 == id);
        groups.retain(|group| group.id == id || has(group));
        if groups.is_empty() {
            return Err(unknown(house, id));
        }
    }
    groups.retain(|group| since.is_none_or(|since| group.latest >= since));
    groups.sort_by(|a, b| (b.latest, &a.id).cmp(&(a.latest, &b.id)));
    Ok(groups)
}

fn unknown(house: &House, id: &str) -> NoAnswer {
    let watch = house.in_force().watchlist.watch(&id.into()).is_some();
    NoAnswer::Unknown {
        what: match watch {
            true => format!("No change of {id} belongs to a group."),
            false => format!("There is no group “{id}”, and no watch of that name in one."),
        },
        remedy: Some("`smallprint groups` names them all.".to_owned()),
    }
}

pub(super) fn block_of(one: &Member) -> Option<&Digest> {
    match &one.strand.what {
        Alike::Substitution { within, .. } => Some(within),
        _ => None,
    }
}

/// Leaves out an edit all of whose pages are told as a substitution that explains it.
fn without_told(groups: &mut Vec<Group>) {
    type Told = (String, String, BTreeSet<(WatchId, Span)>);
    let changes = |group: &Group| -> BTreeSet<(WatchId, Span)> {
        let members = group.members.iter();
        members.map(|one| (one.watch.clone(), one.change)).collect()
    };
    let told: Vec<Told> = groups
        .iter()
        .filter_map(|group| match &group.what {
            What::Substitution { old, new } => Some((old.clone(), new.clone(), changes(group))),
            _ => None,
        })
        .collect();
    groups.retain(|group| {
        let What::SameEdit {
            old: Some(before),
            new: Some(after),
        } = &group.what
        else {
            return true;
        };
        let own = changes(group);
        !told
            .iter()
            .any(|(old, new, changes)| before.replace(old, new) == *after && own.is_subset(changes))
    });
}

/// The changes that have a strand, parted where nothing came for long.
pub(super) fn runs(mut members: Vec<Member>) -> Vec<Vec<Member>> {
    members.sort_by_key(|one| (one.bounds.by, one.entry));
    let mut runs: Vec<Vec<Member>> = Vec::new();
    for one in members {
        let within = match one.strand.what {
            Alike::Paragraph { .. } => SPREAD_WITHIN,
            _ => EDITED_WITHIN,
        };
        match runs.last_mut() {
            Some(run)
                if run
                    .last()
                    .is_some_and(|last| one.bounds.by - last.bounds.by <= within) =>
            {
                run.push(one);
            }
            _ => runs.push(vec![one]),
        }
    }
    runs
}

async fn of_run(
    house: &House,
    mark: Digest,
    run: Vec<Member>,
    zone: Tz,
) -> Result<Option<Group>, NoAnswer> {
    let pages: BTreeSet<&WatchId> = run.iter().map(|one| &one.watch).collect();
    if pages.len() < PAGES {
        return Ok(None);
    }
    // Words that were swapped in one block alone are an edit of that block, which is a group of its own.
    let blocks: BTreeSet<&Digest> = run.iter().filter_map(block_of).collect();
    if blocks.len() == 1 {
        return Ok(None);
    }
    let what = what_of(&run);
    let hosts: BTreeSet<String> = run.iter().map(|one| one.host.clone()).collect();
    let id = format!("{}-{}", &mark.to_string()[..DIGITS], run[0].entry);
    let mut members = Vec::new();
    for one in &run {
        let change = house.store.change(&one.watch, one.span).await?;
        members.push(Joined {
            watch: one.watch.clone(),
            title: one.title.clone(),
            change: one.span,
            after: one.bounds.after,
            by: one.bounds.by,
            severity: one.severity,
            places: one.strand.places.clone(),
            silence: change.silence.or(change.aside),
        });
    }
    Ok(Some(group(id, what, hosts, members, zone)))
}

/// What a run of changes has in common, in the words most of them have.
pub(super) fn what_of(run: &[Member]) -> What {
    let told: BTreeSet<&[String]> = run.iter().map(|one| one.strand.places.as_slice()).collect();
    let hosts: BTreeSet<&str> = run.iter().map(|one| one.host.as_str()).collect();
    match &run[0].strand.what {
        Alike::Substitution { .. } => {
            let Swap { old, new } = whole(run);
            What::Substitution { old, new }
        }
        Alike::Edit { before, after } => What::SameEdit {
            old: Some(before.clone()),
            new: after.clone(),
        },
        Alike::Paragraph { text } => {
            let first = run.first().map(|one| one.bounds.by);
            let last = run.last().map(|one| one.bounds.by);
            let at_once = last.zip(first).is_some_and(|(a, b)| a - b <= TOGETHER);
            match told.len() == 1 && hosts.len() == 1 && at_once {
                true => What::SameEdit {
                    old: None,
                    new: Some(text.clone()),
                },
                false => What::Spreading { new: text.clone() },
            }
        }
    }
}

/// The swapped words with the name around them that most pages have.
fn whole(run: &[Member]) -> Swap {
    let mut counts: BTreeMap<&Swap, usize> = BTreeMap::new();
    for one in run {
        if let Alike::Substitution { whole, .. } = &one.strand.what {
            *counts.entry(whole).or_default() += 1;
        }
    }
    // Among equals the shortest.
    let most = counts
        .into_iter()
        .max_by_key(|(whole, count)| (*count, std::cmp::Reverse(whole.old.len())));
    most.map_or_else(
        || Swap {
            old: String::new(),
            new: String::new(),
        },
        |(whole, _)| whole.clone(),
    )
}

/// Pages that moved with their host, by the two hosts.
async fn moves(house: &House, zone: Tz) -> Result<Vec<Group>, NoAnswer> {
    let store = &house.store;
    let moved = ChangeFilter {
        kinds: vec![ChangeKind::Moved],
        ..ChangeFilter::default()
    };
    let mut changes = store.changes(&moved).await?;
    changes.reverse();
    let mut by_hosts: BTreeMap<(String, String), Vec<(u64, Joined)>> = BTreeMap::new();
    for change in changes {
        let before = store.version(&change.watch, change.span.from).await?;
        let after = store.version(&change.watch, change.span.to).await?;
        let host = |url: &url::Url| url.host_str().unwrap_or("nowhere").to_owned();
        let Bounds { after: seen, by } = change.bounds;
        let joined = Joined {
            watch: change.watch,
            title: change.title,
            change: change.span,
            after: seen,
            by,
            severity: change.severity,
            places: Vec::new(),
            silence: change.silence,
        };
        let pair = (host(&before.url), host(&after.url));
        if pair.0 == pair.1 {
            continue;
        }
        by_hosts
            .entry(pair)
            .or_default()
            .push((change.entry, joined));
    }
    let groups = by_hosts.into_iter().map(|((old, new), members)| {
        let first = members.first().map_or(0, |(entry, _)| *entry);
        let mark = Digest::of(format!("{old}\0{new}").as_bytes()).to_string();
        let id = format!("{}-{first}", &mark[..DIGITS]);
        let hosts = BTreeSet::from([old.clone(), new.clone()]);
        let members = members.into_iter().map(|(_, joined)| joined).collect();
        group(id, What::HostMove { old, new }, hosts, members, zone)
    });
    Ok(groups.filter(|group| group.pages >= MOVED).collect())
}

fn group(id: String, what: What, hosts: BTreeSet<String>, members: Vec<Joined>, zone: Tz) -> Group {
    let pages: BTreeSet<&WatchId> = members.iter().map(|one| &one.watch).collect();
    let times = members.iter().map(|one| one.by);
    Group {
        id,
        what,
        pages: pages.len(),
        hosts: hosts.into_iter().collect(),
        since: times.clone().min().unwrap_or_default(),
        latest: times.clone().max().unwrap_or_default(),
        curve: curve(times, zone),
        members,
    }
}

/// How many on which day.
fn curve(times: impl Iterator<Item = DateTime<Utc>>, zone: Tz) -> Vec<(NaiveDate, usize)> {
    let mut days: BTreeMap<NaiveDate, usize> = BTreeMap::new();
    for at in times {
        *days
            .entry(at.with_timezone(&zone).date_naive())
            .or_default() += 1;
    }
    days.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Strand;

    fn member(watch: &str, host: &str, by: &str, what: Alike, places: &[&str]) -> Member {
        Member {
            entry: 1,
            watch: watch.into(),
            title: String::new(),
            host: host.to_owned(),
            span: Span { from: 1, to: 2 },
            bounds: Bounds {
                after: None,
                by: by.parse().expect("a time"),
            },
            severity: Severity(3),
            to: Vec::new(),
            strand: Strand {
                mark: Digest::of(b""),
                what,
                places: places.iter().map(|place| (*place).to_owned()).collect(),
            },
        }
    }

    fn paragraph() -> Alike {
        Alike::Paragraph {
            text: "It comes.".to_owned(),
        }
    }

    #[test]
    fn a_group_ends_where_nothing_joined_it_for_long() {
        let swap = || {
            let swap = |old: &str, new: &str| Swap {
                old: old.to_owned(),
                new: new.to_owned(),
            };
            Alike::Substitution {
                swap: swap("Digital", "England"),
                whole: swap("NHS Digital", "NHS England"),
                within: Digest::of(b"a block"),
            }
        };
        let lengths = |what: fn() -> Alike, swaps: bool| -> Vec<usize> {
            let of = |by| {
                member(
                    "a",
                    "a.example",
                    by,
                    if swaps { swap() } else { what() },
                    &[],
                )
            };
            let members = [
                "2026-03-01T09:00:00Z",
                "2026-03-10T09:00:00Z",
                "2026-04-10T09:00:00Z",
            ];
            runs(members.map(of).into()).iter().map(Vec::len).collect()
        };
        assert_eq!(lengths(paragraph, true), [2, 1]);
        assert_eq!(lengths(paragraph, false), [3]);
    }

    #[test]
    fn a_paragraph_spreads_where_it_came_over_days_or_to_other_places() {
        let word = |days: &[(&str, &str, &str)]| {
            let of = |(host, by, place): &(&str, &str, &str)| {
                member(by, host, by, paragraph(), &[place])
            };
            let run: Vec<Member> = days.iter().map(of).collect();
            what_of(&run).word()
        };
        let (one, two) = ("2026-03-01T09:00:00Z", "2026-03-01T10:00:00Z");
        assert_eq!(
            word(&[("a.example", one, "Kent"), ("a.example", two, "Kent")]),
            "same-edit"
        );
        assert_eq!(
            word(&[("a.example", one, "Kent"), ("a.example", two, "Leeds")]),
            "spreading"
        );
        assert_eq!(
            word(&[("a.example", one, "Kent"), ("b.example", two, "Kent")]),
            "spreading"
        );
        let later = "2026-03-05T10:00:00Z";
        assert_eq!(
            word(&[("a.example", one, "Kent"), ("a.example", later, "Kent")]),
            "spreading"
        );
    }

    #[test]
    fn a_curve_counts_by_days_of_the_place() {
        let times = [
            "2026-07-01T22:30:00Z",
            "2026-07-01T23:30:00Z",
            "2026-07-02T09:00:00Z",
        ];
        let times = times.map(|text| text.parse::<DateTime<Utc>>().expect("a time"));
        let day = |text: &str| text.parse::<NaiveDate>().expect("a day");
        assert_eq!(
            curve(times.into_iter(), chrono_tz::Europe::London),
            [(day("2026-07-01"), 1), (day("2026-07-02"), 2)]
        );
    }
}
