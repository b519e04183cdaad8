//! Turns Govspeak, the Markdown of GOV.UK's publishers, into HTML where the API gives nothing else.

use std::sync::LazyLock;

use regex::Regex;

static LINK: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r#"\[(?P<words>[^\]\n]*)\]\((?P<to>[^)\s]*)(?:\s+"[^"]*")?\)(?:\{:[^}]*\})?"#)
});

static HEADING: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^(#{1,6})\s*(.*?)\s*#*\s*(?:\{[:#][^}]*\})?$"));

static ITEM: LazyLock<Regex> = LazyLock::new(|| pattern(r"^\s*(?:[-*+]|s?\d{1,3}\.)\s+(.*)$"));

static RULE: LazyLock<Regex> = LazyLock::new(|| pattern(r"^[\s|:-]*-[\s|:-]*$"));

// Callouts, contacts, addresses and steps stand between marks of their own.
static MARK: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"^(?:\$(?:!|A|C|D|P|E|I|CTA)|\^|%|:::?|\{::[^}]*\})\s*|\s*(?:\$!|\^|%|\$)$")
});

/// The text as HTML, roughly: paragraphs, headings, items, rows and links.
pub fn markup(text: &str) -> String {
    let mut html = String::with_capacity(text.len() * 2);
    let mut rows = Vec::new();
    let mut paragraph = String::new();
    for line in text.lines() {
        let line = MARK.replace_all(line.trim(), "");
        if line.contains('|') || !rows.is_empty() && RULE.is_match(&line) {
            close(&mut html, &mut paragraph);
            rows.push(line.into_owned());
            continue;
        }
        table(&mut html, &mut rows);
        if let Some(found) = HEADING.captures(&line) {
            close(&mut html, &mut paragraph);
            let level = found[1].len();
            html.push_str(&format!("<h{level}>{}</h{level}>", inline(&found[2])));
        } else if let Some(found) = ITEM.captures(&line) {
            close(&mut html, &mut paragraph);
            html.push_str(&format!("<ul><li>{}</li></ul>", inline(&found[1])));
        } else if line.is_empty() {
            close(&mut html, &mut paragraph);
        } else {
            paragraph.push_str(&line);
            paragraph.push('\n');
        }
    }
    table(&mut html, &mut rows);
    close(&mut html, &mut paragraph);
    html
}

fn close(html: &mut String, paragraph: &mut String) {
    if !paragraph.is_empty() {
        html.push_str(&format!("<p>{}</p>", inline(paragraph)));
        paragraph.clear();
    }
}

/// The rows of a table; those before the rule are headings.
fn table(html: &mut String, rows: &mut Vec<String>) {
    if rows.is_empty() {
        return;
    }
    let rule = rows.iter().position(|row| RULE.is_match(row));
    html.push_str("<table>");
    for (at, row) in rows.drain(..).enumerate() {
        if RULE.is_match(&row) {
            continue;
        }
        let cell = match rule.is_some_and(|rule| at < rule) {
            true => "th",
            false => "td",
        };
        let cells = row.trim_matches('|').split('|');
        let cells = cells.map(|words| format!("<{cell}>{}</{cell}>", inline(words.trim())));
        html.push_str(&format!("<tr>{}</tr>", cells.collect::<String>()));
    }
    html.push_str("</table>");
}

fn inline(text: &str) -> String {
    let linked = LINK.replace_all(text, "<a href=\"$to\">$words</a>");
    linked.replace("**", "")
}

fn pattern(source: &str) -> Regex {
    Regex::new(source).expect("a pattern of ours")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn govspeak_is_read_as_its_pages_show_it() {
        for (text, expected) in [
            (
                "##Key stages\r\n\r\nOne\r\ntwo.",
                "<h2>Key stages</h2><p>One\ntwo.\n</p>",
            ),
            (
                "- a\n- [b](/c \"d\"){:rel=\"external\"}",
                "<ul><li>a</li></ul><ul><li><a href=\"/c\">b</a></li></ul>",
            ),
            ("$!Mind **this**. $!", "<p>Mind this.\n</p>"),
            (
                "A | B\n-|-\n1 | 2",
                "<table><tr><th>A</th><th>B</th></tr><tr><td>1</td><td>2</td></tr></table>",
            ),
        ] {
            assert_eq!(markup(text), expected, "{text}");
        }
    }
}
