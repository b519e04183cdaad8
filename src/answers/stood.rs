//! What stood at an address at a moment: a version, no page, or nobody knows.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::answers::presence::{self, Spell, Was};
use crate::answers::{NoAnswer, no_version, no_watch, renamed::Renamed};
use crate::house::House;
use crate::model::{Bounds, Span, Version, WatchId};
use crate::wording::times;

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
    /// The page changed, went or came back between the visit before and the one after.
    Between,
    /// Between two visits that found the same nobody looked for long, or the visits failed.
    Unwatched,
    /// It was not seen since.
    Since,
    /// That time is yet to come.
    Yet,
}

impl Known {
    /// In a sentence or two.
    pub fn said(&self, zone: Tz, now: DateTime<Utc>) -> String {
        match self {
            Known::Present => "It stood there then.".to_owned(),
            Known::Absent { went, until } => format!(
                "No page was there. It went {}, and was still gone at {}.",
                times::between(went, zone, now),
                times::moment(*until, zone)
            ),
            Known::Unknown { why } => format!("Nobody knows. {}", why.said()),
        }
    }
}

impl Unseen {
    /// In a sentence or two.
    fn said(self) -> &'static str {
        match self {
            Unseen::Before => "The page was not seen here before that time.",
            Unseen::Between => {
                "The page changed between two visits, and that time lies between them: it may have been the one text or the other."
            }
            Unseen::Unwatched => {
                "It was not looked for then, or could not be read. The visits before and after found the same."
            }
            Unseen::Since => "The page was not seen since an earlier time.",
            Unseen::Yet => "That time is yet to come.",
        }
    }
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
    let steps = house.store.steps(archived).await?;
    let visits = presence::visits(house, archived, presence::VISITS).await?;
    let in_force = house.in_force();
    let patience = presence::patience(in_force.watchlist.watch(id));
    let now = house.clock.now();
    let spells = presence::spells(&visits, patience, now);
    let after = versions.iter().find(|version| version.at > at).cloned();
    let before = versions.into_iter().rev().find(|version| version.at <= at);
    let known = match at > now {
        true => Known::Unknown { why: Unseen::Yet },
        false => known(at, before.as_ref(), &steps, &spells),
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

/// What is known of a moment that has passed: whether a page was there, by the visits around it; which text it had, by the
/// steps between texts.
fn known(
    at: DateTime<Utc>,
    before: Option<&Version>,
    steps: &[(Span, Bounds)],
    spells: &[Spell],
) -> Known {
    let was = presence::at(spells, at).map(|spell| (spell.was, spell.until));
    let seen = before.filter(|before| at <= before.last_seen);
    let went = steps.iter().rev();
    let mut went = went.filter(|(span, bounds)| span.to == 0 && bounds.by <= at);
    match (was, went.next()) {
        (Some((Was::Absent, until)), Some((_, went))) => {
            return Known::Absent { went: *went, until };
        }
        (Some((Was::Present, _)), _) if seen.is_some() => return Known::Present,
        // What was taken over from elsewhere was seen by others, and no visit of ours tells of it.
        (None, _) if seen.is_some() => return Known::Present,
        _ => {}
    }
    let turned = |(_, bounds): &(Span, Bounds)| {
        bounds.by > at && bounds.after.is_none_or(|after| after <= at)
    };
    let later = spells.iter().rev();
    let mut later = later.filter(|spell| spell.was != Was::Unknown);
    let why = match before {
        None => Unseen::Before,
        Some(_) if steps.iter().any(turned) => Unseen::Between,
        Some(_) if later.next().is_some_and(|spell| spell.until > at) => Unseen::Unwatched,
        Some(_) => Unseen::Since,
    };
    Known::Unknown { why }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::model::Digest;
    use crate::store::Sort;

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
            forgotten: None,
        }
    }

    /// Seen at 2 to 4 as version 1, at 6 to 8 as version 2, gone at 10 to 12, there again at 14 as version 3 until 19, and
    /// not looked for from 16 to 19.
    #[track_caller]
    fn case(hour: u32, expected: &str) {
        let versions = [version(1, 2, 4), version(2, 6, 8), version(3, 14, 19)];
        let step = |from, to, after: u32, by: u32| {
            let bounds = Bounds {
                after: Some(at(after)),
                by: at(by),
            };
            (Span { from, to }, bounds)
        };
        let steps = [step(1, 2, 4, 6), step(2, 0, 8, 10), step(0, 3, 12, 14)];
        use Sort::{Away, Changed, Same};
        let visits = [
            (2, Changed),
            (4, Same),
            (6, Changed),
            (8, Same),
            (10, Away),
            (12, Away),
            (14, Changed),
            (16, Same),
            (19, Same),
        ];
        let visits = visits.map(|(hour, sort)| (at(hour), sort));
        let spells = presence::spells(&visits, TimeDelta::hours(2), at(21));
        let before = versions.iter().rev().find(|version| version.at <= at(hour));
        let said = match known(at(hour), before, &steps, &spells) {
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
            (17, "Unwatched"),
            (19, "present 3"),
            (20, "Since"),
        ] {
            case(hour, expected);
        }
    }
}
