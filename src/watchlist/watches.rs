//! The watches themselves.

use std::collections::BTreeMap;

use chrono_tz::Tz;
use url::Url;

use crate::model::{First, Follow, Kind, Reading, Render, Watch};
use crate::schedule::Plan;
use crate::watchlist::{
    address,
    found::{Found, Place},
    ids::Ids,
    names::did_you_mean,
    profiles::{
        ANYTHING, PATTERN, POINTER, Profile, Profiles, SELECTOR, check_pattern, checked, choice,
        for_host,
    },
    quotes::{list, shortened},
    schedules::{self, Schedules},
    section::{Section, Text},
};

/// What watches and routes may name.
pub(super) struct Names {
    pub(super) zone: Tz,
    /// Whether somebody is named as the sender of e-mail.
    pub(super) sender: bool,
    /// The topics, where the watchlist lists any: name, place, description.
    pub(super) topics: BTreeMap<String, (Place, String)>,
    pub(super) schedules: Schedules,
    pub(super) profiles: Profiles,
}

impl Names {
    /// The topics that may be named: any, where the watchlist lists none.
    pub(super) fn topics(&self, texts: Vec<Text>, found: &mut Found<'_>) -> Vec<String> {
        let names: Vec<&str> = self.topics.keys().map(String::as_str).collect();
        for text in &texts {
            if !names.is_empty() && !names.contains(&text.text.as_str()) {
                let known = || format!("there are {}", list(&names));
                let suggestion =
                    did_you_mean(&text.text, names.iter().copied()).unwrap_or_else(known);
                found.note_missing(
                    &text.place,
                    format!("there is no topic `{}`", shortened(&text.text)),
                    Some(suggestion),
                );
            }
        }
        texts.into_iter().map(|text| text.text).collect()
    }
}

/// A watch with what belongs to it.
pub(super) struct Row {
    pub(super) watch: Watch,
    pub(super) plan: Plan,
    pub(super) note: Option<String>,
}

/// Reads one `[[watch]]`.
pub(super) fn read(
    mut section: Section<'_>,
    names: &Names,
    ids: &mut Ids,
    found: &mut Found<'_>,
) -> Option<Row> {
    let id = section.require("id", found).and_then(|id| id.text(found));
    let id = id.and_then(|id| ids.add(id, found));
    let url = url(&mut section, found);
    let mut text = |key| Some(section.text(key, found)?.text);
    let (title, publisher, note) = (text("title"), text("publisher"), text("note"));
    let topics = names.topics(section.texts("topics", found), found);
    let when = schedules::of_watch(&mut section, names.zone, &names.schedules, found);
    let reading = reading(&mut section, url.as_ref(), names, found);
    let terms = section.texts("terms", found);
    let was = ids.add_former(section.texts("was", found), found);
    let firsts = [("baseline", First::Baseline), ("news", First::News)];
    let first = choice(&mut section, "first", firsts, found).unwrap_or_default();
    let renders = [("plain", Render::Plain), ("browser", Render::Browser)];
    let render = choice(&mut section, "render", renders, found).unwrap_or_default();
    let follow = follow(&mut section, found);
    let continues = section.texts("continues", found);
    let mut truth = |key| section.take(key)?.truth(found);
    let (enabled, ignore_robots) = (truth("enabled"), truth("ignore_robots"));
    section.finish(found);
    // What is wrong with a schedule has been noted where it stands.
    let plan = Plan::of(&when, names.zone).ok()?;
    let watch = Watch {
        id: id?,
        url: url?,
        title,
        publisher,
        topics,
        when,
        reading,
        terms: terms.into_iter().map(|term| term.text).collect(),
        first,
        was,
        continues: ids.add_continued(continues, found),
        follow,
        render,
        found_by: None,
        ignore_robots: ignore_robots.unwrap_or(false),
        enabled: enabled.unwrap_or(true),
    };
    Some(Row { watch, plan, note })
}

/// What is read and watched with the page: "attachments", "entries", or a regular expression of links.
fn follow(section: &mut Section<'_>, found: &mut Found<'_>) -> Vec<Follow> {
    let mut follow = Vec::new();
    for text in section.texts("follow", found) {
        let one = match text.text.as_str() {
            "attachments" => Follow::Attachments,
            "entries" => Follow::Entries,
            pattern if pattern.contains("://") || pattern.starts_with('/') => {
                if let Err(why) = check_pattern(pattern) {
                    found.note(&text.place, why, Some(PATTERN.remedy.to_owned()));
                    continue;
                }
                Follow::Links(pattern.to_owned())
            }
            other => {
                let what = format!("`follow` cannot be “{}”", shortened(other));
                let meant = did_you_mean(other, ["attachments", "entries"]);
                let write = "write \"attachments\", \"entries\", or a regular expression of addresses, as in \"https://example[.]org/minutes/.*\"";
                found.note(
                    &text.place,
                    what,
                    Some(meant.unwrap_or_else(|| write.to_owned())),
                );
                continue;
            }
        };
        if !follow.contains(&one) {
            follow.push(one);
        }
    }
    follow
}

fn url(section: &mut Section<'_>, found: &mut Found<'_>) -> Option<Url> {
    let text = section.require("url", found)?.text(found)?;
    address::check_parts(&text, found);
    address::read(&text, found)
}

fn profile<'n>(
    section: &mut Section<'_>,
    names: &'n Names,
    found: &mut Found<'_>,
) -> Option<(&'n String, &'n Profile)> {
    let text = section.take("profile")?.text(found)?;
    let named = names.profiles.get_key_value(&text.text);
    if named.is_none() {
        let known: Vec<&str> = names.profiles.keys().map(String::as_str).collect();
        let there_are = || format!("there are {}", list(&known));
        let suggestion = did_you_mean(&text.text, known.iter().copied()).unwrap_or_else(there_are);
        found.note_missing(
            &text.place,
            format!("there is no profile `{}`", shortened(&text.text)),
            Some(suggestion),
        );
    }
    named
}

/// The rules of the profile, named or by host, with the watch's own: its `select` replaces, everything else adds.
fn reading(
    section: &mut Section<'_>,
    url: Option<&Url>,
    names: &Names,
    found: &mut Found<'_>,
) -> Reading {
    let named = profile(section, names, found);
    let profile = named.or_else(|| for_host(&names.profiles, url?));
    let mut reading = profile.map_or_else(Reading::default, |(name, rules)| rules.reading(name));
    let kinds = [
        ("page", Kind::Page),
        ("index", Kind::Index),
        ("register", Kind::Register),
    ];
    reading.kind = choice(section, "kind", kinds, found).unwrap_or_default();
    if let Some(value) = section.take("select") {
        reading.select = checked(value.texts(found), SELECTOR, found);
    }
    let mut add = |key, check, to: &mut Vec<String>| {
        for text in checked(section.texts(key, found), check, found) {
            if !to.contains(&text) {
                to.push(text);
            }
        }
    };
    add("drop", SELECTOR, &mut reading.drop);
    add("drop_lines", PATTERN, &mut reading.drop_lines);
    add("drop_params", ANYTHING, &mut reading.drop_params);
    add("keys", POINTER, &mut reading.keys);
    add("rows_by", ANYTHING, &mut reading.rows_by);
    reading
}
