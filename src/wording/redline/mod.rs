//! A diff as people read it.

mod excerpt;
mod fence;
mod html;
mod layout;
mod markdown;
mod passage;
mod quotes;
mod safe;
mod terminal;
mod text;
mod whole;

pub use fence::fence;
pub(in crate::wording) use html::escape;
pub use html::{fragment, html};
pub use safe::visible;

pub use markdown::markdown;
pub use quotes::{Quote, quotes};
pub use terminal::{Paint, terminal};
pub use text::text;
pub use whole::whole;

use crate::diff;
use crate::model::{Attachment, BlockKind, Diff, Document, Hunk};
use crate::wording::rows;

/// What stands above a redline.
#[derive(Clone, Debug)]
pub struct Heading {
    /// The page.
    pub title: String,
    /// Its address.
    pub url: String,
    /// The name of the old side, such as "nhse-care-data version 3, seen Fri 4 July 2014 10:00 BST".
    pub before: String,
    /// The name of the new side.
    pub after: String,
}

/// A unified diff of the plain text, a block a line, with three lines of context; empty where no word differs.
pub fn patch(heading: &Heading, before: &Document, after: &Document) -> String {
    let patch = diff::patch((&heading.before, &heading.after), before, after);
    safe::visible(&patch)
}

/// How much changed, in a sentence. It names tables as the page does, so that `shown` makes it fit to stand where it goes.
pub fn share(diff: &Diff, shown: fn(&str) -> String) -> String {
    if diff.is_empty() {
        return match diff.tables.is_empty() {
            true => "Nothing differs.".to_owned(),
            false => format!("No word came or went. {}", shown(&rows::told(diff))),
        };
    }
    let (whole, tenth) = (diff.changed_per_mille / 10, diff.changed_per_mille % 10);
    let mut sentence = match diff.changed_per_mille {
        0 => "No word came or went.".to_owned(),
        _ => format!("{whole}.{tenth} % of the words came or went."),
    };
    if diff.coarse {
        sentence.push_str(" The texts are so long that words were not compared everywhere.");
    }
    if !diff.tables.is_empty() {
        sentence.push(' ');
        sentence.push_str(&shown(&rows::told(diff)));
    }
    sentence
}

/// What a block became, where it is another kind of block than before.
pub fn became(before: &BlockKind, after: &BlockKind) -> Option<String> {
    let (was, is) = (name(before), name(after));
    (was != is).then(|| format!("was {was}, is {is}"))
}

fn name(kind: &BlockKind) -> String {
    match kind {
        BlockKind::Heading(level) => format!("a heading of level {level}"),
        BlockKind::Paragraph => "a paragraph".to_owned(),
        BlockKind::Item(depth) => format!("a list item of depth {depth}"),
        BlockKind::Row(_, true) => "a table row of headings".to_owned(),
        BlockKind::Row(_, false) => "a table row".to_owned(),
        BlockKind::Verbatim => "preformatted text".to_owned(),
    }
}

/// Whether this hunk stands under other headings than the one before it.
fn opens_section(hunks: &[Hunk], at: usize) -> bool {
    at == 0 || hunks[at - 1].path != hunks[at].path
}

/// An unchanged neighbour worth showing: the heading of the section is told already.
fn neighbour<'a>(hunk: &'a Hunk, text: &'a Option<String>) -> Option<&'a str> {
    let text = text.as_deref();
    text.filter(|text| !text.is_empty() && hunk.path.last().is_none_or(|last| last != text))
}

/// What stands over what is held quiet.
const HELD: &str = "Held quiet: changes on nearly every visit";

/// What is held quiet, a line for what went and one for what came, in order.
fn held(diff: &Diff) -> Vec<(char, &str)> {
    let edits = diff.quiet.iter().flat_map(|hunk| &hunk.edits);
    let sides = edits.flat_map(|edit| {
        let before = edit.before().map(|place| ('-', place.text.as_str()));
        let after = edit.after().map(|place| ('+', place.text.as_str()));
        [before, after]
    });
    sides.flatten().collect()
}

/// A file in one line.
fn offered(file: &Attachment) -> String {
    let facts = file.facts.as_deref().unwrap_or("no details");
    format!("{} ({facts}) {}", file.title, file.url)
}

/// The headings above a hunk in one line.
fn section(path: &[String]) -> String {
    match path {
        [] => "Text".to_owned(),
        _ => path.join(" › "),
    }
}

#[cfg(test)]
mod sample;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_patch_carries_no_escape_sequences() {
        let heading = sample::heading();
        let (old, new) = sample::hostile();
        let patch = patch(&heading, &old, &new);
        assert!(patch.starts_with("--- page version 1"), "{patch}");
        assert!(patch.contains("\n+"), "{patch}");
        sample::assert_harmless(&patch);
    }

    #[test]
    fn the_share_of_words_is_told_with_a_decimal() {
        let mut diff = sample::diff();
        for (share_of, said) in [(7, "0.7 %"), (123, "12.3 %"), (1000, "100.0 %")] {
            diff.changed_per_mille = share_of;
            let share = share(&diff, str::to_owned);
            assert!(share.starts_with(said), "{share}");
        }
        assert_eq!(share(&Diff::default(), str::to_owned), "Nothing differs.");
    }

    #[test]
    fn the_name_of_a_table_is_never_markup() {
        let row = |cells: &[&str], heads: bool| {
            let cells: Vec<String> = cells.iter().map(|cell| (*cell).to_owned()).collect();
            let text = cells.join(" | ");
            (BlockKind::Row(cells, heads), text)
        };
        let document = |held: &str| {
            let title = (
                BlockKind::Heading(2),
                "<script>alert(1)</script>".to_owned(),
            );
            let rows = [
                row(&["Reference", "<b>Held</b>"], true),
                row(&["A-1", held], false),
                row(&["A-2", "no"], false),
            ];
            let blocks: Vec<_> = std::iter::once(title).chain(rows).collect();
            let blocks: Vec<_> = blocks
                .iter()
                .map(|(kind, text)| (kind.clone(), text.as_str()))
                .collect();
            sample::document(&blocks)
        };
        let diff = diff::between(&document("yes"), &document("no"));
        let plain = share(&diff, str::to_owned);
        assert!(plain.contains("Table “<script>"), "{plain}");
        let escaped = markdown(&sample::heading(), &diff).replace("\\<", "");
        for page in [html(&sample::heading(), &diff), escaped] {
            assert!(page.contains("rows matched by"), "{page}");
            assert!(!page.contains("<script") && !page.contains("<b>"), "{page}");
        }
    }
}
