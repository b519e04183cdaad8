//! Which changes go where.

use std::collections::{BTreeMap, BTreeSet};

use chrono_tz::Tz;

use crate::model::{
    Destination, NotADestination, Readers, RoleMention, Route, Severity, Watch, WatchId,
};
use crate::rulebook::Book;
use crate::watchlist::{
    found::{Found, Place},
    names::did_you_mean,
    quotes::{list, shortened},
    section::{Section, Text},
    sending, settings,
    watches::Names,
};

/// The longest name of a route, in characters.
const LONGEST_NAME: usize = 60;
/// How many names a suggestion lists.
const LISTED: usize = 12;

/// What a route may name.
pub(super) struct Known<'a> {
    names: &'a Names,
    /// The watches, where all of them were understood.
    watches: Option<&'a [Watch]>,
    book: &'a Book,
    zone: Tz,
}

impl<'a> Known<'a> {
    pub(super) fn of(
        names: &'a Names,
        watches: Option<&'a [Watch]>,
        book: &'a Book,
        zone: Tz,
    ) -> Known<'a> {
        Known {
            names,
            watches,
            book,
            zone,
        }
    }
}

/// Reads every `[[route]]`. Where there is none, everything but what is only recorded goes to the terminal.
pub(super) fn read(
    sections: Vec<Section<'_>>,
    known: &Known<'_>,
    found: &mut Found<'_>,
) -> Vec<Route> {
    if sections.is_empty() {
        let to = Destination::Terminal;
        return vec![Route {
            min_severity: Severity(2),
            ..Route::to(to, known.zone)
        }];
    }
    let mut taken = BTreeMap::new();
    let read = sections.into_iter();
    let mut routes: Vec<(Route, bool)> = read
        .filter_map(|section| route(section, known, &mut taken, found))
        .collect();
    // Names of their own come first, then those made of the destinations.
    let mut names: BTreeSet<String> = taken.into_keys().collect();
    for (route, _) in routes.iter_mut().filter(|(_, named)| !named) {
        let to = route.to.to_string();
        let numbered = (2..).map(|number| format!("{to} {number}"));
        let mut free = std::iter::once(to.clone()).chain(numbered);
        route.name = free.find(|name| !names.contains(name)).unwrap_or(to);
        names.insert(route.name.clone());
    }
    routes.into_iter().map(|(route, _)| route).collect()
}

/// Reads one `[[route]]`, and says whether it has a name of its own.
fn route(
    mut section: Section<'_>,
    known: &Known<'_>,
    taken: &mut BTreeMap<String, Place>,
    found: &mut Found<'_>,
) -> Option<(Route, bool)> {
    let name = (section.text("name", found)).and_then(|text| name(text, taken, found));
    let to = section
        .require("to", found)
        .and_then(|value| value.text(found));
    let to = to.and_then(|text| destination(&text, known.names, found));
    let send = sending::read(&mut section, found);
    let quiet = sending::quiet(&mut section, found);
    let zone = section.text("timezone", found);
    let zone = zone.and_then(|text| settings::zone(&text, found));
    let readers = match section
        .take("operators")
        .and_then(|value| value.truth(found))
    {
        Some(true) => Readers::Operators,
        _ => Readers::Everyone,
    };
    let filters = filters(&section);
    let topics = known.names.topics(section.texts("topics", found), found);
    let publishers = publishers(section.texts("publishers", found), known, found);
    let watches = watches(section.texts("watches", found), known, found);
    let findings = rules(section.texts("findings", found), known, found);
    let max_place = section.take("max_severity").map(|value| value.place);
    let mut severity = |key| severity(&mut section, key, found);
    let (min, max) = (severity("min_severity"), severity("max_severity"));
    let loud_from = severity("loud_from");
    let mention = mention(&mut section, to.as_ref(), known, found);
    section.finish(found);
    if let (Readers::Operators, Some((key, place))) = (readers, filters) {
        let what = format!("operators are told of no changes, so `{key}` chooses nothing");
        let suggestion = Some("leave it out, or make a route of its own for changes".to_owned());
        found.note(&place, what, suggestion);
    }
    let lowest = Severity(if send.is_digest() { 2 } else { 3 });
    // A route for what is below the usual takes what is below the usual.
    let min_severity = min.unwrap_or(lowest.min(max.unwrap_or(lowest)));
    let max_severity = max.unwrap_or(Severity(5));
    if let Some(place) = max_place.filter(|_| max_severity < min_severity) {
        let what = "no severity is at least `min_severity` and at most `max_severity`";
        let write = format!("write {min_severity} or more");
        found.note(&place, what, Some(write));
    }
    let to = to?;
    let named = name.is_some();
    let route = Route {
        name: name.unwrap_or_default(),
        readers,
        topics,
        publishers,
        watches,
        findings,
        min_severity,
        max_severity,
        loud_from: loud_from.unwrap_or(Severity(4)),
        mention,
        send,
        quiet,
        ..Route::to(to, zone.unwrap_or(known.zone))
    };
    Some((route, named))
}

