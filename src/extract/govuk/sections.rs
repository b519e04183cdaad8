//! Writes the text of an item, section by section, in the order its page shows them.

use serde_json::Value;

use crate::extract::govuk::item::{Item, list, plain, text};
use crate::extract::govuk::writing::Writing;
use crate::extract::govuk::{lists, moments};

/// Texts with markup, in the order of the page, each with the heading it stands under, if any.
const TEXTS: [(&str, &str); 22] = [
    ("downtime_message", ""),
    ("summary", ""),
    ("introductory_paragraph", ""),
    ("introduction", ""),
    ("outcome_detail", "Detail of outcome"),
    ("outcome_documents", ""),
    ("final_outcome_detail", "Detail of outcome"),
    ("final_outcome_documents", ""),
    ("public_feedback_detail", "Detail of feedback received"),
    ("public_feedback_documents", ""),
    ("documents", ""),
    ("licence_short_description", ""),
    ("licence_overview", ""),
    ("body", ""),
    ("what_you_need_to_know", "What you need to know"),
    ("need_to_know", "What you need to know"),
    ("will_continue_on", ""),
    ("more_information", "More information"),
    ("before_results", ""),
    ("after_results", ""),
    ("other_ways_to_apply", "Other ways to apply"),
    ("roll_call_introduction", ""),
];

/// Facts of an item that its page says beside the text, with the name it says them under.
const FACTS: [(&str, &str); 15] = [
    ("opening_date", "Opening date"),
    ("closing_date", "Closing date"),
    ("public_feedback_publication_date", "Feedback published"),
    ("held_on_another_website_url", "Held on another website"),
    ("display_date", "Release date"),
    ("previous_display_date", "Previous release date"),
    ("latest_change_note", "Change to the release date"),
    ("state", "Status"),
    ("cancelled_at", "Cancelled"),
    ("cancellation_reason", "Reason for the cancellation"),
    ("delivered_on", "Delivered on"),
    ("location", "Location"),
    ("start_date", "Begins"),
    ("end_date", "Ends"),
    ("reviewed_at", "Still current at"),
];

/// Writes the text of an item.
pub fn write(item: &Item<'_>, writing: &mut Writing<'_>) {
    for key in ["parent", "manual"] {
        for parent in item.linked(key).filter(|_| belongs(item)) {
            writing.line(
                text(parent, "title").unwrap_or_default(),
                text(parent, "base_path"),
            );
        }
    }
    match item.whole.get("description") {
        Some(Value::String(words)) => writing.line(words, None),
        Some(other) => writing.rich(other),
        None => {}
    }
    let Some(details) = item.details() else {
        return;
    };
    if matches!(
        item.schema(),
        Some("consultation" | "call_for_evidence" | "statistics_announcement")
    ) {
        writing.pair(
            "Document type",
            &plain(item.document_type().unwrap_or_default()),
        );
    }
    facts(details, writing);
    let (before, after) = TEXTS.split_at(
        TEXTS
            .iter()
            .position(|(key, _)| *key == "body")
            .unwrap_or(0)
            + 1,
    );
    texts(details, before, writing);
    lists::write(item, details, writing);
    texts(details, after, writing);
    start(details, writing);
    ways_to_respond(details, writing);
    others(details, writing);
}

/// Whether an item is a part of another, which its page names.
fn belongs(item: &Item<'_>) -> bool {
    matches!(
        item.schema(),
        Some("html_publication" | "manual_section" | "hmrc_manual_section")
    )
}

/// What is said beside the text.
fn facts(details: &Value, writing: &mut Writing<'_>) {
    for (key, name) in FACTS {
        if let Some(words) = text(details, key) {
            writing.pair(name, &moments::said(words));
        }
    }
    for status in list(details, "alert_status")
        .iter()
        .filter_map(Value::as_str)
    {
        writing.pair("Alert status", &plain(status));
    }
    if let Some(country) = details
        .get("country")
        .and_then(|country| text(country, "name"))
    {
        writing.pair("Country", country);
    }
    applicability(details, writing);
    metadata(details, writing);
}

