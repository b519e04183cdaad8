//! Which names had been seen at a time, and what was decided on them.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use chrono::{DateTime, Utc};

use crate::findings;
use crate::model::{self, Decided, Named, Sighting, WatchId};
use crate::replay::memory::hash;

/// How many names may stand for one another in a row.
const STEPS: usize = 8;

/// The names of the entries walked so far: by their hashes, but for those that have another name.
#[derive(Default)]
pub(super) struct Names {
    seen: HashMap<u64, (usize, DateTime<Utc>)>,
    /// An alias to the name that has it.
    aliases: HashMap<u64, String>,
    /// A name to the one that spells it out, or that it is short for.
    of: HashMap<u64, String>,
    rulings: HashMap<String, Decided>,
}

impl Names {
    /// Notes a name with the page and the time, as the archive does.
    pub(super) fn sight(&mut self, named: &Named, here: (usize, DateTime<Utc>)) {
        let key = hash(&named.canonical);
        if let Entry::Vacant(free) = self.seen.entry(key) {
            free.insert(here);
            if let Some(of) = self.aliases.get(&key).filter(|of| **of != named.canonical) {
                self.of.entry(key).or_insert_with(|| of.clone());
            }
        }
        for alias in &named.aliases {
            self.link(&named.canonical, &findings::canonical(alias));
        }
    }

    fn link(&mut self, canonical: &str, alias: &str) {
        let key = hash(alias);
        let Some(of) = self.aliases.get(&key).cloned() else {
            self.aliases.insert(key, canonical.to_owned());
            return;
        };
        if of == canonical {
            return;
        }
        if findings::is_short(canonical, alias) {
            self.of.entry(hash(canonical)).or_insert(of);
        } else if findings::is_short(&of, alias) {
            self.of.insert(hash(&of), canonical.to_owned());
            self.aliases.insert(key, canonical.to_owned());
        }
    }

    /// Notes what somebody decided on a name.
    pub(super) fn rule(&mut self, canonical: &str, decided: &Decided) {
        match decided {
            Decided::Restored => self.rulings.remove(canonical),
            _ => self.rulings.insert(canonical.to_owned(), decided.clone()),
        };
    }

    /// The first sighting of a name, or of what it is an alias of, in its canonical form.
    pub(super) fn sighting(&self, canonical: &str, ids: &[WatchId]) -> Option<Sighting> {
        let key = hash(canonical);
        let (seen, of) = match self.seen.get(&key) {
            Some(seen) => (seen, None),
            None => {
                let of = self.aliases.get(&key)?;
                (self.seen.get(&hash(of))?, Some(of.clone()))
            }
        };
        let (index, at) = *seen;
        Some(Sighting {
            name: canonical.to_owned(),
            watch: ids.get(index)?.clone(),
            at,
            of,
        })
    }

    /// Whether somebody had dismissed a name, or what it is another name of.
    pub(super) fn is_dismissed(&self, canonical: &str) -> bool {
        let mut name = canonical;
        for _ in 0..STEPS {
            let into = match self.rulings.get(name) {
                Some(Decided::Dismissed) => return true,
                Some(Decided::Merged { into }) => Some(into),
                Some(Decided::Restored) | None => None,
            };
            let key = hash(name);
            let spelled = match self.seen.contains_key(&key) {
                true => self.of.get(&key),
                false => self.aliases.get(&key),
            };
            match into.or(spelled).filter(|of| *of != name) {
                Some(of) => name = of,
                None => return false,
            }
        }
        false
    }
}

/// The names in a body of names, in any form it was ever written in.
pub(super) fn written(body: &[u8]) -> Vec<Named> {
    if let Ok(names) = serde_json::from_slice::<model::Names>(body) {
        return names.names;
    }
    let pairs: Vec<(String, String)> = serde_json::from_slice(body).unwrap_or_default();
    let old = |(canonical, text): (String, String)| Named {
        kind: findings::kind_of_name(&text),
        canonical,
        text,
        aliases: Vec::new(),
    };
    pairs.into_iter().map(old).collect()
}
