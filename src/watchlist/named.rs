//! The files that a watchlist names: more rules, a calendar.

use toml::de::{DeTable, DeValue};

use crate::watchlist::Source;

/// What a file is for.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub enum Role {
    /// It is the watchlist, or a part of it.
    #[default]
    Watches,
    /// It holds rules; the watchlist names it so.
    Rules(String),
    /// It is a calendar; the watchlist names it so.
    Calendar(String),
}

/// The files that these name, as they name them, each once. What is no name of a file is left for the reading to tell.
pub fn named(sources: &[Source]) -> Vec<Role> {
    let mut roles: Vec<Role> = Vec::new();
    for source in sources {
        let (table, _) = DeTable::parse_recoverable(&source.text);
        let table = table.get_ref();
        let texts = |key: &str| match table.get(key).map(|value| value.get_ref()) {
            Some(DeValue::String(text)) => vec![text.as_ref().to_owned()],
            Some(DeValue::Array(items)) => items
                .iter()
                .filter_map(|item| Some(item.get_ref().as_str()?.to_owned()))
                .collect(),
            _ => Vec::new(),
        };
        let rules = texts("rules").into_iter().map(Role::Rules);
        for role in rules.chain(texts("calendar").into_iter().map(Role::Calendar)) {
            if !roles.contains(&role) {
                roles.push(role);
            }
        }
    }
    roles
}

impl Role {
    /// The file, as the watchlist names it.
    pub fn file(&self) -> Option<&str> {
        match self {
            Role::Watches => None,
            Role::Rules(file) | Role::Calendar(file) => Some(file),
        }
    }
}
