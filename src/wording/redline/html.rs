//! A redline as one web page that does nothing but be read.

use crate::model::{Attachment, BlockKind, Diff, Edit, Hunk, Piece, Place, Words};
use crate::wording::redline::safe::visible;
use crate::wording::redline::{
    HELD, Heading, became, held, neighbour, offered, opens_section, section, share,
};
use crate::wording::rows;

const STYLE: &str = "\
:root{color-scheme:light dark}\
body{font:1rem/1.55 Georgia,serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b;background:#fff}\
h1{font-size:1.5rem;margin:0}h2{font:600 .95rem/1.4 system-ui,sans-serif;margin:2.2rem 0 .6rem;padding-top:.8rem;border-top:1px solid #bbb}\
p{margin:.6rem 0;overflow-wrap:anywhere;white-space:pre-line}\
dl{font:.85rem/1.5 system-ui,sans-serif;display:grid;grid-template-columns:auto 1fr;gap:0 .8rem;margin:.8rem 0}dt{color:#666}dd{margin:0;overflow-wrap:anywhere}\
.near{color:#767676;font-size:.9rem}.near del,.near ins{color:inherit;background:none}.note{color:#666;font:.8rem system-ui,sans-serif}\
.heading{font-weight:700}.item{margin-left:1.5rem;display:list-item}.row,.verbatim{font:.85rem/1.5 ui-monospace,monospace;white-space:pre-wrap}\
.moved{border-left:3px solid #2a5db0;padding-left:.7rem}\
del{color:#9c1c1c;background:#fdeaea}ins{color:#14622f;background:#e5f6ea}\
@media(prefers-color-scheme:dark){body{color:#e6e6e6;background:#161616}del{color:#ff9d9d;background:#3a1717}ins{color:#8fe0a8;background:#12301d}\
.near,.note,dt{color:#9a9a9a}h2{border-color:#444}.moved{border-color:#7aa5ee}}\
@media print{body{margin:0;max-width:none;color:#000;background:#fff}h2,p{break-inside:avoid}}";

/// One HTML page, complete and inert: no script, nothing loaded, all page text escaped.
pub fn html(heading: &Heading, diff: &Diff) -> String {
    let diff = &*rows::spelled(diff);
    let title = escape(&heading.title);
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n<title>{title}: what changed</title>\n\
         <style>{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n<dl>\n\
         <dt>Page</dt><dd>{}</dd>\n<dt>Before</dt><dd>{}</dd>\n<dt>Now</dt><dd>{}</dd>\n</dl>\n<p class=\"note\">{}</p>\n",
        address(&heading.url),
        escape(&heading.before),
        escape(&heading.after),
        share(diff, escape),
    );
    edits(&mut page, diff, usize::MAX);
    if !diff.quiet.is_empty() {
        page.push_str(&format!("<h2>{HELD}</h2>\n"));
    }
    for (mark, text) in held(diff) {
        let name = if mark == '-' { "del" } else { "ins" };
        page.push_str(&format!(
            "<p class=\"near\"><{name}>{}</{name}></p>\n",
            escape(text)
        ));
    }
    page.push_str("</body>\n</html>\n");
    page
}

/// The styles of a fragment, in place of those of a page: what our own tags become. Page text is escaped, so none of it is a tag.
const INLINE: [(&str, &str); 12] = [
    (
        "<h2>",
        "<h2 style=\"font:600 14px/1.4 system-ui,sans-serif;margin:24px 0 8px;padding-top:10px;border-top:1px solid #bbbbbb\">",
    ),
    (
        "<p class=\"near\">",
        "<p style=\"color:#767676;font-size:14px;white-space:pre-line\">",
    ),
    (
        "<p class=\"note\">",
        "<p style=\"color:#666666;font:13px/1.4 system-ui,sans-serif\">",
    ),
    (
        "<p class=\"heading\">",
        "<p style=\"font-weight:700;white-space:pre-line\">",
    ),
    (
        "<p class=\"paragraph\">",
        "<p style=\"white-space:pre-line\">",
    ),
    (
        "<p class=\"item\">",
        "<p style=\"margin-left:24px;white-space:pre-line\">",
    ),
    (
        "<p class=\"row\">",
        "<p style=\"font:13px/1.5 monospace;white-space:pre-wrap\">",
    ),
    (
        "<p class=\"verbatim\">",
        "<p style=\"font:13px/1.5 monospace;white-space:pre-wrap\">",
    ),
    (
        "<div class=\"moved\">",
        "<div style=\"border-left:3px solid #2a5db0;padding-left:10px\">",
    ),
    ("<p>", "<p style=\"white-space:pre-line\">"),
    ("<del>", "<del style=\"color:#9c1c1c;background:#fdeaea\">"),
    (
        "<ins>",
        "<ins style=\"color:#14622f;background:#e5f6ea;text-decoration:underline\">",
    ),
];

