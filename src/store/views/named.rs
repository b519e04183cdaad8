//! Every name the archive knows, those that are one and the same under one.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};

use crate::findings;
use crate::model::{
    Bounds, Decided, EntryNo, KnownName, Mention, NamePlace, Ruling, State, Version, VersionNo,
    WatchId,
};
use crate::store::{
    error::StoreError,
    views::View,
    views::history::Recorded,
    views::keys::{self, WatchNo},
    views::names::{Place, STEPS, Seen},
};

/// One name with all that are called another name of it.
#[derive(Default)]
struct Group {
    own: Option<Seen>,
    others: Vec<Seen>,
    places: BTreeMap<WatchNo, Span>,
}

/// The first version of a page that has a name, and the last, with when they came.
#[derive(Clone)]
struct Span {
    first: (VersionNo, Bounds),
    last: (VersionNo, Bounds),
}

/// How a page stood.
#[derive(Clone, Copy, Default)]
struct Stood {
    /// Its last version.
    newest: Option<VersionNo>,
    /// Whether it was gone.
    away: bool,
}

impl View {
    /// Every name, those seen first first; `current` is where each watch stands.
    pub(super) fn names(
        &self,
        current: &BTreeMap<WatchId, State>,
    ) -> Result<Vec<KnownName>, StoreError> {
        let mut rulings: HashMap<String, Ruling> = HashMap::new();
        for row in self.rows::<(String, Ruling)>(keys::NAME_RULINGS) {
            let (_, (name, ruling)) = row?;
            rulings.insert(name, ruling);
        }
        let mut seen: HashMap<String, Seen> = HashMap::new();
        for row in self.rows::<Seen>(keys::NAMES) {
            let (_, row) = row?;
            seen.insert(row.canonical.clone(), row);
        }
        let stood = |watch: WatchNo| -> Result<Stood, StoreError> {
            let state = self.called(watch)?.and_then(|watch| current.get(&watch));
            Ok(Stood {
                newest: state.and_then(|state| Some(state.current.as_ref()?.no)),
                away: state.is_some_and(|state| state.away),
            })
        };
        self.grouped(&seen, &rulings, stood, EntryNo::MAX)
    }

    /// The same as it was known by an entry.
    pub(in crate::store) fn names_by(&self, as_of: EntryNo) -> Result<Vec<KnownName>, StoreError> {
        let mut rulings: HashMap<String, Ruling> = HashMap::new();
        for row in self.rows::<(String, Ruling)>(keys::NAME_DECISIONS) {
            let (key, (name, ruling)) = row?;
            if key.last_chunk().copied().map(u64::from_be_bytes) > Some(as_of) {
                break;
            }
            match ruling.decided {
                Decided::Restored => rulings.remove(&name),
                _ => rulings.insert(name, ruling),
            };
        }
        let mut seen: HashMap<String, Seen> = HashMap::new();
        for row in self.rows::<Seen>(keys::NAMES) {
            let (_, row) = row?;
            if let Some(row) = self.seen_by(row, as_of)? {
                seen.insert(row.canonical.clone(), row);
            }
        }
        self.grouped(&seen, &rulings, |watch| self.stood_by(watch, as_of), as_of)
    }

    /// How a page stood by an entry.
    fn stood_by(&self, watch: WatchNo, as_of: EntryNo) -> Result<Stood, StoreError> {
        let mut newest = None;
        for row in self.rows::<Version>(&keys::versions(watch)).rev() {
            let (_, version) = row?;
            if version.entry <= as_of {
                newest = Some(version.no);
                break;
            }
        }
        let changes = keys::change(watch, 0)..=keys::change(watch, as_of);
        let last = match self.tree.range(changes).next_back() {
            Some(Ok((_, row))) => Some(self.parse::<Recorded>(&row)?.change),
            Some(Err(error)) => return Err(error),
            None => None,
        };
        Ok(Stood {
            newest,
            away: last.is_some_and(|change| change.span.to == 0),
        })
    }

    fn grouped(
        &self,
        seen: &HashMap<String, Seen>,
        rulings: &HashMap<String, Ruling>,
        stood: impl Fn(WatchNo) -> Result<Stood, StoreError>,
        as_of: EntryNo,
    ) -> Result<Vec<KnownName>, StoreError> {
        let mut pages: HashMap<WatchNo, Stood> = HashMap::new();
        let mut groups: BTreeMap<String, Group> = BTreeMap::new();
        for row in seen.values() {
            let root = root(row, seen, rulings);
            let group = groups.entry(root.clone()).or_default();
            for place in self.rows::<Place>(&keys::name_places(&row.canonical)) {
                let (key, place) = place?;
                let Some(watch) = keys::read_name_place(&key) else {
                    continue;
                };
                let page = match pages.entry(watch) {
                    Entry::Occupied(page) => *page.get(),
                    Entry::Vacant(free) => *free.insert(stood(watch)?),
                };
                if let Some(place) = self.place_by(watch, place, page, as_of)? {
                    join(&mut group.places, watch, place);
                }
            }
            match root == row.canonical {
                true => group.own = Some(row.clone()),
                false => group.others.push(row.clone()),
            }
        }
        let mut names = Vec::new();
        for (canonical, group) in groups {
            let ruling = rulings.get(&canonical).cloned();
            names.extend(self.known(group, ruling, &pages, as_of)?);
        }
        names.sort_by(|a, b| {
            let time = |name: &KnownName| name.first.bounds.by;
            (time(a), &a.name).cmp(&(time(b), &b.name))
        });
        Ok(names)
    }