/// The first key by which a route chooses changes.
fn filters(section: &Section<'_>) -> Option<(&'static str, Place)> {
    let keys = [
        "topics",
        "publishers",
        "watches",
        "findings",
        "min_severity",
        "max_severity",
    ];
    let mut all = section.all();
    all.find_map(|(name, place, _)| Some((*keys.iter().find(|key| **key == name)?, place)))
}

fn name(text: Text, taken: &mut BTreeMap<String, Place>, found: &mut Found<'_>) -> Option<String> {
    let name = text.text.trim();
    if name.chars().count() > LONGEST_NAME || name.contains(char::is_control) {
        let what = "this is no name of a route";
        let write = format!("write a few words in one line, at most {LONGEST_NAME} characters");
        found.note(&text.place, what, Some(write));
        return None;
    }
    if let Some(earlier) = taken.get(name) {
        let what = format!(
            "the route `{}` is there already: {}",
            shortened(name),
            found.told(earlier)
        );
        found.note(&text.place, what, Some("choose another name".to_owned()));
        return None;
    }
    taken.insert(name.to_owned(), text.place);
    Some(name.to_owned())
}

fn destination(text: &Text, names: &Names, found: &mut Found<'_>) -> Option<Destination> {
    let to = text.text.parse();
    match &to {
        // The text may be the address of a webhook, which is a secret, so it is not quoted.
        Err(NotADestination { write }) => {
            let what = "this is no place to send to";
            found.note(&text.place, what, Some(write.clone()));
        }
        Ok(Destination::Email(_)) if !names.sender => {
            let write = "write `from = \"smallprint@example.org\"` under [email]";
            let what = "this route sends e-mail, and nobody is named as its sender";
            found.note(&text.place, what, Some(write.to_owned()));
        }
        Ok(Destination::Forum(forum)) => {
            let write = format!(
                "write `forum = \"discord:{forum}\"` under [discord], and lead this route to a channel"
            );
            let what = "no route leads to a forum: every page that is told of has its thread there";
            found.note(&text.place, what, Some(write));
            return None;
        }
        Ok(_) => {}
    }
    to.ok()
}

fn severity(
    section: &mut Section<'_>,
    key: &'static str,
    found: &mut Found<'_>,
) -> Option<Severity> {
    let number = section.take(key)?.number(1..=5, found)?;
    u8::try_from(number).ok().map(Severity)
}

fn publishers(texts: Vec<Text>, known: &Known<'_>, found: &mut Found<'_>) -> Vec<String> {
    let Some(watches) = known.watches else {
        return texts.into_iter().map(|text| text.text).collect();
    };
    let all: BTreeSet<&str> = (watches.iter())
        .filter_map(|watch| watch.publisher.as_deref())
        .collect();
    let names: Vec<&str> = all.iter().copied().collect();
    let named = |text: &str| all.contains(text);
    checked(texts, "no watch has the publisher", named, &names, found)
}

