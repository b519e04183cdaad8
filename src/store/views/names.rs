//! Names and where each was seen first, last and on which pages.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::findings;
use crate::model::{
    Bounds, Decided, Digest, Document, EntryNo, Follow, Landed, NameKind, Named, Names, Ruling,
    Sighting, Version, VersionNo,
};
use crate::store::{
    bodies,
    error::StoreError,
    views::View,
    views::keys::{self, WatchNo},
};

/// A name with its first sighting.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Seen {
    /// The form in which it is compared.
    pub(super) canonical: String,
    /// As it stood first.
    pub(super) text: String,
    /// What it is the name of.
    pub(super) kind: NameKind,
    /// What else it was called, as it stood.
    pub(super) aliases: Vec<String>,
    /// The page it was seen on first.
    pub(super) watch: WatchNo,
    /// When.
    pub(super) bounds: Bounds,
    /// The name that spells it out, or that it is short for.
    pub(super) of: Option<String>,
    /// The entry that made this of it.
    pub(super) entry: EntryNo,
}

/// A name on one page: the first version that has it and the last, and when they came.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Place {
    pub(super) first: (VersionNo, Bounds),
    pub(super) last: (VersionNo, Bounds),
    /// Which versions have it, as far as each was noted when it came: from the first of a run to its last.
    pub(super) runs: Vec<(VersionNo, VersionNo)>,
    /// The versions that were found to have it when they were read again, each with the entry that says so.
    pub(super) late: Vec<(VersionNo, EntryNo)>,
}

/// A sighting of a name: in which version, between which times, and by which entry it is known.
#[derive(Clone, Copy)]
struct Here {
    no: VersionNo,
    bounds: Bounds,
    entry: EntryNo,
    when: When,
}

/// When a name was found in a version.
#[derive(Clone, Copy, PartialEq, Eq)]
enum When {
    /// When the version came.
    AtOnce,
    /// When it was read again.
    Late,
}

impl Place {
    fn of(here: Here) -> Place {
        let mut place = Place {
            first: (here.no, here.bounds),
            last: (here.no, here.bounds),
            runs: Vec::new(),
            late: Vec::new(),
        };
        place.note(here);
        place
    }

    /// Notes one more version; whether anything is new.
    fn note(&mut self, here: Here) -> bool {
        let known = self.has(here.no, EntryNo::MAX);
        if known {
            return false;
        }
        if here.no < self.first.0 {
            self.first = (here.no, here.bounds);
        }
        if here.no > self.last.0 {
            self.last = (here.no, here.bounds);
        }
        match (here.when, self.runs.last_mut()) {
            (When::Late, _) => self.late.push((here.no, here.entry)),
            (When::AtOnce, Some(last)) if last.1 + 1 == here.no => last.1 = here.no,
            (When::AtOnce, _) => self.runs.push((here.no, here.no)),
        }
        true
    }

    fn has(&self, no: VersionNo, as_of: EntryNo) -> bool {
        let within = |(first, last): &(VersionNo, VersionNo)| (*first..=*last).contains(&no);
        let late = |(late, entry): &(VersionNo, EntryNo)| *late == no && *entry <= as_of;
        self.runs.iter().any(within) || self.late.iter().any(late)
    }

    /// The first version and the last that were known to have it by an entry; `upto` is the last version there was then.
    pub(super) fn between(
        &self,
        upto: VersionNo,
        as_of: EntryNo,
    ) -> Option<(VersionNo, VersionNo)> {
        let runs = self.runs.iter().filter(|(first, _)| *first <= upto);
        let runs = runs.flat_map(|(first, last)| [*first, (*last).min(upto)]);
        let late = self.late.iter().filter(|(_, entry)| *entry <= as_of);
        let all = runs.chain(late.map(|(no, _)| *no));
        let (first, last) = all.fold((None, None), |(first, last): (Option<_>, Option<_>), no| {
            let least = first.map_or(no, |first: VersionNo| first.min(no));
            let most = last.map_or(no, |last: VersionNo| last.max(no));
            (Some(least), Some(most))
        });
        first.zip(last)
    }
}

