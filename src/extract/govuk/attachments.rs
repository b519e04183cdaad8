//! Lists the files an item offers, with what its page says of each.

use serde_json::Value;

use crate::extract::govuk::item::{Item, list, text};
use crate::extract::govuk::writing::Writing;
use crate::model::Attachment;

/// The lists that name attachments by their ids, as the page shows them before or after the text.
const SHOWN: [&str; 4] = [
    "featured_attachments",
    "final_outcome_attachments",
    "outcome_attachments",
    "public_feedback_attachments",
];

/// What people call a type of content. Source: alphagov/govuk_publishing_components (attachment helper), MIT.
const SORTS: [(&str, &str); 22] = [
    ("application/pdf", "PDF"),
    ("text/csv", "CSV"),
    ("text/html", "HTML"),
    ("text/plain", "Plain text"),
    ("application/rtf", "RTF"),
    ("application/zip", "Zip"),
    ("application/xml", "XML"),
    ("application/json", "JSON"),
    ("application/msword", "MS Word Document"),
    ("wordprocessingml.document", "MS Word Document"),
    (
        "application/vnd.ms-word.document.macroenabled",
        "MS Word Document",
    ),
    ("application/vnd.ms-excel", "MS Excel Spreadsheet"),
    ("spreadsheetml.sheet", "MS Excel Spreadsheet"),
    (
        "application/vnd.ms-powerpoint",
        "MS Powerpoint Presentation",
    ),
    ("presentationml.presentation", "MS Powerpoint Presentation"),
    ("opendocument.text", "OpenDocument Text"),
    ("opendocument.spreadsheet", "OpenDocument Spreadsheet"),
    ("opendocument.presentation", "OpenDocument Presentation"),
    ("image/jpeg", "JPEG"),
    ("image/png", "PNG"),
    ("image/gif", "GIF"),
    ("application/postscript", "EPS"),
];

/// Writes the files an item offers; those that its page shows apart from the text are items of a list as well.
pub fn write(item: &Item<'_>, writing: &mut Writing<'_>) {
    let Some(details) = item.details() else {
        return;
    };
    let all = list(details, "attachments");
    for attachment in all {
        if let Some(file) = file(attachment, writing) {
            writing.file(file);
        }
    }
    for id in SHOWN.iter().flat_map(|key| list(details, key)) {
        let shown = all
            .iter()
            .find(|one| one.get("id") == Some(id) || one.get("filename") == Some(id));
        if let Some(shown) = shown {
            writing.item(text(shown, "title").unwrap_or_default(), text(shown, "url"));
        }
    }
    if all.is_empty() && list(details, "documents").is_empty() {
        publications(item, writing);
    }
}

/// The parts of a publication that are pages, where its item only links them.
fn publications(item: &Item<'_>, writing: &mut Writing<'_>) {
    let is_part = |child: &&Value| text(child, "document_type") == Some("html_publication");
    for child in item.linked("children").filter(is_part) {
        let (title, path) = (text(child, "title"), text(child, "base_path"));
        if let (Some(title), Some(url)) = (title, path.and_then(|path| writing.target(path))) {
            writing.item(title, path);
            writing.file(Attachment {
                title: title.to_owned(),
                url,
                facts: Some("HTML".to_owned()),
            });
        }
    }
}

fn file(attachment: &Value, writing: &Writing<'_>) -> Option<Attachment> {
    let url = writing.target(text(attachment, "url")?)?;
    let name = url.rsplit('/').next().unwrap_or_default();
    Some(Attachment {
        title: text(attachment, "title").unwrap_or(name).to_owned(),
        facts: facts(attachment),
        url,
    })
}

/// What the page says of a file: "PDF, 1.14 MB, 60 pages", then its references.
fn facts(attachment: &Value) -> Option<String> {
    let number = |key: &str| attachment.get(key).and_then(Value::as_u64);
    let mut facts: Vec<String> = Vec::new();
    facts.extend(sort(attachment));
    facts.extend(number("file_size").map(size));
    facts.extend(
        number("number_of_pages")
            .filter(|pages| *pages > 0)
            .map(|pages| match pages {
                1 => "1 page".to_owned(),
                _ => format!("{pages} pages"),
            }),
    );
    let references = [
        ("unique_reference", "Ref: "),
        ("isbn", "ISBN "),
        ("hoc_paper_number", "HC "),
        ("command_paper_number", ""),
    ];
    facts.extend(
        references
            .iter()
            .filter_map(|(key, name)| Some(format!("{name}{}", text(attachment, key)?))),
    );
    let papers = [
        ("unnumbered_command_paper", "Unnumbered command paper"),
        ("unnumbered_hoc_paper", "Unnumbered act paper"),
    ];
    let marked = |key: &str| attachment.get(key) == Some(&Value::Bool(true));
    facts.extend(
        papers
            .iter()
            .filter(|(key, _)| marked(key))
            .map(|(_, name)| (*name).to_owned()),
    );
    (!facts.is_empty()).then(|| facts.join(", "))
}

fn sort(attachment: &Value) -> Option<String> {
    if text(attachment, "attachment_type") == Some("html") {
        return Some("HTML".to_owned());
    }
    let kind = text(attachment, "content_type")?;
    let known = SORTS
        .iter()
        .find(|(known, _)| kind.to_ascii_lowercase().ends_with(known));
    Some(known.map_or(kind, |(_, name)| name).to_owned())
}

/// Bytes as GOV.UK writes them: multiples of 1024 with three digits ("1.14 MB", "785 KB").
fn size(bytes: u64) -> String {
    let (mut size, mut unit) = (bytes as f64, 0);
    let units = ["Bytes", "KB", "MB", "GB"];
    while size >= 1024.0 && unit + 1 < units.len() {
        size /= 1024.0;
        unit += 1;
    }
    let digits = match size {
        _ if unit == 0 => 0,
        ..10.0 => 2,
        ..100.0 => 1,
        _ => 0,
    };
    let number = format!("{size:.digits$}");
    let number = match number.contains('.') {
        true => number.trim_end_matches('0').trim_end_matches('.'),
        false => &number,
    };
    format!("{number} {}", units[unit])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_written_as_the_pages_write_them() {
        for (bytes, expected) in [
            (803_783, "785 KB"),
            (1_195_376, "1.14 MB"),
            (500, "500 Bytes"),
            (20_480, "20 KB"),
            (36_000, "35.2 KB"),
        ] {
            assert_eq!(size(bytes), expected);
        }
    }
}
