//! Several changes that waited for each other, in one message.

use chrono::DateTime;

use crate::model::{Colour, Message, MessageText};
use crate::wording::message::part::{Part, by_weight, counts, diffs, unmarked};
use crate::wording::{fit, harmless};

/// The longest description, and how much of the first change the first line holds.
const DESCRIPTION: usize = 3800;
const FIRST: usize = 400;
/// What the last line of a list that is cut takes.
const MORE: usize = 60;
/// Of how many changes the redline is shown at most.
const REDLINES: usize = 3;

/// The message about several changes, those that matter most first, silently.
pub fn batch(parts: Vec<Part>, mark: &str) -> Message {
    let parts = by_weight(parts);
    let counts = counts(&parts);
    let top = parts.first();
    let first = top.map_or(String::new(), Part::first_line);
    let description = description(&parts);
    let texts = parts.iter().filter_map(|part| part.message.text.as_ref());
    let last = texts.clone().map(|text| text.at).max();
    let top_text = top.and_then(|part| part.message.text.as_ref());
    let text = MessageText {
        title: counts.clone(),
        url: None,
        author: None,
        description,
        fields: Vec::new(),
        footer: mark.to_owned(),
        at: last.unwrap_or(DateTime::UNIX_EPOCH),
        colour: top_text.map_or(Colour::Changed, |text| text.colour),
    };
    Message {
        content: format!("{counts}. {}", fit::cut(&first, FIRST)),
        text: Some(text),
        silent: true,
        file: Some(file(&parts, &counts, mark)),
        rows: None,
        links: Vec::new(),
        mentions: None,
        particulars: Vec::new(),
        above: None,
        replies: None,
        buttons: Vec::new(),
    }
}

/// A line or two for each change, as far as there is room, then the redlines of the first ones below theirs.
fn description(parts: &[Part]) -> String {
    let mut shown: Vec<String> = Vec::new();
    let mut used = 0;
    for part in parts {
        let lines = lines(part);
        let long = fit::length(&lines) + 1;
        if used + long + MORE > DESCRIPTION {
            break;
        }
        used += long;
        shown.push(lines);
    }
    let left = parts.len() - shown.len();
    for (part, lines) in parts.iter().zip(&mut shown).take(REDLINES) {
        let redline = part.redline();
        let long = fit::length(redline) + 1;
        if redline.is_empty() || used + long + MORE > DESCRIPTION {
            continue;
        }
        used += long;
        lines.push('\n');
        lines.push_str(redline);
    }
    if left > 0 {
        shown.push(more(left));
    }
    shown.join("\n")
}

pub(super) fn more(left: usize) -> String {
    format!("… {left} more in the file attached")
}

/// What a change is, why it matters, and where it can be seen.
fn lines(part: &Part) -> String {
    let mut about = Vec::new();
    about.extend(
        part.page
            .as_ref()
            .map(|_| format!("severity {}", part.severity)),
    );
    about.extend(part.reason());
    about.extend(part.links());
    let below = match about.is_empty() {
        true => String::new(),
        false => format!("\n-# {}", about.join(" · ")),
    };
    format!("• {}{below}", part.first_line())
}

fn file(parts: &[Part], counts: &str, mark: &str) -> (String, String) {
    let mut text = format!("{counts}\n\n");
    for part in parts {
        text.push_str(&listed(part));
    }
    text.push_str(&diffs(parts));
    (name("batch", mark), text)
}

/// A change in the list of a file.
pub(super) fn listed(part: &Part) -> String {
    let first = unmarked(&part.first_line());
    let weight = match &part.page {
        Some(page) => format!("{} {}  ", part.severity, harmless::line(&page.0)),
        None => String::new(),
    };
    let links = part.message.links.iter();
    let links: String = links
        .map(|(label, url)| format!("    {label}: {url}\n"))
        .collect();
    let why = part
        .reason()
        .map_or(String::new(), |why| format!("    {}\n", unmarked(&why)));
    format!("{weight}{first}\n{why}{links}")
}

/// The name of a file, by which its message is found again.
pub(super) fn name(what: &str, mark: &str) -> String {
    format!("{what}-{}.txt", mark.replace(' ', "-"))
}