/// The most aliases kept of one name.
const ALIASES: usize = 24;
/// How many names may stand for one another in a row.
pub(super) const STEPS: usize = 8;

/// A body of names, in any form it was ever written in.
#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Now(Names),
    /// Canonical form, and the form in which it stands there.
    Pairs(Vec<(String, String)>),
}

impl View {
    /// Notes the names of a document. A name is given to the first entry that has it.
    pub(super) fn sight(
        &self,
        entry: EntryNo,
        number: WatchNo,
        landed: &Landed,
    ) -> Result<(), StoreError> {
        if landed.span.to == 0 {
            return Ok(());
        }
        let here = Here {
            no: landed.span.to,
            bounds: landed.bounds,
            entry,
            when: When::AtOnce,
        };
        for named in self.names_of(landed)? {
            self.sight_one(number, here, &named, |_| true)?;
        }
        Ok(())
    }

    /// Notes the names that an old version turned out to mention when it was read again. A name is given to it where it
    /// was not seen earlier.
    pub(super) fn sight_late(
        &self,
        entry: EntryNo,
        number: WatchNo,
        version: &Version,
        names: Digest,
    ) -> Result<(), StoreError> {
        let names = match self.read_body::<Written>(names, "the names") {
            Ok(Written::Now(names)) => names.names,
            Ok(Written::Pairs(pairs)) => pairs.into_iter().map(old).collect(),
            Err(error) => {
                tracing::warn!("{error}; its names are not known as seen");
                return Ok(());
            }
        };
        let bounds = Bounds {
            after: version.after,
            by: version.at,
        };
        let here = Here {
            no: version.no,
            bounds,
            entry,
            when: When::Late,
        };
        for named in names {
            self.sight_one(number, here, &named, |known| known.bounds.by <= version.at)?;
        }
        Ok(())
    }

    /// The names an entry brought. What an older grammar found is completed with what today's finds: it stood there.
    fn names_of(&self, landed: &Landed) -> Result<Vec<Named>, StoreError> {
        let written = match landed.names {
            None => None,
            Some(digest) => match self.read_body::<Written>(digest, "the names") {
                Ok(written) => Some(written),
                // The journal stands even where such a body is damaged; `verify` names it.
                Err(error) => {
                    tracing::warn!("{error}; its names are not known as seen");
                    return Ok(Vec::new());
                }
            },
        };
        let (mut names, grammar) = match written {
            Some(Written::Now(names)) => (names.names, names.grammar),
            Some(Written::Pairs(pairs)) => (pairs.into_iter().map(old).collect(), 0),
            None => (Vec::new(), 0),
        };
        if grammar >= findings::GRAMMAR || self.leaves_names(landed) {
            return Ok(names);
        }
        let Some(document) = landed.document else {
            return Ok(names);
        };
        match self.read_body::<Document>(document, "the document") {
            Ok(document) => {
                let today = findings::names(&document).names;
                names.retain(|old| !today.iter().any(|new| new.canonical == old.canonical));
                names.splice(0..0, today);
            }
            Err(error) => tracing::warn!("{error}; only the names noted then are known as seen"),
        }
        Ok(names)
    }

    /// Whether a list left its names to its entries, lest they be nothing new there.
    fn leaves_names(&self, landed: &Landed) -> bool {
        let leads = landed.leads.map(|leads| self.read_leads(leads));
        let leads = leads.and_then(Result::ok);
        leads.is_some_and(|leads| leads.follow.contains(&Follow::Entries))
    }

