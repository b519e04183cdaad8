//! What came from archives in the order of time: how long each text stood, as far as is known, and where it changed.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::model::{Bounds, Digest, PastNo, Point, Reach};
use crate::past::candidates::{By, Candidate, Seen};

/// Copies one after the other with the same text.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Stretch {
    /// The text; none where there was no page.
    pub text: Option<Digest>,
    /// The backfilled text that stands for its beginning; 0 where there was no page.
    pub first: Point,
    /// The one that stands for its end.
    pub last: Point,
    /// When the first of the copies was made.
    pub from: DateTime<Utc>,
    /// When the last of them was made.
    pub until: DateTime<Utc>,
    /// The backfilled texts that were read of it, in order of time.
    pub read: Vec<PastNo>,
    /// How many copies are the same by the word of the archive.
    pub by_word: usize,
    /// How many copies between them nobody asked for: that they are the same is assumed.
    pub assumed: usize,
    /// The archives that have it.
    pub archives: Vec<String>,
}

/// A change between two stretches, or between the last of them and our own first version.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Turn {
    /// From which text to which.
    pub reach: Reach,
    /// Between which times, by the word of the archives.
    pub bounds: Bounds,
    /// How many copies between the two nobody asked for.
    pub unread: usize,
}

/// The past of a page.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize, Debug)]
pub struct Stretches {
    /// The stretches, earliest first.
    pub stretches: Vec<Stretch>,
    /// The changes between them.
    pub turns: Vec<Turn>,
    /// How many copies archives hold that nobody asked for and of which nothing is known.
    pub unread: usize,
}

impl Stretches {
    /// Whether there may be more changes than were found.
    pub fn at_least(&self) -> bool {
        self.unread > 0
    }
}

/// Puts copies in the order of time. `end` is our own first version: when it was seen, and its text.
pub fn stretches(all: &[Candidate], end: Option<(DateTime<Utc>, Digest)>) -> Stretches {
    let mut told = Stretches::default();
    let mut unread = 0;
    for one in all {
        let Some(stood) = one.stood() else {
            unread += usize::from(one.seen == Seen::Not);
            continue;
        };
        let at = one.memento.at;
        let point = stood.no.map_or(Point::Own(0), Point::Past);
        let read = stood.no.filter(|_| stood.by == By::Reading);
        told.unread += unread;
        match told.stretches.last_mut() {
            Some(last) if last.text == stood.text => {
                last.until = at;
                last.last = point;
                last.assumed += unread;
                last.read.extend(read);
                last.by_word += usize::from(stood.by == By::Word);
                if !last.archives.contains(&one.archive) {
                    last.archives.push(one.archive.clone());
                }
            }
            before => {
                if let Some(before) = before {
                    let turn = turn(before, point, at, unread);
                    told.turns.push(turn);
                }
                told.stretches.push(Stretch {
                    text: stood.text,
                    first: point,
                    last: point,
                    from: at,
                    until: at,
                    read: read.into_iter().collect(),
                    by_word: usize::from(stood.by == By::Word),
                    assumed: 0,
                    archives: vec![one.archive.clone()],
                });
            }
        }
        unread = 0;
    }
    told.unread += unread;
    if let (Some((at, text)), Some(last)) = (end, told.stretches.last())
        && last.text != Some(text)
        && last.until < at
    {
        let turn = turn(last, Point::Own(1), at, unread);
        told.turns.push(turn);
    }
    told
}

fn turn(before: &Stretch, to: Point, by: DateTime<Utc>, unread: usize) -> Turn {
    Turn {
        reach: Reach {
            from: before.last,
            to,
        },
        bounds: Bounds {
            after: Some(before.until),
            by,
        },
        unread,
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::model::Memento;
    use crate::past::candidates::Stood;

    fn day(day: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::days(day)
    }

    /// `A3` is the text A, read as b3; `A3=` the same by digest; `0` no page; `?` not asked for; `-` of no use.
    fn copies(story: &str) -> Vec<Candidate> {
        let copy = |(index, word): (usize, &str)| {
            let stood = |by: By| {
                let text = word.trim_end_matches('=');
                let no = text.get(1..).and_then(|no| no.parse().ok());
                Seen::Stood(Stood {
                    text: (text != "0").then(|| Digest::of(&text.as_bytes()[..1])),
                    no,
                    claims: Vec::new(),
                    by,
                })
            };
            Candidate {
                archive: "one".to_owned(),
                memento: Memento {
                    url: format!("https://archive.example/{index}"),
                    at: day(index as i64),
                },
                digest: None,
                length: None,
                seen: match word {
                    "?" => Seen::Not,
                    "-" => Seen::Useless,
                    word if word.ends_with('=') => stood(By::Word),
                    _ => stood(By::Reading),
                },
            }
        };
        story.split(' ').enumerate().map(copy).collect()
    }

    #[track_caller]
    fn case(story: &str, turns: &[&str], unread: usize) {
        let told = stretches(&copies(story), Some((day(100), Digest::of(b"Z"))));
        let days = |at: DateTime<Utc>| (at - day(0)).num_days();
        let written = told.turns.iter().map(|turn| {
            let after = turn.bounds.after.map_or(-1, days);
            let (by, unread) = (days(turn.bounds.by), turn.unread);
            format!("{} {after}-{by} {unread}", turn.reach)
        });
        assert_eq!(written.collect::<Vec<_>>(), turns);
        assert_eq!(told.unread, unread, "{story}");
    }

    #[test]
    fn changes_stand_between_stretches_with_the_bounds_of_the_copies() {
        case("A1 A3 B2", &["b3..b2 1-2 0", "b2..1 2-100 0"], 0);
        case("A1 ? ? A3 B2 ? Z4 ?", &["b3..b2 3-4 0", "b2..b4 4-6 1"], 4);
        case(
            "A1 A1= - B2 A1=",
            &["b1..b2 1-3 0", "b2..b1 3-4 0", "b1..1 4-100 0"],
            0,
        );
        case(
            "A1 0 0 B2",
            &["b1..0 0-1 0", "0..b2 2-3 0", "b2..1 3-100 0"],
            0,
        );
        case("? ?", &[], 2);
    }

    #[test]
    fn a_stretch_says_what_of_it_was_read_and_what_is_assumed() {
        let told = stretches(&copies("A1 ? A1= A2 B3"), None);
        let first = &told.stretches[0];
        assert_eq!(
            (first.read.as_slice(), first.by_word, first.assumed),
            (&[1, 2][..], 1, 1)
        );
        assert_eq!((first.from, first.until), (day(0), day(3)));
        assert!(told.at_least());
    }
}
