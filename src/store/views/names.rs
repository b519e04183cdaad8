//! Names and where each was seen first, last and on which pages.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::findings;
use crate::model::{
    Bounds, Decided, Digest, Document, Follow, Landed, NameKind, Named, Names, Ruling, Sighting,
    Version, VersionNo,
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
}

/// A name on one page: the first version that has it and the last, and when they came.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Place {
    pub(super) first: (VersionNo, Bounds),
    pub(super) last: (VersionNo, Bounds),
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
    pub(super) fn sight(&self, number: WatchNo, landed: &Landed) -> Result<(), StoreError> {
        if landed.span.to == 0 {
            return Ok(());
        }
        let here = (landed.span.to, landed.bounds);
        for named in self.names_of(landed)? {
            self.sight_one(number, here, &named, |_| true)?;
        }
        Ok(())
    }

    /// Notes the names that an old version turned out to mention when it was read again. A name is given to it where it
    /// was not seen earlier.
    pub(super) fn sight_late(
        &self,
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
        for named in names {
            self.sight_one(number, (version.no, bounds), &named, |known| {
                known.bounds.by <= version.at
            })?;
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
        here: (VersionNo, Bounds),
        named: &Named,
        stays: impl Fn(&Seen) -> bool,
    ) -> Result<(), StoreError> {
        let canonical = &named.canonical;
        let place = keys::name_place(canonical, number);
        match self.row::<Place>(&place)? {
            Some(had) if had.first.0 <= here.0 && had.last.0 >= here.0 => {}
            Some(had) if had.first.0 > here.0 => {
                self.put(&place, &Place { first: here, ..had })?;
            }
            Some(had) => self.put(&place, &Place { last: here, ..had })?,
            None => self.put(
                &place,
                &Place {
                    first: here,
                    last: here,
                },
            )?,
        }
        let known = self.row::<Seen>(&keys::name(canonical))?;
        let mut row = known.clone().unwrap_or_else(|| Seen {
            canonical: canonical.clone(),
            text: named.text.clone(),
            kind: named.kind,
            aliases: Vec::new(),
            watch: number,
            bounds: here.1,
            of: None,
        });
        let mut news = known.is_none();
        if known.as_ref().is_some_and(|known| !stays(known)) {
            (row.text, row.watch, row.bounds) = (named.text.clone(), number, here.1);
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
            self.link(&mut row, &findings::canonical(alias))?;
        }
        // The row comes last: where it stands, all that follows from it does.
        match news {
            true => self.put(&keys::name(canonical), &row),
            false => Ok(()),
        }
    }

    /// Notes that a name has an alias: whichever of them came first, they are one from now on.
    fn link(&self, row: &mut Seen, alias: &str) -> Result<(), StoreError> {
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
            self.put(&keys::name(&of), &shorter)?;
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
    pub(super) fn rule_name(&self, canonical: &str, ruling: Ruling) -> Result<(), StoreError> {
        let key = keys::name_ruling(canonical);
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
