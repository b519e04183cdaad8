//! The ids of watches, current ones, former ones.

use std::collections::BTreeMap;

use crate::model::WatchId;
use crate::watchlist::{
    draft::{self, LONGEST_ID},
    found::{Found, Place},
    quotes::shortened,
    secrets::masked,
    section::Text,
};

/// The ids given so far, current and former, with their places.
#[derive(Default)]
pub(super) struct Ids {
    current: BTreeMap<String, Place>,
    former: Vec<Text>,
}

impl Ids {
    /// Takes the former ids of a watch.
    pub(super) fn add_former(&mut self, texts: Vec<Text>, found: &mut Found<'_>) -> Vec<WatchId> {
        let former: Vec<Text> = texts
            .into_iter()
            .filter_map(|text| slug(text, found))
            .collect();
        self.former.extend(former.iter().cloned());
        former
            .into_iter()
            .map(|former| WatchId(former.text))
            .collect()
    }

    /// Takes the ids of the watches that a watch continues: in use still, or not.
    pub(super) fn add_continued(
        &mut self,
        texts: Vec<Text>,
        found: &mut Found<'_>,
    ) -> Vec<WatchId> {
        let ids = texts.into_iter().filter_map(|text| slug(text, found));
        ids.map(|id| WatchId(id.text)).collect()
    }

    /// Takes an id for a watch.
    pub(super) fn add(&mut self, id: Text, found: &mut Found<'_>) -> Option<WatchId> {
        let id = slug(id, found)?;
        match self.current.get(&id.text) {
            Some(earlier) => {
                let what = format!("the id `{}` is taken: {}", id.text, found.told(earlier));
                found.note(
                    &id.place,
                    what,
                    Some("an id names one watch for ever; choose another".to_owned()),
                );
            }
            None => {
                self.current.insert(id.text.clone(), id.place);
            }
        }
        Some(WatchId(id.text))
    }

    /// Notes former ids that are in use, or that two watches lay claim to.
    pub(super) fn check_former(&self, found: &mut Found<'_>) {
        let mut claimed: BTreeMap<&str, &Place> = BTreeMap::new();
        for former in &self.former {
            let id = former.text.as_str();
            if let Some(place) = self.current.get(id) {
                let what = format!("`{id}` is the id of a watch today: {}", found.told(place));
                found.note(
                    &former.place,
                    what,
                    Some("`was` names ids that are no longer in use".to_owned()),
                );
            }
            if let Some(place) = claimed.insert(id, &former.place) {
                let what = format!(
                    "the history of `{id}` is carried on by another watch: {}",
                    found.told(place)
                );
                found.note(
                    &former.place,
                    what,
                    Some("leave it out of one of them".to_owned()),
                );
            }
        }
    }
}

/// An id stands in addresses, commands and alerts for ever, so it is kept plain.
fn slug(text: Text, found: &mut Found<'_>) -> Option<Text> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let id = &text.text;
    if id.len() <= LONGEST_ID
        && id.starts_with(plain)
        && id.ends_with(plain)
        && id.chars().all(|c| plain(c) || c == '-')
    {
        return Some(text);
    }
    let slug = draft::slug(id);
    let usable = !slug.is_empty() && slug.len() <= LONGEST_ID && masked(id) == *id;
    let suggestion = usable.then(|| format!("did you mean `{slug}`?"));
    let rule = "write lower-case letters and digits with hyphens between them, 64 in all";
    let what = format!("“{}” is no id", shortened(id));
    let suggestion = Some(suggestion.unwrap_or_else(|| rule.to_owned()));
    found.note(&text.place, what, suggestion);
    None
}
