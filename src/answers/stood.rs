//! What stood at an address at a moment: a version, no page, or nobody knows.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::answers::{NoAnswer, no_version, no_watch, renamed::Renamed};
use crate::house::House;
use crate::model::{Bounds, Span, Version, WatchId};

/// What is known of a page at a moment.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
pub struct Stood {
    /// Which watch.
    pub id: WatchId,
    /// What its page is called.
    pub title: String,
    /// When.
    pub at: DateTime<Utc>,
    /// What is known.
    pub known: Known,
    /// The last version that was seen by then.
    pub before: Option<Version>,
    /// The first version that was seen after it.
    pub after: Option<Version>,
}

/// Present, absent, or unknown.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case", tag = "known")]
pub enum Known {
    /// The text of `before` stood there: it was seen both before and after, or just then.
    Present,
    /// The page was gone.
    Absent {
        /// Between which times it went.
        went: Bounds,
        /// When it was last looked for, or first seen again.
        until: DateTime<Utc>,
    },
    /// Nobody knows.
    Unknown {
        /// Why.
        why: Unseen,
    },
}

/// Why nobody knows what stood there.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum Unseen {
    /// It was before the page was first seen.
    Before,
    /// The page changed between the last sight of one text and the first of another.
    Between,
    /// It was not seen since.
    Since,
    /// That time is yet to come.
    Yet,
}

pub(super) async fn stood(
    house: &House,
    id: &WatchId,
    at: DateTime<Utc>,
) -> Result<Stood, NoAnswer> {
    let renamed = Renamed::since(house).await?;
    let archived = renamed.in_archive(id);
    let mut versions = renamed.versions(house.store.versions(archived).await?);
    let Some(last) = versions.last() else {
        let watched = house.in_force().watchlist.watch(id).is_some();
        return Err(match watched {
            true => no_version(id, "yet", None),
            false => no_watch(house, id),
        });
    };
    let title = last.title.clone();
    versions.sort_by_key(|version| (version.at, version.no));
    let state = house.store.state(archived).await?;
    let steps = house.store.steps(archived).await?;
    let now = house.clock.now();
    let after = versions.iter().find(|version| version.at > at).cloned();
    let before = versions.into_iter().rev().find(|version| version.at <= at);
    let known = match at > now {
        true => Known::Unknown { why: Unseen::Yet },
        false => known(
            at,
            before.as_ref(),
            after.as_ref(),
            &steps,
            state.last_visit,
        ),
    };
    Ok(Stood {
        id: id.clone(),
        title,
        at,
        known,
        before,
        after,
    })
}

/// What is known of a moment that has passed, by the texts seen around it and the steps between them.
fn known(
    at: DateTime<Utc>,
    before: Option<&Version>,
    after: Option<&Version>,
    steps: &[(Span, Bounds)],
    last_visit: Option<DateTime<Utc>>,
) -> Known {
    let gone = steps.iter().rev();
    let mut gone = gone.filter(|(span, bounds)| span.to == 0 && bounds.by <= at);
    let back = |went: &Bounds| {
        let mut back = steps.iter().filter(|(span, _)| span.from == 0);
        back.find(|(_, bounds)| bounds.by > went.by)
    };
    if let Some((_, went)) = gone.next() {
        // While it was gone it was looked for until then.
        let until = match back(went) {
            Some((_, bounds)) if bounds.by <= at => None,
            Some((_, bounds)) => Some(bounds.after.unwrap_or(bounds.by)),
            None => last_visit,
        };
        match until {
            Some(until) if at <= until => return Known::Absent { went: *went, until },
            Some(_) => {
                let why = match after {
                    Some(_) => Unseen::Between,
                    None => Unseen::Since,
                };
                return Known::Unknown { why };
            }
            None => {}
        }
    }
    let why = match (before, after) {
        (Some(before), _) if at <= before.last_seen => return Known::Present,
        (None, _) => Unseen::Before,
        (Some(_), _) if steps.iter().any(|(_, bounds)| bounds.by > at) => Unseen::Between,
        (Some(_), _) => Unseen::Since,
    };
    Known::Unknown { why }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Digest;

    fn at(hour: u32) -> DateTime<Utc> {
        DateTime::from_timestamp(i64::from(hour) * 3_600, 0).expect("a time")
    }

    fn version(no: u32, first: u32, last: u32) -> Version {
        Version {
            watch: "page".into(),
            no,
            at: at(first),
            after: None,
            last_seen: at(last),
            url: "https://a.example/".parse().expect("an address"),
            title: String::new(),
            body: Digest::of(b""),
            capture: Digest::of(b""),
            document: Digest::of(b""),
            text: Digest::of(b""),
            same_text_as: None,
            entry: 1,
            imported: None,
            continues: None,
            reread: None,
            backfilled: None,
        }
    }

    /// Seen at 2 to 4 as version 1, at 6 to 8 as version 2, gone at 10 to 12, there again at 14 as version 3 until 16.
    #[track_caller]
    fn case(hour: u32, expected: &str) {
        let versions = [version(1, 2, 4), version(2, 6, 8), version(3, 14, 16)];
        let step = |from, to, after: u32, by: u32| {
            let bounds = Bounds {
                after: Some(at(after)),
                by: at(by),
            };
            (Span { from, to }, bounds)
        };
        let steps = [step(1, 2, 4, 6), step(2, 0, 8, 10), step(0, 3, 12, 14)];
        let after = versions.iter().find(|version| version.at > at(hour));
        let before = versions.iter().rev().find(|version| version.at <= at(hour));
        let said = match known(at(hour), before, after, &steps, Some(at(16))) {
            Known::Present => format!("present {}", before.map_or(0, |version| version.no)),
            Known::Absent { .. } => "absent".to_owned(),
            Known::Unknown { why } => format!("{why:?}"),
        };
        assert_eq!(said, expected, "at {hour}");
    }

    #[test]
    fn a_moment_is_present_absent_or_unknown() {
        for (hour, expected) in [
            (1, "Before"),
            (2, "present 1"),
            (3, "present 1"),
            (4, "present 1"),
            (5, "Between"),
            (6, "present 2"),
            (9, "Between"),
            (10, "absent"),
            (12, "absent"),
            (13, "Between"),
            (14, "present 3"),
            (16, "present 3"),
            (17, "Since"),
        ] {
            case(hour, expected);
        }
    }
}
