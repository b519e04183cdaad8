//! One change as a part of a message that tells of several.

use crate::model::{Message, Severity, WatchId};
use crate::wording::fit;

/// How much of the first line is shown, of a reason, and of an address that is linked.
const FIRST: usize = 240;
const REASON: usize = 160;
const ADDRESS: usize = 220;

/// One change, or one notice, as a part of a message that tells of several.
#[derive(Clone, Debug)]
pub struct Part {
    /// Whose change.
    pub page: Option<WatchId>,
    /// How much it matters.
    pub severity: Severity,
    /// The topic under which a digest tells it.
    pub topic: Option<String>,
    /// The message that tells it alone.
    pub message: Message,
}

impl Part {
    /// A notice, which is no change of a page.
    pub fn notice(text: &str) -> Part {
        Part {
            page: None,
            severity: Severity::RECORD,
            topic: None,
            message: super::notice(text, "", false),
        }
    }

    /// Its first line. Markdown.
    pub(super) fn first_line(&self) -> String {
        let line = self.message.content.lines().next().unwrap_or_default();
        fit::cut(line, FIRST)
    }

    /// The first reason why it matters. Markdown.
    pub(super) fn reason(&self) -> Option<String> {
        let fields = self.message.text.as_ref().map(|text| &text.fields);
        let why = fields?.iter().find(|field| field.name == super::WHY)?;
        let line = why.value.lines().next()?.trim_start_matches("• ");
        Some(fit::cut(line, REASON))
    }

    /// Its links, those that are not too long. Markdown.
    pub(super) fn links(&self) -> Vec<String> {
        let links = self.message.links.iter();
        let short = links.filter(|(_, url)| fit::length(url) <= ADDRESS);
        short.map(|(label, url)| link(label, url)).collect()
    }

    /// Where it is read best: where both versions stand side by side, else in the thread, else on the page. Markdown.
    pub(super) fn best_link(&self) -> Option<String> {
        let links = &self.message.links;
        let short = |label: &str| {
            let named = links.iter().find(|(other, _)| other == label);
            named.filter(|(_, url)| fit::length(url) <= ADDRESS)
        };
        let best = [super::VERSIONS, super::THREAD, super::PAGE];
        let best = best.into_iter().find_map(short);
        best.map(|(label, url)| link(label, url))
    }

    /// Both sides and the redline.
    pub(super) fn redline(&self) -> &str {
        let text = self.message.text.as_ref();
        text.map_or("", |text| text.description.as_str())
    }
}

/// A link behind a word of ours. What would end it in the address, open a fence or call anybody is spelled otherwise there.
fn link(label: &str, url: &str) -> String {
    let mut spelled = String::with_capacity(url.len());
    let mut slashes = 0;
    for c in url.chars() {
        slashes += usize::from(c == '/');
        match c {
            // Before the path it would be part of the host.
            '@' if slashes > 2 => spelled.push_str("%40"),
            '(' | ')' | '[' | ']' | '`' | '|' | '\\' => {
                spelled.push_str(&format!("%{:02X}", u32::from(c)));
            }
            _ => spelled.push(c),
        }
    }
    format!("[{label}]({spelled})")
}

/// Those that matter most first; of equals, the older.
pub(super) fn by_weight(mut parts: Vec<Part>) -> Vec<Part> {
    parts.sort_by_key(|part| std::cmp::Reverse(part.severity));
    parts
}

/// "3 changes on 2 pages", notices beside them: "1 notice".
pub(super) fn counts(parts: &[Part]) -> String {
    let pages: std::collections::BTreeSet<&WatchId> =
        parts.iter().filter_map(|part| part.page.as_ref()).collect();
    let changes = parts.iter().filter(|part| part.page.is_some()).count();
    let notices = parts.len() - changes;
    let mut said = Vec::new();
    if changes > 0 {
        said.push(format!(
            "{} on {}",
            counted(changes, "change", "changes"),
            counted(pages.len(), "page", "pages")
        ));
    }
    if notices > 0 {
        said.push(counted(notices, "notice", "notices"));
    }
    said.join(" and ")
}

pub(super) fn counted(count: usize, one: &str, many: &str) -> String {
    match count {
        1 => format!("1 {one}"),
        _ => format!("{count} {many}"),
    }
}

/// All diffs, one below the other; empty where there is none.
pub(super) fn diffs(parts: &[Part]) -> String {
    let mut text = String::new();
    for (_, diff) in parts.iter().filter_map(|part| part.message.file.as_ref()) {
        text.push_str("\n\n");
        text.push_str(&"=".repeat(72));
        text.push_str("\n\n");
        text.push_str(diff);
    }
    text
}

/// A line of a file: without the escapes of markdown.
pub(super) fn unmarked(line: &str) -> String {
    super::card::unescaped(line)
}