    fn known(
        &self,
        mut group: Group,
        ruling: Option<Ruling>,
        pages: &HashMap<WatchNo, Stood>,
        as_of: EntryNo,
    ) -> Result<Option<KnownName>, StoreError> {
        group
            .others
            .sort_by_key(|row| (row.bounds.by, row.canonical.clone()));
        let Some(own) = group.own.or_else(|| group.others.first().cloned()) else {
            return Ok(None);
        };
        let mut places = Vec::new();
        for (watch, place) in group.places {
            let page = pages.get(&watch).copied().unwrap_or_default();
            places.push(self.place(watch, place, page, as_of)?);
        }
        places.sort_by(|a, b| (a.first.1.by, &a.watch).cmp(&(b.first.1.by, &b.watch)));
        let mention = |place: &NamePlace, (version, bounds)| Mention {
            watch: place.watch.clone(),
            version,
            bounds,
        };
        let first = places.first().map(|place| mention(place, place.first));
        let last = places.iter().max_by_key(|place| place.last.1.by);
        let last = last.map(|place| mention(place, place.last));
        let (Some(first), Some(last)) = (first, last) else {
            return Ok(None);
        };
        let mut aliases: Vec<String> = Vec::new();
        let mut had = vec![own.canonical.clone()];
        let others = group
            .others
            .iter()
            .flat_map(|row| std::iter::once(&row.text).chain(&row.aliases));
        for alias in own.aliases.iter().chain(others) {
            let canonical = findings::canonical(alias);
            if !had.contains(&canonical) {
                had.push(canonical);
                aliases.push(alias.clone());
            }
        }
        Ok(Some(KnownName {
            name: own.text,
            canonical: own.canonical,
            kind: own.kind,
            aliases,
            first,
            last,
            places,
            ruling,
        }))
    }

    /// From which version to which a page was known to have a name by an entry.
    fn place_by(
        &self,
        number: WatchNo,
        place: Place,
        page: Stood,
        as_of: EntryNo,
    ) -> Result<Option<Span>, StoreError> {
        if as_of == EntryNo::MAX {
            let Place { first, last, .. } = place;
            return Ok(Some(Span { first, last }));
        }
        let Some((first, last)) = place.between(page.newest.unwrap_or(0), as_of) else {
            return Ok(None);
        };
        let came = |no: VersionNo| -> Result<Option<(VersionNo, Bounds)>, StoreError> {
            let version = self.row::<Version>(&keys::version(number, no))?;
            Ok(version.map(|version| {
                let bounds = Bounds {
                    after: version.after,
                    by: version.at,
                };
                (no, bounds)
            }))
        };
        let both = came(first)?.zip(came(last)?);
        Ok(both.map(|(first, last)| Span { first, last }))
    }

    fn place(
        &self,
        number: WatchNo,
        place: Span,
        page: Stood,
        as_of: EntryNo,
    ) -> Result<NamePlace, StoreError> {
        let watch = self.called(number)?.unwrap_or_else(|| "".into());
        let now = !page.away && page.newest == Some(place.last.0);
        let next = place.last.0 + 1;
        let gone = self.row::<Version>(&keys::version(number, next))?;
        let gone = gone.filter(|version| version.entry <= as_of);
        Ok(NamePlace {
            watch,
            first: place.first,
            last: place.last,
            now,
            gone: gone.map(|version| Bounds {
                after: version.after,
                by: version.at,
            }),
        })
    }
}

/// The name under which a name is told: what it is short for, or was merged into.
fn root(row: &Seen, seen: &HashMap<String, Seen>, rulings: &HashMap<String, Ruling>) -> String {
    let mut at = row;
    for _ in 0..STEPS {
        let merged = match rulings.get(&at.canonical).map(|ruling| &ruling.decided) {
            Some(Decided::Merged { into }) => Some(into),
            _ => None,
        };
        let next = merged.or(at.of.as_ref()).and_then(|name| seen.get(name));
        match next {
            Some(next) if next.canonical != row.canonical => at = next,
            _ => break,
        }
    }
    at.canonical.clone()
}

/// One page under two names of one thing: from the first of either to the last of either.
fn join(places: &mut BTreeMap<WatchNo, Span>, watch: WatchNo, place: Span) {
    match places.get_mut(&watch) {
        Some(had) => {
            if place.first.0 < had.first.0 {
                had.first = place.first;
            }
            if place.last.0 > had.last.0 {
                had.last = place.last;
            }
        }
        None => {
            places.insert(watch, place);
        }
    }
}
