//! Reads what an office file says of itself: its title, when it was made, when it was changed.

use crate::extract::dates::{self, Moment};
use crate::extract::office::package::{Package, Unread};
use crate::extract::office::pull::Pull;
use crate::extract::office::relations::{self, Relations};
use crate::extract::tidy::tidy;
use crate::model::Stated;

/// What a file says of itself.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Properties {
    /// Its title, where it is one that somebody gave it.
    pub title: Option<String>,
    /// When it was made, as it stands.
    pub created: Option<String>,
    /// When it was last changed, as it stands.
    pub modified: Option<String>,
}

/// Titles that programs fill in by themselves.
const FILLED_IN: [&str; 10] = [
    "untitled",
    "title",
    "document",
    "document1",
    "book1",
    "workbook",
    "presentation1",
    "powerpoint presentation",
    "microsoft word",
    "slide 1",
];

/// The properties of a file of Office (`docProps/core.xml`).
///
/// # Errors
/// The file as a whole cannot be read; properties that are damaged are none.
pub fn office(package: &mut Package<'_>, root: &Relations) -> Result<Properties, Unread> {
    let name = relations::first(root, "core-properties").unwrap_or("docProps/core.xml".to_owned());
    let text = package.part(&name)?;
    Ok(text.map_or_else(Properties::default, |text| read(&text)))
}

/// The properties of a file in OpenDocument (`meta.xml`).
///
/// # Errors
/// The file as a whole cannot be read; properties that are damaged are none.
pub fn open_document(package: &mut Package<'_>) -> Result<Properties, Unread> {
    let text = package.part("meta.xml")?;
    Ok(text.map_or_else(Properties::default, |text| read(&text)))
}

/// Says the dates where the document says what it states of itself.
pub fn state(properties: &Properties, stated: &mut Stated) {
    let moment = |text: &Option<String>| text.as_deref().and_then(dates::parse);
    if let Some(Moment { day, at }) = moment(&properties.modified) {
        (stated.updated, stated.updated_at) = (day, at);
    }
    for (what, text) in [
        ("made", &properties.created),
        ("last changed", &properties.modified),
    ] {
        if let Some(day) = moment(text).and_then(|moment| moment.day) {
            stated.lines.push(format!("File {what} on {day}"));
        }
    }
}

/// A title without the ends that programs put to it; `None` where nobody gave one.
pub fn title(text: &str) -> Option<String> {
    let title = tidy(text);
    let title = title.strip_prefix("Microsoft Word - ").unwrap_or(&title);
    let bare = title.trim_end_matches(".docx").trim_end_matches(".doc");
    let given =
        bare.chars().any(char::is_alphabetic) && !FILLED_IN.contains(&bare.to_lowercase().as_str());
    given.then(|| bare.to_owned())
}

fn read(text: &str) -> Properties {
    let mut properties = Properties::default();
    // Whatever was read before a damaged place stands.
    let _ = fill(&mut Pull::new(text), &mut properties);
    properties
}

fn fill(xml: &mut Pull<'_>, properties: &mut Properties) -> Result<(), Unread> {
    while let Some(tag) = xml.open()? {
        match tag.name() {
            "coreProperties" | "document-meta" | "meta" => fill(xml, properties)?,
            "title" => properties.title = title(&xml.text()?),
            "created" | "creation-date" => properties.created = Some(xml.text()?),
            "modified" | "date" => properties.modified = Some(xml.text()?),
            _ => xml.skip()?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_nobody_gave_is_none() {
        for (text, expected) in [
            ("Data sharing  agreement", Some("Data sharing agreement")),
            (
                "Microsoft Word - Privacy notice.doc",
                Some("Privacy notice"),
            ),
            ("Document1", None),
            ("PowerPoint Presentation", None),
            (" - ", None),
        ] {
            assert_eq!(title(text).as_deref(), expected, "{text}");
        }
    }
}
