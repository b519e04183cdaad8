//! Writes what an item lists: parts, groups of documents, sections, steps, questions.

use std::collections::HashMap;

use serde_json::Value;

use crate::extract::govuk::item::{Item, list, text};
use crate::extract::govuk::writing::Writing;

/// Writes what an item lists, in order.
pub fn write(item: &Item<'_>, details: &Value, writing: &mut Writing<'_>) {
    for part in list(details, "parts") {
        titled(part, writing);
    }
    let linked = by_id(item);
    for (groups, name, entries) in [
        ("collection_groups", "title", "documents"),
        ("corporate_information_groups", "name", "contents"),
        ("groups", "name", "contents"),
    ] {
        for group in list(details, groups) {
            writing.heading(2, text(group, name).unwrap_or_default());
            writing.rich(&group["body"]);
            for entry in list(group, entries) {
                document(entry, &linked, writing);
            }
        }
    }
    if details.get("collection_groups").is_none() && item.schema() == Some("document_collection") {
        for entry in item.linked("documents") {
            document(entry, &linked, writing);
        }
    }
    for group in list(details, "child_section_groups") {
        writing.heading(2, text(group, "title").unwrap_or_default());
        for section in list(group, "child_sections") {
            described(section, "base_path", "description", writing);
        }
    }
    for featured in list(details, "ordered_featured_documents") {
        described(featured, "href", "summary", writing);
    }
    for casualty in list(details, "casualties").iter().filter_map(Value::as_str) {
        writing.item(casualty, None);
    }
    for node in list(details, "nodes") {
        question(node, writing);
    }
    if let Some(steps) = details.get("step_by_step_nav") {
        step_by_step(steps, writing);
    }
}

/// A part: its title as a heading, then its text.
fn titled(part: &Value, writing: &mut Writing<'_>) {
    writing.heading(2, text(part, "title").unwrap_or_default());
    writing.rich(&part["body"]);
}

/// The items it is linked with, by their ids.
fn by_id<'a>(item: &Item<'a>) -> HashMap<&'a str, &'a Value> {
    let links = item.whole.get("links").and_then(Value::as_object);
    let all = links.into_iter().flat_map(|links| links.values());
    all.filter_map(Value::as_array)
        .flatten()
        .filter_map(|one| Some((text(one, "content_id")?, one)))
        .collect()
}

/// A document of a group: an id of one that is linked, or a title with an address. One that is not linked is not shown.
fn document(entry: &Value, linked: &HashMap<&str, &Value>, writing: &mut Writing<'_>) {
    let entry = match entry.as_str() {
        Some(id) => linked.get(id).copied(),
        None => Some(entry),
    };
    let Some(entry) = entry.filter(|entry| entry.get("withdrawn") != Some(&Value::Bool(true)))
    else {
        return;
    };
    let to = ["base_path", "url", "web_url", "path"];
    let to = to.iter().find_map(|key| text(entry, key));
    writing.item(text(entry, "title").unwrap_or_default(), to);
}

/// An entry with an address and a sentence on what it is.
fn described(entry: &Value, to: &str, words: &str, writing: &mut Writing<'_>) {
    writing.item(text(entry, "title").unwrap_or_default(), text(entry, to));
    writing.line(text(entry, words).unwrap_or_default(), None);
}

/// A question of a simple smart answer, or one of its outcomes.
fn question(node: &Value, writing: &mut Writing<'_>) {
    titled(node, writing);
    for option in list(node, "options") {
        writing.item(text(option, "label").unwrap_or_default(), None);
    }
}

fn step_by_step(steps: &Value, writing: &mut Writing<'_>) {
    writing.rich(&steps["introduction"]);
    for step in list(steps, "steps") {
        writing.heading(2, text(step, "title").unwrap_or_default());
        for content in list(step, "contents") {
            writing.line(text(content, "text").unwrap_or_default(), None);
            for entry in list(content, "contents") {
                let words = text(entry, "text").unwrap_or_default();
                let context = text(entry, "context").unwrap_or_default();
                writing.item(&format!("{words} {context}"), text(entry, "href"));
            }
        }
    }
}