    // Notes a name on one page; a sighting that is known stays where `stays` says so.
    fn sight_one(
        &self,
        number: WatchNo,
        here: Here,
        named: &Named,
        stays: impl Fn(&Seen) -> bool,
    ) -> Result<(), StoreError> {
        let canonical = &named.canonical;
        let place = keys::name_place(canonical, number);
        match self.row::<Place>(&place)? {
            Some(mut had) => {
                if had.note(here) {
                    self.put(&place, &had)?;
                }
            }
            None => self.put(&place, &Place::of(here))?,
        }
        let known = self.row::<Seen>(&keys::name(canonical))?;
        let mut row = known.clone().unwrap_or_else(|| Seen {
            canonical: canonical.clone(),
            text: named.text.clone(),
            kind: named.kind,
            aliases: Vec::new(),
            watch: number,
            bounds: here.bounds,
            of: None,
            entry: here.entry,
        });
        let mut news = known.is_none();
        if known.as_ref().is_some_and(|known| !stays(known)) {
            (row.text, row.watch, row.bounds) = (named.text.clone(), number, here.bounds);
            news = true;
        }
        if news
            && row.of.is_none()
            && let Some(of) = self.row::<String>(&keys::alias(canonical))?
        {
            row.of = Some(of).filter(|of| of != canonical);
        }
        for alias in &named.aliases {
            if row.aliases.contains(alias) || row.aliases.len() >= ALIASES {
                continue;
            }
            row.aliases.push(alias.clone());
            news = true;
            self.link(&mut row, &findings::canonical(alias), here.entry)?;
        }
        // The row comes last: where it stands, all that follows from it does.
        match news {
            true => {
                row.entry = here.entry;
                self.put_seen(&row)
            }
            false => Ok(()),
        }
    }

    /// Keeps what is known of a name, and what was known of it before.
    fn put_seen(&self, row: &Seen) -> Result<(), StoreError> {
        let key = keys::name(&row.canonical);
        if let Some(before) = self.row::<Seen>(&key)?
            && before.entry < row.entry
        {
            self.put(&keys::name_before(&row.canonical, before.entry), &before)?;
        }
        self.put(&key, row)
    }

    /// What was known of a name by an entry.
    pub(super) fn seen_by(&self, row: Seen, as_of: EntryNo) -> Result<Option<Seen>, StoreError> {
        if row.entry <= as_of {
            return Ok(Some(row));
        }
        let range = keys::name_before(&row.canonical, 0)..=keys::name_before(&row.canonical, as_of);
        match self.tree.range(range).next_back() {
            Some(Ok((_, before))) => Ok(Some(self.parse(&before)?)),
            Some(Err(error)) => Err(error),
            None => Ok(None),
        }
    }

    /// Notes that a name has an alias: whichever of them came first, they are one from now on.
    fn link(&self, row: &mut Seen, alias: &str, entry: EntryNo) -> Result<(), StoreError> {
        let key = keys::alias(alias);
        let short = findings::is_short(&row.canonical, alias);
        let Some(of) = self.row::<String>(&key)? else {
            return self.put(&key, &row.canonical);
        };
        if of == row.canonical {
            return Ok(());
        }
        if short {
            row.of.get_or_insert(of);
            return Ok(());
        }
        if findings::is_short(&of, alias)
            && let Some(mut shorter) = self.row::<Seen>(&keys::name(&of))?
        {
            // It was seen as an acronym first, and is spelled out now.
            shorter.of = Some(row.canonical.clone());
            shorter.entry = entry;
            self.put_seen(&shorter)?;
            self.put(&key, &row.canonical)?;
        }
        Ok(())
    }

    /// The first sighting of a name, or of what it is an alias of, in its canonical form.
    pub(in crate::store) fn sighting(
        &self,
        canonical: &str,
    ) -> Result<Option<Sighting>, StoreError> {
        let own = self.row::<Seen>(&keys::name(canonical))?;
        let (seen, of) = match own {
            Some(seen) => (seen, None),
            None => {
                let Some(of) = self.row::<String>(&keys::alias(canonical))? else {
                    return Ok(None);
                };
                match self.row::<Seen>(&keys::name(&of))? {
                    Some(seen) => (seen, Some(of)),
                    None => return Ok(None),
                }
            }
        };
        Ok(Some(Sighting {
            name: seen.text,
            watch: self.called(seen.watch)?.unwrap_or_else(|| "".into()),
            at: seen.bounds.by,
            of,
        }))
    }

