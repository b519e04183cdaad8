//! What stands below a redline: files and links that changed, what is held quiet, how to cite, keep, compare and dispute it.

use maud::{Markup, html};
use url::form_urlencoded;

use crate::answers::Compared;
use crate::model::{Attachment, Block, Diff, Document, LinkEdit, Span, VersionNo, WatchId};
use crate::web::window::Window;
use crate::web::window::redline::marked;
use crate::web::window::told;
use crate::wording::cite::{self, Cited};

/// So many edits of links, and of what is held quiet, are shown.
const MOST: usize = 200;

/// Files that came, went or were replaced.
pub(super) fn files(diff: &Diff) -> Markup {
    html! {
        @if !diff.attachments.is_empty() {
            h2 { "Files" }
            ul.pairs-of {
                @for edit in diff.attachments.iter().take(MOST) {
                    li {
                        @if let Some(before) = &edit.before { (marked::gone(&offered(before))) }
                        @if edit.before.is_some() && edit.after.is_some() { br; }
                        @if let Some(after) = &edit.after { (marked::came(&offered(after))) }
                    }
                }
            }
        }
    }
}

fn offered(file: &Attachment) -> String {
    let facts = file.facts.as_ref().map(|facts| format!(" ({facts})"));
    format!("{}{} {}", file.title, facts.unwrap_or_default(), file.url)
}

/// Links that lead elsewhere now, though their words are the same.
pub(super) fn links(diff: &Diff, text: &Document) -> Markup {
    html! {
        @if !diff.links.is_empty() {
            h2 { "Links that lead elsewhere" }
            ul.pairs-of {
                @for edit in diff.links.iter().take(MOST) {
                    li {
                        @match place(edit, text) {
                            Some(at) => a href={ "#b" (at) } { "“" (edit.text) "”" },
                            None => { "“" (edit.text) "”" }
                        }
                        br;
                        (marked::gone(or_none(&edit.before))) br; (marked::came(or_none(&edit.after)))
                    }
                }
            }
        }
    }
}

fn or_none(url: &str) -> &str {
    match url.is_empty() {
        true => "no link",
        false => url,
    }
}

/// The block in which the link stands now.
fn place(edit: &LinkEdit, text: &Document) -> Option<usize> {
    let has = |block: &Block| {
        let mut links = block.links.iter();
        links.any(|link| link.text == edit.text && link.url == edit.after)
    };
    text.blocks.iter().position(has)
}

/// What changes on nearly every visit.
pub(super) fn quiet(diff: &Diff) -> Markup {
    let edits: Vec<_> = diff.quiet.iter().flat_map(|hunk| &hunk.edits).collect();
    html! {
        @if !edits.is_empty() {
            details.fold {
                summary { "Held quiet: changes on nearly every visit (" (edits.len()) ")" }
                @for edit in edits.into_iter().take(MOST) {
                    p {
                        @if let Some(before) = edit.before() { (marked::gone(&before.text)) " " }
                        @if let Some(after) = edit.after() { (marked::came(&after.text)) }
                    }
                }
            }
        }
    }
}

/// The paragraph to cite this with, and the same as files.
pub(super) fn cited(
    window: &Window,
    compared: &Compared,
    address: &str,
    publisher: Option<&str>,
) -> Markup {
    let change = compared.change.as_ref();
    let cited = Cited {
        title: &compared.text_after.title,
        publisher,
        before: compared.before.as_ref(),
        after: compared.after.as_ref(),
        bounds: change.map(|change| &change.bounds),
        entry: change.map(|change| change.entry),
        address,
    };
    html! {
        h2 id="cite" { "Cite this" }
        p.cite { (cite::cite(&cited, window.zone(), window.now())) }
    }
}

/// The redline in other forms.
pub(super) fn forms(path: &str, evidence: Option<&str>) -> Markup {
    html! {
        p.about {
            "The same as "
            a href={ (path) ".md" } { "Markdown" } ", "
            a href={ (path) ".txt" } { "plain text" } ", "
            a href={ (path) ".patch" } { "a patch" } ", or "
            a href={ (path) ".html" } download { "one file of HTML" } ". "
            @if let Some(evidence) = evidence {
                a href=(evidence) download { "The evidence" }
                ": everything of this change in one file that anybody can check."
            }
        }
    }
}

/// Asks for any two versions, and leads to any two documents.
pub(super) fn compare(compared: &Compared) -> Markup {
    html! {
        h2 { "Compare others" }
        (choose(&compared.id, compared.span, compared.last))
    }
}

/// The form that asks for two versions of a document, with these chosen; the last there is ends it.
pub(in crate::web::window) fn choose(id: &WatchId, span: Span, last: VersionNo) -> Markup {
    html! {
        form.compare action={ (told::to_document(id)) "/compare" } method="get" {
            label { "Version " input type="number" name="from" min="0" max=(last) value=(span.from) required; }
            " "
            label { " with version " input type="number" name="to" min="0" max=(last) value=(span.to) required; }
            " "
            button type="submit" { "Compare" }
        }
        p.about {
            "0 stands for “no page there”. "
            a href={ "/compare?b=" (query(&format!("{}@{}", id.0, span.to))) } { "Compare with another document" }
        }
    }
}

pub(in crate::web::window) fn query(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// Whom to tell of an error, where the watchlist says so.
pub(super) fn report(window: &Window, address: &str, title: &str) -> Markup {
    let in_force = window.house.in_force();
    let contact = in_force.watchlist.settings.contact.clone();
    html! {
        @if let Some(contact) = contact {
            p.about {
                @match mail(&contact, address, title) {
                    Some(link) => a href=(link) { "Report an error" },
                    None => { "Report an error: " (web(&contact)) }
                }
                " on this page. Corrections stand above it."
            }
        }
    }
}

/// A letter with its subject, where the contact is an address to write to.
fn mail(contact: &str, address: &str, title: &str) -> Option<String> {
    let to = contact.strip_prefix("mailto:").unwrap_or(contact);
    let plain = |c: char| c.is_ascii_alphanumeric() || "@.+-_".contains(c);
    if !to.contains('@') || !to.chars().all(plain) {
        return None;
    }
    let escaped = |text: &str| query(text).replace('+', "%20");
    Some(format!(
        "mailto:{to}?subject={}&body={}",
        escaped(&format!("An error in “{title}”")),
        escaped(&format!("{address}\n\n"))
    ))
}

fn web(contact: &str) -> Markup {
    html! {
        @if contact.starts_with("https://") || contact.starts_with("http://") {
            a href=(contact) rel="noopener noreferrer nofollow" { (contact) }
        } @else { (contact) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_names_the_redline() {
        assert_eq!(
            mail(
                "editor@example.org",
                "https://w.example/d/page/1..2",
                "A & B"
            )
            .as_deref(),
            Some(
                "mailto:editor@example.org?subject=An%20error%20in%20%E2%80%9CA%20%26%20B%E2%80%9D\
                 &body=https%3A%2F%2Fw.example%2Fd%2Fpage%2F1..2%0A%0A"
            )
        );
        for no_letter in [
            "https://example.org/contact",
            "javascript:alert(1)@x",
            "call us",
        ] {
            assert_eq!(mail(no_letter, "", ""), None);
        }
        assert!(!web("javascript:alert(1)").0.contains("href"));
    }
}
