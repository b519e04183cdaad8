//! The past of a page: what independent archives of the web hold of it, kept apart from our own captures.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use url::Url;

use crate::model::{
    Became, Digest, EntryNo, Imported, Memento, ReaderId, Reread, Span, VersionNo, WatchId,
};

/// The number of a backfilled text of one watch, from 1, in the order in which they were brought; given once, never moved.
/// It is written `b3`, so that no number of our own ever changes.
pub type PastNo = u32;

/// Where a text stands in the history of a page: a version of our own, written `3`, or a backfilled text, written `b3`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Point {
    /// A backfilled text.
    Past(PastNo),
    /// A version of our own; 0 stands for "no page there".
    Own(VersionNo),
}

impl From<VersionNo> for Point {
    fn from(no: VersionNo) -> Point {
        Point::Own(no)
    }
}

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Point::Past(no) => write!(f, "b{no}"),
            Point::Own(no) => write!(f, "{no}"),
        }
    }
}

/// Text that names no place in the history of a page.
#[derive(Debug, thiserror::Error)]
#[error("“{0}” is neither a version nor a backfilled text; write 3, or b3")]
pub struct NotAPoint(String);

impl FromStr for Point {
    type Err = NotAPoint;

    fn from_str(text: &str) -> Result<Point, NotAPoint> {
        let wrong = || NotAPoint(text.to_owned());
        let digits = |digits: &str| -> Result<u32, NotAPoint> {
            match digits.bytes().all(|byte| byte.is_ascii_digit()) {
                true => digits.parse().map_err(|_| wrong()),
                false => Err(wrong()),
            }
        };
        match text.strip_prefix('b') {
            Some(rest) => match digits(rest)? {
                0 => Err(wrong()),
                no => Ok(Point::Past(no)),
            },
            None => digits(text).map(Point::Own),
        }
    }
}

/// Two texts of the history of a page, written `A..B`: `3..4`, `b2..b5`, `b5..1`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Reach {
    /// The text before.
    pub from: Point,
    /// The text after.
    pub to: Point,
}

impl Reach {
    /// The same, where both are our own.
    pub fn own(&self) -> Option<Span> {
        match (self.from, self.to) {
            (Point::Own(from), Point::Own(to)) => Some(Span { from, to }),
            _ => None,
        }
    }
}

impl From<Span> for Reach {
    fn from(span: Span) -> Reach {
        Reach {
            from: Point::Own(span.from),
            to: Point::Own(span.to),
        }
    }
}

impl fmt::Display for Reach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.from, self.to)
    }
}

/// Text that is not `A..B`.
#[derive(Debug, thiserror::Error)]
#[error(
    "“{0}” is not a pair of versions; write it as A..B, for example 3..4, or b2..1 for a backfilled text and our first"
)]
pub struct NotAReach(String);

impl FromStr for Reach {
    type Err = NotAReach;

    fn from_str(text: &str) -> Result<Reach, NotAReach> {
        let wrong = || NotAReach(text.to_owned());
        let (from, to) = text.split_once("..").ok_or_else(wrong)?;
        Ok(Reach {
            from: from.parse().map_err(|_| wrong())?,
            to: to.parse().map_err(|_| wrong())?,
        })
    }
}

macro_rules! written {
    ($($name:ident)*) => {$(
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<$name, D::Error> {
                String::deserialize(deserializer)?
                    .parse()
                    .map_err(serde::de::Error::custom)
            }
        }
    )*};
}
written!(Point Reach);

/// One copy in the list of an archive: what it says it holds.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Holding {
    /// Where people read it, and when it was made, by the archive's clock.
    #[serde(flatten)]
    pub memento: Memento,
    /// The digest the archive gives for its bytes, as it writes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// The status of the answer it archived.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// How many bytes it takes there, as packed there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub length: Option<u64>,
}

/// What an archive said it holds of a page.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Listed {
    /// Whose page.
    pub watch: WatchId,
    /// Which archive, by its name in the watchlist.
    pub archive: String,
    /// The address it was asked for.
    pub page: Url,
    /// How many copies it named that were kept.
    pub copies: u32,
    /// Its list as JSON (`Vec<Holding>`, earliest first), a body.
    pub list: Digest,
    /// Why the list is not whole, where it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lacks: Option<String>,
}

/// One copy that an archive was asked for, and what came.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Backfilled {
    /// Whose past.
    pub watch: WatchId,
    /// Which archive, by its name in the watchlist.
    pub archive: String,
    /// The copy as the archive listed it.
    pub memento: Memento,
    /// What came.
    pub came: Came,
    /// The file it came in, where nobody asked an archive: somebody gave us a whole archive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub imported: Option<Imported>,
}

