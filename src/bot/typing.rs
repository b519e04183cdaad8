//! What there is to choose from while a command is being typed.

use std::sync::Arc;

use crate::house::House;
use crate::prose::fold;
use crate::wording::{fit, harmless};

/// The most choices, and the longest of them.
/// <https://discord.com/developers/docs/interactions/application-commands#application-command-object-application-command-option-choice-structure>
const MOST: usize = 25;
const LONGEST: usize = 100;

/// What can be filled in, as it is shown and as it is filled in; what begins with what was typed stands first.
pub(super) async fn choices(
    house: &Arc<House>,
    option: &str,
    typed: &str,
) -> Vec<(String, String)> {
    let in_force = house.in_force();
    let watchlist = &in_force.watchlist;
    let all: Vec<(String, String)> = match option {
        "document" => {
            let watches = watchlist.watches.iter();
            let row = |watch: &crate::model::Watch| {
                let publisher = watch.publisher.as_deref().unwrap_or_default();
                let shown = match watch.title.as_deref() {
                    Some(title) if publisher.is_empty() => format!("{title} ({})", watch.id),
                    Some(title) => format!("{title} – {publisher} ({})", watch.id),
                    None => watch.id.0.clone(),
                };
                (shown, watch.id.0.clone())
            };
            watches.map(row).collect()
        }
        "topic" => {
            let named = watchlist.watches.iter().flat_map(|watch| &watch.topics);
            let mut topics: Vec<&String> = watchlist.topics.keys().chain(named).collect();
            topics.sort();
            topics.dedup();
            topics
                .into_iter()
                .map(|topic| (topic.clone(), topic.clone()))
                .collect()
        }
        "name" => {
            let names = house.store.names().await.unwrap_or_default();
            let names = names.iter().map(|known| known.name.clone());
            names.map(|name| (name.clone(), name)).collect()
        }
        _ => Vec::new(),
    };
    matching(all, typed)
}

fn matching(all: Vec<(String, String)>, typed: &str) -> Vec<(String, String)> {
    let typed = fold(typed);
    let typed = typed.trim();
    let mut found: Vec<(bool, (String, String))> = Vec::new();
    for (shown, filled) in all {
        let (in_shown, in_filled) = (fold(&shown), fold(&filled));
        let fits = filled.encode_utf16().count() <= LONGEST && !harmless::is_blank(&filled);
        if fits && (in_shown.contains(typed) || in_filled.contains(typed)) {
            let first = in_shown.starts_with(typed) || in_filled.starts_with(typed);
            let shown = fit::cut(&harmless::line(&shown), LONGEST);
            found.push((!first, (shown, filled)));
        }
    }
    found.sort_by_key(|(later, _)| *later);
    found.into_iter().map(|(_, row)| row).take(MOST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_with_what_was_typed_stands_first() {
        let row = |text: &str| (format!("The page {text}"), text.to_owned());
        let all = vec![row("opt-out"), row("care"), row(&"x".repeat(101)), row("")];
        let found = |typed| {
            matching(all.clone(), typed)
                .into_iter()
                .map(|(_, filled)| filled)
        };
        assert_eq!(found("CAR").collect::<Vec<_>>(), ["care"]);
        assert_eq!(found("").count(), 2);
        assert_eq!(found("nowhere").count(), 0);
        let many = (0..60).map(|no| row(&format!("page-{no}"))).collect();
        assert_eq!(matching(many, "page-1").len(), 11);
        let many = (0..60).map(|no| row(&format!("page-{no}"))).collect();
        assert_eq!(matching(many, "").len(), MOST);
    }
}
