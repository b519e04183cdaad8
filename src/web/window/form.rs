//! The fields of a filter: a plain form, whose address can be shared.

use std::collections::BTreeSet;

use maud::{Markup, html};

use crate::answers::Listed;
use crate::web::window::query::Query;

/// One thing that can be chosen.
pub(super) struct Choice {
    /// As it stands in the address.
    pub(super) value: String,
    /// As people read it.
    pub(super) said: String,
}

impl Choice {
    /// A choice of this value, read so.
    pub(super) fn of(value: &str, said: &str) -> Choice {
        Choice {
            value: value.to_owned(),
            said: said.to_owned(),
        }
    }
}

/// A field for words.
pub(super) fn words(query: &Query, name: &str, label: &str) -> Markup {
    html! {
        label { span { (label) } input type="search" name=(name) value=(query.shown(name)) maxlength="200"; }
    }
}

/// A field for a day.
pub(super) fn day(query: &Query, name: &str, label: &str) -> Markup {
    html! {
        label { span { (label) } input type="date" name=(name) value=(query.shown(name)); }
    }
}

/// A field with choices; `all` says what holds where none is made.
pub(super) fn choice(
    query: &Query,
    name: &str,
    label: &str,
    all: &str,
    choices: Vec<Choice>,
) -> Markup {
    let chosen = query.shown(name);
    let known = chosen.is_empty() || choices.iter().any(|choice| choice.value == chosen);
    html! {
        label {
            span { (label) }
            select name=(name) {
                option value="" { (all) }
                // What an address asks for that is no choice stays asked for.
                @if !known { option value=(chosen) selected { (chosen) } }
                @for choice in &choices {
                    option value=(choice.value) selected[choice.value == chosen] { (choice.said) }
                }
            }
        }
    }
}

/// The publishers of these documents.
pub(super) fn publishers(listed: &[Listed]) -> Vec<Choice> {
    let names: BTreeSet<String> = listed.iter().map(publisher).collect();
    names.iter().map(|name| Choice::of(name, name)).collect()
}

/// Who publishes a document: as its watch says, else its host.
pub(super) fn publisher(one: &Listed) -> String {
    let host = url::Url::parse(&one.url).ok();
    let host = host.and_then(|url| url.host_str().map(str::to_owned));
    let named = one.publisher.clone().or(host);
    named.unwrap_or_else(|| one.id.to_string())
}