/// What came of asking an archive for a copy.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case", tag = "came")]
pub enum Came {
    /// A text.
    Text(Box<PastText>),
    /// The archived answer says that there was no page.
    Absent {
        /// The status that the archive had been given: 404 or 410.
        status: u16,
    },
    /// The archived answer leads to another page.
    Elsewhere {
        /// Where to.
        to: String,
    },
    /// The archive leads to another copy of the page instead.
    Another {
        /// That copy.
        instead: Memento,
    },
    /// Nothing that tells what stood there then.
    Nothing {
        /// Why, in a clause.
        why: String,
    },
}

/// A backfilled text.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct PastText {
    /// Its number.
    pub no: PastNo,
    /// The address that was archived.
    pub page: Url,
    /// What the page was called.
    pub title: String,
    /// The capture (hops to the archive and headers), a body.
    pub capture: Digest,
    /// The bytes as the archive served them, a body.
    pub body: Digest,
    /// The document, a body.
    pub document: Digest,
    /// The digest of the compared text.
    pub text: Digest,
    /// The days on which the page said it was changed, latest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub claims: Vec<DateTime<Utc>>,
    /// Every name the document mentions (`Names`), a body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub names: Option<Digest>,
}

/// A backfilled text that was read by later rules.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct RereadPast {
    /// Whose past.
    pub watch: WatchId,
    /// Which text.
    pub no: PastNo,
    /// The document, a body.
    pub document: Digest,
    /// The digest of its compared text.
    pub text: Digest,
    /// Every name the document mentions (`Names`), a body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub names: Option<Digest>,
    /// Who read it, or tried to.
    pub reader: ReaderId,
    /// What became of its text.
    pub became: Became,
}

impl Backfilled {
    /// The text, where one came.
    pub fn text(&self) -> Option<&PastText> {
        match &self.came {
            Came::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// All that was backfilled of a page, in the order of the journal.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize, Debug)]
pub struct Past {
    /// What was asked for and what came, each with the time at which it came here and its entry.
    pub brought: Vec<Brought>,
    /// The last list of each archive for each address of the page, each with the time at which it came here and its entry.
    pub lists: Vec<ListTaken>,
}

/// A copy that was asked for, as the archive keeps it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct Brought {
    /// Its entry.
    pub entry: EntryNo,
    /// When it came here, by our clock.
    pub at: DateTime<Utc>,
    /// What it is.
    #[serde(flatten)]
    pub copy: Backfilled,
    /// How later rules read its text, where they did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reread: Option<Reread>,
    /// The names that they found in it, a body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub names: Option<Digest>,
}

impl Brought {
    /// The digest of the text that is compared today: as it was last read.
    pub fn compared(&self) -> Option<Digest> {
        let text = self.copy.text()?;
        Some((self.reread.as_ref()).map_or(text.text, |reread| reread.text))
    }

    /// The names that are found in it today, a body.
    pub fn named(&self) -> Option<Digest> {
        let text = self.copy.text()?;
        match self.reread {
            Some(_) => self.names,
            None => text.names,
        }
    }
}

/// A list that was taken, as the archive keeps it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct ListTaken {
    /// Its entry.
    pub entry: EntryNo,
    /// When it came here, by our clock.
    pub at: DateTime<Utc>,
    /// What it is.
    #[serde(flatten)]
    pub list: Listed,
}

impl Past {
    /// The texts, in the order of their numbers, each with the copy it is of.
    pub fn texts(&self) -> impl Iterator<Item = (&Brought, &PastText)> {
        let texts = self.brought.iter();
        texts.filter_map(|brought| Some((brought, brought.copy.text()?)))
    }

    /// The number that the next text gets.
    pub fn next(&self) -> PastNo {
        self.texts().map(|(_, text)| text.no).max().unwrap_or(0) + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_reads_back_as_it_is_written() {
        for text in ["0", "3", "b1", "b14"] {
            let point: Point = text.parse().expect("a point");
            assert_eq!(point.to_string(), text);
        }
        for wrong in [
            "",
            "b",
            "b0",
            "-1",
            "+1",
            "b+1",
            "b-1",
            "c3",
            "3b",
            "B3",
            "99999999999",
        ] {
            wrong.parse::<Point>().expect_err(wrong);
        }
    }

    #[test]
    fn a_reach_may_mix_our_own_versions_with_backfilled_texts() {
        for text in ["3..4", "b2..b5", "b5..1", "1..b5"] {
            let reach: Reach = text.parse().expect("a reach");
            assert_eq!(reach.to_string(), text);
            let json = serde_json::to_string(&reach).expect("JSON");
            assert_eq!(
                serde_json::from_str::<Reach>(&json).expect("a reach"),
                reach
            );
        }
        let own: Reach = "3..4".parse().expect("a reach");
        assert_eq!(own.own(), Some(Span { from: 3, to: 4 }));
        let mixed: Reach = "b5..1".parse().expect("a reach");
        assert_eq!(mixed.own(), None);
        let error = "b5-1".parse::<Reach>().expect_err("no reach");
        assert!(error.to_string().contains("b2..1"), "{error}");
    }
}
