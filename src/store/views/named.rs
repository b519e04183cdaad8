//! Every name the archive knows, those that are one and the same under one.

use std::collections::{BTreeMap, HashMap};

use crate::findings;
use crate::model::{
    Bounds, Decided, KnownName, Mention, NamePlace, Ruling, State, Version, WatchId,
};
use crate::store::{
    error::StoreError,
    views::View,
    views::keys::{self, WatchNo},
    views::names::{Place, STEPS, Seen},
};

/// One name with all that are called another name of it.
#[derive(Default)]
struct Group {
    own: Option<Seen>,
    others: Vec<Seen>,
    places: BTreeMap<WatchNo, Place>,
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
        let mut groups: BTreeMap<String, Group> = BTreeMap::new();
        for row in seen.values() {
            let root = root(row, &seen, &rulings);
            let group = groups.entry(root.clone()).or_default();
            for place in self.rows::<Place>(&keys::name_places(&row.canonical)) {
                let (key, place) = place?;
                let Some(watch) = keys::read_name_place(&key) else {
                    continue;
                };
                join(&mut group.places, watch, place);
            }
            match root == row.canonical {
                true => group.own = Some(row.clone()),
                false => group.others.push(row.clone()),
            }
        }
        let mut names = Vec::new();
        for (canonical, group) in groups {
            let ruling = rulings.get(&canonical).cloned();
            names.extend(self.known(group, ruling, current)?);
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
        current: &BTreeMap<WatchId, State>,
    ) -> Result<Option<KnownName>, StoreError> {
        group
            .others
            .sort_by_key(|row| (row.bounds.by, row.canonical.clone()));
        let Some(own) = group.own.or_else(|| group.others.first().cloned()) else {
            return Ok(None);
        };
        let mut places = Vec::new();
        for (watch, place) in group.places {
            places.push(self.place(watch, place, current)?);
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

    fn place(
        &self,
        number: WatchNo,
        place: Place,
        current: &BTreeMap<WatchId, State>,
    ) -> Result<NamePlace, StoreError> {
        let watch = self.called(number)?.unwrap_or_else(|| "".into());
        let state = current.get(&watch);
        let newest = state.and_then(|state| Some(state.current.as_ref()?.no));
        let away = state.is_some_and(|state| state.away);
        let now = !away && newest == Some(place.last.0);
        let next = place.last.0 + 1;
        let gone = self.row::<Version>(&keys::version(number, next))?;
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
fn join(places: &mut BTreeMap<WatchNo, Place>, watch: WatchNo, place: Place) {
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