    /// Whether somebody dismissed a name, or what it is another name of; decisions from a time on left out.
    pub(in crate::store) fn is_dismissed(
        &self,
        canonical: &str,
        until: Option<DateTime<Utc>>,
    ) -> Result<bool, StoreError> {
        let mut name = canonical.to_owned();
        for _ in 0..STEPS {
            let ruling = self.row::<(String, Ruling)>(&keys::name_ruling(&name))?;
            let ruling = ruling.filter(|(_, ruling)| until.is_none_or(|until| ruling.at < until));
            let into = match ruling.map(|(_, ruling)| ruling.decided) {
                Some(Decided::Dismissed) => return Ok(true),
                Some(Decided::Merged { into }) => Some(into),
                Some(Decided::Restored) | None => None,
            };
            let of = match into {
                Some(into) => Some(into),
                None => match self.row::<Seen>(&keys::name(&name))? {
                    Some(seen) => seen.of,
                    None => self.row::<String>(&keys::alias(&name))?,
                },
            };
            match of.filter(|of| *of != name) {
                Some(of) => name = of,
                None => return Ok(false),
            }
        }
        Ok(false)
    }

    /// Whether something was decided on a name that holds still.
    pub(in crate::store) fn is_ruled(&self, canonical: &str) -> Result<bool, StoreError> {
        let ruling = self.row::<(String, Ruling)>(&keys::name_ruling(canonical))?;
        Ok(ruling.is_some())
    }

    /// Notes what somebody decided on a name.
    pub(super) fn rule_name(
        &self,
        entry: EntryNo,
        canonical: &str,
        ruling: Ruling,
    ) -> Result<(), StoreError> {
        let key = keys::name_ruling(canonical);
        self.put(&keys::name_ruled(entry), &(canonical, &ruling))?;
        match ruling.decided {
            Decided::Restored => self.remove(&key),
            _ => self.put(&key, &(canonical, ruling)),
        }
    }

    fn read_body<T: serde::de::DeserializeOwned>(
        &self,
        digest: Digest,
        what: &str,
    ) -> Result<T, StoreError> {
        let body = bodies::read(&self.disk, &self.disk.cache, digest)?;
        serde_json::from_slice(&body)
            .map_err(|error| StoreError::damaged(format!("{what} {digest}"), error))
    }
}

/// A name as it was once written down.
fn old((canonical, text): (String, String)) -> Named {
    Named {
        kind: findings::kind_of_name(&text),
        canonical,
        text,
        aliases: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn here(no: VersionNo, entry: EntryNo, when: When) -> Here {
        let bounds = Bounds {
            after: None,
            by: DateTime::UNIX_EPOCH,
        };
        Here {
            no,
            bounds,
            entry,
            when,
        }
    }

    #[test]
    fn a_place_knows_first_and_last_as_of_any_entry() {
        let mut place = Place::of(here(2, 20, When::AtOnce));
        for no in [3, 5] {
            assert!(place.note(here(no, EntryNo::from(no) * 10, When::AtOnce)));
        }
        assert!(!place.note(here(3, 30, When::AtOnce)), "it is known");
        assert!(place.note(here(1, 60, When::Late)));
        assert_eq!((place.first.0, place.last.0), (1, 5));
        assert_eq!(place.runs, [(2, 3), (5, 5)]);
        for (upto, as_of, expected) in [
            (1, 19, None),
            (2, 20, Some((2, 2))),
            (4, 40, Some((2, 3))),
            (5, 50, Some((2, 5))),
            (5, 60, Some((1, 5))),
        ] {
            assert_eq!(place.between(upto, as_of), expected, "{upto} {as_of}");
        }
    }
}
