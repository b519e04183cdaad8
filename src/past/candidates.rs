//! The copies that archives hold of a page, with what is known of each.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use crate::model::{Brought, Came, Digest, Holding, Memento, Past, PastNo};

/// A copy that an archive holds, with what is known of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Candidate {
    /// Which archive, by its name.
    pub archive: String,
    /// The copy.
    pub memento: Memento,
    /// The digest the archive gives for its bytes.
    pub digest: Option<String>,
    /// How many bytes it takes there.
    pub length: Option<u64>,
    /// What is known of it.
    pub seen: Seen,
}

/// What is known of a copy.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Seen {
    /// Nothing yet.
    Not,
    /// It does not tell what stood there.
    Useless,
    /// What stood there.
    Stood(Stood),
}

/// What stood there when a copy was made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stood {
    /// The text; none where there was no page.
    pub text: Option<Digest>,
    /// The backfilled text that was read of it, or of one with the same bytes.
    pub no: Option<PastNo>,
    /// The days on which the page said then that it was changed, latest first.
    pub claims: Vec<DateTime<Utc>>,
    /// How that is known.
    pub by: By,
}

/// How it is known what stood there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum By {
    /// The copy was asked for and read.
    Reading,
    /// The archive gives its bytes the digest of a copy that was read, or says that the answer was "not found".
    Word,
}

/// All copies of these lists, and those that were brought without being listed, in order of time.
pub fn candidates(past: &Past, lists: &[(String, Vec<Holding>)]) -> Vec<Candidate> {
    let mut brought: BTreeMap<(&str, DateTime<Utc>, &str), Seen> = BTreeMap::new();
    let mut all = Vec::new();
    for one in &past.brought {
        let memento = &one.copy.memento;
        let seen = of(one);
        let key = (one.copy.archive.as_str(), memento.at, memento.url.as_str());
        brought.insert(key, seen);
    }
    let mut listed = BTreeSet::new();
    for (archive, list) in lists {
        for held in list {
            let key = (archive.as_str(), held.memento.at, held.memento.url.as_str());
            listed.insert(key);
            let seen = brought.get(&key).cloned().unwrap_or(match held.status {
                Some(404 | 410) => Seen::Stood(Stood {
                    text: None,
                    no: None,
                    claims: Vec::new(),
                    by: By::Word,
                }),
                Some(200 | 203) | None => Seen::Not,
                Some(_) => Seen::Useless,
            });
            all.push(Candidate {
                archive: archive.clone(),
                memento: held.memento.clone(),
                digest: held.digest.clone(),
                length: held.length,
                seen,
            });
        }
    }
    for (key, seen) in brought.iter().filter(|(key, _)| !listed.contains(*key)) {
        all.push(Candidate {
            archive: key.0.to_owned(),
            memento: Memento {
                url: key.2.to_owned(),
                at: key.1,
            },
            digest: None,
            length: None,
            seen: seen.clone(),
        });
    }
    all.sort_by(|a, b| (a.memento.at, &a.archive).cmp(&(b.memento.at, &b.archive)));
    spread(&mut all);
    all
}

fn of(brought: &Brought) -> Seen {
    match &brought.copy.came {
        Came::Text(text) => Seen::Stood(Stood {
            text: brought.compared(),
            no: Some(text.no),
            claims: text.claims.clone(),
            by: By::Reading,
        }),
        Came::Absent { .. } => Seen::Stood(Stood {
            text: None,
            no: None,
            claims: Vec::new(),
            by: By::Reading,
        }),
        Came::Elsewhere { .. } | Came::Another { .. } | Came::Nothing { .. } => Seen::Useless,
    }
}

/// Tells of copies what is known of others of the same archive with the same digest.
pub(super) fn spread(all: &mut [Candidate]) {
    let mut known: BTreeMap<(String, String), Stood> = BTreeMap::new();
    for one in all.iter() {
        if let (Some(digest), Seen::Stood(stood)) = (&one.digest, &one.seen)
            && stood.by == By::Reading
            && stood.text.is_some()
        {
            let by_word = Stood {
                by: By::Word,
                ..stood.clone()
            };
            known.insert((one.archive.clone(), digest.clone()), by_word);
        }
    }
    for one in all.iter_mut().filter(|one| one.seen == Seen::Not) {
        let digest = one
            .digest
            .clone()
            .map(|digest| (one.archive.clone(), digest));
        if let Some(stood) = digest.and_then(|key| known.get(&key)) {
            one.seen = Seen::Stood(stood.clone());
        }
    }
}

impl Candidate {
    /// What stood there, as far as is known.
    pub fn stood(&self) -> Option<&Stood> {
        match &self.seen {
            Seen::Stood(stood) => Some(stood),
            Seen::Not | Seen::Useless => None,
        }
    }
}