fn watches(texts: Vec<Text>, known: &Known<'_>, found: &mut Found<'_>) -> Vec<WatchId> {
    let Some(watches) = known.watches else {
        return (texts.iter().map(|text| text.text.as_str().into())).collect();
    };
    let ids: Vec<&str> = watches.iter().map(|watch| watch.id.0.as_str()).collect();
    let mut there = Vec::new();
    for text in texts {
        let heir = |watch: &&Watch| watch.was.iter().any(|was| was.0 == text.text);
        if let Some(heir) = watches.iter().find(heir) {
            let what = format!("`{}` is called otherwise now", shortened(&text.text));
            found.note(&text.place, what, Some(format!("write \"{}\"", heir.id)));
            continue;
        }
        there.push(text);
    }
    let named = |text: &str| ids.contains(&text);
    let names = checked(there, "there is no watch", named, &ids, found);
    names.iter().map(|name| name.as_str().into()).collect()
}

fn rules(texts: Vec<Text>, known: &Known<'_>, found: &mut Found<'_>) -> Vec<String> {
    let all: Vec<&str> = known
        .book
        .rules
        .iter()
        .map(|rule| rule.id.as_str())
        .collect();
    let named = |text: &str| known.book.find(text).is_some();
    checked(texts, "there is no rule", named, &all, found)
}

/// The texts, each a mistake that is none of the names there are.
fn checked(
    texts: Vec<Text>,
    missing: &str,
    named: impl Fn(&str) -> bool,
    all: &[&str],
    found: &mut Found<'_>,
) -> Vec<String> {
    for text in texts.iter().filter(|text| !named(&text.text)) {
        let known = || match all {
            [] => "there is none so far".to_owned(),
            all if all.len() <= LISTED => format!("there are {}", list(all)),
            all => format!(
                "there are {} and {} more",
                list(&all[..LISTED]),
                all.len() - LISTED
            ),
        };
        let meant = did_you_mean(&text.text, all.iter().copied()).unwrap_or_else(known);
        let what = format!("{missing} `{}`", shortened(&text.text));
        found.note_missing(&text.place, what, Some(meant));
    }
    texts.into_iter().map(|text| text.text).collect()
}

/// Reads `mention`, with what belongs to it.
fn mention(
    section: &mut Section<'_>,
    to: Option<&Destination>,
    known: &Known<'_>,
    found: &mut Found<'_>,
) -> Option<RoleMention> {
    let role = section.take("mention");
    let from_place = section.take("mention_from").map(|value| value.place);
    let from = severity(section, "mention_from", found);
    let findings_place = section.take("mention_findings").map(|value| value.place);
    let findings = rules(section.texts("mention_findings", found), known, found);
    let Some(role) = role else {
        for place in [from_place, findings_place].into_iter().flatten() {
            let what = "nobody is mentioned";
            let add = "add mention = \"ROLE_ID\" (right-click the role, Copy Role ID)".to_owned();
            found.note(&place, what, Some(add));
        }
        return None;
    };
    if to.is_some_and(|to| !to.knows_roles()) {
        let what = "only Discord knows roles to mention";
        found.note(&role.place, what, Some("leave it out".to_owned()));
    }
    let id = match role.bare_number() {
        Some(number) => Some(number.to_owned()),
        None => role.text(found).map(|text| text.text),
    }?;
    let Some(id) = id.parse::<u64>().ok().filter(|id| *id > 0) else {
        return role.wrong(
            "the id of a role in quotes, as in \"123456789012345678\"",
            found,
        );
    };
    // What names its findings mentions for these alone, whatever they weigh.
    let lowest = Severity(if findings.is_empty() { 4 } else { 1 });
    Some(RoleMention {
        role: id,
        from: from.unwrap_or(lowest),
        findings,
    })
}