/// The same as a part of another page, its styles in place: what differs, up to about so many bytes.
pub fn fragment(diff: &Diff, most: usize) -> String {
    let diff = &*rows::spelled(diff);
    let mut part = String::new();
    edits(&mut part, diff, most);
    for (tag, styled) in INLINE {
        part = part.replace(tag, styled);
    }
    part
}

/// What differs, as long as there is room.
fn edits(page: &mut String, diff: &Diff, most: usize) {
    if let Some((before, after)) = &diff.title {
        page.push_str("<h2>Title</h2>\n");
        pair(page, &escape(before), &escape(after));
    }
    for (at, hunk) in diff.hunks.iter().enumerate() {
        let whole = page.len();
        if opens_section(&diff.hunks, at) {
            page.push_str(&format!("<h2>{}</h2>\n", escape(&section(&hunk.path))));
        } else {
            page.push_str("<p class=\"near\">⋯</p>\n");
        }
        say_hunk(page, hunk);
        if page.len() > most {
            page.truncate(whole);
            page.push_str("<p class=\"note\">The rest is too long to be shown here; it stands in the file attached.</p>\n");
            return;
        }
    }
    let whole = page.len();
    files(page, diff);
    links(page, diff);
    if page.len() > most {
        page.truncate(whole);
    }
}

fn say_hunk(page: &mut String, hunk: &Hunk) {
    near(page, neighbour(hunk, &hunk.above));
    for edit in &hunk.edits {
        say_edit(page, edit);
    }
    near(page, neighbour(hunk, &hunk.below));
}

fn near(page: &mut String, text: Option<&str>) {
    if let Some(text) = text {
        page.push_str(&format!("<p class=\"near\">{}</p>\n", escape(text)));
    }
}

fn say_edit(page: &mut String, edit: &Edit) {
    match edit {
        Edit::Added { after } => block(page, after, &format!("<ins>{}</ins>", escape(&after.text))),
        Edit::Removed { before } => {
            block(
                page,
                before,
                &format!("<del>{}</del>", escape(&before.text)),
            );
        }
        Edit::Moved { after, .. } => {
            page.push_str("<div class=\"moved\"><p class=\"note\">Moved here</p>\n");
            block(page, after, &escape(&after.text));
            page.push_str("</div>\n");
        }
        Edit::Reworded {
            before,
            after,
            words,
        } => {
            if let Some(note) = became(&before.kind, &after.kind) {
                page.push_str(&format!("<p class=\"note\">This {note}.</p>\n"));
            }
            let inner: String = words.iter().map(piece).collect();
            block(page, after, &inner);
        }
    }
}

fn piece(words: &Words) -> String {
    let text = escape(&words.text);
    match words.piece {
        Piece::Kept => text,
        Piece::Removed => format!("<del>{}</del>", text.replace('\n', "¶ ")),
        Piece::Added => format!("<ins>{}</ins>", text.replace('\n', "¶\n")),
    }
}

fn block(page: &mut String, place: &Place, inner: &str) {
    let class = match place.kind {
        BlockKind::Heading(_) => "heading",
        BlockKind::Paragraph => "paragraph",
        BlockKind::Item(_) => "item",
        BlockKind::Row(..) => "row",
        BlockKind::Verbatim => "verbatim",
    };
    page.push_str(&format!("<p class=\"{class}\">{inner}</p>\n"));
}