/// Which nations it applies to, and where the others have theirs.
fn applicability(details: &Value, writing: &mut Writing<'_>) {
    let Some(nations) = details
        .get("national_applicability")
        .and_then(Value::as_object)
    else {
        return;
    };
    let applies = |nation: &&Value| nation.get("applicable").and_then(Value::as_bool) == Some(true);
    let label = |nation| text(nation, "label");
    let inside: Vec<&str> = nations.values().filter(applies).filter_map(label).collect();
    if inside.len() < nations.len() {
        writing.pair("Applies to", &inside.join(", "));
    }
    for other in nations.values().filter(|nation| !applies(nation)) {
        if let (Some(label), Some(url)) = (label(other), text(other, "alternative_url")) {
            writing.item(&format!("Publication for {label}"), Some(url));
        }
    }
}

/// The fields of a specialist document: dates of a case, types, outcomes.
fn metadata(details: &Value, writing: &mut Writing<'_>) {
    let Some(fields) = details.get("metadata").and_then(Value::as_object) else {
        return;
    };
    for (name, value) in fields.iter().filter(|(name, _)| *name != "bulk_published") {
        let words = match value {
            Value::Array(many) => {
                let words: Vec<String> = many.iter().filter_map(Value::as_str).map(plain).collect();
                words.join(", ")
            }
            Value::String(one) => moments::said(one),
            Value::Number(one) => one.to_string(),
            _ => continue,
        };
        writing.pair(&plain(name), &words);
    }
}

fn texts(details: &Value, which: &[(&str, &str)], writing: &mut Writing<'_>) {
    for (key, heading) in which {
        let Some(value) = details
            .get(*key)
            .filter(|_| !is_told_by_attachments(details, key))
        else {
            continue;
        };
        writing.heading(2, heading);
        let from = writing.len();
        writing.rich(value);
        if !heading.is_empty() {
            writing.unless_followed(from);
        }
    }
}

/// Whether a list of files as markup is a list of attachments too, which says more.
fn is_told_by_attachments(details: &Value, key: &str) -> bool {
    key.ends_with("documents") && !list(details, "attachments").is_empty()
}

/// The button of a start page, and what it leads to.
fn start(details: &Value, writing: &mut Writing<'_>) {
    let to = ["transaction_start_link", "continuation_link", "start_link"];
    let to = to.iter().find_map(|key| text(details, key));
    let words = text(details, "start_button_text").or(to.map(|_| "Start now"));
    if let Some(words) = words {
        writing.line(words, to);
    }
    if let Some(variants) = details.get("variants").and_then(Value::as_array) {
        for variant in variants {
            writing.heading(2, text(variant, "title").unwrap_or_default());
            texts(variant, &TEXTS, writing);
            start(variant, writing);
        }
    }
}

/// How to answer a consultation.
fn ways_to_respond(details: &Value, writing: &mut Writing<'_>) {
    let Some(ways) = details.get("ways_to_respond") else {
        return;
    };
    writing.heading(2, "Ways to respond");
    let from = writing.len();
    if let Some(url) = text(ways, "link_url") {
        writing.line("Respond online", Some(url));
    }
    if let Some(email) = text(ways, "email") {
        writing.line(email, Some(&format!("mailto:{email}")));
    }
    if let Some(url) = text(ways, "attachment_url") {
        writing.line("Response form", Some(url));
    }
    for line in text(ways, "postal_address").unwrap_or_default().lines() {
        writing.line(line, None);
    }
    writing.unless_followed(from);
}

/// Any other text with markup, so that a key that is new to us is not missed.
fn others(details: &Value, writing: &mut Writing<'_>) {
    let Some(keys) = details.as_object() else {
        return;
    };
    let known = |key: &str| TEXTS.iter().any(|(known, _)| *known == key);
    for (_, value) in keys.iter().filter(|(key, _)| !known(key)) {
        let is_markup = match value {
            Value::String(text) => text.trim_start().starts_with('<'),
            Value::Array(many) => many.iter().any(|one| text(one, "content").is_some()),
            _ => false,
        };
        if is_markup {
            writing.rich(value);
        }
    }
}
