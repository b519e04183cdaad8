//! The rules of the user: each `[[rule]]`, held to its own examples.

use std::collections::BTreeMap;

use crate::rulebook::{Book, Example, Part, Side, Written};
use crate::watchlist::{
    found::{Found, Place},
    names::did_you_mean,
    profiles::choice,
    section::{Section, Value},
};

/// Where the parts of a rule stand.
struct Places {
    rule: Place,
    keys: BTreeMap<&'static str, (Place, Vec<Place>)>,
}

impl Places {
    fn of(&self, part: Part) -> &Place {
        match part {
            Part::Rule => &self.rule,
            Part::Key(key) => self.keys.get(key).map_or(&self.rule, |(place, _)| place),
            Part::Item(key, index) => match self.keys.get(key) {
                Some((place, items)) => items.get(index).unwrap_or(place),
                None => &self.rule,
            },
        }
    }

    /// The value of a key, its place noted.
    fn take<'t>(&mut self, section: &mut Section<'t>, key: &'static str) -> Option<Value<'t>> {
        let value = section.take(key)?;
        self.keys.insert(key, (value.place.clone(), Vec::new()));
        Some(value)
    }

    fn note_items(&mut self, key: &'static str, items: impl Iterator<Item = Place>) {
        if let Some((_, places)) = self.keys.get_mut(key) {
            places.extend(items);
        }
    }
}

/// Adds the rules of one file to a book. A rule of the user may stand once; one that is shipped may be overridden.
pub(super) fn read(
    sections: Vec<Section<'_>>,
    book: Book,
    own: &mut BTreeMap<String, Place>,
    found: &mut Found<'_>,
) -> Book {
    sections.into_iter().fold(book, |book, section| {
        let read = rule(section, &book, own, found);
        read.unwrap_or(book)
    })
}

fn rule(
    mut section: Section<'_>,
    book: &Book,
    own: &mut BTreeMap<String, Place>,
    found: &mut Found<'_>,
) -> Option<Book> {
    let mut places = Places {
        rule: section.place.clone(),
        keys: BTreeMap::new(),
    };
    let before = found.count();
    let written = written(&mut section, &mut places, found);
    section.finish(found);
    let written = written?;
    if let Some(earlier) = own.get(&written.id) {
        let what = format!(
            "the rule `{}` is there already: {}",
            written.id,
            found.told(earlier)
        );
        let place = places.of(Part::Key("id")).clone();
        found.note(&place, what, Some("choose another id".to_owned()));
        return None;
    }
    own.insert(written.id.clone(), places.of(Part::Key("id")).clone());
    if found.count() > before {
        return None;
    }
    let (at, new) = (found.told(&places.rule), book.find(&written.id).is_none());
    // A slip in the id of a shipped rule makes a rule that says nothing.
    let slip = new && written.patterns.is_none() && written.pairs.is_none();
    let meant = slip
        .then(|| did_you_mean(&written.id, book.rules.iter().map(|rule| rule.id.as_str())))
        .flatten();
    if let Some(meant) = meant {
        let place = places.of(Part::Key("id")).clone();
        let what = format!("there is no rule `{}` to override", written.id);
        found.note(&place, what, Some(meant));
        return None;
    }
    match book.with_rule(written, &at) {
        Ok(book) => Some(book),
        Err(flaws) => {
            for flaw in flaws {
                found.note(places.of(flaw.part), flaw.what, flaw.remedy);
            }
            None
        }
    }
}

/// What the rule says, with where it says it.
fn written(
    section: &mut Section<'_>,
    places: &mut Places,
    found: &mut Found<'_>,
) -> Option<Written> {
    places.take(section, "id");
    let id = section.require("id", found).and_then(|id| id.text(found));
    let mut text = |key, places: &mut Places, found: &mut Found<'_>| {
        Some(places.take(section, key)?.text(found)?.text)
    };
    let label = text("label", places, found);
    let why = text("why", places, found);
    let about = text("about", places, found);
    let mut severity = |key| {
        let number = places.take(section, key)?.number(1..=5, found)?;
        u8::try_from(number).ok()
    };
    let (full, weak_severity) = (severity("severity"), severity("weak_severity"));
    let mut truth = |key| places.take(section, key)?.truth(found);
    let (fresh, enabled) = (truth("fresh"), truth("enabled"));
    places.take(section, "on");
    let sides = [
        ("added", Side::Added),
        ("removed", Side::Removed),
        ("changed", Side::Changed),
    ];
    let on = choice(section, "on", sides, found);
    let mut list = |key| texts(key, section, places, found);
    let (patterns, weak, unless) = (list("patterns"), list("weak"), list("unless"));
    let pairs = pairs(section, places, found);
    let matches = examples("matches", section, places, found);
    let ignores = examples("ignores", section, places, found);
    Some(Written {
        id: id?.text,
        label,
        severity: full,
        why,
        on,
        fresh,
        enabled,
        patterns,
        weak,
        weak_severity,
        unless,
        pairs,
        about,
        matches,
        ignores,
        ..Written::default()
    })
}

/// A list of texts, each with its place.
fn texts(
    key: &'static str,
    section: &mut Section<'_>,
    places: &mut Places,
    found: &mut Found<'_>,
) -> Option<Vec<String>> {
    let texts = places.take(section, key)?.texts(found);
    places.note_items(key, texts.iter().map(|text| text.place.clone()));
    Some(texts.into_iter().map(|text| text.text).collect())
}

const PAIRS: &str = "pairs of patterns, as in [['old words', 'new words']]";

fn pairs(
    section: &mut Section<'_>,
    places: &mut Places,
    found: &mut Found<'_>,
) -> Option<Vec<(String, String)>> {
    let items = places.take(section, "pairs")?.items(PAIRS, found);
    let mut pairs = Vec::new();
    for item in &items {
        if let Some(pair) = pair(item, PAIRS, found) {
            places.note_items("pairs", std::iter::once(item.place.clone()));
            pairs.push(pair);
        }
    }
    Some(pairs)
}

/// Two texts in brackets.
fn pair(item: &Value<'_>, wanted: &str, found: &mut Found<'_>) -> Option<(String, String)> {
    if !item.is_list() {
        return item.wrong(wanted, found);
    }
    match <[_; 2]>::try_from(item.list(found)) {
        Ok([old, new]) => Some((old.text, new.text)),
        Err(_) => {
            let what = "this is no pair: it wants two texts";
            found.note(&item.place, what, Some(format!("write {wanted}")));
            None
        }
    }
}

/// Sentences, or pairs of them.
fn examples(
    key: &'static str,
    section: &mut Section<'_>,
    places: &mut Places,
    found: &mut Found<'_>,
) -> Option<Vec<Example>> {
    let wanted = "sentences in brackets, or pairs of an old and a new sentence";
    let items = places.take(section, key)?.items(wanted, found);
    let mut examples = Vec::new();
    for item in &items {
        let example = match item.is_list() {
            true => pair(item, wanted, found).map(|(old, new)| Example::Pair(old, new)),
            false => item.text(found).map(|text| Example::Sentence(text.text)),
        };
        if let Some(example) = example {
            places.note_items(key, std::iter::once(item.place.clone()));
            examples.push(example);
        }
    }
    Some(examples)
}