fn files(page: &mut String, diff: &Diff) {
    if diff.attachments.is_empty() {
        return;
    }
    page.push_str("<h2>Files</h2>\n");
    let line = |file: &Option<Attachment>| {
        let shown = file.as_ref().map(offered).unwrap_or_default();
        escape(&shown)
    };
    for edit in &diff.attachments {
        let before = line(&edit.before);
        let after = line(&edit.after);
        pair(page, &before, &after);
    }
}

fn links(page: &mut String, diff: &Diff) {
    if diff.links.is_empty() {
        return;
    }
    page.push_str("<h2>Links that lead elsewhere</h2>\n");
    for edit in &diff.links {
        page.push_str(&format!("<p>“{}”</p>\n", escape(&edit.text)));
        pair(page, &escape(&edit.before), &escape(&edit.after));
    }
}

/// Two texts, already escaped; an empty one is left out.
fn pair(page: &mut String, before: &str, after: &str) {
    let mut parts = Vec::new();
    if !before.is_empty() {
        parts.push(format!("<del>{before}</del>"));
    }
    if !after.is_empty() {
        parts.push(format!("<ins>{after}</ins>"));
    }
    page.push_str(&format!("<p>{}</p>\n", parts.join("\n")));
}

/// An address as a link where it is one of the web, else as text.
fn address(url: &str) -> String {
    let shown = escape(url);
    if url.starts_with("https://") || url.starts_with("http://") {
        return format!("<a href=\"{shown}\" rel=\"noopener noreferrer nofollow\">{shown}</a>");
    }
    shown
}

/// The text as it may stand in HTML, in quotes too.
pub(in crate::wording) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in visible(text).chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            _ => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff;
    use crate::wording::redline::sample;

    #[test]
    fn changed_words_are_deleted_and_inserted() {
        let page = html(&sample::heading(), &sample::diff());
        assert!(
            page.contains("You <del>will</del><ins>may</ins> be asked"),
            "{page}"
        );
        assert!(page.contains("<p class=\"item\"><ins>An item entirely new.</ins></p>"));
        assert!(page.contains("<h2>care.data › Your choice</h2>"));
        assert!(page.contains("<del>https://x/old</del>\n<ins>https://x/new</ins>"));
        assert!(page.contains("default-src 'none'"));
    }

    #[test]
    fn a_part_for_mail_has_its_styles_in_place_and_its_bounds() {
        let part = fragment(&sample::diff(), 100_000);
        assert!(
            part.contains("<del style=\"color:#9c1c1c;background:#fdeaea\">will</del>"),
            "{part}"
        );
        assert!(!part.contains("class="), "{part}");
        let (old, new) = sample::hostile();
        let hostile = fragment(&diff::between(&old, &new), 100_000);
        assert!(
            !hostile.contains("<script") && !hostile.contains("<img"),
            "{hostile}"
        );
        let short = fragment(&sample::diff(), 10);
        assert!(
            short.contains("the file attached") && short.len() < 300,
            "{short}"
        );
    }

    #[test]
    fn page_text_is_never_markup() {
        let (old, new) = sample::hostile();
        let mut heading = sample::heading();
        heading.title = new.title.clone();
        heading.url = "javascript:alert(1)".into();
        let page = html(&heading, &diff::between(&old, &new));
        sample::assert_harmless(&page);
        assert!(!page.contains("<script"), "{page}");
        assert!(!page.contains("href"), "{page}");
        assert!(
            page.contains("&amp;amp;"),
            "what was escaped stays so: {page}"
        );
        let tags = [
            "!doctype", "html", "head", "meta", "title", "style", "body", "h1", "h2", "dl", "dt",
            "dd", "p", "ins", "del", "div",
        ];
        for tag in page.split('<').skip(1) {
            let name = tag
                .trim_start_matches('/')
                .split(['>', ' '])
                .next()
                .unwrap_or_default();
            assert!(tags.contains(&name), "{name}");
        }
    }
}
