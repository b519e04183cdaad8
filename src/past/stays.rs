//! How long words stay in copies that archives made.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::model::Point;
use crate::past::Stretch;

/// Copies one after the other in which words stand.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Stay {
    /// The first copy that has them.
    pub first: Point,
    /// When the archive says that it was made.
    pub from: DateTime<Utc>,
    /// When the last copy before was made that has them not; absent where there is none.
    pub after: Option<DateTime<Utc>>,
    /// The last copy that has them.
    pub last: Point,
    /// When the archive says that it was made.
    pub until: DateTime<Utc>,
    /// When the first copy after it was made that has them not; absent where there is none.
    pub gone_by: Option<DateTime<Utc>>,
}

/// The stays of words in stretches that are in the order of time, earliest first. Beside each stretch stands what was found
/// in it, where they were; beside each stay, what was found in its first.
pub fn stays<'a, T>(
    stretches: impl IntoIterator<Item = (&'a Stretch, Option<T>)>,
) -> Vec<(Stay, T)> {
    let mut stays: Vec<(Stay, T)> = Vec::new();
    let (mut without, mut stands) = (None, false);
    for (stretch, found) in stretches {
        match (found, stays.last_mut().filter(|_| stands)) {
            (Some(_), Some((stay, _))) => {
                stay.last = stretch.last;
                stay.until = stretch.until;
            }
            (Some(found), None) => {
                let stay = Stay {
                    first: stretch.first,
                    from: stretch.from,
                    after: without,
                    last: stretch.last,
                    until: stretch.until,
                    gone_by: None,
                };
                stays.push((stay, found));
                stands = true;
            }
            (None, ended) => {
                if let Some((stay, _)) = ended {
                    stay.gone_by = Some(stretch.from);
                }
                without = Some(stretch.until);
                stands = false;
            }
        }
    }
    stays
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::PastNo;

    fn at(day: u32) -> DateTime<Utc> {
        DateTime::from_timestamp(i64::from(day) * 86_400, 0).expect("a time")
    }

    /// Stretches from these days on, each for half a day, with texts of these numbers; 0 where there was no page.
    #[track_caller]
    fn case(copies: &[(u32, PastNo)], texts: &[PastNo], expected: &str) {
        let stretches = copies.iter().map(|(day, no)| {
            let point = match no {
                0 => Point::Own(0),
                no => Point::Past(*no),
            };
            Stretch {
                text: None,
                first: point,
                last: point,
                from: at(*day),
                until: at(*day) + chrono::TimeDelta::hours(12),
                read: Vec::new(),
                by_word: 0,
                assumed: 0,
                archives: Vec::new(),
            }
        });
        let stretches: Vec<Stretch> = stretches.collect();
        let found = stretches.iter().zip(copies);
        let stays =
            stays(found.map(|(stretch, (_, no))| (stretch, texts.contains(no).then_some(*no))));
        let day = |at: Option<DateTime<Utc>>| at.map_or(0, |at| at.timestamp() / 86_400);
        let told = stays.iter().map(|(stay, found)| {
            assert_eq!(stay.first, Point::Past(*found));
            let (after, gone) = (day(stay.after), day(stay.gone_by));
            format!("{after}<{}..{}<{gone}", stay.first, stay.last)
        });
        assert_eq!(told.collect::<Vec<_>>().join(" "), expected);
    }

    #[test]
    fn words_stay_from_their_first_copy_to_their_last_between_copies_without_them() {
        case(&[(1, 1), (2, 3), (3, 2)], &[3], "1<b3..b3<3");
        case(&[(1, 1), (2, 3), (3, 2)], &[1, 2, 3], "0<b1..b2<0");
        case(&[(1, 1), (2, 3), (3, 2)], &[1, 2], "0<b1..b1<2 2<b2..b2<0");
        case(&[(1, 1), (2, 0), (3, 2)], &[1, 2], "0<b1..b1<2 2<b2..b2<0");
        case(&[(1, 1)], &[7], "");
    }
}
