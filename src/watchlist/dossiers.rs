//! The `[[dossier]]` sections of a watchlist: schemes that its writer knows by what they do.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;

use crate::prose::fold;
use crate::rulebook::{Called, Dossier, Dossiers, Facet};
use crate::watchlist::{
    draft,
    found::{Found, Place},
    names::did_you_mean,
    profiles::{PATTERN, checked},
    quotes::shortened,
    section::{Section, Text, Value},
};

/// The fewest facets that tell one scheme from another.
const FEWEST: usize = 2;

/// The dossiers read so far, and where the id of each stands.
#[derive(Default)]
pub(super) struct Read {
    pub(super) dossiers: Vec<Dossier>,
    places: BTreeMap<String, Place>,
}

/// Reads one `[[dossier]]`.
pub(super) fn read(mut section: Section<'_>, read: &mut Read, found: &mut Found<'_>) {
    let place = section.place.clone();
    let name = section
        .require("name", found)
        .and_then(|value| value.text(found));
    let id = section.text("id", found);
    let since = section.text("since", found);
    let since = since.and_then(|text| day(&text, found));
    let aliases = section.texts("aliases", found);
    let hooks = checked(section.texts("hooks", found), PATTERN, found);
    let references = plain(section.texts("references", found));
    let contacts = plain(section.texts("contacts", found));
    let seeds = plain(section.texts("seeds", found));
    let must = section.texts("must", found);
    let mut facets = match section.take("facets") {
        Some(value) => facets(&value, &seeds, found),
        None => Vec::new(),
    };
    if !hooks.is_empty() {
        facets.push(Arc::new(Facet::hook(hooks)));
    }
    let most = facets.len().max(1);
    let enough = section
        .take("enough")
        .and_then(|value| value.number(1..=most as u64, found))
        .and_then(|enough| usize::try_from(enough).ok());
    section.finish(found);
    let must = musts(must, &facets, found);
    let Some(name) = name.map(|name| name.text) else {
        return;
    };
    if facets.len() < FEWEST && references.is_empty() && contacts.is_empty() {
        found.note_missing(
            &place,
            format!(
                "the dossier “{}” says too little to know the scheme by",
                shortened(&name)
            ),
            Some("give it two facets or more, or a reference number".to_owned()),
        );
    }
    let (id_place, id) = match id {
        Some(id) => (id.place, id.text),
        None => (place, draft::slug(&name)),
    };
    if let Some(earlier) = read.places.get(&id) {
        let what = format!(
            "there is a dossier `{}` already: {}",
            shortened(&id),
            found.told(earlier)
        );
        found.note(&id_place, what, Some("give it another id".to_owned()));
        return;
    }
    read.places.insert(id.clone(), id_place);
    let aliases = aliases.into_iter().map(|alias| alias.text);
    let names = std::iter::once(name.clone()).chain(aliases);
    let kin = Dossiers::shipped().find(&id).map(|one| one.kin.clone());
    read.dossiers.push(Dossier {
        called: names.map(|name| Called { name, since }).collect(),
        // Two thirds, and two at least.
        enough: enough.unwrap_or_else(|| (facets.len() * 2).div_ceil(3).max(FEWEST)),
        kin: kin.unwrap_or_default(),
        unlike: Vec::new(),
        own: true,
        id,
        name,
        facets,
        must,
        references,
        contacts,
        seeds,
    });
}

/// Reads `facets`: of each its patterns, or none where it is a shipped one. Where there are seeds, one of them says it.
fn facets(value: &Value<'_>, seeds: &[String], found: &mut Found<'_>) -> Vec<Arc<Facet>> {
    let Some(section) = value.section("`facets`", found) else {
        return Vec::new();
    };
    let mut facets = Vec::new();
    for (name, place, value) in section.all() {
        let texts = value.texts(found);
        let given = !texts.is_empty();
        let patterns = checked(texts, PATTERN, found);
        let facet = match given {
            // What is no pattern was noted.
            true if patterns.is_empty() => continue,
            true => Arc::new(Facet::of(name, &spoken(name), Vec::new(), patterns)),
            false => match Dossiers::shipped_facet(name) {
                Some(facet) => facet,
                None => {
                    let meant = did_you_mean(name, Dossiers::shipped_facets());
                    let write = || "write its patterns, as in [\"linked to \\\\w+\"]".to_owned();
                    let what = format!("the facet `{}` has no pattern", shortened(name));
                    found.note(&place, what, Some(meant.unwrap_or_else(write)));
                    continue;
                }
            },
        };
        if given && !seeds.is_empty() && !seeds.iter().any(|seed| facet.is_in(&fold(seed))) {
            found.note(
                &place,
                format!("the facet `{}` finds none of the seeds", shortened(name)),
                Some("correct its patterns, or add a seed that says it".to_owned()),
            );
        }
        facets.push(facet);
    }
    facets
}

/// What a facet is called, as it is said after "it".
fn spoken(name: &str) -> String {
    format!("has “{}”", name.replace('-', " "))
}

/// The facets that must be there, which are facets of the dossier.
fn musts(must: Vec<Text>, facets: &[Arc<Facet>], found: &mut Found<'_>) -> Vec<String> {
    let mut known = Vec::new();
    for text in must {
        let names = facets.iter().map(|facet| facet.name.as_str());
        if names.clone().any(|name| name == text.text) {
            known.push(text.text);
            continue;
        }
        let what = format!(
            "there is no facet `{}` in this dossier",
            shortened(&text.text)
        );
        let meant = did_you_mean(&text.text, names);
        found.note_missing(&text.place, what, meant);
    }
    known
}

fn day(text: &Text, found: &mut Found<'_>) -> Option<NaiveDate> {
    let day = text.text.parse().ok();
    if day.is_none() {
        found.note(
            &text.place,
            format!("“{}” is no day", shortened(&text.text)),
            Some("write year, month and day, as in \"2026-03-31\"".to_owned()),
        );
    }
    day
}

fn plain(texts: Vec<Text>) -> Vec<String> {
    texts.into_iter().map(|text| text.text).collect()
}
