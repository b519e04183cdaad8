//! Reads what GOV.UK's Content API tells of a page.

mod govspeak;
mod moments;
mod writing;

mod attachments;
mod item;
mod lists;
mod sections;
mod stated;

use serde_json::Value;

use crate::extract::MOST_BLOCKS;
use crate::extract::govuk::item::{Item, text};
use crate::extract::govuk::writing::Writing;
use crate::extract::html::Fragment;
use crate::extract::rules::{self, Rules};
use crate::model::{Capture, Document, Failure, FailureKind, Interface};

/// The most characters quoted of why a page was taken down.
const MOST_WORDS: usize = 1000;

/// Reads an item of the Content API as the document its page shows.
///
/// # Errors
/// A failure where the page is gone or leads elsewhere, and where this is no item that holds the text of this page: then the
/// page itself tells.
pub fn read(capture: &Capture, body: &[u8], rules: &Rules) -> Result<Document, Failure> {
    let unreadable = |why: String| Failure::new(FailureKind::Unreadable, why);
    let page = &capture.url;
    let value: Value = serde_json::from_slice(body).map_err(|why| {
        unreadable(format!(
            "the Content API answered no JSON for {page} ({why})"
        ))
    })?;
    let item = Item {
        whole: &value,
        page,
    };
    if let Some(why) = not_there(&item, rules) {
        return Err(Failure {
            said: Some(why.clone()),
            ..Failure::new(FailureKind::NotFound, why)
        });
    }
    item.is_ours().map_err(unreadable)?;
    let title = text(&value, "title").unwrap_or_default().to_owned();
    let mut writing = Writing::new(page, rules);
    sections::write(&item, &mut writing);
    attachments::write(&item, &mut writing);
    let stated = stated::stated(&item, rules);
    let Fragment {
        blocks,
        files: attachments,
        embedded,
    } = writing.done(MOST_BLOCKS).map_err(|excess| {
        Failure::new(
            FailureKind::TooLarge,
            format!("what the Content API tells of {page} {excess}"),
        )
    })?;
    let from = item.linked("organisations");
    Ok(Document {
        title,
        lang: text(&value, "locale").map(str::to_owned),
        stated,
        blocks,
        attachments,
        embedded,
        surroundings: from
            .filter_map(|one| Some(text(one, "title")?.to_owned()))
            .collect(),
        ..Document::empty(rules::reader_of(Interface::Govuk, &rules.reading), "")
    })
}

/// What the item says of its page where that is gone or leads elsewhere.
fn not_there(item: &Item<'_>, rules: &Rules) -> Option<String> {
    let page = item.page;
    Some(match item.schema()? {
        "gone" => {
            let explained = item.details().map(|details| &details["explanation"]);
            let words = explained.map(|markup| writing::words(markup, page, rules));
            let words = words.filter(|words| !words.is_empty());
            let other = item
                .details()
                .and_then(|details| text(details, "alternative_path"));
            let mut why = format!("GOV.UK says that {page} was taken down");
            if let Some(words) = words {
                let words: String = words.chars().take(MOST_WORDS).collect();
                why = format!("{why}: “{words}”");
            }
            match other.and_then(|path| page.join(path).ok()) {
                Some(other) => format!("{why}; it points to {other}"),
                None => why,
            }
        }
        "redirect" => match item.redirected_to() {
            Some(to) => format!("GOV.UK says that {page} leads to {to} now"),
            None => format!("GOV.UK says that {page} leads elsewhere now"),
        },
        _ => return None,
    })
}
