//! Tells JSON and tables from other text.

use serde::Deserialize;
use serde::de::IgnoredAny;

/// What was found where JSON may stand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Found {
    /// A JSON Feed.
    Feed,
    /// JSON, or lines of it.
    Json,
    /// Neither.
    Nothing,
}

/// What stands in front of some JSON so that no script can be made of it.
const GUARDS: [&str; 3] = [")]}',", ")]}'", ")]}"];

/// The most lines of a text that are looked at for a table.
const MOST_LINES: usize = 60;

#[derive(Deserialize)]
struct Versioned {
    version: Option<serde_json::Value>,
    items: Option<IgnoredAny>,
}

/// The JSON of a text, without what stands in front of it.
pub fn bare(text: &str) -> &str {
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    let guard = GUARDS.iter().find_map(|guard| text.strip_prefix(guard));
    guard.unwrap_or(text)
}

/// Whether bytes are JSON, and whether that is a feed.
pub fn json(bytes: &[u8]) -> Found {
    let text = String::from_utf8_lossy(bytes);
    let text = bare(&text);
    if serde_json::from_str::<IgnoredAny>(text).is_err() {
        let lines = is_lines_of_json(text);
        return if lines { Found::Json } else { Found::Nothing };
    }
    let versioned = text.starts_with('{').then(|| serde_json::from_str(text));
    match versioned {
        Some(Ok(Versioned {
            version: Some(serde_json::Value::String(version)),
            items: Some(_),
        })) if version.contains("jsonfeed.org/version/") => Found::Feed,
        _ => Found::Json,
    }
}

/// Whether each line is an object of JSON (two at least).
fn is_lines_of_json(text: &str) -> bool {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let is_object = |line: &str| {
        line.trim_start().starts_with('{') && serde_json::from_str::<IgnoredAny>(line).is_ok()
    };
    let first = lines.next().is_some_and(is_object);
    first && lines.next().is_some_and(is_object)
}

/// Whether text has this many columns at least in every line that is looked at, and several lines.
pub fn is_table(start: &str, columns: usize) -> bool {
    // The last line may be cut.
    let whole = start.rfind('\n').map_or(start, |end| &start[..end]);
    [',', ';', '\t'].iter().any(|separator| {
        let mut counts = counts(whole, *separator);
        let Some(first) = counts.next() else {
            return false;
        };
        let others: Vec<usize> = counts.take(MOST_LINES).collect();
        first >= columns && others.len() >= 2 && others.iter().all(|count| *count == first)
    })
}

/// How many cells each line has; a cell in quotes may hold separators and line breaks.
fn counts(text: &str, separator: char) -> impl Iterator<Item = usize> {
    let mut quoted = false;
    let lines = text.split(move |c: char| {
        if c == '"' {
            quoted = !quoted;
        }
        c == '\n' && !quoted
    });
    let lines = lines.filter(|line| !line.trim().is_empty());
    lines.map(move |line| {
        let mut quoted = false;
        let separators = line.chars().filter(|c| {
            if *c == '"' {
                quoted = !quoted;
            }
            *c == separator && !quoted
        });
        separators.count() + 1
    })
}
